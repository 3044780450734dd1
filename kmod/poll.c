// SPDX-License-Identifier: GPL-2.0
/*
 * poll.c - the NAPI poll of a queue, and every way to start one
 *
 * Owns the order of one cycle: TX, RX, publish, complete, unmask. The decisions are
 * algo/napi_rules.h; the packets are the backend's. Whoever owns the NAPI (SCHED bit) owns the
 * RX counters of the queue, so a counter is written before napi_complete_done(), or by a new
 * owner, or is atomic.
 */
#include "trace.h"
#include "algo/napi_rules.h"

/**
 * rxmap_poll_schedule() - start a poll of @q unless one is scheduled or the queue is down
 * @q: queue
 * @cause: for the counters and whoever traces
 *
 * Context: any; from process context use rxmap_poll_start().
 * Return: true when this call scheduled it.
 */
bool rxmap_poll_schedule(struct rxmap_queue *q, enum rxmap_poll_cause cause)
{
	if (!napi_schedule_prep(&q->napi))
		return false;

	q->adapter->ops->irq_mask(q);
	q->poll_cause = cause;
	__napi_schedule(&q->napi);
	return true;
}

/**
 * rxmap_poll_start() - rxmap_poll_schedule() from process context, runs the softirq at once
 * @q: queue
 * @cause: for the counters
 */
void rxmap_poll_start(struct rxmap_queue *q, enum rxmap_poll_cause cause)
{
	local_bh_disable();
	rxmap_poll_schedule(q, cause);
	local_bh_enable();
}

/**
 * rxmap_irq_rx() - the device says that packets came
 * @q: queue of the vector
 *
 * Masks only if it starts the poll: otherwise the owner of the NAPI arms or masks itself, and
 * the core polls once more (MISSED).
 *
 * Context: hard interrupt.
 */
void rxmap_irq_rx(struct rxmap_queue *q)
{
	atomic64_inc(&q->stats.rx_interrupts);
	trace_rxmap_irq(q, false);
	rxmap_poll_schedule(q, RXMAP_POLL_IRQ);
}

/**
 * rxmap_irq_tx() - the device says that packets were sent; the same NAPI cleans them up
 * @q: queue of the vector
 *
 * Context: hard interrupt.
 */
void rxmap_irq_tx(struct rxmap_queue *q)
{
	atomic64_inc(&q->stats.tx_interrupts);
	trace_rxmap_irq(q, true);
	rxmap_poll_schedule(q, RXMAP_POLL_IRQ_TX);
}

/* Nothing but the name tells ksoftirqd from another thread that an interrupt hit. */
static enum rxmap_poll_place place_of(const struct napi_struct *napi)
{
	if (current == napi->thread)
		return RXMAP_POLL_IN_THREAD;
	if (!in_serving_softirq())
		return RXMAP_POLL_IN_TASK;
	if (current->flags & PF_KTHREAD && strstarts(current->comm, "ksoftirqd/"))
		return RXMAP_POLL_IN_KSOFTIRQD;
	return RXMAP_POLL_IN_SOFTIRQ;
}

static void account(struct rxmap_queue *q, const struct rxmap_rx_batch *b, int taken, int budget,
		    enum rxmap_poll_place place)
{
	enum rxmap_poll_cause cause = q->poll_cause;
	struct rxmap_queue_stats *s = &q->stats;

	q->poll_cause = RXMAP_POLL_CORE;
	u64_stats_update_begin(&s->rx_sync);
	s->polls++;
	s->polls_in[place]++;
	s->repolls += cause == RXMAP_POLL_AGAIN;
	s->timer_polls += cause == RXMAP_POLL_TIMER;
	s->watchdog_rescues += cause == RXMAP_POLL_RESCUE;
	s->interrupts_no_work += cause == RXMAP_POLL_IRQ && !taken;
	s->polls_exhausted += taken >= budget;
	if (taken)
		s->polls_upto[min(fls(taken - 1), RXMAP_POLL_SIZES - 1)]++;
	else
		s->polls_empty++;
	s->rx_packets += b->packets + b->fast_packets;
	s->rx_bytes += b->bytes + b->fast_bytes;
	u64_stats_update_end(&s->rx_sync);
}

