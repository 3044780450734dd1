/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hw.h - the Intel 82574L as this backend sees it: one queue pair, one device, register access
 *
 * QEMU's model of the chip is `-device e1000e`. Registers are in regs.h, descriptors in desc.h,
 * both by the names of the data sheet (317694). Everything that the device writes is a claim: it
 * is read once and checked against private state before it is used.
 */
#ifndef RXMAP_E1000E_HW_H
#define RXMAP_E1000E_HW_H

#include <linux/io.h>
#include <linux/pci.h>
#include <linux/spinlock.h>

#include "../../backend.h"
#include "desc.h"
#include "regs.h"

#define E1000E_QUEUES		2
#define E1000E_RING_DEFAULT	256
#define E1000E_RING_MAX		4096
/* Largest piece of memory in one descriptor; the transmit FIFO must hold it beside another */
#define E1000E_TX_PIECE		8192
/* Descriptors of one packet at most: context, linear part, fragments, more for long pieces */
#define E1000E_TX_MAX_DESCS	(2 + MAX_SKB_FRAGS + GSO_LEGACY_MAX_SIZE / E1000E_TX_PIECE)
/* Longest frame without CRC: "9 KB jumbo", with a VLAN tag */
#define E1000E_FRAME_MAX	9234
#define E1000E_FCS_LEN		4

/**
 * enum e1000e_irq_mode - how interrupts come
 * @E1000E_IRQ_INTX: the shared line; one queue
 * @E1000E_IRQ_MSI: one message; one queue
 * @E1000E_IRQ_MSIX: a vector for each RX queue, each TX queue, and the rest
 */
enum e1000e_irq_mode {
	E1000E_IRQ_INTX,
	E1000E_IRQ_MSI,
	E1000E_IRQ_MSIX,
};

/* MSI-X vectors */
#define E1000E_VECTOR_RX(queue)	((u32)(queue))
#define E1000E_VECTOR_TX(queue)	(2 + (u32)(queue))
#define E1000E_VECTOR_OTHER	4U
#define E1000E_VECTORS		5U

/**
 * struct e1000e_rx - receive side of a queue pair; owner: the queue's NAPI
 *
 * The device has the descriptors from @clean up to, not including, @fill: one always stays out,
 * because head = tail means empty. What is between @fill and @clean is ours: ready to be given
 * to the device if it has a buffer.
 *
 * @ring: descriptors
 * @bufs: buffer of each descriptor; va is NULL where there is none
 * @mask: descriptors - 1; their number is a power of two
 * @clean: next descriptor that the device will finish
 * @fill: next descriptor that the device will get
 * @tail: what RDT holds
 * @holes: descriptors without a buffer
 * @in_packet: the descriptor before @clean did not end a packet
 * @damaged: the packet that began is to be dropped
 * @dma_dev: for dma_sync
 * @dma: address of @ring for the device
 */
struct e1000e_rx {
	union e1000e_rx_desc *ring;
	struct rxmap_buf *bufs;
	u16 mask;
	u16 clean;
	u16 fill;
	u16 tail;
	u16 holes;
	bool in_packet;
	bool damaged;
	struct device *dma_dev;
	dma_addr_t dma;
};

/**
 * struct e1000e_tx_slot - what one descriptor of a transmit ring carries
 * @skb: in the first descriptor of a packet until it was sent, else NULL
 * @dma: as mapped
 * @len: 0: nothing mapped
 * @last: last descriptor of the packet, in its first
 * @page: mapped as a page
 */
struct e1000e_tx_slot {
	struct sk_buff *skb;
	dma_addr_t dma;
	u32 len;
	u16 last;
	bool page;
};

/**
 * struct e1000e_tx - transmit side of a queue pair; owner: the holder of the TX queue's lock
 * @ring: descriptors
 * @slots: by descriptor
 * @mask: descriptors - 1
 * @next: next to fill
 * @clean: next to be sent
 * @tail: what TDT holds
 * @dma_dev: for dma_map
 * @dma: address of @ring for the device
 */
struct e1000e_tx {
	union e1000e_tx_desc *ring;
	struct e1000e_tx_slot *slots;
	u16 mask;
	u16 next;
	u16 clean;
	u16 tail;
	struct device *dma_dev;
	dma_addr_t dma;
};

/**
 * struct e1000e_pair - rxmap_queue.hw: a queue pair
 * @rx: receive side
 * @tx: transmit side
 * @rx_irq_name: in /proc/interrupts
 * @tx_irq_name: the same
 */
struct e1000e_pair {
	struct e1000e_rx rx;
	struct e1000e_tx tx ____cacheline_aligned_in_smp;
	char rx_irq_name[IFNAMSIZ + 10];
	char tx_irq_name[IFNAMSIZ + 10];
};

/**
 * struct e1000e - rxmap_adapter.priv
 * @regs: BAR 0
 * @adapter: owner
 * @irq_mode: found at probe
 * @live: between open and stop: the registers below are written at once. RTNL
 * @paused: the receiver is off for a moment: leave the tails alone. RTNL to write, NAPI reads
 * @rctl: RCTL as wanted, receiver enabled or not. RTNL
 * @mta: multicast table as the device has it. RTNL
 * @vfta: VLAN table, in the device while @live. RTNL
 * @reta: queue of each RSS table entry. RTNL
 * @rss_key: RTNL
 * @stats_lock: @stats
 * @stats: sum of the registers that clear on read
 * @other_irq_name: in /proc/interrupts
 */
