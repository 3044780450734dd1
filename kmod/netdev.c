// SPDX-License-Identifier: GPL-2.0
/*
 * netdev.c - the network interface: its life, and what the stack may ask of it
 *
 * Owns struct rxmap_adapter and the table of net_device_ops. Each op is a guard and a call: up
 * and down are updown.c, packets poll.c and rx.c, knobs ethtool.c and tunables.c. Ops run under
 * RTNL except xmit (TX lock), get_stats64 (RCU) and set_rx_mode (address lock, atomic).
 */
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "core.h"

static int ndo_open(struct net_device *netdev)
{
	return rxmap_adapter_open(netdev_priv(netdev));
}

static int ndo_stop(struct net_device *netdev)
{
	rxmap_adapter_stop(netdev_priv(netdev));
	return 0;
}

static netdev_tx_t ndo_start_xmit(struct sk_buff *skb, struct net_device *netdev)
{
	struct rxmap_adapter *adapter = netdev_priv(netdev);
	struct rxmap_queue *q = &adapter->queues[skb_get_queue_mapping(skb)];

	if (unlikely(READ_ONCE(adapter->broken))) {
		u64_stats_update_begin(&q->stats.tx_sync);
		q->stats.tx_dropped++;
		u64_stats_update_end(&q->stats.tx_sync);
		dev_kfree_skb_any(skb);
		return NETDEV_TX_OK;
	}
	return adapter->ops->xmit(skb, q);
}

/* The address lists may be changed in atomic context; telling the device may sleep. */
static void ndo_set_rx_mode(struct net_device *netdev)
{
	struct rxmap_adapter *adapter = netdev_priv(netdev);

	schedule_work(&adapter->rx_mode_work);
}

static void rx_mode_work(struct work_struct *work)
{
	struct rxmap_adapter *adapter = container_of(work, struct rxmap_adapter, rx_mode_work);

	rtnl_lock();
	if (adapter->running)
		adapter->ops->set_rx_mode(adapter);
	rtnl_unlock();
}

static int ndo_set_mac_address(struct net_device *netdev, void *p)
{
	struct rxmap_adapter *adapter = netdev_priv(netdev);
	const struct sockaddr *addr = p;
	int err;

	err = eth_prepare_mac_addr_change(netdev, p);
	if (err)
		return err;
	err = adapter->ops->set_mac(adapter, addr->sa_data);
	if (err)
		return err;
	eth_commit_mac_addr_change(netdev, p);
	return 0;
}

static int ndo_change_mtu(struct net_device *netdev, int mtu)
{
	struct rxmap_adapter *adapter = netdev_priv(netdev);
	unsigned int limit = rxmap_rings_max_mtu(adapter);

	if (mtu > limit) {
		netdev_info(netdev, "mtu %d: a mapped queue allows %u\n", mtu, limit);
		return -EBUSY;
	}
	WRITE_ONCE(netdev->mtu, mtu);
	if (adapter->running)
		adapter->ops->set_rx_mode(adapter);
	return 0;
}

static int vlan_set(struct net_device *netdev, u16 vid, bool on)
{
	struct rxmap_adapter *adapter = netdev_priv(netdev);

	return adapter->caps & RXMAP_CAP_VLAN_FILTER ?
		adapter->ops->vlan_set(adapter, vid, on) : 0;
}

static int ndo_vlan_rx_add_vid(struct net_device *netdev, __be16 proto, u16 vid)
{
	return vlan_set(netdev, vid, true);
}

static int ndo_vlan_rx_kill_vid(struct net_device *netdev, __be16 proto, u16 vid)
{
	return vlan_set(netdev, vid, false);
}

static int ndo_set_features(struct net_device *netdev, netdev_features_t features)
{
	struct rxmap_adapter *adapter = netdev_priv(netdev);

	return adapter->ops->set_features(adapter, features);
}

static void ndo_get_stats64(struct net_device *netdev, struct rtnl_link_stats64 *stats)
{
	rxmap_stats_get64(netdev_priv(netdev), stats);
}

