// SPDX-License-Identifier: GPL-2.0
/*
 * device.c - the device as a whole: reset, open, stop
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

/* No more requests to memory (10.2.2, CTRL "GIO Master Disable"). A device that does not become
 * quiet is cut off from the bus.
 */
static void silence(struct e1000e *hw)
{
	u32 status;

	intel_write(&hw->nic, INTEL_CTRL, E1000E_CTRL_GIO_MASTER_DISABLE);
	if (read_poll_timeout(intel_read, status, !(status & E1000E_STATUS_GIO_MASTER_EN) ||
			      hw->nic.adapter->gone, 100, QUIET_USECS, false, &hw->nic,
			      INTEL_STATUS))
		pci_clear_master(hw->nic.adapter->pdev);
}

/**
 * rxmap_e1000e_reset() - software reset (10.2.2, CTRL.RST): no interrupt, no memory of ours in use
 * @hw: device
 *
 * Context: may sleep. Return: 0, -ENODEV or -ETIMEDOUT.
 */
int rxmap_e1000e_reset(struct e1000e *hw)
{
	u32 eec;
	int err;

	intel_write(&hw->nic, INTEL_IMC, INTEL_INT_ALL);
	intel_write(&hw->nic, INTEL_RCTL, 0);
	intel_write(&hw->nic, INTEL_TCTL, 0);
	intel_flush(&hw->nic);
	hw->nic.rctl = 0;
	if (hw->nic.adapter->gone)
		return -ENODEV;
	silence(hw);
	intel_write(&hw->nic, INTEL_CTRL, E1000E_CTRL_GIO_MASTER_DISABLE | INTEL_CTRL_RST);
	usleep_range(1000, 2000);
	err = read_poll_timeout(intel_read, eec, eec & E1000E_EEC_AUTO_RD, 1000, NVM_USECS, false,
				&hw->nic, E1000E_EEC);
	intel_write(&hw->nic, INTEL_IMC, INTEL_INT_ALL);
	intel_write(&hw->nic, INTEL_ICR, INTEL_INT_ALL);
	intel_flush(&hw->nic);
	return hw->nic.adapter->gone ? -ENODEV : err;
}

/* What RXCSUM says: checksums on request, the hash in place of a raw sum always. */
static void program_rxcsum(struct e1000e *hw, netdev_features_t features)
{
	u32 rxcsum = E1000E_RXCSUM_PCSD;

	if (features & NETIF_F_RXCSUM)
		rxcsum |= INTEL_RXCSUM_IPOFL | INTEL_RXCSUM_TUOFL;
	intel_write(&hw->nic, INTEL_RXCSUM, rxcsum);
}

static void program(struct e1000e *hw)
{
	/* speed and duplex by negotiation: no FRCSPD, no FRCDPLX */
	intel_write(&hw->nic, INTEL_CTRL, INTEL_CTRL_SLU | INTEL_CTRL_VME);
	intel_write(&hw->nic, E1000E_WUC, 0);
	intel_write(&hw->nic, E1000E_RFCTL, E1000E_RFCTL_EXSTEN | E1000E_RFCTL_ACK_DIS |
		     E1000E_RFCTL_ISCSI_DIS | E1000E_RFCTL_NFSW_DIS | E1000E_RFCTL_NFSR_DIS);
	/* interrupts are moderated per vector, not per packet */
	intel_write(&hw->nic, INTEL_RDTR, 0);
	intel_write(&hw->nic, INTEL_RADV, 0);
	intel_write(&hw->nic, E1000E_RSRPD, 0);
	program_rxcsum(hw, hw->nic.adapter->netdev->features);
	rxmap_intel_filter_restore(&hw->nic);
	rxmap_e1000e_rss_program(hw);
	rxmap_e1000e_rings_start(hw);
	rxmap_e1000e_irq_program(hw);
}

static void drain_all(struct rxmap_adapter *adapter)
{
	u16 i;

	for (i = 0; i < adapter->num_queues; i++) {
		struct e1000e_pair *pair = adapter->queues[i].hw;

		rxmap_e1000e_rx_drain(&adapter->queues[i]);
		rxmap_intel_tx_drain(&adapter->queues[i], &pair->tx);
	}
}

