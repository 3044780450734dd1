// SPDX-License-Identifier: MIT
// Access to the words that consumer and kernel share. Letters are those of <linux/rxmap.h>.
//
// std::atomic_ref, never volatile and never a fence: both Dekker pairs (C/D, G/H) are written as
// sequentially consistent stores and loads, which ThreadSanitizer understands.
#pragma once

#include <atomic>
#include <cstdint>

namespace rxmap::detail {

static_assert(std::atomic_ref<std::uint32_t>::is_always_lock_free);

// atomic_ref<const T> does not exist in C++20; a load never writes, so read-only pages are fine.
template <typename T>
[[nodiscard]] inline std::atomic_ref<T> shared_word(const T& word) noexcept {
    return std::atomic_ref<T>(const_cast<T&>(word));
}

template <typename T>
[[nodiscard]] inline T load_relaxed(const T& word) noexcept {
    return shared_word(word).load(std::memory_order_relaxed);
}

template <typename T>
[[nodiscard]] inline T load_acquire(const T& word) noexcept {
    return shared_word(word).load(std::memory_order_acquire);
}

template <typename T>
[[nodiscard]] inline T load_seq_cst(const T& word) noexcept {
    return shared_word(word).load(std::memory_order_seq_cst);
}

inline void store_relaxed(std::uint32_t& word, std::uint32_t value) noexcept {
    std::atomic_ref<std::uint32_t>(word).store(value, std::memory_order_relaxed);
}

inline void store_release(std::uint32_t& word, std::uint32_t value) noexcept {
    std::atomic_ref<std::uint32_t>(word).store(value, std::memory_order_release);
}

inline void store_seq_cst(std::uint32_t& word, std::uint32_t value) noexcept {
    std::atomic_ref<std::uint32_t>(word).store(value, std::memory_order_seq_cst);
}

}  // namespace rxmap::detail
