// SPDX-License-Identifier: MIT
// The order matters: the bounding set and the user ids need the capabilities that go last.
#include "privileges.hpp"

#include <fmt/core.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace rxmap::ctl {
namespace {

void check(long result, const std::string& what) {
    if (result < 0)
        throw std::system_error(errno, std::generic_category(), what);
}

/// What a root's program would get at its start. The kernel knows fewer than 64 of them.
void empty_bounding_set() {
    for (unsigned long number = 0; prctl(PR_CAPBSET_READ, number) >= 0; ++number)
        check(prctl(PR_CAPBSET_DROP, number), "cannot empty the set of capabilities");
}

void become(const User& user) {
    check(initgroups(user.name.c_str(), user.gid), "cannot take the groups of " + user.name);
    check(setresgid(user.gid, user.gid, user.gid), "cannot take the group of " + user.name);
    check(setresuid(user.uid, user.uid, user.uid), "cannot become " + user.name);
}

void empty_own_sets() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    const __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
    check(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "cannot drop capabilities");
    check(syscall(SYS_capset, &header, none), "cannot drop capabilities");
}

}  // namespace

User find_user(const std::string& name) {
    const passwd* const found = getpwnam(name.c_str());
    if (found == nullptr)
        throw std::runtime_error(fmt::format("'{}': no such user", name));
    return {name, found->pw_uid, found->pw_gid};
}

// An ordinary user's program gets capabilities from its file only, which no_new_privs forbids; and
// an ordinary user may not touch the bounding set.
void drop_privileges(const std::optional<User>& user) {
    check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "cannot set no_new_privs");
    if (geteuid() == 0 || getuid() == 0)
        empty_bounding_set();
    if (user)
        become(*user);
    empty_own_sets();
}

}  // namespace rxmap::ctl
