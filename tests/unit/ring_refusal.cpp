// SPDX-License-Identifier: MIT
// Every refusal of RXMAP_ATTACH becomes one sentence with argument, limit and value.
#include "refusal.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "ring_support.hpp"

namespace rxmap::tests {

struct RefusalCase {
    const char* name;
    int error;
    void (*fill)(rxmap_attach& attach, rxmap_query& holder);
    const char* sentence;
};

void PrintTo(const RefusalCase& c, std::ostream* out) {
    *out << c.name;
}

class Refusal : public ::testing::TestWithParam<RefusalCase> {};

TEST_P(Refusal, IsOneSentence) {
    rxmap_attach attach{};
    detail::Circumstances more{};
    more.mtu = 9000;
    more.memlock = 65536;
    attach.frames = 2048;
    attach.frame_size = 2048;
    attach.mode = RXMAP_MODE_TAP;
    GetParam().fill(attach, more.holder);
    EXPECT_EQ(detail::describe_refusal(GetParam().error, "eth1", attach, more),
              GetParam().sentence);
}

#define FILL [](rxmap_attach & a, rxmap_query & q)

// clang-format off
const RefusalCase kCases[] = {
    {"nomem", ENOMEM, FILL { a.refused = RXMAP_REFUSED_NOTHING; (void)q; },
     "no memory for 2048 frames of 2048 bytes for queue 0 of 'eth1'"},
    {"memlock", ENOBUFS, FILL { a.refused = RXMAP_REFUSED_NOTHING; (void)q; },
     "2048 frames of 2048 bytes for queue 0 of 'eth1' lock 4194304 bytes of memory, the most for this user is 65536 (ulimit -l)"},
    {"size", EINVAL, FILL { a.refused = RXMAP_REFUSED_SIZE; a.size = 100; a.limit = 208; (void)q; },
     "struct rxmap_attach has 100 bytes, the module knows 208"},
    {"abi", EPROTONOSUPPORT, FILL { a.refused = RXMAP_REFUSED_ABI; a.limit = 2; (void)q; },
     "this library speaks ABI 1, the module ABI 2: use library and module of one version"},
    {"interface", ENODEV, FILL { a.refused = RXMAP_REFUSED_INTERFACE; (void)q; },
     "interface 'eth1' is not driven by rxmap, bind it with: rxmapctl bind eth1"},
    {"queue", ENXIO, FILL { a.refused = RXMAP_REFUSED_QUEUE; a.queue = 7; a.limit = 2; (void)q; },
     "queue is 7, 'eth1' has 2 RX queue(s), counted from 0"},
    {"busy", EBUSY, FILL { a.refused = RXMAP_REFUSED_QUEUE_BUSY; a.limit = 41; q.pid = 42; std::strcpy(q.comm, "rxmap-recv"); },
     "queue 0 of 'eth1' is already mapped by process 42 (rxmap-recv)"},
    {"busy, holder unknown", EBUSY, FILL { a.refused = RXMAP_REFUSED_QUEUE_BUSY; a.limit = 41; (void)q; },
     "queue 0 of 'eth1' is already mapped by process 41"},
    {"busy, foreign pid namespace", EBUSY, FILL { a.refused = RXMAP_REFUSED_QUEUE_BUSY; std::strcpy(q.comm, "x"); },
     "queue 0 of 'eth1' is already mapped by a process of another pid namespace (x)"},
    {"file", EALREADY, FILL { a.refused = RXMAP_REFUSED_FILE_BUSY; (void)q; },
     "this open file has, or had, a ring already"},
    {"capability", EPERM, FILL { a.refused = RXMAP_REFUSED_CAPABILITY; a.limit = 13; (void)q; },
     "mode tap on 'eth1' needs CAP_NET_RAW, which this process or the opener of the file lacks"},
    {"mode", EINVAL, FILL { a.refused = RXMAP_REFUSED_MODE; a.mode = 9; a.limit = 3; (void)q; },
     "mode is 9, known are 1 (tap), 2 (filter) and 3 (divert)"},
    {"backpressure", EINVAL, FILL { a.refused = RXMAP_REFUSED_OVERRUN; a.overrun = RXMAP_OVERRUN_BACKPRESSURE; (void)q; },
     "overrun policy backpressure needs mode divert, the mode is tap"},
    {"overrun", EINVAL, FILL { a.refused = RXMAP_REFUSED_OVERRUN; a.overrun = 5; (void)q; },
     "overrun policy is 5, known are 0 (drop) and 1 (backpressure)"},
    {"frames odd", EINVAL, FILL { a.refused = RXMAP_REFUSED_FRAMES; a.frames = 100; (void)q; },
     "frames is 100, it must be a power of two from 64 to 32768"},
    {"frames few", EINVAL, FILL { a.refused = RXMAP_REFUSED_FRAMES; a.frames = 32; a.limit = 64; (void)q; },
     "frames is 32, the least for this queue is 64"},
    {"frames many", EINVAL, FILL { a.refused = RXMAP_REFUSED_FRAMES; a.frames = 65536; a.limit = 32768; (void)q; },
     "frames is 65536, the most for this queue is 32768"},
    {"frame size", EINVAL, FILL { a.refused = RXMAP_REFUSED_FRAME_SIZE; a.frame_size = 1000; a.limit = 4096; (void)q; },
     "frame size is 1000, it must be 2048 or 4096"},
    {"quota", ERANGE, FILL { a.refused = RXMAP_REFUSED_QUOTA; a.quota = 2000; a.limit = 1792; (void)q; },
     "quota is 2000, the most with 2048 frames on 'eth1' is 1792"},
    {"usecs", EINVAL, FILL { a.refused = RXMAP_REFUSED_WAKE; a.wake_usecs = 2000000; (void)q; },
     "wake usecs is 2000000, the most is 1000000"},
    {"packets", EINVAL, FILL { a.refused = RXMAP_REFUSED_WAKE; a.wake_packets = 8; (void)q; },
     "wake packets is 8, more than 1 needs a nonzero wake usecs, which is 0"},
    {"packets above quota", EINVAL, FILL { a.refused = RXMAP_REFUSED_WAKE; a.wake_packets = 4096; a.wake_usecs = 50; a.limit = 1792; (void)q; },
     "wake packets is 4096, more than the quota are never unread, which is 1792"},
    {"promiscuous", EOVERFLOW, FILL { a.refused = RXMAP_REFUSED_PROMISC; (void)q; },
     "'eth1' cannot be made promiscuous, too many users did already: Value too large for defined data type"},
    {"clock", EINVAL, FILL { a.refused = RXMAP_REFUSED_CLOCK; a.clock_id = -3; (void)q; },
     "clock is -3, known are 0 (realtime), 1 (monotonic) and 11 (tai)"},
    {"flags", EINVAL, FILL { a.refused = RXMAP_REFUSED_FLAGS; a.flags = 8; a.limit = 3; (void)q; },
     "attach flags are 8, the module knows 3"},
    {"filter long", EINVAL, FILL { a.refused = RXMAP_REFUSED_FILTER; a.filter_len = 5000; (void)q; },
     "the filter has 5000 instructions, the most is 4096"},
    {"filter missing", EINVAL, FILL { a.refused = RXMAP_REFUSED_FILTER; a.mode = RXMAP_MODE_FILTER; (void)q; },
     "mode filter needs a filter, it has 0 instructions"},
    {"filter in divert", EINVAL, FILL { a.refused = RXMAP_REFUSED_FILTER; a.mode = RXMAP_MODE_DIVERT; a.filter_len = 3; (void)q; },
     "mode divert takes every packet and has no filter, this one has 3 instructions"},
    {"filter invalid", EINVAL, FILL { a.refused = RXMAP_REFUSED_FILTER; a.filter_len = 3; (void)q; },
     "the filter of 3 instructions is not a valid classic BPF program"},
    {"mtu", EMSGSIZE, FILL { a.refused = RXMAP_REFUSED_MTU; a.limit = 2018; (void)q; },
     "the MTU of 'eth1' is 9000, the most for frames of 2048 bytes is 2018"},
    {"offloads", EOPNOTSUPP, FILL { a.refused = RXMAP_REFUSED_OFFLOADS; (void)q; },
     "'eth1' merges packets and cannot be told not to: start QEMU with guest_tso4=off,guest_tso6=off,guest_ufo=off,guest_ecn=off or ctrl_guest_offloads=on"},
    {"bounce", EOPNOTSUPP, FILL { a.refused = RXMAP_REFUSED_BOUNCE; (void)q; },
     "the device of 'eth1' cannot write into the frames directly"},
    {"unknown", EIO, FILL { a.refused = 99; (void)q; },
     "cannot attach 2048 frames of 2048 bytes for queue 0 of 'eth1': Input/output error"},
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(Attach, Refusal, ::testing::ValuesIn(kCases));

TEST(Adopt, SaysWhyNot) {
    rxmap_attach attach{};
    EXPECT_EQ(detail::describe_adoption(EBADF, 7, attach), "descriptor 7 is not open");
    EXPECT_EQ(detail::describe_adoption(ENOTTY, 7, attach),
              "descriptor 7 is not a file of /dev/rxmap");
    EXPECT_EQ(detail::describe_adoption(ENOTCONN, 7, attach),
              "descriptor 7 has no ring: whoever hands it on attaches first");
    EXPECT_EQ(detail::describe_adoption(ENODEV, 7, attach), "the ring of descriptor 7 has ended");
    EXPECT_EQ(detail::describe_adoption(EIO, 7, attach),
              "cannot take over descriptor 7: Input/output error");
    attach.refused = RXMAP_REFUSED_ABI;
    attach.limit = 2;
    EXPECT_EQ(detail::describe_adoption(EPROTONOSUPPORT, 7, attach),
              "this library speaks ABI 1, the module ABI 2: use library and module of one version");
}

TEST(Adopt, TakesTheNumberFromTheEnvironment) {
    const auto sentence = [](const char* value) {
        if (value == nullptr)
            unsetenv("RXMAP_FD");
        else
            setenv("RXMAP_FD", value, 1);
        try {
            (void)Ring::adopt();
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string("adopted");
    };
    EXPECT_EQ(sentence(nullptr),
              "RXMAP_FD is not set: start this program with: rxmapctl exec INTERFACE -- ...");
    EXPECT_EQ(sentence("7x"), "RXMAP_FD is '7x', no file descriptor");
    EXPECT_EQ(sentence("-7"), "RXMAP_FD is '-7', no file descriptor");
    EXPECT_EQ(sentence(""), "RXMAP_FD is '', no file descriptor");
    EXPECT_EQ(sentence("1000000"), "descriptor 1000000 is not open");
    unsetenv("RXMAP_FD");
}

TEST(Attach, SaysHowToLoadTheModule) {
    EXPECT_EQ(detail::describe_open_failure(ENOENT),
              "there is no /dev/rxmap: the module is not loaded, load it with: insmod rxmap.ko");
    if (access(RXMAP_DEVICE_PATH, F_OK) == 0)
        GTEST_SKIP() << "the module is loaded here";
    EXPECT_THROW((void)Ring::attach("lo"), std::system_error);
}

}  // namespace rxmap::tests
