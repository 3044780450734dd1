// SPDX-License-Identifier: GPL-2.0
/*
 * netlink.c - the generic netlink family "rxmap": its operations, and reading
 *
 * The contract is Documentation/netlink/specs/rxmap.yaml. Reading is the same for all three kinds
 * of answer: find the queue, or walk all of them, and call the kind's own put function. Writing is
 * netlink_queue.c, notifications netlink_events.c.
 *
 * Locking: operations run in parallel (no genl_mutex) and take RTNL, under which interfaces,
 * tunables and rings do not change. A reply is built under RTNL and sent after it. An interface
 * is looked up in the network namespace of the socket, so nobody sees another namespace's.
 * Validation is strict, and an attribute that comes twice is refused, which the core does not do.
 */
#include <linux/rtnetlink.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "core.h"
#include "netlink.h"
#include "netlink_family.h"

/* What a request may say to find a queue; the numbers are the same in each attribute set. */
static_assert((int)RXMAP_A_RING_IFINDEX == (int)RXMAP_A_QUEUE_IFINDEX);
static_assert((int)RXMAP_A_RING_IFNAME == (int)RXMAP_A_QUEUE_IFNAME);
static_assert((int)RXMAP_A_RING_QUEUE == (int)RXMAP_A_QUEUE_QUEUE);
static_assert((int)RXMAP_A_STATS_IFINDEX == (int)RXMAP_A_QUEUE_IFINDEX);
static_assert((int)RXMAP_A_STATS_IFNAME == (int)RXMAP_A_QUEUE_IFNAME);
static_assert((int)RXMAP_A_STATS_QUEUE == (int)RXMAP_A_QUEUE_QUEUE);

static const struct nla_policy get_policy[] = {
	[RXMAP_A_QUEUE_IFINDEX] = { .type = NLA_U32 },
	[RXMAP_A_QUEUE_QUEUE] = { .type = NLA_U32 },
};

static const struct nla_policy moderation_policy[] = {
	[RXMAP_A_MODERATION_POLICY] = { .type = NLA_U32 },
};

/* Ranges are checked by tunables.c, whose refusals have a sentence. */
static const struct nla_policy set_policy[] = {
	[RXMAP_A_QUEUE_IFINDEX] = { .type = NLA_U32 },
	[RXMAP_A_QUEUE_QUEUE] = { .type = NLA_U32 },
	[RXMAP_A_QUEUE_BUDGET] = { .type = NLA_U32 },
	[RXMAP_A_QUEUE_MODERATION] = NLA_POLICY_NESTED(moderation_policy),
	[RXMAP_A_QUEUE_USECS_REQUESTED] = { .type = NLA_U32 },
	[RXMAP_A_QUEUE_FRAMES_REQUESTED] = { .type = NLA_U32 },
	[RXMAP_A_QUEUE_POLL_USECS] = { .type = NLA_U32 },
	[RXMAP_A_QUEUE_AWAKE_USECS] = { .type = NLA_U32 },
	[RXMAP_A_QUEUE_BEHIND_USECS] = { .type = NLA_U32 },
	[RXMAP_A_QUEUE_DEADMAN_USECS] = { .type = NLA_U32 },
};

/**
 * rxmap_netlink_once() - refuse attributes that come twice
 * @head: first attribute, validated
 * @len: bytes of all
 * @extack: for the reason
 *
 * Return: 0 or -EINVAL.
 */
int rxmap_netlink_once(const struct nlattr *head, int len, struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	u64 seen = 0;
	int left;

	nla_for_each_attr(attr, head, len, left) {
		u64 bit = BIT_ULL(nla_type(attr) & 63);

		if (seen & bit) {
			NL_SET_ERR_MSG_ATTR(extack, attr, "attribute given twice");
			return -EINVAL;
		}
		seen |= bit;
	}
	return 0;
}

/**
 * rxmap_netlink_interface() - the interface that a request names
 * @net: network namespace of its socket
 * @ifindex: attribute
 * @extack: for the reason
 *
 * Context: RTNL. Return: an adapter, or an ERR_PTR(-ENODEV).
 */
struct rxmap_adapter *rxmap_netlink_interface(struct net *net, const struct nlattr *ifindex,
					      struct netlink_ext_ack *extack)
{
	struct net_device *netdev = __dev_get_by_index(net, nla_get_u32(ifindex));
	struct rxmap_adapter *adapter = NULL;

