// SPDX-License-Identifier: MIT
//
// File descriptors that close themselves, and the set-up of the sockets the sinks use. Errors are
// std::system_error whose text names the option and the value.
#pragma once

#include <atomic>
#include <string>
#include <utility>

namespace rxmap::gen {

class Fd {
  public:
    Fd() = default;
    explicit Fd(int fd) noexcept : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Fd();

    [[nodiscard]] int get() const noexcept { return fd_; }

  private:
    int fd_ = -1;
};

/// Throws std::system_error for errno: "--stream unix:/x: connect: No such file or directory".
[[noreturn]] void throw_errno(const std::string& option, const std::string& value,
                              const std::string& call);

/// unix:PATH, or a path alone (anything without a colon), in contrast to HOST:PORT.
[[nodiscard]] bool is_unix_target(const std::string& target);

/// A connected, non-blocking stream socket to a path or HOST:PORT. The client tries again until
/// the patience is over, the server waits that long for one client.
[[nodiscard]] Fd stream_client(const std::string& target, double patience_seconds,
                               const std::atomic<bool>& stop);
[[nodiscard]] Fd stream_server(const std::string& target, double patience_seconds,
                               const std::atomic<bool>& stop);

/// A non-blocking unix datagram socket connected to `remote` and bound to `local`, which may be
/// empty: then nothing comes back.
[[nodiscard]] Fd unix_datagram(const std::string& remote, const std::string& local,
                               double patience_seconds, const std::atomic<bool>& stop);

/// A non-blocking UDP socket connected to HOST:PORT.
[[nodiscard]] Fd udp_client(const std::string& target);

/// A non-blocking AF_PACKET socket bound to the interface.
[[nodiscard]] Fd packet_socket(const std::string& name);

}  // namespace rxmap::gen
