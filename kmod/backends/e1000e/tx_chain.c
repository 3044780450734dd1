// SPDX-License-Identifier: GPL-2.0
/*
 * tx_chain.c - an skb as descriptors: a context where it wants offloads, then its pieces
 *
 * Data sheet, chapter 7.2 "Packet Transmission": 7.2's TCP/IP context and data descriptors. Owns
 * the mappings of a transmit ring. Context: TX lock.
 */
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/skbuff.h>
#include <net/ip6_checksum.h>
#include <net/tcp.h>

#include "hw.h"

/* What every data descriptor of a packet says */
struct offload {
	struct e1000e_tx_context context;
	bool has_context;
	u32 cmd;	/* E1000E_TXD_*, above the length */
	u32 popts;
};

/* TCP segmentation: the device makes each segment's lengths, numbers and checksums, and starts
 * from a pseudo header sum without a length.
 */
static int offload_tso(struct offload *o, struct sk_buff *skb)
{
	struct e1000e_tx_context *c = &o->context;
	u32 header, command = E1000E_TXD_DEXT | E1000E_TXD_TSE | E1000E_TXD_TUCMD_TCP;

	if (skb_cow_head(skb, 0))
		return -ENOMEM;
	header = skb_tcp_all_headers(skb);
	if (header > U8_MAX)
		return -EMSGSIZE;
	c->ipcss = skb_network_offset(skb);
	if (skb_is_gso_v6(skb)) {
		tcp_v6_gso_csum_prep(skb);
	} else {
		struct iphdr *ip = ip_hdr(skb);

		ip->tot_len = 0;
		ip->check = 0;
		tcp_hdr(skb)->check = ~csum_tcpudp_magic(ip->saddr, ip->daddr, 0, IPPROTO_TCP, 0);
		c->ipcso = c->ipcss + offsetof(struct iphdr, check);
		c->ipcse = cpu_to_le16(skb_transport_offset(skb) - 1);
		command |= E1000E_TXD_TUCMD_IPV4;
		o->popts |= E1000E_TXD_POPTS_IXSM;
	}
	c->tucss = skb_transport_offset(skb);
	c->tucso = c->tucss + offsetof(struct tcphdr, check);
	c->cmd = cpu_to_le32(command | (skb->len - header));
	c->mss = cpu_to_le32((u32)skb_shinfo(skb)->gso_size << E1000E_TXD_MSS_SHIFT |
			     header << E1000E_TXD_HDRLEN_SHIFT);
	o->has_context = true;
	o->cmd |= E1000E_TXD_TSE;
	o->popts |= E1000E_TXD_POPTS_TXSM;
	return 0;
}

static int offload_csum(struct offload *o, struct sk_buff *skb)
{
	u32 start = skb_checksum_start_offset(skb), at = start + skb->csum_offset;
	u32 command = E1000E_TXD_DEXT;

	if (at > U8_MAX)
		return skb_checksum_help(skb);
	if (skb->csum_offset == offsetof(struct tcphdr, check))
		command |= E1000E_TXD_TUCMD_TCP;
	o->context.tucss = start;
	o->context.tucso = at;
	o->context.cmd = cpu_to_le32(command);
	o->has_context = true;
	o->popts |= E1000E_TXD_POPTS_TXSM;
	return 0;
}

static int offload_of(struct offload *o, struct sk_buff *skb)
{
	o->cmd = E1000E_TXD_DTYP_DATA | E1000E_TXD_DEXT | E1000E_TXD_IFCS;
	if (skb_vlan_tag_present(skb)) {
		o->cmd |= E1000E_TXD_VLE;
		o->popts |= (u32)skb_vlan_tag_get(skb) << E1000E_TXD_VLAN_SHIFT;
	}
	if (skb_is_gso(skb))
		return offload_tso(o, skb);
	return skb->ip_summed == CHECKSUM_PARTIAL ? offload_csum(o, skb) : 0;
}

