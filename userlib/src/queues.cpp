// SPDX-License-Identifier: MIT
#include <rxmap/queues.hpp>

#include <rxmap/error.hpp>

#include <utility>

namespace rxmap {

Queues Queues::attach(const std::string& ifname, const Options& options) {
    return attach([&](std::uint32_t queue) {
        Options each = options;
        each.queue = queue;
        return Ring::attach(ifname, each);
    });
}

// The interface's own refusal is the end: no question before it could say for sure how many queues
// there still are.
Queues Queues::attach(const std::function<Ring(std::uint32_t queue)>& attach_one) {
    std::vector<Ring> rings;
    for (;;) {
        try {
            rings.push_back(attach_one(static_cast<std::uint32_t>(rings.size())));
        } catch (const Error& error) {
            if (rings.empty() || error.refused() != RXMAP_REFUSED_QUEUE)
                throw;
            return Queues(std::move(rings));
        }
    }
}

void Queues::set_waiting(const Waiting& waiting) {
    for (Ring& ring : rings_)
        ring.set_waiting(waiting);
}

Stats Queues::stats() const noexcept {
    Stats sum{};
    for (const Ring& ring : rings_) {
        const Stats each = ring.stats();
        for (std::size_t i = 0; i < sum.counters.size(); ++i)
            sum.counters[i] += each.counters[i];
        sum.posted += each.posted;
        sum.free += each.free;
        sum.delivered += each.delivered;
    }
    return sum;
}

WaitStats Queues::wait_stats() const noexcept {
    WaitStats sum;
    for (const Ring& ring : rings_) {
        const WaitStats each = ring.wait_stats();
        sum.at_once += each.at_once;
        sum.after_spin += each.after_spin;
        sum.after_busy_poll += each.after_busy_poll;
        sum.after_sleep += each.after_sleep;
        sum.timeouts += each.timeouts;
        sum.stops += each.stops;
        sum.busy_poll_calls += each.busy_poll_calls;
        sum.sleeps_in_poll += each.sleeps_in_poll;
        sum.sleeps_in_epoll += each.sleeps_in_epoll;
        sum.sleeps_in_uring += each.sleeps_in_uring;
        sum.sleeps_spared += each.sleeps_spared;
        sum.rises += each.rises;
        sum.falls += each.falls;
    }
    return sum;
}

}  // namespace rxmap
