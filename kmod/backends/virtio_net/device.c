// SPDX-License-Identifier: GPL-2.0
/*
 * device.c - the device as a whole: negotiation, open, stop, configuration space
 *
 * Owns the status handshake of 3.1.1 "Driver Requirements: Device Initialization". open()
 * always starts from a reset, stop() always ends with one, so a stopped device holds none of our
 * memory. Process context, RTNL (probe: nobody else knows the device yet).
 */
#include <linux/delay.h>
#include <linux/iopoll.h>

#include "hw.h"

/* Features we use. Packed rings are never asked for (6. "Reserved Feature Bits"). */
#define WANTED_TRANSPORT (BIT_ULL(VIRTIO_F_VERSION_1) | BIT_ULL(VIRTIO_RING_F_EVENT_IDX) | \
			  BIT_ULL(VIRTIO_F_ACCESS_PLATFORM) | BIT_ULL(VIRTIO_F_ORDER_PLATFORM) | \
			  BIT_ULL(VIRTIO_F_RING_RESET))
#define WANTED_PLAIN	(BIT_ULL(VIRTIO_NET_F_MAC) | BIT_ULL(VIRTIO_NET_F_STATUS) | \
			 BIT_ULL(VIRTIO_NET_F_MTU) | BIT_ULL(VIRTIO_NET_F_MRG_RXBUF))
/* 5.1.3.1 "Feature bit requirements": these need CTRL_VQ */
#define WANTED_CTRL	(BIT_ULL(VIRTIO_NET_F_CTRL_VQ) | BIT_ULL(VIRTIO_NET_F_CTRL_RX) | \
			 BIT_ULL(VIRTIO_NET_F_CTRL_VLAN) | BIT_ULL(VIRTIO_NET_F_CTRL_MAC_ADDR) | \
			 BIT_ULL(VIRTIO_NET_F_CTRL_GUEST_OFFLOADS) | BIT_ULL(VIRTIO_NET_F_MQ) | \
			 BIT_ULL(VIRTIO_NET_F_GUEST_ANNOUNCE))
/* ... these need CSUM. 6.1's headers do not know USO. */
#ifdef VIRTIO_NET_F_HOST_USO
#define WANTED_USO	BIT_ULL(VIRTIO_NET_F_HOST_USO)
#else
#define WANTED_USO	0ULL
#endif
#define WANTED_TX	(BIT_ULL(VIRTIO_NET_F_CSUM) | BIT_ULL(VIRTIO_NET_F_HOST_TSO4) | \
			 BIT_ULL(VIRTIO_NET_F_HOST_TSO6) | BIT_ULL(VIRTIO_NET_F_HOST_ECN) | \
			 WANTED_USO)
/* ... these need GUEST_CSUM, and merged packets need more room than one buffer of ours has */
#define WANTED_RX_TSO	(BIT_ULL(VIRTIO_NET_F_GUEST_TSO4) | BIT_ULL(VIRTIO_NET_F_GUEST_TSO6) | \
			 BIT_ULL(VIRTIO_NET_F_GUEST_ECN))

static u64 choose_features(u64 offered)
{
	u64 wanted = WANTED_TRANSPORT | WANTED_PLAIN;

	if (offered & BIT_ULL(VIRTIO_NET_F_CTRL_VQ))
		wanted |= WANTED_CTRL;
	if (!(offered & BIT_ULL(VIRTIO_NET_F_STATUS)))
		wanted &= ~BIT_ULL(VIRTIO_NET_F_GUEST_ANNOUNCE);
	if (offered & BIT_ULL(VIRTIO_NET_F_CSUM))
		wanted |= WANTED_TX;
	if (offered & BIT_ULL(VIRTIO_NET_F_GUEST_CSUM)) {
		wanted |= BIT_ULL(VIRTIO_NET_F_GUEST_CSUM);
		if (offered & BIT_ULL(VIRTIO_NET_F_MRG_RXBUF))
			wanted |= WANTED_RX_TSO;
	}
	return offered & wanted;
}

static void add_status(struct vnet *vnet, u8 bits)
{
	vp_modern_set_status(vnet->mdev, vp_modern_get_status(vnet->mdev) | bits);
}

