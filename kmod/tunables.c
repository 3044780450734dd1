// SPDX-License-Identifier: GPL-2.0
/*
 * tunables.c - what a user may set per queue: checked here, whoever asks
 *
 * One setter behind ethtool -C, netlink and the module parameters, which give new queues their
 * defaults. A change names some tunables; the others stay. It is checked for every queue that it
 * is for before the first is touched, so it happens as a whole or not at all. What is asked for
 * lives as long as the interface does: down, up and other ring sizes leave it alone. What comes
 * of it is moderation.c.
 *
 * Written under RTNL, read by the poll with READ_ONCE: each value stands for itself, so a poll
 * between two writes sees legal ones. A new tunable is one value of enum rxmap_tunable and one
 * row of the table below.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/netlink.h>
#include <linux/stringify.h>

#include "core.h"
#include "netlink.h"

#define RANGE(name, min, max)	\
	{ min, max, name " must be " __stringify(min) " to " __stringify(max) }

static const struct {
	u32 min;
	u32 max;
	const char *refusal;
} legal[RXMAP_TUNABLES] = {
	[RXMAP_TUNE_BUDGET] = RANGE("budget", RXMAP_BUDGET_MIN, RXMAP_BUDGET_MAX),
	[RXMAP_TUNE_POLICY] = { 0, U32_MAX, NULL },	/* rxmap_policy_refusal() */
	[RXMAP_TUNE_USECS] = RANGE("usecs", 0, RXMAP_MODERATION_USECS_MAX),
	[RXMAP_TUNE_FRAMES] = RANGE("frames", 0, RXMAP_MODERATION_FRAMES_MAX),
	[RXMAP_TUNE_POLL_USECS] = RANGE("poll-usecs", 0, RXMAP_POLL_USECS_MAX),
	[RXMAP_TUNE_AWAKE_USECS] = RANGE("awake-usecs", 0, RXMAP_MODERATION_USECS_MAX),
	[RXMAP_TUNE_BEHIND_USECS] = RANGE("behind-usecs", 0, RXMAP_MODERATION_USECS_MAX),
	[RXMAP_TUNE_DEADMAN_USECS] = RANGE("deadman-usecs", RXMAP_DEADMAN_USECS_MIN,
					   RXMAP_DEADMAN_USECS_MAX),
};

/* What a new queue starts with; written once, at load. */
static u32 defaults[RXMAP_TUNABLES] = {
	[RXMAP_TUNE_BUDGET] = NAPI_POLL_WEIGHT,
	[RXMAP_TUNE_POLL_USECS] = RXMAP_POLL_USECS_DEFAULT,
	[RXMAP_TUNE_AWAKE_USECS] = RXMAP_AWAKE_USECS_DEFAULT,
	[RXMAP_TUNE_BEHIND_USECS] = RXMAP_BEHIND_USECS_DEFAULT,
	[RXMAP_TUNE_DEADMAN_USECS] = RXMAP_DEADMAN_USECS_MAX,
};

static void merge(u32 *into, const struct rxmap_change *change)
{
	unsigned int i;

	for (i = 0; i < RXMAP_TUNABLES; i++)
		if (change->given & BIT(i))
			into[i] = change->to[i];
}

/* NULL: all right; else why not, and which tunable it is about. */
static const char *check(const u32 *value, enum rxmap_tunable *refused)
{
	const char *why;
	unsigned int i;

	for (i = 0; i < RXMAP_TUNABLES; i++) {
		*refused = i;
		if (value[i] < legal[i].min || value[i] > legal[i].max)
			return legal[i].refusal;
	}
	*refused = RXMAP_TUNE_POLICY;
	why = rxmap_policy_refusal(value[RXMAP_TUNE_POLICY]);
	if (why)
		return why;
	*refused = RXMAP_TUNE_FRAMES;
	if (value[RXMAP_TUNE_FRAMES] > 1 && !value[RXMAP_TUNE_USECS])
		return "frames above 1 must have usecs, or the last packets would wait for ever";
	return NULL;
}

/**
 * rxmap_tunables_set_defaults() - what new queues start with
 * @parameters: module parameters; with usecs the policy is fixed
 *
 * Context: module init. Return: 0, or -EINVAL after one line that names parameter, value, limits.
 */
int rxmap_tunables_set_defaults(const struct rxmap_change *parameters)
{
	static const char * const names[RXMAP_TUNABLES] = {
		[RXMAP_TUNE_BUDGET] = "budget",
		[RXMAP_TUNE_USECS] = "rx_usecs",
		[RXMAP_TUNE_FRAMES] = "rx_frames",
	};
	u32 wanted[RXMAP_TUNABLES];
	enum rxmap_tunable refused;
	const char *why;

	memcpy(wanted, defaults, sizeof(wanted));
	merge(wanted, parameters);
	if (wanted[RXMAP_TUNE_USECS])
		wanted[RXMAP_TUNE_POLICY] = RXMAP_MODERATION_POLICY_FIXED;
	why = check(wanted, &refused);
	if (why) {
		pr_err("%s=%u: %s\n", names[refused], wanted[refused], why);
		return -EINVAL;
	}
	memcpy(defaults, wanted, sizeof(defaults));
	return 0;
}

/**
 * rxmap_tunables_init() - give a new queue the defaults
 * @q: queue
 */
void rxmap_tunables_init(struct rxmap_queue *q)
{
	memcpy(q->asked, defaults, sizeof(q->asked));
	q->irq_ahead = 1;
}

/* A poll takes the new budget over: the core reads the weight before it calls. */
static void apply(struct rxmap_queue *q, const struct rxmap_change *change)
{
	unsigned int i;

	for (i = 0; i < RXMAP_TUNABLES; i++)
		if (change->given & BIT(i))
			WRITE_ONCE(q->asked[i], change->to[i]);
	rxmap_moderation_apply(q);
	if (q->adapter->running && q->index < q->adapter->num_queues)
		rxmap_poll_start(q, RXMAP_POLL_START);
}

/**
 * rxmap_tunables_set() - change tunables while traffic flows
 * @adapter: adapter
 * @queue: queue below num_queues, or -1 for all
 * @change: what to change
 * @refused: on failure, the tunable that was refused
 * @extack: for the reason of a refusal, may be NULL
 *
 * Context: RTNL. Return: 0, or -EINVAL: nothing changed.
 */
int rxmap_tunables_set(struct rxmap_adapter *adapter, int queue, const struct rxmap_change *change,
		       enum rxmap_tunable *refused, struct netlink_ext_ack *extack)
{
	u16 first = queue < 0 ? 0 : queue;
	u16 end = queue < 0 ? adapter->max_queues : queue + 1;
	u32 wanted[RXMAP_TUNABLES];
	const char *why;
	u16 i;

	for (i = first; i < end; i++) {
		memcpy(wanted, adapter->queues[i].asked, sizeof(wanted));
		merge(wanted, change);
		why = check(wanted, refused);
		if (why && extack)
			extack->_msg = why;	/* NL_SET_ERR_MSG() takes literals only */
		if (why)
			return -EINVAL;
	}
	for (i = first; i < end; i++) {
		memcpy(wanted, adapter->queues[i].asked, sizeof(wanted));
		apply(&adapter->queues[i], change);
		if (i < adapter->num_queues &&
		    memcmp(wanted, adapter->queues[i].asked, sizeof(wanted)))
			rxmap_netlink_queue_event(&adapter->queues[i]);
	}
	return 0;
}
