// SPDX-License-Identifier: GPL-2.0
/*
 * tx.c - transmit: skb to descriptor chain, doorbell, completion
 *
 * 5.1.6.2 "Packet Transmission". A packet is one chain: the virtio_net_hdr goes into the skb's
 * headroom where that is free, so that a linear skb takes one descriptor; else into a table of
 * our own.
 *
 * Locking: the TX queue's lock owns struct vnet_tx. xmit has it; tx_clean (NAPI) takes it when
 * the used index moved. Interrupts come late on purpose: an event at 3/4 of what is
 * outstanding, set when none is ahead; the receive poll cleans on its way.
 */
#include <linux/skbuff.h>

#include "hw.h"

static u16 outstanding(const struct vnet_vq *vq)
{
	return vq->avail_idx - vq->last_used;
}

/* The packet's header (5.1.6). Returns where it is, NULL: an offload we did not offer. */
static struct virtio_net_hdr_v1 *header(struct vnet_tx *tx, struct sk_buff *skb, bool *inband)
{
	struct virtio_net_hdr_v1 *hdr;

	*inband = skb_headroom(skb) >= VNET_HDR_LEN && !skb_header_cloned(skb) &&
		  IS_ALIGNED((unsigned long)skb->data, __alignof__(*hdr));
	if (*inband)
		hdr = (struct virtio_net_hdr_v1 *)(skb->data - VNET_HDR_LEN);
	else
		hdr = &tx->hdrs[tx->free];
	/* hdr_len, gso_size, csum fields are at the same places in both layouts */
	BUILD_BUG_ON(offsetof(struct virtio_net_hdr_v1, num_buffers) !=
		     sizeof(struct virtio_net_hdr));
	if (virtio_net_hdr_from_skb(skb, (struct virtio_net_hdr *)hdr, true, false, 0))
		return NULL;
	hdr->num_buffers = 0;
	return hdr;
}

/* Describe one piece of memory in the next free descriptor. With the DMA API @dma is mapped. */
static void put_desc(struct vnet_tx *tx, u16 *id, dma_addr_t dma, u32 len, bool first)
{
	struct vring_desc *desc;

	if (!first) {
		/* chain the descriptor before to this one (2.7.5) */
		desc = &tx->vq.vring.desc[*id];
		*id = tx->slots[*id].next;
		desc->next = cpu_to_vnet16(*id);
		desc->flags = cpu_to_vnet16(VRING_DESC_F_NEXT);
	}
	desc = &tx->vq.vring.desc[*id];
	desc->addr = cpu_to_vnet64(dma);
	desc->len = cpu_to_vnet32(len);
	desc->flags = 0;
}

static int map_linear(struct vnet_tx *tx, void *mem, u32 len, struct vnet_tx_map *map)
{
	map->addr = dma_map_single(tx->dma_dev, mem, len, DMA_TO_DEVICE);
	if (dma_mapping_error(tx->dma_dev, map->addr))
		return -ENOMEM;
	map->len = len;
	map->page = false;
	return 0;
}

static int map_frag(struct vnet_tx *tx, const skb_frag_t *frag, struct vnet_tx_map *map)
{
	u32 len = skb_frag_size(frag);

	map->addr = skb_frag_dma_map(tx->dma_dev, frag, 0, len, DMA_TO_DEVICE);
	if (dma_mapping_error(tx->dma_dev, map->addr))
		return -ENOMEM;
	map->len = len;
	map->page = true;
	return 0;
}

static void unmap(struct vnet_tx *tx, struct vnet_tx_map *map)
{
	if (!map->len)
		return;
	if (map->page)
		dma_unmap_page(tx->dma_dev, map->addr, map->len, DMA_TO_DEVICE);
	else
		dma_unmap_single(tx->dma_dev, map->addr, map->len, DMA_TO_DEVICE);
	map->len = 0;
}

/* Take descriptors off the free list: @descs of them, the last is @last. */
static void commit(struct vnet_tx *tx, u16 head, u16 last, u16 descs)
{
	tx->free = tx->slots[last].next;
	tx->num_free -= descs;
	tx->slots[head].descs = descs;
}

/* Put the chain of @head back on the free list; the skb stays the caller's. */
static void release(struct vnet_tx *tx, u16 head)
{
	u16 descs = tx->slots[head].descs, last = head;

	tx->num_free += descs;
	if (tx->maps)
		unmap(tx, &tx->maps[head]);
	while (--descs) {
		last = tx->slots[last].next;
		if (tx->maps)
			unmap(tx, &tx->maps[last]);
	}
	tx->slots[last].next = tx->free;
	tx->free = head;
}

/* Undo the mappings of a chain that did not get complete; it was not committed. */
static void unmap_partial(struct vnet_tx *tx, u16 head, u16 descs)
{
	while (descs--) {
		unmap(tx, &tx->maps[head]);
		head = tx->slots[head].next;
	}
}

