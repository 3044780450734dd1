/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * policy_consumer.h - moderation by what the mapped consumer does: how much hurry is there?
 *
 * An interrupt is worth its price when somebody sleeps for its packet. A consumer that is awake
 * finds packets by itself, a moment later; one that cannot drain what it has gains nothing from
 * more; and one that is woken all the time would rather be woken for several packets. A sample is
 * what was seen at one completion of the poll:
 *
 *	mapped asleep packets come  left       | hurry
 *	no     -      -             -          | NOW	nobody to spare: the stack's packets
 *	yes    yes    alone         0          | NOW	somebody sleeps for these packets
 *	yes    yes    densely       -          | AWAKE	some packets can share a wake-up
 *	yes    yes    in a burst    -          | BEHIND	many packets can
 *	yes    yes    in a long one -          | LONG	and hardly any of them is the last
 *	yes    no     -             <= drained | AWAKE	it keeps up
 *	yes    no     -             >  drained | BEHIND	another such interval will not do for what
 *							it had before these
 *
 * How densely packets come is measured in packets per wait, the time that AWAKE waits. Two that
 * come together are no sign of a third: at random times (Poisson) most gaps are shorter than the
 * mean. So the rate is put to a sequential test (Page, "Continuous inspection schemes",
 * Biometrika 41, 1954), which is a leaky bucket: each packet pours in one, each wait lets out as
 * many as would come at a rate on the edge. Sparse packets never fill it, however they fall;
 * dense ones do within a few more than are needed to be sure.
 *
 * One bucket leaks RXMAP_NEAR_SOME a wait, and three quarters of that from full until empty, so
 * that a rate on the edge does not go to and fro: packets come "densely". The other leaks
 * RXMAP_NEAR_MANY; while it is full and the last interval was as dense, they come "in a burst",
 * and in a long one from its RXMAP_BURST_LONG-th packet on.
 *
 * Traffic that came in bursts is expected to do so again: until packets came RXMAP_BURST_LONE
 * times and not in a burst, they are taken for the first ones of another. They ask for AWAKE, or
 * for LONG if the last burst was a long one, and half a bucket is enough.
 *
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

/**
 * enum rxmap_hurry - what is in force, from most to least hurry
 * @RXMAP_HURRY_NOW: the next packet interrupts
 * @RXMAP_HURRY_AWAKE: packets wait for awake-usecs
 * @RXMAP_HURRY_BEHIND: for behind-usecs
 * @RXMAP_HURRY_LONG: the same; longer on a device that keeps interrupts nearly as far apart anyhow
 */
enum rxmap_hurry {
	RXMAP_HURRY_NOW,
	RXMAP_HURRY_AWAKE,
	RXMAP_HURRY_BEHIND,
	RXMAP_HURRY_LONG,
};

/* Packets per wait, see above; found by a sweep (Documentation/moderation.md). */
#define RXMAP_NEAR_SOME 2
#define RXMAP_NEAR_MANY 5
/* Packets above what leaks, so that a bucket counts as full; it holds twice as many. */
#define RXMAP_BUCKET_FULL 6
/* Packets of a burst, so that it counts as a long one. */
#define RXMAP_BURST_LONG 128
/* How often packets come alone, at the end of a burst and then, until another is not expected. */
#define RXMAP_BURST_LONE 4
/* Parts of a wait, and of a packet in a bucket. */
#define RXMAP_WAIT_PARTS 16
/* Longer than any wait that matters, and short enough for 32 bits. */
#define RXMAP_WAITS_MAX 0x100000u

/**
 * struct rxmap_consumer_look - what is seen of the consumer at a completion
 * @mapped: there is one
 * @asleep: it was woken in this interval, or sleeps and has read everything
 * @waits: time since the last packets, in RXMAP_WAIT_PARTS of what AWAKE waits; 1 to
 *	RXMAP_WAITS_MAX
 * @spaces: the same in parts of the least time between two interrupts, where the device keeps one
 *	and it is longer than AWAKE's wait: NOW waits for that
 * @published: position of the producer
 * @unread: descriptors that it has not passed
 */
struct rxmap_consumer_look {
	bool mapped;
	bool asleep;
	u32 waits;
	u32 spaces;
	u32 published;
	u32 unread;
};

/**
 * struct rxmap_hurry_state - state of the policy; all zero is a fresh one
 * @hurry: enum rxmap_hurry, in force
 * @steady: and it is AWAKE because packets come densely, not in bursts
 * @vote: what the last sample asked for
 * @published: of the last sample
 * @unread: the same
 * @some: bucket that leaks RXMAP_NEAR_SOME a wait
 * @many: bucket that leaks RXMAP_NEAR_MANY
 * @dense: @some was full and has not been empty since
 * @crowd: the last packets came in a burst
 * @burst: packets of this burst or the last one, counted until it is long; 0: expect no other
 * @longest: of this burst and the one before
 * @paused: since the last one there was a pause
 * @lone: how often packets came since, and not in a burst
 */
