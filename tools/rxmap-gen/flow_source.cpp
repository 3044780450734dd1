// SPDX-License-Identifier: MIT
#include "rxmap-gen/flow_source.hpp"

#include <algorithm>
#include <random>

#include "probe/frame.hpp"
#include "rxmap-gen/headers.hpp"

namespace rxmap::gen {
namespace {

constexpr std::size_t kMostIpv4Bytes = 65535;

// "Simple IMIX": 7 small, 4 medium, 1 full packet.
constexpr std::size_t kImixSmall = 64, kImixMedium = 594, kImixFull = 1518;
constexpr int kImixPatterns = 64;  // shuffled patterns before the order repeats

std::size_t ethernet_bytes(bool vlan) noexcept {
    return probe::kEthernetBytes + (vlan ? probe::kVlanBytes : 0);
}

}  // namespace

std::size_t least_frame_size(bool vlan) noexcept {
    return ethernet_bytes(vlan) + probe::kIpv4Bytes + probe::kUdpBytes + probe::kHeaderBytes +
           probe::kFcsBytes;
}

std::size_t most_frame_size(bool vlan) noexcept {
    return ethernet_bytes(vlan) + kMostIpv4Bytes + probe::kFcsBytes;
}

FlowSource::FlowSource(const TrafficOptions& options)
    : options_(options), sequences_(options.flows) {
    make_size_order();
}

void FlowSource::make_size_order() {
    if (!options_.imix) {
        sizes_ = {options_.size - probe::kFcsBytes};
        return;
    }
    // A tag makes the smallest frame 4 bytes longer than 64.
    const std::size_t small = std::max(kImixSmall, least_frame_size(options_.vlan.has_value()));
    std::vector<std::size_t> pattern(7, small - probe::kFcsBytes);
    pattern.insert(pattern.end(), 4, kImixMedium - probe::kFcsBytes);
    pattern.push_back(kImixFull - probe::kFcsBytes);
    std::mt19937_64 random(options_.seed);
    for (int round = 0; round < kImixPatterns; ++round) {
        std::shuffle(pattern.begin(), pattern.end(), random);
        sizes_.insert(sizes_.end(), pattern.begin(), pattern.end());
    }
}

std::size_t FlowSource::next_size() noexcept {
    const std::size_t size = sizes_[next_size_];
    next_size_ = next_size_ + 1 == sizes_.size() ? 0 : next_size_ + 1;
    return size;
}

bool FlowSource::append_next(Batch& batch, std::uint64_t wall_time_ns) {
    if (!batch.has_room(sizes_[next_size_]))
        return false;
    const std::uint32_t index = next_flow_;
    next_flow_ = index + 1 == options_.flows ? 0 : index + 1;
    const probe::Header header{
        .kind = probe::Kind::data,
        .flow = static_cast<std::uint16_t>(options_.first_flow + index),
        .sequence = static_cast<std::uint32_t>(sequences_[index]++),
        .time_ns = wall_time_ns,
    };
    build(batch, index, next_size(), header, FrameClass::sequenced);
    ++built_;
    return true;
}

bool FlowSource::append_end(Batch& batch, std::uint32_t index, std::uint64_t flow_frames,
                            std::uint64_t wall_time_ns) {
    const std::size_t bytes = least_frame_size(options_.vlan.has_value()) - probe::kFcsBytes;
    if (!batch.has_room(bytes))
        return false;
    const probe::Header header{
        .kind = probe::Kind::end,
        .flow = static_cast<std::uint16_t>(options_.first_flow + index),
        .sequence = static_cast<std::uint32_t>(flow_frames),
        .time_ns = wall_time_ns,
    };
    build(batch, index, bytes, header, FrameClass::end);
    return true;
}

void FlowSource::build(Batch& batch, std::uint32_t index, std::size_t frame_bytes,
                       const probe::Header& header, FrameClass what) {
    const std::size_t network = ethernet_bytes(options_.vlan.has_value());
    const std::size_t payload = network + probe::kIpv4Bytes + probe::kUdpBytes;
    const auto frame = batch.append({.bytes = frame_bytes,
                                     .payload_offset = payload,
                                     .payload_bytes = frame_bytes - payload,
                                     .what = what,
                                     .flow = static_cast<std::uint16_t>(index)});
    write_ethernet(frame, options_.destination_mac, options_.source_mac, options_.vlan,
                   probe::kEtherIpv4);
    const std::uint32_t source_ip = options_.source_ip + (options_.source_per_flow ? index : 0);
    write_ipv4(frame.subspan(network), probe::kProtocolUdp, source_ip, options_.destination_ip);
    probe::encode(frame.subspan(payload), header, options_.seed);
    write_udp(frame.subspan(network + probe::kIpv4Bytes), source_ip, options_.destination_ip,
              static_cast<std::uint16_t>(options_.source_port + index), options_.destination_port);
}

}  // namespace rxmap::gen
