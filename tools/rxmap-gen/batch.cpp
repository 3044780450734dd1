// SPDX-License-Identifier: MIT
#include "rxmap-gen/batch.hpp"

#include "probe/bytes.hpp"

namespace rxmap::gen {
namespace {

constexpr std::size_t kMemoryBytes = 256 * 1024;
static_assert(kMemoryBytes > Batch::kMostFrameBytes + Batch::kPrefixBytes);

}  // namespace

Batch::Batch() : memory_(kMemoryBytes) {
    frames_.reserve(kMostFrames);
}

bool Batch::has_room(std::size_t frame_bytes) const noexcept {
    return frames_.size() < kMostFrames && used_ + kPrefixBytes + frame_bytes <= memory_.size();
}

std::span<std::byte> Batch::append(BatchedFrame frame) noexcept {
    probe::store_be<kPrefixBytes>(memory_, used_, frame.bytes);
    frame.offset = used_ + kPrefixBytes;
    used_ = frame.offset + frame.bytes;
    frames_.push_back(frame);
    return std::span(memory_).subspan(frame.offset, frame.bytes);
}

void Batch::clear() noexcept {
    frames_.clear();
    used_ = 0;
}

}  // namespace rxmap::gen
