// SPDX-License-Identifier: MIT
// The dispatcher in one thread: what it calls, in what order, and what callbacks may do to it.
#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>
#include <thread>

#include "counted_new.hpp"
#include "ring_support.hpp"

namespace rxmap::tests {

using Numbers = std::vector<std::uint64_t>;

ModelOptions large() {
    return {.ring = {.frames = 1024}, .posted = 512};
}

int error_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.code().value();
    }
    return 0;
}

struct EventFile {
    EventFile() : fd(eventfd(0, EFD_NONBLOCK)) {}
    EventFile(const EventFile&) = delete;
    EventFile& operator=(const EventFile&) = delete;
    ~EventFile() { close(fd); }
    void raise() const { eventfd_write(fd, 1); }
    std::uint64_t take() const {
        eventfd_t value = 0;
        return eventfd_read(fd, &value) == 0 ? value : 0;
    }
    int fd;
};

TEST(Dispatcher, GivesWholeBatchesInOrder) {
    ModelRing nic(large());
    Ring ring = nic.attach();
    Dispatcher loop;
    std::vector<std::size_t> sizes;
    Numbers seen;
    const auto packets = loop.add_ring(ring, {.packets =
                                                  [&](const Batch& batch) {
                                                      sizes.push_back(batch.size());
                                                      for (const PacketView view : batch)
                                                          seen.push_back(number_of(view.bytes()));
                                                  },
                                              .most = 256});
    nic.receive(burst(0, 300));
    EXPECT_FALSE(loop.run_for(0ms));
    EXPECT_FALSE(loop.run_for(0ms));
    EXPECT_FALSE(loop.run_for(0ms));
    EXPECT_EQ(sizes, (std::vector<std::size_t>{256, 44}));
    ASSERT_EQ(seen.size(), 300U);
    for (std::uint64_t i = 0; i < seen.size(); ++i)
        EXPECT_EQ(seen[i], i);
    nic.poll();
    EXPECT_EQ(ring.stats().delivered, 0U);
}

TEST(Dispatcher, NamesWhatIsOutOfRange) {
    ModelRing nic;
    Ring ring = nic.attach();
    EXPECT_EQ(error_of([] { Dispatcher({.stay_awake = -1us}).stop(); }), EINVAL);
    EXPECT_EQ(error_of([] { Dispatcher({.stay_awake = 2h}).stop(); }), EINVAL);
    Dispatcher loop;
    const auto nothing = [](const Batch&) {};
    EXPECT_EQ(error_of([&] { (void)loop.add_ring(ring, {.packets = nullptr}); }), EINVAL);
    EXPECT_EQ(error_of([&] { (void)loop.add_ring(ring, {.packets = nothing, .most = 0}); }),
              EINVAL);
    EXPECT_EQ(error_of([&] { (void)loop.add_ring(ring, {.packets = nothing, .most = 257}); }),
              EINVAL);
    const auto first = loop.add_ring(ring, {.packets = nothing});
    EXPECT_EQ(error_of([&] { (void)loop.add_ring(ring, {.packets = nothing}); }), EEXIST);
    EXPECT_EQ(error_of([&] { (void)loop.every(0ns, [](std::uint64_t) {}); }), EINVAL);
    EXPECT_EQ(error_of([&] { (void)loop.every(1s, nullptr); }), EINVAL);
    EXPECT_EQ(error_of([&] { (void)loop.after(1s, nullptr); }), EINVAL);
    const auto ready = [](std::uint32_t) {};
    EXPECT_EQ(error_of([&] { (void)loop.add_fd(-1, EPOLLIN, ready); }), EBADF);
    EXPECT_EQ(error_of([&] { (void)loop.add_fd(0, EPOLLONESHOT, ready); }), EINVAL);
    const EventFile file;
    EXPECT_EQ(error_of([&] { (void)loop.add_fd(file.fd, EPOLLIN, nullptr); }), EINVAL);
    const auto other = loop.add_fd(file.fd, EPOLLIN, ready);
    EXPECT_EQ(error_of([&] { (void)loop.add_fd(file.fd, EPOLLIN, ready); }), EEXIST);
    // what was refused left no trace
    nic.receive(packet(1));
    EXPECT_FALSE(loop.run_for(0ms));
    EXPECT_TRUE(first);
}

TEST(Dispatcher, TakesTurnsBetweenRings) {
    ModelRing one, two;
    Ring first = one.attach(), second = two.attach();
    Dispatcher loop;
    std::string order;
    const auto a =
        loop.add_ring(first, {.packets = [&](const Batch&) { order += 'a'; }, .most = 1});
    const auto b =
        loop.add_ring(second, {.packets = [&](const Batch&) { order += 'b'; }, .most = 1});
    one.receive(burst(0, 3));
    two.receive(burst(0, 2));
    for (int turn = 0; turn < 5; ++turn)
        (void)loop.run_for(0ms);
    EXPECT_EQ(order, "ababa");
}

