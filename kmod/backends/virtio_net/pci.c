// SPDX-License-Identifier: GPL-2.0
/*
 * pci.c - the PCI driver "rxmap-virtio_net": which functions it takes, probe, remove, suspend
 *
 * The id table is empty: a device comes only by driver_override. Modern and
 * transitional devices (4.1.2 "PCI Device Discovery") are driven through their modern
 * interface; anything else is refused by name.
 */
#include <linux/module.h>
#include <linux/pm.h>
#include <linux/rtnetlink.h>

#include "hw.h"

#define PCI_DEVICE_ID_VIRTIO_NET_TRANSITIONAL	0x1000
#define PCI_DEVICE_ID_VIRTIO_NET		(0x1040 + VIRTIO_ID_NET)

/* One vector for the configuration, and two for each queue pair */
#define VECTORS_MIN	3

static bool match(struct pci_dev *pdev)
{
	return pdev->vendor == PCI_VENDOR_ID_REDHAT_QUMRANET &&
	       (pdev->device == PCI_DEVICE_ID_VIRTIO_NET ||
		pdev->device == PCI_DEVICE_ID_VIRTIO_NET_TRANSITIONAL);
}

static int check_function(struct pci_dev *pdev)
{
	if (!match(pdev)) {
		pci_err(pdev, "%04x:%04x is not a virtio network device\n", pdev->vendor,
			pdev->device);
		return -ENODEV;
	}
	if (pci_msix_vec_count(pdev) < VECTORS_MIN) {
		pci_err(pdev, "needs MSI-X with at least %d vectors (QEMU: vectors=)\n",
			VECTORS_MIN);
		return -EOPNOTSUPP;
	}
	return 0;
}

/* 5.1.6.5.4 "Gratuitous Packet Sending": after a migration the device asks for it */
static void announce(struct work_struct *work)
{
	struct vnet *vnet = container_of(work, struct vnet, announce_work);

	rtnl_lock();
	if (vnet->live &&
	    rxmap_virtio_net_config16(vnet, offsetof(struct virtio_net_config, status)) &
	    VIRTIO_NET_S_ANNOUNCE) {
		netdev_notify_peers(vnet->adapter->netdev);
		rxmap_virtio_net_announce_ack(vnet);
	}
	rtnl_unlock();
}

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

/* Fill what backend.h marks (b). The device is negotiated. */
static void describe(struct vnet *vnet, u16 max_queues)
{
	struct rxmap_adapter *adapter = vnet->adapter;

	if (vnet_has(vnet, VIRTIO_F_ACCESS_PLATFORM))
		adapter->dma_dev = &adapter->pdev->dev;
	adapter->caps = RXMAP_CAP_SW_MODERATION;
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

/* Queue pairs that the device and its vectors allow; reads the configuration */
static u16 count_pairs(struct vnet *vnet)
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

/* The number of queues is needed to allocate the adapter, so a first negotiation runs on a
 * bare struct vnet, which the adapter's private part then takes over.
 */
static struct vnet *adapter_create(struct virtio_pci_modern_device *mdev)
{
	struct pci_dev *pdev = mdev->pci_dev;
	struct vnet *first, *vnet = NULL;
	struct rxmap_adapter *adapter;
	u16 max_queues, i;
	int err;

	first = kzalloc(sizeof(*first), GFP_KERNEL);
	if (!first)
		return ERR_PTR(-ENOMEM);
	first->mdev = mdev;
	err = rxmap_virtio_net_negotiate(first);
	if (err)
		goto out;
	max_queues = count_pairs(first);

	err = -ENOMEM;
	adapter = rxmap_adapter_alloc(pdev, &rxmap_virtio_net_ops, sizeof(*vnet), max_queues);
	if (!adapter)
		goto out;
	vnet = adapter->priv;
	*vnet = *first;
	vnet->adapter = adapter;
	INIT_WORK(&vnet->announce_work, announce);
	for (i = 0; i < max_queues; i++) {
		adapter->queues[i].hw = devm_kzalloc(&pdev->dev, sizeof(struct vnet_pair),
						     GFP_KERNEL);
		if (!adapter->queues[i].hw) {
			rxmap_adapter_free(adapter);
			goto out;
		}
	}
	describe(vnet, max_queues);
	err = 0;
out:
	kfree(first);
	return err ? ERR_PTR(err) : vnet;
}

static int probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct virtio_pci_modern_device *mdev;
	struct vnet *vnet;
	int err;

	err = check_function(pdev);
	if (err)
		return err;
	mdev = devm_kzalloc(&pdev->dev, sizeof(*mdev), GFP_KERNEL);
	if (!mdev)
		return -ENOMEM;
	mdev->pci_dev = pdev;
	err = pci_enable_device(pdev);
	if (err)
		return err;
	err = vp_modern_probe(mdev);
	if (err || mdev->id.device != VIRTIO_ID_NET) {
		pci_err(pdev, "no modern virtio network interface (legacy-only?): %d\n", err);
		err = err ?: -ENODEV;
		goto err_disable;
	}
	pci_set_master(pdev);
	err = pci_alloc_irq_vectors(pdev, VECTORS_MIN, pci_msix_vec_count(pdev), PCI_IRQ_MSIX);
	if (err < 0)
		goto err_modern;

	vnet = adapter_create(mdev);
	if (IS_ERR(vnet)) {
		err = PTR_ERR(vnet);
		goto err_vectors;
	}
	pci_set_drvdata(pdev, vnet->adapter);
	rxmap_virtio_net_reset(vnet);
	err = rxmap_adapter_register(vnet->adapter);
	if (err)
		goto err_adapter;
	return 0;

err_adapter:
	rxmap_adapter_free(vnet->adapter);
err_vectors:
	pci_free_irq_vectors(pdev);
err_modern:
	vp_modern_remove(mdev);
err_disable:
	pci_disable_device(pdev);
	return err;
}

