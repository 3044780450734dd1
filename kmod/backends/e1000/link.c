// SPDX-License-Identifier: GPL-2.0
/*
 * link.c - the PHY
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

	intel_write(&hw->nic, E1K_MDIC, FIELD_PREP(E1K_MDIC_DATA, *data) |
				FIELD_PREP(E1K_MDIC_REGADD, reg) |
				FIELD_PREP(E1K_MDIC_PHYADD, E1K_PHY_ADDRESS) |
				FIELD_PREP(E1K_MDIC_OP, op));
	err = read_poll_timeout(intel_read, value, value & E1K_MDIC_R, POLL_USECS, TIMEOUT_USECS,
				false, &hw->nic, E1K_MDIC);
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
