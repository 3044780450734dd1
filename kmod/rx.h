/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rx.h - the receive path's fork: mapped ring or stack, inlined into the backends' loops
 *
 * Every function here runs in the queue's NAPI poll, except rxmap_buf_put(), which
 * ops->stop() and ops->rx_reset() call with NAPI disabled.
 */
#ifndef RXMAP_RX_H
#define RXMAP_RX_H

#include "algo/ring_run.h"
#include "frame_pool.h"
#include "ring.h"

/**
 * rxmap_pool_take() - take a free frame
 * @pool: pool
 * @buf: filled
 *
 * Return: false when there is none; @buf is as it was.
 */
static __always_inline bool rxmap_pool_take(struct rxmap_frame_pool *pool, struct rxmap_buf *buf)
{
	u32 id = rxmap_ledger_post(&pool->ledger);

	if (unlikely(id == RXMAP_NO_FRAME))
		return false;
	buf->va = pool->va[id];
	buf->dma = pool->dma[id];
	buf->pool = pool;
	buf->frame = id;
	buf->len = pool->post_len;
	return true;
}

/**
 * rxmap_pool_post() - take a free frame for the NIC
 * @p: producer of the ring that owns @pool
 * @pool: pool
 * @buf: filled
 *
 * Return: false when none may be posted now; @buf is as it was.
 */
static __always_inline bool rxmap_pool_post(struct rxmap_producer *p,
					    struct rxmap_frame_pool *pool, struct rxmap_buf *buf)
{
	return likely(rxmap_producer_may_post(p)) && rxmap_pool_take(pool, buf);
}

/**
 * rxmap_rx_fill_desc() - one descriptor of the shared ring, all 48 bytes of it
 * @d: slot
 * @timestamp_ns: of the poll cycle
 * @frame: frame of the ring's pool
 * @offset: first byte of the packet in it
 * @meta: what the device said
 * @seq: number of the packet
 * @extra_flags: RXMAP_DESC_COPIED or 0
 */
static __always_inline void rxmap_rx_fill_desc(struct rxmap_desc *d, u64 timestamp_ns, u32 frame,
					       u32 offset, const struct rxmap_rx_meta *meta,
					       u32 seq, u32 extra_flags)
{
	u32 flags = meta->flags;

	d->timestamp_ns = timestamp_ns;
	d->frame = frame;
	d->offset = offset;
	d->len = meta->len;
	d->packet_len = meta->len;
	d->flags = flags | extra_flags;
	d->seq = seq;
	d->hash = flags & RXMAP_DESC_HASH ? meta->hash : 0;
	memset_after(d, 0, hash);
	if (likely(!(flags & (RXMAP_DESC_VLAN | RXMAP_DESC_GSO | RXMAP_DESC_CSUM_PARTIAL))))
		return;
	if (flags & RXMAP_DESC_VLAN) {
		d->vlan_tci = meta->vlan_tci;
		d->vlan_tpid = meta->vlan_tpid;
	}
	if (flags & RXMAP_DESC_GSO) {
		d->gso_size = meta->gso_size;
		d->gso_type = meta->gso_type;
	}
	if (flags & RXMAP_DESC_CSUM_PARTIAL) {
		d->csum_start = meta->csum_start;
		d->csum_offset = meta->csum_offset;
	}
}

/**
 * struct rxmap_rx_run - packets on the shortest way: own frames, divert mode, nothing to sync
 *
 * A backend's loop has one as a local variable whose address goes nowhere else, so it lives in
 * registers. While a run is open only the functions below may be called for the queue.
 *
 * @run: descriptors and frames; run.left says how many packets it takes at most, maybe 0
 * @pool: whose frames
 * @va: where they are
 * @dma: the same as the device sees it
 * @timestamp_ns: of the poll cycle
 * @offset: where the device starts to write in a frame
 * @bytes: of the packets taken
 */
struct rxmap_rx_run {
	struct rxmap_run run;
	struct rxmap_frame_pool *pool;
	void *const *va;
	const dma_addr_t *dma;
	u64 timestamp_ns;
	u32 offset;
	u32 bytes;
};

/**
 * rxmap_rx_run_begin() - open a run
 * @r: filled
 * @b: poll cycle with room
 */
static __always_inline void rxmap_rx_run_begin(struct rxmap_rx_run *r,
					       const struct rxmap_rx_batch *b)
{
	rxmap_run_begin(&r->run, b->producer, b->room);
	r->pool = b->pool;
	r->va = b->pool->va;
	r->dma = b->pool->dma;
	r->timestamp_ns = b->timestamp_ns;
	r->offset = b->pool->post_offset;
	r->bytes = 0;
}

/**
 * rxmap_rx_run_takes() - is this buffer one of the run's frames?
 * @r: run
 * @buf: completed buffer, or an empty slot
 */
static __always_inline bool rxmap_rx_run_takes(const struct rxmap_rx_run *r,
					       const struct rxmap_buf *buf)
{
	return likely(buf->pool == r->pool);
}

/**
 * rxmap_rx_run_put() - one packet, whole in one frame
 * @r: run that took fewer than run.left packets
 * @buf: completed buffer that the run takes; afterwards the one to post. Its pool and its
 *	length stay as they are
 * @meta: what the device said, bounds already checked; not RXMAP_DESC_MORE
 *
 * No copy, no allocation, no lock, no call.
 */
static __always_inline void rxmap_rx_run_put(struct rxmap_rx_run *r, struct rxmap_buf *buf,
					     const struct rxmap_rx_meta *meta)
{
	u32 id = buf->frame;

	rxmap_rx_fill_desc(r->run.desc, r->timestamp_ns, id, r->offset + meta->offset, meta,
			   r->run.seq, 0);
	r->bytes += meta->len;
	id = rxmap_run_next(&r->run, id);
	buf->va = r->va[id];
	buf->dma = r->dma[id];
	buf->frame = id;
}

/**
 * rxmap_rx_run_end() - close a run
 * @r: run
 * @b: its poll cycle
 *
 * Return: packets that it took.
 */
static __always_inline u32 rxmap_rx_run_end(const struct rxmap_rx_run *r, struct rxmap_rx_batch *b)
{
	u32 packets = rxmap_run_end(&r->run, b->producer);

	b->room -= packets;
	b->fast_packets += packets;
	b->fast_bytes += r->bytes;
	return packets;
}

/**
 * rxmap_rx_divert() - a run of one packet, if it can take the shortest way
 * @b: poll cycle
 * @buf: completed buffer, replaced
 * @meta: what the device said
 *
 * Return: false when the packet needs the long way, rxmap_ring_rx().
 */
static __always_inline bool rxmap_rx_divert(struct rxmap_rx_batch *b, struct rxmap_buf *buf,
					    const struct rxmap_rx_meta *meta)
{
	struct rxmap_rx_run r;

	if (unlikely(!b->room || buf->pool != b->pool || (meta->flags & RXMAP_DESC_MORE)))
		return false;
	rxmap_rx_run_begin(&r, b);
	rxmap_rx_run_put(&r, buf, meta);
	rxmap_rx_run_end(&r, b);
	return true;
}

/**
 * rxmap_rx_frame() - one completed buffer goes where it belongs; no run is open
 * @q: queue
 * @b: poll cycle
 * @buf: the buffer; afterwards the one to post in its place (the same or another), or empty
 *	(va and pool are NULL): the backend leaves the descriptor idle and tries rxmap_buf_get()
 *	later
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
