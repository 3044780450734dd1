// SPDX-License-Identifier: GPL-2.0
/*
 * describe.c - what a negotiated device means for the interface: features, address, MTU, sizes
 *
 * Runs once, in probe. 5.1.3 "Feature bits", 5.1.4 "Device configuration layout".
 */
#include "hw.h"

static void describe_features(struct vnet *vnet)
{
	struct net_device *netdev = vnet->adapter->netdev;
	netdev_features_t changeable = 0, features = NETIF_F_HIGHDMA;

	if (vnet_has(vnet, VIRTIO_NET_F_CSUM)) {
		changeable |= NETIF_F_HW_CSUM | NETIF_F_SG;
		if (vnet_has(vnet, VIRTIO_NET_F_HOST_TSO4))
			changeable |= NETIF_F_TSO;
		if (vnet_has(vnet, VIRTIO_NET_F_HOST_TSO6))
			changeable |= NETIF_F_TSO6;
		if (vnet_has(vnet, VIRTIO_NET_F_HOST_ECN))
			changeable |= NETIF_F_TSO_ECN;
#ifdef VIRTIO_NET_F_HOST_USO
		if (vnet_has(vnet, VIRTIO_NET_F_HOST_USO))
			changeable |= NETIF_F_GSO_UDP_L4;
#endif
		/* the device checks merged packets that we forward */
		features |= NETIF_F_GSO_ROBUST;
	}
	netdev->vlan_features = changeable | features;

	if (vnet_has(vnet, VIRTIO_NET_F_GUEST_CSUM))
		features |= NETIF_F_RXCSUM;
	if (vnet_has(vnet, VIRTIO_NET_F_GUEST_TSO4) || vnet_has(vnet, VIRTIO_NET_F_GUEST_TSO6))
		features |= NETIF_F_GRO_HW;
	if (vnet_has(vnet, VIRTIO_NET_F_CTRL_GUEST_OFFLOADS))
		changeable |= features & (NETIF_F_RXCSUM | NETIF_F_GRO_HW);
	if (vnet_has(vnet, VIRTIO_NET_F_CTRL_VLAN))
		features |= NETIF_F_HW_VLAN_CTAG_FILTER;
	netdev->hw_features = changeable;
	netdev->features = changeable | features;
}

static void describe_address(struct vnet *vnet)
{
	struct net_device *netdev = vnet->adapter->netdev;
	u8 addr[ETH_ALEN];

	/* the control queue changes the address of a running device; unicast lists are filtered */
	netdev->priv_flags |= IFF_LIVE_ADDR_CHANGE | IFF_UNICAST_FLT;
	rxmap_virtio_net_config_mac(vnet, addr);
	if (vnet_has(vnet, VIRTIO_NET_F_MAC) && is_valid_ether_addr(addr))
		eth_hw_addr_set(netdev, addr);
	else
		eth_hw_addr_random(netdev);
}

static void describe_mtu(struct vnet *vnet)
{
	struct net_device *netdev = vnet->adapter->netdev;
	u16 mtu = rxmap_virtio_net_config16(vnet, offsetof(struct virtio_net_config, mtu));

	netdev->min_mtu = ETH_MIN_MTU;
	/* without mergeable buffers a packet must fit one of the core's, 2 KB less an overhead */
	netdev->max_mtu = vnet_has(vnet, VIRTIO_NET_F_MRG_RXBUF) ? ETH_MAX_MTU : ETH_DATA_LEN;
	if (vnet_has(vnet, VIRTIO_NET_F_MTU) && mtu >= ETH_MIN_MTU) {
		netdev->max_mtu = min_t(unsigned int, mtu, netdev->max_mtu);
		netdev->mtu = min_t(unsigned int, mtu, netdev->max_mtu);
	}
}

/**
 * rxmap_virtio_net_describe() - fill what backend.h marks (b)
 * @vnet: device, negotiated, with its adapter
 * @max_queues: as given to rxmap_adapter_alloc()
 *
 * Context: probe.
 */
void rxmap_virtio_net_describe(struct vnet *vnet, u16 max_queues)
{
	struct rxmap_adapter *adapter = vnet->adapter;

	if (vnet_has(vnet, VIRTIO_F_ACCESS_PLATFORM))
		adapter->dma_dev = &adapter->pdev->dev;
	adapter->caps = RXMAP_CAP_SW_MODERATION | RXMAP_CAP_IRQ_AHEAD;
	if (vnet_has(vnet, VIRTIO_F_RING_RESET))
		adapter->caps |= RXMAP_CAP_QUEUE_RESET;
	if (vnet_has(vnet, VIRTIO_NET_F_CTRL_VLAN))
		adapter->caps |= RXMAP_CAP_VLAN_FILTER;
	if (max_queues > 1)
		adapter->caps |= RXMAP_CAP_MULTIQUEUE;
	adapter->num_queues = min_t(unsigned int, max_queues, num_online_cpus());
	adapter->rx_ring_max = vp_modern_get_queue_size(vnet->mdev, 0);
	adapter->tx_ring_max = vp_modern_get_queue_size(vnet->mdev, 1);
	adapter->rx_ring_size = adapter->rx_ring_max;
	adapter->tx_ring_size = adapter->tx_ring_max;
	adapter->rx_prefix = VNET_HDR_LEN;
	describe_features(vnet);
	describe_address(vnet);
	describe_mtu(vnet);
}

/**
 * rxmap_virtio_net_count_pairs() - queue pairs that the device and its vectors allow
 * @vnet: device, negotiated; device_pairs is set
 *
 * Context: probe. Return: at least 1.
 */
u16 rxmap_virtio_net_count_pairs(struct vnet *vnet)
{
	unsigned int by_vectors = (pci_msix_vec_count(vnet->mdev->pci_dev) - 1) / 2;
	const unsigned int offset = offsetof(struct virtio_net_config, max_virtqueue_pairs);

	vnet->device_pairs = 1;
	if (vnet_has(vnet, VIRTIO_NET_F_MQ))
		vnet->device_pairs = rxmap_virtio_net_config16(vnet, offset);
	if (!vnet->device_pairs || vnet->device_pairs > VIRTIO_NET_CTRL_MQ_VQ_PAIRS_MAX / 2)
		vnet->device_pairs = 1;
	return min_t(unsigned int, vnet->device_pairs, by_vectors);
}
