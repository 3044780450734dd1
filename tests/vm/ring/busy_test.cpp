// SPDX-License-Identifier: MIT
//
// Busy polling: RXMAP_BUSY_POLL on the ring, and the kernel's own ways to poll on ordinary sockets
// through our interface. Who polled is counted (polls_in_task, polls_in_thread); nothing is timed.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <csignal>
#include <thread>

#include "raw_ring.hpp"
#include "sink.hpp"
#include "tuning.hpp"

namespace vm {
namespace {

class BusyPoll : public Tuning {
  protected:
    std::uint64_t in_task() { return counter(RXMAP_A_STATS_POLLS_IN_TASK); }
};

rxmap_busy_poll busy(std::uint32_t usecs, std::uint32_t budget, std::uint32_t seen = 0) {
    return {usecs, budget, seen, 0};
}

TEST_F(BusyPoll, ReceivesWithoutSleeping) {
    RawRing ring;
    Checker checker;
    ring.area().armed = RXMAP_ARMED_NO;
    pass_foreign_buffers(ring, checker);
    const std::uint64_t polls = in_task(), wakeups = ring.counter(RXMAP_CTR_WAKEUPS);
    const std::uint64_t before = checker.taken();
    Traffic traffic("--rate 1000 --count 2000");
    const bool all = eventually([&] {
        rxmap_busy_poll args = busy(1000, 64, ring.status().producer);
        EXPECT_EQ(call(ring.fd(), RXMAP_BUSY_POLL, &args), 0);
        take_all(ring, checker);
        return checker.taken() - before >= 2000;
    });
    EXPECT_TRUE(all) << checker.taken() - before;
    traffic.wait();
    EXPECT_EQ(checker.totals().lost + checker.totals().corrupt, 0u);
    EXPECT_GT(in_task(), polls + 100);
    EXPECT_EQ(ring.counter(RXMAP_CTR_WAKEUPS), wakeups);
    expect_conserved(ring);
}

TEST_F(BusyPoll, PacketsThatTheCallerHasNotSeenEndItAtOnce) {
    RawRing ring;
    Traffic traffic("--count 20");
    traffic.wait();
    ASSERT_TRUE(eventually([&] { return ring.unread() >= 20; }));
    const std::uint64_t polls = in_task();
    rxmap_busy_poll args = busy(1000, 8, ring.status().producer - 1);
    EXPECT_EQ(call(ring.fd(), RXMAP_BUSY_POLL, &args), 0);
    EXPECT_EQ(in_task(), polls);
}

// A spin that finds nothing masks what is masked already: that must not cost a register each time.
TEST_F(BusyPoll, EmptySpinsTouchNoRegister) {
    RawRing ring;
    rxmap_busy_poll args = busy(1000, 64, ring.status().producer);
    ASSERT_EQ(call(ring.fd(), RXMAP_BUSY_POLL, &args), 0);
    const std::uint64_t polls = in_task(), reads = counter(RXMAP_A_STATS_MMIO_READS),
                        writes = counter(RXMAP_A_STATS_MMIO_WRITES);
    std::uint64_t calls = 0;
    ASSERT_TRUE(eventually([&] {
        for (int i = 0; i < 20; ++i, ++calls)
            EXPECT_EQ(call(ring.fd(), RXMAP_BUSY_POLL, &args), 0);
        return in_task() - polls >= 2000;
    }));
    // At its end a call unmasks, and the next one masks. The watchdog looks at each queue, too.
    EXPECT_LE(counter(RXMAP_A_STATS_MMIO_WRITES) - writes, 3 * calls)
        << calls << " calls, " << in_task() - polls << " polls";
    EXPECT_LE(counter(RXMAP_A_STATS_MMIO_READS) - reads, calls);
}

// An idle call lasts as long as it may, and all of it is the phase "busy".
TEST_F(BusyPoll, TimeInItIsCountedAsBusy) {
    RawRing ring;
    const Bytes before = get(RXMAP_CMD_STATS_GET);
    for (int i = 0; i < 50; ++i) {
        rxmap_busy_poll args = busy(1000, 64, ring.status().producer);
        EXPECT_EQ(call(ring.fd(), RXMAP_BUSY_POLL, &args), 0);
    }
    const Bytes after = get(RXMAP_CMD_STATS_GET);
    const auto grown = [&](std::uint16_t counter) {
        return find_number(after, counter) - find_number(before, counter);
    };
    EXPECT_GE(grown(RXMAP_A_STATS_NS_BUSY), 45'000'000u);
    EXPECT_LT(grown(RXMAP_A_STATS_NS_SUSPENDED), grown(RXMAP_A_STATS_NS_BUSY) / 10);
}

TEST_F(BusyPoll, RefusesWhatIsOutOfRange) {
    RawRing ring;
    for (const rxmap_busy_poll& bad :
         {busy(0, 64), busy(1001, 64), busy(10, 0), busy(10, 257), rxmap_busy_poll{10, 64, 0, 1}}) {
        rxmap_busy_poll args = bad;
        EXPECT_EQ(call(ring.fd(), RXMAP_BUSY_POLL, &args), EINVAL)
            << bad.usecs << ' ' << bad.budget << ' ' << bad.reserved;
    }
    EXPECT_EQ(call(ring.fd(), RXMAP_BUSY_POLL, nullptr), EFAULT);
    const int fd = open_device();
    rxmap_busy_poll args = busy(10, 64);
    EXPECT_EQ(call(fd, RXMAP_BUSY_POLL, &args), ENOTCONN);
    close(fd);
    ASSERT_EQ(call(ring.fd(), RXMAP_DETACH), 0);
    EXPECT_EQ(call(ring.fd(), RXMAP_BUSY_POLL, &args), ENODEV);
}

// While the link goes down and up, while nothing polls the queue but the caller, and on an
// interface that is down.
TEST_F(BusyPoll, SurvivesTheInterface) {
    RawRing ring;
    Checker checker;
    for (int i = 0; i < 3; ++i) {
        sh("ip link set rx0 down");
        rxmap_busy_poll args = busy(1000, 64, ring.status().producer);
        EXPECT_EQ(call(ring.fd(), RXMAP_BUSY_POLL, &args), 0);
        sh("ip link set rx0 up");
        args.seen = ring.status().producer;
        EXPECT_EQ(call(ring.fd(), RXMAP_BUSY_POLL, &args), 0);
    }
    ASSERT_EQ(change(policy(RXMAP_MODERATION_POLICY_POLL) + number(RXMAP_A_QUEUE_POLL_USECS, 0)),
              0);
    rxmap_busy_poll args = busy(1000, 64, ring.status().producer);
    EXPECT_EQ(call(ring.fd(), RXMAP_BUSY_POLL, &args), 0) << "ksoftirqd has the queue";
}

TEST_F(BusyPoll, PollOnTheFileNeverSpins) {
    const Setting busy_poll("/proc/sys/net/core/busy_poll", "100000");
    const Setting busy_read("/proc/sys/net/core/busy_read", "100000");
    RawRing ring;
    Checker checker;
    const std::uint64_t polls = in_task();
    Traffic traffic("--rate 500 --count 200");
    receive(ring, checker, 200);
    traffic.wait();
    EXPECT_EQ(in_task(), polls);
}

/// A timer that signals this thread every 200 us for as long as it lives.
class Signals {
  public:
    Signals() {
        std::signal(SIGALRM, [](int) {});
        set(200);
    }
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;
    ~Signals() { set(0); }

