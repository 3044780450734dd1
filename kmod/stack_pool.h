/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stack_pool.h - what a page for the stack looks like
 */
#ifndef RXMAP_STACK_POOL_H
#define RXMAP_STACK_POOL_H

#include <linux/skbuff.h>

/* In front of what the device writes */
#define RXMAP_STACK_HEADROOM	(NET_SKB_PAD + NET_IP_ALIGN)

#endif /* RXMAP_STACK_POOL_H */
