// SPDX-License-Identifier: GPL-2.0
/*
 * tx.c - transmit: which ring is whose. How packets are sent is intel/tx.c
 *
 * The vector's EITR spaces the interrupts of completions, and the end of each poll unmasks them.
 */
#include "hw.h"

static struct intel_tx *tx_of(struct rxmap_queue *q)
{
	return &((struct e1000e_pair *)q->hw)->tx;
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
	return rxmap_intel_xmit(skb, q, tx_of(q));
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
	return rxmap_intel_tx_clean(q, tx_of(q), budget);
}
