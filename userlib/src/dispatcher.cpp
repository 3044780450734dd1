// SPDX-License-Identifier: MIT
// Dispatcher and Registration: the handles that users see. The work is in detail::Loop.
#include <rxmap/dispatcher.hpp>

#include <rxmap/error.hpp>

#include <sys/epoll.h>

#include <cerrno>
#include <string>
#include <utility>

#include "loop.hpp"

namespace rxmap {

namespace {

constexpr std::chrono::microseconds kLongest = std::chrono::hours{1};  // to stay awake
constexpr std::uint32_t kEvents =
    EPOLLIN | EPOLLOUT | EPOLLPRI | EPOLLRDHUP | EPOLLERR | EPOLLHUP | std::uint32_t{EPOLLET};

void need(bool condition, const char* what) {
    if (!condition)
        throw Error(EINVAL, what);
}

}  // namespace

// ---- Registration ----

Registration::Registration(std::weak_ptr<detail::Loop> loop,
                           std::shared_ptr<detail::Entry> entry) noexcept
    : loop_(std::move(loop)), entry_(std::move(entry)) {}

Registration& Registration::operator=(Registration&& other) noexcept {
    if (this != &other) {
        remove();
        loop_ = std::move(other.loop_);
        entry_ = std::move(other.entry_);
    }
    return *this;
}

void Registration::remove() noexcept {
    const auto entry = std::move(entry_);
    const auto loop = loop_.lock();
    if (entry && loop)
        loop->remove(*entry);
}

void Registration::leave() noexcept {
    entry_.reset();
}

Registration::operator bool() const noexcept {
    return entry_ && entry_->alive;
}

// ---- Dispatcher ----

Dispatcher::Dispatcher(const DispatcherOptions& options) {
    if (options.stay_awake.count() < 0 || options.stay_awake > kLongest)
        throw Error(EINVAL, "a dispatcher cannot stay awake for " +
                                std::to_string(options.stay_awake.count()) + " us (0 to " +
                                std::to_string(kLongest.count()) + ")");
    loop_ = std::make_shared<detail::Loop>(options);
}

Dispatcher::~Dispatcher() {
    const bool here = loop_->runs_here();
    loop_->close();
    if (!thread_.joinable())
        return;
    if (here)
        thread_.detach();  // it ends when this callback is left, and holds the loop until then
    else
        thread_.join();
}

Registration Dispatcher::add_ring(Ring& ring, RingHandler handler) {
    need(handler.packets != nullptr, "a ring in a dispatcher needs a function for its packets");
    if (handler.most == 0 || handler.most > RingHandler::kMostPackets)
        throw Error(EINVAL, "a batch of " + std::to_string(handler.most) +
                                " packets is out of range, 1 to " +
                                std::to_string(RingHandler::kMostPackets));
    using What = detail::Watch::What;
    auto entry = std::make_shared<detail::RingEntry>();
    entry->core = ring.core_;
    entry->handler = std::move(handler);
    entry->watches = {{What::ring_file, ring.fd(), entry.get()},
                      {What::ring_wake, ring.core_->wake_fd(), entry.get()}};
    loop_->add(entry);
    return {loop_, entry};
}

Registration Dispatcher::add_fd(int fd, std::uint32_t events,
                                std::function<void(std::uint32_t)> ready) {
    need(ready != nullptr, "a descriptor in a dispatcher needs a function");
    if ((events & ~kEvents) != 0)
        throw Error(EINVAL, "a dispatcher does not know the epoll events " +
                                std::to_string(events & ~kEvents));
    auto entry = std::make_shared<detail::FileEntry>();
    entry->ready = std::move(ready);
    entry->watches = {{detail::Watch::What::foreign, fd, entry.get()}};
    loop_->add(entry, events);
    return {loop_, entry};
}

Registration Dispatcher::after(std::chrono::nanoseconds delay, std::function<void()> run_out) {
    need(run_out != nullptr, "a timer needs a function");
    auto entry = std::make_shared<detail::TimerEntry>();
    entry->run_out = [run_out = std::move(run_out)](std::uint64_t) { run_out(); };
    entry->next = detail::later(detail::Loop::Clock::now(), delay);
    loop_->add(entry);
    return {loop_, entry};
}

Registration Dispatcher::every(std::chrono::nanoseconds interval,
                               std::function<void(std::uint64_t)> run_out) {
    need(run_out != nullptr, "a timer needs a function");
    need(interval.count() > 0, "the interval of a timer must be above 0 ns");
    auto entry = std::make_shared<detail::TimerEntry>();
    entry->run_out = std::move(run_out);
    entry->interval = interval;
    entry->next = detail::later(detail::Loop::Clock::now(), interval);
    loop_->add(entry);
    return {loop_, entry};
}

// The loop lives until its run() is left, even if a callback destroys the dispatcher.
void Dispatcher::run(std::stop_token stop) {
    const auto loop = loop_;
    (void)loop->run(std::nullopt, stop);
}

bool Dispatcher::run_for(std::chrono::nanoseconds time, std::stop_token stop) {
    const auto loop = loop_;
    return loop->run(detail::later(detail::Loop::Clock::now(), time), stop);
}

void Dispatcher::stop() noexcept {
    loop_->stop();
}

void Dispatcher::start() {
    if (thread_.joinable())
        throw Error(EBUSY, "the dispatcher was started already");
    thread_ = std::thread([loop = loop_] {
        try {
            (void)loop->run(std::nullopt, {});
        } catch (...) {
            loop->failure = std::current_exception();
        }
    });
}

void Dispatcher::finish() {
    if (loop_->runs_here())
        throw Error(EDEADLK, "a callback cannot wait for the end of its own dispatcher");
    if (!thread_.joinable())
        return;
    loop_->stop();
    thread_.join();
    loop_->forget_stop();  // it may have ended by itself, before
    if (const auto failure = std::exchange(loop_->failure, nullptr))
        std::rethrow_exception(failure);
}

}  // namespace rxmap
