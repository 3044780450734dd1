// SPDX-License-Identifier: MIT
// An event loop of your own: the ring's descriptor beside a timer, in one epoll instance. Prints
// packets per second; ends after COUNT packets, if that is given.
#include <rxmap/rxmap.hpp>

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>

namespace {

void watch(int loop, int fd, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event);
}

int each_second() {
    const int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    const itimerspec second{.it_interval = {1, 0}, .it_value = {1, 0}};
    timerfd_settime(timer, 0, &second, nullptr);
    return timer;
}

}  // namespace

int main(int argc, char** argv) try {
    using namespace std::chrono_literals;
    auto ring = rxmap::Ring::attach(argc > 1 ? argv[1] : "eth1");
    const std::uint64_t count = argc > 2 ? std::stoull(argv[2]) : UINT64_MAX;
    const int timer = each_second();
    const int loop = epoll_create1(EPOLL_CLOEXEC);
    watch(loop, ring.fd(), EPOLLIN | EPOLLPRI);
    watch(loop, timer, EPOLLIN);

    std::uint64_t packets = 0, shown = 0;
    while (packets < count) {
        packets += ring.take().size();              // a batch of nobody's goes back at once
        if (ring.wait(0ms) == rxmap::Wait::closed)  // the end, and changes of state
            break;
        std::array<epoll_event, 2> events{};
        // Is there something already? Then this is a look at the timer only.
        const int ready = epoll_wait(loop, events.data(), 2, ring.arm() ? -1 : 0);
        for (int i = 0; i < ready; ++i) {
            std::uint64_t seconds = 0;
            if (events[static_cast<std::size_t>(i)].data.fd != timer ||
                read(timer, &seconds, sizeof(seconds)) != sizeof(seconds))
                continue;
            std::printf("%ju packets/s\n",
                        static_cast<std::uintmax_t>((packets - shown) / seconds));
            std::fflush(stdout);
            shown = packets;
        }
    }
    std::printf("%ju packets\n", static_cast<std::uintmax_t>(packets));
} catch (const rxmap::Error& error) {
    std::fprintf(stderr, "epoll_timer: %s\n", error.what());
    return 1;
}
