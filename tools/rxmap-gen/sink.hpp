// SPDX-License-Identifier: MIT
//
// Where frames go: one interface, one class for each way into a network. A sink waits when the way
// is full (and counts that), never drops, and reads what the other side sends, so that a peer never
// stalls on a generator that does not listen. One thread; the stop flag may be set by a signal.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "rxmap-gen/batch.hpp"
#include "rxmap-gen/socket.hpp"

namespace rxmap::gen {

using StopFlag = std::atomic<bool>;

class Sink {
  public:
    /// Called with each frame that the other side sent; the bytes live for the call only.
    using InputHandler = std::function<void(std::span<const std::byte>)>;

    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    virtual ~Sink() = default;

    /// Hands over the batch in order, waiting as long as it takes. Returns how many frames went
    /// whole; fewer than all only when stopped or after a failure.
    [[nodiscard]] virtual std::size_t send(const Batch& batch) = 0;

    /// Waits until the other side has read what was sent; false when it stopped reading. Does
    /// nothing where closing leaves nothing behind.
    [[nodiscard]] virtual bool settle() { return true; }

    /// Whether frames can come back at all.
    [[nodiscard]] virtual bool duplex() const noexcept = 0;

    /// Sleeps until `until_ns` (steady clock), reading whatever comes meanwhile. With a time that
    /// has passed it only reads what is there.
    void wait_until(std::uint64_t until_ns);

    /// Sleeps, reading meanwhile, even when stopped.
    void sleep_reading(std::uint64_t nanoseconds) { poll_once(0, nanoseconds); }

    void set_input_handler(InputHandler handler) { on_input_ = std::move(handler); }

    /// Why nothing can be sent any more; empty while all is well.
    [[nodiscard]] const std::string& failure() const noexcept { return failure_; }

    [[nodiscard]] std::uint64_t blocked_times() const noexcept { return blocked_times_; }
    [[nodiscard]] double blocked_seconds() const noexcept;
    /// Datagrams that a host answered with "port unreachable".
    [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }

  protected:
    Sink(Fd fd, const StopFlag& stop) : fd_(std::move(fd)), stop_(stop) {}

    /// Reads all that is there and calls deliver() for each frame.
    virtual void read_input() = 0;

    void deliver(std::span<const std::byte> frame) {
        if (on_input_)
            on_input_(frame);
    }
    /// Waits until the socket takes more, reading meanwhile; counts the time as blocked.
    void wait_writable();
    /// The kernel is out of buffers but calls the socket writable: a short sleep.
    void wait_for_buffers();

    [[nodiscard]] int fd() const noexcept { return fd_.get(); }
    [[nodiscard]] bool stopped() const noexcept { return stop_.load(std::memory_order_relaxed); }
    void fail(std::string why) { failure_ = std::move(why); }
    void count_refused() noexcept { ++refused_; }

  private:
    void poll_once(short events, std::uint64_t timeout_ns);

    Fd fd_;
    const StopFlag& stop_;
    InputHandler on_input_;
    std::string failure_;
    std::uint64_t blocked_times_ = 0;
    std::uint64_t blocked_ns_ = 0;
    std::uint64_t refused_ = 0;
};

/// QEMU's `-netdev stream`: `target` is unix:PATH or HOST:PORT. As a client it tries until
/// `patience_seconds` are over, as a server it waits that long for QEMU.
[[nodiscard]] std::unique_ptr<Sink> open_stream(const std::string& target, bool listen,
                                                double patience_seconds, const StopFlag& stop);

/// QEMU's `-netdev dgram` over unix sockets: `target` is LOCAL,REMOTE, REMOTE being QEMU's local
/// path; without LOCAL nothing comes back.
[[nodiscard]] std::unique_ptr<Sink> open_dgram(const std::string& target, double patience_seconds,
                                               const StopFlag& stop);

/// An ordinary UDP socket to HOST:PORT: only the UDP payloads are sent.
[[nodiscard]] std::unique_ptr<Sink> open_udp(const std::string& target, const StopFlag& stop);

/// A network interface of this machine, through AF_PACKET.
[[nodiscard]] std::unique_ptr<Sink> open_device(const std::string& name, const StopFlag& stop);

}  // namespace rxmap::gen
