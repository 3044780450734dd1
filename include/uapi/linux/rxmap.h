/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR MIT) */
/*
 * rxmap: one RX queue of a network interface, mapped into one consumer.
 *
 * This header is the whole contract between the kernel module and a consumer:
 * the system calls, the layout of the shared memory, who owns a frame when,
 * and which barrier pairs with which. It compiles as C, as C++ and in the
 * kernel. Documentation/ring-abi.md tells the same story in prose.
 *
 * In one paragraph
 * ----------------
 * open("/dev/rxmap"), RXMAP_ATTACH names an interface and a queue, four regions
 * are mapped. The NIC writes packets into *frames*; for each packet the kernel
 * writes a *descriptor* (frame id, offset, length, metadata) into the descriptor
 * ring and moves the producer position. The consumer reads descriptors from its
 * own position up to the producer's, reads the bytes in place, and gives frames
 * back, in any order, by writing their ids into the release ring.
 *
 * What is promised, and what is not trusted
 * -----------------------------------------
 * Frames, descriptors and the status page are read-only to the consumer; no
 * mprotect() makes them writable. The consumer area is the only memory that a
 * consumer writes. The kernel reads each of its words once per decision and
 * checks it against private state: a wrong value harms its writer alone (state
 * RXMAP_STATE_FAULT, POLLERR), never the kernel, the interface or anyone else.
 *
 * Positions
 * ---------
 * Positions are free-running u32 counters; "position & (slots - 1)" is the slot.
 *
 *	producer   written by the kernel     slots below it are filled
 *	consumer   written by the consumer   it no longer reads slots below it
 *	release    written by the consumer   release-ring entries below it are ids
 *
 * Ownership: every frame is in exactly one place, and the sum never changes
 * ------------------------------------------------------------------------
 *	free (kernel) -> posted (NIC) -> delivered (consumer) -> free
 *
 * Memory ordering
 * ---------------
 * Each letter is one access; letters pair as the arrows say.
 *
 *	kernel (producer)                      consumer
 *	-----------------                      --------
 *	write frame, descriptor
 *	A: store-release producer        ->    B: load-acquire producer
 *	                                       read descriptor, frame
 *
 *	publish, then decide to wake           nothing found, then sleep
 *	   store producer            (A)          store armed
 *	C: full barrier                 <->    D: full barrier
 *	   load armed: wake if set                load producer: sleep if nothing
 *
 *	F: load-acquire consumer, release <-   E: store-release consumer, release
 *	   reuse the slot, the frame                after the last read of them
 *
 *	the NIC starves, then stop             released, then leave
 *	   store need_wakeup                      store release       (E)
 *	H: full barrier                 <->    G: full barrier
 *	   load release: refill if moved          load need_wakeup: RXMAP_KICK if set
 *
 * C/D and G/H are Dekker pairs: each side stores its own word, then loads the
 * other's, with a full barrier between, so at least one side sees the other.
 * poll() does the consumer's side of C/D in the kernel, in a private word, so
 * any event loop on the bare file descriptor is correct without writing 'armed'.
 */
#ifndef _UAPI_LINUX_RXMAP_H
#define _UAPI_LINUX_RXMAP_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* The file, what its status pages begin with, the version of this contract */
#define RXMAP_DEVICE_PATH	"/dev/rxmap"
#define RXMAP_MAGIC		0x70616d72u	/* "rmap", little endian */
#define RXMAP_ABI_VERSION	1u
#define RXMAP_CACHELINE		64u

/* Limits of RXMAP_ATTACH. Frame counts are powers of two. */
#define RXMAP_FRAMES_MIN	64u
#define RXMAP_FRAMES_MAX	32768u
#define RXMAP_FRAMES_DEFAULT	2048u
#define RXMAP_FRAME_SIZE_2K	2048u
#define RXMAP_FRAME_SIZE_4K	4096u
#define RXMAP_WAKE_USECS_MAX	1000000u
#define RXMAP_BUSY_POLL_USECS_MAX	1000
#define RXMAP_BUSY_POLL_BUDGET_MAX	256
#define RXMAP_FILTER_LEN_MAX	4096u

