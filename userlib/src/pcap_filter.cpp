// SPDX-License-Identifier: MIT
// tcpdump expressions to classic BPF, by libpcap. The only file of the library that includes it.
#include <pcap/pcap.h>
#include <rxmap/error.hpp>
#include <rxmap/pcap.hpp>

#include <cerrno>
#include <memory>

namespace rxmap::pcap {

namespace {

constexpr int kSnapLength = 262144;  // what tcpdump uses: no packet is cut

struct PcapCloser {
    void operator()(pcap_t* pcap) const noexcept { pcap_close(pcap); }
};

// Frees what pcap_compile() allocated.
struct Program {
    bpf_program bpf{};
    Program() = default;
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program() { pcap_freecode(&bpf); }
};

}  // namespace

Filter compile(const std::string& expression) {
    if (expression.empty())
        return {};
    const std::unique_ptr<pcap_t, PcapCloser> ethernet(pcap_open_dead(DLT_EN10MB, kSnapLength));
    if (!ethernet)
        throw Error(ENOMEM, "no memory to compile the filter '" + expression + "'");
    Program program;
    if (pcap_compile(ethernet.get(), &program.bpf, expression.c_str(), 1, PCAP_NETMASK_UNKNOWN) < 0)
        throw Error(EINVAL,
                    "filter '" + expression + "' is refused: " + pcap_geterr(ethernet.get()),
                    RXMAP_REFUSED_FILTER);
    if (program.bpf.bf_len > RXMAP_FILTER_LEN_MAX)
        throw Error(EINVAL,
                    "filter '" + expression + "' compiles to " +
                        std::to_string(program.bpf.bf_len) + " instructions, the most is " +
                        std::to_string(RXMAP_FILTER_LEN_MAX),
                    RXMAP_REFUSED_FILTER);
    Filter filter;
    filter.reserve(program.bpf.bf_len);
    for (unsigned int i = 0; i < program.bpf.bf_len; ++i) {
        const bpf_insn& insn = program.bpf.bf_insns[i];
        filter.push_back({.code = insn.code, .jt = insn.jt, .jf = insn.jf, .k = insn.k});
    }
    return filter;
}

}  // namespace rxmap::pcap
