// SPDX-License-Identifier: GPL-2.0
/*
 * frame_pool.c - memory of a mapped queue's frames
 *
 * Allocation, mapping, unmapping and freeing in process context; rxmap_frame_put() in the queue's
 * NAPI poll or with NAPI disabled. What a poll has to undo is left to a work (rxmap_pool_reaper).
 */
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include "backend.h"
#include "frame_pool.h"

static void pool_uncharge(struct rxmap_frame_pool *pool)
{
	if (!pool->user)
		return;
	atomic_long_sub(pool->charged, &pool->user->locked_vm);
	free_uid(pool->user);
	pool->user = NULL;
}

/* Locked memory, as AF_XDP and io_uring account it: RLIMIT_MEMLOCK unless CAP_IPC_LOCK. */
static int pool_charge(struct rxmap_frame_pool *pool, unsigned long pages)
{
	unsigned long limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;
	struct user_struct *user;
	long locked;

	if (capable(CAP_IPC_LOCK))
		return 0;
	user = get_uid(current_user());
	locked = atomic_long_add_return(pages, &user->locked_vm);
	if (locked > (long)min_t(unsigned long, limit, LONG_MAX)) {
		atomic_long_sub(pages, &user->locked_vm);
		free_uid(user);
		return -ENOBUFS;
	}
	pool->user = user;
	pool->charged = pages;
	return 0;
}

static void pool_free(struct rxmap_frame_pool *pool)
{
	u32 i;

	for (i = 0; i < pool->nr_pages && pool->pages[i]; i++) {
		put_page(pool->pages[i]);
		cond_resched();
	}
	pool_uncharge(pool);
	kvfree(pool->ledger.lent);
	kvfree(pool->ledger.free);
	kvfree(pool->dma);
	kvfree(pool->va);
	kvfree(pool->pages);
	kfree(pool);
}

static int pool_alloc_pages(struct rxmap_frame_pool *pool)
{
	u32 i;

	for (i = 0; i < pool->nr_pages; i++) {
		pool->pages[i] = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN);
		if (!pool->pages[i])
			return -ENOMEM;
		cond_resched();
	}
	return 0;
}

/**
 * rxmap_pool_alloc() - zeroed frames, charged to the caller, not yet visible to any device
 * @frames: a power of two
 * @frame_size: bytes, divides PAGE_SIZE
 *
 * Context: process, may sleep.
 * Return: a pool with the file's reference, or ERR_PTR(-ENOMEM or -ENOBUFS).
 */
struct rxmap_frame_pool *rxmap_pool_alloc(u32 frames, u32 frame_size)
{
	struct rxmap_frame_pool *pool;
	int err = -ENOMEM;

	pool = kzalloc(sizeof(*pool), GFP_KERNEL_ACCOUNT);
	if (!pool)
		return ERR_PTR(-ENOMEM);
	refcount_set(&pool->refs, 1);
	pool->frame_size = frame_size;
	pool->nr_pages = DIV_ROUND_UP((u64)frames * frame_size, PAGE_SIZE);
	pool->pages = kvcalloc(pool->nr_pages, sizeof(*pool->pages), GFP_KERNEL_ACCOUNT);
	pool->va = kvcalloc(frames, sizeof(*pool->va), GFP_KERNEL_ACCOUNT);
	pool->dma = kvcalloc(frames, sizeof(*pool->dma), GFP_KERNEL_ACCOUNT);
	pool->ledger.free = kvcalloc(frames, sizeof(u32), GFP_KERNEL_ACCOUNT);
	pool->ledger.lent = kvcalloc(frames, sizeof(u8), GFP_KERNEL_ACCOUNT);
	if (!pool->pages || !pool->va || !pool->dma || !pool->ledger.free ||
	    !pool->ledger.lent) {
		pool->nr_pages = 0;
		goto err_free;
	}
	err = pool_charge(pool, pool->nr_pages);
	if (err)
		goto err_free;
	err = pool_alloc_pages(pool);
	if (err)
		goto err_free;
	rxmap_ledger_init(&pool->ledger, frames);
	return pool;

err_free:
	pool_free(pool);
	return ERR_PTR(err);
}

static dma_addr_t pool_page_dma(struct rxmap_frame_pool *pool, u32 page)
{
	u32 per_page = PAGE_SIZE / pool->frame_size;

	return pool->dma[page * per_page] - pool->post_offset;
}

static void pool_unmap(struct rxmap_frame_pool *pool, u32 pages)
{
	u32 i;

	if (!pool->dma_dev)
		return;
	for (i = 0; i < pages; i++) {
		dma_unmap_page(pool->dma_dev, pool_page_dma(pool, i), PAGE_SIZE,
			       DMA_FROM_DEVICE);
		cond_resched();
	}
	pool->dma_dev = NULL;
}

