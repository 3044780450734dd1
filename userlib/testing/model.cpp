// SPDX-License-Identifier: MIT
// Poll cycles of the model. The order of steps is that of the module: sync, receive, publish,
// wake, refill.
#include "model.hpp"

#include <pcap/bpf.h>
#include <pcap/pcap.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "attach.hpp"

namespace rxmap::testing {

namespace {

std::uint64_t now_ns(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
           static_cast<std::uint64_t>(now.tv_nsec);
}

static_assert(sizeof(sock_filter) == sizeof(bpf_insn));

const bpf_insn* as_bpf(const Filter& filter) {
    return reinterpret_cast<const bpf_insn*>(filter.data());
}

}  // namespace

Model::Model(const ModelOptions& options)
    : granted_(grant(options)),
      filter_(options.ring.filter),
      posted_wanted_(options.posted),
      status_page_(granted_.status.bytes),
      descs_(granted_.descs.bytes),
      frames_(granted_.frames_region.bytes),
      consumer_area_(granted_.consumer_area.bytes),
      ledger_free_(granted_.frames),
      ledger_lent_(granted_.frames) {
    rxmap_status& status = *status_page_.as<rxmap_status>();
    status.magic = RXMAP_MAGIC;
    status.abi = RXMAP_ABI_VERSION;
    status.frames = granted_.frames;
    status.frame_size = granted_.frame_size;
    status.slots = granted_.slots;
    status.release_slots = granted_.release_slots;
    status.desc_size = sizeof(rxmap_desc);
    status.clock_id = granted_.clock_id;
    status.ifindex = granted_.ifindex;
    status.queue = granted_.queue;
    status.mode = granted_.mode;
    status.quota = granted_.quota;
    status.state = RXMAP_STATE_RUNNING;

    ledger_.free = ledger_free_.data();
    ledger_.lent = ledger_lent_.data();
    rxmap_ledger_init(&ledger_, granted_.frames);
    producer_.status = &status;
    producer_.descs = descs_.as<rxmap_desc>();
    producer_.consumer = consumer_area_.as<rxmap_consumer>();
    producer_.release_ids =
        reinterpret_cast<std::uint32_t*>(consumer_area_.data() + RXMAP_RELEASE_RING_OFFSET);
    producer_.ledger = &ledger_;
    producer_.slots = granted_.slots;
    producer_.quota = granted_.quota;
    producer_.backpressure = granted_.overrun == RXMAP_OVERRUN_BACKPRESSURE;
    rxmap_producer_init(&producer_, options.first_position);
    refill();
}

detail::Regions Model::regions() const noexcept {
    return {producer_.status, producer_.descs, frames_.data(), consumer_area_.data()};
}

std::span<std::uint32_t> Model::release_ids() const noexcept {
    return {producer_.release_ids, granted_.release_slots};
}

void Model::count(rxmap_counter counter, std::uint64_t n) {
    rxmap_producer_count(&producer_, counter, n);
}

bool Model::final() const noexcept {
    return status().state >= RXMAP_STATE_FAULT;
}

std::size_t Model::poll_cycle(std::span<const Arrival> arrivals) {
    const std::lock_guard lock(mutex_);
    if (final() || !sync())
        return 0;
    if (status().state != RXMAP_STATE_RUNNING) {
        lost_at_nic_ += arrivals.size();
        return 0;
    }
    refill();
    if (final())
        return 0;
    const std::uint64_t now = now_ns(granted_.clock_id);
    std::size_t delivered = 0;
    for (const Arrival& arrival : arrivals)
        delivered += receive(arrival, now);
    if (rxmap_producer_publish(&producer_))
        wake();
    refill();
    return delivered;
}

// False: the consumer broke the contract, and the ring is in state FAULT now.
bool Model::sync() {
    if (rxmap_producer_sync(&producer_))
        return true;
    change_state(RXMAP_STATE_FAULT, static_cast<rxmap_reason>(producer_.reason));
    return false;
}

void Model::refill() {
    do {
        while (posted_.size() < posted_wanted_ && rxmap_producer_may_post(&producer_)) {
            const std::uint32_t frame = rxmap_ledger_post(&ledger_);
            if (frame == RXMAP_NO_FRAME)
                break;
            posted_.push_back(frame);
        }
        if (posted_.size() == posted_wanted_) {
            rxmap_producer_fed(&producer_);
            return;
        }
    } while (rxmap_producer_starved(&producer_));  // releases came at the last moment
    if (producer_.reason != RXMAP_REASON_NONE)
        change_state(RXMAP_STATE_FAULT, static_cast<rxmap_reason>(producer_.reason));
}

bool Model::receive(const Arrival& arrival, std::uint64_t now_ns) {
    if (posted_.empty()) {
        ++lost_at_nic_;
        return false;
    }
    count(RXMAP_CTR_SEEN);
    const bool match = wanted(arrival.bytes);
    const bool taken =
        granted_.mode == RXMAP_MODE_DIVERT || (granted_.mode == RXMAP_MODE_FILTER && match);
    count(taken ? RXMAP_CTR_TAKEN : RXMAP_CTR_TO_STACK);
    if (!match) {
        count(RXMAP_CTR_NOT_WANTED);
        return false;
    }
    if (!room_for(arrival.bytes))
        return false;
    deliver(arrival, now_ns);
    return true;
}

bool Model::wanted(std::span<const std::byte> bytes) const {
    if (filter_.empty())
        return true;
    const auto size = static_cast<u_int>(bytes.size());
    return bpf_filter(as_bpf(filter_), reinterpret_cast<const u_char*>(bytes.data()), size, size) !=
           0;
}

// False: counted as a drop. The frame stays with the NIC.
bool Model::room_for(std::span<const std::byte> bytes) {
    if (injected_drops_ != 0) {
        --injected_drops_;
        count(injected_cause_);
        return false;
    }
    if (bytes.size() > granted_.max_packet) {
        count(RXMAP_CTR_DROP_SIZE);
        return false;
    }
    if (!rxmap_producer_has_room(&producer_)) {
        count(rxmap_producer_drop_cause(&producer_));
        return false;
    }
    return true;
}

void Model::deliver(const Arrival& arrival, std::uint64_t now_ns) {
    const std::uint32_t frame = posted_.front();
    posted_.pop_front();
    std::byte* const start = frames_.data() + std::size_t{frame} * granted_.frame_size + kHeadroom;
    std::copy(arrival.bytes.begin(), arrival.bytes.end(), start);

    rxmap_desc desc = arrival.metadata;
    if (desc.timestamp_ns == 0)
        desc.timestamp_ns = now_ns;
    desc.frame = frame;
    desc.offset = kHeadroom;
    desc.len = static_cast<std::uint16_t>(arrival.bytes.size());
    desc.packet_len = desc.len;
    desc.seq = producer_.seq;
    desc.reserved = 0;
    *rxmap_producer_slot(&producer_) = desc;
    rxmap_producer_commit(&producer_, frame, true);
    count(RXMAP_CTR_TO_RING);
    count(RXMAP_CTR_BYTES, desc.len);
}

void Model::wake() {
    std::uint32_t number = 0;
    const bool armed = rxmap_producer_armed(&producer_, &number);
    switch (rxmap_producer_wake(&producer_, armed, granted_.wake_packets)) {
        case RXMAP_WAKE_NOW:
            rxmap_store(&producer_.armed_seen, number);
            count(RXMAP_CTR_WAKEUPS);
            signal_.raise();
            break;
        case RXMAP_WAKE_LATER:
            signal_.start_timer(std::chrono::microseconds{granted_.wake_usecs});
            break;
        case RXMAP_WAKE_NO:
            count(RXMAP_CTR_WAKEUPS_SAVED);
            break;
    }
}

// The consumer's thread notices it, before its next sleep.
void Model::timer_ran_out() {
    const std::lock_guard lock(mutex_);
    count(RXMAP_CTR_WAKEUPS);
    count(RXMAP_CTR_WAKEUPS_TIMER);
}

std::uint64_t Model::lost_at_nic() const {
    const std::lock_guard lock(mutex_);
    return lost_at_nic_;
}

void Model::drop_next(rxmap_counter cause, std::uint64_t packets) {
    const std::lock_guard lock(mutex_);
    injected_cause_ = cause;
    injected_drops_ = packets;
}

void Model::set_state(State state, Reason reason) {
    const std::lock_guard lock(mutex_);
    if (!final())
        change_state(static_cast<rxmap_state>(state), static_cast<rxmap_reason>(reason));
}

// Any change wakes. After a fault or a detach the frames are no longer the consumer's to see.
void Model::change_state(rxmap_state state, rxmap_reason reason) {
    rxmap_status& s = status();
    const bool hide = state == RXMAP_STATE_FAULT || reason == RXMAP_REASON_FORCED;
    rxmap_store(&s.reason, reason);
    rxmap_store_release(&s.state, state);
    rxmap_store_release(&s.state_seq, s.state_seq + 1);
    if (hide)
        frames_.zap();
    signal_.raise();
}

bool Model::adds_up() const {
    const std::lock_guard lock(mutex_);
    const auto& c = status().counters;
    const std::uint64_t to_ring_or_not = c[RXMAP_CTR_TO_RING] + c[RXMAP_CTR_DROP_QUOTA] +
                                         c[RXMAP_CTR_DROP_SLOTS] + c[RXMAP_CTR_DROP_NO_FRAME] +
                                         c[RXMAP_CTR_DROP_SIZE] + c[RXMAP_CTR_NOT_WANTED];
    return c[RXMAP_CTR_SEEN] == to_ring_or_not &&
           c[RXMAP_CTR_SEEN] ==
               c[RXMAP_CTR_TO_STACK] + c[RXMAP_CTR_STACK_DROPS] + c[RXMAP_CTR_TAKEN] &&
           rxmap_ledger_adds_up(&ledger_) && ledger_.posted == posted_.size();
}

int Model::kick() {
    const std::lock_guard lock(mutex_);
    if (final())
        return ENODEV;
    count(RXMAP_CTR_KICKS);
    if (sync())
        refill();
    return 0;
}

// One look at the NIC; the real call repeats it until the time is over.
int Model::busy_poll(const rxmap_busy_poll& poll) {
    if (poll.usecs == 0 || poll.usecs > RXMAP_BUSY_POLL_USECS_MAX || poll.budget == 0 ||
        poll.budget > RXMAP_BUSY_POLL_BUDGET_MAX || poll.reserved != 0)
        return EINVAL;
    {
        const std::lock_guard lock(mutex_);
        if (final())
            return ENODEV;
        if (producer_.published != poll.seen)
            return 0;
    }
    if (arrivals_)
        arrivals_();
    return 0;
}

int Model::detach() {
    const std::lock_guard lock(mutex_);
    if (final())
        return ENODEV;
    change_state(RXMAP_STATE_GONE, RXMAP_REASON_DETACHED);
    return 0;
}

int Model::lock() {
    const std::lock_guard lock(mutex_);
    if (final())
        return ENODEV;
    locked_ = true;
    return 0;
}

int Model::set_filter(const rxmap_filter& filter) {
    const std::lock_guard lock(mutex_);
    if (final())
        return ENODEV;
    if (locked_)
        return EPERM;
    const auto* const insns = reinterpret_cast<const sock_filter*>(filter.insns);
    Filter next(insns, insns + filter.len);
    if (granted_.mode == RXMAP_MODE_DIVERT || filter.len > RXMAP_FILTER_LEN_MAX)
        return EINVAL;
    if (next.empty() ? granted_.mode == RXMAP_MODE_FILTER
                     : bpf_validate(as_bpf(next), static_cast<int>(filter.len)) == 0)
        return EINVAL;
    filter_ = std::move(next);
    return 0;
}

int Model::set_wake(const rxmap_wake& wake) {
    const std::lock_guard lock(mutex_);
    if (final())
        return ENODEV;
    if (!valid_wake(wake.packets, wake.usecs) || wake.packets > granted_.quota)
        return EINVAL;
    granted_.wake_packets = std::max(wake.packets, 1U);
    granted_.wake_usecs = wake.usecs;
    return 0;
}

}  // namespace rxmap::testing
