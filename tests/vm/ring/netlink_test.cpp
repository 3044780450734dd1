// SPDX-License-Identifier: MIT
//
// The netlink family refuses what it must, with errno, sentence and attribute, and then nothing has
// changed (Documentation/control.md has the same table).
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <linux/netlink.h>
#include <sched.h>

#include <cerrno>
#include <random>

#include "identity.hpp"
#include "lab.hpp"
#include "raw_genl.hpp"

namespace vm {
namespace {

Bytes rx0() {
    return number(RXMAP_A_QUEUE_IFINDEX, ifindex(kNic));
}
Bytes queue(std::uint32_t which) {
    return number(RXMAP_A_QUEUE_QUEUE, which);
}
Bytes budget(std::uint32_t value) {
    return number(RXMAP_A_QUEUE_BUDGET, value);
}
Bytes usecs(std::uint32_t value) {
    return number(RXMAP_A_QUEUE_USECS_REQUESTED, value);
}
Bytes frames(std::uint32_t value) {
    return number(RXMAP_A_QUEUE_FRAMES_REQUESTED, value);
}
Bytes policy(std::uint32_t value) {
    return nest(RXMAP_A_QUEUE_MODERATION, number(RXMAP_A_MODERATION_POLICY, value));
}

/// Leaves the NIC as it found it.
class Netlink : public testing::Test {
  protected:
    ~Netlink() override {
        EXPECT_EQ(genl_
                      .ask(RXMAP_CMD_QUEUE_SET,
                           rx0() + budget(64) + usecs(0) + frames(0) +
                               policy(RXMAP_MODERATION_POLICY_OFF) +
                               number(RXMAP_A_QUEUE_POLL_USECS, RXMAP_POLL_USECS_DEFAULT) +
                               number(RXMAP_A_QUEUE_AWAKE_USECS, RXMAP_AWAKE_USECS_DEFAULT) +
                               number(RXMAP_A_QUEUE_BEHIND_USECS, RXMAP_BEHIND_USECS_DEFAULT) +
                               number(RXMAP_A_QUEUE_DEADMAN_USECS, RXMAP_DEADMAN_USECS_MAX))
                      .error,
                  0);
    }
    Bytes state() {
        const Reply reply = genl_.ask(RXMAP_CMD_QUEUE_GET, rx0() + queue(0));
        return reply.messages.empty() ? Bytes{} : reply.messages.front();
    }

