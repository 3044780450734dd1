// SPDX-License-Identifier: GPL-2.0
/*
 * rx.c - receive: from written-back descriptors to the core, and new buffers into the ring
 *
 * The device finishes descriptors in order and overwrites the buffer address, so each is written
 * anew, one store of 16 bytes, before the tail passes it. The tail (RDT) is written once a
 * batch; nothing else here touches a register. Everything runs in the queue's NAPI poll. How the
 * ring is filled and emptied as a whole is rx_ring.c.
 *
 * Data sheet, chapter 7.1 "Packet Reception".
 */
#include "hw.h"

/* Status of a packet in one buffer about which nothing more has to be asked: see plain() */
#define PLAIN_MASK	(E1000E_RXD_DD | E1000E_RXD_EOP | E1000E_RXD_VP | E1000E_RXD_DAMAGED | \
			 E1000E_RXD_BAD_CSUM)

static __always_inline u16 after(const struct e1000e_rx *rx, u16 i)
{
	return (i + 1) & rx->mask;
}

/* The read format of a descriptor, also the way to take the DD away. */
static __always_inline void bind(union e1000e_rx_desc *desc, dma_addr_t dma)
{
	desc->read.addr = cpu_to_le64(dma);
	desc->read.zero = 0;
}

static __always_inline u32 status_of(const union e1000e_rx_desc *desc)
{
	return le32_to_cpu(READ_ONCE(desc->wb.status_error));
}

static __always_inline bool plain(u32 status)
{
	return (status & PLAIN_MASK) == (E1000E_RXD_DD | E1000E_RXD_EOP);
}

/* RXMAP_DESC_* of a packet whose checksums are not known to be bad */
static __always_inline u32 flags_of(u32 status, u32 mrq)
{
	return (status & E1000E_RXD_L4CS ? RXMAP_DESC_CSUM_OK : 0) |
	       (mrq & E1000E_RXD_MRQ_RSS_TYPE ? RXMAP_DESC_HASH : 0);
}

/* What was taken in place goes back, but one descriptor stays out, see struct e1000e_rx */
static __always_inline void advance(struct e1000e_rx *rx, u32 count)
{
	rx->clean = (rx->clean + count) & rx->mask;
	rx->fill = (rx->clean - 1) & rx->mask;
}

/* The fast lane of a mapped queue: up to @budget plain packets in frames of its ring, while every
 * descriptor has a buffer. Buffers stay where they are. Returns how many were taken. THE loop:
 * every instruction here is paid by each packet.
 */
static noinline u32 divert_run(struct e1000e_rx *rx, struct rxmap_rx_batch *b, u32 budget)
{
	union e1000e_rx_desc *desc = &rx->ring[rx->clean], *end;
	struct rxmap_buf *buf = &rx->bufs[rx->clean];
	struct rxmap_rx_run run;

	rxmap_rx_run_begin(&run, b);
	end = desc + min3(budget, run.run.left, (u32)rx->mask + 1 - rx->clean);
	for (; desc != end; desc++, buf++) {
		struct rxmap_rx_meta meta = { .first = true };
		u32 status = status_of(desc);

		if (!plain(status) || !rxmap_rx_run_takes(&run, buf))
			break;
		/* DD before the rest of the descriptor, and before the packet */
		dma_rmb();
		meta.len = le16_to_cpu(READ_ONCE(desc->wb.length));
		if (unlikely(meta.len < ETH_HLEN || meta.len > INTEL_RX_BUF_SIZE))
			break;
		meta.flags = flags_of(status, le32_to_cpu(READ_ONCE(desc->wb.mrq)));
		meta.hash = le32_to_cpu(READ_ONCE(desc->wb.rss));
		rxmap_rx_run_put(&run, buf, &meta);
		bind(desc, buf->dma);
	}
	budget = rxmap_rx_run_end(&run, b);
	advance(rx, budget);
	return budget;
}

/* The same for a queue that is not mapped, or not simply. */
static __always_inline u32 take_run(struct rxmap_queue *q, struct e1000e_rx *rx,
				    struct rxmap_rx_batch *b, u32 budget)
{
	u32 count = min_t(u32, budget, rx->mask + 1 - rx->clean);
	union e1000e_rx_desc *desc = &rx->ring[rx->clean];
	union e1000e_rx_desc *first = desc, *end = desc + count;
	struct rxmap_buf *buf = &rx->bufs[rx->clean];

