// SPDX-License-Identifier: MIT
//
// The library's dispatcher on a real ring: packets, a timer and a descriptor in one thread, sleep
// on an idle link, the end of the device. What needs no kernel is in
// tests/unit/ring_dispatcher*.cpp.
#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <rxmap/rxmap.hpp>
#include <string>

#include "lab.hpp"
#include "probe/frame.hpp"
#include "probe/tracker.hpp"

namespace vm {
namespace {

using rxmap::Dispatcher;
using rxmap::Registration;
using rxmap::Ring;
using rxmap::Wait;
using namespace std::chrono_literals;

constexpr std::uint64_t kPackets = 1500;

class Dispatching : public testing::Test {
  protected:
    void take(const rxmap::Batch& batch) {
        for (const auto packet : batch)
            if (const auto payload = rxmap::probe::udp_payload(packet.bytes()))
                tracker_.on_payload(*payload);
    }
    void expect_nothing_wrong() const {
        const auto totals = tracker_.totals();
        EXPECT_EQ(totals.distinct, kPackets);
        EXPECT_EQ(totals.lost + totals.duplicate + totals.reordered + totals.corrupt, 0u);
    }
    /// Until `loop_.stop()`; a test that hangs ends here.
    void run() { EXPECT_TRUE(loop_.run_for(20s * slowness())) << "nobody stopped it"; }

    Ring ring_ = Ring::attach(kNic, {.mode = rxmap::Mode::divert});
    Dispatcher loop_;
    rxmap::probe::ProbeTracker tracker_{{.origin = rxmap::probe::Origin::zero}};
};

TEST_F(Dispatching, ServesARingATimerAndADescriptor) {
    const int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    std::uint64_t ticks = 0, raised = 0, largest = 0;
    const auto packets = loop_.add_ring(ring_, {.packets = [&](const rxmap::Batch& batch) {
                                            largest =
                                                std::max<std::uint64_t>(largest, batch.size());
                                            take(batch);
                                            eventfd_write(fd, 1);
                                            if (tracker_.totals().distinct == kPackets)
                                                loop_.stop();
                                        }});
    const auto timer = loop_.every(1ms, [&](std::uint64_t intervals) { ticks += intervals; });
    const auto descriptor = loop_.add_fd(fd, EPOLLIN, [&](std::uint32_t) {
        eventfd_t value = 0;
        eventfd_read(fd, &value);
        ++raised;
    });
    Traffic traffic("--rate 2000 --count 1500");
    run();
    EXPECT_EQ(traffic.wait(), kPackets);
    expect_nothing_wrong();
    EXPECT_GT(ticks, 0u);
    EXPECT_GT(raised, 0u);
    EXPECT_LE(largest, std::uint64_t{Ring::kBatch});
    close(fd);
}

TEST_F(Dispatching, SleepsOnAnIdleLink) {
    const auto packets =
        loop_.add_ring(ring_, {.packets = [&](const rxmap::Batch& batch) { take(batch); }});
    EXPECT_FALSE(loop_.run_for(300ms));
    const std::uint64_t wakeups = ring_.stats()[RXMAP_CTR_WAKEUPS];
    EXPECT_FALSE(loop_.run_for(2s));
    EXPECT_EQ(ring_.stats()[RXMAP_CTR_WAKEUPS], wakeups);
}

// The callback takes some packets, removes itself, and the rest is taken without the dispatcher.
TEST_F(Dispatching, GivesTheRingBackToWhoRemovesItsCallback) {
    Registration packets;
    packets = loop_.add_ring(ring_, {.packets = [&](const rxmap::Batch& batch) {
                                 take(batch);
                                 if (tracker_.totals().distinct >= kPackets / 3) {
                                     packets.remove();
                                     loop_.stop();
                                 }
                             }});
    Traffic traffic("--rate 2000 --count 1500");
    run();
    EXPECT_FALSE(packets);
    while (tracker_.totals().distinct < kPackets && ring_.wait(10s * slowness()) == Wait::ready)
        take(ring_.take());
    EXPECT_EQ(traffic.wait(), kPackets);
    expect_nothing_wrong();
}

TEST_F(Dispatching, HearsThatTheDriverIsUnbound) {
    std::string told;
    const auto packets =
        loop_.add_ring(ring_, {.packets = [&](const rxmap::Batch& batch) { take(batch); },
                               .event =
                                   [&](Wait what) {
                                       told += std::string(to_string(what)) + ' ';
                                       if (what == Wait::closed)
                                           loop_.stop();
                                   }});
    (void)try_sh("(sleep 0.5; lab-bind none rx0) >/dev/null 2>&1 &");
    run();
    EXPECT_TRUE(told.ends_with("closed ")) << told;
    EXPECT_EQ(ring_.reason(), rxmap::Reason::device_gone);
    EXPECT_TRUE(eventually([] { return try_sh("ip link show rx0").status != 0; }));
    sh("lab-bind rxmap rx0");
}

}  // namespace
}  // namespace vm
