// SPDX-License-Identifier: MIT
//
// A capture file in memory, to be replayed at any rate. Ethernet captures only. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "rxmap-gen/address.hpp"
#include "rxmap-gen/batch.hpp"

namespace rxmap::gen {

class Capture {
  public:
    /// Reads the whole file. Throws std::runtime_error that names the file and what is wrong.
    /// Unicast frames get `unicast_to` as destination where it is not null.
    Capture(const std::string& path, const Mac* unicast_to);

    /// Appends the next frame, going round at the end; false when the batch has no room.
    [[nodiscard]] bool append_next(Batch& batch);

    [[nodiscard]] std::size_t frames() const noexcept { return frames_.size(); }
    /// Frames that the capture holds only in part (snapshot length): sent as they are.
    [[nodiscard]] std::uint64_t truncated() const noexcept { return truncated_; }

  private:
    struct Piece {
        std::size_t offset = 0;
        std::size_t bytes = 0;
    };

    void add(const std::byte* bytes, std::size_t captured, const Mac* unicast_to);

    std::vector<std::byte> memory_;
    std::vector<Piece> frames_;
    std::size_t next_ = 0;
    std::uint64_t truncated_ = 0;
};

}  // namespace rxmap::gen
