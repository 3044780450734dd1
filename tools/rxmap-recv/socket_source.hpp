// SPDX-License-Identifier: MIT
//
// The baseline: an ordinary UDP socket, poll() and then recv() until nothing is left, with the
// largest receive buffer the system gives.
#pragma once

#include <sys/socket.h>

#include <array>
#include <memory>

#include "rxmap-recv/source.hpp"

namespace rxmap::recv {

class SocketSource final : public Source {
  public:
    /// Throws std::system_error that names option and port.
    explicit SocketSource(std::uint16_t port);
    SocketSource(const SocketSource&) = delete;
    SocketSource& operator=(const SocketSource&) = delete;
    ~SocketSource() override;

    [[nodiscard]] Turn turn(Consumer& consumer, std::chrono::steady_clock::time_point deadline,
                            std::uint64_t limit, std::stop_token stop) override;
    [[nodiscard]] std::string description() const override;
    [[nodiscard]] std::string name() const override { return "stock socket, poll() and recv()"; }
    [[nodiscard]] std::string status() const override { return "the socket is open"; }
    [[nodiscard]] std::uint64_t wakeups() const override { return wakeups_; }
    [[nodiscard]] std::vector<NamedCount> drops() const override;
    [[nodiscard]] std::vector<NamedCount> waits() const override { return {}; }

  private:
    static constexpr std::size_t kMostDatagramBytes = 65536;

    /// Reads until nothing is left or `limit` is reached; false when there was nothing.
    bool drain(Consumer& consumer, std::uint64_t limit);

    int fd_ = -1;
    std::uint16_t port_;
    std::uint64_t wakeups_ = 0;
    std::array<std::byte, kMostDatagramBytes> buffer_{};
};

}  // namespace rxmap::recv
