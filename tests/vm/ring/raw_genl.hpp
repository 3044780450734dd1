// SPDX-License-Identifier: MIT
//
// A generic netlink family, "rxmap" unless another is named, with bare sockets and bytes: a test
// decides what is sent, and may send nonsense. One thread.
#pragma once

#include <linux/rxmap_netlink.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vm {

using Bytes = std::vector<std::uint8_t>;

/// One attribute; its type may carry NLA_F_* flags.
Bytes attribute(std::uint16_t type, const Bytes& payload);
Bytes number(std::uint16_t type, std::uint32_t value);
Bytes nest(std::uint16_t type, const Bytes& attributes);
Bytes operator+(Bytes left, const Bytes& right);

/// The payload of the first attribute of this type.
std::optional<Bytes> find(const Bytes& attributes, std::uint16_t type);
/// The same as a number of 4 or 8 bytes; throws when there is none.
std::uint64_t find_number(const Bytes& attributes, std::uint16_t type);

struct Reply {
    int error = 0;                         ///< errno
    std::string text;                      ///< extack
    std::optional<std::uint16_t> refused;  ///< type of the attribute that extack points at
    std::optional<std::uint32_t> missing;  ///< ... or that it misses
    std::vector<Bytes> messages;           ///< attributes of each
};

struct Notice {
    std::uint8_t command;
    Bytes attributes;
};

class RawGenl {
  public:
    /// Throws when the kernel has no such family.
    explicit RawGenl(const std::string& family = RXMAP_FAMILY_NAME);
    RawGenl(const RawGenl&) = delete;
    RawGenl& operator=(const RawGenl&) = delete;
    ~RawGenl();

    /// One request with acknowledgment, or with NLM_F_DUMP in @p flags a dump.
    Reply ask(std::uint8_t command, const Bytes& attributes, std::uint16_t flags = 0);
    /// Sends it and looks at no answer.
    void send(std::uint8_t command, const Bytes& attributes, std::uint16_t flags);
    /// Throws away what waits in the socket.
    void drain();

    /// Joins the first group of the family; that of rxmap is "events".
    void listen();
    /// The next notification; none: none came in @p patience_ms.
    std::optional<Notice> next(int patience_ms = 5000);

  private:
    void resolve(const std::string& name);
    Bytes message(std::uint16_t type, std::uint8_t command, const Bytes& attributes,
                  std::uint16_t flags);
    Reply talk(std::uint16_t type, std::uint8_t command, const Bytes& attributes,
               std::uint16_t flags);

    int fd_;
    std::uint32_t sequence_ = 0;
    std::uint16_t family_ = 0;
    std::uint32_t group_ = 0;
};

}  // namespace vm
