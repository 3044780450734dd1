// SPDX-License-Identifier: GPL-2.0
/*
 * tx.c - transmit: skb to descriptors, doorbell, completion
 *
 * 3.3 and 3.4; data sheet 7.2. A packet is a run of descriptors, made by tx_chain.c; the last one
 * asks for a write-back (RS), and DD in it means that the packet is out.
 *
 * Locking: the TX queue's lock owns struct intel_tx. xmit has it; tx_clean (NAPI) takes it when the
 * oldest packet was sent. When a completion interrupts is the backend's business.
 */
#include <linux/if_vlan.h>
#include <linux/skbuff.h>

#include "hw.h"

static struct netdev_queue *txq_of(const struct rxmap_queue *q)
{
	return netdev_get_tx_queue(q->adapter->netdev, q->index);
}

static u32 room(const struct intel_tx *tx)
{
	return tx->mask - (tx->use - tx->clean);
}

/* Was the packet sent that begins at descriptor @first? */
static bool sent(const struct intel_tx *tx, u32 first)
{
	u32 last = READ_ONCE(tx->slots[first & tx->mask].last) & tx->mask;

	return READ_ONCE(tx->ring[last].data.status) & cpu_to_le32(INTEL_TXD_STA_DD);
}

/**
 * rxmap_intel_tx_reap() - free what the device has sent; the stack may send again if there is room
 * @q: queue
 * @tx: its ring
 * @budget: NAPI budget, 0: not in NAPI
 *
 * Context: TX lock.
 */
void rxmap_intel_tx_reap(struct rxmap_queue *q, struct intel_tx *tx, int budget)
{
	unsigned int packets = 0, bytes = 0;

	while (tx->clean != tx->tail && sent(tx, tx->clean)) {
		const struct intel_tx_slot *slot = &tx->slots[tx->clean & tx->mask];
		u32 next = slot->last + 1;

		packets++;
		bytes += slot->skb->len;
		rxmap_intel_tx_release(tx, tx->clean, next);
		napi_consume_skb(slot->skb, budget);
		WRITE_ONCE(tx->clean, next);
	}
	if (!packets)
		return;
	u64_stats_update_begin(&q->stats.tx_sync);
	q->stats.tx_packets += packets;
	q->stats.tx_bytes += bytes;
	u64_stats_update_end(&q->stats.tx_sync);
	netdev_tx_completed_queue(txq_of(q), packets, bytes);
	/* stop and wake both happen under the TX lock: no barrier between them is needed */
	if (room(tx) >= INTEL_TX_MAX_DESCS && netif_tx_queue_stopped(txq_of(q)))
		netif_tx_wake_queue(txq_of(q));
}

/**
 * rxmap_intel_tx_clean() - ops->tx_clean
 * @q: queue
 * @tx: its ring
 * @budget: NAPI budget, 0: netpoll
 *
 * Context: NAPI. Return: true, all that was finished is freed.
 */
bool rxmap_intel_tx_clean(struct rxmap_queue *q, struct intel_tx *tx, int budget)
{
	struct netdev_queue *txq = txq_of(q);

	/* a race with xmit only makes this look late: the packet's interrupt is still to come */
	if (!intel_tx_outstanding(tx) || !sent(tx, READ_ONCE(tx->clean)))
		return true;
	if (budget) {
		__netif_tx_lock(txq, smp_processor_id());
	} else if (!__netif_tx_trylock(txq)) {
		/* netpoll may have come from inside of xmit */
		return false;
	}
	rxmap_intel_tx_reap(q, tx, budget);
	__netif_tx_unlock(txq);
	return true;
}

/* Show the device what was queued. */
static void kick(struct rxmap_queue *q, struct intel_tx *tx)
{
	if (tx->tail == tx->use)
		return;
	WRITE_ONCE(tx->tail, tx->use);
	intel_queue_write(q, INTEL_TDT(q->index), tx->tail & tx->mask);
	q->stats.tx_kicks++;
}

/* Without CTRL.VME the device inserts no tags (9.2.1). NULL: no memory, the skb is freed. */
static struct sk_buff *prepare(const struct intel_tx *tx, struct sk_buff *skb)
{
	if (unlikely(skb_vlan_tag_present(skb) && !READ_ONCE(tx->vme)))
		skb = __vlan_hwaccel_push_inside(skb);
	/* no more than it takes: QEMU's 82574L sums our padding into a TCP length */
	if (skb && unlikely(skb_put_padto(skb, tx->min_bytes)))
		return NULL;
	return skb;
}

/* Queue @skb, or free and count it. Returns its bytes, 0: it was dropped. TX lock. */
static unsigned int queue_skb(struct rxmap_queue *q, struct intel_tx *tx, struct sk_buff *skb)
{
	skb = prepare(tx, skb);
	if (likely(skb && !READ_ONCE(q->adapter->broken) && !rxmap_intel_tx_chain(tx, skb))) {
		skb_tx_timestamp(skb);
		return skb->len;
	}
	u64_stats_update_begin(&q->stats.tx_sync);
	q->stats.tx_dropped++;
	u64_stats_update_end(&q->stats.tx_sync);
	dev_kfree_skb_any(skb);
	return 0;
}

/**
 * rxmap_intel_xmit() - ops->xmit
 * @skb: packet
 * @q: queue
 * @tx: its ring
 *
 * Context: softirq, TX lock. Return: NETDEV_TX_OK; BUSY only on a ring that was full already.
 */
netdev_tx_t rxmap_intel_xmit(struct sk_buff *skb, struct rxmap_queue *q, struct intel_tx *tx)
{
	bool more = netdev_xmit_more(), doorbell = !more;
	struct netdev_queue *txq = txq_of(q);
	unsigned int bytes;

	if (room(tx) < tx->mask / 2)
		rxmap_intel_tx_reap(q, tx, 0);
	if (unlikely(room(tx) < INTEL_TX_MAX_DESCS)) {
		netif_tx_stop_queue(txq);
		q->stats.tx_busy++;
		kick(q, tx);
		rxmap_intel_tx_reap(q, tx, 0);
		return NETDEV_TX_BUSY;
	}

	bytes = queue_skb(q, tx, skb);
	if (likely(bytes))
		doorbell = __netdev_tx_sent_queue(txq, bytes, more);
	if (unlikely(room(tx) < INTEL_TX_MAX_DESCS)) {
		netif_tx_stop_queue(txq);
		doorbell = true;
	}
	if (doorbell)
		kick(q, tx);
	if (unlikely(netif_tx_queue_stopped(txq)))
		rxmap_intel_tx_reap(q, tx, 0);
	return NETDEV_TX_OK;
}
