// SPDX-License-Identifier: MIT
//
// aftermath NIC...: what must hold after every case of the VM suite, whoever ran it. Prints one
// line for each thing that does not: a NIC of ours whose device broke a rule of its own, an error
// line of ours or a report of lockdep in the kernel's log. Empties the log, for the next case.
//
// One static program, where ethtool, dmesg and awk would be a dozen: see nic_counters.hpp.
#include <sys/klog.h>

#include <array>
#include <cstdio>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>

#include "nic_counters.hpp"

namespace {

constexpr int kReadAndClear = 4;  // syslog(2): SYSLOG_ACTION_READ_CLEAR
constexpr int kBufferSize = 10;   // SYSLOG_ACTION_SIZE_BUFFER

constexpr std::array<std::string_view, 3> kBrokenRules = {"_bad_id", "_bad_len",
                                                          "_watchdog_rescues"};
// Lockdep reports as warnings, and does not panic.
constexpr std::array<std::string_view, 5> kLockReports = {"possible circular", "possible recursive",
                                                          "possible irq lock", "inconsistent lock",
                                                          "suspicious RCU"};

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

void broken_rules(const std::string& nic) {
    if (!vm::nic_driver(nic).starts_with("rxmap-"))
        return;
    for (const auto& [name, value] : vm::nic_counters(nic))
        for (const std::string_view rule : kBrokenRules)
            if (name.ends_with(rule) && value != 0)
                std::printf("%s %s: %llu\n", nic.c_str(), name.c_str(),
                            static_cast<unsigned long long>(value));
}

/// Levels 0 to 3: emergency to error.
bool is_error(std::string_view line) {
    return line.size() > 2 && line[0] == '<' && line[1] >= '0' && line[1] <= '3' && line[2] == '>';
}

void kernel_log() {
    // As large as the log may be, 4 MB, and left as it is: writing zeros into it would be the most
    // that this program does.
    const int room = klogctl(kBufferSize, nullptr, 0);
    const auto buffer = std::make_unique_for_overwrite<char[]>(static_cast<std::size_t>(room));
    const int size = klogctl(kReadAndClear, buffer.get(), room);
    std::istringstream log(std::string(buffer.get(), static_cast<std::size_t>(size)));
    for (std::string line; std::getline(log, line);) {
        bool wrong = is_error(line) && contains(line, "rxmap") && !contains(line, "rxmap-lab");
        for (const std::string_view report : kLockReports)
            wrong = wrong || contains(line, report);
        if (wrong)
            std::puts(line.c_str());
    }
}

}  // namespace

int main(int argc, char** argv) {
    for (int i = 1; i < argc; ++i)
        broken_rules(argv[i]);
    kernel_log();
    return 0;
}
