// SPDX-License-Identifier: MIT
//
// A NIC with two queues (set-up "multi": rx0 on a tap): each queue is the stack's or one ring's,
// whatever the other is; the number of queues cannot shrink below a mapped one. Frames enter at the
// tap, so that the tap (virtio-net) or the NIC (82574) spreads them.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "lab.hpp"
#include "nic_counters.hpp"
#include "raw_ring.hpp"
#include "sink.hpp"

namespace vm {
namespace {

// From addresses of their own, because the 82574 spreads UDP by addresses alone.
constexpr const char* kSpread =
    "--dev tap0 --flows 16 --src 10.9.0.100 --src-per-flow --sport 7000 --rate 3000 --count ";

rxmap_attach on_queue(std::uint32_t queue, std::uint32_t mode = RXMAP_MODE_DIVERT) {
    rxmap_attach want = request(mode);
    want.queue = queue;
    return want;
}

/// Packets that each queue has taken from the NIC.
std::array<std::uint64_t, 2> received() {
    return {nic_counter(kNic, "rx_queue_0_packets"), nic_counter(kNic, "rx_queue_1_packets")};
}

class Multi : public testing::Test {
  protected:
    Multi() {
        // The host's own IPv6 and ARP would blur the counts; a short queue of the tap would drop.
        sh("lab-host 'echo 1 >/proc/sys/net/ipv6/conf/tap0/disable_ipv6; "
           "ip neighbour replace 10.9.0.2 lladdr 52:54:00:12:34:56 dev tap0 nud permanent; "
           "ip link set tap0 txqueuelen 10000'");
        before_ = received();
    }
    ~Multi() override { (void)try_sh("ethtool -L rx0 combined 2"); }

    [[nodiscard]] std::uint64_t on(std::size_t queue) const {
        return received()[queue] - before_[queue];
    }

