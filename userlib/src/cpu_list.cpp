// SPDX-License-Identifier: MIT
#include "cpu_list.hpp"

#include <charconv>
#include <system_error>

namespace rxmap::detail {

namespace {

constexpr std::uint32_t kMostCpus = 8192;  // CONFIG_NR_CPUS at most
constexpr std::string_view kSpace = " \t\n";

std::optional<std::uint32_t> parse_number(std::string_view text) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::string_view trim(std::string_view text) {
    const std::size_t first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// What stands before `end`, which is taken off with it.
std::string_view cut(std::string_view& text, std::string_view end) {
    const std::size_t at = text.find_first_of(end);
    const std::string_view piece = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
    return piece;
}

}  // namespace

std::optional<std::vector<std::uint32_t>> parse_cpu_list(std::string_view text) {
    std::vector<std::uint32_t> cpus;
    for (std::string_view rest = trim(text); !rest.empty();) {
        const std::string_view range = cut(rest, ",");
        const std::size_t dash = range.find('-');
        const auto first = parse_number(range.substr(0, dash));
        const auto last =
            dash == std::string_view::npos ? first : parse_number(range.substr(dash + 1));
        if (!first || !last || *first > *last || *last >= kMostCpus)
            return std::nullopt;
        for (std::uint32_t cpu = *first; cpu <= *last; ++cpu)
            cpus.push_back(cpu);
    }
    return cpus;
}

// "  33:  120  7  PCI-MSI-0000:00:04.0  1-edge  eth1-rx-0, usb1"
std::optional<std::uint32_t> find_interrupt(std::string_view table, std::string_view name) {
    while (!table.empty()) {
        std::string_view line = cut(table, "\n");
        const auto number = parse_number(trim(cut(line, ":")));
        while (number && !line.empty()) {
            std::string_view word = cut(line, kSpace);
            if (word.ends_with(','))
                word.remove_suffix(1);
            if (word == name)
                return number;
        }
    }
    return std::nullopt;
}

}  // namespace rxmap::detail
