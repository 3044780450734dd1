// SPDX-License-Identifier: MIT
// recvmmsg on a blocking UDP socket: the stack's own cheapest way without busy polling.
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "arm.hpp"

namespace rxmap::bench {
namespace {

constexpr std::size_t kBatch = 256;
constexpr std::size_t kBufferBytes = 2048;
constexpr int kReceiveBufferBytes = 8 * 1024 * 1024;

void check(int result, const char* call) {
    if (result < 0)
        throw std::system_error(errno, std::generic_category(), call);
}

class RecvmmsgArm : public Arm {
  public:
    explicit RecvmmsgArm(std::uint16_t port) : fd_(socket(AF_INET, SOCK_DGRAM, 0)) {
        check(fd_, "socket");
        check(setsockopt(fd_, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBufferBytes, sizeof(int)),
              "SO_RCVBUFFORCE");
        const timeval patience{.tv_sec = 1, .tv_usec = 0};
        check(setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), "SO_RCVTIMEO");
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        check(bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
        for (std::size_t i = 0; i < kBatch; ++i) {
            vectors_[i] = {.iov_base = buffers_[i].data(), .iov_len = kBufferBytes};
            messages_[i].msg_hdr.msg_iov = &vectors_[i];
            messages_[i].msg_hdr.msg_iovlen = 1;
        }
    }
    ~RecvmmsgArm() override { close(fd_); }

    bool turn(Sequence& sequence, Counts& counts) override {
        ++counts.syscalls;
        const int got = recvmmsg(fd_, messages_.data(), kBatch, MSG_WAITFORONE, nullptr);
        const std::uint64_t before = instructions();
        for (int i = 0; i < got; ++i) {
            const auto slot = static_cast<std::size_t>(i);
            sequence.on_payload(std::span(buffers_[slot]).first(messages_[slot].msg_len));
        }
        counts.user_instructions += instructions() - before;
        return got > 0;
    }

    std::string settings() const override {
        return fmt::format("recvmmsg of {}, MSG_WAITFORONE, SO_RCVBUFFORCE {}", kBatch,
                           kReceiveBufferBytes);
    }

  private:
    int fd_;
    std::array<std::array<std::byte, kBufferBytes>, kBatch> buffers_{};
    std::array<iovec, kBatch> vectors_{};
    std::array<mmsghdr, kBatch> messages_{};
};

}  // namespace

std::unique_ptr<Arm> make_recvmmsg_arm(std::uint16_t port) {
    return std::make_unique<RecvmmsgArm>(port);
}

}  // namespace rxmap::bench
