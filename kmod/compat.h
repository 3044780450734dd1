/* SPDX-License-Identifier: GPL-2.0 */
/*
 * compat.h - the differences between Linux 6.1 and 6.12 that we meet, and nothing else
 *
 * The only file with version tests. A probe of the feature is better than a number, where
 * the preprocessor can see the feature.
 */
#ifndef RXMAP_COMPAT_H
#define RXMAP_COMPAT_H

#include <linux/dim.h>
#include <linux/ethtool.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/version.h>
#include <net/genetlink.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#include <net/page_pool/helpers.h>
#else
#include <net/page_pool.h>
#endif

/* A page_pool that knows its NAPI recycles without a lock there (since 6.4), and user space sees
 * how many pages of an interface's pools are in use (netdev netlink family, since 6.8).
 */
static inline void rxmap_page_pool_set_napi(struct page_pool_params *params,
					    struct napi_struct *napi)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
	params->napi = napi;
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
	params->netdev = napi->dev;
#endif
}

/* Tell user space which NAPI serves which queue (netdev netlink family, since 6.8). RTNL. */
static inline void rxmap_queue_set_napi(struct net_device *netdev, unsigned int index,
					struct napi_struct *napi)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
	netif_queue_set_napi(netdev, index, NETDEV_QUEUE_TYPE_RX, napi);
	netif_queue_set_napi(netdev, index, NETDEV_QUEUE_TYPE_TX, napi);
#endif
}

/* And which interrupt, or none (since 6.8). RTNL. */
#define RXMAP_NAPI_NO_IRQ	(-1)

static inline void rxmap_napi_set_irq(struct napi_struct *napi, int irq)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
	netif_napi_set_irq(napi, irq);
#endif
}

/* ethtool -x and -X: one structure since 6.8, its parts before. rss.c has the functions in the new
 * form; rxmap_get_rxfh and rxmap_set_rxfh are what struct ethtool_ops wants.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
#define rxmap_get_rxfh	rxmap_rss_get
#define rxmap_set_rxfh	rxmap_rss_set
#else
struct ethtool_rxfh_param {
	u8 hfunc;
	u32 *indir;
	u8 *key;
};

int rxmap_rss_get(struct net_device *netdev, struct ethtool_rxfh_param *rxfh);
int rxmap_rss_set(struct net_device *netdev, struct ethtool_rxfh_param *rxfh,
		  struct netlink_ext_ack *extack);

static inline int rxmap_get_rxfh(struct net_device *netdev, u32 *indir, u8 *key, u8 *hfunc)
{
	struct ethtool_rxfh_param rxfh = { .indir = indir, .key = key };
	int err = rxmap_rss_get(netdev, &rxfh);

	if (hfunc)
		*hfunc = rxfh.hfunc;
	return err;
}

static inline int rxmap_set_rxfh(struct net_device *netdev, const u32 *indir, const u8 *key,
				 const u8 hfunc)
{
	struct ethtool_rxfh_param rxfh = {
		.hfunc = hfunc, .indir = (u32 *)indir, .key = (u8 *)key,
	};

	return rxmap_rss_set(netdev, &rxfh, NULL);
}
#endif

/* The attributes of a dump request (in struct genl_info since 6.6). */
static inline struct nlattr **rxmap_genl_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

/* lib/dim: one measurement (by address since 6.13), and what it decided. A kernel without
 * CONFIG_DIMLIB has the header only; policy.c refuses the policy there.
 */
static inline void rxmap_net_dim(struct dim *dim, const struct dim_sample *sample)
{
	if (!IS_ENABLED(CONFIG_DIMLIB))
		return;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	net_dim(dim, sample);
#else
	net_dim(dim, *sample);
#endif
}

static inline struct dim_cq_moder rxmap_dim_moderation(const struct dim *dim)
{
	if (!IS_ENABLED(CONFIG_DIMLIB))
		return (struct dim_cq_moder){};
	return net_dim_get_rx_moderation(dim->mode, READ_ONCE(dim->profile_ix));
}

/* Change the flags of a mapping that mmap() is making (vm_flags_mod() since 6.3). */
static inline void rxmap_vm_flags_mod(struct vm_area_struct *vma, vm_flags_t set,
				      vm_flags_t clear)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_mod(vma, set, clear);
#else
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
#endif
}

#endif /* RXMAP_COMPAT_H */
