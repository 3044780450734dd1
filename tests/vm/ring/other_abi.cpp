// SPDX-License-Identifier: MIT
//
// LD_PRELOAD this to see what a program of another version is told: each RXMAP_ATTACH claims the
// next ABI version. Everything else reaches the kernel as it is.
#include <linux/rxmap.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdarg>

extern "C" int ioctl(int fd, unsigned long request, ...) noexcept {
    va_list arguments;
    va_start(arguments, request);
    void* argument = va_arg(arguments, void*);
    va_end(arguments);
    if (request == RXMAP_ATTACH)
        ++static_cast<rxmap_attach*>(argument)->abi;
    return static_cast<int>(syscall(SYS_ioctl, fd, request, argument));
}
