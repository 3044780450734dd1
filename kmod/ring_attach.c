// SPDX-License-Identifier: GPL-2.0
/*
 * ring_attach.c - a ring's way into a queue's receive path, and out of it
 *
 * Everything here is process context. RTNL is the only lock: whoever holds it may change which
 * ring a queue has. NAPI sees the ring through rxmap_queue.ring (RCU). The order of detach is
 * the argument of its safety:
 *
 *	1. NAPI disabled; the queue's pointers cleared     no new cycle sees the ring
 *	2. synchronize_net()	no RCU reader sees it, no poll is left in its last lines
 *	3. posted frames come home (queue reset), or keep the pool until they do; NAPI enabled
 *	4. timer cancelled, offloads and promiscuity restored
 *	5. frames revoked where an ex-consumer could see foreign traffic; state; wake-up
 *
 * The ring itself is freed by the last close: sleepers, mappings and timers cannot outlive it.
 */
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include "netlink.h"
#include "ring_private.h"
#include "ring_setup.h"
#include "trace.h"

static u32 min_posted(const struct rxmap_adapter *adapter, u32 frames)
{
	return min_t(u32, adapter->rx_ring_size, frames / 2);
}

/* Largest MTU whose packets, with a VLAN tag, fit one frame. */
static u32 max_mtu(const struct rxmap_frame_pool *pool, const struct rxmap_adapter *adapter)
{
	return pool->post_len - adapter->rx_prefix - ETH_HLEN - VLAN_HLEN;
}

/* Tap copies traffic; filter and divert take it from everybody else. Opener and caller both. */
static int check_capability(struct file *file, struct net_device *dev, struct rxmap_attach *a)
{
	struct user_namespace *ns = dev_net(dev)->user_ns;

	if (!ns_capable(ns, CAP_NET_RAW) || !file_ns_capable(file, ns, CAP_NET_RAW))
		return rxmap_refuse(a, RXMAP_REFUSED_CAPABILITY, CAP_NET_RAW, -EPERM);
	if (a->mode == RXMAP_MODE_TAP)
		return 0;
	if (!ns_capable(ns, CAP_NET_ADMIN) || !file_ns_capable(file, ns, CAP_NET_ADMIN))
		return rxmap_refuse(a, RXMAP_REFUSED_CAPABILITY, CAP_NET_ADMIN, -EPERM);
	return 0;
}

static int check_queue(struct rxmap_adapter *adapter, struct rxmap_attach *a)
{
	struct rxmap_ring *holder;

	if (a->queue >= adapter->num_queues)
		return rxmap_refuse(a, RXMAP_REFUSED_QUEUE, adapter->num_queues, -ENXIO);
	holder = adapter->queues[a->queue].ring_owner;
	if (holder)
		return rxmap_refuse(a, RXMAP_REFUSED_QUEUE_BUSY, pid_vnr(holder->pid), -EBUSY);
	return 0;
}

static int check_quota(struct rxmap_adapter *adapter, struct rxmap_attach *a)
{
	u32 most = a->frames - min_posted(adapter, a->frames);

	if (a->quota > most)
		return rxmap_refuse(a, RXMAP_REFUSED_QUOTA, most, -ERANGE);
	if (!a->quota)
		a->quota = most;
	return 0;
}

/* More unread packets than the consumer may hold never come: only the timer would wake it. */
static int check_wake(struct rxmap_attach *a)
{
	if (a->wake_packets > a->quota)
		return rxmap_refuse(a, RXMAP_REFUSED_WAKE, a->quota, -EINVAL);
	return 0;
}

/* Addresses for the device, and the checks that depend on them. */
static int map_pool(struct rxmap_adapter *adapter, struct rxmap_frame_pool *pool,
		    struct rxmap_attach *a)
{
	int err = rxmap_pool_map(pool, &adapter->pool_reaper, adapter->dma_dev,
				 adapter->rx_prefix);

	if (err == -EOPNOTSUPP)
		return rxmap_refuse(a, RXMAP_REFUSED_BOUNCE, 0, err);
	if (err)
		return err;
	a->max_packet = pool->post_len - adapter->rx_prefix;
	if (adapter->netdev->mtu <= max_mtu(pool, adapter))
		return 0;
	rxmap_pool_detach(pool);
	return rxmap_refuse(a, RXMAP_REFUSED_MTU, max_mtu(pool, adapter), -EMSGSIZE);
}

/* Fails only where the interface's counter of such requests would overflow. */
static int promisc_on(struct rxmap_adapter *adapter, struct rxmap_attach *a)
{
	int err;

	if (!(a->flags & RXMAP_ATTACH_PROMISC))
		return 0;
	err = dev_set_promiscuity(adapter->netdev, 1);
	return err ? rxmap_refuse(a, RXMAP_REFUSED_PROMISC, 0, err) : 0;
}

static void promisc_off(struct rxmap_adapter *adapter, bool on)
{
	if (on)
		dev_set_promiscuity(adapter->netdev, -1);
}

