/* SPDX-License-Identifier: GPL-2.0 */
/*
 * regs.h - registers that the 82540EM and the 82574L have in common, as far as rxmap uses them
 *
 * Two numbers name the sections: first of Intel's "PCI/PCI-X Family of Gigabit Ethernet
 * Controllers Software Developer's Manual" (317453, the 82540EM), then of the "82574 GbE
 * Controller Family Datasheet" (317694). Where the second has three parts it is the chapter with
 * the register's section in it. Registers have 32 bits and are little-endian, offsets are from
 * BAR 0. What only one of the two has, or means otherwise, is in its own regs.h.
 */
#ifndef RXMAP_INTEL_REGS_H
#define RXMAP_INTEL_REGS_H

#include <linux/bits.h>

/* What every register reads as when nobody answers on the bus */
#define INTEL_ALL_ONES		(~0u)

/* 13.4.1, 10.2.2.1 Device Control */
#define INTEL_CTRL		0x0000
#define INTEL_CTRL_SLU		BIT(6)	/* set link up */
#define INTEL_CTRL_RST		BIT(26)	/* reset; clears itself */
#define INTEL_CTRL_VME		BIT(30)	/* VLAN mode: strip on receive, insert on transmit */

/* 13.4.2, 10.2.2.2 Device Status */
#define INTEL_STATUS		0x0008
#define INTEL_STATUS_LU		BIT(1)	/* link up */

/* 13.4.11, 10.2.2 VLAN Ether Type */
#define INTEL_VET		0x0038

/* 13.4.17, 10.2.4.1 Interrupt Cause Read */
#define INTEL_ICR		0x00c0
/* 13.4.18, 10.2.4.2 Interrupt Throttling: the least time between two interrupts, INTERVAL */
#define INTEL_ITR		0x00c4
#define INTEL_ITR_INTERVAL	GENMASK(15, 0)
/* ... in units of so many nanoseconds */
#define INTEL_ITR_UNIT_NSECS	256u
/* 13.4.20 and 13.4.21, 10.2.4.5 and 10.2.4.6 Interrupt Mask Set, Interrupt Mask Clear */
#define INTEL_IMS		0x00d0
#define INTEL_IMC		0x00d8
/* The causes, the same bits in each of them */
#define INTEL_INT_TXDW		BIT(0)	/* a transmit descriptor was written back */
#define INTEL_INT_LSC		BIT(2)	/* link status changed */
#define INTEL_INT_RXT0		BIT(7)	/* receive timer; at once, because RDTR is 0 */
#define INTEL_INT_ALL		(~0u)

/* 13.4.22, 10.2.5.1 Receive Control */
#define INTEL_RCTL		0x0100
#define INTEL_RCTL_EN		BIT(1)
#define INTEL_RCTL_UPE		BIT(3)	/* unicast promiscuous */
#define INTEL_RCTL_MPE		BIT(4)	/* multicast promiscuous */
#define INTEL_RCTL_LPE		BIT(5)	/* long packets, above 1522 bytes */
#define INTEL_RCTL_BAM		BIT(15)	/* accept broadcasts */
#define INTEL_RCTL_VFE		BIT(18)	/* VLAN filter */
#define INTEL_RCTL_SECRC	BIT(26)	/* strip the CRC */
/* ... with BSIZE 00b and BSEX 0b the device takes every buffer to have this size */
#define INTEL_RX_BUF_SIZE	2048u
/* Long packets have at most 16384 bytes: eight would do. */
#define INTEL_RX_DESCS_MAX	16u

/* 13.4.25 to 13.4.29, 10.2.5.5 to 10.2.5.9 Receive descriptor rings: Base Address Low and High,
 * Length, Head, Tail (the 82540EM has queue 0)
 */
