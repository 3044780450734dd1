// SPDX-License-Identifier: MIT
//
// A capture that rxmap-recv's writer made, replayed by the generator into a socket: what arrives is
// what the capture holds and what the report says. The options come from a command line.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "probe/frame.hpp"
#include "rxmap-gen/capture.hpp"
#include "rxmap-gen/engine.hpp"
#include "rxmap-gen/flow_source.hpp"
#include "rxmap-recv/capture_writer.hpp"

namespace rxmap {
namespace {

using Frame = std::vector<std::byte>;

constexpr std::size_t kFrames = 40;
constexpr std::size_t kBroadcast = 7;  // which of them is one
constexpr char kOtherMac[] = "02:00:00:00:00:99";

std::uint64_t bytes_of(const std::vector<Frame>& frames) {
    std::uint64_t bytes = 0;
    for (const Frame& frame : frames)
        bytes += frame.size();
    return bytes;
}

/// Plays QEMU's -netdev dgram: a frame is a datagram.
class DatagramPeer {
  public:
    explicit DatagramPeer(const std::filesystem::path& path) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        fd_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            throw std::runtime_error("cannot bind " + path.string());
        reader_ = std::thread([this] { read_all(); });
    }
    DatagramPeer(const DatagramPeer&) = delete;
    DatagramPeer& operator=(const DatagramPeer&) = delete;
    ~DatagramPeer() {
        (void)frames();
        close(fd_);
    }

    /// All that came; to be called when the sender has ended.
    const std::vector<Frame>& frames() {
        sender_ended_ = true;
        if (reader_.joinable())
            reader_.join();
        return frames_;
    }

  private:
    void read_all() {
        Frame frame(65'536);
        for (bool last_look = false;;) {
            const ssize_t got = ::recv(fd_, frame.data(), frame.size(), MSG_DONTWAIT);
            if (got >= 0) {
                frames_.emplace_back(frame.begin(), frame.begin() + got);
                continue;
            }
            if (last_look)
                return;
            last_look = sender_ended_;
            pollfd entry{.fd = fd_, .events = POLLIN, .revents = 0};
            poll(&entry, 1, last_look ? 0 : 10);
        }
    }

    int fd_ = -1;
    std::atomic<bool> sender_ended_{false};
    std::vector<Frame> frames_;
    std::thread reader_;
};

class Replay : public ::testing::Test {
  protected:
    Replay() {
        std::filesystem::create_directory(folder_);
        gen::TrafficOptions traffic;
        traffic.imix = true;
        traffic.destination_mac = gen::parse_mac("52:54:00:12:34:56");
        gen::FlowSource source(traffic);
        recv::CaptureWriter writer(capture());
        for (std::size_t index = 0; index < kFrames; ++index) {
            gen::Batch batch;
            if (!source.append_next(batch, index))
                throw std::runtime_error("no frame");
            const auto bytes = batch.frame(batch.frames()[0]);
            Frame frame(bytes.begin(), bytes.end());
            if (index == kBroadcast)
                std::fill_n(frame.begin(), 6, std::byte{0xff});
            writer.write(frame, frame.size(), std::chrono::microseconds(index * 700));
            frames_.push_back(frame);
        }
        writer.finish();
    }
    ~Replay() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string capture() const { return folder_ / "capture"; }
    [[nodiscard]] std::string socket() const { return folder_ / "socket"; }

    /// rxmap-gen --dgram SOCKET and these arguments
    gen::Report replay(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"rxmap-gen", "--dgram", socket()});
        std::vector<char*> argv;
        for (std::string& argument : arguments)
            argv.push_back(argument.data());
        gen::Options options;
        if (gen::parse_options(static_cast<int>(argv.size()), argv.data(), options))
            throw std::runtime_error("the command line is refused");
        gen::StopFlag stop{false};
        const auto sink = gen::open_dgram(options.target, 5, stop);
        return gen::Engine(options, *sink, stop).run();
    }

    /// What the capture holds, over and over.
    [[nodiscard]] std::vector<Frame> captured(std::size_t count) const {
        std::vector<Frame> frames;
        for (std::size_t index = 0; index < count; ++index)
            frames.push_back(frames_[index % kFrames]);
        return frames;
    }

    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("rxmap-replay-" + std::to_string(getpid()));
    std::vector<Frame> frames_;
};

