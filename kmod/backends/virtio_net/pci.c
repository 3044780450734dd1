// SPDX-License-Identifier: GPL-2.0
/*
 * pci.c - the PCI driver "rxmap-virtio_net": which functions it takes, probe, remove
 *
 * A device comes only by driver_override. Modern and transitional devices (4.1.2 "PCI Device
 * Discovery") are driven through their modern interface; anything else is refused by name.
 */
#include <linux/module.h>
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
	max_queues = rxmap_virtio_net_count_pairs(first);

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
	rxmap_virtio_net_describe(vnet, max_queues);
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
	if (err == -ENODEV)
		pci_err(pdev, "has no modern virtio interface (legacy only)\n");
	else if (err)
		pci_err(pdev, "setting up the modern virtio interface failed: %d\n", err);
	if (err)
		goto err_disable;
	if (mdev->id.device != VIRTIO_ID_NET) {
		pci_err(pdev, "virtio device %u is not a network interface\n", mdev->id.device);
		err = -ENODEV;
		goto err_modern;
	}
	err = pci_alloc_irq_vectors(pdev, VECTORS_MIN, pci_msix_vec_count(pdev), PCI_IRQ_MSIX);
	if (err < 0) {
		/* it may be ENODEV, of which the driver core does not speak */
		pci_err(pdev, "MSI-X vectors: allocation failed: %d\n", err);
		goto err_modern;
	}

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

/* What was negotiated (2.2 "Feature Bits"), written as the virtio bus writes it, which is not there
 * for a device of ours: bit 0 first, a digit for each of 64.
 */
static ssize_t features_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct rxmap_adapter *adapter = dev_get_drvdata(dev);
	struct vnet *vnet = adapter->priv;
	/* one look: each open negotiates again */
	u64 features = READ_ONCE(vnet->features);
	unsigned int bit;

	for (bit = 0; bit < 64; bit++)
		buf[bit] = features & BIT_ULL(bit) ? '1' : '0';
	buf[64] = '\n';
	return 65;
}
static DEVICE_ATTR_RO(features);

static struct attribute *attrs[] = { &dev_attr_features.attr, NULL };
static const struct attribute_group group = { .attrs = attrs };
static const struct attribute_group *groups[] = { &group, NULL };

static struct pci_driver driver = {
	.name = "rxmap-virtio_net",
	.id_table = rxmap_pci_no_ids,
	.probe = probe,
	.remove = remove,
	.shutdown = rxmap_pci_shutdown,
	.driver.pm = &rxmap_pci_pm_ops,
	.dev_groups = groups,
};

const struct rxmap_backend rxmap_virtio_net_backend = {
	.driver = &driver,
	.match = match,
};
