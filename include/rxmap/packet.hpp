// SPDX-License-Identifier: MIT
// One packet: a view of it while its batch lives, or a handle that keeps it longer.
#pragma once

#include <linux/rxmap.h>
#include <rxmap/detail/core.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

namespace rxmap {

// A VLAN tag that the device stripped.
struct VlanTag {
    std::uint16_t tci;   // priority, drop eligible, VLAN id: 3, 1 and 12 bits
    std::uint16_t tpid;  // host order: 0x8100, 0x88a8
};

// What a descriptor says about its packet; shared by PacketView and KeptPacket.
template <typename Packet>
class PacketFields {
  public:
    // Bytes of the packet in its frame.
    [[nodiscard]] std::size_t size() const noexcept { return desc().len; }
    // Bytes of the whole packet, as it was on the wire without FCS.
    [[nodiscard]] std::size_t wire_size() const noexcept { return desc().packet_len; }
    // When the kernel (or, see hardware_timestamp(), the device) took it; clock Options::clock.
    [[nodiscard]] std::chrono::nanoseconds timestamp() const noexcept {
        return std::chrono::nanoseconds{static_cast<std::int64_t>(desc().timestamp_ns)};
    }
    // Running number on this ring, without gaps: packets that were dropped have none.
    [[nodiscard]] std::uint32_t sequence() const noexcept { return desc().seq; }
    // What the device or the driver did: found the checksums right; copied it once, because it came
    // in a foreign buffer; took the timestamp itself.
    [[nodiscard]] bool checksum_verified() const noexcept { return has(RXMAP_DESC_CSUM_OK); }
    [[nodiscard]] bool copied() const noexcept { return has(RXMAP_DESC_COPIED); }
    [[nodiscard]] bool hardware_timestamp() const noexcept { return has(RXMAP_DESC_HW_TSTAMP); }
    // The device's hash of the flow; nothing where it made none.
    [[nodiscard]] std::optional<std::uint32_t> hash() const noexcept {
        return has(RXMAP_DESC_HASH) ? std::optional{desc().hash} : std::nullopt;
    }
    // The tag that the device took out; nothing where it is still in the bytes, or there was none.
    [[nodiscard]] std::optional<VlanTag> vlan() const noexcept {
        return has(RXMAP_DESC_VLAN) ? std::optional{VlanTag{desc().vlan_tci, desc().vlan_tpid}}
                                    : std::nullopt;
    }

  private:
    [[nodiscard]] const rxmap_desc& desc() const noexcept {
        return static_cast<const Packet&>(*this).descriptor();
    }
    [[nodiscard]] bool has(std::uint32_t flag) const noexcept { return (desc().flags & flag) != 0; }
};

// A packet that outlives its batch. It is counted against the quota until it is destroyed or
// released; it may be moved to another thread, read there, and destroyed there. What other threads
// give back reaches the kernel at the ring's next take(), wait(), arm() or reclaim(); a wait() that
// sleeps is woken for it. The bytes are good as long as the Ring lives.
class [[nodiscard]] KeptPacket : public PacketFields<KeptPacket> {
  public:
    KeptPacket() noexcept = default;
    // What is moved from is empty.
    KeptPacket(KeptPacket&& other) noexcept : core_(std::move(other.core_)), desc_(other.desc_) {}
    // Gives back what it had, then takes over the other's packet.
    KeptPacket& operator=(KeptPacket&& other) noexcept {
        if (this != &other) {
            release();
            core_ = std::move(other.core_);
            desc_ = other.desc_;
        }
        return *this;
    }
    KeptPacket(const KeptPacket&) = delete;
    KeptPacket& operator=(const KeptPacket&) = delete;
    ~KeptPacket() { release(); }

    // Gives the frame back now; the packet is empty afterwards.
    void release() noexcept {
        if (core_)
            std::exchange(core_, nullptr)->give_back(desc_.frame);
    }

    // False: moved from, released, or kept a second time.
    [[nodiscard]] explicit operator bool() const noexcept { return core_ != nullptr; }

    // The packet from its Ethernet header on; none when it is empty.
    [[nodiscard]] std::span<const std::byte> bytes() const noexcept {
        return core_ ? std::span{core_->data(desc_), desc_.len} : std::span<const std::byte>{};
    }
    // What the kernel said of it, all of it.
    [[nodiscard]] const rxmap_desc& descriptor() const noexcept { return desc_; }

  private:
    friend class PacketView;
    KeptPacket(std::shared_ptr<detail::Core> core, const rxmap_desc& desc) noexcept
        : core_(std::move(core)), desc_(desc) {}

    std::shared_ptr<detail::Core> core_;
    rxmap_desc desc_{};
};

// A packet where the NIC wrote it. Two pointers, no ownership: good while its batch lives.
class PacketView : public PacketFields<PacketView> {
  public:
    // For Batch, which makes them.
    PacketView(detail::Core& core, const rxmap_desc& desc) noexcept : core_(&core), desc_(&desc) {}

    // The packet in its frame, from its Ethernet header on; nobody writes there meanwhile.
    [[nodiscard]] std::span<const std::byte> bytes() const noexcept {
        return {core_->data(*desc_), desc_->len};
    }
    // What the kernel said of it, where it was written.
    [[nodiscard]] const rxmap_desc& descriptor() const noexcept { return *desc_; }

    // Takes the packet out of its batch. A second keep() of the same packet is empty.
    [[nodiscard]] KeptPacket keep() const noexcept {
        if (!core_->keep(*desc_))
            return {};
        return {core_->shared_from_this(), *desc_};
    }

  private:
    detail::Core* core_;
    const rxmap_desc* desc_;
};

}  // namespace rxmap
