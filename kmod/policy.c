// SPDX-License-Identifier: GPL-2.0
/*
 * policy.c - the moderation policies: what each makes of the tunables, and of what the polls saw
 *
 * A policy (enum rxmap_moderation_policy) is one row of a table. Its wish() is asked whenever the
 * moderation of a queue is worked out (moderation.c). An adaptive one also has a sample(), called
 * once per completed poll, never per packet; when that changes the policy's mind the moderation is
 * worked out again. What decides is pure code: algo/policy_*.h, or the kernel's lib/dim.
 *
 * Context: wish() under the queue's moderation_lock; sample() by the owner of the NAPI.
 */
#include "core.h"

struct policy {
	/* Fills usecs and frames; what it leaves at 0 although it was asked for it does not use. */
	void (*wish)(const struct rxmap_queue *q, struct rxmap_moderation *m);
	/* Returns true when wish() has another answer now. NULL: it never has. */
	bool (*sample)(struct rxmap_queue *q, u32 packets, u32 bytes);
};

static void wish_nothing(const struct rxmap_queue *q, struct rxmap_moderation *m)
{
}

static void wish_as_asked(const struct rxmap_queue *q, struct rxmap_moderation *m)
{
	m->usecs = q->asked[RXMAP_TUNE_USECS];
	m->frames = q->asked[RXMAP_TUNE_FRAMES];
	m->exact = true;
}

static void wish_dim(const struct rxmap_queue *q, struct rxmap_moderation *m)
{
	struct dim_cq_moder moder = rxmap_dim_moderation(&q->adaptive.dim);

	m->usecs = moder.usec;
	m->frames = moder.pkts;
}

/* lib/dim decides after 64 events, and has its decision carried out by dim_work(). */
static bool sample_dim(struct rxmap_queue *q, u32 packets, u32 bytes)
{
	struct rxmap_adaptive *a = &q->adaptive;
	struct dim_sample sample = {};

	dim_update_sample(a->events, a->packets, a->bytes, &sample);
	rxmap_net_dim(&a->dim, &sample);
	return false;
}

static void dim_work(struct work_struct *work)
{
	struct dim *dim = container_of(work, struct dim, work);
	struct rxmap_queue *q = container_of(dim, struct rxmap_queue, adaptive.dim);

	rxmap_moderation_step(q);
	dim->state = DIM_START_MEASURE;
}

static void wish_itr(const struct rxmap_queue *q, struct rxmap_moderation *m)
{
	m->usecs = rxmap_itr_usecs(&q->adaptive.itr);
}

static bool sample_itr(struct rxmap_queue *q, u32 packets, u32 bytes)
{
	return rxmap_itr_step(&q->adaptive.itr, packets, bytes);
}

static void wish_poll(const struct rxmap_queue *q, struct rxmap_moderation *m)
{
	m->usecs = q->asked[RXMAP_TUNE_POLL_USECS];
	m->polling = true;
}

/*
 * A device that keeps interrupts apart makes BEHIND wait no longer than NOW. Of a long burst twice
 * that time is cheaper. Else its own time is near enough in bursts, for a timer of ours beside it
 * would add polls and save no interrupt. Of steady packets ours does save them, and need not be in
 * more of a hurry than the device.
 */
static void wish_consumer(const struct rxmap_queue *q, struct rxmap_moderation *m)
{
	const struct rxmap_hurry_state *s = &q->adaptive.hurry;
	u32 behind = q->asked[RXMAP_TUNE_BEHIND_USECS], spacing = q->adapter->irq_spacing_usecs;

	switch (s->hurry) {
	case RXMAP_HURRY_AWAKE:
		m->exact = s->steady && spacing;
		m->usecs = m->exact ? behind : q->asked[RXMAP_TUNE_AWAKE_USECS];
		break;
	case RXMAP_HURRY_BEHIND:
		m->usecs = behind;
		break;
	case RXMAP_HURRY_LONG:
		m->usecs = max(behind, 2 * spacing);
		break;
	}
}

/* @ns in the parts of an interval that the policy consumer counts. */
static u32 parts_of(u64 ns, u32 interval_usecs)
{
	u32 part_ns = interval_usecs * NSEC_PER_USEC / RXMAP_WAIT_PARTS;

	if (!part_ns)
		return RXMAP_WAITS_MAX;
	return clamp_t(u64, div_u64(ns, part_ns), 1, RXMAP_WAITS_MAX);
}

static bool sample_consumer(struct rxmap_queue *q, u32 packets, u32 bytes)
{
	u32 awake_usecs = READ_ONCE(q->asked[RXMAP_TUNE_AWAKE_USECS]);
	u64 now = ktime_get_ns(), since = now - q->adaptive.looked_ns;
	struct rxmap_consumer_look look;

	rxmap_ring_look(q, &look);
	look.waits = parts_of(since, awake_usecs);
	look.spaces = parts_of(since, max_t(u32, awake_usecs, q->adapter->irq_spacing_usecs));
	/* The timer's poll that ends a stretch says nothing of a rate. */
	if (look.published != q->adaptive.hurry.published)
		q->adaptive.looked_ns = now;
	return rxmap_hurry_step(&q->adaptive.hurry, &look);
}

