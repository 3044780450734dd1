// SPDX-License-Identifier: MIT
//
// Writes Ethernet, IPv4 and UDP headers with right checksums. Every span begins at the header and
// ends at the end of the packet. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "rxmap-gen/address.hpp"

namespace rxmap::gen {

/// Returns the header's length: 14, or 18 with a VLAN tag.
std::size_t write_ethernet(std::span<std::byte> frame, const Mac& destination, const Mac& source,
                           std::optional<std::uint16_t> vlan, std::uint16_t ether_type) noexcept;

/// `packet` is the whole IPv4 packet, 20 bytes of header and what follows.
void write_ipv4(std::span<std::byte> packet, std::uint8_t protocol, std::uint32_t source,
                std::uint32_t destination) noexcept;

/// `datagram` is the whole UDP datagram with the payload already written.
void write_udp(std::span<std::byte> datagram, std::uint32_t source, std::uint32_t destination,
               std::uint16_t source_port, std::uint16_t destination_port) noexcept;

}  // namespace rxmap::gen
