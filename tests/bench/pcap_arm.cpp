// SPDX-License-Identifier: MIT
// libpcap's pcap_dispatch: what tcpdump and most captures use. In immediate mode each packet is
// handed over at once (TPACKET_V2 underneath), else blocks of packets (TPACKET_V3). Packets arrive
// as another station's, as with packet_arm.cpp.
#include <fmt/format.h>
#include <pcap/pcap.h>

#include <chrono>
#include <stdexcept>

#include "arm.hpp"

namespace rxmap::bench {
namespace {

constexpr int kSnapBytes = 2048;
constexpr int kBufferBytes = 1024 * 1024;
constexpr int kTimeoutMsecs = 1;  // the shortest

class PcapArm : public Arm {
  public:
    PcapArm(const std::string& interface, bool immediate) : immediate_(immediate) {
        char error[PCAP_ERRBUF_SIZE];
        handle_ = pcap_create(interface.c_str(), error);
        if (handle_ == nullptr)
            throw std::runtime_error(fmt::format("pcap_create: {}", error));
        pcap_set_snaplen(handle_, kSnapBytes);
        pcap_set_promisc(handle_, 1);
        pcap_set_buffer_size(handle_, kBufferBytes);
        pcap_set_timeout(handle_, kTimeoutMsecs);
        pcap_set_immediate_mode(handle_, immediate ? 1 : 0);
        if (pcap_activate(handle_) < 0)
            throw std::runtime_error(fmt::format("pcap_activate: {}", pcap_geterr(handle_)));
    }
    ~PcapArm() override { pcap_close(handle_); }

    bool turn(Sequence& sequence, Counts& counts) override {
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(1);
        Turn turn{sequence, counts};
        do {
            ++counts.syscalls;  // a poll()
            const int got =
                pcap_dispatch(handle_, -1, on_packet, reinterpret_cast<unsigned char*>(&turn));
            if (got != 0)
                return got > 0;
        } while (std::chrono::steady_clock::now() < give_up);
        return false;
    }

    std::string settings() const override {
        return fmt::format("pcap_dispatch, {}, promiscuous, {} KB, {} ms",
                           immediate_ ? "immediate mode" : "not immediate", kBufferBytes / 1024,
                           kTimeoutMsecs);
    }

  private:
    struct Turn {
        Sequence& sequence;
        Counts& counts;
    };

    static void on_packet(unsigned char* user, const pcap_pkthdr* header,
                          const unsigned char* bytes) {
        auto& turn = *reinterpret_cast<Turn*>(user);
        const std::uint64_t before = instructions();
        turn.sequence.on_frame({reinterpret_cast<const std::byte*>(bytes), header->caplen});
        turn.counts.user_instructions += instructions() - before;
    }

    bool immediate_;
    pcap_t* handle_;
};

}  // namespace

std::unique_ptr<Arm> make_pcap_arm(const std::string& interface, bool immediate) {
    return std::make_unique<PcapArm>(interface, immediate);
}

}  // namespace rxmap::bench
