// SPDX-License-Identifier: MIT
// The C interface, on the same model.
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "c_ring.hpp"
#include "ring_support.hpp"

namespace rxmap::tests {

struct Detach {
    void operator()(rxmap_ring* ring) const noexcept { rxmap_ring_detach(ring); }
};
using CRing = std::unique_ptr<rxmap_ring, Detach>;

TEST(CApi, TakesPacketsAndGivesThemBackTogether) {
    ModelRing nic;
    const CRing ring(new rxmap_ring(nic.attach()));
    std::array<rxmap_packet, 8> packets{};
    EXPECT_EQ(rxmap_ring_take(ring.get(), packets.data(), packets.size()), 0U);
    nic.receive(burst(0, 10));
    EXPECT_EQ(rxmap_ring_wait(ring.get(), -1), RXMAP_WAIT_READY);
    EXPECT_EQ(rxmap_ring_take(ring.get(), packets.data(), packets.size()), 8U);
    EXPECT_EQ(packets[7].size, 60U);
    EXPECT_EQ(packets[7].desc->seq, 7U);
    EXPECT_TRUE(intact({static_cast<const std::byte*>(packets[7].data), packets[7].size}));
    EXPECT_EQ(rxmap_ring_take(ring.get(), packets.data(), packets.size()), 2U);
    rxmap_ring_release(ring.get());
    nic.poll();
    std::array<std::uint64_t, RXMAP_CTR_COUNT> counters{};
    rxmap_ring_counters(ring.get(), counters.data());
    EXPECT_EQ(counters[RXMAP_CTR_RELEASED], 10U);
    EXPECT_TRUE(nic.adds_up());
}

TEST(CApi, WaitsArmsAndReportsTheEnd) {
    ModelRing nic;
    const CRing ring(new rxmap_ring(nic.attach()));
    EXPECT_EQ(rxmap_ring_wait(ring.get(), 1'000'000), RXMAP_WAIT_TIMEOUT);
    EXPECT_GE(rxmap_ring_fd(ring.get()), 0);
    EXPECT_TRUE(rxmap_ring_arm(ring.get()));
    nic.carrier_lost();
    EXPECT_EQ(rxmap_ring_wait(ring.get(), -1), RXMAP_WAIT_STATE_CHANGED);
    EXPECT_EQ(rxmap_ring_state(ring.get()), RXMAP_STATE_NO_CARRIER);
    nic.unplug();
    EXPECT_EQ(rxmap_ring_wait(ring.get(), -1), RXMAP_WAIT_CLOSED);
    EXPECT_EQ(rxmap_ring_reason(ring.get()), RXMAP_REASON_DEVICE_GONE);
}

TEST(CApi, ReturnsErrnoAndASentenceWhenItCannotAttach) {
    if (access(RXMAP_DEVICE_PATH, F_OK) == 0)
        GTEST_SKIP() << "the module is loaded here";
    std::array<char, 20> error{};
    EXPECT_EQ(rxmap_ring_attach("eth1", nullptr, error.data(), error.size()), nullptr);
    EXPECT_EQ(errno, ENOENT);
    EXPECT_STREQ(error.data(), "there is no /dev/rx");  // cut, and terminated
}

TEST(CApi, ReturnsErrnoAndASentenceForAFileThatIsNoRing) {
    std::array<char, 64> error{};
    EXPECT_EQ(rxmap_ring_adopt(-1, error.data(), error.size()), nullptr);
    EXPECT_EQ(errno, EBADF);
    EXPECT_STREQ(error.data(), "descriptor -1 is not open");
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    EXPECT_EQ(rxmap_ring_adopt(pipe_ends[0], error.data(), error.size()), nullptr);
    EXPECT_EQ(errno, ENOTTY);
    EXPECT_EQ(error.data(),
              "descriptor " + std::to_string(pipe_ends[0]) + " is not a file of /dev/rxmap");
    EXPECT_EQ(close(pipe_ends[0]), -1) << "it was owned from the first moment on";
    close(pipe_ends[1]);
}

TEST(CApi, HandsTheDescriptorOverWithoutDetaching) {
    ModelRing nic;
    auto* const ring = new rxmap_ring(nic.attach());
    const int fd = rxmap_ring_hand_over(ring);
    ASSERT_GE(fd, 0);
    EXPECT_NE(nic.status().state, static_cast<std::uint32_t>(RXMAP_STATE_GONE));
    close(fd);
}

TEST(CApi, WaitsInTheWayThatWasChosenAndCounts) {
    ModelRing nic;
    const CRing ring(new rxmap_ring(nic.attach()));
    rxmap_waiting epoll{};
    epoll.by = RXMAP_WAIT_BY_EPOLL_EDGE;
    ASSERT_EQ(rxmap_ring_set_waiting(ring.get(), &epoll, nullptr, 0), 0);
    EXPECT_EQ(rxmap_ring_wait(ring.get(), 50'000'000), RXMAP_WAIT_TIMEOUT);
    std::array<std::uint64_t, RXMAP_WAIT_CTR_FALLS + 1> counters{};
    EXPECT_EQ(rxmap_ring_wait_counters(ring.get(), counters.data(), counters.size()),
              counters.size());
    EXPECT_GT(counters[RXMAP_WAIT_CTR_SLEEPS_IN_EPOLL], 0U);
    EXPECT_EQ(counters[RXMAP_WAIT_CTR_TIMEOUTS], 1U);
    std::array<std::uint64_t, 2> older{7, 7};
    EXPECT_EQ(rxmap_ring_wait_counters(ring.get(), older.data(), 1), counters.size());
    EXPECT_EQ(older[1], 7U);  // not more than was asked for
}

TEST(CApi, RefusesAWayToWaitAndKeepsTheOneItHad) {
    ModelRing nic;
    const CRing ring(new rxmap_ring(nic.attach()));
    std::array<char, 64> error{};
    for (const auto& [by, reason] : {std::pair{5U, ENOTSUP}, std::pair{9U, EINVAL}}) {
        rxmap_waiting wish{};
        wish.by = by;
        EXPECT_EQ(rxmap_ring_set_waiting(ring.get(), &wish, error.data(), error.size()), -1);
        EXPECT_EQ(errno, reason);
        EXPECT_NE(error[0], '\0');
    }
    rxmap_waiting later{};
    later.reserved[2] = 1;
    EXPECT_EQ(rxmap_ring_set_waiting(ring.get(), &later, error.data(), error.size()), -1);
    EXPECT_EQ(rxmap_ring_wait(ring.get(), 1'000'000), RXMAP_WAIT_TIMEOUT);
}

TEST(CApi, StopEndsTheWaitOfAnotherThreadAndEachLaterOne) {
    ModelRing nic;
    const CRing ring(new rxmap_ring(nic.attach()));
    const std::jthread other([&] { rxmap_ring_stop(ring.get()); });
    EXPECT_EQ(rxmap_ring_wait(ring.get(), -1), RXMAP_WAIT_STOPPED);
    EXPECT_EQ(rxmap_ring_wait(ring.get(), -1), RXMAP_WAIT_STOPPED);
}

TEST(CApi, DetachesNothingQuietly) {
    rxmap_ring_detach(nullptr);
}

}  // namespace rxmap::tests
