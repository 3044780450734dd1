// SPDX-License-Identifier: MIT
// What a dispatcher's loop has registered: adding and removing, by any thread, at any time.
#include "loop.hpp"

#include <rxmap/error.hpp>

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace rxmap::detail {

namespace {

[[noreturn]] void fail(const std::string& what) {
    const int error = errno;
    throw Error(error, "cannot " + what + ": " + std::strerror(error));
}

template <typename Kind>
std::shared_ptr<Entry> take_dead(std::vector<std::shared_ptr<Kind>>& list) noexcept {
    const auto dead = std::ranges::find_if(list, [](const auto& entry) { return !entry->alive; });
    if (dead == list.end())
        return nullptr;
    std::shared_ptr<Entry> entry = std::move(*dead);
    list.erase(dead);
    return entry;
}

template <typename Kind>
void append(std::vector<std::shared_ptr<Kind>>& list, std::vector<std::shared_ptr<Kind>>& more) {
    list.insert(list.end(), more.begin(), more.end());
    more.clear();
}

}  // namespace

Loop::Loop(const DispatcherOptions& options)
    : stay_awake_(options.stay_awake),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      wake_watch_{.what = Watch::What::loop_wake, .fd = wake_.fd(), .entry = nullptr} {
    if (epoll_.fd() < 0 || wake_.fd() < 0)
        fail("create the epoll instance and the eventfd of a dispatcher");
    watch(wake_watch_, EPOLLIN);
    // Since Linux 5.11; and a filter of system calls may not know it.
    const timespec now{};
    if (epoll_pwait2(epoll_.fd(), events_.data(), 1, &now, nullptr) < 0 && errno != EINTR)
        fail("wait in a dispatcher with epoll_pwait2");
}

void Loop::watch(Watch& watch, std::uint32_t events) const {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &watch;
    if (epoll_ctl(epoll_.fd(), EPOLL_CTL_ADD, watch.fd, &event) != 0)
        fail("watch descriptor " + std::to_string(watch.fd) + " in a dispatcher");
}

template <typename Kind>
void Loop::enter(std::vector<std::shared_ptr<Kind>>& list, std::shared_ptr<Kind> entry,
                 std::uint32_t events) {
    const std::lock_guard lock(mutex_);
    list.push_back(entry);
    try {
        for (Watch& each : entry->watches)
            watch(each, each.what == Watch::What::ring_wake ? EPOLLIN : events);
    } catch (...) {
        // not by kill(): the descriptor may be registered already, and that one stays
        if (entry->watches.size() > 1)
            (void)epoll_ctl(epoll_.fd(), EPOLL_CTL_DEL, entry->watches[1].fd, nullptr);
        list.pop_back();
        throw;
    }
    changed_ = true;
    wake();
}

void Loop::add(std::shared_ptr<RingEntry> entry) {
    enter(added_.rings, std::move(entry), EPOLLIN | EPOLLPRI);
}

void Loop::add(std::shared_ptr<FileEntry> entry, std::uint32_t events) {
    enter(added_.files, std::move(entry), events);
}

void Loop::add(std::shared_ptr<TimerEntry> entry) {
    enter(added_.timers, std::move(entry), 0);
}

// From here on no callback of the entry begins; it is taken out between two turns.
void Loop::kill(Entry& entry) noexcept {
    if (!entry.alive.exchange(false))
        return;
    for (const Watch& each : entry.watches)
        (void)epoll_ctl(epoll_.fd(), EPOLL_CTL_DEL, each.fd, nullptr);
    changed_ = true;
}

void Loop::remove(Entry& entry) noexcept {
    const std::thread::id me = std::this_thread::get_id();
    Lock lock(mutex_);
    kill(entry);
    // in a callback, or in the destructor of one that is being dropped
    if (runner_ == me || entry.dropper == me)
        return;
    wake();
    while (!entry.gone)
        if (runner_ != std::thread::id{} || !drop_dead(lock))
            turned_.wait(lock);
}

void Loop::close() noexcept {
    const std::thread::id me = std::this_thread::get_id();
    Lock lock(mutex_);
    for (Lists* lists : {&added_, &lists_}) {
        for (const auto& entry : lists->rings)
            kill(*entry);
        for (const auto& entry : lists->files)
            kill(*entry);
        for (const auto& entry : lists->timers)
            kill(*entry);
    }
    stop_ = true;
    if (runner_ == me)
        return;
    wake();
    turned_.wait(lock, [this] { return runner_ == std::thread::id{}; });
    (void)drop_dead(lock);
}

void Loop::stop() noexcept {
    stop_ = true;
    wake();
}

bool Loop::runs_here() const noexcept {
    const std::lock_guard lock(mutex_);
    return runner_ == std::this_thread::get_id();
}

void Loop::wake() const noexcept {
    (void)eventfd_write(wake_.fd(), 1);
}

// Between two turns.
void Loop::apply_changes() {
    Lock lock(mutex_);
    for (const auto& entry : added_.rings)
        entry->core->end_sleep();  // a new ring is armed
    append(lists_.rings, added_.rings);
    append(lists_.files, added_.files);
    append(lists_.timers, added_.timers);
    changed_ = false;
    (void)drop_dead(lock);
    find_next_timer();
}

std::shared_ptr<Entry> Loop::next_dead() noexcept {
    for (Lists* lists : {&added_, &lists_}) {
        if (auto entry = take_dead(lists->rings))
            return entry;
        if (auto entry = take_dead(lists->files))
            return entry;
        if (auto entry = take_dead(lists->timers))
            return entry;
    }
    return nullptr;
}

// Callbacks are destroyed without the mutex, since what they captured may call us. Meanwhile
// another thread may begin to run the loop: the rest is its business then. False: there was none.
bool Loop::drop_dead(Lock& lock) noexcept {
    const std::thread::id runner = runner_;
    bool any = false;
    while (runner_ == runner) {
        const std::shared_ptr<Entry> entry = next_dead();
        if (!entry)
            break;
        any = true;
        for (std::size_t i = event_; i < event_end_; ++i)
            if (auto* const watch = static_cast<Watch*>(events_[i].data.ptr);
                watch->entry == entry.get())
                events_[i].data.ptr = &wake_watch_;
        entry->dropper = std::this_thread::get_id();
        lock.unlock();
        entry->drop();
        lock.lock();
        entry->gone = true;
        turned_.notify_all();
    }
    return any;
}

}  // namespace rxmap::detail
