// SPDX-License-Identifier: GPL-2.0
/*
 * tx.c - transmit: skb to descriptors, doorbell, completion
 *
 * 3.3 and 3.4. A packet is a run of descriptors, made by tx_chain.c; the last one asks for a
 * write-back (RS), and DD in it means that the packet is out.
 *
 * Locking: the TX queue's lock owns struct e1k_tx. xmit has it; tx_clean (NAPI) takes it when
 * anything is outstanding. After a doorbell xmit looks once whether all was sent already, as on
 * QEMU's device; only what is still on its way gets an interrupt (irq.c).
 */
#include <linux/if_vlan.h>
#include <linux/skbuff.h>

#include "hw.h"

/* Free what the device has sent. TX lock. */
static void reap(struct rxmap_queue *q, struct e1k *hw, struct netdev_queue *txq, int budget)
{
	struct e1k_tx *tx = &hw->tx;
	unsigned int packets = 0, bytes = 0;

	while (tx->clean != tx->use) {
		struct e1k_tx_slot *slot = &tx->slots[tx->clean & tx->mask];
		u32 last = slot->last;
		struct sk_buff *skb = slot->skb;
		const __le32 *status = &tx->ring[last & tx->mask].data.status;

		if (!(READ_ONCE(*status) & cpu_to_le32(E1K_TXD_STA_DD)))
			break;
		packets++;
		bytes += slot->bytes;
		rxmap_e1000_tx_release(hw, tx->clean, last + 1);
		napi_consume_skb(skb, budget);
		WRITE_ONCE(tx->clean, last + 1);
	}
	if (!packets)
		return;
	u64_stats_update_begin(&q->stats.tx_sync);
	q->stats.tx_packets += packets;
	q->stats.tx_bytes += bytes;
	u64_stats_update_end(&q->stats.tx_sync);
	netdev_tx_completed_queue(txq, packets, bytes);
}

static void wake_if_room(const struct e1k_tx *tx, struct netdev_queue *txq)
{
	/* stop and wake both happen under the TX lock: no barrier between them is needed */
	if (e1k_tx_room(tx) >= E1K_TX_MAX_DESCS && netif_tx_queue_stopped(txq))
		netif_tx_wake_queue(txq);
}

/**
 * rxmap_e1000_tx_clean() - ops->tx_clean
 * @q: queue
 * @budget: NAPI budget, 0: netpoll
 *
 * Context: NAPI. Return: true, all that was finished is freed.
 */
bool rxmap_e1000_tx_clean(struct rxmap_queue *q, int budget)
{
	struct e1k *hw = q->hw;
	struct netdev_queue *txq = netdev_get_tx_queue(q->adapter->netdev, q->index);

	/* a race with xmit only makes this look late: irq_unmask looks again */
	if (!e1k_tx_outstanding(&hw->tx))
		return true;
	if (budget) {
		__netif_tx_lock(txq, smp_processor_id());
	} else if (!__netif_tx_trylock(txq)) {
		/* netpoll may have come from inside of xmit */
		return false;
	}
	reap(q, hw, txq, budget);
	wake_if_room(&hw->tx, txq);
	__netif_tx_unlock(txq);
	return true;
}

/* Show the device what was queued; make sure that its completion will be noticed. */
static void kick(struct rxmap_queue *q, struct e1k *hw, struct netdev_queue *txq)
{
	struct e1k_tx *tx = &hw->tx;

	if (tx->tail != tx->use) {
		tx->tail = tx->use;
		e1k_queue_write(q, E1K_TDT, tx->tail & tx->mask);
		q->stats.tx_kicks++;
	}
	reap(q, hw, txq, 0);
	if (!e1k_tx_outstanding(tx))
		return;
	/* tx->use, stored by tx_chain(), before IMS: a poll that masks TXDW after this sees it
	 * in irq_unmask()
	 */
	smp_mb();
	e1k_queue_write(q, E1K_IMS, E1K_INT_TXDW);
}

/* Without CTRL.VME the device inserts no tags (9.2.1). NULL: no memory, the skb is freed. */
static struct sk_buff *prepare(const struct e1k *hw, struct sk_buff *skb)
{
	if (unlikely(skb_vlan_tag_present(skb) && !(READ_ONCE(hw->ctrl) & E1K_CTRL_VME)))
		skb = __vlan_hwaccel_push_inside(skb);
	/* 3.3.3: less than 48 bytes is not allowed; padding is the device's business from there */
	if (skb && unlikely(skb_put_padto(skb, ETH_ZLEN)))
		return NULL;
	return skb;
}

