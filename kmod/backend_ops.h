/* SPDX-License-Identifier: GPL-2.0 */
/*
 * backend_ops.h - what a NIC must be able to do; part of backend.h
 *
 * Context of an op, unless its line says otherwise: process context with RTNL held.
 */
#ifndef RXMAP_BACKEND_OPS_H
#define RXMAP_BACKEND_OPS_H

#include <linux/netdevice.h>
#include <linux/rxmap_netlink.h>

struct rxmap_adapter;
struct rxmap_queue;
struct rxmap_rx_batch;

/**
 * struct rxmap_hw_stats - counters that only the device has; zero where it has none
 * @rx_missed: packets that found no buffer
 * @rx_errors: packets that arrived damaged
 * @tx_errors: packets that the device could not send
 */
struct rxmap_hw_stats {
	u64 rx_missed;
	u64 rx_errors;
	u64 tx_errors;
};

/**
 * struct rxmap_moderation - interrupt moderation of a queue: a wish, and what came of it
 * @usecs: longest that packets of a busy queue wait, 0: not at all
 * @frames: or so many packets, 0: no such limit
 * @exact: a wait of @usecs, and not about so long: of the wish only
 * @polling: no interrupts: a poll every @usecs, 0: without a pause; decided by the core
 * @software: the core's timer waits, not the device's; decided by the core
 * @usecs_limit: enum rxmap_limit, why @usecs is not what was asked for
 * @frames_limit: the same for @frames
 */
struct rxmap_moderation {
	u32 usecs;
	u32 frames;
	u32 exact;
	u32 polling;
	u32 software;
	u32 usecs_limit;
	u32 frames_limit;
};

/**
 * struct rxmap_backend_ops - what a NIC must be able to do
 *
 * Every op is mandatory: rxmap_adapter_register() refuses a table with a hole. "Nothing to do"
 * is one of the rxmap_nop_*() helpers; "cannot" is a capability bit that is not set.
 */
struct rxmap_backend_ops {
	/** @name: of the backend: "virtio_net"; the PCI driver is "rxmap-" + @name */
	const char *name;

	/**
	 * @open: allocate rings, fill RX with rxmap_buf_get(), request interrupts (masked), start
	 * the device. NAPI is enabled right after and polls once, which arms the interrupts.
	 * May sleep.
	 */
	int (*open)(struct rxmap_adapter *adapter);

	/**
	 * @stop: stop DMA, free interrupts, give all buffers back with rxmap_buf_put(), free TX
	 * skbs. NAPI is disabled, the TX queues are stopped. Works on a device that is gone.
	 */
	void (*stop)(struct rxmap_adapter *adapter);

	/**
	 * @xmit: ndo_start_xmit for queue @q. Softirq, TX lock. Rings the doorbell only if
	 * !netdev_xmit_more() or the queue stops; BQL and queue stop/wake are its business.
	 */
	netdev_tx_t (*xmit)(struct sk_buff *skb, struct rxmap_queue *q);

	/**
	 * @tx_clean: free what was sent. NAPI. @budget as of napi_consume_skb(). Returns true when
	 * nothing more is finished, false: poll again.
	 */
	bool (*tx_clean)(struct rxmap_queue *q, int budget);

	/**
	 * @rx_poll: take up to @budget packets: bounds-check, fill meta, rxmap_rx_frame(), which
	 * syncs the packet for the CPU where the DMA API is used (what the backend reads of a
	 * buffer before that, it syncs itself), or a run of rx.h; refill; ONE doorbell at the end.
	 * NAPI. Returns packets taken; a packet is never cut.
	 */
	int (*rx_poll)(struct rxmap_queue *q, struct rxmap_rx_batch *b, int budget);

	/** @rx_pending: is a completion waiting? Read-only, any context while running. */
	bool (*rx_pending)(struct rxmap_queue *q);

	/** @rx_refill: post buffers into empty descriptors and ring the doorbell. NAPI. */
	void (*rx_refill)(struct rxmap_queue *q, struct rxmap_rx_batch *b);

	/**
	 * @rx_reset: stop this RX ring, rxmap_buf_put() all its buffers, start it again and
	 * refill. NAPI of the queue is disabled. Only with RXMAP_CAP_QUEUE_RESET, else
	 * rxmap_nop_rx_reset. Between the two it calls rxmap_poll_leftovers(), so that no
	 * finished packet is lost.
	 */
	int (*rx_reset)(struct rxmap_queue *q);

