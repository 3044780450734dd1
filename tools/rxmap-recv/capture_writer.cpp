// SPDX-License-Identifier: MIT
//
// Both formats are written in this machine's byte order, which their readers tell from the magic
// number: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap and -pcapng.
#include "rxmap-recv/capture_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace rxmap::recv {
namespace {

constexpr std::uint32_t kSnapshotBytes = 262144;  // tcpdump's own default
constexpr std::uint32_t kEthernet = 1;
constexpr std::int64_t kNsPerSecond = 1'000'000'000;

constexpr std::uint32_t kPcapNanoseconds = 0xa1b23c4d;
constexpr std::uint32_t kPcapVersion = 4U << 16U | 2U;

constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;
constexpr std::uint32_t kByteOrder = 0x1a2b3c4d;
constexpr std::uint32_t kPcapngVersion = 1;  // 1.0: the minor number is in the upper half
constexpr std::uint32_t kUnknownLength = 0xffffffff;
constexpr std::uint32_t kInterfaceDescription = 1;
constexpr std::uint32_t kEnhancedPacket = 6;
constexpr std::uint32_t kOptionName = 2;        // if_name
constexpr std::uint32_t kOptionResolution = 9;  // if_tsresol
constexpr std::uint32_t kNanoseconds = 9;       // 10 to the power of -9

constexpr std::uint32_t padded(std::size_t bytes) {
    return static_cast<std::uint32_t>((bytes + 3) & ~std::size_t{3});
}

}  // namespace

void CaptureWriter::Close::operator()(std::FILE* file) const noexcept {
    if (file != stdout)
        std::fclose(file);
}

CaptureWriter::CaptureWriter(const std::string& path, CaptureFormat format,
                             const std::string& interface)
    : name_("--write " + path),
      format_(format),
      file_(path == "-" ? stdout : std::fopen(path.c_str(), "wbe")) {
    if (!file_)
        throw std::runtime_error(name_ + ": " + std::strerror(errno));
    if (format_ == CaptureFormat::pcap)
        put(std::array{kPcapNanoseconds, kPcapVersion, 0U, 0U, kSnapshotBytes, kEthernet});
    else
        begin_pcapng(interface);
    flush();  // who reads a pipe waits for it
}

void CaptureWriter::begin_pcapng(const std::string& interface) noexcept {
    constexpr std::uint32_t kHeaderBytes = 28;
    put(std::array{kSectionHeader, kHeaderBytes, kByteOrder, kPcapngVersion, kUnknownLength,
                   kUnknownLength, kHeaderBytes});
    std::vector<std::uint32_t> name(padded(interface.size()) / 4);
    std::copy_n(interface.data(), interface.size(), reinterpret_cast<char*>(name.data()));
    const auto name_bytes = static_cast<std::uint32_t>(interface.size());
    const std::uint32_t block = 16 + 4 + padded(name_bytes) + 8 + 4 + 4;
    put(std::array{kInterfaceDescription, block, kEthernet, kSnapshotBytes,
                   name_bytes << 16U | kOptionName});
    put(std::as_bytes(std::span{name}));
    put(std::array{1U << 16U | kOptionResolution, kNanoseconds, 0U, block});
}

void CaptureWriter::put(std::span<const std::byte> bytes) noexcept {
    if (error_ == 0 && std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size())
        error_ = errno;
}

void CaptureWriter::write(std::span<const std::byte> frame, std::size_t wire_bytes,
                          std::chrono::nanoseconds time) noexcept {
    const auto captured = static_cast<std::uint32_t>(frame.size());
    const auto wire = static_cast<std::uint32_t>(wire_bytes);
    const auto ns = static_cast<std::uint64_t>(time.count());
    if (format_ == CaptureFormat::pcap) {
        put(std::array{static_cast<std::uint32_t>(time.count() / kNsPerSecond),
                       static_cast<std::uint32_t>(time.count() % kNsPerSecond), captured, wire});
        put(frame);
    } else {
        constexpr std::array<std::byte, 3> kPadding{};
        const std::uint32_t block = 32 + padded(captured);
        put(std::array{kEnhancedPacket, block, 0U, static_cast<std::uint32_t>(ns >> 32U),
                       static_cast<std::uint32_t>(ns), captured, wire});
        put(frame);
        put(std::span{kPadding}.first(padded(captured) - captured));
        put(std::array{block});
    }
}

bool CaptureWriter::flush() noexcept {
    if (error_ == 0 && std::fflush(file_.get()) != 0)
        error_ = errno;
    return error_ == 0;
}

bool CaptureWriter::reader_gone() const noexcept {
    return error_ == EPIPE;
}

void CaptureWriter::finish() {
    if (!flush() && !reader_gone())
        throw std::runtime_error(name_ + ": " + std::strerror(error_));
}

}  // namespace rxmap::recv
