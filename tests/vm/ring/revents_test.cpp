// SPDX-License-Identifier: MIT
//
// What poll() says in every state of the table in Documentation/ring-abi.md.
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>

#include "lab.hpp"
#include "raw_ring.hpp"

namespace vm {
namespace {

constexpr short kAll = POLLIN | POLLPRI | POLLOUT | POLLRDNORM | POLLRDBAND | POLLWRNORM;

void set_link(bool up) {
    qmp(std::string(R"({"execute":"set_link","arguments":{"name":"nic0","up":)") +
        (up ? "true}}" : "false}}"));
}

void fill(RawRing& ring, std::uint32_t packets) {
    Traffic traffic("--rate 2000 --count " + std::to_string(packets));
    traffic.wait();
    EXPECT_TRUE(eventually([&] { return ring.unread() == packets; }));
}

/// Takes and releases the oldest packet. Returns whether all its bytes are zero.
bool take_one(RawRing& ring, Checker& checker) {
    const rxmap_desc& desc = ring.front();
    const bool blank =
        std::ranges::all_of(ring.bytes(desc), [](auto b) { return b == std::byte{0}; });
    checker.take(ring, desc);
    ring.release(desc.frame);
    ring.pop();
    ring.publish();
    return blank;
}

void expect_state(RawRing& ring, std::uint32_t state) {
    EXPECT_TRUE(eventually([&] { return ring.state() == state; }))
        << "state is " << ring.state() << ", not " << state;
}

TEST(Revents, BeforeAttachIsError) {
    pollfd file{open_device(), kAll, 0};
    EXPECT_EQ(poll(&file, 1, 0), 1);
    EXPECT_EQ(file.revents, POLLERR);
    close(file.fd);
}

TEST(Revents, NothingUnreadIsNothingAndNeverWritable) {
    RawRing ring;
    EXPECT_EQ(ring.wait(100, kAll), 0);
}

TEST(Revents, UnreadPacketsAreReadableUntilTheConsumerPassedThem) {
    RawRing ring;
    fill(ring, 5);
    for (int left = 5; left > 0; --left) {
        EXPECT_EQ(ring.wait(0, kAll), POLLIN | POLLRDNORM);
        ring.release(ring.front().frame);
        ring.pop();
        ring.publish();
    }
    EXPECT_EQ(ring.wait(0, kAll), 0);
}

TEST(Revents, LinkDownAndUpArePriorityUntilAcknowledged) {
    RawRing ring;
    fill(ring, 3);
    set_link(false);
    EXPECT_TRUE(eventually([&] { return (ring.wait(0, kAll) & POLLPRI) != 0; }));
    EXPECT_EQ(ring.state(), static_cast<std::uint32_t>(RXMAP_STATE_NO_CARRIER));
    EXPECT_EQ(ring.wait(0, kAll), POLLIN | POLLRDNORM | POLLPRI);
    ring.area().state_ack = ring.status().state_seq;
    EXPECT_EQ(ring.wait(0, kAll), POLLIN | POLLRDNORM);
    set_link(true);
    EXPECT_TRUE(eventually([&] { return (ring.wait(0, kAll) & POLLPRI) != 0; }));
    expect_state(ring, RXMAP_STATE_RUNNING);
    ring.area().state_ack = ring.status().state_seq;
    Checker checker;
    take_all(ring, checker);
    EXPECT_EQ(ring.wait(0, kAll), 0);
    Traffic traffic("--rate 2000 --count 500 --first-flow 1");
    receive(ring, checker, 503);
    traffic.wait();
    EXPECT_EQ(checker.totals().distinct, 503u) << "the ring is not valid after the link came back";
    expect_conserved(ring);
}

TEST(Revents, SleeperIsWokenByLinkDown) {
    RawRing ring;
    (void)try_sh(
        "(sleep 0.5; lab-qmp "
        "'{\"execute\":\"set_link\",\"arguments\":{\"name\":\"nic0\",\"up\":false}}') "
        ">/dev/null 2>&1 &");
    EXPECT_EQ(ring.wait(10000, POLLPRI), POLLPRI);
    set_link(true);
    expect_state(ring, RXMAP_STATE_RUNNING);
}

TEST(Revents, DownAndUpArePriorityAndTheRingStaysValid) {
    RawRing ring;
    Checker checker;
    fill(ring, 10);
    const std::uint32_t before = ring.status().state_seq;
    sh("ip link set rx0 down");
    expect_state(ring, RXMAP_STATE_DOWN);
    EXPECT_EQ(ring.wait(0, kAll), POLLIN | POLLRDNORM | POLLPRI);
    take_all(ring, checker);  // delivered frames are the consumer's, up or down
    EXPECT_EQ(ring.wait(0, kAll), POLLPRI);
    sh("ip link set rx0 up");
    expect_state(ring, RXMAP_STATE_RUNNING);
    EXPECT_NE(ring.status().state_seq, before);
    ring.area().state_ack = ring.status().state_seq;
    Traffic traffic("--rate 5000 --count 5000 --first-flow 1");
    receive(ring, checker, 5010);
    traffic.wait();
    EXPECT_EQ(checker.totals().distinct, 5010u);
    expect_conserved(ring);
}

TEST(Revents, DetachIsReadableUntilDrainedThenHangup) {
    RawRing ring;
    fill(ring, 4);
    ASSERT_EQ(call(ring.fd(), RXMAP_DETACH), 0);
    EXPECT_EQ(ring.state(), static_cast<std::uint32_t>(RXMAP_STATE_GONE));
    EXPECT_EQ(ring.reason(), static_cast<std::uint32_t>(RXMAP_REASON_DETACHED));
    // Where the NIC keeps frames and will write into them, an ex-consumer reads zeros.
    const bool kept = (ring.granted().granted & RXMAP_GRANT_QUEUE_RESET) != 0;
    Checker checker;
    for (int left = 4; left > 0; --left) {
        EXPECT_EQ(ring.wait(0, kAll), POLLIN | POLLRDNORM);
        EXPECT_EQ(take_one(ring, checker), !kept);
    }
    EXPECT_EQ(ring.wait(0, kAll), POLLHUP | POLLERR);
    if (kept)
        checker.expect_exactly(4);
}

TEST(Revents, SleeperIsWokenByDetachFromAnotherProcess) {
    RawRing ring;
    const int other = open_device();
    rxmap_query query{};
    query.ifindex = ifindex(kNic);
    const pid_t child = fork();
    if (child == 0) {
        sleep_ms(500);
        _exit(call(other, RXMAP_FORCE_DETACH, &query));
    }
    EXPECT_EQ(ring.wait(10000, POLLIN), POLLHUP | POLLERR);
    EXPECT_EQ(ring.reason(), static_cast<std::uint32_t>(RXMAP_REASON_FORCED));
    close(other);
}

}  // namespace
}  // namespace vm
