// SPDX-License-Identifier: MIT
#include "genl.hpp"

#include <fmt/core.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace rxmap::ctl {
namespace {

constexpr std::size_t kRequestBytes = 1024;
constexpr std::size_t kAnswerBytes = 65536;

std::span<const std::byte> bytes_of(const void* data, std::size_t size) {
    return {static_cast<const std::byte*>(data), size};
}

std::span<const std::byte> payload_of(const nlmsghdr* message, std::size_t header) {
    const std::size_t size = mnl_nlmsg_get_payload_len(message);
    const std::size_t skip = MNL_ALIGN(header);
    if (size < skip)
        return {};
    return bytes_of(mnl_nlmsg_get_payload_offset(message, header), size - skip);
}

// What stands behind the errno: a sentence, and where in the request it points to.
Refusal refusal_of(const nlmsghdr* message, const Request& request) {
    const auto* error = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(message));
    std::string text = std::strerror(-error->error);
    std::optional<std::uint16_t> attribute;
    if ((message->nlmsg_flags & NLM_F_ACK_TLVS) != 0) {
        // the request is repeated, unless the socket asked for its header only
        std::size_t header = sizeof(nlmsgerr);
        if ((message->nlmsg_flags & NLM_F_CAPPED) == 0)
            header += mnl_nlmsg_get_payload_len(&error->msg);
        for (const Attribute& tlv : parse_attributes(payload_of(message, header))) {
            if (tlv.type == NLMSGERR_ATTR_MSG)
                text = tlv.text();
            if (tlv.type == NLMSGERR_ATTR_OFFS)
                attribute = request.type_at(static_cast<std::uint32_t>(tlv.number()));
        }
    }
    return {-error->error, text, attribute};
}

}  // namespace

std::uint64_t Attribute::number() const {
    std::uint64_t eight = 0;
    std::uint32_t four = 0;
    std::uint16_t two = 0;
    switch (payload.size()) {
        case sizeof(eight):
            std::memcpy(&eight, payload.data(), sizeof(eight));
            return eight;
        case sizeof(four):
            std::memcpy(&four, payload.data(), sizeof(four));
            return four;
        case sizeof(two):
            std::memcpy(&two, payload.data(), sizeof(two));
            return two;
        default:
            return 0;
    }
}

std::string Attribute::text() const {
    const auto* begin = reinterpret_cast<const char*>(payload.data());
    return {begin, std::find(begin, begin + payload.size(), '\0')};
}

std::vector<Attribute> Attribute::children() const {
    return parse_attributes(payload);
}

std::vector<Attribute> parse_attributes(std::span<const std::byte> bytes) {
    std::vector<Attribute> found;
    while (bytes.size() >= MNL_ATTR_HDRLEN) {
        nlattr header{};
        std::memcpy(&header, bytes.data(), sizeof(header));
        if (header.nla_len < MNL_ATTR_HDRLEN || header.nla_len > bytes.size())
            break;
        found.push_back({static_cast<std::uint16_t>(header.nla_type & NLA_TYPE_MASK),
                         bytes.subspan(MNL_ATTR_HDRLEN, header.nla_len - MNL_ATTR_HDRLEN)});
        bytes = bytes.subspan(std::min<std::size_t>(MNL_ALIGN(header.nla_len), bytes.size()));
    }
    return found;
}

Request::Request(std::uint8_t command) : buffer_(kRequestBytes / sizeof(std::uint64_t)) {
    mnl_nlmsg_put_header(buffer_.data());
    auto* header =
        static_cast<genlmsghdr*>(mnl_nlmsg_put_extra_header(this->header(), sizeof(genlmsghdr)));
    header->cmd = command;
    header->version = 1;
}

nlmsghdr* Request::header() {
    return reinterpret_cast<nlmsghdr*>(buffer_.data());
}

const nlmsghdr* Request::header() const {
    return reinterpret_cast<const nlmsghdr*>(buffer_.data());
}

Request& Request::put(std::uint16_t type, std::uint32_t number) {
    if (!mnl_attr_put_u32_check(header(), kRequestBytes, type, number))
        throw std::length_error("netlink request too long");
    return *this;
}

Request& Request::nest(std::uint16_t type, const std::function<void(Request&)>& fill) {
    nlattr* start = mnl_attr_nest_start_check(header(), kRequestBytes, type);
    if (start == nullptr)
        throw std::length_error("netlink request too long");
    fill(*this);
    mnl_attr_nest_end(header(), start);
    return *this;
}

std::vector<Attribute> Request::attributes() const {
    return parse_attributes(payload_of(header(), sizeof(genlmsghdr)));
}

std::optional<std::uint16_t> Request::type_at(std::uint32_t offset) const {
    if (offset + sizeof(nlattr) > header()->nlmsg_len)
        return std::nullopt;
    nlattr attribute{};
    std::memcpy(&attribute, reinterpret_cast<const char*>(header()) + offset, sizeof(attribute));
    return static_cast<std::uint16_t>(attribute.nla_type & NLA_TYPE_MASK);
}

