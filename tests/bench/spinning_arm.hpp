// SPDX-License-Identifier: MIT
// An arm that never sleeps by itself. A generator in the guest needs this CPU too, so a poll that
// found nothing is followed by a nap in which packets gather. Only polls that found packets count,
// with touching and freeing: what a spinning receiver would pay if it never had to wait. Where
// packets come from outside it does not nap, and then the time of all counts.
#pragma once

#include <chrono>
#include <thread>

#include "arm.hpp"

namespace rxmap::bench {

class SpinningArm : public Arm {
  public:
    /// @p nap: 0 means none.
    explicit SpinningArm(std::chrono::microseconds nap) : nap_(nap) {}

    bool turn(Sequence& sequence, Counts& counts) final {
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(1);
        while (!poll(sequence, counts)) {
            if (std::chrono::steady_clock::now() > give_up)
                return false;
            std::this_thread::sleep_for(nap_);
        }
        return true;
    }
    [[nodiscard]] bool spins() const final { return true; }

  protected:
    /// For settings().
    [[nodiscard]] std::string what_counts() const {
        return nap_.count() > 0 ? "; empty polls not counted" : "; no naps";
    }

  private:
    /// Takes what is there and counts its instructions. False: nothing was.
    virtual bool poll(Sequence& sequence, Counts& counts) = 0;

    std::chrono::microseconds nap_;
};

}  // namespace rxmap::bench
