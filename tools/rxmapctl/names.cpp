// SPDX-License-Identifier: MIT
// Rows as in Documentation/netlink/specs/rxmap.yaml; tests/lint/checks/netlink compares them.
#include "names.hpp"

#include <linux/rxmap.h>
#include <linux/rxmap_netlink.h>

#include <array>

namespace rxmap::ctl {
namespace {

constexpr std::array kModerationPolicyRows{
    Name{RXMAP_MODERATION_POLICY_OFF, "off"},   Name{RXMAP_MODERATION_POLICY_FIXED, "fixed"},
    Name{RXMAP_MODERATION_POLICY_DIM, "dim"},   Name{RXMAP_MODERATION_POLICY_ITR, "itr"},
    Name{RXMAP_MODERATION_POLICY_POLL, "poll"}, Name{RXMAP_MODERATION_POLICY_CONSUMER, "consumer"},
};
constexpr std::array kLimitRows{
    Name{RXMAP_LIMIT_NONE, "none"},
    Name{RXMAP_LIMIT_POLICY, "policy"},
    Name{RXMAP_LIMIT_DEVICE_MIN, "device-min"},
    Name{RXMAP_LIMIT_DEVICE_UNABLE, "device-unable"},
    Name{RXMAP_LIMIT_RING, "ring"},
};
constexpr std::array kModeRows{
    Name{RXMAP_MODE_TAP, "tap"},
    Name{RXMAP_MODE_FILTER, "filter"},
    Name{RXMAP_MODE_DIVERT, "divert"},
};
constexpr std::array kStateRows{
    Name{RXMAP_STATE_NONE, "none"},   Name{RXMAP_STATE_RUNNING, "running"},
    Name{RXMAP_STATE_DOWN, "down"},   Name{RXMAP_STATE_NO_CARRIER, "no-carrier"},
    Name{RXMAP_STATE_FAULT, "fault"}, Name{RXMAP_STATE_GONE, "gone"},
};
constexpr std::array kReasonRows{
    Name{RXMAP_REASON_NONE, "none"},
    Name{RXMAP_REASON_BAD_CONSUMER, "bad-consumer"},
    Name{RXMAP_REASON_BAD_RELEASE, "bad-release"},
    Name{RXMAP_REASON_BAD_FRAME_ID, "bad-frame-id"},
    Name{RXMAP_REASON_NOT_DELIVERED, "not-delivered"},
    Name{RXMAP_REASON_DETACHED, "detached"},
    Name{RXMAP_REASON_FORCED, "forced"},
    Name{RXMAP_REASON_DEVICE_GONE, "device-gone"},
    Name{RXMAP_REASON_NETNS, "netns"},
};
constexpr std::array kGrantRows{
    Name{RXMAP_GRANT_ZEROCOPY, "zerocopy"},
    Name{RXMAP_GRANT_PROMISC, "promisc"},
    Name{RXMAP_GRANT_QUEUE_RESET, "queue-reset"},
    Name{RXMAP_GRANT_LOCKED, "locked"},
};
constexpr std::array kActivityRows{
    Name{RXMAP_ACTIVITY_AWAKE, "awake"},
    Name{RXMAP_ACTIVITY_ASLEEP, "asleep"},
    Name{RXMAP_ACTIVITY_POLLING, "polling"},
};

}  // namespace

const Names kPolicies{kModerationPolicyRows};
const Names kLimits{kLimitRows};
const Names kModes{kModeRows};
const Names kStates{kStateRows};
const Names kReasons{kReasonRows};
const Names kGrants{kGrantRows};
const Names kActivities{kActivityRows};

namespace {

constexpr std::array kModerationRows{
    Field{{RXMAP_A_MODERATION_POLICY, "policy"}, Kind::choice, &kPolicies, nullptr},
};
constexpr std::array kRingCountersRows{
    Field{{RXMAP_A_RING_COUNTERS_SEEN, "seen"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_COUNTERS_TO_RING, "to_ring"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_COUNTERS_NOT_WANTED, "not_wanted"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_COUNTERS_DROP_QUOTA, "drop_quota"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_COUNTERS_DROP_SLOTS, "drop_slots"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_COUNTERS_DROP_NO_FRAME, "drop_no_frame"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_COUNTERS_DROP_SIZE, "drop_size"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_COUNTERS_TO_STACK, "to_stack"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_COUNTERS_STACK_DROPS, "stack_drops"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_COUNTERS_TAKEN, "taken"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_COUNTERS_COPIED, "copied"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_COUNTERS_BYTES, "bytes"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_COUNTERS_WAKEUPS, "wakeups"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_COUNTERS_WAKEUPS_TIMER, "wakeups_timer"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_COUNTERS_WAKEUPS_SAVED, "wakeups_saved"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_COUNTERS_PUBLISHES, "publishes"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_COUNTERS_RELEASED, "released"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_COUNTERS_KICKS, "kicks"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_COUNTERS_STARVED, "starved"}, Kind::number, nullptr, nullptr},
};
}  // namespace

const Fields kModeration{kModerationRows};
const Fields kRingCounters{kRingCountersRows};

namespace {

constexpr std::array kQueueRows{
    Field{{RXMAP_A_QUEUE_IFINDEX, "ifindex"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_QUEUE_IFNAME, "ifname"}, Kind::text, nullptr, nullptr},
    Field{{RXMAP_A_QUEUE_QUEUE, "queue"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_QUEUE_NAPI_ID, "napi_id"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_QUEUE_BUDGET, "budget"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_QUEUE_MODERATION, "moderation"}, Kind::nest, nullptr, &kModeration},
    Field{{RXMAP_A_QUEUE_USECS_REQUESTED, "usecs_requested"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_QUEUE_USECS_EFFECTIVE, "usecs_effective"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_QUEUE_USECS_LIMIT, "usecs_limit"}, Kind::choice, &kLimits, nullptr},
    Field{{RXMAP_A_QUEUE_FRAMES_REQUESTED, "frames_requested"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_QUEUE_FRAMES_EFFECTIVE, "frames_effective"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_QUEUE_FRAMES_LIMIT, "frames_limit"}, Kind::choice, &kLimits, nullptr},
    Field{{RXMAP_A_QUEUE_POLL_USECS, "poll_usecs"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_QUEUE_AWAKE_USECS, "awake_usecs"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_QUEUE_BEHIND_USECS, "behind_usecs"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_QUEUE_DEADMAN_USECS, "deadman_usecs"}, Kind::number, nullptr, nullptr},
};
constexpr std::array kRingRows{
    Field{{RXMAP_A_RING_IFINDEX, "ifindex"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_IFNAME, "ifname"}, Kind::text, nullptr, nullptr},
    Field{{RXMAP_A_RING_QUEUE, "queue"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_PID, "pid"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_COMM, "comm"}, Kind::text, nullptr, nullptr},
    Field{{RXMAP_A_RING_MODE, "mode"}, Kind::choice, &kModes, nullptr},
    Field{{RXMAP_A_RING_GRANTED, "granted"}, Kind::flags, &kGrants, nullptr},
    Field{{RXMAP_A_RING_STATE, "state"}, Kind::choice, &kStates, nullptr},
    Field{{RXMAP_A_RING_REASON, "reason"}, Kind::choice, &kReasons, nullptr},
    Field{{RXMAP_A_RING_FRAMES, "frames"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_FRAME_SIZE, "frame_size"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_QUOTA, "quota"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_POSTED, "posted"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_FREE, "free"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_DELIVERED, "delivered"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_RING_COUNTERS, "counters"}, Kind::nest, nullptr, &kRingCounters},
    Field{{RXMAP_A_RING_CONSUMER, "consumer"}, Kind::choice, &kActivities, nullptr},
    Field{{RXMAP_A_RING_UNREAD, "unread"}, Kind::number, nullptr, nullptr},
};
constexpr std::array kStatsRows{
    Field{{RXMAP_A_STATS_IFINDEX, "ifindex"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_IFNAME, "ifname"}, Kind::text, nullptr, nullptr},
    Field{{RXMAP_A_STATS_QUEUE, "queue"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_RX_PACKETS, "rx_packets"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_RX_BYTES, "rx_bytes"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_RX_DROPPED, "rx_dropped"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_RX_BAD_ID, "rx_bad_id"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_RX_BAD_LEN, "rx_bad_len"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_RX_NO_BUFFER, "rx_no_buffer"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_RX_INTERRUPTS, "rx_interrupts"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_POLLS, "polls"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_POLLS_EXHAUSTED, "polls_exhausted"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_POLLS_EMPTY, "polls_empty"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_POLLS_1, "polls_1"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_POLLS_2, "polls_2"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_POLLS_4, "polls_4"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_POLLS_8, "polls_8"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_POLLS_16, "polls_16"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_POLLS_32, "polls_32"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_POLLS_64, "polls_64"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_POLLS_128, "polls_128"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_POLLS_256, "polls_256"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_COMPLETIONS, "completions"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_REPOLLS, "repolls"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_TIMER_POLLS, "timer_polls"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_WATCHDOG_RESCUES, "watchdog_rescues"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_WAKEUPS, "wakeups"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_MMIO_READS, "mmio_reads"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_MMIO_WRITES, "mmio_writes"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_TX_PACKETS, "tx_packets"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_TX_BYTES, "tx_bytes"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_TX_DROPPED, "tx_dropped"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_TX_BUSY, "tx_busy"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_TX_KICKS, "tx_kicks"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_TX_TIMEOUTS, "tx_timeouts"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_TX_INTERRUPTS, "tx_interrupts"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_POLLS_IN_SOFTIRQ, "polls_in_softirq"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_POLLS_IN_KSOFTIRQD, "polls_in_ksoftirqd"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_POLLS_IN_THREAD, "polls_in_thread"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_POLLS_IN_TASK, "polls_in_task"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_INTERRUPTS_NO_WORK, "interrupts_no_work"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_NS_INTERRUPT, "ns_interrupt"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_NS_POLLING, "ns_polling"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_NS_BUSY, "ns_busy"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_NS_SUSPENDED, "ns_suspended"}, Kind::number, nullptr, nullptr},
    Field{{RXMAP_A_STATS_MODERATION_STEPS, "moderation_steps"}, Kind::number, nullptr, nullptr},
};
constexpr std::array kEventRows{
    Name{RXMAP_CMD_QUEUE_NTF, "queue-ntf"},
    Name{RXMAP_CMD_RING_ATTACH_NTF, "ring-attach-ntf"},
    Name{RXMAP_CMD_RING_DETACH_NTF, "ring-detach-ntf"},
    Name{RXMAP_CMD_RING_FAULT_NTF, "ring-fault-ntf"},
};

}  // namespace

const Fields kQueue{kQueueRows};
const Fields kRing{kRingRows};
const Fields kStats{kStatsRows};
const Names kEvents{kEventRows};

std::string_view name_of(const Names& names, std::uint64_t number) {
    for (const Name& name : names)
        if (name.number == number)
            return name.text;
    return {};
}

}  // namespace rxmap::ctl
