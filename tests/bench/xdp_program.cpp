// SPDX-License-Identifier: MIT
#include "xdp_program.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <net/if.h>
#include <unistd.h>

#include <system_error>

namespace rxmap::bench {
namespace {

// libbpf returns the error.
int accept(int result, const char* call) {
    if (result < 0)
        throw std::system_error(-result, std::generic_category(), call);
    return result;
}

}  // namespace

BpfMap::BpfMap(bpf_map_type type, std::uint32_t value_bytes)
    : fd_(accept(bpf_map_create(type, "bench", sizeof(std::uint32_t), value_bytes, 1, nullptr),
                 "bpf_map_create")) {}

BpfMap::~BpfMap() {
    close(fd_);
}

XdpProgram::XdpProgram(const std::string& interface, std::span<const bpf_insn> code,
                       std::uint32_t flags)
    : index_(static_cast<int>(if_nametoindex(interface.c_str()))),
      flags_(flags),
      fd_(accept(
          bpf_prog_load(BPF_PROG_TYPE_XDP, "bench", "GPL", code.data(), code.size(), nullptr),
          "bpf_prog_load")) {
    if (const int result = bpf_xdp_attach(index_, fd_, flags_, nullptr); result < 0) {
        close(fd_);
        accept(result, "the driver refuses XDP programs: bpf_xdp_attach");
    }
}

XdpProgram::~XdpProgram() {
    bpf_xdp_detach(index_, flags_, nullptr);
    close(fd_);
}

}  // namespace rxmap::bench
