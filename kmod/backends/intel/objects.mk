# SPDX-License-Identifier: GPL-2.0
# What e1000 and e1000e share: registers, filters, counters, the transmit ring.
rxmap-y += backends/intel/device.o backends/intel/dump.o backends/intel/filter.o
rxmap-y += backends/intel/function.o backends/intel/ring.o backends/intel/tx.o backends/intel/tx_chain.o
