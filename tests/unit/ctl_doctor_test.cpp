// SPDX-License-Identifier: MIT
// rxmapctl doctor: one sentence for each thing that looks wrong, with its numbers, and none for
// what is as it should be. What it looks at is made by hand here; the VM suite has it look.
#include <gtest/gtest.h>
#include <linux/rxmap.h>
#include <linux/rxmap_netlink.h>

#include <functional>
#include <string>
#include <vector>

#include "doctor.hpp"
#include "genl.hpp"
#include "names.hpp"
#include "virtio_features.hpp"

namespace {

using namespace rxmap::ctl;

struct Value {
    std::uint16_t attribute;
    std::uint32_t number;
};

Record queue_record(std::uint32_t policy, const std::vector<Value>& values) {
    Request made(RXMAP_CMD_QUEUE_GET);
    made.put(RXMAP_A_QUEUE_QUEUE, 0).put(RXMAP_A_QUEUE_BUDGET, 16);
    made.nest(RXMAP_A_QUEUE_MODERATION,
              [&](Request& inside) { inside.put(RXMAP_A_MODERATION_POLICY, policy); });
    for (const Value& value : values)
        made.put(value.attribute, value.number);
    return {kQueue, made.attributes()};
}

Record stats_record(const std::vector<Value>& values) {
    Request made(RXMAP_CMD_STATS_GET);
    for (const Value& value : values)
        made.put(value.attribute, value.number);
    return {kStats, made.attributes()};
}

Record ring_record(std::uint32_t state, const std::vector<Value>& counters = {}) {
    Request made(RXMAP_CMD_RING_GET);
    made.put(RXMAP_A_RING_PID, 77)
        .put(RXMAP_A_RING_STATE, state)
        .put(RXMAP_A_RING_REASON, RXMAP_REASON_BAD_FRAME_ID)
        .put(RXMAP_A_RING_FRAME_SIZE, 2048)
        .put(RXMAP_A_RING_QUOTA, 100)
        .put(RXMAP_A_RING_CONSUMER, RXMAP_ACTIVITY_ASLEEP)
        .put(RXMAP_A_RING_UNREAD, 3)
        .nest(RXMAP_A_RING_COUNTERS, [&](Request& inside) {
            for (const Value& counter : counters)
                inside.put(counter.attribute, counter.number);
        });
    return {kRing, made.attributes()};
}

Record running(const std::vector<Value>& counters = {}) {
    return ring_record(RXMAP_STATE_RUNNING, counters);
}

/// A busy interface, mapped, on two CPUs, without a fault.
Findings well() {
    Findings findings;
    findings.ifname = "rx0";
    findings.up = findings.carrier = true;
    findings.cpus = 2;
    findings.interrupts = {{24, "rx0-rx-0", "0"}};
    findings.queues.push_back({queue_record(RXMAP_MODERATION_POLICY_OFF, {}),
                               stats_record({{RXMAP_A_STATS_POLLS, 1000},
                                             {RXMAP_A_STATS_POLLS_EXHAUSTED, 500},
                                             {RXMAP_A_STATS_RX_INTERRUPTS, 100},
                                             {RXMAP_A_STATS_INTERRUPTS_NO_WORK, 50},
                                             {RXMAP_A_STATS_POLLS_IN_KSOFTIRQD, 500}}),
                               running(), 1});
    return findings;
}

Findings with_stats(const std::vector<Value>& values) {
    Findings findings = well();
    findings.queues[0].stats = stats_record(values);
    return findings;
}

Findings with_ring(const Record& ring) {
    Findings findings = well();
    findings.queues[0].ring = ring;
    return findings;
}

Findings with_queue(const Record& queue) {
    Findings findings = well();
    findings.queues[0].queue = queue;
    return findings;
}

template <typename Change>
Findings changed(Change change) {
    Findings findings = well();
    change(findings);
    return findings;
}

struct Illness {
    Findings findings;
    std::string sentence;
};

std::vector<Illness> of_the_interface() {
    return {
        {changed([](Findings& f) { f.up = false; }), "rx0 is down: set it up"},
        {changed([](Findings& f) { f.carrier = false; }), "rx0 has no carrier"},
        {changed([](Findings& f) { f.missed = 17; }),
         "the NIC dropped 17 packets because its ring was full: a larger ring (`ethtool -G rx0"},
        {changed([](Findings& f) { f.queues[0].consumer_cpu = 0; }),
         "runs on CPU 0, where interrupt 24 comes"},
        {with_queue(queue_record(RXMAP_MODERATION_POLICY_FIXED,
                                 {{RXMAP_A_QUEUE_USECS_REQUESTED, 50},
                                  {RXMAP_A_QUEUE_USECS_EFFECTIVE, 128},
                                  {RXMAP_A_QUEUE_USECS_LIMIT, RXMAP_LIMIT_DEVICE_MIN}})),
         "usecs 50 was requested and 128 is in force, because the device cannot do less"},
        {with_queue(queue_record(RXMAP_MODERATION_POLICY_DIM,
                                 {{RXMAP_A_QUEUE_FRAMES_REQUESTED, 8},
                                  {RXMAP_A_QUEUE_FRAMES_EFFECTIVE, 64},
                                  {RXMAP_A_QUEUE_FRAMES_LIMIT, RXMAP_LIMIT_POLICY}})),
         "frames 8 was requested and 64 is in force, because the moderation policy decides"},
    };
}

std::vector<Illness> of_the_counters() {
    const Value polls{RXMAP_A_STATS_POLLS, 100};
    return {
        {with_stats({polls, {RXMAP_A_STATS_POLLS_EXHAUSTED, 51}}),
         "51 of 100 polls used up the budget of 16"},
        {with_stats({polls, {RXMAP_A_STATS_POLLS_IN_KSOFTIRQD, 51}}),
         "51 of 100 polls ran in ksoftirqd"},
        {with_stats({{RXMAP_A_STATS_RX_INTERRUPTS, 100}, {RXMAP_A_STATS_INTERRUPTS_NO_WORK, 51}}),
         "51 of 100 interrupts found nothing"},
        {with_stats({{RXMAP_A_STATS_RX_DROPPED, 3}}), "3 packets were dropped on the way"},
        {with_stats({{RXMAP_A_STATS_RX_NO_BUFFER, 4}}), "without a new buffer 4 times"},
        {with_stats({{RXMAP_A_STATS_RX_BAD_ID, 1}, {RXMAP_A_STATS_RX_BAD_LEN, 2}}),
         "broke its contract 3 times"},
        {with_stats({{RXMAP_A_STATS_WATCHDOG_RESCUES, 5}}), "nobody had announced 5 times"},
    };
}

std::vector<Illness> of_the_consumer() {
    return {
        {with_ring(ring_record(RXMAP_STATE_FAULT)), "broke the ring's contract (bad-frame-id)"},
        {with_ring(running({{RXMAP_A_RING_COUNTERS_DROP_QUOTA, 5}})),
         "5 packets were dropped because the consumer held its whole quota of 100 frames"},
        {with_ring(running({{RXMAP_A_RING_COUNTERS_DROP_SLOTS, 6}})), "6 packets were dropped"},
        {with_ring(running({{RXMAP_A_RING_COUNTERS_DROP_NO_FRAME, 7}})), "7 packets that needed"},
        {with_ring(running({{RXMAP_A_RING_COUNTERS_DROP_SIZE, 8}})),
         "8 packets did not fit a frame of 2048 bytes"},
    };
}

TEST(Doctor, HasOneSentenceForEachThingThatLooksWrong) {
    for (const auto& illnesses : {of_the_interface(), of_the_counters(), of_the_consumer()})
        for (const Illness& illness : illnesses) {
            const auto sentences = advice(illness.findings);
            ASSERT_EQ(sentences.size(), 1U) << illness.sentence;
            EXPECT_NE(sentences[0].find(illness.sentence), std::string::npos) << sentences[0];
        }
}

TEST(Doctor, HasNoneForWhatIsAsItShouldBe) {
    EXPECT_TRUE(advice(well()).empty());
    Findings one_cpu = well();
    one_cpu.cpus = 1;
    one_cpu.queues[0].consumer_cpu = 0;
    EXPECT_TRUE(advice(one_cpu).empty()) << "there is no other CPU";
    EXPECT_TRUE(advice(with_stats({{RXMAP_A_STATS_POLLS, 99}, {RXMAP_A_STATS_POLLS_EXHAUSTED, 99}}))
                    .empty())
        << "too few to judge";
    EXPECT_TRUE(advice(with_queue(queue_record(RXMAP_MODERATION_POLICY_DIM,
                                               {{RXMAP_A_QUEUE_USECS_REQUESTED, 0},
                                                {RXMAP_A_QUEUE_USECS_EFFECTIVE, 64},
                                                {RXMAP_A_QUEUE_USECS_LIMIT, RXMAP_LIMIT_POLICY}})))
                    .empty())
        << "dim chose what nobody had asked for";
}

TEST(Doctor, ReportsWhatItFound) {
    Findings findings = well();
    findings.driver = "rxmap-e1000";
    findings.features = {"rx-checksumming", "scatter-gather"};
    findings.missed = 9;
    const std::string text = report(findings);
    for (const char* part :
         {"rx0: rxmap-e1000, up", "offloads: rx-checksumming, scatter-gather",
          "NAPI runs in softirq", "dropped by the NIC itself: 9", "interrupt 24: rx0-rx-0, CPU 0",
          "queue 0: budget 16, moderation off", "500 exhausted the budget", "mapped by 77",
          "on CPU 1", "quota 100", "the consumer: asleep, 3 "})
        EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
    EXPECT_EQ(text.find("negotiated"), std::string::npos) << "an e1000 negotiates nothing";
    findings.negotiated = {"csum", "mq"};
    EXPECT_NE(report(findings).find("negotiated with the device: csum, mq\n"), std::string::npos);
}

TEST(Doctor, NamesFeatureBits) {
    std::string digits(64, '0');
    EXPECT_TRUE(virtio_features("").empty());
    EXPECT_TRUE(virtio_features(digits).empty());
    for (const std::size_t bit : {0, 4, 29, 32, 63})
        digits[bit] = '1';
    EXPECT_EQ(virtio_features(digits),
              (std::vector<std::string>{"csum", "bit 4", "event_idx", "version_1", "bit 63"}));
}

}  // namespace
