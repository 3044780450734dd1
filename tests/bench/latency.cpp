// SPDX-License-Identifier: MIT
#include "latency.hpp"

#include <algorithm>
#include <ctime>

#include "marks.hpp"
#include "probe/frame.hpp"
#include "probe/probe.hpp"

namespace rxmap::bench {
namespace {

// The sender's clock.
std::uint64_t now() {
    timespec time{};
    clock_gettime(CLOCK_REALTIME, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
           static_cast<std::uint64_t>(time.tv_nsec);
}

}  // namespace

bool Latency::on_payload(std::span<const std::byte> payload) {
    mark_look();
    const std::uint64_t seen = now();
    const probe::Header header = probe::decode(payload);
    if (header.kind != probe::Kind::data)
        return false;
    nanoseconds_.push_back((seen - header.time_ns) & probe::kTimeMask);
    return true;
}

bool Latency::on_frame(std::span<const std::byte> frame) {
    const auto payload = probe::udp_payload(frame);
    return payload && on_payload(*payload);
}

std::uint64_t Latency::within(std::size_t skipped, std::size_t of_thousand) {
    const auto begin = nanoseconds_.begin() + static_cast<std::ptrdiff_t>(skipped);
    const auto count = static_cast<std::size_t>(nanoseconds_.end() - begin);
    const auto at = begin + static_cast<std::ptrdiff_t>((count - 1) * of_thousand / 1000);
    std::nth_element(begin, at, nanoseconds_.end());
    return *at;
}

}  // namespace rxmap::bench
