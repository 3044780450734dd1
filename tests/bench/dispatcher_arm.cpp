// SPDX-License-Identifier: MIT
// The mapped ring in the library's event loop. A turn lasts until all expected packets are there,
// for to leave the loop and enter it again takes system calls that no receiver makes.
#include <chrono>
#include <rxmap/rxmap.hpp>

#include "ring_consumer.hpp"

namespace rxmap::bench {
namespace {

class DispatcherArm : public Arm {
  public:
    DispatcherArm(const std::string& interface, const RingSettings& settings)
        : consumer_(interface, settings),
          packets_(loop_.add_ring(
              consumer_.ring(),
              {.packets = [this](const Batch& batch) { look(batch); }, .most = settings.batch})) {}

    bool turn(Sequence& sequence, Counts& /*counts*/) override {
        sequence_ = &sequence;
        const std::uint64_t before = sequence.received() + sequence.foreign();
        return loop_.run_for(std::chrono::seconds(1)) ||
               sequence.received() + sequence.foreign() != before;
    }
    bool times_lone_packets() const override { return false; }
    std::string settings() const override { return consumer_.text("dispatcher"); }

  private:
    void look(const Batch& batch) {
        consumer_.look(batch, *sequence_);
        if (sequence_->complete())
            loop_.stop();
    }

    RingConsumer consumer_;
    Dispatcher loop_;
    Registration packets_;
    Sequence* sequence_ = nullptr;  // of the turn that runs
};

}  // namespace

std::unique_ptr<Arm> make_dispatcher_arm(const std::string& interface,
                                         const RingSettings& settings) {
    return std::make_unique<DispatcherArm>(interface, settings);
}

}  // namespace rxmap::bench