/**
 * rxmap_virtio_net_reset() - device reset (2.4): afterwards it uses no memory of ours
 * @vnet: device
 *
 * A device that does not confirm is cut off from the bus, and so is one that reads as all ones: it
 * is gone, or behind a BAR that somebody switched off.
 *
 * Context: may sleep. Return: 0, -ENODEV or -ETIMEDOUT.
 */
int rxmap_virtio_net_reset(struct vnet *vnet)
{
	u8 status;
	int err;

	vp_modern_set_status(vnet->mdev, 0);
	err = read_poll_timeout(vp_modern_get_status, status, !status || status == 0xff, 1000,
				VNET_TIMEOUT_MSECS * 1000, false, vnet->mdev);
	if (err || status == 0xff)
		pci_clear_master(vnet->mdev->pci_dev);
	return status == 0xff ? -ENODEV : err;
}

/**
 * rxmap_virtio_net_negotiate() - reset, then the handshake up to FEATURES_OK (3.1.1, steps 1-6)
 * @vnet: device
 *
 * Context: may sleep. Return: 0, or an errno after one line that says why.
 */
int rxmap_virtio_net_negotiate(struct vnet *vnet)
{
	struct pci_dev *pdev = vnet->mdev->pci_dev;
	u64 offered;
	int err;

	err = rxmap_virtio_net_reset(vnet);
	if (err) {
		pci_err(pdev, "virtio reset failed: %d\n", err);
		return err;
	}
	add_status(vnet, VIRTIO_CONFIG_S_ACKNOWLEDGE);
	add_status(vnet, VIRTIO_CONFIG_S_DRIVER);
	offered = vp_modern_get_features(vnet->mdev);
	if (!(offered & BIT_ULL(VIRTIO_F_VERSION_1))) {
		pci_err(pdev, "legacy virtio (no VERSION_1) is not supported\n");
		return -EOPNOTSUPP;
	}
	WRITE_ONCE(vnet->features, choose_features(offered));	/* features_show() */
	vp_modern_set_features(vnet->mdev, vnet->features);
	add_status(vnet, VIRTIO_CONFIG_S_FEATURES_OK);
	if (!(vp_modern_get_status(vnet->mdev) & VIRTIO_CONFIG_S_FEATURES_OK)) {
		pci_err(pdev, "device refuses features %#llx of %#llx%s\n", vnet->features, offered,
			offered & BIT_ULL(VIRTIO_F_RING_PACKED) ?
			": packed rings only? they are not supported" : "");
		return -EOPNOTSUPP;
	}
	return 0;
}

/**
 * rxmap_virtio_net_config16() - a 16-bit field of the device configuration (5.1.4)
 * @vnet: device
 * @offset: in struct virtio_net_config
 *
 * Return: the field, 0 where the configuration ends before it.
 */
u16 rxmap_virtio_net_config16(const struct vnet *vnet, unsigned int offset)
{
	if (!vnet->mdev->device || offset + sizeof(u16) > vnet->mdev->device_len)
		return 0;
	return vp_ioread16(vnet->mdev->device + offset);
}

/**
 * rxmap_virtio_net_config_mac() - the address in the device configuration
 * @vnet: device with VIRTIO_NET_F_MAC
 * @addr: filled
 */
void rxmap_virtio_net_config_mac(const struct vnet *vnet, u8 *addr)
{
	unsigned int i;

	eth_zero_addr(addr);
	if (!vnet->mdev->device || vnet->mdev->device_len < ETH_ALEN)
		return;
	for (i = 0; i < ETH_ALEN; i++)
		addr[i] = vp_ioread8(vnet->mdev->device + i);
}

static void drain_all(struct rxmap_adapter *adapter)
{
	u16 i;

	for (i = 0; i < adapter->num_queues; i++) {
		rxmap_virtio_net_rx_drain(&adapter->queues[i]);
		rxmap_virtio_net_tx_drain(&adapter->queues[i]);
	}
}

static void fill_all(struct vnet *vnet)
{
	struct rxmap_adapter *adapter = vnet->adapter;
	u16 i;

	if (vnet->ctrl.buf)
		rxmap_virtio_net_vq_clear(&vnet->ctrl.vq);
	for (i = 0; i < adapter->num_queues; i++) {
		struct vnet_pair *pair = adapter->queues[i].hw;

		rxmap_virtio_net_tx_init(&pair->tx);
		rxmap_virtio_net_vq_clear(&pair->rx.vq);
		rxmap_virtio_net_rx_fill(&adapter->queues[i]);
	}
}