/* Receiver and transmitter start; what comes in waits for the first poll. */
static void start(struct e1000e *hw)
{
	u16 i;

	pci_set_master(hw->nic.adapter->pdev);
	intel_write(&hw->nic, INTEL_TCTL, INTEL_TCTL_EN | INTEL_TCTL_PSP |
					  FIELD_PREP(INTEL_TCTL_CT, INTEL_TCTL_CT_DEFAULT) |
					  FIELD_PREP(INTEL_TCTL_COLD, E1000E_TCTL_COLD_DEFAULT) |
					  E1000E_TCTL_RTLC | E1000E_TCTL_MULR);
	hw->nic.live = true;
	/* LPE always, as the MTU limits what is sent, not what comes */
	hw->nic.rctl_base = INTEL_RCTL_EN | INTEL_RCTL_LPE | INTEL_RCTL_BAM | INTEL_RCTL_SECRC;
	rxmap_intel_rx_mode(&hw->nic, hw->nic.adapter->netdev->features);
	for (i = 0; i < hw->nic.adapter->num_queues; i++)
		rxmap_e1000e_rx_show(&hw->nic.adapter->queues[i]);
	rxmap_e1000e_irq_enable(hw);
}

static int open(struct rxmap_adapter *adapter)
{
	struct e1000e *hw = adapter->priv;
	int err;
	u16 i;

	err = rxmap_e1000e_reset(hw);
	if (err)
		return err;
	err = rxmap_e1000e_rings_alloc(hw);
	if (err)
		return err;
	for (i = 0; i < adapter->num_queues; i++)
		rxmap_e1000e_rx_fill(&adapter->queues[i]);
	program(hw);
	err = rxmap_e1000e_irq_request(hw);
	if (err)
		goto err_rings;
	start(hw);
	if (!adapter->gone)
		return 0;

	err = -ENODEV;
	hw->nic.live = false;
	rxmap_intel_cut_off(&hw->nic);
	rxmap_e1000e_irq_free(hw);
err_rings:
	drain_all(adapter);
	rxmap_e1000e_rings_free(hw);
	return err;
}

static void stop(struct rxmap_adapter *adapter)
{
	struct e1000e *hw = adapter->priv;

	rxmap_intel_stop_counting(&hw->nic);
	rxmap_e1000e_reset(hw);
	rxmap_intel_cut_off(&hw->nic);
	rxmap_e1000e_irq_free(hw);
	drain_all(adapter);
	rxmap_e1000e_rings_free(hw);
}

static int set_features(struct rxmap_adapter *adapter, netdev_features_t features)
{
	struct e1000e *hw = adapter->priv;

	if (hw->nic.live) {
		program_rxcsum(hw, features);
		rxmap_intel_rx_mode(&hw->nic, features);
	}
	return 0;
}

/* open() sets up adapter->num_queues pairs */
static int set_queue_count(struct rxmap_adapter *adapter, u16 count)
{
	return 0;
}

static u32 dump_regs(struct rxmap_adapter *adapter, u32 *words)
{
	static const u32 own[] = {
		E1000E_EEC, E1000E_CTRL_EXT, E1000E_EIAC, E1000E_IAM, E1000E_IVAR,
		E1000E_EITR(0), E1000E_EITR(1), E1000E_EITR(2), E1000E_EITR(3), E1000E_EITR(4),
		E1000E_RXDCTL(0), E1000E_TXDCTL(0), E1000E_TARC(0),
		INTEL_RDBAL(1), INTEL_RDBAH(1), INTEL_RDLEN(1), INTEL_RDH(1), INTEL_RDT(1),
		INTEL_TDBAL(1), INTEL_TDBAH(1), INTEL_TDLEN(1), INTEL_TDH(1), INTEL_TDT(1),
		E1000E_RXDCTL(1), E1000E_TXDCTL(1), E1000E_TARC(1),
		E1000E_RFCTL, E1000E_MRQC,
	};

	return rxmap_intel_dump_regs(adapter->priv, own, ARRAY_SIZE(own), words);
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
	.irq_mask = rxmap_e1000e_irq_mask,
	.irq_arm = rxmap_e1000e_irq_arm,
	.irq_unmask = rxmap_e1000e_irq_unmask,
	.set_moderation = rxmap_e1000e_set_moderation,
	.set_queue_count = set_queue_count,
	.set_rx_mode = rxmap_intel_set_rx_mode,
	.set_mac = rxmap_intel_set_mac,
	.vlan_set = rxmap_intel_vlan_set,
	.set_features = set_features,
	.rss_get = rxmap_e1000e_rss_get,
	.rss_set = rxmap_e1000e_rss_set,
	.link_up = rxmap_intel_link_up,
	.read_hw_stats = rxmap_intel_read_hw_stats,
	.dump_regs = dump_regs,
};