static int pool_map_page(struct rxmap_frame_pool *pool, u32 page)
{
	u32 per_page = PAGE_SIZE / pool->frame_size;
	u8 *va = page_address(pool->pages[page]);
	dma_addr_t dma;
	u32 i;

	if (pool->dma_dev) {
		dma = dma_map_page(pool->dma_dev, pool->pages[page], 0, PAGE_SIZE,
				   DMA_FROM_DEVICE);
		if (dma_mapping_error(pool->dma_dev, dma))
			return -ENOMEM;
		pool->need_sync |= dma_need_sync(pool->dma_dev, dma);
	} else {
		dma = page_to_phys(pool->pages[page]);
	}
	for (i = 0; i < per_page; i++) {
		u32 offset = i * pool->frame_size + pool->post_offset;

		pool->va[page * per_page + i] = va + offset;
		pool->dma[page * per_page + i] = dma + offset;
	}
	return 0;
}

/**
 * rxmap_pool_map() - give every frame its device address and take the NIC's reference
 * @pool: fresh pool
 * @reaper: outlives the NIC's reference
 * @dma_dev: device of the DMA API, or NULL for guest-physical addresses
 * @rx_prefix: bytes that the device writes before a packet; the packet itself then starts on a
 *	cache line, and the prefix on the one before
 *
 * Context: process, may sleep.
 * Return: 0, -EOPNOTSUPP when the DMA layer would bounce the frames, -ENOMEM.
 */
int rxmap_pool_map(struct rxmap_frame_pool *pool, struct rxmap_pool_reaper *reaper,
		   struct device *dma_dev, u32 rx_prefix)
{
	u32 i;

	/* A mapping size limit means swiotlb: the device would write elsewhere, then be copied. */
	if (dma_dev && dma_max_mapping_size(dma_dev) != SIZE_MAX)
		return -EOPNOTSUPP;
	pool->reaper = reaper;
	pool->dma_dev = dma_dev;
	pool->post_offset = rx_prefix ? RXMAP_CACHELINE - rx_prefix : 0;
	pool->post_len = pool->frame_size - pool->post_offset;
	for (i = 0; i < pool->nr_pages; i++) {
		if (pool_map_page(pool, i)) {
			pool_unmap(pool, i);
			return -ENOMEM;
		}
	}
	pool->attached = true;
	refcount_inc(&pool->refs);
	return 0;
}

/**
 * rxmap_pool_put() - drop one reference
 * @pool: pool
 *
 * Context: process.
 */
void rxmap_pool_put(struct rxmap_frame_pool *pool)
{
	if (refcount_dec_and_test(&pool->refs))
		pool_free(pool);
}

/* No descriptor points into the pool any more: the device loses its view of it. */
static void pool_nic_done(struct rxmap_frame_pool *pool)
{
	pool_unmap(pool, pool->nr_pages);
	rxmap_pool_put(pool);
}

static void reap(struct rxmap_pool_reaper *reaper)
{
	struct llist_node *dead = llist_del_all(&reaper->dead);
	struct rxmap_frame_pool *pool, *next;

	llist_for_each_entry_safe(pool, next, dead, dead)
		pool_nic_done(pool);
}

static void reap_work(struct work_struct *work)
{
	reap(container_of(work, struct rxmap_pool_reaper, work));
}

/**
 * rxmap_pool_reaper_init() - before the first pool is mapped
 * @reaper: an adapter's
 */
void rxmap_pool_reaper_init(struct rxmap_pool_reaper *reaper)
{
	init_llist_head(&reaper->dead);
	INIT_WORK(&reaper->work, reap_work);
}

/**
 * rxmap_pool_reaper_finish() - the device of the DMA API goes: no pool is mapped afterwards
 * @reaper: an adapter's, all of whose frames came back
 *
 * Context: process, sleeps.
 */
void rxmap_pool_reaper_finish(struct rxmap_pool_reaper *reaper)
{
	cancel_work_sync(&reaper->work);
	reap(reaper);
}

/**
 * rxmap_pool_detach() - no new frames will be posted
 * @pool: pool
 *
 * The NIC's reference goes now, or when the last posted frame comes back.
 *
 * Context: NAPI of the queue disabled, or the interface down.
 */
void rxmap_pool_detach(struct rxmap_frame_pool *pool)
{
	pool->attached = false;
	if (!pool->ledger.posted)
		pool_nic_done(pool);
}

/**
 * rxmap_frame_put() - a posted frame comes back unused
 * @buf: a buffer with a pool; left empty
 *
 * Context: NAPI of the queue, or NAPI disabled; where it may sleep, it does so with a pool's last
 *	frame.
 */
void rxmap_frame_put(struct rxmap_buf *buf)
{
	struct rxmap_frame_pool *pool = buf->pool;
	struct rxmap_pool_reaper *reaper = pool->reaper;

	rxmap_ledger_unpost(&pool->ledger, buf->frame);
	buf->va = NULL;
	buf->pool = NULL;
	if (likely(pool->attached || pool->ledger.posted))
		return;
	if (in_softirq()) {
		/* A work that another CPU scheduled may free it from here on. */
		llist_add(&pool->dead, &reaper->dead);
		schedule_work(&reaper->work);
	} else {
		pool_nic_done(pool);
	}
}
