/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netlink_family.h - the family itself, for the files that put its messages
 */
#ifndef RXMAP_NETLINK_FAMILY_H
#define RXMAP_NETLINK_FAMILY_H

#include <net/genetlink.h>

enum rxmap_netlink_group {
	RXMAP_GROUP_EVENTS,
};

extern struct genl_family rxmap_family;

#endif /* RXMAP_NETLINK_FAMILY_H */