  private:
    static void set(suseconds_t every) {
        const itimerval interval{{0, every}, {0, every}};
        setitimer(ITIMER_REAL, &interval, nullptr);
    }
};

TEST_F(BusyPoll, ASignalEndsIt) {
    if (slowness() > 1)
        GTEST_SKIP() << "one poll takes as long as this kernel's time between two signals";
    RawRing ring;
    const auto polls_of_calls = [&] {
        const std::uint64_t before = in_task();
        for (int i = 0; i < 200; ++i) {
            rxmap_busy_poll args = busy(1000, 64, ring.status().producer);
            EXPECT_EQ(call(ring.fd(), RXMAP_BUSY_POLL, &args), 0);
        }
        return in_task() - before;
    };
    const auto disturbed = [&] {
        const Signals signals;
        return polls_of_calls();
    };
    // A host that pauses takes polls from one stretch and signals from the other: but not each
    // time.
    constexpr int kTries = 5;
    int tries = 0;
    while (tries < kTries && 2 * disturbed() >= polls_of_calls())
        ++tries;
    EXPECT_LT(tries, kTries) << "calls went on in spite of signals";
}

// Down, up and unbound while a thread is in the call nearly all the time.
TEST_F(BusyPoll, TheInterfaceMayGoWhileACallRuns) {
    RawRing ring;
    int last = 0;
    std::thread poller([&] {
        while (last == 0) {
            rxmap_busy_poll args = busy(1000, 64, ring.status().producer);
            last = call(ring.fd(), RXMAP_BUSY_POLL, &args);
        }
    });
    Traffic traffic(endless());
    const std::uint64_t polls = in_task();
    for (int i = 0; i < 5; ++i)
        sh("ip link set rx0 down; ip link set rx0 up");
    EXPECT_TRUE(eventually([&] { return in_task() > polls + 100; }));
    sh("lab-bind none rx0");
    poller.join();
    EXPECT_EQ(last, ENODEV);
    sh("lab-bind rxmap rx0");
    traffic.stop();
}

/// Receives with blocking recv(), which is where the kernel busy polls. The first packet tells the
/// socket which NAPI it is to poll.
std::uint64_t blocking_receive(const UdpSink& sink, std::uint64_t packets) {
    timeval patience{5, 0};
    setsockopt(sink.fd(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    fcntl(sink.fd(), F_SETFL, 0);
    std::uint64_t count = 0;
    for (char data[2048]; count < packets && recv(sink.fd(), data, sizeof(data), 0) >= 0;)
        ++count;
    return count;
}

TEST_F(BusyPoll, SocketOptionOnAnOrdinarySocket) {
    UdpSink sink(9000);
    const int usecs = 1000;
    ASSERT_EQ(setsockopt(sink.fd(), SOL_SOCKET, SO_BUSY_POLL, &usecs, sizeof(usecs)), 0);
    const std::uint64_t polls = in_task();
    Traffic traffic("--rate 500 --count 1000");
    EXPECT_EQ(blocking_receive(sink, 1000), 1000u);
    EXPECT_EQ(traffic.wait(), 1000u);
    EXPECT_GT(in_task(), polls + 100);
}

TEST_F(BusyPoll, BusyReadOfAllSockets) {
    const Setting busy_read("/proc/sys/net/core/busy_read", "1000");
    UdpSink sink(9000);
    const std::uint64_t polls = in_task();
    Traffic traffic("--rate 500 --count 1000");
    EXPECT_EQ(blocking_receive(sink, 1000), 1000u);
    EXPECT_EQ(traffic.wait(), 1000u);
    EXPECT_GT(in_task(), polls + 100);
}

TEST_F(BusyPoll, WithoutItNoTaskPolls) {
    UdpSink sink(9000);
    const std::uint64_t polls = in_task();
    Traffic traffic("--rate 500 --count 500");
    EXPECT_EQ(blocking_receive(sink, 500), 500u);
    EXPECT_EQ(traffic.wait(), 500u);
    EXPECT_EQ(in_task(), polls);
}

// The kernel's own software moderation: two empty polls before the interrupt is armed, its timer
// polls meanwhile.
TEST_F(BusyPoll, DeferredHardInterrupts) {
    UdpSink sink(9000);
    const Setting defer(kSys + "napi_defer_hard_irqs", "20");
    const Setting flush(kSys + "gro_flush_timeout", "500000");
    const std::uint64_t interrupts = counter(RXMAP_A_STATS_RX_INTERRUPTS);
    Traffic traffic("--rate 1000 --count 3000");
    EXPECT_EQ(traffic.wait(), 3000u);
    EXPECT_EQ(sink.drain(), 3000u);
    EXPECT_LT(counter(RXMAP_A_STATS_RX_INTERRUPTS) - interrupts, 300u);
}

TEST_F(BusyPoll, ThreadedNapi) {
    UdpSink sink(9000);
    const Setting threaded(kSys + "threaded", "1");
    const std::uint64_t polls = counter(RXMAP_A_STATS_POLLS_IN_THREAD);
    Traffic traffic("--rate 1000 --count 3000");
    EXPECT_EQ(traffic.wait(), 3000u);
    EXPECT_EQ(sink.drain(), 3000u);
    EXPECT_GT(counter(RXMAP_A_STATS_POLLS_IN_THREAD), polls + 100);
}

}  // namespace
}  // namespace vm
