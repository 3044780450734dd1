// SPDX-License-Identifier: MIT
// The ways to wait: each of them answers the same, whatever it does meanwhile, and says what it
// did.
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <string>
#include <thread>

#include "epoll_sleeper.hpp"
#include "ring_support.hpp"
#include "signal_storm.hpp"
#ifdef RXMAP_WITH_URING
#include <rxmap/uring.hpp>
#endif

namespace rxmap::tests {

using Clock = std::chrono::steady_clock;

constexpr MakeSleeper kUring =
#ifdef RXMAP_WITH_URING
    uring::sleeper;
#else
    nullptr;
#endif

// Without epoll_exclusive: the kernel refuses it for an epoll instance, which the model's file is.
// EpollSleeper has tests of its own below, and tests/vm/ring has a real file.
constexpr auto kWays =
    std::to_array({WaitBy::poll, WaitBy::epoll, WaitBy::epoll_edge, WaitBy::epoll_oneshot,
                   WaitBy::uring, WaitBy::busy_poll, WaitBy::spin, WaitBy::adaptive});

class Ways : public ::testing::TestWithParam<WaitBy> {
  protected:
    // io_uring may be missing here, in this build or by the will of the kernel: that is said.
    void SetUp() override {
        try {
            choose(ring_);
        } catch (const Error& error) {
            const int why = error.code().value();
            if (GetParam() != WaitBy::uring || (why != ENOTSUP && why != EPERM && why != ENOSYS))
                throw;
            GTEST_SKIP() << error.what();
        }
    }
    static void choose(Ring& ring, BusyPoll busy = {}) {
        ring.set_waiting({.by = GetParam(), .busy_poll = busy, .uring = kUring});
    }
    [[nodiscard]] static bool never_sleeps() {
        return GetParam() == WaitBy::busy_poll || GetParam() == WaitBy::spin;
    }
    // A packet in a moment, from another thread.
    [[nodiscard]] std::jthread later(std::function<void()> what) {
        return std::jthread([what = std::move(what)] {
            std::this_thread::sleep_for(20ms);
            what();
        });
    }
    [[nodiscard]] bool took_own_path() const {
        const WaitStats stats = ring_.wait_stats();
        switch (GetParam()) {
            case WaitBy::spin:
                return stats.after_spin > 0;
            case WaitBy::busy_poll:
                return stats.after_busy_poll > 0 && stats.busy_poll_calls > 0;
            case WaitBy::uring:
                return stats.after_sleep > 0 && stats.sleeps_in_uring > 0;
            case WaitBy::poll:
            case WaitBy::adaptive:
                return stats.after_sleep > 0 && stats.sleeps_in_poll > 0;
            default:
                return stats.after_sleep > 0 && stats.sleeps_in_epoll > 0;
        }
    }
    // Late packets until the wait took its own path. On a busy machine one may come before this
    // thread got so far.
    void expect_own_path() {
        for (std::uint64_t i = 0; i < 100 && !took_own_path(); ++i) {
            const auto thread = later([&] { nic_.receive(packet(i)); });
            EXPECT_EQ(ring_.wait(), Wait::ready);
            EXPECT_EQ(drain(ring_).size(), 1U);
        }
        EXPECT_TRUE(took_own_path());
        const WaitStats stats = ring_.wait_stats();
        const std::array sleeps{stats.sleeps_in_poll, stats.sleeps_in_epoll, stats.sleeps_in_uring};
        EXPECT_LE(std::ranges::count_if(sleeps, [](auto n) { return n > 0; }), 1);
    }

