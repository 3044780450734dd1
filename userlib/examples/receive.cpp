// SPDX-License-Identifier: MIT
// The library in ten lines: every packet of queue 0 of an interface, where the NIC wrote it.
#include <rxmap/rxmap.hpp>

#include <cstdio>

int main(int argc, char** argv) try {
    auto ring = rxmap::Ring::attach(argc > 1 ? argv[1] : "eth1");
    while (ring.wait() != rxmap::Wait::closed)
        for (auto packet : ring.take())
            std::printf("%u: %zu bytes\n", packet.sequence(), packet.bytes().size());
    std::printf("the ring ended: %s\n", to_string(ring.reason()));
} catch (const rxmap::Error& error) {
    std::fprintf(stderr, "receive: %s\n", error.what());
    return 1;
}
