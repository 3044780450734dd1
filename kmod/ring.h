/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ring.h - the mapped ring as the rest of the module sees it
 *
 * Poll-cycle functions run in NAPI under RCU; control functions in process context under RTNL.
 */
#ifndef RXMAP_RING_H
#define RXMAP_RING_H

#include <linux/types.h>

struct rxmap_adapter;
struct rxmap_buf;
struct rxmap_consumer_look;
struct rxmap_queue;
struct rxmap_ring;
struct rxmap_rx_batch;
struct rxmap_rx_meta;

/* Poll cycle: look the ring up, collect releases, stamp; publish once, wake the consumer. */
void rxmap_rx_batch_begin(struct rxmap_queue *q, struct rxmap_rx_batch *b);
void rxmap_rx_batch_begin_at(struct rxmap_queue *q, struct rxmap_rx_batch *b, u64 now_ns);
void rxmap_rx_batch_end(struct rxmap_queue *q, struct rxmap_rx_batch *b);

void rxmap_ring_rx(struct rxmap_queue *q, struct rxmap_rx_batch *b, struct rxmap_buf *buf,
		   const struct rxmap_rx_meta *meta);
void rxmap_ring_look(struct rxmap_queue *q, struct rxmap_consumer_look *look);
bool rxmap_ring_fed_caller(struct rxmap_queue *q);
bool rxmap_ring_buf_get(struct rxmap_ring *ring, struct rxmap_buf *buf);
void rxmap_frame_put(struct rxmap_buf *buf);

/* Control, RTNL */
void rxmap_rings_update(struct rxmap_adapter *adapter);	/* running or carrier changed */
void rxmap_rings_detach(struct rxmap_adapter *adapter, u32 reason);
unsigned int rxmap_rings_max_mtu(struct rxmap_adapter *adapter);	/* UINT_MAX: none mapped */
bool rxmap_queue_mapped(struct rxmap_queue *q);
bool rxmap_ring_wants_refill(struct rxmap_queue *q);	/* any context, for the watchdog */

/* Module life: the character device */
int rxmap_chardev_register(void);
void rxmap_chardev_unregister(void);

#endif /* RXMAP_RING_H */
