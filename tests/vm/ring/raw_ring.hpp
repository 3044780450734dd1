// SPDX-License-Identifier: MIT
//
// The consumer's side of include/uapi/linux/rxmap.h with bare system calls: open, ATTACH, four
// mappings, positions. No policy: a test decides what is taken, kept, released, and may write
// nonsense on purpose. One thread.
#pragma once

#include <linux/rxmap.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "probe/tracker.hpp"

namespace vm {

/// An ATTACH argument that works: `mode` on queue 0 of `nic`, the defaults of the header.
rxmap_attach request(std::uint32_t mode = RXMAP_MODE_DIVERT, const std::string& nic = "rx0");

/// open("/dev/rxmap"); throws.
int open_device();

/// ioctl() that returns 0 or the errno.
int call(int fd, unsigned long code, void* argument = nullptr);

class RawRing {
  public:
    /// Opens, attaches, maps. Throws std::runtime_error with errno and the refused argument.
    explicit RawRing(rxmap_attach want = request());
    RawRing(const RawRing&) = delete;
    RawRing& operator=(const RawRing&) = delete;
    /// Detaches, unless the file was closed before, and expects that the counters add up.
    ~RawRing();

    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] const rxmap_attach& granted() const { return attach_; }
    [[nodiscard]] const rxmap_status& status() const { return *status_; }
    [[nodiscard]] rxmap_consumer& area() { return *area_; }
    [[nodiscard]] std::uint32_t* release_ids() { return release_ids_; }
    [[nodiscard]] std::byte* frames() { return frames_; }
    [[nodiscard]] std::uint64_t counter(rxmap_counter which) const;
    [[nodiscard]] std::uint32_t state() const;
    [[nodiscard]] std::uint32_t reason() const;

    /// Descriptors that were published and not taken yet.
    [[nodiscard]] std::uint32_t unread() const;

    /// The oldest descriptor not taken, and its bytes. Only while unread() is not 0.
    [[nodiscard]] const rxmap_desc& front() const;
    [[nodiscard]] std::span<const std::byte> bytes(const rxmap_desc& desc) const;

    /// front() is done with; the position becomes visible with publish().
    void pop() { ++position_; }

    /// Gives a frame back, visible with publish().
    void release(std::uint32_t frame);

    /// Makes pops and releases visible, and kicks when the kernel asks for it.
    void publish();

    /// poll() on the file; returns revents.
    short wait(int timeout_ms, short events) const;

    /// Maps all four regions anew: for a child, which inherits the file but no mapping.
    void map_again();

    /// Closes the file and keeps the mappings.
    void close_file();

  private:
    std::byte* map(const rxmap_region& region, int protection);

    int fd_ = -1;
    rxmap_attach attach_;
    const rxmap_status* status_ = nullptr;
    const rxmap_desc* descs_ = nullptr;
    std::byte* frames_ = nullptr;
    rxmap_consumer* area_ = nullptr;
    std::uint32_t* release_ids_ = nullptr;
    std::uint32_t position_ = 0;
    std::uint32_t released_ = 0;
    std::vector<std::span<std::byte>> mappings_;
};

/// Feeds frames to a tracker of rxmap-gen's sequence numbers and checksums, and checks each
/// descriptor on its own.
class Checker {
  public:
    void take(const RawRing& ring, const rxmap_desc& desc);
    [[nodiscard]] rxmap::probe::Totals totals() const { return tracker_.totals(); }
    [[nodiscard]] std::uint64_t taken() const { return taken_; }

    /// Fails the test unless exactly `packets` came, each once, in order and intact.
    void expect_exactly(std::uint64_t packets) const;

  private:
    rxmap::probe::ProbeTracker tracker_{{16, 8192, rxmap::probe::Origin::zero}};
    std::uint64_t taken_ = 0;
    std::uint32_t next_seq_ = 0;
};

/// Takes and releases with poll() until `packets` were taken in all or none came for `quiet_ms`.
void receive(RawRing& ring, Checker& checker, std::uint64_t packets, int quiet_ms = 5000);

/// Takes what is there, releases it, returns how many.
std::uint32_t take_all(RawRing& ring, Checker& checker);

/// Lets the buffers go by that the NIC had before the attach: what comes in them is copied, and a
/// copy that finds no frame is a drop, whatever the policy. Where the NIC can reset one queue there
/// are none. Returns how many packets that took, all of them in flow 15.
std::uint64_t pass_foreign_buffers(RawRing& ring, Checker& checker);

/// Both equations of enum rxmap_counter, of a ring at rest.
void expect_sums(const RawRing& ring);

/// Conservation (both equations of enum rxmap_counter, and the frames) once the ring is at rest.
void expect_conserved(RawRing& ring);

}  // namespace vm
