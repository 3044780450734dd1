// SPDX-License-Identifier: MIT
// A dispatcher's turn: each ring once, timers, foreign descriptors; and the sleep between two
// turns.
#include <rxmap/error.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "loop.hpp"

namespace rxmap::detail {

namespace {

using std::chrono::nanoseconds;

const std::stop_token kNoStop;

}  // namespace

// The one thread that runs the loop now.
class Loop::Running {
  public:
    explicit Running(Loop& loop) : loop_(loop) {
        const std::lock_guard lock(loop_.mutex_);
        if (loop_.runner_ != std::thread::id{})
            throw Error(EBUSY, "the dispatcher runs already, in this thread or another one");
        loop_.runner_ = std::this_thread::get_id();
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() {
        Lock lock(loop_.mutex_);
        (void)loop_.drop_dead(lock);
        loop_.runner_ = {};
        loop_.stop_ = false;
        loop_.turned_.notify_all();
    }

  private:
    Loop& loop_;
};

bool Loop::run(Deadline end, const std::stop_token& stop) {
    const Running running(*this);
    const std::stop_callback wake_on_stop(stop, [this] { wake(); });
    for (;;) {
        if (changed_)
            apply_changes();
        if (stop_ || stop.stop_requested())
            return true;
        call_for_files();  // what an exception left
        bool worked = visit_rings();
        Deadline now;
        if (end || stay_awake_.count() != 0 || !lists_.timers.empty()) {
            now = Clock::now();
            worked = run_timers(*now) || worked;
        }
        if (end && *now >= *end) {
            look_at_files();
            return false;
        }
        if (worked)
            last_work_ = now.value_or(last_work_);
        if (!worked && (stay_awake_.count() == 0 || *now - last_work_ >= stay_awake_))
            sleep(end ? std::min(*end, next_timer_) : next_timer_);
        else if (++turns_ % Dispatcher::kTurnsPerLook == 0)
            look_at_files();
    }
}

bool Loop::visit_rings() {
    bool worked = false;
    for (const auto& entry : lists_.rings)
        if (entry->alive.load(std::memory_order_relaxed))
            worked = visit(*entry) || worked;
    return worked;
}

// One batch. It goes back when the callback is left, in whichever way.
bool Loop::visit(RingEntry& entry) {
    Core& core = *entry.core;
    const std::optional<Wait> found = core.look(kNoStop);
    if (found == Wait::ready) {
        const std::uint32_t first = core.position();
        const Batch batch(core, first, core.take(entry.handler.most));
        if (batch.empty())
            return false;
        entry.handler.packets(batch);
        return true;
    }
    if (found == Wait::state_changed) {
        if (entry.handler.event)
            entry.handler.event(Wait::state_changed);
        return true;
    }
    if (!found && !entry.ended)
        return false;
    end(entry);
    return true;
}

void Loop::end(RingEntry& entry) {
    kill(entry);
    if (entry.handler.event) {
        entry.handler.event(Wait::closed);
        return;
    }
    const auto reason = static_cast<Reason>(load_acquire(entry.core->status().reason));
    throw Error(ENODEV, "the ring on queue " + std::to_string(entry.core->granted().queue) +
                            " of interface " + std::to_string(entry.core->granted().ifindex) +
                            " ended: " + to_string(reason));
}

// A callback that throws leaves next_timer_ in the past: the next turn looks at all of them again.
bool Loop::run_timers(Clock::time_point now) {
    if (now < next_timer_)
        return false;
    bool worked = false;
    for (const auto& timer : lists_.timers) {
        if (!timer->alive.load(std::memory_order_relaxed) || timer->next > now)
            continue;
        worked = true;
        std::uint64_t intervals = 1;
        if (timer->interval.count() == 0) {
            kill(*timer);
        } else {
            const auto late = (now - timer->next) / timer->interval;
            timer->next = later(timer->next + late * timer->interval, timer->interval);
            intervals += static_cast<std::uint64_t>(late);
        }
        timer->run_out(intervals);
    }
    find_next_timer();
    return worked;
}

void Loop::find_next_timer() noexcept {
    next_timer_ = Clock::time_point::max();
    for (const auto& timer : lists_.timers)
        if (timer->alive.load(std::memory_order_relaxed))
            next_timer_ = std::min(next_timer_, timer->next);
}

// Each ring's half of sleeping, as Core::sleep_once() has it for one. An entry that dies meanwhile
// is still ours: who removed it waits for the end of the turn.
void Loop::sleep(Deadline until) {
    bool quiet = true;
    for (const auto& entry : lists_.rings) {
        entry->asleep = entry->alive.load(std::memory_order_relaxed);
        if (entry->asleep)
            quiet = entry->core->begin_sleep() && quiet;
    }
    std::optional<nanoseconds> time;
    if (!quiet)
        time = nanoseconds{0};
    else if (*until != Clock::time_point::max())
        time = std::max(nanoseconds{0}, nanoseconds{*until - Clock::now()});
    const int error = wait_for_files(time);
    for (const auto& entry : lists_.rings)
        if (entry->asleep)
            entry->core->end_sleep();
    if (error != 0)
        throw Error(error, std::string("a dispatcher cannot sleep: epoll_pwait2 says ") +
                               std::strerror(error));
    call_for_files();
}

void Loop::look_at_files() {
    if (lists_.files.empty())
        return;
    (void)wait_for_files(nanoseconds{0});
    call_for_files();
}

int Loop::wait_for_files(const std::optional<nanoseconds>& time) noexcept {
    timespec timeout{};
    if (time)
        timeout = to_timespec(*time);
    const int count = epoll_pwait2(epoll_.fd(), events_.data(), static_cast<int>(events_.size()),
                                   time ? &timeout : nullptr, nullptr);
    const int error = count < 0 && errno != EINTR ? errno : 0;
    event_ = 0;
    event_end_ = static_cast<std::size_t>(std::max(count, 0));
    // epoll may speak of what another thread is adding right now: it does that under the mutex.
    if (count > 0) {
        const std::lock_guard lock(mutex_);
    }
    return error;
}

void Loop::call_for_files() {
    while (event_ < event_end_) {
        const epoll_event event = events_[event_++];
        const Watch& watch = *static_cast<const Watch*>(event.data.ptr);
        switch (watch.what) {
            case Watch::What::loop_wake:
            case Watch::What::ring_wake:
                empty_wake_file(watch.fd);
                break;
            case Watch::What::ring_file:  // the next turn looks at it
                if ((event.events & (EPOLLERR | EPOLLHUP)) != 0)
                    static_cast<RingEntry*>(watch.entry)->ended = true;
                break;
            case Watch::What::foreign:
                if (watch.entry->alive.load(std::memory_order_relaxed))
                    static_cast<FileEntry*>(watch.entry)->ready(event.events);
                break;
        }
    }
}

}  // namespace rxmap::detail
