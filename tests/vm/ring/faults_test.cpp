// SPDX-License-Identifier: MIT
//
// Each allocation of rxmap's code fails once: the operation says ENOMEM and leaves everything as
// it was, so that the same operation works a moment later; nothing leaks (the debug kernel's
// kmemleak looks at the end of the run). Needs a kernel with fault injection.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/ethtool.h>
#include <linux/filter.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "fault_injection.hpp"
#include "lab.hpp"
#include "raw_ring.hpp"
#include "sink.hpp"

namespace vm {
namespace {

class Faults : public testing::Test {
  protected:
    void SetUp() override {
        if (!FaultInjection::available())
            GTEST_SKIP() << "this kernel has no fault injection";
    }

    /// The interface receives and a ring can be attached, after all that failed.
    static void expect_alive() {
        UdpSink sink(9000);
        Traffic unmapped("--rate 2000 --count 300");
        unmapped.wait();
        EXPECT_EQ(sink.drain(), 300u);
        Checker checker;
        RawRing ring;
        Traffic mapped("--rate 2000 --count 300");
        receive(ring, checker, 300);
        mapped.wait();
        checker.expect_exactly(300);
        expect_conserved(ring);
    }

    /// What the kernel says about a probe or a load that failed is meant; all else fails the test.
    static void expect_no_other_errors() {
        EXPECT_EQ(
            sh("dmesg -rc | awk '/^<[0-3]>/ && /rxmap/ && !/ failed/ && !/unable to map virtio/'"),
            "");
    }
};

int result(long value) {
    return value < 0 ? errno : 0;
}

/// The same where the kernel's own functions have other words for want of memory, which rxmap
/// passes on: PCI resources and ioremap() EINVAL, the driver core and misc devices EBUSY and
/// ENODEV, the MSI core ENOSPC, IPv6 ENOBUFS.
int kernels_own(long value) {
    const int error = result(value);
    switch (error) {
        case EINVAL:
        case EBUSY:
        case ENODEV:
        case ENOSPC:
        case ENOBUFS:
            return ENOMEM;
        default:
            return error;
    }
}

/// SIOC... on rx0.
class Control {
  public:
    Control() : fd_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        std::strcpy(ifr_.ifr_name, kNic);
    }
    Control(const Control&) = delete;
    Control& operator=(const Control&) = delete;
    ~Control() { close(fd_); }

    bool up() {
        EXPECT_EQ(ioctl(fd_, SIOCGIFFLAGS, &ifr_), 0);
        return (ifr_.ifr_flags & IFF_UP) != 0;
    }
    int set_up(bool up) {
        EXPECT_EQ(ioctl(fd_, SIOCGIFFLAGS, &ifr_), 0);
        ifr_.ifr_flags =
            static_cast<short>(up ? ifr_.ifr_flags | IFF_UP : ifr_.ifr_flags & ~IFF_UP);
        return result(ioctl(fd_, SIOCSIFFLAGS, &ifr_));
    }
    std::uint32_t ring_size() { return rings(ETHTOOL_GRINGPARAM, 0).second; }
    int set_ring_size(std::uint32_t size) { return rings(ETHTOOL_SRINGPARAM, size).first; }

  private:
    std::pair<int, std::uint32_t> rings(std::uint32_t command, std::uint32_t size) {
        ethtool_ringparam rings{};
        ifr_.ifr_data = reinterpret_cast<char*>(&rings);
        rings.cmd = ETHTOOL_GRINGPARAM;
        int error = result(ioctl(fd_, SIOCETHTOOL, &ifr_));
        if (error == 0 && command == ETHTOOL_SRINGPARAM) {
            rings.cmd = command;
            rings.rx_pending = size;
            error = result(ioctl(fd_, SIOCETHTOOL, &ifr_));
        }
        return {error, rings.rx_pending};
    }

