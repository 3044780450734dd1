/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hw.h - what the 82540EM and the 82574L share: register access, filters, counters, transmit ring
 *
 * A backend embeds struct intel_nic as the first member of its rxmap_adapter.priv, and has a
 * struct intel_tx for each queue. Receive rings, interrupts, reset and open are its own. A register
 * is read and written through the functions below and in no other way: the packet path's are
 * counted. Everything that the device writes is a claim, checked before it is used.
 */
#ifndef RXMAP_INTEL_HW_H
#define RXMAP_INTEL_HW_H

#include <linux/bitfield.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/pci.h>
#include <linux/spinlock.h>

#include "../../backend.h"
#include "desc.h"
#include "regs.h"

/* Bytes of one transmit descriptor at most: 3.3.3 allows 16288, and the 82574L's FIFO must hold it
 * beside another
 */
#define INTEL_TX_DESC_BYTES	8192u
/* Receive queues of the 82574L; the 82540EM has one */
#define INTEL_QUEUES		2
/* Descriptors of one packet at most: a context, 64 KB in such pieces, one cut per part */
#define INTEL_TX_MAX_DESCS	(2u + GSO_LEGACY_MAX_SIZE / INTEL_TX_DESC_BYTES + MAX_SKB_FRAGS)

/**
 * struct intel_nic - the device; first in rxmap_adapter.priv
 * @regs: BAR 0
 * @adapter: owner
 * @live: between open and stop: registers are written at once. RTNL
 * @masked: IMC was written since the last IMS, and no interrupt came: another write is in vain
 * @rctl_base: what RCTL has whatever the interface's lists and flags say; written by open
 * @rctl: what RCTL holds, 0 after a reset. RTNL
 * @itr: what ITR, or the EITR of the queue's vector, holds; the queue's moderation_lock, or RTNL
 * while not @live
 * @mta: what the Multicast Table Array holds while @live. RTNL
 * @vfta: VLANs to let in, replayed by open. RTNL
 * @stats_lock: @stats, and the statistics registers
 * @stats: what was read from them so far
 */
struct intel_nic {
	void __iomem *regs;
	struct rxmap_adapter *adapter;
	bool live;
	bool masked;
	u32 rctl_base;
	u32 rctl;
	u32 itr[INTEL_QUEUES];
	u32 mta[INTEL_MTA_WORDS];
	u32 vfta[INTEL_VFTA_WORDS];
	spinlock_t stats_lock;		/* stats */
	struct rxmap_hw_stats stats;
};

/**
 * struct intel_tx_slot - what one transmit descriptor carries
 * @skb: in the first of a packet
 * @last: descriptor with EOP, the same
 * @dma: mapping
 * @len: its bytes, 0: nothing is mapped
 * @page: mapped as a page
 */
struct intel_tx_slot {
	struct sk_buff *skb;
	u32 last;
	u32 len;
	dma_addr_t dma;
	bool page;
};

/**
 * struct intel_tx - transmit ring (3.4); owner: the holder of the TX queue's lock
 *
 * @use, @clean and @tail run freely, a slot is their value & @mask. One descriptor stays free:
 * head and tail would be equal on a full ring as on an empty one.
 *
 * @ring: descriptors, shared with the device
 * @slots: by descriptor
 * @dma_dev: for the DMA API
 * @min_bytes: shortest packet that the device pads (TCTL.PSP)
 * @mask: size - 1
 * @use: next descriptor to fill
 * @clean: descriptors below it were sent and freed
 * @tail: what TDT holds
 * @vme: the device inserts VLAN tags (CTRL.VME); written under RTNL
 * @dma: address of @ring for the device
 */
struct intel_tx {
	union intel_tx_desc *ring;
	struct intel_tx_slot *slots;
	struct device *dma_dev;
	u32 min_bytes;
	u32 mask;
	u32 use;
	u32 clean;
	u32 tail;
	bool vme;
	dma_addr_t dma;
};

void rxmap_intel_check_gone(const struct intel_nic *nic);

/* writel() orders all earlier stores, to descriptors too, before the register */
static inline void intel_write(const struct intel_nic *nic, u32 reg, u32 value)
{
	writel(value, nic->regs + reg);
}

static inline u32 intel_read(const struct intel_nic *nic, u32 reg)
{
	u32 value = readl(nic->regs + reg);

	if (unlikely(value == INTEL_ALL_ONES))
		rxmap_intel_check_gone(nic);
	return value;
}

/* Writes are posted: a read makes the device have them. */
static inline void intel_flush(const struct intel_nic *nic)
{
	intel_read(nic, INTEL_STATUS);
}

/* Registers on the packet path: counted, for each access costs more than the packet */
static inline u32 intel_queue_read(struct rxmap_queue *q, u32 reg)
{
	atomic64_inc(&q->stats.mmio_reads);
	return intel_read(q->adapter->priv, reg);
}