/**
 * enum rxmap_mode - who gets a packet
 * @RXMAP_MODE_TAP: every packet to the ring and, as a copy, to the stack
 * @RXMAP_MODE_FILTER: what the filter matches to the ring only, the rest to the stack
 * @RXMAP_MODE_DIVERT: every packet to the ring only
 */
enum rxmap_mode {
	RXMAP_MODE_TAP = 1,
	RXMAP_MODE_FILTER = 2,
	RXMAP_MODE_DIVERT = 3,
};

/**
 * enum rxmap_overrun - what happens when the consumer holds its whole quota
 * @RXMAP_OVERRUN_DROP: the newest packet is dropped and counted
 * @RXMAP_OVERRUN_BACKPRESSURE: the NIC gets no new frames until some come back;
 *	divert mode only, because the stack of the interface waits as well
 */
enum rxmap_overrun {
	RXMAP_OVERRUN_DROP = 0,
	RXMAP_OVERRUN_BACKPRESSURE = 1,
};

/* rxmap_attach.flags */
#define RXMAP_ATTACH_PROMISC	(1u << 0)	/* promiscuous while attached (counted) */
#define RXMAP_ATTACH_LOCK	(1u << 1)	/* as RXMAP_LOCK, at once */
#define RXMAP_ATTACH_FLAGS	(RXMAP_ATTACH_PROMISC | RXMAP_ATTACH_LOCK)

/* rxmap_attach.granted: what this queue really does */
#define RXMAP_GRANT_ZEROCOPY	(1u << 0)	/* the NIC writes into the mapped frames */
#define RXMAP_GRANT_PROMISC	(1u << 1)
#define RXMAP_GRANT_QUEUE_RESET	(1u << 2)	/* at detach posted frames come home */
#define RXMAP_GRANT_LOCKED	(1u << 3)

/**
 * enum rxmap_refused - which argument of RXMAP_ATTACH was refused
 *
 * Comes back in rxmap_attach.refused with the limit in rxmap_attach.limit, so that a
 * tool can name argument, limit and value. The errno of each is fixed:
 *
 * @RXMAP_REFUSED_NOTHING: the call succeeded, or failed for want of memory (ENOMEM), memlock
 *	(ENOBUFS) or a readable argument (EFAULT)
 * @RXMAP_REFUSED_SIZE: EINVAL, limit: sizeof(struct rxmap_attach)
 * @RXMAP_REFUSED_ABI: EPROTONOSUPPORT, limit: the module's RXMAP_ABI_VERSION
 * @RXMAP_REFUSED_INTERFACE: ENODEV: no such interface here, or not of this driver, or going away
 * @RXMAP_REFUSED_QUEUE: ENXIO, limit: number of RX queues
 * @RXMAP_REFUSED_QUEUE_BUSY: EBUSY, limit: pid of the holder (RXMAP_QUERY tells more)
 * @RXMAP_REFUSED_FILE_BUSY: EALREADY: this file has, or had, a ring
 * @RXMAP_REFUSED_CAPABILITY: EPERM, limit: number of the missing capability
 * @RXMAP_REFUSED_MODE: EINVAL, limit: largest mode
 * @RXMAP_REFUSED_OVERRUN: EINVAL: unknown, or backpressure outside divert mode
 * @RXMAP_REFUSED_FRAMES: EINVAL, limit: RXMAP_FRAMES_MIN or _MAX, or the least that this NIC's
 *	ring size allows; or not a power of two
 * @RXMAP_REFUSED_FRAME_SIZE: EINVAL, limit: RXMAP_FRAME_SIZE_4K
 * @RXMAP_REFUSED_QUOTA: ERANGE, limit: largest quota
 * @RXMAP_REFUSED_WAKE: EINVAL, limit: RXMAP_WAKE_USECS_MAX; or wake_packets without wake_usecs;
 *	or more wake_packets than the quota, limit: the quota
 * @RXMAP_REFUSED_CLOCK: EINVAL
 * @RXMAP_REFUSED_FLAGS: EINVAL, limit: RXMAP_ATTACH_FLAGS; or a reserved word is not zero
 * @RXMAP_REFUSED_FILTER: EINVAL, limit: RXMAP_FILTER_LEN_MAX; or missing in filter mode, or present
 *	in divert mode, or not a valid classic BPF program
 * @RXMAP_REFUSED_MTU: EMSGSIZE, limit: largest MTU that fits a frame
 * @RXMAP_REFUSED_OFFLOADS: EOPNOTSUPP: guest offloads are on and the device cannot switch them off
 * @RXMAP_REFUSED_BOUNCE: EOPNOTSUPP: the device cannot write into the frames directly
 * @RXMAP_REFUSED_PROMISC: EOVERFLOW: too many users have made the interface promiscuous
 */
