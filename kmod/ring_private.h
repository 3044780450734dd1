/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ring_private.h - the open file of /dev/rxmap and the ring that it may carry
 *
 * One structure for both, because one open file is one ring: it is allocated at open() and
 * freed at the last close, which is after the last munmap(). Whoever holds the file (VMAs,
 * epoll, io_uring) therefore holds the wait queue and the shared memory. The queue's NAPI
 * reaches it through rxmap_queue.ring, an RCU pointer that detach clears.
 *
 * Locking: attach, detach and filter changes under RTNL, the only lock of configuration.
 * @state_lock covers state, reason and state_seq, which NAPI (fault) and RTNL (all else) write.
 * @map_lock orders page faults with revocation and is a leaf below mmap_lock.
 */
#ifndef RXMAP_RING_PRIVATE_H
#define RXMAP_RING_PRIVATE_H

#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include "algo/ring_producer.h"
#include "backend.h"
#include "frame_pool.h"

/* The four regions, in the order of their mmap cookies. */
enum rxmap_region_id {
	RXMAP_REGION_STATUS,
	RXMAP_REGION_DESCS,
	RXMAP_REGION_FRAMES,
	RXMAP_REGION_CONSUMER,
	RXMAP_REGIONS,
};

/**
 * struct rxmap_ring_region - one mappable region
 * @ring: owner
 * @va: vmalloc memory; NULL for the frames, whose pages are the pool's
 * @pages: length
 * @pgoff: mmap offset in pages
 * @writable: may be mapped for writing
 */
struct rxmap_ring_region {
	struct rxmap_ring *ring;
	void *va;
	unsigned long pages;
	unsigned long pgoff;
	bool writable;
};

/**
 * struct rxmap_ring - see the head of this file
 * @p: producer; NAPI of the queue while attached
 * @pool: frames
 * @mode: enum rxmap_mode
 * @clock_id: of the timestamps
 * @wake_packets: threshold, live
 * @wake_usecs: threshold, live
 * @low_water: fewer posted frames than this: the NIC is short, see ring_feed()
 * @timer_wakeups: by @wake_timer, which may run beside NAPI
 * @kicks: RXMAP_KICK calls that the poll has not counted yet
 * @woken: a poll woke the consumer since rxmap_ring_look()
 * @busy_callers: tasks in RXMAP_BUSY_POLL
 * @busy_seen: producer position that the latest of them knew
 * @poll_armed: poll() looked and may sleep; cleared by the wake-up. The kernel's own armed word
 * @in_packet: a packet over several buffers goes on; NAPI
 * @packet_wanted: its fate in the ring
 * @packet_stacked: a copy goes to the stack
 * @packet_dropped: no room for all of it
 * @packet_bytes: its bytes so far
 * @filter: classic BPF, NULL: none; RCU
 * @scratch: the sk_buff that the filter sees, and room for a packet behind it; NAPI
 * @waitq: sleepers
 * @wake_timer: wake_usecs
 * @queue: while attached; RTNL to write, RCU to read
 * @state_lock: see above
 * @fault_work: detaches after a fault, because NAPI cannot
 * @map_lock: see above
 * @revoked: the frames read as zeros from now on
 * @mapping: of the open file, for the revocation
 * @region: the four regions
 * @cookie: number in the mmap offsets
 * @mappable: regions are final; written once by attach (release), read by mmap (acquire)
 * @answer: of ATTACH; RTNL
 * @locked: RXMAP_LOCK
 * @promisc: counted in the netdev
 * @used: an ATTACH succeeded once on this file
 * @pid: holder
 * @comm: its name
 */
struct rxmap_ring {
	struct rxmap_producer p ____cacheline_aligned_in_smp;
	struct rxmap_frame_pool *pool;
	u32 mode;
	s32 clock_id;
	u32 wake_packets;
	u32 wake_usecs;
	u32 low_water;
	u32 poll_armed;
	bool woken;
	atomic_t busy_callers;
	u32 busy_seen;
	atomic_t timer_wakeups;
	atomic_t kicks;
	bool in_packet;
	bool packet_wanted;
	bool packet_stacked;
	bool packet_dropped;
	u32 packet_bytes;
	struct bpf_prog __rcu *filter;
	struct sk_buff *scratch;

	wait_queue_head_t waitq ____cacheline_aligned_in_smp;
	struct hrtimer wake_timer;
	struct rxmap_queue __rcu *queue;
	spinlock_t state_lock;		/* status page: state, reason, state_seq */
	struct work_struct fault_work;
	struct mutex map_lock;		/* revoked */
	bool revoked;
	struct address_space *mapping;
	struct rxmap_ring_region region[RXMAP_REGIONS];
	int cookie;
	bool mappable;
	struct rxmap_attach answer;
	bool locked;
	bool promisc;
	bool used;
	struct pid *pid;
	char comm[TASK_COMM_LEN];
};

/* ring.c */
u32 rxmap_ring_activity(struct rxmap_ring *ring);
void rxmap_ring_set_state(struct rxmap_ring *ring, u32 state, u32 reason);
enum hrtimer_restart rxmap_ring_wake_timer(struct hrtimer *timer);

/* ring_attach.c */
int rxmap_ring_attach(struct file *file, struct rxmap_attach *args);
void rxmap_ring_detach(struct rxmap_ring *ring, u32 reason);
void rxmap_ring_fault_work(struct work_struct *work);

/* ring_setup.c; what ATTACH uses of it is in ring_setup.h */
void rxmap_ring_free_memory(struct rxmap_ring *ring);

/* ring_query.c */
struct rxmap_adapter *rxmap_ring_adapter(u32 ifindex);
void rxmap_ring_attached(const struct rxmap_ring *ring, struct rxmap_attach *args);
int rxmap_ring_query(struct rxmap_query *args);
int rxmap_ring_force_detach(struct rxmap_query *args);

/* ring_filter.c */
struct bpf_prog *rxmap_filter_create(u64 insns, u32 len);
void rxmap_filter_replace(struct rxmap_ring *ring, struct bpf_prog *prog);
bool rxmap_filter_match(struct rxmap_ring *ring, struct net_device *dev, void *data,
			const struct rxmap_rx_meta *meta);

/* ring_busy.c */
void rxmap_ring_sleeper(struct rxmap_ring *ring);
int rxmap_ring_busy_poll(struct rxmap_ring *ring, const struct rxmap_busy_poll *args);

/* ring_mmap.c */
int rxmap_mmap_init(void);
void rxmap_mmap_exit(void);
int rxmap_ring_mmap(struct file *file, struct vm_area_struct *vma);
void rxmap_ring_revoke(struct rxmap_ring *ring);

#endif /* RXMAP_RING_PRIVATE_H */