    std::array<std::uint64_t, 2> before_{};
};

TEST_F(Multi, TrafficSpreadsOverTheQueues) {
    UdpSink sink(9000);
    Traffic traffic(kSpread + std::string("4000"));
    EXPECT_EQ(traffic.wait(), 4000u);
    EXPECT_EQ(sink.drain(), 4000u);
    EXPECT_EQ(on(0) + on(1), 4000u);
    EXPECT_GT(on(0), 0u);
    EXPECT_GT(on(1), 0u);
}

TEST_F(Multi, OneQueueIsMappedWhileTheOtherServesTheStack) {
    for (std::uint32_t queue : {1u, 0u}) {
        SCOPED_TRACE(queue);
        before_ = received();
        UdpSink sink(9000);
        RawRing ring(on_queue(queue));
        Checker checker;
        Traffic traffic(kSpread + std::string("4000"));
        receive(ring, checker, 4000, 1500);
        EXPECT_EQ(traffic.wait(), 4000u);
        const std::uint64_t stack = sink.drain();
        EXPECT_GT(stack, 0u);
        EXPECT_EQ(stack, on(1 - queue));
        EXPECT_GT(checker.taken(), 0u);
        checker.expect_exactly(4000 - stack);
        EXPECT_EQ(ring.counter(RXMAP_CTR_SEEN), on(queue));
        expect_conserved(ring);
    }
}

/// Child: maps `queue`, says so, takes until nothing comes for 3 s, tells how many packets it took.
/// Exit status 0 only if each was whole, came once, and the ring's books add up.
int other_consumer(std::uint32_t queue, int to_parent) {
    RawRing ring(on_queue(queue));
    std::uint64_t taken = 0;
    (void)!write(to_parent, &taken, sizeof(taken));
    Checker checker;
    receive(ring, checker, 4000, 3000);
    taken = checker.taken();
    checker.expect_exactly(taken);
    expect_conserved(ring);
    (void)!write(to_parent, &taken, sizeof(taken));
    return testing::Test::HasFailure() ? 1 : 0;
}

TEST_F(Multi, TwoProcessesMapOneQueueEach) {
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t child = fork();
    if (child == 0)
        _exit(other_consumer(1, pipe_ends[1]));
    std::uint64_t theirs = 0;
    ASSERT_EQ(read(pipe_ends[0], &theirs, sizeof(theirs)), ssize_t{sizeof(theirs)});

    RawRing ring(on_queue(0));
    rxmap_query query{};
    query.ifindex = ifindex(kNic);
    query.queue = 1;
    ASSERT_EQ(call(ring.fd(), RXMAP_QUERY, &query), 0);
    EXPECT_EQ(query.pid, child);
    EXPECT_EQ(query.queues, 2u);
    rxmap_attach taken = on_queue(1);
    const int fd = open_device();
    EXPECT_EQ(call(fd, RXMAP_ATTACH, &taken), EBUSY);
    EXPECT_EQ(taken.limit, static_cast<__u64>(child));
    close(fd);

    Checker checker;
    Traffic traffic(kSpread + std::string("4000"));
    receive(ring, checker, 4000, 1500);
    EXPECT_EQ(traffic.wait(), 4000u);
    ASSERT_EQ(read(pipe_ends[0], &theirs, sizeof(theirs)), ssize_t{sizeof(theirs)});
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0) << "the other consumer's checks failed";
    EXPECT_GT(theirs, 0u);
    EXPECT_GT(checker.taken(), 0u);
    checker.expect_exactly(4000 - theirs);
    expect_conserved(ring);
}

TEST_F(Multi, MappedQueueCannotBeTakenAwayByEthtool) {
    {
        RawRing ring(on_queue(1));
        const Output refused = try_sh("ethtool -L rx0 combined 1");
        EXPECT_NE(refused.status, 0);
        EXPECT_NE(refused.text.find("Device or resource busy"), std::string::npos) << refused.text;
        EXPECT_EQ(ring.state(), static_cast<std::uint32_t>(RXMAP_STATE_RUNNING));
    }
    sh("ethtool -L rx0 combined 1");
    rxmap_attach want = on_queue(1);
    const int fd = open_device();
    EXPECT_EQ(call(fd, RXMAP_ATTACH, &want), ENXIO);
    EXPECT_EQ(want.refused, static_cast<__u32>(RXMAP_REFUSED_QUEUE));
    EXPECT_EQ(want.limit, 1u);
    close(fd);
}

TEST_F(Multi, MappedQueueStaysWhenAnotherGoesAndComes) {
    RawRing ring(on_queue(0));
    Checker checker;
    sh("ethtool -L rx0 combined 1");
    EXPECT_EQ(ring.state(), static_cast<std::uint32_t>(RXMAP_STATE_RUNNING));
    Traffic one(kSpread + std::string("1000"));
    receive(ring, checker, 1000);
    EXPECT_EQ(one.wait(), 1000u);
    checker.expect_exactly(1000);
    UdpSink sink(9000);
    sh("ethtool -L rx0 combined 2");
    Traffic two(kSpread + std::string("1000"));
    receive(ring, checker, 2000, 1500);
    EXPECT_EQ(two.wait(), 1000u);
    EXPECT_EQ(checker.taken() - 1000 + sink.drain(), 1000u);
    EXPECT_EQ(checker.totals().corrupt, 0u);
    expect_conserved(ring);
}

TEST_F(Multi, TheTableSteersFlowsToAMappedQueueAndAwayFromIt) {
    if (try_sh("ethtool -X rx0 default").status != 0)
        GTEST_SKIP() << "QEMU's virtio-net has no table: its backend chooses the queue";
    RawRing ring(on_queue(1));
    Checker checker;
    UdpSink sink(9000);
    const auto flows = [](const std::string& which) {
        return "--dev tap0 --src 10.9.0.100 --src-per-flow --sport 7000 --rate 3000 --count 1600 "
               "--flows 8 --first-flow " +
               which;
    };
    sh("ethtool -X rx0 weight 0 1");
    Traffic there(flows("0"));
    receive(ring, checker, 1600);
    EXPECT_EQ(there.wait(), 1600u);
    checker.expect_exactly(1600);
    EXPECT_EQ(sink.drain(), 0u) << "all of them on the mapped queue";

    sh("ethtool -X rx0 weight 1 0");
    Traffic elsewhere(flows("0"));
    EXPECT_EQ(elsewhere.wait(), 1600u);
    EXPECT_EQ(sink.drain(), 1600u) << "all of them on the other one";
    EXPECT_EQ(ring.unread(), 0u);

    sh("ethtool -X rx0 weight 0 1");
    Traffic back(flows("8"));
    receive(ring, checker, 3200);
    EXPECT_EQ(back.wait(), 1600u);
    checker.expect_exactly(3200);
    EXPECT_EQ(sink.drain(), 0u);
    expect_conserved(ring);
    sh("ethtool -X rx0 default");
}

/// Interrupts of queue 0's receive side, and of everything that is no queue's.
std::uint64_t interrupts_beside_queue_1() {
    return std::stoull(
        sh("awk '$NF == \"rx0-rx-0\" || $NF == \"rx0-other\" "
           "{ for (i = 2; i <= 3; i++) sum += $i } END { print sum + 0 }' "
           "/proc/interrupts"));
}

// Neither the queue's own vector nor the one for the rest, where the 82574L says that a frame found
// no room (RXO, at most once in 16.7 ms), repeats itself while nothing can be done. QEMU's 82574L
// keeps such a frame, and what comes behind it waits too, for whichever queue.
TEST_F(Multi, QueueThatIsHeldFullMakesNoStormOfInterrupts) {
    rxmap_attach want = on_queue(0);
    want.overrun = RXMAP_OVERRUN_BACKPRESSURE;
    want.frames = 256;
    RawRing ring(want);
    Checker checker;
    UdpSink sink(9000);
    Traffic traffic(kSpread + std::string("8000"));
    ASSERT_TRUE(eventually([&] { return ring.unread() == ring.granted().quota; }));
    const std::uint64_t before = interrupts_beside_queue_1(), other_queue = on(1);
    const std::int64_t begun = now_ms();
    EXPECT_EQ(traffic.wait(), 8000u);
    const auto elapsed = static_cast<std::uint64_t>(now_ms() - begun);
    EXPECT_LE(interrupts_beside_queue_1() - before, 2 + elapsed * 60 / 1000);
    if (nic_driver(kNic) != "rxmap-e1000e") {
        EXPECT_GT(on(1) - other_queue, 2000u) << "the other queue did not go on";
    }
    EXPECT_EQ(ring.unread(), ring.granted().quota);

    const std::uint64_t held = ring.unread();
    receive(ring, checker, held + 1, 1000);
    Traffic again(kSpread + std::string("1000 --first-flow 16"));
    receive(ring, checker, 100000, 1500);
    EXPECT_EQ(again.wait(), 1000u);
    EXPECT_GT(checker.taken(), held + 100) << "packets flow again after the release";
    EXPECT_EQ(checker.totals().corrupt, 0u);
    EXPECT_EQ(checker.totals().duplicate, 0u);
    expect_conserved(ring);
}

}  // namespace
}  // namespace vm
