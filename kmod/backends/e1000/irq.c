// SPDX-License-Identifier: GPL-2.0
/*
 * irq.c - the interrupt line, which may be shared with other devices
 *
 * The device has INTx only. ICR tells the cause and forgets it: one read an interrupt, and
 * every cause that was read is acted upon, even one that is masked (a neighbour on the line
 * made us look). A cause that nobody has read yet raises the line as soon as IMS allows it, so
 * there is no race between the last look at the ring and the unmasking.
 *
 * TXDW is unmasked only while a packet is on its way at the end of a poll or of xmit. QEMU's
 * device sends inside the write of TDT: there it never is.
 */
#include <linux/interrupt.h>

#include "compat.h"
#include "hw.h"

#define CAUSES	(INTEL_INT_RXT0 | INTEL_INT_TXDW | INTEL_INT_LSC)

static irqreturn_t handler(int irq, void *data)
{
	struct rxmap_adapter *adapter = data;
	struct rxmap_queue *q = &adapter->queues[0];
	u32 icr = intel_queue_read(q, INTEL_ICR);

	if (unlikely(READ_ONCE(adapter->gone)))
		return intel_irq_when_gone(adapter);
	if (!(icr & CAUSES))
		return IRQ_NONE;
	if (unlikely(icr & INTEL_INT_LSC))
		rxmap_link_changed(adapter);
	intel_not_masked(q);
	if (icr & INTEL_INT_RXT0)
		rxmap_irq_rx(q);
	else if (icr & INTEL_INT_TXDW)
		rxmap_irq_tx(q);
	return IRQ_HANDLED;
}

/**
 * rxmap_e1000_irq_request() - request the line; all causes are masked
 * @hw: device with rings, after a reset
 *
 * Context: RTNL; may sleep. Return: 0 or an errno.
 */
int rxmap_e1000_irq_request(struct e1k *hw)
{
	struct rxmap_adapter *adapter = hw->nic.adapter;
	int err;

	/* one line, both directions: the interface's name, also when that changes */
	err = request_irq(adapter->pdev->irq, handler, IRQF_SHARED, adapter->netdev->name,
			  adapter);
	if (!err)
		rxmap_napi_set_irq(&adapter->queues[0].napi, adapter->pdev->irq);
	return err;
}

/**
 * rxmap_e1000_irq_free() - free the line; no handler runs afterwards
 * @hw: device, reset
 *
 * Context: RTNL; may sleep.
 */
void rxmap_e1000_irq_free(struct e1k *hw)
{
	struct rxmap_adapter *adapter = hw->nic.adapter;

	rxmap_napi_set_irq(&adapter->queues[0].napi, RXMAP_NAPI_NO_IRQ);
	free_irq(adapter->pdev->irq, adapter);
}

/**
 * rxmap_e1000_irq_mask() - ops->irq_mask
 * @q: queue
 *
 * Context: interrupt, NAPI.
 */
void rxmap_e1000_irq_mask(struct rxmap_queue *q)
{
	intel_mask(q, INTEL_INT_RXT0 | INTEL_INT_TXDW);
}

/**
 * rxmap_e1000_irq_unmask() - ops->irq_unmask
 * @q: queue
 *
 * A packet that xmit gave to the device after our look was armed for by xmit.
 *
 * Context: after napi_complete_done(). Return: false: whatever is pending interrupts.
 */
bool rxmap_e1000_irq_unmask(struct rxmap_queue *q)
{
	const struct e1k *hw = q->hw;
	u32 causes = INTEL_INT_RXT0;

	if (unlikely(READ_ONCE(q->adapter->broken)))
		return false;
	/* our IMC, at the start of this poll, before this look; pairs with the one in
	 * expect_completion()
	 */
	smp_mb();
	if (intel_tx_outstanding(&hw->tx))
		causes |= INTEL_INT_TXDW;
	intel_not_masked(q);
	intel_queue_write(q, INTEL_IMS, causes);
	return false;
}

/**
 * rxmap_e1000_set_moderation() - ops->set_moderation: ITR (13.4.18)
 * @q: queue
 * @m: usecs: least time between two interrupts
 *
 * Context: the queue's moderation_lock.
 */
void rxmap_e1000_set_moderation(struct rxmap_queue *q, struct rxmap_moderation *m)
{
	rxmap_intel_set_moderation(q, INTEL_ITR, m);
}
