// SPDX-License-Identifier: GPL-2.0
/*
 * stack_pool.c - the page_pool of a queue: where its buffers come from while nobody maps it
 *
 * One page a buffer, with headroom in front, filled by the device up to its end if the packet is
 * that long. The stack gives a page back when the socket is done with it.
 *
 * Context: create, destroy, put: process context with NAPI disabled; get: NAPI, or the same.
 */
#include "compat.h"
#include "core.h"
#include "stack_pool.h"

/* What the device may fill of a page */
#define BUF_BYTES		(PAGE_SIZE - RXMAP_STACK_HEADROOM)

/**
 * rxmap_stack_pool_create() - the page_pool of a queue, before its ring is filled
 * @q: queue
 *
 * Context: RTNL. Return: 0 or an errno.
 */
int rxmap_stack_pool_create(struct rxmap_queue *q)
{
	struct rxmap_adapter *adapter = q->adapter;
	struct page_pool_params params = {
		.pool_size = adapter->rx_ring_size,
		.nid = dev_to_node(&adapter->pdev->dev),
		.dma_dir = DMA_FROM_DEVICE,
		.offset = RXMAP_STACK_HEADROOM,
		.max_len = BUF_BYTES,
	};
	struct page_pool *pool;

	if (adapter->dma_dev) {
		params.dev = adapter->dma_dev;
		params.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV;
	}
	rxmap_page_pool_set_napi(&params, &q->napi);
	pool = page_pool_create(&params);
	if (IS_ERR(pool))
		return PTR_ERR(pool);
	q->page_pool = pool;
	return 0;
}

/**
 * rxmap_stack_pool_destroy() - undo rxmap_stack_pool_create(), drop an unfinished packet
 * @q: queue, its buffers are given back
 *
 * Pages that sockets still hold keep the pool alive by themselves.
 *
 * Context: RTNL, NAPI disabled.
 */
void rxmap_stack_pool_destroy(struct rxmap_queue *q)
{
	kfree_skb(q->rx_head);
	q->rx_head = NULL;
	q->rx_skip = false;
	page_pool_destroy(q->page_pool);
	q->page_pool = NULL;
}

/**
 * rxmap_stack_buf_get() - a page for an empty descriptor
 * @q: queue
 * @buf: filled on success
 *
 * Return: false when there is no memory now.
 */
bool rxmap_stack_buf_get(struct rxmap_queue *q, struct rxmap_buf *buf)
{
	struct page *page = page_pool_dev_alloc_pages(q->page_pool);

	if (unlikely(!page))
		return false;
	buf->va = page_address(page) + RXMAP_STACK_HEADROOM;
	buf->dma = q->adapter->dma_dev ? page_pool_get_dma_addr(page) + RXMAP_STACK_HEADROOM :
					 virt_to_phys(buf->va);
	buf->pool = NULL;
	buf->frame = 0;
	buf->len = BUF_BYTES;
	return true;
}

/**
 * rxmap_stack_buf_put() - give an unused page back
 * @q: queue, its NAPI disabled
 * @buf: left empty
 */
void rxmap_stack_buf_put(struct rxmap_queue *q, struct rxmap_buf *buf)
{
	page_pool_put_full_page(q->page_pool, virt_to_head_page(buf->va), false);
	buf->va = NULL;
}
