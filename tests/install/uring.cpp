// SPDX-License-Identifier: MIT
// A receiver that waits in io_uring. Where the kernel refuses that, it says why.
#include <rxmap/rxmap.hpp>
#include <rxmap/testing.hpp>
#include <rxmap/uring.hpp>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <vector>

int main() {
    rxmap::testing::ModelRing nic;
    rxmap::Ring ring = nic.attach();
    try {
        ring.set_waiting({.by = rxmap::WaitBy::uring, .uring = rxmap::uring::sleeper});
    } catch (const rxmap::Error& error) {
        std::puts(error.what());
        return 0;
    }
    const bool slept = ring.wait(std::chrono::milliseconds(1)) == rxmap::Wait::timeout &&
                       ring.wait_stats().sleeps_in_uring == 1;
    nic.receive(std::vector<std::byte>(60));
    return slept && ring.wait() == rxmap::Wait::ready ? 0 : 1;
}
