// SPDX-License-Identifier: GPL-2.0
/*
 * irq.c - interrupts: MSI-X with a vector per queue and direction, or one MSI, or INTx
 *
 * Data sheet, chapter 7.4 "Interrupts", registers in 10.2.4. With MSI-X a message clears its cause
 * (EIAC) and masks it (IAM with CTRL_EXT.EIAME), so a handler reads no register at all, only the
 * unmask costs a write, and irq_mask has nothing to do: when a poll began without an interrupt, at
 * most one more comes, which masks. With one interrupt for everything, the read of ICR says why it
 * came and clears; on the chip it masks as well (IAM with CTRL_EXT.IAME), in QEMU 7.2 it does not,
 * so there irq_mask writes IMC.
 *
 * A cause that appears while it is masked stays in ICR, and its unmasking interrupts at once: no
 * event is lost between a poll and its end. Of a burst, though, all frames but the first come while
 * it is masked, and the poll took them: rxmap_e1000e_irq_arm() forgets what ICR says of them.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/interrupt.h>
#include <linux/moduleparam.h>

#include "compat.h"
#include "hw.h"

/* Causes that a single interrupt may have besides LSC, and that the read of ICR masks */
#define CAUSES_ONE	(INTEL_INT_RXT0 | INTEL_INT_TXDW)
/* What OTHER stands for and how often it may come: RXO repeats for each frame that finds the ring
 * full, so an overload must not become a storm.
 */
#define CAUSES_OTHER	(E1000E_INT_OTHER | INTEL_INT_LSC | E1000E_INT_RXO)
#define OTHER_INTERVAL	INTEL_ITR_INTERVAL
/* Sent packets can wait longer than received ones: the receive poll and xmit free them too */
#define TX_USECS	250

static const char * const irq_names[] = {
	[E1000E_IRQ_INTX] = "intx",
	[E1000E_IRQ_MSI] = "msi",
	[E1000E_IRQ_MSIX] = "msix",
};

static enum e1000e_irq_mode best = E1000E_IRQ_MSIX;

static int best_set(const char *value, const struct kernel_param *param)
{
	int mode = sysfs_match_string(irq_names, value);

	if (mode < 0) {
		pr_err("%s must be msix, msi or intx\n", param->name);
		return -EINVAL;
	}
	best = mode;
	return 0;
}

static int best_get(char *buffer, const struct kernel_param *param)
{
	return sysfs_emit(buffer, "%s\n", irq_names[best]);
}

static const struct kernel_param_ops best_ops = { .set = best_set, .get = best_get };

module_param_cb(e1000e_irq, &best_ops, NULL, 0444);
MODULE_PARM_DESC(e1000e_irq, "best interrupt that e1000e may use: msix, msi or intx (default msix)");

/**
 * rxmap_e1000e_irq_choose() - allocate the best interrupts that the machine and the user allow
 * @pdev: function
 *
 * Context: probe; pci_free_irq_vectors() undoes it. Return: what it found.
 */
enum e1000e_irq_mode rxmap_e1000e_irq_choose(struct pci_dev *pdev)
{
	if (best == E1000E_IRQ_MSIX &&
	    pci_alloc_irq_vectors(pdev, E1000E_VECTORS, E1000E_VECTORS, PCI_IRQ_MSIX) > 0)
		return E1000E_IRQ_MSIX;
	if (best != E1000E_IRQ_INTX && pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSI) > 0)
		return E1000E_IRQ_MSI;
	return E1000E_IRQ_INTX;
}

/* The rest: link changes, and overruns, which nobody has to do anything about. */
static irqreturn_t other_handler(int irq, void *data)
{
	struct e1000e *hw = data;
	u32 icr = intel_read(&hw->nic, INTEL_ICR);

	if (hw->nic.adapter->gone)
		return IRQ_HANDLED;
	intel_write(&hw->nic, INTEL_ICR, CAUSES_OTHER);
	if (icr & INTEL_INT_LSC)
		rxmap_link_changed(hw->nic.adapter);
	return IRQ_HANDLED;
}

/* All causes in one interrupt, which with INTx may be another device's. */
static irqreturn_t one_handler(int irq, void *data)
{
	struct e1000e *hw = data;
	struct rxmap_queue *q = &hw->nic.adapter->queues[0];
	u32 icr = intel_queue_read(q, INTEL_ICR);

	if (READ_ONCE(hw->nic.adapter->gone))
		return intel_irq_when_gone(hw->nic.adapter);
	if (hw->irq_mode == E1000E_IRQ_INTX && !(icr & E1000E_INT_ASSERTED))
		return IRQ_NONE;
	if (icr & INTEL_INT_LSC)
		rxmap_link_changed(hw->nic.adapter);
	intel_not_masked(q);
	if (icr & INTEL_INT_RXT0)
		rxmap_irq_rx(q);
	else if (icr & INTEL_INT_TXDW)
		rxmap_irq_tx(q);
	return IRQ_HANDLED;
}

