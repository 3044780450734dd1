// SPDX-License-Identifier: MIT
// recvmmsg on a blocking UDP socket: the stack's own cheapest way. With SO_BUSY_POLL the receiver
// drives the NIC itself: each call that finds an empty socket polls the NIC once. The interrupt
// stays off between the calls (SO_PREFER_BUSY_POLL, with napi_defer_hard_irqs and
// gro_flush_timeout, which tests/bench/guest sets).
#include <fmt/format.h>
#include <sys/socket.h>

#include <array>

#include "check.hpp"
#include "spinning_arm.hpp"
#include "udp_socket.hpp"

namespace rxmap::bench {
namespace {

constexpr std::size_t kBatch = 256;
constexpr int kPollBudget = 64;
constexpr int kPollUsecs = 50;

void set(int fd, int option, int value, const char* name) {
    check(setsockopt(fd, SOL_SOCKET, option, &value, sizeof value), name);
}

class Messages {
  public:
    Messages() {
        for (std::size_t i = 0; i < kBatch; ++i) {
            vectors_[i] = {.iov_base = buffers_[i].data(), .iov_len = UdpSocket::kMostBytes};
            messages_[i].msg_hdr.msg_iov = &vectors_[i];
            messages_[i].msg_hdr.msg_iovlen = 1;
        }
    }
    /// Packets, or 0.
    std::size_t receive(int fd, int flags) {
        const int got = recvmmsg(fd, messages_.data(), kBatch, flags, nullptr);
        return got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    void look(std::size_t got, Sequence& sequence) const {
        for (std::size_t i = 0; i < got; ++i)
            sequence.on_payload(std::span(buffers_[i]).first(messages_[i].msg_len));
    }

  private:
    std::array<std::array<std::byte, UdpSocket::kMostBytes>, kBatch> buffers_{};
    std::array<iovec, kBatch> vectors_{};
    std::array<mmsghdr, kBatch> messages_{};
};

class BlockingArm : public Arm {
  public:
    explicit BlockingArm(std::uint16_t port) : socket_(port) {}

    bool turn(Sequence& sequence, Counts& counts) override {
        ++counts.syscalls;
        const std::size_t got = messages_.receive(socket_.fd(), MSG_WAITFORONE);
        const std::uint64_t before = instructions();
        messages_.look(got, sequence);
        counts.user_instructions += instructions() - before;
        return got > 0;
    }

    std::string settings() const override {
        return fmt::format("recvmmsg of {}, MSG_WAITFORONE, {}", kBatch, UdpSocket::settings());
    }

  private:
    UdpSocket socket_;
    Messages messages_;
};

// NIC, stack and copy run in the caller.
class BusyPollArm : public SpinningArm {
  public:
    BusyPollArm(std::uint16_t port, std::chrono::microseconds nap)
        : SpinningArm(nap), socket_(port) {
        set(socket_.fd(), SO_BUSY_POLL, kPollUsecs, "SO_BUSY_POLL");
        set(socket_.fd(), SO_PREFER_BUSY_POLL, 1, "SO_PREFER_BUSY_POLL");
        set(socket_.fd(), SO_BUSY_POLL_BUDGET, kPollBudget, "SO_BUSY_POLL_BUDGET");
    }

    std::string settings() const override {
        return fmt::format(
            "recvmmsg of {}, MSG_DONTWAIT, SO_BUSY_POLL {} us, SO_PREFER_BUSY_POLL, budget {}, "
            "{}{}",
            kBatch, kPollUsecs, kPollBudget, UdpSocket::settings(), what_counts());
    }

  private:
    bool poll(Sequence& sequence, Counts& counts) override {
        const std::uint64_t before = instructions();
        const std::size_t got = messages_.receive(socket_.fd(), MSG_DONTWAIT);
        if (got == 0)
            return false;
        messages_.look(got, sequence);
        counts.user_instructions += instructions() - before;
        ++counts.syscalls;
        return true;
    }

    UdpSocket socket_;
    Messages messages_;
};

}  // namespace

std::unique_ptr<Arm> make_recvmmsg_arm(std::uint16_t port) {
    return std::make_unique<BlockingArm>(port);
}

std::unique_ptr<Arm> make_busy_poll_arm(std::uint16_t port, std::chrono::microseconds nap) {
    return std::make_unique<BusyPollArm>(port, nap);
}

}  // namespace rxmap::bench
