// SPDX-License-Identifier: MIT
// A BPF map, and an XDP program on an interface, loaded from its instructions so that no BPF
// compiler is needed. Both are gone with the object.
#pragma once

#include <linux/bpf.h>

#include <cstdint>
#include <span>
#include <string>

namespace rxmap::bench {

/// One entry, with a 4-byte key. Throws std::system_error.
class BpfMap {
  public:
    BpfMap(bpf_map_type type, std::uint32_t value_bytes);
    BpfMap(const BpfMap&) = delete;
    BpfMap& operator=(const BpfMap&) = delete;
    ~BpfMap();
    [[nodiscard]] int fd() const noexcept { return fd_; }

  private:
    int fd_;
};

class XdpProgram {
  public:
    /// @p flags: XDP_FLAGS_SKB_MODE or XDP_FLAGS_DRV_MODE. Throws std::system_error naming the call
    /// that the kernel refused.
    XdpProgram(const std::string& interface, std::span<const bpf_insn> code, std::uint32_t flags);
    XdpProgram(const XdpProgram&) = delete;
    XdpProgram& operator=(const XdpProgram&) = delete;
    ~XdpProgram();

  private:
    int index_;
    std::uint32_t flags_;
    int fd_;
};

/// One instruction (Documentation/bpf/standardization/instruction-set.rst).
constexpr bpf_insn insn(int code, int destination, int source, int offset, int immediate) {
    bpf_insn made{};
    made.code = static_cast<std::uint8_t>(code);
    made.dst_reg = static_cast<std::uint8_t>(destination & 0xf);
    made.src_reg = static_cast<std::uint8_t>(source & 0xf);
    made.off = static_cast<std::int16_t>(offset);
    made.imm = immediate;
    return made;
}

}  // namespace rxmap::bench
