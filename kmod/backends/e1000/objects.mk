# SPDX-License-Identifier: GPL-2.0
# e1000: Intel 82540EM, legacy receive descriptors, one queue, INTx.
rxmap-y += backends/e1000/pci.o backends/e1000/describe.o backends/e1000/device.o
rxmap-y += backends/e1000/eeprom.o backends/e1000/link.o
rxmap-y += backends/e1000/ring.o backends/e1000/rx.o backends/e1000/rx_ring.o
rxmap-y += backends/e1000/tx.o backends/e1000/irq.o