static void unmap(struct e1000e_tx *tx, struct e1000e_tx_slot *slot)
{
	if (!slot->len)
		return;
	if (slot->page)
		dma_unmap_page(tx->dma_dev, slot->dma, slot->len, DMA_TO_DEVICE);
	else
		dma_unmap_single(tx->dma_dev, slot->dma, slot->len, DMA_TO_DEVICE);
	slot->len = 0;
}

/* Describe a mapped piece from descriptor @i on; the mapping is remembered in its first one.
 * Returns the descriptor behind it.
 */
static u16 put_piece(struct e1000e_tx *tx, const struct offload *o, u16 i, dma_addr_t dma,
		     u32 len, bool page)
{
	tx->slots[i].dma = dma;
	tx->slots[i].len = len;
	tx->slots[i].page = page;
	while (len) {
		struct e1000e_tx_data *data = &tx->ring[i].data;
		u32 part = min_t(u32, len, E1000E_TX_PIECE);

		data->addr = cpu_to_le64(dma);
		data->cmd = cpu_to_le32(o->cmd | part);
		data->popts = cpu_to_le32(o->popts);
		dma += part;
		len -= part;
		i = (i + 1) & tx->mask;
	}
	return i;
}

/* The pieces of @skb from descriptor *@i on; after a failure *@i is where it stopped. */
static int put_skb(struct e1000e_tx *tx, const struct offload *o, struct sk_buff *skb, u16 *i)
{
	dma_addr_t dma = dma_map_single(tx->dma_dev, skb->data, skb_headlen(skb), DMA_TO_DEVICE);
	int f;

	if (dma_mapping_error(tx->dma_dev, dma))
		return -ENOMEM;
	*i = put_piece(tx, o, *i, dma, skb_headlen(skb), false);
	for (f = 0; f < skb_shinfo(skb)->nr_frags; f++) {
		const skb_frag_t *frag = &skb_shinfo(skb)->frags[f];
		u32 len = skb_frag_size(frag);

		dma = skb_frag_dma_map(tx->dma_dev, frag, 0, len, DMA_TO_DEVICE);
		if (dma_mapping_error(tx->dma_dev, dma))
			return -ENOMEM;
		*i = put_piece(tx, o, *i, dma, len, true);
	}
	return 0;
}

/**
 * rxmap_e1000e_tx_chain() - describe @skb in the ring, from tx->next on
 * @tx: transmit side with E1000E_TX_MAX_DESCS free descriptors
 * @skb: packet
 *
 * Context: TX lock. Return: 0 or an errno; then the ring is as before.
 */
int rxmap_e1000e_tx_chain(struct e1000e_tx *tx, struct sk_buff *skb)
{
	u16 first = tx->next, i = first, last;
	struct offload o = {};
	int err = offload_of(&o, skb);

	if (err)
		return err;
	if (o.has_context) {
		tx->ring[i].context = o.context;
		i = (i + 1) & tx->mask;
	}
	err = put_skb(tx, &o, skb, &i);
	if (err) {
		for (; first != i; first = (first + 1) & tx->mask)
			unmap(tx, &tx->slots[first]);
		return err;
	}
	last = (i - 1) & tx->mask;
	tx->ring[last].data.cmd |= cpu_to_le32(E1000E_TXD_EOP | E1000E_TXD_RS);
	tx->slots[first].skb = skb;
	tx->slots[first].last = last;
	tx->next = i;
	return 0;
}

/**
 * rxmap_e1000e_tx_release() - free the descriptors of a packet; the skb stays the caller's
 * @tx: transmit side
 * @first: first descriptor of the packet, which is tx->clean
 *
 * Context: TX lock.
 */
void rxmap_e1000e_tx_release(struct e1000e_tx *tx, u16 first)
{
	u16 behind = (tx->slots[first].last + 1) & tx->mask;

	tx->slots[first].skb = NULL;
	for (; first != behind; first = (first + 1) & tx->mask)
		unmap(tx, &tx->slots[first]);
	WRITE_ONCE(tx->clean, behind);
}
