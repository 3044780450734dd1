// SPDX-License-Identifier: MIT
// One RX queue of a network interface, mapped into this process.
//
//     auto ring = rxmap::Ring::attach("eth1");
//     while (ring.wait() != rxmap::Wait::closed)
//         for (auto packet : ring.take())
//             consume(packet.bytes());
//
// One thread at a time uses a Ring and its batches; the Ring may move between threads. Only
// KeptPacket crosses threads freely. Set-up calls throw rxmap::Error (a std::system_error); the
// data path is noexcept and answers with values.
#pragma once

#include <rxmap/batch.hpp>
#include <rxmap/detail/core.hpp>
#include <rxmap/error.hpp>
#include <rxmap/stats.hpp>
#include <rxmap/types.hpp>
#include <rxmap/waiting.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>

namespace rxmap {

// An attached queue. Move-only; destroying it gives the queue back. The head of this file says who
// may call what.
class [[nodiscard]] Ring {
  public:
    static constexpr std::uint32_t kBatch = 64;  // packets; what take() gives unless told

    // Maps one queue of an interface of the caller's network namespace. Throws rxmap::Error.
    static Ring attach(const std::string& ifname, const Options& options = {});

    // Takes over a file that another process attached: privileged set-up, unprivileged use. No
    // capability is needed. Owns the file from here on, even if it throws, and closes it at exec().
    // Begins with the first packet that the other one did not take. Throws rxmap::Error: EBADF,
    // ENOTTY (no /dev/rxmap), ENOTCONN (not attached), ENODEV (ended), EPROTONOSUPPORT (other ABI).
    static Ring adopt(int fd);
    // The same with the descriptor that `rxmapctl exec` left open: its number is in RXMAP_FD.
    // Throws EINVAL when there is none.
    static Ring adopt();

    Ring(Ring&&) noexcept = default;
    // Detaches what it had. Of a moved-from ring only assignment and destruction are allowed.
    Ring& operator=(Ring&& other) noexcept;
    Ring(const Ring&) = delete;
    Ring& operator=(const Ring&) = delete;
    // Detaches. A thread that waits meanwhile gets Wait::closed and must not touch the ring any
    // more. Batches must be gone by now; kept packets stay readable memory, but their bytes may
    // become zero.
    ~Ring();

    // ---- packets ----

    // Up to `max` packets that are there already. Never blocks; an empty batch is an answer.
    [[nodiscard]] Batch take(std::uint32_t max = kBatch) noexcept {
        detail::Core& core = *core_;
        const std::uint32_t first = core.position();
        return {core, first, core.take(max)};
    }

    // Hands frames of destroyed kept packets to the kernel now. take(), wait() and arm() do it too.
    void reclaim() noexcept;

    // ---- waiting ----

    // Waits until there is something to say, as set_waiting() chose: it sleeps in poll() unless
    // told. A stop request ends it, from any thread: a sleep at once, a look at the NIC within a
    // millisecond. Signals do not end it.
    [[nodiscard]] Wait wait(std::stop_token stop = {}) noexcept;
    [[nodiscard]] Wait wait(std::chrono::steady_clock::time_point deadline,
                            std::stop_token stop = {}) noexcept;
    [[nodiscard]] Wait wait(std::chrono::nanoseconds timeout, std::stop_token stop = {}) noexcept;

    // How the next waits pass their time; poll() unless told. Throws rxmap::Error and leaves all as
    // it was: EINVAL for what is out of range, ENOTSUP for WaitBy::uring without its component, and
    // what the kernel says to a new epoll instance or io_uring.
    void set_waiting(const Waiting& waiting);
    [[nodiscard]] WaitStats wait_stats() const noexcept;

    // For event loops of your own. The descriptor is readable while packets are unread: a
    // level-triggered loop needs nothing else. An edge-triggered one calls arm() before it sleeps:
    // false means that something is there already, so do not sleep.
    [[nodiscard]] int fd() const noexcept;
    [[nodiscard]] bool arm() noexcept;
    // For a thread that spins on take(): no wake-ups, please, until the next arm() or wait().
    void disarm() noexcept;

    // ---- what the kernel says ----

    // Read from shared memory, no system call. stats() is a copy of some 200 bytes: not per packet.
    [[nodiscard]] State state() const noexcept;
    [[nodiscard]] Reason reason() const noexcept;
    [[nodiscard]] Stats stats() const noexcept;
    [[nodiscard]] Info info() const noexcept;

    // ---- while packets flow ----

    // Throw rxmap::Error: EPERM once locked, EINVAL for a bad filter or threshold, ENODEV once
    // the ring is final. An empty filter removes the filter.
    void set_filter(const Filter& filter);
    void set_wake(Wake wake);
    // Freezes filter, mode and quota for good; do it before the descriptor is handed on.
    void lock();
    // The other end of adopt(): unmaps without detaching and returns the descriptor, which the
    // caller owns, to pass it on. Batches and kept packets must be gone; the Ring is moved-from
    // afterwards. Throws EMFILE, and keeps the ring then.
    [[nodiscard]] int hand_over();
    // Gives the queue back now. The ring is State::gone afterwards; kept packets stay mapped. The
    // one call that another thread may make while this one waits: the wait ends with Wait::closed.
    // Throws ECHILD in a forked child, which has no part in its parent's ring; there the destructor
    // leaves the ring alone, too.
    void detach();

    // For transports of the library's own: the kernel, and the model of rxmap::testing.
    Ring(std::unique_ptr<detail::Transport> transport, const rxmap_attach& granted);

  private:
    friend class Dispatcher;
    std::shared_ptr<detail::Core> core_;
};

}  // namespace rxmap