TEST_F(Replay, SendsTheCaptureOnceAndReportsIt) {
    DatagramPeer peer(socket());
    const gen::Report sent = replay({"--pcap", capture()});
    EXPECT_EQ(peer.frames(), captured(kFrames));
    EXPECT_EQ(sent.replayed.frames, kFrames);
    EXPECT_EQ(sent.replayed.bytes, bytes_of(frames_));
    EXPECT_EQ(sent.frames(), kFrames);
    EXPECT_EQ(sent.not_sent, 0u);
    EXPECT_EQ(sent.failure, "");
}

TEST_F(Replay, LoopsToTheCountNoFasterThanTheRate) {
    constexpr std::size_t kCount = 100;
    constexpr double kRate = 2000;
    DatagramPeer peer(socket());
    const gen::Report sent =
        replay({"--pcap", capture(), "--loop", "--count", "100", "--rate", "2000"});
    EXPECT_EQ(peer.frames(), captured(kCount));
    EXPECT_EQ(sent.replayed.frames, kCount);
    EXPECT_EQ(sent.replayed.bytes, bytes_of(peer.frames()));
    // A lower bound, whatever the machine is busy with: no frame is sent before its time.
    EXPECT_GE(sent.seconds, (kCount - 1) / kRate);
    const std::string text = gen::report_json(sent);
    const std::string bytes = std::to_string(bytes_of(peer.frames()));
    for (const std::string& part :
         {"\"frames\":100,\"bytes\":" + bytes + ",", "\"replayed\":100,\"replayed_bytes\":" + bytes,
          std::string("\"sequenced\":0,")})
        EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
}

TEST_F(Replay, MixPutsOneAfterEachFewSequencedFrames) {
    DatagramPeer peer(socket());
    const gen::Report sent = replay({"--mix", capture(), "--mix-every", "4", "--count", "240",
                                     "--size", "64", "--rate", "20000"});
    std::vector<Frame> replayed;
    std::uint64_t sequenced = 0;
    for (std::size_t index = 0; index < peer.frames().size(); ++index) {
        const Frame& frame = peer.frames()[index];
        if (index % 5 == 4)
            replayed.push_back(frame);
        else
            sequenced += frame.size() == 60 ? 1 : 0;
    }
    EXPECT_EQ(sequenced, 240u);
    EXPECT_EQ(replayed, captured(59));  // once round the capture and on; none behind the last one
    EXPECT_EQ(sent.sequenced.frames, 240u);
    EXPECT_EQ(sent.sequenced.bytes, 240u * 60);
    EXPECT_EQ(sent.replayed.frames, 59u);
    EXPECT_EQ(sent.replayed.bytes, bytes_of(replayed));
    EXPECT_EQ(sent.bytes(), bytes_of(peer.frames()));
}

TEST_F(Replay, GivesUnicastFramesTheGuestsAddress) {
    DatagramPeer peer(socket());
    const gen::Report sent =
        replay({"--pcap", capture(), "--to-dst-mac", "--dst-mac", kOtherMac, "--rate", "20000"});
    std::vector<Frame> expected = captured(kFrames);
    for (std::size_t index = 0; index < kFrames; ++index)
        if (index != kBroadcast)
            std::ranges::copy(gen::parse_mac(kOtherMac), expected[index].begin());
    EXPECT_EQ(peer.frames(), expected);
    EXPECT_EQ(sent.replayed.frames, kFrames);
}

TEST_F(Replay, CountsFramesThatTheCaptureHoldsInPart) {
    {
        recv::CaptureWriter writer(capture());
        writer.write(frames_[0], frames_[0].size() + 100, {});
        writer.write(frames_[1], frames_[1].size(), {});
        writer.finish();
    }
    DatagramPeer peer(socket());
    const gen::Report sent = replay({"--pcap", capture()});
    EXPECT_EQ(peer.frames(), captured(2));
    EXPECT_EQ(sent.truncated_in_capture, 1u);
}

TEST_F(Replay, RefusesWhatIsNoCaptureAndNamesTheFile) {
    const auto refusal = [](const std::string& path) -> std::string {
        try {
            const gen::Capture capture(path, nullptr);
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_NE(refusal(folder_ / "none").find("none"), std::string::npos);
    recv::CaptureWriter(folder_ / "empty").finish();
    EXPECT_NE(refusal(folder_ / "empty").find("empty: holds no frame"), std::string::npos);
    std::filesystem::resize_file(capture(), std::filesystem::file_size(capture()) - 1);
    EXPECT_NE(refusal(capture()).find("capture: "), std::string::npos);
}

}  // namespace
}  // namespace rxmap
