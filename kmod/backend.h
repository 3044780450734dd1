/* SPDX-License-Identifier: GPL-2.0 */
/*
 * backend.h - the contract between the core of rxmap and one NIC
 *
 * A backend knows registers and descriptors; the core knows NAPI, skbs, frames and rings.
 * Everything that crosses the border is declared here and in the headers that this file
 * includes. A backend includes it, compat.h, trace.h and its own folder, nothing else of ours.
 */
#ifndef RXMAP_BACKEND_H
#define RXMAP_BACKEND_H

#include <linux/dma-mapping.h>
#include <linux/etherdevice.h>
#include <linux/hrtimer.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/workqueue.h>
#include <linux/rxmap.h>
#include <linux/rxmap_netlink.h>
#include "adaptive.h"
#include "backend_ops.h"
#include "frame_pool.h"
#include "queue_stats.h"

struct rxmap_adapter;
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
 * @producer: the ring's producer when runs are possible, else NULL
 * @pool: the ring's frames
 * @room: packets that a run (rx.h) may still take; 0 without @producer
 * @timestamp_ns: time of the cycle in the ring's clock, 0 without a ring
 * @fast_packets: packets that runs took
 * @fast_bytes: their bytes
 * @packets: whole packets that took another way
 * @bytes: their bytes
 */
struct rxmap_rx_batch {
	struct rxmap_ring *ring;
	struct rxmap_producer *producer;
	struct rxmap_frame_pool *pool;
	u64 timestamp_ns;
	u32 room;
	u32 fast_packets;
	u32 fast_bytes;
	u32 packets;
	u32 bytes;
};

/**
 * enum rxmap_tunable - what a user may tune per queue
 * @RXMAP_TUNE_BUDGET: most packets per poll
 * @RXMAP_TUNE_POLICY: enum rxmap_moderation_policy
 * @RXMAP_TUNE_USECS: longest that a packet waits for its interrupt while the queue is busy,
 *	0: not at all
 * @RXMAP_TUNE_FRAMES: ... or so many packets, 0: no such limit
 * @RXMAP_TUNE_POLL_USECS: pause between two polls of the policy poll, 0: none
 * @RXMAP_TUNE_AWAKE_USECS: policy consumer: usecs while the consumer is awake and keeps up
 * @RXMAP_TUNE_BEHIND_USECS: ... while it is behind
 * @RXMAP_TUNE_DEADMAN_USECS: ... longest that interrupts stay suspended after its last busy poll
 *	that returned packets
 * @RXMAP_TUNABLES: their number
 */
enum rxmap_tunable {
	RXMAP_TUNE_BUDGET,
	RXMAP_TUNE_POLICY,
	RXMAP_TUNE_USECS,
	RXMAP_TUNE_FRAMES,
	RXMAP_TUNE_POLL_USECS,
	RXMAP_TUNE_AWAKE_USECS,
	RXMAP_TUNE_BEHIND_USECS,
	RXMAP_TUNE_DEADMAN_USECS,
	RXMAP_TUNABLES,
};

/**
 * struct rxmap_queue - one RX ring, its TX sibling and their NAPI
 * @napi: one NAPI for both directions
 * @adapter: owner
 * @index: queue number
 * @asked: tunables as requested, legal; written by tunables.c under RTNL, the budget is read by
 *	the poll
 * @moderation: what came of them; written by moderation.c under @moderation_lock, read by the poll
 * @moderation_lock: one at a time works @moderation out and tells the device; bottom halves off
 * @adaptive: what the adaptive policies saw
 * @hw: the backend's own structure for this queue
 * @page_pool: source of buffers while the queue is not mapped
 * @ring: mapped ring, or NULL; written under RTNL, read under RCU by the poll
 * @ring_owner: the same pointer for process context, RTNL
 * @rx_head: skb of a packet over several buffers that is not complete yet
 * @rx_idle: descriptors without a buffer, written by the backend at the end of a batch
 * @rx_skip: drop buffers up to the end of the current packet (its head was dropped)
 * @moderation_timer: software moderation, see moderation.c
 * @deadman_timer: ends a suspension of interrupts, see algo/suspension.h
 * @poll_cause: enum rxmap_poll_cause of the poll to come; its owner's
 * @irq_ahead: packets until the next interrupt, what irq_arm() is called with
 * @watchdog_polls: polls that the watchdog knows of; written by it alone
 * @watchdog_suspect: it saw a completion waiting; the same
 * @rx_irq_name: in /proc/interrupts, where the queue has vectors of its own (irq.c)
 * @tx_irq_name: the same
 * @stats: counters
 */