struct rxmap_hurry_state {
	u32 hurry;
	bool steady;
	u32 vote;
	u32 published;
	u32 unread;
	u32 some;
	u32 many;
	bool dense;
	bool crowd;
	u32 burst;
	u32 longest;
	bool paused;
	u32 lone;
};

/* @fresh packets into a bucket that leaked @rate of them a wait. */
static inline u32 rxmap_bucket(u32 level, u32 fresh, u32 waits, u32 rate)
{
	u32 most = 2 * RXMAP_BUCKET_FULL * RXMAP_WAIT_PARTS;
	u32 in, out;

	fresh = fresh < RXMAP_WAITS_MAX ? fresh : RXMAP_WAITS_MAX;
	in = level + fresh * RXMAP_WAIT_PARTS;
	out = waits * rate;
	if (in <= out)
		return 0;
	return in - out < most ? in - out : most;
}

/* Whether these packets belong to a burst, and to which. A device's timer may bring one packet,
 * then all that came in an interval, then one again, of the same burst: only a pause ends it.
 */
static inline void rxmap_hurry_count(struct rxmap_hurry_state *s, u32 fresh, bool crowd, bool pause)
{
	s->crowd = crowd;
	s->paused = s->paused || (pause && !crowd);
	s->lone = crowd ? 0 : s->lone + 1;
	if (crowd && s->paused) {
		s->longest = s->burst;
		s->burst = 0;
		s->paused = false;
	}
	if (crowd)
		s->burst += s->burst < RXMAP_BURST_LONG ? fresh : 0;
	else if (s->lone >= RXMAP_BURST_LONE)
		s->burst = 0;
	if (s->paused || s->longest < s->burst)
		s->longest = s->burst;
}

/* How densely packets come, with these ones. */
static inline void rxmap_hurry_measure(struct rxmap_hurry_state *s, u32 fresh,
				       const struct rxmap_consumer_look *look)
{
	const u32 full = RXMAP_BUCKET_FULL * RXMAP_WAIT_PARTS;

	s->some = rxmap_bucket(s->some, fresh, s->dense ? look->spaces * 3 / 4 : look->spaces,
			       RXMAP_NEAR_SOME);
	s->dense = s->dense ? s->some : s->some >= full;
	s->many = rxmap_bucket(s->many, fresh, look->waits, RXMAP_NEAR_MANY);
	rxmap_hurry_count(s, fresh,
			  s->many >= (s->burst ? full / 2 : full) &&
			  fresh * RXMAP_WAIT_PARTS >= look->waits * RXMAP_NEAR_MANY,
			  look->spaces > RXMAP_WAIT_PARTS);
}

static inline u32 rxmap_hurry_by_rate(const struct rxmap_hurry_state *s)
{
	if (s->burst && s->longest >= RXMAP_BURST_LONG)
		return RXMAP_HURRY_LONG;
	if (s->crowd)
		return RXMAP_HURRY_BEHIND;
	return s->burst || s->dense ? RXMAP_HURRY_AWAKE : RXMAP_HURRY_NOW;
}

static inline u32 rxmap_hurry_vote(const struct rxmap_hurry_state *s,
				   const struct rxmap_consumer_look *look, u32 fresh)
{
	u32 left = look->unread > fresh ? look->unread - fresh : 0;
	s32 drained = s->unread + fresh - look->unread;

	if (!look->mapped || (look->asleep && !fresh))
		return RXMAP_HURRY_NOW;
	if (look->asleep)
		return rxmap_hurry_by_rate(s);
	return (s32)left > drained ? RXMAP_HURRY_BEHIND : RXMAP_HURRY_AWAKE;
}

/**
 * rxmap_hurry_step() - one more sample
 * @s: state
 * @look: what was seen
 *
 * Return: the hurry is another one now, or @s->steady is.
 */
static inline bool rxmap_hurry_step(struct rxmap_hurry_state *s,
				    const struct rxmap_consumer_look *look)
{
	u32 fresh = look->published - s->published, before = s->hurry, vote;
	bool twice = s->vote > before, was_steady = s->steady;

	if (look->mapped && fresh)
		rxmap_hurry_measure(s, fresh, look);
	vote = rxmap_hurry_vote(s, look, fresh);
	s->published = look->published;
	s->unread = look->unread;
	s->vote = vote;
	if (vote < before || look->asleep)
		s->hurry = vote;
	else if (vote > before && twice)
		s->hurry = before + 1;
	s->steady = s->hurry == RXMAP_HURRY_AWAKE && s->dense && !s->burst;
	if (s->hurry == before)
		return s->steady != was_steady;
	s->vote = s->hurry;
	return true;
}

#endif /* RXMAP_ALGO_POLICY_CONSUMER_H */
