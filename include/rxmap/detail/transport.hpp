// SPDX-License-Identifier: MIT
// What stands at the other end of a ring: /dev/rxmap, or the model of rxmap::testing.
// Called at set-up, before a sleep, for a kick and at the end; never per packet.
#pragma once

#include <linux/rxmap.h>

#include <cstddef>

namespace rxmap::detail {

// Where the four regions lie in this process. Owned by the transport.
struct Regions {
    const rxmap_status* status;
    const rxmap_desc* descs;
    const std::byte* frames;
    std::byte* consumer_area;
};

// Every call returns 0 or a positive errno value.
class Transport {
  public:
    Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    virtual ~Transport() = default;

    [[nodiscard]] virtual const Regions& regions() const noexcept = 0;
    [[nodiscard]] virtual int fd() const noexcept = 0;

    // Forget earlier wake-ups: from here on the descriptor tells of new events only. A file whose
    // poll() looks at the ring itself has nothing to forget.
    virtual void prepare_sleep() noexcept = 0;

    virtual int kick() noexcept = 0;
    virtual int detach() noexcept = 0;
    virtual int lock() noexcept = 0;
    virtual int set_filter(const rxmap_filter& filter) noexcept = 0;
    virtual int set_wake(const rxmap_wake& wake) noexcept = 0;
    virtual int busy_poll(const rxmap_busy_poll& poll) noexcept = 0;
};

}  // namespace rxmap::detail
