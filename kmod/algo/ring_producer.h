/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * ring_producer.h - the kernel's half of the shared ring (include/uapi/linux/rxmap.h)
 *
 * Owns the positions, the checks on what the consumer wrote, the descriptor format and the
 * wake-up decision. Does not own memory, timers, wait queues or locks. One caller at a time:
 * the queue's NAPI poll; the exceptions say so. Barrier letters are those of the uapi header.
 */
#ifndef RXMAP_ALGO_RING_PRODUCER_H
#define RXMAP_ALGO_RING_PRODUCER_H

#include <linux/rxmap.h>
#include "frame_ledger.h"

/**
 * struct rxmap_producer - private state beside the shared memory
 * @status: status page, written by the producer only
 * @descs: descriptor ring, written by the producer only
 * @consumer: consumer area, hostile
 * @release_ids: release ring in the consumer area, hostile
 * @ledger: where the frames are
 * @slots: of the descriptor ring, a power of two
 * @quota: most frames that the consumer may hold
 * @backpressure: post no more than the quota leaves, see rxmap_producer_may_post()
 * @foreign: buffers that the NIC still has from before this ring: each packet in one will need a
 *	frame for its copy
 * @next: slot to fill next
 * @complete: end of the last whole packet
 * @published: what the consumer was told; read by poll() on any CPU
 * @limit: @next must stay below: free slots and quota in one comparison
 * @consumer_seen: consumer position as last accepted
 * @release_seen: release entries collected
 * @seq: number of the next packet
 * @armed_seen: arming number that was answered with a wake-up
 * @reason: enum rxmap_reason once the consumer broke the contract, sticky
 */
struct rxmap_producer {
	struct rxmap_status *status;
	struct rxmap_desc *descs;
	struct rxmap_consumer *consumer;
	u32 *release_ids;
	struct rxmap_ledger *ledger;
	u32 slots;
	u32 quota;
	bool backpressure;
	u32 foreign;
	u32 next;
	u32 complete;
	u32 published;
	u32 limit;
	u32 consumer_seen;
	u32 release_seen;
	u32 seq;
	u32 armed_seen;
	u32 reason;
};

/* What rxmap_producer_wake() advises. */
enum rxmap_wake_advice {
	RXMAP_WAKE_NO,		/* awake, or nothing unread */
	RXMAP_WAKE_NOW,
	RXMAP_WAKE_LATER,	/* threshold not met: start the wake_usecs timer unless it runs */
};

static inline void rxmap_producer_count(struct rxmap_producer *p, enum rxmap_counter c, u64 n)
{
	rxmap_store(&p->status->counters[c], p->status->counters[c] + n);
}

static inline void rxmap_producer_update_limit(struct rxmap_producer *p)
{
	u32 by_slots = p->consumer_seen + p->slots;
	u32 by_quota = p->release_seen + p->quota;

	p->limit = (s32)(by_slots - by_quota) < 0 ? by_slots : by_quota;
}

/**
 * rxmap_producer_init() - a fresh ring
 * @p: the pointers, @slots, @quota and @backpressure are set; all else is set here
 * @start: first value of every position; tests start near the wrap, the module at 0
 *
 * Writes the consumer area once, before anybody else can see it.
 */
static inline void rxmap_producer_init(struct rxmap_producer *p, u32 start)
{
	p->foreign = 0;
	p->next = start;
	p->complete = start;
	p->published = start;
	p->consumer_seen = start;
	p->release_seen = start;
	p->seq = 0;
	p->armed_seen = RXMAP_ARMED_NO;
	p->reason = RXMAP_REASON_NONE;
	p->status->producer = start;
	p->consumer->consumer = start;
	p->consumer->release = start;
	p->consumer->armed = RXMAP_ARMED_ALWAYS;
	rxmap_producer_update_limit(p);
}

/* The consumer position counts only inside [last seen, published]. */
static inline bool rxmap_producer_take_consumer(struct rxmap_producer *p)
{
	u32 pos = rxmap_load_acquire(&p->consumer->consumer);	/* F, pairs with E */

	if (unlikely(pos - p->consumer_seen > p->published - p->consumer_seen)) {
		p->reason = RXMAP_REASON_BAD_CONSUMER;
		return false;
	}
	p->consumer_seen = pos;
	return true;
}

