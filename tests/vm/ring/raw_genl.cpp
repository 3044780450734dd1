// SPDX-License-Identifier: MIT
#include "raw_genl.hpp"

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace vm {
namespace {

template <typename T>
T at(const Bytes& bytes, std::size_t offset) {
    T value{};
    if (offset + sizeof(T) <= bytes.size())
        std::memcpy(&value, bytes.data() + offset, sizeof(T));
    return value;
}

Bytes part(const Bytes& bytes, std::size_t from, std::size_t to) {
    from = std::min(from, bytes.size());
    to = std::max(from, std::min(to, bytes.size()));
    return {bytes.begin() + static_cast<std::ptrdiff_t>(from),
            bytes.begin() + static_cast<std::ptrdiff_t>(to)};
}

std::vector<std::pair<std::uint16_t, Bytes>> split(const Bytes& attributes) {
    std::vector<std::pair<std::uint16_t, Bytes>> found;
    for (std::size_t i = 0; i + NLA_HDRLEN <= attributes.size();) {
        const auto header = at<nlattr>(attributes, i);
        if (header.nla_len < NLA_HDRLEN)
            break;
        found.emplace_back(header.nla_type & NLA_TYPE_MASK,
                           part(attributes, i + NLA_HDRLEN, i + header.nla_len));
        i += NLA_ALIGN(header.nla_len);
    }
    return found;
}

/// What an NLMSG_ERROR says about `request`.
void read_error(Reply& reply, const nlmsghdr& header, const Bytes& one, const Bytes& request) {
    reply.error = -at<nlmsgerr>(one, NLMSG_HDRLEN).error;
    if ((header.nlmsg_flags & NLM_F_ACK_TLVS) == 0)
        return;
    const Bytes extack = part(one, NLMSG_HDRLEN + sizeof(nlmsgerr), header.nlmsg_len);
    for (const auto& [type, payload] : split(extack)) {
        if (type == NLMSGERR_ATTR_MSG)
            reply.text.assign(payload.begin(), payload.end() - 1);
        if (type == NLMSGERR_ATTR_OFFS)
            reply.refused = at<nlattr>(request, at<std::uint32_t>(payload, 0)).nla_type &
                            static_cast<std::uint16_t>(NLA_TYPE_MASK);
        if (type == NLMSGERR_ATTR_MISS_TYPE)
            reply.missing = at<std::uint32_t>(payload, 0);
    }
}

}  // namespace

Bytes attribute(std::uint16_t type, const Bytes& payload) {
    const nlattr header{static_cast<std::uint16_t>(NLA_HDRLEN + payload.size()), type};
    Bytes bytes(NLA_HDRLEN);
    std::memcpy(bytes.data(), &header, sizeof(header));
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    bytes.resize(NLA_ALIGN(bytes.size()));
    return bytes;
}

Bytes number(std::uint16_t type, std::uint32_t value) {
    Bytes payload(sizeof(value));
    std::memcpy(payload.data(), &value, sizeof(value));
    return attribute(type, payload);
}

Bytes nest(std::uint16_t type, const Bytes& attributes) {
    return attribute(type | NLA_F_NESTED, attributes);
}

Bytes operator+(Bytes left, const Bytes& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

std::optional<Bytes> find(const Bytes& attributes, std::uint16_t type) {
    for (auto& [found, payload] : split(attributes))
        if (found == type)
            return payload;
    return std::nullopt;
}

std::uint64_t find_number(const Bytes& attributes, std::uint16_t type) {
    const auto payload = find(attributes, type);
    if (!payload)
        throw std::runtime_error("no attribute " + std::to_string(type));
    return payload->size() == 8 ? at<std::uint64_t>(*payload, 0) : at<std::uint32_t>(*payload, 0);
}

RawGenl::RawGenl(const std::string& family)
    : fd_(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC)) {
    const int on = 1;
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    if (fd_ < 0 || bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
        setsockopt(fd_, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on)) != 0 ||
        setsockopt(fd_, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on)) != 0)
        throw std::runtime_error("generic netlink socket");
    resolve(family);
}

