// SPDX-License-Identifier: MIT
// The UDP socket of the arms that receive through the stack: bound, with a large buffer, and silent
// after a second without packets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace rxmap::bench {

class UdpSocket {
  public:
    static constexpr int kPatienceMsecs = 1000;
    static constexpr std::size_t kMostBytes = 2048;

    explicit UdpSocket(std::uint16_t port);
    UdpSocket(const UdpSocket&) = delete;
    UdpSocket& operator=(const UdpSocket&) = delete;
    ~UdpSocket();

    [[nodiscard]] int fd() const noexcept { return fd_; }
    [[nodiscard]] static std::string settings();

  private:
    int fd_;
};

}  // namespace rxmap::bench
