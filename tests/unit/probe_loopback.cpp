// SPDX-License-Identifier: MIT
//
// Generator and receiver end to end over loopback and unix sockets, in one process, no privilege.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "probe/bytes.hpp"
#include "probe/frame.hpp"
#include "probe/tracker.hpp"
#include "rxmap-gen/engine.hpp"
#include "rxmap-recv/session.hpp"
#include "rxmap-recv/socket_source.hpp"

namespace rxmap {
namespace {

gen::Options generator_options() {
    gen::Options options;
    options.traffic.burst = 1;
    options.traffic.size = 64;
    options.linger_seconds = 0;
    options.traffic.source_ip = gen::parse_ipv4("10.9.0.1");
    options.traffic.destination_ip = gen::parse_ipv4("10.9.0.2");
    return options;
}

recv::Options receiver_options() {
    recv::Options options;
    options.interface = "lo";
    options.quiet = true;
    return options;
}

TEST(Loopback, SocketReceivesAllThatTheGeneratorSays) {
    constexpr std::uint16_t kPort = 39'471;
    recv::Options options = receiver_options();
    options.until_end = true;
    options.seconds = 20;
    recv::SocketSource source(kPort);
    recv::Consumer consumer(probe::Origin::zero, nullptr);
    recv::Session session(options, source, consumer);

    gen::Options traffic = generator_options();
    traffic.traffic.flows = 3;
    traffic.traffic.imix = true;
    traffic.traffic.rate = 20'000;
    traffic.traffic.count = 5'000;
    traffic.traffic.mark_end = true;
    gen::Report sent;
    std::thread generator([&] {
        gen::StopFlag stop{false};
        const auto sink = gen::open_udp("127.0.0.1:" + std::to_string(kPort), stop);
        sent = gen::Engine(traffic, *sink, stop).run();
    });
    const recv::Report received = session.run({});
    generator.join();

    EXPECT_EQ(sent.sequenced.frames, 5'000u);
    EXPECT_EQ(sent.end.frames, 9u);
    EXPECT_EQ(received.received, 5'000u);
    EXPECT_EQ(received.probe.lost, 0u);
    EXPECT_EQ(received.probe.corrupt, 0u);
    EXPECT_EQ(received.probe.flows, 3u);
    EXPECT_EQ(received.dropped(), 0u);
    EXPECT_GT(received.wakeups, 0u);
}

TEST(Loopback, StopRequestEndsTheReceiverAtOnce) {
    const recv::Options options = receiver_options();
    recv::SocketSource source(39'472);
    recv::Consumer consumer(probe::Origin::zero, nullptr);
    recv::Session session(options, source, consumer);
    std::stop_source stop;
    std::thread stopper([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        stop.request_stop();
    });
    EXPECT_EQ(session.run(stop.get_token()).received, 0u);
    stopper.join();
}

/// Plays QEMU: listens, reads the stream in odd pieces and cuts it into frames.
class StreamPeer {
  public:
    StreamPeer()
        : path_(std::filesystem::temp_directory_path() /
                ("rxmap-stream-" + std::to_string(getpid()))) {
        listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
        std::filesystem::remove(path_);
        if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
            listen(listener_, 1) != 0)
            throw std::runtime_error("cannot listen on " + path_.string());
    }
    StreamPeer(const StreamPeer&) = delete;
    StreamPeer& operator=(const StreamPeer&) = delete;
    ~StreamPeer() {
        close(listener_);
        std::filesystem::remove(path_);
    }

    [[nodiscard]] std::string target() const { return path_.string(); }

    /// Reads to the end of the stream; `pause` after every piece.
    void read_all(std::chrono::microseconds pause) {
        const int fd = accept(listener_, nullptr, nullptr);
        std::vector<std::byte> piece(8191);
        for (ssize_t got = 0; (got = ::recv(fd, piece.data(), piece.size(), 0)) > 0;) {
            bytes_.insert(bytes_.end(), piece.begin(), piece.begin() + got);
            std::this_thread::sleep_for(pause);
        }
        close(fd);
        cut();
    }

    [[nodiscard]] std::uint64_t frames() const { return frames_; }
    [[nodiscard]] std::size_t left_over() const { return bytes_.size() - at_; }
    [[nodiscard]] probe::Totals totals() const { return tracker_.totals(); }

  private:
    void cut() {
        const std::span<const std::byte> bytes(bytes_);
        while (bytes.size() - at_ >= 4) {
            const std::size_t length = probe::load_be32(bytes, at_);
            if (bytes.size() - at_ - 4 < length)
                return;
            if (const auto payload = probe::udp_payload(bytes.subspan(at_ + 4, length)))
                tracker_.on_payload(*payload);
            at_ += 4 + length;
            ++frames_;
        }
    }

    std::filesystem::path path_;
    int listener_;
    std::vector<std::byte> bytes_;
    std::size_t at_ = 0;
    std::uint64_t frames_ = 0;
    probe::ProbeTracker tracker_;
};

TEST(Stream, SlowPeerGetsEveryFrameWhole) {
    StreamPeer peer;
    std::thread reader([&] { peer.read_all(std::chrono::microseconds(20)); });
    gen::Report sent;
    {
        gen::Options options = generator_options();
        options.traffic.size = 1518;
        options.traffic.count = 20'000;
        gen::StopFlag stop{false};
        const auto sink = gen::open_stream(peer.target(), false, 5, stop);
        sent = gen::Engine(options, *sink, stop).run();
    }
    reader.join();
    EXPECT_EQ(sent.sequenced.frames, 20'000u);
    EXPECT_EQ(sent.not_sent, 0u);
    EXPECT_EQ(peer.frames(), 20'000u);
    EXPECT_EQ(peer.left_over(), 0u);
    EXPECT_EQ(peer.totals().lost + peer.totals().corrupt, 0u);
}

TEST(Stream, InterruptedSenderReportsWhatThePeerGot) {
    StreamPeer peer;
    std::thread reader([&] { peer.read_all(std::chrono::milliseconds(1)); });
    gen::StopFlag stop{false};
    std::thread stopper([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        stop = true;
    });
    gen::Report sent;
    {
        gen::Options options = generator_options();
        options.traffic.size = 1518;
        const auto sink = gen::open_stream(peer.target(), false, 5, stop);
        sent = gen::Engine(options, *sink, stop).run();
    }
    stopper.join();
    reader.join();
    EXPECT_TRUE(sent.interrupted);
    EXPECT_EQ(peer.frames(), sent.sequenced.frames);
    EXPECT_EQ(peer.left_over(), 0u);
    EXPECT_EQ(peer.totals().lost, 0u);
}

TEST(Stream, PeerThatLeavesIsReported) {
    auto peer = std::make_unique<StreamPeer>();
    gen::StopFlag stop{false};
    const auto sink = gen::open_stream(peer->target(), false, 5, stop);
    peer.reset();  // closes the listener with our connection still in its backlog
    const gen::Report sent = gen::Engine(generator_options(), *sink, stop).run();
    EXPECT_FALSE(sent.failure.empty());
    EXPECT_EQ(sent.sequenced.frames, 0u);
}

}  // namespace
}  // namespace rxmap
