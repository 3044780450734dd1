// SPDX-License-Identifier: MIT
//
// What people put on top of an interface works on ours as on any: generic XDP, tc BPF, socket
// filters, AF_PACKET rings, busy polling. The BPF programs are a few instructions, loaded by the
// bare system call.
#include <gtest/gtest.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "lab.hpp"
#include "raw_ring.hpp"
#include "sink.hpp"

namespace vm {
namespace {

/// A program "return `verdict`", pinned as /sys/fs/bpf/`name` for ip and tc.
void pin_return(bpf_prog_type type, int verdict, const char* path) {
    const std::array<bpf_insn, 2> program = {{
        {BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, verdict},
        {BPF_JMP | BPF_EXIT, 0, 0, 0, 0},
    }};
    static const char license[] = "GPL";
    bpf_attr load{};
    load.prog_type = type;
    load.insns = reinterpret_cast<std::uintptr_t>(program.data());
    load.insn_cnt = program.size();
    load.license = reinterpret_cast<std::uintptr_t>(license);
    const auto fd = syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof(load));
    ASSERT_GE(fd, 0) << strerror(errno);
    unlink(path);
    bpf_attr pin{};
    pin.pathname = reinterpret_cast<std::uintptr_t>(path);
    pin.bpf_fd = static_cast<__u32>(fd);
    ASSERT_EQ(syscall(SYS_bpf, BPF_OBJ_PIN, &pin, sizeof(pin)), 0) << strerror(errno);
    close(static_cast<int>(fd));
}

std::uint64_t stack_gets(UdpSink& sink, std::uint64_t packets) {
    Traffic traffic("--rate 4000 --count " + std::to_string(packets));
    traffic.wait();
    return sink.drain();
}

TEST(Stack, DeliversEveryPacketUnmapped) {
    UdpSink sink(9000);
    const std::uint64_t before = nic_counter(kNic, "rx_queue_0_packets");
    EXPECT_EQ(stack_gets(sink, 5000), 5000u);
    EXPECT_EQ(nic_counter(kNic, "rx_queue_0_packets"), before + 5000);
}

TEST(Stack, LargeAndMixedSizesArriveWhole) {
    UdpSink sink(9000);
    Traffic traffic("--rate 3000 --count 3000 --imix");
    traffic.wait();
    EXPECT_EQ(sink.drain(), 3000u);
}

TEST(Stack, GenericXdpDropsAndPasses) {
    UdpSink sink(9000);
    pin_return(BPF_PROG_TYPE_XDP, XDP_DROP, "/sys/fs/bpf/xdp_drop");
    sh("ip link set dev rx0 xdpgeneric pinned /sys/fs/bpf/xdp_drop");
    EXPECT_EQ(stack_gets(sink, 1000), 0u);
    sh("ip link set dev rx0 xdpgeneric off");
    pin_return(BPF_PROG_TYPE_XDP, XDP_PASS, "/sys/fs/bpf/xdp_pass");
    sh("ip link set dev rx0 xdpgeneric pinned /sys/fs/bpf/xdp_pass");
    EXPECT_EQ(stack_gets(sink, 1000), 1000u);
    sh("ip link set dev rx0 xdpgeneric off");
}

TEST(Stack, GenericXdpSeesTheStacksCopyWhileMapped) {
    UdpSink sink(9000);
    pin_return(BPF_PROG_TYPE_XDP, XDP_DROP, "/sys/fs/bpf/xdp_drop");
    sh("ip link set dev rx0 xdpgeneric pinned /sys/fs/bpf/xdp_drop");
    {
        RawRing ring(request(RXMAP_MODE_TAP));
        Checker checker;
        Traffic traffic("--rate 4000 --count 1000");
        receive(ring, checker, 1000);
        traffic.wait();
        checker.expect_exactly(1000);
        EXPECT_EQ(sink.drain(), 0u);
    }
    sh("ip link set dev rx0 xdpgeneric off");
}

TEST(Stack, TcBpfDropsAndPasses) {
    UdpSink sink(9000);
    (void)try_sh("modprobe -a sch_ingress cls_bpf");
    pin_return(BPF_PROG_TYPE_SCHED_CLS, 2 /* TC_ACT_SHOT */, "/sys/fs/bpf/tc_drop");
    sh("tc qdisc add dev rx0 clsact && tc filter add dev rx0 ingress bpf da object-pinned "
       "/sys/fs/bpf/tc_drop");
    EXPECT_EQ(stack_gets(sink, 1000), 0u);
    sh("tc qdisc del dev rx0 clsact");
    EXPECT_EQ(stack_gets(sink, 1000), 1000u);
}

TEST(Stack, SocketFilterSelects) {
    UdpSink sink(9000);
    // Sequence numbers are at payload offset 4: every odd packet.
    std::array<sock_filter, 4> odd = {{{BPF_LD | BPF_B | BPF_ABS, 0, 0, 8 + 7},
                                       {BPF_JMP | BPF_JSET | BPF_K, 0, 1, 1},
                                       {BPF_RET | BPF_K, 0, 0, 0xffff},
                                       {BPF_RET | BPF_K, 0, 0, 0}}};
    const sock_fprog program{odd.size(), odd.data()};
    ASSERT_EQ(setsockopt(sink.fd(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)), 0);
    EXPECT_EQ(stack_gets(sink, 2000), 1000u);
}

TEST(Stack, PacketRingReceivesEveryFrame) {
    const int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
    const int version = TPACKET_V3;
    ASSERT_EQ(setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)), 0);
    tpacket_req3 shape{};
    shape.tp_block_size = 1 << 18;
    shape.tp_block_nr = 16;
    shape.tp_frame_size = 2048;
    shape.tp_frame_nr = shape.tp_block_size / 2048 * 16;
    // Eight blocks in the 4 s that the traffic lasts on the debug kernel: a reader who is kept from
    // the processor must not make the ring, which is not ours, overflow.
    shape.tp_retire_blk_tov = 500;
    ASSERT_EQ(setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &shape, sizeof(shape)), 0);
    const std::size_t bytes = std::size_t{shape.tp_block_size} * shape.tp_block_nr;
    auto* blocks =
        static_cast<std::uint8_t*>(mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
    ASSERT_NE(blocks, MAP_FAILED);
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_IP);
    address.sll_ifindex = static_cast<int>(ifindex(kNic));
    ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    UdpSink sink(9000);  // or the stack would answer
    Traffic traffic("--rate 4000 --count 4000");
    std::uint64_t got = 0;
    for (unsigned block = 0; got < 4000; block = (block + 1) % shape.tp_block_nr) {
        auto* head = reinterpret_cast<tpacket_block_desc*>(blocks + std::size_t{block} *
                                                                        shape.tp_block_size);
        pollfd file{fd, POLLIN, 0};
        while ((__atomic_load_n(&head->hdr.bh1.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER) ==
               0)
            ASSERT_EQ(poll(&file, 1, 5000), 1) << got;
        got += head->hdr.bh1.num_pkts;
        __atomic_store_n(&head->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
    }
    EXPECT_EQ(got, traffic.wait());
    munmap(blocks, bytes);
    close(fd);
}

TEST(Stack, SocketBusyPollReceives) {
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    const int busy = 200;
    ASSERT_EQ(setsockopt(fd, SOL_SOCKET, SO_BUSY_POLL, &busy, sizeof(busy)), 0);
    const int bytes = 16 << 20;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
    timeval patience{5, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_port = htons(9000);
    ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&any), sizeof(any)), 0);
    Traffic traffic("--rate 2000 --count 3000");
    std::uint64_t got = 0;
    std::array<char, 2048> data;
    while (got < 3000 && recv(fd, data.data(), data.size(), 0) > 0)
        ++got;
    EXPECT_EQ(got, traffic.wait());
    unsigned napi = 0;
    socklen_t length = sizeof(napi);
    ASSERT_EQ(getsockopt(fd, SOL_SOCKET, SO_INCOMING_NAPI_ID, &napi, &length), 0);
    EXPECT_NE(napi, 0u) << "packets carry no NAPI id";
    RawRing ring(request(RXMAP_MODE_TAP));
    EXPECT_EQ(ring.granted().napi_id, napi);
    close(fd);
}

}  // namespace
}  // namespace vm
