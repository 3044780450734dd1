/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hw.h - the 82540EM as this backend sees it: one device, one queue, two descriptor rings
 *
 * Registers and descriptors are regs.h, with the sections of Intel's manual. A register is read
 * and written through the four functions below and in no other way: the packet path's are
 * counted. Everything that the device writes is a claim, checked before it is used.
 */
#ifndef RXMAP_E1000_HW_H
#define RXMAP_E1000_HW_H

#include <linux/bitfield.h>
#include <linux/io.h>
#include <linux/pci.h>

#include "../../backend.h"
#include "regs.h"

/* Least that a packet must have */
#define E1K_RX_MIN_LEN		((u32)ETH_HLEN)
/* RCTL.BSIZE (13.4.22): a legacy descriptor has no length, the device takes every buffer to have
 * this one. No rxmap_buf is shorter: frames have 2048 bytes or more, the stack's pages about 3700.
 */
#define E1K_RX_BUF_SIZE		2048u
/* Bytes of one transmit descriptor at most: 3.3.3 allows 16288, a page keeps fragments whole */
#define E1K_TX_DESC_BYTES	4096u
/* Descriptors of one packet at most: a context, 64 KB in such pieces, one cut per part */
#define E1K_TX_MAX_DESCS	(1u + GSO_LEGACY_MAX_SIZE / E1K_TX_DESC_BYTES + MAX_SKB_FRAGS + 1u)

/**
 * struct e1k_rx - receive ring (3.2.6); owner: the queue's NAPI
 *
 * Slot i of @bufs is the buffer of descriptor i. @next, @fill and @tail run freely; the slot is
 * their value & @mask. The device has the descriptors from @next to @tail - 1, at most all but one:
 * head and tail would be equal on a full ring as on an empty one (13.4.29). Those from @fill to
 * @next - 1 wait for a buffer; where there are none, the last one's buffer waits for its turn.
 *
 * @ring: descriptors, shared with the device
 * @bufs: buffer of each descriptor; va is NULL where there is none
 * @mask: size - 1
 * @next: next descriptor that the device completes
 * @fill: descriptors below it were given a buffer
 * @tail: what RDT holds
 * @holes: between @fill and @next there are slots without a buffer
 * @csum_ok: RXMAP_DESC_CSUM_OK, or 0 when ethtool -K rx is off
 * @dma: address of @ring for the device
 */
struct e1k_rx {
	struct e1k_rx_desc *ring;
	struct rxmap_buf *bufs;
	u32 mask;
	u32 next;
	u32 fill;
	u32 tail;
	bool holes;
	u32 csum_ok;
	dma_addr_t dma;
};

/**
 * struct e1k_tx_slot - what one transmit descriptor carries
 * @skb: in the first of a packet until it was sent, else NULL
 * @bytes: of @skb, as told to BQL
 * @last: descriptor with EOP, in the first of a packet
 * @dma: mapping
 * @len: its bytes, 0: nothing is mapped
 * @page: mapped as a page
 */
struct e1k_tx_slot {
	struct sk_buff *skb;
	u32 bytes;
	u32 last;
	dma_addr_t dma;
	u32 len;
	bool page;
};

/**
 * struct e1k_tx - transmit ring (3.4); owner: the holder of the TX queue's lock
 *
 * @use and @clean run freely, as in struct e1k_rx; here too one descriptor stays free.
 *
 * @ring: descriptors, shared with the device
 * @slots: by descriptor
 * @mask: size - 1
 * @use: next descriptor to fill
 * @clean: descriptors below it were sent and freed
 * @tail: what TDT holds
 * @dma: address of @ring for the device
 */
struct e1k_tx {
	union e1k_tx_desc *ring;
	struct e1k_tx_slot *slots;
	u32 mask;
	u32 use;
	u32 clean;
	u32 tail;
	dma_addr_t dma;
};

/**
 * struct e1k - rxmap_adapter.priv, and rxmap_queue.hw of its one queue
 *
 * What NAPI writes and what xmit writes lie at its two ends, on cache lines of their own.
 *
 * @regs: BAR 0
 * @rx: receive side
 * @adapter: owner
 * @live: programmed, interrupts requested; written under RTNL
 * @ctrl: what CTRL holds while @live. RTNL
 * @rctl: what RCTL holds while @live. RTNL
 * @mta: what the Multicast Table Array holds while @live. RTNL
 * @vfta: VLANs to let in, replayed by open. RTNL
 * @stats: what was read from the statistics registers so far
 * @stats_lock: for @stats, and for reading those registers
 * @tx: transmit side
 */
