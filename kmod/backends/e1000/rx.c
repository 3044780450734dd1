// SPDX-License-Identifier: GPL-2.0
/*
 * rx.c - receive: from a descriptor that is done to the core, and the same descriptor back
 *
 * The device completes descriptors in order and writes back length, status and tag (3.2.3); the
 * buffer's address stays, and is rewritten when another buffer takes the slot. A batch costs one
 * write of RDT and no read of a register. Everything here runs in the queue's NAPI poll. How the
 * ring is filled and emptied as a whole is rx_ring.c.
 */
#include <linux/if_vlan.h>

#include "hw.h"

/* What a plain packet's status has, and has not: one buffer, no tag */
#define PLAIN_MASK	(E1K_RXD_STAT_DD | E1K_RXD_STAT_EOP | E1K_RXD_STAT_VP)
#define PLAIN		(E1K_RXD_STAT_DD | E1K_RXD_STAT_EOP)

/* Descriptor @desc carries @buf, and is not done: a status left over would be taken for a packet */
static __always_inline void bind(struct e1k_rx_desc *desc, const struct rxmap_buf *buf)
{
	desc->addr = cpu_to_le64(buf->dma);
	desc->writeback = 0;
}

/* After the core had the buffer of slot @i: what it left goes back, or the slot is a hole. */
static bool rebind(struct e1k_rx *rx, u32 i)
{
	const struct rxmap_buf *buf = &rx->bufs[i];

	if (likely(buf->va)) {
		bind(&rx->ring[i], buf);
		return true;
	}
	rx->ring[i].writeback = 0;
	rx->holes = true;
	return false;
}

/* No buffer is free, but one may lie behind the hole, where the device cannot reach it.
 * @donor: where to look from, moved along.
 */
static bool move_up(struct e1k_rx *rx, u32 *donor)
{
	for (; *donor != rx->next; (*donor)++) {
		struct rxmap_buf *from = &rx->bufs[*donor & rx->mask];

		if (*donor == rx->fill || !from->va)
			continue;
		rx->bufs[rx->fill & rx->mask] = *from;
		memset(from, 0, sizeof(*from));
		return true;
	}
	return false;
}

/**
 * rxmap_e1000_rx_fill_idle() - fill descriptors without a buffer, as far as there are buffers
 * @q: queue
 * @b: poll cycle
 *
 * In order, because the tail cannot pass a hole. Tells the device nothing.
 *
 * Context: NAPI, or process with NAPI disabled.
 */
void rxmap_e1000_rx_fill_idle(struct rxmap_queue *q, struct rxmap_rx_batch *b)
{
	struct e1k_rx *rx = &((struct e1k *)q->hw)->rx;
	u32 donor = rx->fill;

	rx->holes = false;
	for (; rx->fill != rx->next; rx->fill++) {
		u32 i = rx->fill & rx->mask;

		if ((s32)(donor - rx->fill) < 0)
			donor = rx->fill;
		if (!rx->bufs[i].va && !rxmap_buf_get(q, b, &rx->bufs[i]))
			move_up(rx, &donor);
		if (!rebind(rx, i)) {
			q->stats.rx_no_buffer++;
			return;
		}
	}
}

/* CSUM_OK, if the device calculated the checksum (3.2.9) of a packet without errors */
static __always_inline u32 csum_flag(const struct e1k_rx *rx, u8 status)
{
	return (status & (E1K_RXD_STAT_IXSM | E1K_RXD_STAT_TCPCS)) == E1K_RXD_STAT_TCPCS ?
	       READ_ONCE(rx->csum_ok) : 0;
}

/* One buffer, no tag, no error, a length that the device can mean? Then *@len is it. */
static __always_inline bool plain(const struct e1k_rx_desc *desc, u8 status, u32 *len)
{
	if ((status & PLAIN_MASK) != PLAIN)
		return false;
	/* DD before the rest: the device wrote it last */
	dma_rmb();
	*len = le16_to_cpu(READ_ONCE(desc->length));
	return likely(!READ_ONCE(desc->errors)) &&
	       likely(*len - E1K_RX_MIN_LEN <= INTEL_RX_BUF_SIZE - E1K_RX_MIN_LEN);
}