    RawGenl genl_;
};

struct Case {
    const char* name;
    std::uint8_t command;
    Bytes attributes;
    int error;
    std::string text;
    std::optional<std::uint16_t> refused;
    std::uint16_t flags = 0;
};

std::vector<Case> bad_values() {
    const std::uint8_t set = RXMAP_CMD_QUEUE_SET;
    const std::string alone = "frames above 1 must have usecs";
    return {
        {"budget 0", set, rx0() + budget(0), EINVAL, "budget must be 1 to 256",
         RXMAP_A_QUEUE_BUDGET},
        {"budget 257", set, rx0() + budget(257), EINVAL, "budget must be 1 to 256",
         RXMAP_A_QUEUE_BUDGET},
        {"budget -1", set, rx0() + budget(~0u), EINVAL, "budget must be 1 to 256",
         RXMAP_A_QUEUE_BUDGET},
        {"usecs", set, rx0() + budget(8) + usecs(10001), EINVAL, "usecs must be 0 to 10000",
         RXMAP_A_QUEUE_USECS_REQUESTED},
        {"frames", set, rx0() + usecs(9) + frames(1025), EINVAL, "frames must be 0 to 1024",
         RXMAP_A_QUEUE_FRAMES_REQUESTED},
        {"frames alone", set, rx0() + frames(2), EINVAL, alone, RXMAP_A_QUEUE_FRAMES_REQUESTED},
        {"poll-usecs", set, rx0() + number(RXMAP_A_QUEUE_POLL_USECS, 10001), EINVAL,
         "poll-usecs must be 0 to 10000", RXMAP_A_QUEUE_POLL_USECS},
        {"awake-usecs", set, rx0() + number(RXMAP_A_QUEUE_AWAKE_USECS, 10001), EINVAL,
         "awake-usecs must be 0 to 10000", RXMAP_A_QUEUE_AWAKE_USECS},
        {"behind-usecs", set, rx0() + number(RXMAP_A_QUEUE_BEHIND_USECS, 10001), EINVAL,
         "behind-usecs must be 0 to 10000", RXMAP_A_QUEUE_BEHIND_USECS},
        {"deadman-usecs, none", set, rx0() + number(RXMAP_A_QUEUE_DEADMAN_USECS, 99), EINVAL,
         "deadman-usecs must be 100 to 20000", RXMAP_A_QUEUE_DEADMAN_USECS},
        {"deadman-usecs", set, rx0() + number(RXMAP_A_QUEUE_DEADMAN_USECS, 20001), EINVAL,
         "deadman-usecs must be 100 to 20000", RXMAP_A_QUEUE_DEADMAN_USECS},
        {"policy", set, rx0() + budget(8) + policy(99), EINVAL, "moderation policy is not one",
         RXMAP_A_MODERATION_POLICY},
        {"queue", set, rx0() + queue(99) + budget(8), ENXIO, "no such RX queue",
         RXMAP_A_QUEUE_QUEUE},
        {"interface", set, number(RXMAP_A_QUEUE_IFINDEX, 9999) + budget(8), ENODEV,
         "no such interface", RXMAP_A_QUEUE_IFINDEX},
        {"lo", set, number(RXMAP_A_QUEUE_IFINDEX, 1) + budget(8), ENODEV,
         "not an interface of rxmap", RXMAP_A_QUEUE_IFINDEX},
        {"not mapped", RXMAP_CMD_RING_GET, rx0() + queue(0), ENOTCONN, "not mapped",
         RXMAP_A_QUEUE_QUEUE},
    };
}

std::vector<Case> bad_messages() {
    const std::uint8_t set = RXMAP_CMD_QUEUE_SET;
    const Bytes off = number(RXMAP_A_MODERATION_POLICY, RXMAP_MODERATION_POLICY_OFF);
    return {
        {"unknown attribute", set, rx0() + number(100, 1), EINVAL, "Unknown attribute type", 100},
        {"attribute of the answer", set, rx0() + number(RXMAP_A_QUEUE_NAPI_ID, 1), EINVAL,
         "Unsupported attribute", RXMAP_A_QUEUE_NAPI_ID},
        {"twice", set, rx0() + budget(8) + budget(9), EINVAL, "attribute given twice",
         RXMAP_A_QUEUE_BUDGET},
        {"twice in the nest", set, rx0() + nest(RXMAP_A_QUEUE_MODERATION, off + off), EINVAL,
         "attribute given twice", RXMAP_A_MODERATION_POLICY},
        {"no interface", set, budget(8), EINVAL, "ifindex is missing", {}},
        {"nothing to change", set, rx0(), EINVAL, "nothing to change", {}},
        {"empty nest",
         set,
         rx0() + nest(RXMAP_A_QUEUE_MODERATION, {}),
         EINVAL,
         "policy is missing",
         {}},
        {"short", set, rx0() + attribute(RXMAP_A_QUEUE_BUDGET, {8, 0}), EINVAL,
         "invalid attribute length", RXMAP_A_QUEUE_BUDGET},
        {"long", set, rx0() + attribute(RXMAP_A_QUEUE_BUDGET, {8, 0, 0, 0, 0, 0, 0, 0}), EINVAL,
         "invalid attribute length", RXMAP_A_QUEUE_BUDGET},
        {"no nest", set, rx0() + attribute(RXMAP_A_QUEUE_MODERATION, off), EINVAL,
         "NLA_F_NESTED is missing", RXMAP_A_QUEUE_MODERATION},
        {"get without queue", RXMAP_CMD_QUEUE_GET, rx0(), EINVAL, "queue is missing", {}},
        {"get without interface", RXMAP_CMD_STATS_GET, queue(0), EINVAL, "ifindex is missing", {}},
        {"dump of one queue", RXMAP_CMD_QUEUE_GET, rx0() + queue(0), EINVAL,
         "a dump is of all queues", RXMAP_A_QUEUE_QUEUE, NLM_F_DUMP},
        {"dump of nothing", RXMAP_CMD_RING_GET, number(RXMAP_A_QUEUE_IFINDEX, 9999), ENODEV,
         "no such interface", RXMAP_A_QUEUE_IFINDEX, NLM_F_DUMP},
        {"unknown operation", 99, rx0(), EOPNOTSUPP, "", {}},
    };
}

TEST_F(Netlink, EachRefusalHasErrnoSentenceAndAttribute) {
    const Bytes before = state();
    ASSERT_FALSE(before.empty());
    for (const auto& cases : {bad_values(), bad_messages()})
        for (const Case& one : cases) {
            const Reply reply = genl_.ask(one.command, one.attributes, one.flags);
            EXPECT_EQ(reply.error, one.error) << one.name;
            EXPECT_EQ(state(), before) << one.name;
            // that kernel gives the start of a dump no place for a sentence
            if (one.flags == NLM_F_DUMP && is_linux_6_1())
                continue;
            EXPECT_NE(reply.text.find(one.text), std::string::npos)
                << one.name << ": " << reply.text;
            EXPECT_EQ(reply.refused, one.refused) << one.name;
        }
}

TEST_F(Netlink, FramesRefusedForTheUsecsPointAtTheUsecs) {
    ASSERT_EQ(genl_.ask(RXMAP_CMD_QUEUE_SET, rx0() + usecs(100) + frames(8)).error, 0);
    const Bytes before = state();
    const Reply reply = genl_.ask(RXMAP_CMD_QUEUE_SET, rx0() + usecs(0));
    EXPECT_EQ(reply.error, EINVAL);
    EXPECT_EQ(reply.refused, RXMAP_A_QUEUE_USECS_REQUESTED);
    EXPECT_EQ(state(), before);
}

TEST_F(Netlink, EverybodyMayReadOnlyAdminsMayWrite) {
    EXPECT_EQ(in_child([] {
                  become_nobody();
                  RawGenl genl;
                  const Reply set = genl.ask(RXMAP_CMD_QUEUE_SET, rx0() + budget(8));
                  if (set.error != EPERM || set.text.find("CAP_NET_ADMIN") == std::string::npos)
                      return 1;
                  for (const std::uint8_t get : {RXMAP_CMD_QUEUE_GET, RXMAP_CMD_STATS_GET})
                      if (genl.ask(get, rx0() + queue(0)).messages.size() != 1)
                          return 2;
                  return 0;
              }),
              0);
    EXPECT_EQ(in_child([] {
                  become_nobody(1ull << CAP_NET_ADMIN);
                  return RawGenl().ask(RXMAP_CMD_QUEUE_SET, rx0() + budget(8)).error;
              }),
              0);
    EXPECT_EQ(find_number(state(), RXMAP_A_QUEUE_BUDGET), 8u);
}

TEST_F(Netlink, AnotherNamespaceSeesNothingOfOurs) {
    const Bytes ours = rx0();
    const Bytes before = state();
    EXPECT_EQ(in_child([&ours] {
                  if (unshare(CLONE_NEWNET) != 0)
                      return 1;
                  RawGenl genl;
                  if (genl.ask(RXMAP_CMD_QUEUE_SET, ours + budget(8)).error != ENODEV)
                      return 2;
                  if (genl.ask(RXMAP_CMD_QUEUE_GET, ours + queue(0)).error != ENODEV)
                      return 3;
                  return genl.ask(RXMAP_CMD_QUEUE_GET, {}, NLM_F_DUMP).messages.empty() ? 0 : 4;
              }),
              0);
    EXPECT_EQ(state(), before);
}

// Two minutes where KASAN watches, a few seconds elsewhere; another garbage each time.
TEST_F(Netlink, SurvivesGarbage) {
    const std::int64_t milliseconds = slowness() > 1 ? 120'000 : 5'000;
    const std::uint32_t seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const auto garbage = [&random](std::size_t most) {
        Bytes bytes(random() % (most + 1));
        for (std::uint8_t& byte : bytes)
            byte = static_cast<std::uint8_t>(random());
        return bytes;
    };
    const auto any_attribute = [&](const Bytes& inside) {
        const auto type = static_cast<std::uint16_t>(random() % (RXMAP_A_QUEUE_MAX + 2));
        switch (random() % 5) {
            case 0:
                return attribute(static_cast<std::uint16_t>(random()), garbage(40));
            case 1:
                return attribute(type | NLA_F_NESTED, inside);
            case 2:
                return attribute(type, garbage(12));
            default:
                return number(type, static_cast<std::uint32_t>(random() % 3 == 0 ? random()
                                                                                 : random() % 300));
        }
    };
    const std::uint16_t kFlags[] = {0, NLM_F_ACK, NLM_F_DUMP, NLM_F_ECHO | NLM_F_ACK};
    std::uint64_t sent = 0;
    for (const std::int64_t end = now_ms() + milliseconds; now_ms() < end; ++sent) {
        Bytes attributes = random() % 2 == 0 ? rx0() : Bytes{};
        for (std::uint_fast32_t left = random() % 6; left > 0; --left)
            attributes = attributes + any_attribute(any_attribute(garbage(24)));
        if (random() % 8 == 0)
            attributes = attributes + garbage(7);
        genl_.send(static_cast<std::uint8_t>(random() % 12), attributes, kFlags[random() % 4]);
        genl_.drain();
    }
    EXPECT_GT(sent, 1000u);
    RawGenl after;
    const Reply reply = after.ask(RXMAP_CMD_QUEUE_GET, rx0() + queue(0));
    ASSERT_EQ(reply.messages.size(), 1u);
    const std::uint64_t left = find_number(reply.messages.front(), RXMAP_A_QUEUE_BUDGET);
    EXPECT_GE(left, 1u);
    EXPECT_LE(left, 256u);
}

}  // namespace
}  // namespace vm