	for (; desc != end; desc++, buf++) {
		struct rxmap_rx_meta meta = { .first = true };
		u32 status = status_of(desc);

		if (!plain(status))
			break;
		dma_rmb();	/* as in divert_run() */
		meta.len = le16_to_cpu(READ_ONCE(desc->wb.length));
		if (unlikely(meta.len < ETH_HLEN || meta.len > INTEL_RX_BUF_SIZE))
			break;
		meta.flags = flags_of(status, le32_to_cpu(READ_ONCE(desc->wb.mrq)));
		meta.hash = le32_to_cpu(READ_ONCE(desc->wb.rss));
		rxmap_rx_frame(q, b, buf, &meta);
		if (unlikely(!buf->va)) {
			bind(desc++, 0);
			rx->holes++;
			break;
		}
		bind(desc, buf->dma);
	}
	advance(rx, desc - first);
	return desc - first;
}

/* Give descriptor @i back after the core had its buffer. Where descriptors lack buffers, those
 * that there are close up: the device takes descriptors in order and stops at a hole.
 */
static void put_back(struct e1000e_rx *rx, u16 i)
{
	struct rxmap_buf *buf = &rx->bufs[i], *hole = &rx->bufs[rx->fill];

	if (buf->va && !hole->va) {
		*hole = *buf;
		bind(&rx->ring[rx->fill], hole->dma);
		buf->va = NULL;
		bind(&rx->ring[i], 0);
	} else if (buf->va) {
		bind(&rx->ring[i], buf->dma);
	} else {
		bind(&rx->ring[i], 0);
		rx->holes++;
	}
	while (after(rx, rx->fill) != rx->clean && rx->bufs[rx->fill].va)
		rx->fill = after(rx, rx->fill);
}

/* What a descriptor of a packet that is not plain says. Of one over several buffers only the last
 * has more than the length, which was checked, but may be another now.
 */
static void read_meta(struct rxmap_rx_meta *meta, const union e1000e_rx_desc *desc, bool last)
{
	u32 mrq = le32_to_cpu(READ_ONCE(desc->wb.mrq)), status = status_of(desc);

	meta->len = clamp_t(u32, le16_to_cpu(READ_ONCE(desc->wb.length)),
			    meta->first ? ETH_HLEN : 1, INTEL_RX_BUF_SIZE);
	if (!last) {
		meta->flags = RXMAP_DESC_MORE;
		return;
	}
	meta->flags = flags_of(status, mrq);
	if (status & E1000E_RXD_BAD_CSUM)
		meta->flags &= ~RXMAP_DESC_CSUM_OK;
	meta->hash = le32_to_cpu(READ_ONCE(desc->wb.rss));
	if (status & E1000E_RXD_VP) {
		meta->flags |= RXMAP_DESC_VLAN;
		meta->vlan_tci = le16_to_cpu(READ_ONCE(desc->wb.vlan));
		meta->vlan_tpid = ETH_P_8021Q;
	}
}

/* Descriptors of the packet at @first; 0: its end is not there yet; above INTEL_RX_DESCS_MAX: it
 * has none.
 */
static u32 packet_descs(const struct e1000e_rx *rx, u16 first)
{
	u32 n;

	for (n = 0; n < INTEL_RX_DESCS_MAX; n++) {
		u32 status = status_of(&rx->ring[(first + n) & rx->mask]);

		if (!(status & E1000E_RXD_DD))
			return 0;
		if (status & E1000E_RXD_EOP)
			return n + 1;
	}
	return INTEL_RX_DESCS_MAX + 1;
}

/* Was the packet received whole, in lengths that the device can mean? */
static bool packet_ok(struct rxmap_queue *q, const struct e1000e_rx *rx, u32 descs)
{
	bool ok = true;
	u32 n;

	for (n = 0; n < descs; n++) {
		const union e1000e_rx_desc *desc = &rx->ring[(rx->clean + n) & rx->mask];
		u32 len = le16_to_cpu(READ_ONCE(desc->wb.length));

		if (len > INTEL_RX_BUF_SIZE || len < (n ? 1 : ETH_HLEN)) {
			q->stats.rx_bad_len++;
			return false;
		}
		ok &= !(status_of(desc) & E1000E_RXD_DAMAGED);
	}
	return ok;
}

/* The device takes the descriptors of a packet from buffers that it was given. */
static bool packet_has_buffers(struct rxmap_queue *q, const struct e1000e_rx *rx, u32 descs)
{
	u32 n;

	for (n = 0; n < descs; n++) {
		if (!rx->bufs[(rx->clean + n) & rx->mask].va) {
			q->stats.rx_bad_id++;
			rxmap_device_broken(q->adapter, "finished a descriptor without a buffer");
			return false;
		}
	}
	return true;
}

