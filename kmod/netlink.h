/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netlink.h - the generic netlink family "rxmap" as the core sees it, and what its files share
 *
 * Everything here is process context; all but register and unregister run under RTNL.
 */
#ifndef RXMAP_NETLINK_H
#define RXMAP_NETLINK_H

#include <linux/types.h>

struct genl_info;
struct net;
struct netlink_ext_ack;
struct nlattr;
struct rxmap_adapter;
struct rxmap_queue;
struct rxmap_ring;
struct sk_buff;

/* netlink.c: module life */
int rxmap_netlink_register(void);
void rxmap_netlink_unregister(void);

/* netlink_events.c: tell the group "events" */
void rxmap_netlink_queue_event(struct rxmap_queue *q);
void rxmap_netlink_ring_event(struct rxmap_ring *ring, struct rxmap_queue *q, u8 cmd);

/* netlink.c: of a request; NULL or an errno with the reason in extack */
struct rxmap_adapter *rxmap_netlink_interface(struct net *net, const struct nlattr *ifindex,
					      struct netlink_ext_ack *extack);
int rxmap_netlink_queue(const struct rxmap_adapter *adapter, const struct nlattr *queue,
			struct netlink_ext_ack *extack);
int rxmap_netlink_once(const struct nlattr *head, int len, struct netlink_ext_ack *extack);
int rxmap_netlink_put_place(struct sk_buff *msg, const struct rxmap_queue *q);

/* netlink_queue.c, netlink_ring.c, stats.c: what is known about a queue; 0 or -EMSGSIZE */
int rxmap_netlink_put_queue(struct sk_buff *msg, const struct rxmap_queue *q);
int rxmap_netlink_put_ring(struct sk_buff *msg, struct rxmap_ring *ring, u32 pid);
int rxmap_netlink_put_holder(struct sk_buff *msg, const struct rxmap_queue *q);
int rxmap_netlink_put_stats(struct sk_buff *msg, const struct rxmap_queue *q);

/* netlink_queue.c */
int rxmap_netlink_queue_set(struct sk_buff *request, struct genl_info *info);

#endif /* RXMAP_NETLINK_H */
