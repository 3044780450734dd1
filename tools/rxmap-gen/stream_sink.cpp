// SPDX-License-Identifier: MIT
//
// QEMU's `-netdev stream`: a byte stream of frames, each behind its length as 4 bytes big-endian
// (net/stream.c and net_fill_rstate() in QEMU). QEMU takes whatever comes into a queue of its own
// while the guest has no receive buffer, so nothing is lost on this way.
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "probe/bytes.hpp"
#include "rxmap-gen/clock.hpp"
#include "rxmap-gen/sink.hpp"

namespace rxmap::gen {
namespace {

constexpr std::size_t kInputBytes = 256 * 1024;
constexpr std::size_t kLongestFrame = 4096 + 65536;  // NET_BUFSIZE in QEMU

class StreamSink final : public Sink {
  public:
    StreamSink(Fd fd, const StopFlag& stop) : Sink(std::move(fd), stop), input_(kInputBytes) {}

    [[nodiscard]] bool duplex() const noexcept override { return true; }
    [[nodiscard]] std::size_t send(const Batch& batch) override;
    [[nodiscard]] bool settle() override;

  protected:
    void read_input() override;

  private:
    /// Writes until all is taken, stopped or failed. Returns the bytes taken.
    std::size_t write_all(std::span<const std::byte> bytes);
    /// Ends the frame that was begun, so that the stream stays in step after Ctrl-C.
    std::size_t complete_frame(const Batch& batch, std::size_t taken);
    void deliver_complete_frames();
    /// Bytes that QEMU has not read (over TCP: that its host has not got).
    [[nodiscard]] int unread() const noexcept;

    std::vector<std::byte> input_;
    std::size_t filled_ = 0;
};

std::size_t StreamSink::write_all(std::span<const std::byte> bytes) {
    std::size_t taken = 0;
    while (taken < bytes.size() && failure().empty()) {
        const auto rest = bytes.subspan(taken);
        const ssize_t wrote = ::send(fd(), rest.data(), rest.size(), MSG_NOSIGNAL);
        if (wrote > 0) {
            taken += static_cast<std::size_t>(wrote);
        } else if (errno == EAGAIN) {
            if (stopped())
                break;
            wait_writable();
        } else if (errno != EINTR) {
            fail(std::string("the peer of the stream is gone: ") + std::strerror(errno));
        }
    }
    return taken;
}

std::size_t StreamSink::complete_frame(const Batch& batch, std::size_t taken) {
    constexpr int kTries = 10;  // of wait_writable(), 100 ms each
    for (const BatchedFrame& frame : batch.frames()) {
        const std::size_t start = frame.offset - Batch::kPrefixBytes;
        const std::size_t end = frame.offset + frame.bytes;
        if (taken <= start || taken >= end)
            continue;
        for (int tried = 0; taken < end && tried < kTries && failure().empty(); ++tried) {
            wait_writable();
            taken += write_all(batch.stream().subspan(taken, end - taken));
        }
    }
    return taken;
}

std::size_t StreamSink::send(const Batch& batch) {
    std::size_t taken = write_all(batch.stream());
    if (taken < batch.stream().size() && failure().empty())
        taken = complete_frame(batch, taken);
    std::size_t whole = 0;
    for (const BatchedFrame& frame : batch.frames())
        whole += frame.offset + frame.bytes <= taken ? 1 : 0;
    return whole;
}

int StreamSink::unread() const noexcept {
    int bytes = 0;
    return ioctl(fd(), SIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

bool StreamSink::settle() {
    constexpr std::uint64_t kStep = 20 * kNsPerMs;
    constexpr std::uint64_t kPatience = 2 * kNsPerSecond;
    int before = unread();
    for (std::uint64_t progress = steady_ns(); before > 0 && failure().empty();) {
        sleep_reading(kStep);
        const int now = unread();
        if (now != before)
            progress = steady_ns();
        else if (steady_ns() - progress > kPatience)
            return false;
        before = now;
    }
    return true;
}

void StreamSink::read_input() {
    for (;;) {
        const ssize_t got =
            recv(fd(), input_.data() + filled_, input_.size() - filled_, MSG_DONTWAIT);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN)
            return;
        if (got <= 0) {
            fail("the peer closed the stream");
            return;
        }
        filled_ += static_cast<std::size_t>(got);
        deliver_complete_frames();
    }
}

void StreamSink::deliver_complete_frames() {
    const std::span<const std::byte> bytes(input_.data(), filled_);
    std::size_t at = 0;
    while (filled_ - at >= Batch::kPrefixBytes) {
        const std::size_t length = probe::load_be32(bytes, at);
        if (length > kLongestFrame) {
            fail("the stream is out of step: a frame of " + std::to_string(length) +
                 " bytes, QEMU's longest is " + std::to_string(kLongestFrame));
            return;
        }
        if (filled_ - at - Batch::kPrefixBytes < length)
            break;
        deliver(bytes.subspan(at + Batch::kPrefixBytes, length));
        at += Batch::kPrefixBytes + length;
    }
    std::memmove(input_.data(), input_.data() + at, filled_ - at);
    filled_ -= at;
}

}  // namespace

std::unique_ptr<Sink> open_stream(const std::string& target, bool listen, double patience_seconds,
                                  const StopFlag& stop) {
    Fd fd = listen ? stream_server(target, patience_seconds, stop)
                   : stream_client(target, patience_seconds, stop);
    return std::make_unique<StreamSink>(std::move(fd), stop);
}

}  // namespace rxmap::gen