enum rxmap_refused {
	RXMAP_REFUSED_NOTHING = 0,
	RXMAP_REFUSED_SIZE = 1,
	RXMAP_REFUSED_ABI = 2,
	RXMAP_REFUSED_INTERFACE = 3,
	RXMAP_REFUSED_QUEUE = 4,
	RXMAP_REFUSED_QUEUE_BUSY = 5,
	RXMAP_REFUSED_FILE_BUSY = 6,
	RXMAP_REFUSED_CAPABILITY = 7,
	RXMAP_REFUSED_MODE = 8,
	RXMAP_REFUSED_OVERRUN = 9,
	RXMAP_REFUSED_FRAMES = 10,
	RXMAP_REFUSED_FRAME_SIZE = 11,
	RXMAP_REFUSED_QUOTA = 12,
	RXMAP_REFUSED_WAKE = 13,
	RXMAP_REFUSED_CLOCK = 14,
	RXMAP_REFUSED_FLAGS = 15,
	RXMAP_REFUSED_FILTER = 16,
	RXMAP_REFUSED_MTU = 17,
	RXMAP_REFUSED_OFFLOADS = 18,
	RXMAP_REFUSED_BOUNCE = 19,
	RXMAP_REFUSED_PROMISC = 20,
};

/**
 * struct rxmap_region - one region to mmap()
 * @offset: mmap offset, a cookie of this ring; meaningless to any other file
 * @bytes: exact length; no other length, longer or shorter, is accepted
 */
struct rxmap_region {
	__u64 offset;
	__u64 bytes;
};

/**
 * struct rxmap_attach - argument of RXMAP_ATTACH
 *
 * The caller zeroes the structure and fills the part marked "in". Unknown flags
 * and nonzero reserved words are refused; nothing is rounded or replaced silently.
 * Errors: see enum rxmap_refused.
 *
 * @size: in: sizeof(struct rxmap_attach)
 * @abi: in: RXMAP_ABI_VERSION; out: the module's, on success and failure
 * @ifindex: in: interface, in the caller's network namespace
 * @queue: in: RX queue, from 0
 * @mode: in: enum rxmap_mode
 * @overrun: in: enum rxmap_overrun
 * @frames: in: number of frames, a power of two in [FRAMES_MIN, FRAMES_MAX]
 * @frame_size: in: bytes of a frame, 2048 or 4096
 * @quota: in: most frames that the consumer may hold; 0: the most allowed.
 *	out: the value in force
 * @wake_packets: in: wake a sleeping consumer when so many packets are unread (0 means 1);
 *	at most the quota, since more are never unread
 * @wake_usecs: in: ... or so long after the first of them;
 *	must be nonzero when wake_packets exceeds 1
 * @clock_id: in: CLOCK_REALTIME, CLOCK_MONOTONIC or CLOCK_TAI, for the timestamps
 * @flags: in: RXMAP_ATTACH_*
 * @filter_len: in: instructions of the classic BPF filter, 0: none. Filter mode needs one; in tap
 *	mode it restricts what the ring gets; divert takes everything and has none
 * @filter: in: user address of struct sock_filter[@filter_len]
 * @slots: out: slots of the descriptor ring, 2 x @frames
 * @release_slots: out: slots of the release ring, = @frames
 * @napi_id: out: NAPI id of the queue, 0 where unknown
 * @granted: out: RXMAP_GRANT_*
 * @refused: out, on failure: enum rxmap_refused
 * @max_packet: out: largest packet that fits one frame, in bytes, without FCS
 * @limit: out, on failure: see enum rxmap_refused
 * @status: out: status page
 * @descs: out: descriptor ring
 * @frames_region: out: the frames
 * @consumer_area: out: consumer area, the only writable one
 * @reserved: zero
 */
