// SPDX-License-Identifier: MIT
// The mapped ring, sleeping in one of the ways that Ring::wait() has.
#include <chrono>
#include <rxmap/rxmap.hpp>
#include <stdexcept>
#ifdef RXMAP_WITH_URING
#include <rxmap/uring.hpp>
#endif

#include "ring_consumer.hpp"

namespace rxmap::bench {
namespace {

Waiting waiting(const std::string& name) {
    Waiting waiting;
    for (const WaitBy by : {WaitBy::poll, WaitBy::epoll, WaitBy::epoll_edge, WaitBy::epoll_oneshot,
                            WaitBy::epoll_exclusive, WaitBy::uring})
        if (name == to_string(by))
            waiting.by = by;
    if (name != to_string(waiting.by))
        throw std::runtime_error("--wait " + name +
                                 ": poll, uring, epoll or one of its kinds is wanted");
#ifdef RXMAP_WITH_URING
    waiting.uring = uring::sleeper;
#endif
    return waiting;
}

class RingArm : public Arm {
  public:
    RingArm(const std::string& interface, const RingSettings& settings)
        : consumer_(interface, settings) {
        consumer_.ring().set_waiting(waiting(settings.wait));
    }

    bool turn(Sequence& sequence, Counts& counts) override {
        ++counts.syscalls;
        if (consumer_.ring().wait(std::chrono::seconds(1)) != Wait::ready)
            return false;
        consumer_.take_all(sequence, counts);
        return true;
    }
    bool times_lone_packets() const override { return !consumer_.settings().touch; }
    std::string settings() const override { return consumer_.text(consumer_.settings().wait); }

  private:
    RingConsumer consumer_;
};

}  // namespace

std::unique_ptr<Arm> make_ring_arm(const std::string& interface, const RingSettings& settings) {
    return std::make_unique<RingArm>(interface, settings);
}

}  // namespace rxmap::bench
