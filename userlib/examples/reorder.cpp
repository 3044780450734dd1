// SPDX-License-Identifier: MIT
// Finds UDP packets that came out of order, twice or not at all: each flow (source port) carries a
// 32-bit number, most significant byte first, OFFSET bytes into its payload. Ends after COUNT
// packets. For rxmap-gen: `reorder eth1 10000 4`.
#include <rxmap/headers.hpp>
#include <rxmap/pcap.hpp>
#include <rxmap/rxmap.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <span>
#include <string>

namespace {

std::uint32_t big_endian(rxmap::Bytes bytes) {
    std::uint32_t value = 0;
    for (const std::byte byte : bytes)
        value = value << 8U | static_cast<std::uint32_t>(byte);
    return value;
}

struct Flow {
    std::uint64_t packets = 0;
    std::uint64_t late = 0;   // came after one with a higher number, or once more
    std::uint64_t holes = 0;  // numbers that were passed over; a late one may fill its hole
    std::uint32_t next = 0;

    void take(std::uint32_t number) {
        const std::uint32_t ahead = packets++ == 0 ? 0 : number - next;
        if (ahead > UINT32_MAX / 2) {
            ++late;
            return;
        }
        holes += ahead;
        next = number + 1;
    }
};

}  // namespace

int main(int argc, char** argv) try {
    auto ring = rxmap::Ring::attach(argc > 1 ? argv[1] : "eth1",
                                    {.filter = rxmap::pcap::compile("ip and udp")});
    const std::uint64_t count = argc > 2 ? std::stoull(argv[2]) : UINT64_MAX;
    const std::size_t offset = argc > 3 ? std::stoul(argv[3]) : 0;

    std::map<std::uint32_t, Flow> flows;
    std::uint64_t packets = 0;
    while (packets < count && ring.wait() != rxmap::Wait::closed) {
        for (const auto packet : ring.take()) {
            ++packets;
            const auto udp = rxmap::find_udp(packet.bytes());
            if (udp && udp->payload().size() >= offset + 4)
                flows[udp->source_port()].take(big_endian(udp->payload().subspan(offset, 4)));
        }
    }
    for (const auto& [port, flow] : flows)
        std::printf("port %u: %ju packets, %ju late, %ju passed over\n", port,
                    static_cast<std::uintmax_t>(flow.packets),
                    static_cast<std::uintmax_t>(flow.late),
                    static_cast<std::uintmax_t>(flow.holes));
} catch (const rxmap::Error& error) {
    std::fprintf(stderr, "reorder: %s\n", error.what());
    return 1;
}
