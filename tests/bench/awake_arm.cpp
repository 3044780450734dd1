// SPDX-License-Identifier: MIT
// The mapped ring with a wait that stays awake: busy-poll, spin, adaptive. A generator in the guest
// needs this CPU, too, so each wait is short, and after one in vain comes a nap in which packets
// gather. Naps and instructions of waits in vain are counted. Where packets come from outside there
// is no nap.
#include <chrono>
#include <rxmap/rxmap.hpp>
#include <stdexcept>
#include <thread>

#include "ring_consumer.hpp"

namespace rxmap::bench {
namespace {

constexpr auto kWait = std::chrono::microseconds(2);
constexpr std::uint32_t kBudget = RXMAP_BUSY_POLL_BUDGET_MAX;

WaitBy wait_by(const std::string& name) {
    for (const WaitBy by : {WaitBy::busy_poll, WaitBy::spin, WaitBy::adaptive})
        if (name == to_string(by))
            return by;
    throw std::runtime_error("--wait " + name + ": busy-poll, spin or adaptive is wanted");
}

class AwakeArm : public Arm {
  public:
    AwakeArm(const std::string& interface, const RingSettings& settings)
        : consumer_(interface, settings), by_(wait_by(settings.wait)) {
        consumer_.ring().set_waiting({.by = by_, .busy_poll = {.budget = kBudget}});
    }

    bool turn(Sequence& sequence, Counts& counts) override {
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(1);
        if (drained_)
            nap(counts);
        while (!wait(counts)) {
            if (std::chrono::steady_clock::now() > give_up)
                return false;
            nap(counts);
        }
        const std::uint64_t before = sequence.received();
        consumer_.take_all(sequence, counts);
        // A wait in vain would end the suspension of interrupts (policy consumer), a full budget
        // leaves packets in the NIC.
        drained_ = by_ == WaitBy::busy_poll && sequence.received() - before < kBudget;
        if (before == 0)
            before_ = consumer_.ring().wait_stats();
        return true;
    }
    bool naps() const override { return true; }

    std::string settings() const override {
        const WaitStats now = consumer_.ring().wait_stats();
        return fmt::format(
            "{}, {}; waits: {} at once, {} ended by spinning, {} by busy polling, {} in "
            "vain with {} sleeps",
            consumer_.text(consumer_.settings().wait), naps_of(consumer_.settings().nap),
            now.at_once - before_.at_once, now.after_spin - before_.after_spin,
            now.after_busy_poll - before_.after_busy_poll, now.timeouts - before_.timeouts,
            now.sleeps_in_poll - before_.sleeps_in_poll);
    }

  private:
    static std::string naps_of(std::chrono::microseconds nap) {
        return nap.count() > 0 ? fmt::format("naps of {} us", nap.count()) : "no naps";
    }

    bool wait(Counts& counts) {
        const std::uint64_t before = instructions();
        const bool ready = consumer_.ring().wait(kWait) == Wait::ready;
        if (!ready)
            counts.in_vain += instructions() - before;
        return ready;
    }

    void nap(Counts& counts) {
        ++counts.naps;
        std::this_thread::sleep_for(consumer_.settings().nap);
    }

    RingConsumer consumer_;
    WaitBy by_;
    bool drained_ = false;
    WaitStats before_;  // the run whose packets count
};

}  // namespace

std::unique_ptr<Arm> make_awake_arm(const std::string& interface, const RingSettings& settings) {
    return std::make_unique<AwakeArm>(interface, settings);
}

}  // namespace rxmap::bench
