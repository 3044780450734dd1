// SPDX-License-Identifier: MIT
//
// Every wrong argument of every ioctl: exactly one documented errno, the refused argument and its
// limit, and nothing changed: the same file can still be attached afterwards.
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>

#include "lab.hpp"
#include "raw_ring.hpp"

namespace vm {
namespace {

std::array<sock_filter, 1> take_all_program = {{{BPF_RET | BPF_K, 0, 0, 0xffff}}};
std::array<sock_filter, 1> broken_program = {{{BPF_LD | BPF_W | BPF_ABS, 0, 0, 0}}};  // no return

void set_filter(rxmap_attach& a, std::array<sock_filter, 1>& program) {
    a.filter = reinterpret_cast<std::uintptr_t>(program.data());
    a.filter_len = static_cast<__u32>(program.size());
}

struct Refusal {
    const char* what;
    std::function<void(rxmap_attach&)> spoil;
    int error;
    std::uint32_t refused;
    std::int64_t limit;  ///< -1: any
};

const Refusal kRefusals[] = {
    {"size 0", [](auto& a) { a.size = 0; }, EINVAL, RXMAP_REFUSED_SIZE, sizeof(rxmap_attach)},
    {"size short", [](auto& a) { a.size -= 8; }, EINVAL, RXMAP_REFUSED_SIZE, sizeof(rxmap_attach)},
    {"size long", [](auto& a) { a.size += 8; }, EINVAL, RXMAP_REFUSED_SIZE, sizeof(rxmap_attach)},
    {"abi 0", [](auto& a) { a.abi = 0; }, EPROTONOSUPPORT, RXMAP_REFUSED_ABI, RXMAP_ABI_VERSION},
    {"abi newer", [](auto& a) { a.abi++; }, EPROTONOSUPPORT, RXMAP_REFUSED_ABI, RXMAP_ABI_VERSION},
    {"unknown flag", [](auto& a) { a.flags = 1u << 2; }, EINVAL, RXMAP_REFUSED_FLAGS,
     RXMAP_ATTACH_FLAGS},
    {"all flags", [](auto& a) { a.flags = ~0u; }, EINVAL, RXMAP_REFUSED_FLAGS, RXMAP_ATTACH_FLAGS},
    {"reserved first", [](auto& a) { a.reserved[0] = 1; }, EINVAL, RXMAP_REFUSED_FLAGS, -1},
    {"reserved last", [](auto& a) { a.reserved[3] = 1ull << 63; }, EINVAL, RXMAP_REFUSED_FLAGS, -1},
    {"no interface", [](auto& a) { a.ifindex = 0; }, ENODEV, RXMAP_REFUSED_INTERFACE, -1},
    {"unknown interface", [](auto& a) { a.ifindex = 999; }, ENODEV, RXMAP_REFUSED_INTERFACE, -1},
    {"largest interface", [](auto& a) { a.ifindex = ~0u; }, ENODEV, RXMAP_REFUSED_INTERFACE, -1},
    {"loopback", [](auto& a) { a.ifindex = 1; }, ENODEV, RXMAP_REFUSED_INTERFACE, -1},
    {"queue 1 of 1", [](auto& a) { a.queue = 1; }, ENXIO, RXMAP_REFUSED_QUEUE, 1},
    {"largest queue", [](auto& a) { a.queue = ~0u; }, ENXIO, RXMAP_REFUSED_QUEUE, 1},
    {"mode 0", [](auto& a) { a.mode = 0; }, EINVAL, RXMAP_REFUSED_MODE, RXMAP_MODE_DIVERT},
    {"mode 4", [](auto& a) { a.mode = 4; }, EINVAL, RXMAP_REFUSED_MODE, RXMAP_MODE_DIVERT},
    {"unknown overrun", [](auto& a) { a.overrun = 2; }, EINVAL, RXMAP_REFUSED_OVERRUN, -1},
    {"backpressure in tap",
     [](auto& a) { a.mode = RXMAP_MODE_TAP, a.overrun = RXMAP_OVERRUN_BACKPRESSURE; }, EINVAL,
     RXMAP_REFUSED_OVERRUN, -1},
    {"backpressure in filter",
     [](auto& a) {
         a.mode = RXMAP_MODE_FILTER, a.overrun = RXMAP_OVERRUN_BACKPRESSURE;
         set_filter(a, take_all_program);
     },
     EINVAL, RXMAP_REFUSED_OVERRUN, -1},
    {"0 frames", [](auto& a) { a.frames = 0; }, EINVAL, RXMAP_REFUSED_FRAMES, RXMAP_FRAMES_MIN},
    {"32 frames", [](auto& a) { a.frames = 32; }, EINVAL, RXMAP_REFUSED_FRAMES, RXMAP_FRAMES_MIN},
    {"100 frames", [](auto& a) { a.frames = 100; }, EINVAL, RXMAP_REFUSED_FRAMES, -1},
    {"65536 frames", [](auto& a) { a.frames = 65536; }, EINVAL, RXMAP_REFUSED_FRAMES,
     RXMAP_FRAMES_MAX},
    {"2^31 frames", [](auto& a) { a.frames = 1u << 31; }, EINVAL, RXMAP_REFUSED_FRAMES,
     RXMAP_FRAMES_MAX},
    {"largest frames", [](auto& a) { a.frames = ~0u; }, EINVAL, RXMAP_REFUSED_FRAMES,
     RXMAP_FRAMES_MAX},
    {"frame size 0", [](auto& a) { a.frame_size = 0; }, EINVAL, RXMAP_REFUSED_FRAME_SIZE,
     RXMAP_FRAME_SIZE_4K},
    {"frame size 1024", [](auto& a) { a.frame_size = 1024; }, EINVAL, RXMAP_REFUSED_FRAME_SIZE,
     RXMAP_FRAME_SIZE_4K},
    {"frame size 3000", [](auto& a) { a.frame_size = 3000; }, EINVAL, RXMAP_REFUSED_FRAME_SIZE,
     RXMAP_FRAME_SIZE_4K},
    {"frame size 8192", [](auto& a) { a.frame_size = 8192; }, EINVAL, RXMAP_REFUSED_FRAME_SIZE,
     RXMAP_FRAME_SIZE_4K},
    {"quota of all frames", [](auto& a) { a.quota = a.frames; }, ERANGE, RXMAP_REFUSED_QUOTA, -1},
    {"largest quota", [](auto& a) { a.quota = ~0u; }, ERANGE, RXMAP_REFUSED_QUOTA, -1},
    {"wake_packets alone", [](auto& a) { a.wake_packets = 2; }, EINVAL, RXMAP_REFUSED_WAKE,
     RXMAP_WAKE_USECS_MAX},
    {"wake_usecs too long", [](auto& a) { a.wake_usecs = RXMAP_WAKE_USECS_MAX + 1; }, EINVAL,
     RXMAP_REFUSED_WAKE, RXMAP_WAKE_USECS_MAX},
    {"clock -1", [](auto& a) { a.clock_id = -1; }, EINVAL, RXMAP_REFUSED_CLOCK, -1},
    {"clock boottime", [](auto& a) { a.clock_id = CLOCK_BOOTTIME; }, EINVAL, RXMAP_REFUSED_CLOCK,
     -1},
    {"filter mode without filter", [](auto& a) { a.mode = RXMAP_MODE_FILTER; }, EINVAL,
     RXMAP_REFUSED_FILTER, -1},
    {"divert with filter", [](auto& a) { set_filter(a, take_all_program); }, EINVAL,
     RXMAP_REFUSED_FILTER, -1},
    {"filter without return",
     [](auto& a) { a.mode = RXMAP_MODE_TAP, set_filter(a, broken_program); }, EINVAL,
     RXMAP_REFUSED_FILTER, RXMAP_FILTER_LEN_MAX},
    {"filter too long",
     [](auto& a) { a.mode = RXMAP_MODE_TAP, a.filter_len = RXMAP_FILTER_LEN_MAX + 1; }, EINVAL,
     RXMAP_REFUSED_FILTER, RXMAP_FILTER_LEN_MAX},
    {"filter at NULL", [](auto& a) { a.mode = RXMAP_MODE_TAP, a.filter_len = 4; }, EINVAL,
     RXMAP_REFUSED_FILTER, -1},
    {"filter not readable",
     [](auto& a) { a.mode = RXMAP_MODE_TAP, a.filter_len = 4, a.filter = 8; }, EFAULT,
     RXMAP_REFUSED_NOTHING, -1},
};

TEST(Refusals, EachWrongArgumentOfAttachHasItsErrno) {
    const int fd = open_device();
    for (const Refusal& refusal : kRefusals) {
        SCOPED_TRACE(refusal.what);
        rxmap_attach a = request();
        refusal.spoil(a);
        EXPECT_EQ(call(fd, RXMAP_ATTACH, &a), refusal.error);
        EXPECT_EQ(a.refused, refusal.refused);
        EXPECT_EQ(a.abi, RXMAP_ABI_VERSION);
        if (refusal.limit >= 0) {
            EXPECT_EQ(a.limit, static_cast<__u64>(refusal.limit));
        }
    }
    EXPECT_EQ(call(fd, RXMAP_ATTACH, nullptr), EFAULT);
    rxmap_attach good = request();
    EXPECT_EQ(call(fd, RXMAP_ATTACH, &good), 0) << "a refused call left something behind";
    close(fd);
}

TEST(Refusals, QuotaLeavesTheNicItsShareOfTheFrames) {
    const std::uint32_t ring_size = rx_ring_size(kNic);
    for (std::uint32_t frames : {64u, 256u, 2048u, 8192u}) {
        const std::uint32_t most = frames - std::min(ring_size, frames / 2);
        rxmap_attach want = request();
        want.frames = frames;
        want.quota = most + 1;
        const int fd = open_device();
        EXPECT_EQ(call(fd, RXMAP_ATTACH, &want), ERANGE) << frames;
        EXPECT_EQ(want.refused, static_cast<__u32>(RXMAP_REFUSED_QUOTA));
        EXPECT_EQ(want.limit, most);
        want.quota = most;
        EXPECT_EQ(call(fd, RXMAP_ATTACH, &want), 0) << frames;
        close(fd);
    }
}

TEST(Refusals, MoreWakePacketsThanTheQuotaWouldNeverCome) {
    rxmap_attach want = request();
    want.quota = 100;
    want.wake_usecs = 1000;
    want.wake_packets = 101;
    const int fd = open_device();
    EXPECT_EQ(call(fd, RXMAP_ATTACH, &want), EINVAL);
    EXPECT_EQ(want.refused, static_cast<__u32>(RXMAP_REFUSED_WAKE));
    EXPECT_EQ(want.limit, 100u);
    want.wake_packets = 100;
    EXPECT_EQ(call(fd, RXMAP_ATTACH, &want), 0);
    rxmap_wake wake{101, 1000};
    EXPECT_EQ(call(fd, RXMAP_SET_WAKE, &wake), EINVAL);
    wake.packets = 100;
    EXPECT_EQ(call(fd, RXMAP_SET_WAKE, &wake), 0);
    close(fd);
}

TEST(Refusals, AttachToAMappedQueueNamesTheHolder) {
    RawRing ring;
    const int fd = open_device();
    rxmap_attach a = request();
    EXPECT_EQ(call(fd, RXMAP_ATTACH, &a), EBUSY);
    EXPECT_EQ(a.refused, static_cast<__u32>(RXMAP_REFUSED_QUEUE_BUSY));
    EXPECT_EQ(a.limit, static_cast<__u64>(getpid()));
    rxmap_query query{};
    query.ifindex = ifindex(kNic);
    ASSERT_EQ(call(fd, RXMAP_QUERY, &query), 0);
    EXPECT_EQ(query.pid, getpid());
    EXPECT_STREQ(query.comm, "vm-ring");
    EXPECT_EQ(query.mode, static_cast<__u32>(RXMAP_MODE_DIVERT));
    EXPECT_EQ(query.queues, 1u);
    close(fd);
}

TEST(Refusals, OneFileIsOneRingForEver) {
    RawRing ring;
    rxmap_attach again = request();
    EXPECT_EQ(call(ring.fd(), RXMAP_ATTACH, &again), EALREADY);
    EXPECT_EQ(again.refused, static_cast<__u32>(RXMAP_REFUSED_FILE_BUSY));
    ASSERT_EQ(call(ring.fd(), RXMAP_DETACH), 0);
    again = request();
    EXPECT_EQ(call(ring.fd(), RXMAP_ATTACH, &again), EALREADY);
}

TEST(Refusals, MtuLargerThanAFrameIsRefusedBothWays) {
    sh("ip link set rx0 mtu 3000");
    const int fd = open_device();
    rxmap_attach a = request();
    EXPECT_EQ(call(fd, RXMAP_ATTACH, &a), EMSGSIZE);
    EXPECT_EQ(a.refused, static_cast<__u32>(RXMAP_REFUSED_MTU));
    const unsigned long largest = a.limit;
    EXPECT_GT(largest, 1900u);
    EXPECT_LT(largest, 2048u);
    sh("ip link set rx0 mtu " + std::to_string(largest));
    a = request();
    EXPECT_EQ(call(fd, RXMAP_ATTACH, &a), 0);
    const Output refused = try_sh("ip link set rx0 mtu " + std::to_string(largest + 1));
    EXPECT_NE(refused.text.find("Device or resource busy"), std::string::npos) << refused.text;
    close(fd);
    sh("ip link set rx0 mtu " + std::to_string(largest + 1));
}

TEST(Refusals, FileWithoutARingAnswersNotconn) {
    const int fd = open_device();
    rxmap_filter filter{};
    rxmap_wake wake{};
    EXPECT_EQ(call(fd, RXMAP_DETACH), ENOTCONN);
    EXPECT_EQ(call(fd, RXMAP_KICK), ENOTCONN);
    EXPECT_EQ(call(fd, RXMAP_LOCK), ENOTCONN);
    EXPECT_EQ(call(fd, RXMAP_SET_FILTER, &filter), ENOTCONN);
    EXPECT_EQ(call(fd, RXMAP_SET_WAKE, &wake), ENOTCONN);
    EXPECT_EQ(mmap(nullptr, 4096, PROT_READ, MAP_SHARED, fd, 0), MAP_FAILED);
    EXPECT_EQ(errno, ENOTCONN);
    close(fd);
}

TEST(Refusals, EndedRingAnswersNodev) {
    RawRing ring;
    ASSERT_EQ(call(ring.fd(), RXMAP_DETACH), 0);
    rxmap_filter filter{};
    rxmap_wake wake{};
    EXPECT_EQ(call(ring.fd(), RXMAP_DETACH), ENODEV);
    EXPECT_EQ(call(ring.fd(), RXMAP_KICK), ENODEV);
    EXPECT_EQ(call(ring.fd(), RXMAP_LOCK), ENODEV);
    EXPECT_EQ(call(ring.fd(), RXMAP_SET_FILTER, &filter), ENODEV);
    EXPECT_EQ(call(ring.fd(), RXMAP_SET_WAKE, &wake), ENODEV);
}

TEST(Refusals, UnknownRequestsAreNotty) {
    RawRing ring;
    for (unsigned long number : {0ul, 9ul, 0xfful})
        EXPECT_EQ(call(ring.fd(), _IO(RXMAP_IOC_TYPE, number)), ENOTTY);
    EXPECT_EQ(call(ring.fd(), _IOWR(RXMAP_IOC_TYPE, 1, char[8])), ENOTTY) << "another size";
    EXPECT_EQ(call(ring.fd(), 0), ENOTTY);
    EXPECT_EQ(call(ring.fd(), ~0u), ENOTTY);
}

TEST(Refusals, TheFilterOfFilterModeCanBeReplacedAndNotRemoved) {
    rxmap_attach want = request(RXMAP_MODE_FILTER);
    set_filter(want, take_all_program);
    RawRing ring(want);
    rxmap_filter filter{0, 0, 0};
    EXPECT_EQ(call(ring.fd(), RXMAP_SET_FILTER, &filter), EINVAL);
    filter = {1, 0, reinterpret_cast<std::uintptr_t>(take_all_program.data())};
    EXPECT_EQ(call(ring.fd(), RXMAP_SET_FILTER, &filter), 0);
}

TEST(Refusals, EachWrongArgumentOfTheOtherCallsHasItsErrno) {
    RawRing ring(request(RXMAP_MODE_TAP));
    const int fd = ring.fd();
    rxmap_filter filter{1, 1, reinterpret_cast<std::uintptr_t>(take_all_program.data())};
    EXPECT_EQ(call(fd, RXMAP_SET_FILTER, &filter), EINVAL) << "reserved";
    filter = {RXMAP_FILTER_LEN_MAX + 1, 0, filter.insns};
    EXPECT_EQ(call(fd, RXMAP_SET_FILTER, &filter), EINVAL) << "too long";
    filter = {1, 0, 0};
    EXPECT_EQ(call(fd, RXMAP_SET_FILTER, &filter), EINVAL) << "NULL";
    filter = {1, 0, 8};
    EXPECT_EQ(call(fd, RXMAP_SET_FILTER, &filter), EFAULT);
    filter = {1, 0, reinterpret_cast<std::uintptr_t>(broken_program.data())};
    EXPECT_EQ(call(fd, RXMAP_SET_FILTER, &filter), EINVAL) << "no return";
    EXPECT_EQ(call(fd, RXMAP_SET_FILTER, nullptr), EFAULT);
    filter = {0, 0, 0};
    EXPECT_EQ(call(fd, RXMAP_SET_FILTER, &filter), 0) << "removing one is fine in tap mode";

    rxmap_wake wake{2, 0};
    EXPECT_EQ(call(fd, RXMAP_SET_WAKE, &wake), EINVAL);
    wake = {1, RXMAP_WAKE_USECS_MAX + 1};
    EXPECT_EQ(call(fd, RXMAP_SET_WAKE, &wake), EINVAL);
    EXPECT_EQ(call(fd, RXMAP_SET_WAKE, nullptr), EFAULT);

    for (unsigned long code : {RXMAP_QUERY, RXMAP_FORCE_DETACH}) {
        rxmap_query query{};
        query.ifindex = 999;
        EXPECT_EQ(call(fd, code, &query), ENODEV);
        query.ifindex = 1;
        EXPECT_EQ(call(fd, code, &query), ENODEV) << "loopback";
        query.ifindex = ifindex(kNic);
        query.queue = 1;
        EXPECT_EQ(call(fd, code, &query), ENXIO);
        query.queue = 0;
        query.reserved[1] = 1;
        EXPECT_EQ(call(fd, code, &query), EINVAL) << "reserved";
        EXPECT_EQ(call(fd, code, nullptr), EFAULT);
    }
    rxmap_query other{};
    other.ifindex = ifindex("rx1");
    EXPECT_EQ(call(fd, RXMAP_QUERY, &other), 0);
    EXPECT_EQ(other.mode, 0u);
    EXPECT_EQ(call(fd, RXMAP_FORCE_DETACH, &other), ENOTCONN);
    EXPECT_EQ(ring.state(), static_cast<std::uint32_t>(RXMAP_STATE_RUNNING));
}

TEST(Refusals, DivertTakesNoFilter) {
    RawRing divert(request(RXMAP_MODE_DIVERT));
    rxmap_filter filter{1, 0, reinterpret_cast<std::uintptr_t>(take_all_program.data())};
    EXPECT_EQ(call(divert.fd(), RXMAP_SET_FILTER, &filter), EINVAL);
}

TEST(Refusals, LockFreezesTheFilterButNotTheThresholds) {
    rxmap_attach want = request(RXMAP_MODE_TAP);
    want.flags = RXMAP_ATTACH_LOCK;
    RawRing ring(want);
    EXPECT_TRUE(ring.granted().granted & RXMAP_GRANT_LOCKED);
    rxmap_filter filter{1, 0, reinterpret_cast<std::uintptr_t>(take_all_program.data())};
    EXPECT_EQ(call(ring.fd(), RXMAP_SET_FILTER, &filter), EPERM);
    rxmap_wake wake{8, 1000};
    EXPECT_EQ(call(ring.fd(), RXMAP_SET_WAKE, &wake), 0);
}

TEST(Refusals, LockCallFreezesTheFilter) {
    RawRing ring(request(RXMAP_MODE_TAP));
    rxmap_filter filter{1, 0, reinterpret_cast<std::uintptr_t>(take_all_program.data())};
    EXPECT_EQ(call(ring.fd(), RXMAP_SET_FILTER, &filter), 0);
    EXPECT_EQ(call(ring.fd(), RXMAP_LOCK), 0);
    EXPECT_EQ(call(ring.fd(), RXMAP_SET_FILTER, &filter), EPERM);
}

TEST(Attach, GrantsEverySizeOfTheListsAsAsked) {
    // Every size of the closed lists is granted as asked.
    for (std::uint32_t frames : {64u, 256u, 1024u, 2048u, 8192u}) {
        for (std::uint32_t size : {RXMAP_FRAME_SIZE_2K, RXMAP_FRAME_SIZE_4K}) {
            rxmap_attach want = request();
            want.frames = frames;
            want.frame_size = size;
            RawRing ring(want);
            const rxmap_attach& a = ring.granted();
            EXPECT_EQ(a.slots, 2 * frames);
            EXPECT_EQ(a.release_slots, frames);
            EXPECT_EQ(a.frames_region.bytes, std::uint64_t{frames} * size);
            EXPECT_EQ(ring.status().magic, RXMAP_MAGIC);
            EXPECT_EQ(ring.status().frames, frames);
            EXPECT_EQ(ring.status().frame_size, size);
            EXPECT_EQ(ring.status().desc_size, sizeof(rxmap_desc));
            EXPECT_EQ(ring.status().quota, a.quota);
        }
    }
}

}  // namespace
}  // namespace vm