static void ndo_tx_timeout(struct net_device *netdev, unsigned int queue)
{
	struct rxmap_adapter *adapter = netdev_priv(netdev);

	atomic64_inc(&adapter->queues[queue].stats.tx_timeouts);
	schedule_work(&adapter->reset_work);
}

static const struct net_device_ops netdev_ops = {
	.ndo_open = ndo_open,
	.ndo_stop = ndo_stop,
	.ndo_start_xmit = ndo_start_xmit,
	.ndo_set_rx_mode = ndo_set_rx_mode,
	.ndo_set_mac_address = ndo_set_mac_address,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_change_mtu = ndo_change_mtu,
	.ndo_vlan_rx_add_vid = ndo_vlan_rx_add_vid,
	.ndo_vlan_rx_kill_vid = ndo_vlan_rx_kill_vid,
	.ndo_set_features = ndo_set_features,
	.ndo_get_stats64 = ndo_get_stats64,
	.ndo_tx_timeout = ndo_tx_timeout,
};

/**
 * rxmap_adapter_of() - the adapter behind an interface
 * @netdev: any interface
 *
 * Context: RTNL. Return: NULL when it is not one of ours.
 */
struct rxmap_adapter *rxmap_adapter_of(struct net_device *netdev)
{
	return netdev->netdev_ops == &netdev_ops ? netdev_priv(netdev) : NULL;
}

/**
 * rxmap_link_changed() - the device says that its carrier may have changed
 * @adapter: adapter with interrupts
 *
 * Context: any.
 */
void rxmap_link_changed(struct rxmap_adapter *adapter)
{
	schedule_work(&adapter->link_work);
}

/**
 * rxmap_device_broken() - the device broke its contract: nothing it says is believed any more
 * @adapter: adapter that is up
 * @why: literal, for the log
 *
 * Carrier off, no interrupt is armed, no packet is sent, until the interface goes down and up.
 *
 * Context: any. Only the first call after an open speaks.
 */
void rxmap_device_broken(struct rxmap_adapter *adapter, const char *why)
{
	if (cmpxchg(&adapter->broken, NULL, why))
		return;
	if (net_ratelimit())
		netdev_err(adapter->netdev, "given up: %s; set it down and up to try again\n", why);
	schedule_work(&adapter->link_work);
}

/**
 * rxmap_device_gone() - a register read as all ones: nobody is there any more
 * @adapter: adapter, registered or not
 *
 * As rxmap_device_broken(), but for good: the interface cannot be set up again.
 *
 * Context: any. Only the first call speaks.
 */
void rxmap_device_gone(struct rxmap_adapter *adapter)
{
	if (xchg(&adapter->gone, true))
		return;
	cmpxchg(&adapter->broken, NULL, "device gone");
	pci_warn(adapter->pdev, "device gone: its registers read as all ones\n");
	if (READ_ONCE(adapter->running))
		schedule_work(&adapter->link_work);
}

static void queue_init(struct rxmap_adapter *adapter, u16 index)
{
	struct rxmap_queue *q = &adapter->queues[index];

	q->adapter = adapter;
	q->index = index;
	rxmap_stats_init(q);
	rxmap_tunables_init(q);
	rxmap_moderation_init(q);
	/* weight 64, what the core asks for; the queue's own budget is written at open */
	netif_napi_add(adapter->netdev, &q->napi, rxmap_poll);
}

/**
 * rxmap_adapter_alloc() - an adapter and its interface, not yet visible
 * @pdev: PCI function, enabled
 * @ops: backend
 * @priv_size: bytes of adapter->priv
 * @max_queues: queue pairs that the device has
 *
 * Context: probe. Return: the adapter or NULL.
 */
