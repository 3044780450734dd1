/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hw.h - the Intel 82574L as this backend sees it: one queue pair, one device
 *
 * QEMU's model of the chip is `-device e1000e`. Registers, filters, counters and the transmit ring
 * are shared with the 82540EM: intel/hw.h. Everything that the device writes is a claim: it is
 * checked against private state before it is used, and bounded again where it is read again.
 */
#ifndef RXMAP_E1000E_HW_H
#define RXMAP_E1000E_HW_H

#include "../intel/hw.h"
#include "desc.h"
#include "regs.h"

#define E1000E_QUEUES		INTEL_QUEUES
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
 * @armed: @clean when the interrupt was armed last
 * @forgot: and what ICR said was cleared then
 * @holes: descriptors without a buffer
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
	u16 armed;
	u16 holes;
	bool forgot;
	struct device *dma_dev;
	dma_addr_t dma;
};

/**
 * struct e1000e_pair - rxmap_queue.hw: a queue pair
 * @rx: receive side
 * @tx: transmit side
 */
struct e1000e_pair {
	struct e1000e_rx rx;
	struct intel_tx tx ____cacheline_aligned_in_smp;
};

/**
 * struct e1000e - rxmap_adapter.priv
 * @nic: the device
 * @irq_mode: found at probe
 * @paused: the receiver is off for a moment: leave the tails alone. RTNL to write, NAPI reads
 * @reta: queue of each RSS table entry. RTNL
 * @rss_key: RTNL
 * @other_irq_name: in /proc/interrupts
 */
struct e1000e {
	struct intel_nic nic;
	enum e1000e_irq_mode irq_mode;
	bool paused;
	u8 reta[E1000E_RETA_ENTRIES];
	u8 rss_key[E1000E_RSSRK_BYTES];
	char other_irq_name[IFNAMSIZ + 10];
};

/* device.c: reset, open, stop */
extern const struct rxmap_backend_ops rxmap_e1000e_ops;
int rxmap_e1000e_reset(struct e1000e *hw);

/* describe.c */
void rxmap_e1000e_describe(struct e1000e *hw);

/* ring.c: memory of the rings and their life in the device */
int rxmap_e1000e_rings_alloc(struct e1000e *hw);
void rxmap_e1000e_rings_free(struct e1000e *hw);
void rxmap_e1000e_rings_start(struct e1000e *hw);

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

/* irq.c */
enum e1000e_irq_mode rxmap_e1000e_irq_choose(struct pci_dev *pdev);
int rxmap_e1000e_irq_request(struct e1000e *hw);
void rxmap_e1000e_irq_free(struct e1000e *hw);
void rxmap_e1000e_irq_program(struct e1000e *hw);
void rxmap_e1000e_irq_enable(struct e1000e *hw);
void rxmap_e1000e_irq_mask(struct rxmap_queue *q);
void rxmap_e1000e_irq_arm(struct rxmap_queue *q, u16 after);
bool rxmap_e1000e_irq_unmask(struct rxmap_queue *q);
void rxmap_e1000e_set_moderation(struct rxmap_queue *q, struct rxmap_moderation *m);

/* rss.c: which queue they go to */
void rxmap_e1000e_rss_program(struct e1000e *hw);
void rxmap_e1000e_rss_get(struct rxmap_adapter *adapter, u32 *indir, u8 *key);
void rxmap_e1000e_rss_set(struct rxmap_adapter *adapter, const u32 *indir, const u8 *key);

#endif /* RXMAP_E1000E_HW_H */