static void count_dropped(struct rxmap_queue *q)
{
	u64_stats_update_begin(&q->stats.tx_sync);
	q->stats.tx_dropped++;
	u64_stats_update_end(&q->stats.tx_sync);
}

/* Queue @skb, or free and count it. Returns its bytes, 0: it was dropped. TX lock. */
static unsigned int queue_skb(struct rxmap_queue *q, struct e1k *hw, struct sk_buff *skb)
{
	struct e1k_tx *tx = &hw->tx;
	u32 first = tx->use;
	struct e1k_tx_slot *slot = &tx->slots[first & tx->mask];

	skb = prepare(hw, skb);
	if (unlikely(!skb)) {
		count_dropped(q);
		return 0;
	}
	if (unlikely(rxmap_e1000_tx_chain(hw, skb))) {
		count_dropped(q);
		dev_kfree_skb_any(skb);
		return 0;
	}
	skb_tx_timestamp(skb);
	slot->skb = skb;
	slot->bytes = skb->len;
	slot->last = tx->use - 1;
	return skb->len;
}

/**
 * rxmap_e1000_xmit() - ops->xmit
 * @skb: packet
 * @q: queue
 *
 * Context: softirq, TX lock. Return: NETDEV_TX_OK; BUSY only on a ring that was full already.
 */
netdev_tx_t rxmap_e1000_xmit(struct sk_buff *skb, struct rxmap_queue *q)
{
	struct e1k *hw = q->hw;
	struct netdev_queue *txq = netdev_get_tx_queue(q->adapter->netdev, q->index);
	bool more = netdev_xmit_more(), doorbell = !more;
	unsigned int bytes;

	if (e1k_tx_room(&hw->tx) < hw->tx.mask / 2)
		reap(q, hw, txq, 0);
	if (unlikely(e1k_tx_room(&hw->tx) < E1K_TX_MAX_DESCS)) {
		netif_tx_stop_queue(txq);
		q->stats.tx_busy++;
		kick(q, hw, txq);
		wake_if_room(&hw->tx, txq);
		return NETDEV_TX_BUSY;
	}

	bytes = queue_skb(q, hw, skb);
	if (likely(bytes))
		doorbell = __netdev_tx_sent_queue(txq, bytes, more);
	if (unlikely(e1k_tx_room(&hw->tx) < E1K_TX_MAX_DESCS)) {
		netif_tx_stop_queue(txq);
		doorbell = true;
	}
	if (doorbell) {
		kick(q, hw, txq);
		wake_if_room(&hw->tx, txq);
	}
	return NETDEV_TX_OK;
}

/**
 * rxmap_e1000_tx_start() - 14.5 "Transmit Initialization": an empty ring
 * @hw: device that does not transmit
 *
 * Context: RTNL.
 */
void rxmap_e1000_tx_start(struct e1k *hw)
{
	struct e1k_tx *tx = &hw->tx;

	tx->use = 0;
	tx->clean = 0;
	tx->tail = 0;
	e1k_write(hw, E1K_TDBAL, lower_32_bits(tx->dma));
	e1k_write(hw, E1K_TDBAH, upper_32_bits(tx->dma));
	e1k_write(hw, E1K_TDLEN, (tx->mask + 1) * sizeof(*tx->ring));
	e1k_write(hw, E1K_TDH, 0);
	e1k_write(hw, E1K_TDT, 0);
}

/**
 * rxmap_e1000_tx_drain() - free what was not sent
 * @q: queue; the device is stopped and so is the TX queue
 *
 * Context: RTNL.
 */
void rxmap_e1000_tx_drain(struct rxmap_queue *q)
{
	struct e1k *hw = q->hw;
	struct e1k_tx *tx = &hw->tx;

	while (tx->clean != tx->use) {
		struct e1k_tx_slot *slot = &tx->slots[tx->clean & tx->mask];
		u32 next = slot->last + 1;

		dev_kfree_skb_any(slot->skb);
		rxmap_e1000_tx_release(hw, tx->clean, next);
		tx->clean = next;
	}
	netdev_tx_reset_queue(netdev_get_tx_queue(q->adapter->netdev, q->index));
}
