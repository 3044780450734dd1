# SPDX-License-Identifier: GPL-2.0
# virtio-net: modern virtio over PCI, split virtqueues, driven without the virtio core's queue code.
rxmap-y += backends/virtio_net/pci.o backends/virtio_net/describe.o
rxmap-y += backends/virtio_net/device.o backends/virtio_net/ring.o
rxmap-y += backends/virtio_net/rx.o backends/virtio_net/rx_ring.o
rxmap-y += backends/virtio_net/tx.o backends/virtio_net/irq.o
rxmap-y += backends/virtio_net/tx_chain.o backends/virtio_net/ctrl.o
