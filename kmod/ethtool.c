// SPDX-License-Identifier: GPL-2.0
/*
 * ethtool.c - what ethtool asks of the interface: -i -S -d -g -G -l -L -c -C, link and time stamps
 * (-x and -X: rss.c)
 *
 * A front end: it translates, the checks are in tunables.c and updown.c. -c shows what is in
 * force, which may be less than what was asked. Context: RTNL, but get_strings and get_ts_info.
 */
#include "core.h"

/* of the form of `ethtool -d raw on` */
#define RXMAP_REGS_VERSION	1

static void get_drvinfo(struct net_device *netdev, struct ethtool_drvinfo *info)
{
	struct rxmap_adapter *adapter = netdev_priv(netdev);

	strscpy(info->driver, adapter->pdev->driver->name, sizeof(info->driver));
	strscpy(info->version, THIS_MODULE->version, sizeof(info->version));
	strscpy(info->bus_info, pci_name(adapter->pdev), sizeof(info->bus_info));
}

static int get_sset_count(struct net_device *netdev, int set)
{
	return set == ETH_SS_STATS ? rxmap_stats_count(netdev_priv(netdev)) : -EOPNOTSUPP;
}

static void get_strings(struct net_device *netdev, u32 set, u8 *data)
{
	if (set == ETH_SS_STATS)
		rxmap_stats_strings(netdev_priv(netdev), data);
}

static void get_ethtool_stats(struct net_device *netdev, struct ethtool_stats *stats, u64 *data)
{
	rxmap_stats_values(netdev_priv(netdev), data);
}

static int get_regs_len(struct net_device *netdev)
{
	struct rxmap_adapter *adapter = netdev_priv(netdev);
	u32 words = adapter->ops->dump_regs(adapter, NULL);

	return words ? words * sizeof(u32) : -EOPNOTSUPP;
}

/* Pairs of offset and value, in the CPU's byte order */
static void get_regs(struct net_device *netdev, struct ethtool_regs *regs, void *words)
{
	struct rxmap_adapter *adapter = netdev_priv(netdev);

	regs->version = RXMAP_REGS_VERSION;
	adapter->ops->dump_regs(adapter, words);
}

/* A virtual wire has no speed that anybody agreed on. */
static int get_link_ksettings(struct net_device *netdev, struct ethtool_link_ksettings *cmd)
{
	cmd->base.speed = SPEED_UNKNOWN;
	cmd->base.duplex = DUPLEX_UNKNOWN;
	cmd->base.port = PORT_OTHER;
	cmd->base.autoneg = AUTONEG_DISABLE;
	return 0;
}

static void get_ringparam(struct net_device *netdev, struct ethtool_ringparam *ring,
			  struct kernel_ethtool_ringparam *kernel_ring,
			  struct netlink_ext_ack *extack)
{
	struct rxmap_adapter *adapter = netdev_priv(netdev);

	ring->rx_max_pending = adapter->rx_ring_max;
	ring->tx_max_pending = adapter->tx_ring_max;
	ring->rx_pending = adapter->rx_ring_size;
	ring->tx_pending = adapter->tx_ring_size;
}

static int set_ringparam(struct net_device *netdev, struct ethtool_ringparam *ring,
			 struct kernel_ethtool_ringparam *kernel_ring,
			 struct netlink_ext_ack *extack)
{
	struct rxmap_adapter *adapter = netdev_priv(netdev);

	if (ring->rx_mini_pending || ring->rx_jumbo_pending) {
		NL_SET_ERR_MSG(extack, "no mini or jumbo ring");
		return -EINVAL;
	}
	if (ring->rx_pending < RXMAP_RING_MIN || !is_power_of_2(ring->rx_pending)) {
		NL_SET_ERR_MSG(extack, "rx must be a power of two, at least 64");
		return -EINVAL;
	}
	if (ring->tx_pending < RXMAP_RING_MIN || !is_power_of_2(ring->tx_pending)) {
		NL_SET_ERR_MSG(extack, "tx must be a power of two, at least 64");
		return -EINVAL;
	}
	if (ring->rx_pending == adapter->rx_ring_size && ring->tx_pending == adapter->tx_ring_size)
		return 0;
	if (adapter->mapped_queues) {
		NL_SET_ERR_MSG(extack, "a queue is mapped: detach its consumer first");
		return -EBUSY;
	}
	return rxmap_adapter_reshape(adapter, adapter->num_queues, ring->rx_pending,
				     ring->tx_pending);
}

static void get_channels(struct net_device *netdev, struct ethtool_channels *ch)
{
	struct rxmap_adapter *adapter = netdev_priv(netdev);

	ch->max_combined = adapter->max_queues;
	ch->combined_count = adapter->num_queues;
}

/* The core checked the maximum and that the count is not 0. Runs under RTNL. */
static int set_channels(struct net_device *netdev, struct ethtool_channels *ch)
{
	struct rxmap_adapter *adapter = netdev_priv(netdev);
	u16 i;

	if (ch->rx_count || ch->tx_count || ch->other_count)
		return -EINVAL;
	if (ch->combined_count == adapter->num_queues)
		return 0;
	for (i = ch->combined_count; i < adapter->num_queues; i++)
		if (rxmap_queue_mapped(&adapter->queues[i]))
			return -EBUSY;
	return rxmap_adapter_reshape(adapter, ch->combined_count, adapter->rx_ring_size,
				     adapter->tx_ring_size);
}

