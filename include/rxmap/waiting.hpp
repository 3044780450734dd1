// SPDX-License-Identifier: MIT
// How Ring::wait() passes the time until there is something to say, chosen at run time, and the
// counters of the ways that it took. Documentation/library.md has a table "which wait".
#pragma once

#include <linux/rxmap.h>

#include <chrono>
#include <cstdint>
#include <memory>

namespace rxmap {

namespace detail {
class Sleeper;
}

// The first six sleep: no CPU is used while nothing comes. Whatever is chosen, a wait keeps its
// deadline and ends for a stop request. While the interface is down or has no link every wait
// sleeps, and while a batch of the caller's lives those that sleep do it in poll().
enum class WaitBy : std::uint32_t {
    poll = 0,
    epoll = 1,            // level-triggered
    epoll_edge = 2,       // EPOLLET
    epoll_oneshot = 3,    // EPOLLONESHOT, rearmed before each sleep
    epoll_exclusive = 4,  // EPOLLEXCLUSIVE: of several sleepers on one descriptor one is woken
    uring = 5,            // io_uring, multishot poll; needs component rxmap::uring
    busy_poll = 6,        // polls the NIC in the kernel (RXMAP_BUSY_POLL), never sleeps
    spin = 7,             // looks at shared memory, no system call, never sleeps
    adaptive = 8,         // spins, then busy polls, then sleeps in poll(), as packets come
};

// How a wait drives the NIC itself: no interrupt and no wake-up then, but a CPU is busy meanwhile.
struct BusyPoll {
    // Before each sleep, for the ways that sleep; 0: sleep at once. Of no meaning to the others.
    std::chrono::microseconds time{0};
    std::uint32_t budget = 64;  // most packets of one look, 1 to RXMAP_BUSY_POLL_BUDGET_MAX
};

// When WaitBy::adaptive stays awake. A gap is the time from one packet to the next, smoothed. What
// was begun below a gap is given up at twice the gap, and lasts four times the gap in each wait.
struct Adaptive {
    std::chrono::microseconds spin_gap{20};   // at least 1
    std::chrono::microseconds busy_gap{100};  // at least spin_gap, an hour at most
};

// Makes what sleeps, for a ring's descriptor and for one that ends the sleep. Throws rxmap::Error.
using MakeSleeper = std::unique_ptr<detail::Sleeper> (*)(int ring_fd, int wake_fd);

// Argument of Ring::set_waiting().
struct Waiting {
    WaitBy by = WaitBy::poll;     // how the time is passed
    BusyPoll busy_poll = {};      // looks at the NIC, before a sleep or instead of it
    Adaptive adaptive = {};       // thresholds of WaitBy::adaptive
    MakeSleeper uring = nullptr;  // for WaitBy::uring: rxmap::uring::sleeper (<rxmap/uring.hpp>)
};

// What the waits of a ring did, since it was made. The first four and timeouts and stops add up to
// the calls of wait().
struct WaitStats {
    std::uint64_t at_once = 0;          // there was something to say already
    std::uint64_t after_spin = 0;       // it came while the wait spun
    std::uint64_t after_busy_poll = 0;  // it came while the wait polled the NIC
    std::uint64_t after_sleep = 0;      // it came during a sleep, or as one was about to begin
    std::uint64_t timeouts = 0;         // nothing came until the deadline
    std::uint64_t stops = 0;            // a stop was requested
    std::uint64_t busy_poll_calls = 0;  // RXMAP_BUSY_POLL
    std::uint64_t sleeps_in_poll = 0;   // calls of poll()
    std::uint64_t sleeps_in_epoll = 0;  // calls of epoll_wait()
    std::uint64_t sleeps_in_uring = 0;  // calls of io_uring_enter() to wait
    std::uint64_t sleeps_spared = 0;    // armed, looked again, and there was something
    std::uint64_t rises = 0;            // adaptive: to busy polling, or to spinning
    std::uint64_t falls = 0;            // adaptive: the other way
};

// "poll", "epoll-edge", "adaptive", ...
[[nodiscard]] const char* to_string(WaitBy by) noexcept;

}  // namespace rxmap
