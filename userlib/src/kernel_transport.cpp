// SPDX-License-Identifier: MIT
// The transport to /dev/rxmap. Set-up errors become sentences in refusal.cpp.
#include "kernel_transport.hpp"

#include <rxmap/error.hpp>

#include <fcntl.h>
#include <linux/major.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "refusal.hpp"

namespace rxmap::detail {

namespace {

int result(int rc) {
    return rc < 0 ? errno : 0;
}

int open_device() {
    const int fd = open(RXMAP_DEVICE_PATH, O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        const int error = errno;
        throw Error(error, describe_open_failure(error));
    }
    return fd;
}

rxmap_attach to_uapi(const Options& options, unsigned int ifindex) {
    rxmap_attach attach{};
    attach.size = sizeof(attach);
    attach.abi = RXMAP_ABI_VERSION;
    attach.ifindex = ifindex;
    attach.queue = options.queue;
    attach.mode = static_cast<std::uint32_t>(options.mode);
    attach.overrun = static_cast<std::uint32_t>(options.overrun);
    attach.frames = options.frames;
    attach.frame_size = options.frame_size;
    attach.quota = options.quota;
    attach.wake_packets = options.wake.packets;
    attach.wake_usecs = options.wake.usecs;
    attach.clock_id = static_cast<std::int32_t>(options.clock);
    attach.flags =
        (options.promiscuous ? RXMAP_ATTACH_PROMISC : 0) | (options.lock ? RXMAP_ATTACH_LOCK : 0);
    attach.filter_len = static_cast<std::uint32_t>(options.filter.size());
    attach.filter = reinterpret_cast<std::uintptr_t>(options.filter.data());
    return attach;
}

// SIOCGIFMTU and its like. Not if_nametoindex(): where no descriptor is left for the socket, it
// says that there is no such interface.
int ask_interface(const std::string& ifname, unsigned long what, ifreq& request) {
    if (ifname.size() >= sizeof(request.ifr_name))
        return ENODEV;
    const File any_socket(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (any_socket.fd() < 0)
        return errno;
    ifname.copy(request.ifr_name, ifname.size());
    return result(ioctl(any_socket.fd(), what, &request));
}

unsigned int interface_index(const std::string& ifname) {
    ifreq request{};
    const int error = ask_interface(ifname, SIOCGIFINDEX, request);
    if (error == ENODEV)
        throw Error(ENODEV, "there is no interface '" + ifname + "' in this network namespace",
                    RXMAP_REFUSED_INTERFACE);
    if (error != 0)
        throw Error(error, "cannot look for interface '" + ifname + "': " + std::strerror(error));
    return static_cast<unsigned int>(request.ifr_ifindex);
}

// 0 when nobody knows.
int interface_mtu(const std::string& ifname) {
    ifreq request{};
    return ask_interface(ifname, SIOCGIFMTU, request) == 0 ? request.ifr_mtu : 0;
}

std::uint64_t memlock_limit() {
    rlimit limit{};
    (void)getrlimit(RLIMIT_MEMLOCK, &limit);
    return limit.rlim_cur;
}

rxmap_attach attach_queue(int fd, const std::string& ifname, const Options& options) {
    const unsigned int ifindex = interface_index(ifname);
    rxmap_attach attach = to_uapi(options, ifindex);
    if (ioctl(fd, RXMAP_ATTACH, &attach) == 0)
        return attach;

    const int error = errno;
    Circumstances more{.holder = {}, .mtu = interface_mtu(ifname), .memlock = memlock_limit()};
    more.holder.ifindex = ifindex;
    more.holder.queue = options.queue;
    if (attach.refused == RXMAP_REFUSED_QUEUE_BUSY)
        (void)ioctl(fd, RXMAP_QUERY, &more.holder);
    throw Error(error, describe_refusal(error, ifname, attach, more),
                static_cast<rxmap_refused>(attach.refused));
}

// Another driver could take the number of our request for one of its own: nobody but a misc device
// is asked.
bool maybe_ours(int fd) {
    struct stat file {};
    return fstat(fd, &file) == 0 && S_ISCHR(file.st_mode) && major(file.st_rdev) == MISC_MAJOR;
}

rxmap_attach attached_queue(int fd) {
    rxmap_attach attach{};
    attach.size = sizeof(attach);
    attach.abi = RXMAP_ABI_VERSION;
    int error = result(fcntl(fd, F_SETFD, FD_CLOEXEC));
    if (error == 0)
        error = maybe_ours(fd) ? result(ioctl(fd, RXMAP_ATTACHED, &attach)) : ENOTTY;
    if (error == 0)
        return attach;
    throw Error(error, describe_adoption(error, fd, attach),
                static_cast<rxmap_refused>(attach.refused));
}

}  // namespace

int inherited_fd() {
    const char* const text = std::getenv("RXMAP_FD");
    if (text == nullptr)
        throw Error(EINVAL,
                    "RXMAP_FD is not set: start this program with: rxmapctl exec INTERFACE -- ...");
    const std::string_view number(text);
    int fd = -1;
    const auto [end, error] = std::from_chars(number.begin(), number.end(), fd);
    if (error != std::errc{} || end != number.end() || fd < 0)
        throw Error(EINVAL, "RXMAP_FD is '" + std::string(number) + "', no file descriptor");
    return fd;
}

Mapping::Mapping(int fd, const rxmap_region& region, bool writable, const char* name)
    : data_(nullptr), bytes_(region.bytes) {
    const int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
    void* const address =
        mmap(nullptr, bytes_, protection, MAP_SHARED, fd, static_cast<off_t>(region.offset));
    if (address == MAP_FAILED) {
        const int error = errno;
        throw Error(error, "cannot map the " + std::string(name) + " (" + std::to_string(bytes_) +
                               " bytes): " + std::strerror(error));
    }
    data_ = static_cast<std::byte*>(address);
}

Mapping::~Mapping() {
    if (owner_.is_here())
        munmap(data_, bytes_);
}

KernelTransport::KernelTransport(const std::string& ifname, const Options& options)
    : file_(open_device()),
      granted_(attach_queue(file_.fd(), ifname, options)),
      status_(file_.fd(), granted_.status, false, "status page"),
      descs_(file_.fd(), granted_.descs, false, "descriptor ring"),
      frames_(file_.fd(), granted_.frames_region, false, "frames"),
      consumer_area_(file_.fd(), granted_.consumer_area, true, "consumer area"),
      regions_{reinterpret_cast<const rxmap_status*>(status_.data()),
               reinterpret_cast<const rxmap_desc*>(descs_.data()), frames_.data(),
               consumer_area_.data()} {}

KernelTransport::KernelTransport(int fd)
    : file_(fd),
      granted_(attached_queue(fd)),
      status_(fd, granted_.status, false, "status page"),
      descs_(fd, granted_.descs, false, "descriptor ring"),
      frames_(fd, granted_.frames_region, false, "frames"),
      consumer_area_(fd, granted_.consumer_area, true, "consumer area"),
      regions_{reinterpret_cast<const rxmap_status*>(status_.data()),
               reinterpret_cast<const rxmap_desc*>(descs_.data()), frames_.data(),
               consumer_area_.data()} {}

int KernelTransport::kick() noexcept {
    return result(ioctl(file_.fd(), RXMAP_KICK));
}

int KernelTransport::detach() noexcept {
    if (!owner_.is_here())
        return ECHILD;
    return result(ioctl(file_.fd(), RXMAP_DETACH));
}

int KernelTransport::lock() noexcept {
    return result(ioctl(file_.fd(), RXMAP_LOCK));
}

int KernelTransport::set_filter(const rxmap_filter& filter) noexcept {
    return result(ioctl(file_.fd(), RXMAP_SET_FILTER, &filter));
}

int KernelTransport::set_wake(const rxmap_wake& wake) noexcept {
    return result(ioctl(file_.fd(), RXMAP_SET_WAKE, &wake));
}

int KernelTransport::busy_poll(const rxmap_busy_poll& poll) noexcept {
    return result(ioctl(file_.fd(), RXMAP_BUSY_POLL, &poll));
}

}  // namespace rxmap::detail
