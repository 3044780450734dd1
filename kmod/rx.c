// SPDX-License-Identifier: GPL-2.0
/*
 * rx.c - from a received buffer to an sk_buff: the way of the unmapped queue, and of copies
 *
 * Owns the packet that is spread over several buffers (rxmap_queue.rx_head). The buffers are pages
 * (stack_pool.c). What leaves room for skb_shared_info behind it becomes an skb without a copy
 * (build_skb); of more, so of a packet that fills several pages, the headers are copied and the
 * pages become fragments: then each carries all it can, and a reader has fewer pieces to copy.
 * Small packets are copied and the page stays with the NIC. Every value of struct rxmap_rx_meta is
 * the device's claim.
 *
 * Context: the queue's NAPI poll.
 */
#include <linux/if_vlan.h>
#include <linux/virtio_net.h>

#include "compat.h"
#include "core.h"
#include "stack_pool.h"

/* Up to here a copy is cheaper than a new page */
#define COPYBREAK_BYTES		256
/* As how much of a page an skb can be built around it */
#define BUILD_BYTES		(SKB_WITH_OVERHEAD(PAGE_SIZE) - RXMAP_STACK_HEADROOM)

static noinline void count_drop(struct rxmap_queue *q)
{
	u64_stats_update_begin(&q->stats.rx_sync);
	q->stats.rx_dropped++;
	u64_stats_update_end(&q->stats.rx_sync);
}

/* Merged or unfinished packets: the kernel's own, careful reading of a virtio header. */
static noinline bool set_offload(struct sk_buff *skb, const struct rxmap_rx_meta *meta)
{
	struct virtio_net_hdr hdr = {
		.gso_type = VIRTIO_NET_HDR_GSO_NONE,
	};

	if (meta->flags & RXMAP_DESC_CSUM_PARTIAL) {
		hdr.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
		hdr.csum_start = __cpu_to_virtio16(true, meta->csum_start);
		hdr.csum_offset = __cpu_to_virtio16(true, meta->csum_offset);
	}
	if (meta->flags & RXMAP_DESC_GSO) {
		hdr.gso_type = meta->gso_type;
		hdr.gso_size = __cpu_to_virtio16(true, meta->gso_size);
		hdr.hdr_len = __cpu_to_virtio16(true, meta->hdr_len);
	}
	return !virtio_net_hdr_to_skb(skb, &hdr, true);
}

/* A whole packet goes up; false: it was malformed. */
static __always_inline bool deliver(struct rxmap_queue *q, struct sk_buff *skb,
				    const struct rxmap_rx_meta *meta)
{
	if (unlikely(skb_headlen(skb) < ETH_HLEN))	/* eth_type_trans() takes it for granted */
		goto drop;
	if (meta->flags & RXMAP_DESC_CSUM_OK)
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	if (meta->flags & (RXMAP_DESC_CSUM_PARTIAL | RXMAP_DESC_GSO) && !set_offload(skb, meta))
		goto drop;
	if (meta->flags & RXMAP_DESC_VLAN)
		__vlan_hwaccel_put_tag(skb, htons(meta->vlan_tpid), meta->vlan_tci);
	if (meta->flags & RXMAP_DESC_HASH)
		skb_set_hash(skb, meta->hash, PKT_HASH_TYPE_L3);
	skb_record_rx_queue(skb, q->index);
	skb->protocol = eth_type_trans(skb, q->adapter->netdev);
	napi_gro_receive(&q->napi, skb);
	return true;

drop:
	count_drop(q);
	kfree_skb(skb);
	return false;
}

/* The bytes go into a new skb, the buffer stays with the NIC. */
static __always_inline struct sk_buff *copy_skb(struct rxmap_queue *q, const void *data, u32 len)
{
	struct sk_buff *skb = napi_alloc_skb(&q->napi, len);

	if (likely(skb))
		memcpy(__skb_put(skb, len), data, len);
	return skb;
}

/* One more fragment: the page, and another page takes its place. False: no memory, or more pieces
 * than an skb has; nothing changed.
 */
static bool add_page(struct rxmap_queue *q, struct sk_buff *skb, struct rxmap_buf *buf, u32 offset,
		     u32 len)
{
	u32 piece = skb_shinfo(skb)->nr_frags;
	struct rxmap_buf next;
	struct page *page;

	if (piece == MAX_SKB_FRAGS || !rxmap_stack_buf_get(q, &next))
		return false;
	page = virt_to_head_page(buf->va);
	skb_add_rx_frag(skb, piece, page, buf->va - page_address(page) + offset, len, PAGE_SIZE);
	*buf = next;
	return true;
}

