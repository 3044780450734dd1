// SPDX-License-Identifier: MIT
#include "rxmap-gen/neighbour.hpp"

#include <unistd.h>

#include <algorithm>

#include "probe/bytes.hpp"
#include "probe/frame.hpp"
#include "rxmap-gen/headers.hpp"

namespace rxmap::gen {

using probe::load_be16;
using probe::load_be32;
using probe::store_be;

namespace {

constexpr std::size_t kMostAnswersWaiting = 64;
constexpr std::size_t kMacBytes = 6;

// RFC 826: hardware Ethernet, protocol IPv4, then the two pairs of addresses.
constexpr std::uint64_t kArpEthernetIpv4 = 0x0001'0800'0604;
constexpr std::size_t kArpBytes = 28;
constexpr std::size_t kArpOperation = 6, kArpSenderMac = 8, kArpSenderIp = 14, kArpTargetMac = 18,
                      kArpTargetIp = 24;
constexpr std::uint16_t kArpRequest = 1, kArpReply = 2;

// RFC 792: type, code, checksum, identifier, sequence.
constexpr std::size_t kIcmpBytes = 8;
constexpr std::size_t kIcmpChecksum = 2, kIcmpId = 4, kIcmpSequence = 6;
constexpr std::byte kEchoReply{0}, kEchoRequest{8};
constexpr std::size_t kPingDataBytes = 32;

void write_icmp_checksum(std::span<std::byte> message) noexcept {
    store_be<2>(message, kIcmpChecksum, 0);
    store_be<2>(message, kIcmpChecksum, probe::internet_checksum(probe::internet_sum(0, message)));
}

bool icmp_checksum_right(std::span<const std::byte> message) noexcept {
    return probe::internet_checksum(probe::internet_sum(0, message)) == 0;
}

}  // namespace

Neighbour::Neighbour(const Options& options)
    : mac_(options.traffic.source_mac),
      peer_mac_(options.traffic.destination_mac),
      ip_(options.traffic.source_ip),
      vlan_(options.traffic.vlan),
      // Without an answer to its ARP request the other side could not reply to our ping.
      answer_(options.answer || options.ping.has_value()),
      target_(options.ping),
      ping_id_(static_cast<std::uint16_t>(getpid())) {}

void Neighbour::on_frame(std::span<const std::byte> frame) {
    ++counts_.frames_in;
    counts_.bytes_in += frame.size();
    const auto network = probe::network_layer(frame);
    if (!network)
        return;
    if (network->ether_type == probe::kEtherArp)
        on_arp(frame, network->bytes);
    else if (network->ether_type == probe::kEtherIpv4)
        on_icmp(frame);
}

std::vector<std::byte>* Neighbour::begin_answer(std::span<const std::byte> frame) {
    if (answers_.size() >= kMostAnswersWaiting) {
        ++counts_.answers_dropped;
        return nullptr;
    }
    auto& answer = answers_.emplace_back(frame.begin(), frame.end());
    std::copy_n(frame.begin() + kMacBytes, kMacBytes, answer.begin());
    std::copy(mac_.begin(), mac_.end(), answer.begin() + kMacBytes);
    return &answer;
}

void Neighbour::on_arp(std::span<const std::byte> frame, std::span<const std::byte> packet) {
    if (!answer_ || packet.size() < kArpBytes || probe::load_be<6>(packet, 0) != kArpEthernetIpv4 ||
        load_be16(packet, kArpOperation) != kArpRequest || load_be32(packet, kArpTargetIp) != ip_)
        return;
    auto* answer = begin_answer(frame);
    if (answer == nullptr)
        return;
    const auto reply = std::span(*answer).subspan(frame.size() - packet.size());
    store_be<2>(reply, kArpOperation, kArpReply);
    std::copy(mac_.begin(), mac_.end(), reply.begin() + kArpSenderMac);
    store_be<4>(reply, kArpSenderIp, ip_);
    std::copy_n(packet.begin() + kArpSenderMac, kMacBytes, reply.begin() + kArpTargetMac);
    store_be<4>(reply, kArpTargetIp, load_be32(packet, kArpSenderIp));
    ++counts_.arp_answered;
}

void Neighbour::on_icmp(std::span<const std::byte> frame) {
    const auto packet = probe::ipv4_payload(frame);
    if (!packet || packet->protocol != probe::kProtocolIcmp || packet->destination != ip_ ||
        packet->bytes.size() < kIcmpBytes || !icmp_checksum_right(packet->bytes))
        return;
    if (packet->bytes[0] == kEchoRequest)
        on_echo_request(frame);
    else if (packet->bytes[0] == kEchoReply && target_ && packet->source == *target_)
        on_echo_reply(packet->bytes);
}

void Neighbour::on_echo_request(std::span<const std::byte> frame) {
    greeted_ = true;
    if (!answer_)
        return;
    auto* answer = begin_answer(frame);
    if (answer == nullptr)
        return;
    // Swapping the two addresses leaves the IPv4 header checksum right (RFC 1071).
    const auto request = *probe::ipv4_payload(frame);
    const auto network = *probe::network_layer(frame);
    const auto packet = std::span(*answer).subspan(frame.size() - network.bytes.size());
    store_be<4>(packet, 12, request.destination);
    store_be<4>(packet, 16, request.source);
    const auto start = static_cast<std::size_t>(request.bytes.data() - frame.data());
    const auto message = std::span(*answer).subspan(start, request.bytes.size());
    message[0] = kEchoReply;
    write_icmp_checksum(message);
    ++counts_.pings_answered;
}

void Neighbour::on_echo_reply(std::span<const std::byte> message) {
    if (load_be16(message, kIcmpId) != ping_id_)
        return;
    const std::uint16_t number = load_be16(message, kIcmpSequence);
    counts_.ping_replies += open_pings_[number] ? 1 : 0;
    open_pings_[number] = false;
}

void Neighbour::append_answers(Batch& batch) {
    std::size_t taken = 0;
    for (const auto& answer : answers_) {
        if (!batch.has_room(answer.size()))
            break;
        const auto to = batch.append({.bytes = answer.size(), .what = FrameClass::reply});
        std::copy(answer.begin(), answer.end(), to.begin());
        ++taken;
    }
    answers_.erase(answers_.begin(), answers_.begin() + static_cast<std::ptrdiff_t>(taken));
}

bool Neighbour::append_ping(Batch& batch) {
    const std::size_t ethernet = probe::kEthernetBytes + (vlan_ ? probe::kVlanBytes : 0);
    const std::size_t bytes = ethernet + probe::kIpv4Bytes + kIcmpBytes + kPingDataBytes;
    if (!target_ || !batch.has_room(bytes))
        return false;
    const auto frame = batch.append({.bytes = bytes, .what = FrameClass::ping});
    write_ethernet(frame, peer_mac_, mac_, vlan_, probe::kEtherIpv4);
    const auto packet = frame.subspan(ethernet);
    write_ipv4(packet, probe::kProtocolIcmp, ip_, *target_);
    const auto message = packet.subspan(probe::kIpv4Bytes);
    message[0] = kEchoRequest;
    message[1] = std::byte{0};
    store_be<2>(message, kIcmpId, ping_id_);
    store_be<2>(message, kIcmpSequence, next_ping_);
    std::fill(message.begin() + kIcmpBytes, message.end(), std::byte{'r'});
    write_icmp_checksum(message);
    open_pings_[next_ping_++] = true;
    return true;
}

}  // namespace rxmap::gen
