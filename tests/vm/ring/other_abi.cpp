// SPDX-License-Identifier: MIT
//
// LD_PRELOAD this to see what a program of the next ABI version is told: to RXMAP_ATTACH and
// RXMAP_ATTACHED each version that it names is one higher on the way to the module, and one lower
// on the way back. Everything else reaches the kernel as it is.
#include <linux/rxmap.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdarg>

extern "C" int ioctl(int fd, unsigned long request, ...) noexcept {
    va_list arguments;
    va_start(arguments, request);
    void* argument = va_arg(arguments, void*);
    va_end(arguments);
    if (request != RXMAP_ATTACH && request != RXMAP_ATTACHED)
        return static_cast<int>(syscall(SYS_ioctl, fd, request, argument));
    auto& attach = *static_cast<rxmap_attach*>(argument);
    ++attach.abi;
    const long answer = syscall(SYS_ioctl, fd, request, argument);
    --attach.abi;
    if (attach.refused == RXMAP_REFUSED_ABI)
        --attach.limit;
    return static_cast<int>(answer);
}
