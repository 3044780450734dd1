// SPDX-License-Identifier: MIT
// bench-nap USECS: naps, and naps again: what does that cost a generator on the same CPU?
#include <charconv>
#include <chrono>
#include <string_view>
#include <thread>

int main(int argc, char** argv) {
    int usecs = 0;
    const std::string_view word = argc == 2 ? argv[1] : "";
    std::from_chars(word.data(), word.data() + word.size(), usecs);
    if (usecs <= 0)
        return 2;
    for (;;)
        std::this_thread::sleep_for(std::chrono::microseconds(usecs));
}