static const struct policy policies[] = {
	[RXMAP_MODERATION_POLICY_OFF] = { wish_nothing, NULL },
	[RXMAP_MODERATION_POLICY_FIXED] = { wish_as_asked, NULL },
	[RXMAP_MODERATION_POLICY_DIM] = { wish_dim, sample_dim },
	[RXMAP_MODERATION_POLICY_ITR] = { wish_itr, sample_itr },
	[RXMAP_MODERATION_POLICY_POLL] = { wish_poll, NULL },
	[RXMAP_MODERATION_POLICY_CONSUMER] = { wish_consumer, sample_consumer },
};

/**
 * rxmap_policy_refusal() - is there such a policy?
 * @policy: enum rxmap_moderation_policy, or any other number
 *
 * Return: NULL, or why not.
 */
const char *rxmap_policy_refusal(u32 policy)
{
	if (policy >= ARRAY_SIZE(policies))
		return "moderation policy is not one that this module has";
	if (policy == RXMAP_MODERATION_POLICY_DIM && !IS_ENABLED(CONFIG_DIMLIB))
		return "moderation dim needs a kernel with CONFIG_DIMLIB";
	return NULL;
}

/**
 * rxmap_policy_adaptive() - does the policy follow the traffic?
 * @policy: legal
 *
 * Return: whether ethtool calls it adaptive-rx.
 */
bool rxmap_policy_adaptive(u32 policy)
{
	return policies[policy].sample;
}

/**
 * rxmap_policy_wish() - what the queue's policy wants now
 * @q: queue
 * @m: usecs and frames are filled; zeroed by the caller
 *
 * Context: moderation_lock.
 */
void rxmap_policy_wish(const struct rxmap_queue *q, struct rxmap_moderation *m)
{
	policies[q->asked[RXMAP_TUNE_POLICY]].wish(q, m);
}

static void sample(struct rxmap_queue *q, u32 policy)
{
	struct rxmap_adaptive *a = &q->adaptive;
	u64 packets = q->stats.rx_packets - a->packets;
	u64 bytes = q->stats.rx_bytes - a->bytes;
	bool first = a->policy != policy;

	a->policy = policy;
	a->packets += packets;
	a->bytes += bytes;
	a->events++;
	/* What came before the policy was chosen says nothing about an interval of its own. */
	if (!first && policies[policy].sample(q, packets, bytes))
		rxmap_moderation_step(q);
}

/**
 * rxmap_policy_sample() - a poll is about to complete: an adaptive policy looks at the traffic
 * @q: queue
 *
 * One call is one interval between two interrupts or two runs of the moderation timer: not for a
 * poll in between that TX asked for.
 *
 * Context: NAPI of @q, before napi_complete_done().
 */
void rxmap_policy_sample(struct rxmap_queue *q)
{
	u32 policy = READ_ONCE(q->asked[RXMAP_TUNE_POLICY]);

	if (policies[policy].sample)
		sample(q, policy);
	else
		q->adaptive.policy = policy;
}

/**
 * rxmap_policy_suspend() - does the consumer poll the queue itself, so that no interrupt is needed?
 * @q: queue
 * @driven: a task polled, as the last time of its busy polling
 *
 * Context: NAPI of @q, before napi_complete_done(). Return: what becomes of interrupt and dead
 * man's timer.
 */
enum rxmap_suspend rxmap_policy_suspend(struct rxmap_queue *q, bool driven)
{
	struct rxmap_suspension *s = &q->adaptive.suspension;
	enum rxmap_suspend_event event = RXMAP_SUSPEND_OTHER;

	if (READ_ONCE(q->asked[RXMAP_TUNE_POLICY]) != RXMAP_MODERATION_POLICY_CONSUMER) {
		s->on = false;
		return RXMAP_SUSPEND_NO;
	}
	if (driven)
		event = rxmap_ring_fed_caller(q) ? RXMAP_SUSPEND_GRANTED : RXMAP_SUSPEND_ENDED;
	if (READ_ONCE(q->adaptive.sleeper)) {
		WRITE_ONCE(q->adaptive.sleeper, false);
		event = RXMAP_SUSPEND_ENDED;
	}
	return rxmap_suspension_step(s, event, hrtimer_is_queued(&q->deadman_timer));
}

/**
 * rxmap_policy_init() - fresh state for a new queue
 * @q: queue, zeroed
 */
void rxmap_policy_init(struct rxmap_queue *q)
{
	INIT_WORK(&q->adaptive.dim.work, dim_work);
	q->adaptive.dim.mode = DIM_CQ_PERIOD_MODE_START_FROM_EQE;
}

/**
 * rxmap_policy_cancel() - no decision is carried out afterwards
 * @q: queue, NAPI disabled
 *
 * A decision that was cancelled is made again: lib/dim would wait for its work for ever.
 *
 * Context: process.
 */
void rxmap_policy_cancel(struct rxmap_queue *q)
{
	if (cancel_work_sync(&q->adaptive.dim.work))
		q->adaptive.dim.state = DIM_START_MEASURE;
}
