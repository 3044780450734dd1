// SPDX-License-Identifier: GPL-2.0
/*
 * device.c - the device as a whole: reset, open, stop, link, counters
 *
 * open() always starts from a reset and writes every register that it relies on, because not
 * every model of the chip forgets all of them in a reset (QEMU 7.2's does not). stop() ends with a
 * reset: a stopped device holds none of our memory. Process context, RTNL (probe: nobody else
 * knows the device yet).
 */
#include <linux/delay.h>
#include <linux/iopoll.h>

#include "hw.h"

/* Longest wait for requests to memory to end, and for the NVM to be read */
#define QUIET_USECS	80000
#define NVM_USECS	100000

/**
 * rxmap_e1000e_check_gone() - a register read as all ones: is the device still there?
 * @nic: device
 *
 * Context: any. STATUS is never all ones on a device that answers.
 */
void rxmap_e1000e_check_gone(struct e1000e *nic)
{
	if (readl(nic->regs + E1000E_STATUS) == ~0U)
		rxmap_device_gone(nic->adapter);
}

/* No more requests to memory (10.2.2, CTRL "GIO Master Disable"). A device that does not become
 * quiet is cut off from the bus.
 */
static void silence(struct e1000e *nic)
{
	u32 status;

	e1000e_write(nic, E1000E_CTRL, E1000E_CTRL_GIO_MASTER_DISABLE);
	if (read_poll_timeout(e1000e_read, status, !(status & E1000E_STATUS_GIO_MASTER_EN) ||
			      nic->adapter->gone, 100, QUIET_USECS, false, nic, E1000E_STATUS))
		pci_clear_master(nic->adapter->pdev);
}

/**
 * rxmap_e1000e_reset() - software reset (10.2.2, CTRL.RST): no interrupt, no memory of ours in use
 * @nic: device
 *
 * Context: may sleep. Return: 0, -ENODEV or -ETIMEDOUT.
 */
int rxmap_e1000e_reset(struct e1000e *nic)
{
	u32 eec;
	int err;

	e1000e_write(nic, E1000E_IMC, E1000E_INT_ALL);
	e1000e_write(nic, E1000E_RCTL, 0);
	e1000e_write(nic, E1000E_TCTL, 0);
	e1000e_flush(nic);
	nic->rctl = 0;
	if (nic->adapter->gone)
		return -ENODEV;
	silence(nic);
	e1000e_write(nic, E1000E_CTRL, E1000E_CTRL_GIO_MASTER_DISABLE | E1000E_CTRL_RST);
	usleep_range(1000, 2000);
	err = read_poll_timeout(e1000e_read, eec, eec & E1000E_EEC_AUTO_RD, 1000, NVM_USECS, false,
				nic, E1000E_EEC);
	e1000e_write(nic, E1000E_IMC, E1000E_INT_ALL);
	e1000e_write(nic, E1000E_ICR, E1000E_INT_ALL);
	e1000e_flush(nic);
	return nic->adapter->gone ? -ENODEV : err;
}

/* What RXCSUM says: checksums on request, the hash in place of a raw sum always. */
static void program_rxcsum(struct e1000e *nic, netdev_features_t features)
{
	u32 rxcsum = E1000E_RXCSUM_PCSD;

	if (features & NETIF_F_RXCSUM)
		rxcsum |= E1000E_RXCSUM_IPOFL | E1000E_RXCSUM_TUOFL;
	e1000e_write(nic, E1000E_RXCSUM, rxcsum);
}

static void program(struct e1000e *nic)
{
	/* speed and duplex by negotiation: no FRCSPD, no FRCDPLX */
	e1000e_write(nic, E1000E_CTRL, E1000E_CTRL_SLU | E1000E_CTRL_VME);
	e1000e_write(nic, E1000E_WUC, 0);
	e1000e_write(nic, E1000E_RFCTL, E1000E_RFCTL_EXSTEN | E1000E_RFCTL_ACK_DIS |
		     E1000E_RFCTL_ISCSI_DIS | E1000E_RFCTL_NFSW_DIS | E1000E_RFCTL_NFSR_DIS);
	/* interrupts are moderated per vector, not per packet */
	e1000e_write(nic, E1000E_RDTR, 0);
	e1000e_write(nic, E1000E_RADV, 0);
	e1000e_write(nic, E1000E_RSRPD, 0);
	program_rxcsum(nic, nic->adapter->netdev->features);
	rxmap_e1000e_filter_program(nic);
	rxmap_e1000e_rss_program(nic);
	rxmap_e1000e_rings_start(nic);
	rxmap_e1000e_irq_program(nic);
}

static void drain_all(struct rxmap_adapter *adapter)
{
	u16 i;

	for (i = 0; i < adapter->num_queues; i++) {
		rxmap_e1000e_rx_drain(&adapter->queues[i]);
		rxmap_e1000e_tx_drain(&adapter->queues[i]);
	}
}