	if (!netdev || netdev->reg_state != NETREG_REGISTERED) {
		NL_SET_ERR_MSG_ATTR(extack, ifindex,
				    "ifindex: no such interface in this network namespace");
		return ERR_PTR(-ENODEV);
	}
	adapter = rxmap_adapter_of(netdev);
	if (!adapter) {
		NL_SET_ERR_MSG_ATTR(extack, ifindex, "ifindex: not an interface of rxmap");
		return ERR_PTR(-ENODEV);
	}
	return adapter;
}

/**
 * rxmap_netlink_queue() - is there such a queue?
 * @adapter: adapter
 * @queue: attribute
 * @extack: for the reason
 *
 * Context: RTNL. Return: its number, or -ENXIO.
 */
int rxmap_netlink_queue(const struct rxmap_adapter *adapter, const struct nlattr *queue,
			struct netlink_ext_ack *extack)
{
	if (nla_get_u32(queue) < adapter->num_queues)
		return nla_get_u32(queue);
	NL_SET_ERR_MSG_ATTR(extack, queue, "queue: the interface has no such RX queue");
	return -ENXIO;
}

/**
 * rxmap_netlink_put_place() - interface and queue, as attributes
 * @msg: message
 * @q: queue
 *
 * Return: 0 or -EMSGSIZE.
 */
int rxmap_netlink_put_place(struct sk_buff *msg, const struct rxmap_queue *q)
{
	const struct net_device *netdev = q->adapter->netdev;

	if (nla_put_u32(msg, RXMAP_A_QUEUE_IFINDEX, netdev->ifindex) ||
	    nla_put_string(msg, RXMAP_A_QUEUE_IFNAME, netdev->name) ||
	    nla_put_u32(msg, RXMAP_A_QUEUE_QUEUE, q->index))
		return -EMSGSIZE;
	return 0;
}

/* One kind of answer. An unmapped queue has no ring to tell about: -ENOTCONN. */
static int put_answer(struct sk_buff *msg, const struct rxmap_queue *q, u8 cmd)
{
	switch (cmd) {
	case RXMAP_CMD_QUEUE_GET:
		return rxmap_netlink_put_queue(msg, q);
	case RXMAP_CMD_RING_GET:
		return rxmap_netlink_put_holder(msg, q);
	default:
		return rxmap_netlink_put_stats(msg, q);
	}
}

static int put_message(struct sk_buff *msg, const struct rxmap_queue *q, void *header, u8 cmd)
{
	int err = header ? rxmap_netlink_put_place(msg, q) : -EMSGSIZE;

	if (!err)
		err = put_answer(msg, q, cmd);
	if (err)
		genlmsg_cancel(msg, header);
	else
		genlmsg_end(msg, header);
	return err;
}

static int get_locked(struct sk_buff *msg, struct genl_info *info)
{
	u8 cmd = info->genlhdr->cmd;
	struct rxmap_adapter *adapter;
	int queue, err;

	adapter = rxmap_netlink_interface(genl_info_net(info), info->attrs[RXMAP_A_QUEUE_IFINDEX],
					  info->extack);
	if (IS_ERR(adapter))
		return PTR_ERR(adapter);
	queue = rxmap_netlink_queue(adapter, info->attrs[RXMAP_A_QUEUE_QUEUE], info->extack);
	if (queue < 0)
		return queue;
	err = put_message(msg, &adapter->queues[queue],
			  genlmsg_put_reply(msg, info, &rxmap_family, 0, cmd), cmd);
	if (err == -ENOTCONN)
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[RXMAP_A_QUEUE_QUEUE],
				    "queue: it is not mapped");
	return err;
}

static int get_one(struct sk_buff *request, struct genl_info *info)
{
	struct sk_buff *msg;
	int err;

	err = rxmap_netlink_once(genlmsg_data(info->genlhdr), genlmsg_len(info->genlhdr),
				 info->extack);
	if (err)
		return err;
	if (GENL_REQ_ATTR_CHECK(info, RXMAP_A_QUEUE_IFINDEX)) {
		GENL_SET_ERR_MSG(info, "ifindex is missing");
		return -EINVAL;
	}
	if (GENL_REQ_ATTR_CHECK(info, RXMAP_A_QUEUE_QUEUE)) {
		GENL_SET_ERR_MSG(info, "queue is missing");
		return -EINVAL;
	}
	msg = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	rtnl_lock();
	err = get_locked(msg, info);
	rtnl_unlock();
	if (!err)
		return genlmsg_reply(msg, info);
	nlmsg_free(msg);
	return err;
}

