// SPDX-License-Identifier: GPL-2.0
/*
 * ring_filter.c - classic BPF in front of the ring
 *
 * The program comes checked and translated by the kernel's own code; it runs before any wake-up,
 * on one zeroed scratch sk_buff per ring that points into the frame. Changes under RTNL, runs
 * in the queue's NAPI poll.
 */
#include <linux/filter.h>
#include <linux/if_vlan.h>
#include "backend.h"
#include "ring_private.h"

/**
 * rxmap_filter_create() - check and translate a program of user space
 * @insns: user address of struct sock_filter[@len]
 * @len: instructions, 1 ... RXMAP_FILTER_LEN_MAX
 *
 * Context: process, may sleep. Return: program or ERR_PTR(-EINVAL, -EFAULT, -ENOMEM).
 */
struct bpf_prog *rxmap_filter_create(u64 insns, u32 len)
{
	struct sock_fprog fprog = { .len = len, .filter = u64_to_user_ptr(insns) };
	struct bpf_prog *prog;
	int err;

	if (!len || len > RXMAP_FILTER_LEN_MAX)
		return ERR_PTR(-EINVAL);
	err = bpf_prog_create_from_user(&prog, &fprog, NULL, false);
	return err ? ERR_PTR(err) : prog;
}

/**
 * rxmap_filter_replace() - put another program in force
 * @ring: ring
 * @prog: program, owned by the ring from now on; NULL: none
 *
 * Context: RTNL, sleeps until no poll uses the old program.
 */
void rxmap_filter_replace(struct rxmap_ring *ring, struct bpf_prog *prog)
{
	struct bpf_prog *old = rtnl_dereference(ring->filter);

	rcu_assign_pointer(ring->filter, prog);
	if (!old)
		return;
	synchronize_net();
	bpf_prog_destroy(old);
}

/* The packet as it was on the wire, in the room behind the scratch sk_buff: programs look for a
 * VLAN tag where it was before the NIC took it out.
 */
static void *with_tag(struct rxmap_ring *ring, const void *data,
		      const struct rxmap_rx_meta *meta)
{
	struct vlan_ethhdr *tagged = (struct vlan_ethhdr *)(ring->scratch + 1);
	u32 tag_at = 2 * ETH_ALEN;

	memcpy(tagged, data, tag_at);
	tagged->h_vlan_proto = htons(meta->vlan_tpid);
	tagged->h_vlan_TCI = htons(meta->vlan_tci);
	memcpy((void *)tagged + tag_at + VLAN_HLEN, data + tag_at, meta->len - tag_at);
	return tagged;
}

/**
 * rxmap_filter_match() - does the ring want this packet?
 * @ring: ring
 * @dev: interface, for BPF's ancillary loads
 * @data: first buffer of the packet, from the Ethernet header
 * @meta: what the device said of it
 *
 * Context: NAPI. Return: true when it does, or when there is no filter.
 */
bool rxmap_filter_match(struct rxmap_ring *ring, struct net_device *dev, void *data,
			const struct rxmap_rx_meta *meta)
{
	struct bpf_prog *prog = rcu_dereference_bh(ring->filter);
	struct sk_buff *skb = ring->scratch;
	struct ethhdr *eth;
	u32 len = meta->len;

	if (!prog)
		return true;
	if (meta->flags & RXMAP_DESC_VLAN && len >= ETH_HLEN && len <= PAGE_SIZE) {
		data = with_tag(ring, data, meta);
		len += VLAN_HLEN;
	}
	eth = data;
	skb->head = data;
	skb->data = data;
	skb->len = len;
	skb_set_tail_pointer(skb, len);
	skb->end = skb->tail;
	skb->dev = dev;
	skb->protocol = len >= ETH_HLEN ? eth->h_proto : 0;
	skb_set_mac_header(skb, 0);
	skb_set_network_header(skb, ETH_HLEN);
	return bpf_prog_run_clear_cb(prog, skb);
}
