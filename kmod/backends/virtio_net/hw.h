/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hw.h - virtio-net as this backend sees it: one split virtqueue, one queue pair, one device
 *
 * Section numbers are those of "Virtual I/O Device (VIRTIO) Version 1.2". The transport
 * (4.1 "Virtio Over PCI Bus") is the kernel's virtio_pci_modern_dev library; the rings
 * (2.7 "Split Virtqueues") are ours. Everything that the device writes is a claim:
 * it is read once and checked against private state before it is used.
 */
#ifndef RXMAP_VIRTIO_NET_HW_H
#define RXMAP_VIRTIO_NET_HW_H

#include <linux/pci.h>
#include <linux/virtio_byteorder.h>
#include <linux/virtio_config.h>
#include <linux/virtio_net.h>
#include <linux/virtio_pci_modern.h>
#include <linux/virtio_ring.h>

#include "../../backend.h"

/* 5.1.6: with VERSION_1 the header has 12 bytes, whatever else was negotiated */
#define VNET_HDR_LEN		((u32)sizeof(struct virtio_net_hdr_v1))
/* Least that a first buffer must hold: the header and an Ethernet header */
#define VNET_RX_MIN_LEN		(VNET_HDR_LEN + ETH_HLEN)
/* Descriptors of one packet at most: linear part and fragments, a header of its own */
#define VNET_TX_MAX_DESCS	(MAX_SKB_FRAGS + 2)
/* used_event this far ahead of the used index means "no interrupt", see vnet_vq_mask() */
#define VNET_EVENT_FAR		0x7fff
/* Longest that the device may take for a reset or a control command */
#define VNET_TIMEOUT_MSECS	2000

/**
 * struct vnet_vq - one split virtqueue (2.7)
 *
 * @vring: the three parts; desc and avail are written by the driver, used by the device
 * @mask: size - 1; the size is a power of two (2.7)
 * @index: number of the virtqueue, what a notification writes
 * @last_used: used-ring entries below it are taken
 * @avail_idx: available-ring entries below it are filled, published or not
 * @published: what avail->idx holds
 * @event: what used_event (or its opposite, avail->flags) asks for, as a used index
 * @event_idx: VIRTIO_F_EVENT_IDX was negotiated
 * @weak: VIRTIO_F_ORDER_PLATFORM was not: the device is another CPU, smp barriers suffice
 * @notify: doorbell (4.1.4.4)
 * @notify_unmap: @notify was mapped for this queue alone
 * @dma: address of the rings for the device
 * @bytes: size of the rings, one allocation
 */
struct vnet_vq {
	struct vring vring;
	u32 mask;
	u16 index;
	u16 last_used;
	u16 avail_idx;
	u16 published;
	u16 event;
	bool event_idx;
	bool weak;
	bool notify_unmap;
	void __iomem *notify;
	dma_addr_t dma;
	size_t bytes;
};

/**
 * struct vnet_rx - receive side of a queue pair; owner: the queue's NAPI
 *
 * A descriptor stays bound to its buffer: descriptor id i always carries bufs[i].
 *
 * @vq: receiveq (5.1.2)
 * @bufs: buffer of each descriptor; va and pool are NULL while the descriptor is idle
 * @idle: ids of idle descriptors, a stack
 * @num_idle: its height
 * @mergeable: VIRTIO_NET_F_MRG_RXBUF: num_buffers counts (5.1.6.4)
 * @dma_dev: for dma_sync, NULL: guest-physical addresses
 */
struct vnet_rx {
	struct vnet_vq vq;
	struct rxmap_buf *bufs;
	u16 *idle;
	u16 num_idle;
	bool mergeable;
	struct device *dma_dev;
};

/**
 * struct vnet_tx_slot - what one descriptor of a transmitq carries
 * @skb: in the head of a chain until it was sent, else NULL
 * @bytes: of @skb, as told to BQL
 * @descs: descriptors of the chain, in its head
 * @next: next in the chain, or in the free list
 */
struct vnet_tx_slot {
	struct sk_buff *skb;
	u32 bytes;
	u16 descs;
	u16 next;
};

/**
 * struct vnet_tx_map - DMA mapping of one descriptor, kept only where the DMA API is used
 * @addr: as mapped
 * @len: 0: nothing mapped
 * @page: a fragment, mapped as a page
 */
struct vnet_tx_map {
	dma_addr_t addr;
	u32 len;
	bool page;
};

/**
 * struct vnet_tx - transmit side of a queue pair; owner: the holder of the TX queue's lock
 * @vq: transmitq (5.1.2)
 * @slots: by descriptor id
 * @maps: by descriptor id; NULL without the DMA API
 * @hdrs: packet headers by descriptor id, for skbs that have no room for one
 * @hdrs_dma: address of @hdrs for the device
 * @dma_dev: for the DMA API, NULL: guest-physical addresses
 * @free: first of the free list
 * @num_free: its length
 */
struct vnet_tx {
	struct vnet_vq vq;
	struct vnet_tx_slot *slots;
	struct vnet_tx_map *maps;
	struct virtio_net_hdr_v1 *hdrs;
	dma_addr_t hdrs_dma;
	struct device *dma_dev;
	u16 free;
	u16 num_free;
};