/* Where a dump is: so many interfaces are done, so many queues of the next one. */
struct dump_position {
	long interfaces;
	long queues;
	long only_ifindex;	/* 0: all */
};

static struct dump_position *position(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct dump_position) > sizeof(cb->ctx));
	return (struct dump_position *)cb->ctx;
}

static int dump_start(struct netlink_callback *cb)
{
	struct nlattr *ifindex = rxmap_genl_dump_attrs(cb)[RXMAP_A_QUEUE_IFINDEX];
	struct nlattr *queue = rxmap_genl_dump_attrs(cb)[RXMAP_A_QUEUE_QUEUE];
	const struct genlmsghdr *header = nlmsg_data(cb->nlh);
	struct rxmap_adapter *adapter;
	int err;

	err = rxmap_netlink_once(genlmsg_data(header), genlmsg_len(header), cb->extack);
	if (err)
		return err;
	if (queue) {
		NL_SET_ERR_MSG_ATTR(cb->extack, queue, "queue: a dump is of all queues");
		return -EINVAL;
	}
	if (!ifindex)
		return 0;
	rtnl_lock();
	adapter = rxmap_netlink_interface(sock_net(cb->skb->sk), ifindex, cb->extack);
	rtnl_unlock();
	position(cb)->only_ifindex = nla_get_u32(ifindex);
	return PTR_ERR_OR_ZERO(adapter);
}

static int dump_interface(struct sk_buff *msg, struct netlink_callback *cb,
			  struct rxmap_adapter *adapter)
{
	const struct genlmsghdr *header = nlmsg_data(cb->nlh);
	struct dump_position *at = position(cb);
	void *put;
	int err;

	for (; at->queues < adapter->num_queues; at->queues++) {
		put = genlmsg_put(msg, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				  &rxmap_family, NLM_F_MULTI, header->cmd);
		if (put)
			genl_dump_check_consistent(cb, put);
		err = put_message(msg, &adapter->queues[at->queues], put, header->cmd);
		if (err && err != -ENOTCONN)
			return err;
	}
	at->queues = 0;
	return 0;
}

static int dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct net *net = sock_net(cb->skb->sk);
	struct dump_position *at = position(cb);
	struct rxmap_adapter *adapter;
	struct net_device *netdev;
	long seen = 0;

	rtnl_lock();
	cb->seq = net->dev_base_seq;
	for_each_netdev(net, netdev) {
		if (seen++ < at->interfaces)
			continue;
		adapter = rxmap_adapter_of(netdev);
		if (adapter && (!at->only_ifindex || at->only_ifindex == netdev->ifindex) &&
		    dump_interface(msg, cb, adapter))
			break;
		at->interfaces = seen;
	}
	rtnl_unlock();
	return msg->len;
}

#define GET(command)						\
	{							\
		.cmd = (command),				\
		.policy = get_policy,				\
		.maxattr = ARRAY_SIZE(get_policy) - 1,		\
		.doit = get_one,				\
		.start = dump_start,				\
		.dumpit = dump,					\
	}

static const struct genl_ops ops[] = {
	GET(RXMAP_CMD_QUEUE_GET),
	GET(RXMAP_CMD_RING_GET),
	GET(RXMAP_CMD_STATS_GET),
	{
		.cmd = RXMAP_CMD_QUEUE_SET,
		.policy = set_policy,
		.maxattr = ARRAY_SIZE(set_policy) - 1,
		.doit = rxmap_netlink_queue_set,
	},
};

static const struct genl_multicast_group groups[] = {
	[RXMAP_GROUP_EVENTS] = { .name = RXMAP_MCGRP_EVENTS },
};

struct genl_family rxmap_family __ro_after_init = {
	.name = RXMAP_FAMILY_NAME,
	.version = RXMAP_FAMILY_VERSION,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.ops = ops,
	.n_ops = ARRAY_SIZE(ops),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
};

/**
 * rxmap_netlink_register() - from here on there are requests
 *
 * Context: module init, before the first interface. Return: 0 or an errno.
 */
int rxmap_netlink_register(void)
{
	return genl_register_family(&rxmap_family);
}

/**
 * rxmap_netlink_unregister() - none any more, and none is running
 *
 * Context: module exit, after the last interface.
 */
void rxmap_netlink_unregister(void)
{
	genl_unregister_family(&rxmap_family);
}
