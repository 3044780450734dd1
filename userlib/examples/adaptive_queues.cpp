// SPDX-License-Identifier: MIT
// All queues of an interface, a thread and an adaptive wait each: awake while packets come close,
// asleep on an idle link. Each thread runs where its queue's interrupt does. Ends when COUNT
// packets came in all, if that is given.
#include <rxmap/rxmap.hpp>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

int main(int argc, char** argv) try {
    const std::string interface = argc > 1 ? argv[1] : "eth1";
    const std::uint64_t count = argc > 2 ? std::stoull(argv[2]) : UINT64_MAX;
    auto queues = rxmap::Queues::attach(interface);
    queues.set_waiting({.by = rxmap::WaitBy::adaptive});
    std::atomic<std::uint64_t> packets = 0;
    std::stop_source stop;

    const auto receive = [&](rxmap::Ring& ring, std::uint32_t cpu) {
        rxmap::place_this_thread(cpu);
        for (auto found = rxmap::Wait::ready;
             found != rxmap::Wait::closed && found != rxmap::Wait::stopped;
             found = ring.wait(stop.get_token()))
            if ((packets += ring.take().size()) >= count)
                stop.request_stop();
    };
    {
        std::vector<std::jthread> threads;
        for (rxmap::Ring& ring : queues)
            threads.emplace_back(receive, std::ref(ring),
                                 rxmap::placement(interface, ring.info().queue).effective.at(0));
    }
    for (const rxmap::Ring& ring : queues) {
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
