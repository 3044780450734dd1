// SPDX-License-Identifier: MIT
// A NIC that DPDK's driver in user space has taken from the kernel (uio_pci_generic), one queue.
#pragma once

#include <fmt/format.h>
#include <rte_eal.h>
#include <rte_epoll.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_version.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "sequence.hpp"

namespace rxmap::bench {

class DpdkNic {
  public:
    /// Its driver, or the way that it is bound, has no interrupts for reception.
    struct NoInterrupts : std::runtime_error {
        using std::runtime_error::runtime_error;
    };

    /// @p descriptors of the receive ring. Throws NoInterrupts if @p interrupts are wanted in vain,
    /// std::runtime_error for all else.
    DpdkNic(const std::string& pci, std::uint16_t descriptors, bool interrupts)
        : descriptors_(descriptors) {
        start_environment(pci);
        rte_mempool* pool = rte_pktmbuf_pool_create("frames", kPool, kPoolCache, 0,
                                                    RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
        if (pool == nullptr)
            throw std::runtime_error("no memory for mbufs");
        configure(interrupts);
        std::uint16_t sent = descriptors;
        check(rte_eth_dev_adjust_nb_rx_tx_desc(kPort, &descriptors_, &sent), "descriptors");
        check(rte_eth_rx_queue_setup(kPort, 0, descriptors_, SOCKET_ID_ANY, nullptr, pool),
              "rte_eth_rx_queue_setup");
        check(rte_eth_tx_queue_setup(kPort, 0, sent, SOCKET_ID_ANY, nullptr),
              "rte_eth_tx_queue_setup");
        check(rte_eth_dev_start(kPort), "rte_eth_dev_start");
        if (interrupts)
            check(rte_eth_dev_rx_intr_ctl_q(kPort, 0, RTE_EPOLL_PER_THREAD, RTE_INTR_EVENT_ADD,
                                            nullptr),
                  "rte_eth_dev_rx_intr_ctl_q");
    }
    DpdkNic(const DpdkNic&) = delete;
    DpdkNic& operator=(const DpdkNic&) = delete;
    ~DpdkNic() {
        rte_eth_dev_stop(kPort);
        rte_eth_dev_close(kPort);
        rte_eal_cleanup();
    }

    /// Takes, looks at and frees what one rx_burst gives; so many packets.
    std::size_t receive(Sequence& sequence) {
        std::array<rte_mbuf*, kBurst> packets;
        const std::uint16_t got = rte_eth_rx_burst(kPort, 0, packets.data(), kBurst);
        if (got == 0)
            return 0;
        for (std::size_t i = 0; i < got; ++i)
            sequence.on_frame(
                {rte_pktmbuf_mtod(packets[i], const std::byte*), rte_pktmbuf_data_len(packets[i])});
        rte_pktmbuf_free_bulk(packets.data(), got);
        return got;
    }

    /// Unmasks the interrupt and sleeps until it comes, or @p milliseconds.
    void sleep(int milliseconds) {
        rte_epoll_event event{};
        check(rte_eth_dev_rx_intr_enable(kPort, 0), "rte_eth_dev_rx_intr_enable");
        check(rte_epoll_wait(RTE_EPOLL_PER_THREAD, &event, 1, milliseconds), "rte_epoll_wait");
        check(rte_eth_dev_rx_intr_disable(kPort, 0), "rte_eth_dev_rx_intr_disable");
    }

    [[nodiscard]] std::string settings() const {
        return fmt::format("{}, rx_burst of {}, {} descriptors, {} mbufs", rte_version(), kBurst,
                           descriptors_, kPool);
    }

  private:
    static constexpr std::uint16_t kPort = 0;
    static constexpr std::uint16_t kBurst = 256;
    static constexpr unsigned int kPool = 4096 - 1;
    static constexpr unsigned int kPoolCache = 256;

    static void check(int result, const char* call) {
        if (result < 0)
            throw std::runtime_error(fmt::format("{}: {}", call, rte_strerror(-result)));
    }

    static void start_environment(const std::string& pci) {
        std::array<std::string, 9> words{
            "bench-dpdk", "-l", "0",           "--in-memory", "--no-telemetry",
            "-a",         pci,  "--iova-mode", "pa"};
        std::array<char*, words.size()> arguments{};
        for (std::size_t i = 0; i < words.size(); ++i)
            arguments[i] = words[i].data();
        check(rte_eal_init(static_cast<int>(arguments.size()), arguments.data()), "rte_eal_init");
    }

    static void configure(bool interrupts) {
        rte_eth_conf configuration{};
        configuration.intr_conf.rxq = interrupts;
        const int result = rte_eth_dev_configure(kPort, 1, 1, &configuration);
        if (result < 0 && interrupts)
            throw NoInterrupts(fmt::format("DPDK's driver has no interrupts for reception here: {}",
                                           rte_strerror(-result)));
        check(result, "rte_eth_dev_configure");
    }

    std::uint16_t descriptors_;
};

}  // namespace rxmap::bench
