// SPDX-License-Identifier: MIT
#include "list.hpp"

#include <fmt/core.h>

namespace rxmap::ctl {
namespace {

std::string mapped_by(const Row& row) {
    if (!row.mapped_queue)
        return "-";
    return fmt::format("{} ({}), queue {}", row.holder.pid, row.holder.command, *row.mapped_queue);
}

// Interface and driver names have no character that JSON would want escaped but these two.
std::string quoted(const std::string& text) {
    if (text.empty())
        return "null";
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    return out + '"';
}

}  // namespace

std::vector<Row> rows(const Sysfs& sysfs) {
    std::vector<Row> found;
    for (Nic& nic : sysfs.nics()) {
        Row row{std::move(nic), std::nullopt, {}};
        const unsigned ifindex = row.nic.is_ours() ? sysfs.ifindex(row.nic.ifname) : 0;
        for (unsigned queue = 0; ifindex != 0 && queue < row.nic.queues && !row.mapped_queue;
             ++queue) {
            if (const auto holder = holder_of(ifindex, queue)) {
                row.mapped_queue = queue;
                row.holder = *holder;
            }
        }
        found.push_back(std::move(row));
    }
    return found;
}

std::string table(const std::vector<Row>& rows) {
    constexpr const char* kLine = "{:<16}{:<14}{:<18}{:<6}{:<8}{}\n";
    std::string out = fmt::format(fmt::runtime(kLine), "INTERFACE", "PCI", "DRIVER", "LINK",
                                  "QUEUES", "MAPPED BY");
    for (const Row& row : rows) {
        const Nic& nic = row.nic;
        out += fmt::format(fmt::runtime(kLine), nic.ifname.empty() ? "-" : nic.ifname, nic.pci,
                           nic.driver.empty() ? "-" : nic.driver, nic.link ? "up" : "down",
                           nic.queues, mapped_by(row));
    }
    return out;
}

std::string json(const std::vector<Row>& rows) {
    std::string out = "[";
    for (const Row& row : rows) {
        const Nic& nic = row.nic;
        out += fmt::format(
            "{}\n  {{\"ifname\": {}, \"pci\": {}, \"driver\": {}, \"link\": \"{}\", \"queues\": "
            "{}, "
            "\"mapped_by_pid\": {}}}",
            &row == rows.data() ? "" : ",", quoted(nic.ifname), quoted(nic.pci), quoted(nic.driver),
            nic.link ? "up" : "down", nic.queues,
            row.mapped_queue ? std::to_string(row.holder.pid) : "null");
    }
    return out + (rows.empty() ? "]\n" : "\n]\n");
}

}  // namespace rxmap::ctl
