// SPDX-License-Identifier: GPL-2.0
/*
 * ring.c - the mapped ring during a poll cycle, and waking its consumer
 *
 * Runs in the queue's NAPI poll under RCU. The positions, the checks on the consumer and the
 * descriptor format live in algo/ring_producer.h; the attach and detach of a ring in
 * ring_attach.c. Nothing here allocates, except the stack's copy of a packet in tap and filter
 * mode, and nothing takes a lock per packet.
 */
#include <linux/poll.h>
#include <linux/rtnetlink.h>
#include "backend.h"
#include "compat.h"
#include "ring_private.h"
#include "trace.h"

static struct rxmap_ring *queue_ring(struct rxmap_queue *q)
{
	return rcu_dereference_check(q->ring, rcu_read_lock_bh_held() ||
					      lockdep_rtnl_is_held());
}

/**
 * rxmap_ring_set_state() - change what the status page says and tell the sleepers
 * @ring: ring
 * @state: enum rxmap_state; FAULT and GONE are final, and FAULT's reason is kept
 * @reason: enum rxmap_reason
 *
 * Context: any but hard interrupt.
 */
void rxmap_ring_set_state(struct rxmap_ring *ring, u32 state, u32 reason)
{
	struct rxmap_status *status = ring->p.status;
	bool changed;

	spin_lock_bh(&ring->state_lock);
	changed = status->state < RXMAP_STATE_FAULT && status->state != state;
	if (changed) {
		WRITE_ONCE(status->reason, reason);
		WRITE_ONCE(status->state, state);
		/* Who sees the new number (acquire) sees the state that it counts. */
		smp_store_release(&status->state_seq, status->state_seq + 1);
	}
	spin_unlock_bh(&ring->state_lock);
	/* Everybody, each of whom looks for himself: of sleepers with EPOLLEXCLUSIVE all are to
	 * hear of the end, and io_uring ignores a wake-up that names EPOLLPRI alone.
	 */
	if (changed)
		wake_up_interruptible_all(&ring->waitq);
}

/* The consumer broke the contract: it hears so at once, the queue is taken from it soon. */
static void ring_fault(struct rxmap_queue *q, struct rxmap_ring *ring)
{
	trace_rxmap_fault(q, ring->p.reason);
	rxmap_ring_set_state(ring, RXMAP_STATE_FAULT, ring->p.reason);
	schedule_work(&ring->fault_work);
}

static u64 ring_clock(const struct rxmap_ring *ring, u64 now_ns)
{
	switch (ring->clock_id) {
	case CLOCK_MONOTONIC:
		return now_ns;
	case CLOCK_TAI:
		return ktime_to_ns(ktime_mono_to_any(now_ns, TK_OFFS_TAI));
	default:
		return ktime_to_ns(ktime_mono_to_real(now_ns));
	}
}

/**
 * rxmap_rx_batch_begin_at() - start of a poll cycle: look the ring up and listen to its consumer
 * @q: queue
 * @b: filled
 * @now_ns: ktime_get_ns() of this cycle
 *
 * Context: NAPI of @q, or process context with NAPI disabled and RTNL.
 */
void rxmap_rx_batch_begin_at(struct rxmap_queue *q, struct rxmap_rx_batch *b, u64 now_ns)
{
	struct rxmap_ring *ring = queue_ring(q);

	memset(b, 0, sizeof(*b));
	if (!ring)
		return;
	if (unlikely(!rxmap_producer_sync(&ring->p))) {
		ring_fault(q, ring);
		return;
	}
	if (unlikely(atomic_read(&ring->kicks)))
		rxmap_producer_count(&ring->p, RXMAP_CTR_KICKS, atomic_xchg(&ring->kicks, 0));
	b->ring = ring;
	b->timestamp_ns = ring_clock(ring, now_ns);
	b->pool = ring->pool;
	/* The inlined path: all to the ring, nothing to filter, copy or sync. */
	if (ring->mode == RXMAP_MODE_DIVERT && !ring->pool->need_sync && !ring->in_packet) {
		b->producer = &ring->p;
		b->room = rxmap_producer_room(&ring->p);
	}
}

/**
 * rxmap_rx_batch_begin() - the same for who has not read the clock
 * @q: queue
 * @b: filled
 *
 * Context: as rxmap_rx_batch_begin_at().
 */
void rxmap_rx_batch_begin(struct rxmap_queue *q, struct rxmap_rx_batch *b)
{
	rxmap_rx_batch_begin_at(q, b, ktime_get_ns());
}

