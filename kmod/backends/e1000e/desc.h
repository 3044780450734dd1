/* SPDX-License-Identifier: GPL-2.0 */
/*
 * desc.h - descriptors of the Intel 82574L: what the device and we write into the rings
 *
 * Data sheet (317694): chapter 7.1 "Packet Reception" for the extended receive descriptor, 7.2
 * "Packet Transmission" for the TCP/IP context and data descriptors. All are 16 bytes,
 * little-endian.
 */
#ifndef RXMAP_E1000E_DESC_H
#define RXMAP_E1000E_DESC_H

#include <linux/bits.h>
#include <linux/types.h>

/**
 * union e1000e_rx_desc - extended receive descriptor (RFCTL.EXSTEN)
 *
 * The device overwrites the address with what it knows of the packet.
 *
 * @read: what we write: where the packet goes; @read.zero clears the DD of the write-back
 * @wb: what the device writes back
 */
union e1000e_rx_desc {
	struct {
		__le64 addr;
		__le64 zero;
	} read;
	struct {
		__le32 mrq;		/* RSS type in bits 3:0 */
		__le32 rss;		/* RSS hash */
		__le32 status_error;	/* E1000E_RXD_* */
		__le16 length;
		__le16 vlan;		/* tag, with VP */
	} wb;
};

#define E1000E_RXD_MRQ_RSS_TYPE	GENMASK(3, 0)	/* 0: no hash was taken */

/* Extended Status, bits 19:0; valid with EOP but DD */
#define E1000E_RXD_DD		BIT(0)	/* Descriptor Done */
#define E1000E_RXD_EOP		BIT(1)	/* End of Packet */
#define E1000E_RXD_VP		BIT(3)	/* a VLAN tag was stripped */
#define E1000E_RXD_L4CS		BIT(5)	/* TCP or UDP checksum was calculated */
/* Extended Error, bits 31:20 */
#define E1000E_RXD_CE		BIT(24)	/* CRC or alignment error */
#define E1000E_RXD_SE		BIT(25)	/* symbol error */
#define E1000E_RXD_SEQ		BIT(26)	/* sequence error */
#define E1000E_RXD_CXE		BIT(28)	/* carrier extension error */
#define E1000E_RXD_L4E		BIT(29)	/* TCP or UDP checksum error */
#define E1000E_RXD_IPE		BIT(30)	/* IP checksum error */
#define E1000E_RXD_RXE		BIT(31)	/* receive data error */

/* The frame is damaged; RCTL.SBP is off, so the device should not have stored it */
#define E1000E_RXD_DAMAGED	(E1000E_RXD_CE | E1000E_RXD_SE | E1000E_RXD_SEQ | \
				 E1000E_RXD_CXE | E1000E_RXD_RXE)
/* The frame is whole; the stack finds out what is wrong with the packet in it */
#define E1000E_RXD_BAD_CSUM	(E1000E_RXD_L4E | E1000E_RXD_IPE)

/**
 * struct e1000e_tx_data - TCP/IP data descriptor: a piece of a packet
 * @addr: of the piece
 * @cmd: length in bits 19:0, DTYP and DCMD above
 * @popts: status, POPTS and VLAN tag
 */
struct e1000e_tx_data {
	__le64 addr;
	__le32 cmd;
	__le32 popts;
};

/**
 * struct e1000e_tx_context - TCP/IP context descriptor: offloads of the packets behind it
 * @ipcss: IP checksum start, from the packet's first byte
 * @ipcso: where the IP checksum goes
 * @ipcse: last byte summed
 * @tucss: the same for TCP or UDP
 * @tucso: the same
 * @tucse: the same; 0: to the packet's end
 * @cmd: payload of the packet in bits 19:0, DTYP and TUCMD above
 * @mss: status, header length in bits 15:8, segment size in bits 31:16
 */
struct e1000e_tx_context {
	u8 ipcss;
	u8 ipcso;
	__le16 ipcse;
	u8 tucss;
	u8 tucso;
	__le16 tucse;
	__le32 cmd;
	__le32 mss;
};

/**
 * union e1000e_tx_desc - one descriptor of a transmit ring
 * @data: a piece of a packet
 * @context: offloads
 */
union e1000e_tx_desc {
	struct e1000e_tx_data data;
	struct e1000e_tx_context context;
};

/* DTYP 0000b is the context descriptor, DTYP 0001b the data descriptor; both need DEXT */
#define E1000E_TXD_DTYP_DATA	BIT(20)
#define E1000E_TXD_EOP		BIT(24)	/* DCMD: End of Packet */
#define E1000E_TXD_IFCS		BIT(25)	/* DCMD: Insert FCS */
#define E1000E_TXD_TSE		BIT(26)	/* DCMD, TUCMD: TCP Segmentation Enable */
#define E1000E_TXD_RS		BIT(27)	/* DCMD: Report Status */
#define E1000E_TXD_DEXT		BIT(29)	/* DCMD, TUCMD: Descriptor Extension */
#define E1000E_TXD_VLE		BIT(30)	/* DCMD: VLAN Packet Enable */
#define E1000E_TXD_TUCMD_TCP	BIT(24)
#define E1000E_TXD_TUCMD_IPV4	BIT(25)
#define E1000E_TXD_STA_DD	BIT(0)
#define E1000E_TXD_POPTS_IXSM	BIT(8)	/* Insert IP Checksum */
#define E1000E_TXD_POPTS_TXSM	BIT(9)	/* Insert TCP/UDP Checksum */
#define E1000E_TXD_VLAN_SHIFT	16
#define E1000E_TXD_HDRLEN_SHIFT	8
#define E1000E_TXD_MSS_SHIFT	16

#endif /* RXMAP_E1000E_DESC_H */
