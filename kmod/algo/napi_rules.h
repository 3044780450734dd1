/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * napi_rules.h - what a NAPI poll must do next, as one truth table
 *
 * The rules of Documentation/networking/napi.rst and those of software moderation, without a
 * side effect: poll.c asks and acts. "Took the whole budget" means stay scheduled; "took less"
 * means complete, and then arm, hold or leave the interrupt.
 *
 *	broken budget taken     tx_done spin | step
 *	any    0      any       any     any  | LEAVE     netpoll: TX only, never complete
 *	yes    > 0    any       any     any  | SILENCE   complete, never arm again
 *	no     > 0    any       any     yes  | AGAIN     return budget, do not complete
 *	no     > 0    >= budget any     no   | AGAIN
 *	no     > 0    < budget  no      no   | AGAIN
 *	no     > 0    < budget  yes     no   | COMPLETE  and rearm:
 *
 *	polling usecs frames taken timer runs | rearm
 *	yes     any   any    any   any        | HOLD   no interrupt ever, the timer polls
 *	no      0     any    any   any        | NOW    no moderation: the next packet interrupts
 *	no      > 0   1      any   any        | NOW    "after one packet" is the same
 *	no      > 0   any    0     no         | NOW    idle: the first packet interrupts at once
 *	no      > 0   0      -     -          | HOLD   busy: no interrupt, the timer looks again
 *	no      > 0   > 1    -     -          | AHEAD  busy: interrupt at the frames-th packet, or
 *						       the timer
 *
 * "Polling" is the policy poll; "spin" is that without a pause between two polls.
 */
#ifndef RXMAP_ALGO_NAPI_RULES_H
#define RXMAP_ALGO_NAPI_RULES_H

#include "port.h"

/**
 * enum rxmap_napi_step - what the poll function does after its work
 * @RXMAP_NAPI_LEAVE: return 0; the caller (netpoll) owns the NAPI and only wanted TX
 * @RXMAP_NAPI_AGAIN: return the budget: the core calls again
 * @RXMAP_NAPI_COMPLETE: arm, napi_complete_done(), unmask
 * @RXMAP_NAPI_SILENCE: napi_complete_done() only: the device was given up
 */
enum rxmap_napi_step {
	RXMAP_NAPI_LEAVE,
	RXMAP_NAPI_AGAIN,
	RXMAP_NAPI_COMPLETE,
	RXMAP_NAPI_SILENCE,
};

static inline enum rxmap_napi_step rxmap_napi_step(int budget, int taken, bool tx_done,
						   bool broken, bool spin)
{
	if (!budget)
		return RXMAP_NAPI_LEAVE;
	if (broken)
		return RXMAP_NAPI_SILENCE;
	if (spin || taken >= budget || !tx_done)
		return RXMAP_NAPI_AGAIN;
	return RXMAP_NAPI_COMPLETE;
}

/**
 * enum rxmap_rearm - how the next interrupt comes about
 * @RXMAP_REARM_NOW: at the next packet
 * @RXMAP_REARM_AHEAD: at the frames-th packet, or when the timer fires
 * @RXMAP_REARM_HOLD: not at all; the timer polls
 */
enum rxmap_rearm {
	RXMAP_REARM_NOW,
	RXMAP_REARM_AHEAD,
	RXMAP_REARM_HOLD,
};

static inline enum rxmap_rearm rxmap_napi_rearm(bool polling, u32 usecs, u32 frames,
						int taken, bool timer_runs)
{
	if (polling)
		return RXMAP_REARM_HOLD;
	if (!usecs || frames == 1)
		return RXMAP_REARM_NOW;
	if (!taken && !timer_runs)
		return RXMAP_REARM_NOW;
	return frames ? RXMAP_REARM_AHEAD : RXMAP_REARM_HOLD;
}

#endif /* RXMAP_ALGO_NAPI_RULES_H */
