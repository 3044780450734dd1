// SPDX-License-Identifier: MIT
#include "rxmap-recv/ring_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <rxmap/pcap.hpp>

namespace rxmap::recv {
namespace {

rxmap::Options attach_options(const RingOptions& asked) {
    rxmap::Options options;
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

const char* cost(Mode mode, bool filtered) {
    switch (mode) {
        case Mode::tap:
            return filtered ? "each packet also goes to the stack, which costs one copy and the "
                              "stack's way; the filter runs once a packet"
                            : "each packet also goes to the stack, which costs one copy and the "
                              "stack's way";
        case Mode::filter:
            return "what matches comes here without a copy, the rest goes to the stack as a copy; "
                   "the filter runs once a packet";
        case Mode::divert:
            break;
    }
    return "every packet comes here without a copy, the stack gets none of this queue";
}

}  // namespace

RingSource::RingSource(const std::string& interface, const RingOptions& options)
    : RingSource(interface, Ring::attach(interface, attach_options(options)),
                 !options.filter.empty()) {
    ring_.set_busy_poll({.time = std::chrono::microseconds(options.busy_poll)});
}

Turn RingSource::turn(Consumer& consumer, std::chrono::steady_clock::time_point deadline,
                      std::uint64_t limit, std::stop_token stop) {
    if (drain(consumer, limit))
        return Turn::packets;
    switch (ring_.wait(deadline, stop)) {
        case Wait::ready:
            return drain(consumer, limit) ? Turn::packets : Turn::nothing;
        case Wait::state_changed:
            fmt::print(stderr, "rxmap-recv: {}: {}\n", interface_, status());
            return Turn::nothing;
        case Wait::closed:
            return Turn::closed;
        case Wait::timeout:
        case Wait::stopped:
            break;
    }
    return Turn::nothing;
}

bool RingSource::drain(Consumer& consumer, std::uint64_t limit) noexcept {
    std::uint64_t taken = 0;
    while (taken < limit) {
        const auto most = std::min<std::uint64_t>(limit - taken, Ring::kBatch);
        const Batch batch = ring_.take(static_cast<std::uint32_t>(most));
        if (batch.empty())
            break;
        for (const PacketView packet : batch)
            consumer.on_frame(packet.bytes(), packet.wire_size(), packet.timestamp());
        taken += batch.size();
    }
    return taken > 0;
}

std::string RingSource::description() const {
    const Info info = ring_.info();
    return fmt::format("{} queue {} mapped, mode {}: {}. {} frames of {} bytes, quota {}, {}{}",
                       interface_, info.queue, to_string(info.mode), cost(info.mode, filtered_),
                       info.frames, info.frame_size, info.quota,
                       info.zero_copy ? "zero copy" : "copied by the driver",
                       info.promiscuous ? ", promiscuous" : "");
}

std::string RingSource::status() const {
    const char* state = to_string(ring_.state());
    const Reason reason = ring_.reason();
    return reason == Reason::none ? state : fmt::format("{} ({})", state, to_string(reason));
}

std::uint64_t RingSource::wakeups() const {
    return ring_.stats()[RXMAP_CTR_WAKEUPS];
}

std::vector<NamedCount> RingSource::drops() const {
    const Stats stats = ring_.stats();
    std::vector<NamedCount> drops;
    for (const auto counter :
         {RXMAP_CTR_DROP_QUOTA, RXMAP_CTR_DROP_SLOTS, RXMAP_CTR_DROP_NO_FRAME, RXMAP_CTR_DROP_SIZE})
        drops.emplace_back(counter_name(counter), stats[counter]);
    return drops;
}

}  // namespace rxmap::recv
