// SPDX-License-Identifier: GPL-2.0
/*
 * filter.c - which frames come in: addresses (RAL/RAH, MTA), VLANs (VFTA), promiscuity (RCTL)
 *
 * Data sheet 10.2.5, and chapter 7.1 "Packet Reception" for the order of the filters. Process
 * context under RTNL. The tables are kept here too: a reset forgets them, and a device register
 * is written only when it changes.
 */
#include <linux/if_vlan.h>

#include "hw.h"

static void write_rar(struct e1000e *nic, unsigned int i, const u8 *addr)
{
	e1000e_write(nic, E1000E_RAL(i), get_unaligned_le32(addr));
	e1000e_write(nic, E1000E_RAH(i), get_unaligned_le16(addr + 4) | E1000E_RAH_AV);
}

/* With RCTL.MO = 00b, bits 47:36 of an address, its last in memory, pick a bit of MTA. */
static void mta_set(u32 *mta, const u8 *addr)
{
	u32 hash = get_unaligned_le16(addr + 4) >> 4;

	mta[hash / 32] |= BIT(hash % 32);
}

static void write_mta(struct e1000e *nic, const u32 *mta)
{
	unsigned int i;

	for (i = 0; i < E1000E_MTA_SIZE; i++) {
		if (mta[i] == nic->mta[i])
			continue;
		e1000e_write(nic, E1000E_MTA(i), mta[i]);
		nic->mta[i] = mta[i];
	}
}

/* Own address first, then further unicast ones. Returns false when they do not fit. */
static bool write_unicast(struct e1000e *nic)
{
	struct net_device *netdev = nic->adapter->netdev;
	struct netdev_hw_addr *ha;
	unsigned int i = 0;
	bool fit = netdev_uc_count(netdev) < E1000E_RAR_SIZE;

	write_rar(nic, i++, netdev->dev_addr);
	if (fit)
		netdev_for_each_uc_addr(ha, netdev)
			write_rar(nic, i++, ha->addr);
	for (; i < E1000E_RAR_SIZE; i++)
		e1000e_write(nic, E1000E_RAH(i), 0);
	return fit;
}

static void write_multicast(struct e1000e *nic)
{
	struct netdev_hw_addr *ha;
	u32 mta[E1000E_MTA_SIZE] = {};

	netdev_for_each_mc_addr(ha, nic->adapter->netdev)
		mta_set(mta, ha->addr);
	write_mta(nic, mta);
}

/**
 * rxmap_e1000e_rx_mode() - addresses, promiscuity, VLAN filter, and how long frames may be
 * @nic: device
 * @features: of the interface, as they are or will be
 *
 * More unicast addresses than the device has room for mean promiscuous: too much is received,
 * never too little.
 *
 * Context: RTNL.
 */
void rxmap_e1000e_rx_mode(struct e1000e *nic, netdev_features_t features)
{
	struct net_device *netdev = nic->adapter->netdev;
	u32 rctl = E1000E_RCTL_EN | E1000E_RCTL_BAM | E1000E_RCTL_SECRC;
	bool fit;

	netif_addr_lock_bh(netdev);
	fit = write_unicast(nic);
	write_multicast(nic);
	netif_addr_unlock_bh(netdev);

	if (netdev->flags & IFF_PROMISC)
		rctl |= E1000E_RCTL_UPE | E1000E_RCTL_MPE;
	else if (features & NETIF_F_HW_VLAN_CTAG_FILTER)
		rctl |= E1000E_RCTL_VFE;
	if (!fit)
		rctl |= E1000E_RCTL_UPE;
	if (netdev->flags & IFF_ALLMULTI)
		rctl |= E1000E_RCTL_MPE;
	if (netdev->mtu > ETH_DATA_LEN)
		rctl |= E1000E_RCTL_LPE;
	if (rctl == nic->rctl)
		return;
	nic->rctl = rctl;
	e1000e_write(nic, E1000E_RCTL, rctl);
}

/**
 * rxmap_e1000e_set_rx_mode() - ops->set_rx_mode
 * @adapter: NIC
 *
 * Context: RTNL.
 */
void rxmap_e1000e_set_rx_mode(struct rxmap_adapter *adapter)
{
	rxmap_e1000e_rx_mode(adapter->priv, adapter->netdev->features);
}

/**
 * rxmap_e1000e_filter_program() - a device fresh from a reset learns the VLANs, forgets the groups
 * @nic: device
 *
 * Addresses and RCTL follow with ops->set_rx_mode, which the core calls after open.
 *
 * Context: RTNL.
 */
void rxmap_e1000e_filter_program(struct e1000e *nic)
{
	unsigned int i;

	for (i = 0; i < E1000E_MTA_SIZE; i++)
		e1000e_write(nic, E1000E_MTA(i), 0);
	memset(nic->mta, 0, sizeof(nic->mta));
	for (i = 0; i < E1000E_VFTA_SIZE; i++)
		e1000e_write(nic, E1000E_VFTA(i), nic->vfta[i]);
	e1000e_write(nic, E1000E_VET, ETH_P_8021Q);
}

/**
 * rxmap_e1000e_set_mac() - ops->set_mac
 * @adapter: NIC
 * @addr: new address
 *
 * Context: RTNL. Return: 0.
 */
int rxmap_e1000e_set_mac(struct rxmap_adapter *adapter, const u8 *addr)
{
	struct e1000e *nic = adapter->priv;

	if (nic->live)
		write_rar(nic, 0, addr);
	return 0;
}

/**
 * rxmap_e1000e_vlan_set() - ops->vlan_set
 * @adapter: NIC
 * @vid: VLAN
 * @on: let it in
 *
 * Context: RTNL. Return: 0.
 */
int rxmap_e1000e_vlan_set(struct rxmap_adapter *adapter, u16 vid, bool on)
{
	struct e1000e *nic = adapter->priv;
	u32 *word = &nic->vfta[vid / 32];

	if (on)
		*word |= BIT(vid % 32);
	else
		*word &= ~BIT(vid % 32);
	if (nic->live)
		e1000e_write(nic, E1000E_VFTA(vid / 32), *word);
	return 0;
}
