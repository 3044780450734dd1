// SPDX-License-Identifier: MIT
#include "identity.hpp"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace vm {
namespace {

constexpr unsigned kNobody = 65534;

void set_capabilities(unsigned long long mask) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2] = {};
    for (int half = 0; half < 2; ++half) {
        data[half].effective = static_cast<__u32>(mask >> (32 * half));
        data[half].permitted = data[half].effective;
    }
    if (syscall(SYS_capset, &header, data) != 0)
        abort();
}

}  // namespace

int in_child(const std::function<int()>& body) {
    const pid_t child = fork();
    if (child == 0)
        _exit(body());
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}

void become_nobody(unsigned long long keep) {
    if (prctl(PR_SET_KEEPCAPS, 1) != 0 || setresgid(kNobody, kNobody, kNobody) != 0 ||
        setresuid(kNobody, kNobody, kNobody) != 0)
        abort();
    set_capabilities(keep);
}

}  // namespace vm
