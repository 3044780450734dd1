// SPDX-License-Identifier: MIT
#include "lab.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <spawn.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "nic_counters.hpp"

namespace vm {
namespace {

constexpr const char* kAddresses = " --json --dst 10.9.0.2 --dport 9000 ";

std::uint64_t json_number(const std::string& json, const std::string& key) {
    const std::size_t at = json.find('"' + key + "\":");
    if (at == std::string::npos)
        throw std::runtime_error("no '" + key + "' in: " + json);
    return std::stoull(json.substr(at + key.size() + 3));
}

/// The rates in the tests suit Debian's kernels.
std::string paced(const std::string& options) {
    static const std::string kRate = "--rate ";
    const std::size_t at = options.find(kRate);
    if (at == std::string::npos)
        return options;
    std::size_t digits = 0;
    const unsigned long rate = std::stoul(options.substr(at + kRate.size()), &digits);
    return options.substr(0, at + kRate.size()) +
           std::to_string(std::max(rate / static_cast<unsigned long>(slowness()), 1ul)) +
           options.substr(at + kRate.size() + digits);
}

/// The words of a command that needs no shell; otherwise bash and the command. (Bash, because
/// busybox's sh prefers its own ip and the like to the real ones; not always, because starting it
/// is dear on the debug kernel.)
std::vector<std::string> words(const std::string& command) {
    if (command.find_first_of("$'\"\\`*?[]{}()<>|&;#~=!\n") != std::string::npos)
        return {"bash", "-c", command};
    std::istringstream text(command);
    return {std::istream_iterator<std::string>(text), {}};
}

/// Starts the command, its output and errors going to `out`.
pid_t spawn(const std::string& command, int out) {
    std::vector<std::string> given = words(command);
    std::vector<char*> arguments;
    for (std::string& word : given)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out, STDERR_FILENO);
    pid_t child = -1;
    const int error =
        posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        throw std::runtime_error("cannot run: " + command);
    return child;
}

}  // namespace

Output try_sh(const std::string& command) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        throw std::runtime_error("no pipe for: " + command);
    const pid_t child = spawn(command, ends[1]);
    close(ends[1]);
    Output out{0, {}};
    std::array<char, 4096> piece;
    for (ssize_t got; (got = read(ends[0], piece.data(), piece.size())) > 0;)
        out.text.append(piece.data(), static_cast<std::size_t>(got));
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    out.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return out;
}

std::string sh(const std::string& command) {
    Output out = try_sh(command);
    if (out.status != 0)
        throw std::runtime_error("'" + command + "' exited with " + std::to_string(out.status) +
                                 ": " + out.text);
    return out.text;
}

void qmp(const std::string& json) {
    sh("lab-qmp '" + json + "'");
}

unsigned ifindex(const std::string& name) {
    const unsigned index = if_nametoindex(name.c_str());
    if (index == 0)
        throw std::runtime_error("no interface " + name);
    return index;
}

std::uint64_t nic_counter(const std::string& nic, const std::string& name) {
    for (const auto& [known, value] : nic_counters(nic))
        if (known == name)
            return value;
    throw std::runtime_error("ethtool -S has no " + name);
}

std::uint32_t rx_ring_size(const std::string& nic) {
    const std::string now = "Current hardware settings:";
    const std::string text = sh("ethtool -g " + nic);
    const std::size_t at = text.find("RX:", text.find(now));
    if (at == std::string::npos)
        throw std::runtime_error("ethtool -g says: " + text);
    return static_cast<std::uint32_t>(std::stoul(text.substr(at + 3)));
}

std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

void sleep_ms(std::int64_t ms) {
    std::this_thread::sleep_for(std::chrono::milliseconds(ms));
}

int slowness() {
    const char* kernel = getenv("KERNEL_NAME");
    return kernel != nullptr && std::string(kernel) == "debug" ? 4 : 1;
}

bool is_linux_6_1() {
    utsname name{};
    return uname(&name) == 0 && std::string(name.release).starts_with("6.1.");
}

std::string endless() {
    return slowness() > 1 ? "--count 1000000 --rate 1200" : "--count 1000000 --rate 3000";
}

Traffic::Traffic(const std::string& options) {
    const bool addressed = options.find("--dst-mac") != std::string::npos;
    const bool sourced = options.find("--src ") != std::string::npos;
    sh("lab-traffic start" + std::string(kAddresses) + paced(options) +
       (addressed ? "" : " --dst-mac 52:54:00:12:34:56") + (sourced ? "" : " --src 10.9.0.1"));
}

Traffic::~Traffic() {
    if (running_)
        (void)try_sh("lab-traffic stop");
}

std::uint64_t Traffic::finish(const char* how) {
    running_ = false;
    return json_number(sh(how), "frames");
}

std::uint64_t Traffic::wait() {
    return finish("lab-traffic wait");
}
std::uint64_t Traffic::stop() {
    return finish("lab-traffic stop");
}

}  // namespace vm
