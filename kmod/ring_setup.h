/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ring_setup.h - what ATTACH checks and allocates before it takes RTNL
 */
#ifndef RXMAP_RING_SETUP_H
#define RXMAP_RING_SETUP_H

#include <linux/rxmap.h>

struct bpf_prog;
struct rxmap_frame_pool;
struct rxmap_ring;
struct sk_buff;

/**
 * struct rxmap_setup - everything a ring needs, owned by nobody else yet
 * @status: status page, vmalloc memory
 * @descs: descriptor ring, the same
 * @consumer: consumer area, the same
 * @pool: frames
 * @filter: classic BPF or NULL
 * @scratch: the sk_buff that the filter sees
 */
struct rxmap_setup {
	void *status;
	void *descs;
	void *consumer;
	struct rxmap_frame_pool *pool;
	struct bpf_prog *filter;
	struct sk_buff *scratch;
};

int rxmap_refuse(struct rxmap_attach *a, enum rxmap_refused what, u64 limit, int err);
int rxmap_setup_check(struct rxmap_attach *a);
int rxmap_setup_check_attached(struct rxmap_attach *a);
int rxmap_setup_alloc(struct rxmap_setup *setup, struct rxmap_attach *a);
void rxmap_setup_free(struct rxmap_setup *setup);
void rxmap_setup_install(struct rxmap_ring *ring, struct rxmap_setup *setup,
			 struct rxmap_attach *a);

#endif /* RXMAP_RING_SETUP_H */
