// SPDX-License-Identifier: MIT
// How long a packet waits between the kernel's time stamp and this program, as a histogram of
// powers of two. Ends after COUNT packets (default 10000). `latency eth1 10000 spin` spins.
#include <rxmap/rxmap.hpp>

#include <time.h>

#include <array>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <string>

namespace {

std::int64_t now() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

int main(int argc, char** argv) try {
    auto ring =
        rxmap::Ring::attach(argc > 1 ? argv[1] : "eth1", {.clock = rxmap::Clock::monotonic});
    const std::uint64_t count = argc > 2 ? std::stoull(argv[2]) : 10000;
    if (argc > 3 && argv[3] == std::string("spin"))
        ring.set_waiting({.by = rxmap::WaitBy::spin});

    std::array<std::uint64_t, 64> buckets{};
    std::uint64_t packets = 0;
    while (packets < count && ring.wait() != rxmap::Wait::closed) {
        for (const auto packet : ring.take()) {
            const std::int64_t waited = now() - packet.timestamp().count();
            const auto bits = std::bit_width(static_cast<std::uint64_t>(waited > 0 ? waited : 0));
            ++buckets[static_cast<std::size_t>(bits)];
            ++packets;
        }
    }
    std::uint64_t seen = 0;
    for (std::size_t bits = 0; bits < buckets.size(); ++bits) {
        seen += buckets[bits];
        if (buckets[bits] != 0)
            std::printf("below %12ju ns: %8ju packets, %5.1f %% so far\n",
                        static_cast<std::uintmax_t>(1) << bits,
                        static_cast<std::uintmax_t>(buckets[bits]),
                        100.0 * static_cast<double>(seen) / static_cast<double>(packets));
    }
    std::printf("%ju packets\n", static_cast<std::uintmax_t>(packets));
} catch (const rxmap::Error& error) {
    std::fprintf(stderr, "latency: %s\n", error.what());
    return 1;
}
