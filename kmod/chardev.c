// SPDX-License-Identifier: GPL-2.0
/*
 * chardev.c - /dev/rxmap: open, poll, ioctl, close
 *
 * Copies from and to user space happen here, outside of every lock; the work is done in
 * ring_attach.c under RTNL. The node is 0666: the capability check is in ATTACH.
 */
#include <linux/filter.h>
#include <linux/idr.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include "backend.h"
#include "core.h"
#include "ring_private.h"
#include "ring_setup.h"

static DEFINE_IDA(cookies);

static int ring_open(struct inode *inode, struct file *file)
{
	struct rxmap_ring *ring = kzalloc(sizeof(*ring), GFP_KERNEL_ACCOUNT);
	int cookie;

	if (!ring)
		return -ENOMEM;
	/* 1 ... 2^20: the number and the region's index fit in an mmap offset */
	cookie = ida_alloc_range(&cookies, 1, 1 << 20, GFP_KERNEL);
	if (cookie < 0) {
		kfree(ring);
		return cookie;
	}
	ring->cookie = cookie;
	ring->mapping = file->f_mapping;
	init_waitqueue_head(&ring->waitq);
	spin_lock_init(&ring->state_lock);
	mutex_init(&ring->map_lock);
	INIT_WORK(&ring->fault_work, rxmap_ring_fault_work);
	hrtimer_init(&ring->wake_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
	ring->wake_timer.function = rxmap_ring_wake_timer;
	file->private_data = ring;
	return nonseekable_open(inode, file);
}

static int ring_release(struct inode *inode, struct file *file)
{
	struct rxmap_ring *ring = file->private_data;

	rtnl_lock();
	rxmap_ring_detach(ring, RXMAP_REASON_DETACHED);
	rtnl_unlock();
	cancel_work_sync(&ring->fault_work);
	rxmap_ring_free_memory(ring);
	ida_free(&cookies, ring->cookie);
	put_pid(ring->pid);
	kfree(ring);
	return 0;
}

/* Documentation/ring-abi.md has the table of revents in every state. */
static __poll_t ring_revents(struct rxmap_ring *ring)
{
	const struct rxmap_status *status = ring->p.status;
	u32 state = READ_ONCE(status->state);
	bool unread = rxmap_producer_unread(&ring->p);
	__poll_t events = 0;

	if (state == RXMAP_STATE_FAULT)
		return EPOLLERR;
	if (unread)
		events |= EPOLLIN | EPOLLRDNORM;
	if (state == RXMAP_STATE_GONE)
		return unread ? events : EPOLLHUP | EPOLLERR;
	if (READ_ONCE(status->state_seq) != READ_ONCE(ring->p.consumer->state_ack))
		events |= EPOLLPRI;
	return events;
}

static __poll_t ring_poll(struct file *file, poll_table *wait)
{
	struct rxmap_ring *ring = file->private_data;
	__poll_t events;

	poll_wait(file, &ring->waitq, wait);
	if (!smp_load_acquire(&ring->mappable))	/* pairs with the release in ring_attach.c */
		return EPOLLERR;
	/* D in the kernel: arm first, then look. Pairs with C in rxmap_producer_publish(). */
	smp_store_mb(ring->poll_armed, 1);
	events = ring_revents(ring);
	if (!events)
		rxmap_ring_sleeper(ring);
	return events;
}

static long ring_ioctl_attach(struct file *file, struct rxmap_attach __user *user)
{
	struct rxmap_attach args;
	int err;

	if (copy_from_user(&args, user, sizeof(args)))
		return -EFAULT;
	err = rxmap_ring_attach(file, &args);
	args.abi = RXMAP_ABI_VERSION;
	if (copy_to_user(user, &args, sizeof(args)))
		return err ? err : -EFAULT;
	return err;
}

static int ring_alive(struct rxmap_ring *ring)
{
	if (!smp_load_acquire(&ring->mappable))	/* pairs with the release in ring_attach.c */
		return -ENOTCONN;
	return READ_ONCE(ring->p.status->state) >= RXMAP_STATE_FAULT ? -ENODEV : 0;
}

static long ring_ioctl_detach(struct rxmap_ring *ring)
{
	int err;

	rtnl_lock();
	err = ring_alive(ring);
	if (!err)
		rxmap_ring_detach(ring, RXMAP_REASON_DETACHED);
	rtnl_unlock();
	return err;
}

static long ring_ioctl_kick(struct rxmap_ring *ring)
{
	struct rxmap_queue *q;
	int err = ring_alive(ring);

	if (err)
		return err;
	rcu_read_lock();
	q = rcu_dereference(ring->queue);
	if (q) {
		atomic_inc(&ring->kicks);
		rxmap_poll_start(q, RXMAP_POLL_REFILL);
	}
	rcu_read_unlock();
	return 0;
}

static long ring_ioctl_lock(struct rxmap_ring *ring)
{
	int err;

	rtnl_lock();
	err = ring_alive(ring);
	if (!err)
		ring->locked = true;
	rtnl_unlock();
	return err;
}

/* Filter mode needs a filter, divert takes everything, tap goes with and without. */
static bool filter_fits(u32 mode, const struct bpf_prog *prog)
{
	if (mode == RXMAP_MODE_FILTER)
		return prog;
	return mode == RXMAP_MODE_TAP || !prog;
}

static long ring_ioctl_filter(struct rxmap_ring *ring, const struct rxmap_filter __user *user)
{
	struct bpf_prog *prog = NULL;
	struct rxmap_filter args;
	int err;

	if (copy_from_user(&args, user, sizeof(args)))
		return -EFAULT;
	if (args.reserved)
		return -EINVAL;
	if (args.len)
		prog = rxmap_filter_create(args.insns, args.len);
	if (IS_ERR(prog))
		return PTR_ERR(prog);
	rtnl_lock();
	err = ring_alive(ring);
	if (!err && ring->locked)
		err = -EPERM;
	if (!err && !filter_fits(ring->mode, prog))
		err = -EINVAL;
	if (!err)
		rxmap_filter_replace(ring, prog);
	rtnl_unlock();
	if (err && prog)
		bpf_prog_destroy(prog);
	return err;
}

static long ring_ioctl_wake(struct rxmap_ring *ring, const struct rxmap_wake __user *user)
{
	struct rxmap_wake args;
	int err;

	if (copy_from_user(&args, user, sizeof(args)))
		return -EFAULT;
	err = ring_alive(ring);
	if (err)
		return err;
	if (args.usecs > RXMAP_WAKE_USECS_MAX || (args.packets > 1 && !args.usecs) ||
	    args.packets > ring->p.status->quota)
		return -EINVAL;
	WRITE_ONCE(ring->wake_usecs, args.usecs);
	WRITE_ONCE(ring->wake_packets, max(args.packets, 1u));
	return 0;
}

static long ring_ioctl_busy_poll(struct rxmap_ring *ring,
				 const struct rxmap_busy_poll __user *user)
{
	struct rxmap_busy_poll args;
	int err;

	if (copy_from_user(&args, user, sizeof(args)))
		return -EFAULT;
	err = ring_alive(ring);
	return err ? err : rxmap_ring_busy_poll(ring, &args);
}

static long ring_ioctl_attached(struct rxmap_ring *ring, struct rxmap_attach __user *user)
{
	struct rxmap_attach args;
	int err;

	if (copy_from_user(&args, user, sizeof(args)))
		return -EFAULT;
	err = rxmap_setup_check_attached(&args);
	if (!err) {
		rtnl_lock();
		err = ring_alive(ring);
		if (!err)
			rxmap_ring_attached(ring, &args);
		rtnl_unlock();
	}
	args.abi = RXMAP_ABI_VERSION;
	if (copy_to_user(user, &args, sizeof(args)))
		return err ? err : -EFAULT;
	return err;
}

static long ring_ioctl_query(struct rxmap_query __user *user, bool force)
{
	struct rxmap_query args;
	int err;

	if (copy_from_user(&args, user, sizeof(args)))
		return -EFAULT;
	if (args.reserved[0] || args.reserved[1])
		return -EINVAL;
	err = force ? rxmap_ring_force_detach(&args) : rxmap_ring_query(&args);
	if (!err && copy_to_user(user, &args, sizeof(args)))
		return -EFAULT;
	return err;
}

static long ring_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct rxmap_ring *ring = file->private_data;
	void __user *user = (void __user *)arg;

	switch (cmd) {
	case RXMAP_ATTACH:
		return ring_ioctl_attach(file, user);
	case RXMAP_DETACH:
		return ring_ioctl_detach(ring);
	case RXMAP_KICK:
		return ring_ioctl_kick(ring);
	case RXMAP_LOCK:
		return ring_ioctl_lock(ring);
	case RXMAP_SET_FILTER:
		return ring_ioctl_filter(ring, user);
	case RXMAP_SET_WAKE:
		return ring_ioctl_wake(ring, user);
	case RXMAP_QUERY:
		return ring_ioctl_query(user, false);
	case RXMAP_FORCE_DETACH:
		return ring_ioctl_query(user, true);
	case RXMAP_BUSY_POLL:
		return ring_ioctl_busy_poll(ring, user);
	case RXMAP_ATTACHED:
		return ring_ioctl_attached(ring, user);
	default:
		return -ENOTTY;
	}
}

