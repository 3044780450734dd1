// SPDX-License-Identifier: MIT
// Component rxmap::pcap: filters written as tcpdump writes them. Needs libpcap to link.
#pragma once

#include <rxmap/types.hpp>

#include <string>

namespace rxmap::pcap {

// "udp dst port 9000" as a classic BPF program for Ethernet. Throws rxmap::Error (EINVAL) with the
// expression and libpcap's reason. An empty expression gives an empty filter: everything.
[[nodiscard]] Filter compile(const std::string& expression);

}  // namespace rxmap::pcap
