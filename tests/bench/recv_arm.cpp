// SPDX-License-Identifier: MIT
// One datagram a call, as most programs are written: poll() or epoll_wait(), then recv().
#include <fmt/format.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "arm.hpp"
#include "check.hpp"
#include "udp_socket.hpp"

namespace rxmap::bench {
namespace {

class RecvArm : public Arm {
  public:
    explicit RecvArm(std::uint16_t port) : socket_(port) {}

    bool turn(Sequence& sequence, Counts& counts) override {
        counts.syscalls += 2;
        if (!ready())
            return false;
        const ssize_t got = recv(socket_.fd(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
        if (got < 0)
            return false;
        const std::uint64_t before = instructions();
        sequence.on_payload(std::span(buffer_).first(static_cast<std::size_t>(got)));
        counts.user_instructions += instructions() - before;
        return true;
    }

  protected:
    [[nodiscard]] int fd() const { return socket_.fd(); }
    /// Sleeps until there is a datagram. False: none came for a second.
    virtual bool ready() = 0;

  private:
    UdpSocket socket_;
    std::array<std::byte, UdpSocket::kMostBytes> buffer_{};
};

class PollArm : public RecvArm {
  public:
    using RecvArm::RecvArm;
    std::string settings() const override {
        return fmt::format("poll(), recv() of one, {}", UdpSocket::settings());
    }

  private:
    bool ready() override {
        pollfd waiting{.fd = fd(), .events = POLLIN, .revents = 0};
        return poll(&waiting, 1, UdpSocket::kPatienceMsecs) > 0;
    }
};

class EpollArm : public RecvArm {
  public:
    explicit EpollArm(std::uint16_t port) : RecvArm(port), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
        check(epoll_, "epoll_create1");
        epoll_event wanted{.events = EPOLLIN, .data = {.fd = fd()}};
        check(epoll_ctl(epoll_, EPOLL_CTL_ADD, fd(), &wanted), "epoll_ctl");
    }
    ~EpollArm() override { close(epoll_); }
    std::string settings() const override {
        return fmt::format("epoll_wait(), level-triggered, recv() of one, {}",
                           UdpSocket::settings());
    }

  private:
    bool ready() override {
        epoll_event event{};
        return epoll_wait(epoll_, &event, 1, UdpSocket::kPatienceMsecs) > 0;
    }
    int epoll_;
};

}  // namespace

std::unique_ptr<Arm> make_poll_recv_arm(std::uint16_t port) {
    return std::make_unique<PollArm>(port);
}

std::unique_ptr<Arm> make_epoll_recv_arm(std::uint16_t port) {
    return std::make_unique<EpollArm>(port);
}

}  // namespace rxmap::bench
