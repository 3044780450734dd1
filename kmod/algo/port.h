/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * port.h - the few words that differ between the kernel and user space
 *
 * Code in algo/ makes no kernel call, allocates nothing and reads no clock, so that the same
 * lines run in rxmap.ko and in the unit tests. The kernel's barriers map to the compiler's
 * atomics; Dekker pairs use seq_cst accesses instead of fences, because ThreadSanitizer
 * understands those.
 */
#ifndef RXMAP_ALGO_PORT_H
#define RXMAP_ALGO_PORT_H

#ifdef __KERNEL__

#include <linux/compiler.h>
#include <linux/types.h>
#include <asm/barrier.h>

#define rxmap_load(p)			READ_ONCE(*(p))
#define rxmap_store(p, v)		WRITE_ONCE(*(p), v)
/* Pairs: at each use, by the letters of the uapi header. */
#define rxmap_load_acquire(p)		smp_load_acquire(p)	/* B, F */
#define rxmap_store_release(p, v)	smp_store_release(p, v)	/* A, E */

/* Store-release, then a full barrier: one side of a Dekker pair. */
#define rxmap_store_release_mb(p, v)			\
	do {						\
		smp_store_release(p, v); /* A, E */	\
		smp_mb(); /* C, H */			\
	} while (0)

/* The load after the barrier of rxmap_store_release_mb(). */
#define rxmap_load_mb(p)		READ_ONCE(*(p))

#else /* user space */

#include <stdbool.h>
#include <linux/types.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __s32 s32;
typedef __u64 u64;

#define likely(x)			__builtin_expect(!!(x), 1)
#define unlikely(x)			__builtin_expect(!!(x), 0)
#define rxmap_load(p)			__atomic_load_n(p, __ATOMIC_RELAXED)
#define rxmap_store(p, v)		__atomic_store_n(p, v, __ATOMIC_RELAXED)
#define rxmap_load_acquire(p)		__atomic_load_n(p, __ATOMIC_ACQUIRE)
#define rxmap_store_release(p, v)	__atomic_store_n(p, v, __ATOMIC_RELEASE)
#define rxmap_store_release_mb(p, v)	__atomic_store_n(p, v, __ATOMIC_SEQ_CST)
#define rxmap_load_mb(p)		__atomic_load_n(p, __ATOMIC_SEQ_CST)

#endif

#endif /* RXMAP_ALGO_PORT_H */
