/* SPDX-License-Identifier: GPL-2.0 */
/*
 * queue_stats.h - what a queue counts; part of backend.h
 */
#ifndef RXMAP_QUEUE_STATS_H
#define RXMAP_QUEUE_STATS_H

#include <linux/atomic.h>
#include <linux/u64_stats_sync.h>

/* Polls by packets taken: 1, 2, up to 4, 8, 16, 32, 64, 128, 256. */
#define RXMAP_POLL_SIZES	9

/**
 * enum rxmap_poll_place - where a poll cycle ran
 * @RXMAP_POLL_IN_SOFTIRQ: on the way out of an interrupt, or when a task allowed it again
 * @RXMAP_POLL_IN_KSOFTIRQD: in ksoftirqd: soft interrupts had taken too long
 * @RXMAP_POLL_IN_THREAD: in the NAPI's own thread
 * @RXMAP_POLL_IN_TASK: in a task that busy polls, or that stops the queue
 * @RXMAP_POLL_PLACES: their number
 */
enum rxmap_poll_place {
	RXMAP_POLL_IN_SOFTIRQ,
	RXMAP_POLL_IN_KSOFTIRQD,
	RXMAP_POLL_IN_THREAD,
	RXMAP_POLL_IN_TASK,
	RXMAP_POLL_PLACES,
};

/**
 * enum rxmap_phase - what a queue waits for, or does; see phase.c
 * @RXMAP_PHASE_DOWN: the interface is down
 * @RXMAP_PHASE_INTERRUPT: the next packet, or one soon, interrupts
 * @RXMAP_PHASE_POLLING: from the first poll until the NAPI is given back
 * @RXMAP_PHASE_BUSY: a task polls
 * @RXMAP_PHASE_SUSPENDED: the interrupt stays off although nobody polls: a timer will
 * @RXMAP_PHASES: their number
 */
enum rxmap_phase {
	RXMAP_PHASE_DOWN,
	RXMAP_PHASE_INTERRUPT,
	RXMAP_PHASE_POLLING,
	RXMAP_PHASE_BUSY,
	RXMAP_PHASE_SUSPENDED,
	RXMAP_PHASES,
};

/**
 * struct rxmap_phases - the phase now, and the time spent in each before it
 * @now: when it began, and which it is; phase.c knows the format
 * @ns: ended stays, by enum rxmap_phase
 */
struct rxmap_phases {
	atomic64_t now;
	u64 ns[RXMAP_PHASES];
};

/**
 * struct rxmap_queue_stats - counters of a queue, shown by ethtool -S
 *
 * RX fields are written by who owns the queue's NAPI, TX fields by who holds the TX queue's
 * lock, each under its sync; atomic fields by anybody.
 *
 * @rx_sync: for the RX fields
 * @rx_packets: taken
 * @rx_bytes: their bytes
 * @rx_dropped: no memory for an skb, or a packet that no stack would take
 * @rx_bad_id: the device completed a descriptor that was not in flight
 * @rx_bad_len: the device wrote less than a header or more than the buffer
 * @rx_no_buffer: a descriptor stayed empty: nothing to post
 * @polls: cycles
 * @polls_exhausted: of those, took the whole budget
 * @polls_empty: of those, took nothing
 * @polls_upto: of those, took more than 2^(i-1) and up to 2^i packets
 * @polls_in: all of them, by where they ran
 * @repolls: polls because work was pending after the unmask
 * @watchdog_rescues: polls because the slow watchdog found work nobody had announced
 * @wakeups: consumers woken
 * @timer_polls: polls started by the moderation timer
 * @interrupts_no_work: RX interrupts whose poll took nothing
 * @completions: napi_complete_done() said yes; atomic, because the NAPI is not ours then
 * @moderation_steps: an adaptive policy changed its mind
 * @rx_interrupts: written by the interrupt handler
 * @tx_interrupts: the same
 * @tx_timeouts: written by the stack's watchdog
 * @mmio_reads: register reads of the packet path: poll, xmit, interrupt handler, mask. Not what
 *	opens, stops or configures the device
 * @mmio_writes: register writes of the same; doorbells are among them
 * @phases: what the queue waits for, and for how long it did; in order by itself
 * @tx_sync: for the TX fields
 * @tx_packets: given to the device
 * @tx_bytes: their bytes
 * @tx_dropped: could not be given to the device
 * @tx_busy: the ring was full
 * @tx_kicks: doorbells
 */
struct rxmap_queue_stats {
	struct u64_stats_sync rx_sync;
	u64 rx_packets;
	u64 rx_bytes;
	u64 rx_dropped;
	u64 rx_bad_id;
	u64 rx_bad_len;
	u64 rx_no_buffer;
	u64 polls;
	u64 polls_exhausted;
	u64 polls_empty;
	u64 polls_upto[RXMAP_POLL_SIZES];
	u64 polls_in[RXMAP_POLL_PLACES];
	u64 repolls;
	u64 watchdog_rescues;
	u64 wakeups;
	u64 timer_polls;
	u64 interrupts_no_work;
	struct rxmap_phases phases;

	atomic64_t completions;
	atomic64_t moderation_steps;
	atomic64_t rx_interrupts;
	atomic64_t tx_interrupts;
	atomic64_t tx_timeouts;
	atomic64_t mmio_reads;
	atomic64_t mmio_writes;

	struct u64_stats_sync tx_sync;
	u64 tx_packets;
	u64 tx_bytes;
	u64 tx_dropped;
	u64 tx_busy;
	u64 tx_kicks;
};

#endif /* RXMAP_QUEUE_STATS_H */