struct rxmap_attach {
	__u32 size;
	__u32 abi;
	__u32 ifindex;
	__u32 queue;
	__u32 mode;
	__u32 overrun;
	__u32 frames;
	__u32 frame_size;
	__u32 quota;
	__u32 wake_packets;
	__u32 wake_usecs;
	__s32 clock_id;
	__u32 flags;
	__u32 filter_len;
	__u64 filter;
	__u32 slots;
	__u32 release_slots;
	__u32 napi_id;
	__u32 granted;
	__u32 refused;
	__u32 max_packet;
	__u64 limit;
	struct rxmap_region status;
	struct rxmap_region descs;
	struct rxmap_region frames_region;
	struct rxmap_region consumer_area;
	__u64 reserved[4];
};

/**
 * struct rxmap_filter - argument of RXMAP_SET_FILTER
 * @len: instructions; 0 removes the filter (EINVAL in filter mode)
 * @reserved: zero
 * @insns: user address of struct sock_filter[@len]
 */
struct rxmap_filter {
	__u32 len;
	__u32 reserved;
	__u64 insns;
};

/**
 * struct rxmap_wake - argument of RXMAP_SET_WAKE, see struct rxmap_attach
 * @packets: as rxmap_attach.wake_packets
 * @usecs: as rxmap_attach.wake_usecs
 */
struct rxmap_wake {
	__u32 packets;
	__u32 usecs;
};

/**
 * struct rxmap_busy_poll - argument of RXMAP_BUSY_POLL
 *
 * EINVAL: a value out of range; EOPNOTSUPP: the kernel has no busy polling.
 *
 * @usecs: poll for so long at most, 1 to RXMAP_BUSY_POLL_USECS_MAX
 * @budget: most packets of one poll, 1 to RXMAP_BUSY_POLL_BUDGET_MAX
 * @seen: producer position that the caller has seen: another one ends the call
 * @reserved: zero
 */
struct rxmap_busy_poll {
	__u32 usecs;
	__u32 budget;
	__u32 seen;
	__u32 reserved;
};

/**
 * struct rxmap_query - argument of RXMAP_QUERY and RXMAP_FORCE_DETACH
 *
 * ENODEV: no such interface in the caller's network namespace, or not one of this driver;
 * ENXIO: no such queue; FORCE_DETACH: EPERM without CAP_NET_ADMIN, ENOTCONN: not mapped.
 *
 * @ifindex: in: interface
 * @queue: in: RX queue
 * @pid: out: process that attached, in the caller's pid namespace (0: not visible there)
 * @mode: out: enum rxmap_mode, 0: the queue is not mapped
 * @state: out: enum rxmap_state
 * @queues: out: number of RX queues of the interface
 * @comm: out: name of that process when it attached, NUL-terminated
 * @reserved: zero
 */
struct rxmap_query {
	__u32 ifindex;
	__u32 queue;
	__s32 pid;
	__u32 mode;
	__u32 state;
	__u32 queues;
	char comm[16];
	__u64 reserved[2];
};

/*
 * System calls on the file. All but ATTACH, QUERY and FORCE_DETACH need an attached file:
 * ENOTCONN before ATTACH, ENODEV once the ring is in state FAULT or GONE. Unknown
 * requests are ENOTTY.
 *
 * ATTACH	see struct rxmap_attach
 * DETACH	give the queue back now; mappings stay valid memory until munmap()
 * KICK		"frames came back" after need_wakeup was seen: refill the NIC
 * LOCK		filter, mode and quota are frozen (SET_FILTER: EPERM), thresholds are not
 * ATTACHED	what ATTACH answered on this file, for a process that was handed it: size and abi go
 *		in, the rest is zero (EINVAL); thresholds and RXMAP_GRANT_LOCKED as they are now,
 *		no filter. No capability needed
 * SET_FILTER	replace the filter while packets flow
 * SET_WAKE	replace the wake-up thresholds
 * QUERY	who maps this queue? works on any open file, no capability needed
 * BUSY_POLL	poll the NIC from here, without interrupts, until packets come, a signal comes, the
 *		interface goes down, or the time is over; 0 in each case. Never needed, only
 *		faster than to sleep
 * FORCE_DETACH	take a queue from a holder that is stuck; CAP_NET_ADMIN
 */
