// SPDX-License-Identifier: MIT
// Packets taken together. The batch gives back what nobody kept when it goes.
#pragma once

#include <rxmap/packet.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>

namespace rxmap {

namespace detail {
class Loop;
}

// Move-only, never allocates, never blocks, makes no system call unless the NIC ran out of frames.
// Let go of a batch before the next wait(): its slots count as unread. Batches that overlap are
// correct, but the kernel gets slots back only when none is left.
class [[nodiscard]] Batch {
  public:
    // For range-for and algorithms of one pass; good while its batch lives. A step costs an
    // addition.
    class Iterator {
      public:
        // What std::input_iterator asks for.
        using value_type = PacketView;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::input_iterator_tag;
        using iterator_concept = std::forward_iterator_tag;

        Iterator() noexcept = default;
        // For Batch::begin() and end().
        Iterator(detail::Core* core, std::uint32_t position) noexcept
            : core_(core), position_(position) {}

        // The packet: two pointers, nothing is copied.
        [[nodiscard]] PacketView operator*() const noexcept {
            return {*core_, core_->desc(position_)};
        }
        // To the next packet.
        Iterator& operator++() noexcept {
            ++position_;
            return *this;
        }
        // To the next packet; the answer is where it was.
        Iterator operator++(int) noexcept {
            Iterator before = *this;
            ++position_;
            return before;
        }
        // Iterators of two batches do not compare.
        [[nodiscard]] bool operator==(const Iterator& other) const noexcept {
            return position_ == other.position_;
        }

      private:
        detail::Core* core_ = nullptr;
        std::uint32_t position_ = 0;
    };

    // What is moved from is empty.
    Batch(Batch&& other) noexcept
        : core_(other.core_), first_(other.first_), count_(std::exchange(other.count_, 0)) {}
    // Gives back what it had, then takes over the other's packets, which is empty afterwards.
    Batch& operator=(Batch&& other) noexcept {
        if (this != &other) {
            release();
            core_ = other.core_;
            first_ = other.first_;
            count_ = std::exchange(other.count_, 0);
        }
        return *this;
    }
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;
    ~Batch() { release(); }

    // The packets, oldest first, and how many they are.
    [[nodiscard]] Iterator begin() const noexcept { return {core_, first_}; }
    [[nodiscard]] Iterator end() const noexcept { return {core_, first_ + count_}; }
    [[nodiscard]] std::size_t size() const noexcept { return count_; }
    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
    // The packet at `index`, which must be below size().
    [[nodiscard]] PacketView operator[](std::size_t index) const noexcept {
        return {*core_, core_->desc(first_ + static_cast<std::uint32_t>(index))};
    }

    // Gives the frames back now; every view of the batch dies.
    void release() noexcept {
        if (count_ != 0)
            core_->release_batch(first_, std::exchange(count_, 0));
    }

  private:
    friend class Ring;
    friend class detail::Loop;
    Batch(detail::Core& core, std::uint32_t first, std::uint32_t count) noexcept
        : core_(&core), first_(first), count_(count) {}

    detail::Core* core_;
    std::uint32_t first_;
    std::uint32_t count_;
};

}  // namespace rxmap
