// SPDX-License-Identifier: MIT
// An arm that never sleeps by itself. The generator needs this CPU too, so a poll that found
// nothing is followed by a nap in which packets gather. Only polls that found packets count, with
// touching and freeing: what a spinning receiver would pay if it never had to wait.
#pragma once

#include <chrono>
#include <thread>

#include "arm.hpp"

namespace rxmap::bench {

class SpinningArm : public Arm {
  public:
    bool turn(Sequence& sequence, Counts& counts) final {
        constexpr auto kNap = std::chrono::microseconds(50);
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(1);
        while (!poll(sequence, counts)) {
            if (std::chrono::steady_clock::now() > give_up)
                return false;
            std::this_thread::sleep_for(kNap);
        }
        return true;
    }
    [[nodiscard]] bool spins() const final { return true; }

  private:
    /// Takes what is there and counts its instructions. False: nothing was.
    virtual bool poll(Sequence& sequence, Counts& counts) = 0;
};

}  // namespace rxmap::bench