/* Plain packets in frames of the mapped ring, as long as all is well. Returns how many of at most
 * @count were taken. THE loop: every instruction here is paid by each packet.
 */
static noinline u32 take_run(struct e1k_rx *rx, struct rxmap_rx_batch *b, u32 count)
{
	struct e1k_rx_desc *desc = &rx->ring[rx->next & rx->mask], *end;
	struct rxmap_buf *buf = &rx->bufs[rx->next & rx->mask];
	struct rxmap_rx_run run;

	rxmap_rx_run_begin(&run, b);
	end = desc + min(count, run.run.left);
	for (; desc != end; desc++, buf++) {
		struct rxmap_rx_meta meta = { .first = true };
		u8 status = READ_ONCE(desc->status);

		if (!plain(desc, status, &meta.len) || !rxmap_rx_run_takes(&run, buf))
			break;
		meta.flags = csum_flag(rx, status);
		rxmap_rx_run_put(&run, buf, &meta);
		bind(desc, buf);
	}
	return rxmap_rx_run_end(&run, b);
}

/* The same for all other ways: the stack, taps, filters, buffers of somebody else. */
static __always_inline u32 take_plain(struct rxmap_queue *q, struct e1k_rx *rx,
				      struct rxmap_rx_batch *b, u32 count)
{
	u32 i = rx->next & rx->mask, end = i + count, first = i;

	for (; i != end; i++) {
		u8 status = READ_ONCE(rx->ring[i].status);
		u32 len;

		if (!plain(&rx->ring[i], status, &len))
			break;
		rxmap_rx_plain(q, b, &rx->bufs[i], 0, len, csum_flag(rx, status));
		rebind(rx, i);
	}
	return i - first;
}

/* Descriptors of the packet at @rx->next, 0: its end is not there yet */
static u32 packet_descs(struct rxmap_queue *q, const struct e1k_rx *rx, u32 ready)
{
	u32 n;

	for (n = 0; n < min(ready, INTEL_RX_DESCS_MAX); n++) {
		u8 status = READ_ONCE(rx->ring[(rx->next + n) & rx->mask].status);

		if (!(status & E1K_RXD_STAT_DD))
			return 0;
		if (status & E1K_RXD_STAT_EOP)
			return n + 1;
	}
	if (n == INTEL_RX_DESCS_MAX)
		rxmap_device_broken(q->adapter, "a packet without an end");
	return 0;
}

/* Are all lengths ones that the device can mean? Was the packet received whole? */
static bool packet_ok(const struct e1k_rx *rx, u32 descs)
{
	u32 n;

	for (n = 0; n < descs; n++) {
		const struct e1k_rx_desc *desc = &rx->ring[(rx->next + n) & rx->mask];
		u32 len = le16_to_cpu(READ_ONCE(desc->length));

		if (len > INTEL_RX_BUF_SIZE || len < (n ? 1 : E1K_RX_MIN_LEN))
			return false;
		if (n + 1 == descs && READ_ONCE(desc->errors) & ~E1K_RXD_ERR_CSUM)
			return false;
	}
	return true;
}

/* Status and tag are valid in the last descriptor (3.2.3.1). */
static void packet_meta(const struct e1k_rx *rx, u32 descs, struct rxmap_rx_meta *meta)
{
	const struct e1k_rx_desc *last = &rx->ring[(rx->next + descs - 1) & rx->mask];
	u8 status = READ_ONCE(last->status);

	meta->flags = READ_ONCE(last->errors) ? 0 : csum_flag(rx, status);
	if (status & E1K_RXD_STAT_VP) {
		meta->flags |= RXMAP_DESC_VLAN;
		meta->vlan_tci = le16_to_cpu(READ_ONCE(last->special));
		meta->vlan_tpid = ETH_P_8021Q;
	}
}

