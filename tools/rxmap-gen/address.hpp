// SPDX-License-Identifier: MIT
//
// Addresses as a user writes them, and back. Errors are std::invalid_argument with the text that
// was refused. Pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace rxmap::gen {

using Mac = std::array<std::byte, 6>;

/// "52:54:00:12:34:56" to bytes.
[[nodiscard]] Mac parse_mac(const std::string& text);

/// "10.0.0.2" to host byte order.
[[nodiscard]] std::uint32_t parse_ipv4(const std::string& text);

[[nodiscard]] std::string ipv4_text(std::uint32_t address);

/// "HOST:PORT" in two. The host may be a name; the port is 1 .. 65535.
struct HostPort {
    std::string host;
    std::uint16_t port = 0;
};
[[nodiscard]] HostPort parse_host_port(const std::string& text);

}  // namespace rxmap::gen