/* Describe @skb from tx->free on. Returns its number of descriptors or an errno. */
static int fill_chain(struct vnet_tx *tx, struct sk_buff *skb)
{
	struct virtio_net_hdr_v1 *hdr;
	u16 head = tx->free, id = head;
	u32 len = skb_headlen(skb);
	void *data = skb->data;
	dma_addr_t addr;
	bool inband;
	int i, n = 0;

	hdr = header(tx, skb, &inband);
	if (!hdr)
		return -EPROTO;
	if (inband) {
		data = hdr;
		len += VNET_HDR_LEN;
	} else {
		put_desc(tx, &id, tx->hdrs_dma + head * sizeof(*hdr), VNET_HDR_LEN, true);
		n++;
	}

	addr = virt_to_phys(data);
	if (tx->maps) {
		u16 slot = n ? tx->slots[id].next : id;

		if (map_linear(tx, data, len, &tx->maps[slot]))
			return -ENOMEM;
		addr = tx->maps[slot].addr;
	}
	put_desc(tx, &id, addr, len, !n);
	n++;

	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++) {
		const skb_frag_t *frag = &skb_shinfo(skb)->frags[i];

		addr = page_to_phys(skb_frag_page(frag)) + skb_frag_off(frag);
		if (tx->maps) {
			u16 slot = tx->slots[id].next;

			if (map_frag(tx, frag, &tx->maps[slot])) {
				unmap_partial(tx, head, n);
				return -ENOMEM;
			}
			addr = tx->maps[slot].addr;
		}
		put_desc(tx, &id, addr, skb_frag_size(frag), false);
		n++;
	}
	commit(tx, head, id, n);
	return n;
}

/* Free what the device has sent up to its used index. TX lock. */
static void reap(struct rxmap_queue *q, struct vnet_tx *tx, struct netdev_queue *txq, int budget)
{
	unsigned int packets = 0, bytes = 0;
	struct vnet_vq *vq = &tx->vq;
	u16 used = vnet_vq_used(vq);

	if (unlikely((u16)(used - vq->last_used) > outstanding(vq))) {
		rxmap_device_broken(q->adapter, "more sent than was given");
		return;
	}
	while (vq->last_used != used) {
		struct vring_used_elem *elem = &vq->vring.used->ring[vq->last_used & vq->mask];
		u32 id = vnet32_to_cpu(READ_ONCE(elem->id));
		struct sk_buff *skb;

		if (unlikely(id > vq->mask || !tx->slots[id].skb)) {
			rxmap_device_broken(q->adapter, "sent a packet that was not given");
			break;
		}
		skb = tx->slots[id].skb;
		tx->slots[id].skb = NULL;
		packets++;
		bytes += tx->slots[id].bytes;
		release(tx, id);
		napi_consume_skb(skb, budget);
		vq->last_used++;
	}
	if (!packets)
		return;
	u64_stats_update_begin(&q->stats.tx_sync);
	q->stats.tx_packets += packets;
	q->stats.tx_bytes += bytes;
	u64_stats_update_end(&q->stats.tx_sync);
	netdev_tx_completed_queue(txq, packets, bytes);
}

/* Ask for an interrupt at 3/4 of what is outstanding. The caller has a full barrier between
 * this and its next look at the used index.
 */
static void arm_late(struct vnet_vq *vq)
{
	vnet_vq_arm(vq, vq->last_used + outstanding(vq) * 3 / 4);
}

/* Reap, and make sure that an interrupt is ahead while anything is outstanding. TX lock. */
static void reap_and_arm(struct rxmap_queue *q, struct vnet_tx *tx, struct netdev_queue *txq,
			 int budget)
{
	struct vnet_vq *vq = &tx->vq;

	do {
		reap(q, tx, txq, budget);
		if (!outstanding(vq) || !vnet_vq_passed(vq, vq->last_used))
			return;
		arm_late(vq);
		/* used_event before the used index: pairs with the device's barrier between
		 * storing used->idx and loading used_event (2.7.8)
		 */
		virtio_mb(vq->weak);
	} while (vnet_vq_passed(vq, vnet_vq_used(vq)) && !q->adapter->broken);
}

static void wake_if_room(struct vnet_tx *tx, struct netdev_queue *txq)
{
	/* stop and wake both happen under the TX lock: no barrier between them is needed */
	if (tx->num_free >= VNET_TX_MAX_DESCS && netif_tx_queue_stopped(txq))
		netif_tx_wake_queue(txq);
}

/**
 * rxmap_virtio_net_tx_clean() - ops->tx_clean
 * @q: queue
 * @budget: NAPI budget, 0: netpoll
 *
 * Context: NAPI. Return: true, all that was finished is freed.
 */
