// SPDX-License-Identifier: MIT
#include "rxmap-gen/headers.hpp"

#include <algorithm>

#include "probe/bytes.hpp"
#include "probe/frame.hpp"

namespace rxmap::gen {

using probe::store_be;

namespace {

constexpr std::uint64_t kVersionAndHeaderLength = 0x45;
constexpr std::uint64_t kDontFragment = 0x4000;
constexpr std::uint64_t kTimeToLive = 64;

}  // namespace

std::size_t write_ethernet(std::span<std::byte> frame, const Mac& destination, const Mac& source,
                           std::optional<std::uint16_t> vlan, std::uint16_t ether_type) noexcept {
    std::copy(destination.begin(), destination.end(), frame.begin());
    std::copy(source.begin(), source.end(), frame.begin() + 6);
    std::size_t at = 12;
    if (vlan) {
        store_be<2>(frame, at, probe::kEtherVlan);
        store_be<2>(frame, at + 2, *vlan);
        at += probe::kVlanBytes;
    }
    store_be<2>(frame, at, ether_type);
    return at + 2;
}

void write_ipv4(std::span<std::byte> packet, std::uint8_t protocol, std::uint32_t source,
                std::uint32_t destination) noexcept {
    store_be<1>(packet, 0, kVersionAndHeaderLength);
    store_be<1>(packet, 1, 0);
    store_be<2>(packet, 2, packet.size());
    store_be<2>(packet, 4, 0);
    store_be<2>(packet, 6, kDontFragment);
    store_be<1>(packet, 8, kTimeToLive);
    store_be<1>(packet, 9, protocol);
    store_be<2>(packet, 10, 0);
    store_be<4>(packet, 12, source);
    store_be<4>(packet, 16, destination);
    const auto header = packet.first(probe::kIpv4Bytes);
    store_be<2>(packet, 10, probe::internet_checksum(probe::internet_sum(0, header)));
}

void write_udp(std::span<std::byte> datagram, std::uint32_t source, std::uint32_t destination,
               std::uint16_t source_port, std::uint16_t destination_port) noexcept {
    store_be<2>(datagram, 0, source_port);
    store_be<2>(datagram, 2, destination_port);
    store_be<2>(datagram, 4, datagram.size());
    store_be<2>(datagram, 6, 0);
    const std::uint64_t pseudo_header =
        std::uint64_t{source} + destination + probe::kProtocolUdp + datagram.size();
    const std::uint16_t sum =
        probe::internet_checksum(probe::internet_sum(pseudo_header, datagram));
    store_be<2>(datagram, 6, sum == 0 ? 0xffff : sum);  // 0 would mean "no checksum", RFC 768
}

}  // namespace rxmap::gen
