// SPDX-License-Identifier: GPL-2.0
/*
 * device.c - the device as a whole: reset, open, stop, features
 *
 * Owns the order of chapter 14 "General Initialization and Reset Operation". Every register that
 * matters is written at open, because a reset does not restore them all on QEMU's device.
 * open() starts from a reset, stop() ends with one. Process context, RTNL (probe: nobody else
 * knows the device yet).
 */
#include <linux/delay.h>
#include <linux/iopoll.h>

#include "hw.h"

/* Longest that a packet takes that is on its way when a direction is switched off: 10 Mb/s */
#define QUIET_USECS		10000
/* 14.7: a reset takes a microsecond, the EEPROM is read again in a few milliseconds */
#define RESET_POLL_USECS	10
#define RESET_TIMEOUT_USECS	20000
#define EEPROM_USECS		5000

/* No interrupt, no DMA any more. */
static bool quiesce(struct e1k *hw)
{
	intel_write(&hw->nic, INTEL_IMC, INTEL_INT_ALL);
	intel_write(&hw->nic, INTEL_RCTL, 0);
	intel_write(&hw->nic, INTEL_TCTL, INTEL_TCTL_PSP);
	hw->nic.rctl = 0;
	intel_flush(&hw->nic);
	if (hw->nic.adapter->gone)
		return false;
	usleep_range(QUIET_USECS, 2 * QUIET_USECS);
	return true;
}

/**
 * rxmap_e1000_reset() - 14.7 "Reset Operation": silence, whatever another driver left running
 * @hw: device
 *
 * Context: probe, RTNL; sleeps. Return: 0; -ENODEV: the device is gone; -ETIMEDOUT.
 */
int rxmap_e1000_reset(struct e1k *hw)
{
	u32 ctrl;
	int err;

	if (!quiesce(hw))
		return -ENODEV;
	intel_write(&hw->nic, INTEL_CTRL, intel_read(&hw->nic, INTEL_CTRL) | INTEL_CTRL_RST);
	err = read_poll_timeout(intel_read, ctrl, !(ctrl & INTEL_CTRL_RST), RESET_POLL_USECS,
				RESET_TIMEOUT_USECS, true, &hw->nic, INTEL_CTRL);
	if (hw->nic.adapter->gone)
		return -ENODEV;
	if (err) {
		pci_err(hw->nic.adapter->pdev, "reset does not end\n");
		return err;
	}
	usleep_range(EEPROM_USECS, 2 * EEPROM_USECS);
	intel_write(&hw->nic, INTEL_IMC, INTEL_INT_ALL);
	intel_read(&hw->nic, INTEL_ICR);
	return 0;
}

/* VME is for both directions: without it xmit inserts tags itself. */
static void write_ctrl(struct e1k *hw, netdev_features_t features)
{
	bool vme = features & NETIF_F_HW_VLAN_CTAG_RX;

	WRITE_ONCE(hw->tx.vme, vme);
	intel_write(&hw->nic, INTEL_CTRL, E1K_CTRL_FD | E1K_CTRL_ASDE | INTEL_CTRL_SLU |
					  (vme ? INTEL_CTRL_VME : 0));
}

/* 14.3 "General Configuration", 14.5 "Transmit Initialization" without its ring */
static void configure(struct e1k *hw)
{
	struct rxmap_queue *q = &hw->nic.adapter->queues[0];

	write_ctrl(hw, hw->nic.adapter->netdev->features);
	rxmap_e1000_phy_wake(hw);
	rxmap_intel_filter_restore(&hw->nic);
	intel_write(&hw->nic, INTEL_RXCSUM, INTEL_RXCSUM_IPOFL | INTEL_RXCSUM_TUOFL);
	/* no delay of single events; ITR alone spaces interrupts */
	intel_write(&hw->nic, INTEL_RDTR, 0);
	intel_write(&hw->nic, INTEL_RADV, 0);
	intel_write(&hw->nic, E1K_TIDV, 0);
	intel_write(&hw->nic, E1K_TADV, 0);
	rxmap_intel_moderation_start(q, INTEL_ITR);
	intel_write(&hw->nic, E1K_TIPG, FIELD_PREP(E1K_TIPG_IPGT, E1K_TIPG_IPGT_DEFAULT) |
					FIELD_PREP(E1K_TIPG_IPGR1, E1K_TIPG_IPGR1_DEFAULT) |
					FIELD_PREP(E1K_TIPG_IPGR2, E1K_TIPG_IPGR2_DEFAULT));
}

