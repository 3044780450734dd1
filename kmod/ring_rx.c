// SPDX-License-Identifier: GPL-2.0
/*
 * ring_rx.c - one received buffer on a mapped queue, every case but the inlined one
 *
 * rx.h inlines what divert mode does with frames of its own pool. Here is the rest: taps and
 * filters (the stack gets a copy), buffers of another owner (just attached, just detached),
 * packets over several buffers, drops. Runs in the queue's NAPI poll.
 */
#include <linux/dma-mapping.h>
#include "backend.h"
#include "ring_private.h"

/* Put the next buffer to post into the descriptor's slot; empty when there is none. */
static void slot_refill(struct rxmap_queue *q, struct rxmap_rx_batch *b, struct rxmap_buf *buf)
{
	if (!rxmap_buf_get(q, b, buf)) {
		buf->va = NULL;
		buf->pool = NULL;
	}
}

/* The stack's share of a buffer that stays ours. Returns what rxmap_rx_stack_copy() says. */
static u32 stack_copy(struct rxmap_queue *q, struct rxmap_producer *p, const void *data,
		      const struct rxmap_rx_meta *meta)
{
	u32 bytes = rxmap_rx_stack_copy(q, data, meta->len, meta);

	if (p && !(meta->flags & RXMAP_DESC_MORE))
		rxmap_producer_count(p, bytes ? RXMAP_CTR_TO_STACK : RXMAP_CTR_STACK_DROPS, 1);
	return bytes;
}

/* Detached, but the NIC still had the frame: the packet is the stack's, the frame goes home. */
static void orphan_rx(struct rxmap_queue *q, struct rxmap_rx_batch *b, struct rxmap_buf *buf,
		      const struct rxmap_rx_meta *meta)
{
	struct rxmap_frame_pool *pool = buf->pool;
	u32 bytes;

	if (pool->need_sync)
		dma_sync_single_for_cpu(pool->dma_dev, buf->dma, buf->len, DMA_FROM_DEVICE);
	bytes = stack_copy(q, NULL, buf->va + meta->offset, meta);
	b->packets += !!bytes;
	b->bytes += bytes;
	rxmap_frame_put(buf);
	slot_refill(q, b, buf);
}

/* First buffer of a packet: who gets it? */
static void packet_begin(struct rxmap_queue *q, struct rxmap_ring *ring, void *data,
			 const struct rxmap_rx_meta *meta)
{
	struct rxmap_producer *p = &ring->p;

	rxmap_producer_abandon(p);
	ring->packet_bytes = 0;
	ring->packet_dropped = false;
	ring->packet_wanted = ring->mode == RXMAP_MODE_DIVERT ||
			      rxmap_filter_match(ring, q->adapter->netdev, data, meta);
	ring->packet_stacked = ring->mode == RXMAP_MODE_TAP ||
			       (ring->mode == RXMAP_MODE_FILTER && !ring->packet_wanted);
	rxmap_producer_count(p, RXMAP_CTR_SEEN, 1);
	if (!ring->packet_wanted)
		rxmap_producer_count(p, RXMAP_CTR_NOT_WANTED, 1);
	if (!ring->packet_stacked)
		rxmap_producer_count(p, RXMAP_CTR_TAKEN, 1);
}

static void packet_drop(struct rxmap_ring *ring, enum rxmap_counter cause)
{
	rxmap_producer_abandon(&ring->p);
	rxmap_producer_count(&ring->p, cause, 1);
	ring->packet_dropped = true;
}

/* The whole packet is in the ring: its total length goes into each of its descriptors. */
static void packet_complete(struct rxmap_ring *ring, u32 from, u32 copied)
{
	struct rxmap_producer *p = &ring->p;

	for (; from != p->next; from++)
		p->descs[from & (p->slots - 1)].packet_len = ring->packet_bytes;
	rxmap_producer_count(p, RXMAP_CTR_TO_RING, 1);
	rxmap_producer_count(p, RXMAP_CTR_BYTES, ring->packet_bytes);
	if (copied)
		rxmap_producer_count(p, RXMAP_CTR_COPIED, 1);
}

/* Descriptor for a posted frame of our pool that holds the bytes. */
static void ring_put(struct rxmap_rx_batch *b, const struct rxmap_buf *buf,
		     const struct rxmap_rx_meta *meta, u32 extra_flags)
{
	struct rxmap_ring *ring = b->ring;
	struct rxmap_producer *p = &ring->p;
	bool last = !(meta->flags & RXMAP_DESC_MORE);
	u32 from = p->complete;

	rxmap_rx_fill_desc(rxmap_producer_slot(p), b->timestamp_ns, buf->frame,
			   b->pool->post_offset + meta->offset, meta, p->seq, extra_flags);
	rxmap_producer_commit(p, buf->frame, last);
	ring->packet_bytes += meta->len;
	if (last)
		packet_complete(ring, from, extra_flags & RXMAP_DESC_COPIED);
}

static bool ring_room(struct rxmap_ring *ring)
{
	if (likely(rxmap_producer_has_room(&ring->p)))
		return true;
	packet_drop(ring, rxmap_producer_drop_cause(&ring->p));
	return false;
}

