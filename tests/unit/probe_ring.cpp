// SPDX-License-Identifier: MIT
//
// The receiver on a real Ring, fed by the model of the kernel's side: no module, no root.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <rxmap/testing.hpp>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "rxmap-gen/flow_source.hpp"
#include "rxmap-recv/ring_source.hpp"
#include "rxmap-recv/session.hpp"

namespace rxmap::recv {
namespace {

std::filesystem::path scratch_file() {
    return std::filesystem::temp_directory_path() / ("rxmap-recv-" + std::to_string(getpid()));
}

class ReceiverOnRing : public ::testing::Test {
  protected:
    ReceiverOnRing() : flows(traffic()) {
        options.interface = "lo";
        options.quiet = true;
        options.seconds = 20;
        options.until_end = true;
    }

    static gen::TrafficOptions traffic() {
        gen::TrafficOptions result;
        result.size = 128;
        result.flows = 2;
        return result;
    }

    void send(std::uint64_t count) {
        for (std::uint64_t frame = 0; frame < count; ++frame) {
            batch.clear();
            ASSERT_TRUE(flows.append_next(batch, 1));
            nic.receive(batch.frame(batch.frames()[0]));
        }
    }

    void end(std::uint64_t frames_of_each_flow) {
        for (std::uint32_t flow = 0; flow < 2; ++flow) {
            batch.clear();
            ASSERT_TRUE(flows.append_end(batch, flow, frames_of_each_flow, 1));
            nic.receive(batch.frame(batch.frames()[0]));
        }
    }

    Report run(CaptureWriter* writer = nullptr) {
        Consumer consumer(probe::Origin::zero, writer);
        return Session(options, source, consumer).run({});
    }

    void write_and_replay(CaptureFormat format) {
        const auto path = scratch_file();
        send(20);
        end(10);
        {
            CaptureWriter writer(path.string(), format, "eth12");
            EXPECT_EQ(run(&writer).received, 20u);
            writer.finish();
        }
        testing::ModelRing second;
        RingSource again("model1", second.attach(), {}, false);
        EXPECT_EQ(second.replay(path.string()), 22u);
        Consumer consumer(probe::Origin::zero, nullptr);
        const Report report = Session(options, again, consumer).run({});
        EXPECT_EQ(report.received, 20u);
        EXPECT_EQ(report.probe.lost + report.probe.corrupt, 0u);
        std::filesystem::remove(path);
    }

    Options options;
    gen::FlowSource flows;
    gen::Batch batch;
    testing::ModelRing nic;
    RingSource source{"model0", nic.attach(), {}, false};
};

TEST_F(ReceiverOnRing, ChecksWhatTheRingDelivers) {
    send(20);
    end(10);
    const Report report = run();
    EXPECT_EQ(report.received, 20u);
    EXPECT_EQ(report.bytes, 20u * 124);
    EXPECT_EQ(report.probe.lost + report.probe.corrupt + report.dropped(), 0u);
    EXPECT_TRUE(nic.adds_up());
}

TEST_F(ReceiverOnRing, NamesTheDropsThatExplainTheLoss) {
    send(4);
    nic.drop_next(RXMAP_CTR_DROP_QUOTA, 3);
    send(6);
    end(5);
    const Report report = run();
    EXPECT_EQ(report.received, 7u);
    EXPECT_EQ(report.probe.lost, 3u);
    EXPECT_EQ(report.dropped(), 3u);
    EXPECT_EQ(report.drops[0].first, "drop_quota");
}

TEST_F(ReceiverOnRing, StopsAtTheCountExactly) {
    options.count = 7;
    send(20);
    EXPECT_EQ(run().received, 7u);
}

TEST_F(ReceiverOnRing, ReportsAnUnpluggedDeviceAfterTheLastPacket) {
    send(5);
    nic.unplug();
    const Report report = run();
    EXPECT_EQ(report.received, 5u);
    EXPECT_NE(report.closed.find("gone"), std::string::npos) << report.closed;
}

TEST_F(ReceiverOnRing, IsWokenByPacketsThatComeLater) {
    std::jthread sender([this] {
        for (int round = 0; round < 5; ++round) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            send(2);
        }
        end(5);
    });
    const Report report = run();
    EXPECT_EQ(report.received, 10u);
    EXPECT_GT(report.wakeups, 0u);
}

TEST_F(ReceiverOnRing, CaptureFileHoldsEveryByteAndCanBeReplayed) {
    write_and_replay(CaptureFormat::pcap);
}

TEST_F(ReceiverOnRing, SoDoesAPcapngFile) {
    write_and_replay(CaptureFormat::pcapng);
}

// Read back by libpcap: each nanosecond, each length of padding, what was cut off.
TEST(CaptureFile, KeepsTimesAndLengths) {
    constexpr std::chrono::nanoseconds kTime{1'234'567'890'123'456'789};
    for (const CaptureFormat format : {CaptureFormat::pcap, CaptureFormat::pcapng}) {
        const auto path = scratch_file();
        CaptureWriter writer(path.string(), format, "eth1");
        for (std::size_t i = 0; i < 5; ++i)
            writer.write(std::vector<std::byte>(60 + i, std::byte{0x5a}), 60 + i,
                         kTime + std::chrono::nanoseconds(i));
        EXPECT_TRUE(writer.flush());
        testing::ModelRing nic;
        Ring ring = nic.attach();
        EXPECT_EQ(nic.replay(path.string(), 5), 5u);
        const Batch batch = ring.take();
        ASSERT_EQ(batch.size(), 5u);
        for (std::size_t i = 0; i < 5; ++i) {
            EXPECT_EQ(batch[i].size(), 60 + i);
            EXPECT_EQ(batch[i].timestamp(), kTime + std::chrono::nanoseconds(i));
            EXPECT_EQ(batch[i].bytes()[59 + i], std::byte{0x5a});
        }
        std::filesystem::remove(path);
    }
}

TEST_F(ReceiverOnRing, EndsWhenNobodyReadsWhatItWrites) {
    std::signal(SIGPIPE, SIG_IGN);
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    CaptureWriter writer("/proc/self/fd/" + std::to_string(ends[1]));
    close(ends[0]);
    close(ends[1]);
    send(20);  // and no end: nothing but the reader ends this run
    EXPECT_EQ(run(&writer).received, 20u);
    EXPECT_TRUE(writer.reader_gone());
    EXPECT_NO_THROW(writer.finish());
}

TEST(CaptureFile, ThatCannotBeWrittenIsNamed) {
    try {
        CaptureWriter writer("/nonexistent/x.pcap");
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("/nonexistent/x.pcap"), std::string::npos);
    }
}

}  // namespace
}  // namespace rxmap::recv
