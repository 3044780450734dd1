// SPDX-License-Identifier: MIT
//
// The test packet: what rxmap-gen writes into the UDP payload and what a receiver checks. It is 18
// bytes, so that it fits the smallest Ethernet frame (64 bytes with FCS = 14 Ethernet + 20 IPv4 +
// 8 UDP + 18 + 4 FCS); whatever follows, up to the end of the payload, is filler.
//
//   offset bytes  field      value, all big-endian
//        0     2  magic      0x5258 "RX": a sequenced packet; 0x5245 "RE": end of the flow
//        2     2  flow       0 .. 65535
//        4     4  sequence   0, 1, 2, ... per flow, modulo 2^32; in an end packet the number of
//                            packets that the flow had, modulo 2^32
//        8     6  time_ns    sender's CLOCK_REALTIME in ns, modulo 2^48 (78 hours)
//       14     4  checksum   CRC-32C over: the payload length as 4 bytes, bytes 0 .. 13, the filler
//       18     -  filler     a splitmix64 stream of (seed, flow, sequence), so that no two packets
//                            look alike; a receiver needs no seed, the checksum covers the filler
//
// The length is under the checksum, so a payload cut short or padded is corrupt, not merely short.
// Not covered: the headers before the payload, which their own checksums cover. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace rxmap::probe {

inline constexpr std::uint16_t kMagicData = 0x5258;
inline constexpr std::uint16_t kMagicEnd = 0x5245;
inline constexpr std::size_t kHeaderBytes = 18;
inline constexpr std::uint64_t kTimeMask = (std::uint64_t{1} << 48) - 1;

/// What a payload turned out to be.
enum class Kind : std::uint8_t {
    data,     ///< a sequenced packet, checksum right
    end,      ///< the end of a flow, checksum right
    foreign,  ///< shorter than a header, or another magic: not ours
    corrupt,  ///< our magic, wrong checksum: no field of it can be believed
};

/// The fields of one packet. `time_ns` holds 48 bits.
struct Header {
    Kind kind = Kind::data;
    std::uint16_t flow = 0;
    std::uint32_t sequence = 0;
    std::uint64_t time_ns = 0;
};

/// Writes header, filler and checksum over the whole of `payload`, which holds at least
/// kHeaderBytes. `header.kind` is data or end.
void encode(std::span<std::byte> payload, const Header& header, std::uint64_t seed) noexcept;

/// Reads and checks a payload of any length and content. The fields are set for data and end only.
[[nodiscard]] Header decode(std::span<const std::byte> payload) noexcept;

}  // namespace rxmap::probe
