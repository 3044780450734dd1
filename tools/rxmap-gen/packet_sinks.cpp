// SPDX-License-Identifier: MIT
//
// Sinks where one system call carries many messages: QEMU's `-netdev dgram` (a frame a datagram),
// an ordinary UDP socket (payloads only) and a network interface through AF_PACKET.
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "rxmap-gen/sink.hpp"

namespace rxmap::gen {
namespace {

enum class Medium : std::uint8_t { dgram, udp, device };

class MessageSink final : public Sink {
  public:
    MessageSink(Fd fd, const StopFlag& stop, Medium medium)
        : Sink(std::move(fd), stop), medium_(medium), input_(Batch::kMostFrameBytes) {}

    [[nodiscard]] bool duplex() const noexcept override { return medium_ != Medium::udp; }
    [[nodiscard]] std::size_t send(const Batch& batch) override;

  protected:
    void read_input() override;

  private:
    void describe(const Batch& batch);
    /// Deals with a failed send; false when nothing more can be sent.
    bool recover(int error, std::size_t message_bytes);

    Medium medium_;
    std::vector<std::byte> input_;
    std::array<mmsghdr, Batch::kMostFrames> messages_{};
    std::array<iovec, Batch::kMostFrames> pieces_{};
};

void MessageSink::describe(const Batch& batch) {
    std::size_t index = 0;
    for (const BatchedFrame& frame : batch.frames()) {
        const auto bytes = medium_ == Medium::udp ? batch.payload(frame) : batch.frame(frame);
        pieces_[index] = {.iov_base = const_cast<std::byte*>(bytes.data()),  // sendmmsg only reads
                          .iov_len = bytes.size()};
        messages_[index] = {};
        messages_[index].msg_hdr.msg_iov = &pieces_[index];
        messages_[index].msg_hdr.msg_iovlen = 1;
        ++index;
    }
}

std::size_t MessageSink::send(const Batch& batch) {
    describe(batch);
    const std::size_t count = batch.frames().size();
    std::size_t done = 0;
    while (done < count) {
        const int sent = sendmmsg(fd(), messages_.data() + done,
                                  static_cast<unsigned>(count - done), MSG_NOSIGNAL);
        if (sent > 0)
            done += static_cast<std::size_t>(sent);
        else if (!recover(errno, pieces_[done].iov_len))
            break;
    }
    return done;
}

bool MessageSink::recover(int error, std::size_t message_bytes) {
    if (stopped())
        return false;
    switch (error) {
        case EINTR:
            return true;
        case EAGAIN:
            wait_writable();
            return true;
        case ENOBUFS:
            wait_for_buffers();
            return true;
        case ECONNREFUSED:
            // On UDP: an earlier datagram met a closed port, and this call sent nothing.
            if (medium_ == Medium::udp) {
                count_refused();
                return true;
            }
            break;
        case EMSGSIZE:
            fail("a message of " + std::to_string(message_bytes) +
                 " bytes is longer than the socket or interface takes (see --size and its MTU)");
            return false;
        default:
            break;
    }
    fail(std::string("send: ") + std::strerror(error));
    return false;
}

void MessageSink::read_input() {
    for (;;) {
        const ssize_t got = recv(fd(), input_.data(), input_.size(), MSG_DONTWAIT);
        if (got >= 0)
            deliver(std::span<const std::byte>(input_).first(static_cast<std::size_t>(got)));
        else if (errno == EAGAIN)
            return;
        else if (errno != EINTR) {
            fail(std::string("receive: ") + std::strerror(errno));
            return;
        }
    }
}

}  // namespace

std::unique_ptr<Sink> open_dgram(const std::string& target, double patience_seconds,
                                 const StopFlag& stop) {
    const std::size_t comma = target.find(',');
    const bool answers = comma != std::string::npos;
    Fd fd = unix_datagram(answers ? target.substr(comma + 1) : target,
                          answers ? target.substr(0, comma) : "", patience_seconds, stop);
    return std::make_unique<MessageSink>(std::move(fd), stop, Medium::dgram);
}

std::unique_ptr<Sink> open_udp(const std::string& target, const StopFlag& stop) {
    return std::make_unique<MessageSink>(udp_client(target), stop, Medium::udp);
}

std::unique_ptr<Sink> open_device(const std::string& name, const StopFlag& stop) {
    return std::make_unique<MessageSink>(packet_socket(name), stop, Medium::device);
}

}  // namespace rxmap::gen
