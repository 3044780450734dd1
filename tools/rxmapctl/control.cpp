// SPDX-License-Identifier: MIT
#include "control.hpp"

#include <fmt/core.h>
#include <linux/rxmap_netlink.h>
#include <net/if.h>

#include <charconv>

namespace rxmap::ctl {
namespace {

std::uint32_t parse_number(const std::string& what, const std::string& text) {
    std::uint32_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end)
        throw std::runtime_error(fmt::format("{}: '{}' is not a number", what, text));
    return value;
}

std::uint32_t parse_policy(const std::string& text) {
    std::string known;
    for (const Name& name : kPolicies) {
        if (name.text == text)
            return name.number;
        known += (known.empty() ? "" : ", ") + std::string(name.text);
    }
    throw std::runtime_error(fmt::format("moderation: '{}' is none of: {}", text, known));
}

struct Word {
    const char* text;
    std::uint16_t attribute;
};
constexpr Word kWords[] = {
    {"budget", RXMAP_A_QUEUE_BUDGET},
    {"moderation", RXMAP_A_QUEUE_MODERATION},
    {"usecs", RXMAP_A_QUEUE_USECS_REQUESTED},
    {"frames", RXMAP_A_QUEUE_FRAMES_REQUESTED},
    {"poll-usecs", RXMAP_A_QUEUE_POLL_USECS},
    {"awake-usecs", RXMAP_A_QUEUE_AWAKE_USECS},
    {"behind-usecs", RXMAP_A_QUEUE_BEHIND_USECS},
    {"deadman-usecs", RXMAP_A_QUEUE_DEADMAN_USECS},
};

// "budget, moderation, ..."
std::string all_words() {
    std::string all;
    for (const Word& word : kWords)
        all += (all.empty() ? "" : ", ") + std::string(word.text);
    return all;
}

std::uint16_t attribute_of(const std::string& word) {
    for (const Word& known : kWords)
        if (word == known.text)
            return known.attribute;
    throw std::runtime_error(fmt::format("'{}' is none of: {}", word, all_words()));
}

unsigned ifindex_of(const std::string& ifname) {
    const unsigned ifindex = if_nametoindex(ifname.c_str());
    if (ifindex == 0)
        throw std::runtime_error(
            fmt::format("'{}': no such interface in this network namespace", ifname));
    return ifindex;
}

}  // namespace

Wish::Wish(const std::vector<std::string>& words) {
    for (std::size_t i = 0; i < words.size(); i += 2) {
        const std::uint16_t attribute = attribute_of(words[i]);
        if (i + 1 == words.size())
            throw std::runtime_error(fmt::format("{}: a value is missing", words[i]));
        const std::string& value = words[i + 1];
        if (!said(attribute).empty())
            throw std::runtime_error(fmt::format("{} is given twice", words[i]));
        parts_.push_back({attribute,
                          attribute == RXMAP_A_QUEUE_MODERATION ? parse_policy(value)
                                                                : parse_number(words[i], value),
                          words[i] + ' ' + value});
    }
    if (parts_.empty())
        throw std::runtime_error("nothing to change is given: " + all_words());
}

std::string Wish::said(std::uint16_t attribute) const {
    for (const Part& part : parts_)
        if (part.attribute == attribute)
            return part.said;
    return {};
}

Request Wish::request(unsigned ifindex, std::optional<unsigned> queue) const {
    Request request(RXMAP_CMD_QUEUE_SET);
    request.put(RXMAP_A_QUEUE_IFINDEX, ifindex);
    if (queue)
        request.put(RXMAP_A_QUEUE_QUEUE, *queue);
    for (const Part& part : parts_) {
        if (part.attribute == RXMAP_A_QUEUE_MODERATION)
            request.nest(part.attribute, [&](Request& inside) {
                inside.put(RXMAP_A_MODERATION_POLICY, part.value);
            });
        else
            request.put(part.attribute, part.value);
    }
    return request;
}

Control::Control()
    : genl_(RXMAP_FAMILY_NAME, "the kernel has no netlink family 'rxmap' (is rxmap.ko loaded?)") {}

std::vector<Record> Control::dump(std::uint8_t command, const Fields& fields,
                                  const std::string& ifname) {
    Request request(command);
    if (!ifname.empty())
        request.put(RXMAP_A_QUEUE_IFINDEX, ifindex_of(ifname));
    std::vector<Record> records;
    try {
        for (const Message& message : genl_.dump(std::move(request)))
            records.emplace_back(fields, message.attributes());
    } catch (const Refusal& refusal) {
        throw std::runtime_error(fmt::format("{}: {}", ifname, refusal.what()));
    }
    return records;
}

std::vector<Record> Control::queues(const std::string& ifname) {
    return dump(RXMAP_CMD_QUEUE_GET, kQueue, ifname);
}

std::vector<Record> Control::rings(const std::string& ifname) {
    return dump(RXMAP_CMD_RING_GET, kRing, ifname);
}

std::vector<Record> Control::stats(const std::string& ifname) {
    return dump(RXMAP_CMD_STATS_GET, kStats, ifname);
}

void Control::set(const std::string& ifname, std::optional<unsigned> queue, const Wish& wish) {
    try {
        genl_.ask(wish.request(ifindex_of(ifname), queue));
    } catch (const Refusal& refusal) {
        std::string what = refusal.attribute() ? wish.said(*refusal.attribute()) : "";
        if (queue && refusal.attribute() == RXMAP_A_QUEUE_QUEUE)
            what = fmt::format("--queue {}", *queue);
        throw std::runtime_error(
            fmt::format("set {}{}{}: {}", ifname, what.empty() ? "" : " ", what, refusal.what()));
    }
}

void Control::listen() {
    genl_.join(RXMAP_MCGRP_EVENTS);
}

Event Control::next_event() {
    for (;;) {
        const Message message = genl_.next();
        const std::string_view name = name_of(kEvents, message.command);
        if (!name.empty())
            return {std::string(name),
                    Record(message.command == RXMAP_CMD_QUEUE_NTF ? kQueue : kRing,
                           message.attributes())};
    }
}

}  // namespace rxmap::ctl
