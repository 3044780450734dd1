// SPDX-License-Identifier: GPL-2.0
/*
 * moderation.c - interrupt moderation for a NIC without a moderation timer
 *
 * While a queue is busy its interrupt stays off (or is asked for rx_frames packets ahead) and a
 * timer polls rx_usecs after the last poll that took something. A poll that takes nothing ends
 * it: the interrupt is armed, and the first packet after the pause interrupts at once.
 * The decision is algo/napi_rules.h, taken in poll.c; here is only the timer.
 */
#include "core.h"

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
 * rxmap_moderation_start() - poll again in rx_usecs
 * @q: queue
 *
 * Context: poll function, after the NAPI was completed; the synchronize_net() of
 * rxmap_adapter_stop() waits for it before the timer is cancelled.
 */
void rxmap_moderation_start(struct rxmap_queue *q)
{
	u64 nsecs = (u64)READ_ONCE(q->rx_usecs) * NSEC_PER_USEC;

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