/* Receiver and transmitter start; what comes in waits for the first poll. */
static void start(struct e1000e *nic)
{
	u16 i;

	pci_set_master(nic->adapter->pdev);
	e1000e_write(nic, E1000E_TCTL, E1000E_TCTL_EN | E1000E_TCTL_PSP | E1000E_TCTL_CT(15) |
		     E1000E_TCTL_COLD(63) | E1000E_TCTL_RTLC | E1000E_TCTL_MULR);
	nic->live = true;
	rxmap_e1000e_set_rx_mode(nic->adapter);
	for (i = 0; i < nic->adapter->num_queues; i++)
		rxmap_e1000e_rx_show(&nic->adapter->queues[i]);
	rxmap_e1000e_irq_enable(nic);
}

static int open(struct rxmap_adapter *adapter)
{
	struct e1000e *nic = adapter->priv;
	int err;
	u16 i;

	err = rxmap_e1000e_reset(nic);
	if (err)
		return err;
	err = rxmap_e1000e_rings_alloc(nic);
	if (err)
		return err;
	for (i = 0; i < adapter->num_queues; i++)
		rxmap_e1000e_rx_fill(&adapter->queues[i]);
	program(nic);
	err = rxmap_e1000e_irq_request(nic);
	if (err)
		goto err_rings;
	start(nic);
	if (!adapter->gone)
		return 0;

	err = -ENODEV;
	nic->live = false;
	rxmap_e1000e_irq_free(nic);
err_rings:
	drain_all(adapter);
	rxmap_e1000e_rings_free(nic);
	return err;
}

static void stop(struct rxmap_adapter *adapter)
{
	struct e1000e *nic = adapter->priv;

	nic->live = false;
	rxmap_e1000e_reset(nic);
	rxmap_e1000e_irq_free(nic);
	drain_all(adapter);
	rxmap_e1000e_rings_free(nic);
}

static bool link_up(struct rxmap_adapter *adapter)
{
	u32 status = e1000e_read(adapter->priv, E1000E_STATUS);

	return !adapter->gone && status & E1000E_STATUS_LU;
}

static int set_features(struct rxmap_adapter *adapter, netdev_features_t features)
{
	struct e1000e *nic = adapter->priv;

	if (nic->live) {
		program_rxcsum(nic, features);
		rxmap_e1000e_rx_mode(nic, features);
	}
	return 0;
}

/* open() sets up adapter->num_queues pairs */
static int set_queue_count(struct rxmap_adapter *adapter, u16 count)
{
	return 0;
}

static u64 take_counter(struct e1000e *nic, u32 reg)
{
	u32 value = e1000e_read(nic, reg);

	return nic->adapter->gone ? 0 : value;
}

/* The device's counters clear on read, so each look adds to ours (10.2.7). */
static void read_hw_stats(struct rxmap_adapter *adapter, struct rxmap_hw_stats *stats)
{
	struct e1000e *nic = adapter->priv;
	struct rxmap_hw_stats *sum = &nic->stats;

	spin_lock_bh(&nic->stats_lock);
	if (READ_ONCE(adapter->running) && !adapter->gone) {
		sum->rx_missed += take_counter(nic, E1000E_MPC);
		sum->rx_errors += take_counter(nic, E1000E_CRCERRS);
		sum->rx_errors += take_counter(nic, E1000E_RXERRC);
		sum->rx_errors += take_counter(nic, E1000E_RLEC);
		sum->tx_errors += take_counter(nic, E1000E_ECOL);
		sum->tx_errors += take_counter(nic, E1000E_LATECOL);
	}
	stats->rx_missed += sum->rx_missed;
	stats->rx_errors += sum->rx_errors;
	stats->tx_errors += sum->tx_errors;
	spin_unlock_bh(&nic->stats_lock);
}

const struct rxmap_backend_ops rxmap_e1000e_ops = {
	.name = "e1000e",
	.open = open,
	.stop = stop,
	.xmit = rxmap_e1000e_xmit,
	.tx_clean = rxmap_e1000e_tx_clean,
	.rx_poll = rxmap_e1000e_rx_poll,
	.rx_pending = rxmap_e1000e_rx_pending,
	.rx_refill = rxmap_e1000e_rx_refill,
	.rx_reset = rxmap_e1000e_rx_reset,
	.rx_plain = rxmap_nop_rx_plain,
	.irq_mask = rxmap_nop_irq_mask,
	.irq_arm = rxmap_nop_irq_arm,
	.irq_unmask = rxmap_e1000e_irq_unmask,
	.set_moderation = rxmap_e1000e_set_moderation,
	.set_queue_count = set_queue_count,
	.set_rx_mode = rxmap_e1000e_set_rx_mode,
	.set_mac = rxmap_e1000e_set_mac,
	.vlan_set = rxmap_e1000e_vlan_set,
	.set_features = set_features,
	.rss_get = rxmap_e1000e_rss_get,
	.rss_set = rxmap_e1000e_rss_set,
	.link_up = link_up,
	.read_hw_stats = read_hw_stats,
};