/* The headers are copied, the rest of the page is the first fragment. NULL: as for page_skb() */
static struct sk_buff *header_skb(struct rxmap_queue *q, struct rxmap_buf *buf, u32 offset, u32 len)
{
	struct sk_buff *skb = copy_skb(q, buf->va + offset, COPYBREAK_BYTES);

	if (unlikely(!skb))
		return NULL;
	skb_mark_for_recycle(skb);
	if (likely(add_page(q, skb, buf, offset + COPYBREAK_BYTES, len - COPYBREAK_BYTES)))
		return skb;
	kfree_skb(skb);
	return NULL;
}

/* The page becomes the skb, another page takes its place. NULL: no memory, nothing changed. */
static noinline struct sk_buff *page_skb(struct rxmap_queue *q, struct rxmap_buf *buf, u32 offset,
					 u32 len)
{
	struct rxmap_buf next;
	struct sk_buff *skb;

	if (offset + len > BUILD_BYTES)
		return header_skb(q, buf, offset, len);
	if (unlikely(!rxmap_stack_buf_get(q, &next)))
		return NULL;
	skb = napi_build_skb(buf->va - RXMAP_STACK_HEADROOM, PAGE_SIZE);
	if (unlikely(!skb)) {
		page_pool_recycle_direct(q->page_pool, virt_to_head_page(next.va));
		return NULL;
	}
	skb_mark_for_recycle(skb);
	skb_reserve(skb, RXMAP_STACK_HEADROOM + offset);
	__skb_put(skb, len);
	*buf = next;
	return skb;
}

/* @piece is the last of what @head has so far. */
static void hang_on(struct sk_buff *head, struct sk_buff *piece)
{
	struct sk_buff **tail = &skb_shinfo(head)->frag_list;

	while (*tail)
		tail = &(*tail)->next;
	*tail = piece;
	head->len += piece->len;
	head->data_len += piece->len;
	head->truesize += piece->truesize;
}

/*
 * One more buffer of a packet. It is copied once a piece was, as those are that lie in frames of a
 * ring that came or went amid the packet: fragments are read before the frag_list, and an skb that
 * began as a copy is not marked for recycling, so it would free our pages while they are mapped.
 * False: as for add_page()
 */
static bool add_piece(struct rxmap_queue *q, struct sk_buff *head, struct rxmap_buf *buf,
		      u32 offset, u32 len)
{
	struct sk_buff *piece;

	if (likely(head->pp_recycle && !skb_has_frag_list(head)))
		return add_page(q, head, buf, offset, len);
	piece = copy_skb(q, buf->va + offset, len);
	if (piece)
		hang_on(head, piece);
	return piece;
}

static void drop_head(struct rxmap_queue *q)
{
	kfree_skb(q->rx_head);
	q->rx_head = NULL;
	count_drop(q);
}

/* A buffer of a packet that is spread over several. A failure drops up to the packet's end. */
static noinline void receive_piece(struct rxmap_queue *q, struct rxmap_rx_batch *b,
				   struct rxmap_buf *buf, const struct rxmap_rx_meta *meta)
{
	bool more = meta->flags & RXMAP_DESC_MORE;

	if (meta->first) {
		if (q->rx_head)		/* the device never finished the one before */
			drop_head(q);
		q->rx_head = page_skb(q, buf, meta->offset, meta->len);
		q->rx_skip = !q->rx_head;
		if (q->rx_skip)
			count_drop(q);
	} else if (q->rx_head && !add_piece(q, q->rx_head, buf, meta->offset, meta->len)) {
		drop_head(q);
		q->rx_skip = true;
	}
	if (more)
		return;

	if (q->rx_head && !q->rx_skip) {
		struct sk_buff *skb = q->rx_head;
		u32 len = skb->len;

		q->rx_head = NULL;
		if (deliver(q, skb, meta)) {
			b->packets++;
			b->bytes += len;
		}
	}
	q->rx_skip = false;
}

/* The device wrote it; let the CPU see it. */
static __always_inline void sync_for_cpu(const struct rxmap_queue *q, const struct rxmap_buf *buf,
					 const struct rxmap_rx_meta *meta)
{
	struct device *dma_dev = q->adapter->dma_dev;

	if (dma_dev)
		dma_sync_single_for_cpu(dma_dev, buf->dma + meta->offset, meta->len,
					DMA_FROM_DEVICE);
}

/*
 * A whole packet in one buffer, synced. Inlined: @meta stays in registers where it came in some.
 * A page that was only read goes back to the device as it is: dma_sync_single_for_device() is for
 * what the CPU wrote (Documentation/core-api/dma-api-howto.rst, my_card_interrupt_handler()).
 */
static __always_inline void receive_whole(struct rxmap_queue *q, struct rxmap_rx_batch *b,
					  struct rxmap_buf *buf, const struct rxmap_rx_meta *meta)
{
	struct sk_buff *skb;

