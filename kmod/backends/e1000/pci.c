// SPDX-License-Identifier: GPL-2.0
/*
 * pci.c - the PCI driver "rxmap-e1000": which functions it takes, and probe
 *
 * A device comes only by driver_override. The 82540EM is the one of its family that is driven (5.2
 * "Component Identification Via Programming Interface").
 */
#include <linux/module.h>

#include "hw.h"

#define PCI_DEVICE_ID_82540EM	0x100e

static bool match(struct pci_dev *pdev)
{
	return pdev->vendor == PCI_VENDOR_ID_INTEL && pdev->device == PCI_DEVICE_ID_82540EM;
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
	hw->nic.regs = regs;
	hw->nic.adapter = adapter;
	spin_lock_init(&hw->nic.stats_lock);
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

static int probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	void __iomem *regs;
	struct e1k *hw;
	int err;

	if (!match(pdev)) {
		pci_err(pdev, "%04x:%04x is not an 82540EM\n", pdev->vendor, pdev->device);
		return -ENODEV;
	}
	err = rxmap_intel_map(pdev, "rxmap-e1000", &regs);
	if (err)
		return err;
	/* a device that was plugged in has its line from here on */
	if (!pdev->irq) {
		pci_err(pdev, "has no interrupt\n");
		err = -ENODEV;
		goto err_unmap;
	}
	hw = adapter_create(pdev, regs);
	if (IS_ERR(hw)) {
		err = PTR_ERR(hw);
		goto err_unmap;
	}
	pci_set_drvdata(pdev, hw->nic.adapter);
	err = rxmap_adapter_register(hw->nic.adapter);
	if (err)
		goto err_adapter;
	return 0;

err_adapter:
	rxmap_adapter_free(hw->nic.adapter);
err_unmap:
	rxmap_intel_unmap(pdev, regs);
	return err;
}

static struct pci_driver driver = {
	.name = "rxmap-e1000",
	.id_table = rxmap_pci_no_ids,
	.probe = probe,
	.remove = rxmap_intel_remove,
	.shutdown = rxmap_pci_shutdown,
	.driver.pm = &rxmap_pci_pm_ops,
};

const struct rxmap_backend rxmap_e1000_backend = {
	.driver = &driver,
	.match = match,
};
