// SPDX-License-Identifier: MIT
// Sentences for the ways in which an attach fails: argument, limit, value, and what to do.
#include "refusal.hpp"

#include <rxmap/types.hpp>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace rxmap::detail {

namespace {

std::string num(std::uint64_t value) {
    return std::to_string(value);
}

std::string capability(std::uint64_t number) {
    switch (number) {
        case 12:
            return "CAP_NET_ADMIN";
        case 13:
            return "CAP_NET_RAW";
        case 21:
            return "CAP_SYS_ADMIN";
        default:
            return "capability " + num(number);
    }
}

std::string mode(const rxmap_attach& attach) {
    return to_string(static_cast<Mode>(attach.mode));
}

std::string busy(const std::string& ifname, const rxmap_attach& attach, const rxmap_query& holder) {
    const std::uint64_t pid =
        holder.pid != 0 ? static_cast<std::uint64_t>(holder.pid) : attach.limit;
    std::string by = pid != 0 ? "process " + num(pid) : "a process of another pid namespace";
    if (holder.comm[0] != '\0')
        by += " (" + std::string(holder.comm, strnlen(holder.comm, sizeof(holder.comm))) + ")";
    return "queue " + num(attach.queue) + " of '" + ifname + "' is already mapped by " + by;
}

std::string frames(const rxmap_attach& attach) {
    if ((attach.frames & (attach.frames - 1)) != 0)
        return "frames is " + num(attach.frames) + ", it must be a power of two from " +
               num(RXMAP_FRAMES_MIN) + " to " + num(RXMAP_FRAMES_MAX);
    const bool above = attach.frames > attach.limit;
    return "frames is " + num(attach.frames) + ", the " + (above ? "most" : "least") +
           " for this queue is " + num(attach.limit);
}

std::string overrun(const rxmap_attach& attach) {
    if (attach.overrun == RXMAP_OVERRUN_BACKPRESSURE)
        return "overrun policy backpressure needs mode divert, the mode is " + mode(attach);
    return "overrun policy is " + num(attach.overrun) + ", known are 0 (drop) and 1 (backpressure)";
}

std::string wake(const rxmap_attach& attach) {
    if (attach.wake_usecs > RXMAP_WAKE_USECS_MAX)
        return "wake usecs is " + num(attach.wake_usecs) + ", the most is " +
               num(RXMAP_WAKE_USECS_MAX);
    if (attach.wake_usecs != 0)
        return "wake packets is " + num(attach.wake_packets) +
               ", more than the quota are never unread, which is " + num(attach.limit);
    return "wake packets is " + num(attach.wake_packets) +
           ", more than 1 needs a nonzero wake usecs, which is " + num(attach.wake_usecs);
}

std::string filter(const rxmap_attach& attach) {
    if (attach.filter_len > RXMAP_FILTER_LEN_MAX)
        return "the filter has " + num(attach.filter_len) + " instructions, the most is " +
               num(RXMAP_FILTER_LEN_MAX);
    if (attach.filter_len == 0)
        return "mode filter needs a filter, it has 0 instructions";
    if (attach.mode == RXMAP_MODE_DIVERT)
        return "mode divert takes every packet and has no filter, this one has " +
               num(attach.filter_len) + " instructions";
    return "the filter of " + num(attach.filter_len) +
           " instructions is not a valid classic BPF program";
}

std::string mtu(const std::string& ifname, const rxmap_attach& attach, int value) {
    return "the MTU of '" + ifname + "' is " + std::to_string(value) + ", the most for frames of " +
           num(attach.frame_size) + " bytes is " + num(attach.limit);
}

std::string not_an_argument(int error, const std::string& ifname, const rxmap_attach& attach,
                            std::uint64_t memlock) {
    const std::string what = num(attach.frames) + " frames of " + num(attach.frame_size) +
                             " bytes for queue " + num(attach.queue) + " of '" + ifname + "'";
    if (error == ENOMEM)
        return "no memory for " + what;
    if (error == ENOBUFS)
        return what + " lock " + num(std::uint64_t{attach.frames} * attach.frame_size) +
               " bytes of memory, the most for this user is " + num(memlock) + " (ulimit -l)";
    return "cannot attach " + what + ": " + std::strerror(error);
}

}  // namespace