RawGenl::~RawGenl() {
    close(fd_);
}

void RawGenl::resolve(const std::string& name) {
    Bytes payload(name.begin(), name.end());
    payload.push_back(0);
    const Reply reply =
        talk(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, attribute(CTRL_ATTR_FAMILY_NAME, payload), 0);
    if (reply.error != 0 || reply.messages.empty())
        throw std::runtime_error("no netlink family " + name);
    const Bytes& family = reply.messages.front();
    family_ = at<std::uint16_t>(*find(family, CTRL_ATTR_FAMILY_ID), 0);
    const auto group = find(*find(family, CTRL_ATTR_MCAST_GROUPS), 1);
    group_ = static_cast<std::uint32_t>(find_number(*group, CTRL_ATTR_MCAST_GRP_ID));
}

Bytes RawGenl::message(std::uint16_t type, std::uint8_t command, const Bytes& attributes,
                       std::uint16_t flags) {
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(NLMSG_HDRLEN + GENL_HDRLEN + attributes.size());
    header.nlmsg_type = type;
    header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    header.nlmsg_seq = ++sequence_;
    const genlmsghdr inner{command, 1, 0};
    Bytes bytes(NLMSG_HDRLEN + GENL_HDRLEN);
    std::memcpy(bytes.data(), &header, sizeof(header));
    std::memcpy(bytes.data() + NLMSG_HDRLEN, &inner, sizeof(inner));
    return std::move(bytes) + attributes;
}

Reply RawGenl::talk(std::uint16_t type, std::uint8_t command, const Bytes& attributes,
                    std::uint16_t flags) {
    const std::uint16_t wanted = (flags & NLM_F_DUMP) == 0 ? flags | NLM_F_ACK : flags;
    const Bytes request = message(type, command, attributes, wanted);
    if (::send(fd_, request.data(), request.size(), 0) < 0)
        throw std::runtime_error("send");
    Reply reply;
    for (Bytes buffer(65536);;) {
        const ssize_t got = recv(fd_, buffer.data(), buffer.size(), 0);
        if (got < 0)
            throw std::runtime_error("recv");
        for (std::size_t i = 0; i + NLMSG_HDRLEN <= static_cast<std::size_t>(got);) {
            const auto header = at<nlmsghdr>(buffer, i);
            const Bytes one = part(buffer, i, i + header.nlmsg_len);
            i += NLMSG_ALIGN(header.nlmsg_len);
            if (header.nlmsg_seq != sequence_)
                continue;
            if (header.nlmsg_type == NLMSG_ERROR)
                read_error(reply, header, one, request);
            if (header.nlmsg_type == NLMSG_ERROR || header.nlmsg_type == NLMSG_DONE)
                return reply;
            reply.messages.push_back(part(one, NLMSG_HDRLEN + GENL_HDRLEN, one.size()));
        }
    }
}

Reply RawGenl::ask(std::uint8_t command, const Bytes& attributes, std::uint16_t flags) {
    return talk(family_, command, attributes, flags);
}

void RawGenl::send(std::uint8_t command, const Bytes& attributes, std::uint16_t flags) {
    const Bytes request = message(family_, command, attributes, flags);
    (void)::send(fd_, request.data(), request.size(), MSG_DONTWAIT);
}

void RawGenl::drain() {
    Bytes buffer(65536);
    while (recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT) >= 0 || errno == ENOBUFS) {
    }
}

void RawGenl::listen() {
    if (setsockopt(fd_, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group_, sizeof(group_)) != 0)
        throw std::runtime_error("joining the group");
}

std::optional<Notice> RawGenl::next(int patience_ms) {
    pollfd waiting{fd_, POLLIN, 0};
    if (poll(&waiting, 1, patience_ms) != 1)
        return std::nullopt;
    Bytes buffer(65536);
    const ssize_t got = recv(fd_, buffer.data(), buffer.size(), 0);
    buffer.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return Notice{at<genlmsghdr>(buffer, NLMSG_HDRLEN).cmd,
                  part(buffer, NLMSG_HDRLEN + GENL_HDRLEN, buffer.size())};
}

}  // namespace vm
