// SPDX-License-Identifier: MIT
//
// Any event loop on the bare file is correct: no library, no arming word, and still no lost
// wake-up. Packets come one by one with pauses, so that the loop sleeps thousands of times; a lost
// wake-up is a wait that ends by its time limit.
#include <gtest/gtest.h>
#include <liburing.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "lab.hpp"
#include "raw_ring.hpp"

namespace vm {
namespace {

constexpr std::uint64_t kPackets = 6000;
constexpr const char* kTraffic = "--rate 3000 --count 6000";
constexpr int kPatienceMs = 8000;

class Loops : public testing::Test {
  protected:
    Loops() { add(EPOLLIN); }
    ~Loops() override { close(epoll_); }

    void add(std::uint32_t events) { control(EPOLL_CTL_ADD, events); }
    void again(std::uint32_t events) { control(EPOLL_CTL_MOD, events); }
    void control(int what, std::uint32_t events) {
        epoll_event event{};
        event.events = events;
        ASSERT_EQ(epoll_ctl(epoll_, what, ring_.fd(), &event), 0);
    }
    void remove() { ASSERT_EQ(epoll_ctl(epoll_, EPOLL_CTL_DEL, ring_.fd(), nullptr), 0); }

    bool woken() {
        epoll_event event{};
        return epoll_wait(epoll_, &event, 1, kPatienceMs) == 1 && (event.events & EPOLLIN) != 0;
    }

    void expect_all(Traffic& traffic) {
        EXPECT_EQ(traffic.wait(), kPackets);
        checker_.expect_exactly(kPackets);
        expect_conserved(ring_);
    }

    RawRing ring_;
    Checker checker_;
    int epoll_ = epoll_create1(EPOLL_CLOEXEC);
};

TEST_F(Loops, PollWithoutArming) {
    ring_.area().armed = RXMAP_ARMED_NO;  // poll() arms in a word of the kernel's own
    Traffic traffic(kTraffic);
    receive(ring_, checker_, kPackets, kPatienceMs);
    expect_all(traffic);
    EXPECT_GT(ring_.counter(RXMAP_CTR_WAKEUPS), 0u);
}

TEST_F(Loops, EpollLevel) {
    Traffic traffic(kTraffic);
    while (checker_.taken() < kPackets && woken())
        take_all(ring_, checker_);
    expect_all(traffic);
}

TEST_F(Loops, EpollLevelTakingOneAtATime) {
    Traffic traffic(kTraffic);
    while (checker_.taken() < kPackets && woken()) {
        const std::uint32_t frame = ring_.front().frame;
        checker_.take(ring_, ring_.front());
        ring_.pop();
        ring_.release(frame);
        ring_.publish();
    }
    expect_all(traffic);
}

TEST_F(Loops, EpollEdge) {
    again(EPOLLIN | EPOLLET);
    Traffic traffic(kTraffic);
    while (checker_.taken() < kPackets && woken())
        while (take_all(ring_, checker_) != 0) {
        }
    expect_all(traffic);
}

TEST_F(Loops, EpollOneshot) {
    again(EPOLLIN | EPOLLONESHOT);
    Traffic traffic(kTraffic);
    while (checker_.taken() < kPackets && woken()) {
        take_all(ring_, checker_);
        again(EPOLLIN | EPOLLONESHOT);
    }
    expect_all(traffic);
}

TEST_F(Loops, EpollExclusiveFromTwoThreads) {
    remove();
    std::mutex turn;
    Traffic traffic(kTraffic);
    const auto work = [&] {
        const int own = epoll_create1(EPOLL_CLOEXEC);
        epoll_event event{};
        event.events = EPOLLIN | EPOLLEXCLUSIVE;
        epoll_ctl(own, EPOLL_CTL_ADD, ring_.fd(), &event);
        const std::int64_t end = now_ms() + 20000;
        for (bool done = false; !done && now_ms() < end;) {
            epoll_wait(own, &event, 1, 200);
            const std::lock_guard lock(turn);
            take_all(ring_, checker_);
            done = checker_.taken() >= kPackets;
        }
        close(own);
    };
    std::thread other(work);
    work();
    other.join();
    expect_all(traffic);
}

TEST_F(Loops, EpollInsideEpoll) {
    const int outer = epoll_create1(EPOLL_CLOEXEC);
    epoll_event event{};
    event.events = EPOLLIN;
    ASSERT_EQ(epoll_ctl(outer, EPOLL_CTL_ADD, epoll_, &event), 0);
    Traffic traffic(kTraffic);
    while (checker_.taken() < kPackets && epoll_wait(outer, &event, 1, kPatienceMs) == 1)
        if (woken())
            take_all(ring_, checker_);
    close(outer);
    expect_all(traffic);
}

// Of a packet one of them hears, of the end both.
TEST_F(Loops, EpollExclusiveSleepersAllHearOfTheEnd) {
    remove();
    std::atomic<int> heard = 0;
    const auto sleep = [&] {
        const int own = epoll_create1(EPOLL_CLOEXEC);
        epoll_event event{};
        event.events = EPOLLIN | EPOLLEXCLUSIVE;
        epoll_ctl(own, EPOLL_CTL_ADD, ring_.fd(), &event);
        heard += epoll_wait(own, &event, 1, kPatienceMs) == 1 && (event.events & EPOLLHUP) != 0;
        close(own);
    };
    std::thread first(sleep), second(sleep);
    sleep_ms(300);
    ASSERT_EQ(call(ring_.fd(), RXMAP_DETACH), 0);
    first.join();
    second.join();
    EXPECT_EQ(heard, 2);
}

class Uring : public Loops {
  protected:
    Uring() { usable_ = io_uring_queue_init(8, &uring_, 0) == 0; }
    ~Uring() override {
        if (usable_)
            io_uring_queue_exit(&uring_);
    }