#define RXMAP_IOC_TYPE		0xd7
#define RXMAP_ATTACH		_IOWR(RXMAP_IOC_TYPE, 0x01, struct rxmap_attach)
#define RXMAP_DETACH		_IO(RXMAP_IOC_TYPE, 0x02)
#define RXMAP_KICK		_IO(RXMAP_IOC_TYPE, 0x03)
#define RXMAP_LOCK		_IO(RXMAP_IOC_TYPE, 0x04)
#define RXMAP_SET_FILTER	_IOW(RXMAP_IOC_TYPE, 0x05, struct rxmap_filter)
#define RXMAP_SET_WAKE		_IOW(RXMAP_IOC_TYPE, 0x06, struct rxmap_wake)
#define RXMAP_QUERY		_IOWR(RXMAP_IOC_TYPE, 0x07, struct rxmap_query)
#define RXMAP_FORCE_DETACH	_IOWR(RXMAP_IOC_TYPE, 0x08, struct rxmap_query)
#define RXMAP_BUSY_POLL		_IOW(RXMAP_IOC_TYPE, 0x09, struct rxmap_busy_poll)
#define RXMAP_ATTACHED		_IOWR(RXMAP_IOC_TYPE, 0x0a, struct rxmap_attach)

/* rxmap_desc.flags */
#define RXMAP_DESC_CSUM_OK	(1u << 0)	/* the device verified the checksums */
#define RXMAP_DESC_CSUM_PARTIAL	(1u << 1)	/* unfinished: csum_start, csum_offset valid */
#define RXMAP_DESC_VLAN		(1u << 2)	/* tag stripped: vlan_tci, vlan_tpid valid */
#define RXMAP_DESC_HASH		(1u << 3)	/* hash valid */
#define RXMAP_DESC_GSO		(1u << 4)	/* merged packet: gso_size, gso_type valid */
#define RXMAP_DESC_MORE		(1u << 5)	/* the packet goes on in the next descriptor */
#define RXMAP_DESC_COPIED	(1u << 6)	/* came in a foreign buffer and was copied once */
#define RXMAP_DESC_HW_TSTAMP	(1u << 7)	/* timestamp taken by the device */

/**
 * struct rxmap_desc - one filled slot of the descriptor ring
 *
 * Written by the kernel before the producer position passes it, not touched again until the
 * consumer position passed it. Fields without their flag are zero.
 *
 * @timestamp_ns: time of the poll cycle that took the packet, clock rxmap_attach.clock_id
 * @frame: id; the frame's bytes begin at frame * frame_size in the frames region
 * @offset: first byte of the packet in the frame
 * @len: bytes of the packet in this frame
 * @packet_len: bytes of the whole packet, equal to @len unless RXMAP_DESC_MORE was used
 * @flags: RXMAP_DESC_*
 * @seq: running number of the packet on this ring, without gaps; drops are in the counters
 * @hash: flow hash
 * @vlan_tci: tag control information
 * @vlan_tpid: tag protocol, host order (0x8100, 0x88a8)
 * @gso_size: segment size of a merged packet
 * @gso_type: VIRTIO_NET_HDR_GSO_* values
 * @csum_start: where summing starts, from the first byte of the packet
 * @csum_offset: where the sum goes, from csum_start
 * @reserved: zero
 */
struct rxmap_desc {
	__u64 timestamp_ns;
	__u32 frame;
	__u16 offset;
	__u16 len;
	__u32 packet_len;
	__u32 flags;
	__u32 seq;
	__u32 hash;
	__u16 vlan_tci;
	__u16 vlan_tpid;
	__u16 gso_size;
	__u16 gso_type;
	__u16 csum_start;
	__u16 csum_offset;
	__u32 reserved;
};

/**
 * enum rxmap_state - what the ring does now
 * @RXMAP_STATE_NONE: not attached
 * @RXMAP_STATE_RUNNING: packets flow
 * @RXMAP_STATE_DOWN: the interface is down; comes back by itself
 * @RXMAP_STATE_NO_CARRIER: up, but without a link; comes back by itself
 * @RXMAP_STATE_FAULT: the consumer broke the contract; final, see the reason
 * @RXMAP_STATE_GONE: detached or the device went; final, see the reason
 */
