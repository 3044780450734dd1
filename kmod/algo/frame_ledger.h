/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * frame_ledger.h - where every frame of a pool is: free, posted to the NIC, or delivered
 *
 * Pure bookkeeping, single-threaded: the queue's NAPI poll is the only caller, or whoever
 * has NAPI disabled. free + posted + delivered = frames holds between any two calls;
 * nothing that the consumer writes enters without a check here.
 *
 * Free frames are a LIFO stack, so that a lightly loaded queue keeps touching the same few
 * cache-hot frames.
 */
#ifndef RXMAP_ALGO_FRAME_LEDGER_H
#define RXMAP_ALGO_FRAME_LEDGER_H

#include "port.h"

#define RXMAP_NO_FRAME	0xffffffffu

/**
 * struct rxmap_ledger - ownership of all frames of one pool
 * @frames: how many there are
 * @free_count: entries on the @free stack
 * @posted: frames with the NIC
 * @delivered: frames with the consumer
 * @free: stack of free ids, room for @frames
 * @lent: by frame id: the consumer has it. What it gives back is checked against this
 */
struct rxmap_ledger {
	u32 frames;
	u32 free_count;
	u32 posted;
	u32 delivered;
	u32 *free;
	u8 *lent;
};

/**
 * rxmap_ledger_init() - all frames free, lowest id on top of the stack
 * @l: ledger; @free and @lent have room for @frames entries
 * @frames: number of frames
 */
static inline void rxmap_ledger_init(struct rxmap_ledger *l, u32 frames)
{
	u32 i;

	l->frames = frames;
	l->free_count = frames;
	l->posted = 0;
	l->delivered = 0;
	for (i = 0; i < frames; i++) {
		l->free[i] = frames - 1 - i;
		l->lent[i] = false;
	}
}

/**
 * rxmap_ledger_post() - take a free frame for the NIC
 * @l: ledger
 *
 * Return: its id, or RXMAP_NO_FRAME.
 */
static inline u32 rxmap_ledger_post(struct rxmap_ledger *l)
{
	u32 id;

	if (unlikely(!l->free_count))
		return RXMAP_NO_FRAME;
	id = l->free[--l->free_count];
	l->posted++;
	return id;
}

/**
 * rxmap_ledger_unpost() - a posted frame comes back unused
 * @l: ledger
 * @id: a posted frame
 */
static inline void rxmap_ledger_unpost(struct rxmap_ledger *l, u32 id)
{
	l->free[l->free_count++] = id;
	l->posted--;
}

/**
 * rxmap_ledger_deliver() - a posted frame goes to the consumer
 * @l: ledger
 * @id: a posted frame
 */
static inline void rxmap_ledger_deliver(struct rxmap_ledger *l, u32 id)
{
	l->lent[id] = true;
	l->posted--;
	l->delivered++;
}

/**
 * rxmap_ledger_release() - the consumer says that it gives a frame back
 * @l: ledger
 * @id: whatever the consumer wrote
 *
 * Return: false when the consumer did not have that frame; nothing changed then.
 */
static inline bool rxmap_ledger_release(struct rxmap_ledger *l, u32 id)
{
	if (unlikely(id >= l->frames || !l->lent[id]))
		return false;
	l->lent[id] = false;
	l->free[l->free_count++] = id;
	l->delivered--;
	return true;
}

/**
 * rxmap_ledger_release_all() - rxmap_ledger_release() for many frames
 * @l: ledger
 * @ids: written by the consumer at any time; each is read once
 * @count: how many
 * @bad: set when an id is refused
 *
 * Return: how many were taken back, fewer than @count: the next one is a lie, @bad holds it.
 */
static inline u32 rxmap_ledger_release_all(struct rxmap_ledger *l, const u32 *ids, u32 count,
					   u32 *bad)
{
	u32 *free = l->free + l->free_count + count;
	const u32 frames = l->frames;
	u8 *lent = l->lent;
	long i;

	/* one counter for both arrays, and its end is zero */
	for (ids += count, i = -(long)count; i; i++) {
		u32 id = rxmap_load(&ids[i]);

		if (unlikely(id >= frames || !lent[id])) {
			*bad = id;
			break;
		}
		lent[id] = false;
		free[i] = id;
	}
	count = (u32)(count + i);
	l->free_count += count;
	l->delivered -= count;
	return count;
}

/**
 * rxmap_ledger_adds_up() - the conservation rule
 * @l: ledger
 */
static inline bool rxmap_ledger_adds_up(const struct rxmap_ledger *l)
{
	return l->free_count + l->posted + l->delivered == l->frames;
}

#endif /* RXMAP_ALGO_FRAME_LEDGER_H */
