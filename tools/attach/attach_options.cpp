// SPDX-License-Identifier: MIT
#include "attach/attach_options.hpp"

#include <CLI/CLI.hpp>
#include <array>
#include <rxmap/pcap.hpp>

namespace rxmap::tools {
namespace {

constexpr std::array kNames{"--queue",      "--mode",       "--filter", "--overrun",
                            "--frames",     "--frame-size", "--quota",  "--wake-packets",
                            "--wake-usecs", "--promisc"};

}  // namespace

void add_attach_options(CLI::App& app, AttachOptions& asked) {
    app.add_option("--queue", asked.queue, "RX queue")->capture_default_str();
    app.add_option("--mode", asked.mode,
                   "tap: each packet also goes to the stack, as a copy; filter: what --filter "
                   "matches comes here only; divert: everything comes here only")
        ->check(CLI::IsMember({"tap", "filter", "divert"}))
        ->capture_default_str();
    app.add_option("--filter", asked.filter, "tcpdump expression, such as 'udp dst port 9000'");
    app.add_option("--overrun", asked.overrun,
                   "while the receiver is too slow: drop the newest packet, or backpressure "
                   "(--mode divert only)")
        ->check(CLI::IsMember({"drop", "backpressure"}))
        ->capture_default_str();
    app.add_option("--frames", asked.frames, "frames of the ring, a power of two");
    app.add_option("--frame-size", asked.frame_size, "bytes of a frame")
        ->check(CLI::IsMember({2048, 4096}));
    app.add_option("--quota", asked.quota, "most frames held here, 0: the most allowed")
        ->capture_default_str();
    app.add_option("--wake-packets", asked.wake_packets, "wake up when so many packets are unread")
        ->capture_default_str();
    app.add_option("--wake-usecs", asked.wake_usecs, "... or so long after the first of them")
        ->capture_default_str();
    app.add_flag("--promisc", asked.promiscuous, "promiscuous while attached");
}

void check_attach_options(const AttachOptions& asked) {
    if (asked.mode == "filter" && asked.filter.empty())
        throw CLI::ValidationError("--mode", "filter needs --filter EXPRESSION");
    if (asked.mode == "divert" && !asked.filter.empty())
        throw CLI::ValidationError("--filter", "divert takes everything and has no filter");
    if (asked.overrun == "backpressure" && asked.mode != "divert")
        throw CLI::ValidationError("--overrun",
                                   "backpressure needs --mode divert, not --mode " + asked.mode);
    if (asked.wake_packets > 1 && asked.wake_usecs == 0)
        throw CLI::ValidationError("--wake-packets",
                                   std::to_string(asked.wake_packets) +
                                       " needs --wake-usecs above 0, or a last packet might wait");
}

void refuse_attach_options(const CLI::App& app, const std::string& why) {
    for (const char* name : kNames)
        if (app.count(name) > 0)
            throw CLI::ValidationError(name, why);
}

Options to_options(const AttachOptions& asked) {
    Options options;
    options.queue = asked.queue;
    options.mode = asked.mode == "tap"      ? Mode::tap
                   : asked.mode == "filter" ? Mode::filter
                                            : Mode::divert;
    options.overrun = asked.overrun == "drop" ? Overrun::drop : Overrun::backpressure;
    options.frames = asked.frames.value_or(options.frames);
    options.frame_size = asked.frame_size.value_or(options.frame_size);
    options.quota = asked.quota;
    options.wake = {.packets = asked.wake_packets, .usecs = asked.wake_usecs};
    options.promiscuous = asked.promiscuous;
    options.filter = pcap::compile(asked.filter);
    return options;
}

}  // namespace rxmap::tools
