// SPDX-License-Identifier: GPL-2.0
/*
 * ring.c - memory of the descriptor rings, and their life in the device
 *
 * Owns allocation and the registers that say where a ring is (10.2.5 and 10.2.6: base, length,
 * head, tail, thresholds). What goes through the rings is rx.c and tx.c. Process context, RTNL.
 */
#include <linux/slab.h>

#include "hw.h"

static size_t rx_bytes(const struct rxmap_adapter *adapter)
{
	return adapter->rx_ring_size * sizeof(union e1000e_rx_desc);
}

static size_t tx_bytes(const struct rxmap_adapter *adapter)
{
	return adapter->tx_ring_size * sizeof(union e1000e_tx_desc);
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

static int tx_alloc(struct rxmap_adapter *adapter, struct e1000e_tx *tx)
{
	/* a packet must always fit */
	if (adapter->tx_ring_size <= E1000E_TX_MAX_DESCS)
		return -EINVAL;
	tx->dma_dev = adapter->dma_dev;
	tx->mask = adapter->tx_ring_size - 1;
	tx->next = 0;
	tx->clean = 0;
	tx->tail = 0;
	tx->ring = dma_alloc_coherent(tx->dma_dev, tx_bytes(adapter), &tx->dma, GFP_KERNEL);
	tx->slots = kvcalloc(adapter->tx_ring_size, sizeof(*tx->slots), GFP_KERNEL);
	return tx->ring && tx->slots ? 0 : -ENOMEM;
}

static void tx_free(struct rxmap_adapter *adapter, struct e1000e_tx *tx)
{
	if (tx->ring)
		dma_free_coherent(tx->dma_dev, tx_bytes(adapter), tx->ring, tx->dma);
	kvfree(tx->slots);
	tx->ring = NULL;
	tx->slots = NULL;
}

/**
 * rxmap_e1000e_rings_alloc() - memory for the queues in use
 * @nic: device
 *
 * Context: RTNL; may sleep. Return: 0 or an errno, then nothing stays allocated.
 */
int rxmap_e1000e_rings_alloc(struct e1000e *nic)
{
	struct rxmap_adapter *adapter = nic->adapter;
	int err = 0;
	u16 i;

	for (i = 0; !err && i < adapter->num_queues; i++) {
		struct e1000e_pair *pair = adapter->queues[i].hw;

		err = rx_alloc(adapter, &pair->rx);
		if (!err)
			err = tx_alloc(adapter, &pair->tx);
	}
	if (err)
		rxmap_e1000e_rings_free(nic);
	return err;
}

/**
 * rxmap_e1000e_rings_free() - free what rings_alloc() allocated
 * @nic: device, reset
 *
 * Context: RTNL; may sleep.
 */
void rxmap_e1000e_rings_free(struct e1000e *nic)
{
	struct rxmap_adapter *adapter = nic->adapter;
	u16 i;

	for (i = 0; i < adapter->num_queues; i++) {
		struct e1000e_pair *pair = adapter->queues[i].hw;

		rx_free(adapter, &pair->rx);
		tx_free(adapter, &pair->tx);
	}
}

/* Where a receive ring is; the device gets nothing yet. */
static void rx_ring_program(struct e1000e *nic, u16 queue)
{
	const struct e1000e_pair *pair = nic->adapter->queues[queue].hw;

	e1000e_write(nic, E1000E_RDBAL(queue), lower_32_bits(pair->rx.dma));
	e1000e_write(nic, E1000E_RDBAH(queue), upper_32_bits(pair->rx.dma));
	e1000e_write(nic, E1000E_RDLEN(queue), rx_bytes(nic->adapter));
	e1000e_write(nic, E1000E_RDH(queue), 0);
	e1000e_write(nic, E1000E_RDT(queue), 0);
	/* fetch early, write back each descriptor at once */
	e1000e_write(nic, E1000E_RXDCTL(queue),
		     E1000E_DCTL_PTHRESH(32) | E1000E_DCTL_HTHRESH(4) | E1000E_DCTL_WTHRESH(1) |
		     E1000E_DCTL_GRAN);
}

static void tx_ring_program(struct e1000e *nic, u16 queue)
{
	const struct e1000e_pair *pair = nic->adapter->queues[queue].hw;

	e1000e_write(nic, E1000E_TDBAL(queue), lower_32_bits(pair->tx.dma));
	e1000e_write(nic, E1000E_TDBAH(queue), upper_32_bits(pair->tx.dma));
	e1000e_write(nic, E1000E_TDLEN(queue), tx_bytes(nic->adapter));
	e1000e_write(nic, E1000E_TDH(queue), 0);
	e1000e_write(nic, E1000E_TDT(queue), 0);
	e1000e_write(nic, E1000E_TXDCTL(queue),
		     E1000E_DCTL_PTHRESH(31) | E1000E_DCTL_HTHRESH(1) | E1000E_DCTL_WTHRESH(1) |
		     E1000E_TXDCTL_ONE | E1000E_DCTL_GRAN);
	/* the same share of the wire for both queues */
	e1000e_write(nic, E1000E_TARC(queue), E1000E_TARC_COUNT(3) | E1000E_TARC_ENABLE);
}

/**
 * rxmap_e1000e_rings_start() - tell the device where its rings are, and that there are no others
 * @nic: device with rings, receiver and transmitter disabled
 *
 * Context: RTNL.
 */
void rxmap_e1000e_rings_start(struct e1000e *nic)
{
	u16 i;

	for (i = 0; i < nic->adapter->num_queues; i++) {
		rx_ring_program(nic, i);
		tx_ring_program(nic, i);
	}
	for (; i < E1000E_QUEUES; i++) {
		e1000e_write(nic, E1000E_RDLEN(i), 0);
		e1000e_write(nic, E1000E_TDLEN(i), 0);
	}
}