static int pair_request(struct e1000e *hw, u16 i)
{
	struct pci_dev *pdev = hw->nic.adapter->pdev;

	return rxmap_irq_pair_request(&hw->nic.adapter->queues[i],
				      pci_irq_vector(pdev, E1000E_VECTOR_RX(i)),
				      pci_irq_vector(pdev, E1000E_VECTOR_TX(i)));
}

static void pair_free(struct e1000e *hw, u16 i)
{
	struct pci_dev *pdev = hw->nic.adapter->pdev;

	rxmap_irq_pair_free(&hw->nic.adapter->queues[i], pci_irq_vector(pdev, E1000E_VECTOR_RX(i)),
			    pci_irq_vector(pdev, E1000E_VECTOR_TX(i)));
}

static int msix_request(struct e1000e *hw)
{
	int other = pci_irq_vector(hw->nic.adapter->pdev, E1000E_VECTOR_OTHER);
	int err;
	u16 i;

	snprintf(hw->other_irq_name, sizeof(hw->other_irq_name), "%s-other",
		 hw->nic.adapter->netdev->name);
	err = request_irq(other, other_handler, 0, hw->other_irq_name, hw);
	if (err)
		return err;
	for (i = 0; i < hw->nic.adapter->num_queues; i++) {
		err = pair_request(hw, i);
		if (err)
			goto err_pairs;
	}
	return 0;

err_pairs:
	while (i--)
		pair_free(hw, i);
	free_irq(other, hw);
	return err;
}

/* Without vectors of its own the function has its INTx line. */
static int one_vector(const struct e1000e *hw)
{
	struct pci_dev *pdev = hw->nic.adapter->pdev;

	return hw->irq_mode == E1000E_IRQ_MSI ? pci_irq_vector(pdev, 0) : pdev->irq;
}

/**
 * rxmap_e1000e_irq_request() - request the interrupts of the queues in use
 * @hw: device, all causes masked
 *
 * Context: RTNL; may sleep. Return: 0 or an errno, then none stays requested.
 */
int rxmap_e1000e_irq_request(struct e1000e *hw)
{
	int err;

	if (hw->irq_mode == E1000E_IRQ_MSIX)
		return msix_request(hw);
	snprintf(hw->other_irq_name, sizeof(hw->other_irq_name), "%s",
		 hw->nic.adapter->netdev->name);
	err = request_irq(one_vector(hw), one_handler,
			  hw->irq_mode == E1000E_IRQ_INTX ? IRQF_SHARED : 0,
			  hw->other_irq_name, hw);
	if (!err)
		rxmap_napi_set_irq(&hw->nic.adapter->queues[0].napi, one_vector(hw));
	return err;
}

/**
 * rxmap_e1000e_irq_free() - free the interrupts; no handler runs afterwards
 * @hw: device, reset
 *
 * Context: RTNL; may sleep.
 */
void rxmap_e1000e_irq_free(struct e1000e *hw)
{
	u16 i;

	if (hw->irq_mode != E1000E_IRQ_MSIX) {
		rxmap_napi_set_irq(&hw->nic.adapter->queues[0].napi, RXMAP_NAPI_NO_IRQ);
		free_irq(one_vector(hw), hw);
		return;
	}
	for (i = 0; i < hw->nic.adapter->num_queues; i++)
		pair_free(hw, i);
	free_irq(pci_irq_vector(hw->nic.adapter->pdev, E1000E_VECTOR_OTHER), hw);
}

/* The register that spaces the receive interrupts of a queue */
static u32 itr_of(const struct rxmap_queue *q)
{
	const struct e1000e *hw = q->adapter->priv;

	return hw->irq_mode == E1000E_IRQ_MSIX ? E1000E_EITR(E1000E_VECTOR_RX(q->index)) :
						 INTEL_ITR;
}

static void program_msix(struct e1000e *hw)
{
	u32 ivar = E1000E_IVAR_OTHER(E1000E_VECTOR_OTHER), causes = 0;
	u16 i;

	for (i = 0; i < hw->nic.adapter->num_queues; i++) {
		ivar |= E1000E_IVAR_RXQ(i, E1000E_VECTOR_RX(i));
		ivar |= E1000E_IVAR_TXQ(i, E1000E_VECTOR_TX(i));
		causes |= E1000E_INT_RXQ(i) | E1000E_INT_TXQ(i);
		intel_write(&hw->nic, E1000E_EITR(E1000E_VECTOR_TX(i)), intel_itr(TX_USECS));
	}
	intel_write(&hw->nic, E1000E_EITR(E1000E_VECTOR_OTHER), OTHER_INTERVAL);
	intel_write(&hw->nic, E1000E_IVAR, ivar);
	intel_write(&hw->nic, E1000E_EIAC, causes);
	intel_write(&hw->nic, E1000E_IAM, causes);
	intel_write(&hw->nic, E1000E_CTRL_EXT, E1000E_CTRL_EXT_EIAME | E1000E_CTRL_EXT_PBA_SUPPORT |
		     E1000E_CTRL_EXT_DRV_LOAD);
}