static void notify_all(struct rxmap_adapter *adapter)
{
	u16 i;

	for (i = 0; i < adapter->num_queues; i++) {
		struct vnet_pair *pair = adapter->queues[i].hw;

		vnet_vq_notify(&pair->rx.vq);
	}
}

static int open(struct rxmap_adapter *adapter)
{
	struct vnet *vnet = adapter->priv;
	int err;

	err = rxmap_virtio_net_negotiate(vnet);
	if (err)
		return err;
	err = rxmap_virtio_net_rings_alloc(vnet);
	if (err)
		goto err_reset;
	fill_all(vnet);
	err = rxmap_virtio_net_irq_request(vnet);
	if (err)
		goto err_rings;
	err = rxmap_virtio_net_rings_start(vnet);
	if (err)
		goto err_irq;

	/* 3.1.1 step 8: from here on the device may use the rings, and be notified */
	pci_set_master(vnet->mdev->pci_dev);
	add_status(vnet, VIRTIO_CONFIG_S_DRIVER_OK);
	vnet->live = true;
	notify_all(adapter);
	err = rxmap_virtio_net_ctrl_restore(vnet);
	if (err)
		goto err_irq;
	return 0;

err_irq:
	vnet->live = false;
	rxmap_virtio_net_reset(vnet);
	rxmap_virtio_net_irq_free(vnet);
err_rings:
	drain_all(adapter);
	rxmap_virtio_net_rings_free(vnet);
err_reset:
	rxmap_virtio_net_reset(vnet);
	return err;
}

static void stop(struct rxmap_adapter *adapter)
{
	struct vnet *vnet = adapter->priv;

	vnet->live = false;
	rxmap_virtio_net_reset(vnet);
	rxmap_virtio_net_irq_free(vnet);
	drain_all(adapter);
	rxmap_virtio_net_rings_free(vnet);
}

/* Also notices that the device is gone or in trouble: a status of all ones, of zero while we
 * run, or DEVICE_NEEDS_RESET (2.1.1). All of them arrive as configuration interrupts.
 */
static bool link_up(struct rxmap_adapter *adapter)
{
	struct vnet *vnet = adapter->priv;
	u8 status = vp_modern_get_status(vnet->mdev);

	if (status == 0xff || (!status && READ_ONCE(vnet->live))) {
		adapter->gone = true;
		return false;
	}
	if (status & VIRTIO_CONFIG_S_NEEDS_RESET)
		rxmap_device_broken(adapter, "device asks for a reset");
	if (!vnet_has(vnet, VIRTIO_NET_F_STATUS))
		return true;
	return rxmap_virtio_net_config16(vnet, offsetof(struct virtio_net_config, status)) &
	       VIRTIO_NET_S_LINK_UP;
}

/* open() sets up adapter->num_queues pairs and tells the device */
static int set_queue_count(struct rxmap_adapter *adapter, u16 count)
{
	return 0;
}

const struct rxmap_backend_ops rxmap_virtio_net_ops = {
	.name = "virtio_net",
	.open = open,
	.stop = stop,
	.xmit = rxmap_virtio_net_xmit,
	.tx_clean = rxmap_virtio_net_tx_clean,
	.rx_poll = rxmap_virtio_net_rx_poll,
	.rx_pending = rxmap_virtio_net_rx_pending,
	.rx_refill = rxmap_virtio_net_rx_refill,
	.rx_reset = rxmap_virtio_net_rx_reset,
	.rx_plain = rxmap_virtio_net_rx_plain,
	.irq_mask = rxmap_virtio_net_irq_mask,
	.irq_arm = rxmap_virtio_net_irq_arm,
	.irq_unmask = rxmap_virtio_net_irq_unmask,
	.set_moderation = rxmap_nop_set_moderation,
	.set_queue_count = set_queue_count,
	.set_rx_mode = rxmap_virtio_net_set_rx_mode,
	.set_mac = rxmap_virtio_net_set_mac,
	.vlan_set = rxmap_virtio_net_vlan_set,
	.set_features = rxmap_virtio_net_set_features,
	.rss_get = rxmap_nop_rss_get,
	.rss_set = rxmap_nop_rss_set,
	.link_up = link_up,
	.read_hw_stats = rxmap_nop_read_hw_stats,
	.dump_regs = rxmap_nop_dump_regs,
};
