// SPDX-License-Identifier: GPL-2.0
/*
 * device.c - the device as a whole: reset, open, stop, features, statistics
 *
 * Owns the order of chapter 14 "General Initialization and Reset Operation". Every register that
 * matters is written at open, because a reset does not restore them all on QEMU's device.
 * open() starts from a reset, stop() ends with one. Process context, RTNL (probe: nobody else
 * knows the device yet), except the statistics.
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

/**
 * rxmap_e1000_flush() - wait until what was written has arrived; is the device still there?
 * @hw: device
 *
 * Context: any but the packet path. Return: false: it is gone, and the log says so.
 */
bool rxmap_e1000_flush(struct e1k *hw)
{
	if (e1k_read(hw, E1K_STATUS) != E1K_ALL_ONES)
		return true;
	rxmap_device_gone(hw->adapter);
	return false;
}

/* No interrupt, no DMA any more. */
static bool quiesce(struct e1k *hw)
{
	e1k_write(hw, E1K_IMC, E1K_INT_ALL);
	e1k_write(hw, E1K_RCTL, 0);
	e1k_write(hw, E1K_TCTL, E1K_TCTL_PSP);
	if (!rxmap_e1000_flush(hw))
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
	e1k_write(hw, E1K_CTRL, e1k_read(hw, E1K_CTRL) | E1K_CTRL_RST);
	err = read_poll_timeout(e1k_read, ctrl, !(ctrl & E1K_CTRL_RST), RESET_POLL_USECS,
				RESET_TIMEOUT_USECS, true, hw, E1K_CTRL);
	if (!rxmap_e1000_flush(hw))
		return -ENODEV;
	if (err) {
		pci_err(hw->adapter->pdev, "reset does not end\n");
		return err;
	}
	usleep_range(EEPROM_USECS, 2 * EEPROM_USECS);
	e1k_write(hw, E1K_IMC, E1K_INT_ALL);
	e1k_read(hw, E1K_ICR);
	return 0;
}

static u32 ctrl_of(netdev_features_t features)
{
	u32 ctrl = E1K_CTRL_FD | E1K_CTRL_ASDE | E1K_CTRL_SLU;

	return features & NETIF_F_HW_VLAN_CTAG_RX ? ctrl | E1K_CTRL_VME : ctrl;
}

/* 14.3 "General Configuration", 14.5 "Transmit Initialization" without its ring */
static void configure(struct e1k *hw)
{
	struct rxmap_queue *q = &hw->adapter->queues[0];

	hw->ctrl = ctrl_of(hw->adapter->netdev->features);
	e1k_write(hw, E1K_CTRL, hw->ctrl);
	rxmap_e1000_phy_wake(hw);
	rxmap_e1000_filter_restore(hw);
	e1k_write(hw, E1K_RXCSUM, E1K_RXCSUM_IPOFLD | E1K_RXCSUM_TUOFLD);
	/* no delay of single events; ITR alone spaces interrupts */
	e1k_write(hw, E1K_RDTR, 0);
	e1k_write(hw, E1K_RADV, 0);
	e1k_write(hw, E1K_TIDV, 0);
	e1k_write(hw, E1K_TADV, 0);
	e1k_write(hw, E1K_ITR, e1k_itr(q->moderation.usecs));
	e1k_write(hw, E1K_TIPG, FIELD_PREP(E1K_TIPG_IPGT, E1K_TIPG_IPGT_DEFAULT) |
				FIELD_PREP(E1K_TIPG_IPGR1, E1K_TIPG_IPGR1_DEFAULT) |
				FIELD_PREP(E1K_TIPG_IPGR2, E1K_TIPG_IPGR2_DEFAULT));
}