/**
 * rxmap_e1000e_irq_program() - tell the device which cause goes where, everything masked
 * @hw: device
 *
 * Context: RTNL.
 */
void rxmap_e1000e_irq_program(struct e1000e *hw)
{
	u16 i;

	if (hw->irq_mode == E1000E_IRQ_MSIX) {
		program_msix(hw);
	} else {
		intel_write(&hw->nic, E1000E_IVAR, 0);
		intel_write(&hw->nic, E1000E_EIAC, 0);
		intel_write(&hw->nic, E1000E_IAM, CAUSES_ONE);
		intel_write(&hw->nic, E1000E_CTRL_EXT,
			    E1000E_CTRL_EXT_IAME | E1000E_CTRL_EXT_DRV_LOAD);
	}
	for (i = 0; i < hw->nic.adapter->num_queues; i++)
		rxmap_intel_moderation_start(&hw->nic.adapter->queues[i],
					     itr_of(&hw->nic.adapter->queues[i]));
}

/**
 * rxmap_e1000e_irq_enable() - from now on link changes interrupt; queues when their poll ends
 * @hw: device
 *
 * Context: RTNL.
 */
void rxmap_e1000e_irq_enable(struct e1000e *hw)
{
	intel_write(&hw->nic, INTEL_IMS, hw->irq_mode == E1000E_IRQ_MSIX ?
		     E1000E_INT_OTHER | INTEL_INT_LSC : INTEL_INT_LSC);
}

/**
 * rxmap_e1000e_irq_arm() - ops->irq_arm: forget the cause of frames that were taken already
 * @q: queue
 * @after: not supported, the next frame
 *
 * Forget first, then look (rxmap_e1000e_irq_unmask()): a frame that came in between is seen in the
 * ring, a later one sets the cause again. That holds where the write arrives before the next
 * instruction, in a VM: it traps. On a bus that posts writes a read would have to follow it.
 *
 * One frame's cause mostly went with its message (EIAC), so a quiet link pays nothing. A whole ring
 * counts as nothing. Either costs an interrupt in vain at worst. While the tail is owed the cause
 * stays: it may be the one that resume() in rx_ring.c set, to have the tail written.
 *
 * Context: NAPI.
 */
void rxmap_e1000e_irq_arm(struct rxmap_queue *q, u16 after)
{
	const struct e1000e *hw = q->adapter->priv;
	struct e1000e_rx *rx = &((struct e1000e_pair *)q->hw)->rx;
	u16 taken = (rx->clean - rx->armed) & rx->mask;
	bool forget = taken > 1 && rx->fill == rx->tail && hw->irq_mode == E1000E_IRQ_MSIX;

	rx->armed = rx->clean;
	WRITE_ONCE(rx->forgot, forget);
	if (forget)
		intel_queue_write(q, INTEL_ICR, E1000E_INT_RXQ(q->index));
}

/**
 * rxmap_e1000e_irq_mask() - ops->irq_mask
 * @q: queue
 *
 * Context: interrupt or NAPI.
 */
void rxmap_e1000e_irq_mask(struct rxmap_queue *q)
{
	const struct e1000e *hw = q->adapter->priv;

	if (hw->irq_mode != E1000E_IRQ_MSIX)
		intel_mask(q, CAUSES_ONE);
}

/**
 * rxmap_e1000e_irq_unmask() - ops->irq_unmask
 * @q: queue
 *
 * Context: after napi_complete_done(); another CPU may own the queue and arm it meanwhile: then the
 * poll that did so began after ours forgot, and saw what we would look for.
 * Return: a frame waits, and its cause is forgotten; whatever else is pending interrupts by itself.
 */
bool rxmap_e1000e_irq_unmask(struct rxmap_queue *q)
{
	const struct e1000e_rx *rx = &((struct e1000e_pair *)q->hw)->rx;
	const struct e1000e *hw = q->adapter->priv;

	if (unlikely(q->adapter->broken))
		return false;
	if (READ_ONCE(rx->forgot) && rxmap_e1000e_rx_pending(q))
		return true;
	if (hw->irq_mode == E1000E_IRQ_MSIX) {
		intel_queue_write(q, INTEL_IMS,
				  E1000E_INT_RXQ(q->index) | E1000E_INT_TXQ(q->index));
	} else {
		intel_not_masked(q);
		intel_queue_write(q, INTEL_IMS, CAUSES_ONE);
	}
	return false;
}

/**
 * rxmap_e1000e_set_moderation() - ops->set_moderation: the vector's EITR, or ITR
 * @q: queue
 * @m: usecs: at least so long from one interrupt to the next
 *
 * Context: the queue's moderation_lock.
 */
void rxmap_e1000e_set_moderation(struct rxmap_queue *q, struct rxmap_moderation *m)
{
	rxmap_intel_set_moderation(q, itr_of(q), m);
}
