// SPDX-License-Identifier: MIT
//
// Each way to wait that the library has, on a real ring, while the interface goes down, gets
// another name or moves away, somebody detaches, the device goes and signals pour in. One of the
// few files of vm-ring that use librxmap: what the kernel promises is tested without it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <rxmap/rxmap.hpp>
#include <rxmap/uring.hpp>
#include <thread>

#include "lab.hpp"
#include "probe/frame.hpp"
#include "probe/tracker.hpp"

namespace vm {
namespace {

using rxmap::Ring;
using rxmap::Wait;
using rxmap::WaitBy;
using namespace std::chrono_literals;

constexpr std::uint64_t kPackets = 1500;
constexpr const char* kTraffic = "--rate 2000 --count 1500";

class Waits : public testing::TestWithParam<WaitBy> {
  protected:
    Waits() { ring_.set_waiting({.by = GetParam(), .uring = rxmap::uring::sleeper}); }

    [[nodiscard]] std::chrono::seconds patience() const { return 10s * slowness(); }

    /// What is there, checked.
    void take_all() {
        for (auto batch = ring_.take(); !batch.empty(); batch = ring_.take())
            for (const auto packet : batch)
                if (const auto payload = rxmap::probe::udp_payload(packet.bytes()))
                    tracker_.on_payload(*payload);
    }
    /// Waits and takes until so many came, in all. State changes are passed over.
    void receive(std::uint64_t packets) {
        while (tracker_.totals().distinct < packets) {
            const Wait found = ring_.wait(patience());
            ASSERT_TRUE(found == Wait::ready || found == Wait::state_changed)
                << to_string(found) << " after " << tracker_.totals().distinct;
            take_all();
        }
    }
    void expect_nothing_wrong() const {
        const auto totals = tracker_.totals();
        EXPECT_EQ(totals.lost + totals.duplicate + totals.reordered + totals.corrupt, 0u);
    }
    /// The path that is this wait's own was taken.
    void expect_own_path() const {
        const rxmap::WaitStats stats = ring_.wait_stats();
        switch (GetParam()) {
            case WaitBy::spin:
                EXPECT_GT(stats.after_spin, 0u);
                EXPECT_EQ(stats.busy_poll_calls + stats.after_sleep, 0u);
                break;
            case WaitBy::busy_poll:
                EXPECT_GT(stats.busy_poll_calls, 0u);
                EXPECT_EQ(stats.after_spin + stats.after_sleep, 0u);
                break;
            case WaitBy::uring:
                EXPECT_GT(stats.sleeps_in_uring, 0u);
                break;
            case WaitBy::poll:
            case WaitBy::adaptive:
                EXPECT_GT(stats.sleeps_in_poll, 0u);
                break;
            default:
                EXPECT_GT(stats.sleeps_in_epoll, 0u);
                break;
        }
    }
    /// Waits until the wait says so; packets that come meanwhile are taken, and other changes of
    /// state, such as that the link goes before its device, passed over.
    void expect_answer(Wait wanted) {
        Wait found = ring_.wait(patience());
        for (; found != wanted && (found == Wait::ready || found == Wait::state_changed);
             found = ring_.wait(patience()))
            take_all();
        EXPECT_EQ(to_string(found), std::string(to_string(wanted)));
    }
    /// In a moment, while somebody waits.
    static void in_a_moment(const std::string& command) {
        (void)try_sh("(sleep 0.3; " + command + ") >/dev/null 2>&1 &");
    }

