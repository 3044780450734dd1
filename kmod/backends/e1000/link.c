// SPDX-License-Identifier: GPL-2.0
/*
 * link.c - the PHY and the carrier
 *
 * The PHY negotiates speed and duplex by itself; the MAC follows it (CTRL.ASDE, 8.6). All that is
 * left to do is to wake a PHY that another driver put to sleep. Process context.
 */
#include <linux/iopoll.h>
#include <linux/mii.h>

#include "hw.h"

#define POLL_USECS	20
#define TIMEOUT_USECS	10000

/* 13.4.7: one access to a PHY register, by polling */
static int phy_access(struct e1k *hw, u32 op, u32 reg, u16 *data)
{
	u32 value;
	int err;

	e1k_write(hw, E1K_MDIC, FIELD_PREP(E1K_MDIC_DATA, *data) |
				FIELD_PREP(E1K_MDIC_REGADD, reg) |
				FIELD_PREP(E1K_MDIC_PHYADD, E1K_PHY_ADDRESS) |
				FIELD_PREP(E1K_MDIC_OP, op));
	err = read_poll_timeout(e1k_read, value, value & E1K_MDIC_R, POLL_USECS, TIMEOUT_USECS,
				false, hw, E1K_MDIC);
	if (err)
		return err;
	if (value & E1K_MDIC_E)
		return -EIO;
	*data = FIELD_GET(E1K_MDIC_DATA, value);
	return 0;
}

/**
 * rxmap_e1000_phy_wake() - negotiate anew if the PHY is powered down or does not negotiate
 * @hw: device
 *
 * A PHY that is awake is left alone: a new negotiation costs the link for a while. One that
 * does not answer shows as a link that stays down.
 *
 * Context: RTNL; sleeps.
 */
void rxmap_e1000_phy_wake(struct e1k *hw)
{
	u16 bmcr = 0;

	if (phy_access(hw, E1K_MDIC_OP_READ, MII_BMCR, &bmcr))
		return;
	if ((bmcr & (BMCR_PDOWN | BMCR_ANENABLE)) == BMCR_ANENABLE)
		return;
	bmcr &= ~BMCR_PDOWN;
	bmcr |= BMCR_ANENABLE | BMCR_ANRESTART;
	phy_access(hw, E1K_MDIC_OP_WRITE, MII_BMCR, &bmcr);
}

/**
 * rxmap_e1000_link_up() - ops->link_up
 * @adapter: NIC
 *
 * Context: process. Return: STATUS.LU (13.4.2).
 */
bool rxmap_e1000_link_up(struct rxmap_adapter *adapter)
{
	u32 status = e1k_read(adapter->priv, E1K_STATUS);

	if (status == E1K_ALL_ONES) {
		rxmap_device_gone(adapter);
		return false;
	}
	return status & E1K_STATUS_LU;
}
