// SPDX-License-Identifier: MIT
#include "rxmap-recv/ring_source.hpp"

#include <fmt/format.h>
#include <net/if.h>

#include <algorithm>
#include <stdexcept>
#ifdef RXMAP_WITH_URING
#include <rxmap/uring.hpp>
#endif

namespace rxmap::recv {
namespace {

// The ring that `rxmapctl exec` attached, if there is one, or one of our own.
Ring open_ring(const std::string& interface, const RingOptions& asked) {
    if (!asked.inherited)
        return Ring::attach(interface, tools::to_options(asked.attach));
    Ring ring = Ring::adopt();
    if (if_nametoindex(interface.c_str()) != ring.info().ifindex)
        throw std::runtime_error("the ring in RXMAP_FD is not one of '" + interface + "'");
    return ring;
}

// By its name; the options know no other.
WaitBy wait_by(const std::string& name) {
    auto by = WaitBy::poll;
    while (name != to_string(by))
        by = static_cast<WaitBy>(static_cast<std::uint32_t>(by) + 1);
    return by;
}

// Component rxmap::uring is built where liburing is installed.
Waiting waiting(const RingOptions& asked) {
    Waiting waiting{.by = wait_by(asked.wait),
                    .busy_poll = {.time = std::chrono::microseconds(asked.busy_poll)}};
#ifdef RXMAP_WITH_URING
    waiting.uring = uring::sleeper;
#else
    if (waiting.by == WaitBy::uring)
        throw std::runtime_error(
            "--wait uring: this rxmap-recv was built without liburing; install liburing-dev and "
            "build it again, or wait in another way");
#endif
    return waiting;
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
    : RingSource(interface, open_ring(interface, options), waiting(options),
                 !options.attach.filter.empty()) {}

RingSource::RingSource(const std::string& interface, Ring ring, const Waiting& waiting,
                       bool filtered)
    : interface_(interface), ring_(std::move(ring)), by_(waiting.by), filtered_(filtered) {
    ring_.set_waiting(waiting);
}

std::string RingSource::name() const {
    return fmt::format("mapped ring, {}", by_ == WaitBy::poll ? "poll()" : to_string(by_));
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

std::vector<NamedCount> RingSource::waits() const {
    const WaitStats stats = ring_.wait_stats();
    return {{"at_once", stats.at_once},
            {"after_spin", stats.after_spin},
            {"after_busy_poll", stats.after_busy_poll},
            {"after_sleep", stats.after_sleep},
            {"timeouts", stats.timeouts},
            {"stops", stats.stops},
            {"busy_poll_calls", stats.busy_poll_calls},
            {"sleeps_in_poll", stats.sleeps_in_poll},
            {"sleeps_in_epoll", stats.sleeps_in_epoll},
            {"sleeps_in_uring", stats.sleeps_in_uring},
            {"sleeps_spared", stats.sleeps_spared},
            {"rises", stats.rises},
            {"falls", stats.falls}};
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