/* Is anybody asleep, as far as the two armed words know? */
static bool ring_armed(struct rxmap_ring *ring, u32 *number)
{
	bool user = rxmap_producer_armed(&ring->p, number);

	/* waitqueue_active() after barrier C; poll_wait() comes before D. */
	return (user || READ_ONCE(ring->poll_armed)) && waitqueue_active(&ring->waitq);
}

static void ring_wake_now(struct rxmap_ring *ring, u32 number)
{
	WRITE_ONCE(ring->poll_armed, 0);
	WRITE_ONCE(ring->p.armed_seen, number);
	wake_up_interruptible_poll(&ring->waitq, EPOLLIN | EPOLLRDNORM);
}

/* The timer knows its ring alone. */
static void trace_timer_wake(struct rxmap_ring *ring)
{
	struct rxmap_queue *q;

	if (!trace_rxmap_wake_enabled())
		return;
	rcu_read_lock();
	q = rcu_dereference(ring->queue);
	if (q)
		trace_rxmap_wake(q, true);
	rcu_read_unlock();
}

/**
 * rxmap_ring_wake_timer() - wake_usecs after the first packet that nobody was woken for
 * @timer: rxmap_ring.wake_timer
 *
 * Context: soft interrupt, beside the NAPI poll on another CPU.
 */
enum hrtimer_restart rxmap_ring_wake_timer(struct hrtimer *timer)
{
	struct rxmap_ring *ring = container_of(timer, struct rxmap_ring, wake_timer);
	u32 number;

	/* The timer counts as not queued from here on; what was published before a publisher
	 * saw it queued must be seen below. Pairs with C.
	 */
	smp_mb();
	if (ring_armed(ring, &number) && rxmap_producer_unread(&ring->p)) {
		atomic_inc(&ring->timer_wakeups);
		trace_timer_wake(ring);
		ring_wake_now(ring, number);
	}
	return HRTIMER_NORESTART;
}

/* The status page has one writer, the poll: the timer's wake-ups are added here. */
static void ring_count_timer_wakeups(struct rxmap_queue *q, struct rxmap_ring *ring)
{
	u32 n = atomic_xchg(&ring->timer_wakeups, 0);

	rxmap_producer_count(&ring->p, RXMAP_CTR_WAKEUPS, n);
	rxmap_producer_count(&ring->p, RXMAP_CTR_WAKEUPS_TIMER, n);
	q->stats.wakeups += n;
}

static void ring_wake_consumer(struct rxmap_queue *q, struct rxmap_ring *ring)
{
	u32 number;
	bool armed = ring_armed(ring, &number);
	enum rxmap_wake_advice advice;

	advice = rxmap_producer_wake(&ring->p, armed, READ_ONCE(ring->wake_packets));
	if (advice != RXMAP_WAKE_NOW)
		trace_rxmap_wake_saved(q, advice);
	switch (advice) {
	case RXMAP_WAKE_NOW:
		trace_rxmap_wake(q, false);
		rxmap_producer_count(&ring->p, RXMAP_CTR_WAKEUPS, 1);
		q->stats.wakeups++;
		ring->woken = true;
		ring_wake_now(ring, number);
		break;
	case RXMAP_WAKE_LATER:
		if (!hrtimer_is_queued(&ring->wake_timer))
			hrtimer_start(&ring->wake_timer,
				      ns_to_ktime((u64)READ_ONCE(ring->wake_usecs) * NSEC_PER_USEC),
				      HRTIMER_MODE_REL_SOFT);
		break;
	case RXMAP_WAKE_NO:
		rxmap_producer_count(&ring->p, RXMAP_CTR_WAKEUPS_SAVED, 1);
		break;
	}
}

/* Few frames with the NIC and none to add: the consumer must call when it releases some. */
static void ring_feed(struct rxmap_queue *q, struct rxmap_rx_batch *b)
{
	struct rxmap_ring *ring = b->ring;
	struct rxmap_ledger *l = &ring->pool->ledger;

	if (unlikely(q->rx_idle))
		q->adapter->ops->rx_refill(q, b);
	while (q->rx_idle && l->posted + ring->p.foreign < ring->low_water) {
		if (!rxmap_producer_starved(&ring->p)) {
			if (ring->p.reason)
				ring_fault(q, ring);
			return;
		}
		q->adapter->ops->rx_refill(q, b);
	}
	rxmap_producer_fed(&ring->p);
}

