// SPDX-License-Identifier: GPL-2.0
/*
 * tx_chain.c - one packet as a run of transmit descriptors
 *
 * A context descriptor (3.3.6) when a checksum or segmentation is wanted, then data descriptors
 * (3.3.7), mapped with the DMA API; data sheet 7.2. TX lock, except release(), which needs a ring
 * that nobody else uses.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <net/ip6_checksum.h>
#include <net/tcp.h>

#include "hw.h"

/* What the descriptors of a packet have in common */
struct chain {
	u32 cmd;
	u32 status;
};

/* 3.5.5 "IP and TCP/UDP Headers": lengths are the device's, pseudo-headers ours, without length */
static void prepare_headers(struct sk_buff *skb)
{
	if (skb_is_gso_v6(skb)) {
		tcp_v6_gso_csum_prep(skb);
	} else {
		struct iphdr *ip = ip_hdr(skb);

		ip->tot_len = 0;
		ip->check = 0;
		tcp_hdr(skb)->check = ~csum_tcpudp_magic(ip->saddr, ip->daddr, 0, IPPROTO_TCP, 0);
	}
}

static void put_context(struct intel_tx *tx, u32 ip, u32 tu, u32 cmd, u32 seg)
{
	struct intel_tx_context *context = &tx->ring[tx->use & tx->mask].context;

	tx->slots[tx->use & tx->mask].len = 0;
	context->ip = cpu_to_le32(ip);
	context->tu = cpu_to_le32(tu);
	context->cmd = cpu_to_le32(cmd | FIELD_PREP(INTEL_TXD_DTYP, INTEL_TXD_DTYP_CONTEXT) |
				   INTEL_TXD_DEXT);
	context->seg = cpu_to_le32(seg);
	tx->use++;
}

/* 3.5 "TCP Segmentation" */
static int put_tso(struct intel_tx *tx, struct sk_buff *skb, struct chain *chain)
{
	u32 header = skb_tcp_all_headers(skb);
	u32 cmd = INTEL_TXD_TSE | INTEL_TXD_TUCMD_TCP;
	u32 start = skb_transport_offset(skb), ip = skb_network_offset(skb), end = 0;
	int err = skb_cow_head(skb, 0);

	if (err)
		return err;
	if (header > FIELD_MAX(INTEL_TXC_HDRLEN))
		return -EINVAL;
	prepare_headers(skb);
	if (!skb_is_gso_v6(skb)) {
		cmd |= INTEL_TXD_TUCMD_IP;
		end = start - 1;
		chain->status |= INTEL_TXD_POPTS_IXSM;
	}
	put_context(tx, FIELD_PREP(INTEL_TXC_CSS, ip) |
			FIELD_PREP(INTEL_TXC_CSO, ip + offsetof(struct iphdr, check)) |
			FIELD_PREP(INTEL_TXC_CSE, end),
		    FIELD_PREP(INTEL_TXC_CSS, start) |
			FIELD_PREP(INTEL_TXC_CSO, start + offsetof(struct tcphdr, check)),
		    cmd | FIELD_PREP(INTEL_TXD_PAYLEN, skb->len - header),
		    FIELD_PREP(INTEL_TXC_HDRLEN, header) |
			FIELD_PREP(INTEL_TXC_MSS, skb_shinfo(skb)->gso_size));
	chain->cmd |= INTEL_TXD_TSE;
	chain->status |= INTEL_TXD_POPTS_TXSM;
	return 0;
}

/* 3.6 "IP/TCP/UDP Transmit Checksum Offloading" */
static int put_csum(struct intel_tx *tx, struct sk_buff *skb, struct chain *chain)
{
	u32 start = skb_checksum_start_offset(skb);
	u32 place = start + skb->csum_offset;
	bool tcp = skb->csum_offset == offsetof(struct tcphdr, check);

	if (unlikely(place > FIELD_MAX(INTEL_TXC_CSS)))
		return skb_checksum_help(skb);
	put_context(tx, 0, FIELD_PREP(INTEL_TXC_CSS, start) | FIELD_PREP(INTEL_TXC_CSO, place),
		    tcp ? INTEL_TXD_TUCMD_TCP : 0, 0);
	chain->status |= INTEL_TXD_POPTS_TXSM;
	return 0;
}

