// SPDX-License-Identifier: GPL-2.0
/*
 * moderation.c - from what a user asked for to what is in force, and the timer of software
 * moderation
 *
 * A policy (enum rxmap_moderation_policy) is one row of a table: what it makes of the queue's
 * tunables. The backend has the last word, and says why it could not do as asked. Under RTNL.
 *
 * Where the NIC has no moderation timer: while a queue is busy its interrupt stays off (or is
 * asked for "frames" packets ahead) and a timer polls "usecs" after the last poll that took
 * something. A poll that takes nothing ends it: the interrupt is armed, and the first packet
 * after the pause interrupts at once. That decision is algo/napi_rules.h, taken in poll.c; here
 * is only the timer.
 */
#include "core.h"
#include "netlink.h"

struct policy {
	/* Fills usecs and frames; what it leaves at 0 although it was asked for it does not use. */
	void (*wish)(const u32 *asked, struct rxmap_moderation *m);
};

static void wish_nothing(const u32 *asked, struct rxmap_moderation *m)
{
}

static void wish_as_asked(const u32 *asked, struct rxmap_moderation *m)
{
	m->usecs = asked[RXMAP_TUNE_USECS];
	m->frames = asked[RXMAP_TUNE_FRAMES];
}

static const struct policy policies[] = {
	[RXMAP_MODERATION_POLICY_OFF] = { wish_nothing },
	[RXMAP_MODERATION_POLICY_FIXED] = { wish_as_asked },
};

/**
 * rxmap_policy_known() - is there such a policy?
 * @policy: enum rxmap_moderation_policy, or any other number
 *
 * Return: whether there is.
 */
bool rxmap_policy_known(u32 policy)
{
	return policy < ARRAY_SIZE(policies);
}

/* What the policy and the ring make of it, before the device was asked. */
static void wish_of(const struct rxmap_queue *q, struct rxmap_moderation *m)
{
	u32 most = q->adapter->rx_ring_size / 2;

	policies[q->asked[RXMAP_TUNE_POLICY]].wish(q->asked, m);
	if (m->usecs != q->asked[RXMAP_TUNE_USECS])
		m->usecs_limit = RXMAP_LIMIT_POLICY;
	if (m->frames != q->asked[RXMAP_TUNE_FRAMES])
		m->frames_limit = RXMAP_LIMIT_POLICY;
	/* An interrupt further ahead would come when the ring is nearly full. */
	if (m->frames > most) {
		m->frames = most;
		m->frames_limit = RXMAP_LIMIT_RING;
	}
}

/**
 * rxmap_moderation_apply() - put what is asked for in force, as far as it can be had
 * @q: queue, up or down
 *
 * Context: RTNL.
 */
void rxmap_moderation_apply(struct rxmap_queue *q)
{
	struct rxmap_moderation m = {};

	wish_of(q, &m);
	q->adapter->ops->set_moderation(q, &m);
	WRITE_ONCE(q->moderation.usecs, m.usecs);
	WRITE_ONCE(q->moderation.frames, m.frames);
	q->moderation.usecs_limit = m.usecs_limit;
	q->moderation.frames_limit = m.frames_limit;
}

/**
 * rxmap_moderation_apply_all() - the same for every queue in use, and tell who listens
 * @adapter: adapter whose rings or queues are new
 *
 * Context: RTNL.
 */
void rxmap_moderation_apply_all(struct rxmap_adapter *adapter)
{
	struct rxmap_moderation before;
	struct rxmap_queue *q;
	u16 i;

	for (i = 0; i < adapter->num_queues; i++) {
		q = &adapter->queues[i];
		before = q->moderation;
		rxmap_moderation_apply(q);
		if (memcmp(&before, &q->moderation, sizeof(before)))
			rxmap_netlink_queue_event(q);
	}
}

static enum hrtimer_restart expired(struct hrtimer *timer)
{
	struct rxmap_queue *q = container_of(timer, struct rxmap_queue, moderation_timer);

	rxmap_poll_schedule(q, RXMAP_POLL_TIMER);
	return HRTIMER_NORESTART;
}

/**
 * rxmap_moderation_init() - prepare the timer of a queue
 * @q: queue
 */
void rxmap_moderation_init(struct rxmap_queue *q)
{
	hrtimer_init(&q->moderation_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
	q->moderation_timer.function = expired;
}

/**
 * rxmap_moderation_start() - poll again in moderation.usecs
 * @q: queue
 *
 * Context: poll function, after the NAPI was completed; the synchronize_net() of
 * rxmap_adapter_stop() waits for it before the timer is cancelled.
 */
void rxmap_moderation_start(struct rxmap_queue *q)
{
	u64 nsecs = (u64)READ_ONCE(q->moderation.usecs) * NSEC_PER_USEC;

	hrtimer_start(&q->moderation_timer, ns_to_ktime(nsecs), HRTIMER_MODE_REL_PINNED);
}

/**
 * rxmap_moderation_cancel() - no timer runs afterwards
 * @q: queue, NAPI disabled
 *
 * Context: process.
 */
void rxmap_moderation_cancel(struct rxmap_queue *q)
{
	hrtimer_cancel(&q->moderation_timer);
}
