// SPDX-License-Identifier: MIT
// All RX queues of a network interface as one object: attached together or not at all.
//
//     auto queues = rxmap::Queues::attach("eth1");
//     for (rxmap::Ring& ring : queues)
//         threads.emplace_back(receive, std::ref(ring));
//
// The rules of Ring hold for each ring by itself: one thread at a time, each ring may have another.
// The Queues may move while no thread uses a ring through a reference, which the move ends.
#pragma once

#include <rxmap/ring.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace rxmap {

// A ring for each queue of an interface, owned together. As with a Ring, one thread at a time uses
// a ring of it; different rings may be in different threads.
class [[nodiscard]] Queues {
  public:
    // Each queue with the same options; `options.queue` has no meaning. Throws what Ring::attach()
    // throws, whose sentence names the queue; what was attached before is given back then. Queues
    // that are added to the interface later (ethtool -L) are not taken.
    static Queues attach(const std::string& ifname, const Options& options = {});

    // The same with rings of other origin, such as adopted ones or models: calls `attach_one` with
    // 0, 1, ... until it throws an Error that refuses the queue's number. Another exception, and
    // any for queue 0, gives back what there is and leaves.
    static Queues attach(const std::function<Ring(std::uint32_t queue)>& attach_one);

    // The ring of queue `queue`, which must be below size().
    [[nodiscard]] Ring& operator[](std::size_t queue) noexcept { return rings_[queue]; }
    [[nodiscard]] const Ring& operator[](std::size_t queue) const noexcept { return rings_[queue]; }
    [[nodiscard]] std::size_t size() const noexcept { return rings_.size(); }  // at least 1
    // By queue.
    [[nodiscard]] std::span<Ring> rings() noexcept { return rings_; }
    [[nodiscard]] std::span<const Ring> rings() const noexcept { return rings_; }
    [[nodiscard]] auto begin() noexcept { return rings_.begin(); }
    [[nodiscard]] auto end() noexcept { return rings_.end(); }
    [[nodiscard]] auto begin() const noexcept { return rings_.begin(); }
    [[nodiscard]] auto end() const noexcept { return rings_.end(); }

    // For every ring; while none is in use. Throws what Ring::set_waiting() throws; rings before
    // the one that refused wait in the new way then.
    void set_waiting(const Waiting& waiting);

    // Sums over the queues. stats() may be called from any thread. No system call.
    [[nodiscard]] Stats stats() const noexcept;
    [[nodiscard]] WaitStats wait_stats() const noexcept;

  private:
    explicit Queues(std::vector<Ring> rings) noexcept : rings_(std::move(rings)) {}

    std::vector<Ring> rings_;  // never empty
};

}  // namespace rxmap
