/* SPDX-License-Identifier: GPL-2.0 */
/*
 * regs.h - registers of the Intel 82574L, as far as this backend uses them
 *
 * Names and sections are those of "Intel 82574 GbE Controller Family Datasheet" (317694), whose
 * chapter 10.2 describes every register; bits have the data sheet's field names. Offsets are
 * from BAR 0. Nothing else is here: no access, no structure in memory (desc.h).
 */
#ifndef RXMAP_E1000E_REGS_H
#define RXMAP_E1000E_REGS_H

#include <linux/bits.h>

/* 10.2.2 General Register Descriptions */
#define E1000E_CTRL			0x0000	/* Device Control */
#define E1000E_CTRL_GIO_MASTER_DISABLE	BIT(2)
#define E1000E_CTRL_SLU			BIT(6)	/* Set Link Up */
#define E1000E_CTRL_FRCSPD		BIT(11)
#define E1000E_CTRL_FRCDPLX		BIT(12)
#define E1000E_CTRL_RST			BIT(26)
#define E1000E_CTRL_VME			BIT(30)	/* VLAN Mode Enable: strip and insert tags */

#define E1000E_STATUS			0x0008	/* Device Status */
#define E1000E_STATUS_LU		BIT(1)	/* Link Up */
#define E1000E_STATUS_GIO_MASTER_EN	BIT(19)	/* requests to memory may be outstanding */

#define E1000E_EEC			0x0010	/* EEPROM/Flash Control */
#define E1000E_EEC_AUTO_RD		BIT(9)	/* the NVM was read after a reset */

#define E1000E_CTRL_EXT			0x0018	/* Extended Device Control */
#define E1000E_CTRL_EXT_EIAME		BIT(24)	/* a message masks the causes of IAM */
#define E1000E_CTRL_EXT_IAME		BIT(27)	/* an ICR read masks the causes of IAM */
#define E1000E_CTRL_EXT_DRV_LOAD	BIT(28)	/* tells the manageability firmware of us */
#define E1000E_CTRL_EXT_PBA_SUPPORT	BIT(31)	/* MSI-X: an IMS write clears the pending bit */

#define E1000E_VET			0x0038	/* VLAN Ether Type */

/* 10.2.4 Interrupt Register Descriptions. The causes are the same bits in ICR, ICS, IMS, IMC,
 * EIAC and IAM.
 */
#define E1000E_ICR			0x00C0	/* Interrupt Cause Read */
#define E1000E_ITR			0x00C4	/* Interrupt Throttling Rate, without MSI-X */
#define E1000E_ICS			0x00C8	/* Interrupt Cause Set */
#define E1000E_IMS			0x00D0	/* Interrupt Mask Set */
#define E1000E_IMC			0x00D8	/* Interrupt Mask Clear */
#define E1000E_EIAC			0x00DC	/* Interrupt Auto Clear, MSI-X */
#define E1000E_IAM			0x00E0	/* Interrupt Acknowledge Auto Mask */
#define E1000E_IVAR			0x00E4	/* Interrupt Vector Allocation */
#define E1000E_EITR(vector)		(0x00E8 + 4 * (vector))	/* Extended ITR, MSI-X */

#define E1000E_INT_TXDW			BIT(0)	/* Transmit Descriptor Written Back */
#define E1000E_INT_LSC			BIT(2)	/* Link Status Change */
#define E1000E_INT_RXO			BIT(6)	/* Receiver Overrun */
#define E1000E_INT_RXT0			BIT(7)	/* Receiver Timer Interrupt */
#define E1000E_INT_RXQ(queue)		BIT(20 + (queue))
#define E1000E_INT_TXQ(queue)		BIT(22 + (queue))
#define E1000E_INT_OTHER		BIT(24)	/* LSC, RXO and their like, for MSI-X */
#define E1000E_INT_ASSERTED		BIT(31)	/* ICR: this function drives the interrupt */
#define E1000E_INT_ALL			(~0U)