static bool is_adaptive(const struct rxmap_queue *q)
{
	return rxmap_policy_adaptive(q->asked[RXMAP_TUNE_POLICY]);
}

static int get_queue_coalesce(struct net_device *netdev, u32 queue, struct ethtool_coalesce *ec)
{
	struct rxmap_adapter *adapter = netdev_priv(netdev);

	if (queue >= adapter->num_queues)
		return -EINVAL;
	ec->rx_coalesce_usecs = adapter->queues[queue].moderation.usecs;
	ec->rx_max_coalesced_frames = adapter->queues[queue].moderation.frames;
	ec->use_adaptive_rx_coalesce = is_adaptive(&adapter->queues[queue]);
	return 0;
}

static void change_adaptive(const struct rxmap_queue *q, bool on, struct rxmap_change *change)
{
	if (on)
		rxmap_change_to(change, RXMAP_TUNE_POLICY, RXMAP_MODERATION_POLICY_DIM);
	else
		rxmap_change_to(change, RXMAP_TUNE_POLICY, q->asked[RXMAP_TUNE_USECS] ?
							   RXMAP_MODERATION_POLICY_FIXED :
							   RXMAP_MODERATION_POLICY_OFF);
}

/* ethtool sends every value back, those that -c showed and nobody changed too: they are not asked
 * for. It has no word for our policies: adaptive means dim unless another adaptive one was chosen,
 * and then usecs and frames are the policy's; else usecs mean fixed, none of them off.
 */
static void coalesce_to_change(const struct rxmap_queue *q, const struct ethtool_coalesce *ec,
			       struct rxmap_change *change)
{
	bool adaptive = ec->use_adaptive_rx_coalesce;

	if (adaptive != is_adaptive(q))
		change_adaptive(q, adaptive, change);
	if (adaptive)
		return;
	if (ec->rx_coalesce_usecs != q->moderation.usecs) {
		rxmap_change_to(change, RXMAP_TUNE_USECS, ec->rx_coalesce_usecs);
		rxmap_change_to(change, RXMAP_TUNE_POLICY,
				ec->rx_coalesce_usecs ? RXMAP_MODERATION_POLICY_FIXED :
							RXMAP_MODERATION_POLICY_OFF);
	}
	if (ec->rx_max_coalesced_frames != q->moderation.frames)
		rxmap_change_to(change, RXMAP_TUNE_FRAMES, ec->rx_max_coalesced_frames);
}

/* ethtool refuses what a NIC cannot do. (netlink remembers it, and says why it is not in force.) */
static bool frames_unsupported(const struct rxmap_adapter *adapter,
			       const struct ethtool_coalesce *ec)
{
	return ec->rx_max_coalesced_frames > 1 && !(adapter->caps & RXMAP_CAP_SW_MODERATION);
}

static int set_queue_coalesce(struct net_device *netdev, u32 queue, struct ethtool_coalesce *ec)
{
	struct rxmap_adapter *adapter = netdev_priv(netdev);
	struct rxmap_change change = {};
	enum rxmap_tunable refused;

	if (queue >= adapter->num_queues)
		return -EINVAL;
	if (frames_unsupported(adapter, ec))
		return -EOPNOTSUPP;
	coalesce_to_change(&adapter->queues[queue], ec, &change);
	return rxmap_tunables_set(adapter, queue, &change, &refused, NULL);
}

static int get_coalesce(struct net_device *netdev, struct ethtool_coalesce *ec,
			struct kernel_ethtool_coalesce *kernel_ec, struct netlink_ext_ack *extack)
{
	return get_queue_coalesce(netdev, 0, ec);
}

static int set_coalesce(struct net_device *netdev, struct ethtool_coalesce *ec,
			struct kernel_ethtool_coalesce *kernel_ec, struct netlink_ext_ack *extack)
{
	struct rxmap_adapter *adapter = netdev_priv(netdev);
	struct rxmap_change change = {};
	enum rxmap_tunable refused;

	if (frames_unsupported(adapter, ec)) {
		NL_SET_ERR_MSG(extack, "rx-frames: this NIC counts no packets");
		return -EOPNOTSUPP;
	}
	coalesce_to_change(&adapter->queues[0], ec, &change);
	return rxmap_tunables_set(adapter, -1, &change, &refused, extack);
}

const struct ethtool_ops rxmap_ethtool_ops = {
	.supported_coalesce_params = ETHTOOL_COALESCE_RX_USECS | ETHTOOL_COALESCE_RX_MAX_FRAMES |
				     ETHTOOL_COALESCE_USE_ADAPTIVE_RX,
	.get_drvinfo = get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_link_ksettings = get_link_ksettings,
	.get_ts_info = ethtool_op_get_ts_info,
	.get_sset_count = get_sset_count,
	.get_strings = get_strings,
	.get_ethtool_stats = get_ethtool_stats,
	.get_regs_len = get_regs_len,
	.get_regs = get_regs,
	.get_ringparam = get_ringparam,
	.set_ringparam = set_ringparam,
	.get_channels = get_channels,
	.set_channels = set_channels,
	.get_coalesce = get_coalesce,
	.set_coalesce = set_coalesce,
	.get_per_queue_coalesce = get_queue_coalesce,
	.set_per_queue_coalesce = set_queue_coalesce,
	.get_rxnfc = rxmap_rss_rings,
	.get_rxfh_indir_size = rxmap_rss_indir_size,
	.get_rxfh_key_size = rxmap_rss_key_size,
	.get_rxfh = rxmap_get_rxfh,
	.set_rxfh = rxmap_set_rxfh,
};
