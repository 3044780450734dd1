// SPDX-License-Identifier: GPL-2.0
/*
 * tunables.c - poll budget and interrupt moderation of a queue: checked here, whoever asks
 *
 * Module parameters set the defaults of new queues, ethtool -C a living queue. One field set
 * changes that field only. Written under RTNL, read by the poll with READ_ONCE: each value
 * stands for itself, so a poll between two writes sees a legal pair.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/netlink.h>

#include "core.h"

static struct rxmap_tunables defaults = { .budget = NAPI_POLL_WEIGHT };

static bool moderation_legal(u32 usecs, u32 frames, struct netlink_ext_ack *extack)
{
	if (usecs > RXMAP_RX_USECS_MAX) {
		NL_SET_ERR_MSG(extack, "rx-usecs must be 0 to 10000");
		return false;
	}
	if (frames > RXMAP_RX_FRAMES_MAX) {
		NL_SET_ERR_MSG(extack, "rx-frames must be 0 to 1024");
		return false;
	}
	if (frames > 1 && !usecs) {
		NL_SET_ERR_MSG(extack,
			       "rx-frames above 1 needs rx-usecs, or the last packets would wait for ever");
		return false;
	}
	return true;
}

/**
 * rxmap_tunables_set_defaults() - what new queues start with
 * @t: module parameters
 *
 * Context: module init. Return: 0, or -EINVAL after one line that names parameter, limit, value.
 */
int rxmap_tunables_set_defaults(const struct rxmap_tunables *t)
{
	if (t->budget < RXMAP_BUDGET_MIN || t->budget > RXMAP_BUDGET_MAX) {
		pr_err("budget=%u: must be %u to %u\n", t->budget, RXMAP_BUDGET_MIN,
		       RXMAP_BUDGET_MAX);
		return -EINVAL;
	}
	if (t->rx_usecs > RXMAP_RX_USECS_MAX) {
		pr_err("rx_usecs=%u: must be 0 to %u\n", t->rx_usecs, RXMAP_RX_USECS_MAX);
		return -EINVAL;
	}
	if (t->rx_frames > RXMAP_RX_FRAMES_MAX) {
		pr_err("rx_frames=%u: must be 0 to %u\n", t->rx_frames, RXMAP_RX_FRAMES_MAX);
		return -EINVAL;
	}
	if (t->rx_frames > 1 && !t->rx_usecs) {
		pr_err("rx_frames=%u: above 1 it needs rx_usecs=1 to %u, or the last packets would wait for ever\n",
		       t->rx_frames, RXMAP_RX_USECS_MAX);
		return -EINVAL;
	}
	defaults = *t;
	return 0;
}

/**
 * rxmap_tunables_init() - give a new queue the defaults
 * @q: queue
 */
void rxmap_tunables_init(struct rxmap_queue *q)
{
	q->budget = defaults.budget;
	q->rx_usecs = defaults.rx_usecs;
	q->rx_frames = defaults.rx_frames;
	q->irq_ahead = 1;
}

/**
 * rxmap_rx_frames_effective() - the packet limit that is really in force
 * @q: queue
 *
 * An interrupt further ahead than half the ring would come when the ring is nearly full. A timer
 * in the device counts no packets: there only 1, no moderation, means something.
 *
 * Context: any. Return: packets, 0: no limit.
 */
u32 rxmap_rx_frames_effective(const struct rxmap_queue *q)
{
	u32 frames = min_t(u32, READ_ONCE(q->rx_frames), q->adapter->rx_ring_size / 2);

	return q->adapter->caps & RXMAP_CAP_SW_MODERATION || frames == 1 ? frames : 0;
}

static int apply(struct rxmap_queue *q, u32 usecs, u32 frames)
{
	int err = q->adapter->ops->set_moderation(q, usecs, frames);

	if (err)
		return err;
	WRITE_ONCE(q->rx_usecs, usecs);
	WRITE_ONCE(q->rx_frames, frames);
	return 0;
}

/**
 * rxmap_moderation_set() - change interrupt moderation while traffic flows
 * @adapter: adapter
 * @queue: queue, or -1 for all
 * @usecs: 0 to RXMAP_RX_USECS_MAX
 * @frames: 0 to RXMAP_RX_FRAMES_MAX; above 1 only with @usecs
 * @extack: for the reason of a refusal, may be NULL
 *
 * Context: RTNL. Return: 0 or an errno; -EINVAL changed nothing.
 */
int rxmap_moderation_set(struct rxmap_adapter *adapter, int queue, u32 usecs, u32 frames,
			 struct netlink_ext_ack *extack)
{
	int err;
	u16 i;

	BUILD_BUG_ON(RXMAP_RX_USECS_MAX != 10000 || RXMAP_RX_FRAMES_MAX != 1024);
	if (!moderation_legal(usecs, frames, extack))
		return -EINVAL;
	if (queue >= 0)
		return apply(&adapter->queues[queue], usecs, frames);

	for (i = 0; i < adapter->max_queues; i++) {
		err = apply(&adapter->queues[i], usecs, frames);
		if (err)
			return err;
	}
	return 0;
}
