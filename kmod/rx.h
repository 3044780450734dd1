/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rx.h - the receive path's fork: mapped ring or stack, inlined into the backends' loops
 *
 * Every function here runs in the queue's NAPI poll, except rxmap_buf_put(), which
 * ops->stop() and ops->rx_reset() call with NAPI disabled.
 */
#ifndef RXMAP_RX_H
#define RXMAP_RX_H

#include "ring.h"

/**
 * rxmap_rx_frame() - one completed buffer goes where it belongs
 * @q: queue
 * @b: poll cycle
 * @buf: the buffer; afterwards the one to post in its place (the same or another), or empty
 *	(va is NULL): the backend leaves the descriptor idle and tries rxmap_buf_get() later
 * @meta: what the device said, bounds already checked
 */
static __always_inline void rxmap_rx_frame(struct rxmap_queue *q, struct rxmap_rx_batch *b,
					   struct rxmap_buf *buf,
					   const struct rxmap_rx_meta *meta)
{
	if (b->ring)
		rxmap_ring_rx(q, b, buf, meta);
	else
		rxmap_rx_stack(q, b, buf, meta);
}

/**
 * rxmap_buf_get() - a buffer for an empty descriptor, from the ring's pool or the page_pool
 * @q: queue
 * @b: poll cycle; outside of a poll (open, reset) one made by rxmap_rx_batch_begin()
 * @buf: filled
 *
 * Return: false when there is none now.
 */
static inline bool rxmap_buf_get(struct rxmap_queue *q, struct rxmap_rx_batch *b,
				 struct rxmap_buf *buf)
{
	if (b->ring)
		return rxmap_ring_buf_get(b->ring, buf);
	return rxmap_stack_buf_get(q, buf);
}

/**
 * rxmap_buf_put() - give a posted buffer back to its owner, whoever that is
 * @q: queue
 * @buf: left empty
 */
static inline void rxmap_buf_put(struct rxmap_queue *q, struct rxmap_buf *buf)
{
	if (buf->pool)
		rxmap_frame_put(buf);
	else
		rxmap_stack_buf_put(q, buf);
}

#endif /* RXMAP_RX_H */
