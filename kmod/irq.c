// SPDX-License-Identifier: GPL-2.0
/*
 * irq.c - two interrupt vectors for a queue, one each direction, named after the interface
 *
 * For backends with MSI-X; which vectors these are is theirs to know. Process context, RTNL.
 */
#include <linux/interrupt.h>
#include <linux/netdevice.h>
#include <linux/pci.h>

#include "backend.h"
#include "compat.h"

static irqreturn_t rx_handler(int irq, void *data)
{
	rxmap_irq_rx(data);
	return IRQ_HANDLED;
}

static irqreturn_t tx_handler(int irq, void *data)
{
	rxmap_irq_tx(data);
	return IRQ_HANDLED;
}

/**
 * rxmap_irq_pair_request() - request the two vectors of a queue
 * @q: queue
 * @rx: Linux interrupt of its receive side
 * @tx: ... of its transmit side
 *
 * Context: RTNL; may sleep. Return: 0 or an errno, then none stays requested.
 */
int rxmap_irq_pair_request(struct rxmap_queue *q, int rx, int tx)
{
	struct net_device *netdev = q->adapter->netdev;
	const struct cpumask *cpu;
	int err;

	snprintf(q->rx_irq_name, sizeof(q->rx_irq_name), "%s-rx-%u", netdev->name, q->index);
	snprintf(q->tx_irq_name, sizeof(q->tx_irq_name), "%s-tx-%u", netdev->name, q->index);
	err = request_irq(rx, rx_handler, 0, q->rx_irq_name, q);
	if (err)
		return err;
	err = request_irq(tx, tx_handler, 0, q->tx_irq_name, q);
	if (err) {
		free_irq(rx, q);
		return err;
	}
	/* both directions share a NAPI, so they share a CPU */
	cpu = cpumask_of(cpumask_local_spread(q->index, dev_to_node(&q->adapter->pdev->dev)));
	irq_set_affinity_and_hint(rx, cpu);
	irq_set_affinity_and_hint(tx, cpu);
	if (q->adapter->num_queues > 1)
		netif_set_xps_queue(netdev, cpu, q->index);
	rxmap_napi_set_irq(&q->napi, rx);
	return 0;
}

/**
 * rxmap_irq_pair_free() - free them; no handler runs afterwards
 * @q: queue
 * @rx: as requested
 * @tx: the same
 *
 * Context: RTNL; may sleep.
 */
void rxmap_irq_pair_free(struct rxmap_queue *q, int rx, int tx)
{
	rxmap_napi_set_irq(&q->napi, RXMAP_NAPI_NO_IRQ);
	irq_update_affinity_hint(rx, NULL);
	irq_update_affinity_hint(tx, NULL);
	free_irq(tx, q);
	free_irq(rx, q);
}
