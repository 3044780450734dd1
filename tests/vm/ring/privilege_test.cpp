// SPDX-License-Identifier: MIT
//
// Who may attach, what an unprivileged holder of the file may do, and the memory that is charged to
// it.
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "identity.hpp"
#include "lab.hpp"
#include "raw_ring.hpp"

namespace vm {
namespace {

constexpr unsigned long long kRaw = 1ull << CAP_NET_RAW;
constexpr unsigned long long kAdmin = 1ull << CAP_NET_ADMIN;
constexpr unsigned long long kLock = 1ull << CAP_IPC_LOCK;

/// ATTACH; the errno, and through `limit` the capability that was missing.
int attach(int fd, rxmap_attach want, __u64* limit = nullptr) {
    const int error = call(fd, RXMAP_ATTACH, &want);
    if (limit != nullptr)
        *limit = want.refused == RXMAP_REFUSED_CAPABILITY ? want.limit : ~0ull;
    return error;
}

TEST(Privilege, NobodyMayOpenButNotAttach) {
    EXPECT_EQ(in_child([] {
                  become_nobody();
                  __u64 missing = 0;
                  const int error = attach(open_device(), request(RXMAP_MODE_TAP), &missing);
                  return error == EPERM && missing == CAP_NET_RAW ? 0 : 1;
              }),
              0);
}

TEST(Privilege, TapNeedsNetRawOnlyTheOtherModesNetAdminToo) {
    EXPECT_EQ(in_child([] {
                  become_nobody(kRaw | kLock);
                  __u64 missing = 0;
                  const int fd = open_device();
                  if (attach(fd, request(RXMAP_MODE_DIVERT), &missing) != EPERM ||
                      missing != CAP_NET_ADMIN)
                      return 1;
                  return attach(fd, request(RXMAP_MODE_TAP)) == 0 ? 0 : 2;
              }),
              0);
    EXPECT_EQ(in_child([] {
                  become_nobody(kAdmin | kLock);
                  __u64 missing = 0;
                  return attach(open_device(), request(RXMAP_MODE_DIVERT), &missing) == EPERM &&
                                 missing == CAP_NET_RAW
                             ? 0
                             : 1;
              }),
              0);
}

TEST(Privilege, OpenerAndCallerBothNeedIt) {
    const int by_root = open_device();
    EXPECT_EQ(in_child([by_root] {
                  become_nobody();
                  return attach(by_root, request(RXMAP_MODE_TAP));
              }),
              EPERM)
        << "caller without";
    int pair[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    EXPECT_EQ(in_child([&pair] {
                  become_nobody();
                  const int fd = open_device();
                  char data = 0, control[CMSG_SPACE(sizeof(int))] = {};
                  iovec vector{&data, 1};
                  msghdr message{};
                  message.msg_iov = &vector;
                  message.msg_iovlen = 1;
                  message.msg_control = control;
                  message.msg_controllen = sizeof(control);
                  cmsghdr* header = CMSG_FIRSTHDR(&message);
                  header->cmsg_level = SOL_SOCKET;
                  header->cmsg_type = SCM_RIGHTS;
                  header->cmsg_len = CMSG_LEN(sizeof(int));
                  *reinterpret_cast<int*>(CMSG_DATA(header)) = fd;
                  return sendmsg(pair[0], &message, 0) == 1 ? 0 : 1;
              }),
              0);
    char data = 0, control[CMSG_SPACE(sizeof(int))] = {};
    iovec vector{&data, 1};
    msghdr message{};
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    ASSERT_EQ(recvmsg(pair[1], &message, 0), 1);
    const int by_nobody = *reinterpret_cast<int*>(CMSG_DATA(CMSG_FIRSTHDR(&message)));
    EXPECT_EQ(attach(by_nobody, request(RXMAP_MODE_TAP)), EPERM) << "opener without";
}

TEST(Privilege, LockedRingServesAnUnprivilegedReceiver) {
    rxmap_attach want = request();
    want.flags = RXMAP_ATTACH_LOCK;
    RawRing ring(want);
    Traffic traffic("--rate 2000 --count 300");
    EXPECT_EQ(in_child([&ring] {
                  become_nobody();
                  sock_filter all{BPF_RET | BPF_K, 0, 0, 1};
                  rxmap_filter filter{1, 0, reinterpret_cast<std::uintptr_t>(&all)};
                  if (call(ring.fd(), RXMAP_SET_FILTER, &filter) != EPERM)
                      return 1;
                  ring.map_again();
                  Checker checker;
                  receive(ring, checker, 300);
                  return checker.totals().distinct == 300 ? 0 : 2;
              }),
              0);
    traffic.wait();
}

TEST(Privilege, ForceDetachNeedsNetAdmin) {
    RawRing ring;
    EXPECT_EQ(in_child([] {
                  become_nobody(kRaw);
                  rxmap_query query{};
                  query.ifindex = ifindex(kNic);
                  return call(open_device(), RXMAP_FORCE_DETACH, &query);
              }),
              EPERM);
    EXPECT_EQ(ring.state(), static_cast<std::uint32_t>(RXMAP_STATE_RUNNING));
}

TEST(Privilege, FramesAreChargedToMemlockAndGivenBack) {
    EXPECT_EQ(in_child([] {
                  become_nobody(kRaw);
                  rxmap_attach want = request(RXMAP_MODE_TAP);
                  want.frames = 256;
                  const rlim_t need = 256 * 2048;
                  rlimit limit{need - 4096, need};
                  setrlimit(RLIMIT_MEMLOCK, &limit);
                  const int fd = open_device();
                  if (attach(fd, want) != ENOBUFS)
                      return 1;
                  limit.rlim_cur = need;
                  setrlimit(RLIMIT_MEMLOCK, &limit);
                  for (int round = 0; round < 10; ++round) {
                      const int file = open_device();
                      if (attach(file, want) != 0)
                          return 2;  // the charge of the round before is still there
                      close(file);
                  }
                  return 0;
              }),
              0);
}

TEST(Privilege, PromiscuityLastsAsLongAsTheRing) {
    const auto promiscuity = [] {
        return sh("ip -d link show rx0 | grep -o 'promiscuity [0-9]*'");
    };
    EXPECT_EQ(promiscuity(), "promiscuity 0\n");
    rxmap_attach want = request();
    want.flags = RXMAP_ATTACH_PROMISC;
    {
        RawRing ring(want);
        EXPECT_TRUE(ring.granted().granted & RXMAP_GRANT_PROMISC);
        EXPECT_EQ(promiscuity(), "promiscuity 1\n");
        sleep_ms(200);
        Checker checker;
        Traffic traffic("--rate 2000 --count 300 --dst-mac 52:54:00:aa:bb:cc");
        receive(ring, checker, 300);
        traffic.wait();
        checker.expect_exactly(300);
    }
    EXPECT_TRUE(eventually([&] { return promiscuity() == "promiscuity 0\n"; }));
}

}  // namespace
}  // namespace vm
