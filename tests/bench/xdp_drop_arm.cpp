// SPDX-License-Identifier: MIT
#include "xdp_drop_arm.hpp"

#include <bpf/bpf.h>

#include <array>
#include <chrono>
#include <thread>

#include "check.hpp"
#include "xdp_program.hpp"

namespace rxmap::bench {
namespace {

// Often enough to see the end, seldom enough not to cost: once in some hundred packets.
constexpr auto kNap = std::chrono::milliseconds(2);
constexpr int kNaps = 500;

constexpr std::size_t kInstructions = 12;

// counter[0]++; return XDP_DROP
std::array<bpf_insn, kInstructions> program(int map) {
    return {insn(BPF_ST | BPF_MEM | BPF_W, BPF_REG_10, 0, -4, 0),
            insn(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_2, BPF_REG_10, 0, 0),
            insn(BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_2, 0, 0, -4),
            insn(BPF_LD | BPF_IMM | BPF_DW, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, map),
            insn(0, 0, 0, 0, 0),
            insn(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
            insn(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 3, 0),
            insn(BPF_LDX | BPF_MEM | BPF_DW, BPF_REG_1, BPF_REG_0, 0, 0),
            insn(BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_1, 0, 0, 1),
            insn(BPF_STX | BPF_MEM | BPF_DW, BPF_REG_0, BPF_REG_1, 0, 0),
            insn(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, XDP_DROP),
            insn(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)};
}

class XdpDropArm : public Arm {
  public:
    XdpDropArm(const std::string& interface, std::uint32_t flags)
        : counter_(BPF_MAP_TYPE_ARRAY, sizeof(std::uint64_t)),
          program_(interface, program(counter_.fd()), flags) {}

    bool turn(Sequence& sequence, Counts& counts) override {
        for (int naps = 0; naps < kNaps; ++naps) {
            const std::uint32_t key = 0;
            std::uint64_t dropped = 0;
            ++counts.syscalls;
            check(bpf_map_lookup_elem(counter_.fd(), &key, &dropped), "bpf_map_lookup_elem");
            if (dropped > seen_) {
                sequence.on_unseen(dropped - seen_);
                seen_ = dropped;
                return true;
            }
            std::this_thread::sleep_for(kNap);
        }
        return false;
    }

    [[nodiscard]] bool times_lone_packets() const override { return false; }

    std::string settings() const override { return "XDP_DROP, native: nothing is delivered"; }

  private:
    BpfMap counter_;
    XdpProgram program_;
    std::uint64_t seen_ = 0;
};

}  // namespace

std::unique_ptr<Arm> make_xdp_drop_arm(const std::string& interface, std::uint32_t flags) {
    return std::make_unique<XdpDropArm>(interface, flags);
}

}  // namespace rxmap::bench
