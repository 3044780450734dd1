// SPDX-License-Identifier: GPL-2.0
/*
 * tx.c - transmit: skb to descriptors, doorbell, completion
 *
 * Data sheet, chapter 7.2 "Packet Transmission". A packet's descriptors are made by tx_chain.c;
 * the device reports in the last one (RS) that it was sent.
 *
 * Locking: the TX queue's lock owns struct e1000e_tx. xmit has it; tx_clean (NAPI) takes it when
 * the oldest packet was sent. Interrupts are throttled by the vector's EITR; the receive poll
 * and xmit itself clean on their way.
 */
#include <linux/skbuff.h>

#include "hw.h"

/* Shortest packet that TCTL.PSP pads */
#define TX_MIN_BYTES	17

static struct e1000e_tx *tx_of(struct rxmap_queue *q)
{
	return &((struct e1000e_pair *)q->hw)->tx;
}

/* One descriptor stays free: head = tail means empty. */
static u16 num_free(const struct e1000e_tx *tx)
{
	return (tx->clean - tx->next - 1) & tx->mask;
}

/* Was the packet that begins at descriptor @first sent? */
static bool sent(const struct e1000e_tx *tx, u16 first)
{
	u16 last = READ_ONCE(tx->slots[first].last) & tx->mask;

	return READ_ONCE(tx->ring[last].data.popts) & cpu_to_le32(E1000E_TXD_STA_DD);
}

/* Free what the device has sent. TX lock. */
static void reap(struct rxmap_queue *q, struct e1000e_tx *tx, struct netdev_queue *txq,
		 int budget)
{
	unsigned int packets = 0, bytes = 0;

	while (tx->clean != tx->tail && sent(tx, tx->clean)) {
		struct sk_buff *skb = tx->slots[tx->clean].skb;

		packets++;
		bytes += skb->len;
		rxmap_e1000e_tx_release(tx, tx->clean);
		napi_consume_skb(skb, budget);
	}
	if (!packets)
		return;
	u64_stats_update_begin(&q->stats.tx_sync);
	q->stats.tx_packets += packets;
	q->stats.tx_bytes += bytes;
	u64_stats_update_end(&q->stats.tx_sync);
	netdev_tx_completed_queue(txq, packets, bytes);
}

static void wake_if_room(struct e1000e_tx *tx, struct netdev_queue *txq)
{
	/* stop and wake both happen under the TX lock: no barrier between them is needed */
	if (num_free(tx) >= E1000E_TX_MAX_DESCS && netif_tx_queue_stopped(txq))
		netif_tx_wake_queue(txq);
}

/**
 * rxmap_e1000e_tx_clean() - ops->tx_clean
 * @q: queue
 * @budget: NAPI budget, 0: netpoll
 *
 * Context: NAPI. Return: true, all that was finished is freed.
 */
bool rxmap_e1000e_tx_clean(struct rxmap_queue *q, int budget)
{
	struct netdev_queue *txq = netdev_get_tx_queue(q->adapter->netdev, q->index);
	struct e1000e_tx *tx = tx_of(q);
	u16 clean = READ_ONCE(tx->clean);

	/* a race with xmit only makes this look late: the packet's interrupt is still to come */
	if (clean == READ_ONCE(tx->tail) || !sent(tx, clean))
		return true;
	if (budget) {
		__netif_tx_lock(txq, smp_processor_id());
	} else if (!__netif_tx_trylock(txq)) {
		/* netpoll may have come from inside of xmit */
		return false;
	}
	reap(q, tx, txq, budget);
	wake_if_room(tx, txq);
	__netif_tx_unlock(txq);
	return true;
}

/* Show the device what was queued. */
static void kick(struct rxmap_queue *q, struct e1000e_tx *tx)
{
	if (tx->tail == tx->next)
		return;
	WRITE_ONCE(tx->tail, tx->next);
	dma_wmb();	/* descriptors before the tail */
	e1000e_queue_write(q, E1000E_TDT(q->index), tx->tail);
	q->stats.tx_kicks++;
}

/* Queue @skb, or free and count it. TX lock. */
static bool queue_skb(struct rxmap_queue *q, struct e1000e_tx *tx, struct sk_buff *skb)
{
	if (unlikely(q->adapter->broken || rxmap_e1000e_tx_chain(tx, skb))) {
		q->stats.tx_dropped++;
		dev_kfree_skb_any(skb);
		return false;
	}
	skb_tx_timestamp(skb);
	return true;
}

/**
 * rxmap_e1000e_xmit() - ops->xmit
 * @skb: packet
 * @q: queue
 *
 * Context: softirq, TX lock. Return: NETDEV_TX_OK; BUSY only on a ring that was full already.
 */
netdev_tx_t rxmap_e1000e_xmit(struct sk_buff *skb, struct rxmap_queue *q)
{
	struct netdev_queue *txq = netdev_get_tx_queue(q->adapter->netdev, q->index);
	bool more = netdev_xmit_more(), doorbell = !more;
	struct e1000e_tx *tx = tx_of(q);

	if (num_free(tx) < tx->mask / 2)
		reap(q, tx, txq, 0);
	if (unlikely(num_free(tx) < E1000E_TX_MAX_DESCS)) {
		netif_tx_stop_queue(txq);
		q->stats.tx_busy++;
		kick(q, tx);
		return NETDEV_TX_BUSY;
	}
	if (unlikely(skb_put_padto(skb, TX_MIN_BYTES))) {
		q->stats.tx_dropped++;	/* it freed the skb */
		return NETDEV_TX_OK;
	}

	if (likely(queue_skb(q, tx, skb)))
		doorbell = __netdev_tx_sent_queue(txq, skb->len, more);
	if (unlikely(num_free(tx) < E1000E_TX_MAX_DESCS)) {
		netif_tx_stop_queue(txq);
		doorbell = true;
	}
	if (doorbell)
		kick(q, tx);
	if (unlikely(netif_tx_queue_stopped(txq))) {
		reap(q, tx, txq, 0);
		wake_if_room(tx, txq);
	}
	return NETDEV_TX_OK;
}

/**
 * rxmap_e1000e_tx_drain() - free what was not sent
 * @q: queue; the device is stopped and so is the TX queue
 *
 * Context: RTNL.
 */
void rxmap_e1000e_tx_drain(struct rxmap_queue *q)
{
	struct e1000e_tx *tx = tx_of(q);

	if (!tx->slots)
		return;
	while (tx->clean != tx->next) {
		struct sk_buff *skb = tx->slots[tx->clean].skb;

		rxmap_e1000e_tx_release(tx, tx->clean);
		dev_kfree_skb_any(skb);
	}
	netdev_tx_reset_queue(netdev_get_tx_queue(q->adapter->netdev, q->index));
}
