// SPDX-License-Identifier: MIT
// The PCI and network folders of sysfs: which NICs are there, who drives them, and the three files
// that hand a device from one driver to another (driver_override, unbind, drivers_probe).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rxmap::ctl {

/// What `rxmapctl list` says about one PCI function.
struct Nic {
    std::string pci;           ///< "0000:00:10.0"
    std::string ifname;        ///< empty: no interface (in this network namespace)
    std::string driver;        ///< of the PCI function; empty: none
    bool link = false;         ///< up, with a carrier
    unsigned queues = 0;       ///< RX queues of the interface
    std::uint16_t vendor = 0;  ///< PCI vendor
    std::uint16_t device = 0;  ///< PCI device
    std::string rxmap_driver;  ///< our driver for it; empty: a NIC that rxmap does not drive

    [[nodiscard]] bool is_ours() const { return !rxmap_driver.empty() && driver == rxmap_driver; }
};

/// A view of sysfs. Reading never throws for something absent; writing throws std::system_error
/// that names the file.
class Sysfs {
  public:
    explicit Sysfs(std::filesystem::path root = "/sys") : root_(std::move(root)) {}

    /// Every NIC that rxmap drives or could drive, by PCI address.
    [[nodiscard]] std::vector<Nic> nics() const;
    /// One PCI function; it must exist.
    [[nodiscard]] Nic nic(const std::string& pci) const;
    [[nodiscard]] bool has_pci(const std::string& pci) const;
    [[nodiscard]] bool has_interface(const std::string& ifname) const;
    /// PCI function behind an interface; none: not a PCI NIC (virtio-mmio, a bridge, loopback).
    [[nodiscard]] std::optional<std::string> pci_of(const std::string& ifname) const;
    /// Interface number, 0 when there is none.
    [[nodiscard]] unsigned ifindex(const std::string& ifname) const;
    [[nodiscard]] bool has_driver(const std::string& driver) const;
    /// What modprobe may be asked for to get the stock driver: the aliases of the function and of
    /// the virtio device below it, and the plain names for a system that has no table of aliases.
    [[nodiscard]] std::vector<std::string> modules(const std::string& pci) const;

    /// Empty: no override.
    void set_override(const std::string& pci, std::string_view driver) const;
    void unbind(const std::string& pci) const;
    /// Let the kernel look for a driver. Look at nic().driver afterwards: finding none is no error
    /// here.
    void probe(const std::string& pci) const;

  private:
    [[nodiscard]] std::filesystem::path device(const std::string& pci) const;
    [[nodiscard]] std::filesystem::path net(const std::string& ifname) const;

    std::filesystem::path root_;
};

}  // namespace rxmap::ctl
