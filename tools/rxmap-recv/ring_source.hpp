// SPDX-License-Identifier: MIT
//
// The mapped ring through librxmap: wait, take batches until nothing is left, give them back.
#pragma once

#include <rxmap/rxmap.hpp>

#include "rxmap-recv/options.hpp"
#include "rxmap-recv/source.hpp"

namespace rxmap::recv {

class RingSource final : public Source {
  public:
    /// Attaches, or takes what is in RXMAP_FD. Throws rxmap::Error, which names argument, limit and
    /// value.
    RingSource(const std::string& interface, const RingOptions& options);
    /// Takes a ring that is attached already.
    RingSource(const std::string& interface, Ring ring, const Waiting& waiting, bool filtered);

    [[nodiscard]] Turn turn(Consumer& consumer, std::chrono::steady_clock::time_point deadline,
                            std::uint64_t limit, std::stop_token stop) override;
    [[nodiscard]] std::string description() const override;
    [[nodiscard]] std::string name() const override;
    [[nodiscard]] std::string status() const override;
    [[nodiscard]] std::uint64_t wakeups() const override;
    [[nodiscard]] std::vector<NamedCount> drops() const override;
    [[nodiscard]] std::vector<NamedCount> waits() const override;

  private:
    /// Takes what is there, at most `limit`; false when there was nothing.
    bool drain(Consumer& consumer, std::uint64_t limit) noexcept;

    std::string interface_;
    Ring ring_;
    WaitBy by_;
    bool filtered_;
};

}  // namespace rxmap::recv
