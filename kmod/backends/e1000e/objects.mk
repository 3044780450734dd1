# SPDX-License-Identifier: GPL-2.0
# Intel 82574L, QEMU's e1000e: extended receive descriptors, MSI-X, two queues with RSS.
rxmap-y += backends/e1000e/pci.o backends/e1000e/describe.o
rxmap-y += backends/e1000e/device.o backends/e1000e/ring.o
rxmap-y += backends/e1000e/rx.o backends/e1000e/rx_ring.o
rxmap-y += backends/e1000e/tx.o backends/e1000e/irq.o
rxmap-y += backends/e1000e/rss.o
