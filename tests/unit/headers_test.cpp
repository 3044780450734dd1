// SPDX-License-Identifier: MIT
// Views of headers: what they say of whole packets, and that nothing is read past the end of any
// truncated or random one. Copies are exactly as long as they should be, for AddressSanitizer.
#include <gtest/gtest.h>
#include <rxmap/headers.hpp>

#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace rxmap::tests {

using Packet = std::vector<std::uint8_t>;

Bytes bytes(const Packet& packet) {
    return std::as_bytes(std::span{packet});
}

Packet operator+(Packet left, const Packet& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

Packet ethernet(std::uint16_t type) {
    return {1,
            2,
            3,
            4,
            5,
            6,
            11,
            12,
            13,
            14,
            15,
            16,
            static_cast<std::uint8_t>(type >> 8U),
            static_cast<std::uint8_t>(type)};
}
// A tag's control word and the type of what follows.
Packet tag(std::uint8_t vlan, std::uint16_t type) {
    return {0xa0, vlan, static_cast<std::uint8_t>(type >> 8U), static_cast<std::uint8_t>(type)};
}
// `words`: of the header, 5 without options. `fragment`: flags and offset.
Packet ipv4(std::uint8_t protocol, std::uint16_t payload, std::uint8_t words = 5,
            std::uint16_t fragment = 0) {
    const auto total = static_cast<std::uint16_t>(words * 4 + payload);
    Packet header{static_cast<std::uint8_t>(0x40 | words),
                  0x12,
                  static_cast<std::uint8_t>(total >> 8U),
                  static_cast<std::uint8_t>(total),
                  0xab,
                  0xcd,
                  static_cast<std::uint8_t>(fragment >> 8U),
                  static_cast<std::uint8_t>(fragment),
                  64,
                  protocol,
                  0xbe,
                  0xef,
                  10,
                  9,
                  0,
                  1,
                  10,
                  9,
                  0,
                  2};
    header.resize(words * 4U, 1);  // options: no operation
    return header;
}
Packet ipv6(std::uint8_t next, std::uint8_t payload) {
    Packet header{0x61, 0x23, 0x45, 0x67, 0, payload, next, 63};
    for (std::uint8_t i = 0; i < 32; ++i)
        header.push_back(i);
    return header;
}
Packet udp(std::uint8_t payload) {
    return {0x1b, 0x58, 0x23, 0x28, 0, static_cast<std::uint8_t>(8 + payload), 0x12, 0x34};
}
Packet tcp(std::uint8_t words = 5) {
    Packet header{0, 80, 0x1f, 0x90, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0x12, 0x20, 0, 0xca, 0xfe, 0, 0};
    header[12] = static_cast<std::uint8_t>(words << 4U);
    header.resize(words * 4U, 1);
    return header;
}
const Packet kData{'h', 'e', 'l', 'l', 'o'};

struct Sample {
    const char* name;
    Packet packet;
    std::size_t needed;  // bytes up to which find_udp(), or find_tcp(), finds nothing
    bool is_tcp = false;
};

std::vector<Sample> samples() {
    const Packet hop_by_hop{43, 0, 1, 4, 0, 0, 0, 0},
        routing{60, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    const Packet destination{51, 0, 1, 4, 0, 0, 0, 0};
    const Packet authentication{44, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    const Packet first_fragment{17, 0, 0, 1, 0, 0, 0, 9};
    const Packet chain = hop_by_hop + routing + destination + authentication + first_fragment;
    return {
        {"UDP", ethernet(kTypeIpv4) + ipv4(17, 13) + udp(5) + kData, 14 + 20 + 8},
        {"UDP, padded", ethernet(kTypeIpv4) + ipv4(17, 13) + udp(5) + kData + Packet(13), 42},
        {"UDP, options, one tag",
         ethernet(kTypeVlan) + tag(5, kTypeIpv4) + ipv4(17, 13, 15) + udp(5) + kData,
         14 + 4 + 60 + 8},
        {"UDP, two tags",
         ethernet(kTypeServiceVlan) + tag(5, kTypeVlan) + tag(6, kTypeIpv4) + ipv4(17, 13) +
             udp(5) + kData,
         14 + 8 + 20 + 8},
        {"UDP over IPv6", ethernet(kTypeIpv6) + ipv6(17, 13) + udp(5) + kData, 14 + 40 + 8},
        {"UDP over IPv6, extension headers",
         ethernet(kTypeIpv6) + ipv6(0, static_cast<std::uint8_t>(chain.size() + 13)) + chain +
             udp(5) + kData,
         14 + 40 + 52 + 8},
        {"TCP", ethernet(kTypeIpv4) + ipv4(6, 25) + tcp() + kData, 14 + 20 + 20, true},
        {"TCP, options", ethernet(kTypeIpv6) + ipv6(6, 65) + tcp(15) + kData, 14 + 40 + 60, true},
    };
}

std::size_t sum(Bytes some) {
    std::size_t total = 0;
    for (const std::byte each : some)
        total += std::to_integer<std::size_t>(each);
    return total;
}

// Calls every function of every view that these bytes give, and reads all that they point to.
std::size_t touch_transport(Bytes payload) {
    std::size_t total = sum(payload);
    if (const auto udp = Udp::parse(payload))
        total += udp->source_port() + udp->destination_port() + udp->size() + udp->checksum() +
                 sum(udp->payload());
    if (const auto tcp = Tcp::parse(payload))
        total += tcp->header_size() + tcp->source_port() + tcp->destination_port() +
                 tcp->sequence() + tcp->acknowledgment() + tcp->flags() + tcp->window() +
                 tcp->checksum() + sum(tcp->options()) + sum(tcp->payload());
    return total;
}

std::size_t touch_ip(Bytes packet) {
    std::size_t total = sum(packet);
    if (const auto ip = Ipv4::parse(packet)) {
        EXPECT_LE(ip->header_size() + ip->payload().size(), packet.size());
        total += ip->total_size() + ip->traffic_class() + ip->id() + ip->dont_fragment() +
                 ip->more_fragments() + ip->fragment_offset() + ip->ttl() + ip->protocol() +
                 ip->checksum() + ip->source() + ip->destination() + sum(ip->options()) +
                 touch_transport(ip->payload());
    }
    if (const auto ip = Ipv6::parse(packet)) {
        EXPECT_LE(ip->header_size() + ip->payload().size(), packet.size());
        EXPECT_LE(ip->extensions(), Ipv6::kMostExtensions);
        total += ip->payload_size() + ip->traffic_class() + ip->flow_label() + ip->hop_limit() +
                 sum(ip->source()) + sum(ip->destination()) + ip->protocol() +
                 ip->fragment_offset() + ip->more_fragments() + touch_transport(ip->payload());
    }
    return total;
}

std::size_t touch(Bytes frame) {
    std::size_t total = touch_ip(frame) + touch_transport(frame);
    if (const auto ethernet = Ethernet::parse(frame)) {
        total += sum(ethernet->destination()) + sum(ethernet->source()) + ethernet->type();
        for (std::size_t i = 0; i < ethernet->tags(); ++i)
            total += ethernet->tag_type(i) + ethernet->tag_control(i) + ethernet->vlan_id(i);
        total += touch_ip(ethernet->payload());
    }
    total += find_udp(frame).has_value() + find_tcp(frame).has_value();
    return total;
}

TEST(Headers, SayWhatAUdpPacketSays) {
    const Packet packet = samples()[0].packet;
    const auto ethernet = Ethernet::parse(bytes(packet));
    ASSERT_TRUE(ethernet);
    EXPECT_EQ(ethernet->destination()[5], std::byte{6});
    EXPECT_EQ(ethernet->source()[5], std::byte{16});
    EXPECT_EQ(ethernet->tags(), 0U);
    EXPECT_EQ(ethernet->type(), kTypeIpv4);
    const auto ip = Ipv4::parse(ethernet->payload());
    ASSERT_TRUE(ip);
    EXPECT_EQ(ip->header_size(), 20U);
    EXPECT_EQ(ip->total_size(), 33U);
    EXPECT_EQ(ip->traffic_class(), 0x12);
    EXPECT_EQ(ip->id(), 0xabcd);
    EXPECT_FALSE(ip->dont_fragment());
    EXPECT_EQ(ip->ttl(), 64);
    EXPECT_EQ(ip->protocol(), kProtocolUdp);
    EXPECT_EQ(ip->checksum(), 0xbeef);
    EXPECT_EQ(ip->source(), 0x0a090001U);
    EXPECT_EQ(ip->destination(), 0x0a090002U);
    EXPECT_TRUE(ip->options().empty());
    const auto udp = find_udp(bytes(packet));
    ASSERT_TRUE(udp);
    EXPECT_EQ(udp->source_port(), 7000);
    EXPECT_EQ(udp->destination_port(), 9000);
    EXPECT_EQ(udp->size(), 13U);
    EXPECT_EQ(udp->checksum(), 0x1234);
    EXPECT_EQ(udp->payload().size(), 5U);
    EXPECT_EQ(std::memcmp(udp->payload().data(), "hello", 5), 0);
    EXPECT_FALSE(find_tcp(bytes(packet)));
}

TEST(Headers, SayWhatATcpPacketSays) {
    const Packet packet = samples()[7].packet;
    const auto tcp = find_tcp(bytes(packet));
    ASSERT_TRUE(tcp);
    EXPECT_EQ(tcp->header_size(), 60U);
    EXPECT_EQ(tcp->source_port(), 80);
    EXPECT_EQ(tcp->destination_port(), 8080);
    EXPECT_EQ(tcp->sequence(), 0x01020304U);
    EXPECT_EQ(tcp->acknowledgment(), 0x05060708U);
    EXPECT_TRUE(tcp->has(Tcp::syn) && tcp->has(Tcp::ack));
    EXPECT_FALSE(tcp->has(Tcp::fin));
    EXPECT_EQ(tcp->window(), 0x2000);
    EXPECT_EQ(tcp->checksum(), 0xcafe);
    EXPECT_EQ(tcp->options().size(), 40U);
    EXPECT_EQ(tcp->payload().size(), 5U);
}

TEST(Headers, HaveUpToTwoTags) {
    const Packet two = samples()[3].packet;
    const auto ethernet = Ethernet::parse(bytes(two));
    ASSERT_TRUE(ethernet);
    ASSERT_EQ(ethernet->tags(), 2U);
    EXPECT_EQ(ethernet->tag_type(0), kTypeServiceVlan);
    EXPECT_EQ(ethernet->tag_type(1), kTypeVlan);
    EXPECT_EQ(ethernet->tag_control(0), 0xa005);
    EXPECT_EQ(ethernet->vlan_id(0), 5);
    EXPECT_EQ(ethernet->vlan_id(1), 6);
    EXPECT_EQ(ethernet->type(), kTypeIpv4);
    const Packet three = tag(7, kTypeVlan);
    const Packet more = tests::ethernet(kTypeVlan) + three + three + three;
    const auto deeper = Ethernet::parse(bytes(more));
    ASSERT_TRUE(deeper);
    EXPECT_EQ(deeper->tags(), 2U);
    EXPECT_EQ(deeper->type(), kTypeVlan) << "a third one is payload";
}

TEST(Headers, FollowExtensionHeaders) {
    const Packet packet = samples()[5].packet;
    const auto ip = Ipv6::parse(bytes(packet).subspan(14));
    ASSERT_TRUE(ip);
    EXPECT_EQ(ip->extensions(), 5);
    EXPECT_EQ(ip->header_size(), 40U + 52);
    EXPECT_EQ(ip->protocol(), kProtocolUdp);
    EXPECT_TRUE(ip->more_fragments());
    EXPECT_EQ(ip->fragment_offset(), 0U);
    EXPECT_EQ(ip->traffic_class(), 0x12);
    EXPECT_EQ(ip->flow_label(), 0x34567U);
    EXPECT_EQ(ip->hop_limit(), 63);
    EXPECT_EQ(ip->source()[15], std::byte{15});
    EXPECT_EQ(ip->destination()[0], std::byte{16});
}

TEST(Headers, BoundTheNumberOfExtensionHeaders) {
    Packet eight = ipv6(60, 72), nine = ipv6(60, 80);
    for (int i = 0; i < 9; ++i) {
        const std::uint8_t next = i == 7 ? 17 : 60;
        if (i < 8)
            eight = eight + Packet{next, 0, 0, 0, 0, 0, 0, 0};
        nine = nine + Packet{i == 8 ? std::uint8_t{17} : std::uint8_t{60}, 0, 0, 0, 0, 0, 0, 0};
    }
    EXPECT_TRUE(Ipv6::parse(bytes(eight + udp(0))));
    EXPECT_FALSE(Ipv6::parse(bytes(nine + udp(0))));
}

TEST(Headers, LaterFragmentsHaveNoHeaderOfTheirProtocol) {
    const Packet four = ethernet(kTypeIpv4) + ipv4(17, 13, 5, 0x2001) + udp(5) + kData;
    EXPECT_FALSE(find_udp(bytes(four)));
    const auto ip = Ipv4::parse(bytes(four).subspan(14));
    ASSERT_TRUE(ip);
    EXPECT_EQ(ip->fragment_offset(), 8U);
    EXPECT_TRUE(ip->more_fragments());
    // What looks like an extension header behind it is data.
    const Packet six = ethernet(kTypeIpv6) + ipv6(44, 16) + Packet{60, 0, 0, 8, 0, 0, 0, 9} +
                       Packet{17, 0xff, 0, 0, 0, 0, 0, 0};
    EXPECT_FALSE(find_udp(bytes(six)));
    const auto view = Ipv6::parse(bytes(six).subspan(14));
    ASSERT_TRUE(view);
    EXPECT_EQ(view->fragment_offset(), 8U);
    EXPECT_EQ(view->protocol(), 60);
    EXPECT_EQ(view->payload().size(), 8U);
}

TEST(Headers, CutWhatLengthsLeaveOut) {
    const Packet padded = samples()[1].packet;
    EXPECT_EQ(find_udp(bytes(padded))->payload().size(), 5U);
    Packet greedy = samples()[0].packet;
    greedy[14 + 2] = greedy[14 + 20 + 4] = 0xff;  // both promise 64 KiB
    EXPECT_EQ(find_udp(bytes(greedy))->payload().size(), 5U);
}

TEST(Headers, RefuseWhatNoHeaderCanSay) {
    const auto changed = [](Packet packet, std::size_t at, std::uint8_t value) {
        packet[at] = value;
        return packet;
    };
    const Packet udp4 = samples()[0].packet, tcp4 = samples()[6].packet;
    EXPECT_FALSE(find_udp(bytes(changed(udp4, 14, 0x65)))) << "version";
    EXPECT_FALSE(find_udp(bytes(changed(udp4, 14, 0x44)))) << "header length";
    EXPECT_FALSE(find_udp(bytes(changed(udp4, 17, 19)))) << "total length";
    EXPECT_FALSE(find_udp(bytes(changed(udp4, 39, 7)))) << "UDP length";
    EXPECT_FALSE(find_tcp(bytes(changed(tcp4, 46, 0x40)))) << "data offset";
    EXPECT_FALSE(find_udp(bytes(changed(samples()[4].packet, 14, 0x45)))) << "version of IPv6";
}

// The transport's header is found if and only if all of it is there.
TEST(Headers, SurviveEveryTruncation) {
    for (const Sample& sample : samples()) {
        SCOPED_TRACE(sample.name);
        for (std::size_t length = 0; length <= sample.packet.size(); ++length) {
            const auto exact = std::make_unique<std::byte[]>(length);
            std::memcpy(exact.get(), sample.packet.data(), length);
            const Bytes frame{exact.get(), length};
            (void)touch(frame);
            const bool found =
                sample.is_tcp ? find_tcp(frame).has_value() : find_udp(frame).has_value();
            EXPECT_EQ(found, length >= sample.needed) << length << " bytes";
        }
    }
}

// Random bytes, and whole packets with some bytes changed, so that deeper headers are reached.
TEST(Headers, SurviveRandomBytes) {
    std::mt19937 random(6);
    const auto all = samples();
    std::size_t found = 0;
    for (int round = 0; round < 20'000; ++round) {
        Packet packet = all[random() % all.size()].packet;
        packet.resize(random() % 130);
        const std::size_t changes = round % 4 == 0 ? packet.size() : random() % 4;
        for (std::size_t i = 0; i < changes && !packet.empty(); ++i)
            packet[random() % packet.size()] = static_cast<std::uint8_t>(random());
        const auto exact = std::make_unique<std::byte[]>(packet.size());
        std::memcpy(exact.get(), packet.data(), packet.size());
        const Bytes frame{exact.get(), packet.size()};
        (void)touch(frame);
        found += find_udp(frame) || find_tcp(frame);
    }
    EXPECT_GT(found, 1000U) << "deeper headers were reached";
}

constexpr std::array<std::byte, 14> kFrame{std::byte{1}};
static_assert(Ethernet::parse(kFrame) && Ethernet::parse(kFrame)->type() == 0);
static_assert(!find_udp(kFrame) && !find_tcp(kFrame));

}  // namespace rxmap::tests
