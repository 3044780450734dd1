// SPDX-License-Identifier: MIT
// The C interface over Ring. No exception leaves this file.
#include <cerrno>
#include <cstdio>
#include <new>

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

}  // namespace

rxmap_ring* rxmap_ring_attach(const char* ifname, const rxmap_attach* wish, char* error,
                              size_t error_size) {
    try {
        const rxmap::Options options = wish != nullptr ? to_options(*wish) : rxmap::Options{};
        return new rxmap_ring(rxmap::Ring::attach(ifname, options));
    } catch (const std::system_error& e) {
        fail(e.code().value(), e.what(), error, error_size);
    } catch (const std::bad_alloc&) {
        fail(ENOMEM, "no memory to attach a ring", error, error_size);
    }
    return nullptr;
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
    const rxmap::Wait found =
        timeout_ns < 0 ? ring->ring.wait() : ring->ring.wait(std::chrono::nanoseconds{timeout_ns});
    return static_cast<rxmap_wait>(found);
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
static_assert(static_cast<int>(rxmap::Wait::state_changed) == RXMAP_WAIT_STATE_CHANGED);
static_assert(static_cast<int>(rxmap::Wait::closed) == RXMAP_WAIT_CLOSED);
