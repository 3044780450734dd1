// SPDX-License-Identifier: GPL-2.0
/*
 * ring.c - memory of the split virtqueues, and their life in the device
 *
 * Owns allocation, set-up (4.1.5.1.3 "Virtqueue Configuration") and reset (2.6.1 "Virtqueue
 * Reset") of each queue. What goes through them is rx.c, tx.c and ctrl.c. Process
 * context, RTNL, may sleep. Without ACCESS_PLATFORM the device takes guest-physical addresses
 * and the rings are ordinary pages; with it they come from the DMA API.
 */
#include <linux/iopoll.h>
#include <linux/slab.h>

#include "hw.h"

/* Alignment of the used ring; the specification asks for 4, a cache line keeps writers apart */
#define USED_ALIGN	SMP_CACHE_BYTES

static void *ring_mem_alloc(struct vnet *vnet, size_t bytes, dma_addr_t *dma)
{
	struct device *dev = vnet->adapter->dma_dev;
	void *mem;

	if (dev)
		return dma_alloc_coherent(dev, bytes, dma, GFP_KERNEL);
	mem = alloc_pages_exact(bytes, GFP_KERNEL | __GFP_ZERO);
	if (mem)
		*dma = virt_to_phys(mem);
	return mem;
}

static void ring_mem_free(struct vnet *vnet, size_t bytes, void *mem, dma_addr_t dma)
{
	struct device *dev = vnet->adapter->dma_dev;

	if (!mem)
		return;
	if (dev)
		dma_free_coherent(dev, bytes, mem, dma);
	else
		free_pages_exact(mem, bytes);
}

static int vq_alloc(struct vnet *vnet, struct vnet_vq *vq, u16 index, u16 size)
{
	resource_size_t unused;
	void *mem;

	size = min(size, vp_modern_get_queue_size(vnet->mdev, index));
	if (!is_power_of_2(size))
		return -EINVAL;

	vq->bytes = vring_size(size, USED_ALIGN);
	mem = ring_mem_alloc(vnet, vq->bytes, &vq->dma);
	if (!mem)
		return -ENOMEM;
	vring_init(&vq->vring, size, mem, USED_ALIGN);
	vq->mask = size - 1;
	vq->index = index;
	vq->event_idx = vnet_has(vnet, VIRTIO_RING_F_EVENT_IDX);
	vq->weak = !vnet_has(vnet, VIRTIO_F_ORDER_PLATFORM);
	vq->notify_unmap = !vnet->mdev->notify_base;
	vq->notify = vp_modern_map_vq_notify(vnet->mdev, index, &unused);
	return vq->notify ? 0 : -ENXIO;
}

static void vq_free(struct vnet *vnet, struct vnet_vq *vq)
{
	if (vq->notify && vq->notify_unmap)
		pci_iounmap(vnet->mdev->pci_dev, vq->notify);
	ring_mem_free(vnet, vq->bytes, vq->vring.desc, vq->dma);
	memset(vq, 0, sizeof(*vq));
}

static int rx_alloc(struct vnet *vnet, struct vnet_rx *rx, u16 pair)
{
	int err = vq_alloc(vnet, &rx->vq, 2 * pair, vnet->adapter->rx_ring_size);

	if (err)
		return err;
	rx->dma_dev = vnet->adapter->dma_dev;
	rx->mergeable = vnet_has(vnet, VIRTIO_NET_F_MRG_RXBUF);
	rx->bufs = kvcalloc(rx->vq.vring.num, sizeof(*rx->bufs), GFP_KERNEL);
	rx->idle = kvcalloc(rx->vq.vring.num, sizeof(*rx->idle), GFP_KERNEL);
	return rx->bufs && rx->idle ? 0 : -ENOMEM;
}

static void rx_free(struct vnet *vnet, struct vnet_rx *rx)
{
	kvfree(rx->bufs);
	kvfree(rx->idle);
	rx->bufs = NULL;
	rx->idle = NULL;
	vq_free(vnet, &rx->vq);
}

static int tx_alloc(struct vnet *vnet, struct vnet_tx *tx, u16 pair)
{
	int err = vq_alloc(vnet, &tx->vq, 2 * pair + 1, vnet->adapter->tx_ring_size);
	unsigned int size = tx->vq.vring.num;

	if (err)
		return err;
	/* a packet must always fit, and leave room to say "half full" */
	if (size < 2 * VNET_TX_MAX_DESCS)
		return -EINVAL;
	tx->dma_dev = vnet->adapter->dma_dev;
	tx->slots = kvcalloc(size, sizeof(*tx->slots), GFP_KERNEL);
	tx->hdrs = ring_mem_alloc(vnet, size * sizeof(*tx->hdrs), &tx->hdrs_dma);
	if (!tx->slots || !tx->hdrs)
		return -ENOMEM;
	if (!tx->dma_dev)
		return 0;
	tx->maps = kvcalloc(size, sizeof(*tx->maps), GFP_KERNEL);
	return tx->maps ? 0 : -ENOMEM;
}

static void tx_free(struct vnet *vnet, struct vnet_tx *tx)
{
	ring_mem_free(vnet, tx->vq.vring.num * sizeof(*tx->hdrs), tx->hdrs, tx->hdrs_dma);
	kvfree(tx->slots);
	kvfree(tx->maps);
	tx->hdrs = NULL;
	tx->slots = NULL;
	tx->maps = NULL;
	vq_free(vnet, &tx->vq);
}

