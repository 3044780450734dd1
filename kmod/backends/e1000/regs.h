/* SPDX-License-Identifier: GPL-2.0 */
/*
 * regs.h - registers and descriptors of the 82540EM that the 82574L has not, or has otherwise
 *
 * Names and section numbers are those of Intel's "PCI/PCI-X Family of Gigabit Ethernet
 * Controllers Software Developer's Manual" (317453). Registers have 32 bits and are little-endian,
 * offsets are from BAR 0 (4.1). The others are in intel/regs.h and intel/desc.h.
 */
#ifndef RXMAP_E1000_REGS_H
#define RXMAP_E1000_REGS_H

#include <linux/bits.h>
#include <linux/types.h>

/* 13.4.1 Device Control */
#define E1K_CTRL_FD		BIT(0)	/* full duplex */
#define E1K_CTRL_ASDE		BIT(5)	/* auto-speed detection */

/* 13.4.4 EEPROM Read */
#define E1K_EERD		0x0014
#define E1K_EERD_START		BIT(0)
#define E1K_EERD_DONE		BIT(4)
#define E1K_EERD_ADDR		GENMASK(15, 8)
#define E1K_EERD_DATA		GENMASK(31, 16)

/* 13.4.7 MDI Control: the way to the PHY's registers */
#define E1K_MDIC		0x0020
#define E1K_MDIC_DATA		GENMASK(15, 0)
#define E1K_MDIC_REGADD		GENMASK(20, 16)
#define E1K_MDIC_PHYADD		GENMASK(25, 21)
#define E1K_MDIC_OP		GENMASK(27, 26)
#define E1K_MDIC_OP_WRITE	1u
#define E1K_MDIC_OP_READ	2u
#define E1K_MDIC_R		BIT(28)	/* ready */
#define E1K_MDIC_E		BIT(30)	/* error */
/* ... the internal PHY answers at this address */
#define E1K_PHY_ADDRESS		1u

/* 13.4.34 Transmit Inter Packet Gap, with its recommended values */
#define E1K_TIPG		0x0410
#define E1K_TIPG_IPGT		GENMASK(9, 0)
#define E1K_TIPG_IPGR1		GENMASK(19, 10)
#define E1K_TIPG_IPGR2		GENMASK(29, 20)
#define E1K_TIPG_IPGT_DEFAULT	10u
#define E1K_TIPG_IPGR1_DEFAULT	8u
#define E1K_TIPG_IPGR2_DEFAULT	6u

/* 13.4.41, 13.4.44 The two transmit timers */
#define E1K_TIDV		0x3820
#define E1K_TADV		0x382c

/* 5.6 EEPROM Address Map */
#define E1K_EEPROM_MAC_WORDS	3u	/* 5.6.1: the address, from word 0 */
#define E1K_EEPROM_SUM_WORDS	0x40u	/* 5.6.17: these words ... */
#define E1K_EEPROM_SUM		0xbabau	/* ... add up to this */

/**
 * struct e1k_rx_desc - 3.2.3 Receive Descriptor Format
 * @addr: buffer; the device never changes it
 * @length: bytes in this buffer (write-back, as all that follows)
 * @csum: packet checksum, not used
 * @status: 3.2.3.1; the device writes it last
 * @errors: 3.2.3.2
 * @special: 3.2.3.3: the VLAN tag that was stripped
 * @writeback: all that the device writes
 */
struct e1k_rx_desc {
	__le64 addr;
	union {
		struct {
			__le16 length;
			__le16 csum;
			u8 status;
			u8 errors;
			__le16 special;
		};
		__le64 writeback;
	};
};

#define E1K_RXD_STAT_DD		BIT(0)	/* descriptor done */
#define E1K_RXD_STAT_EOP	BIT(1)	/* end of packet */
#define E1K_RXD_STAT_IXSM	BIT(2)	/* ignore the checksum indication */
#define E1K_RXD_STAT_VP		BIT(3)	/* a VLAN tag was stripped */
#define E1K_RXD_STAT_TCPCS	BIT(5)	/* TCP or UDP checksum was calculated */
#define E1K_RXD_ERR_TCPE	BIT(5)	/* ... and is wrong */
#define E1K_RXD_ERR_IPE		BIT(6)	/* IP header checksum is wrong */
/* ... anything else means that the packet arrived damaged */
#define E1K_RXD_ERR_CSUM	(E1K_RXD_ERR_TCPE | E1K_RXD_ERR_IPE)

/* Longest frame: 16128 bytes with the CRC (13.4.22, LPE) */
#define E1K_FRAME_MAX		16128u

#endif /* RXMAP_E1000_REGS_H */
