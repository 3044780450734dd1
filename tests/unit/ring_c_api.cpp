// SPDX-License-Identifier: MIT
// The C interface, on the same model.
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string>

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

TEST(CApi, DetachesNothingQuietly) {
    rxmap_ring_detach(nullptr);
}

}  // namespace rxmap::tests
