// SPDX-License-Identifier: GPL-2.0
/*
 * ring.c - memory of the descriptor rings, and their life in the device
 *
 * Owns allocation and the registers that say where a ring is (10.2.5 and 10.2.6: base, length,
 * head, tail, thresholds). What goes through the rings is rx.c and tx.c. Process context, RTNL.
 */
#include <linux/slab.h>

#include "hw.h"

/* Receive descriptors are fetched early, transmit descriptors as late as one, as they come singly;
 * either is written back at once, because software waits for it.
 */
#define RXDCTL	(FIELD_PREP(E1000E_DCTL_PTHRESH, 32) | FIELD_PREP(E1000E_DCTL_HTHRESH, 4) | \
		 FIELD_PREP(E1000E_DCTL_WTHRESH, 1) | E1000E_DCTL_GRAN)
#define TXDCTL	(FIELD_PREP(E1000E_DCTL_PTHRESH, 31) | FIELD_PREP(E1000E_DCTL_HTHRESH, 1) | \
		 FIELD_PREP(E1000E_DCTL_WTHRESH, 1) | E1000E_DCTL_GRAN | E1000E_TXDCTL_ONE)

static size_t rx_bytes(const struct rxmap_adapter *adapter)
{
	return adapter->rx_ring_size * sizeof(union e1000e_rx_desc);
}

static int rx_alloc(struct rxmap_adapter *adapter, struct e1000e_rx *rx)
{
	rx->dma_dev = adapter->dma_dev;
	rx->mask = adapter->rx_ring_size - 1;
	rx->tail = 0;
	rx->ring = dma_alloc_coherent(rx->dma_dev, rx_bytes(adapter), &rx->dma, GFP_KERNEL);
	rx->bufs = kvcalloc(adapter->rx_ring_size, sizeof(*rx->bufs), GFP_KERNEL);
	return rx->ring && rx->bufs ? 0 : -ENOMEM;
}

static void rx_free(struct rxmap_adapter *adapter, struct e1000e_rx *rx)
{
	if (rx->ring)
		dma_free_coherent(rx->dma_dev, rx_bytes(adapter), rx->ring, rx->dma);
	kvfree(rx->bufs);
	rx->ring = NULL;
	rx->bufs = NULL;
}

/**
 * rxmap_e1000e_rings_alloc() - memory for the queues in use
 * @hw: device
 *
 * Context: RTNL; may sleep. Return: 0 or an errno, then nothing stays allocated.
 */
int rxmap_e1000e_rings_alloc(struct e1000e *hw)
{
	struct rxmap_adapter *adapter = hw->nic.adapter;
	int err = 0;
	u16 i;

	for (i = 0; !err && i < adapter->num_queues; i++) {
		struct e1000e_pair *pair = adapter->queues[i].hw;

		err = rx_alloc(adapter, &pair->rx);
		if (!err)
			err = rxmap_intel_tx_alloc(&pair->tx, adapter,
						   E1000E_TCTL_PSP_MIN_BYTES);
	}
	if (err)
		rxmap_e1000e_rings_free(hw);
	return err;
}

/**
 * rxmap_e1000e_rings_free() - free what rings_alloc() allocated
 * @hw: device, reset
 *
 * Context: RTNL; may sleep.
 */
void rxmap_e1000e_rings_free(struct e1000e *hw)
{
	struct rxmap_adapter *adapter = hw->nic.adapter;
	u16 i;

	for (i = 0; i < adapter->num_queues; i++) {
		struct e1000e_pair *pair = adapter->queues[i].hw;

		rx_free(adapter, &pair->rx);
		rxmap_intel_tx_free(&pair->tx);
	}
}

/* Where the rings of a queue are; the device gets nothing yet. */
static void program(struct e1000e *hw, u16 queue)
{
	struct e1000e_pair *pair = hw->nic.adapter->queues[queue].hw;

	rxmap_intel_rx_start(&hw->nic, queue, pair->rx.dma, rx_bytes(hw->nic.adapter), 0);
	intel_write(&hw->nic, E1000E_RXDCTL(queue), RXDCTL);
	pair->tx.vme = true;	/* always: set_features() cannot take it away */
	rxmap_intel_tx_start(&hw->nic, queue, &pair->tx);
	intel_write(&hw->nic, E1000E_TXDCTL(queue), TXDCTL);
	/* the same share of the wire for both queues */
	intel_write(&hw->nic, E1000E_TARC(queue), E1000E_TARC_ENABLE |
		    FIELD_PREP(E1000E_TARC_COUNT, E1000E_TARC_COUNT_DEFAULT));
}

/**
 * rxmap_e1000e_rings_start() - tell the device where its rings are, and that there are no others
 * @hw: device with rings, receiver and transmitter disabled
 *
 * Context: RTNL.
 */
void rxmap_e1000e_rings_start(struct e1000e *hw)
{
	u16 i;

	for (i = 0; i < hw->nic.adapter->num_queues; i++)
		program(hw, i);
	for (; i < E1000E_QUEUES; i++) {
		intel_write(&hw->nic, INTEL_RDLEN(i), 0);
		intel_write(&hw->nic, INTEL_TDLEN(i), 0);
	}
}
