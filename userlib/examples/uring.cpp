// SPDX-License-Identifier: MIT
// Sleeps in io_uring, and in poll() where the kernel has none for us. Ends after COUNT packets, if
// that is given.
#include <rxmap/rxmap.hpp>
#include <rxmap/uring.hpp>

#include <cstdint>
#include <cstdio>
#include <string>

int main(int argc, char** argv) try {
    auto ring = rxmap::Ring::attach(argc > 1 ? argv[1] : "eth1");
    const std::uint64_t count = argc > 2 ? std::stoull(argv[2]) : UINT64_MAX;
    try {
        ring.set_waiting({.by = rxmap::WaitBy::uring, .uring = rxmap::uring::sleeper});
    } catch (const rxmap::Error& error) {
        std::fprintf(stderr, "uring: %s\n", error.what());
    }
    std::uint64_t packets = 0;
    while (packets < count && ring.wait() != rxmap::Wait::closed)
        packets += ring.take().size();
    const rxmap::WaitStats waits = ring.wait_stats();
    std::printf("%ju packets, %ju sleeps in io_uring\n", static_cast<std::uintmax_t>(packets),
                static_cast<std::uintmax_t>(waits.sleeps_in_uring));
} catch (const rxmap::Error& error) {
    std::fprintf(stderr, "uring: %s\n", error.what());
    return 1;
}
