// SPDX-License-Identifier: GPL-2.0
/*
 * ring_mmap.c - the four regions in a consumer's address space
 *
 * Pages are inserted on the first fault, a whole region at once, and hold page references, so a
 * mapping never outlives its memory. Revocation (fault, forced detach) makes the frames refault
 * to one shared page of zeros: an ex-consumer never gets SIGBUS and sees nothing of what the
 * NIC still writes.
 *
 * Neither ->mmap nor ->fault takes RTNL: they run under mmap_lock and read only what ATTACH
 * made final before it set rxmap_ring.mappable. @map_lock orders a fault against a revocation:
 * the fault inserts under it, in a VMA that unmap_mapping_range() already finds; so either the
 * fault sees @revoked, or the zap sees what the fault inserted.
 */
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include "compat.h"
#include "ring_private.h"

/* What revoked frames show. Read-only everywhere, so one page serves all. */
static struct page *blank_page;

static struct page *region_page(const struct rxmap_ring_region *region, unsigned long index)
{
	struct rxmap_ring *ring = region->ring;

	if (region->va)
		return vmalloc_to_page(region->va + (index << PAGE_SHIFT));
	return ring->revoked ? blank_page : ring->pool->pages[index];
}

/* Fill every hole of the VMA; a page that is there already is fine. */
static vm_fault_t region_insert(struct vm_area_struct *vma, struct rxmap_ring_region *region)
{
	unsigned long index = vma->vm_pgoff - region->pgoff;
	unsigned long addr;

	for (addr = vma->vm_start; addr < vma->vm_end; addr += PAGE_SIZE, index++) {
		int err = vm_insert_page(vma, addr, region_page(region, index));

		if (err && err != -EBUSY)
			return err == -ENOMEM ? VM_FAULT_OOM : VM_FAULT_SIGBUS;
	}
	return VM_FAULT_NOPAGE;
}

static vm_fault_t ring_vm_fault(struct vm_fault *vmf)
{
	struct rxmap_ring_region *region = vmf->vma->vm_private_data;
	vm_fault_t ret;

	mutex_lock(&region->ring->map_lock);
	ret = region_insert(vmf->vma, region);
	mutex_unlock(&region->ring->map_lock);
	return ret;
}

static const struct vm_operations_struct ring_vm_ops = {
	.fault = ring_vm_fault,
};

static struct rxmap_ring_region *find_region(struct rxmap_ring *ring, unsigned long pgoff)
{
	int i;

	for (i = 0; i < RXMAP_REGIONS; i++)
		if (ring->region[i].pgoff == pgoff)
			return &ring->region[i];
	return NULL;
}

/**
 * rxmap_ring_mmap() - file_operations.mmap
 * @file: open file
 * @vma: exactly one region, shared
 *
 * Return: 0; -ENOTCONN before ATTACH; -EINVAL for an unknown offset, another length or a private
 * mapping; -EACCES for a protection that the region does not have.
 */
int rxmap_ring_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct rxmap_ring *ring = file->private_data;
	struct rxmap_ring_region *region;

	if (!smp_load_acquire(&ring->mappable))	/* pairs with the release in ring_attach.c */
		return -ENOTCONN;
	region = find_region(ring, vma->vm_pgoff);
	/* VM_MAYSHARE: without VM_SHARED a shared mapping of a file that was opened for reading */
	if (!region || vma_pages(vma) != region->pages || !(vma->vm_flags & VM_MAYSHARE))
		return -EINVAL;
	if (vma->vm_flags & VM_EXEC || (vma->vm_flags & VM_WRITE && !region->writable))
		return -EACCES;
	/* VM_IO: no get_user_pages(), whose page references would survive a revocation. */
	rxmap_vm_flags_mod(vma, VM_MIXEDMAP | VM_IO | VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP,
			   VM_MAYEXEC | (region->writable ? 0 : VM_MAYWRITE));
	vma->vm_private_data = region;
	vma->vm_ops = &ring_vm_ops;
	return 0;
}

/**
 * rxmap_ring_revoke() - from now on the frames read as zeros, in every mapping
 * @ring: ring that was attached
 *
 * Context: process, may sleep; not under map_lock.
 */
void rxmap_ring_revoke(struct rxmap_ring *ring)
{
	struct rxmap_ring_region *frames = &ring->region[RXMAP_REGION_FRAMES];

	mutex_lock(&ring->map_lock);
	ring->revoked = true;
	mutex_unlock(&ring->map_lock);
	unmap_mapping_range(ring->mapping, (loff_t)frames->pgoff << PAGE_SHIFT,
			    (loff_t)frames->pages << PAGE_SHIFT, 1);
}

/**
 * rxmap_mmap_init() - allocate the page of zeros
 *
 * Return: 0 or -ENOMEM.
 */
int rxmap_mmap_init(void)
{
	blank_page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	return blank_page ? 0 : -ENOMEM;
}

/**
 * rxmap_mmap_exit() - no file is open, so no VMA shows the page
 */
void rxmap_mmap_exit(void)
{
	__free_page(blank_page);
}
