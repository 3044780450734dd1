// SPDX-License-Identifier: GPL-2.0
/*
 * eeprom.c - the address that the board was given: chapter 5 "EEPROM Interface"
 *
 * Words are read through EERD (13.4.4), which does the serial protocol. Process context, probe.
 */
#include <linux/iopoll.h>

#include "hw.h"

#define POLL_USECS	5
#define TIMEOUT_USECS	5000

static int read_word(struct e1k *hw, unsigned int index, u16 *word)
{
	u32 value;
	int err;

	intel_write(&hw->nic, E1K_EERD, FIELD_PREP(E1K_EERD_ADDR, index) | E1K_EERD_START);
	err = read_poll_timeout(intel_read, value, value & E1K_EERD_DONE, POLL_USECS, TIMEOUT_USECS,
				false, &hw->nic, E1K_EERD);
	*word = FIELD_GET(E1K_EERD_DATA, value);
	return err;
}

/* 5.6.17: all words together have a fixed sum. */
static int check_sum(struct e1k *hw)
{
	u16 sum = 0, word;
	unsigned int i;
	int err;

	for (i = 0; i < E1K_EEPROM_SUM_WORDS; i++) {
		err = read_word(hw, i, &word);
		if (err)
			return err;
		sum += word;
	}
	return sum == E1K_EEPROM_SUM ? 0 : -EIO;
}

/**
 * rxmap_e1000_eeprom_mac() - 5.6.1 "Ethernet Address"
 * @hw: device
 * @addr: filled
 *
 * Context: probe; sleeps. Return: 0, -ENODEV when the device is gone, or the errno of an EEPROM
 * that cannot be read, or holds no address.
 */
int rxmap_e1000_eeprom_mac(struct e1k *hw, u8 *addr)
{
	unsigned int i;
	u16 word;
	int err;

	err = check_sum(hw);
	for (i = 0; !err && i < E1K_EEPROM_MAC_WORDS; i++) {
		err = read_word(hw, i, &word);
		put_unaligned_le16(word, addr + i * sizeof(word));
	}
	if (hw->nic.adapter->gone)
		return -ENODEV;
	if (!err && !is_valid_ether_addr(addr))
		err = -EINVAL;
	if (err)
		pci_err(hw->nic.adapter->pdev, "no address in the EEPROM: %d\n", err);
	return err;
}
