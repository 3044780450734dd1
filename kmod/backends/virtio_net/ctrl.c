// SPDX-License-Identifier: GPL-2.0
/*
 * ctrl.c - the control virtqueue: receive mode, addresses, VLANs, queue pairs, guest offloads
 *
 * 5.1.6.5 "Control Virtqueue". One command at a time, in process context under RTNL, with a
 * bounded wait. While the device is down the ops only remember what is wanted;
 * ctrl_restore() tells a freshly started device everything.
 */
#include <linux/delay.h>
#include <linux/etherdevice.h>

#include "hw.h"

/* The command buffer: class and command, data, and in its last byte the acknowledgment */
#define CTRL_ACK_OFFSET		(PAGE_SIZE - 1)
#define CTRL_DATA_MAX		(CTRL_ACK_OFFSET - sizeof(struct virtio_net_ctrl_hdr))

static bool wait_used(struct vnet_vq *vq)
{
	unsigned long end = jiffies + msecs_to_jiffies(VNET_TIMEOUT_MSECS);
	unsigned int spins = 0;

	while (vnet_vq_used(vq) == vq->last_used) {
		if (time_after(jiffies, end))
			return false;
		/* most devices answer within the notification */
		if (spins++ < 100)
			cpu_relax();
		else
			usleep_range(50, 200);
	}
	return true;
}

static void *ctrl_data(struct vnet *vnet)
{
	return vnet->ctrl.buf + sizeof(struct virtio_net_ctrl_hdr);
}

/* Send the command whose @len bytes of data are in ctrl_data(). */
static int ctrl_send(struct vnet *vnet, u8 class, u8 cmd, size_t len)
{
	struct virtio_net_ctrl_hdr *hdr = (struct virtio_net_ctrl_hdr *)vnet->ctrl.buf;
	struct vnet_vq *vq = &vnet->ctrl.vq;
	u8 *ack = vnet->ctrl.buf + CTRL_ACK_OFFSET;
	struct vring_desc *desc = vq->vring.desc;

	if (!vnet->ctrl.buf || vnet->adapter->gone || vnet->adapter->broken)
		return -ENODEV;
	hdr->class = class;
	hdr->cmd = cmd;
	*ack = VIRTIO_NET_ERR;

	desc[0].addr = cpu_to_vnet64(vnet->ctrl.dma);
	desc[0].len = cpu_to_vnet32(sizeof(*hdr) + len);
	desc[0].flags = cpu_to_vnet16(VRING_DESC_F_NEXT);
	desc[0].next = cpu_to_vnet16(1);
	desc[1].addr = cpu_to_vnet64(vnet->ctrl.dma + CTRL_ACK_OFFSET);
	desc[1].len = cpu_to_vnet32(sizeof(*ack));
	desc[1].flags = cpu_to_vnet16(VRING_DESC_F_WRITE);

	vq->vring.avail->ring[vq->avail_idx++ & vq->mask] = cpu_to_vnet16(0);
	if (vnet_vq_publish(vq))
		vnet_vq_notify(vq);
	if (!wait_used(vq)) {
		/* the buffer is the device's until a reset */
		rxmap_device_broken(vnet->adapter, "control command timed out");
		return -ETIMEDOUT;
	}
	vq->last_used++;
	return READ_ONCE(*ack) == VIRTIO_NET_OK ? 0 : -EIO;
}

static int send_u8(struct vnet *vnet, u8 class, u8 cmd, u8 value)
{
	*(u8 *)ctrl_data(vnet) = value;
	return ctrl_send(vnet, class, cmd, sizeof(value));
}

static int send_u16(struct vnet *vnet, u8 class, u8 cmd, u16 value)
{
	*(__virtio16 *)ctrl_data(vnet) = cpu_to_vnet16(value);
	return ctrl_send(vnet, class, cmd, sizeof(value));
}

static int send_mac(struct vnet *vnet, const u8 *addr)
{
	memcpy(ctrl_data(vnet), addr, ETH_ALEN);
	return ctrl_send(vnet, VIRTIO_NET_CTRL_MAC, VIRTIO_NET_CTRL_MAC_ADDR_SET, ETH_ALEN);
}

/* 5.1.6.5.8 "Offloads State Configuration" */
static int send_offloads(struct vnet *vnet, u64 offloads)
{
	int err;

	if (offloads == vnet->offloads)
		return 0;
	if (!vnet_has(vnet, VIRTIO_NET_F_CTRL_GUEST_OFFLOADS))
		return -EOPNOTSUPP;
	*(__virtio64 *)ctrl_data(vnet) = cpu_to_vnet64(offloads);
	err = ctrl_send(vnet, VIRTIO_NET_CTRL_GUEST_OFFLOADS,
			VIRTIO_NET_CTRL_GUEST_OFFLOADS_SET, sizeof(__virtio64));
	if (!err)
		vnet->offloads = offloads;
	return err;
}