enum rxmap_state {
	RXMAP_STATE_NONE = 0,
	RXMAP_STATE_RUNNING = 1,
	RXMAP_STATE_DOWN = 2,
	RXMAP_STATE_NO_CARRIER = 3,
	RXMAP_STATE_FAULT = 4,
	RXMAP_STATE_GONE = 5,
};

/**
 * enum rxmap_reason - why the state is what it is
 * @RXMAP_REASON_NONE: nothing to say
 * @RXMAP_REASON_BAD_CONSUMER: consumer position outside [last seen, producer]
 * @RXMAP_REASON_BAD_RELEASE: release position ahead of what is delivered, or behind
 * @RXMAP_REASON_BAD_FRAME_ID: released id out of range
 * @RXMAP_REASON_NOT_DELIVERED: released frame was not the consumer's (double or forged)
 * @RXMAP_REASON_DETACHED: RXMAP_DETACH or the last close
 * @RXMAP_REASON_FORCED: RXMAP_FORCE_DETACH
 * @RXMAP_REASON_DEVICE_GONE: driver unbound or device unplugged
 * @RXMAP_REASON_NETNS: the interface moved to another network namespace
 */
enum rxmap_reason {
	RXMAP_REASON_NONE = 0,
	RXMAP_REASON_BAD_CONSUMER = 1,
	RXMAP_REASON_BAD_RELEASE = 2,
	RXMAP_REASON_BAD_FRAME_ID = 3,
	RXMAP_REASON_NOT_DELIVERED = 4,
	RXMAP_REASON_DETACHED = 5,
	RXMAP_REASON_FORCED = 6,
	RXMAP_REASON_DEVICE_GONE = 7,
	RXMAP_REASON_NETNS = 8,
};

/**
 * enum rxmap_counter - rxmap_status.counters, all since ATTACH, in packets unless said
 *
 * At rest, exactly:
 *	SEEN = TO_RING + DROP_QUOTA + DROP_SLOTS + DROP_NO_FRAME + DROP_SIZE + NOT_WANTED
 *	SEEN = TO_STACK + STACK_DROPS + TAKEN
 *
 * @RXMAP_CTR_SEEN: taken from the NIC while attached
 * @RXMAP_CTR_TO_RING: published in the descriptor ring
 * @RXMAP_CTR_NOT_WANTED: the filter said no
 * @RXMAP_CTR_DROP_QUOTA: dropped, the consumer held its quota
 * @RXMAP_CTR_DROP_SLOTS: dropped, the descriptor ring was full of unread slots
 * @RXMAP_CTR_DROP_NO_FRAME: dropped, needed a copy and no frame was free
 * @RXMAP_CTR_DROP_SIZE: dropped, did not fit the ring
 * @RXMAP_CTR_TO_STACK: handed to the stack
 * @RXMAP_CTR_STACK_DROPS: the stack's copy could not be allocated
 * @RXMAP_CTR_TAKEN: the ring's alone (filter matched, or divert), delivered or dropped
 * @RXMAP_CTR_COPIED: of TO_RING, those that arrived in a foreign buffer
 * @RXMAP_CTR_BYTES: bytes published
 * @RXMAP_CTR_WAKEUPS: times a sleeping consumer was woken
 * @RXMAP_CTR_WAKEUPS_TIMER: of those, by the wake_usecs timer
 * @RXMAP_CTR_WAKEUPS_SAVED: publishes that found the consumer awake
 * @RXMAP_CTR_PUBLISHES: batches published
 * @RXMAP_CTR_RELEASED: frames that came back
 * @RXMAP_CTR_KICKS: RXMAP_KICK calls
 * @RXMAP_CTR_STARVED: times the NIC was left short of frames (need_wakeup set)
 * @RXMAP_CTR_COUNT: number of counters
 */