struct rxmap_queue {
	struct napi_struct napi;
	struct rxmap_adapter *adapter;
	u16 index;
	u32 asked[RXMAP_TUNABLES];
	struct rxmap_moderation moderation;
	spinlock_t moderation_lock;	/* moderation, ops->set_moderation */
	struct rxmap_adaptive adaptive;
	void *hw;
	struct page_pool *page_pool;
	struct rxmap_ring __rcu *ring;
	struct rxmap_ring *ring_owner;
	struct sk_buff *rx_head;
	u16 rx_idle;
	bool rx_skip;
	u8 poll_cause;
	u16 irq_ahead;
	struct hrtimer moderation_timer;
	struct hrtimer deadman_timer;
	u64 watchdog_polls;
	bool watchdog_suspect;
	char rx_irq_name[IFNAMSIZ + 10];
	char tx_irq_name[IFNAMSIZ + 10];
	struct rxmap_queue_stats stats;
} ____cacheline_aligned_in_smp;

/* rxmap_adapter.caps */
#define RXMAP_CAP_SW_MODERATION	BIT(0)	/* no moderation timer in the device */
#define RXMAP_CAP_QUEUE_RESET	BIT(1)	/* ops->rx_reset works */
#define RXMAP_CAP_VLAN_FILTER	BIT(2)	/* ops->vlan_set works */
#define RXMAP_CAP_MULTIQUEUE	BIT(3)	/* ops->set_queue_count works */
#define RXMAP_CAP_RSS		BIT(4)	/* ops->rss_get and rss_set work */
#define RXMAP_CAP_IRQ_AHEAD	BIT(5)	/* ops->irq_arm counts packets */

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
 * @irq_spacing_usecs: least time that the device keeps between two interrupts, so that NOW may wait
 *	for it; 0: none, or to wait for it is cheap enough (b)
 * @max_queues: queue pairs that the device has
 * @num_queues: queue pairs in use; RTNL (b: initial value)
 * @rx_ring_size: descriptors per RX ring; RTNL (b: initial value)
 * @rx_ring_max: largest (b)
 * @tx_ring_size: descriptors per TX ring; RTNL (b: initial value)
 * @tx_ring_max: largest (b)
 * @rx_prefix: bytes that the device writes before a packet: virtio_net_hdr, else 0 (b)
 * @rss_indir_size: entries of the device's RSS indirection table, with RXMAP_CAP_RSS (b)
 * @rss_key_size: bytes of its hash key, the same (b)
 * @queues: array of @max_queues
 * @mapped_queues: queues with a ring; RTNL
 * @running: between open and stop; written under RTNL, read anywhere
 * @gone: the device does not answer or is being removed
 * @broken: why the device was given up, NULL: it was not
 * @link_work: runs ops->link_up and tells netdev and rings
 * @reset_work: stop and open after a TX timeout
 * @rx_mode_work: runs ops->set_rx_mode
 * @pool_reaper: of pools that the NIC has used up
 * @watchdog: the slow re-poll, once a second while running
 */
