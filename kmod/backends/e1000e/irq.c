// SPDX-License-Identifier: GPL-2.0
/*
 * irq.c - interrupts: MSI-X with a vector per queue and direction, or one MSI, or INTx
 *
 * Data sheet, chapter 7.4 "Interrupts", registers in 10.2.4. With MSI-X a message clears its cause
 * (EIAC) and masks it (IAM with CTRL_EXT.EIAME), so a handler reads no register at all. With one
 * interrupt for everything, the read of ICR that says why it came also clears and masks (IAM with
 * CTRL_EXT.IAME). Either way only the unmask costs a write, and irq_mask has nothing to do: when
 * a poll began without an interrupt, at most one more comes, which masks.
 *
 * A cause that appears while it is masked stays in ICR, and its unmasking interrupts at once: no
 * event is lost between a poll and its end.
 */
#include <linux/interrupt.h>
#include <linux/moduleparam.h>

#include "hw.h"

/* Causes that a single interrupt may have besides LSC, and that the read of ICR masks */
#define CAUSES_ONE	(E1000E_INT_RXT0 | E1000E_INT_TXDW)
/* What OTHER stands for and how often it may come: RXO repeats for each frame that finds the ring
 * full, so an overload must not become a storm.
 */
#define CAUSES_OTHER	(E1000E_INT_OTHER | E1000E_INT_LSC | E1000E_INT_RXO)
#define OTHER_INTERVAL	E1000E_ITR_INTERVAL_MAX
/* Sent packets can wait longer than received ones: the receive poll and xmit free them too */
#define TX_USECS	250
/* shortest interval between two RX interrupts */
#define USECS_MIN	128

static char *e1000e_irq = "msix";
module_param(e1000e_irq, charp, 0444);
MODULE_PARM_DESC(e1000e_irq, "best interrupt that e1000e may use: msix, msi or intx (default msix)");

/**
 * rxmap_e1000e_irq_choose() - allocate the best interrupts that the machine and the user allow
 * @pdev: function
 *
 * Context: probe; pci_free_irq_vectors() undoes it. Return: what it found.
 */
enum e1000e_irq_mode rxmap_e1000e_irq_choose(struct pci_dev *pdev)
{
	if (!strcmp(e1000e_irq, "msix") &&
	    pci_alloc_irq_vectors(pdev, E1000E_VECTORS, E1000E_VECTORS, PCI_IRQ_MSIX) > 0)
		return E1000E_IRQ_MSIX;
	if (strcmp(e1000e_irq, "intx") && pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSI) > 0)
		return E1000E_IRQ_MSI;
	return E1000E_IRQ_INTX;
}

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

/* The rest: link changes, and overruns, which nobody has to do anything about. */
static irqreturn_t other_handler(int irq, void *data)
{
	struct e1000e *nic = data;
	u32 icr = e1000e_read(nic, E1000E_ICR);

	if (nic->adapter->gone)
		return IRQ_HANDLED;
	e1000e_write(nic, E1000E_ICR, CAUSES_OTHER);
	if (icr & E1000E_INT_LSC)
		rxmap_link_changed(nic->adapter);
	return IRQ_HANDLED;
}

/* All causes in one interrupt, which with INTx may be another device's. */
static irqreturn_t one_handler(int irq, void *data)
{
	struct e1000e *nic = data;
	struct rxmap_queue *q = &nic->adapter->queues[0];
	u32 icr = e1000e_queue_read(q, E1000E_ICR);

	if (nic->adapter->gone)
		return IRQ_NONE;
	if (nic->irq_mode == E1000E_IRQ_INTX && !(icr & E1000E_INT_ASSERTED))
		return IRQ_NONE;
	if (icr & E1000E_INT_LSC)
		rxmap_link_changed(nic->adapter);
	if (icr & E1000E_INT_RXT0)
		rxmap_irq_rx(q);
	else if (icr & E1000E_INT_TXDW)
		rxmap_irq_tx(q);
	return IRQ_HANDLED;
}

static void pair_free(struct e1000e *nic, u16 i)
{
	struct pci_dev *pdev = nic->adapter->pdev;
	struct rxmap_queue *q = &nic->adapter->queues[i];
	int rx = pci_irq_vector(pdev, E1000E_VECTOR_RX(i));
	int tx = pci_irq_vector(pdev, E1000E_VECTOR_TX(i));

	irq_update_affinity_hint(rx, NULL);
	irq_update_affinity_hint(tx, NULL);
	free_irq(tx, q);
	free_irq(rx, q);
}

