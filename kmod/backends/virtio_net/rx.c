// SPDX-License-Identifier: GPL-2.0
/*
 * rx.c - receive: from the used ring to the core, and the same descriptor back
 *
 * A descriptor stays bound to its buffer, so giving a buffer back to the device is its
 * address and length in the descriptor (another frame may have taken the slot) and two bytes in the
 * available ring; avail->idx and the doorbell are paid once a batch. Everything here runs in
 * the queue's NAPI poll. How the ring is filled and emptied as a whole is rx_ring.c.
 *
 * The header in front of each packet: 5.1.6 and 5.1.6.4 "Processing of Incoming Packets".
 */
#include "hw.h"

/* Descriptor @id carries @buf from now on; its flags stay VRING_DESC_F_WRITE, see rx_fill(). */
static __always_inline void bind(struct vnet_rx *rx, u16 id, const struct rxmap_buf *buf)
{
	struct vring_desc *desc = &rx->vq.vring.desc[id];

	desc->addr = cpu_to_vnet64(buf->dma);
	desc->len = cpu_to_vnet32(buf->len);
}

static __always_inline void post(struct vnet_rx *rx, u16 id, const struct rxmap_buf *buf)
{
	struct vnet_vq *vq = &rx->vq;

	bind(rx, id, buf);
	vq->vring.avail->ring[vq->avail_idx++ & vq->mask] = cpu_to_vnet16(id);
}

/* After the core had the buffer: what it left in @buf goes back under the same id. */
static __always_inline void repost(struct vnet_rx *rx, u16 id, const struct rxmap_buf *buf)
{
	if (likely(buf->va))
		post(rx, id, buf);
	else
		rx->idle[rx->num_idle++] = id;
}

/**
 * rxmap_virtio_net_rx_fill_idle() - fill idle descriptors, as far as there are buffers
 * @q: queue
 * @b: poll cycle
 *
 * Context: NAPI, or process with NAPI disabled.
 */
void rxmap_virtio_net_rx_fill_idle(struct rxmap_queue *q, struct rxmap_rx_batch *b)
{
	struct vnet_rx *rx = &((struct vnet_pair *)q->hw)->rx;

	while (rx->num_idle) {
		u16 id = rx->idle[rx->num_idle - 1];

		if (!rxmap_buf_get(q, b, &rx->bufs[id])) {
			q->stats.rx_no_buffer++;
			return;
		}
		rx->num_idle--;
		post(rx, id, &rx->bufs[id]);
	}
}

/* Next used-ring entry: its descriptor id, checked to be one that the device holds (2.7.8) */
static __always_inline struct rxmap_buf *take(struct vnet_rx *rx, u32 last, u32 *id, u32 *len)
{
	const struct vring_used_elem *elem = &rx->vq.vring.used->ring[last & rx->vq.mask];
	struct rxmap_buf *buf;

	*id = vnet32_to_cpu(READ_ONCE(elem->id));
	*len = vnet32_to_cpu(READ_ONCE(elem->len));
	if (unlikely(*id > rx->vq.mask))
		return NULL;
	buf = &rx->bufs[*id];
	return likely(buf->va) ? buf : NULL;
}

/* What the header says beyond a plain packet: 5.1.6.4. The core checks the values' sense. */
static void meta_from_hdr(struct rxmap_rx_meta *meta, const struct virtio_net_hdr_v1 *hdr)
{
	u8 flags = READ_ONCE(hdr->flags);
	u8 gso_type = READ_ONCE(hdr->gso_type);

	meta->flags = 0;
	if (flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) {
		meta->flags |= RXMAP_DESC_CSUM_PARTIAL;
		meta->csum_start = vnet16_to_cpu(READ_ONCE(hdr->csum_start));
		meta->csum_offset = vnet16_to_cpu(READ_ONCE(hdr->csum_offset));
	} else if (flags & VIRTIO_NET_HDR_F_DATA_VALID) {
		meta->flags |= RXMAP_DESC_CSUM_OK;
	}
	if (gso_type != VIRTIO_NET_HDR_GSO_NONE) {
		meta->flags |= RXMAP_DESC_GSO;
		meta->gso_type = gso_type;
		meta->gso_size = vnet16_to_cpu(READ_ONCE(hdr->gso_size));
		meta->hdr_len = vnet16_to_cpu(READ_ONCE(hdr->hdr_len));
	}
}

/* Rest of a packet over @more further buffers, which are known to be in the used ring.
 * Returns how many were taken; fewer than @more: the device lied, the queue is given up.
 */
static noinline u16 take_rest(struct rxmap_queue *q, struct vnet_rx *rx, struct rxmap_rx_batch *b,
			      struct rxmap_rx_meta *meta, u16 last, u16 more)
{
	u16 i;

