// SPDX-License-Identifier: MIT
//
// rxmap-top on a terminal that does not know its size, as a serial console: all NICs of the lab
// have more lines than it has rows, and nothing may scroll.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "lab.hpp"

namespace vm {
namespace {

constexpr std::size_t kRows = 24, kColumns = 80;

/// Runs rxmap-top on a pseudo terminal of size 0 x 0; returns all that it wrote.
class Console {
  public:
    Console() : side_(posix_openpt(O_RDWR | O_NOCTTY)) {
        grantpt(side_);
        unlockpt(side_);
        const int terminal = open(ptsname(side_), O_RDWR | O_NOCTTY);
        winsize none{};
        EXPECT_EQ(ioctl(terminal, TIOCSWINSZ, &none), 0);
        child_ = fork();
        if (child_ == 0) {
            setsid();
            ioctl(terminal, TIOCSCTTY, 0);
            dup2(terminal, STDOUT_FILENO);
            execl("./rxmap-top", "rxmap-top", "--interval", "0.2", nullptr);
            _exit(127);
        }
        close(terminal);
    }
    Console(const Console&) = delete;
    Console& operator=(const Console&) = delete;
    ~Console() { close(side_); }

    /// Reads until this came so many times.
    bool shows(const std::string& text, int times) {
        return eventually([&] {
            char piece[4096];
            const ssize_t got = read(side_, piece, sizeof(piece));
            if (got > 0)
                said_.append(piece, static_cast<std::size_t>(got));
            int found = 0;
            for (std::size_t at = 0; (at = said_.find(text, at)) != std::string::npos; ++at)
                ++found;
            return found >= times;
        });
    }
    int interrupt() {
        kill(child_, SIGINT);
        int status = 0;
        waitpid(child_, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    [[nodiscard]] const std::string& said() const { return said_; }

  private:
    int side_;
    pid_t child_ = -1;
    std::string said_;
};

/// Without the sequences, which take no room.
std::string plain(const std::string& line) {
    std::string out;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\x1b')
            while (i < line.size() && !std::isalpha(static_cast<unsigned char>(line[i])))
                ++i;
        else if (line[i] != '\r')
            out += line[i];
    }
    return out;
}

TEST(Top, ScrollsNothingOnASerialConsole) {
    Console console;
    const std::string home = "\x1b[H";
    ASSERT_TRUE(console.shows(home, 5)) << console.said();
    EXPECT_EQ(console.interrupt(), 0);
    std::size_t begin = console.said().find(home), screens = 0;
    for (std::size_t end; (end = console.said().find(home, begin + 1)) != std::string::npos;
         begin = end, ++screens) {
        std::istringstream screen(console.said().substr(begin, end - begin));
        std::vector<std::string> lines;
        for (std::string line; std::getline(screen, line);)
            lines.push_back(plain(line));
        ASSERT_EQ(lines.size(), kRows);
        for (const std::string& line : lines)
            EXPECT_LE(line.size(), kColumns) << line;
        EXPECT_NE(lines[2].find(" queue 0: packets/s"), std::string::npos) << lines[2];
        EXPECT_NE(lines[kRows - 2].find("more lines: name an interface"), std::string::npos);
    }
    EXPECT_GE(screens, 4u);
}

}  // namespace
}  // namespace vm