static int ctrl_alloc(struct vnet *vnet)
{
	struct vnet_ctrl *ctrl = &vnet->ctrl;
	u16 index = 2 * vnet->device_pairs;
	int err;

	if (!vnet_has(vnet, VIRTIO_NET_F_CTRL_VQ))
		return 0;
	err = vq_alloc(vnet, &ctrl->vq, index, vp_modern_get_queue_size(vnet->mdev, index));
	if (err)
		return err;
	/* ctrl.c chains two descriptors */
	if (ctrl->vq.vring.num < 2)
		return -EINVAL;
	ctrl->buf = ring_mem_alloc(vnet, PAGE_SIZE, &ctrl->dma);
	return ctrl->buf ? 0 : -ENOMEM;
}

static void ctrl_free(struct vnet *vnet)
{
	struct vnet_ctrl *ctrl = &vnet->ctrl;

	ring_mem_free(vnet, PAGE_SIZE, ctrl->buf, ctrl->dma);
	ctrl->buf = NULL;
	vq_free(vnet, &ctrl->vq);
}

/**
 * rxmap_virtio_net_rings_alloc() - memory for the queues in use and the control queue
 * @vnet: device, negotiated
 *
 * Context: RTNL; may sleep. Return: 0 or an errno, then nothing stays allocated.
 */
int rxmap_virtio_net_rings_alloc(struct vnet *vnet)
{
	struct rxmap_adapter *adapter = vnet->adapter;
	int err = ctrl_alloc(vnet);
	u16 i;

	for (i = 0; !err && i < adapter->num_queues; i++) {
		struct vnet_pair *pair = adapter->queues[i].hw;

		err = rx_alloc(vnet, &pair->rx, i);
		if (!err)
			err = tx_alloc(vnet, &pair->tx, i);
	}
	if (err)
		rxmap_virtio_net_rings_free(vnet);
	return err;
}

/**
 * rxmap_virtio_net_rings_free() - free what rings_alloc() allocated
 * @vnet: device, reset
 *
 * Context: RTNL; may sleep.
 */
void rxmap_virtio_net_rings_free(struct vnet *vnet)
{
	struct rxmap_adapter *adapter = vnet->adapter;
	u16 i;

	for (i = 0; i < adapter->num_queues; i++) {
		struct vnet_pair *pair = adapter->queues[i].hw;

		rx_free(vnet, &pair->rx);
		tx_free(vnet, &pair->tx);
	}
	ctrl_free(vnet);
}

/**
 * rxmap_virtio_net_vq_start() - tell the device where a queue is, and enable it
 * @vnet: device
 * @vq: queue, empty or filled
 * @vector: MSI-X vector, or VIRTIO_MSI_NO_VECTOR
 *
 * Context: RTNL. Return: 0, or -EBUSY when the device has no such vector.
 */
int rxmap_virtio_net_vq_start(struct vnet *vnet, struct vnet_vq *vq, u16 vector)
{
	u64 avail = vq->dma + ((void *)vq->vring.avail - (void *)vq->vring.desc);
	u64 used = vq->dma + ((void *)vq->vring.used - (void *)vq->vring.desc);

	vp_modern_set_queue_size(vnet->mdev, vq->index, vq->vring.num);
	vp_modern_queue_address(vnet->mdev, vq->index, vq->dma, avail, used);
	/* 4.1.5.1.2.2: a vector that could not be allocated reads back as NO_VECTOR */
	if (vp_modern_queue_vector(vnet->mdev, vq->index, vector) != vector)
		return -EBUSY;
	vp_modern_set_queue_enable(vnet->mdev, vq->index, true);
	return 0;
}

/**
 * rxmap_virtio_net_rings_start() - start all queues; the device does not look at them before
 * DRIVER_OK
 * @vnet: device with rings
 *
 * Context: RTNL. Return: 0 or an errno; the caller resets the device then.
 */
int rxmap_virtio_net_rings_start(struct vnet *vnet)
{
	struct rxmap_adapter *adapter = vnet->adapter;
	int err = 0;
	u16 i;

	if (vnet->ctrl.buf)
		err = rxmap_virtio_net_vq_start(vnet, &vnet->ctrl.vq, VIRTIO_MSI_NO_VECTOR);
	for (i = 0; !err && i < adapter->num_queues; i++) {
		struct vnet_pair *pair = adapter->queues[i].hw;

		err = rxmap_virtio_net_vq_start(vnet, &pair->rx.vq, VNET_VECTOR_RX(i));
		if (!err)
			err = rxmap_virtio_net_vq_start(vnet, &pair->tx.vq, VNET_VECTOR_TX(i));
	}
	return err;
}

/**
 * rxmap_virtio_net_vq_clear() - back to the state of a new queue
 * @vq: queue that the device does not use
 *
 * Context: RTNL.
 */
void rxmap_virtio_net_vq_clear(struct vnet_vq *vq)
{
	memset(vq->vring.desc, 0, vq->bytes);
	vq->last_used = 0;
	vq->avail_idx = 0;
	vq->published = 0;
	vnet_vq_mask(vq);
}

/**
 * rxmap_virtio_net_vq_reset() - take one queue from the device (2.6.1)
 * @vnet: device with VIRTIO_F_RING_RESET
 * @vq: queue
 *
 * The library's own vp_modern_set_queue_reset() waits without an end.
 *
 * Context: RTNL; sleeps. Return: 0, or -ETIMEDOUT: the device may still use the buffers.
 */
int rxmap_virtio_net_vq_reset(struct vnet *vnet, struct vnet_vq *vq)
{
	struct virtio_pci_modern_common_cfg __iomem *cfg =
		(struct virtio_pci_modern_common_cfg __iomem *)vnet->mdev->common;
	u16 busy;

	vp_iowrite16(vq->index, &cfg->cfg.queue_select);
	vp_iowrite16(1, &cfg->queue_reset);
	return read_poll_timeout(vp_ioread16, busy, !busy, 100, VNET_TIMEOUT_MSECS * 1000, false,
				 &cfg->queue_reset);
}
