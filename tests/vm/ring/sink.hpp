// SPDX-License-Identifier: MIT
//
// An ordinary UDP socket that counts what the stack delivers. Its buffer holds a whole test, so
// nothing is lost in it and the count is exact.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>

#include "lab.hpp"

namespace vm {

class UdpSink {
  public:
    explicit UdpSink(std::uint16_t port) : fd_(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
        const int bytes = 64 << 20;
        sockaddr_in any{};
        any.sin_family = AF_INET;
        any.sin_port = htons(port);
        if (setsockopt(fd_, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) != 0 ||
            bind(fd_, reinterpret_cast<sockaddr*>(&any), sizeof(any)) != 0)
            throw std::runtime_error("UDP socket");
    }
    UdpSink(const UdpSink&) = delete;
    UdpSink& operator=(const UdpSink&) = delete;
    ~UdpSink() { close(fd_); }

    [[nodiscard]] int fd() const { return fd_; }

    /// Datagrams that came since the last call; waits until none came for 100 ms.
    std::uint64_t drain() {
        return drain([](std::span<const std::byte>) {});
    }

    /// The same, and `each` gets the first 8 KiB of each.
    template <typename Each>
    std::uint64_t drain(Each each) {
        std::uint64_t count = 0;
        std::array<std::byte, 8192> data;
        for (int idle = 0; idle < 10;) {
            const ssize_t got = recv(fd_, data.data(), data.size(), 0);
            if (got >= 0) {
                each(std::span(data).first(static_cast<std::size_t>(got)));
                ++count;
                idle = 0;
            } else {
                ++idle;
                sleep_ms(10);
            }
        }
        return count;
    }

  private:
    int fd_;
};

}  // namespace vm
