// SPDX-License-Identifier: MIT
//
// Writes packets to a pcap file with nanosecond timestamps, readable by tcpdump and Wireshark.
// Set-up throws; write() never does. One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

struct pcap;
struct pcap_dumper;

namespace rxmap::recv {

class CaptureWriter {
  public:
    /// Throws std::runtime_error with the file's name and the reason.
    explicit CaptureWriter(const std::string& path);

    void write(std::span<const std::byte> frame, std::size_t wire_bytes,
               std::chrono::nanoseconds time) noexcept;

    /// Writes what is buffered; throws std::runtime_error when the file is not whole (disk full).
    void finish();

  private:
    struct Close {
        void operator()(pcap* handle) const noexcept;
        void operator()(pcap_dumper* dumper) const noexcept;
    };

    std::string path_;
    std::unique_ptr<pcap, Close> format_;
    std::unique_ptr<pcap_dumper, Close> file_;
};

}  // namespace rxmap::recv
