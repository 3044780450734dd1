// SPDX-License-Identifier: MIT
//
// Finds the UDP payload in an Ethernet frame as a NIC delivers it (no FCS). Knows Ethernet II, one
// or two VLAN tags and IPv4; IPv6, fragments and everything else have no probe payload. Bounds are
// checked at every step: the frame may be anything. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace rxmap::probe {

inline constexpr std::size_t kEthernetBytes = 14;
inline constexpr std::size_t kVlanBytes = 4;
inline constexpr std::size_t kIpv4Bytes = 20;
inline constexpr std::size_t kUdpBytes = 8;
inline constexpr std::size_t kFcsBytes = 4;

inline constexpr std::uint16_t kEtherIpv4 = 0x0800;
inline constexpr std::uint16_t kEtherArp = 0x0806;
inline constexpr std::uint16_t kEtherVlan = 0x8100;
inline constexpr std::uint16_t kEtherQinQ = 0x88a8;

inline constexpr std::uint8_t kProtocolIcmp = 1;
inline constexpr std::uint8_t kProtocolUdp = 17;

/// The network layer of a frame, after Ethernet and any VLAN tags.
struct NetworkLayer {
    std::uint16_t ether_type = 0;
    std::span<const std::byte> bytes;
};

/// A whole (unfragmented) IPv4 packet's transport layer, padding cut off.
struct Ipv4Payload {
    std::uint8_t protocol = 0;
    std::uint32_t source = 0;       ///< host byte order
    std::uint32_t destination = 0;  ///< host byte order
    std::span<const std::byte> bytes;
};

[[nodiscard]] std::optional<NetworkLayer> network_layer(std::span<const std::byte> frame) noexcept;

[[nodiscard]] std::optional<Ipv4Payload> ipv4_payload(std::span<const std::byte> frame) noexcept;

/// The bytes after the UDP header, cut to the UDP length; nothing where the frame carries no whole
/// UDP datagram over IPv4.
[[nodiscard]] std::optional<std::span<const std::byte>> udp_payload(
    std::span<const std::byte> frame) noexcept;

/// The Internet checksum (RFC 1071) of big-endian 16-bit words. Spans may be chained through
/// `running` when all but the last have an even length.
[[nodiscard]] std::uint64_t internet_sum(std::uint64_t running,
                                         std::span<const std::byte> bytes) noexcept;
[[nodiscard]] std::uint16_t internet_checksum(std::uint64_t running) noexcept;

}  // namespace rxmap::probe
