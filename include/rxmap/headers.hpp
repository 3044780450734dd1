// SPDX-License-Identifier: MIT
// Views of a packet's headers: Ethernet with VLAN tags, IPv4, IPv6, UDP, TCP. Header only.
//
//     if (const auto udp = rxmap::find_udp(packet.bytes()); udp && udp->destination_port() == 9000)
//         consume(udp->payload());
//
// A view is made by its parse(): none where the bytes end before the header does, or say what no
// header of that kind can. So no function of a view reads past the end, whatever the packet says;
// lengths that promise more than there is are cut. A view copies nothing and owns nothing: it is
// good as long as the bytes are. Any thread. Numbers are in host order, addresses of 6 and 16 bytes
// as they lie in the packet. Checksums are not verified: PacketFields::checksum_verified().
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace rxmap {

// What is looked at; good as long as the packet is.
using Bytes = std::span<const std::byte>;

namespace detail {

[[nodiscard]] constexpr std::uint8_t byte_at(Bytes bytes, std::size_t at) noexcept {
    return std::to_integer<std::uint8_t>(bytes[at]);
}
[[nodiscard]] constexpr std::uint16_t word_at(Bytes bytes, std::size_t at) noexcept {
    return static_cast<std::uint16_t>(byte_at(bytes, at) << 8U | byte_at(bytes, at + 1));
}
[[nodiscard]] constexpr std::uint32_t long_at(Bytes bytes, std::size_t at) noexcept {
    return static_cast<std::uint32_t>(word_at(bytes, at)) << 16U | word_at(bytes, at + 2);
}

}  // namespace detail

// Values of Ethernet::type() and of protocol().
inline constexpr std::uint16_t kTypeIpv4 = 0x0800;
inline constexpr std::uint16_t kTypeIpv6 = 0x86dd;
inline constexpr std::uint16_t kTypeVlan = 0x8100;
inline constexpr std::uint16_t kTypeServiceVlan = 0x88a8;  // the outer tag of 802.1ad
inline constexpr std::uint8_t kProtocolTcp = 6;
inline constexpr std::uint8_t kProtocolUdp = 17;

// IEEE 802.3, with up to two tags of 802.1Q or 802.1ad. A tag that the device stripped is not in
// the bytes: PacketFields::vlan() has it. What follows a second tag counts as payload.
class Ethernet {
  public:
    static constexpr std::size_t kBytes = 14;    // without tags
    static constexpr std::size_t kTagBytes = 4;  // of each tag
    static constexpr std::size_t kMostTags = 2;  // more are payload

    // A view of what begins here; none where it is cut off or is not one.
    [[nodiscard]] static constexpr std::optional<Ethernet> parse(Bytes frame) noexcept {
        if (frame.size() < kBytes)
            return std::nullopt;
        std::size_t tags = 0;
        while (tags < kMostTags && is_tag(detail::word_at(frame, 12 + tags * kTagBytes))) {
            ++tags;
            if (frame.size() < kBytes + tags * kTagBytes)
                return std::nullopt;
        }
        return Ethernet(frame, tags);
    }

    // The addresses, as they are in the frame.
    [[nodiscard]] constexpr std::span<const std::byte, 6> destination() const noexcept {
        return frame_.first<6>();
    }
    [[nodiscard]] constexpr std::span<const std::byte, 6> source() const noexcept {
        return frame_.subspan<6, 6>();
    }
    // Tags in the bytes, 0 to 2. The outer one has index 0; `index` must be below tags().
    [[nodiscard]] constexpr std::size_t tags() const noexcept { return tags_; }
    [[nodiscard]] constexpr std::uint16_t tag_type(std::size_t index) const noexcept {
        return detail::word_at(frame_, 12 + index * kTagBytes);
    }
    // Priority (3 bits), drop eligibility (1) and VLAN number (12).
    [[nodiscard]] constexpr std::uint16_t tag_control(std::size_t index) const noexcept {
        return detail::word_at(frame_, 14 + index * kTagBytes);
    }
    [[nodiscard]] constexpr std::uint16_t vlan_id(std::size_t index) const noexcept {
        return tag_control(index) & 0xfffU;
    }
    // What the payload is: above 0x5ff a type, else the length of an 802.3 frame.
    [[nodiscard]] constexpr std::uint16_t type() const noexcept {
        return detail::word_at(frame_, 12 + tags_ * kTagBytes);
    }
    // Everything behind, padding included.
    [[nodiscard]] constexpr Bytes payload() const noexcept {
        return frame_.subspan(kBytes + tags_ * kTagBytes);
    }

  private:
    constexpr Ethernet(Bytes frame, std::size_t tags) noexcept : frame_(frame), tags_(tags) {}
    [[nodiscard]] static constexpr bool is_tag(std::uint16_t type) noexcept {
        return type == kTypeVlan || type == kTypeServiceVlan;
    }

    Bytes frame_;
    std::size_t tags_;
};

// RFC 791. None for another version, a header length below 20 bytes, a total length below that.
class Ipv4 {
  public:
    static constexpr std::size_t kBytes = 20;  // without options

    // A view of what begins here; none where it is cut off or is not one.
    [[nodiscard]] static constexpr std::optional<Ipv4> parse(Bytes bytes) noexcept {
        if (bytes.size() < kBytes || detail::byte_at(bytes, 0) >> 4U != 4)
            return std::nullopt;
        const std::size_t header = (detail::byte_at(bytes, 0) & 0xfU) * 4U;
        const std::size_t total = detail::word_at(bytes, 2);
        if (header < kBytes || header > bytes.size() || total < header)
            return std::nullopt;
        return Ipv4(bytes.first(std::min(total, bytes.size())), header);
    }

    [[nodiscard]] constexpr std::size_t header_size() const noexcept { return header_; }  // bytes
    // As the header has it, payload included; there may be fewer bytes.
    [[nodiscard]] constexpr std::size_t total_size() const noexcept {
        return detail::word_at(bytes_, 2);
    }
    // Fields of the header, as they are there; numbers and IPv4 addresses in host order.
    [[nodiscard]] constexpr std::uint8_t traffic_class() const noexcept {
        return detail::byte_at(bytes_, 1);
    }
    [[nodiscard]] constexpr std::uint16_t id() const noexcept { return detail::word_at(bytes_, 4); }
    [[nodiscard]] constexpr bool dont_fragment() const noexcept {
        return (detail::byte_at(bytes_, 6) & 0x40U) != 0;
    }
    [[nodiscard]] constexpr bool more_fragments() const noexcept {
        return (detail::byte_at(bytes_, 6) & 0x20U) != 0;
    }
    // In bytes. Above 0: the payload begins in the middle, without a header of its protocol.
    [[nodiscard]] constexpr std::size_t fragment_offset() const noexcept {
        return (detail::word_at(bytes_, 6) & 0x1fffU) * 8U;
    }
    // The rest of the header's fields; numbers and addresses in host order.
    [[nodiscard]] constexpr std::uint8_t ttl() const noexcept { return detail::byte_at(bytes_, 8); }
    [[nodiscard]] constexpr std::uint8_t protocol() const noexcept {
        return detail::byte_at(bytes_, 9);
    }
    [[nodiscard]] constexpr std::uint16_t checksum() const noexcept {
        return detail::word_at(bytes_, 10);
    }
    [[nodiscard]] constexpr std::uint32_t source() const noexcept {
        return detail::long_at(bytes_, 12);
    }
    [[nodiscard]] constexpr std::uint32_t destination() const noexcept {
        return detail::long_at(bytes_, 16);
    }
    // What stands behind the fixed part of the header, 0 to 40 bytes.
    [[nodiscard]] constexpr Bytes options() const noexcept {
        return bytes_.subspan(kBytes, header_ - kBytes);
    }
    // Up to the total length, so without Ethernet's padding, or up to the end of the bytes.
    [[nodiscard]] constexpr Bytes payload() const noexcept { return bytes_.subspan(header_); }

  private:
    constexpr Ipv4(Bytes bytes, std::size_t header) noexcept : bytes_(bytes), header_(header) {}

    Bytes bytes_;  // the packet
    std::size_t header_;
};

// RFC 8200, with its extension headers. None for another version, and where the extension headers
// are cut off or more than kMostExtensions. Jumbograms are not understood.
class Ipv6 {
  public:
    static constexpr std::size_t kBytes = 40;  // without extension headers
    static constexpr int kMostExtensions = 8;  // with more there is no view

    // A view of what begins here; none where it is cut off or is not one.
    [[nodiscard]] static constexpr std::optional<Ipv6> parse(Bytes bytes) noexcept {
        if (bytes.size() < kBytes || detail::byte_at(bytes, 0) >> 4U != 6)
            return std::nullopt;
        const std::size_t total = kBytes + detail::word_at(bytes, 4);
        Ipv6 view(bytes.first(std::min(total, bytes.size())));
        if (!view.skip_extensions())
            return std::nullopt;
        return view;
    }

    // The fixed header and all extension headers, bytes.
    [[nodiscard]] constexpr std::size_t header_size() const noexcept { return header_; }
    // As the header has it, extension headers included; there may be fewer bytes.
    [[nodiscard]] constexpr std::size_t payload_size() const noexcept {
        return detail::word_at(bytes_, 4);
    }
    // Fields of the header, as they are there; numbers and IPv4 addresses in host order.
    [[nodiscard]] constexpr std::uint8_t traffic_class() const noexcept {
        return static_cast<std::uint8_t>(detail::word_at(bytes_, 0) >> 4U);
    }
    [[nodiscard]] constexpr std::uint32_t flow_label() const noexcept {
        return detail::long_at(bytes_, 0) & 0xfffffU;
    }
    [[nodiscard]] constexpr std::uint8_t hop_limit() const noexcept {
        return detail::byte_at(bytes_, 7);
    }
    [[nodiscard]] constexpr std::span<const std::byte, 16> source() const noexcept {
        return bytes_.subspan<8, 16>();
    }
    [[nodiscard]] constexpr std::span<const std::byte, 16> destination() const noexcept {
        return bytes_.subspan<24, 16>();
    }
    // How many extension headers there are.
    [[nodiscard]] constexpr int extensions() const noexcept { return extensions_; }
    // Of the payload: what stands behind the last extension header.
    [[nodiscard]] constexpr std::uint8_t protocol() const noexcept { return protocol_; }
    // In bytes. Above 0: the payload begins in the middle, without a header of its protocol.
    [[nodiscard]] constexpr std::size_t fragment_offset() const noexcept { return offset_; }
    [[nodiscard]] constexpr bool more_fragments() const noexcept { return more_; }
    [[nodiscard]] constexpr Bytes payload() const noexcept { return bytes_.subspan(header_); }

  private:
    constexpr explicit Ipv6(Bytes bytes) noexcept
        : bytes_(bytes), protocol_(detail::byte_at(bytes, 6)) {}

    // Each begins with the kind of what follows and, all but the fragment header, its own length.
    [[nodiscard]] constexpr bool skip_extensions() noexcept {
        constexpr std::uint8_t kFragment = 44, kAuthentication = 51;
        while (is_extension(protocol_) && offset_ == 0) {
            const Bytes rest = bytes_.subspan(header_);
            if (extensions_ == kMostExtensions || rest.size() < 8)
                return false;
            std::size_t size = (detail::byte_at(rest, 1) + 1U) * 8U;
            if (protocol_ == kAuthentication)
                size = (detail::byte_at(rest, 1) + 2U) * 4U;
            if (protocol_ == kFragment) {
                size = 8;
                offset_ = detail::word_at(rest, 2) & 0xfff8U;
                more_ = (detail::word_at(rest, 2) & 1U) != 0;
            }
            if (rest.size() < size)
                return false;
            protocol_ = detail::byte_at(rest, 0);
            header_ += size;
            ++extensions_;
        }
        return true;
    }
    // Hop-by-hop options, routing, fragment, authentication, destination options, mobility, HIP,
    // shim6. What is encrypted (50) and "nothing" (59) end the chain.
    [[nodiscard]] static constexpr bool is_extension(std::uint8_t kind) noexcept {
        constexpr std::array<std::uint8_t, 8> kKinds{0, 43, 44, 51, 60, 135, 139, 140};
        return std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end();
    }

    Bytes bytes_;  // the packet
    std::size_t header_ = kBytes;
    std::size_t offset_ = 0;
    int extensions_ = 0;
    std::uint8_t protocol_;
    bool more_ = false;
};

// RFC 768. None for a length below that of the header.
class Udp {
  public:
    static constexpr std::size_t kBytes = 8;  // the header

    // A view of what begins here; none where it is cut off or is not one.
    [[nodiscard]] static constexpr std::optional<Udp> parse(Bytes bytes) noexcept {
        if (bytes.size() < kBytes)
            return std::nullopt;
        const std::size_t size = detail::word_at(bytes, 4);
        if (size < kBytes)
            return std::nullopt;
        return Udp(bytes.first(std::min(size, bytes.size())));
    }

    // Fields of the header, in host order.
    [[nodiscard]] constexpr std::uint16_t source_port() const noexcept {
        return detail::word_at(bytes_, 0);
    }
    [[nodiscard]] constexpr std::uint16_t destination_port() const noexcept {
        return detail::word_at(bytes_, 2);
    }
    // As the header has it, header included; there may be fewer bytes.
    [[nodiscard]] constexpr std::size_t size() const noexcept { return detail::word_at(bytes_, 4); }
    // Nobody verifies it here.
    [[nodiscard]] constexpr std::uint16_t checksum() const noexcept {
        return detail::word_at(bytes_, 6);
    }
    // What is behind the header, up to the end of the bytes.
    [[nodiscard]] constexpr Bytes payload() const noexcept { return bytes_.subspan(kBytes); }

  private:
    constexpr explicit Udp(Bytes bytes) noexcept : bytes_(bytes) {}

    Bytes bytes_;  // the datagram
};

// RFC 9293. None for a data offset below 20 bytes or beyond the bytes.
class Tcp {
  public:
    static constexpr std::size_t kBytes = 20;  // without options
    // The control bits, for flags() and has().
    enum Flag : std::uint8_t {
        fin = 0x01,
        syn = 0x02,
        rst = 0x04,
        psh = 0x08,
        ack = 0x10,
        urg = 0x20,
        ece = 0x40,
        cwr = 0x80,
    };

    // A view of what begins here; none where it is cut off or is not one.
    [[nodiscard]] static constexpr std::optional<Tcp> parse(Bytes bytes) noexcept {
        if (bytes.size() < kBytes)
            return std::nullopt;
        const std::size_t header = (detail::byte_at(bytes, 12) >> 4U) * 4U;
        if (header < kBytes || header > bytes.size())
            return std::nullopt;
        return Tcp(bytes, header);
    }

    [[nodiscard]] constexpr std::size_t header_size() const noexcept { return header_; }  // bytes
    // Fields of the header, in host order.
    [[nodiscard]] constexpr std::uint16_t source_port() const noexcept {
        return detail::word_at(bytes_, 0);
    }
    [[nodiscard]] constexpr std::uint16_t destination_port() const noexcept {
        return detail::word_at(bytes_, 2);
    }
    [[nodiscard]] constexpr std::uint32_t sequence() const noexcept {
        return detail::long_at(bytes_, 4);
    }
    [[nodiscard]] constexpr std::uint32_t acknowledgment() const noexcept {
        return detail::long_at(bytes_, 8);
    }
    [[nodiscard]] constexpr std::uint8_t flags() const noexcept {
        return detail::byte_at(bytes_, 13);
    }
    [[nodiscard]] constexpr bool has(Flag flag) const noexcept { return (flags() & flag) != 0; }
    // As the header has it, not scaled.
    [[nodiscard]] constexpr std::uint16_t window() const noexcept {
        return detail::word_at(bytes_, 14);
    }
    // Nobody verifies it here.
    [[nodiscard]] constexpr std::uint16_t checksum() const noexcept {
        return detail::word_at(bytes_, 16);
    }
    // What stands behind the fixed part of the header, 0 to 40 bytes.
    [[nodiscard]] constexpr Bytes options() const noexcept {
        return bytes_.subspan(kBytes, header_ - kBytes);
    }
    // What is behind the header, up to the end of the bytes.
    [[nodiscard]] constexpr Bytes payload() const noexcept { return bytes_.subspan(header_); }

  private:
    constexpr Tcp(Bytes bytes, std::size_t header) noexcept : bytes_(bytes), header_(header) {}

    Bytes bytes_;
    std::size_t header_;
};

namespace detail {

// The payload of an IP packet of this protocol; none for another one, and for a fragment that does
// not begin with the protocol's header.
template <typename Ip>
[[nodiscard]] constexpr std::optional<Bytes> payload_of(Bytes packet,
                                                        std::uint8_t protocol) noexcept {
    const auto ip = Ip::parse(packet);
    if (!ip || ip->protocol() != protocol || ip->fragment_offset() != 0)
        return std::nullopt;
    return ip->payload();
}

template <typename Transport>
[[nodiscard]] constexpr std::optional<Transport> find(Bytes frame, std::uint8_t protocol) noexcept {
    const auto ethernet = Ethernet::parse(frame);
    std::optional<Bytes> payload;
    if (ethernet && ethernet->type() == kTypeIpv4)
        payload = payload_of<Ipv4>(ethernet->payload(), protocol);
    else if (ethernet && ethernet->type() == kTypeIpv6)
        payload = payload_of<Ipv6>(ethernet->payload(), protocol);
    return payload ? Transport::parse(*payload) : std::nullopt;
}

}  // namespace detail

// The UDP or TCP header of an Ethernet frame with any tags, over IPv4 or IPv6 with any options. Of
// a packet in fragments only the first has it.
[[nodiscard]] constexpr std::optional<Udp> find_udp(Bytes frame) noexcept {
    return detail::find<Udp>(frame, kProtocolUdp);
}
[[nodiscard]] constexpr std::optional<Tcp> find_tcp(Bytes frame) noexcept {
    return detail::find<Tcp>(frame, kProtocolTcp);
}

}  // namespace rxmap
