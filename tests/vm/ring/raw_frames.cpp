// SPDX-License-Identifier: MIT
#include "raw_frames.hpp"

#include <array>
#include <span>

#include "lab.hpp"
#include "probe/frame.hpp"

namespace vm {
namespace {

using rxmap::probe::internet_checksum;
using rxmap::probe::internet_sum;

constexpr std::size_t kFrameBytes = 64;

void store(Frame& frame, std::size_t at, std::uint16_t value) {
    frame[at] = std::byte(value >> 8);
    frame[at + 1] = std::byte(value & 0xff);
}

void append(Frame& frame, std::initializer_list<int> bytes) {
    for (const int byte : bytes)
        frame.push_back(std::byte(byte));
}

Frame ethernet(std::uint16_t type, const std::array<int, 6>& to) {
    Frame frame;
    for (const int byte : to)
        frame.push_back(std::byte(byte));
    append(frame, {0x52, 0x54, 0, 0, 0, 1, type >> 8, type & 0xff});
    return frame;
}

constexpr std::array<int, 6> kRx0{0x52, 0x54, 0x00, 0x12, 0x34, 0x56};
constexpr std::array<int, 6> kEverybody{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

}  // namespace

Frame ip_frame(std::uint8_t protocol, std::uint8_t host) {
    constexpr int kIpBytes = kFrameBytes - kIpHeader;
    Frame frame = ethernet(0x0800, kRx0);
    append(frame, {0x45, 0, 0, kIpBytes, 0, 0, 0, 0, 64, protocol, 0, 0});
    append(frame, {10, 9, 0, host, 10, 9, 0, 2});
    append(frame, {7000 >> 8, 7000 & 0xff, 9000 >> 8, 9000 & 0xff});
    if (protocol == kTcp)  // an acknowledgement of nothing: 20 bytes, ACK
        append(frame, {0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x10, 0x10, 0, 0, 0, 0, 0});
    else
        append(frame, {0, kIpBytes - 20, 0, 0});
    while (frame.size() < kFrameBytes)
        frame.push_back(std::byte(frame.size()));

    const std::span bytes(frame);
    store(frame, kIpChecksum, internet_checksum(internet_sum(0, bytes.subspan(kIpHeader, 20))));
    const auto datagram = bytes.subspan(kTransport);
    const std::uint64_t pseudo = internet_sum(protocol + datagram.size(), bytes.subspan(26, 8));
    store(frame, transport_checksum(protocol), internet_checksum(internet_sum(pseudo, datagram)));
    return frame;
}

Frame arp_frame() {
    Frame frame = ethernet(0x0806, kEverybody);
    append(frame, {0, 1, 8, 0, 6, 4, 0, 1, 0x52, 0x54, 0, 0, 0, 1, 10, 9, 0, 1});
    append(frame, {0, 0, 0, 0, 0, 0, 10, 9, 0, 2});
    frame.resize(kFrameBytes);
    return frame;
}

Frame with_damage(Frame frame, std::size_t offset) {
    frame[offset] ^= std::byte(0x5a);
    frame[offset + 1] ^= std::byte(0xa5);
    return frame;
}

Frame with_zeros(Frame frame, std::size_t offset) {
    store(frame, offset, 0);
    return frame;
}

Frame with_tag(Frame frame, std::uint16_t tci) {
    const std::array tag{std::byte(0x81), std::byte(0x00), std::byte(tci >> 8),
                         std::byte(tci & 0xff)};
    frame.insert(frame.begin() + 12, tag.begin(), tag.end());
    return frame;
}

// Bit i of the input, from the left, adds the 32 bits of the key that begin with bit i.
std::uint32_t toeplitz(const std::vector<std::uint8_t>& key, const Frame& frame, bool with_ports) {
    const auto input = std::span(frame).subspan(26, with_ports ? 12 : 8);
    const auto key_bit = [&](std::size_t i) { return key.at(i / 8) >> (7 - i % 8) & 1u; };
    std::uint32_t window = 0, hash = 0;
    for (std::size_t i = 0; i < 32; ++i)
        window = window << 1 | key_bit(i);
    for (std::size_t i = 0; i < input.size() * 8; ++i) {
        if ((std::to_integer<unsigned>(input[i / 8]) >> (7 - i % 8) & 1u) != 0)
            hash ^= window;
        window = window << 1 | key_bit(i + 32);
    }
    return hash;
}

void send_frames(const std::vector<Frame>& frames, std::size_t times) {
    std::string words = ' ' + std::to_string(times);
    for (const Frame& frame : frames) {
        words += ' ';
        for (const std::byte byte : frame) {
            constexpr const char* kDigits = "0123456789abcdef";
            words += kDigits[std::to_integer<unsigned>(byte) >> 4];
            words += kDigits[std::to_integer<unsigned>(byte) & 15];
        }
    }
    sh("lab-host \"python3 -c 'import os, socket, sys\n"
       "nic = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
       "for frame in sys.argv[2:] * int(sys.argv[1]):\n"
       "    nic.sendto(bytes.fromhex(frame), os.environ[\\\"LAB_SOCKET\\\"])'" +
       words + "\"");
}

}  // namespace vm