Genl::Genl(const std::string& family, const std::string& absent)
    : socket_(mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC), &mnl_socket_close) {
    int on = 1;
    if (!socket_ || mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0 ||
        mnl_socket_setsockopt(socket_.get(), NETLINK_EXT_ACK, &on, sizeof(on)) < 0 ||
        mnl_socket_setsockopt(socket_.get(), NETLINK_CAP_ACK, &on, sizeof(on)) < 0)
        throw std::system_error(errno, std::generic_category(), "generic netlink socket");
    resolve(family, absent);
}

void Genl::resolve(const std::string& family, const std::string& absent) {
    Request request(CTRL_CMD_GETFAMILY);
    mnl_attr_put_strz_check(request.header(), kRequestBytes, CTRL_ATTR_FAMILY_NAME, family.c_str());
    std::vector<Message> answers;
    try {
        answers = talk(request, GENL_ID_CTRL, NLM_F_ACK);
    } catch (const Refusal& refusal) {
        throw std::runtime_error(refusal.error() == ENOENT ? absent : refusal.what());
    }
    for (const Message& answer : answers) {
        for (const Attribute& attribute : answer.attributes()) {
            if (attribute.type == CTRL_ATTR_FAMILY_ID)
                family_ = static_cast<std::uint16_t>(attribute.number());
            if (attribute.type != CTRL_ATTR_MCAST_GROUPS)
                continue;
            for (const Attribute& group : attribute.children()) {
                std::pair<std::string, std::uint32_t> one;
                for (const Attribute& part : group.children()) {
                    if (part.type == CTRL_ATTR_MCAST_GRP_NAME)
                        one.first = part.text();
                    if (part.type == CTRL_ATTR_MCAST_GRP_ID)
                        one.second = static_cast<std::uint32_t>(part.number());
                }
                groups_.push_back(std::move(one));
            }
        }
    }
}

// True: that was the last one.
bool Genl::take(const nlmsghdr* message, const Request& request, std::vector<Message>& answers) {
    if (message->nlmsg_type == NLMSG_DONE)
        return true;
    if (message->nlmsg_type == NLMSG_ERROR) {
        if (static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(message))->error == 0)
            return true;
        throw refusal_of(message, request);
    }
    const auto attributes = payload_of(message, sizeof(genlmsghdr));
    const auto* header = static_cast<const genlmsghdr*>(mnl_nlmsg_get_payload(message));
    answers.push_back({header->cmd, {attributes.begin(), attributes.end()}});
    return false;
}

std::vector<Message> Genl::talk(Request& request, std::uint16_t type, unsigned flags) {
    nlmsghdr* header = request.header();
    header->nlmsg_type = type;
    header->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    header->nlmsg_seq = ++sequence_;
    if (mnl_socket_sendto(socket_.get(), header, header->nlmsg_len) < 0)
        throw std::system_error(errno, std::generic_category(), "generic netlink");
    std::vector<Message> answers;
    alignas(nlmsghdr) std::array<char, kAnswerBytes> buffer;
    for (;;) {
        const ssize_t got = mnl_socket_recvfrom(socket_.get(), buffer.data(), buffer.size());
        if (got < 0)
            throw std::system_error(errno, std::generic_category(), "generic netlink");
        int left = static_cast<int>(got);
        const auto* message = reinterpret_cast<const nlmsghdr*>(buffer.data());
        for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left))
            if (message->nlmsg_seq == sequence_ && take(message, request, answers))
                return answers;
    }
}

std::vector<Message> Genl::ask(Request request) {
    return talk(request, family_, NLM_F_ACK);
}

std::vector<Message> Genl::dump(Request request) {
    return talk(request, family_, NLM_F_DUMP);
}

void Genl::join(const std::string& group) {
    for (const auto& [name, id] : groups_) {
        if (name != group)
            continue;
        int number = static_cast<int>(id);
        if (mnl_socket_setsockopt(socket_.get(), NETLINK_ADD_MEMBERSHIP, &number, sizeof(number)) <
            0)
            throw std::system_error(errno, std::generic_category(), "group " + group);
        return;
    }
    throw std::runtime_error(fmt::format("the kernel has no netlink group '{}'", group));
}

Message Genl::next() {
    alignas(nlmsghdr) std::array<char, kAnswerBytes> buffer;
    while (heard_.empty()) {
        const ssize_t got = mnl_socket_recvfrom(socket_.get(), buffer.data(), buffer.size());
        if (got < 0)
            throw std::system_error(errno, std::generic_category(), "generic netlink");
        int left = static_cast<int>(got);
        const auto* message = reinterpret_cast<const nlmsghdr*>(buffer.data());
        for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left))
            if (message->nlmsg_type == family_ && message->nlmsg_seq == 0)
                take(message, Request(0), heard_);
    }
    Message first = std::move(heard_.front());
    heard_.erase(heard_.begin());
    return first;
}

}  // namespace rxmap::ctl
