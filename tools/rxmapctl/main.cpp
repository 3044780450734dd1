// SPDX-License-Identifier: MIT
//
// rxmapctl: which NICs are there, who drives them, who maps them; hand them over; show, tune and
// watch their queues. One function a subcommand; those of the queues are in queues.cpp. Exit
// status: 0 done, 1 refused or failed, 2 wrong command line, 3 done, but not everything was
// restored.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exec.hpp"
#include "handover.hpp"
#include "holder.hpp"
#include "list.hpp"
#include "queues.hpp"
#include "sysfs.hpp"

namespace {

using namespace rxmap::ctl;
namespace ctl = rxmap::ctl;

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kNotAllRestored = 3;

struct Arguments {
    std::string interface;
    unsigned queue = 0;
    std::optional<unsigned> one_queue;
    std::vector<std::string> words;
    bool watch = false;
    bool all = false;
    bool force = false;
    bool json = false;
    ExecOptions exec;
};

int report(const Handover& done) {
    const std::string& name = done.after.ifname.empty() ? done.after.pci : done.after.ifname;
    fmt::print("{}: {} -> {}\n", name,
               done.before.driver.empty() ? "no driver" : done.before.driver, done.after.driver);
    for (const std::string& what : done.not_restored)
        fmt::print(stderr, "rxmapctl: not restored on {}: {}\n", name, what);
    return done.not_restored.empty() ? 0 : kNotAllRestored;
}

int run_list(const Arguments& arguments) {
    const auto found = rows(Sysfs{});
    fmt::print("{}", arguments.json ? json(found) : table(found));
    return 0;
}

int run_bind(const Arguments& arguments) {
    const Sysfs sysfs;
    return report(take_over(sysfs, resolve(sysfs, arguments.interface), arguments.force));
}

// Back to the stock drivers is the safe direction, and "all" was said: the default route is no
// objection here.
int unbind_all(const Sysfs& sysfs) {
    int status = 0;
    for (const Nic& nic : sysfs.nics()) {
        if (!nic.is_ours())
            continue;
        try {
            const int one = report(give_back(sysfs, nic.pci, true));
            status = status == 0 ? one : status;
        } catch (const std::exception& error) {
            fmt::print(stderr, "rxmapctl: {}\n", error.what());
            status = kFailed;
        }
    }
    return status;
}

int run_unbind(const Arguments& arguments) {
    const Sysfs sysfs;
    if (arguments.all)
        return unbind_all(sysfs);
    return report(give_back(sysfs, resolve(sysfs, arguments.interface), arguments.force));
}

int run_detach(const Arguments& arguments) {
    const Sysfs sysfs;
    const unsigned ifindex = sysfs.ifindex(arguments.interface);
    if (ifindex == 0 || !sysfs.has_interface(arguments.interface))
        throw std::runtime_error(fmt::format("'{}': no such interface", arguments.interface));
    const Holder holder = force_detach(arguments.interface, ifindex, arguments.queue);
    fmt::print("{}: queue {} taken from {} ({})\n", arguments.interface, arguments.queue,
               holder.pid, holder.command);
    return 0;
}

using Command = int (*)(const Arguments&);

// The subcommands that give NICs to drivers and take queues from consumers.
void add_handover(CLI::App& app, Arguments& arguments, Command& command) {
    auto* list = app.add_subcommand("list", "NICs that rxmap drives or could drive");
    list->callback([&] { command = run_list; });

    auto* bind = app.add_subcommand("bind", "give a NIC to rxmap");
    bind->add_option("interface", arguments.interface, "interface or PCI address")->required();
    bind->add_flag("--force", arguments.force, "even if the default route leaves through it");
    bind->callback([&] { command = run_bind; });

    auto* unbind = app.add_subcommand("unbind", "give a NIC back to its stock driver");
    auto* which = unbind->add_option("interface", arguments.interface, "interface or PCI address");
    auto* all = unbind->add_flag("--all", arguments.all, "every NIC that rxmap drives");
    which->excludes(all);
    unbind->add_flag("--force", arguments.force, "even if the default route leaves through it");
    unbind->callback([&] {
        if (!arguments.all && arguments.interface.empty())
            throw CLI::RequiredError("an interface or --all");
        command = run_unbind;
    });

    auto* detach = app.add_subcommand("detach", "take a queue from a consumer that is stuck");
    detach->add_option("interface", arguments.interface, "interface")->required();
    detach->add_option("--queue", arguments.queue, "RX queue")->capture_default_str();
    detach->callback([&] { command = run_detach; });
}

// The subcommands that show, set and watch queues.
void add_queues(CLI::App& app, Arguments& arguments, Command& command) {
    auto* show = app.add_subcommand("show", "tunables of queues, asked for and in force");
    show->add_option("interface", arguments.interface, "interface; without: all of rxmap");
    show->callback(
        [&] { command = [](const Arguments& a) { return ctl::run_show(a.interface, a.json); }; });

    auto* set = app.add_subcommand("set", "change tunables while traffic flows");
    set->add_option("interface", arguments.interface, "interface")->required();
    set->add_option("--queue", arguments.one_queue, "RX queue; without: all");
    set->add_option("words", arguments.words,
                    "budget N, moderation POLICY, usecs N, frames N, poll-usecs N, awake-usecs N, "
                    "behind-usecs N, deadman-usecs N, as many as you like")
        ->required();
    set->callback([&] {
        command = [](const Arguments& a) {
            return ctl::run_set(a.interface, a.one_queue, a.words);
        };
    });

    auto* stats = app.add_subcommand("stats", "counters of queues");
    stats->add_option("interface", arguments.interface, "interface")->required();
    stats->add_flag("--watch", arguments.watch,
                    "once a second: rates, or with --json the counters");
    stats->callback([&] {
        command = [](const Arguments& a) { return ctl::run_stats(a.interface, a.watch, a.json); };
    });

    auto* monitor = app.add_subcommand("monitor", "changes, attaches, detaches and faults, live");
    monitor->callback(
        [&] { command = [](const Arguments& a) { return ctl::run_monitor(a.json); }; });

    auto* doctor = app.add_subcommand("doctor", "what an interface does, and what looks wrong");
    doctor->add_option("interface", arguments.interface, "interface")->required();
    doctor->callback(
        [&] { command = [](const Arguments& a) { return ctl::run_doctor(a.interface); }; });
}

// A program of somebody else, which gets a ring but no privileges.
void add_exec(CLI::App& app, Arguments& arguments, Command& command) {
    auto* exec = app.add_subcommand(
        "exec", "attach a queue, then run a program without capabilities on its ring (RXMAP_FD)");
    exec->footer("rxmapctl exec INTERFACE [OPTIONS] -- PROGRAM [ARGUMENTS]");
    exec->add_option("interface", arguments.exec.interface, "interface")->required();
    exec->add_option("--user", arguments.exec.user, "run it as this user; without: as you are");
    rxmap::tools::add_attach_options(*exec, arguments.exec.attach);
    exec->callback([&] {
        rxmap::tools::check_attach_options(arguments.exec.attach);
        if (arguments.exec.program.empty())
            throw CLI::RequiredError("-- PROGRAM");
        command = [](const Arguments& a) { return run_exec(a.exec); };
    });
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Hand NICs to the rxmap driver and back, show, tune and watch their queues"};
    Arguments arguments;
    Command command = nullptr;
    app.require_subcommand(1);
    app.fallthrough();
    app.add_flag("--json", arguments.json, "list, show, stats, monitor: as JSON");
    add_handover(app, arguments, command);
    add_queues(app, arguments, command);
    add_exec(app, arguments, command);
    // What follows is not ours, whatever it looks like.
    char** const end = argv + argc;
    char** const dashes = std::find(argv, end, std::string_view("--"));
    if (dashes != end)
        arguments.exec.program.assign(dashes + 1, end);

    try {
        app.parse(static_cast<int>(dashes - argv), argv);
        if (dashes != end && !app.got_subcommand("exec"))
            throw CLI::ExtrasError({"--"});
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : kUsage;
    }
    try {
        return command(arguments);
    } catch (const std::exception& error) {
        fmt::print(stderr, "rxmapctl: {}\n", error.what());
        return kFailed;
    }
}
