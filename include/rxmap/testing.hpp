// SPDX-License-Identifier: MIT
// Component rxmap::testing: a ring without module, NIC or root, to unit-test receivers with.
//
// The model runs the producer code that rxmap.ko runs (kmod/algo) on ordinary memory, so a real
// Ring sees what the kernel would show it: descriptors, drops, wake-ups, state changes, and the
// fault that a broken consumer earns.
//
//     rxmap::testing::ModelRing nic;
//     rxmap::Ring ring = nic.attach();
//     nic.receive(packet);
//     EXPECT_EQ(ring.take().size(), 1u);
#pragma once

#include <linux/rxmap.h>
#include <rxmap/ring.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace rxmap::testing {

class Model;

// What the model is like.
struct ModelOptions {
    // As for Ring::attach(). 64 frames are the least that the contract allows.
    Options ring = {.frames = RXMAP_FRAMES_MIN};
    std::uint32_t posted = 16;  // frames that the NIC wants to have; quota <= frames - posted
    std::uint32_t first_position = 0;  // start near 2^32 to see the counters wrap
};

// The NIC's and the kernel's side of one ring. May be used from another thread than the Ring.
class ModelRing {
  public:
    // Throws rxmap::Error for what RXMAP_ATTACH would refuse.
    explicit ModelRing(const ModelOptions& options = {});
    ModelRing(const ModelRing&) = delete;
    ModelRing& operator=(const ModelRing&) = delete;
    ~ModelRing();

    // The consumer's end; as with a real queue there is one. It may outlive the ModelRing.
    [[nodiscard]] Ring attach();

    // ---- packets: each call is one poll cycle with one publish ----

    // How many got into the ring. What did not is in the ring's drop counters, or waits for
    // frames at the NIC (waiting()). Of `metadata` flags, hash, VLAN, checksum and GSO fields are
    // used, and the timestamp unless it is 0.
    std::size_t receive(std::span<const std::byte> packet, const rxmap_desc& metadata = {});
    std::size_t receive(std::span<const std::vector<std::byte>> burst);

    // Feeds a capture file with its timestamps, calling `between` after each burst. Throws
    // rxmap::Error for a file that libpcap cannot read or that is not Ethernet.
    std::size_t replay(const std::string& path, std::size_t burst = 1,
                       const std::function<void()>& between = {});

    // A poll cycle without a packet: collects what the consumer gave back.
    void poll();

    // A consumer that polls by itself (WaitBy::busy_poll, BusyPoll::time) finds what `arrivals`
    // receives: it is called once in each of its calls, in the consumer's thread, and may do
    // nothing.
    void on_busy_poll(std::function<void()> arrivals);

    // Packets that found no posted frame. Real NICs differ in what becomes of them; here they are
    // lost before the driver sees them.
    [[nodiscard]] std::uint64_t lost_at_nic() const;

    // ---- what else can happen ----

    // As the kernel would tell it: the ring's state and reason change, and a sleeper is woken.
    void interface_down();
    void carrier_lost();
    void running();  // up, with a link
    // The same, and the ring is final.
    void unplug();
    void move_to_other_netns();
    void force_detach();
    void fault(Reason reason);
    // The next `packets` wanted packets are dropped and counted under this cause.
    void drop_next(rxmap_counter cause, std::uint64_t packets);

    // ---- looking behind the curtain ----

    // Both sums of enum rxmap_counter and the count of frames hold.
    [[nodiscard]] bool adds_up() const;
    // Every word that a hostile consumer could write.
    [[nodiscard]] rxmap_consumer& consumer_words() noexcept;
    [[nodiscard]] std::span<std::uint32_t> release_ids() noexcept;
    // The status page, to imitate a module of another version before attach().
    [[nodiscard]] rxmap_status& status() noexcept;

  private:
    std::shared_ptr<Model> model_;
};

}  // namespace rxmap::testing
