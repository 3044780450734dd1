// SPDX-License-Identifier: MIT
#include "measure.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdio>
#include <ctime>
#include <stdexcept>
#include <vector>

#include "marks.hpp"

namespace rxmap::bench {
namespace {

rusage usage() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return used;
}

// The generator starts within this many quiet seconds, and never pauses for one later.
constexpr int kMostQuietSeconds = 20;

// One run of pktgen. False: it ended early.
bool receive(Arm& arm, std::uint64_t count, Sequence& sequence, Counts& counts) {
    sequence.want(count);
    for (int quiet = 0; !sequence.complete() && quiet < kMostQuietSeconds;) {
        if (arm.turn(sequence, counts))
            quiet = 0;
        else
            quiet += sequence.received() > 0 ? kMostQuietSeconds : 1;
    }
    return sequence.received() == count;
}

std::uint64_t nanoseconds() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
           static_cast<std::uint64_t>(time.tv_nsec);
}

// One run of pktgen, from the end of the first turn to the end of the last: whole turns only.
struct Run {
    Sequence sequence;
    Counts counts;
    std::uint64_t window = 0;        // packets
    std::uint64_t instructions = 0;  // TSC ticks; without icount they are no instructions
    std::uint64_t nanoseconds = 0;
    long sleeps = 0;
    long preempted = 0;
};

Run receive_run(Arm& arm, std::uint64_t count) {
    Run run;
    receive(arm, 1, run.sequence, run.counts);
    const std::uint64_t first = run.sequence.received();
    run.counts = {};
    const rusage before = usage();
    const std::uint64_t time = nanoseconds();
    const std::uint64_t begin = instructions();
    mark_begin();
    receive(arm, count, run.sequence, run.counts);
    mark_end();
    run.instructions = instructions() - begin;
    run.nanoseconds = nanoseconds() - time;
    const rusage after = usage();
    run.window = run.sequence.received() - first;
    run.sleeps = after.ru_nvcsw - before.ru_nvcsw;
    run.preempted = after.ru_nivcsw - before.ru_nivcsw;
    return run;
}

// Of each run: packets received, and of those in the window number, ticks, ns, and ticks of the
// receiver itself; packets that came in the wrong place.
std::string list_of(const std::vector<Run>& runs) {
    std::string list;
    for (const Run& run : runs)
        list += fmt::format("{}[{}, {}, {}, {}, {}, {}]", list.empty() ? "" : ", ",
                            run.sequence.received(), run.window, run.instructions, run.nanoseconds,
                            run.counts.user_instructions, run.sequence.wrong());
    return list;
}

// What lone packets say.
std::string latency_of(Arm& arm, std::uint64_t lone) {
    if (!arm.times_lone_packets() || lone == 0)
        return {};
    Latency latency(lone);
    Sequence sequence(&latency);
    Counts counts;
    fmt::print(stderr, "counted\n");
    for (int quiet = 0; latency.received() < lone && quiet < kMostQuietSeconds;)
        quiet = arm.turn(sequence, counts) ? 0 : quiet + (latency.received() > 0 ? 4 : 1);
    if (latency.received() < lone / 2)
        throw std::runtime_error(
            fmt::format("{} of {} lone packets came", latency.received(), lone));
    const std::size_t skipped = lone / 20;
    return fmt::format(R"("p50_ns": {}, "p99_ns": {}, "p999_ns": {}, )",
                       latency.within(skipped, 500), latency.within(skipped, 990),
                       latency.within(skipped, 999));
}

}  // namespace

void Plan::add_options(CLI::App& app) {
    app.add_option("--warm", warm, "packets that do not count")->required();
    app.add_option("--count", count, "packets that count, in a second run")->required();
    app.add_option("--repeat", repeat, "so many runs that count")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_option("--lone", lone, "packets of rxmap-gen, in the last");
}

void measure(Arm& arm, const Plan& plan) {
    Sequence warm;
    Counts not_counted;
    fmt::print(stderr, "ready\n");
    if (!receive(arm, plan.warm, warm, not_counted))
        throw std::runtime_error(
            fmt::format("{} of {} packets came to warm up", warm.received(), plan.warm));
    fmt::print(stderr, "warm\n");

    std::vector<Run> runs{receive_run(arm, plan.count)};
    while (runs.size() < plan.repeat) {
        fmt::print(stderr, "again {}\n", runs.size());
        runs.push_back(receive_run(arm, plan.count));
    }
    const std::string latency = latency_of(arm, plan.lone);
    std::uint64_t wrong = warm.wrong(), foreign = warm.foreign();
    for (const Run& run : runs) {
        wrong += run.sequence.wrong();
        foreign += run.sequence.foreign();
    }
    const Run& run = runs.front();
    fmt::print(
        R"({{"received": {}, "wrong": {}, "foreign": {}, "window": {}, )"
        R"("window_instructions": {}, "sleeps": {}, "syscalls": {}, "context_switches": {}, )"
        R"("user_instructions": {}, "in_vain": {}, "naps": {}, "runs": [{}], "spins": {}, )"
        R"("napping": {}, {}"settings": "{}"}})"
        "\n",
        run.sequence.received(), wrong, foreign, run.window, run.instructions, run.sleeps,
        run.counts.syscalls, run.sleeps + run.preempted, run.counts.user_instructions,
        run.counts.in_vain, run.counts.naps, list_of(runs), arm.spins(), arm.naps(), latency,
        arm.settings());
}

}  // namespace rxmap::bench
