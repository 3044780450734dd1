// SPDX-License-Identifier: MIT
// rxmapctl's side of the netlink family: wishes become attributes, attributes become names.
// Messages are made by the same encoder that talks to the kernel.
#include <gtest/gtest.h>
#include <linux/rxmap.h>
#include <linux/rxmap_netlink.h>

#include "control.hpp"
#include "counters.hpp"
#include "show.hpp"

namespace {

using namespace rxmap::ctl;

Record queue_record(std::uint32_t queue, std::uint32_t usecs, std::uint32_t effective,
                    std::uint32_t limit) {
    Request made(RXMAP_CMD_QUEUE_GET);
    made.put(RXMAP_A_QUEUE_IFINDEX, 3)
        .put(RXMAP_A_QUEUE_QUEUE, queue)
        .put(RXMAP_A_QUEUE_BUDGET, 16)
        .nest(RXMAP_A_QUEUE_MODERATION,
              [](Request& inside) {
                  inside.put(RXMAP_A_MODERATION_POLICY, RXMAP_MODERATION_POLICY_FIXED);
              })
        .put(RXMAP_A_QUEUE_USECS_REQUESTED, usecs)
        .put(RXMAP_A_QUEUE_USECS_EFFECTIVE, effective)
        .put(RXMAP_A_QUEUE_USECS_LIMIT, limit);
    return {kQueue, made.attributes()};
}

Record ring_record(std::uint32_t queue) {
    Request made(RXMAP_CMD_RING_GET);
    made.put(RXMAP_A_RING_IFINDEX, 3)
        .put(RXMAP_A_RING_QUEUE, queue)
        .put(RXMAP_A_RING_PID, 77)
        .put(RXMAP_A_RING_MODE, RXMAP_MODE_FILTER)
        .put(RXMAP_A_RING_GRANTED, RXMAP_GRANT_ZEROCOPY | RXMAP_GRANT_LOCKED)
        .put(RXMAP_A_RING_QUOTA, 100)
        .nest(RXMAP_A_RING_COUNTERS,
              [](Request& inside) { inside.put(RXMAP_A_RING_COUNTERS_DROP_QUOTA, 5); });
    return {kRing, made.attributes()};
}

Record stats_record(std::uint32_t packets, std::uint32_t polls, std::uint32_t exhausted) {
    Request made(RXMAP_CMD_STATS_GET);
    made.put(RXMAP_A_STATS_RX_PACKETS, packets)
        .put(RXMAP_A_STATS_POLLS, polls)
        .put(RXMAP_A_STATS_POLLS_EXHAUSTED, exhausted);
    return {kStats, made.attributes()};
}

std::string error_of(const std::vector<std::string>& words) {
    try {
        const Wish wish(words);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "accepted";
}

TEST(Wish, BecomesTheAttributesThatWereNamedAndNoOthers) {
    const Wish wish({"usecs", "50", "moderation", "fixed", "budget", "32"});
    const Request request = wish.request(7, 1);
    const auto attributes = request.attributes();
    ASSERT_EQ(attributes.size(), 5U);
    EXPECT_EQ(attributes[0].type, RXMAP_A_QUEUE_IFINDEX);
    EXPECT_EQ(attributes[0].number(), 7U);
    EXPECT_EQ(attributes[1].type, RXMAP_A_QUEUE_QUEUE);
    EXPECT_EQ(attributes[1].number(), 1U);
    const Record read(kQueue, attributes);
    EXPECT_EQ(read.number("usecs_requested"), 50U);
    EXPECT_EQ(read.nest("moderation").text("policy"), "fixed");
    EXPECT_EQ(read.number("budget"), 32U);
    EXPECT_EQ(wish.request(7, std::nullopt).attributes().size(), 4U);
    EXPECT_EQ(wish.said(RXMAP_A_QUEUE_BUDGET), "budget 32");
    EXPECT_EQ(wish.said(RXMAP_A_QUEUE_FRAMES_REQUESTED), "");
}

TEST(Wish, NamesTheWordThatIsWrong) {
    EXPECT_EQ(error_of({"colour", "3"}),
              "'colour' is none of: budget, moderation, usecs, frames, poll-usecs, awake-usecs, "
              "behind-usecs, deadman-usecs");
    EXPECT_EQ(error_of({"budget"}), "budget: a value is missing");
    EXPECT_EQ(error_of({"budget", "-1"}), "budget: '-1' is not a number");
    EXPECT_EQ(error_of({"usecs", "4294967296"}), "usecs: '4294967296' is not a number");
    EXPECT_EQ(error_of({"moderation", "dimm"}),
              "moderation: 'dimm' is none of: off, fixed, dim, itr, poll, consumer");
    EXPECT_EQ(error_of({"frames", "1", "frames", "2"}), "frames is given twice");
    EXPECT_EQ(error_of({"budget", "300"}), "accepted") << "limits are the kernel's business";
}

TEST(Attributes, StopAtTheFirstThatDoesNotFit) {
    Request made(0);
    made.put(1, 11).put(2, 22);
    const auto whole = made.attributes();
    const std::byte* begin = whole[0].payload.data() - 4;
    for (std::size_t bytes = 0; bytes <= 16; ++bytes)
        EXPECT_EQ(parse_attributes({begin, bytes}).size(), bytes / 8) << bytes;
    EXPECT_EQ(made.type_at(20), 1);
    EXPECT_EQ(made.type_at(28), 2);
    EXPECT_EQ(made.type_at(4000), std::nullopt);
}

TEST(Record, KnowsAbsentUnknownAndUnnamed) {
    Request made(0);
    made.put(999, 1).put(RXMAP_A_QUEUE_USECS_LIMIT, 77);
    const Record record(kQueue, made.attributes());
    EXPECT_EQ(record.number("budget"), 0U);
    EXPECT_EQ(record.text("ifname"), "");
    EXPECT_EQ(record.nest("moderation").number("policy"), 0U);
    EXPECT_EQ(record.json(), "{\"usecs_limit\": \"77\"}");
    EXPECT_EQ(json_string("a\"b\\c\n"), "\"a\\\"b\\\\c\\u000a\"");
}

TEST(Show, JsonHasTheNamesOfTheSpecification) {
    const std::string json =
        queue_json({queue_record(0, 50, 128, RXMAP_LIMIT_DEVICE_MIN), queue_record(1, 9, 9, 0)},
                   {ring_record(1)});
    EXPECT_EQ(json,
              "[\n  {\"ifname\": \"\", \"ifindex\": 3, \"queues\": [\n"
              "    {\"queue\": 0, \"budget\": 16, \"moderation\": {\"policy\": \"fixed\"}, "
              "\"usecs_requested\": 50, \"usecs_effective\": 128, \"usecs_limit\": \"device-min\", "
              "\"ring\": null},\n"
              "    {\"queue\": 1, \"budget\": 16, \"moderation\": {\"policy\": \"fixed\"}, "
              "\"usecs_requested\": 9, \"usecs_effective\": 9, \"usecs_limit\": \"none\", "
              "\"ring\": {\"pid\": 77, \"mode\": \"filter\", \"granted\": [\"zerocopy\", "
              "\"locked\"], \"quota\": 100, \"counters\": {\"drop_quota\": 5}}}\n  ]}\n]\n");
    EXPECT_EQ(queue_json({}, {}), "[]\n");
}

TEST(Show, SaysWhyAWishIsNotInForce) {
    const std::vector<Record> queues{queue_record(0, 50, 128, RXMAP_LIMIT_DEVICE_MIN),
                                     queue_record(1, 50, 0, RXMAP_LIMIT_POLICY)};
    EXPECT_EQ(not_as_asked(queues, 0U),
              " queue 0: usecs 50 requested, 128 in force: the device cannot do less\n");
    EXPECT_NE(not_as_asked(queues, std::nullopt).find("policy decides otherwise"),
              std::string::npos);
}

TEST(Stats, RatesAreOfTheTimeBetween) {
    const std::string line =
        rates({stats_record(1000, 100, 0)}, {stats_record(3000, 200, 50)}, 2.0);
    EXPECT_NE(line.find(" 1000 "), std::string::npos) << line;
    EXPECT_NE(line.find(" 20.0 "), std::string::npos) << line;
    EXPECT_NE(line.find(" 50%"), std::string::npos) << line;
    EXPECT_NE(rates({stats_record(9, 9, 9)}, {stats_record(1, 1, 1)}, 1.0).find(" 0 "),
              std::string::npos);
}

TEST(Stats, RegisterAccessesArePerPacketOfBothDirections) {
    const auto counted = [](std::uint32_t packets, std::uint32_t accesses) {
        Request made(RXMAP_CMD_STATS_GET);
        made.put(RXMAP_A_STATS_RX_PACKETS, packets)
            .put(RXMAP_A_STATS_TX_PACKETS, packets)
            .put(RXMAP_A_STATS_MMIO_READS, accesses)
            .put(RXMAP_A_STATS_MMIO_WRITES, 3 * accesses);
        return Record(kStats, made.attributes());
    };
    const std::string table = stats_table({counted(200, 50)});
    EXPECT_NE(table.find("mmio_reads/packet             0.1250\n"), std::string::npos) << table;
    EXPECT_NE(table.find("mmio_writes/packet            0.3750\n"), std::string::npos) << table;
    EXPECT_EQ(stats_table({counted(0, 50)}).find("/packet"), std::string::npos) << "no packet yet";
    EXPECT_NE(rates({counted(0, 0)}, {counted(500, 25)}, 1.0).find(" 0.100 "), std::string::npos);
}

}  // namespace
