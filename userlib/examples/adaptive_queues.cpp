// SPDX-License-Identifier: MIT
// All queues of an interface, a thread and an adaptive wait each: awake while packets come close,
// asleep on an idle link. Ends when COUNT packets came in all, if that is given.
#include <rxmap/rxmap.hpp>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

namespace {

std::vector<rxmap::Ring> attach_all(const std::string& interface) {
    std::vector<rxmap::Ring> rings;
    for (std::uint32_t queue = 0;; ++queue) {
        try {
            rings.push_back(rxmap::Ring::attach(interface, {.queue = queue}));
        } catch (const rxmap::Error& error) {
            if (queue > 0 && error.refused() == RXMAP_REFUSED_QUEUE)
                return rings;  // there is no further one
            throw;
        }
        rings.back().set_waiting({.by = rxmap::WaitBy::adaptive});
    }
}

}  // namespace

int main(int argc, char** argv) try {
    auto rings = attach_all(argc > 1 ? argv[1] : "eth1");
    const std::uint64_t count = argc > 2 ? std::stoull(argv[2]) : UINT64_MAX;
    std::atomic<std::uint64_t> packets = 0;
    std::stop_source stop;

    const auto receive = [&](rxmap::Ring& ring) {
        const auto over = [](rxmap::Wait found) {
            return found == rxmap::Wait::closed || found == rxmap::Wait::stopped;
        };
        while (!over(ring.wait(stop.get_token())))
            if ((packets += ring.take().size()) >= count)
                stop.request_stop();
    };
    {
        std::vector<std::jthread> threads;
        for (rxmap::Ring& ring : rings)
            threads.emplace_back(receive, std::ref(ring));
    }
    for (const rxmap::Ring& ring : rings) {
        const rxmap::WaitStats waits = ring.wait_stats();
        std::printf("queue %u: %ju waits ended awake, %ju asleep\n", ring.info().queue,
                    static_cast<std::uintmax_t>(waits.after_spin + waits.after_busy_poll),
                    static_cast<std::uintmax_t>(waits.after_sleep));
    }
    std::printf("%ju packets\n", static_cast<std::uintmax_t>(packets));
} catch (const rxmap::Error& error) {
    std::fprintf(stderr, "adaptive_queues: %s\n", error.what());
    return 1;
}