/**
 * rxmap_virtio_net_guest_offloads() - the guest offloads that were negotiated
 * @vnet: device
 *
 * Return: VIRTIO_NET_F_GUEST_* bits.
 */
u64 rxmap_virtio_net_guest_offloads(const struct vnet *vnet)
{
	return vnet->features &
	       (BIT_ULL(VIRTIO_NET_F_GUEST_CSUM) | BIT_ULL(VIRTIO_NET_F_GUEST_TSO4) |
		BIT_ULL(VIRTIO_NET_F_GUEST_TSO6) | BIT_ULL(VIRTIO_NET_F_GUEST_ECN));
}

/* What the device should merge and leave unfinished, given features and mapped queues */
static u64 wanted_offloads(struct vnet *vnet, netdev_features_t features, bool plain)
{
	u64 offloads = rxmap_virtio_net_guest_offloads(vnet);

	if (plain || !(features & NETIF_F_RXCSUM))
		return 0;
	if (!(features & NETIF_F_GRO_HW))
		offloads &= BIT_ULL(VIRTIO_NET_F_GUEST_CSUM);
	return offloads;
}

/**
 * rxmap_virtio_net_rx_plain() - ops->rx_plain
 * @adapter: NIC
 * @plain: guest offloads off
 *
 * Context: RTNL; sleeps. Return: 0, -EOPNOTSUPP where the device cannot switch, or -EIO.
 */
int rxmap_virtio_net_rx_plain(struct rxmap_adapter *adapter, bool plain)
{
	struct vnet *vnet = adapter->priv;
	int err = 0;

	if (plain && rxmap_virtio_net_guest_offloads(vnet) &&
	    !vnet_has(vnet, VIRTIO_NET_F_CTRL_GUEST_OFFLOADS))
		return -EOPNOTSUPP;
	if (vnet->live)
		err = send_offloads(vnet, wanted_offloads(vnet, adapter->netdev->features, plain));
	if (!err || !plain)
		vnet->plain = plain;
	return err;
}

/**
 * rxmap_virtio_net_set_features() - ops->set_features: GRO_HW and RXCSUM
 * @adapter: NIC
 * @features: as they will be
 *
 * Context: RTNL; sleeps. Return: 0 or an errno.
 */
int rxmap_virtio_net_set_features(struct rxmap_adapter *adapter, netdev_features_t features)
{
	struct vnet *vnet = adapter->priv;

	if (!vnet->live)
		return 0;
	return send_offloads(vnet, wanted_offloads(vnet, features, vnet->plain));
}

/* Append one of the two address lists of 5.1.6.5.2; returns the end, NULL: does not fit */
static u8 *put_list(u8 *at, const u8 *end, struct netdev_hw_addr_list *list)
{
	struct netdev_hw_addr *ha;
	__virtio32 count = cpu_to_vnet32(netdev_hw_addr_list_count(list));

	if (at + sizeof(count) + netdev_hw_addr_list_count(list) * ETH_ALEN > end)
		return NULL;
	memcpy(at, &count, sizeof(count));
	at += sizeof(count);
	netdev_hw_addr_list_for_each(ha, list) {
		memcpy(at, ha->addr, ETH_ALEN);
		at += ETH_ALEN;
	}
	return at;
}

/* Both lists in one command. Returns -E2BIG when they do not fit one page. */
static int send_lists(struct vnet *vnet)
{
	struct net_device *netdev = vnet->adapter->netdev;
	u8 *start = ctrl_data(vnet), *end = start + CTRL_DATA_MAX, *at;

	netif_addr_lock_bh(netdev);
	at = put_list(start, end, &netdev->uc);
	if (at)
		at = put_list(at, end, &netdev->mc);
	netif_addr_unlock_bh(netdev);
	if (!at)
		return -E2BIG;
	return ctrl_send(vnet, VIRTIO_NET_CTRL_MAC, VIRTIO_NET_CTRL_MAC_TABLE_SET, at - start);
}

/**
 * rxmap_virtio_net_set_rx_mode() - ops->set_rx_mode
 * @adapter: NIC
 *
 * Without CTRL_RX the device filters nothing. Longer lists than fit one command mean
 * promiscuous: too much is received, never too little.
 *
 * Context: RTNL; sleeps.
 */
