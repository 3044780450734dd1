/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * policy_consumer.h - moderation by what the mapped consumer does: how much hurry is there?
 *
 * An interrupt is worth its price when somebody sleeps for its packet. A consumer that is awake
 * finds packets by itself, a moment later; one that cannot drain what it has gains nothing from
 * more. A sample is what was seen at one completion of the poll:
 *
 *	mapped asleep dense left                       | hurry
 *	no     -      -     -                          | NOW	nobody to spare: the stack's packets
 *	yes    yes    no    -                          | NOW	woken by these packets, or asleep
 *	yes    yes    yes   -                          | AWAKE	it hardly sleeps: some packets can
 *								share a wake-up
 *	yes    no     -     <= drained since last time | AWAKE	it keeps up
 *	yes    no     -     >  drained since last time | BEHIND	another such interval will not do
 *								for what it had before these
 *
 * "Dense": two or more packets come in the time that AWAKE waits. Fewer would all wait and share
 * nothing.
 * "Left" is what was unread before the packets of this interval, "drained" what was read in it.
 * More hurry counts at once. Less takes two samples in a row that ask for it, and then is one step
 * less: a consumer that was woken for a lone packet is awake for a moment, and means nothing by it.
 *
 * Pure: no clock, no hardware. @published and @unread may be nonsense from a hostile consumer; they
 * decide about its own interrupts only, within limits that the user set.
 * Context: the queue's NAPI poll.
 */
#ifndef RXMAP_ALGO_POLICY_CONSUMER_H
#define RXMAP_ALGO_POLICY_CONSUMER_H

#include "port.h"

enum rxmap_hurry {
	RXMAP_HURRY_NOW,
	RXMAP_HURRY_AWAKE,
	RXMAP_HURRY_BEHIND,
};

/**
 * struct rxmap_consumer_look - what is seen of the consumer at a completion
 * @mapped: there is one
 * @asleep: it was woken in this interval, or sleeps and has read everything
 * @dense: see above
 * @published: position of the producer
 * @unread: descriptors that it has not passed
 */
struct rxmap_consumer_look {
	bool mapped;
	bool asleep;
	bool dense;
	u32 published;
	u32 unread;
};

/**
 * struct rxmap_hurry_state - state of the policy; all zero is a fresh one
 * @hurry: enum rxmap_hurry, in force
 * @vote: what the last sample asked for
 * @published: of the last sample
 * @unread: the same
 */
struct rxmap_hurry_state {
	u32 hurry;
	u32 vote;
	u32 published;
	u32 unread;
};

static inline u32 rxmap_hurry_vote(const struct rxmap_hurry_state *s,
				   const struct rxmap_consumer_look *look)
{
	u32 fresh = look->published - s->published;
	u32 left = look->unread > fresh ? look->unread - fresh : 0;
	s32 drained = s->unread + fresh - look->unread;

	if (!look->mapped)
		return RXMAP_HURRY_NOW;
	if (look->asleep)
		return look->dense ? RXMAP_HURRY_AWAKE : RXMAP_HURRY_NOW;
	return (s32)left > drained ? RXMAP_HURRY_BEHIND : RXMAP_HURRY_AWAKE;
}

/**
 * rxmap_hurry_step() - one more sample
 * @s: state
 * @look: what was seen
 *
 * Return: the hurry is another one now.
 */
static inline bool rxmap_hurry_step(struct rxmap_hurry_state *s,
				    const struct rxmap_consumer_look *look)
{
	u32 vote = rxmap_hurry_vote(s, look), before = s->hurry;
	bool twice = s->vote > before;

	s->published = look->published;
	s->unread = look->unread;
	s->vote = vote;
	if (vote < before)
		s->hurry = vote;
	else if (vote > before && twice)
		s->hurry = before + 1;
	if (s->hurry == before)
		return false;
	s->vote = s->hurry;
	return true;
}

#endif /* RXMAP_ALGO_POLICY_CONSUMER_H */
