// SPDX-License-Identifier: GPL-2.0
/*
 * ring.c - memory of the two descriptor rings
 *
 * 3.2.6 and 3.4: a ring is contiguous and aligned to 16 bytes; the DMA API's pages are. What goes
 * through the rings is rx.c and tx.c. Process context, RTNL, may sleep.
 */
#include <linux/slab.h>

#include "hw.h"

static int rx_alloc(struct e1k *hw)
{
	struct rxmap_adapter *adapter = hw->adapter;
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

static int tx_alloc(struct e1k *hw)
{
	struct rxmap_adapter *adapter = hw->adapter;
	struct e1k_tx *tx = &hw->tx;
	u32 size = adapter->tx_ring_size;

	tx->mask = size - 1;
	tx->slots = kvcalloc(size, sizeof(*tx->slots), GFP_KERNEL);
	if (!tx->slots)
		return -ENOMEM;
	tx->ring = dma_alloc_coherent(adapter->dma_dev, size * sizeof(*tx->ring), &tx->dma,
				      GFP_KERNEL);
	return tx->ring ? 0 : -ENOMEM;
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
		err = tx_alloc(hw);
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
	struct device *dev = hw->adapter->dma_dev;
	struct e1k_rx *rx = &hw->rx;
	struct e1k_tx *tx = &hw->tx;

	if (rx->ring)
		dma_free_coherent(dev, (rx->mask + 1) * sizeof(*rx->ring), rx->ring, rx->dma);
	if (tx->ring)
		dma_free_coherent(dev, (tx->mask + 1) * sizeof(*tx->ring), tx->ring, tx->dma);
	kvfree(rx->bufs);
	kvfree(tx->slots);
	rx->ring = NULL;
	rx->bufs = NULL;
	tx->ring = NULL;
	tx->slots = NULL;
}
