/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * ring_run.h - a run of whole packets in one stretch of the descriptor ring, as cheap as can be
 *
 * What rxmap_producer_slot(), _commit() and a post do for one packet, without looking anything
 * up for each: positions are copied at the beginning and written back at the end. A run
 * is local to one loop and never escapes it, so the compiler keeps it in registers. Between begin
 * and end nothing else may touch the producer or its ledger. Context: that of ring_producer.h.
 */
#ifndef RXMAP_ALGO_RING_RUN_H
#define RXMAP_ALGO_RING_RUN_H

#include "ring_producer.h"

/**
 * struct rxmap_run - see the head of this file
 * @free: end of the ledger's stack of free frames
 * @lent: the ledger's
 * @desc: slot to fill next
 * @end: slot to stop at
 * @seq: number of the next packet
 * @left: packets that the run may take from its beginning on
 */
struct rxmap_run {
	u32 *free;
	u8 *lent;
	struct rxmap_desc *desc;
	struct rxmap_desc *end;
	u32 seq;
	u32 left;
};

/**
 * rxmap_run_begin() - start a run
 * @run: filled
 * @p: producer, no packet unfinished
 * @room: most packets, as of rxmap_producer_room()
 */
static inline void rxmap_run_begin(struct rxmap_run *run, const struct rxmap_producer *p, u32 room)
{
	u32 slot = p->next & (p->slots - 1);

	run->free = p->ledger->free + p->ledger->free_count;
	run->lent = p->ledger->lent;
	run->desc = &p->descs[slot];
	run->left = p->slots - slot < room ? p->slots - slot : room;
	run->end = run->desc + run->left;
	run->seq = p->seq;
}

/**
 * rxmap_run_next() - the packet in run->desc is complete, its frame goes to the consumer
 * @run: run, run->desc is not run->end
 * @frame: posted frame that the packet lies in
 *
 * Return: the frame to post in its place.
 */
static inline u32 rxmap_run_next(struct rxmap_run *run, u32 frame)
{
	run->desc++;
	run->seq++;
	run->lent[frame] = true;
	return *--run->free;
}

/**
 * rxmap_run_end() - write back what the run did
 * @run: run
 * @p: its producer
 *
 * Return: packets that it took.
 */
static inline u32 rxmap_run_end(const struct rxmap_run *run, struct rxmap_producer *p)
{
	u32 packets = run->seq - p->seq;

	p->seq = run->seq;
	p->next += packets;
	p->complete = p->next;
	/* each packet lent a frame and posted another: posted stays as it was */
	p->ledger->free_count -= packets;
	p->ledger->delivered += packets;
	return packets;
}

#endif /* RXMAP_ALGO_RING_RUN_H */
