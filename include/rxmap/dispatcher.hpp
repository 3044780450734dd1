// SPDX-License-Identifier: MIT
// An event loop: many rings, timers and foreign descriptors in one thread.
//
//     rxmap::Dispatcher loop;
//     auto packets = loop.add_ring(ring, {.packets = [&](const rxmap::Batch& batch) {
//         for (auto packet : batch)
//             consume(packet.bytes());
//     }});
//     auto tick = loop.every(1s, [&](std::uint64_t) { report(); });
//     loop.run(stop.get_token());
//
// Threads: run() and run_for() are for one thread at a time; whoever is in them calls every
// callback. All else may be called from any thread and from inside callbacks. While a ring is
// registered it belongs to the loop's thread: others use it only as Ring::detach() allows.
//
// Cost: a turn visits each ring once and takes one batch of it. No turn allocates. While packets
// come there is no system call, except a look at foreign descriptors each kTurnsPerLook turns. A
// loop with nothing to do arms its rings, looks again and sleeps in epoll.
#pragma once

#include <rxmap/batch.hpp>
#include <rxmap/ring.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <thread>

namespace rxmap {

namespace detail {
class Loop;
struct Entry;
}  // namespace detail

// One registered callback; removes it when it goes. Move-only. It may outlive its dispatcher.
class [[nodiscard]] Registration {
  public:
    Registration() noexcept = default;
    Registration(Registration&&) noexcept = default;
    // Removes what it had.
    Registration& operator=(Registration&& other) noexcept;
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
    ~Registration() { remove(); }

    // The callback is not called any more, from here on.
    //  - Called in another thread while the loop runs: returns when the turn that runs now is over,
    //    so the callback does not run any more either. Hold no lock that a callback wants.
    //  - Called in a callback, that one or another: returns at once. The function object is
    //    destroyed after the callback has returned.
    // Afterwards the ring or descriptor is the caller's again; in a ring's own callback once that
    // has returned, for its batch is alive. A second call does nothing.
    void remove() noexcept;

    // Leaves the callback registered for as long as the dispatcher lives.
    void leave() noexcept;

    // Whether the callback may be called still: false for an empty registration, a one-shot timer
    // that ran, a ring that ended.
    [[nodiscard]] explicit operator bool() const noexcept;

  private:
    friend class Dispatcher;
    Registration(std::weak_ptr<detail::Loop> loop, std::shared_ptr<detail::Entry> entry) noexcept;

    std::weak_ptr<detail::Loop> loop_;
    std::shared_ptr<detail::Entry> entry_;
};

// What a dispatcher does with a ring.
struct RingHandler {
    static constexpr std::uint32_t kMostPackets = 256;  // of one batch

    // Each batch, never an empty one. It goes back when the callback returns or throws; what is to
    // stay longer: PacketView::keep(). Needed.
    std::function<void(const Batch& batch)> packets;
    // Wait::state_changed, see Ring::state(), and at the end, once, Wait::closed: the ring is then
    // no longer registered. Without this function the end of the ring leaves run() as an Error with
    // ENODEV, and other changes are passed over.
    std::function<void(Wait what)> event = {};
    std::uint32_t most = Ring::kBatch;  // packets of one batch, 1 to kMostPackets
};

// Argument of Dispatcher's constructor.
struct DispatcherOptions {
    // How long the loop stays awake after the last thing that it did, 0 to an hour; a CPU is busy
    // for that time. 0: it sleeps at once.
    std::chrono::microseconds stay_awake{0};
};

// One loop for rings, timers and descriptors; the head of this file says who may call what.
class [[nodiscard]] Dispatcher {
  public:
    static constexpr std::uint32_t kTurnsPerLook = 16;  // busy turns before it looks at other files

    // Throws Error: EINVAL for what is out of range, EMFILE and the like when there are no
    // descriptors left (it needs two).
    explicit Dispatcher(const DispatcherOptions& options = {});
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;
    // Asks run() to end and waits until it did, unless called in a callback; then run() returns
    // after that one. Callbacks are destroyed.
    ~Dispatcher();

    // ---- callbacks: an exception from one leaves through run(), which may be called again ----

    // The ring may move meanwhile. Ring::set_waiting() has no meaning for a loop. Throws Error:
    // EINVAL without `packets` or with `most` out of range, EEXIST when the ring is registered
    // here already, ENOSPC and ENOMEM as epoll_ctl() says.
    Registration add_ring(Ring& ring, RingHandler handler);

    // `events` are those of epoll: EPOLLIN, EPOLLOUT, EPOLLPRI, EPOLLRDHUP, EPOLLET; EPOLLERR and
    // EPOLLHUP are always reported. Remove it before you close `fd`. Throws Error: EINVAL for other
    // events or no function, EBADF, EEXIST, EPERM (a file that epoll cannot watch), ...
    Registration add_fd(int fd, std::uint32_t events, std::function<void(std::uint32_t)> ready);

    // Once, `delay` from now; a negative one means now. Throws Error: EINVAL without a function.
    Registration after(std::chrono::nanoseconds delay, std::function<void()> run_out);

    // Each `interval` from now, which must be above zero (EINVAL). The callback is told how many
    // intervals have ended since the last call: a loop that was late calls it once.
    Registration every(std::chrono::nanoseconds interval,
                       std::function<void(std::uint64_t intervals)> run_out);

    // ---- running ----

    // Until a stop is requested: by the token, or by stop(). Throws what a callback throws, and
    // Error: EBUSY when another thread runs this dispatcher, or this one does further up.
    void run(std::stop_token stop = {});
    // The same for at most `time`: false when that is over. Zero or less: one turn.
    bool run_for(std::chrono::nanoseconds time, std::stop_token stop = {});
    // Ends run(), or the next one if nobody runs it now. Any thread, any callback.
    void stop() noexcept;

    // ---- or in a thread of its own ----

    // Throws Error (EBUSY) when it was started already, std::system_error when there is no thread.
    void start();
    // Stops and joins it, and throws what left its run(). Throws Error (EDEADLK) in a callback.
    // Does nothing when it was not started.
    void finish();

  private:
    std::shared_ptr<detail::Loop> loop_;
    std::thread thread_;  // start()
};

}  // namespace rxmap
