// SPDX-License-Identifier: GPL-2.0
/*
 * function.c - the PCI function of both: bus resources in probe, and remove; off the bus when down
 *
 * Which function is taken, and what happens between the two, is each backend's pci.c.
 */
#include "hw.h"

#define REGISTER_BAR	0
#define REGISTER_BYTES	0x20000

/* Descriptors hold 64-bit addresses (3.2.3, 3.3.7). */
static int set_dma_mask(struct pci_dev *pdev)
{
	int err = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));

	return err ? dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(32)) : 0;
}

/**
 * rxmap_intel_map() - enable a function, and map its registers; open lets it use the bus
 * @pdev: function
 * @name: of the driver
 * @regs: filled
 *
 * Context: probe. Return: 0 or an errno, then it is as before.
 */
int rxmap_intel_map(struct pci_dev *pdev, const char *name, void __iomem **regs)
{
	int err;

	if (pci_resource_len(pdev, REGISTER_BAR) < REGISTER_BYTES) {
		pci_err(pdev, "BAR 0 is too small for the registers\n");
		return -ENODEV;
	}
	err = pci_enable_device_mem(pdev);
	if (err)
		return err;
	err = set_dma_mask(pdev);
	if (err)
		goto err_disable;
	err = pci_request_selected_regions(pdev, BIT(REGISTER_BAR), name);
	if (err)
		goto err_disable;
	*regs = pci_ioremap_bar(pdev, REGISTER_BAR);
	if (*regs)
		return 0;
	err = -ENOMEM;
	pci_release_selected_regions(pdev, BIT(REGISTER_BAR));
err_disable:
	pci_disable_device(pdev);
	return err;
}

/**
 * rxmap_intel_cut_off() - the function cannot reach memory any more, until the next open
 * @nic: device
 *
 * A reset has stopped it, if it answers. One whose registers read as all ones may be there still,
 * behind a BAR that somebody switched off, and receive into buffers that are about to be freed:
 * its configuration space answers then.
 *
 * Context: RTNL.
 */
void rxmap_intel_cut_off(const struct intel_nic *nic)
{
	pci_clear_master(nic->adapter->pdev);
}

/**
 * rxmap_intel_unmap() - undo rxmap_intel_map(), and free interrupt vectors
 * @pdev: function
 * @regs: its registers
 *
 * Context: probe, remove.
 */
void rxmap_intel_unmap(struct pci_dev *pdev, void __iomem *regs)
{
	pci_free_irq_vectors(pdev);
	iounmap(regs);
	pci_release_selected_regions(pdev, BIT(REGISTER_BAR));
	pci_disable_device(pdev);
}

/**
 * rxmap_intel_remove() - pci_driver.remove
 * @pdev: function
 */
void rxmap_intel_remove(struct pci_dev *pdev)
{
	struct rxmap_adapter *adapter = pci_get_drvdata(pdev);
	const struct intel_nic *nic = adapter->priv;
	void __iomem *regs = nic->regs;

	if (!pci_device_is_present(pdev))
		rxmap_device_gone(adapter);
	rxmap_adapter_unregister(adapter);
	rxmap_adapter_free(adapter);
	rxmap_intel_unmap(pdev, regs);
}
