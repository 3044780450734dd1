// SPDX-License-Identifier: MIT
//
// The machine sleeps and wakes with a queue mapped. The kernel's own test mode (pm_test=devices)
// suspends every device and resumes it a second later, without firmware. (The wait is a busy loop,
// of 5 s unless it is told otherwise.)
#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <vector>

#include "lab.hpp"
#include "raw_ring.hpp"

namespace vm {
namespace {

class Power : public testing::Test {
  protected:
    void SetUp() override {
        if (try_sh("grep -q devices /sys/power/pm_test && grep -q freeze /sys/power/state")
                .status != 0)
            GTEST_SKIP() << "this kernel has no /sys/power/pm_test (CONFIG_PM_SLEEP_DEBUG)";
    }
    void TearDown() override { (void)try_sh("echo none >/sys/power/pm_test"); }

    static void sleep_and_wake() {
        sh("echo 1 >/sys/module/suspend/parameters/pm_test_delay");
        sh("echo devices >/sys/power/pm_test && echo freeze >/sys/power/state");
        EXPECT_TRUE(eventually(
            [] { return try_sh("grep -qx up /sys/class/net/rx0/operstate").status == 0; }));
    }
};

TEST_F(Power, UnmappedNicWorksAfterSleep) {
    sleep_and_wake();
    RawRing ring;
    Checker checker;
    Traffic traffic("--rate 4000 --count 1000");
    receive(ring, checker, 1000);
    traffic.wait();
    checker.expect_exactly(1000);
}

TEST_F(Power, DeliveredFramesSurviveAndTheRingGoesOn) {
    RawRing ring;
    Checker checker;
    Traffic before("--rate 4000 --count 200");
    before.wait();
    EXPECT_TRUE(eventually([&] { return ring.unread() == 200; }));
    const auto held = ring.bytes(ring.front());
    const std::uint32_t frame = ring.front().frame;
    const std::vector<std::byte> copy(held.begin(), held.end());
    checker.take(ring, ring.front());
    ring.pop();
    ring.publish();

    sleep_and_wake();
    EXPECT_EQ(ring.state(), static_cast<std::uint32_t>(RXMAP_STATE_RUNNING));
    EXPECT_EQ(ring.unread(), 199u);
    EXPECT_NE(ring.wait(0, POLLPRI) & POLLPRI, 0) << "suspend and resume are changes of state";
    ring.area().state_ack = ring.status().state_seq;
    EXPECT_EQ(ring.wait(0, POLLPRI) & POLLPRI, 0);
    EXPECT_TRUE(std::equal(held.begin(), held.end(), copy.begin())) << "a held frame was rewritten";
    ring.release(frame);
    Traffic after("--rate 4000 --count 2000 --first-flow 1");
    receive(ring, checker, 2200);
    EXPECT_EQ(after.wait(), 2000u);
    checker.expect_exactly(2200);
    expect_conserved(ring);
}

}  // namespace
}  // namespace vm