struct rxmap_adapter {
	struct net_device *netdev;
	struct pci_dev *pdev;
	const struct rxmap_backend_ops *ops;
	void *priv;
	struct device *dma_dev;
	u32 caps;
	u16 irq_spacing_usecs;
	u16 max_queues;
	u16 num_queues;
	u16 rx_ring_size;
	u16 rx_ring_max;
	u16 tx_ring_size;
	u16 tx_ring_max;
	u16 rx_prefix;
	u16 rss_indir_size;
	u16 rss_key_size;
	struct rxmap_queue *queues;
	u16 mapped_queues;
	bool running;
	bool gone;
	const char *broken;
	struct work_struct link_work;
	struct work_struct reset_work;
	struct work_struct rx_mode_work;
	struct delayed_work watchdog;
	struct rxmap_pool_reaper pool_reaper;
};

/* What a backend brings to main.c's table: a PCI driver named "rxmap-" + name, empty id table. */
struct rxmap_backend {
	struct pci_driver *driver;
	/* Is this function one that the backend drives? Reads no register and logs nothing. */
	bool (*match)(struct pci_dev *pdev);
};

extern const struct rxmap_backend rxmap_virtio_net_backend;
extern const struct rxmap_backend rxmap_e1000_backend;
extern const struct rxmap_backend rxmap_e1000e_backend;

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
void rxmap_device_gone(struct rxmap_adapter *adapter);

/* poll.c: from interrupt handlers; both count and mask */
void rxmap_irq_rx(struct rxmap_queue *q);
void rxmap_irq_tx(struct rxmap_queue *q);
void rxmap_poll_leftovers(struct rxmap_queue *q);

/* irq.c: a queue's two vectors; process context, RTNL */
int rxmap_irq_pair_request(struct rxmap_queue *q, int rx, int tx);
void rxmap_irq_pair_free(struct rxmap_queue *q, int rx, int tx);

/* pci.c: for every backend's struct pci_driver */
extern const struct pci_device_id rxmap_pci_no_ids[];
extern const struct dev_pm_ops rxmap_pci_pm_ops;
void rxmap_pci_shutdown(struct pci_dev *pdev);

/* rx.c: buffers of the unmapped queue and the way to the stack */
bool rxmap_stack_buf_get(struct rxmap_queue *q, struct rxmap_buf *buf);
void rxmap_stack_buf_put(struct rxmap_queue *q, struct rxmap_buf *buf);
void rxmap_rx_stack(struct rxmap_queue *q, struct rxmap_rx_batch *b, struct rxmap_buf *buf,
		    const struct rxmap_rx_meta *meta);
u32 rxmap_rx_stack_copy(struct rxmap_queue *q, const void *data, u32 len,
			const struct rxmap_rx_meta *meta);

/* netdev.c: the adapter behind an interface, NULL when it is not one of ours; RTNL */
struct rxmap_adapter *rxmap_adapter_of(struct net_device *netdev);

/* nop.c: ops that have nothing to do */
int rxmap_nop_rx_reset(struct rxmap_queue *q);
int rxmap_nop_rx_plain(struct rxmap_adapter *adapter, bool plain);
void rxmap_nop_irq_arm(struct rxmap_queue *q, u16 after);
void rxmap_nop_set_moderation(struct rxmap_queue *q, struct rxmap_moderation *m);
int rxmap_nop_set_queue_count(struct rxmap_adapter *adapter, u16 count);
int rxmap_nop_set_mac(struct rxmap_adapter *adapter, const u8 *addr);
int rxmap_nop_vlan_set(struct rxmap_adapter *adapter, u16 vid, bool on);
int rxmap_nop_set_features(struct rxmap_adapter *adapter, netdev_features_t features);
void rxmap_nop_rss_get(struct rxmap_adapter *adapter, u32 *indir, u8 *key);
void rxmap_nop_rss_set(struct rxmap_adapter *adapter, const u32 *indir, const u8 *key);
void rxmap_nop_read_hw_stats(struct rxmap_adapter *adapter, struct rxmap_hw_stats *stats);
u32 rxmap_nop_dump_regs(struct rxmap_adapter *adapter, u32 *words);

#include "rx.h"

#endif /* RXMAP_BACKEND_H */