	meta->first = false;
	meta->offset = 0;
	for (i = 0; i < more; i++) {
		struct rxmap_buf *buf;
		u32 id, len;

		buf = take(rx, last + i, &id, &len);
		if (!buf) {
			q->stats.rx_bad_id++;
			return i;
		}
		if (!len || len > buf->len) {
			q->stats.rx_bad_len++;
			return i;
		}
		meta->len = len;
		if (i + 1 == more)
			meta->flags &= ~RXMAP_DESC_MORE;
		rxmap_rx_frame(q, b, buf, meta);
		repost(rx, id, buf);
	}
	return i;
}

/* May the header be read, and is the length one that the device can mean? */
static __always_inline bool head_ok(const struct rxmap_buf *buf, u32 len)
{
	return likely(len <= buf->len) && likely(len >= VNET_RX_MIN_LEN);
}

static noinline void sync_head(const struct vnet_rx *rx, const struct rxmap_buf *buf)
{
	dma_sync_single_for_cpu(rx->dma_dev, buf->dma, VNET_HDR_LEN, DMA_FROM_DEVICE);
}

/* The packet's header, readable; the core syncs the packet itself. */
static __always_inline const struct virtio_net_hdr_v1 *head(const struct vnet_rx *rx,
							    const struct rxmap_buf *buf)
{
	if (unlikely(rx->dma_dev))
		sync_head(rx, buf);
	return buf->va;
}

/* Buffers of the packet that begins with @hdr. Only with MRG_RXBUF is the field to be believed. */
static __always_inline u16 packet_buffers(const struct vnet_rx *rx,
					  const struct virtio_net_hdr_v1 *hdr)
{
	u16 buffers = vnet16_to_cpu(READ_ONCE(hdr->num_buffers));

	return likely(buffers == 1) || rx->mergeable ? buffers : 1;
}

/* The first two bytes of the header, flags and gso_type, in one load */
static __always_inline u32 head_flags(const struct virtio_net_hdr_v1 *hdr)
{
	BUILD_BUG_ON(offsetof(struct virtio_net_hdr_v1, flags) != 0 ||
		     offsetof(struct virtio_net_hdr_v1, gso_type) != 1);
	return le16_to_cpu(READ_ONCE(*(const __le16 *)hdr));
}

/* How far a run may go until the used or the available ring wraps: both are walked by pointer */
static __always_inline u32 until_wrap(const struct vnet_vq *vq, u32 last, u32 count)
{
	u32 used = vq->vring.num - (last & vq->mask);
	u32 avail = vq->vring.num - (vq->avail_idx & vq->mask);

	return min3(used, avail, count);
}

/* Plain packets of one buffer each, in frames of the ring, as long as all is well. Returns how
 * many of at most @count were taken; the next one is for take_packet(). THE loop: every
 * instruction here is paid by each packet (Documentation/measuring.md). Not inlined: the registers
 * are its own then, and one call a run is cheaper than spilled values for each packet.
 */
static noinline u32 take_run(struct vnet_rx *rx, struct rxmap_rx_batch *b, u32 last, u32 count)
{
	struct vnet_vq *vq = &rx->vq;
	struct vring_desc *descs = vq->vring.desc;
	struct rxmap_buf *bufs = rx->bufs;
	u32 mask = vq->mask, len_max;
	const struct vring_used_elem *used = &vq->vring.used->ring[last & mask];
	__virtio16 *avail = &vq->vring.avail->ring[vq->avail_idx & mask];
	struct rxmap_rx_run run;
	long i;

	rxmap_rx_run_begin(&run, b);
	len_max = run.pool->post_len;
	count = until_wrap(vq, last, min(count, run.run.left));
	used += count;
	avail += count;
	/* one counter for both rings, and its end is zero */
	for (i = -(long)count; i; i++) {
		u32 id = vnet32_to_cpu(READ_ONCE(used[i].id));
		u32 len = vnet32_to_cpu(READ_ONCE(used[i].len));
		struct rxmap_rx_meta meta = { .offset = VNET_HDR_LEN, .first = true };
		const struct virtio_net_hdr_v1 *hdr;
		u32 flags;

		/* in range, in flight, header <= length <= posted; an idle slot has no pool */
		if (unlikely(id > mask) || !rxmap_rx_run_takes(&run, &bufs[id]) ||
		    unlikely(len - VNET_RX_MIN_LEN > len_max - VNET_RX_MIN_LEN))
			break;
		hdr = bufs[id].va;
		flags = head_flags(hdr);
		/* num_buffers is compared and forgotten, so one plain load will do */
		if (unlikely(flags & ~VIRTIO_NET_HDR_F_DATA_VALID) ||
		    unlikely(hdr->num_buffers != cpu_to_vnet16(1)))
			break;
		/* DATA_VALID is the only bit left: shifted it is RXMAP_DESC_CSUM_OK */
		BUILD_BUG_ON(VIRTIO_NET_HDR_F_DATA_VALID >> 1 != RXMAP_DESC_CSUM_OK);
		meta.flags = flags >> 1;
		meta.len = len - VNET_HDR_LEN;
		rxmap_rx_run_put(&run, &bufs[id], &meta);
		/* frames of a pool are equally long: the descriptor's len is right already */
		descs[id].addr = cpu_to_vnet64(bufs[id].dma);
		avail[i] = cpu_to_vnet16(id);
	}
	count = rxmap_rx_run_end(&run, b);
	vq->avail_idx += count;
	return count;
}