struct rxmap_adapter *rxmap_adapter_alloc(struct pci_dev *pdev,
					  const struct rxmap_backend_ops *ops,
					  size_t priv_size, u16 max_queues)
{
	size_t priv_offset = ALIGN(sizeof(struct rxmap_adapter), SMP_CACHE_BYTES);
	struct rxmap_adapter *adapter;
	struct net_device *netdev;
	u16 i;

	netdev = alloc_etherdev_mqs(priv_offset + priv_size, max_queues, max_queues);
	if (!netdev)
		return NULL;
	adapter = netdev_priv(netdev);
	adapter->queues = kcalloc(max_queues, sizeof(*adapter->queues), GFP_KERNEL);
	if (!adapter->queues) {
		free_netdev(netdev);
		return NULL;
	}

	SET_NETDEV_DEV(netdev, &pdev->dev);
	netdev->netdev_ops = &netdev_ops;
	netdev->ethtool_ops = &rxmap_ethtool_ops;
	netdev->watchdog_timeo = 5 * HZ;
	adapter->netdev = netdev;
	adapter->pdev = pdev;
	adapter->ops = ops;
	adapter->priv = (void *)adapter + priv_offset;
	adapter->max_queues = max_queues;
	adapter->num_queues = 1;
	INIT_WORK(&adapter->link_work, rxmap_link_work);
	INIT_WORK(&adapter->reset_work, rxmap_reset_work);
	INIT_WORK(&adapter->rx_mode_work, rx_mode_work);
	rxmap_pool_reaper_init(&adapter->pool_reaper);
	rxmap_watchdog_init(adapter);
	for (i = 0; i < max_queues; i++)
		queue_init(adapter, i);
	return adapter;
}

static bool ops_complete(const struct rxmap_backend_ops *ops)
{
	return ops->name && ops->open && ops->stop && ops->xmit && ops->tx_clean &&
	       ops->rx_poll && ops->rx_pending && ops->rx_refill && ops->rx_reset &&
	       ops->rx_plain && ops->irq_mask && ops->irq_arm && ops->irq_unmask &&
	       ops->set_moderation && ops->set_queue_count && ops->set_rx_mode && ops->set_mac &&
	       ops->vlan_set && ops->set_features && ops->rss_get && ops->rss_set && ops->link_up &&
	       ops->read_hw_stats && ops->dump_regs;
}

/**
 * rxmap_adapter_register() - make the interface visible
 * @adapter: adapter, the fields marked (b) filled
 *
 * Context: probe. Return: 0 or an errno.
 */
int rxmap_adapter_register(struct rxmap_adapter *adapter)
{
	struct net_device *netdev = adapter->netdev;
	int err;

	if (WARN_ON(!ops_complete(adapter->ops)))
		return -EINVAL;

	netif_carrier_off(netdev);
	err = rxmap_rss_init(adapter);
	if (err)
		return err;
	rtnl_lock();
	rxmap_moderation_apply_all(adapter);
	err = netif_set_real_num_queues(netdev, adapter->num_queues, adapter->num_queues);
	if (!err)
		err = register_netdevice(netdev);
	rtnl_unlock();
	return err;
}

/**
 * rxmap_adapter_unregister() - take the interface away; its rings end
 * @adapter: registered adapter
 *
 * Down first, so that posted frames come home; one RTNL section, so that nobody can attach
 * again in between.
 *
 * Context: remove, without RTNL; sleeps.
 */
void rxmap_adapter_unregister(struct rxmap_adapter *adapter)
{
	rtnl_lock();
	dev_close(adapter->netdev);
	rxmap_rings_detach(adapter, RXMAP_REASON_DEVICE_GONE);
	unregister_netdevice(adapter->netdev);
	rtnl_unlock();

	cancel_work_sync(&adapter->rx_mode_work);
	cancel_work_sync(&adapter->reset_work);
	cancel_work_sync(&adapter->link_work);
	rxmap_pool_reaper_finish(&adapter->pool_reaper);
}

/**
 * rxmap_adapter_free() - the end, also of an adapter that was never registered
 * @adapter: adapter
 */
void rxmap_adapter_free(struct rxmap_adapter *adapter)
{
	struct rxmap_queue *queues = adapter->queues;

	free_netdev(adapter->netdev);
	kfree(queues);
}
