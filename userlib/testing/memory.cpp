// SPDX-License-Identifier: MIT
#include "memory.hpp"

#include <sys/mman.h>
#include <rxmap/error.hpp>

#include <cerrno>

namespace rxmap::testing {

Pages::Pages(std::size_t bytes)
    : bytes_(bytes),
      data_(static_cast<std::byte*>(
          mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
    if (data_ == MAP_FAILED)
        throw Error(errno, "no memory for a model ring of " + std::to_string(bytes) + " bytes");
}

Pages::~Pages() {
    munmap(data_, bytes_);
}

void Pages::zap() noexcept {
    madvise(data_, bytes_, MADV_DONTNEED);
}

}  // namespace rxmap::testing
