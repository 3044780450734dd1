// SPDX-License-Identifier: MIT
//
// Frames that rxmap-gen does not send: TCP, ARP, wrong checksums, any VLAN tag. Each is 64 bytes or
// a little more, without FCS, and goes from the host into rx0's datagram socket as it is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace vm {

using Frame = std::vector<std::byte>;

inline constexpr std::uint8_t kTcp = 6;
inline constexpr std::uint8_t kUdp = 17;
inline constexpr std::size_t kIpHeader = 14;
inline constexpr std::size_t kIpChecksum = kIpHeader + 10;
inline constexpr std::size_t kTransport = kIpHeader + 20;
/// Where the transport's checksum is.
constexpr std::size_t transport_checksum(std::uint8_t protocol) {
    return kTransport + (protocol == kTcp ? 16 : 6);
}

/// An IPv4 packet from 10.9.0.`host` to rx0's port 9000, all checksums right.
Frame ip_frame(std::uint8_t protocol, std::uint8_t host = 1);

/// A request for rx0's address by ARP.
Frame arp_frame();

/// The same with 16 bits exclusive-ored, at `offset`.
Frame with_damage(Frame frame, std::size_t offset);

/// The same with 16 bits of zeros at `offset`.
Frame with_zeros(Frame frame, std::size_t offset);

/// The same with an 802.1Q tag.
Frame with_tag(Frame frame, std::uint16_t tci);

/// What receive side scaling computes of the two addresses, or of them and the ports.
std::uint32_t toeplitz(const std::vector<std::uint8_t>& key, const Frame& frame, bool with_ports);

/// Sends them, in this order, so many times over. A command to the host has at most 4 KB.
void send_frames(const std::vector<Frame>& frames, std::size_t times = 1);

}  // namespace vm
