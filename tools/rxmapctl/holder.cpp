// SPDX-License-Identifier: MIT
#include "holder.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/rxmap.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace rxmap::ctl {
namespace {

// Closes the file again; -1: the module is not loaded.
class ControlFile {
  public:
    ControlFile() : fd_(::open(RXMAP_DEVICE_PATH, O_RDWR | O_CLOEXEC)) {}
    ~ControlFile() {
        if (fd_ >= 0)
            ::close(fd_);
    }
    ControlFile(const ControlFile&) = delete;
    ControlFile& operator=(const ControlFile&) = delete;

    [[nodiscard]] int error() const { return fd_ < 0 ? errno_ : 0; }

    /// 0 or an errno.
    int request(unsigned long number, rxmap_query& query) const {
        return ::ioctl(fd_, number, &query) == 0 ? 0 : errno;
    }

  private:
    int fd_;
    int errno_ = errno;
};

rxmap_query query_of(unsigned ifindex, unsigned queue) {
    rxmap_query query{};
    query.ifindex = ifindex;
    query.queue = queue;
    return query;
}

std::string refusal(int error, const std::string& ifname, unsigned queue, unsigned queues) {
    switch (error) {
        case ENODEV:
            return fmt::format("{} is not an interface of rxmap", ifname);
        case ENXIO:
            return fmt::format("--queue {}: {} has {} RX queue{}, from 0", queue, ifname, queues,
                               queues == 1 ? "" : "s");
        case ENOTCONN:
            return fmt::format("queue {} of {} is not mapped", queue, ifname);
        case EPERM:
            return fmt::format("detach {}: needs CAP_NET_ADMIN (run as root)", ifname);
        default:
            return fmt::format("detach {} queue {}: {}", ifname, queue, std::strerror(error));
    }
}

}  // namespace

std::optional<Holder> holder_of(unsigned ifindex, unsigned queue) {
    const ControlFile file;
    rxmap_query query = query_of(ifindex, queue);
    if (file.error() != 0 || file.request(RXMAP_QUERY, query) != 0 || query.mode == 0)
        return std::nullopt;
    return Holder{query.pid, query.comm};
}

Holder force_detach(const std::string& ifname, unsigned ifindex, unsigned queue) {
    const ControlFile file;
    if (file.error() != 0)
        throw std::runtime_error(fmt::format("{}: {} (is rxmap.ko loaded?)", RXMAP_DEVICE_PATH,
                                             std::strerror(file.error())));
    rxmap_query first = query_of(ifindex, 0);
    file.request(RXMAP_QUERY, first);
    rxmap_query holder = query_of(ifindex, queue);
    file.request(RXMAP_QUERY, holder);
    rxmap_query query = query_of(ifindex, queue);
    if (const int error = file.request(RXMAP_FORCE_DETACH, query); error != 0)
        throw std::runtime_error(refusal(error, ifname, queue, first.queues));
    return {holder.pid, holder.comm};
}

}  // namespace rxmap::ctl
