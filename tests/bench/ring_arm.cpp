// SPDX-License-Identifier: MIT
// The mapped ring in divert mode, waiting with poll() as Ring::wait() does it.
#include <fmt/format.h>

#include <chrono>
#include <rxmap/rxmap.hpp>

#include "arm.hpp"

namespace rxmap::bench {
namespace {

constexpr std::uint32_t kBatch = 256;
constexpr std::uint32_t kFrames = 4096;

class RingArm : public Arm {
  public:
    RingArm(const std::string& interface, Wake wake)
        : ring_(Ring::attach(interface, {.mode = Mode::divert, .frames = kFrames, .wake = wake})),
          wake_(wake) {}

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
        return fmt::format("divert, poll(), take({}), {} frames of 2 KB, wake {}/{} us", kBatch,
                           kFrames, wake_.packets, wake_.usecs);
    }

  private:
    Ring ring_;
    Wake wake_;
};

}  // namespace

std::unique_ptr<Arm> make_ring_arm(const std::string& interface, Wake wake) {
    return std::make_unique<RingArm>(interface, wake);
}

}  // namespace rxmap::bench
