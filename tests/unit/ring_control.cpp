// SPDX-License-Identifier: MIT
// Filters, thresholds, locking, and what a ring tells about itself.
#include <gtest/gtest.h>
#include <rxmap/pcap.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "ring_support.hpp"

namespace rxmap::tests {

// Ethernet, IPv4, UDP to `port`; the number goes into the payload.
std::vector<std::byte> udp(std::uint16_t port, std::uint8_t number) {
    std::vector<std::byte> bytes(60);
    const auto set = [&bytes](std::size_t at, unsigned int value) { bytes[at] = std::byte(value); };
    set(12, 0x08);
    set(14, 0x45);
    set(17, 46);
    set(23, 17);
    set(36, port >> 8U);
    set(37, port & 0xffU);
    set(39, 26);
    set(42, number);
    return bytes;
}

std::uint32_t errno_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const Error& error) {
        return static_cast<std::uint32_t>(error.code().value());
    }
    return 0;
}

TEST(Filter, GivesTheRingWhatMatchesAndTheStackTheRest) {
    ModelRing nic({.ring = {.mode = Mode::filter,
                            .frames = kFrames,
                            .filter = pcap::compile("udp dst port 9000")}});
    Ring ring = nic.attach();
    EXPECT_EQ(nic.receive(udp(9000, 1)), 1U);
    EXPECT_EQ(nic.receive(udp(9001, 2)), 0U);
    const Stats stats = ring.stats();
    EXPECT_EQ(stats[RXMAP_CTR_NOT_WANTED], 1U);
    EXPECT_EQ(stats[RXMAP_CTR_TO_STACK], 1U);
    EXPECT_EQ(stats[RXMAP_CTR_TAKEN], 1U);
    EXPECT_TRUE(nic.adds_up());
}

TEST(Filter, ChangesWhilePacketsFlow) {
    ModelRing nic;
    Ring ring = nic.attach();
    EXPECT_EQ(nic.receive(udp(1, 1)), 1U);
    ring.set_filter(pcap::compile("udp dst port 2"));
    EXPECT_EQ(nic.receive(udp(1, 2)), 0U);
    EXPECT_EQ(nic.receive(udp(2, 3)), 1U);
    ring.set_filter({});
    EXPECT_EQ(nic.receive(udp(1, 4)), 1U);
}

TEST(Filter, NamesExpressionAndReasonWhenItDoesNotCompile) {
    try {
        (void)pcap::compile("udp dst prt 9000");
        FAIL() << "compiled";
    } catch (const Error& error) {
        EXPECT_EQ(error.code().value(), EINVAL);
        EXPECT_EQ(std::string(error.what()).find("filter 'udp dst prt 9000' is refused: "), 0U);
    }
    EXPECT_TRUE(pcap::compile("").empty());
}

TEST(Lock, FreezesTheFilterButNotTheThresholds) {
    ModelRing nic;
    Ring ring = nic.attach();
    ring.lock();
    EXPECT_EQ(errno_of([&] { ring.set_filter(pcap::compile("udp")); }), std::uint32_t{EPERM});
    EXPECT_NO_THROW(ring.set_wake({.packets = 8, .usecs = 100}));
}

TEST(Control, NamesArgumentLimitAndValueOfABadThreshold) {
    ModelRing nic;
    Ring ring = nic.attach();
    try {
        ring.set_wake({.packets = 8, .usecs = 0});
        FAIL() << "accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.code().value(), EINVAL);
        const std::string what = error.what();
        EXPECT_NE(what.find("8 packets or 0 us"), std::string::npos) << what;
    }
}

TEST(Control, FailsWithEnodevOnceTheRingHasEnded) {
    ModelRing nic;
    Ring ring = nic.attach();
    nic.unplug();
    EXPECT_EQ(errno_of([&] { ring.set_filter({}); }), std::uint32_t{ENODEV});
    EXPECT_EQ(errno_of([&] { ring.set_wake({}); }), std::uint32_t{ENODEV});
    EXPECT_EQ(errno_of([&] { ring.lock(); }), std::uint32_t{ENODEV});
    EXPECT_EQ(errno_of([&] { ring.detach(); }), std::uint32_t{ENODEV});
}

TEST(Ring, TellsWhatItGot) {
    ModelRing nic({.ring = {.mode = Mode::divert, .frames = 128, .frame_size = 4096}});
    const Ring ring = nic.attach();
    const Info info = ring.info();
    EXPECT_EQ(info.mode, Mode::divert);
    EXPECT_EQ(info.frames, 128U);
    EXPECT_EQ(info.frame_size, 4096U);
    EXPECT_EQ(info.quota, 112U);
    EXPECT_TRUE(info.zero_copy);
    EXPECT_EQ(ring.state(), State::running);
    EXPECT_EQ(ring.stats().posted, 0U);  // known from the first poll cycle on
}

