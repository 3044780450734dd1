// SPDX-License-Identifier: MIT
#include "view.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <sstream>

namespace rxmap::top {
namespace {

using ctl::Record;

constexpr std::array kPhases{
    std::pair{"interrupt", '.'},
    std::pair{"polling", '#'},
    std::pair{"busy", 'B'},
    std::pair{"suspended", '-'},
};

const Record* same_queue(const std::vector<Record>& records, const Record& queue) {
    const auto found = std::find_if(records.begin(), records.end(), [&](const Record& other) {
        return other.number("ifindex") == queue.number("ifindex") &&
               other.number("queue") == queue.number("queue");
    });
    return found == records.end() ? nullptr : &*found;
}

// A counter that fell was started again: nothing is known of it.
std::map<std::string, double> rates_of(const Record& before, const Record& after, double seconds) {
    std::map<std::string, double> rates;
    for (const auto& [name, last] : after.numbers()) {
        const std::uint64_t first = before.number(name);
        if (name != "ifindex" && name != "queue")
            rates[name] =
                last < first || seconds <= 0 ? 0 : static_cast<double>(last - first) / seconds;
    }
    return rates;
}

std::string rates_json(const std::map<std::string, double>& rates) {
    std::string out;
    for (const auto& [name, rate] : rates)
        out += fmt::format("{}{}: {:.3f}", out.empty() ? "" : ", ", ctl::json_string(name), rate);
    return "{" + out + "}";
}

std::string ring_line(const QueueView& view) {
    if (!view.ring)
        return "  not mapped\n";
    const Record& ring = *view.ring;
    const auto rate = [&](const char* name) {
        const auto found = view.ring_rates.find(name);
        return found == view.ring_rates.end() ? 0 : found->second;
    };
    return fmt::format(
        "  {} ({}) is {}, {} unread; the ring: {}\n"
        "  consumer holds {} of {} frames, NIC {}, free {}\n"
        "  wake-ups/s {:.0f}, saved/s {:.0f}, packets dropped/s {:.0f}\n",
        ring.text("comm"), ring.number("pid"), ring.text("consumer"), ring.number("unread"),
        ring.text("state"), ring.number("delivered"), ring.number("quota"), ring.number("posted"),
        ring.number("free"), rate("wakeups"), rate("wakeups_saved"),
        rate("drop_quota") + rate("drop_slots") + rate("drop_no_frame"));
}

std::string queue_lines(const QueueView& view, const std::string& strip) {
    const Record& queue = view.queue;
    const double packets = view.rate("rx_packets");
    const double polls = view.rate("polls");
    std::string out = fmt::format(
        "{} queue {}: packets/s {:.0f}  Mbit/s {:.2f}  interrupts/s {:.0f}  mmio/packet {:.3f}\n"
        "  polls/s {:.0f}  packets/poll {:.1f}  budget {}  used up {:.0f}%  empty {:.0f}%\n",
        queue.text("ifname"), queue.number("queue"), packets, view.rate("rx_bytes") * 8 / 1e6,
        view.rate("rx_interrupts"), view.mmio_per_packet(), polls, polls == 0 ? 0 : packets / polls,
        queue.number("budget"), polls == 0 ? 0 : view.rate("polls_exhausted") / polls * 100,
        polls == 0 ? 0 : view.rate("polls_empty") / polls * 100);
    out += fmt::format("  moderation {}, {} us, {} frames, decisions/s {:.0f}\n ",
                       queue.nest("moderation").text("policy"), queue.number("usecs_effective"),
                       queue.number("frames_effective"), view.rate("moderation_steps"));
    for (const auto& [phase, mark] : kPhases)
        out += fmt::format(" {} {} {:.0f}%", mark, phase, view.share(phase) * 100);
    return out + "\n  [" + strip + "]\n" + ring_line(view);
}

}  // namespace

double QueueView::rate(const std::string& counter) const {
    const auto found = rates.find(counter);
    return found == rates.end() ? 0 : found->second;
}

double QueueView::mmio_per_packet() const {
    const double packets = rate("rx_packets") + rate("tx_packets");
    return packets == 0 ? 0 : (rate("mmio_reads") + rate("mmio_writes")) / packets;
}

double QueueView::share(const std::string& phase) const {
    double all = 0;
    for (const auto& [name, mark] : kPhases)
        all += rate(std::string("ns_") + name);
    return all == 0 ? 0 : rate("ns_" + phase) / all;
}

char QueueView::mark() const {
    char most = ' ';
    double largest = 0;
    for (const auto& [name, mark] : kPhases)
        if (share(name) > largest) {
            largest = share(name);
            most = mark;
        }
    return most;
}

std::vector<QueueView> views(const Reading& before, const Reading& after) {
    std::vector<QueueView> found;
    const double seconds = after.seconds - before.seconds;
    for (const Record& queue : after.queues) {
        const Record* first = same_queue(before.stats, queue);
        const Record* last = same_queue(after.stats, queue);
        if (first == nullptr || last == nullptr)
            continue;
        QueueView view{queue, std::nullopt, rates_of(*first, *last, seconds), {}};
        if (const Record* ring = same_queue(after.rings, queue)) {
            view.ring = *ring;
            // A consumer that came since then began at nothing.
            const Record* old = same_queue(before.rings, queue);
            view.ring_rates = rates_of(old == nullptr ? Record{} : old->nest("counters"),
                                       ring->nest("counters"), seconds);
        }
        found.push_back(std::move(view));
    }
    return found;
}

void Strips::add(const std::vector<QueueView>& queues) {
    for (const QueueView& view : queues) {
        std::string& marks = marks_[{view.queue.number("ifindex"), view.queue.number("queue")}];
        marks += view.mark();
        if (marks.size() > width_)
            marks.erase(0, marks.size() - width_);
    }
}

std::string Strips::of(const QueueView& view) const {
    const auto found = marks_.find({view.queue.number("ifindex"), view.queue.number("queue")});
    return fmt::format("{:>{}}", found == marks_.end() ? "" : found->second, width_);
}

std::string screen(const std::vector<QueueView>& queues, const Strips& strips) {
    std::string out;
    for (const QueueView& view : queues)
        out += queue_lines(view, strips.of(view)) + "\n";
    return out.empty() ? "no interface of rxmap\n" : out;
}

std::string fitted(const std::string& text, std::size_t rows, std::size_t columns) {
    std::vector<std::string> lines;
    std::istringstream words(text);
    for (std::string line; std::getline(words, line);)
        lines.push_back(line.substr(0, columns));
    // The cursor waits in the row below the text.
    if (lines.size() + 1 > rows) {
        const std::size_t kept = rows < 3 ? 0 : rows - 2;
        const std::size_t missing = lines.size() - kept;
        lines.resize(kept);
        lines.push_back(
            fmt::format("({} more lines: name an interface, or take a larger terminal)", missing)
                .substr(0, columns));
    }
    std::string out;
    for (const std::string& line : lines)
        out += line + '\n';
    return out;
}

std::string json(const std::vector<QueueView>& queues, double seconds) {
    std::string out;
    for (const QueueView& view : queues)
        out += fmt::format(
            R"({}{{"ifname": {}, "queue": {}, "seconds": {:.3f}, "rates": {}, "tunables": {}, "ring": {}, "ring_rates": {}}})",
            out.empty() ? "" : ",\n ", ctl::json_string(view.queue.text("ifname")),
            view.queue.number("queue"), seconds, rates_json(view.rates),
            view.queue.json({"ifindex", "ifname", "queue"}),
            view.ring ? view.ring->json({"ifindex", "ifname", "queue"}) : "null",
            rates_json(view.ring_rates));
    return "[" + out + "]\n";
}

}  // namespace rxmap::top
