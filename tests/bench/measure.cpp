// SPDX-License-Identifier: MIT
#include "measure.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdio>
#include <stdexcept>

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
    for (int quiet = 0; sequence.received() < count && quiet < kMostQuietSeconds;) {
        if (arm.turn(sequence, counts))
            quiet = 0;
        else
            quiet += sequence.received() > 0 ? kMostQuietSeconds : 1;
    }
    return sequence.received() == count;
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

void measure(Arm& arm, const Plan& plan) {
    Sequence warm_sequence, sequence;
    Counts counts;
    fmt::print(stderr, "ready\n");
    if (!receive(arm, plan.warm, warm_sequence, counts))
        throw std::runtime_error(
            fmt::format("{} of {} packets came to warm up", warm_sequence.received(), plan.warm));
    fmt::print(stderr, "warm\n");

    // From the end of the first turn to the end of the last: whole turns only.
    receive(arm, 1, sequence, counts);
    const std::uint64_t first = sequence.received();
    counts = {};
    const rusage before = usage();
    const std::uint64_t begin = instructions();
    mark_begin();
    receive(arm, plan.count, sequence, counts);
    mark_end();
    const std::uint64_t elapsed = instructions() - begin;
    const rusage after = usage();
    const long sleeps = after.ru_nvcsw - before.ru_nvcsw;
    const std::string latency = latency_of(arm, plan.lone);
    fmt::print(
        R"({{"received": {}, "wrong": {}, "foreign": {}, "window": {}, )"
        R"("window_instructions": {}, "sleeps": {}, "syscalls": {}, )"
        R"("context_switches": {}, "user_instructions": {}, "spins": {}, {}"settings": "{}"}})"
        "\n",
        sequence.received(), warm_sequence.wrong() + sequence.wrong(),
        warm_sequence.foreign() + sequence.foreign(), sequence.received() - first, elapsed, sleeps,
        counts.syscalls, sleeps + after.ru_nivcsw - before.ru_nivcsw, counts.user_instructions,
        arm.spins(), latency, arm.settings());
}

}  // namespace rxmap::bench