static void put_data(struct intel_tx *tx, const struct chain *chain, dma_addr_t dma, u32 len)
{
	struct intel_tx_data *data = &tx->ring[tx->use & tx->mask].data;

	data->addr = cpu_to_le64(dma);
	data->cmd = cpu_to_le32(chain->cmd | FIELD_PREP(INTEL_TXD_DTALEN, len));
	data->status = cpu_to_le32(chain->status);
	tx->use++;
}

/* One mapped part of the packet, cut to what a descriptor takes; the first has the mapping. */
static void put_part(struct intel_tx *tx, const struct chain *chain, dma_addr_t dma, u32 len,
		     bool page)
{
	struct intel_tx_slot *slot = &tx->slots[tx->use & tx->mask];
	u32 done, piece;

	for (done = 0; done < len; done += piece) {
		tx->slots[tx->use & tx->mask].len = 0;
		piece = min(len - done, INTEL_TX_DESC_BYTES);
		put_data(tx, chain, dma + done, piece);
	}
	slot->dma = dma;
	slot->len = len;
	slot->page = page;
}

static int put_parts(struct intel_tx *tx, struct sk_buff *skb, const struct chain *chain)
{
	struct device *dev = tx->dma_dev;
	u32 len = skb_headlen(skb);
	unsigned int i;
	dma_addr_t dma;

	dma = dma_map_single(dev, skb->data, len, DMA_TO_DEVICE);
	if (dma_mapping_error(dev, dma))
		return -ENOMEM;
	put_part(tx, chain, dma, len, false);

	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++) {
		const skb_frag_t *frag = &skb_shinfo(skb)->frags[i];

		len = skb_frag_size(frag);
		dma = skb_frag_dma_map(dev, frag, 0, len, DMA_TO_DEVICE);
		if (dma_mapping_error(dev, dma))
			return -ENOMEM;
		put_part(tx, chain, dma, len, true);
	}
	return 0;
}

/**
 * rxmap_intel_tx_chain() - describe @skb to the device
 * @tx: ring with room for INTEL_TX_MAX_DESCS
 * @skb: packet; on success the ring has it
 *
 * The device sees it with the next write of TDT.
 *
 * Context: TX lock. Return: 0 or an errno, then the ring is as before.
 */
int rxmap_intel_tx_chain(struct intel_tx *tx, struct sk_buff *skb)
{
	struct chain chain = {
		.cmd = FIELD_PREP(INTEL_TXD_DTYP, INTEL_TXD_DTYP_DATA) | INTEL_TXD_DEXT |
		       INTEL_TXD_IFCS,
	};
	u32 first = tx->use;
	int err = 0;

	if (skb_vlan_tag_present(skb)) {
		chain.cmd |= INTEL_TXD_VLE;
		chain.status |= FIELD_PREP(INTEL_TXD_SPECIAL, skb_vlan_tag_get(skb));
	}
	if (skb_is_gso(skb))
		err = put_tso(tx, skb, &chain);
	else if (skb->ip_summed == CHECKSUM_PARTIAL)
		err = put_csum(tx, skb, &chain);
	if (!err)
		err = put_parts(tx, skb, &chain);
	if (err) {
		rxmap_intel_tx_release(tx, first, tx->use);
		tx->use = first;
		return err;
	}
	tx->ring[(tx->use - 1) & tx->mask].data.cmd |= cpu_to_le32(INTEL_TXD_EOP | INTEL_TXD_RS);
	tx->slots[first & tx->mask].skb = skb;
	tx->slots[first & tx->mask].last = tx->use - 1;
	return 0;
}

/**
 * rxmap_intel_tx_release() - undo the mappings of descriptors
 * @tx: ring
 * @from: first
 * @to: behind the last
 *
 * Context: TX lock, or the ring is stopped.
 */
void rxmap_intel_tx_release(struct intel_tx *tx, u32 from, u32 to)
{
	struct device *dev = tx->dma_dev;

	for (; from != to; from++) {
		struct intel_tx_slot *slot = &tx->slots[from & tx->mask];

		if (!slot->len)
			continue;
		if (slot->page)
			dma_unmap_page(dev, slot->dma, slot->len, DMA_TO_DEVICE);
		else
			dma_unmap_single(dev, slot->dma, slot->len, DMA_TO_DEVICE);
		slot->len = 0;
	}
}