TEST(Dispatcher, RunsTimersWhenTheyAreDue) {
    Dispatcher loop;
    std::string order;
    const auto late = loop.after(20ms, [&] {
        order += 'c';
        loop.stop();
    });
    const auto soon = loop.after(10ms, [&] { order += 'b'; });
    const auto now = loop.after(-1s, [&] { order += 'a'; });
    const auto never = loop.after(std::chrono::nanoseconds::max(), [&] { order += 'x'; });
    const auto start = std::chrono::steady_clock::now();
    loop.run();
    EXPECT_EQ(order, "abc");
    EXPECT_GE(std::chrono::steady_clock::now() - start, 20ms);
    EXPECT_FALSE(late);
    EXPECT_FALSE(soon);
    EXPECT_FALSE(now);
    EXPECT_TRUE(never);
}

TEST(Dispatcher, TellsALateTimerHowManyIntervalsEnded) {
    Dispatcher loop;
    std::uint64_t calls = 0, intervals = 0;
    const auto start = std::chrono::steady_clock::now();
    const auto timer = loop.every(1ms, [&](std::uint64_t ended) {
        ++calls;
        intervals += ended;
        if (calls == 1)
            std::this_thread::sleep_for(10ms);
        if (calls == 4)
            loop.stop();
    });
    loop.run();
    const auto passed = std::chrono::steady_clock::now() - start;
    EXPECT_EQ(calls, 4U);
    EXPECT_GE(intervals, 11U);
    EXPECT_LE(intervals, static_cast<std::uint64_t>(passed / 1ms));
}

TEST(Dispatcher, CallsForForeignDescriptors) {
    const EventFile file;
    Dispatcher loop;
    std::uint64_t value = 0;
    auto registration = loop.add_fd(file.fd, EPOLLIN, [&](std::uint32_t events) {
        EXPECT_EQ(events, std::uint32_t{EPOLLIN});
        value += file.take();
        loop.stop();
    });
    file.raise();
    loop.run();
    EXPECT_EQ(value, 1U);
    registration.remove();
    file.raise();
    EXPECT_FALSE(loop.run_for(0ms));
    EXPECT_EQ(value, 1U);
}

TEST(Dispatcher, LooksAtDescriptorsWhilePacketsCome) {
    ModelRing nic;
    Ring ring = nic.attach();
    const EventFile file;
    Dispatcher loop;
    std::uint64_t batches = 0;
    const auto packets = loop.add_ring(ring, {.packets = [&](const Batch&) {
                                           ++batches;
                                           nic.receive(packet(batches));  // there is always one
                                       }});
    const auto stop = loop.add_fd(file.fd, EPOLLIN, [&](std::uint32_t) { loop.stop(); });
    nic.receive(packet(0));
    file.raise();
    loop.run();
    EXPECT_GE(batches, 1U);
    EXPECT_LE(batches, std::uint64_t{Dispatcher::kTurnsPerLook});
}

TEST(Dispatcher, CallbacksMayRemoveThemselves) {
    ModelRing nic;
    Ring ring = nic.attach();
    const EventFile file;
    Dispatcher loop;
    int batches = 0, ready = 0, ticks = 0;
    Registration packets, descriptor, timer;
    packets = loop.add_ring(ring, {.packets =
                                       [&](const Batch& batch) {
                                           ++batches;
                                           packets.remove();
                                           EXPECT_EQ(number_of(batch[0].bytes()), 7U);
                                       },
                                   .most = 1});
    descriptor = loop.add_fd(file.fd, EPOLLIN, [&](std::uint32_t) {
        ++ready;
        descriptor.remove();
    });
    timer = loop.every(1ns, [&](std::uint64_t) {
        ++ticks;
        timer.remove();
    });
    file.raise();
    nic.receive(burst(7, 2));
    for (int turn = 0; turn < 5; ++turn)
        (void)loop.run_for(1ms);
    EXPECT_EQ(batches, 1);
    EXPECT_EQ(ready, 1);
    EXPECT_EQ(ticks, 1);
    EXPECT_EQ(drain(ring), Numbers{8}) << "the ring is ours again";
}

