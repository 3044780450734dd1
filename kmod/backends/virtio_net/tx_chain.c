// SPDX-License-Identifier: GPL-2.0
/*
 * tx_chain.c - an skb as a chain of descriptors (2.7.5 "The Virtqueue Descriptor Table")
 *
 * Owns the free list and the mappings of a transmitq. The free list is linked in private memory;
 * a chain is its first descriptors. The virtio_net_hdr (5.1.6) goes into the skb's headroom
 * where that is free, so that a linear skb takes one descriptor; else into a table of our own.
 * Context: TX lock.
 */
#include <linux/skbuff.h>

#include "hw.h"

/* The packet's header (5.1.6). Returns where it is, NULL: an offload we did not offer. */
static struct virtio_net_hdr_v1 *header(struct vnet_tx *tx, struct sk_buff *skb, bool *inband)
{
	struct virtio_net_hdr_v1 *hdr;

	*inband = skb_headroom(skb) >= VNET_HDR_LEN && !skb_header_cloned(skb) &&
		  IS_ALIGNED((unsigned long)skb->data, __alignof__(*hdr));
	if (*inband)
		hdr = (struct virtio_net_hdr_v1 *)(skb->data - VNET_HDR_LEN);
	else
		hdr = &tx->hdrs[tx->free];
	/* hdr_len, gso_size, csum fields are at the same places in both layouts */
	BUILD_BUG_ON(offsetof(struct virtio_net_hdr_v1, num_buffers) !=
		     sizeof(struct virtio_net_hdr));
	if (virtio_net_hdr_from_skb(skb, (struct virtio_net_hdr *)hdr, true, false, 0))
		return NULL;
	hdr->num_buffers = 0;
	return hdr;
}

/* Describe one piece of memory in the next free descriptor. With the DMA API @dma is mapped. */
static void put_desc(struct vnet_tx *tx, u16 *id, dma_addr_t dma, u32 len, bool first)
{
	struct vring_desc *desc;

	if (!first) {
		/* chain the descriptor before to this one (2.7.5) */
		desc = &tx->vq.vring.desc[*id];
		*id = tx->slots[*id].next;
		desc->next = cpu_to_vnet16(*id);
		desc->flags = cpu_to_vnet16(VRING_DESC_F_NEXT);
	}
	desc = &tx->vq.vring.desc[*id];
	desc->addr = cpu_to_vnet64(dma);
	desc->len = cpu_to_vnet32(len);
	desc->flags = 0;
}

static int map_linear(struct vnet_tx *tx, void *mem, u32 len, struct vnet_tx_map *map)
{
	map->addr = dma_map_single(tx->dma_dev, mem, len, DMA_TO_DEVICE);
	if (dma_mapping_error(tx->dma_dev, map->addr))
		return -ENOMEM;
	map->len = len;
	map->page = false;
	return 0;
}

static int map_frag(struct vnet_tx *tx, const skb_frag_t *frag, struct vnet_tx_map *map)
{
	u32 len = skb_frag_size(frag);

	map->addr = skb_frag_dma_map(tx->dma_dev, frag, 0, len, DMA_TO_DEVICE);
	if (dma_mapping_error(tx->dma_dev, map->addr))
		return -ENOMEM;
	map->len = len;
	map->page = true;
	return 0;
}

static void unmap(struct vnet_tx *tx, struct vnet_tx_map *map)
{
	if (!map->len)
		return;
	if (map->page)
		dma_unmap_page(tx->dma_dev, map->addr, map->len, DMA_TO_DEVICE);
	else
		dma_unmap_single(tx->dma_dev, map->addr, map->len, DMA_TO_DEVICE);
	map->len = 0;
}

/* Take descriptors off the free list: @descs of them, the last is @last. */
static void commit(struct vnet_tx *tx, u16 head, u16 last, u16 descs)
{
	tx->free = tx->slots[last].next;
	tx->num_free -= descs;
	tx->slots[head].descs = descs;
}

/**
 * rxmap_virtio_net_tx_release() - put a chain back on the free list
 * @tx: transmit side
 * @head: its first descriptor; the skb stays the caller's
 *
 * Context: TX lock.
 */
void rxmap_virtio_net_tx_release(struct vnet_tx *tx, u16 head)
{
	u16 descs = tx->slots[head].descs, last = head;

	tx->num_free += descs;
	if (tx->maps)
		unmap(tx, &tx->maps[head]);
	while (--descs) {
		last = tx->slots[last].next;
		if (tx->maps)
			unmap(tx, &tx->maps[last]);
	}
	tx->slots[last].next = tx->free;
	tx->free = head;
}

/* Undo the mappings of a chain that did not get complete; it was not committed. */
static void unmap_partial(struct vnet_tx *tx, u16 head, u16 descs)
{
	while (descs--) {
		unmap(tx, &tx->maps[head]);
		head = tx->slots[head].next;
	}
}

/**
 * rxmap_virtio_net_tx_chain() - describe @skb in a chain that begins at tx->free
 * @tx: transmit side with VNET_TX_MAX_DESCS free descriptors
 * @skb: packet
 *
 * Context: TX lock. Return: 0 or an errno; then nothing is taken from the free list.
 */
int rxmap_virtio_net_tx_chain(struct vnet_tx *tx, struct sk_buff *skb)
{
	struct virtio_net_hdr_v1 *hdr;
	u16 head = tx->free, id = head;
	u32 len = skb_headlen(skb);
	void *data = skb->data;
	dma_addr_t addr;
	bool inband;
	int i, n = 0;

	hdr = header(tx, skb, &inband);
	if (!hdr)
		return -EPROTO;
	if (inband) {
		data = hdr;
		len += VNET_HDR_LEN;
	} else {
		put_desc(tx, &id, tx->hdrs_dma + head * sizeof(*hdr), VNET_HDR_LEN, true);
		n++;
	}

	addr = virt_to_phys(data);
	if (tx->maps) {
		u16 slot = n ? tx->slots[id].next : id;

		if (map_linear(tx, data, len, &tx->maps[slot]))
			return -ENOMEM;
		addr = tx->maps[slot].addr;
	}
	put_desc(tx, &id, addr, len, !n);
	n++;

	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++) {
		const skb_frag_t *frag = &skb_shinfo(skb)->frags[i];

		addr = page_to_phys(skb_frag_page(frag)) + skb_frag_off(frag);
		if (tx->maps) {
			u16 slot = tx->slots[id].next;

			if (map_frag(tx, frag, &tx->maps[slot])) {
				unmap_partial(tx, head, n);
				return -ENOMEM;
			}
			addr = tx->maps[slot].addr;
		}
		put_desc(tx, &id, addr, skb_frag_size(frag), false);
		n++;
	}
	commit(tx, head, id, n);
	return 0;
}
