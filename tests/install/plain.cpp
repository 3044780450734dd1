// SPDX-License-Identifier: MIT
// Needs rxmap::rxmap only: prints the one sentence that an unknown interface is worth.
#include <rxmap/rxmap.hpp>

#include <cstdio>

int main() {
    try {
        const auto ring = rxmap::Ring::attach("no-such-if0");
    } catch (const std::system_error& error) {
        std::puts(error.what());
        return 0;
    }
    return 1;
}
