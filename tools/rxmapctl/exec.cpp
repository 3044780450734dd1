// SPDX-License-Identifier: MIT
#include "exec.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <rxmap/ring.hpp>
#include <system_error>

#include "privileges.hpp"

namespace rxmap::ctl {
namespace {

constexpr int kNotFound = 127;
constexpr int kNotStarted = 126;

/// The kernel keeps the holder's name from the moment of the attach.
void take_name_of(const std::string& program) {
    (void)prctl(PR_SET_NAME, program.substr(program.rfind('/') + 1).c_str());
}

/// Attached and locked. The only descriptor of ours that stays open in the program.
void open_ring(const ExecOptions& options) {
    rxmap::Options attach = tools::to_options(options.attach);
    attach.lock = true;
    const int fd = Ring::attach(options.interface, attach).hand_over();
    if (fcntl(fd, F_SETFD, 0) < 0 || setenv("RXMAP_FD", std::to_string(fd).c_str(), 1) < 0)
        throw std::system_error(errno, std::generic_category(), "cannot hand the ring over");
}

}  // namespace

int run_exec(const ExecOptions& options) {
    std::optional<User> user;
    if (!options.user.empty())
        user = find_user(options.user);
    std::vector<char*> arguments;
    for (const std::string& argument : options.program)
        arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);

    take_name_of(options.program.front());
    open_ring(options);
    drop_privileges(user);
    execvp(arguments[0], arguments.data());
    const int error = errno;
    fmt::print(stderr, "rxmapctl: cannot start '{}': {}\n", arguments[0], std::strerror(error));
    return error == ENOENT ? kNotFound : kNotStarted;
}

}  // namespace rxmap::ctl
