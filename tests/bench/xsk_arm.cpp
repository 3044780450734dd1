// SPDX-License-Identifier: MIT
#include "xsk_arm.hpp"

#include <bpf/bpf.h>
#include <fmt/format.h>
#include <linux/if_link.h>
#include <linux/if_xdp.h>
#include <poll.h>
#include <sys/mman.h>
#include <xdp/xsk.h>

#include <array>
#include <cstddef>

#include "check.hpp"
#include "xdp_program.hpp"

namespace rxmap::bench {
namespace {

constexpr std::uint32_t kFrames = 4096;
constexpr std::uint32_t kFrameBytes = 2048;
constexpr std::size_t kBytes = std::size_t{kFrames} * kFrameBytes;
constexpr std::uint32_t kBatch = 256;
constexpr std::uint32_t kSend = 64;  // there must be a ring for it
constexpr std::uint32_t kQueue = 0;

void accept(int result, const char* call) {
    if (result < 0)
        throw std::system_error(-result, std::generic_category(), call);
}

// return bpf_redirect_map(sockets, ctx->rx_queue_index, XDP_PASS)
std::array<bpf_insn, 6> program(int map) {
    return {
        insn(BPF_LDX | BPF_MEM | BPF_W, BPF_REG_2, BPF_REG_1, offsetof(xdp_md, rx_queue_index), 0),
        insn(BPF_LD | BPF_IMM | BPF_DW, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, map),
        insn(0, 0, 0, 0, 0),
        insn(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_3, 0, 0, XDP_PASS),
        insn(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_redirect_map),
        insn(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)};
}

/// The frames, shared with the kernel.
class Memory {
  public:
    Memory()
        : bytes_(mmap(nullptr, kBytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0)) {
        if (bytes_ == MAP_FAILED)
            check(-1, "mmap");
        const xsk_umem_config wanted{.fill_size = kFrames,
                                     .comp_size = kSend,
                                     .frame_size = kFrameBytes,
                                     .frame_headroom = 0,
                                     .flags = 0};
        accept(xsk_umem__create(&umem_, bytes_, kBytes, &fill_, &completed_, &wanted),
               "xsk_umem__create");
    }
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;
    ~Memory() {
        xsk_umem__delete(umem_);
        munmap(bytes_, kBytes);
    }
    [[nodiscard]] xsk_umem* umem() { return umem_; }
    [[nodiscard]] xsk_ring_prod& fill() { return fill_; }
    [[nodiscard]] xsk_ring_cons& completed() { return completed_; }
    [[nodiscard]] std::span<const std::byte> packet(const xdp_desc& descriptor) const {
        return {static_cast<const std::byte*>(xsk_umem__get_data(bytes_, descriptor.addr)),
                descriptor.len};
    }

  private:
    void* bytes_;
    xsk_ring_prod fill_{};
    xsk_ring_cons completed_{};
    xsk_umem* umem_ = nullptr;
};

class XskArm : public Arm {
  public:
    XskArm(const std::string& interface, std::uint32_t attach, std::uint16_t bind)
        : sockets_(BPF_MAP_TYPE_XSKMAP, sizeof(int)),
          program_(interface, program(sockets_.fd()), attach),
          native_(attach == XDP_FLAGS_DRV_MODE),
          zero_copy_(bind == XDP_ZEROCOPY) {
        xsk_socket_config wanted{};
        wanted.rx_size = kFrames;
        wanted.tx_size = kSend;
        wanted.libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD;
        wanted.xdp_flags = attach;
        wanted.bind_flags = static_cast<std::uint16_t>(bind | XDP_USE_NEED_WAKEUP);
        accept(xsk_socket__create_shared(&socket_, interface.c_str(), kQueue, memory_.umem(),
                                         &received_, nullptr, &memory_.fill(), &memory_.completed(),
                                         &wanted),
               zero_copy_ ? "the kernel refuses zero copy here: xsk_socket__create"
                          : "xsk_socket__create");
        const int fd = xsk_socket__fd(socket_);
        check(bpf_map_update_elem(sockets_.fd(), &kQueue, &fd, 0), "bpf_map_update_elem");
        std::uint32_t at = 0;
        xsk_ring_prod__reserve(&memory_.fill(), kFrames, &at);
        for (std::uint32_t i = 0; i < kFrames; ++i)
            *xsk_ring_prod__fill_addr(&memory_.fill(), at + i) = std::uint64_t{i} * kFrameBytes;
        xsk_ring_prod__submit(&memory_.fill(), kFrames);
    }
    ~XskArm() override { xsk_socket__delete(socket_); }

    bool turn(Sequence& sequence, Counts& counts) override {
        pollfd waiting{.fd = xsk_socket__fd(socket_), .events = POLLIN, .revents = 0};
        ++counts.syscalls;
        if (poll(&waiting, 1, 1000) <= 0)
            return false;
        const std::uint64_t before = instructions();
        while (take(sequence)) {
        }
        counts.user_instructions += instructions() - before;
        return true;
    }

    std::string settings() const override {
        return fmt::format("AF_XDP, {}, {}, {} frames of 2 KB, poll(), batches of {}",
                           native_ ? "native" : "generic", zero_copy_ ? "zero copy" : "copy",
                           kFrames, kBatch);
    }

  private:
    // A batch; its frames go back to the kernel.
    bool take(Sequence& sequence) {
        std::uint32_t from = 0, to = 0;
        const std::uint32_t got = xsk_ring_cons__peek(&received_, kBatch, &from);
        if (got == 0)
            return false;
        // Never fails: the ring has room for every frame.
        xsk_ring_prod__reserve(&memory_.fill(), got, &to);
        for (std::uint32_t i = 0; i < got; ++i) {
            const xdp_desc& descriptor = *xsk_ring_cons__rx_desc(&received_, from + i);
            sequence.on_frame(memory_.packet(descriptor));
            *xsk_ring_prod__fill_addr(&memory_.fill(), to + i) = descriptor.addr;
        }
        xsk_ring_prod__submit(&memory_.fill(), got);
        xsk_ring_cons__release(&received_, got);
        return true;
    }

    Memory memory_;
    BpfMap sockets_;
    XdpProgram program_;
    bool native_;
    bool zero_copy_;
    xsk_ring_cons received_{};
    xsk_socket* socket_ = nullptr;
};

}  // namespace

std::unique_ptr<Arm> make_xsk_arm(const std::string& interface, std::uint32_t attach,
                                  std::uint16_t bind) {
    return std::make_unique<XskArm>(interface, attach, bind);
}

}  // namespace rxmap::bench