TEST(Dispatcher, CallbacksMayRemoveAndAddOthers) {
    ModelRing one, two;
    Ring first = one.attach();
    std::optional<Ring> second = two.attach();
    Dispatcher loop;
    int wrong = 0, added = 0;
    Registration a, b, later;
    a = loop.add_ring(first, {.packets = [&](const Batch&) {
                          b.remove();
                          second.reset();
                          later = loop.after(0ms, [&] {
                              ++added;
                              loop.stop();
                          });
                      }});
    b = loop.add_ring(*second, {.packets = [&](const Batch&) { ++wrong; }});
    one.receive(packet(1));
    two.receive(packet(1));
    loop.run();
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(added, 1);
    EXPECT_FALSE(b);
}

TEST(Dispatcher, RingMayGoInItsOwnCallback) {
    ModelRing nic;
    std::optional<Ring> ring = nic.attach();
    Dispatcher loop;
    Registration packets;
    int batches = 0;
    packets = loop.add_ring(*ring, {.packets = [&](const Batch& batch) {
        ++batches;
        packets.remove();
        ring.reset();
        EXPECT_EQ(batch.size(), 2U);
    }});
    nic.receive(burst(0, 2));
    EXPECT_FALSE(loop.run_for(1ms));
    EXPECT_EQ(batches, 1);
}

TEST(Dispatcher, ExceptionLeavesThroughRunAndTheBatchGoesBack) {
    ModelRing nic;
    Ring ring = nic.attach();
    Dispatcher loop;
    bool bad = true;
    Numbers seen;
    const auto packets = loop.add_ring(ring, {.packets =
                                                  [&](const Batch& batch) {
                                                      if (std::exchange(bad, false))
                                                          throw std::runtime_error("mine");
                                                      seen.push_back(number_of(batch[0].bytes()));
                                                  },
                                              .most = 1});
    nic.receive(burst(0, 3));
    EXPECT_THROW(loop.run(), std::runtime_error);
    nic.poll();
    EXPECT_EQ(ring.stats().delivered, 2U) << "the first went back";
    (void)loop.run_for(1ms);
    EXPECT_EQ(seen, (Numbers{1, 2}));
    nic.poll();
    EXPECT_EQ(ring.stats().delivered, 0U);
    EXPECT_TRUE(nic.adds_up());
}

TEST(Dispatcher, ExceptionLosesNoEdgeOfADescriptor) {
    const EventFile one, two;
    Dispatcher loop;
    int calls = 0;
    const auto fail = [&](std::uint32_t) {
        ++calls;
        throw std::runtime_error("mine");
    };
    const auto a = loop.add_fd(one.fd, EPOLLIN | EPOLLET, fail);
    auto b = loop.add_fd(two.fd, EPOLLIN | EPOLLET, fail);
    one.raise();
    two.raise();
    EXPECT_THROW(loop.run(), std::runtime_error);
    EXPECT_THROW(loop.run(), std::runtime_error);
    EXPECT_EQ(calls, 2);
    one.raise();
    two.raise();
    EXPECT_THROW(loop.run(), std::runtime_error);
    b.remove();  // epoll has spoken of it already
    EXPECT_FALSE(loop.run_for(1ms));
    EXPECT_EQ(calls, 3);
}

TEST(Dispatcher, TimerThatThrowsRunsAgainAndOthersAreNotForgotten) {
    Dispatcher loop;
    int calls = 0;
    const auto bad = loop.every(1ms, [&](std::uint64_t) {
        if (++calls == 1)
            throw std::runtime_error("mine");
    });
    const auto good = loop.after(1ms, [&] { loop.stop(); });
    EXPECT_THROW(loop.run(), std::runtime_error);
    loop.run();
    EXPECT_GE(calls, 1);
    EXPECT_FALSE(good);
}

TEST(Dispatcher, TellsOfChangesAndOnceOfTheEnd) {
    ModelRing nic;
    Ring ring = nic.attach();
    Dispatcher loop;
    std::vector<Wait> told;
    std::size_t taken = 0;
    const auto packets =
        loop.add_ring(ring, {.packets = [&](const Batch& batch) { taken += batch.size(); },
                             .event =
                                 [&](Wait what) {
                                     told.push_back(what);
                                     if (what == Wait::closed)
                                         loop.stop();
                                 }});
    nic.carrier_lost();
    (void)loop.run_for(0ms);
    nic.running();
    nic.receive(burst(0, 3));
    nic.unplug();
    loop.run();
    EXPECT_EQ(taken, 3U) << "what was delivered comes before the end";
    EXPECT_EQ(told, (std::vector<Wait>{Wait::state_changed, Wait::closed}));
    EXPECT_FALSE(packets);
    EXPECT_FALSE(loop.run_for(1ms));
}

