// SPDX-License-Identifier: GPL-2.0
/*
 * nop.c - ops for what a NIC has nothing to do for
 *
 * A backend's table has no holes: "nothing to do" has a name. What a device cannot do, as
 * opposed to need not do, is a capability bit or -EOPNOTSUPP.
 */
#include "backend.h"

/**
 * rxmap_nop_rx_reset() - the device cannot reset one queue
 * @q: unused
 *
 * Return: -EOPNOTSUPP.
 */
int rxmap_nop_rx_reset(struct rxmap_queue *q)
{
	return -EOPNOTSUPP;
}

/**
 * rxmap_nop_rx_plain() - the device never merges packets
 * @adapter: unused
 * @plain: unused
 *
 * Return: 0.
 */
int rxmap_nop_rx_plain(struct rxmap_adapter *adapter, bool plain)
{
	return 0;
}

/**
 * rxmap_nop_irq_arm() - the device cannot be asked for an interrupt at a certain packet
 * @q: unused
 * @after: unused
 */
void rxmap_nop_irq_arm(struct rxmap_queue *q, u16 after)
{
}

/**
 * rxmap_nop_set_moderation() - no moderation timer in the device: the core does what is asked
 * @q: unused
 * @m: unchanged
 */
void rxmap_nop_set_moderation(struct rxmap_queue *q, struct rxmap_moderation *m)
{
}

/**
 * rxmap_nop_set_queue_count() - one queue for ever
 * @adapter: unused
 * @count: unused
 *
 * Return: 0 for one queue, else -EOPNOTSUPP.
 */
int rxmap_nop_set_queue_count(struct rxmap_adapter *adapter, u16 count)
{
	return count == 1 ? 0 : -EOPNOTSUPP;
}

/**
 * rxmap_nop_set_mac() - the device does not filter by address
 * @adapter: unused
 * @addr: unused
 *
 * Return: 0.
 */
int rxmap_nop_set_mac(struct rxmap_adapter *adapter, const u8 *addr)
{
	return 0;
}

/**
 * rxmap_nop_vlan_set() - the device lets every VLAN in
 * @adapter: unused
 * @vid: unused
 * @on: unused
 *
 * Return: 0.
 */
int rxmap_nop_vlan_set(struct rxmap_adapter *adapter, u16 vid, bool on)
{
	return 0;
}

/**
 * rxmap_nop_set_features() - features that need no word to the device
 * @adapter: unused
 * @features: unused
 *
 * Return: 0.
 */
int rxmap_nop_set_features(struct rxmap_adapter *adapter, netdev_features_t features)
{
	return 0;
}

/**
 * rxmap_nop_rss_get() - the device does not spread packets by a hash
 * @adapter: unused
 * @indir: unused
 * @key: unused
 */
void rxmap_nop_rss_get(struct rxmap_adapter *adapter, u32 *indir, u8 *key)
{
}

/**
 * rxmap_nop_rss_set() - the same
 * @adapter: unused
 * @indir: unused
 * @key: unused
 */
void rxmap_nop_rss_set(struct rxmap_adapter *adapter, const u32 *indir, const u8 *key)
{
}

/**
 * rxmap_nop_read_hw_stats() - the device counts nothing
 * @adapter: unused
 * @stats: unchanged
 */
void rxmap_nop_read_hw_stats(struct rxmap_adapter *adapter, struct rxmap_hw_stats *stats)
{
}

/**
 * rxmap_nop_dump_regs() - the device is known by its rings, not by registers
 * @adapter: unused
 * @words: unused
 *
 * Return: 0.
 */
u32 rxmap_nop_dump_regs(struct rxmap_adapter *adapter, u32 *words)
{
	return 0;
}