/**
 * rxmap_poll_leftovers() - take what a stopped ring still holds
 * @q: queue; the device has let go of the ring, NAPI is disabled
 *
 * For ops->rx_reset: packets that the device finished before the reset are not lost.
 *
 * Context: process, RTNL.
 */
void rxmap_poll_leftovers(struct rxmap_queue *q)
{
	const struct rxmap_backend_ops *ops = q->adapter->ops;
	const int chunk = q->asked[RXMAP_TUNE_BUDGET];
	struct rxmap_rx_batch b;
	int taken;

	do {
		local_bh_disable();
		rxmap_rx_batch_begin(q, &b);
		taken = ops->rx_poll(q, &b, chunk);
		rxmap_rx_batch_end(q, &b);
		account(q, &b, taken, chunk, RXMAP_POLL_IN_TASK);
		local_bh_enable();
	} while (taken == chunk);
}

static enum rxmap_poll_next next_of(bool busy, enum rxmap_suspend suspend, enum rxmap_rearm rearm)
{
	if (busy)
		return RXMAP_NEXT_BUSY;
	if (suspend)
		return RXMAP_NEXT_SUSPENDED;
	switch (rearm) {
	case RXMAP_REARM_AHEAD:
		return RXMAP_NEXT_AHEAD;
	case RXMAP_REARM_HOLD:
		return RXMAP_NEXT_TIMER;
	default:
		return RXMAP_NEXT_INTERRUPT;
	}
}

/* The next interrupt by the moderation in force; how many packets ahead, in irq_ahead. */
static enum rxmap_rearm rearm_moderated(struct rxmap_queue *q, int taken, bool timer_runs)
{
	u32 frames = READ_ONCE(q->moderation.frames);
	enum rxmap_rearm rearm = RXMAP_REARM_NOW;

	if (READ_ONCE(q->moderation.software))
		rearm = rxmap_napi_rearm(READ_ONCE(q->moderation.polling),
					 READ_ONCE(q->moderation.usecs), frames, taken,
					 timer_runs);
	q->irq_ahead = rearm == RXMAP_REARM_AHEAD ? frames : 1;
	return rearm;
}

/* None while the consumer polls, unless half a ring comes meanwhile and the device can count. */
static enum rxmap_rearm rearm_suspended(struct rxmap_queue *q)
{
	q->irq_ahead = q->adapter->rx_ring_size / 2;
	return q->adapter->caps & RXMAP_CAP_IRQ_AHEAD ? RXMAP_REARM_AHEAD : RXMAP_REARM_HOLD;
}

/* The work is done: give the NAPI back and see to it that somebody wakes us. After the "yes" of
 * napi_complete_done() another CPU may own the queue: nothing of it is written any more.
 */