/* 14.4 "Receive Initialization": LPE always, as the MTU limits what is sent, not what comes */
static void start(struct e1k *hw)
{
	pci_set_master(hw->nic.adapter->pdev);
	rxmap_intel_tx_start(&hw->nic, 0, &hw->tx);
	intel_write(&hw->nic, INTEL_TCTL, INTEL_TCTL_EN | INTEL_TCTL_PSP |
					  FIELD_PREP(INTEL_TCTL_CT, INTEL_TCTL_CT_DEFAULT) |
					  FIELD_PREP(INTEL_TCTL_COLD, INTEL_TCTL_COLD_FULL));
	hw->nic.rctl_base = INTEL_RCTL_EN | INTEL_RCTL_LPE | INTEL_RCTL_BAM | INTEL_RCTL_SECRC;
	rxmap_e1000_rx_start(hw);
	rxmap_intel_rx_mode(&hw->nic, hw->nic.adapter->netdev->features);
	hw->nic.live = true;
	intel_write(&hw->nic, INTEL_IMS, INTEL_INT_LSC);
}

static int open(struct rxmap_adapter *adapter)
{
	struct e1k *hw = adapter->priv;
	int err;

	err = adapter->gone ? -ENODEV : rxmap_e1000_reset(hw);
	if (err)
		return err;
	err = rxmap_e1000_rings_alloc(hw);
	if (err)
		return err;
	rxmap_e1000_rx_fill(&adapter->queues[0]);
	err = rxmap_e1000_irq_request(hw);
	if (err)
		goto err_rings;
	configure(hw);
	start(hw);
	intel_flush(&hw->nic);
	if (!adapter->gone)
		return 0;

	err = -ENODEV;
	hw->nic.live = false;
	rxmap_intel_cut_off(&hw->nic);
	rxmap_e1000_irq_free(hw);
err_rings:
	rxmap_e1000_rx_drain(&adapter->queues[0]);
	rxmap_e1000_rings_free(hw);
	return err;
}

static void stop(struct rxmap_adapter *adapter)
{
	struct e1k *hw = adapter->priv;

	rxmap_intel_stop_counting(&hw->nic);
	/* one that does not end its reset is silent all the same: quiesce() */
	if (!adapter->gone)
		rxmap_e1000_reset(hw);
	rxmap_intel_cut_off(&hw->nic);
	rxmap_e1000_irq_free(hw);
	rxmap_e1000_rx_drain(&adapter->queues[0]);
	rxmap_intel_tx_drain(&adapter->queues[0], &hw->tx);
	rxmap_e1000_rings_free(hw);
}

static int set_features(struct rxmap_adapter *adapter, netdev_features_t features)
{
	struct e1k *hw = adapter->priv;

	WRITE_ONCE(hw->rx.csum_ok, features & NETIF_F_RXCSUM ? RXMAP_DESC_CSUM_OK : 0);
	if (hw->nic.live)
		write_ctrl(hw, features);
	return 0;
}

static u32 dump_regs(struct rxmap_adapter *adapter, u32 *words)
{
	static const u32 own[] = { E1K_TIPG, E1K_TIDV, E1K_TADV };

	return rxmap_intel_dump_regs(adapter->priv, own, ARRAY_SIZE(own), words);
}

const struct rxmap_backend_ops rxmap_e1000_ops = {
	.name = "e1000",
	.open = open,
	.stop = stop,
	.xmit = rxmap_e1000_xmit,
	.tx_clean = rxmap_e1000_tx_clean,
	.rx_poll = rxmap_e1000_rx_poll,
	.rx_pending = rxmap_e1000_rx_pending,
	.rx_refill = rxmap_e1000_rx_refill,
	.rx_reset = rxmap_nop_rx_reset,
	.rx_plain = rxmap_nop_rx_plain,
	.irq_mask = rxmap_e1000_irq_mask,
	.irq_arm = rxmap_nop_irq_arm,
	.irq_unmask = rxmap_e1000_irq_unmask,
	.set_moderation = rxmap_e1000_set_moderation,
	.set_queue_count = rxmap_nop_set_queue_count,
	.set_rx_mode = rxmap_intel_set_rx_mode,
	.set_mac = rxmap_intel_set_mac,
	.vlan_set = rxmap_intel_vlan_set,
	.set_features = set_features,
	.rss_get = rxmap_nop_rss_get,
	.rss_set = rxmap_nop_rss_set,
	.link_up = rxmap_intel_link_up,
	.read_hw_stats = rxmap_intel_read_hw_stats,
	.dump_regs = dump_regs,
};
