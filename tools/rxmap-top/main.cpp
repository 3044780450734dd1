// SPDX-License-Identifier: MIT
//
// rxmap-top: what the queues of rxmap do, live, a screen each interval. Plain ANSI sequences, so it
// works on a serial console; Ctrl-C ends it and gives the cursor back. Exit status: 0 ended by the
// user or --once done, 1 refused or failed, 2 wrong command line.
#include <fmt/core.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>

#include "control.hpp"
#include "view.hpp"

namespace {

using namespace rxmap;

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr std::size_t kStripWidth = 60;
constexpr std::size_t kRows = 24;  // of a terminal that does not know
constexpr std::size_t kColumns = 80;

struct Arguments {
    std::string interface;
    double interval = 1;
    bool once = false;
    bool json = false;
};

// Signals that end the program; they stay blocked and are waited for, so none interrupts a line.
class Ending {
  public:
    Ending() {
        sigemptyset(&signals_);
        sigaddset(&signals_, SIGINT);
        sigaddset(&signals_, SIGTERM);
        sigprocmask(SIG_BLOCK, &signals_, nullptr);
    }
    /// Waits so long; true: the user wants to stop.
    [[nodiscard]] bool within(double seconds) const {
        timespec limit{};
        limit.tv_sec = static_cast<time_t>(seconds);
        limit.tv_nsec = static_cast<long>((seconds - std::floor(seconds)) * 1e9);
        return sigtimedwait(&signals_, nullptr, &limit) > 0;
    }

  private:
    sigset_t signals_{};
};

// A screen that is drawn over and over; the cursor comes back with its end, whatever ends it.
class Screen {
  public:
    Screen() { fmt::print("\x1b[2J\x1b[?25l"); }
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;
    ~Screen() {
        fmt::print("\x1b[?25h\n");
        std::fflush(stdout);
    }
    void draw(const std::string& text) const {
        std::string out = "\x1b[H";
        for (const char c : visible(text))
            out += c == '\n' ? std::string("\x1b[K\r\n") : std::string(1, c);
        fmt::print("{}\x1b[J", out);
        std::fflush(stdout);
    }

  private:
    /// A serial console does not know its size, and says 0. What is no terminal has room for all.
    static std::string visible(const std::string& text) {
        winsize size{};
        if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
            return text;
        return rxmap::top::fitted(text, size.ws_row == 0 ? kRows : size.ws_row,
                                  size.ws_col == 0 ? kColumns : size.ws_col);
    }
};

top::Reading read(ctl::Control& control, const std::string& interface) {
    const std::chrono::duration<double> now = std::chrono::steady_clock::now().time_since_epoch();
    return {now.count(), control.queues(interface), control.rings(interface),
            control.stats(interface)};
}

int run_once(ctl::Control& control, const Arguments& arguments, const Ending& ending) {
    const auto before = read(control, arguments.interface);
    // A signal ends the interval early: what was seen so far counts.
    (void)ending.within(arguments.interval);
    const auto after = read(control, arguments.interface);
    const auto queues = top::views(before, after);
    top::Strips strips(1);
    strips.add(queues);
    fmt::print("{}", arguments.json ? top::json(queues, after.seconds - before.seconds)
                                    : top::screen(queues, strips));
    return 0;
}

int run_live(ctl::Control& control, const Arguments& arguments, const Ending& ending) {
    top::Strips strips(kStripWidth);
    auto before = read(control, arguments.interface);
    const Screen screen;
    while (!ending.within(arguments.interval)) {
        auto after = read(control, arguments.interface);
        const auto queues = top::views(before, after);
        strips.add(queues);
        screen.draw(fmt::format("rxmap-top, every {} s, Ctrl-C ends\n\n", arguments.interval) +
                    top::screen(queues, strips));
        before = std::move(after);
    }
    return 0;
}

int run(const Arguments& arguments) {
    ctl::Control control;
    const Ending ending;
    return arguments.once ? run_once(control, arguments, ending)
                          : run_live(control, arguments, ending);
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"What the queues of rxmap do, live"};
    Arguments arguments;
    app.add_option("interface", arguments.interface, "interface; without: all of rxmap");
    app.add_option("--interval", arguments.interval, "seconds between two screens, 0.1 to 3600")
        ->check(CLI::Range(0.1, 3600.0))
        ->capture_default_str();
    auto* once = app.add_flag("--once", arguments.once, "one interval, then the end");
    app.add_flag("--json", arguments.json, "with --once: as JSON")->needs(once);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : kUsage;
    }
    try {
        return run(arguments);
    } catch (const std::exception& error) {
        fmt::print(stderr, "rxmap-top: {}\n", error.what());
        return kFailed;
    }
}
