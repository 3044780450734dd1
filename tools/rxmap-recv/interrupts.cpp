// SPDX-License-Identifier: MIT
#include "rxmap-recv/interrupts.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace rxmap::recv {
namespace {

std::string_view next_word(std::string_view& line) {
    const std::size_t start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos) {
        line = {};
        return {};
    }
    line.remove_prefix(start);
    const std::string_view word = line.substr(0, line.find_first_of(" \t"));
    line.remove_prefix(word.size());
    return word;
}

bool is_receive_vector(std::string_view name, const InterruptNames& names) {
    if (name.ends_with(','))  // an INTx line that is shared lists its users with commas
        name.remove_suffix(1);
    if (!names.virtio_device.empty() && name.starts_with(names.virtio_device))
        return name.substr(names.virtio_device.size()).starts_with("-input.");
    if (!name.starts_with(names.interface))
        return false;
    const std::string_view rest = name.substr(names.interface.size());
    return rest.empty() || rest.starts_with("-rx") || rest.starts_with("-TxRx");
}

/// One line: "  33:  120  7  PCI-MSI-0000:00:04.0  1-edge  rx0-rx-0".
std::uint64_t count_line(std::string_view line, const InterruptNames& names) {
    next_word(line);
    std::uint64_t sum = 0;
    bool counts = true;
    for (auto word = next_word(line); !word.empty(); word = next_word(line)) {
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
        counts = counts && error == std::errc{} && end == word.data() + word.size();
        if (counts)
            sum += value;
        else if (is_receive_vector(word, names))
            return sum;
    }
    return 0;
}

}  // namespace

InterruptNames interrupt_names(const std::string& interface) {
    InterruptNames names{.interface = interface, .virtio_device = {}};
    std::error_code error;
    const auto device =
        std::filesystem::read_symlink("/sys/class/net/" + interface + "/device", error);
    if (!error && device.filename().string().starts_with("virtio"))
        names.virtio_device = device.filename().string();
    return names;
}

std::uint64_t count_interrupts(std::string_view table, const InterruptNames& names) {
    std::uint64_t sum = 0;
    while (!table.empty()) {
        const std::string_view line = table.substr(0, table.find('\n'));
        sum += count_line(line, names);
        table.remove_prefix(std::min(line.size() + 1, table.size()));
    }
    return sum;
}

std::uint64_t count_interrupts(const InterruptNames& names) {
    std::ifstream file("/proc/interrupts");
    std::ostringstream table;
    table << file.rdbuf();
    return count_interrupts(table.view(), names);
}

}  // namespace rxmap::recv