bool rxmap_virtio_net_tx_clean(struct rxmap_queue *q, int budget)
{
	struct vnet_tx *tx = &((struct vnet_pair *)q->hw)->tx;
	struct netdev_queue *txq = netdev_get_tx_queue(q->adapter->netdev, q->index);

	/* a race with xmit only makes this look late: irq_unmask looks again */
	if (vnet_vq_used_peek(&tx->vq) == READ_ONCE(tx->vq.last_used))
		return true;
	if (budget) {
		__netif_tx_lock(txq, smp_processor_id());
	} else if (!__netif_tx_trylock(txq)) {
		/* netpoll may have come from inside of xmit */
		return false;
	}
	reap_and_arm(q, tx, txq, budget);
	wake_if_room(tx, txq);
	__netif_tx_unlock(txq);
	return true;
}

/* Show the device what was queued; make sure that its completion will be noticed. */
static void kick(struct rxmap_queue *q, struct vnet_tx *tx, struct netdev_queue *txq)
{
	struct vnet_vq *vq = &tx->vq;

	if (vq->published == vq->avail_idx)
		return;
	if (vnet_vq_passed(vq, vq->last_used))
		arm_late(vq);
	if (vnet_vq_publish(vq)) {
		vnet_vq_notify(vq);
		q->stats.tx_kicks++;
	}
	/* vnet_vq_publish() has the full barrier that arm_late() wants */
	if (vnet_vq_passed(vq, vnet_vq_used(vq)))
		reap_and_arm(q, tx, txq, 0);
}

/* Queue @skb, or free and count it. TX lock. */
static void queue_skb(struct rxmap_queue *q, struct vnet_tx *tx, struct sk_buff *skb)
{
	struct vnet_vq *vq = &tx->vq;
	u16 head = tx->free;

	if (unlikely(q->adapter->broken || fill_chain(tx, skb) < 0)) {
		q->stats.tx_dropped++;
		dev_kfree_skb_any(skb);
		return;
	}
	skb_tx_timestamp(skb);
	tx->slots[head].skb = skb;
	tx->slots[head].bytes = skb->len;
	vq->vring.avail->ring[vq->avail_idx++ & vq->mask] = cpu_to_vnet16(head);
}

/**
 * rxmap_virtio_net_xmit() - ops->xmit
 * @skb: packet
 * @q: queue
 *
 * Context: softirq, TX lock. Return: NETDEV_TX_OK; BUSY only on a ring that was full already.
 */
netdev_tx_t rxmap_virtio_net_xmit(struct sk_buff *skb, struct rxmap_queue *q)
{
	struct vnet_tx *tx = &((struct vnet_pair *)q->hw)->tx;
	struct netdev_queue *txq = netdev_get_tx_queue(q->adapter->netdev, q->index);
	bool more = netdev_xmit_more(), doorbell = !more;
	unsigned int bytes = skb->len;
	u16 before = tx->vq.avail_idx;

	if (tx->num_free < tx->vq.vring.num / 2)
		reap(q, tx, txq, 0);
	if (unlikely(tx->num_free < VNET_TX_MAX_DESCS)) {
		netif_tx_stop_queue(txq);
		q->stats.tx_busy++;
		kick(q, tx, txq);
		return NETDEV_TX_BUSY;
	}

	queue_skb(q, tx, skb);
	if (likely(tx->vq.avail_idx != before))
		doorbell = __netdev_tx_sent_queue(txq, bytes, more);
	if (unlikely(tx->num_free < VNET_TX_MAX_DESCS)) {
		netif_tx_stop_queue(txq);
		doorbell = true;
	}
	if (doorbell) {
		kick(q, tx, txq);
		wake_if_room(tx, txq);
	}
	return NETDEV_TX_OK;
}

/**
 * rxmap_virtio_net_tx_init() - all descriptors free
 * @tx: transmit side with memory
 *
 * Context: RTNL, device stopped.
 */
void rxmap_virtio_net_tx_init(struct vnet_tx *tx)
{
	unsigned int i, size = tx->vq.vring.num;

	rxmap_virtio_net_vq_clear(&tx->vq);
	/* no event is ahead: the first kick arms */
	tx->vq.event = tx->vq.last_used - 1;
	for (i = 0; i < size; i++)
		tx->slots[i].next = (i + 1) & tx->vq.mask;
	tx->free = 0;
	tx->num_free = size;
}

/**
 * rxmap_virtio_net_tx_drain() - free what was not sent
 * @q: queue; the device is stopped and so is the TX queue
 *
 * Context: RTNL.
 */
void rxmap_virtio_net_tx_drain(struct rxmap_queue *q)
{
	struct vnet_tx *tx = &((struct vnet_pair *)q->hw)->tx;
	unsigned int id;

	if (!tx->slots)
		return;
	for (id = 0; id < tx->vq.vring.num; id++) {
		struct sk_buff *skb = tx->slots[id].skb;

		if (!skb)
			continue;
		tx->slots[id].skb = NULL;
		release(tx, id);
		dev_kfree_skb_any(skb);
	}
	netdev_tx_reset_queue(netdev_get_tx_queue(q->adapter->netdev, q->index));
}
