// SPDX-License-Identifier: GPL-2.0
/*
 * phase.c - what a queue waits for or does now, and how long it did: the time in interrupt mode
 * and in polling mode
 *
 * Changes only when the phase does: a queue that polls without a pause never reads the clock
 * here. Written by the owner of the NAPI (SCHED bit), or while the NAPI is disabled; read by
 * anybody. One word holds beginning and phase; while the time of the old one is being added it
 * holds MOVING, and readers wait. All writers have bottom halves or interrupts off.
 */
#include <linux/ktime.h>

#include "trace.h"

#define PHASE_BITS	3
#define PHASE_MASK	(BIT(PHASE_BITS) - 1)
#define MOVING		(-1LL)

/**
 * rxmap_phase_enter() - from now on
 * @q: queue
 * @phase: enum rxmap_phase; nothing happens if it is the old one
 * @now: ktime_get_ns()
 *
 * Context: owner of the NAPI. Return: this stay, for rxmap_phase_rename().
 */
s64 rxmap_phase_enter(struct rxmap_queue *q, enum rxmap_phase phase, u64 now)
{
	struct rxmap_phases *p = &q->stats.phases;
	s64 old = atomic64_read(&p->now), stay;

	if ((old & PHASE_MASK) == phase)
		return old;
	stay = now << PHASE_BITS | phase;
	old = atomic64_xchg(&p->now, MOVING);
	p->ns[old & PHASE_MASK] += now - (old >> PHASE_BITS);
	atomic64_set_release(&p->now, stay);	/* the sum before it */
	trace_rxmap_phase(q, phase);
	return stay;
}

/**
 * rxmap_phase_rename() - the present stay is of another phase, from its beginning
 * @q: queue
 * @stay: of rxmap_phase_enter()
 * @phase: what it is
 *
 * For who gave the NAPI away: if the new owner has begun another stay nothing happens.
 *
 * Context: any.
 */
void rxmap_phase_rename(struct rxmap_queue *q, s64 stay, enum rxmap_phase phase)
{
	s64 renamed = (stay & ~PHASE_MASK) | phase;
	unsigned long flags;

	/* An interrupt begins the next phase: it must not be traced before this one. */
	local_irq_save(flags);
	if (atomic64_cmpxchg(&q->stats.phases.now, stay, renamed) == stay)
		trace_rxmap_phase(q, phase);
	local_irq_restore(flags);
}

/**
 * rxmap_phase_ns() - time in a phase so far
 * @phases: of a queue
 * @phase: enum rxmap_phase
 *
 * Context: any but a writer's. Return: nanoseconds, the present stay included.
 */
u64 rxmap_phase_ns(const struct rxmap_phases *phases, enum rxmap_phase phase)
{
	s64 word;
	u64 ns;

	do {
		while ((word = atomic64_read_acquire(&phases->now)) == MOVING)
			cpu_relax();
		ns = READ_ONCE(phases->ns[phase]);
		smp_rmb();	/* the sum before the second look at the word */
	} while (atomic64_read(&phases->now) != word);
	if ((word & PHASE_MASK) == phase)
		ns += ktime_get_ns() - (word >> PHASE_BITS);
	return ns;
}
