// SPDX-License-Identifier: MIT
//
// What a descriptor says of its packet beyond the bytes: checksums verified, VLAN tag, flow hash.
// Each NIC says what it knows and no more. rx0 is plugged into a datagram socket, so virtio-net
// has no offloads there; QEMU's 82540EM verifies no checksum (IXSM); its 82574L does all three.
#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "lab.hpp"
#include "nic_counters.hpp"
#include "raw_frames.hpp"
#include "raw_ring.hpp"
#include "sink.hpp"

namespace vm {
namespace {

struct Received {
    rxmap_desc desc;
    Frame frame;
};

bool is_82574() {
    return nic_driver(kNic) == "rxmap-e1000e";
}

/// Is this feature of rx0 on, as `ethtool -k` says? "on" and "off", or either followed by "
/// [fixed]".
std::string feature(const std::string& name) {
    const std::string text = sh("ethtool -k rx0");
    const std::size_t at = text.find(name + ": ");
    return at == std::string::npos
               ? ""
               : text.substr(at + name.size() + 2, text.find('\n', at) - at - name.size() - 2);
}

class Metadata : public testing::Test {
  protected:
    ~Metadata() override { (void)try_sh("ip link del rx0.5; ethtool -K rx0 rx on rxvlan on"); }

    /// Takes that many packets; fewer when none comes for 5 s.
    static std::vector<Received> take(RawRing& ring, std::size_t count) {
        std::vector<Received> got;
        while (got.size() < count && (ring.unread() != 0 || ring.wait(5000, POLLIN) != 0)) {
            const rxmap_desc desc = ring.front();
            const auto bytes = ring.bytes(desc);
            got.push_back({desc, Frame(bytes.begin(), bytes.end())});
            ring.pop();
            ring.release(desc.frame);
            ring.publish();
        }
        return got;
    }
    /// What holds of every descriptor, whatever the NIC.
    static void expect_no_field_without_its_flag(const rxmap_desc& desc) {
        if ((desc.flags & RXMAP_DESC_VLAN) == 0) {
            EXPECT_EQ(desc.vlan_tci | desc.vlan_tpid, 0);
        }
        if ((desc.flags & RXMAP_DESC_HASH) == 0) {
            EXPECT_EQ(desc.hash, 0u);
        }
        EXPECT_EQ(desc.flags & (RXMAP_DESC_CSUM_PARTIAL | RXMAP_DESC_GSO | RXMAP_DESC_MORE), 0u);
        EXPECT_EQ(desc.csum_start | desc.csum_offset | desc.gso_size | desc.gso_type, 0);
        EXPECT_EQ(desc.reserved, 0u);
    }
};

TEST_F(Metadata, ChecksumIsVerifiedOnlyWhereItWasAndIsRight) {
    struct Case {
        const char* what;
        Frame frame;
        bool right;
    };
    const std::vector<Case> cases = {
        {"UDP", ip_frame(kUdp), true},
        {"UDP, wrong", with_damage(ip_frame(kUdp), transport_checksum(kUdp)), false},
        {"UDP, none", with_zeros(ip_frame(kUdp), transport_checksum(kUdp)), false},
        {"TCP", ip_frame(kTcp), true},
        {"TCP, wrong", with_damage(ip_frame(kTcp), transport_checksum(kTcp)), false},
        {"IPv4 header, wrong", with_damage(ip_frame(kUdp), kIpChecksum), false},
        {"ARP", arp_frame(), false},
    };
    std::vector<Frame> frames;
    for (const Case& each : cases)
        frames.push_back(each.frame);

    for (const bool on : {true, false}) {
        if (!on && feature("rx-checksumming").find("fixed") != std::string::npos)
            break;
        if (!on)
            sh("ethtool -K rx0 rx off");
        UdpSink sink(9000);
        RawRing ring(request(RXMAP_MODE_TAP));
        send_frames(frames);
        const std::vector<Received> got = take(ring, cases.size());
        ASSERT_EQ(got.size(), cases.size());
        for (std::size_t i = 0; i < cases.size(); ++i) {
            SCOPED_TRACE(std::string(cases[i].what) + (on ? "" : ", the NIC does not look"));
            EXPECT_EQ(got[i].frame, frames[i]) << "right or wrong, it is delivered";
            EXPECT_EQ((got[i].desc.flags & RXMAP_DESC_CSUM_OK) != 0,
                      cases[i].right && on && is_82574());
            expect_no_field_without_its_flag(got[i].desc);
        }
        EXPECT_EQ(sink.drain(), 2u) << "the stack takes the right one, and the one without";
    }
}

TEST_F(Metadata, VlanTagIsInTheDescriptorOrInTheFrame) {
    constexpr std::uint16_t kTci = 3 << 13 | 5;  // priority 3, VLAN 5
    // The NIC lets the VLAN in.
    sh("modprobe 8021q; ip link add link rx0 name rx0.5 type vlan id 5 && ip link set rx0.5 up");
    // More packets than the ring had buffers before the attach: copied ones, and ones in place.
    const std::size_t count = rx_ring_size(kNic) + 64;
    const Frame tagged = with_tag(ip_frame(kUdp), kTci);
    for (const bool on : {true, false}) {
        const std::string strip = feature("rx-vlan-offload");
        if (!on && strip.find("fixed") != std::string::npos)
            break;
        if (!on)
            sh("ethtool -K rx0 rxvlan off");
        const bool stripped = on && strip.rfind("on", 0) == 0;
        SCOPED_TRACE(stripped ? "stripped" : "not stripped");
        RawRing ring(request(RXMAP_MODE_DIVERT));
        send_frames({tagged}, count);
        const std::vector<Received> got = take(ring, count);
        ASSERT_EQ(got.size(), count);
        for (const Received& each : got) {
            EXPECT_EQ(each.frame, stripped ? ip_frame(kUdp) : tagged);
            EXPECT_EQ((each.desc.flags & RXMAP_DESC_VLAN) != 0, stripped);
            EXPECT_EQ(each.desc.vlan_tci, stripped ? kTci : 0);
            EXPECT_EQ(each.desc.vlan_tpid, stripped ? 0x8100 : 0);
            expect_no_field_without_its_flag(each.desc);
        }
    }
}

/// The key of the hash, from `ethtool -x`.
std::vector<std::uint8_t> rss_key() {
    const std::string title = "RSS hash key:\n";
    const std::string text = sh("ethtool -x rx0");
    std::vector<std::uint8_t> key;
    for (std::size_t at = text.find(title) + title.size(); at + 2 <= text.size(); at += 3) {
        unsigned int byte = 0;
        if (std::sscanf(text.c_str() + at, "%2x", &byte) != 1)
            break;
        key.push_back(static_cast<std::uint8_t>(byte));
        if (text[at + 2] != ':')
            break;
    }
    return key;
}

TEST_F(Metadata, HashIsTheOneThatTheNicsKeyGives) {
    RawRing ring(request(RXMAP_MODE_DIVERT));
    std::vector<Frame> frames;
    for (std::uint8_t host = 1; host <= 8; ++host) {
        frames.push_back(ip_frame(kUdp, host));
        frames.push_back(ip_frame(kTcp, host));
    }
    frames.push_back(arp_frame());
    send_frames(frames);
    const std::vector<Received> got = take(ring, frames.size());
    ASSERT_EQ(got.size(), frames.size());
    const std::vector<std::uint8_t> key = is_82574() ? rss_key() : std::vector<std::uint8_t>{};
    for (std::size_t i = 0; i < frames.size(); ++i) {
        SCOPED_TRACE(i);
        const bool ip = i + 1 < frames.size(), tcp = i % 2 == 1;
        EXPECT_EQ(got[i].frame, frames[i]);
        EXPECT_EQ((got[i].desc.flags & RXMAP_DESC_HASH) != 0, ip && is_82574());
        if (ip && is_82574()) {
            EXPECT_EQ(got[i].desc.hash, toeplitz(key, frames[i], tcp));
        }
        expect_no_field_without_its_flag(got[i].desc);
    }
}

}  // namespace
}  // namespace vm
