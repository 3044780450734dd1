/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * policy_itr.h - moderation by the kind of traffic: few packets want no delay, many can wait
 *
 * After the idea of the e1000 family's adaptive interrupt throttling, with rules of our own. The
 * traffic of a queue is in one of three classes; each has an interval. A sample is what came
 * in one interval (between two completions of the poll), and it votes to stay, or for a neighbour:
 *
 *	class     interval | up when                            | down when
 *	LOWEST       14 us | > 4 packets                        | -
 *	LOW          50 us | > 32 packets, or > 12000 bytes     | <= 2 packets and <= 1600 bytes
 *	BULK        250 us | -                                  | <= 8 packets and <= 6000 bytes
 *
 * The limits leave a gap: LOWEST is left above 285 000 packets/s and come back to below 40 000;
 * BULK is entered above 640 000 packets/s or 240 Mbyte/s and left below 32 000 and 24. Two votes in
 * a row for the same neighbour move the class by one, so a lone burst moves nothing. An empty
 * sample is a queue that went idle: one is enough, and the class is LOWEST again.
 *
 * Pure: no clock, no hardware. Context: the queue's NAPI poll.
 */
#ifndef RXMAP_ALGO_POLICY_ITR_H
#define RXMAP_ALGO_POLICY_ITR_H

#include "port.h"

enum rxmap_itr_class {
	RXMAP_ITR_LOWEST,
	RXMAP_ITR_LOW,
	RXMAP_ITR_BULK,
};

/**
 * struct rxmap_itr - state; all zero is a fresh one
 * @class_now: enum rxmap_itr_class
 * @vote: what the last sample voted for: -1, 0 or 1
 */
struct rxmap_itr {
	u32 class_now;
	int vote;
};

/**
 * rxmap_itr_usecs() - the interval of a class
 * @itr: state
 */
static inline u32 rxmap_itr_usecs(const struct rxmap_itr *itr)
{
	switch (itr->class_now) {
	case RXMAP_ITR_BULK:
		return 250;
	case RXMAP_ITR_LOW:
		return 50;
	default:
		return 14;
	}
}

static inline int rxmap_itr_vote(u32 class_now, u32 packets, u32 bytes)
{
	switch (class_now) {
	case RXMAP_ITR_BULK:
		return packets <= 8 && bytes <= 6000 ? -1 : 0;
	case RXMAP_ITR_LOW:
		if (packets > 32 || bytes > 12000)
			return 1;
		return packets <= 2 && bytes <= 1600 ? -1 : 0;
	default:
		return packets > 4 ? 1 : 0;
	}
}

/**
 * rxmap_itr_step() - what one interval brought
 * @itr: state
 * @packets: in it
 * @bytes: their bytes
 *
 * Return: the class is another one now.
 */
static inline bool rxmap_itr_step(struct rxmap_itr *itr, u32 packets, u32 bytes)
{
	u32 before = itr->class_now;
	int vote;

	if (!packets) {
		itr->class_now = RXMAP_ITR_LOWEST;
		itr->vote = 0;
		return before != itr->class_now;
	}
	vote = rxmap_itr_vote(before, packets, bytes);
	if (!vote || vote != itr->vote) {
		itr->vote = vote;
		return false;
	}
	itr->class_now = before + (u32)vote;
	itr->vote = 0;
	return true;
}

#endif /* RXMAP_ALGO_POLICY_ITR_H */
