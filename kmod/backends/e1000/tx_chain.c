// SPDX-License-Identifier: GPL-2.0
/*
 * tx_chain.c - one packet as a run of transmit descriptors
 *
 * A context descriptor (3.3.6) when a checksum or segmentation is wanted, then data descriptors
 * (3.3.7), mapped with the DMA API. TX lock, except release(), which needs a ring that nobody else
 * uses.
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

static void put_context(struct e1k_tx *tx, u32 ip, u32 tu, u32 cmd, u32 seg)
{
	struct e1k_tx_context *context = &tx->ring[tx->use & tx->mask].context;

	tx->slots[tx->use & tx->mask].len = 0;
	context->ip = cpu_to_le32(ip);
	context->tu = cpu_to_le32(tu);
	context->cmd = cpu_to_le32(cmd | FIELD_PREP(E1K_TXD_DTYP, E1K_TXD_DTYP_CONTEXT) |
				   E1K_TXD_DEXT);
	context->seg = cpu_to_le32(seg);
	WRITE_ONCE(tx->use, tx->use + 1);
}

/* 3.5 "TCP Segmentation" */
static int put_tso(struct e1k_tx *tx, struct sk_buff *skb, struct chain *chain)
{
	u32 header = skb_tcp_all_headers(skb);
	u32 cmd = E1K_TXD_TSE | E1K_TXD_TUCMD_TCP;
	u32 start = skb_transport_offset(skb), ip = skb_network_offset(skb), end = 0;
	int err = skb_cow_head(skb, 0);

	if (err)
		return err;
	if (header > FIELD_MAX(E1K_TXC_HDRLEN))
		return -EINVAL;
	prepare_headers(skb);
	if (!skb_is_gso_v6(skb)) {
		cmd |= E1K_TXD_TUCMD_IP;
		end = start - 1;
		chain->status |= E1K_TXD_POPTS_IXSM;
	}
	put_context(tx, FIELD_PREP(E1K_TXC_CSS, ip) |
			FIELD_PREP(E1K_TXC_CSO, ip + offsetof(struct iphdr, check)) |
			FIELD_PREP(E1K_TXC_CSE, end),
		    FIELD_PREP(E1K_TXC_CSS, start) |
			FIELD_PREP(E1K_TXC_CSO, start + offsetof(struct tcphdr, check)),
		    cmd | FIELD_PREP(E1K_TXD_PAYLEN, skb->len - header),
		    FIELD_PREP(E1K_TXC_HDRLEN, header) |
			FIELD_PREP(E1K_TXC_MSS, skb_shinfo(skb)->gso_size));
	chain->cmd |= E1K_TXD_TSE;
	chain->status |= E1K_TXD_POPTS_TXSM;
	return 0;
}

/* 3.6 "IP/TCP/UDP Transmit Checksum Offloading" */
static int put_csum(struct e1k_tx *tx, struct sk_buff *skb, struct chain *chain)
{
	u32 start = skb_checksum_start_offset(skb);
	u32 place = start + skb->csum_offset;

	if (unlikely(place > FIELD_MAX(E1K_TXC_CSS)))
		return skb_checksum_help(skb);
	put_context(tx, 0, FIELD_PREP(E1K_TXC_CSS, start) | FIELD_PREP(E1K_TXC_CSO, place), 0, 0);
	chain->status |= E1K_TXD_POPTS_TXSM;
	return 0;
}

static void put_data(struct e1k_tx *tx, const struct chain *chain, dma_addr_t dma, u32 len)
{
	struct e1k_tx_data *data = &tx->ring[tx->use & tx->mask].data;

	data->addr = cpu_to_le64(dma);
	data->cmd = cpu_to_le32(chain->cmd | FIELD_PREP(E1K_TXD_DTALEN, len));
	data->status = cpu_to_le32(chain->status);
	WRITE_ONCE(tx->use, tx->use + 1);
}

/* One mapped part of the packet, cut to what a descriptor takes; the first has the mapping. */
static void put_part(struct e1k_tx *tx, const struct chain *chain, dma_addr_t dma, u32 len,
		     bool page)
{
	struct e1k_tx_slot *slot = &tx->slots[tx->use & tx->mask];
	u32 done, piece;

	for (done = 0; done < len; done += piece) {
		tx->slots[tx->use & tx->mask].len = 0;
		piece = min(len - done, E1K_TX_DESC_BYTES);
		put_data(tx, chain, dma + done, piece);
	}
	slot->dma = dma;
	slot->len = len;
	slot->page = page;
}

static int put_parts(struct e1k *hw, struct sk_buff *skb, const struct chain *chain)
{
	struct device *dev = hw->adapter->dma_dev;
	struct e1k_tx *tx = &hw->tx;
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
 * rxmap_e1000_tx_chain() - describe @skb to the device
 * @hw: device with room for E1K_TX_MAX_DESCS
 * @skb: packet
 *
 * The device sees it with the next write of TDT.
 *
 * Context: TX lock. Return: 0 or an errno, then the ring is as before.
 */
int rxmap_e1000_tx_chain(struct e1k *hw, struct sk_buff *skb)
{
	struct chain chain = {
		.cmd = FIELD_PREP(E1K_TXD_DTYP, E1K_TXD_DTYP_DATA) | E1K_TXD_DEXT | E1K_TXD_IFCS,
	};
	struct e1k_tx *tx = &hw->tx;
	u32 first = tx->use;
	int err = 0;

	if (skb_vlan_tag_present(skb)) {
		chain.cmd |= E1K_TXD_VLE;
		chain.status |= FIELD_PREP(E1K_TXD_SPECIAL, skb_vlan_tag_get(skb));
	}
	if (skb_is_gso(skb))
		err = put_tso(tx, skb, &chain);
	else if (skb->ip_summed == CHECKSUM_PARTIAL)
		err = put_csum(tx, skb, &chain);
	if (!err)
		err = put_parts(hw, skb, &chain);
	if (err) {
		rxmap_e1000_tx_release(hw, first, tx->use);
		WRITE_ONCE(tx->use, first);
		return err;
	}
	tx->ring[(tx->use - 1) & tx->mask].data.cmd |= cpu_to_le32(E1K_TXD_EOP | E1K_TXD_RS);
	return 0;
}

/**
 * rxmap_e1000_tx_release() - undo the mappings of descriptors
 * @hw: device
 * @from: first
 * @to: behind the last
 *
 * Context: TX lock, or the ring is stopped.
 */
void rxmap_e1000_tx_release(struct e1k *hw, u32 from, u32 to)
{
	struct device *dev = hw->adapter->dma_dev;

	for (; from != to; from++) {
		struct e1k_tx_slot *slot = &hw->tx.slots[from & hw->tx.mask];

		if (!slot->len)
			continue;
		if (slot->page)
			dma_unmap_page(dev, slot->dma, slot->len, DMA_TO_DEVICE);
		else
			dma_unmap_single(dev, slot->dma, slot->len, DMA_TO_DEVICE);
		slot->len = 0;
	}
}