/**
 * rxmap_rx_batch_end() - end of a poll cycle: publish once, wake the consumer if it asked
 * @q: queue
 * @b: the cycle
 *
 * Context: as rxmap_rx_batch_begin().
 */
void rxmap_rx_batch_end(struct rxmap_queue *q, struct rxmap_rx_batch *b)
{
	struct rxmap_ring *ring = b->ring;
	struct rxmap_producer *p;
	u32 before;

	if (!ring)
		return;
	p = &ring->p;
	if (b->fast_packets) {
		rxmap_producer_count(p, RXMAP_CTR_SEEN, b->fast_packets);
		rxmap_producer_count(p, RXMAP_CTR_TAKEN, b->fast_packets);
		rxmap_producer_count(p, RXMAP_CTR_TO_RING, b->fast_packets);
		rxmap_producer_count(p, RXMAP_CTR_BYTES, b->fast_bytes);
	}
	if (unlikely(atomic_read(&ring->timer_wakeups)))
		ring_count_timer_wakeups(q, ring);
	WARN_ON_ONCE(!rxmap_ledger_adds_up(&ring->pool->ledger));
	before = p->published;
	if (rxmap_producer_publish(p)) {
		trace_rxmap_publish(q, p->published - before, p);
		ring_wake_consumer(q, ring);
	}
	ring_feed(q, b);
}

/**
 * rxmap_ring_look() - what does the consumer do? For the policy of that name
 * @q: queue
 * @look: filled
 *
 * Context: NAPI of @q, once per completion.
 */
void rxmap_ring_look(struct rxmap_queue *q, struct rxmap_consumer_look *look)
{
	struct rxmap_ring *ring = queue_ring(q);
	u32 number;

	memset(look, 0, sizeof(*look));
	if (!ring)
		return;
	look->mapped = true;
	look->published = ring->p.published;
	look->unread = rxmap_producer_unread(&ring->p);
	look->asleep = ring->woken || (!look->unread && ring_armed(ring, &number));
	ring->woken = false;
}

/**
 * rxmap_ring_activity() - what does the consumer do? For who watches it
 * @ring: ring, attached or just detached
 *
 * A look from outside: the answer may be an old one when it is given.
 *
 * Context: any. Return: enum rxmap_activity.
 */
u32 rxmap_ring_activity(struct rxmap_ring *ring)
{
	u32 number;

	if (atomic_read(&ring->busy_callers))
		return RXMAP_ACTIVITY_POLLING;
	return ring_armed(ring, &number) ? RXMAP_ACTIVITY_ASLEEP : RXMAP_ACTIVITY_AWAKE;
}

/**
 * rxmap_ring_fed_caller() - does RXMAP_BUSY_POLL return packets that its caller has not seen?
 * @q: queue
 *
 * Context: NAPI of @q, in the caller's task.
 */
bool rxmap_ring_fed_caller(struct rxmap_queue *q)
{
	struct rxmap_ring *ring = queue_ring(q);

	return ring && atomic_read(&ring->busy_callers) &&
	       ring->p.published != READ_ONCE(ring->busy_seen);
}

/**
 * rxmap_ring_buf_get() - a free frame for a descriptor
 * @ring: ring
 * @buf: filled
 *
 * Return: false when none may be posted now.
 * Context: as rxmap_rx_batch_begin().
 */
bool rxmap_ring_buf_get(struct rxmap_ring *ring, struct rxmap_buf *buf)
{
	struct rxmap_frame_pool *pool = ring->pool;

	if (!rxmap_pool_post(&ring->p, pool, buf))
		return false;
	if (pool->need_sync)
		dma_sync_single_for_device(pool->dma_dev, buf->dma, buf->len, DMA_FROM_DEVICE);
	return true;
}

/**
 * rxmap_ring_wants_refill() - did frames come back that the NIC is waiting for?
 * @q: queue
 *
 * The slow watchdog asks; a consumer that follows the contract has called RXMAP_KICK itself.
 *
 * Context: any, takes RCU.
 */
bool rxmap_ring_wants_refill(struct rxmap_queue *q)
{
	struct rxmap_ring *ring;
	bool wants = false;

	rcu_read_lock();
	ring = rcu_dereference(q->ring);
	if (ring && READ_ONCE(ring->p.status->need_wakeup))
		wants = READ_ONCE(ring->p.consumer->release) != READ_ONCE(ring->p.release_seen);
	rcu_read_unlock();
	return wants;
}