static int plain_on(struct rxmap_adapter *adapter, struct rxmap_attach *a)
{
	int err = adapter->mapped_queues ? 0 : adapter->ops->rx_plain(adapter, true);

	if (err == -EOPNOTSUPP)
		return rxmap_refuse(a, RXMAP_REFUSED_OFFLOADS, 0, err);
	if (err)
		return rxmap_refuse(a, RXMAP_REFUSED_INTERFACE, 0, -ENODEV);
	return 0;
}

/* The interface's state as the ring tells it. */
static u32 link_state(const struct rxmap_adapter *adapter)
{
	if (!adapter->running)
		return RXMAP_STATE_DOWN;
	return netif_carrier_ok(adapter->netdev) ? RXMAP_STATE_RUNNING : RXMAP_STATE_NO_CARRIER;
}

/* No failure from here on: the ring goes live. */
static void go_live(struct rxmap_queue *q, struct rxmap_ring *ring, struct rxmap_setup *setup,
		    struct rxmap_attach *a)
{
	struct rxmap_adapter *adapter = q->adapter;

	rxmap_setup_install(ring, setup, a);
	ring->low_water = max(min(min_posted(adapter, a->frames), a->quota) / 4, 1u);
	ring->pid = get_pid(task_tgid(current));
	get_task_comm(ring->comm, current->group_leader);
	ring->used = true;
	ring->locked = a->flags & RXMAP_ATTACH_LOCK;
	a->napi_id = q->napi.napi_id;
	a->granted = RXMAP_GRANT_ZEROCOPY;
	if (ring->locked)
		a->granted |= RXMAP_GRANT_LOCKED;
	if (adapter->caps & RXMAP_CAP_QUEUE_RESET)
		a->granted |= RXMAP_GRANT_QUEUE_RESET;
	ring->promisc = a->flags & RXMAP_ATTACH_PROMISC;
	if (ring->promisc)
		a->granted |= RXMAP_GRANT_PROMISC;
	ring->answer = *a;
	ring->p.status->state = link_state(adapter);
	adapter->mapped_queues++;
	q->ring_owner = ring;
	rcu_assign_pointer(ring->queue, q);
	smp_store_release(&ring->mappable, true);	/* pairs with mmap, poll, ioctl */
	rcu_assign_pointer(q->ring, ring);
}

static void napi_pause(struct rxmap_queue *q)
{
	if (q->adapter->running)
		napi_disable(&q->napi);
}

static void napi_resume(struct rxmap_queue *q)
{
	if (!q->adapter->running)
		return;
	napi_enable(&q->napi);
	/* an interrupt may have come meanwhile */
	rxmap_poll_start(q, RXMAP_POLL_START);
}

static bool can_reset_queue(const struct rxmap_adapter *adapter)
{
	return adapter->running && !adapter->gone && !adapter->broken &&
	       adapter->caps & RXMAP_CAP_QUEUE_RESET;
}

/* The NIC still holds others' buffers. Each costs a copy, and a copy that finds the consumer at its
 * quota is a drop. Where the queue can be reset they come home now, after the stack got what was
 * in them; else frames for copies are kept back.
 */
static void enter_queue(struct rxmap_queue *q, struct rxmap_ring *ring, struct rxmap_setup *setup,
			struct rxmap_attach *a)
{
	bool reset = can_reset_queue(q->adapter);

	napi_pause(q);
	if (reset)
		rxmap_poll_leftovers(q);
	go_live(q, ring, setup, a);
	if (reset)
		q->adapter->ops->rx_reset(q);
	else if (q->adapter->running)
		ring->p.foreign = q->adapter->rx_ring_size - q->rx_idle;
	napi_resume(q);
}

static int attach_locked(struct file *file, struct rxmap_setup *setup, struct rxmap_attach *a)
{
	struct rxmap_ring *ring = file->private_data;
	struct rxmap_adapter *adapter;
	int err;

	if (ring->used)
		return rxmap_refuse(a, RXMAP_REFUSED_FILE_BUSY, 0, -EALREADY);
	adapter = rxmap_ring_adapter(a->ifindex);
	if (!adapter || adapter->gone)
		return rxmap_refuse(a, RXMAP_REFUSED_INTERFACE, 0, -ENODEV);
	err = check_capability(file, adapter->netdev, a);
	if (!err)
		err = check_queue(adapter, a);
	if (!err)
		err = check_quota(adapter, a);
	if (!err)
		err = check_wake(a);
	if (!err)
		err = map_pool(adapter, setup->pool, a);
	if (err)
		return err;
	err = promisc_on(adapter, a);
	if (err)
		goto err_pool;
	err = plain_on(adapter, a);
	if (err)
		goto err_promisc;
	enter_queue(&adapter->queues[a->queue], ring, setup, a);
	trace_rxmap_attach(&adapter->queues[a->queue], ring);
	rxmap_netlink_ring_event(ring, &adapter->queues[a->queue], RXMAP_CMD_RING_ATTACH_NTF);
	return 0;

err_promisc:
	promisc_off(adapter, a->flags & RXMAP_ATTACH_PROMISC);
err_pool:
	rxmap_pool_detach(setup->pool);
	return err;
}

