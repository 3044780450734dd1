// SPDX-License-Identifier: MIT
// The mapped ring in divert mode, sleeping in one of the ways that Ring::wait() has.
#include <fmt/format.h>

#include <chrono>
#include <rxmap/rxmap.hpp>
#include <stdexcept>
#ifdef RXMAP_WITH_URING
#include <rxmap/uring.hpp>
#endif

#include "arm.hpp"

namespace rxmap::bench {
namespace {

constexpr std::uint32_t kFrames = 4096;
constexpr std::size_t kTouched = 14 + 20 + 8;  // first byte of a UDP payload

// Of those that sleep: whoever stays awake leaves no CPU to the generator here.
Waiting waiting(const std::string& name) {
    Waiting waiting;
    for (const WaitBy by : {WaitBy::poll, WaitBy::epoll, WaitBy::epoll_edge, WaitBy::uring})
        if (name == to_string(by))
            waiting.by = by;
    if (name != to_string(waiting.by))
        throw std::runtime_error("--wait " + name + ": poll, epoll, epoll-edge or uring is wanted");
#ifdef RXMAP_WITH_URING
    waiting.uring = uring::sleeper;
#endif
    return waiting;
}

class RingArm : public Arm {
  public:
    RingArm(const std::string& interface, const RingSettings& settings)
        : ring_(Ring::attach(interface,
                             {.mode = Mode::divert, .frames = kFrames, .wake = settings.wake})),
          settings_(settings) {
        ring_.set_waiting(waiting(settings.wait));
    }

    bool turn(Sequence& sequence, Counts& counts) override {
        ++counts.syscalls;
        if (ring_.wait(std::chrono::seconds(1)) != Wait::ready)
            return false;
        const std::uint64_t before = instructions();
        while (true) {
            const Batch batch = ring_.take(settings_.batch);
            if (batch.empty())
                break;
            if (settings_.touch)
                touch(batch, sequence);
            else
                check(batch, sequence);
        }
        counts.user_instructions += instructions() - before;
        return true;
    }
    bool times_lone_packets() const override { return !settings_.touch; }

    std::string settings() const override {
        return fmt::format("divert, {}, take({}), {}, {} frames of 2 KB, wake {}/{} us",
                           settings_.wait, settings_.batch,
                           settings_.touch ? "one byte read" : "each checked", kFrames,
                           settings_.wake.packets, settings_.wake.usecs);
    }

  private:
    static void check(const Batch& batch, Sequence& sequence) noexcept {
        for (const PacketView packet : batch)
            sequence.on_frame(packet.bytes());
    }

    // The least that a receiver does; a packet that was lost is missing from the count.
    void touch(const Batch& batch, Sequence& sequence) noexcept {
        std::uint64_t sum = 0;
        for (const PacketView packet : batch)
            if (const auto bytes = packet.bytes(); bytes.size() > kTouched)
                sum += std::to_integer<std::uint64_t>(bytes[kTouched]);
        touched_ += sum;
        sequence.on_unseen(batch.size());
    }

    Ring ring_;
    RingSettings settings_;
    std::uint64_t touched_ = 0;  // kept, so that no compiler leaves the reading out
};

}  // namespace

std::unique_ptr<Arm> make_ring_arm(const std::string& interface, const RingSettings& settings) {
    return std::make_unique<RingArm>(interface, settings);
}

}  // namespace rxmap::bench