static const struct file_operations ring_fops = {
	.owner = THIS_MODULE,
	.open = ring_open,
	.release = ring_release,
	.poll = ring_poll,
	.mmap = rxmap_ring_mmap,
	.unlocked_ioctl = ring_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice ring_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "rxmap",
	.mode = 0666,
	.fops = &ring_fops,
};

/* The interface leaves its network namespace, or for good: its rings end first. RTNL. */
static int ring_netdev_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct rxmap_adapter *adapter;

	if (event != NETDEV_UNREGISTER)
		return NOTIFY_DONE;
	adapter = rxmap_adapter_of(dev);
	if (adapter)
		rxmap_rings_detach(adapter, dev->reg_state == NETREG_REGISTERED ?
					    RXMAP_REASON_NETNS : RXMAP_REASON_DEVICE_GONE);
	return NOTIFY_DONE;
}

static struct notifier_block ring_notifier = {
	.notifier_call = ring_netdev_event,
};

/**
 * rxmap_chardev_register() - make /dev/rxmap
 *
 * Context: module init. Return: 0 or an errno.
 */
int rxmap_chardev_register(void)
{
	int err = rxmap_mmap_init();

	if (err)
		return err;
	err = register_netdevice_notifier(&ring_notifier);
	if (err)
		goto err_mmap;
	err = misc_register(&ring_device);
	if (err)
		goto err_notifier;
	return 0;

err_notifier:
	unregister_netdevice_notifier(&ring_notifier);
err_mmap:
	rxmap_mmap_exit();
	return err;
}

/**
 * rxmap_chardev_unregister() - module exit; no file is open (fops.owner)
 */
void rxmap_chardev_unregister(void)
{
	misc_deregister(&ring_device);
	unregister_netdevice_notifier(&ring_notifier);
	rxmap_mmap_exit();
}
