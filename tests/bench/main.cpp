// SPDX-License-Identifier: MIT
// bench-recv: receives packets of pktgen in one of the kernel's ways, or ours. tests/bench/guest
// runs it; what it prints is measure.hpp's.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <map>

#include "measure.hpp"

namespace {

using namespace rxmap::bench;

struct Way {
    std::string name;
    std::string interface;
    std::uint16_t port = 9;
    RingSettings ring;
};

using Maker = std::unique_ptr<Arm> (*)(const Way&);
const std::map<std::string, Maker> kMakers{
    {"recvmmsg", [](const Way& way) { return make_recvmmsg_arm(way.port); }},
    {"busy_poll", [](const Way& way) { return make_busy_poll_arm(way.port, way.ring.nap); }},
    {"poll_recv", [](const Way& way) { return make_poll_recv_arm(way.port); }},
    {"epoll_recv", [](const Way& way) { return make_epoll_recv_arm(way.port); }},
    {"packet", [](const Way& way) { return make_packet_arm(way.interface); }},
    {"pcap", [](const Way& way) { return make_pcap_arm(way.interface, false); }},
    {"pcap_immediate", [](const Way& way) { return make_pcap_arm(way.interface, true); }},
    {"ring", [](const Way& way) { return make_ring_arm(way.interface, way.ring); }},
    {"awake", [](const Way& way) { return make_awake_arm(way.interface, way.ring); }},
    {"dispatcher", [](const Way& way) { return make_dispatcher_arm(way.interface, way.ring); }},
};

void add_ring_options(CLI::App& app, RingSettings& ring, std::int64_t& nap) {
    app.add_option("--wake-packets", ring.wake.packets, "ring: wake-up after so many packets")
        ->capture_default_str();
    app.add_option("--wake-usecs", ring.wake.usecs, "ring: or so long after the first")
        ->capture_default_str();
    app.add_option("--wait", ring.wait, "ring, awake: how it waits, as of rxmap-recv --wait")
        ->capture_default_str();
    app.add_option("--batch", ring.batch, "ring: packets taken together")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_option("--nap", nap, "awake, busy_poll: us of a nap after a wait in vain")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    app.add_option("--queues", ring.queues, "dispatcher: so many, each with a ring")
        ->check(CLI::Range(std::size_t{1}, Sequence::kMostQueues))
        ->capture_default_str();
    app.add_flag("--backpressure", ring.backpressure,
                 "ring, awake: packets wait in the NIC while the receiver is behind");
    app.add_flag("--touch", ring.touch, "ring: read a byte of each packet and count, no more");
}

}  // namespace

int main(int argc, char** argv) {
    Way way;
    Plan plan;
    CLI::App app{"receives pktgen's packets and counts what that takes"};
    app.add_option("way", way.name, "how to receive")->required()->check(CLI::IsMember(kMakers));
    app.add_option("--interface", way.interface, "the NIC under test")->required();
    plan.add_options(app);
    std::int64_t nap = way.ring.nap.count();
    add_ring_options(app, way.ring, nap);
    app.add_option("--port", way.port, "UDP port of a socket")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        way.ring.nap = std::chrono::microseconds(nap);
        const auto arm = kMakers.at(way.name)(way);
        measure(*arm, plan);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench-recv: {}\n", error.what());
        return 1;
    }
    return 0;
}
