/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * policy_consumer.h - moderation by what the mapped consumer does: how much hurry is there?
 *
 * An interrupt is worth its price when somebody sleeps for its packet. A consumer that is awake
 * finds packets by itself, a moment later; one that cannot drain what it has gains nothing from
 * more; and one that is woken all the time would rather be woken for several packets. A sample is
 * what was seen at one completion of the poll:
 *
 *	mapped asleep near  left       | hurry
 *	no     -      -     -          | NOW	nobody to spare: the stack's packets
 *	yes    yes    0     -          | NOW	somebody sleeps for these packets
 *	yes    yes    1     -          | NOW	or AWAKE, if it was no NOW before
 *	yes    yes    2, 3  -          | AWAKE	some packets can share a wake-up
 *	yes    yes    4..   -          | BEHIND	many packets can
 *	yes    no     -     <= drained | AWAKE	it keeps up
 *	yes    no     -     >  drained | BEHIND	another such interval will not do for what it had
 *						before these
 *
 * "Near" is the rate: how many packets come in the time that AWAKE waits. One alone would wait and
 * share nothing; the row of 1 keeps a rate on the edge from going to and fro. And traffic that came
 * in bursts is expected to do so again: if the last stretch of less hurry was worth it, the first
 * packet after a pause begins one (AWAKE instead of NOW), which is given up if no other follows.
 * "Left" is what was unread before the packets of this interval, "drained" what was read in it.
 * More hurry counts at once, and so does a rate, which is measured. Else less hurry takes two
 * samples in a row that ask for it, and then is one step less: a consumer that was woken for a lone
 * packet is awake for a moment, and means nothing by it.
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

/* Values of near, see above; found by a sweep (Documentation/moderation.md). */
#define RXMAP_NEAR_SOME 2
#define RXMAP_NEAR_MANY 4

/**
 * struct rxmap_consumer_look - what is seen of the consumer at a completion
 * @mapped: there is one
 * @asleep: it was woken in this interval, or sleeps and has read everything
 * @near: see above
 * @published: position of the producer
 * @unread: descriptors that it has not passed
 */
struct rxmap_consumer_look {
	bool mapped;
	bool asleep;
	u32 near;
	u32 published;
	u32 unread;
};

/**
 * struct rxmap_hurry_state - state of the policy; all zero is a fresh one
 * @hurry: enum rxmap_hurry, in force
 * @vote: what the last sample asked for
 * @published: of the last sample
 * @unread: the same
 * @shared: since there is less hurry than NOW, packets came that could share something
 * @bursts: so it was the last time
 */
struct rxmap_hurry_state {
	u32 hurry;
	u32 vote;
	u32 published;
	u32 unread;
	bool shared;
	bool bursts;
};

static inline u32 rxmap_hurry_by_rate(const struct rxmap_hurry_state *s, u32 near, u32 fresh)
{
	if (near >= RXMAP_NEAR_MANY)
		return RXMAP_HURRY_BEHIND;
	if (near >= RXMAP_NEAR_SOME)
		return RXMAP_HURRY_AWAKE;
	if (s->hurry == RXMAP_HURRY_NOW ? fresh && s->bursts : near > 0)
		return RXMAP_HURRY_AWAKE;
	return RXMAP_HURRY_NOW;
}

static inline u32 rxmap_hurry_vote(const struct rxmap_hurry_state *s,
				   const struct rxmap_consumer_look *look)
{
	u32 fresh = look->published - s->published;
	u32 left = look->unread > fresh ? look->unread - fresh : 0;
	s32 drained = s->unread + fresh - look->unread;

	if (!look->mapped)
		return RXMAP_HURRY_NOW;
	if (look->asleep)
		return rxmap_hurry_by_rate(s, look->near, fresh);
	return (s32)left > drained ? RXMAP_HURRY_BEHIND : RXMAP_HURRY_AWAKE;
}

/* What a stretch of less hurry was good for decides about the first packet of the next one. */
static inline void rxmap_hurry_learn(struct rxmap_hurry_state *s, u32 near, u32 vote)
{
	if (vote != RXMAP_HURRY_NOW) {
		s->shared |= near >= (s->hurry == RXMAP_HURRY_NOW ? RXMAP_NEAR_SOME : 1);
	} else if (s->hurry != RXMAP_HURRY_NOW) {
		s->bursts = s->shared;
		s->shared = false;
	}
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

	rxmap_hurry_learn(s, look->near, vote);
	s->published = look->published;
	s->unread = look->unread;
	s->vote = vote;
	if (vote < before || look->asleep)
		s->hurry = vote;
	else if (vote > before && twice)
		s->hurry = before + 1;
	if (s->hurry == before)
		return false;
	s->vote = s->hurry;
	return true;
}

#endif /* RXMAP_ALGO_POLICY_CONSUMER_H */
