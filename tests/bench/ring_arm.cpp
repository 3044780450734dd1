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

constexpr std::uint32_t kBatch = 256;
constexpr std::uint32_t kFrames = 4096;

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
    RingArm(const std::string& interface, Wake wake, const std::string& wait)
        : ring_(Ring::attach(interface, {.mode = Mode::divert, .frames = kFrames, .wake = wake})),
          wake_(wake),
          wait_(wait) {
        ring_.set_waiting(waiting(wait));
    }

    bool turn(Sequence& sequence, Counts& counts) override {
        ++counts.syscalls;
        if (ring_.wait(std::chrono::seconds(1)) != Wait::ready)
            return false;
        const std::uint64_t before = instructions();
        while (true) {
            const Batch batch = ring_.take(kBatch);
            if (batch.empty())
                break;
            for (const PacketView packet : batch)
                sequence.on_frame(packet.bytes());
        }
        counts.user_instructions += instructions() - before;
        return true;
    }

    std::string settings() const override {
        return fmt::format("divert, {}, take({}), {} frames of 2 KB, wake {}/{} us", wait_, kBatch,
                           kFrames, wake_.packets, wake_.usecs);
    }

  private:
    Ring ring_;
    Wake wake_;
    std::string wait_;
};

}  // namespace

std::unique_ptr<Arm> make_ring_arm(const std::string& interface, Wake wake,
                                   const std::string& wait) {
    return std::make_unique<RingArm>(interface, wake, wait);
}

}  // namespace rxmap::bench