/* Any packet whose end is there, with everything checked. So a ring that comes or goes between two
 * polls comes or goes between two packets. False: there is none, or the device broke the contract.
 */
static noinline bool take_packet(struct rxmap_queue *q, struct e1000e_rx *rx,
				 struct rxmap_rx_batch *b)
{
	u32 descs = packet_descs(rx, rx->clean), n;
	bool ok;

	if (!descs)
		return false;
	if (descs > INTEL_RX_DESCS_MAX) {
		rxmap_device_broken(q->adapter, "a packet without an end");
		return false;
	}
	if (!packet_has_buffers(q, rx, descs))
		return false;
	dma_rmb();	/* as in take_run() */
	ok = packet_ok(q, rx, descs);
	if (!ok)
		q->stats.rx_dropped++;

	for (n = 0; n < descs; n++) {
		u16 i = rx->clean;
		struct rxmap_rx_meta meta = { .first = !n };

		if (ok) {
			read_meta(&meta, &rx->ring[i], n + 1 == descs);
			rxmap_rx_frame(q, b, &rx->bufs[i], &meta);
		}
		rx->clean = after(rx, i);
		put_back(rx, i);
	}
	return true;
}

/**
 * rxmap_e1000e_rx_fill_holes() - find buffers for descriptors that have none
 * @q: queue
 * @b: poll cycle
 *
 * Context: NAPI, or process with NAPI disabled.
 */
void rxmap_e1000e_rx_fill_holes(struct rxmap_queue *q, struct rxmap_rx_batch *b)
{
	struct e1000e_rx *rx = &((struct e1000e_pair *)q->hw)->rx;

	while (rx->holes) {
		struct rxmap_buf *buf = &rx->bufs[rx->fill];

		if (!rxmap_buf_get(q, b, buf)) {
			q->stats.rx_no_buffer++;
			return;
		}
		rx->holes--;
		bind(&rx->ring[rx->fill], buf->dma);
		if (after(rx, rx->fill) != rx->clean)
			rx->fill = after(rx, rx->fill);
	}
}

/* End of a batch: fill holes, move the tail. */
static void flush(struct rxmap_queue *q, struct e1000e_rx *rx, struct rxmap_rx_batch *b)
{
	const struct e1000e *hw = q->adapter->priv;

	if (unlikely(rx->holes))
		rxmap_e1000e_rx_fill_holes(q, b);
	q->rx_idle = rx->holes;
	if (rx->fill == rx->tail || READ_ONCE(hw->paused))
		return;
	rx->tail = rx->fill;
	dma_wmb();	/* descriptors before the tail */
	intel_queue_write(q, INTEL_RDT(q->index), rx->tail);
}

/**
 * rxmap_e1000e_rx_poll() - ops->rx_poll
 * @q: queue
 * @b: poll cycle
 * @budget: most packets
 *
 * Context: NAPI. Return: packets taken.
 */
int rxmap_e1000e_rx_poll(struct rxmap_queue *q, struct rxmap_rx_batch *b, int budget)
{
	struct e1000e_rx *rx = &((struct e1000e_pair *)q->hw)->rx;
	u32 taken = 0;

	while (taken < budget && !q->adapter->broken) {
		u32 done = 0;

		if (likely(!rx->holes))
			done = b->room ? divert_run(rx, b, budget - taken) :
					 take_run(q, rx, b, budget - taken);
		taken += done;
		if (done)
			continue;
		/* a malformed one costs budget as well: no device can hold the loop */
		if (!take_packet(q, rx, b))
			break;
		taken++;
	}
	flush(q, rx, b);
	return taken;
}

/**
 * rxmap_e1000e_rx_refill() - ops->rx_refill: buffers came back while descriptors had none
 * @q: queue
 * @b: poll cycle
 *
 * Context: NAPI.
 */
void rxmap_e1000e_rx_refill(struct rxmap_queue *q, struct rxmap_rx_batch *b)
{
	flush(q, &((struct e1000e_pair *)q->hw)->rx, b);
}

/**
 * rxmap_e1000e_rx_pending() - ops->rx_pending
 * @q: queue
 *
 * Context: any, while running. Return: a packet waits, its end too.
 */
bool rxmap_e1000e_rx_pending(struct rxmap_queue *q)
{
	const struct e1000e_rx *rx = &((struct e1000e_pair *)q->hw)->rx;

	return packet_descs(rx, READ_ONCE(rx->clean));
}
