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
 * rxmap_e1000_rx_start() - 14.4 "Receive Initialization": the ring, then RCTL
 * @hw: device that does not receive; hw->rctl is what RCTL is to be
 *
 * Context: RTNL.
 */
void rxmap_e1000_rx_start(struct e1k *hw)
{
	struct e1k_rx *rx = &hw->rx;

	e1k_write(hw, E1K_RDBAL, lower_32_bits(rx->dma));
	e1k_write(hw, E1K_RDBAH, upper_32_bits(rx->dma));
	e1k_write(hw, E1K_RDLEN, (rx->mask + 1) * sizeof(*rx->ring));
	e1k_write(hw, E1K_RDH, 0);
	e1k_write(hw, E1K_RDT, rx->tail & rx->mask);
	e1k_write(hw, E1K_RCTL, hw->rctl);
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
