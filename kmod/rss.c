// SPDX-License-Identifier: GPL-2.0
/*
 * rss.c - receive side scaling: which queue gets a flow, as ethtool -x shows and -X sets it
 *
 * The table and the key live in the backend; here are the defaults and the checks. A table that
 * nobody configured follows the number of queues. With it a flow is steered to the queue that a
 * consumer has mapped. Context: RTNL.
 */
#include <linux/slab.h>

#include "core.h"

/**
 * rxmap_rss_spread() - spread flows evenly over the queues, unless the user said otherwise
 * @adapter: adapter whose number of queues is new
 *
 * A user's own table names queues that still exist: ethtool -L refuses otherwise.
 *
 * Return: 0 or -ENOMEM.
 */
int rxmap_rss_spread(struct rxmap_adapter *adapter)
{
	u32 *indir;
	u16 i;

	if (!(adapter->caps & RXMAP_CAP_RSS) || netif_is_rxfh_configured(adapter->netdev))
		return 0;
	indir = kcalloc(adapter->rss_indir_size, sizeof(*indir), GFP_KERNEL);
	if (!indir)
		return -ENOMEM;
	for (i = 0; i < adapter->rss_indir_size; i++)
		indir[i] = ethtool_rxfh_indir_default(i, adapter->num_queues);
	adapter->ops->rss_set(adapter, indir, NULL);
	kfree(indir);
	return 0;
}

/**
 * rxmap_rss_init() - a random key and an even table
 * @adapter: adapter before its registration
 *
 * The key is the machine's (net.core.netdev_rss_key), so all its NICs hash alike.
 *
 * Return: 0 or -ENOMEM.
 */
int rxmap_rss_init(struct rxmap_adapter *adapter)
{
	u8 key[NETDEV_RSS_KEY_LEN];

	if (!(adapter->caps & RXMAP_CAP_RSS))
		return 0;
	netdev_rss_key_fill(key, min_t(size_t, adapter->rss_key_size, sizeof(key)));
	adapter->ops->rss_set(adapter, NULL, key);
	return rxmap_rss_spread(adapter);
}

/**
 * rxmap_rss_indir_size() - ethtool_ops.get_rxfh_indir_size
 * @netdev: interface
 *
 * Return: entries, 0 on a NIC without RSS: the core of ethtool refuses then.
 */
u32 rxmap_rss_indir_size(struct net_device *netdev)
{
	struct rxmap_adapter *adapter = netdev_priv(netdev);

	return adapter->caps & RXMAP_CAP_RSS ? adapter->rss_indir_size : 0;
}

/**
 * rxmap_rss_key_size() - ethtool_ops.get_rxfh_key_size
 * @netdev: interface
 *
 * Return: bytes, 0 on a NIC without RSS.
 */
u32 rxmap_rss_key_size(struct net_device *netdev)
{
	struct rxmap_adapter *adapter = netdev_priv(netdev);

	return adapter->caps & RXMAP_CAP_RSS ? adapter->rss_key_size : 0;
}

/**
 * rxmap_rss_get() - ethtool -x
 * @netdev: interface with RSS
 * @rxfh: filled, as far as its pointers are set
 *
 * Return: 0 or -EOPNOTSUPP.
 */
int rxmap_rss_get(struct net_device *netdev, struct ethtool_rxfh_param *rxfh)
{
	struct rxmap_adapter *adapter = netdev_priv(netdev);

	if (!(adapter->caps & RXMAP_CAP_RSS))
		return -EOPNOTSUPP;
	rxfh->hfunc = ETH_RSS_HASH_TOP;
	adapter->ops->rss_get(adapter, rxfh->indir, rxfh->key);
	return 0;
}

/**
 * rxmap_rss_set() - ethtool -X
 * @netdev: interface with RSS
 * @rxfh: table (entries checked by the core of ethtool), key, hash function
 * @extack: for the reason of a refusal, may be NULL
 *
 * Packets under way may still arrive on the queue before.
 *
 * Return: 0 or -EOPNOTSUPP.
 */
int rxmap_rss_set(struct net_device *netdev, struct ethtool_rxfh_param *rxfh,
		  struct netlink_ext_ack *extack)
{
	struct rxmap_adapter *adapter = netdev_priv(netdev);

	if (!(adapter->caps & RXMAP_CAP_RSS))
		return -EOPNOTSUPP;
	if (rxfh->hfunc != ETH_RSS_HASH_NO_CHANGE && rxfh->hfunc != ETH_RSS_HASH_TOP) {
		NL_SET_ERR_MSG(extack, "the only hash function is toeplitz");
		return -EOPNOTSUPP;
	}
	adapter->ops->rss_set(adapter, rxfh->indir, rxfh->key);
	return 0;
}

/**
 * rxmap_rss_rings() - ethtool_ops.get_rxnfc: how many queues a table may name
 * @netdev: interface
 * @info: question and answer
 * @rules: unused, there are no flow rules
 *
 * Return: 0 or -EOPNOTSUPP.
 */
int rxmap_rss_rings(struct net_device *netdev, struct ethtool_rxnfc *info, u32 *rules)
{
	struct rxmap_adapter *adapter = netdev_priv(netdev);

	if (info->cmd != ETHTOOL_GRXRINGS)
		return -EOPNOTSUPP;
	info->data = adapter->num_queues;
	return 0;
}
