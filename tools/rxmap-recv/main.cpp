// SPDX-License-Identifier: MIT
//
// rxmap-recv: options, one source, one session, one report. Exit status: 0 the run ended as asked,
// 1 it could not begin or the source closed by itself, 2 the command line was wrong.
#include <fmt/format.h>
#include <net/if.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>

#include "rxmap-recv/options.hpp"
#include "rxmap-recv/ring_source.hpp"
#include "rxmap-recv/session.hpp"
#include "rxmap-recv/socket_source.hpp"
#include "rxmap-recv/stop.hpp"

namespace {

using namespace rxmap::recv;

std::unique_ptr<Source> open_source(const Options& options) {
    if (options.socket_port) {
        // The socket does not need the interface, but its interrupts are to be counted.
        if (if_nametoindex(options.interface.c_str()) == 0)
            throw std::runtime_error("interface '" + options.interface + "': no such interface");
        return std::make_unique<SocketSource>(*options.socket_port);
    }
    return std::make_unique<RingSource>(options.interface, options.ring);
}

// To stderr where the packets go to stdout.
void print(const Report& report, const Options& options) {
    std::FILE* const out = options.write_file == "-" ? stderr : stdout;
    if (options.json) {
        fmt::print(out, "{}\n", json(report));
        fmt::print(stderr, "{}\n", result_line(report));
        return;
    }
    fmt::print(out, "{}{}\n", summary(report), result_line(report));
}

int run(const Options& options) {
    const StopOnSignal signals;
    std::signal(SIGPIPE, SIG_IGN);  // the writer is told, and the run ends with its report
    std::optional<CaptureWriter> writer;
    if (!options.write_file.empty())
        writer.emplace(options.write_file, options.format, options.interface);
    Consumer consumer(options.join ? rxmap::probe::Origin::first_seen : rxmap::probe::Origin::zero,
                      writer ? &*writer : nullptr);
    const auto source = open_source(options);
    Session session(options, *source, consumer);
    fmt::print(stderr, "rxmap-recv: receiving: {}\n", source->description());
    const Report report = session.run(signals.token());
    if (writer && !writer->flush() && writer->reader_gone())
        fmt::print(stderr, "rxmap-recv: nobody reads the packets any more\n");
    print(report, options);
    if (writer)
        writer->finish();
    return report.closed.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    if (const auto status = parse_options(argc, argv, options))
        return *status;
    try {
        return run(options);
    } catch (const std::exception& error) {
        fmt::print(stderr, "rxmap-recv: {}\n", error.what());
        return 1;
    }
}
