// SPDX-License-Identifier: MIT
// When the adaptive wait stays awake: a table of rates, without a clock.
#include <gtest/gtest.h>

#include <rxmap/detail/pace.hpp>

#include "ring_support.hpp"

namespace rxmap::tests {

using detail::Pace;
using Level = Pace::Level;

// A link on which `packets` come together, one such burst in each `every`.
class Link {
  public:
    explicit Link(std::uint32_t position = 0) : position_(position) {}
    Level run(Pace& pace, int waits, Pace::Gap every, std::uint32_t packets = 1) {
        Level level = pace.level();
        for (int i = 0; i < waits; ++i) {
            now_ += every;
            position_ += packets;
            level = pace.begin(now_, position_);
        }
        return level;
    }

  private:
    Pace::Time now_{1h};
    std::uint32_t position_;
};

TEST(Pace, BeginsAsleep) {
    Pace pace({});
    EXPECT_EQ(Link().run(pace, 1, 1us), Level::sleep);
}

TEST(Pace, FollowsTheRate) {
    for (const auto& [gap, level] :
         std::initializer_list<std::pair<Pace::Gap, Level>>{{1us, Level::spin},
                                                            {15us, Level::spin},
                                                            {25us, Level::busy_poll},
                                                            {90us, Level::busy_poll},
                                                            {110us, Level::sleep},
                                                            {1s, Level::sleep}}) {
        Pace pace({});
        EXPECT_EQ(Link().run(pace, 200, gap), level) << gap.count() << " ns";
    }
}

TEST(Pace, StaysWhereItIsBetweenAGapAndTwiceTheGap) {
    Pace pace({});
    Link link;
    ASSERT_EQ(link.run(pace, 200, 5us), Level::spin);
    EXPECT_EQ(link.run(pace, 200, 35us), Level::spin);
    EXPECT_EQ(link.run(pace, 200, 45us), Level::busy_poll);
    EXPECT_EQ(link.run(pace, 200, 35us), Level::busy_poll);
    EXPECT_EQ(link.run(pace, 200, 180us), Level::busy_poll);
    EXPECT_EQ(link.run(pace, 200, 220us), Level::sleep);
    EXPECT_EQ(link.run(pace, 200, 180us), Level::sleep);
}

// What woke up late has more to take: the rate is the same.
TEST(Pace, PacketsTakenTogetherCountEach) {
    Pace pace({});
    EXPECT_EQ(Link().run(pace, 200, 500us, 100), Level::spin);
}

TEST(Pace, RisesWithinFewWaitsAndNotWithOne) {
    Pace pace({});
    Link link;
    EXPECT_EQ(link.run(pace, 5, 1us), Level::sleep);
    EXPECT_EQ(link.run(pace, 30, 1us), Level::spin);
}

TEST(Pace, APauseOfAnHourIsForgottenAsFastAsOneOfAMillisecond) {
    Pace pace({});
    Link link;
    link.run(pace, 200, 1us);
    ASSERT_EQ(link.run(pace, 20, 1h), Level::sleep);
    EXPECT_EQ(link.run(pace, 35, 1us), Level::spin);
}

// Timeouts: waits begin, no packet comes between them.
TEST(Pace, FallsWithoutAPacket) {
    Pace pace({});
    Link link;
    ASSERT_EQ(link.run(pace, 200, 1us), Level::spin);
    EXPECT_EQ(link.run(pace, 3, 300us, 0), Level::sleep);
}

TEST(Pace, PositionsWrap) {
    Pace pace({});
    Link link(0xffffff00U);
    EXPECT_EQ(link.run(pace, 200, 10us, 7), Level::spin);
}

TEST(Pace, AWaitLastsFourGaps) {
    const Pace pace({.spin_gap = 10us, .busy_gap = 50us});
    EXPECT_EQ(pace.spin_time(), 40us);
    EXPECT_EQ(pace.busy_time(), 200us);
}

}  // namespace rxmap::tests
