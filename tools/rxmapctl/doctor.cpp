// SPDX-License-Identifier: MIT
// The part that thinks. Each rule is one `if` with its sentence; shares are of all polls or packets
// since the driver was bound.
#include "doctor.hpp"

#include <fmt/core.h>

#include "show.hpp"

namespace rxmap::ctl {
namespace {

constexpr double kOften = 0.5;
constexpr std::uint64_t kEnoughToJudge = 100;

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words)
        out += (out.empty() ? "" : ", ") + word;
    return out.empty() ? "none" : out;
}

bool often(const Record& stats, const std::string& event, const std::string& of) {
    const auto all = stats.number(of);
    return all >= kEnoughToJudge &&
           static_cast<double>(stats.number(event)) > kOften * static_cast<double>(all);
}

class Advisor {
  public:
    explicit Advisor(const Findings& findings) : findings_(findings) {}

    std::vector<std::string> give() {
        if (!findings_.up)
            say("{} is down: set it up with `ip link set {} up`.", findings_.ifname,
                findings_.ifname);
        else if (!findings_.carrier)
            say("{} has no carrier: look at the other end of the wire.", findings_.ifname);
        if (findings_.missed != 0)
            say("the NIC dropped {} packets because its ring was full: a larger ring (`ethtool -G "
                "{} "
                "rx N`), a larger budget or a shorter wait between two polls makes that rarer.",
                findings_.missed, findings_.ifname);
        for (const QueueFindings& queue : findings_.queues) {
            place_ = fmt::format("queue {}: ", queue.queue.number("queue"));
            on_tunables(queue.queue);
            on_counters(queue.queue, queue.stats);
            on_waste(queue.stats);
            if (queue.ring)
                on_ring(*queue.ring);
            on_cpus(queue);
        }
        return std::move(advice_);
    }

  private:
    template <typename... Parts>
    void say(fmt::format_string<Parts...> text, Parts&&... parts) {
        advice_.push_back(place_ + fmt::format(text, std::forward<Parts>(parts)...));
    }

    void on_tunables(const Record& queue) {
        for (const std::string name : {"usecs", "frames"}) {
            const std::string limit = queue.text(name + "_limit");
            const std::string why = limit_text(limit);
            // A policy that chooses a value which nobody asked for does what it is for.
            const bool as_meant = limit == "policy" && queue.number(name + "_requested") == 0;
            if (!why.empty() && !as_meant)
                say("{} {} was requested and {} is in force, because {}.", name,
                    queue.number(name + "_requested"), queue.number(name + "_effective"), why);
        }
    }

    void on_counters(const Record& queue, const Record& stats) {
        if (often(stats, "polls_exhausted", "polls"))
            say("{} of {} polls used up the budget of {}: under this load a larger one costs less "
                "(`rxmapctl set {} budget N`, up to 256).",
                stats.number("polls_exhausted"), stats.number("polls"), queue.number("budget"),
                findings_.ifname);
        if (stats.number("rx_dropped") != 0)
            say("{} packets were dropped on the way to the stack: memory is short, or no protocol "
                "wanted them.",
                stats.number("rx_dropped"));
        if (stats.number("rx_no_buffer") != 0)
            say("the NIC went without a new buffer {} times: memory is short, or the ring's frames "
                "are.",
                stats.number("rx_no_buffer"));
        if (stats.number("rx_bad_id") + stats.number("rx_bad_len") != 0)
            say("the device broke its contract {} times (bad_id, bad_len): do not trust it.",
                stats.number("rx_bad_id") + stats.number("rx_bad_len"));
        if (stats.number("watchdog_rescues") != 0)
            say("the watchdog found packets that nobody had announced {} times: interrupts get "
                "lost, please report it.",
                stats.number("watchdog_rescues"));
    }

    void on_waste(const Record& stats) {
        if (often(stats, "polls_in_ksoftirqd", "polls"))
            say("{} of {} polls ran in ksoftirqd, which waits for the CPU like any other task: "
                "give the queue a CPU of its own, or a thread whose priority you choose "
                "(/sys/class/net/{}/threaded).",
                stats.number("polls_in_ksoftirqd"), stats.number("polls"), findings_.ifname);
        if (often(stats, "interrupts_no_work", "rx_interrupts"))
            say("{} of {} interrupts found nothing to do: somebody else takes the packets first, a "
                "task that busy polls or another timer; with moderation poll or consumer they do "
                "not come.",
                stats.number("interrupts_no_work"), stats.number("rx_interrupts"));
    }

