// SPDX-License-Identifier: GPL-2.0
/*
 * filter.c - which packets the device receives (3.2.1 and 9.3; data sheet 7.1)
 *
 * Sixteen exact addresses (RAL, RAH), a hash of 4096 bits for groups (MTA), a bit for each VLAN
 * (VFTA), and RCTL to switch them off. MTA and RCTL are written only where they change: on QEMU's
 * 82540EM a write of RCTL silences reception for a second. Context: RTNL.
 */
#include <linux/if_vlan.h>

#include "hw.h"

/* 13.5.2, 13.5.3: entry @i of the receive addresses */
static void write_address(const struct intel_nic *nic, unsigned int i, const u8 *addr)
{
	intel_write(nic, INTEL_RAL(i), get_unaligned_le32(addr));
	intel_write(nic, INTEL_RAH(i), get_unaligned_le16(addr + 4) | INTEL_RAH_AV);
}

/* Own address first, then further unicast ones. Returns false when they do not fit. */
static bool write_unicast(const struct intel_nic *nic, struct net_device *netdev)
{
	bool fit = netdev_uc_count(netdev) < INTEL_RA_ENTRIES;
	struct netdev_hw_addr *ha;
	unsigned int i = 0;

	write_address(nic, i++, netdev->dev_addr);
	if (fit)
		netdev_for_each_uc_addr(ha, netdev)
			write_address(nic, i++, ha->addr);
	for (; i < INTEL_RA_ENTRIES; i++)
		intel_write(nic, INTEL_RAH(i), 0);
	return fit;
}

/* 13.5.1, 10.2.5.21: the hash of an address chooses word and bit */
static void write_groups(struct intel_nic *nic, struct net_device *netdev)
{
	u32 mta[INTEL_MTA_WORDS] = {};
	struct netdev_hw_addr *ha;
	unsigned int i;

	netdev_for_each_mc_addr(ha, netdev) {
		u32 hash = FIELD_GET(INTEL_MTA_HASH_MO0, get_unaligned_le16(ha->addr + 4));

		mta[hash / 32] |= BIT(hash % 32);
	}
	for (i = 0; i < INTEL_MTA_WORDS; i++) {
		if (mta[i] != nic->mta[i])
			intel_write(nic, INTEL_MTA(i), mta[i]);
		nic->mta[i] = mta[i];
	}
}

/**
 * rxmap_intel_rx_mode() - addresses, promiscuity and VLAN filter; this also starts the receiver
 * @nic: device with rings; RCTL_EN is in @nic->rctl_base
 * @features: of the interface, as they are or will be
 *
 * More unicast addresses than entries mean promiscuous: too much is received, never too
 * little. The VLAN filter would keep things out of a promiscuous interface as well.
 *
 * Context: RTNL.
 */
void rxmap_intel_rx_mode(struct intel_nic *nic, netdev_features_t features)
{
	struct net_device *netdev = nic->adapter->netdev;
	u32 rctl = nic->rctl_base;

	netif_addr_lock_bh(netdev);
	if (!write_unicast(nic, netdev))
		rctl |= INTEL_RCTL_UPE;
	write_groups(nic, netdev);
	netif_addr_unlock_bh(netdev);

	if (netdev->flags & IFF_PROMISC)
		rctl |= INTEL_RCTL_UPE | INTEL_RCTL_MPE;
	else if (features & NETIF_F_HW_VLAN_CTAG_FILTER)
		rctl |= INTEL_RCTL_VFE;
	if (netdev->flags & IFF_ALLMULTI)
		rctl |= INTEL_RCTL_MPE;
	if (rctl == nic->rctl)
		return;
	nic->rctl = rctl;
	intel_write(nic, INTEL_RCTL, rctl);
}

/**
 * rxmap_intel_set_rx_mode() - ops->set_rx_mode
 * @adapter: NIC
 *
 * Context: RTNL.
 */
void rxmap_intel_set_rx_mode(struct rxmap_adapter *adapter)
{
	struct intel_nic *nic = adapter->priv;

	if (nic->live)
		rxmap_intel_rx_mode(nic, adapter->netdev->features);
}

/**
 * rxmap_intel_set_mac() - ops->set_mac
 * @adapter: NIC
 * @addr: new address
 *
 * Context: RTNL. Return: 0.
 */
int rxmap_intel_set_mac(struct rxmap_adapter *adapter, const u8 *addr)
{
	const struct intel_nic *nic = adapter->priv;

	if (nic->live)
		write_address(nic, 0, addr);
	return 0;
}

/**
 * rxmap_intel_vlan_set() - ops->vlan_set (13.5.4)
 * @adapter: NIC
 * @vid: VLAN
 * @on: let it in
 *
 * Context: RTNL. Return: 0.
 */
int rxmap_intel_vlan_set(struct rxmap_adapter *adapter, u16 vid, bool on)
{
	struct intel_nic *nic = adapter->priv;
	u32 *word = &nic->vfta[vid / 32];

	if (on)
		*word |= BIT(vid % 32);
	else
		*word &= ~BIT(vid % 32);
	if (nic->live)
		intel_write(nic, INTEL_VFTA(vid / 32), *word);
	return 0;
}

/**
 * rxmap_intel_filter_restore() - after a reset: no groups, the VLANs of before
 * @nic: device, not receiving
 *
 * Addresses follow with rxmap_intel_rx_mode().
 *
 * Context: RTNL.
 */
void rxmap_intel_filter_restore(struct intel_nic *nic)
{
	unsigned int i;

	for (i = 0; i < INTEL_MTA_WORDS; i++)
		intel_write(nic, INTEL_MTA(i), 0);
	memset(nic->mta, 0, sizeof(nic->mta));
	for (i = 0; i < INTEL_VFTA_WORDS; i++)
		intel_write(nic, INTEL_VFTA(i), nic->vfta[i]);
	intel_write(nic, INTEL_VET, ETH_P_8021Q);
}