/* Each release entry is read once; more entries than delivered frames cannot be honest. */
static inline bool rxmap_producer_take_releases(struct rxmap_producer *p)
{
	u32 pos = rxmap_load_acquire(&p->consumer->release);	/* F, pairs with E */
	u32 from = p->release_seen, count = pos - from;
	u32 frames = p->ledger->frames;

	if (unlikely(count > p->published - from)) {
		p->reason = RXMAP_REASON_BAD_RELEASE;
		return false;
	}
	while (p->release_seen != pos) {
		u32 entry = p->release_seen & (frames - 1), bad = 0, done;
		u32 stretch = frames - entry < count ? frames - entry : count;

		done = rxmap_ledger_release_all(p->ledger, &p->release_ids[entry], stretch, &bad);
		p->release_seen += done;
		count -= done;
		if (unlikely(done != stretch)) {
			p->reason = bad >= frames ? RXMAP_REASON_BAD_FRAME_ID :
						    RXMAP_REASON_NOT_DELIVERED;
			break;
		}
	}
	if (p->release_seen != from)
		rxmap_producer_count(p, RXMAP_CTR_RELEASED, p->release_seen - from);
	return !count;
}

/**
 * rxmap_producer_sync() - once per poll cycle: what did the consumer do meanwhile?
 * @p: producer
 *
 * Return: false when the consumer broke the contract; the reason is in p->reason, and the
 * ring must not be used any more.
 */
static inline bool rxmap_producer_sync(struct rxmap_producer *p)
{
	if (unlikely(p->reason))
		return false;
	if (!rxmap_producer_take_consumer(p) || !rxmap_producer_take_releases(p))
		return false;
	rxmap_producer_update_limit(p);
	return true;
}

/**
 * rxmap_producer_has_room() - may one more frame be delivered?
 * @p: producer
 */
static inline bool rxmap_producer_has_room(const struct rxmap_producer *p)
{
	return (s32)(p->limit - p->next) > 0;
}

/**
 * rxmap_producer_drop_cause() - why rxmap_producer_has_room() said no
 * @p: producer
 */
static inline enum rxmap_counter rxmap_producer_drop_cause(const struct rxmap_producer *p)
{
	return p->next - p->consumer_seen >= p->slots ? RXMAP_CTR_DROP_SLOTS :
							RXMAP_CTR_DROP_QUOTA;
}

/**
 * rxmap_producer_may_post() - may the NIC get one more frame?
 * @p: producer
 *
 * Under backpressure whatever the NIC may fill must be deliverable, so posted + foreign +
 * delivered stays within the quota and the NIC runs dry when the consumer holds it all. While
 * there are foreign buffers, as many frames as the consumer may hold are kept for their copies.
 */
static inline bool rxmap_producer_may_post(const struct rxmap_producer *p)
{
	const struct rxmap_ledger *l = p->ledger;

	if (p->backpressure && l->posted + p->foreign + l->delivered >= p->quota)
		return false;
	return likely(!p->foreign) || l->posted < l->frames - p->quota;
}

/**
 * rxmap_producer_room() - so many packets may each deliver one frame and post a free one
 * @p: producer
 *
 * Good until the next sync, commit, post or release: one number instead of four checks a packet.
 */
static inline u32 rxmap_producer_room(const struct rxmap_producer *p)
{
	const struct rxmap_ledger *l = p->ledger;
	u32 busy = l->posted + p->foreign + l->delivered;
	s32 room = p->limit - p->next;

	if (room <= 0 || (p->backpressure && busy >= p->quota))
		return 0;
	if (p->backpressure && p->quota - busy < (u32)room)
		room = p->quota - busy;
	return l->free_count < (u32)room ? l->free_count : (u32)room;
}

/**
 * rxmap_producer_slot() - the descriptor to fill next
 * @p: producer with room
 */
static inline struct rxmap_desc *rxmap_producer_slot(struct rxmap_producer *p)
{
	return &p->descs[p->next & (p->slots - 1)];
}

/**
 * rxmap_producer_commit() - the slot is filled and its frame is the consumer's
 * @p: producer
 * @frame: posted frame that the slot names
 * @last: the packet ends here; until then nothing of it is published
 */
