// SPDX-License-Identifier: MIT
// A message of the netlink family with names in place of numbers: what every command prints or
// looks values up in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "genl.hpp"
#include "names.hpp"

namespace rxmap::ctl {

class Record {
  public:
    Record() = default;
    /// Attributes that @p fields does not know are left out: a newer kernel may say more.
    Record(const Fields& fields, const std::vector<Attribute>& attributes);

    /// 0 when absent.
    [[nodiscard]] std::uint64_t number(std::string_view name) const;
    /// Text, or the name of a choice's value; empty when absent.
    [[nodiscard]] std::string text(std::string_view name) const;
    /// Empty when absent.
    [[nodiscard]] const Record& nest(std::string_view name) const;
    /// The names of the flags that are set.
    [[nodiscard]] std::vector<std::string> flags(std::string_view name) const;

    /// {"name": value, ...} in one line, in the specification's order, without the names in
    /// @p without.
    [[nodiscard]] std::string json(const std::vector<std::string_view>& without = {}) const;

    /// (name, number) of each plain number, in the specification's order.
    [[nodiscard]] std::vector<std::pair<std::string, std::uint64_t>> numbers() const;

  private:
    struct Entry {
        const Field* field;
        std::uint64_t number = 0;    // of a number, choice or flags
        std::string text;            // of a text
        std::vector<Record> inside;  // of a nest: one
    };
    [[nodiscard]] const Entry* find(std::string_view name) const;
    [[nodiscard]] static std::string json_of(const Entry& entry);

    std::vector<Entry> entries_;
};

/// A JSON string.
std::string json_string(std::string_view text);

}  // namespace rxmap::ctl
