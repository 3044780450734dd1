// SPDX-License-Identifier: MIT
//
// What the user asked for: the command line as one checked structure. Everything that can be
// refused by looking at the command line alone is refused here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "rxmap-gen/address.hpp"
#include "rxmap-gen/schedule.hpp"

namespace rxmap::gen {

enum class Way : std::uint8_t { stream, dgram, udp, device };

/// The traffic itself, wherever it goes.
struct TrafficOptions {
    std::uint32_t flows = 1;
    std::uint32_t first_flow = 0;
    std::uint32_t size = 0;  ///< Ethernet frame with FCS, so 60 bytes for 64
    bool imix = false;
    double rate = 0;  ///< frames a second, 0: as fast as possible
    Arrivals arrivals = Arrivals::steady;
    std::uint32_t burst = 0;
    std::uint64_t count = 0;  ///< 0: no limit
    double seconds = 0;       ///< 0: no limit
    std::uint64_t seed = 1;
    Mac source_mac{};
    Mac destination_mac{};
    std::uint32_t source_ip = 0;
    std::uint32_t destination_ip = 0;
    bool source_per_flow = false;
    std::uint16_t source_port = 10000;
    std::uint16_t destination_port = 9000;
    std::optional<std::uint16_t> vlan;
    bool mark_end = false;
    std::string pcap;             ///< replay only
    std::string mix;              ///< replay between sequenced frames
    std::uint32_t mix_every = 4;  ///< sequenced frames per replayed one
    bool loop = false;            ///< replay over and over
    bool to_destination = false;  ///< unicast frames of the capture get destination_mac
};

struct Options {
    Way way = Way::stream;
    std::string target;
    bool listen = false;
    double patience_seconds = 30;
    TrafficOptions traffic;
    std::optional<std::uint32_t> ping;
    bool answer = false;
    std::optional<double> wait_guest_seconds;
    std::optional<double> linger_seconds;  ///< stay connected so long after the last frame
    bool hold = false;                     ///< ... until a signal comes
    bool json = false;

    [[nodiscard]] bool replay_only() const noexcept { return !traffic.pcap.empty(); }
};

/// Parses argv. Prints help, version or an error and returns the exit status when the program is to
/// end at once; returns nothing when `options` is ready.
[[nodiscard]] std::optional<int> parse_options(int argc, char** argv, Options& options);

}  // namespace rxmap::gen