static inline void rxmap_producer_commit(struct rxmap_producer *p, u32 frame, bool last)
{
	rxmap_ledger_deliver(p->ledger, frame);
	p->next++;
	if (likely(last)) {
		p->complete = p->next;
		p->seq++;
	}
}

/**
 * rxmap_producer_abandon() - forget the unfinished packet, its frames are free again
 * @p: producer
 *
 * The frame ids come from the descriptor ring, which only the producer can write.
 */
static inline void rxmap_producer_abandon(struct rxmap_producer *p)
{
	while (p->next != p->complete) {
		p->next--;
		rxmap_ledger_release(p->ledger, rxmap_producer_slot(p)->frame);
	}
}

/**
 * rxmap_producer_publish() - show the consumer all whole packets
 * @p: producer
 *
 * Ends with the full barrier C, so that a load of the armed words may follow.
 *
 * Return: false when there was nothing new.
 */
static inline bool rxmap_producer_publish(struct rxmap_producer *p)
{
	struct rxmap_status *s = p->status;

	rxmap_store(&s->posted, p->ledger->posted);
	rxmap_store(&s->free, p->ledger->free_count);
	rxmap_store(&s->delivered, p->ledger->delivered);
	if (p->complete == p->published)
		return false;
	rxmap_producer_count(p, RXMAP_CTR_PUBLISHES, 1);
	rxmap_store(&p->published, p->complete);
	rxmap_store_release_mb(&s->producer, p->complete);	/* A, pairs with B; C, with D */
	return true;
}

/**
 * rxmap_producer_unread() - descriptors that the consumer has not passed yet
 * @p: producer
 *
 * Any context. A nonsense position reads as "something is unread".
 */
static inline u32 rxmap_producer_unread(const struct rxmap_producer *p)
{
	u32 unread = rxmap_load(&p->published) - rxmap_load_mb(&p->consumer->consumer);

	return unread <= p->slots ? unread : p->slots;
}

/**
 * rxmap_producer_armed() - does the consumer's word ask for a wake-up?
 * @p: producer
 * @number: the arming number, to be stored in p->armed_seen once it was answered
 *
 * Any context, after barrier C.
 */
static inline bool rxmap_producer_armed(const struct rxmap_producer *p, u32 *number)
{
	u32 armed = rxmap_load_mb(&p->consumer->armed);

	*number = armed;
	if (armed == RXMAP_ARMED_NO)
		return false;
	return armed == RXMAP_ARMED_ALWAYS || armed != rxmap_load(&p->armed_seen);
}

/**
 * rxmap_producer_wake() - after a publish: wake the consumer now, later or not at all?
 * @p: producer
 * @armed: somebody sleeps: the consumer's word, or the private word that poll() sets
 * @wake_packets: threshold
 */
static inline enum rxmap_wake_advice rxmap_producer_wake(const struct rxmap_producer *p,
							 bool armed, u32 wake_packets)
{
	u32 unread;

	if (!armed)
		return RXMAP_WAKE_NO;
	unread = rxmap_producer_unread(p);
	if (!unread)
		return RXMAP_WAKE_NO;
	return unread >= wake_packets ? RXMAP_WAKE_NOW : RXMAP_WAKE_LATER;
}

/**
 * rxmap_producer_starved() - the NIC is short of frames: tell the consumer, look once more
 * @p: producer
 *
 * Return: true when releases arrived at the last moment: refill now. Check p->reason.
 */
static inline bool rxmap_producer_starved(struct rxmap_producer *p)
{
	u32 before = p->release_seen;

	if (!p->status->need_wakeup)
		rxmap_producer_count(p, RXMAP_CTR_STARVED, 1);
	rxmap_store_release_mb(&p->status->need_wakeup, 1);	/* H, pairs with G */
	return rxmap_producer_sync(p) && p->release_seen != before;
}

/**
 * rxmap_producer_fed() - the NIC has frames again
 * @p: producer
 */
static inline void rxmap_producer_fed(struct rxmap_producer *p)
{
	if (p->status->need_wakeup)
		rxmap_store(&p->status->need_wakeup, 0);
}

#endif /* RXMAP_ALGO_RING_PRODUCER_H */
