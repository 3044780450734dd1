// SPDX-License-Identifier: MIT
#include "nic_counters.hpp"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

namespace vm {
namespace {

/// One SIOCETHTOOL request; false when the kernel refuses it.
bool ethtool(const std::string& nic, void* request) {
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ifreq wanted = {};
    strncpy(wanted.ifr_name, nic.c_str(), sizeof(wanted.ifr_name) - 1);
    wanted.ifr_data = static_cast<char*>(request);
    const bool ok = fd >= 0 && ioctl(fd, SIOCETHTOOL, &wanted) == 0;
    close(fd);
    return ok;
}

/// A request whose answer follows its header: room for both, in words that suit every header.
std::vector<std::uint64_t> room(std::size_t header, std::size_t answer) {
    return std::vector<std::uint64_t>((header + answer + 7) / 8);
}

}  // namespace

std::string nic_driver(const std::string& nic) {
    ethtool_drvinfo info = {};
    info.cmd = ETHTOOL_GDRVINFO;
    return ethtool(nic, &info) ? info.driver : "";
}

std::vector<std::pair<std::string, std::uint64_t>> nic_counters(const std::string& nic) {
    ethtool_drvinfo info = {};
    info.cmd = ETHTOOL_GDRVINFO;
    if (!ethtool(nic, &info) || info.n_stats == 0)
        throw std::runtime_error(nic + " has no statistics");

    auto names = room(sizeof(ethtool_gstrings), std::size_t{info.n_stats} * ETH_GSTRING_LEN);
    auto* strings = reinterpret_cast<ethtool_gstrings*>(names.data());
    strings->cmd = ETHTOOL_GSTRINGS;
    strings->string_set = ETH_SS_STATS;
    strings->len = info.n_stats;
    auto values = room(sizeof(ethtool_stats), info.n_stats * sizeof(std::uint64_t));
    auto* stats = reinterpret_cast<ethtool_stats*>(values.data());
    stats->cmd = ETHTOOL_GSTATS;
    stats->n_stats = info.n_stats;
    if (!ethtool(nic, strings) || !ethtool(nic, stats))
        throw std::runtime_error("no statistics of " + nic);

    std::vector<std::pair<std::string, std::uint64_t>> out;
    for (std::uint32_t i = 0; i < info.n_stats; ++i) {
        const char* name = reinterpret_cast<const char*>(strings->data) + i * ETH_GSTRING_LEN;
        out.emplace_back(std::string(name, strnlen(name, ETH_GSTRING_LEN)), stats->data[i]);
    }
    return out;
}

}  // namespace vm
