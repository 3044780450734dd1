// SPDX-License-Identifier: MIT
#include "probe/frame.hpp"

#include "probe/bytes.hpp"

namespace rxmap::probe {
namespace {

constexpr int kMostVlanTags = 2;
constexpr std::uint16_t kFragmentMask = 0x3fff;  // more-fragments flag and offset, RFC 791 3.1

}  // namespace

std::optional<NetworkLayer> network_layer(std::span<const std::byte> frame) noexcept {
    if (frame.size() < kEthernetBytes)
        return std::nullopt;
    std::size_t at = kEthernetBytes;
    std::uint16_t type = load_be16(frame, at - 2);
    for (int tag = 0; tag < kMostVlanTags && (type == kEtherVlan || type == kEtherQinQ); ++tag) {
        if (frame.size() < at + kVlanBytes)
            return std::nullopt;
        at += kVlanBytes;
        type = load_be16(frame, at - 2);
    }
    return NetworkLayer{.ether_type = type, .bytes = frame.subspan(at)};
}

std::optional<Ipv4Payload> ipv4_payload(std::span<const std::byte> frame) noexcept {
    const auto network = network_layer(frame);
    if (!network || network->ether_type != kEtherIpv4)
        return std::nullopt;
    const auto packet = network->bytes;
    if (packet.size() < kIpv4Bytes || std::to_integer<unsigned>(packet[0] >> 4) != 4)
        return std::nullopt;
    const std::size_t header = std::to_integer<std::size_t>(packet[0] & std::byte{0xf}) * 4;
    const std::size_t total = load_be16(packet, 2);
    if (header < kIpv4Bytes || total < header || total > packet.size())
        return std::nullopt;
    if (load_be16(packet, 6) & kFragmentMask)
        return std::nullopt;
    return Ipv4Payload{.protocol = std::to_integer<std::uint8_t>(packet[9]),
                       .source = load_be32(packet, 12),
                       .destination = load_be32(packet, 16),
                       .bytes = packet.subspan(header, total - header)};
}

std::optional<std::span<const std::byte>> udp_payload(std::span<const std::byte> frame) noexcept {
    const auto packet = ipv4_payload(frame);
    if (!packet || packet->protocol != kProtocolUdp || packet->bytes.size() < kUdpBytes)
        return std::nullopt;
    const std::size_t length = load_be16(packet->bytes, 4);
    if (length < kUdpBytes || length > packet->bytes.size())
        return std::nullopt;
    return packet->bytes.subspan(kUdpBytes, length - kUdpBytes);
}

std::uint64_t internet_sum(std::uint64_t running, std::span<const std::byte> bytes) noexcept {
    std::size_t at = 0;
    for (; at + 4 <= bytes.size(); at += 4)
        running += load_be32(bytes, at);
    if (bytes.size() & 2) {
        running += load_be16(bytes, at);
        at += 2;
    }
    if (bytes.size() & 1)
        running += std::to_integer<std::uint64_t>(bytes[at]) << 8;
    return running;
}

std::uint16_t internet_checksum(std::uint64_t running) noexcept {
    while (running >> 16)
        running = (running & 0xffffu) + (running >> 16);
    return static_cast<std::uint16_t>(~running);
}

}  // namespace rxmap::probe