void rxmap_virtio_net_set_rx_mode(struct rxmap_adapter *adapter)
{
	struct vnet *vnet = adapter->priv;
	unsigned int flags = adapter->netdev->flags;
	bool promisc = flags & IFF_PROMISC;
	int err;

	if (!vnet->live || !vnet_has(vnet, VIRTIO_NET_F_CTRL_RX))
		return;
	err = send_lists(vnet);
	if (err == -E2BIG)
		promisc = true;
	err = send_u8(vnet, VIRTIO_NET_CTRL_RX, VIRTIO_NET_CTRL_RX_PROMISC, promisc);
	if (!err)
		err = send_u8(vnet, VIRTIO_NET_CTRL_RX, VIRTIO_NET_CTRL_RX_ALLMULTI,
			      !!(flags & IFF_ALLMULTI));
	if (err)
		netdev_warn_once(adapter->netdev, "device refused the receive mode: %d\n", err);
}

/**
 * rxmap_virtio_net_set_mac() - ops->set_mac
 * @adapter: NIC
 * @addr: new address
 *
 * Context: RTNL; sleeps. Return: 0, -EOPNOTSUPP when the device's address is fixed, or -EIO.
 */
int rxmap_virtio_net_set_mac(struct rxmap_adapter *adapter, const u8 *addr)
{
	struct vnet *vnet = adapter->priv;

	if (!vnet_has(vnet, VIRTIO_NET_F_CTRL_MAC_ADDR))
		return vnet_has(vnet, VIRTIO_NET_F_MAC) ? -EOPNOTSUPP : 0;
	return vnet->live ? send_mac(vnet, addr) : 0;
}

/**
 * rxmap_virtio_net_vlan_set() - ops->vlan_set (5.1.6.5.3 "VLAN Filtering")
 * @adapter: NIC
 * @vid: VLAN
 * @on: let it in
 *
 * Context: RTNL; sleeps. Return: 0 or an errno.
 */
int rxmap_virtio_net_vlan_set(struct rxmap_adapter *adapter, u16 vid, bool on)
{
	struct vnet *vnet = adapter->priv;
	int err = 0;

	if (vnet->live)
		err = send_u16(vnet, VIRTIO_NET_CTRL_VLAN,
			       on ? VIRTIO_NET_CTRL_VLAN_ADD : VIRTIO_NET_CTRL_VLAN_DEL, vid);
	if (!err || !on)
		assign_bit(vid, vnet->vlans, on);
	return err;
}

/**
 * rxmap_virtio_net_announce_ack() - tell the device that the announcement is out (5.1.6.5.4)
 * @vnet: device
 *
 * Context: RTNL; sleeps.
 */
void rxmap_virtio_net_announce_ack(struct vnet *vnet)
{
	ctrl_send(vnet, VIRTIO_NET_CTRL_ANNOUNCE, VIRTIO_NET_CTRL_ANNOUNCE_ACK, 0);
}

/**
 * rxmap_virtio_net_ctrl_restore() - tell a freshly started device what it has to know
 * @vnet: device, live
 *
 * The receive mode is not here: the core calls ops->set_rx_mode after open.
 *
 * Context: RTNL; sleeps. Return: 0, or the errno of what the device refused.
 */
int rxmap_virtio_net_ctrl_restore(struct vnet *vnet)
{
	struct rxmap_adapter *adapter = vnet->adapter;
	u8 addr[ETH_ALEN];
	unsigned int vid;
	int err = 0;

	/* a reset leaves all negotiated offloads on, and one queue pair */
	vnet->offloads = rxmap_virtio_net_guest_offloads(vnet);
	if (adapter->num_queues > 1)
		err = send_u16(vnet, VIRTIO_NET_CTRL_MQ, VIRTIO_NET_CTRL_MQ_VQ_PAIRS_SET,
			       adapter->num_queues);
	if (!err)
		err = send_offloads(vnet, wanted_offloads(vnet, adapter->netdev->features,
							  vnet->plain));
	if (!err && vnet_has(vnet, VIRTIO_NET_F_CTRL_MAC_ADDR)) {
		rxmap_virtio_net_config_mac(vnet, addr);
		if (!ether_addr_equal(addr, adapter->netdev->dev_addr))
			err = send_mac(vnet, adapter->netdev->dev_addr);
	}
	for_each_set_bit(vid, vnet->vlans, VLAN_N_VID)
		if (!err)
			err = send_u16(vnet, VIRTIO_NET_CTRL_VLAN, VIRTIO_NET_CTRL_VLAN_ADD, vid);
	return err;
}
