// SPDX-License-Identifier: MIT
//
// Counters that say how a queue was polled: where each poll ran, what the time was spent in, and
// which interrupts were for nothing.
#include <gtest/gtest.h>
#include <poll.h>

#include <array>
#include <chrono>
#include <fstream>
#include <numeric>

#include "lab.hpp"
#include "nic_counters.hpp"
#include "raw_genl.hpp"
#include "sink.hpp"
#include "tuning.hpp"

namespace vm {
namespace {

constexpr std::array<std::uint16_t, 4> kPlaces{
    RXMAP_A_STATS_POLLS_IN_SOFTIRQ, RXMAP_A_STATS_POLLS_IN_KSOFTIRQD, RXMAP_A_STATS_POLLS_IN_THREAD,
    RXMAP_A_STATS_POLLS_IN_TASK};
constexpr std::array<std::uint16_t, 4> kPhases{RXMAP_A_STATS_NS_INTERRUPT, RXMAP_A_STATS_NS_POLLING,
                                               RXMAP_A_STATS_NS_BUSY, RXMAP_A_STATS_NS_SUSPENDED};

class Counters : public testing::Test {
  protected:
    Bytes get() {
        const Reply reply =
            genl_.ask(RXMAP_CMD_STATS_GET, number(RXMAP_A_QUEUE_IFINDEX, ifindex(kNic)) +
                                               number(RXMAP_A_QUEUE_QUEUE, 0));
        return reply.messages.empty() ? Bytes{} : reply.messages.front();
    }
    /// What one counter grew by since @p before.
    std::uint64_t grown(const Bytes& before, std::uint16_t counter) {
        return find_number(get(), counter) - find_number(before, counter);
    }
    template <typename List>
    static std::uint64_t sum(const Bytes& stats, const List& list) {
        return std::accumulate(list.begin(), list.end(), std::uint64_t{0},
                               [&](std::uint64_t all, std::uint16_t counter) {
                                   return all + find_number(stats, counter);
                               });
    }
    static std::uint64_t now_ns() {
        return static_cast<std::uint64_t>(
            std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count());
    }

