/* SPDX-License-Identifier: GPL-2.0 */
/*
 * desc.h - transmit descriptors of the 82540EM and the 82574L
 *
 * Manual 317453, sections 3.3.6 and 3.3.7; data sheet 317694, chapter 7.2 "Packet Transmission".
 * All are 16 bytes, little-endian. Receive descriptors differ and are each backend's own.
 */
#ifndef RXMAP_INTEL_DESC_H
#define RXMAP_INTEL_DESC_H

#include <linux/bits.h>
#include <linux/types.h>

/**
 * struct intel_tx_data - 3.3.7 TCP/IP Data Descriptor Format
 * @addr: buffer
 * @cmd: DTALEN, DTYP, DCMD (3.3.7.1)
 * @status: STA (3.3.7.2), written back; POPTS (3.3.7.3); special: the VLAN tag (3.3.7.4)
 */
struct intel_tx_data {
	__le64 addr;
	__le32 cmd;
	__le32 status;
};

/**
 * struct intel_tx_context - 3.3.6 TCP/IP Context Descriptor Layout
 * @ip: IPCSS, IPCSO, IPCSE: IP header checksum: first byte, where to, last byte
 * @tu: TUCSS, TUCSO, TUCSE: TCP or UDP checksum: the same
 * @cmd: PAYLEN, DTYP, TUCMD (3.3.6.1)
 * @seg: STA, HDRLEN, MSS
 */
struct intel_tx_context {
	__le32 ip;
	__le32 tu;
	__le32 cmd;
	__le32 seg;
};

union intel_tx_desc {
	struct intel_tx_data data;
	struct intel_tx_context context;
};

#define INTEL_TXD_DTALEN	GENMASK(19, 0)
#define INTEL_TXD_PAYLEN	GENMASK(19, 0)
#define INTEL_TXD_DTYP		GENMASK(23, 20)
#define INTEL_TXD_DTYP_CONTEXT	0u
#define INTEL_TXD_DTYP_DATA	1u
/* DCMD of a data descriptor, and those of them that TUCMD of a context shares */
#define INTEL_TXD_EOP		BIT(24)	/* end of packet */
#define INTEL_TXD_IFCS		BIT(25)	/* insert the CRC */
#define INTEL_TXD_TSE		BIT(26)	/* segmentation; in a context: for segmentation */
#define INTEL_TXD_RS		BIT(27)	/* report status: write back DD */
#define INTEL_TXD_DEXT		BIT(29)	/* not a legacy descriptor */
#define INTEL_TXD_VLE		BIT(30)	/* insert the VLAN tag of the last descriptor */
/* TUCMD alone */
#define INTEL_TXD_TUCMD_TCP	BIT(24)	/* TCP, not UDP */
#define INTEL_TXD_TUCMD_IP	BIT(25)	/* IPv4 */
#define INTEL_TXD_STA_DD	BIT(0)
#define INTEL_TXD_POPTS_IXSM	BIT(8)	/* insert the IP checksum */
#define INTEL_TXD_POPTS_TXSM	BIT(9)	/* insert the TCP or UDP checksum */
#define INTEL_TXD_SPECIAL	GENMASK(31, 16)
/* Offsets in a context descriptor: start and place have 8 bits, the end 16 (0: of the packet) */
#define INTEL_TXC_CSS		GENMASK(7, 0)
#define INTEL_TXC_CSO		GENMASK(15, 8)
#define INTEL_TXC_CSE		GENMASK(31, 16)
#define INTEL_TXC_HDRLEN	GENMASK(15, 8)
#define INTEL_TXC_MSS		GENMASK(31, 16)

#endif /* RXMAP_INTEL_DESC_H */