/* The packet lies in a frame of this ring: no copy for the ring. */
static void own_rx(struct rxmap_queue *q, struct rxmap_rx_batch *b, struct rxmap_buf *buf,
		   const struct rxmap_rx_meta *meta)
{
	struct rxmap_frame_pool *pool = buf->pool;
	struct rxmap_ring *ring = b->ring;
	void *data = buf->va + meta->offset;

	if (pool->need_sync)
		dma_sync_single_for_cpu(pool->dma_dev, buf->dma, buf->len, DMA_FROM_DEVICE);
	if (meta->first)
		packet_begin(q, ring, data, meta);
	if (ring->packet_stacked)
		stack_copy(q, &ring->p, data, meta);
	if (ring->packet_wanted && !ring->packet_dropped && ring_room(ring)) {
		ring_put(b, buf, meta, 0);
		slot_refill(q, b, buf);
	} else if (pool->need_sync) {
		dma_sync_single_for_device(pool->dma_dev, buf->dma, buf->len, DMA_FROM_DEVICE);
	}
}

/* The ring's copy of a packet that arrived in somebody else's buffer. */
static void foreign_copy(struct rxmap_rx_batch *b, const struct rxmap_buf *buf,
			 const struct rxmap_rx_meta *meta)
{
	struct rxmap_ring *ring = b->ring;
	struct rxmap_rx_meta copy = *meta;
	struct rxmap_buf frame;

	if (!ring_room(ring))
		return;
	if (meta->len > ring->pool->post_len) {
		packet_drop(ring, RXMAP_CTR_DROP_SIZE);
		return;
	}
	if (!rxmap_pool_take(ring->pool, &frame)) {
		packet_drop(ring, RXMAP_CTR_DROP_NO_FRAME);
		return;
	}
	copy.offset = 0;
	memcpy(frame.va, buf->va + meta->offset, meta->len);
	ring_put(b, &frame, &copy, RXMAP_DESC_COPIED);
}

/* The device wrote it; let the CPU see it, wherever it lies. */
static void foreign_sync(struct rxmap_queue *q, const struct rxmap_buf *buf,
			 const struct rxmap_rx_meta *meta)
{
	struct device *dma_dev = buf->pool ? buf->pool->dma_dev : q->adapter->dma_dev;

	if (dma_dev)
		dma_sync_single_for_cpu(dma_dev, buf->dma + meta->offset, meta->len,
					DMA_FROM_DEVICE);
}

/* Just attached: the NIC still writes into what was posted before, the stack's pages or the
 * frames of a ring that is gone.
 */
static void foreign_rx(struct rxmap_queue *q, struct rxmap_rx_batch *b, struct rxmap_buf *buf,
		       const struct rxmap_rx_meta *meta)
{
	struct rxmap_ring *ring = b->ring;
	struct rxmap_rx_batch count = {};

	foreign_sync(q, buf, meta);
	if (meta->first)
		packet_begin(q, ring, buf->va + meta->offset, meta);
	if (ring->packet_wanted && !ring->packet_dropped)
		foreign_copy(b, buf, meta);
	if (ring->packet_stacked && buf->pool) {
		stack_copy(q, &ring->p, buf->va + meta->offset, meta);
	} else if (ring->packet_stacked) {
		/* It counts on its own; the packet is counted once, by the caller. It syncs once
		 * more, too, which is allowed and rare: one ring of packets after each ATTACH.
		 */
		rxmap_rx_stack(q, &count, buf, meta);
		if (!(meta->flags & RXMAP_DESC_MORE))
			rxmap_producer_count(&ring->p, count.packets ? RXMAP_CTR_TO_STACK :
								       RXMAP_CTR_STACK_DROPS, 1);
	}
	if (buf->va)
		rxmap_buf_put(q, buf);
	if (ring->p.foreign)
		ring->p.foreign--;
	slot_refill(q, b, buf);
}

static void receive(struct rxmap_queue *q, struct rxmap_rx_batch *b, struct rxmap_buf *buf,
		    const struct rxmap_rx_meta *meta)
{
	struct rxmap_ring *ring = b->ring;

	if (unlikely(!ring)) {
		orphan_rx(q, b, buf, meta);
		return;
	}
	if (unlikely(!meta->first && !ring->in_packet))
		return;		/* the head is missing: the buffer is posted again */
	ring->in_packet = meta->flags & RXMAP_DESC_MORE;
	b->bytes += meta->len;
	if (!ring->in_packet)
		b->packets++;
	else
		b->producer = NULL;
	if (likely(buf->pool == ring->pool))
		own_rx(q, b, buf, meta);
	else
		foreign_rx(q, b, buf, meta);
}

/**
 * rxmap_ring_rx() - one completed buffer, every case that rx.h does not inline
 * @q: queue
 * @b: poll cycle; b->ring may be NULL when @buf still belongs to a former ring
 * @buf: completed buffer, replaced by the one to post next or left empty
 * @meta: checked by the backend
 *
 * Context: NAPI of @q.
 */
void rxmap_ring_rx(struct rxmap_queue *q, struct rxmap_rx_batch *b, struct rxmap_buf *buf,
		   const struct rxmap_rx_meta *meta)
{
	receive(q, b, buf, meta);
	/* slots and frames were used, or the inlined path is closed */
	b->room = b->producer ? rxmap_producer_room(b->producer) : 0;
}