TEST(Names, ExistForEveryValue) {
    for (unsigned int i = 0; i < RXMAP_CTR_COUNT; ++i)
        EXPECT_NE(counter_name(static_cast<rxmap_counter>(i)), nullptr);
    EXPECT_STREQ(counter_name(RXMAP_CTR_DROP_QUOTA), "drop_quota");
    EXPECT_STREQ(counter_name(RXMAP_CTR_STARVED), "starved");
    EXPECT_EQ(counter_name(RXMAP_CTR_COUNT), nullptr);
    EXPECT_STREQ(to_string(State::no_carrier), "no carrier");
    EXPECT_STREQ(to_string(Mode::divert), "divert");
    EXPECT_STREQ(to_string(Wait::state_changed), "state changed");
    EXPECT_STREQ(to_string(static_cast<Reason>(99)), "unknown reason");
}

// A classic pcap file, written by hand: the format is older than any library for it.
class CaptureFile {
  public:
    explicit CaptureFile(std::uint32_t packets)
        : path_(std::filesystem::temp_directory_path() /
                ("rxmap-unit-" + std::to_string(getpid()) + ".pcap")) {
        std::ofstream file(path_, std::ios::binary);
        for (const std::uint32_t word : {0xa1b23c4dU, 0x00040002U, 0U, 0U, 65535U, 1U})
            put(file, word);
        for (std::uint32_t i = 0; i < packets; ++i) {
            for (const std::uint32_t word : {i + 1, i * 1000, 60U, 60U})
                put(file, word);
            const auto bytes = packet(i);
            file.write(reinterpret_cast<const char*>(bytes.data()), 60);
        }
    }
    CaptureFile(const CaptureFile&) = delete;
    CaptureFile& operator=(const CaptureFile&) = delete;
    ~CaptureFile() { std::filesystem::remove(path_); }
    [[nodiscard]] std::string path() const { return path_.string(); }

  private:
    static void put(std::ofstream& file, std::uint32_t word) {
        file.write(reinterpret_cast<const char*>(&word), sizeof(word));
    }
    std::filesystem::path path_;
};

TEST(ModelRing, ReplaysACaptureWithItsTimestamps) {
    const CaptureFile capture(300);
    ModelRing nic;
    Ring ring = nic.attach();
    std::uint64_t seen = 0;
    const std::size_t delivered = nic.replay(capture.path(), 10, [&] {
        for (const PacketView view : ring.take()) {
            EXPECT_EQ(number_of(view.bytes()), seen);
            EXPECT_EQ(view.timestamp(),
                      std::chrono::seconds(seen + 1) + std::chrono::nanoseconds(seen * 1000));
            ++seen;
        }
    });
    EXPECT_EQ(delivered, 300U);
    EXPECT_EQ(seen, 300U);
}

TEST(ModelRing, NamesACaptureThatItCannotRead) {
    ModelRing nic;
    EXPECT_EQ(errno_of([&] { nic.replay("/nonexistent.pcap"); }), std::uint32_t{EINVAL});
    const CaptureFile capture(3);
    std::filesystem::resize_file(capture.path(), 24 + 76 * 2 + 40);
    EXPECT_EQ(errno_of([&] { nic.replay(capture.path()); }), std::uint32_t{EINVAL});
}

TEST(ModelRing, RefusesWhatAttachWouldRefuse) {
    const auto refused = [](const ModelOptions& options) {
        try {
            const ModelRing nic(options);
        } catch (const Error& error) {
            return error.refused();
        }
        return RXMAP_REFUSED_NOTHING;
    };
    EXPECT_EQ(refused({.ring = {.frames = 63}}), RXMAP_REFUSED_FRAMES);
    EXPECT_EQ(refused({.ring = {.frames = 96}}), RXMAP_REFUSED_FRAMES);
    EXPECT_EQ(refused({.ring = {.frames = 64, .frame_size = 3000}}), RXMAP_REFUSED_FRAME_SIZE);
    EXPECT_EQ(refused({.ring = {.frames = 64, .quota = 49}}), RXMAP_REFUSED_QUOTA);
    EXPECT_EQ(refused({.ring = {.overrun = Overrun::backpressure, .frames = 64}}),
              RXMAP_REFUSED_OVERRUN);
    EXPECT_EQ(refused({.ring = {.frames = 64, .wake = {.packets = 2, .usecs = 0}}}),
              RXMAP_REFUSED_WAKE);
    EXPECT_EQ(refused({.ring = {.frames = 64, .quota = 32, .wake = {.packets = 33, .usecs = 9}}}),
              RXMAP_REFUSED_WAKE);
    EXPECT_EQ(refused({.ring = {.mode = Mode::filter, .frames = 64}}), RXMAP_REFUSED_FILTER);
}

}  // namespace rxmap::tests