std::string describe_open_failure(int error) {
    const std::string path = RXMAP_DEVICE_PATH;
    if (error == ENOENT || error == ENXIO || error == ENODEV)
        return "there is no " + path + ": the module is not loaded, load it with: insmod rxmap.ko";
    return "cannot open " + path + ": " + std::strerror(error);
}

std::string describe_refusal(int error, const std::string& ifname, const rxmap_attach& attach,
                             const Circumstances& more) {
    const std::string limit = num(attach.limit);
    switch (attach.refused) {
        case RXMAP_REFUSED_SIZE:
            return "struct rxmap_attach has " + num(attach.size) + " bytes, the module knows " +
                   limit;
        case RXMAP_REFUSED_ABI:
            return "this library speaks ABI " + num(RXMAP_ABI_VERSION) + ", the module ABI " +
                   limit + ": use library and module of one version";
        case RXMAP_REFUSED_INTERFACE:
            return "interface '" + ifname +
                   "' is not driven by rxmap, bind it with: rxmapctl bind " + ifname;
        case RXMAP_REFUSED_QUEUE:
            return "queue is " + num(attach.queue) + ", '" + ifname + "' has " + limit +
                   " RX queue(s), counted from 0";
        case RXMAP_REFUSED_QUEUE_BUSY:
            return busy(ifname, attach, more.holder);
        case RXMAP_REFUSED_FILE_BUSY:
            return "this open file has, or had, a ring already";
        case RXMAP_REFUSED_CAPABILITY:
            return "mode " + mode(attach) + " on '" + ifname + "' needs " +
                   capability(attach.limit) +
                   ", which this process or the opener of the file lacks";
        case RXMAP_REFUSED_MODE:
            return "mode is " + num(attach.mode) + ", known are 1 (tap), 2 (filter) and 3 (divert)";
        case RXMAP_REFUSED_OVERRUN:
            return overrun(attach);
        case RXMAP_REFUSED_FRAMES:
            return frames(attach);
        case RXMAP_REFUSED_FRAME_SIZE:
            return "frame size is " + num(attach.frame_size) + ", it must be 2048 or " + limit;
        case RXMAP_REFUSED_QUOTA:
            return "quota is " + num(attach.quota) + ", the most with " + num(attach.frames) +
                   " frames on '" + ifname + "' is " + limit;
        case RXMAP_REFUSED_WAKE:
            return wake(attach);
        case RXMAP_REFUSED_CLOCK:
            return "clock is " + std::to_string(attach.clock_id) +
                   ", known are 0 (realtime), 1 (monotonic) and 11 (tai)";
        case RXMAP_REFUSED_FLAGS:
            return "attach flags are " + num(attach.flags) + ", the module knows " + limit;
        case RXMAP_REFUSED_FILTER:
            return filter(attach);
        case RXMAP_REFUSED_MTU:
            return mtu(ifname, attach, more.mtu);
        case RXMAP_REFUSED_OFFLOADS:
            return "'" + ifname +
                   "' merges packets and cannot be told not to: start QEMU with guest_tso4=off,"
                   "guest_tso6=off,guest_ufo=off,guest_ecn=off or ctrl_guest_offloads=on";
        case RXMAP_REFUSED_BOUNCE:
            return "the device of '" + ifname + "' cannot write into the frames directly";
        case RXMAP_REFUSED_PROMISC:
            return "'" + ifname + "' cannot be made promiscuous, too many users did already: " +
                   std::strerror(error);
        default:
            return not_an_argument(error, ifname, attach, more.memlock);
    }
}

std::string describe_adoption(int error, int fd, const rxmap_attach& attach) {
    if (attach.refused == RXMAP_REFUSED_ABI || attach.refused == RXMAP_REFUSED_SIZE)
        return describe_refusal(error, {}, attach, {});
    const std::string descriptor = "descriptor " + std::to_string(fd);
    switch (error) {
        case EBADF:
            return descriptor + " is not open";
        case ENOTTY:
            return descriptor + " is not a file of " RXMAP_DEVICE_PATH;
        case ENOTCONN:
            return descriptor + " has no ring: whoever hands it on attaches first";
        case ENODEV:
            return "the ring of " + descriptor + " has ended";
        default:
            return "cannot take over " + descriptor + ": " + std::strerror(error);
    }
}

}  // namespace rxmap::detail
