// SPDX-License-Identifier: MIT
#include "rxmap-recv/options.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>

#include <map>

namespace rxmap::recv {
namespace {

constexpr double kMostSeconds = 1e6;

void add_ring(CLI::App& app, RingOptions& ring) {
    tools::add_attach_options(app, ring.attach);
    app.add_option("--wait", ring.wait,
                   "how to wait for packets: sleep in poll, epoll (level-triggered), epoll-edge, "
                   "epoll-oneshot, epoll-exclusive or uring; or stay awake with busy-poll or spin; "
                   "or adaptive: as packets come")
        ->check(CLI::IsMember({"poll", "epoll", "epoll-edge", "epoll-oneshot", "epoll-exclusive",
                               "uring", "busy-poll", "spin", "adaptive"}))
        ->capture_default_str();
    app.add_option("--busy-poll", ring.busy_poll,
                   "poll the NIC from here for so many microseconds before each sleep")
        ->check(CLI::Range(0U, 1'000'000U))
        ->capture_default_str();
}

void add_run(CLI::App& app, Options& options) {
    app.add_option("--count", options.count, "stop after so many packets, 0: no limit")
        ->capture_default_str();
    app.add_option("--seconds", options.seconds, "stop after this time, 0: no limit")
        ->check(CLI::Range(0.0, kMostSeconds))
        ->capture_default_str();
    app.add_flag("--until-end", options.until_end,
                 "stop when each flow of rxmap-gen --mark-end has ended");
    app.add_flag("--join", options.join,
                 "the generator is running already: count each flow from its first packet seen");
    app.add_flag("--json", options.json,
                 "the summary as JSON on stdout (the RESULT line on stderr)");
    app.add_flag("--quiet", options.quiet, "no line each second");
    app.add_option("-w,--write", options.write_file,
                   "write the packets to this file; -: to stdout, all text then goes to stderr");
    const std::map<std::string, CaptureFormat> formats{{"pcap", CaptureFormat::pcap},
                                                       {"pcapng", CaptureFormat::pcapng}};
    app.add_option("--format", options.format, "of the file: pcap (default) or pcapng")
        ->transform(CLI::CheckedTransformer(formats));
}

/// The ring's options say nothing about a socket: refuse rather than ignore them.
void check_socket(const CLI::App& app) {
    const std::string why = "belongs to the mapped ring, not to --socket";
    tools::refuse_attach_options(app, why);
    for (const char* name : {"--wait", "--busy-poll", "--write", "--format"})
        if (app.count(name) > 0)
            throw CLI::ValidationError(name, why);
}

void check_together(const CLI::App& app, const Options& options) {
    if (options.socket_port)
        check_socket(app);
    else if (options.ring.inherited)
        tools::refuse_attach_options(
            app, "the ring is attached already (RXMAP_FD is set): give it to rxmapctl exec");
    tools::check_attach_options(options.ring.attach);
    if (app.count("--format") > 0 && options.write_file.empty())
        throw CLI::ValidationError("--format", "is that of --write FILE");
    const std::string& wait = options.ring.wait;
    if (options.ring.busy_poll > 0 && (wait == "busy-poll" || wait == "spin" || wait == "adaptive"))
        throw CLI::ValidationError("--busy-poll", "is for a --wait that sleeps, not for " + wait);
}

}  // namespace

std::optional<int> parse_options(int argc, char** argv, Options& options) {
    options.ring.inherited = std::getenv("RXMAP_FD") != nullptr;
    CLI::App app{"rxmap-recv: receives from a mapped RX queue, checks rxmap-gen's packets"};
    app.add_option("interface", options.interface, "network interface, such as eth1")->required();
    app.add_option("--socket", options.socket_port,
                   "for comparison: an ordinary UDP socket on this port, poll() and recv()")
        ->check(CLI::Range(1, 65535));
    add_ring(app, options.ring);
    add_run(app, options);
    app.failure_message([](const CLI::App*, const CLI::Error& error) {
        return std::string("rxmap-recv: ") + error.what() + '\n';
    });
    try {
        app.parse(argc, argv);
        check_together(app, options);
    } catch (const CLI::ParseError& error) {
        constexpr int kUsageError = 2;
        return app.exit(error) == 0 ? 0 : kUsageError;
    }
    return std::nullopt;
}

}  // namespace rxmap::recv