enum rxmap_counter {
	RXMAP_CTR_SEEN,
	RXMAP_CTR_TO_RING,
	RXMAP_CTR_NOT_WANTED,
	RXMAP_CTR_DROP_QUOTA,
	RXMAP_CTR_DROP_SLOTS,
	RXMAP_CTR_DROP_NO_FRAME,
	RXMAP_CTR_DROP_SIZE,
	RXMAP_CTR_TO_STACK,
	RXMAP_CTR_STACK_DROPS,
	RXMAP_CTR_TAKEN,
	RXMAP_CTR_COPIED,
	RXMAP_CTR_BYTES,
	RXMAP_CTR_WAKEUPS,
	RXMAP_CTR_WAKEUPS_TIMER,
	RXMAP_CTR_WAKEUPS_SAVED,
	RXMAP_CTR_PUBLISHES,
	RXMAP_CTR_RELEASED,
	RXMAP_CTR_KICKS,
	RXMAP_CTR_STARVED,
	RXMAP_CTR_COUNT,
};

/**
 * struct rxmap_status - the status page: one page, written by the kernel only
 *
 * Line 0 is constant after ATTACH, line 1 changes once a batch, line 2 rarely, the counters once
 * a batch. A line is RXMAP_CACHELINE bytes, so that the word which a consumer spins on shares
 * its line with nothing else.
 *
 * @magic: RXMAP_MAGIC
 * @abi: RXMAP_ABI_VERSION of the module
 * @frames: as granted
 * @frame_size: bytes
 * @slots: of the descriptor ring
 * @release_slots: of the release ring
 * @desc_size: sizeof(struct rxmap_desc)
 * @clock_id: of the timestamps
 * @ifindex: interface at ATTACH
 * @queue: RX queue
 * @mode: enum rxmap_mode
 * @quota: most frames that the consumer may hold
 * @reserved0: zero
 * @producer: position; A pairs with B
 * @reserved1: zero
 * @state: enum rxmap_state
 * @reason: enum rxmap_reason
 * @state_seq: incremented at each change of state; POLLPRI until state_ack equals it
 * @need_wakeup: nonzero: RXMAP_KICK after the next release; G pairs with H
 * @reserved2: zero
 * @counters: indexed by enum rxmap_counter
 * @posted: frames with the NIC when the last batch was published
 * @free: frames free in the kernel then
 * @delivered: frames with the consumer then
 * @reserved3: zero
 */
struct rxmap_status {
	__u32 magic;
	__u32 abi;
	__u32 frames;
	__u32 frame_size;
	__u32 slots;
	__u32 release_slots;
	__u32 desc_size;
	__s32 clock_id;
	__u32 ifindex;
	__u32 queue;
	__u32 mode;
	__u32 quota;
	__u32 reserved0[4];

	__u32 producer;
	__u32 reserved1[15];

	__u32 state;
	__u32 reason;
	__u32 state_seq;
	__u32 need_wakeup;
	__u32 reserved2[12];

	__u64 counters[RXMAP_CTR_COUNT];
	__u32 posted;
	__u32 free;
	__u32 delivered;
	__u32 reserved3;
};

/* Values of rxmap_consumer.armed beside the arming numbers 1 ... 0xfffffffe */
#define RXMAP_ARMED_NO		0u		/* awake: no wake-up, please */
#define RXMAP_ARMED_ALWAYS	0xffffffffu	/* wake at every publish; a new ring starts so */

/**
 * struct rxmap_consumer - first page of the consumer area, written by the consumer only
 *
 * @consumer: position; E pairs with F. Frames are given back by @release, not by this
 * @reserved0: zero
 * @armed: RXMAP_ARMED_NO, RXMAP_ARMED_ALWAYS, or a number that differs at each arming: the
 *	kernel wakes once per number. D pairs with C
 * @reserved1: zero
 * @state_ack: the state_seq that the consumer has seen
 * @reserved2: zero
 * @release: position; E pairs with F, G with H
 * @reserved3: zero
 */
struct rxmap_consumer {
	__u32 consumer;
	__u32 reserved0[15];
	__u32 armed;
	__u32 reserved1[15];
	__u32 state_ack;
	__u32 reserved2[15];
	__u32 release;
	__u32 reserved3[15];
};

/* The release ring, __u32 ids[release_slots], begins here in the consumer area. */
#define RXMAP_RELEASE_RING_OFFSET	4096u

#endif /* _UAPI_LINUX_RXMAP_H */
