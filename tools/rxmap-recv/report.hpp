// SPDX-License-Identifier: MIT
//
// What a run of rxmap-recv came to, as text, JSON and the RESULT line that scripts read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "probe/tracker.hpp"
#include "rxmap-recv/source.hpp"

namespace rxmap::recv {

struct Report {
    std::string interface;
    std::string source;  ///< Source::name()
    std::uint64_t received = 0;
    std::uint64_t bytes = 0;
    probe::Totals probe;
    std::vector<NamedCount> drops;
    std::vector<NamedCount> waits;
    std::uint64_t wakeups = 0;
    std::uint64_t interrupts = 0;
    std::uint64_t context_switches = 0;
    double seconds = 0;      ///< from the first packet to the last
    double cpu_seconds = 0;  ///< whole machine, from the first packet to the end
    std::string closed;      ///< why the source closed by itself, else empty

    [[nodiscard]] std::uint64_t dropped() const noexcept;
};

/// Two or three lines for the user.
[[nodiscard]] std::string summary(const Report& report);

/// "RESULT received=... seconds=..." without a newline.
[[nodiscard]] std::string result_line(const Report& report);

/// One object, the RESULT line's names and more, without a newline.
[[nodiscard]] std::string json(const Report& report);

}  // namespace rxmap::recv
