/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hw.h - the 82540EM as this backend sees it: one device, one queue, two descriptor rings
 *
 * Registers, filters, counters and the transmit ring are shared with the 82574L: intel/hw.h.
 * Everything that the device writes is a claim, checked before it is used.
 */
#ifndef RXMAP_E1000_HW_H
#define RXMAP_E1000_HW_H

#include "../intel/hw.h"
#include "regs.h"

/* Least that a packet must have */
#define E1K_RX_MIN_LEN		((u32)ETH_HLEN)
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
 * struct e1k - rxmap_adapter.priv, and rxmap_queue.hw of its one queue
 *
 * @nic: the device
 * @rx: receive side
 * @tx: transmit side
 */
struct e1k {
	struct intel_nic nic;
	struct e1k_rx rx;
	struct intel_tx tx;
};

/* RDT (13.4.29): the first descriptor without a buffer; when all have one, the last is kept back */
static inline u32 e1k_rx_tail(const struct e1k_rx *rx)
{
	return rx->fill + rx->mask + (rx->fill != rx->next);
}

/* device.c: reset, open, stop */
extern const struct rxmap_backend_ops rxmap_e1000_ops;
int rxmap_e1000_reset(struct e1k *hw);

/* describe.c */
int rxmap_e1000_describe(struct e1k *hw);

/* eeprom.c */
int rxmap_e1000_eeprom_mac(struct e1k *hw, u8 *addr);

/* link.c */
void rxmap_e1000_phy_wake(struct e1k *hw);

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

/* irq.c */
int rxmap_e1000_irq_request(struct e1k *hw);
void rxmap_e1000_irq_free(struct e1k *hw);
void rxmap_e1000_irq_mask(struct rxmap_queue *q);
bool rxmap_e1000_irq_unmask(struct rxmap_queue *q);
void rxmap_e1000_set_moderation(struct rxmap_queue *q, struct rxmap_moderation *m);

#endif /* RXMAP_E1000_HW_H */
