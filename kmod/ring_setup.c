// SPDX-License-Identifier: GPL-2.0
/*
 * ring_setup.c - argument checks and memory of a ring, before and after its attached life
 *
 * Process context, no lock: nothing here is visible to anybody else yet, or any more. Sizes come
 * from closed lists and are computed in 64 bits; the layout is the kernel's choice alone.
 */
#include <linux/filter.h>
#include <linux/if_vlan.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include "ring_private.h"
#include "ring_setup.h"

/* mmap offset = cookie << 32 | region << 30; 1 GiB holds the largest region, 128 MiB */
#define COOKIE_SHIFT	32
#define REGION_SHIFT	30

/**
 * rxmap_refuse() - say which argument was refused, and with which limit
 * @a: argument of RXMAP_ATTACH
 * @what: enum rxmap_refused
 * @limit: see there
 * @err: errno to return
 */
int rxmap_refuse(struct rxmap_attach *a, enum rxmap_refused what, u64 limit, int err)
{
	a->refused = what;
	a->limit = limit;
	return err;
}

static int check_frame(struct rxmap_attach *a)
{
	if (a->frames < RXMAP_FRAMES_MIN)
		return rxmap_refuse(a, RXMAP_REFUSED_FRAMES, RXMAP_FRAMES_MIN, -EINVAL);
	if (a->frames > RXMAP_FRAMES_MAX || !is_power_of_2(a->frames))
		return rxmap_refuse(a, RXMAP_REFUSED_FRAMES, RXMAP_FRAMES_MAX, -EINVAL);
	if (a->frame_size != RXMAP_FRAME_SIZE_2K && a->frame_size != RXMAP_FRAME_SIZE_4K)
		return rxmap_refuse(a, RXMAP_REFUSED_FRAME_SIZE, RXMAP_FRAME_SIZE_4K, -EINVAL);
	return 0;
}

static int check_behaviour(struct rxmap_attach *a)
{
	if (a->mode < RXMAP_MODE_TAP || a->mode > RXMAP_MODE_DIVERT)
		return rxmap_refuse(a, RXMAP_REFUSED_MODE, RXMAP_MODE_DIVERT, -EINVAL);
	if (a->overrun > RXMAP_OVERRUN_BACKPRESSURE ||
	    (a->overrun == RXMAP_OVERRUN_BACKPRESSURE && a->mode != RXMAP_MODE_DIVERT))
		return rxmap_refuse(a, RXMAP_REFUSED_OVERRUN, RXMAP_OVERRUN_BACKPRESSURE, -EINVAL);
	if (a->wake_usecs > RXMAP_WAKE_USECS_MAX || (a->wake_packets > 1 && !a->wake_usecs))
		return rxmap_refuse(a, RXMAP_REFUSED_WAKE, RXMAP_WAKE_USECS_MAX, -EINVAL);
	if (a->clock_id != CLOCK_REALTIME && a->clock_id != CLOCK_MONOTONIC &&
	    a->clock_id != CLOCK_TAI)
		return rxmap_refuse(a, RXMAP_REFUSED_CLOCK, 0, -EINVAL);
	if (a->filter_len > RXMAP_FILTER_LEN_MAX ||
	    (a->mode == RXMAP_MODE_FILTER && !a->filter_len) ||
	    (a->mode == RXMAP_MODE_DIVERT && a->filter_len))
		return rxmap_refuse(a, RXMAP_REFUSED_FILTER, RXMAP_FILTER_LEN_MAX, -EINVAL);
	return 0;
}

/* Do both sides speak of the same structure? */
static int check_version(struct rxmap_attach *a)
{
	if (a->size != sizeof(*a))
		return rxmap_refuse(a, RXMAP_REFUSED_SIZE, sizeof(*a), -EINVAL);
	if (a->abi != RXMAP_ABI_VERSION)
		return rxmap_refuse(a, RXMAP_REFUSED_ABI, RXMAP_ABI_VERSION, -EPROTONOSUPPORT);
	return 0;
}

