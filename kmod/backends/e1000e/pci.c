// SPDX-License-Identifier: GPL-2.0
/*
 * pci.c - the PCI driver "rxmap-e1000e": which functions it takes, and probe
 *
 * A device comes only by driver_override. The 82574L is the only chip of its family that is driven
 * here, since it is the one that QEMU emulates and that was tried.
 */
#include <linux/module.h>

#include "hw.h"

#define PCI_DEVICE_ID_82574L	0x10d3

static bool match(struct pci_dev *pdev)
{
	return pdev->vendor == PCI_VENDOR_ID_INTEL && pdev->device == PCI_DEVICE_ID_82574L;
}

static struct e1000e *adapter_create(struct pci_dev *pdev, void __iomem *regs)
{
	enum e1000e_irq_mode irq_mode = rxmap_e1000e_irq_choose(pdev);
	/* a second queue needs vectors of its own */
	u16 queues = irq_mode == E1000E_IRQ_MSIX ? E1000E_QUEUES : 1, i;
	struct rxmap_adapter *adapter;
	struct e1000e *hw;

	adapter = rxmap_adapter_alloc(pdev, &rxmap_e1000e_ops, sizeof(*hw), queues);
	if (!adapter)
		return NULL;
	hw = adapter->priv;
	hw->nic.regs = regs;
	hw->nic.adapter = adapter;
	hw->irq_mode = irq_mode;
	spin_lock_init(&hw->nic.stats_lock);
	for (i = 0; i < queues; i++) {
		adapter->queues[i].hw = devm_kzalloc(&pdev->dev, sizeof(struct e1000e_pair),
						     GFP_KERNEL);
		if (!adapter->queues[i].hw) {
			rxmap_adapter_free(adapter);
			return NULL;
		}
	}
	return hw;
}

static int probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	void __iomem *regs;
	struct e1000e *hw;
	int err;

	if (!match(pdev)) {
		pci_err(pdev, "%04x:%04x is not an Intel 82574L\n", pdev->vendor, pdev->device);
		return -ENODEV;
	}
	err = rxmap_intel_map(pdev, "rxmap-e1000e", &regs);
	if (err)
		return err;
	err = -ENOMEM;
	hw = adapter_create(pdev, regs);
	if (!hw)
		goto err_unmap;
	pci_set_drvdata(pdev, hw->nic.adapter);
	err = rxmap_e1000e_reset(hw);
	if (err)
		goto err_adapter;
	rxmap_e1000e_describe(hw);
	err = hw->nic.adapter->gone ? -ENODEV : rxmap_adapter_register(hw->nic.adapter);
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
	.name = "rxmap-e1000e",
	.id_table = rxmap_pci_no_ids,
	.probe = probe,
	.remove = rxmap_intel_remove,
	.shutdown = rxmap_pci_shutdown,
	.driver.pm = &rxmap_pci_pm_ops,
};

const struct rxmap_backend rxmap_e1000e_backend = {
	.driver = &driver,
	.match = match,
};
