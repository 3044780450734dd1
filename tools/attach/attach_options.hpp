// SPDX-License-Identifier: MIT
//
// How a queue is to be attached, as rxmap-recv and `rxmapctl exec` take it from the command line.
// Limits of the ring itself are checked where they are known: by the kernel, whose refusal the
// library words.
#pragma once

#include <cstdint>
#include <optional>
#include <rxmap/types.hpp>
#include <string>

namespace CLI {
class App;
}

namespace rxmap::tools {

struct AttachOptions {
    std::uint32_t queue = 0;
    std::string mode = "tap";
    std::string filter;
    std::string overrun = "drop";
    std::optional<std::uint32_t> frames;      ///< without: the library's default
    std::optional<std::uint32_t> frame_size;  ///< the same
    std::uint32_t quota = 0;
    std::uint32_t wake_packets = 1;
    std::uint32_t wake_usecs = 0;
    bool promiscuous = false;
};

/// Adds --queue, --mode and the like; `asked` lives as long as @p app.
void add_attach_options(CLI::App& app, AttachOptions& asked);

/// Throws CLI::ValidationError for options that exclude each other, once the line is parsed.
void check_attach_options(const AttachOptions& asked);

/// Throws CLI::ValidationError with @p why for the first of them that was given.
void refuse_attach_options(const CLI::App& app, const std::string& why);

/// For Ring::attach(). Throws rxmap::Error for a filter that is none.
[[nodiscard]] Options to_options(const AttachOptions& asked);

}  // namespace rxmap::tools
