// SPDX-License-Identifier: GPL-2.0
/*
 * describe.c - what an 82540EM means for the interface: features, address, MTU, sizes
 *
 * Runs once, in probe.
 */
#include "hw.h"

static void describe_features(struct net_device *netdev)
{
	/* 3.6: the checksum's start and place are free, so any protocol; 3.5: IPv4 and IPv6 */
	const netdev_features_t offloads = NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_TSO |
					   NETIF_F_TSO6;

	netdev->vlan_features = offloads | NETIF_F_HIGHDMA;
	netdev->hw_features = offloads | NETIF_F_RXCSUM | NETIF_F_HW_VLAN_CTAG_RX |
			      NETIF_F_HW_VLAN_CTAG_TX;
	netdev->features = netdev->hw_features | NETIF_F_HIGHDMA | NETIF_F_HW_VLAN_CTAG_FILTER;
	/* the receive addresses can be written at any time, and there are more than one */
	netdev->priv_flags |= IFF_LIVE_ADDR_CHANGE | IFF_UNICAST_FLT;
}

/**
 * rxmap_e1000_describe() - fill what backend.h marks (b)
 * @hw: device after a reset
 *
 * Context: probe. Return: 0, or an errno when there is no address to be had.
 */
int rxmap_e1000_describe(struct e1k *hw)
{
	struct rxmap_adapter *adapter = hw->nic.adapter;
	struct net_device *netdev = adapter->netdev;
	u8 addr[ETH_ALEN];
	int err;

	err = rxmap_e1000_eeprom_mac(hw, addr);
	if (err)
		return err;
	eth_hw_addr_set(netdev, addr);

	adapter->dma_dev = &adapter->pdev->dev;
	adapter->caps = RXMAP_CAP_VLAN_FILTER;
	adapter->rx_ring_max = INTEL_RING_MAX;
	adapter->tx_ring_max = INTEL_RING_MAX;
	adapter->rx_ring_size = INTEL_RING_DEFAULT;
	adapter->tx_ring_size = INTEL_RING_DEFAULT;
	netdev->min_mtu = ETH_MIN_MTU;
	netdev->max_mtu = E1K_FRAME_MAX - ETH_HLEN - ETH_FCS_LEN;
	describe_features(netdev);
	return 0;
}
