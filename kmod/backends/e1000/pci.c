// SPDX-License-Identifier: GPL-2.0
/*
 * pci.c - the PCI driver "rxmap-e1000": which functions it takes, probe, remove, suspend
 *
 * The id table is empty: a device comes only by driver_override. The 82540EM is the
 * one of its family that is driven (5.2 "Component Identification Via Programming Interface").
 */
#include <linux/module.h>
#include <linux/pm.h>
#include <linux/rtnetlink.h>

#include "hw.h"

#define PCI_DEVICE_ID_82540EM	0x100e
#define REGISTER_BAR		0
#define REGISTER_BYTES		0x20000

static bool match(struct pci_dev *pdev)
{
	return pdev->vendor == PCI_VENDOR_ID_INTEL && pdev->device == PCI_DEVICE_ID_82540EM;
}

/* Descriptors hold 64-bit addresses (3.2.3, 3.3.7). */
static int set_dma_mask(struct pci_dev *pdev)
{
	int err = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));

	return err ? dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(32)) : 0;
}

static int check_function(struct pci_dev *pdev)
{
	if (!match(pdev)) {
		pci_err(pdev, "%04x:%04x is not an 82540EM\n", pdev->vendor, pdev->device);
		return -ENODEV;
	}
	if (pci_resource_len(pdev, REGISTER_BAR) < REGISTER_BYTES) {
		pci_err(pdev, "BAR 0 is too small for the registers\n");
		return -ENODEV;
	}
	return 0;
}

static struct e1k *adapter_create(struct pci_dev *pdev, void __iomem *regs)
{
	struct rxmap_adapter *adapter;
	struct e1k *hw;
	int err;

	adapter = rxmap_adapter_alloc(pdev, &rxmap_e1000_ops, sizeof(*hw), 1);
	if (!adapter)
		return ERR_PTR(-ENOMEM);
	hw = adapter->priv;
	hw->regs = regs;
	hw->adapter = adapter;
	spin_lock_init(&hw->stats_lock);
	adapter->queues[0].hw = hw;
	err = rxmap_e1000_reset(hw);
	if (!err)
		err = rxmap_e1000_describe(hw);
	if (err) {
		rxmap_adapter_free(adapter);
		return ERR_PTR(err);
	}
	return hw;
}

static int map_function(struct pci_dev *pdev, void __iomem **regs)
{
	int err = pci_enable_device_mem(pdev);

	if (err)
		return err;
	/* a device that was plugged in has its line from here on */
	if (!pdev->irq) {
		pci_err(pdev, "has no interrupt\n");
		err = -ENODEV;
		goto err_disable;
	}
	err = set_dma_mask(pdev);
	if (err)
		goto err_disable;
	err = pci_request_selected_regions(pdev, BIT(REGISTER_BAR), "rxmap-e1000");
	if (err)
		goto err_disable;
	*regs = pci_ioremap_bar(pdev, REGISTER_BAR);
	if (*regs) {
		pci_set_master(pdev);
		return 0;
	}
	err = -ENOMEM;
	pci_release_selected_regions(pdev, BIT(REGISTER_BAR));
err_disable:
	pci_disable_device(pdev);
	return err;
}

static void unmap_function(struct pci_dev *pdev, void __iomem *regs)
{
	iounmap(regs);
	pci_release_selected_regions(pdev, BIT(REGISTER_BAR));
	pci_disable_device(pdev);
}

static int probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	void __iomem *regs;
	struct e1k *hw;
	int err;

	err = check_function(pdev);
	if (!err)
		err = map_function(pdev, &regs);
	if (err)
		return err;
	hw = adapter_create(pdev, regs);
	if (IS_ERR(hw)) {
		err = PTR_ERR(hw);
		goto err_unmap;
	}
	pci_set_drvdata(pdev, hw->adapter);
	err = rxmap_adapter_register(hw->adapter);
	if (err)
		goto err_adapter;
	return 0;

err_adapter:
	rxmap_adapter_free(hw->adapter);
err_unmap:
	unmap_function(pdev, regs);
	return err;
}

static void remove(struct pci_dev *pdev)
{
	struct rxmap_adapter *adapter = pci_get_drvdata(pdev);
	struct e1k *hw = adapter->priv;
	void __iomem *regs = hw->regs;

	if (!pci_device_is_present(pdev))
		rxmap_device_gone(adapter);
	rxmap_adapter_unregister(adapter);
	rxmap_adapter_free(adapter);
	unmap_function(pdev, regs);
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
	rxmap_adapter_suspend(dev_get_drvdata(dev));
	return 0;
}

static int __maybe_unused resume(struct device *dev)
{
	return rxmap_adapter_resume(dev_get_drvdata(dev));
}

static SIMPLE_DEV_PM_OPS(pm_ops, suspend, resume);

/* Empty: no NIC is taken at boot; the absent MODULE_DEVICE_TABLE keeps udev away too. */
static const struct pci_device_id no_ids[] = { {} };

static struct pci_driver driver = {
	.name = "rxmap-e1000",
	.id_table = no_ids,
	.probe = probe,
	.remove = remove,
	.shutdown = shutdown,
	.driver.pm = &pm_ops,
};

const struct rxmap_backend rxmap_e1000_backend = {
	.driver = &driver,
	.match = match,
};
