// SPDX-License-Identifier: MIT
#include "rxmap-recv/capture_writer.hpp"

#include <pcap/pcap.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>

namespace rxmap::recv {
namespace {

constexpr int kSnapshotBytes = 262144;  // tcpdump's own default
constexpr long kNsPerSecond = 1'000'000'000;

}  // namespace

void CaptureWriter::Close::operator()(pcap* handle) const noexcept {
    pcap_close(handle);
}

void CaptureWriter::Close::operator()(pcap_dumper* dumper) const noexcept {
    pcap_dump_close(dumper);
}

CaptureWriter::CaptureWriter(const std::string& path)
    : path_(path),
      format_(pcap_open_dead_with_tstamp_precision(DLT_EN10MB, kSnapshotBytes,
                                                   PCAP_TSTAMP_PRECISION_NANO)),
      file_(format_ ? pcap_dump_open(format_.get(), path.c_str()) : nullptr) {
    if (!file_)
        throw std::runtime_error("--write " + path + ": " +
                                 (format_ ? pcap_geterr(format_.get()) : "out of memory"));
}

void CaptureWriter::write(std::span<const std::byte> frame, std::size_t wire_bytes,
                          std::chrono::nanoseconds time) noexcept {
    pcap_pkthdr header{};
    header.ts.tv_sec = static_cast<time_t>(time.count() / kNsPerSecond);
    // With nanosecond precision this field holds nanoseconds, by its name notwithstanding.
    header.ts.tv_usec = static_cast<suseconds_t>(time.count() % kNsPerSecond);
    header.caplen = static_cast<bpf_u_int32>(frame.size());
    header.len = static_cast<bpf_u_int32>(wire_bytes);
    pcap_dump(reinterpret_cast<u_char*>(file_.get()), &header,
              reinterpret_cast<const u_char*>(frame.data()));
}

void CaptureWriter::finish() {
    if (pcap_dump_flush(file_.get()) != 0 || std::ferror(pcap_dump_file(file_.get())) != 0)
        throw std::runtime_error("--write " + path_ + ": " + std::strerror(errno));
}

}  // namespace rxmap::recv