/**
 * rxmap_ring_attach() - RXMAP_ATTACH
 * @file: open file
 * @a: argument, copied in; results are copied out by the caller, on failure too
 *
 * Loses no packet of the stack: buffers that the NIC has already are taken as they complete.
 *
 * Context: process, takes RTNL. Return: 0 or an errno, see enum rxmap_refused.
 */
int rxmap_ring_attach(struct file *file, struct rxmap_attach *a)
{
	struct rxmap_setup setup = {};
	int err = rxmap_setup_check(a) ?: rxmap_setup_alloc(&setup, a);

	if (err)
		return err;
	rtnl_lock();
	err = attach_locked(file, &setup, a);
	rtnl_unlock();
	if (err)
		rxmap_setup_free(&setup);
	return err;
}

/* Steps 1 to 3 of the head's list. Returns whether the NIC may still write into the frames. */
static bool leave_queue(struct rxmap_queue *q, struct rxmap_ring *ring)
{
	struct rxmap_adapter *adapter = q->adapter;
	bool posted;

	napi_pause(q);
	RCU_INIT_POINTER(q->ring, NULL);
	RCU_INIT_POINTER(ring->queue, NULL);
	q->ring_owner = NULL;
	adapter->mapped_queues--;
	synchronize_net();
	rxmap_producer_abandon(&ring->p);
	if (can_reset_queue(adapter))
		adapter->ops->rx_reset(q);
	posted = ring->pool->ledger.posted;
	rxmap_pool_detach(ring->pool);
	napi_resume(q);
	return posted;
}

/**
 * rxmap_ring_detach() - take the queue from a ring
 * @ring: ring; nothing happens when it is not attached
 * @reason: enum rxmap_reason; a fault keeps its own
 *
 * Context: RTNL, sleeps.
 */
void rxmap_ring_detach(struct rxmap_ring *ring, u32 reason)
{
	struct rxmap_queue *q = rtnl_dereference(ring->queue);
	struct rxmap_adapter *adapter;
	bool posted;

	if (!q)
		return;
	adapter = q->adapter;
	posted = leave_queue(q, ring);
	if (!adapter->mapped_queues && !adapter->gone)
		adapter->ops->rx_plain(adapter, false);
	promisc_off(adapter, ring->promisc);
	hrtimer_cancel(&ring->wake_timer);
	if (posted || ring->p.reason || reason == RXMAP_REASON_FORCED)
		rxmap_ring_revoke(ring);
	rxmap_ring_set_state(ring, RXMAP_STATE_GONE, reason);
	trace_rxmap_detach(q, reason);
	if (ring->p.reason)
		rxmap_netlink_ring_event(ring, q, RXMAP_CMD_RING_FAULT_NTF);
	rxmap_netlink_ring_event(ring, q, RXMAP_CMD_RING_DETACH_NTF);
}

/**
 * rxmap_ring_fault_work() - what NAPI could not do after a fault
 * @work: rxmap_ring.fault_work
 */
void rxmap_ring_fault_work(struct work_struct *work)
{
	struct rxmap_ring *ring = container_of(work, struct rxmap_ring, fault_work);

	rtnl_lock();
	rxmap_ring_detach(ring, ring->p.reason);
	rtnl_unlock();
}

/**
 * rxmap_rings_update() - the interface went up or down, or its carrier changed
 * @adapter: adapter
 *
 * Context: RTNL.
 */
void rxmap_rings_update(struct rxmap_adapter *adapter)
{
	u16 i;

	for (i = 0; i < adapter->max_queues; i++) {
		struct rxmap_ring *ring = adapter->queues[i].ring_owner;

		if (!ring)
			continue;
		if (!adapter->running)
			ring->p.foreign = 0;	/* stop gave every buffer back */
		rxmap_ring_set_state(ring, link_state(adapter), RXMAP_REASON_NONE);
	}
}

/**
 * rxmap_rings_detach() - the device goes: every ring ends
 * @adapter: adapter
 * @reason: enum rxmap_reason
 *
 * Context: RTNL, sleeps.
 */
void rxmap_rings_detach(struct rxmap_adapter *adapter, u32 reason)
{
	u16 i;

	for (i = 0; i < adapter->max_queues; i++)
		if (adapter->queues[i].ring_owner)
			rxmap_ring_detach(adapter->queues[i].ring_owner, reason);
}

/**
 * rxmap_rings_max_mtu() - largest MTU that every mapped queue's frames can take
 * @adapter: adapter
 *
 * Context: RTNL. Return: UINT_MAX when no queue is mapped.
 */
unsigned int rxmap_rings_max_mtu(struct rxmap_adapter *adapter)
{
	unsigned int most = UINT_MAX;
	u16 i;

	for (i = 0; i < adapter->max_queues; i++)
		if (adapter->queues[i].ring_owner)
			most = min(most, max_mtu(adapter->queues[i].ring_owner->pool, adapter));
	return most;
}

/**
 * rxmap_queue_mapped() - does a ring have this queue?
 * @q: queue
 *
 * Context: RTNL.
 */
bool rxmap_queue_mapped(struct rxmap_queue *q)
{
	return q->ring_owner;
}
