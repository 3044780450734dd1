// SPDX-License-Identifier: MIT
#include "virtio_features.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace rxmap::ctl {
namespace {

constexpr std::array<std::pair<std::size_t, const char*>, 36> kNames{{
    {0, "csum"},
    {1, "guest_csum"},
    {2, "ctrl_guest_offloads"},
    {3, "mtu"},
    {5, "mac"},
    {7, "guest_tso4"},
    {8, "guest_tso6"},
    {9, "guest_ecn"},
    {10, "guest_ufo"},
    {11, "host_tso4"},
    {12, "host_tso6"},
    {13, "host_ecn"},
    {14, "host_ufo"},
    {15, "mrg_rxbuf"},
    {16, "status"},
    {17, "ctrl_vq"},
    {18, "ctrl_rx"},
    {19, "ctrl_vlan"},
    {21, "guest_announce"},
    {22, "mq"},
    {23, "ctrl_mac_addr"},
    {28, "indirect_desc"},
    {29, "event_idx"},
    {32, "version_1"},
    {33, "access_platform"},
    {34, "ring_packed"},
    {35, "in_order"},
    {36, "order_platform"},
    {37, "sr_iov"},
    {38, "notification_data"},
    {40, "ring_reset"},
    {54, "guest_uso4"},
    {55, "guest_uso6"},
    {56, "host_uso"},
    {57, "hash_report"},
    {60, "rss"},
}};

}  // namespace

std::vector<std::string> virtio_features(std::string_view digits) {
    std::vector<std::string> set;
    for (std::size_t bit = 0; bit < digits.size(); ++bit) {
        if (digits[bit] != '1')
            continue;
        const auto* known = std::find_if(kNames.begin(), kNames.end(),
                                         [bit](const auto& name) { return name.first == bit; });
        set.push_back(known == kNames.end() ? "bit " + std::to_string(bit) : known->second);
    }
    return set;
}

}  // namespace rxmap::ctl