    RawGenl genl_;
};

TEST_F(Counters, EachPollRanSomewhere) {
    UdpSink sink(9000);
    const Bytes before = get();
    Traffic traffic("--count 2000");
    EXPECT_EQ(traffic.wait(), 2000u);
    EXPECT_EQ(sink.drain(), 2000u);
    const Bytes after = get();
    EXPECT_GT(find_number(after, RXMAP_A_STATS_POLLS), find_number(before, RXMAP_A_STATS_POLLS));
    EXPECT_EQ(sum(after, kPlaces), find_number(after, RXMAP_A_STATS_POLLS));
    // One that used up its budget does not give the NAPI back.
    EXPECT_GT(find_number(after, RXMAP_A_STATS_COMPLETIONS),
              find_number(before, RXMAP_A_STATS_COMPLETIONS));
    EXPECT_LE(find_number(after, RXMAP_A_STATS_COMPLETIONS) +
                  find_number(after, RXMAP_A_STATS_POLLS_EXHAUSTED),
              find_number(after, RXMAP_A_STATS_POLLS));
    EXPECT_LE(find_number(after, RXMAP_A_STATS_INTERRUPTS_NO_WORK),
              find_number(after, RXMAP_A_STATS_RX_INTERRUPTS));
    EXPECT_GT(sum(after, std::array{kPlaces[0], kPlaces[1]}),
              sum(before, std::array{kPlaces[0], kPlaces[1]}));
}

TEST_F(Counters, AnInterruptForNothingIsCounted) {
    if (nic_driver(kNic).find("virtio") != std::string::npos)
        GTEST_SKIP() << "a virtqueue has no cause register: what was polled does not interrupt";
    // A frame that comes while its cause is masked leaves it in ICR, for the unmask to interrupt.
    // So the mask stays on between the frames, a timer polls, and each poll takes one frame: of
    // more than one the 82574L's backend forgets the cause.
    const Setting defer(kSys + "napi_defer_hard_irqs", "20");
    const Setting flush(kSys + "gro_flush_timeout", "2000000");
    UdpSink sink(9000);
    const Bytes before = get();
    // More than one flow only should the last timer have been late enough for two frames.
    constexpr int kMostFlows = 10;
    for (int i = 0; i < kMostFlows && !grown(before, RXMAP_A_STATS_INTERRUPTS_NO_WORK); ++i) {
        Traffic traffic("--rate 50 --count 5");
        EXPECT_EQ(traffic.wait(), 5u);
        EXPECT_EQ(sink.drain(), 5u);
        (void)eventually([&] { return grown(before, RXMAP_A_STATS_INTERRUPTS_NO_WORK) > 0; }, 500);
    }
    EXPECT_GT(grown(before, RXMAP_A_STATS_INTERRUPTS_NO_WORK), 0u);
}

TEST_F(Counters, ANapiThreadIsNotASoftInterrupt) {
    UdpSink sink(9000);
    sh("echo 1 > /sys/class/net/rx0/threaded");
    // A poll that had begun before may still end elsewhere.
    Traffic first("--count 10");
    first.wait();
    EXPECT_EQ(sink.drain(), 10u);
    const Bytes before = get();
    Traffic traffic("--count 1000");
    EXPECT_EQ(traffic.wait(), 1000u);
    EXPECT_EQ(sink.drain(), 1000u);
    EXPECT_GT(grown(before, RXMAP_A_STATS_POLLS_IN_THREAD), 0u);
    EXPECT_EQ(grown(before, RXMAP_A_STATS_POLLS_IN_SOFTIRQ), 0u);
    EXPECT_EQ(grown(before, RXMAP_A_STATS_POLLS_IN_KSOFTIRQD), 0u);
    sh("echo 0 > /sys/class/net/rx0/threaded");
}

TEST_F(Counters, ASocketThatBusyPollsIsATask) {
    UdpSink sink(9000);
    const int usecs = 200000;
    ASSERT_EQ(setsockopt(sink.fd(), SOL_SOCKET, SO_BUSY_POLL, &usecs, sizeof(usecs)), 0);
    // The socket learns its NAPI from a packet.
    Traffic first("--count 1");
    first.wait();
    ASSERT_EQ(sink.drain(), 1u);
    const Bytes before = get();
    // poll() busy polls while net.core.busy_poll says so
    std::ofstream("/proc/sys/net/core/busy_poll") << usecs << std::flush;
    pollfd fd{sink.fd(), POLLIN, 0};
    EXPECT_EQ(poll(&fd, 1, 100), 0);
    std::ofstream("/proc/sys/net/core/busy_poll") << 0 << std::flush;
    EXPECT_GT(grown(before, RXMAP_A_STATS_POLLS_IN_TASK), 0u);
    EXPECT_GT(grown(before, RXMAP_A_STATS_NS_BUSY), 0u);
}

TEST_F(Counters, ThePhasesAddUpToTheTimeThatPassed) {
    UdpSink sink(9000);
    const std::uint64_t first = now_ns();
    const Bytes before = get();
    const std::uint64_t begun = now_ns();
    Traffic traffic("--rate 500 --count 300");
    EXPECT_EQ(traffic.wait(), 300u);
    EXPECT_EQ(sink.drain(), 300u);
    sleep_ms(200);
    const std::uint64_t ended = now_ns();
    const Bytes after = get();
    const std::uint64_t last = now_ns();
    const std::uint64_t all = sum(after, kPhases) - sum(before, kPhases);
    EXPECT_GE(all, ended - begun);
    EXPECT_LE(all, last - first);
    // It was idle at least for the 200 ms at the end: waiting for an interrupt.
    EXPECT_GE(grown(before, RXMAP_A_STATS_NS_INTERRUPT), 150'000'000u);
    EXPECT_GT(grown(before, RXMAP_A_STATS_NS_POLLING), 0u);
}

TEST_F(Counters, AQueueThatWaitsForTheTimerIsSuspended) {
    UdpSink sink(9000);
    // Also a NIC with a timer of its own waits for ours then.
    sh("/root/rxmapctl set rx0 moderation poll poll-usecs 5000");
    const Bytes before = get();
    Traffic traffic("--rate 1000 --count 300");
    EXPECT_EQ(traffic.wait(), 300u);
    EXPECT_EQ(sink.drain(), 300u);
    const auto polls = grown(before, RXMAP_A_STATS_TIMER_POLLS);
    EXPECT_GT(polls, 0u);
    // Each of these polls followed 5 ms without an interrupt.
    EXPECT_GE(grown(before, RXMAP_A_STATS_NS_SUSPENDED), polls * 4'000'000);
    sh("/root/rxmapctl set rx0 moderation off poll-usecs 50");
}

}  // namespace
}  // namespace vm
