// SPDX-License-Identifier: MIT
//
// All queues of a NIC as one object of the library, and where their interrupts come (set-up
// "multi": rx0 has two queues).
#include <gtest/gtest.h>

#include <cerrno>
#include <rxmap/rxmap.hpp>
#include <string>
#include <vector>

#include "lab.hpp"

namespace vm {
namespace {

using rxmap::Queues;
using rxmap::Ring;

TEST(MultiQueues, AttachAllOrNone) {
    {
        const Ring other = Ring::attach(kNic, {.queue = 1});
        try {
            (void)Queues::attach(kNic);
            ADD_FAILURE() << "queue 1 was taken";
        } catch (const rxmap::Error& error) {
            EXPECT_EQ(error.code().value(), EBUSY) << error.what();
            EXPECT_NE(std::string(error.what()).find("queue 1 of 'rx0'"), std::string::npos);
        }
        EXPECT_NO_THROW((void)Ring::attach(kNic, {.queue = 0})) << "queue 0 was not given back";
    }
    Queues queues = Queues::attach(kNic, {.mode = rxmap::Mode::divert});
    ASSERT_EQ(queues.size(), 2u);
    EXPECT_EQ(queues[1].info().queue, 1u);
    Traffic traffic(
        "--dev tap0 --flows 16 --src 10.9.0.100 --src-per-flow --rate 3000 --count 2000");
    EXPECT_EQ(traffic.wait(), 2000u);
    std::size_t taken = 0;
    EXPECT_TRUE(eventually([&] {
        for (Ring& ring : queues)
            taken += ring.take(256).size();
        return taken >= 2000;
    })) << taken;
    EXPECT_EQ(queues.stats()[RXMAP_CTR_TO_RING], taken);
    EXPECT_GT(queues[0].stats()[RXMAP_CTR_TO_RING], 0u);
    EXPECT_GT(queues[1].stats()[RXMAP_CTR_TO_RING], 0u);
}

TEST(MultiQueues, HaveInterruptsThatCanBePlaced) {
    const rxmap::Placement first = rxmap::placement(kNic, 0), second = rxmap::placement(kNic, 1);
    EXPECT_NE(first.irq, second.irq);
    EXPECT_FALSE(first.shared || first.threaded);
    EXPECT_FALSE(first.effective.empty());
    for (const std::uint32_t cpu : {1u, 0u}) {
        rxmap::place_interrupt(kNic, 0, cpu);
        EXPECT_EQ(rxmap::placement(kNic, 0).allowed, std::vector<std::uint32_t>{cpu});
    }
    EXPECT_EQ(rxmap::placement(kNic, 1).allowed, second.allowed) << "of the other queue";
    EXPECT_THROW(rxmap::place_interrupt(kNic, 0, 77), rxmap::Error);
    EXPECT_THROW((void)rxmap::placement(kNic, 2), rxmap::Error);
}

}  // namespace
}  // namespace vm
