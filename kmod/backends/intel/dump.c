// SPDX-License-Identifier: GPL-2.0
/*
 * dump.c - what the registers hold, for `ethtool -d`: pairs of a register's offset and its value
 *
 * Only registers that are the same after they were read: not ICR and not the statistics, which
 * reading clears, and nothing that starts a transfer (EERD, MDIC). regs.h has the names.
 */
#include "hw.h"

static const u32 shared[] = {
	INTEL_CTRL, INTEL_STATUS, INTEL_VET, INTEL_ITR, INTEL_IMS, INTEL_RCTL, INTEL_TCTL,
	INTEL_RDBAL(0), INTEL_RDBAH(0), INTEL_RDLEN(0), INTEL_RDH(0), INTEL_RDT(0),
	INTEL_RDTR, INTEL_RADV,
	INTEL_TDBAL(0), INTEL_TDBAH(0), INTEL_TDLEN(0), INTEL_TDH(0), INTEL_TDT(0),
	INTEL_RXCSUM, INTEL_RAL(0), INTEL_RAH(0),
};

static u32 *put(const struct intel_nic *nic, u32 *words, const u32 *regs, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		*words++ = regs[i];
		*words++ = intel_read(nic, regs[i]);
	}
	return words;
}

/**
 * rxmap_intel_dump_regs() - for ops->dump_regs: the registers of both NICs, then some of one
 * @nic: device
 * @own: offsets
 * @count: their number
 * @words: filled; NULL: only asks how many there are
 *
 * Context: process. Return: words, two for each register.
 */
u32 rxmap_intel_dump_regs(const struct intel_nic *nic, const u32 *own, u32 count, u32 *words)
{
	if (words) {
		words = put(nic, words, shared, ARRAY_SIZE(shared));
		put(nic, words, own, count);
	}
	return 2 * (ARRAY_SIZE(shared) + count);
}
