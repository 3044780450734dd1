/* SPDX-License-Identifier: GPL-2.0 */
/*
 * backend.h - the contract between the core of rxmap and one NIC
 *
 * A backend knows registers and descriptors; the core knows NAPI, skbs, frames and rings.
 * Everything that crosses the border is declared here. A backend includes this file,
 * compat.h, trace.h and its own folder, nothing else of ours.
 *
 * Context of an op, unless its line says otherwise: process context with RTNL held.
 */
#ifndef RXMAP_BACKEND_H
#define RXMAP_BACKEND_H

#include <linux/dma-mapping.h>
#include <linux/etherdevice.h>
#include <linux/hrtimer.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/u64_stats_sync.h>
#include <linux/workqueue.h>
#include <linux/rxmap.h>

struct rxmap_adapter;
struct rxmap_backend_ops;
struct rxmap_frame_pool;
struct rxmap_producer;
struct rxmap_queue;
struct rxmap_ring;

/**
 * struct rxmap_buf - one receive buffer, as bound to one hardware descriptor
 *
 * A backend keeps one per hardware descriptor in a private array: the identity of a buffer is
 * never read back from the device or from shared memory.
 *
 * @va: where the device starts to write; NULL: the slot is empty
 * @dma: the same address as the device sees it
 * @pool: frame pool that owns it, NULL: a page of the queue's page_pool
 * @frame: frame id in @pool
 * @len: bytes that the device may write
 */
struct rxmap_buf {
	void *va;
	dma_addr_t dma;
	struct rxmap_frame_pool *pool;
	u32 frame;
	u32 len;
};

/**
 * struct rxmap_rx_meta - what the device said about one completed buffer
 *
 * Filled by the backend, checked against the buffer's length before: @offset + @len never
 * exceeds rxmap_buf.len. A packet over several buffers has RXMAP_DESC_MORE in all but the last.
 *
 * @offset: first byte of the packet, from rxmap_buf.va
 * @len: bytes of the packet in this buffer
 * @flags: RXMAP_DESC_* (only CSUM_OK, CSUM_PARTIAL, VLAN, HASH, GSO, MORE, HW_TSTAMP)
 * @hash: valid with RXMAP_DESC_HASH
 * @vlan_tci: valid with RXMAP_DESC_VLAN
 * @vlan_tpid: the same, host order
 * @gso_size: valid with RXMAP_DESC_GSO
 * @gso_type: VIRTIO_NET_HDR_GSO_*, the same
 * @hdr_len: header length hint of a merged packet, untrusted
 * @csum_start: valid with RXMAP_DESC_CSUM_PARTIAL
 * @csum_offset: the same
 * @first: this buffer starts a packet
 */
struct rxmap_rx_meta {
	u32 offset;
	u32 len;
	u32 flags;
	u32 hash;
	u16 vlan_tci;
	u16 vlan_tpid;
	u16 gso_size;
	u16 gso_type;
	u16 hdr_len;
	u16 csum_start;
	u16 csum_offset;
	bool first;
};

/**
 * struct rxmap_rx_batch - state of one poll cycle, on the stack of rxmap_poll()
 * @ring: mapped ring of the queue, NULL: none; stable for the cycle (RCU)
 * @producer: the ring's producer when the inlined path may be taken, else NULL
 * @pool: the ring's frames
 * @timestamp_ns: time of the cycle in the ring's clock, 0 without a ring
 * @fast_packets: packets that took the inlined path
 * @fast_bytes: their bytes
 * @packets: whole packets that took another way
 * @bytes: their bytes
 */
struct rxmap_rx_batch {
	struct rxmap_ring *ring;
	struct rxmap_producer *producer;
	struct rxmap_frame_pool *pool;
	u64 timestamp_ns;
	u32 fast_packets;
	u32 fast_bytes;
	u32 packets;
	u32 bytes;
};

/**
 * struct rxmap_queue_stats - counters of a queue, shown by ethtool -S
 *
 * RX fields are written by who owns the queue's NAPI, TX fields by who holds the TX queue's
 * lock, each under its sync; atomic fields by anybody.
 *
 * @rx_sync: for the RX fields
 * @rx_packets: taken
 * @rx_bytes: their bytes
 * @rx_dropped: no memory for an skb, or a packet that no stack would take
 * @rx_bad_id: the device completed a descriptor that was not in flight
 * @rx_bad_len: the device wrote less than a header or more than the buffer
 * @rx_no_buffer: a descriptor stayed empty: nothing to post
 * @polls: cycles
 * @polls_exhausted: of those, took the whole budget
 * @polls_empty: of those, took nothing
 * @repolls: polls because work was pending after the unmask
 * @watchdog_rescues: polls because the slow watchdog found work nobody had announced
 * @wakeups: consumers woken
 * @timer_polls: polls started by the moderation timer
 * @completions: napi_complete_done() said yes; atomic, because the NAPI is not ours then
 * @rx_interrupts: written by the interrupt handler
 * @tx_interrupts: the same
 * @tx_timeouts: written by the stack's watchdog
 * @tx_sync: for the TX fields
 * @tx_packets: given to the device
 * @tx_bytes: their bytes
 * @tx_dropped: could not be given to the device
 * @tx_busy: the ring was full
 * @tx_kicks: doorbells
 */