struct e1000e {
	void __iomem *regs;
	struct rxmap_adapter *adapter;
	enum e1000e_irq_mode irq_mode;
	bool live;
	bool paused;
	u32 rctl;
	u32 mta[E1000E_MTA_SIZE];
	u32 vfta[E1000E_VFTA_SIZE];
	u8 reta[E1000E_RETA_ENTRIES];
	u8 rss_key[E1000E_RSSRK_BYTES];
	spinlock_t stats_lock;		/* stats */
	struct rxmap_hw_stats stats;
	char other_irq_name[IFNAMSIZ + 10];
};

void rxmap_e1000e_check_gone(struct e1000e *nic);

static inline void e1000e_write(const struct e1000e *nic, u32 reg, u32 value)
{
	writel(value, nic->regs + reg);
}

/* All ones is what the bus answers for a device that is not there. */
static inline u32 e1000e_read(struct e1000e *nic, u32 reg)
{
	u32 value = readl(nic->regs + reg);

	if (unlikely(value == ~0U))
		rxmap_e1000e_check_gone(nic);
	return value;
}

/* Writes are posted: a read makes the device have them. */
static inline void e1000e_flush(struct e1000e *nic)
{
	e1000e_read(nic, E1000E_STATUS);
}

/* On the packet path each access is counted: it costs more than the packet. */
static inline void e1000e_queue_write(struct rxmap_queue *q, u32 reg, u32 value)
{
	e1000e_write(q->adapter->priv, reg, value);
	atomic64_inc(&q->stats.mmio_writes);
}

static inline u32 e1000e_queue_read(struct rxmap_queue *q, u32 reg)
{
	atomic64_inc(&q->stats.mmio_reads);
	return e1000e_read(q->adapter->priv, reg);
}

/* device.c: reset, open, stop, link, counters */
extern const struct rxmap_backend_ops rxmap_e1000e_ops;
int rxmap_e1000e_reset(struct e1000e *nic);

/* describe.c */
void rxmap_e1000e_describe(struct e1000e *nic);

/* ring.c: memory of the rings and their life in the device */
int rxmap_e1000e_rings_alloc(struct e1000e *nic);
void rxmap_e1000e_rings_free(struct e1000e *nic);
void rxmap_e1000e_rings_start(struct e1000e *nic);

/* rx.c */
int rxmap_e1000e_rx_poll(struct rxmap_queue *q, struct rxmap_rx_batch *b, int budget);
void rxmap_e1000e_rx_refill(struct rxmap_queue *q, struct rxmap_rx_batch *b);
void rxmap_e1000e_rx_fill_holes(struct rxmap_queue *q, struct rxmap_rx_batch *b);
bool rxmap_e1000e_rx_pending(struct rxmap_queue *q);

/* rx_ring.c */
void rxmap_e1000e_rx_fill(struct rxmap_queue *q);
void rxmap_e1000e_rx_drain(struct rxmap_queue *q);
void rxmap_e1000e_rx_show(struct rxmap_queue *q);
int rxmap_e1000e_rx_reset(struct rxmap_queue *q);

/* tx.c */
netdev_tx_t rxmap_e1000e_xmit(struct sk_buff *skb, struct rxmap_queue *q);
bool rxmap_e1000e_tx_clean(struct rxmap_queue *q, int budget);
void rxmap_e1000e_tx_drain(struct rxmap_queue *q);

/* tx_chain.c */
int rxmap_e1000e_tx_chain(struct e1000e_tx *tx, struct sk_buff *skb);
void rxmap_e1000e_tx_release(struct e1000e_tx *tx, u16 first);

/* irq.c */
enum e1000e_irq_mode rxmap_e1000e_irq_choose(struct pci_dev *pdev);
int rxmap_e1000e_irq_request(struct e1000e *nic);
void rxmap_e1000e_irq_free(struct e1000e *nic);
void rxmap_e1000e_irq_program(struct e1000e *nic);
void rxmap_e1000e_irq_enable(struct e1000e *nic);
bool rxmap_e1000e_irq_unmask(struct rxmap_queue *q);
void rxmap_e1000e_set_moderation(struct rxmap_queue *q, struct rxmap_moderation *m);

/* filter.c: which frames come in */
void rxmap_e1000e_filter_program(struct e1000e *nic);
void rxmap_e1000e_rx_mode(struct e1000e *nic, netdev_features_t features);
void rxmap_e1000e_set_rx_mode(struct rxmap_adapter *adapter);
int rxmap_e1000e_set_mac(struct rxmap_adapter *adapter, const u8 *addr);
int rxmap_e1000e_vlan_set(struct rxmap_adapter *adapter, u16 vid, bool on);

/* rss.c: which queue they go to */
void rxmap_e1000e_rss_program(struct e1000e *nic);
void rxmap_e1000e_rss_get(struct rxmap_adapter *adapter, u32 *indir, u8 *key);
void rxmap_e1000e_rss_set(struct rxmap_adapter *adapter, const u32 *indir, const u8 *key);

#endif /* RXMAP_E1000E_HW_H */
