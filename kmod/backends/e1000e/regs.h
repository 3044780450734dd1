/* SPDX-License-Identifier: GPL-2.0 */
/*
 * regs.h - registers of the 82574L that the 82540EM has not, or has otherwise
 *
 * Names and sections are those of "Intel 82574 GbE Controller Family Datasheet" (317694, revision
 * 3.4), whose chapter 10.2 describes every register; bits have the data sheet's field names. A
 * section of three parts is the chapter that has the register. Offsets are from BAR 0. The others
 * are in intel/regs.h.
 */
#ifndef RXMAP_E1000E_REGS_H
#define RXMAP_E1000E_REGS_H

#include <linux/bits.h>

/* 10.2.2.1 Device Control, 10.2.2.2 Device Status */
#define E1000E_CTRL_GIO_MASTER_DISABLE	BIT(2)
#define E1000E_STATUS_GIO_MASTER_EN	BIT(19)	/* requests to memory may be outstanding */

/* 10.2.2 General Register Descriptions */
#define E1000E_EEC			0x0010	/* EEPROM/Flash Control */
#define E1000E_EEC_AUTO_RD		BIT(9)	/* the NVM was read after a reset */

#define E1000E_CTRL_EXT			0x0018	/* Extended Device Control */
#define E1000E_CTRL_EXT_EIAME		BIT(24)	/* a message masks the causes of IAM */
#define E1000E_CTRL_EXT_IAME		BIT(27)	/* an ICR read masks the causes of IAM */
#define E1000E_CTRL_EXT_DRV_LOAD	BIT(28)	/* tells the manageability firmware of us */
#define E1000E_CTRL_EXT_PBA_SUPPORT	BIT(31)	/* MSI-X: an IMS write clears the pending bit */

/* 10.2.4.3 Extended Interrupt Throttle: as ITR, for one MSI-X vector */
#define E1000E_EITR(vector)		(0x00E8 + 4 * (vector))
/* 10.2.4.4 Interrupt Cause Set */
#define E1000E_ICS			0x00C8
/* 10.2.4.7 Interrupt Auto Clear: what a message clears (MSI-X) */
#define E1000E_EIAC			0x00DC
/* 10.2.4.8 Interrupt Acknowledge Auto Mask */
#define E1000E_IAM			0x00E0
/* The causes: the same bits in ICR, ICS, IMS, IMC, EIAC and IAM */

#define E1000E_INT_RXO			BIT(6)	/* Receiver Overrun */
#define E1000E_INT_RXQ(queue)		BIT(20 + (queue))
#define E1000E_INT_TXQ(queue)		BIT(22 + (queue))
#define E1000E_INT_OTHER		BIT(24)	/* LSC, RXO and their like, for MSI-X */
#define E1000E_INT_ASSERTED		BIT(31)	/* ICR: this function drives the interrupt */

/* 10.2.4.9 Interrupt Vector Allocation: INT_Alloc, a vector's number, and INT_Alloc_val, that it
 * is valid: four bits for each of RxQ0, RxQ1, TxQ0, TxQ1, Other
 */
#define E1000E_IVAR			0x00E4
#define E1000E_IVAR_ALLOC_VAL		BIT(3)
#define E1000E_IVAR_BITS		4
#define E1000E_IVAR_ENTRY(index, vector) \
	((E1000E_IVAR_ALLOC_VAL | (vector)) << (E1000E_IVAR_BITS * (index)))
#define E1000E_IVAR_RXQ(queue, vector)	E1000E_IVAR_ENTRY(queue, vector)
#define E1000E_IVAR_TXQ(queue, vector)	E1000E_IVAR_ENTRY(2 + (queue), vector)
#define E1000E_IVAR_OTHER(vector)	E1000E_IVAR_ENTRY(4, vector)

/* 10.2.5.11 Receive Descriptor Control, 10.2.6.11 Transmit Descriptor Control. The device fetches
 * descriptors when it has fewer than PTHRESH left and HTHRESH wait in memory, and writes WTHRESH
 * back together; GRAN: these count descriptors, not cache lines.
 */
#define E1000E_RXDCTL(queue)		(0x2828 + 0x100 * (queue))
#define E1000E_TXDCTL(queue)		(0x3828 + 0x100 * (queue))
#define E1000E_DCTL_PTHRESH		GENMASK(5, 0)
#define E1000E_DCTL_HTHRESH		GENMASK(13, 8)
#define E1000E_DCTL_WTHRESH		GENMASK(21, 16)
#define E1000E_TXDCTL_ONE		BIT(22)	/* must be 1 in TXDCTL */
#define E1000E_DCTL_GRAN		BIT(24)

/* 10.2.5 Receive Register Descriptions */
#define E1000E_RSRPD			0x2C00	/* Rx Small Packet Detect */

#define E1000E_RXCSUM_PCSD		BIT(13)	/* the descriptor has the hash, not a checksum */

#define E1000E_RFCTL			0x5008	/* Receive Filter Control */
#define E1000E_RFCTL_ISCSI_DIS		BIT(0)
#define E1000E_RFCTL_NFSW_DIS		BIT(6)
#define E1000E_RFCTL_NFSR_DIS		BIT(7)
#define E1000E_RFCTL_ACK_DIS		BIT(12)	/* no interrupt for TCP acknowledgments */
#define E1000E_RFCTL_EXSTEN		BIT(15)	/* extended receive descriptors */

#define E1000E_MRQC			0x5818	/* Multiple Receive Queues Command */
#define E1000E_MRQC_MULTIPLE_QUEUES	GENMASK(1, 0)
#define E1000E_MRQC_RSS			1u	/* ... RSS chooses the queue */
#define E1000E_MRQC_TCP_IPV4		BIT(16)
#define E1000E_MRQC_IPV4		BIT(17)
#define E1000E_MRQC_TCP_IPV6		BIT(18)
#define E1000E_MRQC_IPV6		BIT(20)
#define E1000E_RETA(i)			(0x5C00 + 4 * (i))	/* Redirection Table */
#define E1000E_RETA_ENTRIES		128
#define E1000E_RETA_PER_WORD		4	/* entries of 8 bits */
#define E1000E_RETA_QUEUE_INDEX(i)	BIT(8 * ((i) % E1000E_RETA_PER_WORD) + 7) /* set: queue 1 */
#define E1000E_RSSRK(i)			(0x5C80 + 4 * (i))	/* RSS Random Key */
#define E1000E_RSSRK_BYTES		40

/* 10.2.6.1 Transmit Control */
#define E1000E_TCTL_COLD_DEFAULT	0x3Fu	/* recommended for full duplex */
#define E1000E_TCTL_RTLC		BIT(24)	/* Re-transmit on Late Collision */
#define E1000E_TCTL_MULR		BIT(28)	/* Multiple Request Support */
/* ... the shortest packet that PSP pads */
#define E1000E_TCTL_PSP_MIN_BYTES	17

/* 10.2.6 Transmit Register Descriptions */
#define E1000E_TARC(queue)		(0x3840 + 0x100 * (queue))	/* Arbitration Count */
#define E1000E_TARC_COUNT		GENMASK(6, 0)	/* requests until the other queue's turn */
#define E1000E_TARC_COUNT_DEFAULT	3u
#define E1000E_TARC_ENABLE		BIT(10)

/* 10.2.8 Wake Up Register Descriptions */
#define E1000E_WUC			0x5800	/* Wake Up Control */

#endif /* RXMAP_E1000E_REGS_H */
