// SPDX-License-Identifier: MIT
// A generic netlink family: messages out, messages in, and what the kernel says when it refuses one
// (extack). Knows nothing of what the attributes mean. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

struct mnl_socket;
struct nlmsghdr;

namespace rxmap::ctl {

/// One attribute of a received message; the bytes live as long as the message.
struct Attribute {
    std::uint16_t type = 0;
    std::span<const std::byte> payload;

    /// A number of 4 or 8 bytes, else 0.
    [[nodiscard]] std::uint64_t number() const;
    /// Up to the first NUL.
    [[nodiscard]] std::string text() const;
    /// The attributes in it.
    [[nodiscard]] std::vector<Attribute> children() const;
};

/// Splits bytes into attributes; stops at the first that does not fit.
std::vector<Attribute> parse_attributes(std::span<const std::byte> bytes);

/// A request in the making.
class Request {
  public:
    explicit Request(std::uint8_t command);

    Request& put(std::uint16_t type, std::uint32_t number);
    /// Attributes that @p fill puts lie inside of @p type.
    Request& nest(std::uint16_t type, const std::function<void(Request&)>& fill);

    /// The attributes so far.
    [[nodiscard]] std::vector<Attribute> attributes() const;
    /// Type of the attribute that begins at this offset of the message.
    [[nodiscard]] std::optional<std::uint16_t> type_at(std::uint32_t offset) const;

  private:
    friend class Genl;
    [[nodiscard]] nlmsghdr* header();
    [[nodiscard]] const nlmsghdr* header() const;

    std::vector<std::uint64_t> buffer_;  // aligned for any header
};

/// A message from the kernel.
struct Message {
    std::uint8_t command = 0;
    std::vector<std::byte> bytes;  ///< of the attributes

    [[nodiscard]] std::vector<Attribute> attributes() const { return parse_attributes(bytes); }
};

/// The kernel's "no": what() is its sentence, or that of the errno where it has none.
class Refusal : public std::runtime_error {
  public:
    Refusal(int error, const std::string& text, std::optional<std::uint16_t> attribute)
        : std::runtime_error(text), error_(error), attribute_(attribute) {}

    [[nodiscard]] int error() const { return error_; }
    /// Which attribute of the request was refused, if the kernel pointed at one.
    [[nodiscard]] std::optional<std::uint16_t> attribute() const { return attribute_; }

  private:
    int error_;
    std::optional<std::uint16_t> attribute_;
};

/// One family of the running kernel. Throws std::runtime_error or std::system_error.
class Genl {
  public:
    /// @param absent  what to say when the kernel has no such family
    Genl(const std::string& family, const std::string& absent);

    /// Sends, returns the answers up to the acknowledgment. Throws Refusal.
    std::vector<Message> ask(Request request);
    /// All there is of the request's kind. Throws Refusal.
    std::vector<Message> dump(Request request);

    /// From here on next() returns the messages of this group.
    void join(const std::string& group);
    /// Waits for the next one. A listener that was too slow to hear all gets a std::system_error
    /// with ENOBUFS, once, and may go on.
    Message next();

  private:
    std::vector<Message> talk(Request& request, std::uint16_t type, unsigned flags);
    bool take(const nlmsghdr* message, const Request& request, std::vector<Message>& answers);
    void resolve(const std::string& family, const std::string& absent);

    std::unique_ptr<mnl_socket, int (*)(mnl_socket*)> socket_;
    unsigned sequence_ = 0;
    std::uint16_t family_ = 0;
    std::vector<std::pair<std::string, std::uint32_t>> groups_;
    std::vector<Message> heard_;
};

}  // namespace rxmap::ctl