    void on_ring(const Record& ring) {
        const Record& counters = ring.nest("counters");
        if (ring.text("state") == "fault")
            say("the consumer broke the ring's contract ({}): its queue is being taken from it.",
                ring.text("reason"));
        if (counters.number("drop_quota") != 0)
            say("{} packets were dropped because the consumer held its whole quota of {} frames: "
                "it is too slow, or keeps packets too long; more frames help only against bursts.",
                counters.number("drop_quota"), ring.number("quota"));
        if (counters.number("drop_slots") != 0)
            say("{} packets were dropped because the descriptor ring was full of unread slots: the "
                "consumer releases frames without moving its position.",
                counters.number("drop_slots"));
        if (counters.number("drop_no_frame") != 0)
            say("{} packets that needed a copy were dropped for want of a free frame: attach with "
                "more frames.",
                counters.number("drop_no_frame"));
        if (counters.number("drop_size") != 0)
            say("{} packets did not fit a frame of {} bytes: attach with larger frames.",
                counters.number("drop_size"), ring.number("frame_size"));
    }

    void on_cpus(const QueueFindings& queue) {
        if (!queue.consumer_cpu || findings_.cpus < 2)
            return;
        const std::string cpu = std::to_string(*queue.consumer_cpu);
        for (const Interrupt& interrupt : findings_.interrupts)
            if (interrupt.cpus == cpu) {
                say("the consumer runs on CPU {}, where interrupt {} comes: on another one both "
                    "would work at once.",
                    cpu, interrupt.number);
                return;
            }
    }

    const Findings& findings_;
    std::string place_;
    std::vector<std::string> advice_;
};

std::string queue_report(const QueueFindings& one) {
    const Record& stats = one.stats;
    std::string out = fmt::format(
        "queue {}: budget {}, moderation {}, NAPI id {}\n"
        "  {} packets in {} polls ({} exhausted the budget, {} were empty), {} interrupts, {} "
        "dropped\n",
        one.queue.number("queue"), one.queue.number("budget"),
        one.queue.nest("moderation").text("policy"), one.queue.number("napi_id"),
        stats.number("rx_packets"), stats.number("polls"), stats.number("polls_exhausted"),
        stats.number("polls_empty"), stats.number("rx_interrupts"),
        stats.number("rx_dropped") + stats.number("rx_no_buffer"));
    if (!one.ring)
        return out + "  not mapped\n";
    const Record& ring = *one.ring;
    const Record& counters = ring.nest("counters");
    out += fmt::format("  mapped by {} ({}){}: mode {}, granted {}, {}\n", ring.number("pid"),
                       ring.text("comm"),
                       one.consumer_cpu ? fmt::format(" on CPU {}", *one.consumer_cpu) : "",
                       ring.text("mode"), joined(ring.flags("granted")), ring.text("state"));
    return out + fmt::format(
                     "  {} frames: {} with the NIC, {} free, {} with the consumer (quota "
                     "{}); {} wake-ups, {} saved\n"
                     "  the consumer: {}, {} packets or parts of them unread\n",
                     ring.number("frames"), ring.number("posted"), ring.number("free"),
                     ring.number("delivered"), ring.number("quota"), counters.number("wakeups"),
                     counters.number("wakeups_saved"), ring.text("consumer"),
                     ring.number("unread"));
}

}  // namespace

std::vector<std::string> advice(const Findings& findings) {
    return Advisor(findings).give();
}

std::string report(const Findings& findings) {
    std::string out = fmt::format(
        "{}: {}, {}\noffloads: {}\n{}NAPI runs in {}\ndropped by the NIC itself: {}\n",
        findings.ifname, findings.driver,
        !findings.up       ? "down"
        : findings.carrier ? "up"
                           : "up, no carrier",
        joined(findings.features),
        findings.negotiated.empty()
            ? ""
            : fmt::format("negotiated with the device: {}\n", joined(findings.negotiated)),
        findings.napi_threads ? "threads of its own" : "softirq, on the interrupt's CPU",
        findings.missed);
    for (const Interrupt& interrupt : findings.interrupts)
        out += fmt::format("interrupt {}: {}, CPU {}\n", interrupt.number, interrupt.name,
                           interrupt.cpus);
    for (const QueueFindings& queue : findings.queues)
        out += queue_report(queue);
    return out;
}

}  // namespace rxmap::ctl
