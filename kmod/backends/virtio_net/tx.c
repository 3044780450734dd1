// SPDX-License-Identifier: GPL-2.0
/*
 * tx.c - transmit: skb to descriptor chain, doorbell, completion
 *
 * 5.1.6.2 "Packet Transmission". A packet is one chain of descriptors, made by tx_chain.c.
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
		rxmap_virtio_net_tx_release(tx, id);
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
		vnet_queue_notify(q, vq);
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

	if (unlikely(q->adapter->broken || rxmap_virtio_net_tx_chain(tx, skb))) {
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
		rxmap_virtio_net_tx_release(tx, id);
		dev_kfree_skb_any(skb);
	}
	netdev_tx_reset_queue(netdev_get_tx_queue(q->adapter->netdev, q->index));
}
