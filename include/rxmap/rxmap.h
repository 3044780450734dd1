/* SPDX-License-Identifier: MIT */
/*
 * The C interface of librxmap, for C and for other languages' bindings.
 *
 * A ring is attached, packets are taken into an array and given back together. One thread at a time
 * uses a ring. C++ programs use <rxmap/rxmap.hpp>, which can also keep single packets.
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
    const void* data;
    size_t size;
    const struct rxmap_desc* desc; /* timestamp, sequence, VLAN, hash, ... */
};

/* What rxmap_ring_wait() found. */
enum rxmap_wait {
    RXMAP_WAIT_READY = 0,
    RXMAP_WAIT_TIMEOUT = 1,
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

/* Gives back what was taken, detaches and frees the ring. NULL is allowed. */
void rxmap_ring_detach(struct rxmap_ring* ring);

/* Gives back what was taken before, then takes up to `max` packets. Never blocks; 0: none there. */
size_t rxmap_ring_take(struct rxmap_ring* ring, struct rxmap_packet* packets, size_t max);

/* Gives back what was taken. Do it before rxmap_ring_wait(). */
void rxmap_ring_release(struct rxmap_ring* ring);

/* Sleeps until there is something to say, at most `timeout_ns`; negative: without end. */
enum rxmap_wait rxmap_ring_wait(struct rxmap_ring* ring, int64_t timeout_ns);

/* For event loops: the descriptor, and "may I sleep?" for edge-triggered ones. */
int rxmap_ring_fd(const struct rxmap_ring* ring);
bool rxmap_ring_arm(struct rxmap_ring* ring);

enum rxmap_state rxmap_ring_state(const struct rxmap_ring* ring);
enum rxmap_reason rxmap_ring_reason(const struct rxmap_ring* ring);

/* A snapshot of all counters, indexed by enum rxmap_counter. */
void rxmap_ring_counters(const struct rxmap_ring* ring, uint64_t counters[RXMAP_CTR_COUNT]);

#ifdef __cplusplus
}
#endif

#endif