/**
 * struct vnet_pair - rxmap_queue.hw: a queue pair
 * @rx: receive side
 * @tx: transmit side
 */
struct vnet_pair {
	struct vnet_rx rx;
	struct vnet_tx tx ____cacheline_aligned_in_smp;
};

/**
 * struct vnet_ctrl - the control virtqueue (5.1.6.5); RTNL
 * @vq: controlq
 * @buf: one command and its acknowledgment, a page
 * @dma: its address for the device
 */
struct vnet_ctrl {
	struct vnet_vq vq;
	u8 *buf;
	dma_addr_t dma;
};

/**
 * struct vnet - rxmap_adapter.priv
 *
 * @mdev: transport
 * @adapter: owner
 * @features: what the device offers and we want
 * @device_pairs: queue pairs that the device has; places the control queue (5.1.2)
 * @live: DRIVER_OK is set: the device may be talked to. Written under RTNL
 * @plain: guest offloads must stay off (ops->rx_plain). RTNL
 * @offloads: guest offloads in force, as VIRTIO_NET_F_* bits. RTNL
 * @vlans: VLANs to let in, replayed after a reset. RTNL
 * @ctrl: control queue
 * @announce_work: gratuitous ARP on request of the device (5.1.6.5.4)
 * @config_irq_name: in /proc/interrupts
 */
struct vnet {
	struct virtio_pci_modern_device *mdev;
	struct rxmap_adapter *adapter;
	u64 features;
	u16 device_pairs;
	bool live;
	bool plain;
	u64 offloads;
	DECLARE_BITMAP(vlans, VLAN_N_VID);
	struct vnet_ctrl ctrl;
	struct work_struct announce_work;
	char config_irq_name[IFNAMSIZ + 10];
};

static inline bool vnet_has(const struct vnet *vnet, unsigned int feature)
{
	return vnet->features & BIT_ULL(feature);
}

/* 2.7.1 and 4.1: modern devices are little-endian */
static inline u16 vnet16_to_cpu(__virtio16 v)
{
	return __virtio16_to_cpu(true, v);
}

static inline __virtio16 cpu_to_vnet16(u16 v)
{
	return __cpu_to_virtio16(true, v);
}

static inline u32 vnet32_to_cpu(__virtio32 v)
{
	return __virtio32_to_cpu(true, v);
}

static inline __virtio32 cpu_to_vnet32(u32 v)
{
	return __cpu_to_virtio32(true, v);
}

static inline __virtio64 cpu_to_vnet64(u64 v)
{
	return __cpu_to_virtio64(true, v);
}

/* Used index, without ordering: for "is there anything?" */
static inline u16 vnet_vq_used_peek(const struct vnet_vq *vq)
{
	return vnet16_to_cpu(READ_ONCE(vq->vring.used->idx));
}

/* Used index; what the device wrote before it may be read afterwards (2.7.14). The barrier
 * pairs with the device's, between its used-ring entries and used->idx.
 */
static inline u16 vnet_vq_used(const struct vnet_vq *vq)
{
	u16 used = vnet_vq_used_peek(vq);

	virtio_rmb(vq->weak);
	return used;
}

/* Ask for an interrupt when the used index passes @event (2.7.7 "Used Buffer Notification
 * Suppression"). Without EVENT_IDX there is only on or off.
 */
static inline void vnet_vq_arm(struct vnet_vq *vq, u16 event)
{
	WRITE_ONCE(vq->event, event);
	if (vq->event_idx)
		WRITE_ONCE(vring_used_event(&vq->vring), cpu_to_vnet16(event));
	else
		WRITE_ONCE(vq->vring.avail->flags, 0);
}

/* No interrupts for now. With EVENT_IDX: an event half the number space away; a long poll
 * moves it along, see rx_poll.
 */
static inline void vnet_vq_mask(struct vnet_vq *vq)
{
	u16 event = vq->last_used + VNET_EVENT_FAR;

	WRITE_ONCE(vq->event, event);
	if (vq->event_idx)
		WRITE_ONCE(vring_used_event(&vq->vring), cpu_to_vnet16(event));
	else
		WRITE_ONCE(vq->vring.avail->flags, cpu_to_vnet16(VRING_AVAIL_F_NO_INTERRUPT));
}

/* Has @used passed the event asked for? Read-only, any context. */
static inline bool vnet_vq_passed(const struct vnet_vq *vq, u16 used)
{
	return (s16)(used - READ_ONCE(vq->event)) > 0;
}

/* Ring the doorbell (4.1.5.2) */
static inline void vnet_vq_notify(const struct vnet_vq *vq)
{
	vp_iowrite16(vq->index, (__le16 __iomem *)vq->notify);
}

/* The same on the packet path, where each access to a register is counted. It is the only one:
 * interrupts are masked in the ring and acknowledged by the MSI-X message itself.
 */
static inline void vnet_queue_notify(struct rxmap_queue *q, const struct vnet_vq *vq)
{
	vnet_vq_notify(vq);
	atomic64_inc(&q->stats.mmio_writes);
}