struct rxmap_queue_stats {
	struct u64_stats_sync rx_sync;
	u64 rx_packets;
	u64 rx_bytes;
	u64 rx_dropped;
	u64 rx_bad_id;
	u64 rx_bad_len;
	u64 rx_no_buffer;
	u64 polls;
	u64 polls_exhausted;
	u64 polls_empty;
	u64 repolls;
	u64 watchdog_rescues;
	u64 wakeups;
	u64 timer_polls;

	atomic64_t completions;
	atomic64_t rx_interrupts;
	atomic64_t tx_interrupts;
	atomic64_t tx_timeouts;

	struct u64_stats_sync tx_sync;
	u64 tx_packets;
	u64 tx_bytes;
	u64 tx_dropped;
	u64 tx_busy;
	u64 tx_kicks;
};

/**
 * struct rxmap_queue - one RX ring, its TX sibling and their NAPI
 * @napi: one NAPI for both directions
 * @adapter: owner
 * @index: queue number
 * @budget: most packets per poll, 1-256; read by the poll, written through tunables
 * @rx_usecs: moderation as requested
 * @rx_frames: the same
 * @hw: the backend's own structure for this queue
 * @page_pool: source of buffers while the queue is not mapped
 * @ring: mapped ring, or NULL; written under RTNL, read under RCU by the poll
 * @ring_owner: the same pointer for process context, RTNL
 * @rx_head: skb of a packet over several buffers that is not complete yet
 * @rx_idle: descriptors without a buffer, written by the backend at the end of a batch
 * @rx_skip: drop buffers up to the end of the current packet (its head was dropped)
 * @moderation_timer: software moderation, see moderation.c
 * @irq_ahead: packets until the next interrupt, what irq_arm() is called with
 * @watchdog_polls: polls that the watchdog knows of; written by it alone
 * @watchdog_suspect: it saw a completion waiting; the same
 * @stats: counters
 */
struct rxmap_queue {
	struct napi_struct napi;
	struct rxmap_adapter *adapter;
	u16 index;
	u16 budget;
	u32 rx_usecs;
	u32 rx_frames;
	void *hw;
	struct page_pool *page_pool;
	struct rxmap_ring __rcu *ring;
	struct rxmap_ring *ring_owner;
	struct sk_buff *rx_head;
	u16 rx_idle;
	bool rx_skip;
	u16 irq_ahead;
	struct hrtimer moderation_timer;
	u64 watchdog_polls;
	bool watchdog_suspect;
	struct rxmap_queue_stats stats;
} ____cacheline_aligned_in_smp;

/* rxmap_adapter.caps */
#define RXMAP_CAP_SW_MODERATION	BIT(0)	/* no moderation timer in the device */
#define RXMAP_CAP_QUEUE_RESET	BIT(1)	/* ops->rx_reset works */
#define RXMAP_CAP_VLAN_FILTER	BIT(2)	/* ops->vlan_set works */
#define RXMAP_CAP_MULTIQUEUE	BIT(3)	/* ops->set_queue_count works */

/**
 * struct rxmap_adapter - one NIC
 *
 * The backend's probe fills the fields marked (b) between rxmap_adapter_alloc() and
 * rxmap_adapter_register(); the core owns the others.
 *
 * @netdev: interface; the backend sets features, min_mtu, max_mtu and the address (b)
 * @pdev: PCI function
 * @ops: backend
 * @priv: the backend's own structure, allocated with the adapter
 * @dma_dev: device for the DMA API; NULL: the NIC takes guest-physical addresses (b)
 * @caps: RXMAP_CAP_* (b)
 * @max_queues: queue pairs that the device has
 * @num_queues: queue pairs in use; RTNL (b: initial value)
 * @rx_ring_size: descriptors per RX ring; RTNL (b: initial value)
 * @rx_ring_max: largest (b)
 * @tx_ring_size: descriptors per TX ring; RTNL (b: initial value)
 * @tx_ring_max: largest (b)
 * @rx_prefix: bytes that the device writes before a packet: virtio_net_hdr, else 0 (b)
 * @queues: array of @max_queues
 * @mapped_queues: queues with a ring; RTNL
 * @running: between open and stop; written under RTNL, read anywhere
 * @gone: the device does not answer or is being removed
 * @broken: why the device was given up, NULL: it was not
 * @link_work: runs ops->link_up and tells netdev and rings
 * @reset_work: stop and open after a TX timeout
 * @rx_mode_work: runs ops->set_rx_mode
 * @watchdog: the slow re-poll, once a second while running
 */
