// SPDX-License-Identifier: MIT
// Ring: the handle that users see. The work is in Core and in the transport.
#include <rxmap/ring.hpp>

#include "kernel_transport.hpp"

#include <fcntl.h>

#include <cerrno>
#include <cstring>

namespace rxmap {

namespace {

constexpr std::chrono::microseconds kLongest = std::chrono::hours{1};  // to be awake

void check(int error, const char* call, const std::string& what) {
    if (error == 0)
        return;
    std::string sentence = what;
    if (error == EPERM)
        sentence += ": the ring is locked";
    else if (error == ENODEV)
        sentence += ": the ring has ended";
    else
        sentence += ": " + std::string(call) + " says " + std::strerror(error);
    throw Error(error, std::move(sentence));
}

rxmap_filter to_uapi(const Filter& filter) {
    rxmap_filter argument{};
    argument.len = static_cast<std::uint32_t>(filter.size());
    argument.insns = reinterpret_cast<std::uintptr_t>(filter.data());
    return argument;
}

void check_busy_poll(const BusyPoll& poll) {
    if (poll.time.count() < 0 || poll.time > kLongest || poll.budget == 0 ||
        poll.budget > RXMAP_BUSY_POLL_BUDGET_MAX)
        throw Error(EINVAL, "cannot busy poll for " + std::to_string(poll.time.count()) +
                                " us (0 to " + std::to_string(kLongest.count()) +
                                ") with a budget of " + std::to_string(poll.budget) + " (1 to " +
                                std::to_string(RXMAP_BUSY_POLL_BUDGET_MAX) + ")");
}

void check_adaptive(const Adaptive& adaptive) {
    if (adaptive.spin_gap.count() < 1 || adaptive.busy_gap < adaptive.spin_gap ||
        adaptive.busy_gap > kLongest)
        throw Error(EINVAL,
                    "cannot adapt with a spin gap of " + std::to_string(adaptive.spin_gap.count()) +
                        " us and a busy gap of " + std::to_string(adaptive.busy_gap.count()) +
                        " us: 1 <= spin gap <= busy gap <= " + std::to_string(kLongest.count()));
}

void check_waiting(const Waiting& waiting) {
    if (waiting.by > WaitBy::adaptive)
        throw Error(EINVAL, "there is no way to wait of number " +
                                std::to_string(static_cast<std::uint32_t>(waiting.by)));
    if (waiting.by == WaitBy::uring && waiting.uring == nullptr)
        throw Error(ENOTSUP,
                    "waiting with io_uring is in component rxmap::uring: link it and set "
                    "Waiting::uring to rxmap::uring::sleeper");
    check_busy_poll(waiting.busy_poll);
    check_adaptive(waiting.adaptive);
}

}  // namespace

Ring Ring::attach(const std::string& ifname, const Options& options) {
    auto transport = std::make_unique<detail::KernelTransport>(ifname, options);
    const rxmap_attach granted = transport->granted();
    return Ring(std::move(transport), granted);
}

Ring Ring::adopt(int fd) {
    auto transport = std::make_unique<detail::KernelTransport>(fd);
    const rxmap_attach granted = transport->granted();
    return Ring(std::move(transport), granted);
}

Ring Ring::adopt() {
    return adopt(detail::inherited_fd());
}

Ring::Ring(std::unique_ptr<detail::Transport> transport, const rxmap_attach& granted)
    : core_(std::make_shared<detail::Core>(std::move(transport), granted)) {}

Ring& Ring::operator=(Ring&& other) noexcept {
    if (this != &other) {
        const Ring old(std::move(*this));
        core_ = std::move(other.core_);
    }
    return *this;
}

Ring::~Ring() {
    if (core_)
        (void)core_->transport().detach();
}

void Ring::reclaim() noexcept {
    core_->reclaim();
}

Wait Ring::wait(std::stop_token stop) noexcept {
    return core_->wait(std::nullopt, stop);
}

Wait Ring::wait(std::chrono::steady_clock::time_point deadline, std::stop_token stop) noexcept {
    return core_->wait(deadline, stop);
}

// A timeout beyond the clock's range is no deadline at all.
Wait Ring::wait(std::chrono::nanoseconds timeout, std::stop_token stop) noexcept {
    const auto now = std::chrono::steady_clock::now();
    if (timeout > std::chrono::steady_clock::time_point::max() - now)
        return core_->wait(std::nullopt, stop);
    return core_->wait(now + timeout, stop);
}

void Ring::set_waiting(const Waiting& waiting) {
    check_waiting(waiting);
    core_->set_waiting(waiting);
}

WaitStats Ring::wait_stats() const noexcept {
    return core_->wait_stats();
}

int Ring::fd() const noexcept {
    return core_->transport().fd();
}
bool Ring::arm() noexcept {
    return core_->arm();
}
void Ring::disarm() noexcept {
    core_->disarm();
}

State Ring::state() const noexcept {
    return static_cast<State>(detail::load_acquire(core_->status().state));
}

Reason Ring::reason() const noexcept {
    return static_cast<Reason>(detail::load_acquire(core_->status().reason));
}

Stats Ring::stats() const noexcept {
    const rxmap_status& status = core_->status();
    Stats stats{};
    for (std::size_t i = 0; i < stats.counters.size(); ++i)
        stats.counters[i] = detail::load_relaxed(status.counters[i]);
    stats.posted = detail::load_relaxed(status.posted);
    stats.free = detail::load_relaxed(status.free);
    stats.delivered = detail::load_relaxed(status.delivered);
    return stats;
}

Info Ring::info() const noexcept {
    const rxmap_attach& granted = core_->granted();
    return {.ifindex = granted.ifindex,
            .queue = granted.queue,
            .mode = static_cast<Mode>(granted.mode),
            .frames = granted.frames,
            .frame_size = granted.frame_size,
            .quota = granted.quota,
            .max_packet = granted.max_packet,
            .napi_id = granted.napi_id,
            .zero_copy = (granted.granted & RXMAP_GRANT_ZEROCOPY) != 0,
            .promiscuous = (granted.granted & RXMAP_GRANT_PROMISC) != 0,
            .queue_reset = (granted.granted & RXMAP_GRANT_QUEUE_RESET) != 0};
}

void Ring::set_filter(const Filter& filter) {
    check(core_->transport().set_filter(to_uapi(filter)), "RXMAP_SET_FILTER",
          "cannot set a filter of " + std::to_string(filter.size()) + " instructions (at most " +
              std::to_string(RXMAP_FILTER_LEN_MAX) + ")");
}

void Ring::set_wake(Wake wake) {
    check(core_->transport().set_wake({.packets = wake.packets, .usecs = wake.usecs}),
          "RXMAP_SET_WAKE",
          "cannot set the wake-up to " + std::to_string(wake.packets) + " packets or " +
              std::to_string(wake.usecs) + " us (at most " + std::to_string(RXMAP_WAKE_USECS_MAX) +
              " us, and not 0 us with more than 1 packet)");
}

void Ring::lock() {
    check(core_->transport().lock(), "RXMAP_LOCK", "cannot lock the ring");
}

int Ring::hand_over() {
    const int copy = fcntl(fd(), F_DUPFD_CLOEXEC, 0);
    check(copy < 0 ? errno : 0, "dup", "cannot hand the ring over");
    core_.reset();
    return copy;
}

void Ring::detach() {
    check(core_->transport().detach(), "RXMAP_DETACH", "cannot detach the ring");
}

}  // namespace rxmap