struct e1k {
	void __iomem *regs;
	struct e1k_rx rx;
	struct rxmap_adapter *adapter;
	bool live;
	u32 ctrl;
	u32 rctl;
	u32 mta[E1K_MTA_WORDS];
	u32 vfta[E1K_VFTA_WORDS];
	struct rxmap_hw_stats stats;
	spinlock_t stats_lock;		/* @stats, any context */
	struct e1k_tx tx;
};

/* Registers, except on the packet path */
static inline u32 e1k_read(const struct e1k *hw, u32 reg)
{
	return readl(hw->regs + reg);
}

/* writel() orders all earlier stores, to descriptors too, before the register */
static inline void e1k_write(const struct e1k *hw, u32 reg, u32 value)
{
	writel(value, hw->regs + reg);
}

/* Registers on the packet path: counted */
static inline u32 e1k_queue_read(struct rxmap_queue *q, u32 reg)
{
	atomic64_inc(&q->stats.mmio_reads);
	return e1k_read(q->hw, reg);
}

static inline void e1k_queue_write(struct rxmap_queue *q, u32 reg, u32 value)
{
	atomic64_inc(&q->stats.mmio_writes);
	e1k_write(q->hw, reg, value);
}

/* Is anything between TDH and TDT? Any context. */
static inline bool e1k_tx_outstanding(const struct e1k_tx *tx)
{
	return READ_ONCE(tx->use) != READ_ONCE(tx->clean);
}

/* RDT (13.4.29): the first descriptor without a buffer; when all have one, the last is kept back */
static inline u32 e1k_rx_tail(const struct e1k_rx *rx)
{
	return rx->fill + rx->mask + (rx->fill != rx->next);
}

/* 13.4.18: ITR for at most one interrupt in so many microseconds */
static inline u32 e1k_itr(u32 usecs)
{
	return usecs * NSEC_PER_USEC / E1K_ITR_UNIT_NS;
}

static inline u32 e1k_tx_room(const struct e1k_tx *tx)
{
	return tx->mask - (tx->use - tx->clean);
}

/* device.c: reset, open, stop */
extern const struct rxmap_backend_ops rxmap_e1000_ops;
int rxmap_e1000_reset(struct e1k *hw);
bool rxmap_e1000_flush(struct e1k *hw);

/* describe.c */
int rxmap_e1000_describe(struct e1k *hw);

/* eeprom.c */
int rxmap_e1000_eeprom_mac(struct e1k *hw, u8 *addr);

/* link.c */
void rxmap_e1000_phy_wake(struct e1k *hw);
bool rxmap_e1000_link_up(struct rxmap_adapter *adapter);

/* filter.c: which packets are received */
void rxmap_e1000_filter_restore(struct e1k *hw);
void rxmap_e1000_set_rx_mode(struct rxmap_adapter *adapter);
int rxmap_e1000_set_mac(struct rxmap_adapter *adapter, const u8 *addr);
int rxmap_e1000_vlan_set(struct rxmap_adapter *adapter, u16 vid, bool on);

/* ring.c: memory of the rings */
int rxmap_e1000_rings_alloc(struct e1k *hw);
void rxmap_e1000_rings_free(struct e1k *hw);

/* rx.c */
int rxmap_e1000_rx_poll(struct rxmap_queue *q, struct rxmap_rx_batch *b, int budget);
void rxmap_e1000_rx_refill(struct rxmap_queue *q, struct rxmap_rx_batch *b);
void rxmap_e1000_rx_fill_idle(struct rxmap_queue *q, struct rxmap_rx_batch *b);
bool rxmap_e1000_rx_pending(struct rxmap_queue *q);

/* rx_ring.c */
void rxmap_e1000_rx_fill(struct rxmap_queue *q);
void rxmap_e1000_rx_start(struct e1k *hw);
void rxmap_e1000_rx_drain(struct rxmap_queue *q);

/* tx.c */
netdev_tx_t rxmap_e1000_xmit(struct sk_buff *skb, struct rxmap_queue *q);
bool rxmap_e1000_tx_clean(struct rxmap_queue *q, int budget);
void rxmap_e1000_tx_start(struct e1k *hw);
void rxmap_e1000_tx_drain(struct rxmap_queue *q);

/* tx_chain.c */
int rxmap_e1000_tx_chain(struct e1k *hw, struct sk_buff *skb);
void rxmap_e1000_tx_release(struct e1k *hw, u32 from, u32 to);

/* irq.c */
int rxmap_e1000_irq_request(struct e1k *hw);
void rxmap_e1000_irq_free(struct e1k *hw);
void rxmap_e1000_irq_mask(struct rxmap_queue *q);
bool rxmap_e1000_irq_unmask(struct rxmap_queue *q);
void rxmap_e1000_set_moderation(struct rxmap_queue *q, struct rxmap_moderation *m);

#endif /* RXMAP_E1000_HW_H */
