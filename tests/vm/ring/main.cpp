// SPDX-License-Identifier: MIT
//
// The runner starts each test in a process of its own (--gtest_filter), so a crash or a leaked
// descriptor of one harms no other. It is killed after TIME_LIMIT seconds: by itself, because
// another program that watched it would take as long to start as most tests take to run.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <ctime>

namespace {

/// Not alarm(): tests have a use for SIGALRM.
void die_after(long seconds) {
    sigevent kill{};
    kill.sigev_notify = SIGEV_SIGNAL;
    kill.sigev_signo = SIGKILL;
    timer_t timer{};
    const itimerspec once{.it_interval = {}, .it_value = {.tv_sec = seconds, .tv_nsec = 0}};
    if (timer_create(CLOCK_MONOTONIC, &kill, &timer) != 0 ||
        timer_settime(timer, 0, &once, nullptr) != 0)
        abort();
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    if (const char* limit = getenv("TIME_LIMIT"))
        die_after(atol(limit));
    return RUN_ALL_TESTS();
}
