/* SPDX-License-Identifier: GPL-2.0 */
/*
 * frame_pool.h - the frames of one mapped queue: memory, addresses, ownership
 *
 * A pool belongs to one ring and one queue. Its memory is allocated, zeroed and DMA-mapped once
 * and never shared with skbs. Two references keep it: the open file's (so that mappings stay
 * readable) and the NIC's (as long as a descriptor may still point into it).
 */
#ifndef RXMAP_FRAME_POOL_H
#define RXMAP_FRAME_POOL_H

#include <linux/device.h>
#include <linux/llist.h>
#include <linux/refcount.h>
#include <linux/sched/user.h>
#include <linux/workqueue.h>
#include "algo/frame_ledger.h"

struct rxmap_buf;

/**
 * struct rxmap_pool_reaper - an adapter's; lets the NIC go of pools whose last frame came back
 * amid a NAPI poll: to unmap and free thousands of pages there would hold up each packet behind
 * @dead: such pools, each with the NIC's reference
 * @work: empties it
 */
struct rxmap_pool_reaper {
	struct llist_head dead;
	struct work_struct work;
};

/**
 * struct rxmap_frame_pool - see the head of this file
 * @ledger: who has which frame; the queue's NAPI, or who has it disabled
 * @va: per frame, where the device starts to write: @post_offset is in it
 * @dma: the same as the device sees it. Two arrays, because the CPU finds an element of 8 bytes by
 *	one load and would calculate where a pair lies
 * @post_offset: where the device starts to write, so that packets start on a cache line
 * @post_len: bytes from there to the frame's end
 * @frame_size: bytes
 * @need_sync: the DMA API wants dma_sync_*() calls; read once
 * @attached: a ring uses the pool; cleared with NAPI disabled
 * @refs: the file's and the NIC's
 * @reaper: the adapter's
 * @dead: in its list
 * @pages: the memory, @nr_pages single pages
 * @nr_pages: how many
 * @dma_dev: device of the DMA API, NULL: guest-physical addresses
 * @user: whose locked memory is charged, NULL: nobody's (CAP_IPC_LOCK)
 * @charged: pages charged
 */
struct rxmap_frame_pool {
	struct rxmap_ledger ledger;
	void **va;
	dma_addr_t *dma;
	u32 post_offset;
	u32 post_len;
	u32 frame_size;
	bool need_sync;
	bool attached;
	refcount_t refs;
	struct rxmap_pool_reaper *reaper;
	struct llist_node dead;
	struct page **pages;
	u32 nr_pages;
	struct device *dma_dev;
	struct user_struct *user;
	unsigned long charged;
};

struct rxmap_frame_pool *rxmap_pool_alloc(u32 frames, u32 frame_size);
int rxmap_pool_map(struct rxmap_frame_pool *pool, struct rxmap_pool_reaper *reaper,
		   struct device *dma_dev, u32 rx_prefix);
void rxmap_pool_detach(struct rxmap_frame_pool *pool);
void rxmap_pool_put(struct rxmap_frame_pool *pool);
void rxmap_pool_reaper_init(struct rxmap_pool_reaper *reaper);
void rxmap_pool_reaper_finish(struct rxmap_pool_reaper *reaper);

#endif /* RXMAP_FRAME_POOL_H */