    void submit(bool multishot, unsigned events = POLLIN) {
        io_uring_sqe* sqe = io_uring_get_sqe(&uring_);
        if (multishot)
            io_uring_prep_poll_multishot(sqe, ring_.fd(), events);
        else
            io_uring_prep_poll_add(sqe, ring_.fd(), events);
        io_uring_submit(&uring_);
    }

    /// Waits for one completion; `more` says whether the request goes on. False: none came, or not
    /// for this event.
    bool complete(bool& more, int wanted = POLLIN) {
        __kernel_timespec limit{kPatienceMs / 1000, 0};
        io_uring_cqe* cqe = nullptr;
        if (io_uring_wait_cqe_timeout(&uring_, &cqe, &limit) != 0)
            return false;
        more = (cqe->flags & IORING_CQE_F_MORE) != 0;
        const bool has_it = cqe->res > 0 && (cqe->res & wanted) != 0;
        io_uring_cqe_seen(&uring_, cqe);
        return has_it;
    }

    io_uring uring_{};
    bool usable_ = false;
};

TEST_F(Uring, OneshotPoll) {
    ASSERT_TRUE(usable_);
    Traffic traffic(kTraffic);
    for (bool more = false; checker_.taken() < kPackets;) {
        submit(false);
        if (!complete(more))
            break;
        take_all(ring_, checker_);
    }
    expect_all(traffic);
}

TEST_F(Uring, MultishotPoll) {
    ASSERT_TRUE(usable_);
    Traffic traffic(kTraffic);
    submit(true);
    for (bool more = true; checker_.taken() < kPackets;) {
        if (!more)
            submit(true);
        if (!complete(more))
            break;
        // Multishot is edge-triggered: drain.
        while (take_all(ring_, checker_) != 0) {
        }
    }
    expect_all(traffic);
}

TEST_F(Uring, MultishotPollHearsOfTheLink) {
    ASSERT_TRUE(usable_);
    submit(true, POLLIN | POLLPRI);
    for (const char* state : {"down", "up"}) {
        bool more = false;
        sh(std::string("ip link set rx0 ") + state);
        ASSERT_TRUE(complete(more, POLLPRI)) << state;
        ring_.area().state_ack = ring_.status().state_seq;
        if (!more)
            submit(true, POLLIN | POLLPRI);
    }
}

TEST_F(Uring, ExitWithAPollPending) {
    ASSERT_TRUE(usable_);
    submit(true);
    ring_.close_file();  // uring, epoll and the mappings still hold the file
    Traffic traffic("--rate 3000 --count 100");
    traffic.wait();
    SUCCEED();
}

}  // namespace
}  // namespace vm