TEST(Dispatcher, EndThatNobodyListensToIsAnError) {
    ModelRing nic;
    Ring ring = nic.attach();
    Dispatcher loop;
    const auto packets = loop.add_ring(ring, {.packets = [](const Batch&) {}});
    nic.interface_down();
    EXPECT_FALSE(loop.run_for(1ms));
    nic.force_detach();
    EXPECT_EQ(error_of([&] { loop.run(); }), ENODEV);
    EXPECT_FALSE(packets);
    EXPECT_FALSE(loop.run_for(1ms));
}

TEST(Dispatcher, RingThatGoesWhileRegisteredEnds) {
    ModelRing nic;
    Dispatcher loop;
    Registration packets;
    {
        Ring ring = nic.attach();
        packets = loop.add_ring(ring, {.packets = [](const Batch&) {}});
    }
    EXPECT_EQ(error_of([&] { loop.run(); }), ENODEV);
}

TEST(Dispatcher, StopsForATokenAndForAStopThatCameBefore) {
    Dispatcher loop;
    loop.stop();
    loop.run();
    EXPECT_FALSE(loop.run_for(0ms)) << "one stop ends one run";
    std::stop_source stop;
    stop.request_stop();
    EXPECT_TRUE(loop.run_for(20s, stop.get_token()));
}

TEST(Dispatcher, RunsOnceAtATime) {
    Dispatcher loop;
    int inner = 0, finish = 0;
    const auto timer = loop.after(0ms, [&] {
        inner = error_of([&] { loop.run(); });
        finish = error_of([&] { loop.finish(); });
        loop.stop();
    });
    loop.run();
    EXPECT_EQ(inner, EBUSY);
    EXPECT_EQ(finish, EDEADLK);
}

TEST(Dispatcher, MayBeDestroyedInACallback) {
    auto loop = std::make_unique<Dispatcher>();
    bool dropped = false;
    const std::shared_ptr<void> captured(nullptr, [&](void*) { dropped = true; });
    Registration timer = loop->after(0ms, [&loop, captured] { loop.reset(); });
    loop->run();
    EXPECT_EQ(captured.use_count(), 1) << "the callback is gone";
    timer.remove();
}

TEST(Dispatcher, CallbackMayHoldItsOwnRegistration) {
    Dispatcher loop;
    auto mine = std::make_shared<Registration>();
    std::weak_ptr<Registration> watched = mine;
    *mine = loop.after(1h, [mine] {});
    Registration taken = std::move(*mine);
    *mine = std::move(taken);
    Registration* const raw = mine.get();
    mine.reset();
    raw->remove();
    EXPECT_TRUE(watched.expired());
}

TEST(Dispatcher, RegistrationMayOutliveIt) {
    Registration timer;
    {
        Dispatcher loop;
        timer = loop.after(1h, [] {});
        loop.after(1h, [] {}).leave();
    }
    EXPECT_FALSE(timer);
    timer.remove();
}

TEST(Dispatcher, StaysAwakeAsLongAsItIsTold) {
    ModelRing nic;
    Ring ring = nic.attach();
    Dispatcher loop({.stay_awake = 1h});
    std::uint64_t seen = 0, wakeups = 0;
    const auto packets = loop.add_ring(ring, {.packets = [&](const Batch& batch) {
                                           if (seen == 0)
                                               wakeups = ring.stats()[RXMAP_CTR_WAKEUPS];
                                           if ((seen += batch.size()) == 100)
                                               loop.stop();
                                       }});
    std::jthread producer([&] {
        for (std::uint64_t i = 0; i < 100; ++i)
            while (nic.receive(packet(i)) == 0)
                std::this_thread::yield();
    });
    loop.run();
    producer.join();
    EXPECT_EQ(ring.stats()[RXMAP_CTR_WAKEUPS], wakeups) << "it never slept";
}

TEST(Dispatcher, TurnsDoNotAllocate) {
    ModelRing nic(large());
    Ring ring = nic.attach();
    const EventFile file;
    Dispatcher loop;
    std::size_t taken = 0, ticks = 0, ready = 0;
    const auto packets =
        loop.add_ring(ring, {.packets = [&](const Batch& batch) { taken += batch.size(); }});
    const auto timer = loop.every(1ns, [&](std::uint64_t) { ++ticks; });
    const auto descriptor = loop.add_fd(file.fd, EPOLLIN, [&](std::uint32_t) { ++ready; });
    file.raise();
    (void)loop.run_for(0ms);
    nic.receive(burst(0, 300));
    const std::uint64_t before = allocations();
    for (int turn = 0; turn < 20; ++turn)
        (void)loop.run_for(0ms);
    EXPECT_EQ(allocations(), before);
    EXPECT_EQ(taken, 300U);
    EXPECT_GT(ticks, 10U);
    EXPECT_GT(ready, 10U);
}

}  // namespace rxmap::tests
