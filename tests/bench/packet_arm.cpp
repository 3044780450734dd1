// SPDX-License-Identifier: MIT
// An AF_PACKET socket with a TPACKET_V3 ring: what libpcap uses, without libpcap. Packets arrive as
// another station's, on a promiscuous interface: a copy for the ring, then the stack drops its own.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include "arm.hpp"
#include "check.hpp"

namespace rxmap::bench {
namespace {

// Blocks of many bursts' packets together, which warming up touches all. A block that is not full
// is handed over after a millisecond, the shortest time that there is.
constexpr unsigned int kBlocks = 16;
constexpr unsigned int kBlockBytes = 64 * 1024;
constexpr unsigned int kFrameBytes = 2048;
constexpr unsigned int kRetireMsecs = 1;

template <typename T>
void set(int fd, int option, const T& value, const char* name) {
    check(setsockopt(fd, SOL_PACKET, option, &value, sizeof value), name);
}

class PacketArm : public Arm {
  public:
    explicit PacketArm(const std::string& interface)
        : fd_(socket(AF_PACKET, SOCK_RAW, 0)),
          index_(static_cast<int>(if_nametoindex(interface.c_str()))) {
        check(fd_, "socket");
        set(fd_, PACKET_VERSION, int{TPACKET_V3}, "PACKET_VERSION");
        tpacket_req3 request{};
        request.tp_block_size = kBlockBytes;
        request.tp_block_nr = kBlocks;
        request.tp_frame_size = kFrameBytes;
        request.tp_frame_nr = kBlocks * (kBlockBytes / kFrameBytes);
        request.tp_retire_blk_tov = kRetireMsecs;
        set(fd_, PACKET_RX_RING, request, "PACKET_RX_RING");
        void* memory = mmap(nullptr, kMapBytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
        if (memory == MAP_FAILED)
            check(-1, "mmap");
        blocks_ = static_cast<std::byte*>(memory);
        packet_mreq membership{};
        membership.mr_ifindex = index_;
        membership.mr_type = PACKET_MR_PROMISC;
        set(fd_, PACKET_ADD_MEMBERSHIP, membership, "PACKET_MR_PROMISC");
        sockaddr_ll address{};
        address.sll_family = AF_PACKET;
        address.sll_protocol = htons(ETH_P_IP);
        address.sll_ifindex = index_;
        check(bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
    }
    ~PacketArm() override {
        munmap(blocks_, kMapBytes);
        close(fd_);
    }

    bool turn(Sequence& sequence, Counts& counts) override {
        pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
        ++counts.syscalls;
        if (poll(&waiting, 1, 1000) <= 0)
            return false;
        const std::uint64_t before = instructions();
        while (take_block(sequence))
            next_ = (next_ + 1) % kBlocks;
        counts.user_instructions += instructions() - before;
        return true;
    }

    std::string settings() const override {
        return fmt::format("TPACKET_V3, promiscuous, {} blocks of {} KB, {} ms, poll()", kBlocks,
                           kBlockBytes / 1024, kRetireMsecs);
    }

  private:
    static constexpr std::size_t kMapBytes = std::size_t{kBlocks} * kBlockBytes;

    // All packets of the next block, if it is ours; then the kernel has it back.
    bool take_block(Sequence& sequence) {
        std::byte* block = blocks_ + std::size_t{next_} * kBlockBytes;
        auto& header = reinterpret_cast<tpacket_block_desc*>(block)->hdr.bh1;
        const std::atomic_ref<std::uint32_t> status(header.block_status);
        if ((status.load(std::memory_order_acquire) & TP_STATUS_USER) == 0)
            return false;
        const std::byte* at = block + header.offset_to_first_pkt;
        for (std::uint32_t left = header.num_pkts; left > 0; --left) {
            const auto& packet = *reinterpret_cast<const tpacket3_hdr*>(at);
            sequence.on_frame({at + packet.tp_mac, packet.tp_snaplen});
            at += packet.tp_next_offset;
        }
        status.store(TP_STATUS_KERNEL, std::memory_order_release);
        return true;
    }

    int fd_;
    int index_;
    std::byte* blocks_ = nullptr;
    unsigned int next_ = 0;
};

}  // namespace

std::unique_ptr<Arm> make_packet_arm(const std::string& interface) {
    return std::make_unique<PacketArm>(interface);
}

}  // namespace rxmap::bench
