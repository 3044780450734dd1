// SPDX-License-Identifier: MIT
#include "rxmap-gen/socket.hpp"

#include <fmt/format.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <system_error>

#include "rxmap-gen/address.hpp"
#include "rxmap-gen/clock.hpp"

namespace rxmap::gen {
namespace {

constexpr std::uint64_t kRetryMs = 50;
constexpr std::string_view kUnixPrefix = "unix:";

/// An address of any family, ready for bind() and connect().
struct Address {
    sockaddr_storage storage{};
    socklen_t bytes = 0;

    [[nodiscard]] const sockaddr* get() const noexcept {
        return reinterpret_cast<const sockaddr*>(&storage);
    }
    [[nodiscard]] int family() const noexcept { return storage.ss_family; }
};

Address unix_address(const std::string& option, const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path)
        throw std::invalid_argument(
            fmt::format("{}: the path '{}' has {} characters, allowed are 1 .. {}", option, path,
                        path.size(), sizeof address.sun_path - 1));
    std::memcpy(address.sun_path, path.data(), path.size());
    Address result;
    std::memcpy(&result.storage, &address, sizeof address);
    result.bytes = sizeof address;
    return result;
}

Address inet_address(const std::string& option, const std::string& target, int type) {
    const HostPort where = parse_host_port(target);
    addrinfo hints{};
    hints.ai_socktype = type;
    addrinfo* found = nullptr;
    const int error =
        getaddrinfo(where.host.c_str(), std::to_string(where.port).c_str(), &hints, &found);
    if (error != 0)
        throw std::invalid_argument(fmt::format("{} {}: {}", option, target, gai_strerror(error)));
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
    Address result;
    std::memcpy(&result.storage, found->ai_addr, found->ai_addrlen);
    result.bytes = found->ai_addrlen;
    return result;
}

Address stream_address(const std::string& target) {
    if (is_unix_target(target))
        return unix_address("--stream", target.starts_with(kUnixPrefix)
                                            ? target.substr(kUnixPrefix.size())
                                            : target);
    return inet_address("--stream", target, SOCK_STREAM);
}

Fd open_socket(const std::string& option, const std::string& value, int family, int type,
               int protocol = 0) {
    Fd fd(socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
    if (fd.get() < 0)
        throw_errno(option, value, "socket");
    return fd;
}

/// connect(), waiting for a TCP handshake where the socket does not block. 0 or -1 and errno.
int connect_and_wait(int fd, const Address& address) {
    if (connect(fd, address.get(), address.bytes) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return -1;
    pollfd entry{.fd = fd, .events = POLLOUT, .revents = 0};
    int error = ETIMEDOUT;
    socklen_t bytes = sizeof error;
    if (poll(&entry, 1, 1000) > 0)
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &bytes);
    errno = error;
    return error == 0 ? 0 : -1;
}

bool peer_may_come(int error) {
    return error == ENOENT || error == ECONNREFUSED || error == EAGAIN || error == ETIMEDOUT;
}

/// Connects, and while nobody listens yet tries again until the patience is over.
void connect_patiently(const std::string& option, const std::string& value, int type,
                       const Address& address, Fd& fd, double patience_seconds,
                       const std::atomic<bool>& stop) {
    const std::uint64_t deadline =
        steady_ns() +
        static_cast<std::uint64_t>(patience_seconds * static_cast<double>(kNsPerSecond));
    while (connect_and_wait(fd.get(), address) != 0) {
        if (!peer_may_come(errno) || steady_ns() > deadline || stop)
            throw_errno(option, value, fmt::format("connect (tried for {} s)", patience_seconds));
        usleep(kRetryMs * 1000);
        if (type == SOCK_STREAM)  // a stream socket whose connect failed cannot be used again
            fd = open_socket(option, value, address.family(), type);
    }
}

/// A socket file that an earlier run left behind; anything else at that path stays.
void remove_stale_socket(const Address& address) {
    const auto* path = reinterpret_cast<const sockaddr_un*>(&address.storage)->sun_path;
    struct stat status {};
    if (address.family() == AF_UNIX && stat(path, &status) == 0 && S_ISSOCK(status.st_mode))
        unlink(path);
}

void set_no_delay(int fd, int family) {
    const int on = 1;
    if (family != AF_UNIX)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

bool is_unix_target(const std::string& target) {
    return target.starts_with(kUnixPrefix) || target.find(':') == std::string::npos;
}

Fd::~Fd() {
    if (fd_ >= 0)
        close(fd_);
}

void throw_errno(const std::string& option, const std::string& value, const std::string& call) {
    const int error = errno;
    throw std::system_error(error, std::generic_category(),
                            fmt::format("{} {}: {}", option, value, call));
}

Fd stream_client(const std::string& target, double patience_seconds,
                 const std::atomic<bool>& stop) {
    const Address address = stream_address(target);
    Fd fd = open_socket("--stream", target, address.family(), SOCK_STREAM);
    connect_patiently("--stream", target, SOCK_STREAM, address, fd, patience_seconds, stop);
    set_no_delay(fd.get(), address.family());
    return fd;
}

Fd stream_server(const std::string& target, double patience_seconds,
                 const std::atomic<bool>& stop) {
    const Address address = stream_address(target);
    Fd listener = open_socket("--stream", target, address.family(), SOCK_STREAM);
    const int on = 1;
    setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    remove_stale_socket(address);
    if (bind(listener.get(), address.get(), address.bytes) != 0)
        throw_errno("--stream", target, "bind");
    if (listen(listener.get(), 1) != 0)
        throw_errno("--stream", target, "listen");
    const std::uint64_t deadline =
        steady_ns() +
        static_cast<std::uint64_t>(patience_seconds * static_cast<double>(kNsPerSecond));
    while (!stop && steady_ns() < deadline) {
        pollfd entry{.fd = listener.get(), .events = POLLIN, .revents = 0};
        if (poll(&entry, 1, kRetryMs) <= 0)
            continue;
        Fd fd(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (fd.get() < 0)
            throw_errno("--stream", target, "accept");
        set_no_delay(fd.get(), address.family());
        return fd;
    }
    errno = ETIMEDOUT;
    throw_errno("--stream", target,
                fmt::format("waiting {} s for QEMU to connect", patience_seconds));
}

Fd unix_datagram(const std::string& remote, const std::string& local, double patience_seconds,
                 const std::atomic<bool>& stop) {
    const Address there = unix_address("--dgram", remote);
    Fd fd = open_socket("--dgram", remote, AF_UNIX, SOCK_DGRAM);
    if (!local.empty()) {
        const Address here = unix_address("--dgram", local);
        remove_stale_socket(here);
        if (bind(fd.get(), here.get(), here.bytes) != 0)
            throw_errno("--dgram", local, "bind");
    }
    connect_patiently("--dgram", remote, SOCK_DGRAM, there, fd, patience_seconds, stop);
    return fd;
}

Fd udp_client(const std::string& target) {
    const Address address = inet_address("--udp", target, SOCK_DGRAM);
    Fd fd = open_socket("--udp", target, address.family(), SOCK_DGRAM);
    if (connect(fd.get(), address.get(), address.bytes) != 0)
        throw_errno("--udp", target, "connect");
    return fd;
}

Fd packet_socket(const std::string& name) {
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_ALL);
    address.sll_ifindex = static_cast<int>(if_nametoindex(name.c_str()));
    if (address.sll_ifindex == 0)
        throw_errno("--dev", name, "no such interface");
    Fd fd = open_socket("--dev", name, AF_PACKET, SOCK_RAW);  // protocol 0: deaf until bind()
    const int on = 1;
    if (setsockopt(fd.get(), SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on) != 0)
        throw_errno("--dev", name, "PACKET_IGNORE_OUTGOING");
    if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw_errno("--dev", name, "bind");
    return fd;
}

}  // namespace rxmap::gen
