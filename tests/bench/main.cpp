// SPDX-License-Identifier: MIT
// bench-recv: receives packets of pktgen in one of the kernel's ways, or ours. tests/bench/guest
// runs it; what it prints is measure.hpp's.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "measure.hpp"

namespace {

using namespace rxmap::bench;

std::unique_ptr<Arm> make_arm(const std::string& way, const std::string& interface,
                              std::uint16_t port, rxmap::Wake wake, const std::string& wait) {
    if (way == "ring")
        return make_ring_arm(interface, wake, wait);
    return way == "packet" ? make_packet_arm(interface) : make_recvmmsg_arm(port);
}

}  // namespace

int main(int argc, char** argv) {
    std::string way, interface, wait = "poll";
    std::uint64_t warm = 0, count = 0;
    std::uint16_t port = 9;
    rxmap::Wake wake;
    CLI::App app{"receives pktgen's packets and counts what that takes"};
    app.add_option("way", way, "socket, packet or ring")
        ->required()
        ->check(CLI::IsMember({"socket", "packet", "ring"}));
    app.add_option("--interface", interface, "the NIC under test")->required();
    app.add_option("--warm", warm, "packets that do not count")->required();
    app.add_option("--count", count, "packets that count, in a second run")->required();
    app.add_option("--wake-packets", wake.packets, "ring: wake-up after so many packets")
        ->capture_default_str();
    app.add_option("--wake-usecs", wake.usecs, "ring: or so long after the first")
        ->capture_default_str();
    app.add_option("--wait", wait, "ring: how it sleeps, as of rxmap-recv --wait")
        ->capture_default_str();
    app.add_option("--port", port, "UDP port of the socket")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        const auto arm = make_arm(way, interface, port, wake, wait);
        measure(*arm, warm, count);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench-recv: {}\n", error.what());
        return 1;
    }
    return 0;
}
