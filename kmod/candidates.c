// SPDX-License-Identifier: GPL-2.0
/*
 * candidates.c - NICs that we could drive, and how to give them to us
 *
 * The module takes no device by itself: its drivers have empty id tables, a device comes by
 * driver_override. With nothing bound, each candidate is logged with the command that hands
 * it over. claim=1, for tests, takes those that nobody drives. Module init only.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "core.h"

static const struct rxmap_backend *backend_of(const struct rxmap_backend *const *backends,
					      struct pci_dev *pdev)
{
	for (; *backends; backends++)
		if ((*backends)->match(pdev))
			return *backends;
	return NULL;
}

/**
 * rxmap_candidates_claim() - take every candidate that has no driver
 * @backends: NULL-terminated table, registered
 *
 * By a dynamic id, which goes when the driver goes: driver_override stays the user's alone, and
 * a device whose override names us was bound when its driver registered.
 *
 * Context: module init.
 */
void rxmap_candidates_claim(const struct rxmap_backend *const *backends)
{
	const struct rxmap_backend *backend;
	struct pci_dev *pdev = NULL;

	for_each_pci_dev(pdev) {
		backend = backend_of(backends, pdev);
		if (!backend || pdev->dev.driver)
			continue;
		if (pci_add_dynid(backend->driver, pdev->vendor, pdev->device, PCI_ANY_ID,
				  PCI_ANY_ID, 0, 0, 0))
			pci_info(pdev, "rxmap: cannot claim it\n");
	}
}

/* The interface of a PCI function: a child of it, or (virtio) a grandchild. */
static void find_ifname(struct pci_dev *pdev, char *name)
{
	struct net_device *netdev;

	strscpy(name, "no interface", IFNAMSIZ);
	rtnl_lock();
	for_each_netdev(&init_net, netdev) {
		struct device *parent = netdev->dev.parent;

		if (parent && (parent == &pdev->dev || parent->parent == &pdev->dev)) {
			strscpy(name, netdev->name, IFNAMSIZ);
			break;
		}
	}
	rtnl_unlock();
}

static void log_one(struct pci_dev *pdev, const struct rxmap_backend *backend)
{
	char ifname[IFNAMSIZ];
	const char *driver = pdev->dev.driver ? pdev->dev.driver->name : "no driver";

	find_ifname(pdev, ifname);
	pr_info("candidate %s (%s), driven by %s; to take it: rxmapctl bind %s\n", pci_name(pdev),
		ifname, driver, strchr(ifname, ' ') ? pci_name(pdev) : ifname);
	pr_debug("or: echo %s > /sys/bus/pci/devices/%s/driver_override\n", backend->driver->name,
		 pci_name(pdev));
	pr_debug("    echo %s > /sys/bus/pci/devices/%s/driver/unbind\n", pci_name(pdev),
		 pci_name(pdev));
	pr_debug("    echo %s > /sys/bus/pci/drivers_probe\n", pci_name(pdev));
}

/**
 * rxmap_candidates_log() - with nothing bound, say what could be and how
 * @backends: NULL-terminated table, registered
 *
 * Context: module init.
 */
void rxmap_candidates_log(const struct rxmap_backend *const *backends)
{
	const struct rxmap_backend *backend;
	struct pci_dev *pdev = NULL;
	unsigned int found = 0;

	for_each_pci_dev(pdev) {
		backend = backend_of(backends, pdev);
		if (backend && pdev->driver == backend->driver) {
			pci_dev_put(pdev);
			return;
		}
	}
	for_each_pci_dev(pdev) {
		backend = backend_of(backends, pdev);
		if (!backend)
			continue;
		log_one(pdev, backend);
		found++;
	}
	if (!found)
		pr_info("no NIC here that this module can drive\n");
}
