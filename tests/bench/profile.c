// SPDX-License-Identifier: MIT
/*
 * profile.c - a QEMU plugin that counts executed guest instructions by address
 *
 * Counts between two marks that a receiver executes: no-ops with a displacement that no compiler
 * writes (marks.hpp). At the second mark it writes one line a translation block, "address instructions
 * executions", and profile_fold.py makes functions of them. Counting costs the guest nothing:
 * under icount its clock is its instructions. One virtual CPU, so no locks.
 *
 * Afterwards it follows lone packets, from the doorbell of the NIC that sends (QEMU's e1000 sends
 * while its tail register is being written, so the packet is in the receiving NIC when that is done)
 * to the third mark, where the receiver looks at it. At the end FILE.lone has the same lines for
 * that way, FILE.ways the instructions of each packet's. The way leads through what the sender does
 * after its doorbell, its NIC's interrupt included: what that takes is known from packets that
 * nobody looks at, up to the next return to user space, and written to FILE.senders.
 *
 * FILE.transactions has the instructions from each fourth mark to the next.
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
struct place;		/* struct qemu_plugin_hwaddr */
enum { INLINE_ADD_U64 = 0 };
enum { CALLBACK_NO_REGS = 0 };
enum { MEMORY_WRITTEN = 2 };

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, void (*cb)(plugin_id, struct block *));
void qemu_plugin_register_vcpu_tb_exec_inline(struct block *block, int op, void *counter, uint64_t add);
void qemu_plugin_register_vcpu_insn_exec_cb(struct instruction *insn, void (*cb)(unsigned int, void *),
					    int flags, void *data);
void qemu_plugin_register_vcpu_mem_cb(struct instruction *insn, void (*cb)(unsigned int, uint32_t, uint64_t, void *),
				      int flags, int access, void *data);
void qemu_plugin_register_atexit_cb(plugin_id id, void (*cb)(plugin_id, void *), void *data);
size_t qemu_plugin_tb_n_insns(const struct block *block);
uint64_t qemu_plugin_tb_vaddr(const struct block *block);
struct instruction *qemu_plugin_tb_get_insn(const struct block *block, size_t index);
const void *qemu_plugin_insn_data(const struct instruction *insn);
size_t qemu_plugin_insn_size(const struct instruction *insn);
struct place *qemu_plugin_get_hwaddr(uint32_t info, uint64_t address);
bool qemu_plugin_hwaddr_is_io(const struct place *place);
uint64_t qemu_plugin_hwaddr_phys_addr(const struct place *place);
const char *qemu_plugin_hwaddr_device_name(const struct place *place);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

/* Blocks by address and length; a block that is translated again keeps its counter. */
struct entry {
	struct entry *next;
	uint64_t address;
	uint64_t instructions;
	uint64_t executions;
	uint64_t then;		/* executions at the last doorbell */
	uint64_t on_the_way;	/* executions between a doorbell and a look */
};

enum { BUCKETS = 1 << 16, MOST_WAYS = 1 << 16 };
static struct entry *buckets[BUCKETS];
static uint64_t executed;	/* instructions, all of them */
static uint64_t executed_then;	/* at the last doorbell, or transaction */
static const char *out;

static bool lone;		/* the counted run is over: packets come alone */
static bool under_way;
static uint64_t returned;	/* instructions from the doorbell to user space, 0: not there yet */
static struct list {
	uint64_t values[MOST_WAYS];
	size_t n;
} ways, senders, transactions;

#define FOR_EACH_ENTRY(e)				\
	for (size_t i_ = 0; i_ < BUCKETS; i_++)		\
		for (struct entry *e = buckets[i_]; e; e = e->next)

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

static FILE *open_out(const char *suffix)
{
	char name[4096];
	FILE *file;

	snprintf(name, sizeof(name), "%s%s", out, suffix);
	file = fopen(name, "w");
	if (!file)
		abort();
	return file;
}

static void print_line(FILE *file, const struct entry *e, uint64_t executions)
{
	if (executions)
		fprintf(file, "%016llx %llu %llu\n", (unsigned long long)e->address,
			(unsigned long long)e->instructions, (unsigned long long)executions);
}

static void begin(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	FOR_EACH_ENTRY(e)
		e->executions = 0;
}

static void end(unsigned int cpu, void *data)
{
	FILE *file = open_out("");

	(void)cpu;
	(void)data;
	FOR_EACH_ENTRY(e)
		print_line(file, e, e->executions);
	fclose(file);
	lone = true;
}

static uint64_t since_then(void)
{
	return executed - executed_then;
}

static void append(struct list *list, uint64_t value)
{
	if (list->n < MOST_WAYS)
		list->values[list->n++] = value;
}

