// SPDX-License-Identifier: MIT
// bench-overload: a mapped receiver that works for a fixed number of instructions on each packet,
// so that its capacity is known, and more packets come than it can take. Prints as JSON how many it
// finished in a window of time, and what CPU time a neighbour had meanwhile.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <exception>
#include <fstream>
#include <rxmap/rxmap.hpp>
#include <stdexcept>
#include <string>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kFrames = 2048;
constexpr auto kSettle = std::chrono::milliseconds(200);
constexpr auto kWindow = std::chrono::milliseconds(500);

// Two instructions a round.
void work(std::uint64_t instructions) noexcept {
    for (std::uint64_t rounds = instructions / 2; rounds != 0; --rounds)
        asm volatile("" : "+r"(rounds));
}

// CPU time of a process in ns: the scheduler's own count.
std::uint64_t cpu_time(int process) {
    std::ifstream file(fmt::format("/proc/{}/schedstat", process));
    std::uint64_t nanoseconds = 0;
    if (!(file >> nanoseconds))
        throw std::runtime_error("the neighbour has no /proc/PID/schedstat");
    return nanoseconds;
}

// Until the clock says `end`; packets that were finished.
std::uint64_t receive_until(rxmap::Ring& ring, Clock::time_point end, std::uint64_t instructions) {
    std::uint64_t finished = 0;
    while (Clock::now() < end && ring.wait(end) == rxmap::Wait::ready)
        for ([[maybe_unused]] const rxmap::PacketView packet : ring.take(16)) {
            work(instructions);
            ++finished;
        }
    return finished;
}

void receive(const std::string& interface, std::uint64_t instructions, int neighbour) {
    auto ring = rxmap::Ring::attach(interface, {.mode = rxmap::Mode::divert, .frames = kFrames});
    fmt::print(stderr, "ready\n");
    if (ring.wait(std::chrono::seconds(10)) != rxmap::Wait::ready)
        throw std::runtime_error("nothing came");
    receive_until(ring, Clock::now() + kSettle, instructions);
    const std::uint64_t before = cpu_time(neighbour);
    const auto begin = Clock::now();
    const std::uint64_t finished = receive_until(ring, begin + kWindow, instructions);
    const std::chrono::nanoseconds time = Clock::now() - begin;
    fmt::print(R"({{"finished": {}, "ns": {}, "neighbour_ns": {}, "dropped": {}}})"
               "\n",
               finished, time.count(), cpu_time(neighbour) - before, ring.stats().dropped());
}

}  // namespace

int main(int argc, char** argv) {
    std::string interface;
    std::uint64_t instructions = 0;
    int neighbour = 0;
    CLI::App app{"receives more than it can take"};
    app.add_option("--interface", interface, "the NIC under test")->required();
    app.add_option("--work", instructions, "instructions of work on each packet")->required();
    app.add_option("--neighbour", neighbour, "process whose CPU time is told")->required();
    CLI11_PARSE(app, argc, argv);
    try {
        receive(interface, instructions, neighbour);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench-overload: {}\n", error.what());
        return 1;
    }
    return 0;
}