/**
 * rxmap_setup_check_attached() - the argument of RXMAP_ATTACHED: size, abi, and zeros
 * @a: argument, as user space wrote it
 *
 * Return: 0 or an errno, a->refused says why.
 */
int rxmap_setup_check_attached(struct rxmap_attach *a)
{
	const size_t in = offsetofend(struct rxmap_attach, abi);
	int err = check_version(a);

	if (!err && memchr_inv((u8 *)a + in, 0, sizeof(*a) - in))
		err = rxmap_refuse(a, RXMAP_REFUSED_FLAGS, 0, -EINVAL);
	return err;
}

/**
 * rxmap_setup_check() - everything that can be said about the argument alone
 * @a: argument of RXMAP_ATTACH, as user space wrote it
 *
 * Return: 0 or an errno, a->refused says why.
 */
int rxmap_setup_check(struct rxmap_attach *a)
{
	int err;

	a->refused = RXMAP_REFUSED_NOTHING;
	a->limit = 0;
	err = check_version(a);
	if (err)
		return err;
	if (a->flags & ~RXMAP_ATTACH_FLAGS || memchr_inv(a->reserved, 0, sizeof(a->reserved)))
		return rxmap_refuse(a, RXMAP_REFUSED_FLAGS, RXMAP_ATTACH_FLAGS, -EINVAL);
	err = check_frame(a);
	return err ? err : check_behaviour(a);
}

static void *shared_alloc(u64 bytes)
{
	return __vmalloc(PAGE_ALIGN(bytes), GFP_KERNEL_ACCOUNT | __GFP_ZERO);
}

static u64 descs_bytes(const struct rxmap_attach *a)
{
	return 2ULL * a->frames * sizeof(struct rxmap_desc);
}

static u64 consumer_bytes(const struct rxmap_attach *a)
{
	return RXMAP_RELEASE_RING_OFFSET + (u64)a->frames * sizeof(u32);
}

/**
 * rxmap_setup_alloc() - the ring's memory, pool and filter
 * @setup: zeroed; filled
 * @a: checked argument
 *
 * Return: 0; -ENOMEM, -ENOBUFS (memlock), -EFAULT, -EINVAL (filter); nothing is left then.
 */
int rxmap_setup_alloc(struct rxmap_setup *setup, struct rxmap_attach *a)
{
	int err = -ENOMEM;

	if (a->filter_len) {
		setup->filter = rxmap_filter_create(a->filter, a->filter_len);
		if (IS_ERR(setup->filter)) {
			err = PTR_ERR(setup->filter);
			setup->filter = NULL;
			if (err == -EINVAL)
				rxmap_refuse(a, RXMAP_REFUSED_FILTER, RXMAP_FILTER_LEN_MAX, err);
			return err;
		}
	}
	setup->pool = rxmap_pool_alloc(a->frames, a->frame_size);
	if (IS_ERR(setup->pool)) {
		err = PTR_ERR(setup->pool);
		setup->pool = NULL;
		goto err_free;
	}
	setup->status = shared_alloc(sizeof(struct rxmap_status));
	setup->descs = shared_alloc(descs_bytes(a));
	setup->consumer = shared_alloc(consumer_bytes(a));
	setup->scratch = kzalloc(sizeof(*setup->scratch) + PAGE_SIZE + VLAN_HLEN,
				 GFP_KERNEL_ACCOUNT);
	if (setup->status && setup->descs && setup->consumer && setup->scratch)
		return 0;

err_free:
	rxmap_setup_free(setup);
	return err;
}

/**
 * rxmap_setup_free() - undo rxmap_setup_alloc()
 * @setup: may be half filled
 */
void rxmap_setup_free(struct rxmap_setup *setup)
{
	if (setup->filter)
		bpf_prog_destroy(setup->filter);
	if (setup->pool)
		rxmap_pool_put(setup->pool);
	kfree(setup->scratch);
	vfree(setup->consumer);
	vfree(setup->descs);
	vfree(setup->status);
}

