// SPDX-License-Identifier: MIT
#include "queues.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <system_error>
#include <thread>

#include "control.hpp"
#include "counters.hpp"
#include "doctor.hpp"
#include "show.hpp"

namespace rxmap::ctl {
namespace {

using namespace std::chrono_literals;
constexpr auto kWatchEvery = 1s;

// A reader at the other end of a pipe sees each line at once.
void print(const std::string& text) {
    fmt::print("{}", text);
    std::fflush(stdout);
}

void watch_stats(Control& control, const std::string& ifname, bool json) {
    auto before = control.stats(ifname);
    auto since = std::chrono::steady_clock::now();
    if (!json)
        print(rates_headline());
    for (;;) {
        std::this_thread::sleep_for(kWatchEvery);
        auto after = control.stats(ifname);
        const auto now = std::chrono::steady_clock::now();
        const std::chrono::duration<double> seconds = now - since;
        print(json ? stats_json(after) : rates(before, after, seconds.count()));
        before = std::move(after);
        since = now;
    }
}

}  // namespace

int run_show(const std::string& ifname, bool json) {
    Control control;
    const auto queues = control.queues(ifname);
    const auto rings = control.rings(ifname);
    print(json ? queue_json(queues, rings)
               : queue_table(queues, rings) + not_as_asked(queues, std::nullopt));
    return 0;
}

int run_set(const std::string& ifname, std::optional<unsigned> queue,
            const std::vector<std::string>& words) {
    const Wish wish(words);
    Control control;
    control.set(ifname, queue, wish);
    print(not_as_asked(control.queues(ifname), queue));
    return 0;
}

int run_stats(const std::string& ifname, bool watch, bool json) {
    Control control;
    if (watch)
        watch_stats(control, ifname, json);
    const auto stats = control.stats(ifname);
    print(json ? stats_json(stats) : stats_table(stats));
    return 0;
}

int run_monitor(bool json) {
    Control control;
    control.listen();
    for (;;) {
        try {
            const Event event = control.next_event();
            print(json ? event_json(event) : event_line(event));
        } catch (const std::system_error& error) {
            if (error.code().value() != ENOBUFS)
                throw;
            fmt::print(stderr, "rxmapctl: some events were missed: too many at once\n");
        }
    }
}

int run_doctor(const std::string& ifname) {
    Control control;
    const Findings findings = examine(control, ifname);
    print(report(findings));
    const auto sentences = advice(findings);
    print(sentences.empty() ? "Nothing looks wrong.\n" : "\n");
    for (const std::string& sentence : sentences)
        print("! " + sentence + "\n");
    return 0;
}

}  // namespace rxmap::ctl
