// SPDX-License-Identifier: MIT
// A receiver's unit test as a user would write it: no module, no root, no NIC.
#include <rxmap/pcap.hpp>
#include <rxmap/rxmap.hpp>
#include <rxmap/testing.hpp>

#include <cstddef>
#include <vector>

int main() {
    rxmap::testing::ModelRing nic(
        {.ring = {.frames = 64, .filter = rxmap::pcap::compile("greater 100")}});
    rxmap::Ring ring = nic.attach();
    nic.receive(std::vector<std::byte>(60));
    nic.receive(std::vector<std::byte>(200));
    const bool got_one = ring.wait() == rxmap::Wait::ready && ring.take().size() == 1;
    return got_one && nic.adds_up() ? 0 : 1;
}
