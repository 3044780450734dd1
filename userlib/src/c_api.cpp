// SPDX-License-Identifier: MIT
// The C interface over Ring. No exception leaves this file.
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <new>
#include <system_error>
#include <utility>

#include "c_ring.hpp"

namespace {

rxmap::Options to_options(const rxmap_attach& wish) {
    rxmap::Options options;
    options.queue = wish.queue;
    if (wish.mode != 0)
        options.mode = static_cast<rxmap::Mode>(wish.mode);
    options.overrun = static_cast<rxmap::Overrun>(wish.overrun);
    if (wish.frames != 0)
        options.frames = wish.frames;
    if (wish.frame_size != 0)
        options.frame_size = wish.frame_size;
    options.quota = wish.quota;
    options.wake = {.packets = wish.wake_packets, .usecs = wish.wake_usecs};
    options.clock = static_cast<rxmap::Clock>(wish.clock_id);
    options.promiscuous = (wish.flags & RXMAP_ATTACH_PROMISC) != 0;
    options.lock = (wish.flags & RXMAP_ATTACH_LOCK) != 0;
    const auto* const insns = reinterpret_cast<const sock_filter*>(wish.filter);
    options.filter.assign(insns, insns + wish.filter_len);
    return options;
}

void fail(int error_number, const char* sentence, char* error, size_t error_size) {
    if (error != nullptr && error_size != 0)
        std::snprintf(error, error_size, "%s", sentence);
    errno = error_number;
}

// What `call` throws, as errno and a sentence; `failed` is the answer then.
template <typename Call>
auto guarded(Call call, decltype(call()) failed, char* error, size_t error_size) noexcept {
    try {
        return call();
    } catch (const std::system_error& e) {
        fail(e.code().value(), e.what(), error, error_size);
    } catch (const std::bad_alloc&) {
        fail(ENOMEM, "no memory for a ring", error, error_size);
    }
    return failed;
}

rxmap::Waiting to_waiting(const rxmap_waiting& wish) {
    for (const std::uint32_t word : wish.reserved)
        if (word != 0)
            throw rxmap::Error(EINVAL, "a reserved word of struct rxmap_waiting is not zero");
    rxmap::Waiting waiting;
    waiting.by = static_cast<rxmap::WaitBy>(wish.by);
    waiting.busy_poll.time = std::chrono::microseconds(wish.busy_poll_usecs);
    if (wish.busy_poll_budget != 0)
        waiting.busy_poll.budget = wish.busy_poll_budget;
    if (wish.spin_gap_usecs != 0)
        waiting.adaptive.spin_gap = std::chrono::microseconds(wish.spin_gap_usecs);
    if (wish.busy_gap_usecs != 0)
        waiting.adaptive.busy_gap = std::chrono::microseconds(wish.busy_gap_usecs);
    return waiting;
}

}  // namespace

rxmap_ring* rxmap_ring_attach(const char* ifname, const rxmap_attach* wish, char* error,
                              size_t error_size) {
    const auto attach = [&] {
        const rxmap::Options options = wish != nullptr ? to_options(*wish) : rxmap::Options{};
        return new rxmap_ring(rxmap::Ring::attach(ifname, options));
    };
    return guarded(attach, nullptr, error, error_size);
}

rxmap_ring* rxmap_ring_adopt(int fd, char* error, size_t error_size) {
    const auto adopt = [&] { return new rxmap_ring(rxmap::Ring::adopt(fd)); };
    return guarded(adopt, nullptr, error, error_size);
}

int rxmap_ring_hand_over(rxmap_ring* ring) {
    const auto hand_over = [&] {
        rxmap_ring_release(ring);
        const int fd = ring->ring.hand_over();
        delete ring;
        return fd;
    };
    return guarded(hand_over, -1, nullptr, 0);
}

void rxmap_ring_detach(rxmap_ring* ring) {
    delete ring;
}