/**
 * vnet_vq_publish() - show the device the available-ring entries filled so far
 * @vq: virtqueue
 *
 * Two barriers (2.7.13). The first orders descriptors and ring entries before avail->idx; it
 * pairs with the device's barrier between reading avail->idx and reading entries. The second
 * is one side of a Dekker pair: we store avail->idx and used_event, then load avail_event and
 * the used index; the device stores those, then loads ours.
 *
 * Return: the device wants to be notified.
 */
static inline bool vnet_vq_publish(struct vnet_vq *vq)
{
	u16 old = vq->published, new = vq->avail_idx;

	virtio_wmb(vq->weak);
	WRITE_ONCE(vq->vring.avail->idx, cpu_to_vnet16(new));
	vq->published = new;
	virtio_mb(vq->weak);

	if (vq->event_idx)
		return vring_need_event(vnet16_to_cpu(READ_ONCE(vring_avail_event(&vq->vring))),
					new, old);
	return !(READ_ONCE(vq->vring.used->flags) & cpu_to_vnet16(VRING_USED_F_NO_NOTIFY));
}

/* ring.c: memory of the virtqueues and their life in the device */
int rxmap_virtio_net_rings_alloc(struct vnet *vnet);
void rxmap_virtio_net_rings_free(struct vnet *vnet);
int rxmap_virtio_net_rings_start(struct vnet *vnet);
int rxmap_virtio_net_vq_start(struct vnet *vnet, struct vnet_vq *vq, u16 vector);
void rxmap_virtio_net_vq_clear(struct vnet_vq *vq);
int rxmap_virtio_net_vq_reset(struct vnet *vnet, struct vnet_vq *vq);

/* device.c: negotiation, open, stop, what the configuration space says */
extern const struct rxmap_backend_ops rxmap_virtio_net_ops;
int rxmap_virtio_net_negotiate(struct vnet *vnet);
int rxmap_virtio_net_reset(struct vnet *vnet);
u16 rxmap_virtio_net_config16(const struct vnet *vnet, unsigned int offset);
void rxmap_virtio_net_config_mac(const struct vnet *vnet, u8 *addr);

/* describe.c */
void rxmap_virtio_net_describe(struct vnet *vnet, u16 max_queues);
u16 rxmap_virtio_net_count_pairs(struct vnet *vnet);

/* rx.c */
int rxmap_virtio_net_rx_poll(struct rxmap_queue *q, struct rxmap_rx_batch *b, int budget);
void rxmap_virtio_net_rx_refill(struct rxmap_queue *q, struct rxmap_rx_batch *b);
void rxmap_virtio_net_rx_fill_idle(struct rxmap_queue *q, struct rxmap_rx_batch *b);

/* rx_ring.c */
void rxmap_virtio_net_rx_fill(struct rxmap_queue *q);
void rxmap_virtio_net_rx_drain(struct rxmap_queue *q);
int rxmap_virtio_net_rx_reset(struct rxmap_queue *q);

/* tx.c */
netdev_tx_t rxmap_virtio_net_xmit(struct sk_buff *skb, struct rxmap_queue *q);
bool rxmap_virtio_net_tx_clean(struct rxmap_queue *q, int budget);
void rxmap_virtio_net_tx_init(struct vnet_tx *tx);
void rxmap_virtio_net_tx_drain(struct rxmap_queue *q);

/* tx_chain.c */
int rxmap_virtio_net_tx_chain(struct vnet_tx *tx, struct sk_buff *skb);
void rxmap_virtio_net_tx_release(struct vnet_tx *tx, u16 head);

/* irq.c */
int rxmap_virtio_net_irq_request(struct vnet *vnet);
void rxmap_virtio_net_irq_free(struct vnet *vnet);
void rxmap_virtio_net_irq_mask(struct rxmap_queue *q);
void rxmap_virtio_net_irq_arm(struct rxmap_queue *q, u16 after);
bool rxmap_virtio_net_irq_unmask(struct rxmap_queue *q);
bool rxmap_virtio_net_rx_pending(struct rxmap_queue *q);

/* MSI-X vectors: one for the configuration, two for each queue pair */
#define VNET_VECTOR_CONFIG	0u
#define VNET_VECTOR_RX(i)	(1u + 2u * (i))
#define VNET_VECTOR_TX(i)	(2u + 2u * (i))

/* ctrl.c: the control virtqueue */
int rxmap_virtio_net_ctrl_restore(struct vnet *vnet);
int rxmap_virtio_net_rx_plain(struct rxmap_adapter *adapter, bool plain);
int rxmap_virtio_net_set_features(struct rxmap_adapter *adapter, netdev_features_t features);
void rxmap_virtio_net_set_rx_mode(struct rxmap_adapter *adapter);
int rxmap_virtio_net_set_mac(struct rxmap_adapter *adapter, const u8 *addr);
int rxmap_virtio_net_vlan_set(struct rxmap_adapter *adapter, u16 vid, bool on);
void rxmap_virtio_net_announce_ack(struct vnet *vnet);
u64 rxmap_virtio_net_guest_offloads(const struct vnet *vnet);

#endif /* RXMAP_VIRTIO_NET_HW_H */
