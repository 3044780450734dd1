// SPDX-License-Identifier: MIT
// Mapped rings in the library's event loop: one, or that of each queue. A turn lasts until all
// expected packets are there, for to leave the loop and enter it again takes system calls that no
// receiver makes.
#include <chrono>
#include <rxmap/rxmap.hpp>
#include <vector>

#include "ring_consumer.hpp"

namespace rxmap::bench {
namespace {

class DispatcherArm : public Arm {
  public:
    DispatcherArm(const std::string& interface, const RingSettings& settings) {
        for (std::uint32_t queue = 0; queue < settings.queues; ++queue)
            consumers_.emplace_back(interface, settings, queue);
        for (std::size_t queue = 0; queue < consumers_.size(); ++queue)
            packets_.push_back(loop_.add_ring(
                consumers_[queue].ring(),
                {.packets = [this, queue](const Batch& batch) { look(batch, queue); },
                 .most = settings.batch}));
    }

    bool turn(Sequence& sequence, Counts& /*counts*/) override {
        sequence_ = &sequence;
        const std::uint64_t before = sequence.received() + sequence.foreign();
        return loop_.run_for(std::chrono::seconds(1)) ||
               sequence.received() + sequence.foreign() != before;
    }
    bool times_lone_packets() const override { return false; }
    std::string settings() const override {
        return consumers_.front().text(fmt::format("dispatcher, queues: {}", consumers_.size()));
    }

  private:
    void look(const Batch& batch, std::size_t queue) {
        sequence_->from(queue, consumers_.size());
        consumers_[queue].look(batch, *sequence_);
        if (sequence_->complete())
            loop_.stop();
    }

    std::vector<RingConsumer> consumers_;
    Dispatcher loop_;
    std::vector<Registration> packets_;
    Sequence* sequence_ = nullptr;  // of the turn that runs
};

}  // namespace

std::unique_ptr<Arm> make_dispatcher_arm(const std::string& interface,
                                         const RingSettings& settings) {
    return std::make_unique<DispatcherArm>(interface, settings);
}

}  // namespace rxmap::bench
