// SPDX-License-Identifier: GPL-2.0
/*
 * rx_ring.c - a receive ring as a whole: filled at open, drained at stop, reset alone
 *
 * Process context under RTNL with the queue's NAPI disabled; packets are rx.c.
 */
#include <linux/delay.h>

#include "hw.h"

/**
 * rxmap_e1000e_rx_fill() - give every descriptor a buffer, from the one on that RDT names
 * @q: queue; the device does not use its ring
 *
 * The ring begins where the tail stands, so that a queue starts anew without a write of RDT.
 *
 * Context: RTNL, NAPI disabled.
 */
void rxmap_e1000e_rx_fill(struct rxmap_queue *q)
{
	struct e1000e_rx *rx = &((struct e1000e_pair *)q->hw)->rx;
	struct rxmap_rx_batch b = {};

	memset(rx->ring, 0, (rx->mask + 1) * sizeof(*rx->ring));
	rx->clean = rx->tail;
	rx->fill = rx->tail;
	rx->holes = rx->mask + 1;

	/* the sources of buffers expect what a poll cycle has */
	local_bh_disable();
	rcu_read_lock();
	rxmap_rx_batch_begin(q, &b);
	rxmap_e1000e_rx_fill_holes(q, &b);
	rxmap_rx_batch_end(q, &b);
	rcu_read_unlock();
	local_bh_enable();
}

/**
 * rxmap_e1000e_rx_show() - let the device have what rxmap_e1000e_rx_fill() prepared
 * @q: queue; the receiver is enabled
 *
 * Context: RTNL, NAPI disabled.
 */
void rxmap_e1000e_rx_show(struct rxmap_queue *q)
{
	struct e1000e_rx *rx = &((struct e1000e_pair *)q->hw)->rx;

	rx->tail = rx->fill;
	dma_wmb();	/* descriptors before the tail */
	intel_write(q->adapter->priv, INTEL_RDT(q->index), rx->tail);
}

/**
 * rxmap_e1000e_rx_drain() - give all buffers back to their owners
 * @q: queue; the device does not use its ring any more
 *
 * Context: RTNL, NAPI disabled.
 */
void rxmap_e1000e_rx_drain(struct rxmap_queue *q)
{
	struct e1000e_rx *rx = &((struct e1000e_pair *)q->hw)->rx;
	unsigned int i;

	if (!rx->bufs)
		return;
	for (i = 0; i <= rx->mask; i++)
		if (rx->bufs[i].va)
			rxmap_buf_put(q, &rx->bufs[i]);
}

/* The receiver stops. QEMU's model throws a waiting frame away when a tail is written while the
 * receiver is off, so no poll, of either queue, does that until resume().
 */
static void pause(struct e1000e *hw)
{
	WRITE_ONCE(hw->paused, true);
	synchronize_net();
	intel_write(&hw->nic, INTEL_RCTL, hw->nic.rctl & ~INTEL_RCTL_EN);
	intel_flush(&hw->nic);
	/* a frame that is being stored, and its write-back: at most 75 us at 1 Gb/s */
	usleep_range(200, 400);
}

/* The receiver starts again. Polls of the other queues make up for the tail that they owe. */
static void resume(struct e1000e *hw, const struct rxmap_queue *q)
{
	u16 i;

	intel_write(&hw->nic, INTEL_RCTL, hw->nic.rctl);
	WRITE_ONCE(hw->paused, false);
	for (i = 0; i < hw->nic.adapter->num_queues; i++)
		if (i != q->index)
			intel_write(&hw->nic, E1000E_ICS, E1000E_INT_RXQ(i));
}

/**
 * rxmap_e1000e_rx_reset() - ops->rx_reset: all posted buffers come home, the queue starts anew
 * @q: queue
 *
 * The device cannot stop one queue alone, so RCTL.EN stops the receiver for a moment. Finished
 * packets are taken before; those that come meanwhile wait in the device's FIFO. The other
 * queue's ring is not touched.
 *
 * Context: RTNL, NAPI disabled; sleeps. Return: 0, or -ENODEV: the device is gone.
 */
int rxmap_e1000e_rx_reset(struct rxmap_queue *q)
{
	const struct e1000e_rx *rx = &((struct e1000e_pair *)q->hw)->rx;
	struct e1000e *hw = q->adapter->priv;

	pause(hw);
	if (q->adapter->gone) {
		hw->paused = false;
		return -ENODEV;
	}
	rxmap_poll_leftovers(q);
	rxmap_e1000e_rx_drain(q);
	rxmap_e1000e_rx_fill(q);
	/* head = tail: the device has nothing yet */
	intel_write(&hw->nic, INTEL_RDH(q->index), rx->tail);
	resume(hw, q);
	rxmap_e1000e_rx_show(q);
	return 0;
}
