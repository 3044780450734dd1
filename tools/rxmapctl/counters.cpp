// SPDX-License-Identifier: MIT
#include "counters.hpp"

#include <fmt/core.h>

namespace rxmap::ctl {
namespace {

constexpr const char* kLine = "{:<16}{:<7}{:>12}{:>12}{:>12}{:>12}{:>11}{:>12}{:>11}{:>11}\n";

// What one counter did between two readings. It starts again where a driver was bound anew.
class Difference {
  public:
    Difference(const Record& before, const Record& after) : before_(before), after_(after) {}

    [[nodiscard]] double of(std::string_view name) const {
        const auto first = before_.number(name);
        const auto last = after_.number(name);
        return last < first ? 0 : static_cast<double>(last - first);
    }

  private:
    const Record& before_;
    const Record& after_;
};

double share(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
}

}  // namespace

std::string stats_table(const std::vector<Record>& stats) {
    std::string out;
    for (const Record& queue : stats) {
        out += fmt::format("{} queue {}\n", queue.text("ifname"), queue.number("queue"));
        for (const auto& [name, value] : queue.numbers())
            if (value != 0 && name != "ifindex" && name != "queue")
                out += fmt::format("  {:<20}{:>16}\n", name, value);
        const auto packets =
            static_cast<double>(queue.number("rx_packets") + queue.number("tx_packets"));
        for (const char* name : {"mmio_reads", "mmio_writes"})
            if (packets != 0)
                out += fmt::format("  {:<20}{:>16.4f}\n", fmt::format("{}/packet", name),
                                   static_cast<double>(queue.number(name)) / packets);
    }
    return out;
}

std::string stats_json(const std::vector<Record>& stats) {
    std::string out;
    for (const Record& queue : stats)
        out += (out.empty() ? "" : ", ") + queue.json();
    return "[" + out + "]\n";
}

std::string rates_headline() {
    return fmt::format(fmt::runtime(kLine), "INTERFACE", "QUEUE", "packets/s", "Mbit/s", "irqs/s",
                       "polls/s", "pkts/poll", "exhausted", "mmio/pkt", "dropped/s");
}

std::string rates(const std::vector<Record>& before, const std::vector<Record>& after,
                  double seconds) {
    std::string out;
    for (std::size_t i = 0; i < after.size() && i < before.size(); ++i) {
        const Difference did(before[i], after[i]);
        const double packets = did.of("rx_packets");
        const double polls = did.of("polls");
        out += fmt::format(
            fmt::runtime(kLine), after[i].text("ifname"), after[i].number("queue"),
            fmt::format("{:.0f}", packets / seconds),
            fmt::format("{:.2f}", did.of("rx_bytes") * 8 / 1e6 / seconds),
            fmt::format("{:.0f}", did.of("rx_interrupts") / seconds),
            fmt::format("{:.0f}", polls / seconds), fmt::format("{:.1f}", share(packets, polls)),
            fmt::format("{:.0f}%", share(did.of("polls_exhausted"), polls) * 100),
            fmt::format("{:.3f}", share(did.of("mmio_reads") + did.of("mmio_writes"),
                                        packets + did.of("tx_packets"))),
            fmt::format("{:.0f}", (did.of("rx_dropped") + did.of("rx_no_buffer")) / seconds));
    }
    return out;
}

}  // namespace rxmap::ctl