static int pair_request(struct e1000e *nic, u16 i)
{
	struct pci_dev *pdev = nic->adapter->pdev;
	struct rxmap_queue *q = &nic->adapter->queues[i];
	const char *ifname = nic->adapter->netdev->name;
	int rx = pci_irq_vector(pdev, E1000E_VECTOR_RX(i));
	int tx = pci_irq_vector(pdev, E1000E_VECTOR_TX(i));
	struct e1000e_pair *pair = q->hw;
	const struct cpumask *cpu;
	int err;

	snprintf(pair->rx_irq_name, sizeof(pair->rx_irq_name), "%s-rx-%u", ifname, i);
	snprintf(pair->tx_irq_name, sizeof(pair->tx_irq_name), "%s-tx-%u", ifname, i);
	err = request_irq(rx, rx_handler, 0, pair->rx_irq_name, q);
	if (err)
		return err;
	err = request_irq(tx, tx_handler, 0, pair->tx_irq_name, q);
	if (err) {
		free_irq(rx, q);
		return err;
	}
	/* both directions share a NAPI, so they share a CPU */
	cpu = cpumask_of(cpumask_local_spread(i, dev_to_node(&pdev->dev)));
	irq_set_affinity_and_hint(rx, cpu);
	irq_set_affinity_and_hint(tx, cpu);
	if (nic->adapter->num_queues > 1)
		netif_set_xps_queue(nic->adapter->netdev, cpu, i);
	return 0;
}

static int msix_request(struct e1000e *nic)
{
	int other = pci_irq_vector(nic->adapter->pdev, E1000E_VECTOR_OTHER);
	int err;
	u16 i;

	snprintf(nic->other_irq_name, sizeof(nic->other_irq_name), "%s-other",
		 nic->adapter->netdev->name);
	err = request_irq(other, other_handler, 0, nic->other_irq_name, nic);
	if (err)
		return err;
	for (i = 0; i < nic->adapter->num_queues; i++) {
		err = pair_request(nic, i);
		if (err)
			goto err_pairs;
	}
	return 0;

err_pairs:
	while (i--)
		pair_free(nic, i);
	free_irq(other, nic);
	return err;
}

/* Without vectors of its own the function has its INTx line. */
static int one_vector(const struct e1000e *nic)
{
	struct pci_dev *pdev = nic->adapter->pdev;

	return nic->irq_mode == E1000E_IRQ_MSI ? pci_irq_vector(pdev, 0) : pdev->irq;
}

/**
 * rxmap_e1000e_irq_request() - request the interrupts of the queues in use
 * @nic: device, all causes masked
 *
 * Context: RTNL; may sleep. Return: 0 or an errno, then none stays requested.
 */
int rxmap_e1000e_irq_request(struct e1000e *nic)
{
	if (nic->irq_mode == E1000E_IRQ_MSIX)
		return msix_request(nic);
	snprintf(nic->other_irq_name, sizeof(nic->other_irq_name), "%s",
		 nic->adapter->netdev->name);
	return request_irq(one_vector(nic), one_handler,
			   nic->irq_mode == E1000E_IRQ_INTX ? IRQF_SHARED : 0,
			   nic->other_irq_name, nic);
}

/**
 * rxmap_e1000e_irq_free() - free the interrupts; no handler runs afterwards
 * @nic: device, reset
 *
 * Context: RTNL; may sleep.
 */
void rxmap_e1000e_irq_free(struct e1000e *nic)
{
	u16 i;

	if (nic->irq_mode != E1000E_IRQ_MSIX) {
		free_irq(one_vector(nic), nic);
		return;
	}
	for (i = 0; i < nic->adapter->num_queues; i++)
		pair_free(nic, i);
	free_irq(pci_irq_vector(nic->adapter->pdev, E1000E_VECTOR_OTHER), nic);
}

static u32 interval(u32 usecs)
{
	return min_t(u32, usecs * NSEC_PER_USEC / E1000E_ITR_UNIT_NSECS, E1000E_ITR_INTERVAL_MAX);
}

static void moderate(struct e1000e *nic, u16 queue, u32 usecs)
{
	e1000e_write(nic, nic->irq_mode == E1000E_IRQ_MSIX ?
		     E1000E_EITR(E1000E_VECTOR_RX(queue)) : E1000E_ITR, interval(usecs));
}

