/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rx.h - the receive path's fork: mapped ring or stack, inlined into the backends' loops
 *
 * Every function here runs in the queue's NAPI poll, except rxmap_buf_put(), which
 * ops->stop() and ops->rx_reset() call with NAPI disabled.
 */
#ifndef RXMAP_RX_H
#define RXMAP_RX_H

#include "algo/ring_producer.h"
#include "frame_pool.h"
#include "ring.h"

/**
 * rxmap_pool_post() - bind a free frame to a descriptor's slot
 * @p: producer of the ring that owns @pool
 * @pool: pool
 * @buf: filled
 *
 * Return: false when none may be posted now; @buf is as it was.
 */
static __always_inline bool rxmap_pool_post(struct rxmap_producer *p,
					    struct rxmap_frame_pool *pool, struct rxmap_buf *buf)
{
	u32 id;

	if (unlikely(!rxmap_producer_may_post(p)))
		return false;
	id = rxmap_ledger_post(&pool->ledger);
	if (unlikely(id == RXMAP_NO_FRAME))
		return false;
	buf->va = pool->addr[id].va;
	buf->dma = pool->addr[id].dma;
	buf->pool = pool;
	buf->frame = id;
	buf->len = pool->post_len;
	return true;
}

/**
 * rxmap_rx_fill_desc() - one descriptor of the shared ring, all 48 bytes of it
 * @d: slot
 * @b: poll cycle
 * @buf: frame of the ring's pool
 * @meta: what the device said
 * @seq: number of the packet
 * @extra_flags: RXMAP_DESC_COPIED or 0
 */
static __always_inline void rxmap_rx_fill_desc(struct rxmap_desc *d,
					       const struct rxmap_rx_batch *b,
					       const struct rxmap_buf *buf,
					       const struct rxmap_rx_meta *meta, u32 seq,
					       u32 extra_flags)
{
	u32 flags = meta->flags;

	d->timestamp_ns = b->timestamp_ns;
	d->frame = buf->frame;
	d->offset = b->pool->post_offset + meta->offset;
	d->len = meta->len;
	d->packet_len = meta->len;
	d->flags = flags | extra_flags;
	d->seq = seq;
	d->hash = flags & RXMAP_DESC_HASH ? meta->hash : 0;
	if (likely(!(flags & (RXMAP_DESC_VLAN | RXMAP_DESC_GSO | RXMAP_DESC_CSUM_PARTIAL)))) {
		/* the compiler merges these into two stores */
		d->vlan_tci = 0;
		d->vlan_tpid = 0;
		d->gso_size = 0;
		d->gso_type = 0;
		d->csum_start = 0;
		d->csum_offset = 0;
		d->reserved = 0;
		return;
	}
	d->vlan_tci = flags & RXMAP_DESC_VLAN ? meta->vlan_tci : 0;
	d->vlan_tpid = flags & RXMAP_DESC_VLAN ? meta->vlan_tpid : 0;
	d->gso_size = flags & RXMAP_DESC_GSO ? meta->gso_size : 0;
	d->gso_type = flags & RXMAP_DESC_GSO ? meta->gso_type : 0;
	d->csum_start = flags & RXMAP_DESC_CSUM_PARTIAL ? meta->csum_start : 0;
	d->csum_offset = flags & RXMAP_DESC_CSUM_PARTIAL ? meta->csum_offset : 0;
	d->reserved = 0;
}

/**
 * rxmap_rx_divert() - the shortest way: a frame of the ring's own pool, in divert mode
 * @b: poll cycle
 * @buf: completed buffer, replaced
 * @meta: what the device said
 *
 * No copy, no allocation, no lock, no call. Counted per batch by rxmap_rx_batch_end().
 *
 * Return: false when the packet needs the long way, rxmap_ring_rx().
 */
static __always_inline bool rxmap_rx_divert(struct rxmap_rx_batch *b, struct rxmap_buf *buf,
					    const struct rxmap_rx_meta *meta)
{
	struct rxmap_producer *p = b->producer;
	struct rxmap_frame_pool *pool = b->pool;
	u32 id;

	if (unlikely(!b->room || buf->pool != pool || (meta->flags & RXMAP_DESC_MORE)))
		return false;
	b->room--;
	rxmap_rx_fill_desc(rxmap_producer_slot(p), b, buf, meta, p->seq, 0);
	id = rxmap_producer_exchange(p, buf->frame);
	b->fast_packets++;
	b->fast_bytes += meta->len;
	/* pool and length of the slot stay as they are */
	buf->va = pool->addr[id].va;
	buf->dma = pool->addr[id].dma;
	buf->frame = id;
	return true;
}

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
	if (rxmap_rx_divert(b, buf, meta))
		return;
	if (b->ring || buf->pool)
		rxmap_ring_rx(q, b, buf, meta);
	else
		rxmap_rx_stack(q, b, buf, meta);
}

/* rx.c: rxmap_rx_plain() when the packet is not diverted; out of line, so is its metadata */
void rxmap_rx_plain_slow(struct rxmap_queue *q, struct rxmap_rx_batch *b, struct rxmap_buf *buf,
			 u32 offset, u32 len, u32 flags);

/**
 * rxmap_rx_plain() - rxmap_rx_frame() for a whole packet in one buffer, without offload fields
 * @q: queue
 * @b: poll cycle
 * @buf: as for rxmap_rx_frame()
 * @offset: first byte of the packet, from rxmap_buf.va
 * @len: its bytes
 * @flags: RXMAP_DESC_CSUM_OK or 0
 *
 * The metadata lives in registers, because its address never leaves the loop.
 */
static __always_inline void rxmap_rx_plain(struct rxmap_queue *q, struct rxmap_rx_batch *b,
					   struct rxmap_buf *buf, u32 offset, u32 len, u32 flags)
{
	struct rxmap_rx_meta meta = {
		.offset = offset, .len = len, .flags = flags, .first = true,
	};

	if (unlikely(!rxmap_rx_divert(b, buf, &meta)))
		rxmap_rx_plain_slow(q, b, buf, offset, len, flags);
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
