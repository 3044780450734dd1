// SPDX-License-Identifier: MIT
// The words of the C++ interface: modes, states, results of a wait, options of attach.
// They mirror <linux/rxmap.h>, which is the authority on what each value means.
#pragma once

#include <linux/filter.h>
#include <linux/rxmap.h>

#include <chrono>
#include <cstdint>
#include <vector>

namespace rxmap {

// Who gets a packet. tap copies each packet to the stack too; the other modes take packets away
// from it and need CAP_NET_ADMIN besides CAP_NET_RAW.
enum class Mode : std::uint32_t {
    tap = RXMAP_MODE_TAP,
    filter = RXMAP_MODE_FILTER,
    divert = RXMAP_MODE_DIVERT,
};

// What happens while the consumer holds its whole quota.
enum class Overrun : std::uint32_t {
    drop = RXMAP_OVERRUN_DROP,
    backpressure = RXMAP_OVERRUN_BACKPRESSURE,  // divert mode only
};

// Clock of the timestamps; the values are those of <time.h>.
enum class Clock : std::int32_t { realtime = 0, monotonic = 1, tai = 11 };

// What the ring does now, enum rxmap_state. The last two are final.
enum class State : std::uint32_t {
    none = RXMAP_STATE_NONE,
    running = RXMAP_STATE_RUNNING,
    down = RXMAP_STATE_DOWN,
    no_carrier = RXMAP_STATE_NO_CARRIER,
    fault = RXMAP_STATE_FAULT,  // final
    gone = RXMAP_STATE_GONE,    // final
};

// Why a ring ended, enum rxmap_reason; none while it has not.
enum class Reason : std::uint32_t {
    none = RXMAP_REASON_NONE,
    bad_consumer = RXMAP_REASON_BAD_CONSUMER,
    bad_release = RXMAP_REASON_BAD_RELEASE,
    bad_frame_id = RXMAP_REASON_BAD_FRAME_ID,
    not_delivered = RXMAP_REASON_NOT_DELIVERED,
    detached = RXMAP_REASON_DETACHED,
    forced = RXMAP_REASON_FORCED,
    device_gone = RXMAP_REASON_DEVICE_GONE,
    netns = RXMAP_REASON_NETNS,
};

// What Ring::wait() found.
enum class Wait {
    ready,          // take() will give packets
    timeout,        // nothing came in time
    stopped,        // the stop token was asked to stop
    state_changed,  // see Ring::state(); the ring stays usable. Reported once a change
    closed,         // final: the ring is in state fault or gone and nothing is left to read
};

// A classic BPF program; compile one from a tcpdump expression with rxmap::pcap::compile().
using Filter = std::vector<sock_filter>;

// When a sleeping consumer is woken: at `packets` unread packets, or `usecs` after the first.
struct Wake {
    std::uint32_t packets = 1;  // at most the quota
    std::uint32_t usecs = 0;    // up to RXMAP_WAKE_USECS_MAX, nonzero when packets exceeds 1
};

// Arguments of Ring::attach(). What is asked for is granted, or attach() throws.
struct Options {
    std::uint32_t queue = 0;                         // from 0
    Mode mode = Mode::tap;                           // who gets a packet
    Overrun overrun = Overrun::drop;                 // what a consumer at its quota costs
    std::uint32_t frames = RXMAP_FRAMES_DEFAULT;     // a power of two, RXMAP_FRAMES_MIN to _MAX
    std::uint32_t frame_size = RXMAP_FRAME_SIZE_2K;  // bytes; or RXMAP_FRAME_SIZE_4K
    std::uint32_t quota = 0;        // most frames held at a time; 0: the most that the queue allows
    Wake wake = {};                 // when a sleeper is woken; at once unless told
    Clock clock = Clock::realtime;  // of the timestamps
    bool promiscuous = false;       // others' packets, too, while attached
    bool lock = false;              // freeze filter, mode and quota at once
    Filter filter = {};             // needed by Mode::filter
};

// What attach() got, constant for the life of the ring.
struct Info {
    std::uint32_t ifindex;     // of the interface, in the namespace of the attach
    std::uint32_t queue;       // from 0
    Mode mode;                 // who gets a packet
    std::uint32_t frames;      // number of frames
    std::uint32_t frame_size;  // bytes
    std::uint32_t quota;       // frames
    std::uint32_t max_packet;  // bytes, without FCS
    std::uint32_t napi_id;     // 0: unknown
    bool zero_copy;            // the NIC writes into the mapped frames
    bool promiscuous;          // others' packets, too
    bool queue_reset;          // posted frames come home at detach, even on an idle link
};

// Short English names, for logs: "running", "device unplugged or driver unbound".
[[nodiscard]] const char* to_string(Mode mode) noexcept;
[[nodiscard]] const char* to_string(State state) noexcept;
[[nodiscard]] const char* to_string(Reason reason) noexcept;
[[nodiscard]] const char* to_string(Wait result) noexcept;

}  // namespace rxmap