/* Any packet, with everything checked. The device has given @ready descriptors at most. Returns
 * whether there was one.
 */
static noinline bool take_packet(struct rxmap_queue *q, struct e1k_rx *rx,
				 struct rxmap_rx_batch *b, u32 ready)
{
	u32 descs = packet_descs(q, rx, ready), n;
	struct rxmap_rx_meta meta = {};
	bool ok;

	if (!descs)
		return false;
	dma_rmb();	/* DD, read by packet_descs(), before the rest */
	ok = packet_ok(rx, descs);
	if (!ok)
		q->stats.rx_bad_len++;
	packet_meta(rx, descs, &meta);

	for (n = 0; n < descs; n++) {
		u32 i = (rx->next + n) & rx->mask;

		meta.first = !n;
		/* was checked, but may be another now */
		meta.len = clamp_t(u32, le16_to_cpu(READ_ONCE(rx->ring[i].length)),
				   n ? 1 : E1K_RX_MIN_LEN, INTEL_RX_BUF_SIZE);
		if (n + 1 < descs)
			meta.flags |= RXMAP_DESC_MORE;
		else
			meta.flags &= ~RXMAP_DESC_MORE;
		if (ok)
			rxmap_rx_frame(q, b, &rx->bufs[i], &meta);
		rebind(rx, i);
	}
	rx->next += descs;
	return true;
}

/* End of a batch: fill holes, and give the device what is filled, with one write. */
static void flush(struct rxmap_queue *q, struct e1k_rx *rx, struct rxmap_rx_batch *b)
{
	u32 tail;

	if (likely(!rx->holes))
		rx->fill = rx->next;
	else
		rxmap_e1000_rx_fill_idle(q, b);
	q->rx_idle = rx->next - rx->fill;
	tail = e1k_rx_tail(rx);
	if (tail == rx->tail)
		return;
	rx->tail = tail;
	intel_queue_write(q, INTEL_RDT(0), tail & rx->mask);
}

/**
 * rxmap_e1000_rx_poll() - ops->rx_poll
 * @q: queue
 * @b: poll cycle
 * @budget: most packets
 *
 * Context: NAPI. Return: packets taken.
 */
int rxmap_e1000_rx_poll(struct rxmap_queue *q, struct rxmap_rx_batch *b, int budget)
{
	struct e1k_rx *rx = &((struct e1k *)q->hw)->rx;
	u32 taken = 0;

	while (taken < budget && !q->adapter->broken) {
		u32 given = rx->tail - rx->next;
		u32 count = min3(given, rx->mask + 1 - (rx->next & rx->mask), budget - taken);
		u32 done = b->room ? take_run(rx, b, count) : take_plain(q, rx, b, count);

		taken += done;
		rx->next += done;
		if (likely(done))
			continue;

		/* a malformed one costs budget as well: no device can hold the loop */
		if (!take_packet(q, rx, b, given))
			break;
		taken++;
	}
	flush(q, rx, b);
	return taken;
}

/**
 * rxmap_e1000_rx_refill() - ops->rx_refill: buffers came back while descriptors had none
 * @q: queue
 * @b: poll cycle
 *
 * Context: NAPI.
 */
void rxmap_e1000_rx_refill(struct rxmap_queue *q, struct rxmap_rx_batch *b)
{
	flush(q, &((struct e1k *)q->hw)->rx, b);
}

/**
 * rxmap_e1000_rx_pending() - ops->rx_pending
 * @q: queue
 *
 * Context: any, while running. Return: a completion waits.
 */
bool rxmap_e1000_rx_pending(struct rxmap_queue *q)
{
	const struct e1k_rx *rx = &((struct e1k *)q->hw)->rx;
	u32 next = READ_ONCE(rx->next) & rx->mask;

	return READ_ONCE(rx->ring[next].status) & E1K_RXD_STAT_DD;
}
