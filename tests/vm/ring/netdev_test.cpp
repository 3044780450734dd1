// SPDX-License-Identifier: MIT
//
// What the kernel's own netlink family "netdev" says about our queues: which NAPI serves which, and
// which interrupt that has. The numbers are those of linux/netdev.h of Linux 6.12; Debian's headers
// for programs are older.
#include <gtest/gtest.h>

#include <string>

#include "lab.hpp"
#include "raw_genl.hpp"
#include "raw_ring.hpp"

namespace vm {
namespace {

constexpr std::uint8_t kQueueGet = 10, kNapiGet = 11;  // NETDEV_CMD_
constexpr std::uint16_t kQueueId = 1, kQueueIfindex = 2, kQueueType = 3, kQueueNapi = 4;
constexpr std::uint16_t kNapiIfindex = 1, kNapiId = 2, kNapiIrq = 3;  // NETDEV_A_
constexpr std::uint32_t kReceive = 0, kTransmit = 1;

class Netdev : public testing::Test {
  protected:
    void SetUp() override {
        if (is_linux_6_1())
            GTEST_SKIP() << "Linux 6.1 has no netlink family netdev";
    }
    /// Of one queue of rx0; 0: it has none.
    static std::uint64_t napi_of(RawGenl& netdev, std::uint32_t queue, std::uint32_t type) {
        const Reply reply =
            netdev.ask(kQueueGet, number(kQueueIfindex, ifindex(kNic)) + number(kQueueId, queue) +
                                      number(kQueueType, type));
        EXPECT_EQ(reply.error, 0) << reply.text;
        if (reply.messages.empty() || !find(reply.messages.front(), kQueueNapi))
            return 0;
        return find_number(reply.messages.front(), kQueueNapi);
    }
    static std::uint64_t napi_by_us(std::uint32_t queue) {
        const Reply reply =
            RawGenl().ask(RXMAP_CMD_QUEUE_GET, number(RXMAP_A_QUEUE_IFINDEX, ifindex(kNic)) +
                                                   number(RXMAP_A_QUEUE_QUEUE, queue));
        return find_number(reply.messages.at(0), RXMAP_A_QUEUE_NAPI_ID);
    }
    static std::string interrupt_of(std::uint32_t queue) {
        std::string line =
            sh("grep -E 'rx0-rx-" + std::to_string(queue) + "$|rx0$|rx0,' /proc/interrupts");
        return line.substr(line.find_first_not_of(' '));
    }
    static void expect_known(std::uint32_t queue) {
        RawGenl netdev("netdev");
        const std::uint64_t napi = napi_by_us(queue);
        EXPECT_NE(napi, 0u);
        EXPECT_EQ(napi_of(netdev, queue, kReceive), napi);
        EXPECT_EQ(napi_of(netdev, queue, kTransmit), napi);
        const Reply reply = netdev.ask(kNapiGet, number(kNapiId, static_cast<std::uint32_t>(napi)));
        ASSERT_EQ(reply.messages.size(), 1u) << reply.error << ' ' << reply.text;
        EXPECT_EQ(find_number(reply.messages.front(), kNapiIfindex), ifindex(kNic));
        ASSERT_TRUE(find(reply.messages.front(), kNapiIrq)) << "no interrupt";
        EXPECT_EQ(std::to_string(find_number(reply.messages.front(), kNapiIrq)) + ":",
                  interrupt_of(queue).substr(0, interrupt_of(queue).find(':') + 1));
    }
};

TEST_F(Netdev, KnowsTheNapiOfAQueueAndItsInterrupt) {
    expect_known(0);
    sh("ip link set rx0 down; ip link set rx0 up");
    expect_known(0);
    const RawRing ring(request(RXMAP_MODE_TAP));
    EXPECT_EQ(ring.granted().napi_id, napi_by_us(0));
    expect_known(0);
}

using MultiNetdev = Netdev;

TEST_F(MultiNetdev, EachQueueHasItsOwn) {
    expect_known(0);
    expect_known(1);
    EXPECT_NE(napi_by_us(0), napi_by_us(1));
    sh("ethtool -L rx0 combined 1; ethtool -L rx0 combined 2");
    expect_known(1);
}

}  // namespace
}  // namespace vm
