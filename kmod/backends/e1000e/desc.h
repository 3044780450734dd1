/* SPDX-License-Identifier: GPL-2.0 */
/*
 * desc.h - receive descriptors of the 82574L; those for transmission are intel/desc.h
 *
 * Data sheet (317694), chapter 7.1 "Packet Reception". All are 16 bytes, little-endian.
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

#endif /* RXMAP_E1000E_DESC_H */
