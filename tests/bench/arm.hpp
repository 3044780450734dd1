// SPDX-License-Identifier: MIT
// One way to receive: what bench-recv runs, and what it counts while it runs.
#pragma once

#include <x86intrin.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <rxmap/types.hpp>
#include <string>

#include "sequence.hpp"

namespace rxmap::bench {

struct Counts {
    std::uint64_t syscalls = 0;           ///< system calls on the data path
    std::uint64_t user_instructions = 0;  ///< between calls: TSC ticks, one an instruction; of an
                                          ///< arm that spins: of the turns that found packets
    std::uint64_t naps = 0;               ///< of an arm that naps
    std::uint64_t in_vain = 0;            ///< of the same: instructions of waits that found nothing
};

class Arm {
  public:
    Arm() = default;
    Arm(const Arm&) = delete;
    Arm& operator=(const Arm&) = delete;
    virtual ~Arm() = default;

    /// Blocks for packets, takes what is there. False: nothing came for a second.
    virtual bool turn(Sequence& sequence, Counts& counts) = 0;
    /// It never sleeps by itself, naps so that the generator gets the CPU, and counts by itself.
    [[nodiscard]] virtual bool spins() const { return false; }
    /// It never sleeps by itself and naps for the same reason, but the kernel works for it while it
    /// naps: what naps cost is taken off the whole.
    [[nodiscard]] virtual bool naps() const { return false; }
    /// It sleeps, and looks at what wakes it: lone packets can tell how long they were under way.
    [[nodiscard]] virtual bool times_lone_packets() const { return !spins() && !naps(); }
    /// The arm's settings, for the report.
    [[nodiscard]] virtual std::string settings() const = 0;
};

/// Of the mapped ring.
struct RingSettings {
    Wake wake;
    std::string wait = "poll";  ///< a name of WaitBy
    std::uint32_t batch = 256;  ///< packets of one take()
    bool backpressure = false;  ///< packets wait in the NIC while the consumer is behind
    bool touch = false;         ///< one byte of each packet instead of the check of its number
    std::uint32_t queues = 1;   ///< mapped and served together, from the first on
    std::chrono::microseconds nap{50};  ///< of one that would not sleep by itself
};

/// Under icount the time stamp counter counts instructions; it is not serializing, nor need it be.
inline std::uint64_t instructions() noexcept {
    return __rdtsc();
}

std::unique_ptr<Arm> make_recvmmsg_arm(std::uint16_t port);
std::unique_ptr<Arm> make_busy_poll_arm(std::uint16_t port, std::chrono::microseconds nap);
std::unique_ptr<Arm> make_poll_recv_arm(std::uint16_t port);
std::unique_ptr<Arm> make_epoll_recv_arm(std::uint16_t port);
std::unique_ptr<Arm> make_pcap_arm(const std::string& interface, bool immediate);
std::unique_ptr<Arm> make_packet_arm(const std::string& interface);
std::unique_ptr<Arm> make_ring_arm(const std::string& interface, const RingSettings& settings);
std::unique_ptr<Arm> make_awake_arm(const std::string& interface, const RingSettings& settings);
std::unique_ptr<Arm> make_dispatcher_arm(const std::string& interface,
                                         const RingSettings& settings);

}  // namespace rxmap::bench
