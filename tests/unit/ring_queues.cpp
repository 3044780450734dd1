// SPDX-License-Identifier: MIT
// All queues as one object, and what the kernel's files say about their CPUs.
#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>
#include <rxmap/placement.hpp>
#include <rxmap/queues.hpp>

#include <cerrno>
#include <deque>

#include "cpu_list.hpp"
#include "ring_support.hpp"

namespace rxmap::tests {

using Cpus = std::vector<std::uint32_t>;

// An interface of `queues` queues; attaching `bad` fails with `refused`.
struct ModelInterface {
    std::deque<ModelRing> nics;
    Queues attach(std::uint32_t queues, std::uint32_t bad = 99,
                  rxmap_refused refused = RXMAP_REFUSED_QUEUE_BUSY) {
        for (std::uint32_t i = 0; i < queues; ++i)
            nics.emplace_back();
        return Queues::attach([&](std::uint32_t queue) {
            if (queue == bad)
                throw Error(EBUSY, "busy", refused);
            if (queue >= queues)
                throw Error(ENXIO, "no such queue", RXMAP_REFUSED_QUEUE);
            return nics[queue].attach();
        });
    }
};

TEST(Queues, AttachAllThatThereAre) {
    ModelInterface model;
    Queues queues = model.attach(3);
    ASSERT_EQ(queues.size(), 3U);
    model.nics[1].receive(packet(17));
    EXPECT_TRUE(drain(queues[0]).empty());
    EXPECT_EQ(drain(queues.rings()[1]), std::vector<std::uint64_t>{17});
    EXPECT_EQ(queues.end() - queues.begin(), 3);
}

TEST(Queues, AttachAllOrNone) {
    ModelInterface model;
    EXPECT_THROW((void)model.attach(3, 2), Error);
    for (std::uint32_t queue = 0; queue < 2; ++queue)
        EXPECT_EQ(model.nics[queue].status().state, std::uint32_t{RXMAP_STATE_GONE}) << queue;
    EXPECT_EQ(model.nics[2].status().state, std::uint32_t{RXMAP_STATE_RUNNING}) << "not reached";
}

TEST(Queues, NoQueueAtAllIsAnError) {
    ModelInterface model;
    EXPECT_THROW((void)model.attach(0), Error);
    EXPECT_THROW((void)model.attach(1, 0, RXMAP_REFUSED_INTERFACE), Error);
}

TEST(Queues, SumWhatTheirRingsCount) {
    ModelInterface model;
    Queues queues = model.attach(2);
    model.nics[0].receive(burst(0, 3));
    model.nics[1].receive(burst(0, 4));
    const Stats stats = queues.stats();
    EXPECT_EQ(stats[RXMAP_CTR_TO_RING], 7U);
    EXPECT_EQ(stats.delivered, 7U);
    EXPECT_EQ(stats.posted + stats.free, 2 * kFrames - 7);
    queues.set_waiting({.by = WaitBy::epoll});
    for (Ring& ring : queues) {
        EXPECT_EQ(ring.wait(), Wait::ready);
        EXPECT_FALSE(drain(ring).empty());
        EXPECT_EQ(ring.wait(1ms), Wait::timeout);
    }
    const WaitStats waits = queues.wait_stats();
    EXPECT_EQ(waits.at_once, 2U);
    EXPECT_EQ(waits.timeouts, 2U);
    EXPECT_GE(waits.sleeps_in_epoll, 2U);
}

TEST(CpuList, IsReadAsTheKernelWritesIt) {
    EXPECT_EQ(detail::parse_cpu_list("0\n"), Cpus{0});
    EXPECT_EQ(detail::parse_cpu_list("0-2,5,8-9\n"), (Cpus{0, 1, 2, 5, 8, 9}));
    EXPECT_EQ(detail::parse_cpu_list("\n"), Cpus{});
    for (const char* const bad : {"a", "1-", "-1", "3-1", "0,,1", "0-99999", "1 2", "0-4294967295"})
        EXPECT_FALSE(detail::parse_cpu_list(bad)) << bad;
}

TEST(CpuList, InterruptsAreFoundByTheirWholeName) {
    const char* const table =
        "           CPU0       CPU1\n"
        "  11:          3          0   IO-APIC  11-fasteoi   eth10, eth1, usb1\n"
        "  33:        120          7  PCI-MSI-0000:00:04.0   1-edge      eth1-rx-0\n"
        " 134:          0          0  PCI-MSI-0000:00:04.0   2-edge      eth1-rx-1\n"
        " NMI:          0          0   Non-maskable interrupts\n";
    EXPECT_EQ(detail::find_interrupt(table, "eth1-rx-0"), 33U);
    EXPECT_EQ(detail::find_interrupt(table, "eth1-rx-1"), 134U);
    EXPECT_EQ(detail::find_interrupt(table, "eth1"), 11U);
    EXPECT_EQ(detail::find_interrupt(table, "eth1-rx"), std::nullopt);
    EXPECT_EQ(detail::find_interrupt(table, "interrupts"), std::nullopt) << "no number";
    EXPECT_EQ(detail::find_interrupt("", "eth1"), std::nullopt);
}

TEST(PlacementOf, AnInterfaceWithoutInterruptsIsNamed) {
    for (const auto& [name, error] : {std::pair{"lo", ENOENT}, std::pair{"", EINVAL}})
        try {
            (void)placement(name, 0);
            ADD_FAILURE() << name;
        } catch (const Error& refused) {
            EXPECT_EQ(refused.code().value(), error) << refused.what();
        }
}

TEST(PlacementOf, AThreadIsKeptOnItsCpu) {
    cpu_set_t before;
    ASSERT_EQ(sched_getaffinity(0, sizeof(before), &before), 0);
    const auto cpu = static_cast<std::uint32_t>(sched_getcpu());
    place_this_thread(cpu);
    cpu_set_t now;
    ASSERT_EQ(sched_getaffinity(0, sizeof(now), &now), 0);
    EXPECT_EQ(CPU_COUNT(&now), 1);
    EXPECT_TRUE(CPU_ISSET(cpu, &now));
    EXPECT_THROW(place_this_thread(8000), Error);
    EXPECT_THROW(place_this_thread(1023), Error);
    ASSERT_EQ(sched_setaffinity(0, sizeof(before), &before), 0);
}

}  // namespace rxmap::tests
