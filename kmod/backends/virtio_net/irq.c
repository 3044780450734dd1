// SPDX-License-Identifier: GPL-2.0
/*
 * irq.c - MSI-X vectors, and which events the device may announce through them
 *
 * One vector for the configuration, one for each receiveq and each transmitq, named after the
 * interface at open. Masking is done in the ring (2.7.7, used_event or avail->flags),
 * never by MMIO. The handlers only count, mask and schedule the NAPI.
 */
#include <linux/interrupt.h>

#include "hw.h"

/* 4.1.5.3 "Driver Handling Interrupts": the configuration changed (link, announce, trouble) */
static irqreturn_t config_handler(int irq, void *data)
{
	struct vnet *vnet = data;

	rxmap_link_changed(vnet->adapter);
	if (vnet_has(vnet, VIRTIO_NET_F_GUEST_ANNOUNCE))
		schedule_work(&vnet->announce_work);
	return IRQ_HANDLED;
}

static int pair_request(struct vnet *vnet, u16 i)
{
	struct pci_dev *pdev = vnet->mdev->pci_dev;

	return rxmap_irq_pair_request(&vnet->adapter->queues[i],
				      pci_irq_vector(pdev, VNET_VECTOR_RX(i)),
				      pci_irq_vector(pdev, VNET_VECTOR_TX(i)));
}

static void pair_free(struct vnet *vnet, u16 i)
{
	struct pci_dev *pdev = vnet->mdev->pci_dev;

	rxmap_irq_pair_free(&vnet->adapter->queues[i], pci_irq_vector(pdev, VNET_VECTOR_RX(i)),
			    pci_irq_vector(pdev, VNET_VECTOR_TX(i)));
}

/**
 * rxmap_virtio_net_irq_request() - request the vectors of the queues in use, and bind config
 * @vnet: device with rings, DRIVER_OK not set
 *
 * Context: RTNL; may sleep. Return: 0 or an errno, then none stays requested.
 */
int rxmap_virtio_net_irq_request(struct vnet *vnet)
{
	struct pci_dev *pdev = vnet->mdev->pci_dev;
	int config = pci_irq_vector(pdev, VNET_VECTOR_CONFIG);
	int err;
	u16 i;

	snprintf(vnet->config_irq_name, sizeof(vnet->config_irq_name), "%s-config",
		 vnet->adapter->netdev->name);
	err = request_irq(config, config_handler, 0, vnet->config_irq_name, vnet);
	if (err)
		return err;
	for (i = 0; i < vnet->adapter->num_queues; i++) {
		err = pair_request(vnet, i);
		if (err)
			goto err_pairs;
	}
	if (vp_modern_config_vector(vnet->mdev, VNET_VECTOR_CONFIG) == VNET_VECTOR_CONFIG)
		return 0;
	err = -EBUSY;

err_pairs:
	while (i--)
		pair_free(vnet, i);
	free_irq(config, vnet);
	return err;
}

/**
 * rxmap_virtio_net_irq_free() - free the vectors; no handler runs afterwards
 * @vnet: device, reset
 *
 * Context: RTNL; may sleep.
 */
void rxmap_virtio_net_irq_free(struct vnet *vnet)
{
	u16 i;

	for (i = 0; i < vnet->adapter->num_queues; i++)
		pair_free(vnet, i);
	free_irq(pci_irq_vector(vnet->mdev->pci_dev, VNET_VECTOR_CONFIG), vnet);
}

static struct vnet_pair *pair_of(struct rxmap_queue *q)
{
	return q->hw;
}

/**
 * rxmap_virtio_net_irq_mask() - ops->irq_mask
 * @q: queue
 *
 * The transmit side needs none: an event that was passed announces nothing more.
 *
 * Context: interrupt, NAPI.
 */
void rxmap_virtio_net_irq_mask(struct rxmap_queue *q)
{
	vnet_vq_mask(&pair_of(q)->rx.vq);
}

/**
 * rxmap_virtio_net_irq_arm() - ops->irq_arm: an interrupt when @after more packets came
 * @q: queue
 * @after: at least 1
 *
 * At most 3/4 of what is posted: the device must never wait for buffers while we wait for it.
 * The look at the used index that closes the race is irq_unmask()'s, on purpose as late as
 * possible.
 *
 * Context: NAPI.
 */
void rxmap_virtio_net_irq_arm(struct rxmap_queue *q, u16 after)
{
	struct vnet_vq *vq = &pair_of(q)->rx.vq;

	u16 posted = vq->avail_idx - vq->last_used;

	after = clamp_t(u16, after, 1, max(posted / 4 * 3, 1));
	vnet_vq_arm(vq, vq->last_used + after - 1);
}

/**
 * rxmap_virtio_net_irq_unmask() - ops->irq_unmask: did the device pass the event already?
 * @q: queue
 *
 * Context: after napi_complete_done(); reads only. Return: true, poll again.
 */
bool rxmap_virtio_net_irq_unmask(struct rxmap_queue *q)
{
	struct vnet_pair *pair = pair_of(q);
	u16 sent;

	if (unlikely(q->adapter->broken))
		return false;
	/* used_event (irq_arm) before the used index; pairs with the device's barrier between
	 * storing used->idx and loading used_event (2.7.8)
	 */
	virtio_mb(pair->rx.vq.weak);
	if (vnet_vq_passed(&pair->rx.vq, vnet_vq_used_peek(&pair->rx.vq)))
		return true;
	sent = vnet_vq_used_peek(&pair->tx.vq);
	return sent != READ_ONCE(pair->tx.vq.last_used) && vnet_vq_passed(&pair->tx.vq, sent);
}

/**
 * rxmap_virtio_net_rx_pending() - ops->rx_pending
 * @q: queue
 *
 * Context: any, while running. Return: a completion waits.
 */
bool rxmap_virtio_net_rx_pending(struct rxmap_queue *q)
{
	struct vnet_vq *vq = &pair_of(q)->rx.vq;

	return vnet_vq_used_peek(vq) != READ_ONCE(vq->last_used);
}
