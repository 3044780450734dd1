// SPDX-License-Identifier: MIT
// What rx.c, ring.c and a backend do in the kernel, in user space: poll cycles over the shared
// code of kmod/algo. One mutex stands for "one poll at a time"; no packet path of the consumer
// takes it.
#pragma once

#include <rxmap/detail/transport.hpp>
#include <rxmap/testing.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "../../kmod/algo/ring_producer.h"
#include "memory.hpp"
#include "signal.hpp"

namespace rxmap::testing {

class Model {
  public:
    explicit Model(const ModelOptions& options);

    [[nodiscard]] const rxmap_attach& granted() const noexcept { return granted_; }
    [[nodiscard]] detail::Regions regions() const noexcept;
    [[nodiscard]] Signal& signal() noexcept { return signal_; }
    [[nodiscard]] rxmap_status& status() const noexcept { return *producer_.status; }
    [[nodiscard]] rxmap_consumer& consumer_words() const noexcept { return *producer_.consumer; }
    [[nodiscard]] std::span<std::uint32_t> release_ids() const noexcept;

    struct Arrival {
        std::span<const std::byte> bytes;
        rxmap_desc metadata;
    };
    std::size_t poll_cycle(std::span<const Arrival> arrivals);
    [[nodiscard]] std::uint64_t lost_at_nic() const;
    void drop_next(rxmap_counter cause, std::uint64_t packets);
    void set_state(State state, Reason reason);
    [[nodiscard]] bool adds_up() const;

    // System calls of the consumer: 0 or an errno value.
    int kick();
    int detach();
    int lock();
    int set_filter(const rxmap_filter& filter);
    int set_wake(const rxmap_wake& wake);
    int busy_poll(const rxmap_busy_poll& poll);
    void timer_ran_out();
    void on_busy_poll(std::function<void()> arrivals) { arrivals_ = std::move(arrivals); }

  private:
    void change_state(rxmap_state state, rxmap_reason reason);
    [[nodiscard]] bool final() const noexcept;
    [[nodiscard]] bool sync();
    void refill();
    void wake();
    void count(rxmap_counter counter, std::uint64_t n = 1);
    [[nodiscard]] bool receive(const Arrival& arrival, std::uint64_t now_ns);
    [[nodiscard]] bool wanted(std::span<const std::byte> bytes) const;
    [[nodiscard]] bool room_for(std::span<const std::byte> bytes);
    void deliver(const Arrival& arrival, std::uint64_t now_ns);

    rxmap_attach granted_;
    Filter filter_;
    std::uint32_t posted_wanted_;
    Pages status_page_;
    Pages descs_;
    Pages frames_;
    Pages consumer_area_;
    std::vector<std::uint32_t> ledger_free_;
    std::vector<std::uint8_t> ledger_lent_;
    rxmap_ledger ledger_{};
    rxmap_producer producer_{};
    Signal signal_;
    std::function<void()> arrivals_;  // the consumer's thread; set before it polls

    mutable std::mutex mutex_;
    std::deque<std::uint32_t> posted_;  // frames with the NIC, in the order it fills them
    std::uint64_t lost_at_nic_ = 0;
    std::uint64_t injected_drops_ = 0;
    rxmap_counter injected_cause_ = RXMAP_CTR_DROP_QUOTA;
    bool locked_ = false;
};

}  // namespace rxmap::testing
