// SPDX-License-Identifier: MIT
//
// RXMAP_ATTACHED, and Ring::adopt() on it: a file that was attached tells whoever holds it all that
// is needed to map it, and nothing else tells anybody anything.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <rxmap/rxmap.hpp>

#include "identity.hpp"
#include "lab.hpp"
#include "raw_ring.hpp"

namespace vm {
namespace {

rxmap_attach question() {
    rxmap_attach ask{};
    ask.size = sizeof(ask);
    ask.abi = RXMAP_ABI_VERSION;
    return ask;
}

TEST(Attached, IsWhatAttachAnswered) {
    rxmap_attach want = request();
    want.frames = 512;
    want.quota = 100;
    const RawRing ring(want);
    rxmap_attach answer = question();
    ASSERT_EQ(call(ring.fd(), RXMAP_ATTACHED, &answer), 0);
    rxmap_attach expected = ring.granted();
    expected.wake_packets = 1;  // as it is in force
    EXPECT_EQ(std::memcmp(&answer, &expected, sizeof(answer)), 0);
}

TEST(Attached, TellsTheThresholdsAndTheLockOfNow) {
    const RawRing ring;
    rxmap_wake wake{8, 500};
    ASSERT_EQ(call(ring.fd(), RXMAP_SET_WAKE, &wake), 0);
    rxmap_attach answer = question();
    ASSERT_EQ(call(ring.fd(), RXMAP_ATTACHED, &answer), 0);
    EXPECT_EQ(answer.wake_packets, 8u);
    EXPECT_EQ(answer.wake_usecs, 500u);
    EXPECT_EQ(answer.granted & RXMAP_GRANT_LOCKED, 0u);
    ASSERT_EQ(call(ring.fd(), RXMAP_LOCK), 0);
    answer = question();
    ASSERT_EQ(call(ring.fd(), RXMAP_ATTACHED, &answer), 0);
    EXPECT_NE(answer.granted & RXMAP_GRANT_LOCKED, 0u);
}

TEST(Attached, RefusesByNameWhatIsNotAsked) {
    const RawRing ring;
    rxmap_attach ask = question();
    ask.size -= 8;
    EXPECT_EQ(call(ring.fd(), RXMAP_ATTACHED, &ask), EINVAL);
    EXPECT_EQ(ask.refused, static_cast<unsigned>(RXMAP_REFUSED_SIZE));
    EXPECT_EQ(ask.limit, sizeof(ask));
    ask = question();
    ++ask.abi;
    EXPECT_EQ(call(ring.fd(), RXMAP_ATTACHED, &ask), EPROTONOSUPPORT);
    EXPECT_EQ(ask.refused, static_cast<unsigned>(RXMAP_REFUSED_ABI));
    EXPECT_EQ(ask.abi, RXMAP_ABI_VERSION);
    ask = question();
    ask.reserved[3] = 1;
    EXPECT_EQ(call(ring.fd(), RXMAP_ATTACHED, &ask), EINVAL);
    EXPECT_EQ(ask.refused, static_cast<unsigned>(RXMAP_REFUSED_FLAGS));
    EXPECT_EQ(call(ring.fd(), RXMAP_ATTACHED, nullptr), EFAULT);
}

TEST(Attached, OnlyWhileThereIsARing) {
    rxmap_attach ask = question();
    const int fd = open_device();
    EXPECT_EQ(call(fd, RXMAP_ATTACHED, &ask), ENOTCONN);
    rxmap_attach want = request();
    ASSERT_EQ(call(fd, RXMAP_ATTACH, &want), 0);
    ask = question();
    EXPECT_EQ(call(fd, RXMAP_ATTACHED, &ask), 0);
    ASSERT_EQ(call(fd, RXMAP_DETACH), 0);
    ask = question();
    EXPECT_EQ(call(fd, RXMAP_ATTACHED, &ask), ENODEV);
    EXPECT_EQ(ask.status.bytes, 0u);
    close(fd);
}

TEST(Adopt, GoesOnWhereTheOtherOneStopped) {
    rxmap::Ring first = rxmap::Ring::attach("rx0", {.mode = rxmap::Mode::divert});
    Traffic("--rate 2000 --count 300").wait();
    ASSERT_TRUE(eventually([&] { return first.stats()[RXMAP_CTR_TO_RING] >= 300; }));
    ASSERT_EQ(first.take(100).size(), 100u);
    const int fd = first.hand_over();
    EXPECT_EQ(in_child([fd] {
                  become_nobody();
                  rxmap::Ring second = rxmap::Ring::adopt(fd);
                  if (fcntl(second.fd(), F_GETFD) != FD_CLOEXEC || second.info().frames != 2048)
                      return 1;
                  std::uint32_t next = 100;
                  while (next < 300 && second.wait(std::chrono::seconds{5}) == rxmap::Wait::ready)
                      for (const auto packet : second.take())
                          if (packet.sequence() != next++)
                              return 2;
                  if (next < 300)
                      return 3;
                  (void)second.hand_over();
                  return 0;
              }),
              0);
    rxmap::Ring third = rxmap::Ring::adopt(fd);
    EXPECT_EQ(third.state(), rxmap::State::running);
    EXPECT_TRUE(third.take().empty());
}

TEST(Adopt, OfARingThatEndedIsRefused) {
    rxmap::Ring ring = rxmap::Ring::attach("rx0");
    const int copy = dup(ring.fd());
    ring.detach();
    try {
        (void)rxmap::Ring::adopt(copy);
        FAIL() << "adopted";
    } catch (const rxmap::Error& error) {
        EXPECT_EQ(error.code().value(), ENODEV);
        EXPECT_EQ(error.what(), "the ring of descriptor " + std::to_string(copy) + " has ended");
    }
    EXPECT_EQ(close(copy), -1) << "adopt() owns it, whatever happens";
}

// A child of fork() has the descriptor and the object, but no mapping. What it destroys, or leaves
// to exit(), is not its own.
TEST(Forked, AChildThatEndsTakesNothingFromItsParent) {
    rxmap::Ring ring = rxmap::Ring::attach("rx0", {.mode = rxmap::Mode::divert});
    EXPECT_EQ(in_child([&ring] {
                  const rxmap::Ring copy = std::move(ring);
                  return 0;
              }),
              0);
    EXPECT_EQ(in_child([&ring] {
                  try {
                      ring.detach();
                  } catch (const rxmap::Error& error) {
                      return error.code().value() == ECHILD ? 0 : 1;
                  }
                  return 2;
              }),
              0);
    EXPECT_EQ(ring.state(), rxmap::State::running);
    Traffic("--count 100").wait();
    std::size_t received = 0;
    while (received < 100 && ring.wait(std::chrono::seconds{5}) == rxmap::Wait::ready)
        received += ring.take(100).size();
    EXPECT_EQ(received, 100u);
}

}  // namespace
}  // namespace vm
