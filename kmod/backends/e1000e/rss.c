// SPDX-License-Identifier: GPL-2.0
/*
 * rss.c - receive side scaling: a hash of addresses and ports picks one of two receive queues
 *
 * Data sheet, chapter 7.1 "Receive-Side Scaling", registers MRQC, RETA, RSSRK in 10.2.5. The hash
 * is on with one queue too: it goes with each packet. UDP is hashed by its addresses alone.
 * Process context under RTNL; defaults and checks are the core's.
 */
#include "hw.h"

static void write_reta(struct e1000e *hw)
{
	u32 words[E1000E_RETA_ENTRIES / E1000E_RETA_PER_WORD] = {};
	unsigned int i;

	for (i = 0; i < E1000E_RETA_ENTRIES; i++)
		if (hw->reta[i])
			words[i / E1000E_RETA_PER_WORD] |= E1000E_RETA_QUEUE_INDEX(i);
	for (i = 0; i < ARRAY_SIZE(words); i++)
		intel_write(&hw->nic, E1000E_RETA(i), words[i]);
}

static void write_key(struct e1000e *hw)
{
	unsigned int i;

	for (i = 0; i < E1000E_RSSRK_BYTES / sizeof(u32); i++)
		intel_write(&hw->nic, E1000E_RSSRK(i),
			    get_unaligned_le32(hw->rss_key + i * sizeof(u32)));
}

/**
 * rxmap_e1000e_rss_program() - tell a device fresh from a reset
 * @hw: device, receiver disabled
 *
 * Context: RTNL.
 */
void rxmap_e1000e_rss_program(struct e1000e *hw)
{
	write_reta(hw);
	write_key(hw);
	intel_write(&hw->nic, E1000E_MRQC,
		    FIELD_PREP(E1000E_MRQC_MULTIPLE_QUEUES, E1000E_MRQC_RSS) |
		    E1000E_MRQC_TCP_IPV4 | E1000E_MRQC_IPV4 | E1000E_MRQC_TCP_IPV6 |
		    E1000E_MRQC_IPV6);
}

/**
 * rxmap_e1000e_rss_get() - ops->rss_get
 * @adapter: NIC
 * @indir: filled unless NULL
 * @key: filled unless NULL
 *
 * Context: RTNL.
 */
void rxmap_e1000e_rss_get(struct rxmap_adapter *adapter, u32 *indir, u8 *key)
{
	const struct e1000e *hw = adapter->priv;
	unsigned int i;

	for (i = 0; indir && i < E1000E_RETA_ENTRIES; i++)
		indir[i] = hw->reta[i];
	if (key)
		memcpy(key, hw->rss_key, sizeof(hw->rss_key));
}

/**
 * rxmap_e1000e_rss_set() - ops->rss_set
 * @adapter: NIC
 * @indir: queue of each entry, NULL: as before
 * @key: NULL: as before
 *
 * Context: RTNL.
 */
void rxmap_e1000e_rss_set(struct rxmap_adapter *adapter, const u32 *indir, const u8 *key)
{
	struct e1000e *hw = adapter->priv;
	unsigned int i;

	for (i = 0; indir && i < E1000E_RETA_ENTRIES; i++)
		hw->reta[i] = indir[i];
	if (key)
		memcpy(hw->rss_key, key, sizeof(hw->rss_key));
	if (!hw->nic.live)
		return;
	if (key)
		write_key(hw);
	if (indir)
		write_reta(hw);
}