    ModelRing nic_;
    Ring ring_ = nic_.attach();
};

TEST_P(Ways, IsReadyAtOnceWhenAPacketIsThere) {
    nic_.receive(packet(1));
    EXPECT_EQ(ring_.wait(), Wait::ready);
    EXPECT_EQ(ring_.wait(), Wait::ready);
    EXPECT_EQ(ring_.wait_stats().at_once, 2U);
}

TEST_P(Ways, EndsForALatePacketAndCountsThePathItTook) {
    expect_own_path();
}

TEST_P(Ways, TimesOutAfterTheTimeAndNotBefore) {
    const auto start = Clock::now();
    EXPECT_EQ(ring_.wait(20ms), Wait::timeout);
    EXPECT_GE(Clock::now() - start, 20ms);
    EXPECT_EQ(ring_.wait(0ms), Wait::timeout);
    EXPECT_EQ(ring_.wait(-1s), Wait::timeout);
    EXPECT_EQ(ring_.wait_stats().timeouts, 3U);
}

TEST_P(Ways, StopsForARequestFromAnotherThread) {
    std::stop_source stop;
    const auto thread = later([&] { stop.request_stop(); });
    EXPECT_EQ(ring_.wait(stop.get_token()), Wait::stopped);
    EXPECT_EQ(ring_.wait_stats().stops, 1U);
    EXPECT_EQ(ring_.wait(1ms), Wait::timeout);  // the old request does not linger
    nic_.receive(packet(1));
    EXPECT_EQ(ring_.wait(), Wait::ready);
}

TEST_P(Ways, ReportsAStateChangeOnce) {
    const auto thread = later([&] { nic_.carrier_lost(); });
    EXPECT_EQ(ring_.wait(), Wait::state_changed);
    EXPECT_EQ(ring_.state(), State::no_carrier);
    EXPECT_EQ(ring_.wait(5ms), Wait::timeout);
    nic_.running();
    EXPECT_EQ(ring_.wait(), Wait::state_changed);
    nic_.receive(packet(1));
    EXPECT_EQ(ring_.wait(), Wait::ready);
}

// There is nothing to be awake for.
TEST_P(Ways, SleepsWhileTheInterfaceIsDown) {
    nic_.interface_down();
    EXPECT_EQ(ring_.wait(), Wait::state_changed);
    EXPECT_EQ(ring_.wait(50ms), Wait::timeout);
    const WaitStats stats = ring_.wait_stats();
    EXPECT_GT(stats.sleeps_in_poll + stats.sleeps_in_epoll + stats.sleeps_in_uring, 0U);
    EXPECT_EQ(stats.after_spin + stats.busy_poll_calls, 0U);
    const auto thread = later([&] { nic_.running(); });
    EXPECT_EQ(ring_.wait(), Wait::state_changed);
}

TEST_P(Ways, ClosesWhenTheDeviceGoes) {
    const auto thread = later([&] { nic_.unplug(); });
    EXPECT_EQ(ring_.wait(), Wait::closed);
    EXPECT_EQ(ring_.wait(), Wait::closed);
    EXPECT_EQ(ring_.reason(), Reason::device_gone);
}

TEST_P(Ways, ClosesWhenAnotherThreadDetaches) {
    const auto thread = later([&] { ring_.detach(); });
    EXPECT_EQ(ring_.wait(), Wait::closed);
    EXPECT_EQ(ring_.reason(), Reason::detached);
}

TEST_P(Ways, HandsOnWhatAnotherThreadGivesBack) {
    ModelRing nic({.ring = {.frames = kFrames, .quota = 1}});
    Ring ring = nic.attach();
    choose(ring);
    nic.receive(packet(1));
    KeptPacket kept = ring.take()[0].keep();
    const auto thread = later([&nic, &kept] {
        kept.release();
        while (nic.receive(packet(2)) == 0)
            std::this_thread::sleep_for(1ms);
    });
    EXPECT_EQ(ring.wait(10s), Wait::ready);
}

TEST_P(Ways, DoesNotTakeTheSlotsOfALiveBatchForNews) {
    nic_.receive(packet(1));
    const Batch batch = ring_.take();
    EXPECT_EQ(ring_.wait(10ms), Wait::timeout);
    nic_.receive(packet(2));
    EXPECT_EQ(ring_.wait(1s), Wait::ready);
}

TEST_P(Ways, MissesNoPacketOfThousands) {
    std::jthread producer([&] {
        for (std::uint64_t i = 0; i < 3000; ++i) {
            while (nic_.receive(packet(i)) == 0)
                std::this_thread::yield();
            if (i % 16 == 0)
                std::this_thread::sleep_for(50us);
        }
    });
    std::uint64_t seen = 0;
    while (seen < 3000) {
        ASSERT_EQ(ring_.wait(20s), Wait::ready) << "lost after " << seen;
        for (const std::uint64_t number : drain(ring_))
            ASSERT_EQ(number, seen++);
    }
}

TEST_P(Ways, SignalsDoNotEndIt) {
    const SignalStorm storm;
    const auto start = Clock::now();
    EXPECT_EQ(ring_.wait(50ms), Wait::timeout);
    EXPECT_GE(Clock::now() - start, 50ms);
    const auto thread = later([&] { nic_.receive(packet(1)); });
    EXPECT_EQ(ring_.wait(), Wait::ready);
}

TEST_P(Ways, GoesOnInAnotherThread) {
    for (std::uint64_t i = 0; i < 3; ++i) {
        std::jthread([&] {
            const auto thread = later([&] { nic_.receive(packet(i)); });
            EXPECT_EQ(ring_.wait(10s), Wait::ready) << i;
            EXPECT_EQ(drain(ring_).size(), 1U);
        }).join();
    }
}

TEST_P(Ways, CanBeChosenAnewWhilePacketsFlow) {
    std::uint64_t sent = 0;
    for (const WaitBy by : kWays) {
        if (by != WaitBy::uring)
            ring_.set_waiting({.by = by});
        choose(ring_);
        nic_.receive(packet(sent++));
        EXPECT_EQ(ring_.wait(), Wait::ready);
        EXPECT_EQ(drain(ring_).size(), 1U);
    }
    EXPECT_EQ(ring_.wait_stats().at_once, kWays.size());  // counted on
}

TEST_P(Ways, BusyPollsBeforeItSleeps) {
    if (never_sleeps() || GetParam() == WaitBy::adaptive)
        return;
    choose(ring_, {.time = 2ms});
    int looks = 0;
    nic_.on_busy_poll([&] { ++looks; });
    expect_own_path();
    EXPECT_GT(looks, 0);
}

// Eight descriptors short of the limit that this process has anyway.
TEST_P(Ways, SaysWhyThereIsNoFileForIt) {
    if (GetParam() < WaitBy::epoll || GetParam() > WaitBy::uring)
        return;
    rlimit before{};
    getrlimit(RLIMIT_NOFILE, &before);
    const int next = dup(0);
    close(next);
    const rlimit none{.rlim_cur = static_cast<rlim_t>(next), .rlim_max = before.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
    int error = 0;
    try {
        choose(ring_);
    } catch (const Error& e) {
        error = e.code().value();
    }
    setrlimit(RLIMIT_NOFILE, &before);
    EXPECT_EQ(error, EMFILE);
    nic_.receive(packet(1));
    EXPECT_EQ(ring_.wait(), Wait::ready);  // as it was before
}

INSTANTIATE_TEST_SUITE_P(Wait, Ways, ::testing::ValuesIn(kWays), [](const auto& info) {
    std::string name = to_string(info.param);
    std::ranges::replace(name, '-', '_');
    return name;
});

TEST(Waiting, RefusesWhatIsOutOfRangeAndStaysAsItWas) {
    ModelRing nic;
    Ring ring = nic.attach();
    ring.set_waiting({.by = WaitBy::spin});
    const auto bad = std::to_array<Waiting>({{.busy_poll = {1us, 0}},
                                             {.busy_poll = {1us, 257}},
                                             {.busy_poll = {-1us, 64}},
                                             {.busy_poll = {2h, 64}},
                                             {.by = static_cast<WaitBy>(9)},
                                             {.adaptive = {.spin_gap = 0us}},
                                             {.adaptive = {.spin_gap = 9us, .busy_gap = 8us}},
                                             {.adaptive = {.busy_gap = 2h}}});
    for (const Waiting& waiting : bad) {
        try {
            ring.set_waiting(waiting);
            ADD_FAILURE() << "accepted number " << &waiting - bad.data();
        } catch (const Error& error) {
            EXPECT_EQ(error.code().value(), EINVAL);
        }
    }
    EXPECT_EQ(ring.wait(1ms), Wait::timeout);
    EXPECT_EQ(ring.wait_stats().sleeps_in_poll, 0U);  // it spun
}

TEST(Waiting, SaysThatAModelHasNoExclusiveSleepers) {
    ModelRing nic;
    Ring ring = nic.attach();
    try {
        ring.set_waiting({.by = WaitBy::epoll_exclusive});
        FAIL() << "accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.code().value(), EINVAL);
        EXPECT_STREQ(error.what(), "cannot wait with epoll: epoll_ctl says Invalid argument");
    }
}

TEST(EpollSleeper, SleepsForItsTimeAndEndsForEitherFile) {
    for (const WaitBy by :
         {WaitBy::epoll, WaitBy::epoll_edge, WaitBy::epoll_oneshot, WaitBy::epoll_exclusive}) {
        SCOPED_TRACE(to_string(by));
        const detail::File ring(eventfd(0, EFD_NONBLOCK)), wake(eventfd(0, EFD_NONBLOCK));
        detail::EpollSleeper sleeper(by, ring.fd(), wake.fd());
        const auto start = Clock::now();
        EXPECT_EQ(sleeper.sleep(20ms), detail::Woken::look);
        EXPECT_GE(Clock::now() - start, 20ms);
        for (int round = 0; round < 3; ++round)
            for (const detail::File* file : {&ring, &wake}) {
                eventfd_write(file->fd(), 1);
                EXPECT_EQ(sleeper.sleep({}), detail::Woken::look);  // without end: it must be woken
                detail::empty_wake_file(ring.fd());
            }
        eventfd_t left = 0;
        EXPECT_NE(eventfd_read(wake.fd(), &left), 0) << "the wake file was not emptied";
    }
}

TEST(EpollSleeper, SaysThatAFileHasEnded) {
    for (const WaitBy by :
         {WaitBy::epoll, WaitBy::epoll_edge, WaitBy::epoll_oneshot, WaitBy::epoll_exclusive}) {
        int ends[2];
        ASSERT_EQ(pipe(ends), 0);
        const detail::File ring(ends[0]), wake(eventfd(0, EFD_NONBLOCK));
        detail::EpollSleeper sleeper(by, ring.fd(), wake.fd());
        close(ends[1]);
        EXPECT_EQ(sleeper.sleep({}), detail::Woken::ended) << to_string(by);
    }
}

TEST(Waiting, NamesTheComponentThatIoUringNeeds) {
    ModelRing nic;
    Ring ring = nic.attach();
    try {
        ring.set_waiting({.by = WaitBy::uring});
        FAIL() << "accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.code().value(), ENOTSUP);
        EXPECT_NE(std::string(error.what()).find("rxmap::uring"), std::string::npos);
    }
}

TEST(Waiting, HasANameForEachWay) {
    EXPECT_STREQ(to_string(WaitBy::epoll_exclusive), "epoll-exclusive");
    EXPECT_STREQ(to_string(WaitBy::adaptive), "adaptive");
    EXPECT_STREQ(to_string(static_cast<WaitBy>(9)), "unknown way");
}

// Five packets in each wait, then nothing: awake in the end, then asleep again.
TEST(Waiting, AdaptiveRisesUnderLoadAndFallsWithoutIt) {
    ModelRing nic({.ring = {.frames = 256}});
    Ring ring = nic.attach();
    ring.set_waiting({.by = WaitBy::adaptive, .adaptive = {.spin_gap = 20ms, .busy_gap = 20ms}});
    for (std::uint64_t i = 0; i < 40; ++i) {
        nic.receive(burst(5 * i, 5));
        EXPECT_EQ(drain(ring).size(), 5U);
        EXPECT_EQ(ring.wait(50us), Wait::timeout);
    }
    const WaitStats busy = ring.wait_stats();
    EXPECT_GT(busy.rises, 0U);
    EXPECT_EQ(busy.falls, 0U);
    std::this_thread::sleep_for(100ms);
    EXPECT_EQ(ring.wait(30ms), Wait::timeout);
    const WaitStats idle = ring.wait_stats();
    EXPECT_GT(idle.falls, 0U);
    EXPECT_GT(idle.sleeps_in_poll, busy.sleeps_in_poll);
    EXPECT_EQ(idle.busy_poll_calls, busy.busy_poll_calls);
}

}  // namespace rxmap::tests
