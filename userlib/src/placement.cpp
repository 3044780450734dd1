// SPDX-License-Identifier: MIT
// Reads and writes the kernel's files about the interrupts of a queue.
#include <rxmap/placement.hpp>

#include <rxmap/error.hpp>

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cpu_list.hpp"
#include "file.hpp"

namespace rxmap {

namespace {

[[noreturn]] void fail(int error, const std::string& what) {
    throw Error(error, what + ": " + std::strerror(error));
}

// Empty when it need not exist and does not.
std::string read_file(const std::string& path, bool must_exist = true) {
    const detail::File file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string text;
    char piece[4096];
    ssize_t got = file.fd() < 0 ? -1 : 0;
    while (file.fd() >= 0 && (got = read(file.fd(), piece, sizeof(piece))) > 0)
        text.append(piece, static_cast<std::size_t>(got));
    if (got < 0 && must_exist)
        fail(errno, "cannot read " + path);
    return text;
}

std::vector<std::uint32_t> read_cpus(const std::string& path) {
    const std::string text = read_file(path);
    if (auto cpus = detail::parse_cpu_list(text))
        return *std::move(cpus);
    throw Error(EIO, path + " is no list of CPUs: " + text);
}

std::string irq_file(std::uint32_t irq, const char* name) {
    return "/proc/irq/" + std::to_string(irq) + '/' + name;
}

}  // namespace

Placement placement(const std::string& ifname, std::uint32_t queue) {
    if (ifname.empty())
        throw Error(EINVAL, "an interface without a name has no interrupts");
    const std::string table = read_file("/proc/interrupts");
    const std::string own = ifname + "-rx-" + std::to_string(queue);
    Placement found;
    auto irq = detail::find_interrupt(table, own);
    if (!irq) {
        irq = detail::find_interrupt(table, ifname);
        found.shared = true;
    }
    if (!irq)
        throw Error(ENOENT, "/proc/interrupts has neither '" + own + "' nor '" + ifname +
                                "': the interface is down, or was renamed while it was up, or has "
                                "no such queue");
    found.irq = *irq;
    found.allowed = read_cpus(irq_file(*irq, "smp_affinity_list"));
    found.effective = read_cpus(irq_file(*irq, "effective_affinity_list"));
    found.threaded = read_file("/sys/class/net/" + ifname + "/threaded", false) == "1\n";
    return found;
}

void place_interrupt(const std::string& ifname, std::uint32_t queue, std::uint32_t cpu) {
    const std::string path = irq_file(placement(ifname, queue).irq, "smp_affinity_list");
    const std::string text = std::to_string(cpu);
    const detail::File file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (file.fd() < 0 || write(file.fd(), text.data(), text.size()) < 0)
        fail(errno, "cannot move the interrupt of queue " + std::to_string(queue) + " of '" +
                        ifname + "' to CPU " + text + " (" + path + ")");
}

void place_this_thread(std::uint32_t cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (cpu < CPU_SETSIZE)
        CPU_SET(cpu, &set);
    if (sched_setaffinity(0, sizeof(set), &set) != 0)
        fail(errno, "cannot run this thread on CPU " + std::to_string(cpu));
}

}  // namespace rxmap