/* ITR and EITR: Interval, bits 15:0, in units of 256 ns */
#define E1000E_ITR_UNIT_NSECS		256
#define E1000E_ITR_INTERVAL_MAX		0xFFFFU

/* IVAR: four bits a cause, a vector number and a valid bit */
#define E1000E_IVAR_ENTRY(index, vector) ((BIT(3) | (vector)) << (4 * (index)))
#define E1000E_IVAR_RXQ(queue, vector)	E1000E_IVAR_ENTRY(queue, vector)
#define E1000E_IVAR_TXQ(queue, vector)	E1000E_IVAR_ENTRY(2 + (queue), vector)
#define E1000E_IVAR_OTHER(vector)	E1000E_IVAR_ENTRY(4, vector)

/* 10.2.5 Receive Register Descriptions */
#define E1000E_RCTL			0x0100	/* Receive Control */
#define E1000E_RCTL_EN			BIT(1)
#define E1000E_RCTL_UPE			BIT(3)	/* Unicast Promiscuous Enable */
#define E1000E_RCTL_MPE			BIT(4)	/* Multicast Promiscuous Enable */
#define E1000E_RCTL_LPE			BIT(5)	/* Long Packet Enable: more than 1522 bytes */
#define E1000E_RCTL_BAM			BIT(15)	/* Broadcast Accept Mode */
#define E1000E_RCTL_VFE			BIT(18)	/* VLAN Filter Enable */
#define E1000E_RCTL_SECRC		BIT(26)	/* Strip Ethernet CRC */
/* BSIZE 00b and BSEX 0b: buffers of 2048 bytes. MO 00b: bits 47:36 of an address pick the bit in
 * MTA. RDMTS 00b, which no interrupt of ours asks for.
 */
#define E1000E_RCTL_BSIZE_BYTES		2048

/* Of receive queue 0 and 1 */
#define E1000E_RDBAL(queue)		(0x2800 + 0x100 * (queue))	/* Descriptor Base Low */
#define E1000E_RDBAH(queue)		(0x2804 + 0x100 * (queue))	/* ... High */
#define E1000E_RDLEN(queue)		(0x2808 + 0x100 * (queue))	/* bytes of the ring */
#define E1000E_RDH(queue)		(0x2810 + 0x100 * (queue))	/* Head, the device's */
#define E1000E_RDT(queue)		(0x2818 + 0x100 * (queue))	/* Tail, ours */
#define E1000E_RXDCTL(queue)		(0x2828 + 0x100 * (queue))	/* Descriptor Control */
#define E1000E_RDTR			0x2820	/* Rx Interrupt Delay Timer */
#define E1000E_RADV			0x282C	/* Rx Interrupt Absolute Delay Timer */
#define E1000E_RSRPD			0x2C00	/* Rx Small Packet Detect */

/* RXDCTL and TXDCTL: PTHRESH 5:0, HTHRESH 13:8, WTHRESH 21:16; GRAN: they count descriptors */
#define E1000E_DCTL_PTHRESH(n)		(n)
#define E1000E_DCTL_HTHRESH(n)		((n) << 8)
#define E1000E_DCTL_WTHRESH(n)		((n) << 16)
#define E1000E_TXDCTL_ONE		BIT(22)	/* must be 1 in TXDCTL */
#define E1000E_DCTL_GRAN		BIT(24)

#define E1000E_RXCSUM			0x5000	/* Receive Checksum Control */
#define E1000E_RXCSUM_IPOFL		BIT(8)
#define E1000E_RXCSUM_TUOFL		BIT(9)
#define E1000E_RXCSUM_PCSD		BIT(13)	/* the descriptor has the hash, not a checksum */

