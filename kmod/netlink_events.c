// SPDX-License-Identifier: GPL-2.0
/*
 * netlink_events.c - notifications to the multicast group "events"
 *
 * A message goes to the listeners in the interface's network namespace and is as the answer to the
 * get operation would be. Its loss (no memory, a listener's full socket, which hears ENOBUFS)
 * changes nothing here.
 *
 * Locking: all callers hold RTNL in process context. A fault is found in NAPI, which cannot
 * allocate or sleep; the work that then detaches the ring tells it. RTNL also orders the messages:
 * who reads them sees changes in the order in which they happened.
 */
#include <linux/pid.h>
#include <linux/rtnetlink.h>

#include "core.h"
#include "netlink.h"
#include "netlink_family.h"
#include "ring_private.h"

static bool anybody_listens(const struct rxmap_queue *q)
{
	const struct net_device *netdev = q->adapter->netdev;

	ASSERT_RTNL();
	return netdev->reg_state == NETREG_REGISTERED &&
	       genl_has_listeners(&rxmap_family, dev_net(netdev), RXMAP_GROUP_EVENTS);
}

/* Message with header and place; the caller adds the rest and calls finish(). NULL: no memory. */
static struct sk_buff *begin(const struct rxmap_queue *q, u8 cmd, void **header)
{
	struct sk_buff *msg = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);

	if (!msg)
		return NULL;
	*header = genlmsg_put(msg, 0, 0, &rxmap_family, 0, cmd);
	if (*header && !rxmap_netlink_put_place(msg, q))
		return msg;
	nlmsg_free(msg);
	return NULL;
}

static void finish(const struct rxmap_queue *q, struct sk_buff *msg, void *header, int err)
{
	if (err) {
		nlmsg_free(msg);
		return;
	}
	genlmsg_end(msg, header);
	genlmsg_multicast_netns(&rxmap_family, dev_net(q->adapter->netdev), msg, 0,
				RXMAP_GROUP_EVENTS, GFP_KERNEL);
}

/**
 * rxmap_netlink_queue_event() - the tunables of a queue changed, or their effect did
 * @q: queue
 *
 * Context: RTNL, may sleep.
 */
void rxmap_netlink_queue_event(struct rxmap_queue *q)
{
	struct sk_buff *msg;
	void *header;

	if (!anybody_listens(q))
		return;
	msg = begin(q, RXMAP_CMD_QUEUE_NTF, &header);
	if (msg)
		finish(q, msg, header, rxmap_netlink_put_queue(msg, q));
}

/**
 * rxmap_netlink_ring_event() - a ring came, went or was taken away
 * @ring: ring
 * @q: its queue, now or until a moment ago
 * @cmd: RXMAP_CMD_RING_*_NTF
 *
 * The pid is that of the initial namespace: many may listen.
 *
 * Context: RTNL, may sleep.
 */
void rxmap_netlink_ring_event(struct rxmap_ring *ring, struct rxmap_queue *q, u8 cmd)
{
	struct sk_buff *msg;
	void *header;

	if (!anybody_listens(q))
		return;
	msg = begin(q, cmd, &header);
	if (msg)
		finish(q, msg, header, rxmap_netlink_put_ring(msg, ring, pid_nr(ring->pid)));
}
