/* SPDX-License-Identifier: GPL-2.0 */
/*
 * regs.h - registers and descriptors of the 82540EM, as far as this backend uses them
 *
 * Names and section numbers are those of Intel's "PCI/PCI-X Family of Gigabit Ethernet
 * Controllers Software Developer's Manual" (317453). Registers have 32 bits and are little-endian,
 * offsets are from BAR 0 (4.1). Nothing here does anything; who writes what is in the .c files.
 */
#ifndef RXMAP_E1000_REGS_H
#define RXMAP_E1000_REGS_H

#include <linux/bits.h>
#include <linux/types.h>

/* What every register reads as when nobody answers on the bus */
#define E1K_ALL_ONES		(~0u)

/* 13.4.1 Device Control */
#define E1K_CTRL		0x0000
#define E1K_CTRL_FD		BIT(0)	/* full duplex */
#define E1K_CTRL_ASDE		BIT(5)	/* auto-speed detection */
#define E1K_CTRL_SLU		BIT(6)	/* set link up */
#define E1K_CTRL_RST		BIT(26)	/* reset; clears itself */
#define E1K_CTRL_VME		BIT(30)	/* VLAN mode: strip on receive, insert on transmit */

/* 13.4.2 Device Status */
#define E1K_STATUS		0x0008
#define E1K_STATUS_LU		BIT(1)	/* link up */

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

/* 13.4.11 VLAN Ether Type */
#define E1K_VET			0x0038

/* 13.4.17 to 13.4.21 Interrupt Cause Read (clears), Throttling, Mask Set, Mask Clear */
#define E1K_ICR			0x00c0
#define E1K_ITR			0x00c4
#define E1K_IMS			0x00d0
#define E1K_IMC			0x00d8
#define E1K_INT_TXDW		BIT(0)	/* a transmit descriptor was written back */
#define E1K_INT_LSC		BIT(2)	/* link status changed */
#define E1K_INT_RXT0		BIT(7)	/* receive timer; at once, because RDTR is 0 */
#define E1K_INT_ALL		(~0u)
/* ... ITR counts so many nanoseconds */
#define E1K_ITR_UNIT_NS		256u

/* 13.4.22 Receive Control */
#define E1K_RCTL		0x0100
#define E1K_RCTL_EN		BIT(1)
#define E1K_RCTL_UPE		BIT(3)	/* unicast promiscuous */
#define E1K_RCTL_MPE		BIT(4)	/* multicast promiscuous */
#define E1K_RCTL_LPE		BIT(5)	/* long packets, above 1522 bytes */
#define E1K_RCTL_BAM		BIT(15)	/* accept broadcasts */
#define E1K_RCTL_BSIZE		GENMASK(17, 16)
#define E1K_RCTL_BSIZE_2048	0u
#define E1K_RCTL_VFE		BIT(18)	/* VLAN filter */
#define E1K_RCTL_SECRC		BIT(26)	/* strip the CRC */

/* 13.4.25 to 13.4.31 Receive descriptor ring, and the two receive timers */
#define E1K_RDBAL		0x2800
#define E1K_RDBAH		0x2804
#define E1K_RDLEN		0x2808
#define E1K_RDH			0x2810
#define E1K_RDT			0x2818
#define E1K_RDTR		0x2820
#define E1K_RADV		0x282c

/* 13.4.33 Transmit Control */
#define E1K_TCTL		0x0400
#define E1K_TCTL_EN		BIT(1)
#define E1K_TCTL_PSP		BIT(3)	/* pad short packets */
#define E1K_TCTL_CT		GENMASK(11, 4)	/* collision threshold */
#define E1K_TCTL_COLD		GENMASK(21, 12)	/* collision distance */
/* ... what the manual recommends, 14.5 */
#define E1K_TCTL_CT_DEFAULT	0x0fu
#define E1K_TCTL_COLD_FULL	0x40u

/* 13.4.34 Transmit Inter Packet Gap, with its recommended values */
#define E1K_TIPG		0x0410
#define E1K_TIPG_IPGT		GENMASK(9, 0)
#define E1K_TIPG_IPGR1		GENMASK(19, 10)
#define E1K_TIPG_IPGR2		GENMASK(29, 20)
#define E1K_TIPG_IPGT_DEFAULT	10u
#define E1K_TIPG_IPGR1_DEFAULT	8u
#define E1K_TIPG_IPGR2_DEFAULT	6u

/* 13.4.36 to 13.4.40, 13.4.41, 13.4.44 Transmit descriptor ring, and the two transmit timers */
#define E1K_TDBAL		0x3800
#define E1K_TDBAH		0x3804
#define E1K_TDLEN		0x3808
#define E1K_TDH			0x3810
#define E1K_TDT			0x3818
#define E1K_TIDV		0x3820
#define E1K_TADV		0x382c

