// SPDX-License-Identifier: GPL-2.0
/*
 * ring.c - memory of the two descriptor rings
 *
 * 3.2.6: a ring is contiguous and aligned to 16 bytes; the DMA API's pages are. What goes
 * through the rings is rx.c and tx.c. Process context, RTNL, may sleep.
 */
#include <linux/slab.h>

#include "hw.h"

/* 3.3.3: less than 48 bytes is not allowed */
#define TX_MIN_BYTES	ETH_ZLEN

static int rx_alloc(struct e1k *hw)
{
	struct rxmap_adapter *adapter = hw->nic.adapter;
	struct e1k_rx *rx = &hw->rx;
	u32 size = adapter->rx_ring_size;

	rx->mask = size - 1;
	rx->bufs = kvcalloc(size, sizeof(*rx->bufs), GFP_KERNEL);
	if (!rx->bufs)
		return -ENOMEM;
	rx->ring = dma_alloc_coherent(adapter->dma_dev, size * sizeof(*rx->ring), &rx->dma,
				      GFP_KERNEL);
	return rx->ring ? 0 : -ENOMEM;
}

/**
 * rxmap_e1000_rings_alloc() - memory for both rings, as large as the adapter says
 * @hw: device, stopped
 *
 * Context: RTNL; may sleep. Return: 0 or -ENOMEM, then nothing stays allocated.
 */
int rxmap_e1000_rings_alloc(struct e1k *hw)
{
	int err = rx_alloc(hw);

	if (!err)
		err = rxmap_intel_tx_alloc(&hw->tx, hw->nic.adapter, TX_MIN_BYTES);
	if (err)
		rxmap_e1000_rings_free(hw);
	return err;
}

/**
 * rxmap_e1000_rings_free() - give the memory back, also after a half rings_alloc()
 * @hw: device, stopped, its rings drained
 *
 * Context: RTNL; may sleep.
 */
void rxmap_e1000_rings_free(struct e1k *hw)
{
	struct e1k_rx *rx = &hw->rx;

	if (rx->ring)
		dma_free_coherent(hw->nic.adapter->dma_dev, (rx->mask + 1) * sizeof(*rx->ring),
				  rx->ring, rx->dma);
	kvfree(rx->bufs);
	rx->ring = NULL;
	rx->bufs = NULL;
	rxmap_intel_tx_free(&hw->tx);
}