size_t rxmap_ring_take(rxmap_ring* ring, rxmap_packet* packets, size_t max) {
    rxmap_ring_release(ring);
    const auto most = static_cast<std::uint32_t>(max < UINT32_MAX ? max : UINT32_MAX);
    ring->batch.emplace(ring->ring.take(most));
    size_t taken = 0;
    for (const rxmap::PacketView view : *ring->batch)
        packets[taken++] = {view.bytes().data(), view.size(), &view.descriptor()};
    return taken;
}

void rxmap_ring_release(rxmap_ring* ring) {
    ring->batch.reset();
}

rxmap_wait rxmap_ring_wait(rxmap_ring* ring, int64_t timeout_ns) {
    std::stop_token stop = ring->stop.get_token();
    const rxmap::Wait found =
        timeout_ns < 0 ? ring->ring.wait(std::move(stop))
                       : ring->ring.wait(std::chrono::nanoseconds{timeout_ns}, std::move(stop));
    return static_cast<rxmap_wait>(found);
}

void rxmap_ring_stop(rxmap_ring* ring) {
    ring->stop.request_stop();
}

int rxmap_ring_set_waiting(rxmap_ring* ring, const rxmap_waiting* waiting, char* error,
                           size_t error_size) {
    const auto set = [&] {
        ring->ring.set_waiting(to_waiting(*waiting));
        return 0;
    };
    return guarded(set, -1, error, error_size);
}

size_t rxmap_ring_wait_counters(const rxmap_ring* ring, uint64_t* counters, size_t count) {
    const rxmap::WaitStats stats = ring->ring.wait_stats();
    const std::array all{stats.at_once,
                         stats.after_spin,
                         stats.after_busy_poll,
                         stats.after_sleep,
                         stats.timeouts,
                         stats.stops,
                         stats.busy_poll_calls,
                         stats.sleeps_in_poll,
                         stats.sleeps_in_epoll,
                         stats.sleeps_in_uring,
                         stats.sleeps_spared,
                         stats.rises,
                         stats.falls};
    static_assert(all.size() == RXMAP_WAIT_CTR_FALLS + 1);
    std::copy_n(all.begin(), std::min(count, all.size()), counters);
    return all.size();
}

int rxmap_ring_fd(const rxmap_ring* ring) {
    return ring->ring.fd();
}

bool rxmap_ring_arm(rxmap_ring* ring) {
    return ring->ring.arm();
}

rxmap_state rxmap_ring_state(const rxmap_ring* ring) {
    return static_cast<rxmap_state>(ring->ring.state());
}

rxmap_reason rxmap_ring_reason(const rxmap_ring* ring) {
    return static_cast<rxmap_reason>(ring->ring.reason());
}

void rxmap_ring_counters(const rxmap_ring* ring, uint64_t counters[RXMAP_CTR_COUNT]) {
    const rxmap::Stats stats = ring->ring.stats();
    for (std::size_t i = 0; i < stats.counters.size(); ++i)
        counters[i] = stats.counters[i];
}

static_assert(static_cast<int>(rxmap::Wait::ready) == RXMAP_WAIT_READY);
static_assert(static_cast<int>(rxmap::Wait::timeout) == RXMAP_WAIT_TIMEOUT);
static_assert(static_cast<int>(rxmap::Wait::stopped) == RXMAP_WAIT_STOPPED);
static_assert(static_cast<int>(rxmap::Wait::state_changed) == RXMAP_WAIT_STATE_CHANGED);
static_assert(static_cast<int>(rxmap::Wait::closed) == RXMAP_WAIT_CLOSED);
static_assert(static_cast<int>(rxmap::WaitBy::epoll_exclusive) == RXMAP_WAIT_BY_EPOLL_EXCLUSIVE);
static_assert(static_cast<int>(rxmap::WaitBy::busy_poll) == RXMAP_WAIT_BY_BUSY_POLL);
static_assert(static_cast<int>(rxmap::WaitBy::spin) == RXMAP_WAIT_BY_SPIN);
static_assert(static_cast<int>(rxmap::WaitBy::adaptive) == RXMAP_WAIT_BY_ADAPTIVE);
