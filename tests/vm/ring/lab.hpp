// SPDX-License-Identifier: MIT
//
// What a test needs from the lab around the VM: shell commands in the guest, rxmap-gen on the host,
// QMP. Thin wrappers of lab-host, lab-traffic and lab-qmp (Documentation/vm-lab.md). A command that
// fails throws with its output.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace vm {

inline constexpr const char* kNic =
    "rx0";  ///< plugged into a datagram socket: only rxmap-gen talks to it

struct Output {
    int status;  ///< exit status
    std::string text;
};

/// Runs a shell command in the guest; standard error is part of the text.
Output try_sh(const std::string& command);

/// The same; throws unless the exit status is 0.
std::string sh(const std::string& command);

/// Sends one QMP command, such as R"({"execute":"query-status"})".
void qmp(const std::string& json);

unsigned ifindex(const std::string& name);

/// One number of `ethtool -S`; throws when there is none of that name.
std::uint64_t nic_counter(const std::string& nic, const std::string& name);

/// Descriptors of one RX ring, from `ethtool -g`.
std::uint32_t rx_ring_size(const std::string& nic);

/// How many times slower than Debian's kernels this one is: 4 for the debug kernel.
int slowness();

/// The older of the two kernels, which lacks some of what the newer one tells.
bool is_linux_6_1();

/// Milliseconds on the monotonic clock.
std::int64_t now_ms();

/// Calls `done` until it returns true or `patience_ms` * slowness() have passed; returns whether
/// it did.
template <typename Predicate>
bool eventually(Predicate done, std::int64_t patience_ms = 10000);

void sleep_ms(std::int64_t ms);

/// Options of a flow that lasts until it is stopped, slow enough that the guest has time for other
/// things: on the debug kernel, behind an IOMMU, a packet takes milliseconds.
std::string endless();

/// rxmap-gen on the host, sending to the first NIC. Starts at once.
class Traffic {
  public:
    /// @param options  of rxmap-gen; addresses are added
    explicit Traffic(const std::string& options);
    Traffic(const Traffic&) = delete;
    Traffic& operator=(const Traffic&) = delete;
    ~Traffic();

    /// Waits for the end. Returns the number of frames sent; throws when rxmap-gen failed.
    std::uint64_t wait();

    /// Interrupts it, then the same.
    std::uint64_t stop();

  private:
    std::uint64_t finish(const char* how);
    bool running_ = true;
};

template <typename Predicate>
bool eventually(Predicate done, std::int64_t patience_ms) {
    for (const std::int64_t end = now_ms() + patience_ms * slowness(); !done(); sleep_ms(5))
        if (now_ms() > end)
            return false;
    return true;
}

}  // namespace vm
