// SPDX-License-Identifier: GPL-2.0
/*
 * pci.c - the PCI driver "rxmap-e1000e": which functions it takes, probe, remove, suspend
 *
 * The id table is empty: a device comes only by driver_override. 82574L is the only chip of its
 * family that is driven here, since it is the one that QEMU emulates and that was tried.
 */
#include <linux/module.h>
#include <linux/pm.h>
#include <linux/rtnetlink.h>

#include "hw.h"

#define PCI_DEVICE_ID_82574L	0x10d3
#define BAR_REGISTERS		0

static bool match(struct pci_dev *pdev)
{
	return pdev->vendor == PCI_VENDOR_ID_INTEL && pdev->device == PCI_DEVICE_ID_82574L;
}

/* Bus resources: memory, DMA, registers. */
static int enable(struct pci_dev *pdev, void __iomem **regs)
{
	int err;

	if (!match(pdev)) {
		pci_err(pdev, "%04x:%04x is not an Intel 82574L\n", pdev->vendor, pdev->device);
		return -ENODEV;
	}
	err = pci_enable_device_mem(pdev);
	if (err)
		return err;
	err = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));
	if (err)
		goto err_disable;
	err = pci_request_mem_regions(pdev, "rxmap-e1000e");
	if (err)
		goto err_disable;
	*regs = pci_iomap(pdev, BAR_REGISTERS, 0);
	if (*regs)
		return 0;
	err = -ENOMEM;
	pci_release_mem_regions(pdev);

err_disable:
	pci_disable_device(pdev);
	return err;
}

static void disable(struct pci_dev *pdev, void __iomem *regs)
{
	pci_iounmap(pdev, regs);
	pci_release_mem_regions(pdev);
	pci_disable_device(pdev);
}

static struct e1000e *adapter_create(struct pci_dev *pdev, void __iomem *regs)
{
	enum e1000e_irq_mode irq_mode = rxmap_e1000e_irq_choose(pdev);
	/* a second queue needs vectors of its own */
	u16 queues = irq_mode == E1000E_IRQ_MSIX ? E1000E_QUEUES : 1, i;
	struct rxmap_adapter *adapter;
	struct e1000e *nic;

	adapter = rxmap_adapter_alloc(pdev, &rxmap_e1000e_ops, sizeof(*nic), queues);
	if (!adapter)
		return NULL;
	nic = adapter->priv;
	nic->regs = regs;
	nic->adapter = adapter;
	nic->irq_mode = irq_mode;
	spin_lock_init(&nic->stats_lock);
	for (i = 0; i < queues; i++) {
		adapter->queues[i].hw = devm_kzalloc(&pdev->dev, sizeof(struct e1000e_pair),
						     GFP_KERNEL);
		if (!adapter->queues[i].hw) {
			rxmap_adapter_free(adapter);
			return NULL;
		}
	}
	return nic;
}

static int probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	void __iomem *regs;
	struct e1000e *nic;
	int err;

	err = enable(pdev, &regs);
	if (err)
		return err;
	err = -ENOMEM;
	nic = adapter_create(pdev, regs);
	if (!nic)
		goto err_disable;
	pci_set_drvdata(pdev, nic->adapter);
	err = rxmap_e1000e_reset(nic);
	if (err)
		goto err_adapter;
	rxmap_e1000e_describe(nic);
	err = nic->adapter->gone ? -ENODEV : rxmap_adapter_register(nic->adapter);
	if (err)
		goto err_adapter;
	return 0;

err_adapter:
	rxmap_adapter_free(nic->adapter);
err_disable:
	pci_free_irq_vectors(pdev);
	disable(pdev, regs);
	return err;
}

static void remove(struct pci_dev *pdev)
{
	struct rxmap_adapter *adapter = pci_get_drvdata(pdev);
	struct e1000e *nic = adapter->priv;
	void __iomem *regs = nic->regs;

	if (!pci_device_is_present(pdev))
		adapter->gone = true;
	rxmap_adapter_unregister(adapter);
	rxmap_adapter_free(adapter);
	pci_free_irq_vectors(pdev);
	disable(pdev, regs);
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
	.name = "rxmap-e1000e",
	.id_table = no_ids,
	.probe = probe,
	.remove = remove,
	.shutdown = shutdown,
	.driver.pm = &pm_ops,
};

const struct rxmap_backend rxmap_e1000e_backend = {
	.driver = &driver,
	.match = match,
};