static void doorbell(void)
{
	if (under_way && returned)	/* nobody looked */
		append(&senders, returned);
	under_way = true;
	returned = 0;
	executed_then = executed;
	FOR_EACH_ENTRY(e)
		e->then = e->executions;
}

/* A module's store. The receiving NIC sends nothing, so an e1000's tail is the generator's. */
static void stored(unsigned int cpu, uint32_t info, uint64_t address, void *data)
{
	enum { E1000_TDT = 0x3818, E1000_BAR = 0x20000, PAGE = 4096 };
	const struct place *place;

	(void)cpu;
	(void)data;
	if (!lone || address % PAGE != E1000_TDT % PAGE)
		return;
	place = qemu_plugin_get_hwaddr(info, address);
	if (place && qemu_plugin_hwaddr_is_io(place) &&
	    qemu_plugin_hwaddr_phys_addr(place) % E1000_BAR == E1000_TDT &&
	    !strcmp(qemu_plugin_hwaddr_device_name(place), "e1000-mmio"))
		doorbell();
}

static void returns_to_user(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	if (under_way && !returned)
		returned = since_then();
}

static void look(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	if (!under_way)
		return;
	under_way = false;
	append(&ways, since_then());
	FOR_EACH_ENTRY(e)
		e->on_the_way += e->executions - e->then;
}

/* No walk over the entries: it takes milliseconds, in which a guest without icount has ticks. */
static void transaction(unsigned int cpu, void *data)
{
	static bool begun;

	(void)cpu;
	(void)data;
	if (begun)
		append(&transactions, since_then());
	begun = true;
	executed_then = executed;
}

static void print_list(const char *suffix, const struct list *list)
{
	FILE *file = open_out(suffix);

	for (size_t i = 0; i < list->n; i++)
		fprintf(file, "%llu\n", (unsigned long long)list->values[i]);
	fclose(file);
}

static void finish(plugin_id id, void *data)
{
	FILE *file = open_out(".lone");

	(void)id;
	(void)data;
	FOR_EACH_ENTRY(e)
		print_line(file, e, e->on_the_way);
	fclose(file);
	print_list(".ways", &ways);
	print_list(".senders", &senders);
	print_list(".transactions", &transactions);
}

/* The marks of marks.hpp, by the displacement's first byte. */
static void on_mark(struct instruction *insn)
{
	static void (*const marks[])(unsigned int, void *) = { begin, end, look, transaction };
	static const unsigned char before[] = { 0x0f, 0x1f, 0x80 }, behind[] = { 0x4d, 0x58, 0x52 };
	const unsigned char *bytes = qemu_plugin_insn_data(insn);

	if (qemu_plugin_insn_size(insn) != 7 || memcmp(bytes, before, 3) || memcmp(bytes + 4, behind, 3))
		return;
	if (bytes[3] >= 1 && bytes[3] <= sizeof(marks) / sizeof(marks[0]))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, marks[bytes[3] - 1], CALLBACK_NO_REGS, NULL);
}

static bool is_sysret(struct instruction *insn)
{
	static const unsigned char sysretq[] = { 0x48, 0x0f, 0x07 };

	return qemu_plugin_insn_size(insn) == sizeof(sysretq) &&
	       !memcmp(qemu_plugin_insn_data(insn), sysretq, sizeof(sysretq));
}

static bool is_store_of_module(struct instruction *insn, uint64_t block)
{
	enum { MOV_TO_MEMORY = 0x89 };	/* 32 bits: what writel() becomes */
	static const uint64_t modules = 0xffffffffc0000000;
	const unsigned char *bytes = qemu_plugin_insn_data(insn);

	return block >= modules && (bytes[0] == MOV_TO_MEMORY || ((bytes[0] & 0xf0) == 0x40 && bytes[1] == MOV_TO_MEMORY));
}

static void translated(plugin_id id, struct block *block)
{
	uint64_t address = qemu_plugin_tb_vaddr(block);
	size_t n = qemu_plugin_tb_n_insns(block);

	(void)id;
	qemu_plugin_register_vcpu_tb_exec_inline(block, INLINE_ADD_U64, &entry_of(address, n)->executions, 1);
	qemu_plugin_register_vcpu_tb_exec_inline(block, INLINE_ADD_U64, &executed, n);
	for (size_t i = 0; i < n; i++) {
		struct instruction *insn = qemu_plugin_tb_get_insn(block, i);

		on_mark(insn);
		if (is_sysret(insn))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, returns_to_user, CALLBACK_NO_REGS, NULL);
		if (is_store_of_module(insn, address))
			qemu_plugin_register_vcpu_mem_cb(insn, stored, CALLBACK_NO_REGS, MEMORY_WRITTEN, NULL);
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
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
