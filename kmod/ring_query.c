// SPDX-License-Identifier: GPL-2.0
/*
 * ring_query.c - who maps a queue, taking it from him, and what a file has
 *
 * The first two work on any open file of /dev/rxmap: they name an interface and a queue. Process
 * context under RTNL.
 */
#include <linux/capability.h>
#include <linux/nsproxy.h>
#include <linux/rtnetlink.h>
#include "backend.h"
#include "ring_private.h"

/**
 * rxmap_ring_adapter() - the interface that an ioctl names
 * @ifindex: in the caller's network namespace
 *
 * Context: process, RTNL. Return: NULL when there is none, or it is not one of ours.
 */
struct rxmap_adapter *rxmap_ring_adapter(u32 ifindex)
{
	struct net_device *dev = __dev_get_by_index(current->nsproxy->net_ns, ifindex);

	if (!dev || dev->reg_state != NETREG_REGISTERED)
		return NULL;
	return rxmap_adapter_of(dev);
}

/* Also clears what comes out: a queue that nobody maps must not show the caller's own values. */
static int find_holder(struct rxmap_query *args, struct rxmap_adapter **adapter)
{
	args->pid = 0;
	args->mode = 0;
	args->state = RXMAP_STATE_NONE;
	args->queues = 0;
	memset(args->comm, 0, sizeof(args->comm));
	*adapter = rxmap_ring_adapter(args->ifindex);
	if (!*adapter)
		return -ENODEV;
	return args->queue < (*adapter)->num_queues ? 0 : -ENXIO;
}

static void tell_holder(struct rxmap_query *args, const struct rxmap_ring *ring)
{
	args->pid = pid_vnr(ring->pid);
	args->mode = ring->mode;
	args->state = READ_ONCE(ring->p.status->state);
	strscpy(args->comm, ring->comm, sizeof(args->comm));
}

/**
 * rxmap_ring_attached() - RXMAP_ATTACHED
 * @ring: attached
 * @args: out
 *
 * The filter was copied at ATTACH and may be another one by now: nothing is said of it.
 *
 * Context: RTNL.
 */
void rxmap_ring_attached(const struct rxmap_ring *ring, struct rxmap_attach *args)
{
	*args = ring->answer;
	args->filter = 0;
	args->filter_len = 0;
	args->wake_packets = READ_ONCE(ring->wake_packets);
	args->wake_usecs = READ_ONCE(ring->wake_usecs);
	if (ring->locked)
		args->granted |= RXMAP_GRANT_LOCKED;
}

/**
 * rxmap_ring_query() - RXMAP_QUERY
 * @args: in and out
 *
 * Context: process, takes RTNL. Return: 0, -ENODEV, -ENXIO.
 */
int rxmap_ring_query(struct rxmap_query *args)
{
	struct rxmap_adapter *adapter;
	struct rxmap_ring *ring;
	int err;

	rtnl_lock();
	err = find_holder(args, &adapter);
	if (!err) {
		args->queues = adapter->num_queues;
		ring = adapter->queues[args->queue].ring_owner;
		if (ring)
			tell_holder(args, ring);
	}
	rtnl_unlock();
	return err;
}

/**
 * rxmap_ring_force_detach() - RXMAP_FORCE_DETACH
 * @args: in; the former holder comes out
 *
 * Context: process, takes RTNL. Return: 0, -ENODEV, -ENXIO, -EPERM, -ENOTCONN.
 */
int rxmap_ring_force_detach(struct rxmap_query *args)
{
	struct rxmap_adapter *adapter;
	struct rxmap_ring *ring;
	int err;

	rtnl_lock();
	err = find_holder(args, &adapter);
	if (!err && !ns_capable(dev_net(adapter->netdev)->user_ns, CAP_NET_ADMIN))
		err = -EPERM;
	if (!err) {
		ring = adapter->queues[args->queue].ring_owner;
		err = ring ? 0 : -ENOTCONN;
	}
	if (!err) {
		args->queues = adapter->num_queues;
		tell_holder(args, ring);
		rxmap_ring_detach(ring, RXMAP_REASON_FORCED);
	}
	rtnl_unlock();
	return err;
}
