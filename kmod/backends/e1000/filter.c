// SPDX-License-Identifier: GPL-2.0
/*
 * filter.c - which packets the device receives: 3.2.1 "Packet Address Filtering", 9.3 VLANs
 *
 * Sixteen exact addresses (RAL, RAH), a hash of 4096 bits for groups (MTA), a bit for each VLAN
 * (VFTA), and RCTL to switch them off. Tables are written only where they change, and so is
 * RCTL: on QEMU's device a write of it silences reception for a second. Context: RTNL.
 */
#include <linux/if_vlan.h>

#include "hw.h"

/* 13.5.2, 13.5.3: entry @i of the receive addresses; NULL: not used */
static void write_address(struct e1k *hw, unsigned int i, const u8 *addr)
{
	if (!addr) {
		e1k_write(hw, E1K_RAH(i), 0);
		return;
	}
	e1k_write(hw, E1K_RAL(i), addr[0] | addr[1] << 8 | addr[2] << 16 | (u32)addr[3] << 24);
	e1k_write(hw, E1K_RAH(i), addr[4] | addr[5] << 8 | E1K_RAH_AV);
}

/* The unicast list, after the station's own address. False: it is too long. */
static bool write_unicast(struct e1k *hw, struct net_device *netdev)
{
	struct netdev_hw_addr *ha;
	unsigned int i = 1;

	if (netdev_uc_count(netdev) > E1K_RA_ENTRIES - 1)
		return false;
	netdev_for_each_uc_addr(ha, netdev)
		write_address(hw, i++, ha->addr);
	while (i < E1K_RA_ENTRIES)
		write_address(hw, i++, NULL);
	return true;
}

/* 13.5.1, with RCTL.MO 0: bits 47:36 of the address choose word and bit */
static void write_groups(struct e1k *hw, struct net_device *netdev)
{
	u32 mta[E1K_MTA_WORDS] = {};
	struct netdev_hw_addr *ha;
	unsigned int i;

	netdev_for_each_mc_addr(ha, netdev) {
		u32 hash = (ha->addr[5] << 8 | ha->addr[4]) >> 4;

		mta[hash / 32] |= BIT(hash % 32);
	}
	for (i = 0; i < E1K_MTA_WORDS; i++) {
		if (mta[i] != hw->mta[i])
			e1k_write(hw, E1K_MTA(i), mta[i]);
		hw->mta[i] = mta[i];
	}
}

/**
 * rxmap_e1000_set_rx_mode() - ops->set_rx_mode
 * @adapter: NIC
 *
 * More unicast addresses than entries mean promiscuous: too much is received, never too
 * little. The VLAN filter would keep things out of a promiscuous interface as well.
 *
 * Context: RTNL.
 */
void rxmap_e1000_set_rx_mode(struct rxmap_adapter *adapter)
{
	struct net_device *netdev = adapter->netdev;
	struct e1k *hw = adapter->priv;
	u32 rctl;

	if (!hw->live)
		return;
	rctl = hw->rctl & ~(E1K_RCTL_UPE | E1K_RCTL_MPE | E1K_RCTL_VFE);
	netif_addr_lock_bh(netdev);
	if (!write_unicast(hw, netdev))
		rctl |= E1K_RCTL_UPE;
	write_groups(hw, netdev);
	netif_addr_unlock_bh(netdev);

	if (netdev->flags & IFF_PROMISC)
		rctl |= E1K_RCTL_UPE | E1K_RCTL_MPE;
	else
		rctl |= E1K_RCTL_VFE;
	if (netdev->flags & IFF_ALLMULTI)
		rctl |= E1K_RCTL_MPE;
	if (rctl == hw->rctl)
		return;
	hw->rctl = rctl;
	e1k_write(hw, E1K_RCTL, rctl);
}

/**
 * rxmap_e1000_set_mac() - ops->set_mac
 * @adapter: NIC
 * @addr: new address
 *
 * Context: RTNL. Return: 0.
 */
int rxmap_e1000_set_mac(struct rxmap_adapter *adapter, const u8 *addr)
{
	struct e1k *hw = adapter->priv;

	if (hw->live)
		write_address(hw, 0, addr);
	return 0;
}

/**
 * rxmap_e1000_vlan_set() - ops->vlan_set (13.5.4)
 * @adapter: NIC
 * @vid: VLAN
 * @on: let it in
 *
 * Context: RTNL. Return: 0.
 */
int rxmap_e1000_vlan_set(struct rxmap_adapter *adapter, u16 vid, bool on)
{
	struct e1k *hw = adapter->priv;
	u32 *word = &hw->vfta[vid / 32];

	if (on)
		*word |= BIT(vid % 32);
	else
		*word &= ~BIT(vid % 32);
	if (hw->live)
		e1k_write(hw, E1K_VFTA(vid / 32), *word);
	return 0;
}

/**
 * rxmap_e1000_filter_restore() - after a reset: own address, no groups, the VLANs of before
 * @hw: device, not receiving
 *
 * The lists follow: the core calls ops->set_rx_mode after open.
 *
 * Context: RTNL.
 */
void rxmap_e1000_filter_restore(struct e1k *hw)
{
	unsigned int i;

	write_address(hw, 0, hw->adapter->netdev->dev_addr);
	for (i = 1; i < E1K_RA_ENTRIES; i++)
		write_address(hw, i, NULL);
	for (i = 0; i < E1K_MTA_WORDS; i++)
		e1k_write(hw, E1K_MTA(i), 0);
	memset(hw->mta, 0, sizeof(hw->mta));
	for (i = 0; i < E1K_VFTA_WORDS; i++)
		e1k_write(hw, E1K_VFTA(i), hw->vfta[i]);
	e1k_write(hw, E1K_VET, ETH_P_8021Q);
}
