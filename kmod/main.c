// SPDX-License-Identifier: GPL-2.0
/*
 * main.c - module parameters, the table of backends, and the ladder up and down
 *
 * A new NIC is one folder under backends/, one word in Kbuild and one line in the table below.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

#include "core.h"
#include "netlink.h"

static unsigned int budget = NAPI_POLL_WEIGHT;
module_param(budget, uint, 0444);
MODULE_PARM_DESC(budget, "packets per NAPI poll of a new queue, 1-256 (default 64)");

static unsigned int rx_usecs;
module_param(rx_usecs, uint, 0444);
MODULE_PARM_DESC(rx_usecs, "longest wait for an interrupt of a busy queue, 0-10000 (default 0: none)");

static unsigned int rx_frames;
module_param(rx_frames, uint, 0444);
MODULE_PARM_DESC(rx_frames, "... or this many packets, 0-1024 (default 0: no limit), above 1 needs rx_usecs");

static bool claim;
module_param(claim, bool, 0444);
MODULE_PARM_DESC(claim, "for tests: take every NIC we know that has no driver (default off)");

static const struct rxmap_backend *const backends[] = {
	&rxmap_virtio_net_backend,
	&rxmap_e1000_backend,
	&rxmap_e1000e_backend,
	NULL,
};

static void drivers_unregister(unsigned int count)
{
	while (count--)
		pci_unregister_driver(backends[count]->driver);
}

static int drivers_register(void)
{
	unsigned int i;
	int err;

	for (i = 0; backends[i]; i++) {
		err = pci_register_driver(backends[i]->driver);
		if (err) {
			drivers_unregister(i);
			return err;
		}
	}
	return 0;
}

static int __init rxmap_init(void)
{
	struct rxmap_change parameters = {};
	int err;

	rxmap_change_to(&parameters, RXMAP_TUNE_BUDGET, budget);
	rxmap_change_to(&parameters, RXMAP_TUNE_USECS, rx_usecs);
	rxmap_change_to(&parameters, RXMAP_TUNE_FRAMES, rx_frames);
	err = rxmap_tunables_set_defaults(&parameters);
	if (err)
		return err;
	err = rxmap_netlink_register();
	if (err)
		return err;
	err = rxmap_chardev_register();
	if (err)
		goto err_netlink;
	err = drivers_register();
	if (err)
		goto err_chardev;

	if (claim)
		rxmap_candidates_claim(backends);
	rxmap_candidates_log(backends);
	return 0;

err_chardev:
	rxmap_chardev_unregister();
err_netlink:
	rxmap_netlink_unregister();
	return err;
}

static void __exit rxmap_exit(void)
{
	drivers_unregister(ARRAY_SIZE(backends) - 1);
	rxmap_chardev_unregister();
	rxmap_netlink_unregister();
}

module_init(rxmap_init);
module_exit(rxmap_exit);

MODULE_DESCRIPTION("NIC driver whose receive queues can be read, tuned and mapped");
MODULE_AUTHOR("The rxmap authors");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1");