static inline void intel_queue_write(struct rxmap_queue *q, u32 reg, u32 value)
{
	atomic64_inc(&q->stats.mmio_writes);
	intel_write(q->adapter->priv, reg, value);
}

/* 13.4.21, 10.2.4.6: no receive or transmit interrupt. A queue that is polled by a program is
 * masked after each poll: once is enough, also where that finds nothing a million times. Two CPUs
 * may be here and below; then @masked can be wrong until the next interrupt, which says so, and is
 * harmless: the poll that it would begin runs already.
 */
static inline void intel_mask(struct rxmap_queue *q, u32 causes)
{
	struct intel_nic *nic = q->adapter->priv;

	if (READ_ONCE(nic->masked))
		return;
	WRITE_ONCE(nic->masked, true);
	intel_queue_write(q, INTEL_IMC, causes);
}

/* An interrupt came, or IMS is about to be written. */
static inline void intel_not_masked(struct rxmap_queue *q)
{
	struct intel_nic *nic = q->adapter->priv;

	WRITE_ONCE(nic->masked, false);
}

/* ITR and EITR for at most one interrupt in so many microseconds (of moderation: at most 10000) */
static inline u32 intel_itr(u32 usecs)
{
	u32 units = DIV_ROUND_UP(usecs * (u32)NSEC_PER_USEC, INTEL_ITR_UNIT_NSECS);

	return min_t(u32, units, INTEL_ITR_INTERVAL);
}

/* An interrupt, and nobody answers. Should there be a device after all, behind a BAR that was
 * switched off, its INTx line must not stay raised.
 */
static inline irqreturn_t intel_irq_when_gone(struct rxmap_adapter *adapter)
{
	return pci_check_and_mask_intx(adapter->pdev) ? IRQ_HANDLED : IRQ_NONE;
}

/* Is anything between TDH and TDT? Any context. */
static inline bool intel_tx_outstanding(const struct intel_tx *tx)
{
	return READ_ONCE(tx->tail) != READ_ONCE(tx->clean);
}

/* device.c */
bool rxmap_intel_link_up(struct rxmap_adapter *adapter);
void rxmap_intel_read_hw_stats(struct rxmap_adapter *adapter, struct rxmap_hw_stats *stats);
void rxmap_intel_stop_counting(struct intel_nic *nic);
void rxmap_intel_moderation_start(struct rxmap_queue *q, u32 reg);
void rxmap_intel_set_moderation(struct rxmap_queue *q, u32 reg, struct rxmap_moderation *m);

/* dump.c */
u32 rxmap_intel_dump_regs(const struct intel_nic *nic, const u32 *own, u32 count, u32 *words);

/* filter.c: which packets are received */
void rxmap_intel_filter_restore(struct intel_nic *nic);
void rxmap_intel_rx_mode(struct intel_nic *nic, netdev_features_t features);
void rxmap_intel_set_rx_mode(struct rxmap_adapter *adapter);
int rxmap_intel_set_mac(struct rxmap_adapter *adapter, const u8 *addr);
int rxmap_intel_vlan_set(struct rxmap_adapter *adapter, u16 vid, bool on);

/* function.c */
int rxmap_intel_map(struct pci_dev *pdev, const char *name, void __iomem **regs);
void rxmap_intel_cut_off(const struct intel_nic *nic);
void rxmap_intel_unmap(struct pci_dev *pdev, void __iomem *regs);
void rxmap_intel_remove(struct pci_dev *pdev);

/* ring.c: transmit rings as a whole, and where rings are */
int rxmap_intel_tx_alloc(struct intel_tx *tx, struct rxmap_adapter *adapter, u32 min_bytes);
void rxmap_intel_tx_free(struct intel_tx *tx);
void rxmap_intel_tx_start(struct intel_nic *nic, u16 queue, const struct intel_tx *tx);
void rxmap_intel_tx_drain(struct rxmap_queue *q, struct intel_tx *tx);
void rxmap_intel_rx_start(struct intel_nic *nic, u16 queue, dma_addr_t dma, u32 bytes, u32 tail);

/* tx.c */
netdev_tx_t rxmap_intel_xmit(struct sk_buff *skb, struct rxmap_queue *q, struct intel_tx *tx);
bool rxmap_intel_tx_clean(struct rxmap_queue *q, struct intel_tx *tx, int budget);
void rxmap_intel_tx_reap(struct rxmap_queue *q, struct intel_tx *tx, int budget);

/* tx_chain.c */
int rxmap_intel_tx_chain(struct intel_tx *tx, struct sk_buff *skb);
void rxmap_intel_tx_release(struct intel_tx *tx, u32 from, u32 to);

#endif /* RXMAP_INTEL_HW_H */