static void finish(struct rxmap_queue *q, int taken, enum rxmap_poll_place place)
{
	const struct rxmap_backend_ops *ops = q->adapter->ops;
	bool timer_runs = hrtimer_is_queued(&q->moderation_timer);
	/* A task that busy polls goes on. */
	bool busy = test_bit(NAPI_STATE_IN_BUSY_POLL, &q->napi.state);
	enum rxmap_suspend suspend = RXMAP_SUSPEND_NO;
	enum rxmap_rearm rearm;
	enum rxmap_phase phase;
	s64 stay;

	if (!busy)
		suspend = rxmap_policy_suspend(q, place == RXMAP_POLL_IN_TASK);
	if (!busy && (taken || !timer_runs))
		rxmap_policy_sample(q);
	rearm = suspend ? rearm_suspended(q) : rearm_moderated(q, taken, timer_runs);

	if (rearm != RXMAP_REARM_HOLD && !busy)
		ops->irq_arm(q, q->irq_ahead);
	phase = suspend || rearm == RXMAP_REARM_HOLD ? RXMAP_PHASE_SUSPENDED :
						       RXMAP_PHASE_INTERRUPT;
	trace_rxmap_poll_end(q, taken, next_of(busy, suspend, rearm));
	stay = rxmap_phase_enter(q, busy ? RXMAP_PHASE_BUSY : phase, ktime_get_ns());
	if (!napi_complete_done(&q->napi, taken)) {
		/* Busy poll, MISSED, or the core's own deferral timer: a poll follows without us.
		 * Should that one have armed already, on another CPU, the timer polls again.
		 */
		if (!busy && phase == RXMAP_PHASE_INTERRUPT)
			rxmap_phase_rename(q, stay, RXMAP_PHASE_SUSPENDED);
		ops->irq_mask(q);
		return;
	}
	atomic64_inc(&q->stats.completions);

	if (suspend == RXMAP_SUSPEND_BEGIN)
		rxmap_deadman_start(q);
	else if (!suspend && rearm != RXMAP_REARM_NOW && !timer_runs)
		rxmap_moderation_start(q);
	if (rearm != RXMAP_REARM_HOLD && ops->irq_unmask(q))
		rxmap_poll_schedule(q, RXMAP_POLL_AGAIN);
}

/**
 * rxmap_poll() - one poll cycle, the function that NAPI calls
 * @napi: of the queue
 * @budget: most packets; 0: TX only
 *
 * The core's budget is the queue's own budget, written to napi->weight below; busy poll and
 * netpoll pass theirs, which wins.
 *
 * Context: softirq, NAPI thread, busy polling task or netpoll.
 * Return: packets taken, or @budget to be called again.
 */
int rxmap_poll(struct napi_struct *napi, int budget)
{
	struct rxmap_queue *q = container_of(napi, struct rxmap_queue, napi);
	const struct rxmap_backend_ops *ops = q->adapter->ops;
	struct rxmap_rx_batch b;
	enum rxmap_poll_place place;
	bool tx_done, spin;
	u64 now;
	int taken;

	tx_done = ops->tx_clean(q, budget);
	if (unlikely(!budget))
		return 0;

	place = place_of(napi);
	now = ktime_get_ns();	/* for the phase and the packets' time stamps */
	rxmap_phase_enter(q, place == RXMAP_POLL_IN_TASK ? RXMAP_PHASE_BUSY :
							   RXMAP_PHASE_POLLING, now);
	trace_rxmap_poll_begin(q, budget, place);
	rxmap_rx_batch_begin_at(q, &b, now);
	taken = ops->rx_poll(q, &b, budget);
	rxmap_rx_batch_end(q, &b);
	account(q, &b, taken, budget, place);
	WRITE_ONCE(napi->weight, READ_ONCE(q->asked[RXMAP_TUNE_BUDGET]));

	spin = READ_ONCE(q->moderation.polling) && !READ_ONCE(q->moderation.usecs);
	switch (rxmap_napi_step(budget, taken, tx_done, READ_ONCE(q->adapter->broken), spin)) {
	case RXMAP_NAPI_LEAVE:
		return 0;
	case RXMAP_NAPI_AGAIN:
		trace_rxmap_poll_end(q, taken, RXMAP_NEXT_AGAIN);
		return budget;
	case RXMAP_NAPI_SILENCE:
		taken = min(taken, budget - 1);
		trace_rxmap_poll_end(q, taken, RXMAP_NEXT_SILENCE);
		rxmap_phase_enter(q, RXMAP_PHASE_SUSPENDED, ktime_get_ns());
		napi_complete_done(napi, taken);
		return taken;
	case RXMAP_NAPI_COMPLETE:
		break;
	}
	finish(q, taken, place);
	return taken;
}
