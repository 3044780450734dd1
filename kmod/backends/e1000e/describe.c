// SPDX-License-Identifier: GPL-2.0
/*
 * describe.c - what the chip means for the interface: features, address, MTU, sizes
 *
 * Runs once, in probe, after a reset.
 */
#include <linux/if_vlan.h>

#include "hw.h"

static void describe_features(struct net_device *netdev)
{
	netdev_features_t offloads = NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_TSO | NETIF_F_TSO6;

	netdev->hw_features = offloads | NETIF_F_RXCSUM | NETIF_F_HW_VLAN_CTAG_FILTER;
	/* CTRL.VME strips and inserts, both or none: always both */
	netdev->features = netdev->hw_features | NETIF_F_RXHASH | NETIF_F_HIGHDMA |
			   NETIF_F_HW_VLAN_CTAG_RX | NETIF_F_HW_VLAN_CTAG_TX;
	netdev->vlan_features = offloads | NETIF_F_HIGHDMA;
}

/* A reset loads the address from the NVM into receive address 0 (10.2.5, RAL and RAH). */
static void describe_address(struct e1000e *hw)
{
	struct net_device *netdev = hw->nic.adapter->netdev;
	u8 addr[ETH_ALEN];

	put_unaligned_le32(intel_read(&hw->nic, INTEL_RAL(0)), addr);
	put_unaligned_le16(intel_read(&hw->nic, INTEL_RAH(0)), addr + 4);
	netdev->priv_flags |= IFF_LIVE_ADDR_CHANGE | IFF_UNICAST_FLT;
	if (is_valid_ether_addr(addr))
		eth_hw_addr_set(netdev, addr);
	else
		eth_hw_addr_random(netdev);
}

/**
 * rxmap_e1000e_describe() - fill what backend.h marks (b)
 * @hw: device, reset, with its adapter
 *
 * Context: probe.
 */
void rxmap_e1000e_describe(struct e1000e *hw)
{
	struct rxmap_adapter *adapter = hw->nic.adapter;
	struct net_device *netdev = adapter->netdev;

	adapter->dma_dev = &adapter->pdev->dev;
	adapter->caps = RXMAP_CAP_QUEUE_RESET | RXMAP_CAP_VLAN_FILTER | RXMAP_CAP_RSS;
	if (adapter->max_queues > 1)
		adapter->caps |= RXMAP_CAP_MULTIQUEUE;
	adapter->num_queues = min_t(unsigned int, adapter->max_queues, num_online_cpus());
	adapter->irq_spacing_usecs = INTEL_USECS_MIN;
	adapter->rx_ring_max = INTEL_RING_MAX;
	adapter->tx_ring_max = INTEL_RING_MAX;
	adapter->rx_ring_size = INTEL_RING_DEFAULT;
	adapter->tx_ring_size = INTEL_RING_DEFAULT;
	adapter->rss_indir_size = E1000E_RETA_ENTRIES;
	adapter->rss_key_size = E1000E_RSSRK_BYTES;
	describe_features(netdev);
	describe_address(hw);
	netdev->min_mtu = ETH_MIN_MTU;
	netdev->max_mtu = E1000E_FRAME_MAX - VLAN_ETH_HLEN - E1000E_FCS_LEN;
}
