// SPDX-License-Identifier: MIT
#include "show.hpp"

#include <fmt/core.h>

namespace rxmap::ctl {
namespace {

bool same_queue(const Record& a, const Record& b) {
    return a.number("ifindex") == b.number("ifindex") && a.number("queue") == b.number("queue");
}

const Record* ring_of(const Record& queue, const std::vector<Record>& rings) {
    for (const Record& ring : rings)
        if (same_queue(queue, ring))
            return &ring;
    return nullptr;
}

// "50", or "50 -> 128": requested, and what came of it.
std::string both(const Record& queue, const std::string& name) {
    const auto requested = queue.number(name + "_requested");
    const auto effective = queue.number(name + "_effective");
    return requested == effective ? std::to_string(requested)
                                  : fmt::format("{} -> {}", requested, effective);
}

// The policy, and the values that it alone uses: "poll, 50 us".
std::string moderation(const Record& queue) {
    const std::string policy = queue.nest("moderation").text("policy");
    if (policy == "poll")
        return fmt::format("poll, {} us", queue.number("poll_usecs"));
    if (policy == "consumer")
        return fmt::format("consumer, {}/{}/{} us", queue.number("awake_usecs"),
                           queue.number("behind_usecs"), queue.number("deadman_usecs"));
    return policy;
}

std::string holder(const Record& ring) {
    return fmt::format("{} ({}), {}", ring.number("pid"), ring.text("comm"), ring.text("mode"));
}

}  // namespace

std::string queue_table(const std::vector<Record>& queues, const std::vector<Record>& rings) {
    constexpr const char* kLine = "{:<16}{:<7}{:<8}{:<28}{:<14}{:<14}{}\n";
    std::string out = fmt::format(fmt::runtime(kLine), "INTERFACE", "QUEUE", "BUDGET", "MODERATION",
                                  "USECS", "FRAMES", "MAPPED BY");
    for (const Record& queue : queues) {
        const Record* ring = ring_of(queue, rings);
        out += fmt::format(fmt::runtime(kLine), queue.text("ifname"), queue.number("queue"),
                           queue.number("budget"), moderation(queue), both(queue, "usecs"),
                           both(queue, "frames"), ring == nullptr ? "-" : holder(*ring));
    }
    return out;
}

std::string queue_json(const std::vector<Record>& queues, const std::vector<Record>& rings) {
    std::string out = "[";
    std::uint64_t interface = 0;
    for (const Record& queue : queues) {
        const bool next = queue.number("ifindex") != interface;
        if (next)
            out += fmt::format("{}\n  {{\"ifname\": {}, \"ifindex\": {}, \"queues\": [",
                               interface == 0 ? "" : "\n  ]},", json_string(queue.text("ifname")),
                               queue.number("ifindex"));
        interface = queue.number("ifindex");
        std::string one = queue.json({"ifname", "ifindex"});
        one.pop_back();
        const Record* ring = ring_of(queue, rings);
        out += fmt::format("{}\n    {}, \"ring\": {}}}", next ? "" : ",", one,
                           ring == nullptr ? "null" : ring->json({"ifname", "ifindex", "queue"}));
    }
    return out + (queues.empty() ? "]\n" : "\n  ]}\n]\n");
}

std::string limit_text(const std::string& limit) {
    if (limit == "none" || limit.empty())
        return {};
    if (limit == "policy")
        return "the moderation policy decides otherwise";
    if (limit == "device-min")
        return "the device cannot do less";
    if (limit == "device-unable")
        return "the device cannot do it";
    if (limit == "ring")
        return "half the RX ring is the most";
    return limit;
}

std::string not_as_asked(const std::vector<Record>& queues, std::optional<unsigned> queue) {
    std::string out;
    for (const Record& one : queues) {
        if (queue && one.number("queue") != *queue)
            continue;
        for (const std::string name : {"usecs", "frames"}) {
            const std::string why = limit_text(one.text(name + "_limit"));
            if (!why.empty())
                out += fmt::format("{} queue {}: {} {} requested, {} in force: {}\n",
                                   one.text("ifname"), one.number("queue"), name,
                                   one.number(name + "_requested"), one.number(name + "_effective"),
                                   why);
        }
    }
    return out;
}

std::string event_line(const Event& event) {
    const Record& record = event.record;
    const std::string place = fmt::format("{:<16} {} queue {}: ", event.name, record.text("ifname"),
                                          record.number("queue"));
    if (event.name == "queue-ntf")
        return place + fmt::format("budget {} moderation {} usecs {} frames {}\n",
                                   record.number("budget"), moderation(record),
                                   both(record, "usecs"), both(record, "frames"));
    return place + fmt::format("{}, {}{}\n", holder(record), record.text("state"),
                               record.number("reason") == 0 ? "" : ": " + record.text("reason"));
}

std::string event_json(const Event& event) {
    return fmt::format("{{\"event\": {}, {}\n", json_string(event.name),
                       event.record.json().substr(1));
}

}  // namespace rxmap::ctl
