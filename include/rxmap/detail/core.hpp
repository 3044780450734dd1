// SPDX-License-Identifier: MIT
// The consumer's end of one ring: positions, releases, the sleep handshake. Not for users.
//
// Ring, Batch and KeptPacket are handles on a Core. It lives on the heap, so that a Ring can move
// while batches point here, and it lives as long as the last KeptPacket, so that kept bytes stay
// mapped. One thread (the ring's) calls everything but give_back().
#pragma once

#include <rxmap/detail/pace.hpp>
#include <rxmap/detail/returns.hpp>
#include <rxmap/detail/shared_word.hpp>
#include <rxmap/detail/sleeper.hpp>
#include <rxmap/detail/transport.hpp>
#include <rxmap/types.hpp>
#include <rxmap/waiting.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace rxmap::detail {

class Core : public std::enable_shared_from_this<Core> {
  public:
    // Throws rxmap::Error when the regions are of another ABI than this library.
    Core(std::unique_ptr<Transport> transport, const rxmap_attach& granted);
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;
    ~Core();

    // ---- per packet ----

    [[nodiscard]] const rxmap_desc& desc(std::uint32_t position) const noexcept {
        return descs_[position & slot_mask_];
    }
    [[nodiscard]] const std::byte* data(const rxmap_desc& desc) const noexcept {
        return frames_ + (std::size_t{desc.frame} << frame_shift_) + desc.offset;
    }

    // ---- per batch ----

    [[nodiscard]] std::uint32_t position() const noexcept { return next_; }

    // Moves position() past at most `max` filled slots and says how many. A nonzero result is owed
    // to release_batch().
    [[nodiscard]] std::uint32_t take(std::uint32_t max) noexcept {
        if (!returns_.empty()) [[unlikely]]
            reclaim();
        const std::uint32_t producer = load_acquire(status_->producer);  // B
        std::uint32_t count = producer - next_;
        if (load_relaxed(status_->state) >= RXMAP_STATE_FAULT && !drains()) [[unlikely]]
            return 0;
        if (count > max)
            count = max;
        next_ += count;
        live_batches_ += count != 0;
        return count;
    }

    // Gives back every frame of the slots that no keep() took out, with one store and one fence.
    void release_batch(std::uint32_t first, std::uint32_t count) noexcept {
        const std::uint32_t release =
            kept_slots_ == 0 ? release_all(first, count) : release_unkept(first, count);
        // The oldest batch of several may still read its slots: the position waits for all.
        if (--live_batches_ == 0)
            store_release(consumer_->consumer, next_);  // E
        publish_release(release);
    }

    // ---- kept packets ----

    // Takes the frame of this slot out of its batch; false when that happened before.
    [[nodiscard]] bool keep(const rxmap_desc& desc) noexcept;
    // Any thread: the frame of a kept packet goes back.
    void give_back(std::uint32_t frame) noexcept;
    // Hands what give_back() collected to the kernel.
    void reclaim() noexcept;

    // ---- waiting, see ring.hpp ----

    using Deadline = std::optional<std::chrono::steady_clock::time_point>;

    [[nodiscard]] Wait wait(Deadline deadline, const std::stop_token& stop) noexcept;
    // What there is to say without sleeping; reports a state change once.
    [[nodiscard]] std::optional<Wait> look(const std::stop_token& stop) noexcept;
    // A sleep in something that the core does not know, such as a dispatcher's: listen to the
    // ring's file and to wake_fd(). False: something is there already. Each begin wants its end.
    [[nodiscard]] bool begin_sleep() noexcept;
    void end_sleep() noexcept;
    [[nodiscard]] int wake_fd() const noexcept { return wake_fd_; }
    void set_waiting(const Waiting& waiting);
    [[nodiscard]] const WaitStats& wait_stats() const noexcept { return wait_stats_; }
    [[nodiscard]] bool arm() noexcept;
    void disarm() noexcept { store_relaxed(consumer_->armed, RXMAP_ARMED_NO); }

