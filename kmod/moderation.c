// SPDX-License-Identifier: GPL-2.0
/*
 * moderation.c - from what a user asked for to what is in force, and the timer of software
 * moderation
 *
 * The policy (policy.c) says what it wants, the ring's size limits it, and the backend has the last
 * word. Where the device has no moderation timer, or cannot wait as shortly as a user asked for,
 * our own timer does it. Worked out under moderation_lock: by RTNL at each change, by an adaptive
 * policy at each step.
 *
 * The timer: while a queue is busy its interrupt stays off (or is asked for "frames" packets ahead)
 * and the timer polls "usecs" after the last poll that took something. A poll that takes nothing
 * ends it: the interrupt is armed, and the first packet after the pause interrupts at once. That
 * decision is algo/napi_rules.h, taken in poll.c; here is only the timer.
 */
#include "netlink.h"
#include "trace.h"

/* What the policy and the ring make of it, before the device was asked. */
static void wish_of(const struct rxmap_queue *q, struct rxmap_moderation *m)
{
	u32 most = q->adapter->rx_ring_size / 2;

	rxmap_policy_wish(q, m);
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

/* Our own timer, where the device has none or would keep packets waiting longer than is wished. */
static bool timer_wanted(const struct rxmap_queue *q, const struct rxmap_moderation *wish,
			 u32 device_usecs)
{
	if (wish->polling || q->adapter->caps & RXMAP_CAP_SW_MODERATION)
		return true;
	return wish->exact && wish->usecs && device_usecs > wish->usecs;
}

static void ask_device(struct rxmap_queue *q, struct rxmap_moderation *m)
{
	const struct rxmap_moderation wish = *m;

	q->adapter->ops->set_moderation(q, m);
	m->software = timer_wanted(q, &wish, m->usecs);
	if (m->software) {
		m->usecs = wish.usecs;
		m->usecs_limit = wish.usecs_limit;
	}
}

static void work_out(struct rxmap_queue *q)
{
	struct rxmap_moderation m = {};

	wish_of(q, &m);
	ask_device(q, &m);
	WRITE_ONCE(q->moderation.usecs, m.usecs);
	WRITE_ONCE(q->moderation.frames, m.frames);
	WRITE_ONCE(q->moderation.polling, m.polling);
	WRITE_ONCE(q->moderation.software, m.software);
	WRITE_ONCE(q->moderation.usecs_limit, m.usecs_limit);
	WRITE_ONCE(q->moderation.frames_limit, m.frames_limit);
}

/**
 * rxmap_moderation_apply() - put what is asked for in force, as far as it can be had
 * @q: queue, up or down
 *
 * Context: RTNL.
 */
void rxmap_moderation_apply(struct rxmap_queue *q)
{
	spin_lock_bh(&q->moderation_lock);
	work_out(q);
	trace_rxmap_moderation(q);
	spin_unlock_bh(&q->moderation_lock);
}

/**
 * rxmap_moderation_step() - the adaptive policy of a queue changed its mind
 * @q: queue
 *
 * Context: NAPI of @q, or a work that rxmap_policy_cancel() stops.
 */
void rxmap_moderation_step(struct rxmap_queue *q)
{
	atomic64_inc(&q->stats.moderation_steps);
	rxmap_moderation_apply(q);
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

/* Whether the consumer lives is decided by the poll, the only writer of that state. */
static enum hrtimer_restart deadman(struct hrtimer *timer)
{
	struct rxmap_queue *q = container_of(timer, struct rxmap_queue, deadman_timer);

	rxmap_poll_schedule(q, RXMAP_POLL_TIMER);
	return HRTIMER_NORESTART;
}

static enum hrtimer_restart expired(struct hrtimer *timer)
{
	struct rxmap_queue *q = container_of(timer, struct rxmap_queue, moderation_timer);

	rxmap_poll_schedule(q, RXMAP_POLL_TIMER);
	return HRTIMER_NORESTART;
}

/**
 * rxmap_moderation_init() - prepare lock, timers and policies of a queue
 * @q: queue
 */
void rxmap_moderation_init(struct rxmap_queue *q)
{
	spin_lock_init(&q->moderation_lock);
	rxmap_policy_init(q);
	hrtimer_init(&q->moderation_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
	q->moderation_timer.function = expired;
	hrtimer_init(&q->deadman_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
	q->deadman_timer.function = deadman;
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
 * rxmap_deadman_start() - interrupts are suspended: see in half the time whether they still may be
 * @q: queue
 *
 * Context: as rxmap_moderation_start().
 */
void rxmap_deadman_start(struct rxmap_queue *q)
{
	u64 nsecs = (u64)READ_ONCE(q->asked[RXMAP_TUNE_DEADMAN_USECS]) * NSEC_PER_USEC / 2;

	hrtimer_start(&q->deadman_timer, ns_to_ktime(nsecs), HRTIMER_MODE_REL_PINNED);
}

/**
 * rxmap_moderation_cancel() - no timer runs and no step is taken afterwards
 * @q: queue, NAPI disabled
 *
 * Context: process.
 */
void rxmap_moderation_cancel(struct rxmap_queue *q)
{
	hrtimer_cancel(&q->moderation_timer);
	hrtimer_cancel(&q->deadman_timer);
	rxmap_policy_cancel(q);
}