/* 14.4 "Receive Initialization": LPE always, as the MTU limits what is sent, not what comes */
static void start(struct e1k *hw)
{
	rxmap_e1000_tx_start(hw);
	e1k_write(hw, E1K_TCTL, E1K_TCTL_EN | E1K_TCTL_PSP |
				FIELD_PREP(E1K_TCTL_CT, E1K_TCTL_CT_DEFAULT) |
				FIELD_PREP(E1K_TCTL_COLD, E1K_TCTL_COLD_FULL));
	hw->rctl = E1K_RCTL_EN | E1K_RCTL_LPE | E1K_RCTL_BAM | E1K_RCTL_SECRC |
		   FIELD_PREP(E1K_RCTL_BSIZE, E1K_RCTL_BSIZE_2048);
	rxmap_e1000_rx_start(hw);
	hw->live = true;
	e1k_write(hw, E1K_IMS, E1K_INT_LSC);
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
	if (rxmap_e1000_flush(hw))
		return 0;

	err = -ENODEV;
	hw->live = false;
	rxmap_e1000_irq_free(hw);
err_rings:
	rxmap_e1000_rx_drain(&adapter->queues[0]);
	rxmap_e1000_rings_free(hw);
	return err;
}

/* The registers that count, since they were last read. stats_lock. */
static u32 count(struct e1k *hw, u32 reg)
{
	u32 value = e1k_read(hw, reg);

	if (value != E1K_ALL_ONES)
		return value;
	rxmap_e1000_flush(hw);	/* on an idle interface this read may be the first to tell */
	return 0;
}

static void collect(struct e1k *hw)
{
	hw->stats.rx_missed += count(hw, E1K_MPC);
	hw->stats.rx_errors += count(hw, E1K_CRCERRS) + count(hw, E1K_ALGNERRC) +
			       count(hw, E1K_RXERRC);
	hw->stats.tx_errors += count(hw, E1K_ECOL) + count(hw, E1K_LATECOL);
}

static void read_hw_stats(struct rxmap_adapter *adapter, struct rxmap_hw_stats *stats)
{
	struct e1k *hw = adapter->priv;
	unsigned long flags;

	spin_lock_irqsave(&hw->stats_lock, flags);
	if (hw->live && !adapter->gone)
		collect(hw);
	stats->rx_missed += hw->stats.rx_missed;
	stats->rx_errors += hw->stats.rx_errors;
	stats->tx_errors += hw->stats.tx_errors;
	spin_unlock_irqrestore(&hw->stats_lock, flags);
}

static void stop(struct rxmap_adapter *adapter)
{
	struct e1k *hw = adapter->priv;

	spin_lock_irq(&hw->stats_lock);
	if (!adapter->gone)
		collect(hw);
	hw->live = false;	/* from here on nobody reads the counters */
	spin_unlock_irq(&hw->stats_lock);

	/* one that does not end its reset, or is gone, is silent all the same: quiesce() */
	if (!adapter->gone)
		rxmap_e1000_reset(hw);
	rxmap_e1000_irq_free(hw);
	rxmap_e1000_rx_drain(&adapter->queues[0]);
	rxmap_e1000_tx_drain(&adapter->queues[0]);
	rxmap_e1000_rings_free(hw);
}

/* VME is for both directions: without it xmit inserts tags itself. */
static int set_features(struct rxmap_adapter *adapter, netdev_features_t features)
{
	struct e1k *hw = adapter->priv;

	WRITE_ONCE(hw->rx.csum_ok, features & NETIF_F_RXCSUM ? RXMAP_DESC_CSUM_OK : 0);
	if (!hw->live)
		return 0;
	WRITE_ONCE(hw->ctrl, ctrl_of(features));
	e1k_write(hw, E1K_CTRL, hw->ctrl);
	return 0;
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
	.set_rx_mode = rxmap_e1000_set_rx_mode,
	.set_mac = rxmap_e1000_set_mac,
	.vlan_set = rxmap_e1000_vlan_set,
	.set_features = set_features,
	.rss_get = rxmap_nop_rss_get,
	.rss_set = rxmap_nop_rss_set,
	.link_up = rxmap_e1000_link_up,
	.read_hw_stats = read_hw_stats,
};
