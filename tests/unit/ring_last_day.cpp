// SPDX-License-Identifier: MIT
// The end of a ring comes from another thread, while this one waits.
#include <gtest/gtest.h>

#include <optional>
#include <thread>

#include "ring_support.hpp"

namespace rxmap::tests {

void wait_until_asleep(ModelRing& nic) {
    while (armed(nic) == RXMAP_ARMED_NO)
        std::this_thread::yield();
}

class LastDay : public ::testing::TestWithParam<WaitBy> {};

TEST_P(LastDay, RingThatIsDestroyedAnswersClosed) {
    for (int round = 0; round < 20; ++round) {
        ModelRing nic;
        std::optional<Ring> ring = nic.attach();
        ring->set_waiting({.by = GetParam()});
        Wait found = Wait::ready;
        nic.consumer_words().armed = RXMAP_ARMED_NO;  // a new ring is armed
        std::jthread waiter([&found, &raw = *ring] { found = raw.wait(); });
        wait_until_asleep(nic);
        ring.reset();
        waiter.join();
        EXPECT_EQ(found, Wait::closed);
    }
}

TEST_P(LastDay, RingThatIsReplacedAnswersClosed) {
    ModelRing nic, other;
    Ring ring = nic.attach();
    ring.set_waiting({.by = GetParam()});
    Wait found = Wait::ready;
    nic.consumer_words().armed = RXMAP_ARMED_NO;
    std::jthread waiter([&] { found = ring.wait(); });
    wait_until_asleep(nic);
    ring = other.attach();
    waiter.join();
    EXPECT_EQ(found, Wait::closed);
    EXPECT_EQ(ring.wait(0ms), Wait::timeout) << "the new one";
}

INSTANTIATE_TEST_SUITE_P(Sleeps, LastDay,
                         ::testing::Values(WaitBy::poll, WaitBy::epoll, WaitBy::epoll_edge,
                                           WaitBy::epoll_oneshot));

}  // namespace rxmap::tests
