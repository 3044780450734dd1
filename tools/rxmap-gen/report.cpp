// SPDX-License-Identifier: MIT
#include "rxmap-gen/report.hpp"

#include <fmt/format.h>

#include <iterator>

namespace rxmap::gen {
namespace {

constexpr std::size_t kFlowsInText = 8;

double per_second(std::uint64_t count, double seconds) {
    return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

std::string escaped(const std::string& text) {
    std::string result;
    for (const char character : text) {
        if (character == '"' || character == '\\')
            result += '\\';
        result += static_cast<unsigned char>(character) < 0x20 ? ' ' : character;
    }
    return result;
}

/// -1 stands for "no frame", in text and JSON.
std::int64_t last_sequence(std::uint64_t frames) {
    return static_cast<std::int64_t>(frames) - 1;
}

void append_neighbour(std::string& text, const Report& report) {
    const NeighbourCounts& other = report.neighbour;
    if (report.ping.frames > 0)
        fmt::format_to(std::back_inserter(text), "ping: {} sent, {} answered\n", report.ping.frames,
                       other.ping_replies);
    if (other.frames_in > 0)
        fmt::format_to(std::back_inserter(text),
                       "from the other side: {} frames ({} bytes); answered {} ARP, {} ping\n",
                       other.frames_in, other.bytes_in, other.arp_answered, other.pings_answered);
}

void append_flows(std::string& text, const Report& report) {
    for (std::size_t index = 0; index < report.flow_frames.size(); ++index) {
        if (index == kFlowsInText) {
            fmt::format_to(std::back_inserter(text), "... and {} flows more (all with --json)\n",
                           report.flow_frames.size() - kFlowsInText);
            return;
        }
        const std::uint64_t frames = report.flow_frames[index];
        fmt::format_to(std::back_inserter(text), "flow {}: {} frames, last sequence {}\n",
                       report.first_flow + index, frames, last_sequence(frames));
    }
}

}  // namespace

std::uint64_t Report::frames() const noexcept {
    return sequenced.frames + replayed.frames + end.frames + ping.frames + reply.frames;
}

std::uint64_t Report::bytes() const noexcept {
    return sequenced.bytes + replayed.bytes + end.bytes + ping.bytes + reply.bytes;
}

std::string report_text(const Report& report) {
    std::string text = fmt::format(
        "sent {} frames ({} bytes) in {:.3f} s, {:.0f} frames/s: {} sequenced, {} replayed, "
        "{} end marks\n",
        report.frames(), report.bytes(), report.seconds,
        per_second(report.frames(), report.seconds), report.sequenced.frames,
        report.replayed.frames, report.end.frames);
    append_flows(text, report);
    append_neighbour(text, report);
    fmt::format_to(std::back_inserter(text),
                   "not sent {}, blocked {} times for {:.3f} s, behind the rate {:.3f} s\n",
                   report.not_sent, report.blocked_times, report.blocked_seconds,
                   report.late_seconds);
    if (report.refused > 0)
        fmt::format_to(std::back_inserter(text), "refused {}: nobody listened at that port\n",
                       report.refused);
    if (report.truncated_in_capture > 0)
        fmt::format_to(std::back_inserter(text), "the capture holds {} frames only in part\n",
                       report.truncated_in_capture);
    if (!report.settled)
        text += "the other side stopped reading before the end\n";
    if (report.interrupted)
        text += "interrupted\n";
    return text;
}

std::string report_json(const Report& report) {
    const NeighbourCounts& other = report.neighbour;
    std::string text = fmt::format(
        R"({{"frames":{},"bytes":{},"seconds":{:.6f},"sequenced":{},"sequenced_bytes":{},)"
        R"("replayed":{},"replayed_bytes":{},"end_marks":{},"not_sent":{},"blocked_times":{},)"
        R"("blocked_seconds":{:.6f},"late_seconds":{:.6f},"refused":{},"pings_sent":{},)"
        R"("ping_replies":{},"frames_in":{},"bytes_in":{},"arp_answered":{},"pings_answered":{},)"
        R"("replies_sent":{},"truncated_in_capture":{},"settled":{},"interrupted":{},"failure":"{}","flows":[)",
        report.frames(), report.bytes(), report.seconds, report.sequenced.frames,
        report.sequenced.bytes, report.replayed.frames, report.replayed.bytes, report.end.frames,
        report.not_sent, report.blocked_times, report.blocked_seconds, report.late_seconds,
        report.refused, report.ping.frames, other.ping_replies, other.frames_in, other.bytes_in,
        other.arp_answered, other.pings_answered, report.reply.frames, report.truncated_in_capture,
        report.settled, report.interrupted, escaped(report.failure));
    for (std::size_t index = 0; index < report.flow_frames.size(); ++index)
        fmt::format_to(std::back_inserter(text),
                       R"({}{{"flow":{},"frames":{},"last_sequence":{}}})", index == 0 ? "" : ",",
                       report.first_flow + index, report.flow_frames[index],
                       last_sequence(report.flow_frames[index]));
    return text + "]}\n";
}

}  // namespace rxmap::gen
