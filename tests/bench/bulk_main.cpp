// SPDX-License-Identifier: MIT
// bench-bulk: accepts a TCP connection, reads blocks until it ends, and answers each with a byte.
// Prints how many came. profile.c counts from mark to mark.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <vector>

#include "check.hpp"
#include "marks.hpp"

namespace {

using rxmap::bench::check;

int listen_on(std::uint16_t port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(fd, "socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    check(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
    check(listen(fd, 1), "listen");
    return fd;
}

// False: the connection has ended.
bool receive_block(int fd, std::vector<std::byte>& block) {
    for (std::size_t had = 0; had < block.size();) {
        const ssize_t got = read(fd, block.data() + had, block.size() - had);
        check(static_cast<int>(got), "read");
        if (got == 0)
            return false;
        had += static_cast<std::size_t>(got);
    }
    return true;
}

// Number of blocks.
std::uint64_t serve(int fd, std::vector<std::byte>& block) {
    std::uint64_t blocks = 0;
    rxmap::bench::mark_begin();
    for (rxmap::bench::mark_transaction(); receive_block(fd, block); ++blocks) {
        check(static_cast<int>(write(fd, block.data(), 1)), "write");
        rxmap::bench::mark_transaction();
    }
    rxmap::bench::mark_end();
    return blocks;
}

}  // namespace

int main(int argc, char** argv) {
    std::uint16_t port = 5201;
    std::size_t bytes = 0;
    CLI::App app{"reads and answers blocks of a TCP connection; profile.c counts"};
    app.add_option("bytes", bytes, "of a block")->required()->check(CLI::PositiveNumber);
    app.add_option("--port", port, "TCP port")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        std::vector<std::byte> block(bytes);
        const int listening = listen_on(port);
        fmt::print(stderr, "ready\n");
        const int fd = accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
        check(fd, "accept");
        fmt::print("{}\n", serve(fd, block));
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench-bulk: {}\n", error.what());
        return 1;
    }
    return 0;
}