static void install_region(struct rxmap_ring *ring, enum rxmap_region_id id, void *va, u64 bytes,
			   struct rxmap_region *out)
{
	struct rxmap_ring_region *region = &ring->region[id];

	out->offset = (u64)ring->cookie << COOKIE_SHIFT | (u64)id << REGION_SHIFT;
	out->bytes = PAGE_ALIGN(bytes);
	region->ring = ring;
	region->va = va;
	region->pages = out->bytes >> PAGE_SHIFT;
	region->pgoff = out->offset >> PAGE_SHIFT;
	region->writable = id == RXMAP_REGION_CONSUMER;
}

static void install_status(const struct rxmap_ring *ring, const struct rxmap_attach *a)
{
	struct rxmap_status *s = ring->p.status;

	s->magic = RXMAP_MAGIC;
	s->abi = RXMAP_ABI_VERSION;
	s->frames = a->frames;
	s->frame_size = a->frame_size;
	s->slots = a->slots;
	s->release_slots = a->release_slots;
	s->desc_size = sizeof(struct rxmap_desc);
	s->clock_id = a->clock_id;
	s->ifindex = a->ifindex;
	s->queue = a->queue;
	s->mode = a->mode;
	s->quota = a->quota;
	s->free = a->frames;
}

/**
 * rxmap_setup_install() - give the memory to the ring and tell user space the geometry
 * @ring: ring of an open file, never attached before
 * @setup: its contents are the ring's from now on
 * @a: checked argument; slots and regions are filled
 *
 * Context: RTNL, the ring is not visible to NAPI or mmap() yet.
 */
void rxmap_setup_install(struct rxmap_ring *ring, struct rxmap_setup *setup,
			 struct rxmap_attach *a)
{
	a->slots = 2 * a->frames;
	a->release_slots = a->frames;
	ring->pool = setup->pool;
	ring->scratch = setup->scratch;
	RCU_INIT_POINTER(ring->filter, setup->filter);
	ring->mode = a->mode;
	ring->clock_id = a->clock_id;
	ring->wake_packets = max(a->wake_packets, 1u);
	ring->wake_usecs = a->wake_usecs;
	ring->p.status = setup->status;
	ring->p.descs = setup->descs;
	ring->p.consumer = setup->consumer;
	ring->p.release_ids = setup->consumer + RXMAP_RELEASE_RING_OFFSET;
	ring->p.ledger = &setup->pool->ledger;
	ring->p.slots = a->slots;
	ring->p.quota = a->quota;
	ring->p.backpressure = a->overrun == RXMAP_OVERRUN_BACKPRESSURE;
	rxmap_producer_init(&ring->p, 0);
	install_status(ring, a);
	install_region(ring, RXMAP_REGION_STATUS, setup->status, sizeof(struct rxmap_status),
		       &a->status);
	install_region(ring, RXMAP_REGION_DESCS, setup->descs, descs_bytes(a), &a->descs);
	install_region(ring, RXMAP_REGION_FRAMES, NULL, (u64)a->frames * a->frame_size,
		       &a->frames_region);
	install_region(ring, RXMAP_REGION_CONSUMER, setup->consumer, consumer_bytes(a),
		       &a->consumer_area);
}

/**
 * rxmap_ring_free_memory() - last close: no mapping, no NAPI, no sleeper is left
 * @ring: detached, or never attached
 */
void rxmap_ring_free_memory(struct rxmap_ring *ring)
{
	struct rxmap_setup setup = {
		.status = ring->p.status,
		.descs = ring->p.descs,
		.consumer = ring->p.consumer,
		.pool = ring->pool,
		.filter = rcu_dereference_protected(ring->filter, 1),
		.scratch = ring->scratch,
	};

	rxmap_setup_free(&setup);
}
