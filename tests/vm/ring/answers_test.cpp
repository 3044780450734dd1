// SPDX-License-Identifier: MIT
//
// What the netlink family answers and tells is what its specification says: each answer has every
// attribute of its set, and events go to whoever listens in the interface's namespace, and to
// nobody else. (tests/lint/checks/netlink holds the sets to the specification.)
#include <linux/netlink.h>
#include <poll.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "identity.hpp"
#include "nic_counters.hpp"
#include "raw_ring.hpp"
#include "tuning.hpp"

namespace vm {
namespace {

class Answers : public Tuning {
  protected:
    /// All from 1 to @p last but @p pad, and none of the next ones.
    static void expect_all(const Bytes& answer, std::uint16_t last, std::uint16_t pad = 0) {
        for (std::uint16_t attribute = 1; attribute < last + 8; ++attribute)
            EXPECT_EQ(find(answer, attribute).has_value(), attribute <= last && attribute != pad)
                << attribute;
    }
};

TEST_F(Answers, HaveEveryAttributeOfTheirSet) {
    const RawRing ring;
    expect_all(get(RXMAP_CMD_QUEUE_GET), RXMAP_A_QUEUE_MAX);
    expect_all(*find(get(RXMAP_CMD_QUEUE_GET), RXMAP_A_QUEUE_MODERATION), RXMAP_A_MODERATION_MAX);
    expect_all(get(RXMAP_CMD_STATS_GET), RXMAP_A_STATS_MAX, RXMAP_A_STATS_PAD);
    const Bytes mapped = get(RXMAP_CMD_RING_GET);
    expect_all(mapped, RXMAP_A_RING_MAX);
    expect_all(*find(mapped, RXMAP_A_RING_COUNTERS), RXMAP_A_RING_COUNTERS_MAX,
               RXMAP_A_RING_COUNTERS_PAD);
}

TEST_F(Answers, TellWhatTheConsumerOfARingDoes) {
    RawRing ring;
    Checker checker;
    const auto now = [&](std::uint16_t attribute) {
        return find_number(get(RXMAP_CMD_RING_GET), attribute);
    };
    EXPECT_EQ(now(RXMAP_A_RING_CONSUMER), RXMAP_ACTIVITY_AWAKE);
    Traffic("--count 10").wait();
    EXPECT_TRUE(eventually([&] { return now(RXMAP_A_RING_UNREAD) == 10; }));
    take_all(ring, checker);
    EXPECT_EQ(now(RXMAP_A_RING_UNREAD), 0u);
    std::thread sleeper([&] { ring.wait(-1, POLLIN); });
    EXPECT_TRUE(eventually([&] { return now(RXMAP_A_RING_CONSUMER) == RXMAP_ACTIVITY_ASLEEP; }));
    Traffic("--count 1").wait();
    sleeper.join();
    EXPECT_EQ(now(RXMAP_A_RING_CONSUMER), RXMAP_ACTIVITY_AWAKE);
    std::atomic<bool> stop = false;
    std::thread poller([&] {
        while (!stop) {
            rxmap_busy_poll args{1000, 64, ring.status().producer, 0};
            EXPECT_EQ(call(ring.fd(), RXMAP_BUSY_POLL, &args), 0);
        }
    });
    EXPECT_TRUE(eventually([&] { return now(RXMAP_A_RING_CONSUMER) == RXMAP_ACTIVITY_POLLING; }));
    stop = true;
    poller.join();
    EXPECT_EQ(now(RXMAP_A_RING_CONSUMER), RXMAP_ACTIVITY_AWAKE);
}

TEST_F(Answers, OfADumpAreThoseOfTheQueues) {
    const RawRing ring;
    for (const std::uint8_t command : {RXMAP_CMD_QUEUE_GET, RXMAP_CMD_RING_GET}) {
        const Reply one = genl_.ask(command, rx0(), NLM_F_DUMP);
        ASSERT_EQ(one.messages.size(), 1u);
        EXPECT_EQ(one.messages.front(), get(command));
        const Reply all = genl_.ask(command, {}, NLM_F_DUMP);
        std::size_t ours = 0;
        for (const Bytes& message : all.messages)
            ours += message == one.messages.front();
        EXPECT_EQ(ours, 1u) << "of " << all.messages.size();
    }
}

TEST_F(Answers, EventsTellOfChangesByEthtoolToo) {
    RawGenl listener;
    listener.listen();
    sh("ethtool -C rx0 rx-usecs 300");
    const auto heard = wait_for(listener, RXMAP_CMD_QUEUE_NTF);
    ASSERT_TRUE(heard);
    EXPECT_EQ(find_number(heard->attributes, RXMAP_A_QUEUE_USECS_REQUESTED), 300u);
}

TEST_F(Answers, EventsTellOfASmallerRingThatAllowsFewerFrames) {
    if (nic_driver(kNic).find("virtio") == std::string::npos)
        GTEST_SKIP() << "this NIC counts no packets";
    const std::uint32_t size = rx_ring_size(kNic);
    ASSERT_EQ(set(64, RXMAP_MODERATION_POLICY_FIXED, 1000, 100), 0);
    EXPECT_EQ(queue(RXMAP_A_QUEUE_FRAMES_LIMIT), RXMAP_LIMIT_NONE);
    RawGenl listener;
    listener.listen();
    sh("ethtool -G rx0 rx 64");
    const auto heard = wait_for(listener, RXMAP_CMD_QUEUE_NTF);
    ASSERT_TRUE(heard);
    EXPECT_EQ(find_number(heard->attributes, RXMAP_A_QUEUE_FRAMES_REQUESTED), 100u);
    EXPECT_EQ(find_number(heard->attributes, RXMAP_A_QUEUE_FRAMES_EFFECTIVE), 32u);
    EXPECT_EQ(find_number(heard->attributes, RXMAP_A_QUEUE_FRAMES_LIMIT), RXMAP_LIMIT_RING);
    sh("ethtool -G rx0 rx " + std::to_string(size));
    EXPECT_EQ(queue(RXMAP_A_QUEUE_FRAMES_EFFECTIVE), 100u);
}

TEST_F(Answers, EventsAreForEverybodyInTheNamespace) {
    int ready[2];
    ASSERT_EQ(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        become_nobody();
        RawGenl listener;
        listener.listen();
        if (write(ready[1], "", 1) != 1)
            _exit(2);
        _exit(wait_for(listener, RXMAP_CMD_QUEUE_NTF) ? 0 : 1);
    }
    char byte = 0;
    EXPECT_EQ(read(ready[0], &byte, 1), 1);
    EXPECT_EQ(change(number(RXMAP_A_QUEUE_BUDGET, 9)), 0);
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    close(ready[0]);
    close(ready[1]);
}

TEST_F(Answers, EventsDoNotLeaveTheNamespace) {
    const Bytes change_it = rx0() + number(RXMAP_A_QUEUE_BUDGET, 9);
    EXPECT_EQ(in_child([&] {
                  RawGenl here, ours;
                  ours.listen();
                  if (unshare(CLONE_NEWNET) != 0)
                      return 1;
                  RawGenl theirs;
                  theirs.listen();
                  if (here.ask(RXMAP_CMD_QUEUE_SET, change_it).error != 0)
                      return 2;
                  if (!wait_for(ours, RXMAP_CMD_QUEUE_NTF))
                      return 3;
                  return theirs.next(300) ? 4 : 0;
              }),
              0);
}

}  // namespace
}  // namespace vm
