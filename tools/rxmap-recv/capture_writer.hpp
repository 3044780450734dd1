// SPDX-License-Identifier: MIT
//
// Writes packets to a pcap or pcapng file, or to standard output, with nanosecond timestamps:
// readable by tcpdump, Wireshark and the like. Set-up throws; write() never does. One thread.
//
// The process must ignore SIGPIPE, so that a reader that went is an answer and not the end.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>

namespace rxmap::recv {

enum class CaptureFormat { pcap, pcapng };

class CaptureWriter {
  public:
    /// `path` "-" is standard output. `interface` is named in the file, if the format can. Throws
    /// std::runtime_error with the file's name and the reason.
    explicit CaptureWriter(const std::string& path, CaptureFormat format = CaptureFormat::pcap,
                           const std::string& interface = {});

    void write(std::span<const std::byte> frame, std::size_t wire_bytes,
               std::chrono::nanoseconds time) noexcept;

    /// Hands over what is buffered, so that a reader sees it. False: nothing can be written any
    /// more, see reader_gone() and finish().
    bool flush() noexcept;

    /// Nobody reads the other end of the pipe any more.
    [[nodiscard]] bool reader_gone() const noexcept;

    /// Writes what is buffered; throws std::runtime_error when the file is not whole (disk full).
    /// A reader that went is no error.
    void finish();

  private:
    struct Close {
        void operator()(std::FILE* file) const noexcept;
    };

    template <std::size_t N>
    void put(const std::array<std::uint32_t, N>& words) noexcept {
        put(std::as_bytes(std::span{words}));
    }
    void put(std::span<const std::byte> bytes) noexcept;
    void begin_pcapng(const std::string& interface) noexcept;

    std::string name_;  // for messages
    CaptureFormat format_;
    std::unique_ptr<std::FILE, Close> file_;
    int error_ = 0;  // of the first write that failed; nothing is written after it
};

}  // namespace rxmap::recv
