// SPDX-License-Identifier: MIT
#include "sysfs.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

namespace rxmap::ctl {
namespace fs = std::filesystem;
namespace {

// What the module's backends match, one line each (kmod/backends/*/pci.c).
struct Supported {
    std::uint16_t vendor;
    std::uint16_t device;
    const char* driver;
    std::array<const char*, 2> stock_modules;  // nullptr: only one
};
constexpr std::array kSupported{
    Supported{0x1af4, 0x1000, "rxmap-virtio_net", {"virtio_pci", "virtio_net"}},  // transitional
    Supported{0x1af4, 0x1041, "rxmap-virtio_net", {"virtio_pci", "virtio_net"}},  // modern
    Supported{0x8086, 0x100e, "rxmap-e1000", {"e1000", nullptr}},                 // 82540EM
    Supported{0x8086, 0x10d3, "rxmap-e1000e", {"e1000e", nullptr}},               // 82574L
};

const Supported* find_supported(std::uint16_t vendor, std::uint16_t device) {
    const auto* found = std::find_if(kSupported.begin(), kSupported.end(), [&](const Supported& s) {
        return s.vendor == vendor && s.device == device;
    });
    return found == kSupported.end() ? nullptr : found;
}

std::string read_line(const fs::path& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

std::uint16_t read_hex16(const fs::path& path) {
    const std::string line = read_line(path);
    try {
        return static_cast<std::uint16_t>(std::stoul(line, nullptr, 16));
    } catch (const std::exception&) {
        return 0;
    }
}

void write_line(const fs::path& path, std::string_view text) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        throw std::system_error(errno, std::generic_category(), path.string());
    const std::string line = std::string(text) + '\n';
    const ssize_t written = ::write(fd, line.data(), line.size());
    const int error = errno;
    ::close(fd);
    if (written < 0)
        throw std::system_error(error, std::generic_category(), path.string());
}

std::vector<fs::path> entries(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> found;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        found.push_back(it->path());
    std::sort(found.begin(), found.end());
    return found;
}

// The interface lies in net/ of the function, or of a virtio device below it.
std::string interface_below(const fs::path& device) {
    for (const fs::path& net : entries(device / "net"))
        return net.filename();
    for (const fs::path& child : entries(device)) {
        if (!child.filename().string().starts_with("virtio"))
            continue;
        for (const fs::path& net : entries(child / "net"))
            return net.filename();
    }
    return {};
}

}  // namespace

fs::path Sysfs::device(const std::string& pci) const {
    return root_ / "bus/pci/devices" / pci;
}

fs::path Sysfs::net(const std::string& ifname) const {
    return root_ / "class/net" / ifname;
}

bool Sysfs::has_pci(const std::string& pci) const {
    return pci.find('/') == std::string::npos && !pci.empty() && fs::exists(device(pci) / "vendor");
}

bool Sysfs::has_interface(const std::string& ifname) const {
    return ifname.find('/') == std::string::npos && !ifname.empty() && ifname[0] != '.' &&
           fs::exists(net(ifname) / "ifindex");
}

unsigned Sysfs::ifindex(const std::string& ifname) const {
    try {
        return static_cast<unsigned>(std::stoul(read_line(net(ifname) / "ifindex")));
    } catch (const std::exception&) {
        return 0;
    }
}

std::optional<std::string> Sysfs::pci_of(const std::string& ifname) const {
    std::error_code error;
    fs::path at = fs::canonical(net(ifname) / "device", error);
    if (error)
        return std::nullopt;
    for (; at.has_relative_path(); at = at.parent_path()) {
        const std::string name = at.filename();
        if (has_pci(name))
            return name;
    }
    return std::nullopt;
}

Nic Sysfs::nic(const std::string& pci) const {
    Nic nic;
    nic.pci = pci;
    nic.vendor = read_hex16(device(pci) / "vendor");
    nic.device = read_hex16(device(pci) / "device");
    if (const Supported* supported = find_supported(nic.vendor, nic.device))
        nic.rxmap_driver = supported->driver;
    std::error_code error;
    const fs::path driver = fs::read_symlink(device(pci) / "driver", error);
    if (!error)
        nic.driver = driver.filename();
    nic.ifname = interface_below(device(pci));
    if (nic.ifname.empty())
        return nic;
    nic.link = read_line(net(nic.ifname) / "carrier") == "1";
    const std::vector<fs::path> queues = entries(net(nic.ifname) / "queues");
    nic.queues = static_cast<unsigned>(std::count_if(
        queues.begin(), queues.end(),
        [](const fs::path& queue) { return queue.filename().string().starts_with("rx-"); }));
    return nic;
}

std::vector<Nic> Sysfs::nics() const {
    std::vector<Nic> found;
    for (const fs::path& path : entries(root_ / "bus/pci/devices")) {
        Nic one = nic(path.filename());
        if (!one.rxmap_driver.empty())
            found.push_back(std::move(one));
    }
    return found;
}

bool Sysfs::has_driver(const std::string& driver) const {
    return fs::exists(root_ / "bus/pci/drivers" / driver);
}

std::vector<std::string> Sysfs::modules(const std::string& pci) const {
    std::vector<std::string> found{read_line(device(pci) / "modalias")};
    for (const fs::path& child : entries(device(pci))) {
        if (child.filename().string().starts_with("virtio"))
            found.push_back(read_line(child / "modalias"));
    }
    std::erase(found, "");
    const Nic one = nic(pci);
    if (const Supported* supported = find_supported(one.vendor, one.device))
        for (const char* module : supported->stock_modules)
            if (module != nullptr)
                found.emplace_back(module);
    return found;
}

void Sysfs::set_override(const std::string& pci, std::string_view driver) const {
    write_line(device(pci) / "driver_override", driver);
}

void Sysfs::unbind(const std::string& pci) const {
    if (fs::exists(device(pci) / "driver"))
        write_line(device(pci) / "driver/unbind", pci);
}

void Sysfs::probe(const std::string& pci) const {
    try {
        write_line(root_ / "bus/pci/drivers_probe", pci);
    } catch (const std::system_error&) {
        // The driver's probe failed: the function has no driver now, which the caller sees.
        return;
    }
}

}  // namespace rxmap::ctl
