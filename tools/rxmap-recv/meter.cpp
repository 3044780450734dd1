// SPDX-License-Identifier: MIT
#include "rxmap-recv/meter.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>

namespace rxmap::recv {

double parse_idle_seconds(std::string_view uptime) {
    const std::size_t space = uptime.find(' ');
    if (space == std::string_view::npos)
        return 0;
    return std::strtod(std::string(uptime.substr(space + 1)).c_str(), nullptr);
}

Meter::Meter(InterruptNames names)
    : names_(std::move(names)), cpus_(static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN))) {}

Reading Meter::read() const {
    Reading reading;
    reading.time = std::chrono::steady_clock::now();
    reading.interrupts = count_interrupts(names_);
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    reading.context_switches = static_cast<std::uint64_t>(usage.ru_nvcsw + usage.ru_nivcsw);
    std::ifstream file("/proc/uptime");
    std::string line;
    std::getline(file, line);
    reading.idle_seconds = parse_idle_seconds(line);
    return reading;
}

double Meter::busy_seconds(const Reading& from, const Reading& to) const {
    const double elapsed = std::chrono::duration<double>(to.time - from.time).count();
    return std::max(0.0, elapsed * cpus_ - (to.idle_seconds - from.idle_seconds));
}

}  // namespace rxmap::recv
