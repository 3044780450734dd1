// SPDX-License-Identifier: GPL-2.0
/*
 * ring_busy.c - RXMAP_BUSY_POLL: the consumer drives the NAPI of its queue itself
 *
 * No interrupt, no soft interrupt and no wake-up stand between the NIC and the consumer then. The
 * loop is the kernel's own, napi_busy_loop(), which SO_BUSY_POLL uses for sockets. It looks the
 * NAPI up by its id, so the interface may go away at any time. It ends when something was
 * published that the caller has not seen, on a signal, when the interface is no longer up, and at
 * last when the time is over.
 *
 * Context: process, no lock held.
 */
#include <linux/sched/signal.h>
#include <net/busy_poll.h>

#include "core.h"
#include "ring_private.h"

struct busy_wait {
	const struct rxmap_ring *ring;
	u32 seen;
	u64 end_ns;
};

/* Runs under RCU with preemption off, after each poll. */
static bool busy_over(void *arg, unsigned long start_time)
{
	const struct busy_wait *wait = arg;
	const struct rxmap_ring *ring = wait->ring;

	return READ_ONCE(ring->p.published) != wait->seen || signal_pending(current) ||
	       READ_ONCE(ring->p.status->state) != RXMAP_STATE_RUNNING ||
	       ktime_get_ns() >= wait->end_ns;
}

/**
 * rxmap_ring_busy_poll() - poll the queue until there is something new
 * @ring: attached ring, kept by its file
 * @args: checked here
 *
 * Return: 0, whatever ended it; -EINVAL; -EOPNOTSUPP on a kernel without CONFIG_NET_RX_BUSY_POLL.
 */
int rxmap_ring_busy_poll(struct rxmap_ring *ring, const struct rxmap_busy_poll *args)
{
	struct busy_wait wait = { .ring = ring, .seen = args->seen };
	const struct rxmap_queue *q;
	unsigned int napi_id = 0;
	bool consumer = false;

	if (!IS_ENABLED(CONFIG_NET_RX_BUSY_POLL))
		return -EOPNOTSUPP;
	if (!args->usecs || args->usecs > RXMAP_BUSY_POLL_USECS_MAX || args->reserved ||
	    !args->budget || args->budget > RXMAP_BUSY_POLL_BUDGET_MAX)
		return -EINVAL;
	rcu_read_lock();
	q = rcu_dereference(ring->queue);
	if (q) {
		napi_id = q->napi.napi_id;
		consumer = READ_ONCE(q->asked[RXMAP_TUNE_POLICY]) ==
			   RXMAP_MODERATION_POLICY_CONSUMER;
	}
	rcu_read_unlock();
	wait.end_ns = ktime_get_ns() + (u64)args->usecs * NSEC_PER_USEC;
	/* The policy consumer suspends interrupts from within a poll: one at least, or a consumer
	 * that interrupts fed during its work would never get rid of them.
	 */
	if (!napi_id || (!consumer && busy_over(&wait, 0)))
		return 0;
	/* The loop's last poll asks: may interrupts be suspended? (rxmap_ring_fed_caller()) */
	WRITE_ONCE(ring->busy_seen, args->seen);
	atomic_inc(&ring->busy_callers);
	napi_busy_loop(napi_id, busy_over, &wait, false, args->budget);
	atomic_dec(&ring->busy_callers);
	return 0;
}

/**
 * rxmap_ring_sleeper() - somebody may go to sleep on the file: it needs its interrupt
 * @ring: ring
 *
 * A poll that no busy poll call ends gives a suspended one back. A suspension that begins at this
 * very moment is not seen, and no barrier is worth it: packets that are published wake as ever (C
 * and D), and later ones wait for the dead man's timer at most.
 *
 * Context: process, from ->poll().
 */
void rxmap_ring_sleeper(struct rxmap_ring *ring)
{
	struct rxmap_queue *q;

	rcu_read_lock();
	q = rcu_dereference(ring->queue);
	if (q && READ_ONCE(q->adaptive.suspension.on)) {
		WRITE_ONCE(q->adaptive.sleeper, true);
		rxmap_poll_start(q, RXMAP_POLL_SLEEPER);
	}
	rcu_read_unlock();
}