/* 13.4.47 Receive Checksum Control */
#define E1K_RXCSUM		0x5000
#define E1K_RXCSUM_IPOFLD	BIT(8)
#define E1K_RXCSUM_TUOFLD	BIT(9)

/* 13.5.1 Multicast Table Array: 4096 bits, one for each hash */
#define E1K_MTA(i)		(0x5200 + 4 * (i))
#define E1K_MTA_WORDS		128u
/* 13.5.2 and 13.5.3 Receive Address Low, High: entry 0 is the station's own address */
#define E1K_RAL(i)		(0x5400 + 8 * (i))
#define E1K_RAH(i)		(0x5404 + 8 * (i))
#define E1K_RAH_AV		BIT(31)	/* address valid */
#define E1K_RA_ENTRIES		16u
/* 13.5.4 VLAN Filter Table Array: one bit for each VLAN */
#define E1K_VFTA(i)		(0x5600 + 4 * (i))
#define E1K_VFTA_WORDS		128u

/* 13.7 Statistics, cleared by reading */
#define E1K_CRCERRS		0x4000	/* wrong CRC */
#define E1K_ALGNERRC		0x4004	/* alignment errors */
#define E1K_RXERRC		0x400c	/* receive errors of the PHY */
#define E1K_MPC			0x4010	/* missed: no room in the receive FIFO */
#define E1K_ECOL		0x4018	/* excessive collisions */
#define E1K_LATECOL		0x401c	/* late collisions */

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

/**
 * struct e1k_tx_data - 3.3.7 TCP/IP Data Descriptor Format
 * @addr: buffer
 * @cmd: DTALEN, DTYP, DCMD (3.3.7.1)
 * @status: STA (3.3.7.2), written back; POPTS (3.3.7.3); special: the VLAN tag (3.3.7.4)
 */
struct e1k_tx_data {
	__le64 addr;
	__le32 cmd;
	__le32 status;
};

/**
 * struct e1k_tx_context - 3.3.6 TCP/IP Context Descriptor Layout
 * @ip: IPCSS, IPCSO, IPCSE: IP header checksum: first byte, where to, last byte
 * @tu: TUCSS, TUCSO, TUCSE: TCP or UDP checksum: the same
 * @cmd: PAYLEN, DTYP, TUCMD (3.3.6.1)
 * @seg: STA, HDRLEN, MSS
 */
struct e1k_tx_context {
	__le32 ip;
	__le32 tu;
	__le32 cmd;
	__le32 seg;
};

union e1k_tx_desc {
	struct e1k_tx_data data;
	struct e1k_tx_context context;
};

#define E1K_TXD_DTALEN		GENMASK(19, 0)
#define E1K_TXD_PAYLEN		GENMASK(19, 0)
#define E1K_TXD_DTYP		GENMASK(23, 20)
#define E1K_TXD_DTYP_CONTEXT	0u
#define E1K_TXD_DTYP_DATA	1u
/* DCMD of a data descriptor, and those of them that TUCMD of a context shares */
#define E1K_TXD_EOP		BIT(24)	/* end of packet */
#define E1K_TXD_IFCS		BIT(25)	/* insert the CRC */
#define E1K_TXD_TSE		BIT(26)	/* segmentation; in a context: for segmentation */
#define E1K_TXD_RS		BIT(27)	/* report status: write back DD */
#define E1K_TXD_DEXT		BIT(29)	/* not a legacy descriptor */
#define E1K_TXD_VLE		BIT(30)	/* insert the VLAN tag */
/* ... TUCMD alone */
#define E1K_TXD_TUCMD_TCP	BIT(24)
#define E1K_TXD_TUCMD_IP	BIT(25)	/* IPv4, there is an IP header checksum */
/* Second word of a data descriptor */
#define E1K_TXD_STA_DD		BIT(0)
#define E1K_TXD_POPTS_IXSM	BIT(8)	/* insert the IP checksum */
#define E1K_TXD_POPTS_TXSM	BIT(9)	/* insert the TCP or UDP checksum */
#define E1K_TXD_SPECIAL		GENMASK(31, 16)
/* Offsets in a context descriptor: start and place have 8 bits, the end 16 (0: of the packet) */
#define E1K_TXC_CSS		GENMASK(7, 0)
#define E1K_TXC_CSO		GENMASK(15, 8)
#define E1K_TXC_CSE		GENMASK(31, 16)
#define E1K_TXC_HDRLEN		GENMASK(15, 8)
#define E1K_TXC_MSS		GENMASK(31, 16)

/* Rings: RDLEN and TDLEN count 128 bytes (13.4.27, 13.4.38) up to 64 KB here: 4096 descriptors */
#define E1K_RING_MAX		4096u
#define E1K_RING_DEFAULT	256u

/* Longest frame: 16128 bytes with the CRC (13.4.22, LPE) */
#define E1K_FRAME_MAX		16128u

#endif /* RXMAP_E1000_REGS_H */
