/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * suspension.h - no interrupts while the consumer polls the NIC itself, and for how long
 *
 * Granted only by a busy poll call that returned packets: who got some will look again. A timer,
 * the dead man's, watches over it; it runs for half the time that the user allows. Decided at each
 * completion of the poll:
 *
 *	event   | on and the timer  | decision
 *	GRANTED | runs              | KEEP, and renewed
 *	GRANTED | any else          | BEGIN: start the timer
 *	ENDED   | any               | NO: a call returned nothing, or somebody goes to sleep
 *	OTHER   | runs              | KEEP: a late interrupt, half a ring, TX
 *	OTHER   | fired and renewed | BEGIN: the consumer called meanwhile
 *	OTHER   | any else          | NO: it did not, it is dead or stuck
 *
 * So after the last call that returned packets the interrupts are off for two runs of the timer at
 * most.
 *
 * Pure: no clock, no hardware. Context: the queue's NAPI poll.
 */
#ifndef RXMAP_ALGO_SUSPENSION_H
#define RXMAP_ALGO_SUSPENSION_H

#include "port.h"

/* What the poll was. */
enum rxmap_suspend_event {
	RXMAP_SUSPEND_OTHER,
	RXMAP_SUSPEND_GRANTED,	/* the last of a busy poll call that returns packets */
	RXMAP_SUSPEND_ENDED,	/* ... of one that returns nothing, or it is for a sleeper */
};

enum rxmap_suspend {
	RXMAP_SUSPEND_NO,
	RXMAP_SUSPEND_BEGIN,
	RXMAP_SUSPEND_KEEP,
};

/**
 * struct rxmap_suspension - state; all zero is a fresh one
 * @on: interrupts are suspended
 * @renewed: a call returned packets since the timer was started
 */
struct rxmap_suspension {
	bool on;
	bool renewed;
};

/**
 * rxmap_suspension_step() - the poll completes
 * @s: state
 * @event: enum rxmap_suspend_event
 * @timer_runs: the dead man's timer has not fired
 *
 * Return: what to do with interrupt and timer.
 */
static inline enum rxmap_suspend rxmap_suspension_step(struct rxmap_suspension *s,
						       enum rxmap_suspend_event event,
						       bool timer_runs)
{
	bool granted = event == RXMAP_SUSPEND_GRANTED;

	if (event != RXMAP_SUSPEND_ENDED && s->on && timer_runs) {
		s->renewed |= granted;
		return RXMAP_SUSPEND_KEEP;
	}
	if (granted || (event == RXMAP_SUSPEND_OTHER && s->on && s->renewed)) {
		s->on = true;
		s->renewed = false;
		return RXMAP_SUSPEND_BEGIN;
	}
	s->on = false;
	return RXMAP_SUSPEND_NO;
}

#endif /* RXMAP_ALGO_SUSPENSION_H */
