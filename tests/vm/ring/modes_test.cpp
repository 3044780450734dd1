// SPDX-License-Identifier: MIT
//
// Who gets a packet in each mode: the ring, the stack, both; every count exact.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "lab.hpp"
#include "raw_ring.hpp"
#include "sink.hpp"

namespace vm {
namespace {

// udp src port `port`: rxmap-gen's flow n has source port --sport + n.
std::array<sock_filter, 4> source_port(std::uint16_t port) {
    return {{{BPF_LD | BPF_H | BPF_ABS, 0, 0, 34},
             {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, port},
             {BPF_RET | BPF_K, 0, 0, 0xffff},
             {BPF_RET | BPF_K, 0, 0, 0}}};
}

TEST(Modes, DivertGivesEveryPacketToTheRingAndNoneToTheStack) {
    UdpSink sink(9000);
    RawRing ring(request(RXMAP_MODE_DIVERT));
    EXPECT_TRUE(ring.granted().granted & RXMAP_GRANT_ZEROCOPY);
    Checker checker;
    Traffic traffic("--rate 8000 --count 16000");
    receive(ring, checker, 16000);
    EXPECT_EQ(traffic.wait(), 16000u);
    checker.expect_exactly(16000);
    EXPECT_EQ(sink.drain(), 0u);
    EXPECT_EQ(ring.counter(RXMAP_CTR_SEEN), 16000u);
    EXPECT_EQ(ring.counter(RXMAP_CTR_TAKEN), 16000u);
    expect_conserved(ring);
}

TEST(Modes, TapGivesEveryPacketToTheRingAndACopyToTheStack) {
    UdpSink sink(9000);
    RawRing ring(request(RXMAP_MODE_TAP));
    Checker checker;
    Traffic traffic("--rate 5000 --count 10000");
    receive(ring, checker, 10000);
    EXPECT_EQ(traffic.wait(), 10000u);
    checker.expect_exactly(10000);
    EXPECT_EQ(sink.drain(), 10000u);
    EXPECT_EQ(ring.counter(RXMAP_CTR_TO_STACK), 10000u);
    EXPECT_EQ(ring.counter(RXMAP_CTR_TAKEN), 0u);
    expect_conserved(ring);
}

TEST(Modes, FilterGivesMatchesToTheRingOnlyAndTheRestToTheStack) {
    UdpSink sink(9000);
    auto program = source_port(7000);
    rxmap_attach want = request(RXMAP_MODE_FILTER);
    want.filter = reinterpret_cast<std::uintptr_t>(program.data());
    want.filter_len = program.size();
    RawRing ring(want);
    Checker checker;
    Traffic traffic("--rate 5000 --count 12000 --flows 4 --sport 7000");
    receive(ring, checker, 3000);
    EXPECT_EQ(traffic.wait(), 12000u);
    checker.expect_exactly(3000);
    EXPECT_EQ(sink.drain(), 9000u);
    EXPECT_EQ(ring.counter(RXMAP_CTR_NOT_WANTED), 9000u);
    EXPECT_EQ(ring.counter(RXMAP_CTR_TO_STACK), 9000u);
    EXPECT_EQ(ring.counter(RXMAP_CTR_TAKEN), 3000u);
    expect_conserved(ring);
}

TEST(Modes, TapWithFilterRestrictsTheRingNotTheStack) {
    UdpSink sink(9000);
    auto program = source_port(7001);
    rxmap_attach want = request(RXMAP_MODE_TAP);
    want.filter = reinterpret_cast<std::uintptr_t>(program.data());
    want.filter_len = program.size();
    RawRing ring(want);
    Checker checker;
    Traffic traffic("--rate 5000 --count 8000 --flows 2 --sport 7000");
    receive(ring, checker, 4000);
    EXPECT_EQ(traffic.wait(), 8000u);
    checker.expect_exactly(4000);
    EXPECT_EQ(sink.drain(), 8000u);
    expect_conserved(ring);
}

TEST(Modes, FilterIsReplacedWhilePacketsFlow) {
    auto first = source_port(7000);
    auto second = source_port(7001);
    rxmap_attach want = request(RXMAP_MODE_FILTER);
    want.filter = reinterpret_cast<std::uintptr_t>(first.data());
    want.filter_len = first.size();
    RawRing ring(want);
    Checker checker;
    Traffic traffic("--rate 5000 --count 10000 --flows 2 --sport 7000");
    bool turn = false;
    EXPECT_TRUE(eventually([&] {
        auto& next = (turn = !turn) ? second : first;
        rxmap_filter filter{static_cast<__u32>(next.size()), 0,
                            reinterpret_cast<std::uintptr_t>(next.data())};
        EXPECT_EQ(call(ring.fd(), RXMAP_SET_FILTER, &filter), 0);
        take_all(ring, checker);
        return ring.counter(RXMAP_CTR_SEEN) == 10000;
    }));
    traffic.wait();
    take_all(ring, checker);
    EXPECT_EQ(checker.totals().corrupt, 0u);
    EXPECT_EQ(checker.totals().duplicate, 0u);
    EXPECT_GT(ring.counter(RXMAP_CTR_NOT_WANTED), 0u);
    EXPECT_EQ(checker.taken() + ring.counter(RXMAP_CTR_NOT_WANTED), 10000u);
    expect_conserved(ring);
}

TEST(Modes, AttachAndDetachUnderTrafficLoseNoPacketOfTheStack) {
    UdpSink sink(9000);
    Traffic traffic("--rate 5000 --count 15000");
    std::uint64_t copied = 0;
    for (int round = 0; round < 12; ++round) {
        RawRing ring(request(RXMAP_MODE_TAP));
        Checker checker;
        for (int i = 0; i < 5; ++i, sleep_ms(10))
            take_all(ring, checker);
        copied += ring.counter(RXMAP_CTR_COPIED);
        EXPECT_EQ(checker.totals().corrupt, 0u);
    }
    EXPECT_EQ(traffic.wait(), 15000u);
    EXPECT_EQ(sink.drain(), 15000u);
    RecordProperty("copied", std::to_string(copied));
}

}  // namespace
}  // namespace vm
