// SPDX-License-Identifier: MIT
/*
 * layout_kernel.c - the contract as the kernel's build sees it; compiling it is the test
 *
 * Not linked into anything: tests/contract/run-kernel builds the object with Kbuild's flags.
 */
#include <linux/build_bug.h>
#include <linux/rxmap.h>
#include <linux/stddef.h>

#define CONTRACT_SIZE(s, bytes) \
	static_assert(sizeof(struct s) == (bytes), "size of " #s);
#define CONTRACT_FIELD(s, f, offset, bytes) \
	static_assert(offsetof(struct s, f) == (offset), "offset of " #s "." #f); \
	static_assert(sizeof_field(struct s, f) == (bytes), "size of " #s "." #f);
#define CONTRACT_VALUE(name, value) static_assert((name) == (value), #name);
#include "layout.inc"
