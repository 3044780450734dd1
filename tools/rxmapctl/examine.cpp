// SPDX-License-Identifier: MIT
// The part of doctor that reads: netlink, sysfs, /proc and ethtool. What cannot be read is left
// out.
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "doctor.hpp"
#include "virtio_features.hpp"

namespace rxmap::ctl {
namespace fs = std::filesystem;
namespace {

std::string read_line(const fs::path& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

std::vector<Interrupt> interrupts_of(const fs::path& device) {
    std::vector<unsigned> numbers;
    std::error_code error;
    for (fs::directory_iterator it(device / "msi_irqs", error), end; !error && it != end;
         it.increment(error))
        numbers.push_back(static_cast<unsigned>(std::stoul(it->path().filename())));
    if (numbers.empty() && std::ifstream(device / "irq"))
        numbers.push_back(static_cast<unsigned>(std::stoul("0" + read_line(device / "irq"))));
    std::sort(numbers.begin(), numbers.end());
    std::vector<Interrupt> found;
    for (const unsigned number : numbers) {
        // Everybody's names, with commas: a line that goes to a pin may be shared.
        const std::string names =
            read_line(fs::path("/sys/kernel/irq") / std::to_string(number) / "actions");
        const fs::path irq = fs::path("/proc/irq") / std::to_string(number);
        if (!names.empty())
            found.push_back({number, names, read_line(irq / "effective_affinity_list")});
    }
    return found;
}

// Asks ethtool's oldest calls: one value each.
std::vector<std::string> features_of(const std::string& ifname) {
    struct Question {
        unsigned call;
        const char* name;
    };
    constexpr Question kQuestions[] = {{ETHTOOL_GRXCSUM, "rx-checksumming"},
                                       {ETHTOOL_GTXCSUM, "tx-checksumming"},
                                       {ETHTOOL_GSG, "scatter-gather"},
                                       {ETHTOOL_GTSO, "tcp-segmentation-offload"},
                                       {ETHTOOL_GGRO, "generic-receive-offload"}};
    std::vector<std::string> on;
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    for (const Question& question : kQuestions) {
        ethtool_value value{question.call, 0};
        ifreq request{};
        std::strncpy(request.ifr_name, ifname.c_str(), IFNAMSIZ - 1);
        request.ifr_data = reinterpret_cast<char*>(&value);
        if (::ioctl(fd, SIOCETHTOOL, &request) == 0 && value.data != 0)
            on.emplace_back(question.name);
    }
    if (fd >= 0)
        ::close(fd);
    return on;
}

// Field 39 of /proc/PID/stat; the name in parentheses may hold anything, so count from its end.
std::optional<unsigned> cpu_of(std::uint64_t pid) {
    const std::string line = read_line(fs::path("/proc") / std::to_string(pid) / "stat");
    const std::size_t end = line.rfind(')');
    if (pid == 0 || end == std::string::npos)
        return std::nullopt;
    std::istringstream words(line.substr(end + 1));
    constexpr int kAfterName = 37;
    std::string word;
    for (int i = 0; i < kAfterName; ++i)
        if (!(words >> word))
            return std::nullopt;
    return static_cast<unsigned>(std::stoul(word));
}

std::optional<Record> of_queue(const std::vector<Record>& records, const Record& queue) {
    for (const Record& record : records)
        if (record.number("queue") == queue.number("queue"))
            return record;
    return std::nullopt;
}

}  // namespace

Findings examine(Control& control, const std::string& ifname) {
    const fs::path net = fs::path("/sys/class/net") / ifname;
    Findings findings;
    findings.ifname = ifname;
    const std::vector<Record> queues = control.queues(ifname);
    const std::vector<Record> rings = control.rings(ifname);
    const std::vector<Record> stats = control.stats(ifname);
    std::error_code error;
    findings.driver = fs::read_symlink(net / "device/driver", error).filename();
    findings.up = (std::stoul(read_line(net / "flags"), nullptr, 16) & IFF_UP) != 0;
    findings.carrier = read_line(net / "carrier") == "1";
    findings.napi_threads = read_line(net / "threaded") == "1";
    findings.cpus = static_cast<unsigned>(std::max(::sysconf(_SC_NPROCESSORS_ONLN), 1L));
    findings.missed = std::stoull("0" + read_line(net / "statistics/rx_missed_errors"));
    findings.interrupts = interrupts_of(net / "device");
    findings.features = features_of(ifname);
    findings.negotiated = virtio_features(read_line(net / "device/features"));
    for (const Record& queue : queues) {
        QueueFindings one{queue, of_queue(stats, queue).value_or(Record{}), of_queue(rings, queue),
                          std::nullopt};
        if (one.ring)
            one.consumer_cpu = cpu_of(one.ring->number("pid"));
        findings.queues.push_back(std::move(one));
    }
    return findings;
}

}  // namespace rxmap::ctl
