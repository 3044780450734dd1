// SPDX-License-Identifier: MIT
// rxmap-top's arithmetic: counters become rates, times become shares and a strip, and a counter
// that starts again or a queue that comes later does no harm.
#include <gtest/gtest.h>
#include <linux/rxmap_netlink.h>

#include "view.hpp"

namespace {

using namespace rxmap::top;
using rxmap::ctl::kQueue;
using rxmap::ctl::kRing;
using rxmap::ctl::kStats;
using rxmap::ctl::Record;
using rxmap::ctl::Request;

struct Counted {
    std::uint32_t packets, polls, interrupt_ns, polling_ns;
};

Reading reading(double seconds, Counted counted) {
    Request queue(0), stats(0);
    queue.put(RXMAP_A_QUEUE_IFINDEX, 3).put(RXMAP_A_QUEUE_QUEUE, 0).put(RXMAP_A_QUEUE_BUDGET, 16);
    stats.put(RXMAP_A_STATS_IFINDEX, 3)
        .put(RXMAP_A_STATS_QUEUE, 0)
        .put(RXMAP_A_STATS_RX_PACKETS, counted.packets)
        .put(RXMAP_A_STATS_POLLS, counted.polls)
        .put(RXMAP_A_STATS_NS_INTERRUPT, counted.interrupt_ns)
        .put(RXMAP_A_STATS_NS_POLLING, counted.polling_ns);
    return {
        seconds, {Record(kQueue, queue.attributes())}, {}, {Record(kStats, stats.attributes())}};
}

Record ring(std::uint32_t wakeups) {
    Request made(0);
    made.put(RXMAP_A_RING_IFINDEX, 3)
        .put(RXMAP_A_RING_QUEUE, 0)
        .put(RXMAP_A_RING_PID, 77)
        .put(RXMAP_A_RING_QUOTA, 100)
        .put(RXMAP_A_RING_CONSUMER, RXMAP_ACTIVITY_POLLING)
        .put(RXMAP_A_RING_UNREAD, 5)
        .nest(RXMAP_A_RING_COUNTERS,
              [&](Request& inside) { inside.put(RXMAP_A_RING_COUNTERS_WAKEUPS, wakeups); });
    return {kRing, made.attributes()};
}

TEST(TopView, CountersBecomeRatesAndTimesBecomeShares) {
    const auto queues = views(reading(10, {100, 10, 1000, 0}), reading(12, {1100, 60, 4000, 1000}));
    ASSERT_EQ(queues.size(), 1U);
    EXPECT_DOUBLE_EQ(queues[0].rate("rx_packets"), 500);
    EXPECT_DOUBLE_EQ(queues[0].rate("polls"), 25);
    EXPECT_DOUBLE_EQ(queues[0].share("interrupt"), 0.75);
    EXPECT_DOUBLE_EQ(queues[0].share("polling"), 0.25);
    EXPECT_EQ(queues[0].mark(), '.');
    const std::string text = screen(queues, Strips(4));
    EXPECT_NE(text.find("packets/s 500 "), std::string::npos) << text;
    EXPECT_NE(text.find("packets/poll 20.0  budget 16"), std::string::npos) << text;
    EXPECT_NE(text.find("not mapped"), std::string::npos) << text;
}

TEST(TopView, RegisterAccessesArePerPacketOfBothDirections) {
    const auto reading_with = [](double seconds, std::uint32_t packets, std::uint32_t accesses) {
        Reading made = reading(seconds, {packets, 1, 1, 1});
        Request stats(0);
        stats.put(RXMAP_A_STATS_IFINDEX, 3)
            .put(RXMAP_A_STATS_QUEUE, 0)
            .put(RXMAP_A_STATS_RX_PACKETS, packets)
            .put(RXMAP_A_STATS_TX_PACKETS, packets)
            .put(RXMAP_A_STATS_MMIO_READS, accesses)
            .put(RXMAP_A_STATS_MMIO_WRITES, 3 * accesses);
        made.stats = {Record(kStats, stats.attributes())};
        return made;
    };
    const auto queues = views(reading_with(0, 100, 5), reading_with(2, 1100, 55));
    EXPECT_DOUBLE_EQ(queues.at(0).mmio_per_packet(), 0.1);
    EXPECT_NE(screen(queues, Strips(4)).find("mmio/packet 0.100"), std::string::npos);
    EXPECT_DOUBLE_EQ(views(reading(0, {}), reading(1, {})).at(0).mmio_per_packet(), 0) << "idle";
}

TEST(TopView, NothingScrollsOnASmallTerminal) {
    const std::string text = "one\ntwo two\nthree\nfour\n";
    EXPECT_EQ(fitted(text, 5, 80), text) << "the cursor stands in the fifth row";
    EXPECT_EQ(fitted(text, 5, 3), "one\ntwo\nthr\nfou\n");
    EXPECT_EQ(fitted(text, 4, 80),
              "one\ntwo two\n(2 more lines: name an interface, or take a larger terminal)\n");
    EXPECT_EQ(fitted(text, 4, 8), "one\ntwo two\n(2 more \n");
    EXPECT_EQ(fitted(text, 2, 13), "(4 more lines\n");
    EXPECT_EQ(fitted("", 1, 1), "");
}

TEST(TopView, ACounterThatBeganAgainHasNoRate) {
    const auto queues = views(reading(10, {100, 10, 1000, 0}), reading(11, {5, 60, 4000, 0}));
    EXPECT_DOUBLE_EQ(queues.at(0).rate("rx_packets"), 0);
    EXPECT_DOUBLE_EQ(queues.at(0).rate("polls"), 50);
}

TEST(TopView, AQueueWithoutAFirstReadingIsLeftOut) {
    EXPECT_TRUE(views({}, reading(11, {5, 60, 4000, 0})).empty());
    EXPECT_EQ(screen({}, Strips(4)), "no interface of rxmap\n");
    EXPECT_EQ(json({}, 1), "[]\n");
}

TEST(TopView, TheStripKeepsTheLastMarks) {
    const Reading start = reading(0, {0, 0, 0, 0});
    Strips strips(3);
    const auto idle = views(start, reading(1, {0, 0, 10, 1}));
    const auto loaded = views(start, reading(1, {9, 9, 1, 10}));
    const auto down = views(start, reading(1, {0, 0, 0, 0}));
    EXPECT_EQ(strips.of(idle[0]), "   ");
    strips.add(idle);
    EXPECT_EQ(strips.of(idle[0]), "  .");
    strips.add(loaded);
    strips.add(down);
    strips.add(loaded);
    EXPECT_EQ(strips.of(idle[0]), "# #");
}

TEST(TopView, JsonHasTheSpecificationsNames) {
    Reading before = reading(0, {0, 0, 0, 0}), after = reading(2, {10, 2, 5, 5});
    before.rings = {ring(10)};
    after.rings = {ring(30)};
    const std::string text = json(views(before, after), 2);
    for (const char* part :
         {R"("queue": 0, "seconds": 2.000)", R"("rx_packets": 5.000)",
          R"("tunables": {"budget": 16)", R"("ring": {"pid": 77)",
          R"("consumer": "polling", "unread": 5)", R"("ring_rates": {"wakeups": 10.000})"})
        EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
    const std::string drawn = screen(views(before, after), Strips(4));
    EXPECT_NE(drawn.find(" (77) is polling, 5 unread; the ring: "), std::string::npos) << drawn;
    before.rings.clear();
    EXPECT_DOUBLE_EQ(views(before, after).at(0).ring_rates.at("wakeups"), 15) << "came since then";
}

}  // namespace