	if (meta->len <= COPYBREAK_BYTES)
		skb = copy_skb(q, buf->va + meta->offset, meta->len);
	else
		skb = page_skb(q, buf, meta->offset, meta->len);
	if (unlikely(!skb)) {
		count_drop(q);
		return;
	}
	if (likely(deliver(q, skb, meta))) {
		b->packets++;
		b->bytes += meta->len;
	}
}

/**
 * rxmap_rx_stack() - one completed buffer goes to the stack
 * @q: queue
 * @b: poll cycle
 * @buf: the buffer; afterwards the one to post in its place
 * @meta: what the device said, bounds checked
 *
 * When memory is short the packet is dropped and its buffer posted again: the NIC never runs
 * dry because of the stack.
 *
 * Context: NAPI.
 */
void rxmap_rx_stack(struct rxmap_queue *q, struct rxmap_rx_batch *b, struct rxmap_buf *buf,
		    const struct rxmap_rx_meta *meta)
{
	sync_for_cpu(q, buf, meta);
	if (unlikely(!meta->first || meta->flags & RXMAP_DESC_MORE || q->rx_head))
		receive_piece(q, b, buf, meta);
	else
		receive_whole(q, b, buf, meta);
}

/* A copied piece of a packet that is spread over several buffers: they hang on the first one's
 * frag_list. When a piece was lost the packet ends in nothing. Returns as rxmap_rx_stack_copy().
 */
static noinline u32 copy_piece(struct rxmap_queue *q, struct sk_buff *piece,
			       const struct rxmap_rx_meta *meta)
{
	struct sk_buff *head = q->rx_head;
	u32 len;

	if (meta->first) {
		q->rx_head = piece;
		q->rx_skip = !piece;
	} else if (head && piece) {
		hang_on(head, piece);
	} else {
		kfree_skb(piece);
		kfree_skb(head);
		q->rx_head = NULL;
		q->rx_skip = true;
	}
	if (meta->flags & RXMAP_DESC_MORE)
		return 0;
	head = q->rx_head;
	q->rx_head = NULL;
	q->rx_skip = false;
	if (!head)
		return 0;
	len = head->len;
	return deliver(q, head, meta) ? len : 0;
}

/**
 * rxmap_rx_stack_copy() - a copy of one buffer goes to the stack, its frame stays where it is
 * @q: queue
 * @data: first byte of the packet in this buffer
 * @len: bytes
 * @meta: what the device said
 *
 * Context: NAPI.
 * Return: with the packet's last buffer, the bytes of the packet if the stack got it; else 0.
 */
u32 rxmap_rx_stack_copy(struct rxmap_queue *q, const void *data, u32 len,
			const struct rxmap_rx_meta *meta)
{
	struct sk_buff *skb = copy_skb(q, data, len);

	if (unlikely(meta->first && q->rx_head))	/* never finished */
		drop_head(q);
	if (unlikely(!skb && (meta->first || q->rx_head)))
		count_drop(q);
	if (unlikely(!meta->first || meta->flags & RXMAP_DESC_MORE))
		return copy_piece(q, skb, meta);
	return likely(skb) && deliver(q, skb, meta) ? len : 0;
}

/* The metadata of a plain packet in memory, for who needs it there. */
static noinline void plain_elsewhere(struct rxmap_queue *q, struct rxmap_rx_batch *b,
				     struct rxmap_buf *buf, u32 offset, u32 len, u32 flags)
{
	struct rxmap_rx_meta meta = {
		.offset = offset, .len = len, .flags = flags, .first = true,
	};

	if (b->ring || buf->pool)
		rxmap_ring_rx(q, b, buf, &meta);
	else
		rxmap_rx_stack(q, b, buf, &meta);
}

/**
 * rxmap_rx_plain_slow() - a plain packet that is not diverted
 * @q: queue
 * @b: poll cycle
 * @buf: the buffer; afterwards the one to post in its place
 * @offset: first byte of the packet in it
 * @len: bytes of the packet
 * @flags: RXMAP_DESC_CSUM_OK or 0
 *
 * Context: NAPI.
 */
void rxmap_rx_plain_slow(struct rxmap_queue *q, struct rxmap_rx_batch *b, struct rxmap_buf *buf,
			 u32 offset, u32 len, u32 flags)
{
	struct rxmap_rx_meta meta = {
		.offset = offset, .len = len, .flags = flags & RXMAP_DESC_CSUM_OK, .first = true,
	};

	if (unlikely(b->ring || buf->pool || q->rx_head)) {
		plain_elsewhere(q, b, buf, offset, len, flags);
		return;
	}
	sync_for_cpu(q, buf, &meta);
	receive_whole(q, b, buf, &meta);
}
