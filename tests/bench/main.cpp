// SPDX-License-Identifier: MIT
// bench-recv: receives `count` packets of pktgen in one of the bench's ways and prints, as JSON,
// what it counted. Writes "ready" to standard error once packets may come. tests/bench/guest runs
// it.
#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "arm.hpp"

namespace {

using namespace rxmap::bench;

rusage usage() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return used;
}

void receive(Arm& arm, std::uint64_t count) {
    // The generator starts within this many quiet seconds, and never pauses for one later.
    constexpr int kMostQuietSeconds = 20;
    Sequence sequence;
    Counts counts;
    const rusage before = usage();
    fmt::print(stderr, "ready\n");
    for (int quiet = 0; sequence.received() < count && quiet < kMostQuietSeconds;) {
        if (arm.turn(sequence, counts))
            quiet = 0;
        else
            quiet += sequence.received() > 0 ? kMostQuietSeconds : 1;
    }
    const rusage after = usage();
    const long sleeps = after.ru_nvcsw - before.ru_nvcsw;
    fmt::print(R"({{"received": {}, "wrong": {}, "foreign": {}, "sleeps": {}, "syscalls": {}, )"
               R"("context_switches": {}, "user_instructions": {}, "settings": "{}"}})"
               "\n",
               sequence.received(), sequence.wrong(), sequence.foreign(), sleeps, counts.syscalls,
               sleeps + after.ru_nivcsw - before.ru_nivcsw, counts.user_instructions,
               arm.settings());
}

}  // namespace

int main(int argc, char** argv) {
    std::string way, interface;
    std::uint64_t count = 0;
    std::uint16_t port = 9;
    CLI::App app{"receives pktgen's packets and counts what that takes"};
    app.add_option("way", way, "socket or ring")
        ->required()
        ->check(CLI::IsMember({"socket", "ring"}));
    app.add_option("interface", interface, "the NIC under test")->required();
    app.add_option("--count", count, "packets")->required();
    app.add_option("--port", port, "UDP port of the socket")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        const auto arm = way == "ring" ? make_ring_arm(interface) : make_recvmmsg_arm(port);
        receive(*arm, count);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench-recv: {}\n", error.what());
        return 1;
    }
    return 0;
}