/* Any packet, with everything checked. @ready entries are in the used ring: all buffers of a
 * packet are used together (5.1.6.4.1). Returns entries consumed, 0: the device broke the contract.
 */
static noinline u16 take_packet(struct rxmap_queue *q, struct vnet_rx *rx,
				struct rxmap_rx_batch *b, u16 last, u16 ready)
{
	struct rxmap_rx_meta meta = { .offset = VNET_HDR_LEN, .first = true };
	const struct virtio_net_hdr_v1 *hdr;
	struct rxmap_buf *buf;
	u16 buffers;
	u32 id, len;

	buf = take(rx, last, &id, &len);
	if (!buf) {
		q->stats.rx_bad_id++;
		return 0;
	}
	if (!head_ok(buf, len)) {
		q->stats.rx_bad_len++;
		repost(rx, id, buf);
		return 1;
	}
	hdr = head(rx, buf);
	buffers = packet_buffers(rx, hdr);
	if (!buffers || buffers > ready)
		return 0;
	meta.len = len - VNET_HDR_LEN;
	meta_from_hdr(&meta, hdr);
	if (buffers > 1)
		meta.flags |= RXMAP_DESC_MORE;
	rxmap_rx_frame(q, b, buf, &meta);
	repost(rx, id, buf);
	return take_rest(q, rx, b, &meta, last + 1, buffers - 1) == buffers - 1 ? buffers : 0;
}

/* End of a batch: fill holes, move a far event along, publish, notify if the device asks. */
static void flush(struct rxmap_queue *q, struct vnet_rx *rx, struct rxmap_rx_batch *b)
{
	struct vnet_vq *vq = &rx->vq;

	if (unlikely(rx->num_idle))
		rxmap_virtio_net_rx_fill_idle(q, b);
	q->rx_idle = rx->num_idle;
	/* a long stay in polling mode would meet the masked event otherwise (vnet_vq_mask) */
	if ((u16)(vq->event - vq->last_used) <= VNET_EVENT_FAR &&
	    (u16)(vq->event - vq->last_used) > VNET_EVENT_FAR / 2)
		vnet_vq_mask(vq);
	if (vq->avail_idx != vq->published && vnet_vq_publish(vq))
		vnet_queue_notify(q, vq);
}

/* Up to @budget packets out of @ready used entries. */
static __always_inline u32 take_ready(struct rxmap_queue *q, struct vnet_rx *rx,
				      struct rxmap_rx_batch *b, u16 ready, u32 budget)
{
	struct vnet_vq *vq = &rx->vq;
	u32 taken = 0;

	while (ready && taken < budget) {
		u16 last = vq->last_used, done = 0;

		if (b->room)
			done = take_run(rx, b, last, min_t(u32, ready, budget - taken));
		taken += done;
		if (!done) {
			/* a malformed one costs budget as well: no device can hold the loop */
			done = take_packet(q, rx, b, last, ready);
			taken++;
		}
		if (unlikely(!done)) {
			rxmap_device_broken(q->adapter, "malformed receive completion");
			break;
		}
		vq->last_used += done;
		ready -= done;
	}
	return taken;
}

/**
 * rxmap_virtio_net_rx_poll() - ops->rx_poll
 * @q: queue
 * @b: poll cycle
 * @budget: most packets
 *
 * Context: NAPI. Return: packets taken.
 */
int rxmap_virtio_net_rx_poll(struct rxmap_queue *q, struct rxmap_rx_batch *b, int budget)
{
	struct vnet_rx *rx = &((struct vnet_pair *)q->hw)->rx;
	struct vnet_vq *vq = &rx->vq;
	u32 taken = 0;

	while (taken < budget && !q->adapter->broken) {
		u16 ready = vnet_vq_used(vq) - vq->last_used;

		if (!ready)
			break;
		if (unlikely(ready > vq->vring.num)) {
			rxmap_device_broken(q->adapter, "used index ran away");
			break;
		}
		taken += take_ready(q, rx, b, ready, budget - taken);
	}
	flush(q, rx, b);
	return taken;
}

/**
 * rxmap_virtio_net_rx_refill() - ops->rx_refill: buffers came back while descriptors were idle
 * @q: queue
 * @b: poll cycle
 *
 * Context: NAPI.
 */
void rxmap_virtio_net_rx_refill(struct rxmap_queue *q, struct rxmap_rx_batch *b)
{
	struct vnet_rx *rx = &((struct vnet_pair *)q->hw)->rx;

	flush(q, rx, b);
}
