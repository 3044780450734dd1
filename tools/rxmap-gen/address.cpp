// SPDX-License-Identifier: MIT
#include "rxmap-gen/address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/ether.h>

#include <bit>
#include <charconv>
#include <stdexcept>

namespace rxmap::gen {

Mac parse_mac(const std::string& text) {
    ether_addr address{};
    if (ether_aton_r(text.c_str(), &address) == nullptr)
        throw std::invalid_argument(
            fmt::format("'{}' is no MAC address of the form 52:54:00:12:34:56", text));
    return std::bit_cast<Mac>(address);
}

std::uint32_t parse_ipv4(const std::string& text) {
    in_addr address{};
    if (inet_pton(AF_INET, text.c_str(), &address) != 1)
        throw std::invalid_argument(
            fmt::format("'{}' is no IPv4 address of the form 10.0.0.2", text));
    return ntohl(address.s_addr);
}

std::string ipv4_text(std::uint32_t address) {
    return fmt::format("{}.{}.{}.{}", address >> 24, (address >> 16) & 0xff, (address >> 8) & 0xff,
                       address & 0xff);
}

HostPort parse_host_port(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    HostPort result;
    if (colon != std::string::npos && colon > 0) {
        result.host = text.substr(0, colon);
        const char* first = text.data() + colon + 1;
        const char* last = text.data() + text.size();
        const auto [end, error] = std::from_chars(first, last, result.port);
        if (error == std::errc{} && end == last && result.port > 0)
            return result;
    }
    throw std::invalid_argument(
        fmt::format("'{}' is not HOST:PORT with a port in 1 .. 65535", text));
}

}  // namespace rxmap::gen
