// SPDX-License-Identifier: MIT
#include "udp_socket.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "check.hpp"

namespace rxmap::bench {
namespace {

constexpr int kReceiveBufferBytes = 8 * 1024 * 1024;

}  // namespace

UdpSocket::UdpSocket(std::uint16_t port) : fd_(socket(AF_INET, SOCK_DGRAM, 0)) {
    check(fd_, "socket");
    check(setsockopt(fd_, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBufferBytes, sizeof(int)),
          "SO_RCVBUFFORCE");
    const timeval patience{.tv_sec = kPatienceMsecs / 1000, .tv_usec = 0};
    check(setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), "SO_RCVTIMEO");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    check(bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
}

UdpSocket::~UdpSocket() {
    close(fd_);
}

std::string UdpSocket::settings() {
    return fmt::format("SO_RCVBUFFORCE {}", kReceiveBufferBytes);
}

}  // namespace rxmap::bench
