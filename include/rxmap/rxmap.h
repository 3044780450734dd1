/* SPDX-License-Identifier: MIT */
/*
 * The C interface of librxmap, for C and for other languages' bindings.
 *
 * A ring is attached, packets are taken into an array and given back together. One thread at a time
 * uses a ring; rxmap_ring_stop() alone may come from any. C++ programs use <rxmap/rxmap.hpp>, which
 * can also keep single packets.
 *
 * Each symbol carries the version that it came with (userlib/rxmap.map). Structures do not grow:
 * their reserved words, zero today, may become fields of which zero is the default.
 */
#ifndef RXMAP_RXMAP_H
#define RXMAP_RXMAP_H

#include <linux/rxmap.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct rxmap_ring;

/* A packet where the NIC wrote it; good until the next take or release on its ring. */
struct rxmap_packet {
    const void* data;              /* where the NIC wrote it */
    size_t size;                   /* bytes */
    const struct rxmap_desc* desc; /* timestamp, sequence, VLAN, hash, ... */
};

/* What rxmap_ring_wait() found. */
enum rxmap_wait {
    RXMAP_WAIT_READY = 0,
    RXMAP_WAIT_TIMEOUT = 1,
    RXMAP_WAIT_STOPPED = 2,       /* rxmap_ring_stop() was called; final */
    RXMAP_WAIT_STATE_CHANGED = 3, /* reported once a change; the ring stays usable */
    RXMAP_WAIT_CLOSED = 4,        /* final */
};

/*
 * Maps a queue. Of `wish` the part marked "in" of struct rxmap_attach counts, but size, abi and
 * ifindex are filled in here; zero in mode, frames and frame_size means the default (tap, 2048,
 * 2048). NULL: all defaults. On failure NULL is returned, errno is set, and `error`, if not NULL,
 * holds one sentence of at most `error_size` bytes.
 */
struct rxmap_ring* rxmap_ring_attach(const char* ifname, const struct rxmap_attach* wish,
                                     char* error, size_t error_size);

/*
 * Takes over a file that another process attached; no capability is needed. Owns `fd` from here on,
 * even on failure, and closes it at exec(). A program under `rxmapctl exec` finds its number in the
 * environment, as RXMAP_FD. Errors as above: EBADF, ENOTTY (no /dev/rxmap), ENOTCONN (not
 * attached), ENODEV (ended), EPROTONOSUPPORT (other ABI).
 */
struct rxmap_ring* rxmap_ring_adopt(int fd, char* error, size_t error_size);

/*
 * The other end of it: unmaps without detaching, frees the ring, and returns the descriptor to pass
 * on. -1 with errno, and then the ring is as it was.
 */
int rxmap_ring_hand_over(struct rxmap_ring* ring);

/* Gives back what was taken, detaches and frees the ring. NULL is allowed. */
void rxmap_ring_detach(struct rxmap_ring* ring);

/* Gives back what was taken before, then takes up to `max` packets. Never blocks; 0: none there. */
size_t rxmap_ring_take(struct rxmap_ring* ring, struct rxmap_packet* packets, size_t max);

/* Gives back what was taken. Do it before rxmap_ring_wait(). */
void rxmap_ring_release(struct rxmap_ring* ring);

/*
 * Waits until there is something to say, at most `timeout_ns`; negative: without end. A signal does
 * not end it, so a program that is to react to one waits with a time limit, or stops the ring.
 */
enum rxmap_wait rxmap_ring_wait(struct rxmap_ring* ring, int64_t timeout_ns);

/* Ends the wait of another thread, and each later one, with RXMAP_WAIT_STOPPED. */
void rxmap_ring_stop(struct rxmap_ring* ring);

/* How to wait; <rxmap/waiting.hpp> says more of each. io_uring (5) is for C++ programs only. */
enum rxmap_wait_by {
    RXMAP_WAIT_BY_POLL = 0,
    RXMAP_WAIT_BY_EPOLL = 1,
    RXMAP_WAIT_BY_EPOLL_EDGE = 2,
    RXMAP_WAIT_BY_EPOLL_ONESHOT = 3,
    RXMAP_WAIT_BY_EPOLL_EXCLUSIVE = 4,
    RXMAP_WAIT_BY_BUSY_POLL = 6,
    RXMAP_WAIT_BY_SPIN = 7,
    RXMAP_WAIT_BY_ADAPTIVE = 8,
};

/* Zero in a field means the default, which stands behind it. */
struct rxmap_waiting {
    uint32_t by;               /* enum rxmap_wait_by */
    uint32_t busy_poll_usecs;  /* before each sleep: 0 */
    uint32_t busy_poll_budget; /* packets of one look at the NIC: 64 */
    uint32_t spin_gap_usecs;   /* adaptive: 20 */
    uint32_t busy_gap_usecs;   /* adaptive: 100 */
    uint32_t reserved[3];      /* zero, or EINVAL */
};

/* 0, or -1 with errno and the sentence in `error`; the ring then waits as before. */
int rxmap_ring_set_waiting(struct rxmap_ring* ring, const struct rxmap_waiting* waiting,
                           char* error, size_t error_size);

/* What the waits did: the fields of rxmap::WaitStats, in their order. */
enum rxmap_wait_counter {
    RXMAP_WAIT_CTR_AT_ONCE,
    RXMAP_WAIT_CTR_AFTER_SPIN,
    RXMAP_WAIT_CTR_AFTER_BUSY_POLL,
    RXMAP_WAIT_CTR_AFTER_SLEEP,
    RXMAP_WAIT_CTR_TIMEOUTS,
    RXMAP_WAIT_CTR_STOPS,
    RXMAP_WAIT_CTR_BUSY_POLL_CALLS,
    RXMAP_WAIT_CTR_SLEEPS_IN_POLL,
    RXMAP_WAIT_CTR_SLEEPS_IN_EPOLL,
    RXMAP_WAIT_CTR_SLEEPS_IN_URING,
    RXMAP_WAIT_CTR_SLEEPS_SPARED,
    RXMAP_WAIT_CTR_RISES,
    RXMAP_WAIT_CTR_FALLS,
};

/* Fills at most `count` counters and returns how many this library has. */
size_t rxmap_ring_wait_counters(const struct rxmap_ring* ring, uint64_t* counters, size_t count);

/* For event loops: the descriptor, and "may I sleep?" for edge-triggered ones. */
int rxmap_ring_fd(const struct rxmap_ring* ring);
bool rxmap_ring_arm(struct rxmap_ring* ring);

/* From shared memory, without a system call. The last two states are final, with a reason. */
enum rxmap_state rxmap_ring_state(const struct rxmap_ring* ring);
enum rxmap_reason rxmap_ring_reason(const struct rxmap_ring* ring);

/* A snapshot of all counters, indexed by enum rxmap_counter. */
void rxmap_ring_counters(const struct rxmap_ring* ring, uint64_t counters[RXMAP_CTR_COUNT]);

#ifdef __cplusplus
}
#endif

#endif
