// SPDX-License-Identifier: GPL-2.0
/*
 * watchdog.c - a slow second look at each queue, in case an event was lost
 *
 * Once a second while the interface is up. It collects frames that a consumer released without
 * a kick, and it rescues a queue whose completions nobody announced: seen waiting twice, a
 * quarter of a second apart, without a poll between. A rescue is counted, and the counter must
 * stay 0 on a device that works: so the time between the two is longer than a hypervisor keeps a
 * virtual CPU waiting that has an interrupt to take. 20 ms were not. It also asks the device for
 * its link: nothing else tells that a device went while it had nothing to do.
 */
#include "core.h"

#define WATCHDOG_PERIOD		HZ
#define WATCHDOG_SECOND_LOOK	(HZ / 4)

/* Returns true when the queue deserves a second look soon. */
static bool look(struct rxmap_queue *q)
{
	u64 polls = rxmap_stats_polls(q);
	bool waiting = q->adapter->ops->rx_pending(q);
	bool same = polls == q->watchdog_polls;

	if (rxmap_ring_wants_refill(q))
		rxmap_poll_start(q, RXMAP_POLL_REFILL);
	if (waiting && q->watchdog_suspect && same)
		rxmap_poll_start(q, RXMAP_POLL_RESCUE);
	q->watchdog_suspect = waiting && !(q->watchdog_suspect && same);
	q->watchdog_polls = polls;
	return q->watchdog_suspect;
}

static void watch(struct work_struct *work)
{
	struct rxmap_adapter *adapter =
		container_of(to_delayed_work(work), struct rxmap_adapter, watchdog);
	bool soon = false;
	u16 i;

	/* stop() clears it before it cancels this work and waits */
	if (!READ_ONCE(adapter->running) || READ_ONCE(adapter->broken))
		return;
	for (i = 0; i < adapter->num_queues; i++)
		soon |= look(&adapter->queues[i]);
	if (adapter->ops->link_up(adapter) != netif_carrier_ok(adapter->netdev))
		rxmap_link_changed(adapter);
	queue_delayed_work(system_power_efficient_wq, &adapter->watchdog,
			   soon ? WATCHDOG_SECOND_LOOK : round_jiffies_relative(WATCHDOG_PERIOD));
}

/**
 * rxmap_watchdog_init() - prepare the work
 * @adapter: adapter
 */
void rxmap_watchdog_init(struct rxmap_adapter *adapter)
{
	INIT_DELAYED_WORK(&adapter->watchdog, watch);
}

/**
 * rxmap_watchdog_start() - from now on, once a second
 * @adapter: running adapter
 *
 * Context: RTNL.
 */
void rxmap_watchdog_start(struct rxmap_adapter *adapter)
{
	queue_delayed_work(system_power_efficient_wq, &adapter->watchdog,
			   round_jiffies_relative(WATCHDOG_PERIOD));
}

/**
 * rxmap_watchdog_cancel() - it does not run afterwards
 * @adapter: adapter, no longer marked running
 *
 * Context: RTNL (the work takes no lock); sleeps.
 */
void rxmap_watchdog_cancel(struct rxmap_adapter *adapter)
{
	cancel_delayed_work_sync(&adapter->watchdog);
}