struct rxmap_adapter {
	struct net_device *netdev;
	struct pci_dev *pdev;
	const struct rxmap_backend_ops *ops;
	void *priv;
	struct device *dma_dev;
	u32 caps;
	u16 max_queues;
	u16 num_queues;
	u16 rx_ring_size;
	u16 rx_ring_max;
	u16 tx_ring_size;
	u16 tx_ring_max;
	u16 rx_prefix;
	struct rxmap_queue *queues;
	u16 mapped_queues;
	bool running;
	bool gone;
	const char *broken;
	struct work_struct link_work;
	struct work_struct reset_work;
	struct work_struct rx_mode_work;
	struct delayed_work watchdog;
};

/**
 * struct rxmap_hw_stats - counters that only the device has; zero where it has none
 */
struct rxmap_hw_stats {
	u64 rx_missed;
	u64 rx_errors;
	u64 tx_errors;
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

	/** @open: allocate rings, fill RX with rxmap_buf_get(), request interrupts (masked), start
	 * the device. NAPI is enabled right after and polls once, which arms the interrupts.
	 * May sleep.
	 */
	int (*open)(struct rxmap_adapter *adapter);

	/** @stop: stop DMA, free interrupts, give all buffers back with rxmap_buf_put(), free TX
	 * skbs. NAPI is disabled, the TX queues are stopped. Works on a device that is gone.
	 */
	void (*stop)(struct rxmap_adapter *adapter);

	/** @xmit: ndo_start_xmit for queue @q. Softirq, TX lock. Rings the doorbell only if
	 * !netdev_xmit_more() or the queue stops; BQL and queue stop/wake are its business.
	 */
	netdev_tx_t (*xmit)(struct sk_buff *skb, struct rxmap_queue *q);

	/** @tx_clean: free what was sent. NAPI. @budget as of napi_consume_skb(). Returns true when
	 * nothing more is finished, false: poll again.
	 */
	bool (*tx_clean)(struct rxmap_queue *q, int budget);

	/** @rx_poll: take up to @budget packets: bounds-check, sync the buffer for the CPU where
	 * the DMA API is used, fill meta, rxmap_rx_frame(); refill;
	 * ONE doorbell at the end. NAPI. Returns packets taken; a packet is never cut.
	 */
	int (*rx_poll)(struct rxmap_queue *q, struct rxmap_rx_batch *b, int budget);

	/** @rx_pending: is a completion waiting? Read-only, any context while running. */
	bool (*rx_pending)(struct rxmap_queue *q);

	/** @rx_refill: post buffers into empty descriptors and ring the doorbell. NAPI. */
	void (*rx_refill)(struct rxmap_queue *q, struct rxmap_rx_batch *b);

	/** @rx_reset: stop this RX ring, rxmap_buf_put() all its buffers, start it again and
	 * refill. NAPI of the queue is disabled. Only with RXMAP_CAP_QUEUE_RESET, else
	 * rxmap_nop_rx_reset. Between the two it calls rxmap_poll_leftovers(), so that no
	 * finished packet is lost.
	 */
	int (*rx_reset)(struct rxmap_queue *q);

	/** @rx_plain: on @plain the device must deliver only what was on the wire: no merged
	 * packets, no unfinished checksums. -EOPNOTSUPP: cannot be switched. May sleep.
	 */
	int (*rx_plain)(struct rxmap_adapter *adapter, bool plain);

	/** @irq_mask: no more RX interrupts for now. Interrupt, NAPI. */
	void (*irq_mask)(struct rxmap_queue *q);

	/** @irq_arm: before napi_complete_done(): ask for an interrupt when @after (>= 1) more
	 * packets came. virtio: used_event; Intel: nothing. NAPI.
	 */
	void (*irq_arm)(struct rxmap_queue *q, u16 after);

	/** @irq_unmask: after napi_complete_done() said yes. Touches only the device and read-only
	 * indices (another CPU may own the NAPI already). Returns true: work is pending already,
	 * RX (at least the "after" of irq_arm()) or TX, that no interrupt will announce.
	 */
	bool (*irq_unmask)(struct rxmap_queue *q);

	/** @set_moderation: hardware timers; usecs and frames are validated. May be called while
	 * down. With RXMAP_CAP_SW_MODERATION: rxmap_nop_set_moderation.
	 */
	int (*set_moderation)(struct rxmap_queue *q, u32 usecs, u32 frames);