    int fd_;
    ifreq ifr_{};
};

rxmap_attach small_request(std::uint32_t mode) {
    rxmap_attach want = request(mode);
    want.frames = RXMAP_FRAMES_MIN;
    return want;
}

unsigned attach_and_detach(rxmap_attach want) {
    FaultInjection faults(text_of_module());
    int fd = -1;
    const auto attach = [&] {
        fd = open(RXMAP_DEVICE_PATH, O_RDWR | O_CLOEXEC);
        if (fd < 0)
            return errno;
        rxmap_attach args = want;
        const int error = call(fd, RXMAP_ATTACH, &args);
        if (error != 0)
            close(fd);
        return error;
    };
    return faults.each_allocation(attach, [&] {
        EXPECT_EQ(call(fd, RXMAP_DETACH), 0);
        close(fd);
    });
}

TEST_F(Faults, AttachInDivertMode) {
    EXPECT_GT(attach_and_detach(small_request(RXMAP_MODE_DIVERT)), 32u);
    expect_alive();
}

TEST_F(Faults, AttachWithAFilter) {
    std::array<sock_filter, 1> all = {{{BPF_RET | BPF_K, 0, 0, 0xffff}}};
    rxmap_attach want = small_request(RXMAP_MODE_FILTER);
    want.filter = reinterpret_cast<std::uintptr_t>(all.data());
    want.filter_len = all.size();
    EXPECT_GT(attach_and_detach(want), 32u);
    expect_alive();
}

TEST_F(Faults, MappingAndFirstAccess) {
    RawRing ring(small_request(RXMAP_MODE_DIVERT));
    const rxmap_region& frames = ring.granted().frames_region;
    FaultInjection faults(text_of_module());
    void* at = MAP_FAILED;
    const auto map_and_read = [&] {
        at = mmap(nullptr, frames.bytes, PROT_READ, MAP_SHARED, ring.fd(),
                  static_cast<off_t>(frames.offset));
        if (at == MAP_FAILED)
            return errno;
        // A page fault that finds no memory is tried again by the kernel: never SIGBUS.
        EXPECT_EQ(*static_cast<volatile char*>(at), 0);
        return 0;
    };
    faults.each_allocation(map_and_read, [&] { munmap(at, frames.bytes); });
}

TEST_F(Faults, DetachNeverFails) {
    int fd = -1;
    const auto attach = [&] {
        fd = open_device();
        rxmap_attach want = small_request(RXMAP_MODE_TAP);
        ASSERT_EQ(call(fd, RXMAP_ATTACH, &want), 0);
    };
    attach();
    {
        FaultInjection faults(text_of_module());
        const auto detach = [&] {
            EXPECT_EQ(call(fd, RXMAP_DETACH), 0);
            close(fd);
            return 0;
        };
        faults.each_allocation(detach, attach);
    }
    close(fd);
    expect_alive();
}

TEST_F(Faults, GoingUp) {
    Control control;
    ASSERT_EQ(control.set_up(false), 0);
    {
        FaultInjection faults(text_of_module());
        const auto go_up = [&] {
            const int error = control.set_up(true);
            EXPECT_EQ(control.up(), error == 0);
            return error;
        };
        EXPECT_GT(faults.each_allocation(go_up, [&] { EXPECT_EQ(control.set_up(false), 0); }), 5u);
    }
    sh("lab-nic-up rx0");
    expect_alive();
}

TEST_F(Faults, AnotherRingSize) {
    Control control;
    const std::uint32_t before = control.ring_size();
    {
        FaultInjection faults(text_of_module());
        const auto resize = [&] {
            const int error = control.set_ring_size(before / 2);
            EXPECT_TRUE(control.up());
            EXPECT_EQ(control.ring_size(), error == 0 ? before / 2 : before);
            return error;
        };
        EXPECT_GT(
            faults.each_allocation(resize, [&] { EXPECT_EQ(control.set_ring_size(before), 0); }),
            5u);
    }
    expect_alive();
}

TEST_F(Faults, Binding) {
    const std::string pci = sh("printf %s $RX0_PCI");
    const std::string driver = sh("printf %s /sys/bus/pci/drivers/rxmap-$BACKEND");
    const int bind = open((driver + "/bind").c_str(), O_WRONLY | O_CLOEXEC);
    sh("lab-bind none rx0");
    {
        FaultInjection faults(text_of_module());
        const auto attach_driver = [&] { return kernels_own(write(bind, pci.data(), pci.size())); };
        EXPECT_GT(faults.each_allocation(attach_driver, [] { sh("lab-bind none rx0"); }), 5u);
    }
    close(bind);
    expect_no_other_errors();
    sh("lab-bind rxmap rx0");
    expect_alive();
}

TEST_F(Faults, Loading) {
    // What is still given to rxmap would be bound by the load.
    sh("for nic in $NICS; do lab-bind none $nic; echo >/sys/bus/pci/devices/$(lab-pci "
       "$nic)/driver_override; done; rmmod rxmap");
    const int file = open("/root/rxmap.ko", O_RDONLY | O_CLOEXEC);
    {
        // The module loader's own allocations are the kernel's business.
        FaultInjection faults(text_of_function("do_one_initcall"));
        const auto load = [&] { return kernels_own(syscall(SYS_finit_module, file, "", 0)); };
        const auto unload = [] {
            EXPECT_EQ(syscall(SYS_delete_module, "rxmap", O_NONBLOCK), 0) << strerror(errno);
        };
        EXPECT_GT(faults.each_allocation(load, unload), 5u);
    }
    close(file);
    expect_no_other_errors();
    sh("for nic in $NICS; do lab-bind rxmap $nic; done");
    expect_alive();
}

/// Every third allocation on the receive path fails: packets are dropped and counted, and the
/// interface goes on.
TEST_F(Faults, ReceivingUnmapped) {
    {
        UdpSink sink(9000);
        FaultInjection faults(text_of_module());
        faults.atomic_allocations(3, [&] {
            Traffic traffic("--rate 2000 --count 2000 --imix");
            traffic.wait();
        });
        const std::uint64_t got = sink.drain();
        EXPECT_GT(got, 0u);
        EXPECT_LT(got, 2000u) << "no allocation failed";
    }
    expect_alive();
}

/// The same of packets that fill several buffers: of what has begun, the rest goes as well.
TEST_F(Faults, ReceivingPacketsOfSeveralBuffers) {
    sh("ip link set rx0 mtu 9000");
    {
        UdpSink sink(9000);
        FaultInjection faults(text_of_module());
        faults.atomic_allocations(3, [&] {
            Traffic traffic("--rate 1000 --count 1000 --size 9000");
            traffic.wait();
        });
        const std::uint64_t got = sink.drain();
        EXPECT_GT(got, 0u);
        EXPECT_LT(got, 1000u) << "no allocation failed";
    }
    sh("ip link set rx0 mtu 1500");
    expect_alive();
}

TEST_F(Faults, ReceivingInTapMode) {
    {
        UdpSink sink(9000);
        RawRing ring(request(RXMAP_MODE_TAP));
        Checker checker;
        FaultInjection faults(text_of_module());
        faults.atomic_allocations(3, [&] {
            Traffic traffic("--rate 2000 --count 1000");
            receive(ring, checker, 1000);
            traffic.wait();
        });
        checker.expect_exactly(1000);
        expect_conserved(ring);
        EXPECT_GT(ring.counter(RXMAP_CTR_STACK_DROPS), 0u) << "no allocation failed";
        EXPECT_LE(sink.drain(), 1000 - ring.counter(RXMAP_CTR_STACK_DROPS));
    }
    expect_alive();
}

}  // namespace
}  // namespace vm
