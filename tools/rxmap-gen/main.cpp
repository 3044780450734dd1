// SPDX-License-Identifier: MIT
//
// rxmap-gen: options, signals, one sink, one engine, one report. Exit status: 0 everything asked
// for was sent (or the user ended it), 1 it could not be, 2 the command line was wrong.
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>

#include <cstdio>
#include <exception>

#include "rxmap-gen/engine.hpp"
#include "rxmap-gen/options.hpp"
#include "rxmap-gen/report.hpp"
#include "rxmap-gen/sink.hpp"

namespace {

rxmap::gen::StopFlag stop_requested{false};
static_assert(rxmap::gen::StopFlag::is_always_lock_free);

void request_stop(int) {
    stop_requested = true;
}

/// Without SA_RESTART, so that a sleeping system call ends.
void catch_signals() {
    struct sigaction action {};
    action.sa_handler = request_stop;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

std::unique_ptr<rxmap::gen::Sink> open_sink(const rxmap::gen::Options& options) {
    using namespace rxmap::gen;
    switch (options.way) {
        case Way::stream:
            return open_stream(options.target, options.listen, options.patience_seconds,
                               stop_requested);
        case Way::dgram:
            return open_dgram(options.target, options.patience_seconds, stop_requested);
        case Way::udp:
            return open_udp(options.target, stop_requested);
        case Way::device:
            break;
    }
    return open_device(options.target, stop_requested);
}

int run(const rxmap::gen::Options& options) {
    // The default of 50 us would make every paced burst late.
    prctl(PR_SET_TIMERSLACK, 1000UL);
    const auto sink = open_sink(options);
    rxmap::gen::Engine engine(options, *sink, stop_requested);
    const rxmap::gen::Report report = engine.run();
    fmt::print("{}", options.json ? report_json(report) : report_text(report));
    if (report.failure.empty())
        return 0;
    fmt::print(stderr, "rxmap-gen: {}\n", report.failure);
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    rxmap::gen::Options options;
    if (const auto status = rxmap::gen::parse_options(argc, argv, options))
        return *status;
    catch_signals();
    try {
        return run(options);
    } catch (const std::exception& error) {
        fmt::print(stderr, "rxmap-gen: {}\n", error.what());
        return 1;
    }
}
