// SPDX-License-Identifier: MIT
// bench-dpdk: DPDK's own driver in user space, which has taken the NIC from the kernel
// (uio_pci_generic).
#include <fmt/format.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_version.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <stdexcept>

#include "measure.hpp"
#include "spinning_arm.hpp"

namespace rxmap::bench {
namespace {

constexpr std::uint16_t kBurst = 256;
constexpr unsigned int kPool = 4096 - 1;
constexpr unsigned int kPoolCache = 256;

void check(int result, const char* call) {
    if (result < 0)
        throw std::runtime_error(fmt::format("{}: {}", call, rte_strerror(-result)));
}

void start_environment(const std::string& pci) {
    std::array<std::string, 9> words{
        "bench-dpdk", "-l", "0", "--in-memory", "--no-telemetry", "-a", pci, "--iova-mode", "pa"};
    std::array<char*, words.size()> arguments{};
    for (std::size_t i = 0; i < words.size(); ++i)
        arguments[i] = words[i].data();
    check(rte_eal_init(static_cast<int>(arguments.size()), arguments.data()), "rte_eal_init");
}

class DpdkArm : public SpinningArm {
  public:
    DpdkArm(const std::string& pci, std::uint16_t descriptors) : descriptors_(descriptors) {
        start_environment(pci);
        rte_mempool* pool = rte_pktmbuf_pool_create("frames", kPool, kPoolCache, 0,
                                                    RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
        if (pool == nullptr)
            throw std::runtime_error("no memory for mbufs");
        const rte_eth_conf defaults{};
        check(rte_eth_dev_configure(kPort, 1, 1, &defaults), "rte_eth_dev_configure");
        std::uint16_t sent = descriptors;
        check(rte_eth_dev_adjust_nb_rx_tx_desc(kPort, &descriptors_, &sent), "descriptors");
        check(rte_eth_rx_queue_setup(kPort, 0, descriptors_, SOCKET_ID_ANY, nullptr, pool),
              "rte_eth_rx_queue_setup");
        check(rte_eth_tx_queue_setup(kPort, 0, sent, SOCKET_ID_ANY, nullptr),
              "rte_eth_tx_queue_setup");
        check(rte_eth_dev_start(kPort), "rte_eth_dev_start");
    }
    ~DpdkArm() override {
        rte_eth_dev_stop(kPort);
        rte_eth_dev_close(kPort);
        rte_eal_cleanup();
    }

    std::string settings() const override {
        return fmt::format("{}, rx_burst of {}, {} descriptors, {} mbufs; empty polls not counted",
                           rte_version(), kBurst, descriptors_, kPool);
    }

  private:
    static constexpr std::uint16_t kPort = 0;

    bool poll(Sequence& sequence, Counts& counts) override {
        std::array<rte_mbuf*, kBurst> packets;
        const std::uint64_t before = instructions();
        const std::uint16_t got = rte_eth_rx_burst(kPort, 0, packets.data(), kBurst);
        if (got == 0)
            return false;
        for (std::size_t i = 0; i < got; ++i)
            sequence.on_frame(
                {rte_pktmbuf_mtod(packets[i], const std::byte*), rte_pktmbuf_data_len(packets[i])});
        rte_pktmbuf_free_bulk(packets.data(), got);
        counts.user_instructions += instructions() - before;
        return true;
    }

    std::uint16_t descriptors_;
};

}  // namespace
}  // namespace rxmap::bench

int main(int argc, char** argv) {
    std::string pci;
    rxmap::bench::Plan plan;
    std::uint16_t descriptors = 256;
    CLI::App app{"receives pktgen's packets with DPDK's driver and counts what that takes"};
    app.add_option("--pci", pci, "address of the NIC, which uio_pci_generic has")->required();
    plan.add_options(app);
    app.add_option("--descriptors", descriptors, "of the receive ring")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        rxmap::bench::DpdkArm arm(pci, descriptors);
        rxmap::bench::measure(arm, plan);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench-dpdk: {}\n", error.what());
        return 1;
    }
    return 0;
}
