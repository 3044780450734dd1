// SPDX-License-Identifier: MIT
// bench-recv: receives packets of pktgen in one of the bench's ways and prints, as JSON, what it
// counted. Two runs of pktgen: `warm` packets that touch every page and cache once, then the
// `count` packets that count. Writes "ready" to standard error when the first run may start and
// "warm" when the second may. tests/bench/guest runs it.
#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <stdexcept>

#include "arm.hpp"

namespace {

using namespace rxmap::bench;

rusage usage() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return used;
}

// One run of pktgen. False: it ended early.
bool receive(Arm& arm, std::uint64_t count, Sequence& sequence, Counts& counts) {
    // The generator starts within this many quiet seconds, and never pauses for one later.
    constexpr int kMostQuietSeconds = 20;
    for (int quiet = 0; sequence.received() < count && quiet < kMostQuietSeconds;) {
        if (arm.turn(sequence, counts))
            quiet = 0;
        else
            quiet += sequence.received() > 0 ? kMostQuietSeconds : 1;
    }
    return sequence.received() == count;
}

void measure(Arm& arm, std::uint64_t warm, std::uint64_t count) {
    Sequence warm_sequence, sequence;
    Counts counts;
    fmt::print(stderr, "ready\n");
    if (!receive(arm, warm, warm_sequence, counts))
        throw std::runtime_error(
            fmt::format("{} of {} packets came to warm up", warm_sequence.received(), warm));
    fmt::print(stderr, "warm\n");

    // From the end of the first turn to the end of the last: whole turns only.
    receive(arm, 1, sequence, counts);
    const std::uint64_t first = sequence.received();
    counts = {};
    const rusage before = usage();
    const std::uint64_t begin = instructions();
    mark_begin();
    receive(arm, count, sequence, counts);
    mark_end();
    const std::uint64_t elapsed = instructions() - begin;
    const rusage after = usage();
    const long sleeps = after.ru_nvcsw - before.ru_nvcsw;
    fmt::print(R"({{"received": {}, "wrong": {}, "foreign": {}, "window": {}, )"
               R"("window_instructions": {}, "sleeps": {}, "syscalls": {}, )"
               R"("context_switches": {}, "user_instructions": {}, "settings": "{}"}})"
               "\n",
               sequence.received(), warm_sequence.wrong() + sequence.wrong(),
               warm_sequence.foreign() + sequence.foreign(), sequence.received() - first, elapsed,
               sleeps, counts.syscalls, sleeps + after.ru_nivcsw - before.ru_nivcsw,
               counts.user_instructions, arm.settings());
}

std::unique_ptr<Arm> make_arm(const std::string& way, const std::string& interface,
                              std::uint16_t port, rxmap::Wake wake) {
    if (way == "ring")
        return make_ring_arm(interface, wake);
    return way == "packet" ? make_packet_arm(interface) : make_recvmmsg_arm(port);
}

}  // namespace

int main(int argc, char** argv) {
    std::string way, interface;
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
    app.add_option("--port", port, "UDP port of the socket")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        const auto arm = make_arm(way, interface, port, wake);
        measure(*arm, warm, count);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench-recv: {}\n", error.what());
        return 1;
    }
    return 0;
}
