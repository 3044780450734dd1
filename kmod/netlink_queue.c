// SPDX-License-Identifier: GPL-2.0
/*
 * netlink_queue.c - the tunables of a queue, read and written over netlink
 *
 * A front end: it translates, the checks are in tunables.c. Context: process; put under RTNL,
 * set takes it.
 */
#include <linux/capability.h>
#include <linux/rtnetlink.h>
#include <net/genetlink.h>

#include "core.h"
#include "netlink.h"

/**
 * rxmap_netlink_put_queue() - the tunables of a queue, as attributes
 * @msg: message
 * @q: queue
 *
 * Context: RTNL. Return: 0 or -EMSGSIZE.
 */
int rxmap_netlink_put_queue(struct sk_buff *msg, const struct rxmap_queue *q)
{
	struct nlattr *nest;

	if (nla_put_u32(msg, RXMAP_A_QUEUE_NAPI_ID, q->napi.napi_id) ||
	    nla_put_u32(msg, RXMAP_A_QUEUE_BUDGET, q->asked[RXMAP_TUNE_BUDGET]) ||
	    nla_put_u32(msg, RXMAP_A_QUEUE_USECS_REQUESTED, q->asked[RXMAP_TUNE_USECS]) ||
	    nla_put_u32(msg, RXMAP_A_QUEUE_USECS_EFFECTIVE, q->moderation.usecs) ||
	    nla_put_u32(msg, RXMAP_A_QUEUE_USECS_LIMIT, q->moderation.usecs_limit) ||
	    nla_put_u32(msg, RXMAP_A_QUEUE_FRAMES_REQUESTED, q->asked[RXMAP_TUNE_FRAMES]) ||
	    nla_put_u32(msg, RXMAP_A_QUEUE_FRAMES_EFFECTIVE, q->moderation.frames) ||
	    nla_put_u32(msg, RXMAP_A_QUEUE_FRAMES_LIMIT, q->moderation.frames_limit) ||
	    nla_put_u32(msg, RXMAP_A_QUEUE_POLL_USECS, q->asked[RXMAP_TUNE_POLL_USECS]) ||
	    nla_put_u32(msg, RXMAP_A_QUEUE_AWAKE_USECS, q->asked[RXMAP_TUNE_AWAKE_USECS]) ||
	    nla_put_u32(msg, RXMAP_A_QUEUE_BEHIND_USECS, q->asked[RXMAP_TUNE_BEHIND_USECS]) ||
	    nla_put_u32(msg, RXMAP_A_QUEUE_DEADMAN_USECS, q->asked[RXMAP_TUNE_DEADMAN_USECS]))
		return -EMSGSIZE;
	nest = nla_nest_start(msg, RXMAP_A_QUEUE_MODERATION);
	if (!nest || nla_put_u32(msg, RXMAP_A_MODERATION_POLICY, q->asked[RXMAP_TUNE_POLICY]))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/* The attribute that carries each tunable; the policy's lies in a nest. */
static void find_tunables(struct genl_info *info, const struct nlattr **of)
{
	struct nlattr *nest = info->attrs[RXMAP_A_QUEUE_MODERATION];

	of[RXMAP_TUNE_BUDGET] = info->attrs[RXMAP_A_QUEUE_BUDGET];
	of[RXMAP_TUNE_POLICY] = nest ? nla_find_nested(nest, RXMAP_A_MODERATION_POLICY) : NULL;
	of[RXMAP_TUNE_USECS] = info->attrs[RXMAP_A_QUEUE_USECS_REQUESTED];
	of[RXMAP_TUNE_FRAMES] = info->attrs[RXMAP_A_QUEUE_FRAMES_REQUESTED];
	of[RXMAP_TUNE_POLL_USECS] = info->attrs[RXMAP_A_QUEUE_POLL_USECS];
	of[RXMAP_TUNE_AWAKE_USECS] = info->attrs[RXMAP_A_QUEUE_AWAKE_USECS];
	of[RXMAP_TUNE_BEHIND_USECS] = info->attrs[RXMAP_A_QUEUE_BEHIND_USECS];
	of[RXMAP_TUNE_DEADMAN_USECS] = info->attrs[RXMAP_A_QUEUE_DEADMAN_USECS];
}

/* Everything that the core's validation leaves to us, and who asks. */
static int check_request(struct sk_buff *request, struct genl_info *info)
{
	struct nlattr *nest = info->attrs[RXMAP_A_QUEUE_MODERATION];
	int err;

	/* Not GENL_UNS_ADMIN_PERM: it refuses without a word. */
	if (!netlink_ns_capable(request, genl_info_net(info)->user_ns, CAP_NET_ADMIN)) {
		GENL_SET_ERR_MSG(info, "needs CAP_NET_ADMIN over this network namespace");
		return -EPERM;
	}
	err = rxmap_netlink_once(genlmsg_data(info->genlhdr), genlmsg_len(info->genlhdr),
				 info->extack);
	if (!err && nest)
		err = rxmap_netlink_once(nla_data(nest), nla_len(nest), info->extack);
	if (err)
		return err;
	if (GENL_REQ_ATTR_CHECK(info, RXMAP_A_QUEUE_IFINDEX)) {
		GENL_SET_ERR_MSG(info, "ifindex is missing");
		return -EINVAL;
	}
	if (nest && !nla_find_nested(nest, RXMAP_A_MODERATION_POLICY)) {
		NL_SET_ERR_ATTR_MISS(info->extack, nest, RXMAP_A_MODERATION_POLICY);
		GENL_SET_ERR_MSG(info, "moderation: policy is missing");
		return -EINVAL;
	}
	return 0;
}

static int set_locked(struct genl_info *info, const struct nlattr *const *of,
		      const struct rxmap_change *change)
{
	struct nlattr *queue = info->attrs[RXMAP_A_QUEUE_QUEUE];
	enum rxmap_tunable refused;
	struct rxmap_adapter *adapter;
	int err, which = -1;

	adapter = rxmap_netlink_interface(genl_info_net(info), info->attrs[RXMAP_A_QUEUE_IFINDEX],
					  info->extack);
	if (IS_ERR(adapter))
		return PTR_ERR(adapter);
	if (queue) {
		which = rxmap_netlink_queue(adapter, queue, info->extack);
		if (which < 0)
			return which;
	}
	err = rxmap_tunables_set(adapter, which, change, &refused, info->extack);
	/* frames may be refused because of the usecs that were given without them */
	if (err && !of[refused])
		refused = RXMAP_TUNE_USECS;
	if (err)
		NL_SET_BAD_ATTR(info->extack, of[refused]);
	return err;
}

/**
 * rxmap_netlink_queue_set() - RXMAP_CMD_QUEUE_SET
 * @request: message
 * @info: its parts
 *
 * Context: process, takes RTNL. Return: 0, -EPERM, -EINVAL, -ENODEV, -ENXIO, with extack.
 */
int rxmap_netlink_queue_set(struct sk_buff *request, struct genl_info *info)
{
	const struct nlattr *of[RXMAP_TUNABLES];
	struct rxmap_change change = {};
	unsigned int i;
	int err;

	err = check_request(request, info);
	if (err)
		return err;
	find_tunables(info, of);
	for (i = 0; i < RXMAP_TUNABLES; i++)
		if (of[i])
			rxmap_change_to(&change, i, nla_get_u32(of[i]));
	if (!change.given) {
		GENL_SET_ERR_MSG(info, "nothing to change is given");
		return -EINVAL;
	}
	rtnl_lock();
	err = set_locked(info, of, &change);
	rtnl_unlock();
	return err;
}