	/**
	 * @rx_plain: on @plain the device must deliver only what was on the wire: no merged
	 * packets, no unfinished checksums. -EOPNOTSUPP: cannot be switched. May sleep.
	 */
	int (*rx_plain)(struct rxmap_adapter *adapter, bool plain);

	/** @irq_mask: no more RX interrupts for now. Interrupt, NAPI. */
	void (*irq_mask)(struct rxmap_queue *q);

	/**
	 * @irq_arm: before napi_complete_done(): ask for an interrupt when @after (>= 1) more
	 * packets came. virtio: used_event; e1000e: forget the cause of packets that were
	 * taken; e1000: nothing. NAPI.
	 */
	void (*irq_arm)(struct rxmap_queue *q, u16 after);

	/**
	 * @irq_unmask: after napi_complete_done() said yes. Touches only the device and read-only
	 * indices (another CPU may own the NAPI already). Returns true: work is pending already,
	 * RX (at least the "after" of irq_arm()) or TX, that no interrupt will announce.
	 */
	bool (*irq_unmask)(struct rxmap_queue *q);

	/**
	 * @set_moderation: program the device's timers with @m, whose values are legal; write back
	 * what is in force, and each difference's enum rxmap_limit. Never fails. Called after every
	 * open (NAPI is not enabled yet), at each change, at each step of an adaptive policy, and
	 * while down, when there may be nothing to program but the answer counts. Under the queue's
	 * moderation_lock, bottom halves off: must not sleep. With RXMAP_CAP_SW_MODERATION:
	 * rxmap_nop_set_moderation.
	 */
	void (*set_moderation)(struct rxmap_queue *q, struct rxmap_moderation *m);

	/**
	 * @set_queue_count: use so many queue pairs, the device is stopped. Only with
	 * RXMAP_CAP_MULTIQUEUE.
	 */
	int (*set_queue_count)(struct rxmap_adapter *adapter, u16 count);

	/**
	 * @set_rx_mode: apply netdev flags, address lists and the MTU. Process context, RTNL:
	 * the core defers it from ndo_set_rx_mode to a work, so the lists are read under
	 * netif_addr_lock_bh(). Called after open as well, never while down.
	 */
	void (*set_rx_mode)(struct rxmap_adapter *adapter);

	/**
	 * @set_mac: tell the device its address (netdev->dev_addr is set afterwards by the core).
	 * While down there is nobody to tell: 0, and open programs netdev->dev_addr.
	 */
	int (*set_mac)(struct rxmap_adapter *adapter, const u8 *addr);

	/**
	 * @vlan_set: let a VLAN in or keep it out. RXMAP_CAP_VLAN_FILTER. While down: remember it
	 * for open.
	 */
	int (*vlan_set)(struct rxmap_adapter *adapter, u16 vid, bool on);

	/** @set_features: @features is what netdev->features will be. */
	int (*set_features)(struct rxmap_adapter *adapter, netdev_features_t features);

	/**
	 * @rss_get: fill the indirection table (rxmap_adapter.rss_indir_size queue numbers) and
	 * the hash key (rss_key_size bytes) in force; either may be NULL. RXMAP_CAP_RSS.
	 */
	void (*rss_get)(struct rxmap_adapter *adapter, u32 *indir, u8 *key);

	/**
	 * @rss_set: use this table, whose entries are below num_queues, and this key; NULL: as
	 * before. RXMAP_CAP_RSS. While down: remember it for open.
	 */
	void (*rss_set)(struct rxmap_adapter *adapter, const u32 *indir, const u8 *key);

	/** @link_up: is there a carrier now? Process context, maybe without RTNL. */
	bool (*link_up)(struct rxmap_adapter *adapter);

	/** @read_hw_stats: add the device's counters. Any context but interrupt; must not sleep. */
	void (*read_hw_stats)(struct rxmap_adapter *adapter, struct rxmap_hw_stats *stats);

	/**
	 * @dump_regs: for `ethtool -d`: @words gets pairs of a register's offset and its value, of
	 * such registers only as are the same after they were read. @words NULL: only count. While
	 * down too. Returns the number of words; 0: the device has no such registers.
	 */
	u32 (*dump_regs)(struct rxmap_adapter *adapter, u32 *words);
};

#endif /* RXMAP_BACKEND_OPS_H */
