// SPDX-License-Identifier: GPL-2.0
/*
 * rx_ring.c - a receive ring as a whole: filled at open, drained at stop, reset alone
 *
 * Process context under RTNL with the queue's NAPI disabled; packets are rx.c.
 */
#include "hw.h"

/**
 * rxmap_virtio_net_rx_fill() - give every descriptor a buffer and show them to the device
 * @q: queue, its ring empty
 *
 * Notifies nobody: the device is not running yet, or is told by the caller.
 *
 * Context: RTNL, NAPI disabled.
 */
void rxmap_virtio_net_rx_fill(struct rxmap_queue *q)
{
	struct vnet_rx *rx = &((struct vnet_pair *)q->hw)->rx;
	struct rxmap_rx_batch b = {};
	u16 id;

	for (id = 0; id <= rx->vq.mask; id++) {
		rx->vq.vring.desc[id].flags = cpu_to_vnet16(VRING_DESC_F_WRITE);
		/* a stack: id 0 is posted first */
		rx->idle[rx->vq.mask - id] = id;
	}
	rx->num_idle = rx->vq.vring.num;

	/* the sources of buffers expect what a poll cycle has */
	local_bh_disable();
	rcu_read_lock();
	rxmap_rx_batch_begin(q, &b);
	rxmap_virtio_net_rx_fill_idle(q, &b);
	rxmap_rx_batch_end(q, &b);
	rcu_read_unlock();
	local_bh_enable();
	vnet_vq_publish(&rx->vq);
}

/**
 * rxmap_virtio_net_rx_drain() - give all posted buffers back to their owners
 * @q: queue; the device does not use its ring any more
 *
 * Context: RTNL, NAPI disabled.
 */
void rxmap_virtio_net_rx_drain(struct rxmap_queue *q)
{
	struct vnet_rx *rx = &((struct vnet_pair *)q->hw)->rx;
	unsigned int id;

	if (!rx->bufs)
		return;
	for (id = 0; id < rx->vq.vring.num; id++)
		if (rx->bufs[id].va)
			rxmap_buf_put(q, &rx->bufs[id]);
	rx->num_idle = 0;
}

/**
 * rxmap_virtio_net_rx_reset() - ops->rx_reset: all posted buffers come home, the queue starts anew
 * @q: queue
 *
 * Context: RTNL, NAPI disabled; sleeps. Return: 0 or an errno; then the device is given up.
 */
int rxmap_virtio_net_rx_reset(struct rxmap_queue *q)
{
	struct vnet *vnet = q->adapter->priv;
	struct vnet_rx *rx = &((struct vnet_pair *)q->hw)->rx;
	int err = rxmap_virtio_net_vq_reset(vnet, &rx->vq);

	if (err) {
		rxmap_device_broken(q->adapter, "queue reset timed out");
		return err;
	}
	rxmap_poll_leftovers(q);
	rxmap_virtio_net_rx_drain(q);
	rxmap_virtio_net_vq_clear(&rx->vq);
	rxmap_virtio_net_rx_fill(q);
	err = rxmap_virtio_net_vq_start(vnet, &rx->vq, VNET_VECTOR_RX(q->index));
	if (err)
		rxmap_device_broken(q->adapter, "queue did not start again");
	else
		vnet_vq_notify(&rx->vq);
	return err;
}
