// SPDX-License-Identifier: MIT
// The dispatcher's loop: what is registered, a turn over it, and the sleep between two turns.
//
// The lists are changed at the beginning of a turn only, by the thread that runs the loop, or by
// anyone while nobody runs it; always under the mutex. So a turn reads them without it, and who
// wants a callback gone waits for the end of the turn. What is added meanwhile waits in `added_`.
#pragma once

#include <rxmap/detail/core.hpp>
#include <rxmap/dispatcher.hpp>

#include <sys/epoll.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "file.hpp"

namespace rxmap::detail {

// What epoll hands back for a descriptor.
struct Watch {
    enum class What : std::uint8_t { loop_wake, ring_file, ring_wake, foreign };
    What what;
    int fd;
    Entry* entry;  // none for loop_wake
};

// One registration. `alive` is anyone's; `gone` and `dropper` are under the loop's mutex; the rest
// is constant, or belongs to the thread that runs the loop.
struct Entry {
    Entry() = default;
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    virtual ~Entry() = default;
    // Drops the callbacks: their captures must not wait for the Registration.
    virtual void drop() noexcept = 0;

    std::atomic<bool> alive{true};
    bool gone = false;
    std::thread::id dropper;  // who drops it now
    std::vector<Watch> watches;
};

struct RingEntry final : Entry {
    void drop() noexcept override {
        handler = {};
        core.reset();
    }
    std::shared_ptr<Core> core;  // the Ring may go before its registration
    RingHandler handler;
    bool asleep = false;
    bool ended = false;  // its file hung up
};

struct FileEntry final : Entry {
    void drop() noexcept override { ready = {}; }
    std::function<void(std::uint32_t)> ready;
};

struct TimerEntry final : Entry {
    void drop() noexcept override { run_out = {}; }
    std::function<void(std::uint64_t)> run_out;
    std::chrono::steady_clock::time_point next;
    std::chrono::nanoseconds interval{0};  // 0: once
};

// A time that is not beyond the clock's range.
[[nodiscard]] inline std::chrono::steady_clock::time_point later(
    std::chrono::steady_clock::time_point time, std::chrono::nanoseconds delay) noexcept {
    const auto last = std::chrono::steady_clock::time_point::max();
    return delay > last - time ? last : time + delay;
}

class Loop {
  public:
    using Clock = std::chrono::steady_clock;
    using Deadline = std::optional<Clock::time_point>;

    // Throws Error.
    explicit Loop(const DispatcherOptions& options);

    // Any thread. Throws Error when epoll refuses a descriptor; nothing is registered then.
    void add(std::shared_ptr<RingEntry> entry);
    void add(std::shared_ptr<FileEntry> entry, std::uint32_t events);
    void add(std::shared_ptr<TimerEntry> entry);
    // Any thread; see Registration::remove().
    void remove(Entry& entry) noexcept;
    void stop() noexcept;
    void forget_stop() noexcept { stop_ = false; }
    // Removes all, ends run(), and waits for its end unless the caller is in it.
    void close() noexcept;
    [[nodiscard]] bool runs_here() const noexcept;

    // False: the time is over.
    bool run(Deadline end, const std::stop_token& stop);

    std::exception_ptr failure;  // of a thread of its own; read when it was joined

  private:
    class Running;
    using Lock = std::unique_lock<std::mutex>;
    struct Lists {
        std::vector<std::shared_ptr<RingEntry>> rings;
        std::vector<std::shared_ptr<FileEntry>> files;
        std::vector<std::shared_ptr<TimerEntry>> timers;
    };

    // loop.cpp: what is registered
    template <typename Kind>
    void enter(std::vector<std::shared_ptr<Kind>>& list, std::shared_ptr<Kind> entry,
               std::uint32_t events);
    void watch(Watch& watch, std::uint32_t events) const;
    void kill(Entry& entry) noexcept;
    void wake() const noexcept;
    void apply_changes();
    [[nodiscard]] std::shared_ptr<Entry> next_dead() noexcept;
    bool drop_dead(Lock& lock) noexcept;
    // turn.cpp: what is done about it
    bool visit_rings();
    bool visit(RingEntry& entry);
    void end(RingEntry& entry);
    bool run_timers(Clock::time_point now);
    void find_next_timer() noexcept;
    void sleep(Deadline until);
    void look_at_files();
    // 0 or an errno value.
    int wait_for_files(const std::optional<std::chrono::nanoseconds>& time) noexcept;
    void call_for_files();

    const std::chrono::microseconds stay_awake_;
    File epoll_;
    File wake_;  // eventfd: ends a sleep
    Watch wake_watch_;

    // Under the mutex.
    mutable std::mutex mutex_;
    std::condition_variable turned_;  // entries are gone, or nobody runs the loop any more
    std::thread::id runner_;          // none: nobody runs it
    Lists added_;

    std::atomic<bool> changed_{false};  // added_ is not empty, or an entry died
    std::atomic<bool> stop_{false};

    // Of the thread that runs the loop; changed under the mutex.
    Lists lists_;
    std::array<epoll_event, 16> events_{};  // what epoll said; an exception leaves the rest here
    std::size_t event_ = 0;                 // the next to be called for
    std::size_t event_end_ = 0;
    Clock::time_point next_timer_ = Clock::time_point::max();
    Clock::time_point last_work_{};
    std::uint32_t turns_ = 0;
};

}  // namespace rxmap::detail
