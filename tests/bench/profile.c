// SPDX-License-Identifier: MIT
/*
 * profile.c - a QEMU plugin that counts executed guest instructions by address
 *
 * Counts between two marks that bench-recv executes: no-ops with a displacement that no compiler
 * writes (arm.hpp). At the second mark it writes one line a translation block, "address instructions
 * executions", and tests/bench/profile makes functions of them. Counting costs the guest nothing:
 * under icount its clock is its instructions. One virtual CPU, so no locks.
 *
 * QEMU's qemu-plugin.h is in no Debian package; what is used of its interface, version 1, is declared
 * here (QEMU's docs/devel/tcg-plugins.rst). A block that a fault or a device access leaves early
 * counts whole: the sum is some tenths of a percent high.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t plugin_id;
struct block;		/* struct qemu_plugin_tb */
struct instruction;	/* struct qemu_plugin_insn */
enum { INLINE_ADD_U64 = 0 };
enum { CALLBACK_NO_REGS = 0 };

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, void (*cb)(plugin_id, struct block *));
void qemu_plugin_register_vcpu_tb_exec_inline(struct block *block, int op, void *counter, uint64_t add);
void qemu_plugin_register_vcpu_insn_exec_cb(struct instruction *insn, void (*cb)(unsigned int, void *),
					    int flags, void *data);
size_t qemu_plugin_tb_n_insns(const struct block *block);
uint64_t qemu_plugin_tb_vaddr(const struct block *block);
struct instruction *qemu_plugin_tb_get_insn(const struct block *block, size_t index);
const void *qemu_plugin_insn_data(const struct instruction *insn);
size_t qemu_plugin_insn_size(const struct instruction *insn);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

/* Blocks by address and length; a block that is translated again keeps its counter. */
struct entry {
	struct entry *next;
	uint64_t address;
	uint64_t instructions;
	uint64_t executions;
};

enum { BUCKETS = 1 << 16 };
static struct entry *buckets[BUCKETS];
static const char *out;

static struct entry *entry_of(uint64_t address, uint64_t instructions)
{
	struct entry **bucket = &buckets[(address ^ address >> 16) % BUCKETS];
	struct entry *e;

	for (e = *bucket; e; e = e->next)
		if (e->address == address && e->instructions == instructions)
			return e;
	e = calloc(1, sizeof(*e));
	if (!e)
		abort();
	e->address = address;
	e->instructions = instructions;
	e->next = *bucket;
	*bucket = e;
	return e;
}

static void begin(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	for (size_t i = 0; i < BUCKETS; i++)
		for (struct entry *e = buckets[i]; e; e = e->next)
			e->executions = 0;
}

static void end(unsigned int cpu, void *data)
{
	FILE *file = fopen(out, "w");

	(void)cpu;
	(void)data;
	if (!file)
		abort();
	for (size_t i = 0; i < BUCKETS; i++)
		for (struct entry *e = buckets[i]; e; e = e->next)
			if (e->executions)
				fprintf(file, "%016llx %llu %llu\n", (unsigned long long)e->address,
					(unsigned long long)e->instructions,
					(unsigned long long)e->executions);
	fclose(file);
}

static void translated(plugin_id id, struct block *block)
{
	static const unsigned char mark_begin[] = { 0x0f, 0x1f, 0x80, 0x01, 0x4d, 0x58, 0x52 };
	static const unsigned char mark_end[] = { 0x0f, 0x1f, 0x80, 0x02, 0x4d, 0x58, 0x52 };
	size_t n = qemu_plugin_tb_n_insns(block);

	(void)id;
	qemu_plugin_register_vcpu_tb_exec_inline(
		block, INLINE_ADD_U64, &entry_of(qemu_plugin_tb_vaddr(block), n)->executions, 1);
	for (size_t i = 0; i < n; i++) {
		struct instruction *insn = qemu_plugin_tb_get_insn(block, i);
		const void *bytes = qemu_plugin_insn_data(insn);

		if (qemu_plugin_insn_size(insn) != sizeof(mark_begin))
			continue;
		if (!memcmp(bytes, mark_begin, sizeof(mark_begin)))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, begin, CALLBACK_NO_REGS, NULL);
		if (!memcmp(bytes, mark_end, sizeof(mark_end)))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, end, CALLBACK_NO_REGS, NULL);
	}
}

/* Argument: out=FILE */
__attribute__((visibility("default"))) int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4))
		return 1;
	out = strdup(argv[0] + 4);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
