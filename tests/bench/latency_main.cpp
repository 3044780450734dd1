// SPDX-License-Identifier: MIT
// bench-latency: a mapped receiver of rxmap-gen's packets that sleeps in poll() whenever it has
// read all, and prints as JSON how long each packet was under way (from the sender's stamp; both
// run on this machine), and how much of that time the CPU was idle. tests/bench/moderation_guest
// runs it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <ctime>
#include <exception>
#include <fstream>
#include <optional>
#include <rxmap/rxmap.hpp>
#include <stdexcept>
#include <string>

#include "latency.hpp"

namespace {

constexpr std::uint32_t kBatch = 256;
constexpr std::uint32_t kFrames = 4096;
// What comes before is not looked at: reading the clocks below delays packets.
constexpr std::size_t kSettle = 200;
constexpr auto kPatience = std::chrono::seconds(5);

std::uint64_t now() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
           static_cast<std::uint64_t>(time.tv_nsec);
}

// How long the first CPU has slept, in ns: the kernel's own sum, which /proc/stat rounds to 10 ms.
std::uint64_t idle() {
    std::ifstream file("/proc/timer_list");
    for (std::string line; std::getline(file, line);)
        if (const std::size_t at = line.find(".idle_sleeptime"); at != std::string::npos)
            return std::stoull(line.substr(line.find(':', at) + 1));
    throw std::runtime_error("/proc/timer_list says nothing of idle_sleeptime");
}

struct Clocks {
    std::uint64_t idle = ::idle();
    std::uint64_t time = now();  // after the other, whose reading takes long
};

void receive(const std::string& interface, std::size_t expected) {
    auto ring = rxmap::Ring::attach(interface, {.mode = rxmap::Mode::divert, .frames = kFrames});
    rxmap::bench::Latency latency(expected);
    std::optional<Clocks> begin;
    std::size_t before = 0;
    std::uint64_t last = 0;
    fmt::print(stderr, "ready\n");
    while (latency.received() < expected && ring.wait(kPatience) == rxmap::Wait::ready) {
        while (true) {
            const rxmap::Batch batch = ring.take(kBatch);
            if (batch.empty())
                break;
            for (const rxmap::PacketView packet : batch)
                latency.on_frame(packet.bytes());
        }
        last = now();
        if (!begin && latency.received() >= kSettle / 2) {
            begin.emplace();
            before = latency.received();
        }
    }
    if (latency.received() < 2 * kSettle || !begin)
        throw std::runtime_error(fmt::format("{} packets came", latency.received()));
    // Where packets were lost it waited for them in vain, and the CPU slept.
    const std::uint64_t in_vain = now() - last;
    const std::uint64_t slept = idle() - begin->idle;
    fmt::print(R"({{"received": {}, "packets": {}, "ns": {}, "idle_ns": {}, "p50_ns": {}, )"
               R"("p99_ns": {}, "max_ns": {}}})"
               "\n",
               latency.received(), latency.received() - before, last - begin->time,
               slept - std::min(slept, in_vain), latency.within(kSettle, 500),
               latency.within(kSettle, 990), latency.within(kSettle, 1000));
}

}  // namespace

int main(int argc, char** argv) {
    std::string interface;
    std::size_t count = 0;
    CLI::App app{"receives rxmap-gen's packets and says how long they were under way"};
    app.add_option("--interface", interface, "the NIC under test")->required();
    app.add_option("--count", count, "packets that are expected")->required();
    CLI11_PARSE(app, argc, argv);
    try {
        receive(interface, count);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench-latency: {}\n", error.what());
        return 1;
    }
    return 0;
}