#define E1000E_RFCTL			0x5008	/* Receive Filter Control */
#define E1000E_RFCTL_ISCSI_DIS		BIT(0)
#define E1000E_RFCTL_NFSW_DIS		BIT(6)
#define E1000E_RFCTL_NFSR_DIS		BIT(7)
#define E1000E_RFCTL_ACK_DIS		BIT(12)	/* no interrupt for TCP acknowledgments */
#define E1000E_RFCTL_EXSTEN		BIT(15)	/* extended receive descriptors */

#define E1000E_MTA(i)			(0x5200 + 4 * (i))	/* Multicast Table Array */
#define E1000E_MTA_SIZE			128
#define E1000E_RAL(i)			(0x5400 + 8 * (i))	/* Receive Address Low */
#define E1000E_RAH(i)			(0x5404 + 8 * (i))	/* ... High */
#define E1000E_RAH_AV			BIT(31)	/* Address Valid */
#define E1000E_RAR_SIZE			16
#define E1000E_VFTA(i)			(0x5600 + 4 * (i))	/* VLAN Filter Table Array */
#define E1000E_VFTA_SIZE		128

#define E1000E_MRQC			0x5818	/* Multiple Receive Queues Command */
#define E1000E_MRQC_RSS			BIT(0)	/* bits 1:0 = 01b */
#define E1000E_MRQC_TCP_IPV4		BIT(16)
#define E1000E_MRQC_IPV4		BIT(17)
#define E1000E_MRQC_TCP_IPV6		BIT(18)
#define E1000E_MRQC_IPV6		BIT(20)
#define E1000E_RETA(i)			(0x5C00 + 4 * (i))	/* Redirection Table */
#define E1000E_RETA_ENTRIES		128
#define E1000E_RETA_QUEUE_SHIFT		7	/* bit 7 of an entry is the queue */
#define E1000E_RSSRK(i)			(0x5C80 + 4 * (i))	/* RSS Random Key */
#define E1000E_RSSRK_BYTES		40

/* 10.2.6 Transmit Register Descriptions */
#define E1000E_TCTL			0x0400	/* Transmit Control */
#define E1000E_TCTL_EN			BIT(1)
#define E1000E_TCTL_PSP			BIT(3)	/* Pad Short Packets */
#define E1000E_TCTL_CT(n)		((n) << 4)	/* Collision Threshold */
#define E1000E_TCTL_COLD(n)		((n) << 12)	/* Collision Distance */
#define E1000E_TCTL_RTLC		BIT(24)	/* Re-transmit on Late Collision */
#define E1000E_TCTL_MULR		BIT(28)	/* Multiple Request Support */

#define E1000E_TDBAL(queue)		(0x3800 + 0x100 * (queue))
#define E1000E_TDBAH(queue)		(0x3804 + 0x100 * (queue))
#define E1000E_TDLEN(queue)		(0x3808 + 0x100 * (queue))
#define E1000E_TDH(queue)		(0x3810 + 0x100 * (queue))
#define E1000E_TDT(queue)		(0x3818 + 0x100 * (queue))
#define E1000E_TXDCTL(queue)		(0x3828 + 0x100 * (queue))
#define E1000E_TARC(queue)		(0x3840 + 0x100 * (queue))	/* Arbitration Count */
#define E1000E_TARC_COUNT(n)		(n)
#define E1000E_TARC_ENABLE		BIT(10)

/* 10.2.7 Statistic Registers: counted since the last read, which clears them */
#define E1000E_CRCERRS			0x4000	/* CRC Error Count */
#define E1000E_RXERRC			0x400C	/* Rx Error Count */
#define E1000E_MPC			0x4010	/* Missed Packets Count */
#define E1000E_ECOL			0x4018	/* Excessive Collisions Count */
#define E1000E_LATECOL			0x401C	/* Late Collisions Count */
#define E1000E_RLEC			0x4040	/* Receive Length Error Count */

/* 10.2.8 Wake Up Register Descriptions */
#define E1000E_WUC			0x5800	/* Wake Up Control */

#endif /* RXMAP_E1000E_REGS_H */