    [[nodiscard]] const rxmap_status& status() const noexcept { return *status_; }
    [[nodiscard]] const rxmap_attach& granted() const noexcept { return granted_; }
    [[nodiscard]] Transport& transport() noexcept { return *transport_; }

  private:
    // G: the store and the load are sequentially consistent, H is the kernel's half.
    void publish_release(std::uint32_t release) noexcept {
        release_ = release;
        store_seq_cst(consumer_->release, release);                // E, G
        if (load_seq_cst(status_->need_wakeup) != 0) [[unlikely]]  // G
            kick();
    }

    [[nodiscard]] bool unread() const noexcept { return load_seq_cst(status_->producer) != next_; }
    [[nodiscard]] bool drains() const noexcept;
    // Nobody kept anything: a load and a 4-byte store a packet, in stretches up to where one of the
    // two rings wraps.
    std::uint32_t release_all(std::uint32_t first, std::uint32_t count) noexcept {
        std::uint32_t release = release_;
        while (count != 0) {
            const std::uint32_t slot = first & slot_mask_;
            const std::uint32_t entry = release & release_mask_;
            const std::uint32_t stretch =
                std::min({count, slot_mask_ + 1 - slot, release_mask_ + 1 - entry});
            const rxmap_desc* desc = descs_ + slot;
            std::uint32_t* id = release_ids_ + entry;
            for (const rxmap_desc* const end = desc + stretch; desc != end; ++desc)
                store_relaxed(*id++, desc->frame);
            first += stretch;
            release += stretch;
            count -= stretch;
        }
        return release;
    }
    std::uint32_t release_unkept(std::uint32_t first, std::uint32_t count) noexcept;
    void kick() noexcept;
    using TimeLeft = std::optional<std::chrono::nanoseconds>;  // none: no deadline

    // awake.cpp: nothing means that the time for it is over.
    [[nodiscard]] std::optional<Wait> stay_awake(Deadline deadline,
                                                 const std::stop_token& stop) noexcept;
    [[nodiscard]] std::optional<Wait> adapt(Deadline deadline,
                                            const std::stop_token& stop) noexcept;
    [[nodiscard]] std::optional<Wait> spin(Deadline end, const std::stop_token& stop) noexcept;
    [[nodiscard]] std::optional<Wait> drive(Deadline end, const std::stop_token& stop) noexcept;
    [[nodiscard]] bool news() const noexcept;
    // wait.cpp
    [[nodiscard]] Wait sleep_until(Deadline deadline, const std::stop_token& stop) noexcept;
    [[nodiscard]] Woken sleep_once(TimeLeft left, bool stop_possible) noexcept;
    [[nodiscard]] Woken sleep_in_poll(TimeLeft left, bool stop_possible) noexcept;
    Wait count(Wait answer, std::uint64_t& path) noexcept;
    void wake() noexcept;

    // Constant after attach.
    const rxmap_status* status_;
    const rxmap_desc* descs_;
    const std::byte* frames_;
    rxmap_consumer* consumer_;
    std::uint32_t* release_ids_;
    std::uint32_t slot_mask_;
    std::uint32_t release_mask_;
    std::uint32_t frame_shift_;

    // The ring thread's own.
    std::uint32_t next_;     // first slot not taken yet
    std::uint32_t release_;  // release position
    std::uint32_t live_batches_ = 0;
    std::uint32_t kept_slots_ = 0;   // of live batches, slots whose frame was kept
    std::uint32_t kept_frames_ = 0;  // kept packets not reclaimed yet

    Returns returns_;              // pushed to by any thread
    std::vector<bool> slot_kept_;  // by slot, while its batch lives
    std::uint32_t arming_ = 0;     // number of the last arming
    std::uint32_t seen_state_seq_;
    Waiting waiting_ = {};
    Pace pace_{Adaptive{}};
    WaitStats wait_stats_ = {};
    int wake_fd_;                       // eventfd: ends a sleep
    std::unique_ptr<Sleeper> sleeper_;  // none: poll()
    std::atomic<bool> sleeping_{false};
    std::unique_ptr<Transport> transport_;
    rxmap_attach granted_;
};

}  // namespace rxmap::detail
