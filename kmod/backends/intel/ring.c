// SPDX-License-Identifier: GPL-2.0
/*
 * ring.c - a transmit ring as a whole: memory, start, drain; and the registers that say where a
 * ring is
 *
 * 3.2.6 and 3.4: a ring is contiguous and aligned to 16 bytes; the DMA API's pages are. Packets
 * are tx.c. Process context, RTNL.
 */
#include <linux/slab.h>

#include "hw.h"

/**
 * rxmap_intel_tx_alloc() - memory of a transmit ring, as large as the adapter says
 * @tx: ring
 * @adapter: its owner
 * @min_bytes: shortest packet that the device pads
 *
 * Context: RTNL; may sleep. Return: 0 or an errno, then rxmap_intel_tx_free() is due.
 */
int rxmap_intel_tx_alloc(struct intel_tx *tx, struct rxmap_adapter *adapter, u32 min_bytes)
{
	u32 size = adapter->tx_ring_size;

	/* a packet must always fit */
	if (size <= INTEL_TX_MAX_DESCS)
		return -EINVAL;
	tx->dma_dev = adapter->dma_dev;
	tx->min_bytes = min_bytes;
	tx->mask = size - 1;
	tx->use = 0;
	tx->clean = 0;
	tx->tail = 0;
	tx->slots = kvcalloc(size, sizeof(*tx->slots), GFP_KERNEL);
	if (!tx->slots)
		return -ENOMEM;
	tx->ring = dma_alloc_coherent(tx->dma_dev, size * sizeof(*tx->ring), &tx->dma, GFP_KERNEL);
	return tx->ring ? 0 : -ENOMEM;
}

/**
 * rxmap_intel_tx_free() - give the memory back, also after half an allocation, or none
 * @tx: ring, drained; the device does not use it
 *
 * Context: RTNL; may sleep.
 */
void rxmap_intel_tx_free(struct intel_tx *tx)
{
	if (tx->ring)
		dma_free_coherent(tx->dma_dev, (tx->mask + 1) * sizeof(*tx->ring), tx->ring,
				  tx->dma);
	kvfree(tx->slots);
	tx->ring = NULL;
	tx->slots = NULL;
}

/**
 * rxmap_intel_tx_start() - 14.5 "Transmit Initialization": where an empty ring is
 * @nic: device that does not transmit
 * @queue: queue
 * @tx: its ring
 *
 * Context: RTNL.
 */
void rxmap_intel_tx_start(struct intel_nic *nic, u16 queue, const struct intel_tx *tx)
{
	intel_write(nic, INTEL_TDBAL(queue), lower_32_bits(tx->dma));
	intel_write(nic, INTEL_TDBAH(queue), upper_32_bits(tx->dma));
	intel_write(nic, INTEL_TDLEN(queue), (tx->mask + 1) * sizeof(*tx->ring));
	intel_write(nic, INTEL_TDH(queue), 0);
	intel_write(nic, INTEL_TDT(queue), 0);
}

/**
 * rxmap_intel_tx_drain() - free what was not sent
 * @q: queue; the device is stopped and so is the TX queue
 * @tx: its ring; not allocated: nothing to do
 *
 * Context: RTNL.
 */
void rxmap_intel_tx_drain(struct rxmap_queue *q, struct intel_tx *tx)
{
	if (!tx->slots)
		return;
	while (tx->clean != tx->use) {
		struct intel_tx_slot *slot = &tx->slots[tx->clean & tx->mask];
		u32 next = slot->last + 1;

		dev_kfree_skb_any(slot->skb);
		rxmap_intel_tx_release(tx, tx->clean, next);
		tx->clean = next;
	}
	netdev_tx_reset_queue(netdev_get_tx_queue(q->adapter->netdev, q->index));
}

/**
 * rxmap_intel_rx_start() - 14.4 "Receive Initialization": where a receive ring is
 * @nic: device that does not receive
 * @queue: queue
 * @dma: descriptors
 * @bytes: of them
 * @tail: the device has the descriptors from 0 up to this one
 *
 * Context: RTNL.
 */
void rxmap_intel_rx_start(struct intel_nic *nic, u16 queue, dma_addr_t dma, u32 bytes, u32 tail)
{
	intel_write(nic, INTEL_RDBAL(queue), lower_32_bits(dma));
	intel_write(nic, INTEL_RDBAH(queue), upper_32_bits(dma));
	intel_write(nic, INTEL_RDLEN(queue), bytes);
	intel_write(nic, INTEL_RDH(queue), 0);
	intel_write(nic, INTEL_RDT(queue), tail);
}
