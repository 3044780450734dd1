// SPDX-License-Identifier: MIT
#include "rxmap-recv/socket_source.hpp"

#include <fmt/format.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace rxmap::recv {
namespace {

constexpr int kReceiveBufferBytes = 32 * 1024 * 1024;

[[noreturn]] void fail(std::uint16_t port, const char* call) {
    throw std::system_error(errno, std::generic_category(),
                            fmt::format("--socket {}: {}", port, call));
}

timespec time_left(std::chrono::steady_clock::time_point deadline) {
    const auto left =
        std::chrono::ceil<std::chrono::nanoseconds>(deadline - std::chrono::steady_clock::now());
    const auto ns = std::max(left.count(), std::chrono::nanoseconds::rep{0});
    constexpr auto kNsPerSecond = std::nano::den;
    return {.tv_sec = static_cast<time_t>(ns / kNsPerSecond),
            .tv_nsec = static_cast<long>(ns % kNsPerSecond)};
}

}  // namespace

SocketSource::SocketSource(std::uint16_t port) : port_(port) {
    fd_ = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0)
        fail(port, "socket");
    // FORCE ignores net.core.rmem_max but needs CAP_NET_ADMIN; without it take what is allowed.
    const int bytes = kReceiveBufferBytes;
    if (setsockopt(fd_, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0)
        setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        const int error = errno;
        close(fd_);
        errno = error;
        fail(port, "bind");
    }
}

SocketSource::~SocketSource() {
    close(fd_);
}

Turn SocketSource::turn(Consumer& consumer, std::chrono::steady_clock::time_point deadline,
                        std::uint64_t limit, std::stop_token stop) {
    // shutdown() wakes whoever polls the socket, even an unconnected one (inet_shutdown()).
    const std::stop_callback wake(stop, [this] { shutdown(fd_, SHUT_RD); });
    if (stop.stop_requested())
        return Turn::nothing;
    if (drain(consumer, limit))
        return Turn::packets;
    pollfd entry{.fd = fd_, .events = POLLIN, .revents = 0};
    const timespec timeout = time_left(deadline);
    if (ppoll(&entry, 1, &timeout, nullptr) <= 0 || stop.stop_requested())
        return Turn::nothing;
    ++wakeups_;
    return drain(consumer, limit) ? Turn::packets : Turn::nothing;
}

bool SocketSource::drain(Consumer& consumer, std::uint64_t limit) {
    std::uint64_t taken = 0;
    while (taken < limit) {
        const ssize_t got = ::recv(fd_, buffer_.data(), buffer_.size(), 0);
        if (got < 0)
            break;
        consumer.on_datagram(std::span(buffer_).first(static_cast<std::size_t>(got)));
        ++taken;
    }
    return taken > 0;
}

std::string SocketSource::description() const {
    int bytes = 0;
    socklen_t length = sizeof bytes;
    getsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &bytes, &length);
    return fmt::format(
        "UDP socket on port {}, receive buffer {} bytes; each packet costs the "
        "stack's way, a copy and a system call",
        port_, bytes);
}

std::vector<NamedCount> SocketSource::drops() const {
    std::array<std::uint32_t, SK_MEMINFO_VARS> info{};
    socklen_t length = sizeof info;
    getsockopt(fd_, SOL_SOCKET, SO_MEMINFO, info.data(), &length);
    return {{"socket_buffer", info[SK_MEMINFO_DROPS]}};
}

}  // namespace rxmap::recv
