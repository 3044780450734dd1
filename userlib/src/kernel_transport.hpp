// SPDX-License-Identifier: MIT
// The transport to /dev/rxmap: one open file, four mappings, a handful of ioctls.
#pragma once

#include <rxmap/detail/transport.hpp>
#include <rxmap/types.hpp>

#include <unistd.h>

#include <cstddef>
#include <string>

#include "file.hpp"

namespace rxmap::detail {

// The process that made an object. A forked child has a copy of the object and the descriptor, but
// none of the mappings (VM_DONTCOPY): the ring stays the parent's, and what lies at these addresses
// now is something else.
class Owner {
  public:
    [[nodiscard]] bool is_here() const noexcept { return getpid() == pid_; }

  private:
    pid_t pid_ = getpid();
};

// One mmap() of a region; unmaps on destruction.
class Mapping {
  public:
    Mapping(int fd, const rxmap_region& region, bool writable, const char* name);
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping();
    [[nodiscard]] std::byte* data() const noexcept { return data_; }

  private:
    Owner owner_;
    std::byte* data_;
    std::size_t bytes_;
};

// What RXMAP_FD says. Throws rxmap::Error when it is not set, or no number.
[[nodiscard]] int inherited_fd();

class KernelTransport final : public Transport {
  public:
    KernelTransport(const std::string& ifname, const Options& options);
    // Of a file that was attached already; owns it, even if this throws.
    explicit KernelTransport(int fd);

    [[nodiscard]] const rxmap_attach& granted() const noexcept { return granted_; }

    [[nodiscard]] const Regions& regions() const noexcept override { return regions_; }
    [[nodiscard]] int fd() const noexcept override { return file_.fd(); }
    void prepare_sleep() noexcept override {}
    int kick() noexcept override;
    int detach() noexcept override;
    int lock() noexcept override;
    int set_filter(const rxmap_filter& filter) noexcept override;
    int set_wake(const rxmap_wake& wake) noexcept override;
    int busy_poll(const rxmap_busy_poll& poll) noexcept override;

  private:
    File file_;
    Owner owner_;
    rxmap_attach granted_;
    Mapping status_;
    Mapping descs_;
    Mapping frames_;
    Mapping consumer_area_;
    Regions regions_;
};

}  // namespace rxmap::detail