static void program_msix(struct e1000e *nic)
{
	u32 ivar = E1000E_IVAR_OTHER(E1000E_VECTOR_OTHER), causes = 0;
	u16 i;

	for (i = 0; i < nic->adapter->num_queues; i++) {
		ivar |= E1000E_IVAR_RXQ(i, E1000E_VECTOR_RX(i));
		ivar |= E1000E_IVAR_TXQ(i, E1000E_VECTOR_TX(i));
		causes |= E1000E_INT_RXQ(i) | E1000E_INT_TXQ(i);
		e1000e_write(nic, E1000E_EITR(E1000E_VECTOR_TX(i)), interval(TX_USECS));
	}
	e1000e_write(nic, E1000E_EITR(E1000E_VECTOR_OTHER), OTHER_INTERVAL);
	e1000e_write(nic, E1000E_IVAR, ivar);
	e1000e_write(nic, E1000E_EIAC, causes);
	e1000e_write(nic, E1000E_IAM, causes);
	e1000e_write(nic, E1000E_CTRL_EXT, E1000E_CTRL_EXT_EIAME | E1000E_CTRL_EXT_PBA_SUPPORT |
		     E1000E_CTRL_EXT_DRV_LOAD);
}

/**
 * rxmap_e1000e_irq_program() - tell the device which cause goes where, everything masked
 * @nic: device
 *
 * Context: RTNL.
 */
void rxmap_e1000e_irq_program(struct e1000e *nic)
{
	u16 i;

	if (nic->irq_mode == E1000E_IRQ_MSIX) {
		program_msix(nic);
	} else {
		e1000e_write(nic, E1000E_IVAR, 0);
		e1000e_write(nic, E1000E_EIAC, 0);
		e1000e_write(nic, E1000E_IAM, CAUSES_ONE);
		e1000e_write(nic, E1000E_CTRL_EXT,
			     E1000E_CTRL_EXT_IAME | E1000E_CTRL_EXT_DRV_LOAD);
	}
	for (i = 0; i < nic->adapter->num_queues; i++)
		moderate(nic, i, nic->adapter->queues[i].moderation.usecs);
}

/**
 * rxmap_e1000e_irq_enable() - from now on link changes interrupt; queues when their poll ends
 * @nic: device
 *
 * Context: RTNL.
 */
void rxmap_e1000e_irq_enable(struct e1000e *nic)
{
	e1000e_write(nic, E1000E_IMS, nic->irq_mode == E1000E_IRQ_MSIX ?
		     E1000E_INT_OTHER | E1000E_INT_LSC : E1000E_INT_LSC);
}

/**
 * rxmap_e1000e_irq_unmask() - ops->irq_unmask
 * @q: queue
 *
 * Context: after napi_complete_done(). Return: false: what is pending interrupts by itself.
 */
bool rxmap_e1000e_irq_unmask(struct rxmap_queue *q)
{
	const struct e1000e *nic = q->adapter->priv;

	if (unlikely(q->adapter->broken))
		return false;
	e1000e_queue_write(q, E1000E_IMS, nic->irq_mode == E1000E_IRQ_MSIX ?
			   E1000E_INT_RXQ(q->index) | E1000E_INT_TXQ(q->index) : CAUSES_ONE);
	return false;
}

/**
 * rxmap_e1000e_set_moderation() - ops->set_moderation: the vector's EITR, or ITR
 * @q: queue
 * @m: usecs: at least so long from one interrupt to the next. The device counts no packets
 *
 * QEMU's model takes anything shorter than USECS_MIN for it, 0 as well; so that is what is
 * written, and what is said to be in force.
 *
 * Context: RTNL.
 */
void rxmap_e1000e_set_moderation(struct rxmap_queue *q, struct rxmap_moderation *m)
{
	struct e1000e *nic = q->adapter->priv;

	if (m->frames) {
		m->frames = 0;
		m->frames_limit = RXMAP_LIMIT_DEVICE_UNABLE;
	}
	if (m->usecs < USECS_MIN) {
		m->usecs = USECS_MIN;
		m->usecs_limit = RXMAP_LIMIT_DEVICE_MIN;
	}
	if (nic->live && q->index < nic->adapter->num_queues)
		moderate(nic, q->index, m->usecs);
}
