// SPDX-License-Identifier: MIT
// English for the values of the contract.
#include <rxmap/stats.hpp>
#include <rxmap/types.hpp>
#include <rxmap/waiting.hpp>

#include <array>

namespace rxmap {

const char* to_string(Mode mode) noexcept {
    switch (mode) {
        case Mode::tap:
            return "tap";
        case Mode::filter:
            return "filter";
        case Mode::divert:
            return "divert";
    }
    return "unknown mode";
}

const char* to_string(State state) noexcept {
    switch (state) {
        case State::none:
            return "not attached";
        case State::running:
            return "running";
        case State::down:
            return "interface down";
        case State::no_carrier:
            return "no carrier";
        case State::fault:
            return "fault";
        case State::gone:
            return "gone";
    }
    return "unknown state";
}

const char* to_string(Reason reason) noexcept {
    switch (reason) {
        case Reason::none:
            return "no reason";
        case Reason::bad_consumer:
            return "consumer position out of range";
        case Reason::bad_release:
            return "release position out of range";
        case Reason::bad_frame_id:
            return "released frame id out of range";
        case Reason::not_delivered:
            return "released a frame that was not the consumer's";
        case Reason::detached:
            return "detached";
        case Reason::forced:
            return "detached by force";
        case Reason::device_gone:
            return "driver unbound or device unplugged";
        case Reason::netns:
            return "interface moved to another network namespace";
    }
    return "unknown reason";
}

const char* to_string(Wait result) noexcept {
    switch (result) {
        case Wait::ready:
            return "ready";
        case Wait::timeout:
            return "timeout";
        case Wait::stopped:
            return "stopped";
        case Wait::state_changed:
            return "state changed";
        case Wait::closed:
            return "closed";
    }
    return "unknown result";
}

const char* to_string(WaitBy by) noexcept {
    static constexpr auto kNames =
        std::to_array<const char*>({"poll", "epoll", "epoll-edge", "epoll-oneshot",
                                    "epoll-exclusive", "uring", "busy-poll", "spin", "adaptive"});
    static_assert(kNames.size() == static_cast<std::size_t>(WaitBy::adaptive) + 1);
    const auto number = static_cast<std::size_t>(by);
    return number < kNames.size() ? kNames[number] : "unknown way";
}

const char* counter_name(rxmap_counter counter) noexcept {
    static constexpr auto kNames = std::to_array<const char*>(
        {"seen", "to_ring", "not_wanted", "drop_quota", "drop_slots", "drop_no_frame", "drop_size",
         "to_stack", "stack_drops", "taken", "copied", "bytes", "wakeups", "wakeups_timer",
         "wakeups_saved", "publishes", "released", "kicks", "starved"});
    static_assert(kNames.size() == RXMAP_CTR_COUNT);
    return static_cast<std::size_t>(counter) < kNames.size() ? kNames[counter] : nullptr;
}

}  // namespace rxmap
