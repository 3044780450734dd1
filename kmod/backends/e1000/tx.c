// SPDX-License-Identifier: GPL-2.0
/*
 * tx.c - transmit: when a completion interrupts. How packets are sent is intel/tx.c
 *
 * After a doorbell xmit looks once whether all was sent already, as on QEMU's device; only what is
 * still on its way gets an interrupt (irq.c). Locking: the TX queue's lock owns the ring.
 */
#include <linux/skbuff.h>

#include "hw.h"

/* Make sure that the completion of what was shown to the device will be noticed. TX lock. */
static void expect_completion(struct rxmap_queue *q, struct intel_tx *tx)
{
	rxmap_intel_tx_reap(q, tx, 0);
	if (!intel_tx_outstanding(tx))
		return;
	/* tx->tail before IMS: a poll that masks TXDW after this sees it in irq_unmask() */
	smp_mb();
	intel_queue_write(q, INTEL_IMS, INTEL_INT_TXDW);
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
	struct intel_tx *tx = &((struct e1k *)q->hw)->tx;
	netdev_tx_t ret = rxmap_intel_xmit(skb, q, tx);

	/* else: more follows, and the doorbell with it */
	if (tx->tail == tx->use)
		expect_completion(q, tx);
	return ret;
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
	return rxmap_intel_tx_clean(q, &((struct e1k *)q->hw)->tx, budget);
}