    Ring ring_ = Ring::attach(kNic, {.mode = rxmap::Mode::divert});
    rxmap::probe::ProbeTracker tracker_{{16, 8192, rxmap::probe::Origin::zero}};
};

TEST_P(Waits, MissNoPacketThatComesAlone) {
    Traffic traffic(kTraffic);
    receive(kPackets);
    EXPECT_EQ(traffic.wait(), kPackets);
    expect_nothing_wrong();
    expect_own_path();
    EXPECT_EQ(to_string(ring_.wait(20ms)), std::string("timeout"));
}

TEST_P(Waits, SignalsDoNotEndThem) {
    struct sigaction nothing {};
    nothing.sa_handler = [](int) {};
    sigaction(SIGUSR1, &nothing, nullptr);
    const pthread_t waiter = pthread_self();
    Traffic traffic("--rate 1000 --count 500");
    {
        std::jthread storm([waiter](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                pthread_kill(waiter, SIGUSR1);
                std::this_thread::sleep_for(1ms);
            }
        });
        receive(500);
        EXPECT_EQ(to_string(ring_.wait(100ms)), std::string("timeout"));
    }
    EXPECT_EQ(traffic.wait(), 500u);
    expect_nothing_wrong();
}

TEST_P(Waits, StopAtARequestFromAnotherThread) {
    for (int round = 0; round < 5; ++round) {
        std::stop_source stop;
        std::jthread other([&] {
            std::this_thread::sleep_for(20ms);
            stop.request_stop();
        });
        EXPECT_EQ(to_string(ring_.wait(stop.get_token())), std::string("stopped"));
    }
}

// While it is down every wait sleeps; what comes afterwards wakes it.
TEST_P(Waits, SurviveTheInterface) {
    in_a_moment("ip link set rx0 down");
    expect_answer(Wait::state_changed);
    EXPECT_EQ(ring_.state(), rxmap::State::down);
    const std::uint64_t slept = ring_.wait_stats().after_sleep;
    in_a_moment("ip link set rx0 up");
    while (ring_.state() != rxmap::State::running)
        expect_answer(Wait::state_changed);
    EXPECT_GT(ring_.wait_stats().after_sleep, slept);
    Traffic traffic("--rate 1000 --count 500");
    receive(500);
    EXPECT_EQ(traffic.wait(), 500u);
    expect_nothing_wrong();
}

TEST_P(Waits, CloseWhenAnotherThreadDetaches) {
    std::jthread other([&] {
        std::this_thread::sleep_for(300ms);
        ring_.detach();
    });
    expect_answer(Wait::closed);
    EXPECT_EQ(ring_.reason(), rxmap::Reason::detached);
}

TEST_P(Waits, CloseWhenTheQueueIsTakenAwayUnderTraffic) {
    Traffic traffic(endless());
    std::jthread other([] {
        std::this_thread::sleep_for(300ms);
        rxmap_query query{};
        query.ifindex = ifindex(kNic);
        const int fd = open(RXMAP_DEVICE_PATH, O_RDWR);
        EXPECT_EQ(ioctl(fd, RXMAP_FORCE_DETACH, &query), 0);
        close(fd);
    });
    expect_answer(Wait::closed);
    EXPECT_EQ(ring_.reason(), rxmap::Reason::forced);
    EXPECT_TRUE(ring_.take().empty());
    traffic.stop();
}

TEST_P(Waits, CloseWhenTheDriverIsUnbound) {
    in_a_moment("lab-bind none rx0");
    expect_answer(Wait::closed);
    EXPECT_EQ(ring_.reason(), rxmap::Reason::device_gone);
    EXPECT_TRUE(eventually([] { return try_sh("ip link show rx0").status != 0; }));
    sh("lab-bind rxmap rx0");
}

// What comes from outside is the same to all that sleep, to all that poll the NIC and to all that
// spin: one of each.
class WaitsOfEachKind : public Waits {};

// Linux 6.1 lets an interface be renamed only while it is down.
std::string rename(const std::string& from, const std::string& to) {
    return "ip link set " + from + " name " + to + " 2>/dev/null || { ip link set " + from +
           " down; ip link set " + from + " name " + to + "; ip link set " + to + " up; }";
}

TEST_P(WaitsOfEachKind, GoOnUnderAnotherName) {
    in_a_moment(rename(kNic, "other0"));
    if (is_linux_6_1())
        expect_answer(Wait::state_changed);
    else
        EXPECT_EQ(to_string(ring_.wait(1s * slowness())), std::string("timeout"));
    EXPECT_TRUE(eventually([] { return if_nametoindex("other0") != 0; }));
    EXPECT_EQ(ring_.info().ifindex, if_nametoindex("other0"));
    while (ring_.state() != rxmap::State::running)
        expect_answer(Wait::state_changed);
    Traffic traffic("--rate 1000 --count 500");
    receive(500);
    EXPECT_EQ(traffic.wait(), 500u);
    expect_nothing_wrong();
    sh(rename("other0", kNic));
    sh("lab-nic-up rx0");
}

TEST_P(WaitsOfEachKind, CloseWhenTheInterfaceMovesToAnotherNamespace) {
    sh("mkdir -p /run/netns; ip netns add other");
    in_a_moment("ip link set rx0 netns other");
    expect_answer(Wait::closed);
    EXPECT_EQ(ring_.reason(), rxmap::Reason::netns);
    EXPECT_TRUE(eventually([] { return if_nametoindex(kNic) == 0; }));
    sh("ip netns exec other ip link set rx0 netns 1; ip netns del other; lab-nic-up rx0");
}

TEST_P(WaitsOfEachKind, CloseWhenTheDeviceIsUnplugged) {
    in_a_moment("lab-plug out rx0");
    expect_answer(Wait::closed);
    EXPECT_EQ(ring_.reason(), rxmap::Reason::device_gone);
    EXPECT_TRUE(eventually([] { return if_nametoindex(kNic) == 0; }));
    sh("lab-plug in rx0");
    sh("lab-bind rxmap rx0");
}

std::string name_of(const testing::TestParamInfo<WaitBy>& info) {
    std::string name = to_string(info.param);
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Library, Waits,
                         testing::Values(WaitBy::poll, WaitBy::epoll, WaitBy::epoll_edge,
                                         WaitBy::epoll_oneshot, WaitBy::epoll_exclusive,
                                         WaitBy::uring, WaitBy::busy_poll, WaitBy::spin,
                                         WaitBy::adaptive),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Library, WaitsOfEachKind,
                         testing::Values(WaitBy::poll, WaitBy::busy_poll, WaitBy::spin), name_of);

// Awake while packets come close, asleep and without a wake-up when none comes.
TEST(Adaptive, RisesUnderLoadAndSleepsOnAnIdleLink) {
    Ring ring = Ring::attach(kNic, {.mode = rxmap::Mode::divert});
    // far beyond what any machine needs for a packet of this load
    ring.set_waiting({.by = WaitBy::adaptive, .adaptive = {.spin_gap = 5ms, .busy_gap = 10ms}});
    Traffic traffic("--rate 2000 --count 4000");
    std::uint64_t taken = 0;
    while (taken < 4000 && ring.wait(10s * slowness()) == Wait::ready)
        taken += ring.take(256).size();
    EXPECT_EQ(traffic.wait(), 4000u);
    EXPECT_EQ(taken, 4000u);
    const rxmap::WaitStats busy = ring.wait_stats();
    EXPECT_GT(busy.rises, 0u);
    EXPECT_GT(busy.after_spin + busy.after_busy_poll, busy.after_sleep);
    EXPECT_EQ(to_string(ring.wait(300ms)), std::string("timeout"));
    const std::uint64_t wakeups = ring.stats()[RXMAP_CTR_WAKEUPS];
    const rxmap::WaitStats before = ring.wait_stats();
    EXPECT_EQ(to_string(ring.wait(2s)), std::string("timeout"));
    const rxmap::WaitStats idle = ring.wait_stats();
    EXPECT_EQ(idle.busy_poll_calls, before.busy_poll_calls);
    EXPECT_EQ(idle.sleeps_in_poll, before.sleeps_in_poll + 1) << "woken for nothing";
    EXPECT_EQ(ring.stats()[RXMAP_CTR_WAKEUPS], wakeups);
}

// The sysctl is of Linux 6.6; on older kernels nobody can switch io_uring off.
TEST(UringWait, SaysThatItIsSwitchedOff) {
    const char* const kSwitch = "/proc/sys/kernel/io_uring_disabled";
    if (!std::ifstream(kSwitch))
        GTEST_SKIP() << "this kernel has no switch for io_uring";
    sh(std::string("echo 2 >") + kSwitch);
    Ring ring = Ring::attach(kNic, {.mode = rxmap::Mode::divert});
    std::string said;
    int error = 0;
    try {
        ring.set_waiting({.by = WaitBy::uring, .uring = rxmap::uring::sleeper});
    } catch (const rxmap::Error& refused) {
        error = refused.code().value();
        said = refused.what();
    }
    sh(std::string("echo 0 >") + kSwitch);
    EXPECT_EQ(error, EPERM);
    EXPECT_EQ(said,
              "the kernel refuses io_uring: kernel.io_uring_disabled is 2; any other way to wait "
              "does without it");
}

}  // namespace
}  // namespace vm
