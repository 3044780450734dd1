// SPDX-License-Identifier: GPL-2.0
/*
 * updown.c - an interface goes up, down, changes shape, gains or loses its link
 *
 * Owns the order in which pools, device, NAPI, timers and queues start and stop. Everything
 * here runs in process context under RTNL, which is what protects adapter->running and the
 * sizes; the works take RTNL themselves.
 */
#include <linux/rtnetlink.h>

#include "compat.h"
#include "core.h"

static void pools_destroy(struct rxmap_adapter *adapter, u16 count)
{
	while (count--)
		rxmap_stack_pool_destroy(&adapter->queues[count]);
}

static int pools_create(struct rxmap_adapter *adapter)
{
	u16 i;
	int err;

	for (i = 0; i < adapter->num_queues; i++) {
		err = rxmap_stack_pool_create(&adapter->queues[i]);
		if (err) {
			pools_destroy(adapter, i);
			return err;
		}
	}
	return 0;
}

static void napi_start(struct rxmap_queue *q)
{
	/* ours while it is disabled; afterwards the poll writes it */
	q->napi.weight = q->asked[RXMAP_TUNE_BUDGET];
	rxmap_phase_enter(q, RXMAP_PHASE_SUSPENDED, ktime_get_ns());
	napi_enable(&q->napi);
	rxmap_queue_set_napi(q->adapter->netdev, q->index, &q->napi);
}

/**
 * rxmap_link_update() - ask the device for its carrier, tell the stack and the rings
 * @adapter: adapter
 *
 * Context: RTNL.
 */
void rxmap_link_update(struct rxmap_adapter *adapter)
{
	bool up = adapter->running && !READ_ONCE(adapter->broken) &&
		  adapter->ops->link_up(adapter);

	if (up)
		netif_carrier_on(adapter->netdev);
	else
		netif_carrier_off(adapter->netdev);
	rxmap_rings_update(adapter);
}

/**
 * rxmap_link_work() - rxmap_link_changed() in process context
 * @work: adapter->link_work
 */
void rxmap_link_work(struct work_struct *work)
{
	struct rxmap_adapter *adapter = container_of(work, struct rxmap_adapter, link_work);

	rtnl_lock();
	if (adapter->running)
		rxmap_link_update(adapter);
	rtnl_unlock();
}

/**
 * rxmap_adapter_open() - packets may flow
 * @adapter: adapter that is down
 *
 * Context: RTNL. Return: 0 or an errno, then it is still down.
 */
int rxmap_adapter_open(struct rxmap_adapter *adapter)
{
	u16 i;
	int err;

	if (READ_ONCE(adapter->gone))
		return -ENODEV;
	WRITE_ONCE(adapter->broken, NULL);
	err = pools_create(adapter);
	if (err)
		return err;
	err = adapter->ops->open(adapter);
	if (err) {
		pools_destroy(adapter, adapter->num_queues);
		return err;
	}

	rxmap_moderation_apply_all(adapter);
	for (i = 0; i < adapter->num_queues; i++)
		napi_start(&adapter->queues[i]);
	WRITE_ONCE(adapter->running, true);
	adapter->ops->set_rx_mode(adapter);
	netif_tx_start_all_queues(adapter->netdev);
	rxmap_link_update(adapter);
	/* the first poll arms the interrupts */
	for (i = 0; i < adapter->num_queues; i++)
		rxmap_poll_start(&adapter->queues[i], RXMAP_POLL_START);
	rxmap_watchdog_start(adapter);
	return 0;
}

/**
 * rxmap_adapter_stop() - no packet flows, the device is silent, its buffers are back
 * @adapter: adapter; nothing happens when it is down already
 *
 * Context: RTNL.
 */
