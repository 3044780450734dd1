// SPDX-License-Identifier: MIT
#include "handover.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <thread>

#include "network.hpp"

namespace rxmap::ctl {
namespace {

using namespace std::chrono_literals;
constexpr auto kInterfaceAppears = 5s;
constexpr auto kLookAgain = 20ms;

// Runs a program of the system quietly; that it is missing is no error here.
void run_quietly(std::vector<std::string> arguments) {
    std::vector<char*> argv;
    for (std::string& argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t pid = 0;
    if (posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ) == 0)
        waitpid(pid, nullptr, 0);
    posix_spawn_file_actions_destroy(&actions);
}

// Where udev is not running nobody loads a driver's module for a device that appears.
void load_modules(const Sysfs& sysfs, const std::string& pci) {
    for (const std::string& module : sysfs.modules(pci))
        run_quietly({"modprobe", "-q", "--", module});
}

// udev may still be renaming the new interface; wait for it, or our name is overwritten.
void settle() {
    if (std::filesystem::exists("/run/udev/control"))
        run_quietly({"udevadm", "settle", "--timeout=5"});
}

bool wait_for_interface(const Sysfs& sysfs, const std::string& pci) {
    const auto deadline = std::chrono::steady_clock::now() + kInterfaceAppears;
    bool modules_loaded = false;
    while (sysfs.nic(pci).ifname.empty()) {
        if (std::chrono::steady_clock::now() > deadline)
            return false;
        // the virtio device below the function needs a driver of its own
        if (!modules_loaded && !sysfs.nic(pci).driver.empty()) {
            load_modules(sysfs, pci);
            modules_loaded = true;
        }
        std::this_thread::sleep_for(kLookAgain);
    }
    settle();
    return true;
}

std::optional<SavedInterface> save(const Sysfs& sysfs, const Nic& nic, bool force,
                                   const char* command) {
    const unsigned ifindex = nic.ifname.empty() ? 0 : sysfs.ifindex(nic.ifname);
    if (ifindex == 0)
        return std::nullopt;
    if (!force && carries_default_route(ifindex))
        throw std::runtime_error(
            fmt::format("{0} {1}: the default route leaves through {1}, and you might be cut off; "
                        "to do it all the same: --force",
                        command, nic.ifname));
    return save_interface(ifindex);
}

std::vector<std::string> restore(const Sysfs& sysfs, const std::string& pci,
                                 const std::optional<SavedInterface>& saved) {
    if (!saved)
        return {};
    if (!wait_for_interface(sysfs, pci))
        return {"no interface appeared: everything of " + saved->name};
    return restore_interface(sysfs.ifindex(sysfs.nic(pci).ifname), *saved);
}

void to_stock_driver(const Sysfs& sysfs, const std::string& pci) {
    sysfs.set_override(pci, "");
    sysfs.unbind(pci);
    sysfs.probe(pci);
    if (sysfs.nic(pci).driver.empty()) {
        load_modules(sysfs, pci);
        sysfs.probe(pci);
    }
}

std::string title(const Nic& nic) {
    return nic.ifname.empty() ? nic.pci : fmt::format("{} ({})", nic.ifname, nic.pci);
}

}  // namespace

std::string resolve(const Sysfs& sysfs, const std::string& name) {
    if (sysfs.has_pci(name))
        return name;
    if (!sysfs.has_interface(name))
        throw std::runtime_error(fmt::format("'{}': no such interface or PCI function here", name));
    if (const auto pci = sysfs.pci_of(name))
        return *pci;
    throw std::runtime_error(fmt::format("'{}' is not a PCI network card", name));
}

Handover take_over(const Sysfs& sysfs, const std::string& pci, bool force) {
    Handover done;
    done.before = sysfs.nic(pci);
    if (done.before.rxmap_driver.empty())
        throw std::runtime_error(
            fmt::format("bind {}: {:04x}:{:04x} is not a NIC that rxmap drives (virtio-net-pci, "
                        "1af4:1000 or 1af4:1041; 82540EM, 8086:100e; 82574L, 8086:10d3)",
                        title(done.before), done.before.vendor, done.before.device));
    if (done.before.is_ours()) {
        done.after = done.before;
        return done;
    }
    if (!sysfs.has_driver(done.before.rxmap_driver))
        throw std::runtime_error(
            fmt::format("bind {}: rxmap.ko is not loaded (insmod rxmap.ko)", title(done.before)));

    const auto saved = save(sysfs, done.before, force, "bind");
    sysfs.set_override(pci, done.before.rxmap_driver);
    sysfs.unbind(pci);
    sysfs.probe(pci);
    const bool bound = sysfs.nic(pci).is_ours();
    if (!bound)
        to_stock_driver(sysfs, pci);
    done.not_restored = restore(sysfs, pci, saved);
    done.after = sysfs.nic(pci);
    if (!bound)
        throw std::runtime_error(fmt::format(
            "bind {}: the driver refused it, see dmesg; it went back to {}", title(done.before),
            done.after.driver.empty() ? "no driver" : done.after.driver));
    return done;
}

Handover give_back(const Sysfs& sysfs, const std::string& pci, bool force) {
    Handover done;
    done.before = sysfs.nic(pci);
    if (!done.before.is_ours())
        throw std::runtime_error(
            fmt::format("unbind {}: driven by {}, not by rxmap", title(done.before),
                        done.before.driver.empty() ? "nobody" : done.before.driver));

    const auto saved = save(sysfs, done.before, force, "unbind");
    to_stock_driver(sysfs, pci);
    if (sysfs.nic(pci).driver.empty())
        throw std::runtime_error(
            fmt::format("unbind {}: it has no driver now: none is loaded for {}",
                        title(done.before), sysfs.modules(pci).front()));
    done.not_restored = restore(sysfs, pci, saved);
    done.after = sysfs.nic(pci);
    return done;
}

}  // namespace rxmap::ctl