#define INTEL_RDBAL(queue)	(0x2800 + 0x100 * (queue))
#define INTEL_RDBAH(queue)	(0x2804 + 0x100 * (queue))
#define INTEL_RDLEN(queue)	(0x2808 + 0x100 * (queue))
#define INTEL_RDH(queue)	(0x2810 + 0x100 * (queue))
#define INTEL_RDT(queue)	(0x2818 + 0x100 * (queue))
/* 13.4.30, 10.2.5.10 Receive Delay Timer; 13.4.31, 10.2.5 Receive Absolute Delay Timer */
#define INTEL_RDTR		0x2820
#define INTEL_RADV		0x282c

/* 13.4.33, 10.2.6.1 Transmit Control */
#define INTEL_TCTL		0x0400
#define INTEL_TCTL_EN		BIT(1)
#define INTEL_TCTL_PSP		BIT(3)	/* pad short packets */
#define INTEL_TCTL_CT		GENMASK(11, 4)	/* collision threshold */
#define INTEL_TCTL_COLD		GENMASK(21, 12)	/* collision distance */
/* ... what 14.5 recommends */
#define INTEL_TCTL_CT_DEFAULT	0x0fu
#define INTEL_TCTL_COLD_FULL	0x40u

/* 13.4.36 to 13.4.40, 10.2.6.4 to 10.2.6.8 Transmit descriptor rings: Base Address Low and High,
 * Length, Head, Tail
 */
#define INTEL_TDBAL(queue)	(0x3800 + 0x100 * (queue))
#define INTEL_TDBAH(queue)	(0x3804 + 0x100 * (queue))
#define INTEL_TDLEN(queue)	(0x3808 + 0x100 * (queue))
#define INTEL_TDH(queue)	(0x3810 + 0x100 * (queue))
#define INTEL_TDT(queue)	(0x3818 + 0x100 * (queue))

/* 13.4.47, 10.2.5 Receive Checksum Control */
#define INTEL_RXCSUM		0x5000
#define INTEL_RXCSUM_IPOFL	BIT(8)
#define INTEL_RXCSUM_TUOFL	BIT(9)

/* 13.5.1, 10.2.5.21 Multicast Table Array: 4096 bits, one for each hash */
#define INTEL_MTA(i)		(0x5200 + 4 * (i))
#define INTEL_MTA_WORDS		128u
/* ... with RCTL.MO 00b bits 47:36 of an address are its hash: of its last two bytes, read as a
 * little-endian word, all but the lowest four bits
 */
#define INTEL_MTA_HASH_MO0	GENMASK(15, 4)
/* 13.5.2 and 13.5.3, 10.2.5.22 and 10.2.5.23 Receive Address Low, High: entry 0 is the station's
 * own address
 */
#define INTEL_RAL(i)		(0x5400 + 8 * (i))
#define INTEL_RAH(i)		(0x5404 + 8 * (i))
#define INTEL_RAH_AV		BIT(31)	/* address valid */
#define INTEL_RA_ENTRIES	16u
/* 13.5.4, 10.2.5 VLAN Filter Table Array: one bit for each VLAN */
#define INTEL_VFTA(i)		(0x5600 + 4 * (i))
#define INTEL_VFTA_WORDS	128u

/* 13.7, 10.2.7 Statistics, cleared by reading */
#define INTEL_CRCERRS		0x4000	/* wrong CRC */
#define INTEL_ALGNERRC		0x4004	/* alignment errors */
#define INTEL_RXERRC		0x400c	/* receive errors of the PHY */
#define INTEL_MPC		0x4010	/* missed: no room in the receive FIFO */
#define INTEL_ECOL		0x4018	/* excessive collisions */
#define INTEL_LATECOL		0x401c	/* late collisions */
#define INTEL_RLEC		0x4040	/* wrong length */

/* Rings: RDLEN and TDLEN count 128 bytes (13.4.27, 13.4.38) up to 64 KB here: 4096 descriptors */
#define INTEL_RING_MAX		4096u
#define INTEL_RING_DEFAULT	256u
#define INTEL_USECS_MIN		128	/* QEMU: shortest time between two interrupts */

#endif /* RXMAP_INTEL_REGS_H */
