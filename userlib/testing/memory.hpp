// SPDX-License-Identifier: MIT
// The four regions of a model ring: anonymous pages, one address for both sides, so that
// ThreadSanitizer sees every access of producer and consumer to the same word.
#pragma once

#include <cstddef>

namespace rxmap::testing {

class Pages {
  public:
    explicit Pages(std::size_t bytes);
    Pages(const Pages&) = delete;
    Pages& operator=(const Pages&) = delete;
    ~Pages();

    [[nodiscard]] std::byte* data() const noexcept { return data_; }
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
    // Every byte reads as zero from here on, as after the kernel zapped a mapping.
    void zap() noexcept;

    template <typename T>
    [[nodiscard]] T* as() const noexcept {
        return reinterpret_cast<T*>(data_);
    }

  private:
    std::size_t bytes_;
    std::byte* data_;
};

}  // namespace rxmap::testing
