// SPDX-License-Identifier: MIT
// Frames on their way back from kept packets: many threads push, the ring's thread takes all.
//
// A stack threaded through an array with one entry a frame, so pushing never allocates. A frame is
// pushed by its only owner and the reader empties the stack in one exchange: no ABA problem.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

namespace rxmap::detail {

class Returns {
  public:
    static constexpr std::uint32_t kEnd = 0xffffffff;

    explicit Returns(std::uint32_t frames) : next_(std::make_unique<std::uint32_t[]>(frames)) {}

    // Any thread. seq_cst: pairs with the sleeping flag of the ring's thread.
    void push(std::uint32_t frame) noexcept {
        std::uint32_t head = head_.load(std::memory_order_relaxed);
        do {
            next_[frame] = head;
        } while (!head_.compare_exchange_weak(head, frame, std::memory_order_seq_cst,
                                              std::memory_order_relaxed));
    }

    [[nodiscard]] bool empty() const noexcept {
        return head_.load(std::memory_order_seq_cst) == kEnd;
    }

    // The ring's thread: the first frame of everything pushed so far, then next() up to kEnd.
    [[nodiscard]] std::uint32_t take_all() noexcept {
        return head_.exchange(kEnd, std::memory_order_acquire);
    }
    [[nodiscard]] std::uint32_t next(std::uint32_t frame) const noexcept { return next_[frame]; }

  private:
    std::atomic<std::uint32_t> head_{kEnd};
    std::unique_ptr<std::uint32_t[]> next_;
};

}  // namespace rxmap::detail