	/** @set_queue_count: use so many queue pairs, the device is stopped. Only with
	 * RXMAP_CAP_MULTIQUEUE.
	 */
	int (*set_queue_count)(struct rxmap_adapter *adapter, u16 count);

	/** @set_rx_mode: apply netdev flags, unicast and multicast lists. Process context, RTNL:
	 * the core defers it from ndo_set_rx_mode to a work, so the lists are read under
	 * netif_addr_lock_bh(). Called after open as well, never while down.
	 */
	void (*set_rx_mode)(struct rxmap_adapter *adapter);

	/** @set_mac: tell the device its address (netdev->dev_addr is set afterwards by the core).
	 * While down there is nobody to tell: 0, and open programs netdev->dev_addr.
	 */
	int (*set_mac)(struct rxmap_adapter *adapter, const u8 *addr);

	/** @vlan_set: let a VLAN in or keep it out. RXMAP_CAP_VLAN_FILTER. While down: remember it
	 * for open.
	 */
	int (*vlan_set)(struct rxmap_adapter *adapter, u16 vid, bool on);

	/** @set_features: @features is what netdev->features will be. */
	int (*set_features)(struct rxmap_adapter *adapter, netdev_features_t features);

	/** @link_up: is there a carrier now? Process context, maybe without RTNL. */
	bool (*link_up)(struct rxmap_adapter *adapter);

	/** @read_hw_stats: add the device's counters. Any context but interrupt; must not sleep. */
	void (*read_hw_stats)(struct rxmap_adapter *adapter, struct rxmap_hw_stats *stats);
};

/* What a backend brings to main.c's table: a PCI driver named "rxmap-" + name, empty id table. */
struct rxmap_backend {
	struct pci_driver *driver;
	/* Is this function one that the backend drives? Reads no register and logs nothing. */
	bool (*match)(struct pci_dev *pdev);
};

extern const struct rxmap_backend rxmap_virtio_net_backend;

/* netdev.c: life of an adapter, called from the backends' probe and remove */
struct rxmap_adapter *rxmap_adapter_alloc(struct pci_dev *pdev,
					  const struct rxmap_backend_ops *ops,
					  size_t priv_size, u16 max_queues);
int rxmap_adapter_register(struct rxmap_adapter *adapter);
void rxmap_adapter_unregister(struct rxmap_adapter *adapter);
void rxmap_adapter_free(struct rxmap_adapter *adapter);
void rxmap_adapter_suspend(struct rxmap_adapter *adapter);
int rxmap_adapter_resume(struct rxmap_adapter *adapter);

/* netdev.c: events from a backend, any context */
void rxmap_link_changed(struct rxmap_adapter *adapter);
void rxmap_device_broken(struct rxmap_adapter *adapter, const char *why);

/* poll.c: from interrupt handlers; both count and mask */
void rxmap_irq_rx(struct rxmap_queue *q);
void rxmap_irq_tx(struct rxmap_queue *q);
void rxmap_poll_leftovers(struct rxmap_queue *q);

/* rx.c: buffers of the unmapped queue and the way to the stack */
bool rxmap_stack_buf_get(struct rxmap_queue *q, struct rxmap_buf *buf);
void rxmap_stack_buf_put(struct rxmap_queue *q, struct rxmap_buf *buf);
void rxmap_rx_stack(struct rxmap_queue *q, struct rxmap_rx_batch *b, struct rxmap_buf *buf,
		    const struct rxmap_rx_meta *meta);
bool rxmap_rx_stack_copy(struct rxmap_queue *q, const void *data, u32 len,
			 const struct rxmap_rx_meta *meta);

/* netdev.c: the adapter behind an interface, NULL when it is not one of ours; RTNL */
struct rxmap_adapter *rxmap_adapter_of(struct net_device *netdev);

/* nop.c: ops that have nothing to do */
int rxmap_nop_rx_reset(struct rxmap_queue *q);
int rxmap_nop_rx_plain(struct rxmap_adapter *adapter, bool plain);
int rxmap_nop_set_moderation(struct rxmap_queue *q, u32 usecs, u32 frames);
int rxmap_nop_set_queue_count(struct rxmap_adapter *adapter, u16 count);
int rxmap_nop_set_mac(struct rxmap_adapter *adapter, const u8 *addr);
int rxmap_nop_vlan_set(struct rxmap_adapter *adapter, u16 vid, bool on);
int rxmap_nop_set_features(struct rxmap_adapter *adapter, netdev_features_t features);
void rxmap_nop_read_hw_stats(struct rxmap_adapter *adapter, struct rxmap_hw_stats *stats);

#include "rx.h"

#endif /* RXMAP_BACKEND_H */
