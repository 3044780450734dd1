// SPDX-License-Identifier: MIT
// The consumer's end of one ring: what happens once a batch or more seldom, and not inline.
#include <rxmap/detail/core.hpp>
#include <rxmap/error.hpp>

#include <sys/eventfd.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <string>
#include <utility>

#include "epoll_sleeper.hpp"

namespace rxmap::detail {

namespace {

[[noreturn]] void refuse(const std::string& what, std::uint64_t value, std::uint64_t limit) {
    throw Error(EPROTONOSUPPORT,
                "the ring's " + what + " is " + std::to_string(value) + ", this library needs " +
                    std::to_string(limit) + ": module and library are of different versions",
                RXMAP_REFUSED_ABI);
}

void check(const char* what, std::uint64_t value, std::uint64_t limit) {
    if (value != limit)
        refuse(what, value, limit);
}

void check_power_of_two(const char* what, std::uint64_t value) {
    if (!std::has_single_bit(value))
        refuse(what, value, std::bit_ceil(value));
}

// The kernel writes the status page, so this finds another version, not an attacker.
const rxmap_status& checked(const rxmap_status& status, const rxmap_attach& granted) {
    check("magic", status.magic, RXMAP_MAGIC);
    check("ABI version", status.abi, RXMAP_ABI_VERSION);
    check("descriptor size", status.desc_size, sizeof(rxmap_desc));
    check("number of frames", status.frames, granted.frames);
    check("frame size", status.frame_size, granted.frame_size);
    check("number of slots", status.slots, granted.slots);
    check("number of release slots", status.release_slots, granted.release_slots);
    check_power_of_two("frame size", status.frame_size);
    check_power_of_two("number of slots", status.slots);
    check_power_of_two("number of release slots", status.release_slots);
    return status;
}

int make_wake_fd() {
    const int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0)
        throw Error(errno, "cannot create an eventfd to end a wait with: too many open files?");
    return fd;
}

}  // namespace

Core::Core(std::unique_ptr<Transport> transport, const rxmap_attach& granted)
    : status_(&checked(*transport->regions().status, granted)),
      descs_(transport->regions().descs),
      frames_(transport->regions().frames),
      consumer_(reinterpret_cast<rxmap_consumer*>(transport->regions().consumer_area)),
      release_ids_(reinterpret_cast<std::uint32_t*>(transport->regions().consumer_area +
                                                    RXMAP_RELEASE_RING_OFFSET)),
      slot_mask_(granted.slots - 1),
      release_mask_(granted.release_slots - 1),
      frame_shift_(static_cast<std::uint32_t>(std::countr_zero(granted.frame_size))),
      next_(load_acquire(consumer_->consumer)),
      release_(load_acquire(consumer_->release)),
      returns_(granted.frames),
      slot_kept_(granted.slots),
      seen_state_seq_(load_acquire(status_->state_seq)),
      wake_fd_(make_wake_fd()),
      transport_(std::move(transport)),
      granted_(granted) {
    store_relaxed(consumer_->state_ack, seen_state_seq_);
}

Core::~Core() {
    close(wake_fd_);
}

// Built before the old one goes: what fails changes nothing.
void Core::set_waiting(const Waiting& waiting) {
    std::unique_ptr<Sleeper> sleeper;
    switch (waiting.by) {
        case WaitBy::epoll:
        case WaitBy::epoll_edge:
        case WaitBy::epoll_oneshot:
        case WaitBy::epoll_exclusive:
            sleeper = std::make_unique<EpollSleeper>(waiting.by, transport_->fd(), wake_fd_);
            break;
        case WaitBy::uring:
            sleeper = waiting.uring(transport_->fd(), wake_fd_);
            break;
        default:
            break;
    }
    sleeper_ = std::move(sleeper);
    waiting_ = waiting;
    pace_ = Pace(waiting.adaptive);
}

// A device that went leaves its packets behind; after a fault or a forced detach the frames read
// as zeros, so nothing of them may be taken for a packet.
bool Core::drains() const noexcept {
    if (load_acquire(status_->state) != RXMAP_STATE_GONE)
        return false;
    const std::uint32_t reason = load_relaxed(status_->reason);
    return reason == RXMAP_REASON_DEVICE_GONE || reason == RXMAP_REASON_NETNS;
}

std::uint32_t Core::release_unkept(std::uint32_t first, std::uint32_t count) noexcept {
    std::uint32_t release = release_;
    for (const std::uint32_t end = first + count; first != end; ++first) {
        const std::uint32_t slot = first & slot_mask_;
        if (slot_kept_[slot]) {
            slot_kept_[slot] = false;
            --kept_slots_;
        } else {
            store_relaxed(release_ids_[release++ & release_mask_], descs_[slot].frame);
        }
    }
    return release;
}

// ENODEV is the only error: the ring is final and needs no frames.
void Core::kick() noexcept {
    (void)transport_->kick();
}

bool Core::keep(const rxmap_desc& desc) noexcept {
    const auto slot = static_cast<std::size_t>(&desc - descs_);
    if (slot_kept_[slot])
        return false;
    slot_kept_[slot] = true;
    ++kept_slots_;
    ++kept_frames_;
    return true;
}

// Dekker with the sleep: this pushes, then loads sleeping_; the ring's thread stores sleeping_,
// then looks at returns_. Both are sequentially consistent.
void Core::give_back(std::uint32_t frame) noexcept {
    returns_.push(frame);
    if (sleeping_.load(std::memory_order_seq_cst))
        wake();
}

void Core::reclaim() noexcept {
    if (returns_.empty())
        return;
    std::uint32_t release = release_;
    std::uint32_t frame = returns_.take_all();
    while (frame != Returns::kEnd) {
        const std::uint32_t next = returns_.next(frame);
        store_relaxed(release_ids_[release++ & release_mask_], frame);
        --kept_frames_;
        frame = next;
    }
    publish_release(release);
}

}  // namespace rxmap::detail
