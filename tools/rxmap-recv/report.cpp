// SPDX-License-Identifier: MIT
#include "rxmap-recv/report.hpp"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

namespace rxmap::recv {
namespace {

double ratio(double amount, double of) {
    return of > 0 ? amount / of : 0;
}

double cpu_usecs_per_packet(const Report& report) {
    return ratio(report.cpu_seconds * 1e6, static_cast<double>(report.received));
}

double packets_per_second(const Report& report) {
    return ratio(static_cast<double>(report.received), report.seconds);
}

// "name":{"cause":3,...}
std::string json_object(std::string_view name, const std::vector<NamedCount>& counts) {
    std::string text = fmt::format(R"("{}":{{)", name);
    const char* separator = "";
    for (const auto& [what, count] : counts) {
        fmt::format_to(std::back_inserter(text), R"({}"{}":{})", separator, what, count);
        separator = ",";
    }
    return text + "}";
}

// "waits: at_once 3, after_sleep 17": those that happened.
std::string waits_line(const std::vector<NamedCount>& waits) {
    std::string text;
    for (const auto& [what, count] : waits)
        if (count > 0)
            fmt::format_to(std::back_inserter(text), "{}{} {}", text.empty() ? "waits: " : ", ",
                           what, count);
    return text.empty() ? text : text + "\n";
}

}  // namespace

std::uint64_t Report::dropped() const noexcept {
    std::uint64_t sum = 0;
    for (const NamedCount& drop : drops)
        sum += drop.second;
    return sum;
}

std::string summary(const Report& report) {
    std::string text = fmt::format(
        "{}: {} packets, {:.0f} packets/s, {} interrupts, {} wake-ups, {} context switches, "
        "CPU {:.2f} us/packet\n",
        report.source, report.received, packets_per_second(report), report.interrupts,
        report.wakeups, report.context_switches, cpu_usecs_per_packet(report));
    const probe::Totals& probe = report.probe;
    if (probe.data + probe.corrupt + probe.ends > 0)
        fmt::format_to(std::back_inserter(text),
                       "sequenced: {} in {} flows ({} ended), lost {}, duplicate {}, reordered {}, "
                       "corrupt {}; other packets: {}\n",
                       probe.data, probe.flows, probe.flows_ended, probe.lost, probe.duplicate,
                       probe.reordered, probe.corrupt, probe.foreign);
    if (probe.stale > 0)
        fmt::format_to(std::back_inserter(text),
                       "{} packets came too late to tell from duplicates: counted as reordered, "
                       "their numbers as lost\n",
                       probe.stale);
    if (probe.unknown_flow > 0)
        fmt::format_to(std::back_inserter(text), "{} packets of flows beyond id {}: not checked\n",
                       probe.unknown_flow, probe::ProbeTracker::Limits{}.flows - 1);
    for (const auto& [cause, count] : report.drops)
        if (count > 0)
            fmt::format_to(std::back_inserter(text), "dropped, {}: {}\n", cause, count);
    text += waits_line(report.waits);
    if (!report.closed.empty())
        fmt::format_to(std::back_inserter(text), "ended by itself: {}\n", report.closed);
    return text;
}

std::string result_line(const Report& report) {
    return fmt::format(
        "RESULT received={} lost={} duplicate={} reordered={} corrupt={} dropped={} wakeups={} "
        "interrupts={} context_switches={} seconds={:.3f}",
        report.received, report.probe.lost, report.probe.duplicate, report.probe.reordered,
        report.probe.corrupt, report.dropped(), report.wakeups, report.interrupts,
        report.context_switches, report.seconds);
}

std::string json(const Report& report) {
    std::string text = fmt::format(
        R"({{"interface":"{}","source":"{}","received":{},"lost":{},"duplicate":{},)"
        R"("reordered":{},"corrupt":{},"dropped":{},"wakeups":{},"interrupts":{},)"
        R"("context_switches":{},"seconds":{:.6f},"bytes":{},"packets_per_second":{:.1f},)"
        R"("cpu_usecs_per_packet":{:.3f},"sequenced":{},"other":{},"flows":{},"flows_ended":{},)"
        R"("stale":{},"unknown_flow":{},"closed":"{}",)",
        report.interface, report.source, report.received, report.probe.lost, report.probe.duplicate,
        report.probe.reordered, report.probe.corrupt, report.dropped(), report.wakeups,
        report.interrupts, report.context_switches, report.seconds, report.bytes,
        packets_per_second(report), cpu_usecs_per_packet(report), report.probe.data,
        report.probe.foreign, report.probe.flows, report.probe.flows_ended, report.probe.stale,
        report.probe.unknown_flow, report.closed);
    return text + json_object("drops", report.drops) + "," + json_object("waits", report.waits) +
           "}";
}

}  // namespace rxmap::recv
