// SPDX-License-Identifier: MIT
//
// What the user asked rxmap-recv for, checked as far as the command line alone allows. Limits of
// the ring itself are checked where they are known: by the kernel, whose refusal the library words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "attach/attach_options.hpp"
#include "rxmap-recv/capture_writer.hpp"

namespace rxmap::recv {

/// The mapped ring's part; used when `socket_port` is not given.
struct RingOptions {
    tools::AttachOptions attach;
    bool inherited = false;       ///< from `rxmapctl exec`, by RXMAP_FD: attached already
    std::string wait = "poll";    ///< rxmap::to_string() of a WaitBy
    std::uint32_t busy_poll = 0;  ///< microseconds before each sleep; 0: sleep at once
};

struct Options {
    std::string interface;
    std::optional<std::uint16_t> socket_port;  ///< the baseline: a UDP socket on this port
    RingOptions ring;
    std::uint64_t count = 0;  ///< stop after so many packets; 0: no limit
    double seconds = 0;       ///< stop after this time; 0: no limit
    bool until_end = false;   ///< stop when every flow seen has ended
    bool join = false;        ///< count each flow from its first packet seen
    bool json = false;
    bool quiet = false;
    std::string write_file;                      ///< "-": standard output
    CaptureFormat format = CaptureFormat::pcap;  ///< of write_file
};

/// Parses argv. Prints help or an error and returns the exit status when the program is to end at
/// once; returns nothing when `options` is ready.
[[nodiscard]] std::optional<int> parse_options(int argc, char** argv, Options& options);

}  // namespace rxmap::recv
