// SPDX-License-Identifier: MIT
// What an interface loses when its driver changes (name, MTU, up-state, addresses, routes), read
// over rtnetlink and written back to the interface that takes its place. network.cpp is the only
// file that knows libmnl.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rxmap::ctl {

/// One rtnetlink message as the kernel dumped it, ready to be sent back.
struct SavedMessage {
    std::vector<std::uint8_t> bytes;
    std::string text;  ///< for people: "address 10.0.0.2/24"
};

struct SavedInterface {
    std::string name;
    unsigned mtu = 0;
    bool up = false;
    std::vector<SavedMessage> addresses;
    std::vector<SavedMessage> routes;
    std::vector<std::string> lost;  ///< what can be seen but not saved
};

/// True if a default route (IPv4 or IPv6, any table) leaves through the interface.
/// Throws std::system_error.
bool carries_default_route(unsigned ifindex);

/// Throws std::system_error.
SavedInterface save_interface(unsigned ifindex);

/// Gives @p saved to another interface; returns what could not be restored, a sentence each.
std::vector<std::string> restore_interface(unsigned ifindex, const SavedInterface& saved);

}  // namespace rxmap::ctl
