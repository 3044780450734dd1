// SPDX-License-Identifier: GPL-2.0
/*
 * pci.c - what the PCI drivers of all backends have in common
 *
 * Which functions a backend takes, and probe and remove, are in its own pci.c. Process context.
 */
#include <linux/pci.h>
#include <linux/pm.h>
#include <linux/rtnetlink.h>

#include "backend.h"

/* Empty: no NIC is taken at boot; the absent MODULE_DEVICE_TABLE keeps udev away too. */
const struct pci_device_id rxmap_pci_no_ids[] = { {} };

/**
 * rxmap_pci_shutdown() - pci_driver.shutdown
 * @pdev: function
 *
 * At power-off the device must not write into memory that another kernel owns (kexec).
 */
void rxmap_pci_shutdown(struct pci_dev *pdev)
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

const struct dev_pm_ops rxmap_pci_pm_ops = {
	SET_SYSTEM_SLEEP_PM_OPS(suspend, resume)
};
