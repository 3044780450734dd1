// SPDX-License-Identifier: MIT
// A packet recorder: pcap with nanoseconds to standard output, for tcpdump, tshark, Zeek, ...
//
//     record eth1 1000 | tcpdump -n -r -
//
// Ends after COUNT packets, if that is given, or when nobody reads any more.
#include <rxmap/rxmap.hpp>

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>

namespace {

// The file header of pcap: magic of the form with nanoseconds, version 2.4, length of a packet at
// most, Ethernet.
constexpr std::array<std::uint32_t, 6> kHeader{0xa1b23c4d, 4U << 16U | 2U, 0, 0, 262144, 1};
constexpr std::int64_t kSecond = 1'000'000'000;

bool write(const void* data, std::size_t bytes) {
    return std::fwrite(data, 1, bytes, stdout) == bytes;
}

bool write(const rxmap::PacketView& packet) {
    const std::int64_t time = packet.timestamp().count();
    const std::array<std::uint32_t, 4> header{
        static_cast<std::uint32_t>(time / kSecond), static_cast<std::uint32_t>(time % kSecond),
        static_cast<std::uint32_t>(packet.size()), static_cast<std::uint32_t>(packet.wire_size())};
    return write(header.data(), sizeof(header)) && write(packet.bytes().data(), packet.size());
}

}  // namespace

int main(int argc, char** argv) try {
    auto ring = rxmap::Ring::attach(argc > 1 ? argv[1] : "eth1");
    std::uint64_t left = argc > 2 ? std::stoull(argv[2]) : UINT64_MAX;
    bool read = write(kHeader.data(), sizeof(kHeader)) && std::fflush(stdout) == 0;
    while (read && left > 0 && ring.wait() != rxmap::Wait::closed) {
        for (const auto packet : ring.take(left < 64 ? static_cast<std::uint32_t>(left) : 64)) {
            read = read && write(packet);
            --left;
        }
        read = read && std::fflush(stdout) == 0;  // who reads sees them now
    }
} catch (const rxmap::Error& error) {
    std::fprintf(stderr, "record: %s\n", error.what());
    return 1;
}
