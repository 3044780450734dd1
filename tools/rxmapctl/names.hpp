// SPDX-License-Identifier: MIT
// What the numbers of the netlink family are called: in JSON, in tables and on the command line.
// The names are the specification's (Documentation/netlink/specs/rxmap.yaml), with _ for - in
// attributes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace rxmap::ctl {

struct Name {
    std::uint32_t number;
    std::string_view text;
};
using Names = std::span<const Name>;

enum class Kind { number, text, choice, flags, nest };

struct Field;
using Fields = std::span<const Field>;

/// One attribute of a set.
struct Field {
    Name name;
    Kind kind;
    const Names* names;    ///< of the values of a choice or of flags
    const Fields* fields;  ///< of a nest
};

extern const Names kPolicies;
extern const Names kLimits;
extern const Names kModes;
extern const Names kStates;
extern const Names kReasons;
extern const Names kGrants;
extern const Names kActivities;
extern const Names kEvents;  ///< notifications

extern const Fields kModeration;
extern const Fields kRingCounters;
extern const Fields kQueue;
extern const Fields kRing;
extern const Fields kStats;

/// Empty: the number has no name.
std::string_view name_of(const Names& names, std::uint64_t number);

}  // namespace rxmap::ctl