static void remove(struct pci_dev *pdev)
{
	struct rxmap_adapter *adapter = pci_get_drvdata(pdev);
	struct vnet *vnet = adapter->priv;
	struct virtio_pci_modern_device *mdev = vnet->mdev;

	if (!pci_device_is_present(pdev))
		adapter->gone = true;
	rxmap_adapter_unregister(adapter);
	cancel_work_sync(&vnet->announce_work);
	rxmap_adapter_free(adapter);
	pci_free_irq_vectors(pdev);
	vp_modern_remove(mdev);
	pci_disable_device(pdev);
}

/* At power-off the device must not write into memory that another kernel owns (kexec). */
static void shutdown(struct pci_dev *pdev)
{
	struct rxmap_adapter *adapter = pci_get_drvdata(pdev);

	rtnl_lock();
	netif_device_detach(adapter->netdev);
	dev_close(adapter->netdev);
	rtnl_unlock();
}

static int __maybe_unused suspend(struct device *dev)
{
	struct rxmap_adapter *adapter = dev_get_drvdata(dev);
	struct net_device *netdev = adapter->netdev;

	rtnl_lock();
	netif_device_detach(netdev);
	if (netif_running(netdev))
		netdev->netdev_ops->ndo_stop(netdev);
	rtnl_unlock();
	return 0;
}

static int __maybe_unused resume(struct device *dev)
{
	struct rxmap_adapter *adapter = dev_get_drvdata(dev);
	struct net_device *netdev = adapter->netdev;
	int err = 0;

	rtnl_lock();
	if (netif_running(netdev))
		err = netdev->netdev_ops->ndo_open(netdev);
	if (!err)
		netif_device_attach(netdev);
	rtnl_unlock();
	return err;
}

static SIMPLE_DEV_PM_OPS(pm_ops, suspend, resume);

/* Empty: no NIC is taken at boot; the absent MODULE_DEVICE_TABLE keeps udev away too. */
static const struct pci_device_id no_ids[] = { {} };

static struct pci_driver driver = {
	.name = "rxmap-virtio_net",
	.id_table = no_ids,
	.probe = probe,
	.remove = remove,
	.shutdown = shutdown,
	.driver.pm = &pm_ops,
};

const struct rxmap_backend rxmap_virtio_net_backend = {
	.driver = &driver,
	.match = match,
};
