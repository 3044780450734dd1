// SPDX-License-Identifier: GPL-2.0
/*
 * rx_ring.c - the receive ring as a whole: filled, started, drained
 *
 * Process context under RTNL with the queue's NAPI disabled; packets are rx.c.
 */
#include "hw.h"

/**
 * rxmap_e1000_rx_fill() - an empty ring gets a buffer for every descriptor
 * @q: queue, its ring drained; the device does not use it
 *
 * Context: RTNL, NAPI disabled.
 */
void rxmap_e1000_rx_fill(struct rxmap_queue *q)
{
	struct e1k *hw = q->hw;
	struct e1k_rx *rx = &hw->rx;
	struct rxmap_rx_batch b = {};

	memset(rx->ring, 0, (rx->mask + 1) * sizeof(*rx->ring));
	rx->fill = 0;
	rx->next = rx->mask + 1;
	rx->csum_ok = q->adapter->netdev->features & NETIF_F_RXCSUM ? RXMAP_DESC_CSUM_OK : 0;

	/* the sources of buffers expect what a poll cycle has */
	local_bh_disable();
	rcu_read_lock();
	rxmap_rx_batch_begin(q, &b);
	rxmap_e1000_rx_fill_idle(q, &b);
	rxmap_rx_batch_end(q, &b);
	rcu_read_unlock();
	local_bh_enable();
	rx->tail = e1k_rx_tail(rx);
	q->rx_idle = rx->next - rx->fill;
}

/**
 * rxmap_e1000_rx_start() - tell the device where its ring is, and what is in it
 * @hw: device that does not receive
 *
 * Context: RTNL.
 */
void rxmap_e1000_rx_start(struct e1k *hw)
{
	const struct e1k_rx *rx = &hw->rx;

	rxmap_intel_rx_start(&hw->nic, 0, rx->dma, (rx->mask + 1) * sizeof(*rx->ring),
			     rx->tail & rx->mask);
}

/**
 * rxmap_e1000_rx_drain() - give all buffers back to their owners
 * @q: queue; the device does not use its ring any more
 *
 * Context: RTNL, NAPI disabled.
 */
void rxmap_e1000_rx_drain(struct rxmap_queue *q)
{
	struct e1k_rx *rx = &((struct e1k *)q->hw)->rx;
	u32 i;

	for (i = 0; i <= rx->mask; i++)
		if (rx->bufs[i].va)
			rxmap_buf_put(q, &rx->bufs[i]);
}
