// SPDX-License-Identifier: GPL-2.0
/*
 * netlink_ring.c - what is known about a mapped ring, as attributes
 *
 * Read only: from the status page, which the consumer sees but cannot write, and what the consumer
 * does, from its own words. Counters are those of the last batch. Context: process, RTNL.
 */
#include <linux/pid.h>
#include <net/netlink.h>

#include "core.h"
#include "netlink.h"
#include "ring_private.h"

/* The attribute of a counter is its number, after pad. */
#define COUNTER(number)	((number) + 2)
static_assert(COUNTER(RXMAP_CTR_SEEN) == (int)RXMAP_A_RING_COUNTERS_SEEN);
static_assert(COUNTER(RXMAP_CTR_TO_STACK) == (int)RXMAP_A_RING_COUNTERS_TO_STACK);
static_assert(COUNTER(RXMAP_CTR_WAKEUPS) == (int)RXMAP_A_RING_COUNTERS_WAKEUPS);
static_assert(COUNTER(RXMAP_CTR_STARVED) == (int)RXMAP_A_RING_COUNTERS_STARVED);
static_assert(COUNTER(RXMAP_CTR_COUNT) == (int)__RXMAP_A_RING_COUNTERS_MAX);

static int put_counters(struct sk_buff *msg, const struct rxmap_status *status)
{
	struct nlattr *nest = nla_nest_start(msg, RXMAP_A_RING_COUNTERS);
	unsigned int i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < RXMAP_CTR_COUNT; i++)
		if (nla_put_u64_64bit(msg, COUNTER(i), READ_ONCE(status->counters[i]),
				      RXMAP_A_RING_COUNTERS_PAD))
			return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static u32 granted(const struct rxmap_ring *ring)
{
	return ring->answer.granted | (ring->locked ? RXMAP_GRANT_LOCKED : 0);
}

/**
 * rxmap_netlink_put_ring() - a ring that is, or just was, attached
 * @msg: message
 * @ring: ring
 * @pid: its holder, as the reader may see it
 *
 * Return: 0 or -EMSGSIZE.
 */
int rxmap_netlink_put_ring(struct sk_buff *msg, struct rxmap_ring *ring, u32 pid)
{
	const struct rxmap_status *status = ring->p.status;

	if (nla_put_u32(msg, RXMAP_A_RING_PID, pid) ||
	    nla_put_string(msg, RXMAP_A_RING_COMM, ring->comm) ||
	    nla_put_u32(msg, RXMAP_A_RING_MODE, ring->mode) ||
	    nla_put_u32(msg, RXMAP_A_RING_GRANTED, granted(ring)) ||
	    nla_put_u32(msg, RXMAP_A_RING_STATE, READ_ONCE(status->state)) ||
	    nla_put_u32(msg, RXMAP_A_RING_REASON, READ_ONCE(status->reason)) ||
	    nla_put_u32(msg, RXMAP_A_RING_FRAMES, status->frames) ||
	    nla_put_u32(msg, RXMAP_A_RING_FRAME_SIZE, status->frame_size) ||
	    nla_put_u32(msg, RXMAP_A_RING_QUOTA, status->quota) ||
	    nla_put_u32(msg, RXMAP_A_RING_POSTED, READ_ONCE(status->posted)) ||
	    nla_put_u32(msg, RXMAP_A_RING_FREE, READ_ONCE(status->free)) ||
	    nla_put_u32(msg, RXMAP_A_RING_DELIVERED, READ_ONCE(status->delivered)) ||
	    nla_put_u32(msg, RXMAP_A_RING_CONSUMER, rxmap_ring_activity(ring)) ||
	    nla_put_u32(msg, RXMAP_A_RING_UNREAD, rxmap_producer_unread(&ring->p)))
		return -EMSGSIZE;
	return put_counters(msg, status);
}

/**
 * rxmap_netlink_put_holder() - the ring that a queue has now
 * @msg: message
 * @q: queue
 *
 * Context: the reader's process. Return: 0, -EMSGSIZE, or -ENOTCONN: it is not mapped.
 */
int rxmap_netlink_put_holder(struct sk_buff *msg, const struct rxmap_queue *q)
{
	struct rxmap_ring *ring = q->ring_owner;

	return ring ? rxmap_netlink_put_ring(msg, ring, pid_vnr(ring->pid)) : -ENOTCONN;
}