void rxmap_adapter_stop(struct rxmap_adapter *adapter)
{
	u16 i;

	if (!adapter->running)
		return;

	WRITE_ONCE(adapter->running, false);
	rxmap_watchdog_cancel(adapter);
	netif_tx_disable(adapter->netdev);
	netif_carrier_off(adapter->netdev);
	for (i = 0; i < adapter->num_queues; i++) {
		rxmap_queue_set_napi(adapter->netdev, i, NULL);
		napi_disable(&adapter->queues[i].napi);
		rxmap_phase_enter(&adapter->queues[i], RXMAP_PHASE_DOWN, ktime_get_ns());
	}
	/* A poll function may still be between napi_complete_done() and its end, where it unmasks
	 * and starts the moderation timer: it runs with bottom halves off, so wait for that.
	 */
	synchronize_net();
	for (i = 0; i < adapter->num_queues; i++)
		rxmap_moderation_cancel(&adapter->queues[i]);
	adapter->ops->stop(adapter);
	pools_destroy(adapter, adapter->num_queues);
	rxmap_rings_update(adapter);
}

static int set_shape(struct rxmap_adapter *adapter, u16 queues, u16 rx_ring, u16 tx_ring)
{
	int err;

	if (queues != adapter->num_queues) {
		err = adapter->ops->set_queue_count(adapter, queues);
		if (err)
			return err;
		err = netif_set_real_num_queues(adapter->netdev, queues, queues);
		if (err)
			return err;
		adapter->num_queues = queues;
		err = rxmap_rss_spread(adapter);
		if (err)
			return err;
	}
	adapter->rx_ring_size = rx_ring;
	adapter->tx_ring_size = tx_ring;
	if (!netif_running(adapter->netdev))
		rxmap_moderation_apply_all(adapter);
	return 0;
}

/**
 * rxmap_adapter_reshape() - other ring sizes or another number of queues
 * @adapter: adapter, up or down
 * @queues: queue pairs
 * @rx_ring: descriptors
 * @tx_ring: descriptors
 *
 * The interface stops for a moment. When the new shape does not work the old one is restored.
 *
 * Context: RTNL. Return: 0 or an errno; the interface is closed if neither shape works.
 */
int rxmap_adapter_reshape(struct rxmap_adapter *adapter, u16 queues, u16 rx_ring, u16 tx_ring)
{
	u16 old_queues = adapter->num_queues;
	u16 old_rx = adapter->rx_ring_size, old_tx = adapter->tx_ring_size;
	bool was_running = adapter->running;
	int err;

	rxmap_adapter_stop(adapter);
	err = set_shape(adapter, queues, rx_ring, tx_ring);
	if (!err && was_running)
		err = rxmap_adapter_open(adapter);
	if (!err)
		return 0;

	if (set_shape(adapter, old_queues, old_rx, old_tx) ||
	    (was_running && rxmap_adapter_open(adapter))) {
		netdev_err(adapter->netdev, "does not start again, closing it\n");
		dev_close(adapter->netdev);
	}
	return err;
}

/**
 * rxmap_reset_work() - stop and open after a TX timeout
 * @work: adapter->reset_work
 */
void rxmap_reset_work(struct work_struct *work)
{
	struct rxmap_adapter *adapter = container_of(work, struct rxmap_adapter, reset_work);

	rtnl_lock();
	if (adapter->running) {
		rxmap_adapter_stop(adapter);
		if (rxmap_adapter_open(adapter)) {
			netdev_err(adapter->netdev, "does not start again, closing it\n");
			dev_close(adapter->netdev);
		}
	}
	rtnl_unlock();
}

/**
 * rxmap_adapter_suspend() - before the machine sleeps
 * @adapter: adapter
 *
 * Frames that a consumer holds survive; posted ones are posted again at resume.
 *
 * Context: process, without RTNL.
 */
void rxmap_adapter_suspend(struct rxmap_adapter *adapter)
{
	rtnl_lock();
	netif_device_detach(adapter->netdev);
	rxmap_adapter_stop(adapter);
	rtnl_unlock();
}

/**
 * rxmap_adapter_resume() - after the machine woke up
 * @adapter: suspended adapter
 *
 * Context: process, without RTNL. Return: 0 or an errno, then the interface stays detached.
 */
int rxmap_adapter_resume(struct rxmap_adapter *adapter)
{
	int err = 0;

	rtnl_lock();
	if (netif_running(adapter->netdev))
		err = rxmap_adapter_open(adapter);
	if (!err)
		netif_device_attach(adapter->netdev);
	rtnl_unlock();
	return err;
}
