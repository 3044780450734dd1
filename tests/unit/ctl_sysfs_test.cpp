// SPDX-License-Identifier: MIT
// rxmapctl's view of sysfs, on a small sysfs tree of its own: the same files and symbolic links, in
// a scratch folder.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "handover.hpp"
#include "list.hpp"
#include "sysfs.hpp"

namespace {

namespace fs = std::filesystem;
using namespace rxmap::ctl;

class SysfsTree : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "rxmapctl-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        root_ = name;
        fs::create_directories(root_ / "class/net");
        write("bus/pci/drivers_probe", "");
        for (const char* driver : {"virtio-pci", "rxmap-virtio_net", "igb"})
            fs::create_directories(root_ / "bus/pci/drivers" / driver);
    }
    void TearDown() override { fs::remove_all(root_); }

    void write(const fs::path& path, const std::string& text) const {
        fs::create_directories((root_ / path).parent_path());
        std::ofstream(root_ / path) << text << '\n';
    }
    [[nodiscard]] std::string read(const fs::path& path) const {
        std::ifstream file(root_ / path);
        std::stringstream text;
        text << file.rdbuf();
        return text.str();
    }
    /// A PCI function with a driver; @p below is "" or the virtio device between function and
    /// interface.
    void add_nic(const std::string& pci, const std::string& id, const std::string& driver,
                 const std::string& below, const std::string& ifname, unsigned queues) const {
        const fs::path device = fs::path("devices/pci0000:00") / pci;
        write(device / "vendor", "0x" + id.substr(0, 4));
        write(device / "device", "0x" + id.substr(5));
        write(device / "modalias", "pci:" + id);
        write(device / "driver_override", "(null)");
        fs::create_directories(root_ / "bus/pci/devices");
        fs::create_directory_symlink(root_ / device, root_ / "bus/pci/devices" / pci);
        if (!driver.empty())
            fs::create_directory_symlink(root_ / "bus/pci/drivers" / driver,
                                         root_ / device / "driver");
        if (ifname.empty())
            return;
        const fs::path parent = below.empty() ? device : device / below;
        const fs::path net = parent / "net" / ifname;
        write(net / "ifindex", "2");
        write(net / "carrier", "1");
        for (unsigned queue = 0; queue < queues; ++queue) {
            fs::create_directories(root_ / net / "queues" / ("rx-" + std::to_string(queue)));
            fs::create_directories(root_ / net / "queues" / ("tx-" + std::to_string(queue)));
        }
        fs::create_directory_symlink(root_ / parent, root_ / net / "device");
        fs::create_directory_symlink(root_ / net, root_ / "class/net" / ifname);
    }
    [[nodiscard]] Sysfs sysfs() const { return Sysfs(root_); }

    fs::path root_;
};

TEST_F(SysfsTree, FindsTheInterfaceBelowTheVirtioDevice) {
    add_nic("0000:00:03.0", "1af4:1000", "virtio-pci", "virtio0", "eth0", 2);
    const Nic nic = sysfs().nic("0000:00:03.0");
    EXPECT_EQ(nic.ifname, "eth0");
    EXPECT_EQ(nic.driver, "virtio-pci");
    EXPECT_EQ(nic.rxmap_driver, "rxmap-virtio_net");
    EXPECT_EQ(nic.queues, 2U);
    EXPECT_TRUE(nic.link);
    EXPECT_FALSE(nic.is_ours());
    EXPECT_EQ(sysfs().pci_of("eth0"), "0000:00:03.0");
}

TEST_F(SysfsTree, FindsTheInterfaceOfOurDriverDirectlyBelowTheFunction) {
    add_nic("0000:00:10.0", "1af4:1041", "rxmap-virtio_net", "", "rx0", 1);
    EXPECT_TRUE(sysfs().nic("0000:00:10.0").is_ours());
    EXPECT_EQ(sysfs().pci_of("rx0"), "0000:00:10.0");
}

TEST_F(SysfsTree, ListsOnlyWhatRxmapCouldDrive) {
    add_nic("0000:00:02.0", "8086:10c9", "igb", "", "mgmt0", 1);
    add_nic("0000:00:03.0", "1af4:1000", "", "", "", 0);
    add_nic("0000:00:04.0", "1af4:1001", "virtio-pci", "", "", 0);
    const auto found = sysfs().nics();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].pci, "0000:00:03.0");
    EXPECT_EQ(json(rows(sysfs())),
              "[\n  {\"ifname\": null, \"pci\": \"0000:00:03.0\", \"driver\": null, "
              "\"link\": \"down\", \"queues\": 0, \"mapped_by_pid\": null}\n]\n");
}

TEST_F(SysfsTree, NothingThereIsAnEmptyArray) {
    EXPECT_EQ(json(rows(sysfs())), "[]\n");
}

TEST_F(SysfsTree, ResolvesInterfaceAndPciAddressAndNothingElse) {
    add_nic("0000:00:03.0", "1af4:1000", "virtio-pci", "virtio0", "eth0", 1);
    write("class/net/lo/ifindex", "1");
    EXPECT_EQ(resolve(sysfs(), "eth0"), "0000:00:03.0");
    EXPECT_EQ(resolve(sysfs(), "0000:00:03.0"), "0000:00:03.0");
    for (const char* name : {"lo", "eth1", "", ".", "..", "../net/eth0", "0000:00:99.0"})
        EXPECT_THROW(resolve(sysfs(), name), std::runtime_error) << name;
}

TEST_F(SysfsTree, RefusesANicOfAnotherKind) {
    add_nic("0000:00:02.0", "8086:10c9", "igb", "", "", 0);
    EXPECT_THROW(take_over(sysfs(), "0000:00:02.0", false), std::runtime_error);
    EXPECT_EQ(read("bus/pci/devices/0000:00:02.0/driver_override"), "(null)\n");
}

TEST_F(SysfsTree, RefusesToBindWithoutTheModule) {
    add_nic("0000:00:03.0", "1af4:1000", "virtio-pci", "", "", 0);
    fs::remove(root_ / "bus/pci/drivers/rxmap-virtio_net");
    EXPECT_THROW(take_over(sysfs(), "0000:00:03.0", false), std::runtime_error);
    EXPECT_EQ(read("bus/pci/devices/0000:00:03.0/driver_override"), "(null)\n");
}

TEST_F(SysfsTree, RefusesToUnbindWhatIsNotOurs) {
    add_nic("0000:00:03.0", "1af4:1000", "virtio-pci", "virtio0", "eth0", 1);
    EXPECT_THROW(give_back(sysfs(), "0000:00:03.0", false), std::runtime_error);
}

TEST_F(SysfsTree, BindingWhatIsOursAlreadyChangesNothing) {
    add_nic("0000:00:10.0", "1af4:1041", "rxmap-virtio_net", "", "rx0", 1);
    const Handover done = take_over(sysfs(), "0000:00:10.0", false);
    EXPECT_TRUE(done.after.is_ours());
    EXPECT_TRUE(done.not_restored.empty());
    EXPECT_EQ(read("bus/pci/devices/0000:00:10.0/driver_override"), "(null)\n");
}

}  // namespace
