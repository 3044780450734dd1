/* SPDX-License-Identifier: GPL-2.0 */
/*
 * trace.h - the events under /sys/kernel/tracing/events/rxmap
 *
 * At most a handful per poll cycle or interrupt, none per packet; an event that nobody has enabled
 * is a no-op instruction. Each begins with interface and queue. The order in which one cycle emits
 * them, and what each field means: Documentation/tracing.md. trace.c makes their code.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM rxmap

#if !defined(RXMAP_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define RXMAP_TRACE_H

#include <linux/netdevice.h>
#include <linux/tracepoint.h>

#include "core.h"
#include "ring_private.h"

/* Which queue: in every event. A copy of the name: the interface may be renamed, or gone. */
#define RXMAP_PLACE_FIELDS	\
	__array(char, ifname, IFNAMSIZ)	\
	__field(u16, queue)
#define RXMAP_PLACE_ASSIGN	\
	strscpy(__entry->ifname, q->adapter->netdev->name, IFNAMSIZ);	\
	__entry->queue = q->index
#define RXMAP_PLACE_FORMAT	"%s queue %u: "
#define RXMAP_PLACE_ARGS	__entry->ifname, __entry->queue

/* What the numbers are called: told to readers of the binary trace, and tables for the text. */
#define RXMAP_TRACE_CAUSES	\
	NAME(RXMAP_POLL_CORE, "core")	\
	NAME(RXMAP_POLL_IRQ, "irq")	\
	NAME(RXMAP_POLL_IRQ_TX, "irq-tx")	\
	NAME(RXMAP_POLL_START, "start")	\
	NAME(RXMAP_POLL_TIMER, "timer")	\
	NAME(RXMAP_POLL_RESCUE, "rescue")	\
	NAME(RXMAP_POLL_REFILL, "refill")	\
	NAME(RXMAP_POLL_SLEEPER, "sleeper")	\
	LAST(RXMAP_POLL_AGAIN, "again")
#define RXMAP_TRACE_PLACES	\
	NAME(RXMAP_POLL_IN_SOFTIRQ, "softirq")	\
	NAME(RXMAP_POLL_IN_KSOFTIRQD, "ksoftirqd")	\
	NAME(RXMAP_POLL_IN_THREAD, "thread")	\
	LAST(RXMAP_POLL_IN_TASK, "task")
#define RXMAP_TRACE_NEXTS	\
	NAME(RXMAP_NEXT_AGAIN, "again")	\
	NAME(RXMAP_NEXT_INTERRUPT, "interrupt")	\
	NAME(RXMAP_NEXT_AHEAD, "interrupt-ahead")	\
	NAME(RXMAP_NEXT_TIMER, "timer")	\
	NAME(RXMAP_NEXT_SUSPENDED, "suspended")	\
	NAME(RXMAP_NEXT_BUSY, "busy")	\
	LAST(RXMAP_NEXT_SILENCE, "silence")
#define RXMAP_TRACE_PHASES	\
	NAME(RXMAP_PHASE_DOWN, "down")	\
	NAME(RXMAP_PHASE_INTERRUPT, "interrupt")	\
	NAME(RXMAP_PHASE_POLLING, "polling")	\
	NAME(RXMAP_PHASE_BUSY, "busy")	\
	LAST(RXMAP_PHASE_SUSPENDED, "suspended")
#define RXMAP_TRACE_SAVED	\
	NAME(RXMAP_WAKE_NO, "awake")	\
	LAST(RXMAP_WAKE_LATER, "threshold")
#define RXMAP_TRACE_POLICIES	\
	NAME(RXMAP_MODERATION_POLICY_OFF, "off")	\
	NAME(RXMAP_MODERATION_POLICY_FIXED, "fixed")	\
	NAME(RXMAP_MODERATION_POLICY_DIM, "dim")	\
	NAME(RXMAP_MODERATION_POLICY_ITR, "itr")	\
	NAME(RXMAP_MODERATION_POLICY_POLL, "poll")	\
	LAST(RXMAP_MODERATION_POLICY_CONSUMER, "consumer")
#define RXMAP_TRACE_MODES	\
	NAME(RXMAP_MODE_TAP, "tap")	\
	NAME(RXMAP_MODE_FILTER, "filter")	\
	LAST(RXMAP_MODE_DIVERT, "divert")
#define RXMAP_TRACE_REASONS	\
	NAME(RXMAP_REASON_NONE, "none")	\
	NAME(RXMAP_REASON_BAD_CONSUMER, "bad-consumer")	\
	NAME(RXMAP_REASON_BAD_RELEASE, "bad-release")	\
	NAME(RXMAP_REASON_BAD_FRAME_ID, "bad-frame-id")	\
	NAME(RXMAP_REASON_NOT_DELIVERED, "not-delivered")	\
	NAME(RXMAP_REASON_DETACHED, "detached")	\
	NAME(RXMAP_REASON_FORCED, "forced")	\
	NAME(RXMAP_REASON_DEVICE_GONE, "device-gone")	\
	LAST(RXMAP_REASON_NETNS, "netns")

#undef NAME
#undef LAST
#define NAME(number, text)	TRACE_DEFINE_ENUM(number);
#define LAST(number, text)	TRACE_DEFINE_ENUM(number);
RXMAP_TRACE_CAUSES
RXMAP_TRACE_PLACES
RXMAP_TRACE_NEXTS
RXMAP_TRACE_PHASES
RXMAP_TRACE_SAVED
RXMAP_TRACE_POLICIES
RXMAP_TRACE_MODES
RXMAP_TRACE_REASONS
#undef NAME
#undef LAST
#define NAME(number, text)	{ number, text },
#define LAST(number, text)	{ number, text }

TRACE_EVENT(rxmap_irq,
	TP_PROTO(const struct rxmap_queue *q, bool tx),
	TP_ARGS(q, tx),
	TP_STRUCT__entry(RXMAP_PLACE_FIELDS
		__field(bool, tx)
		__field(bool, polling)
	),
	TP_fast_assign(RXMAP_PLACE_ASSIGN;
		__entry->tx = tx;
		__entry->polling = test_bit(NAPI_STATE_SCHED, &q->napi.state);
	),
	TP_printk(RXMAP_PLACE_FORMAT "tx=%d polling=%d", RXMAP_PLACE_ARGS,
		  __entry->tx, __entry->polling)
);

TRACE_EVENT(rxmap_poll_begin,
	TP_PROTO(const struct rxmap_queue *q, int budget, u8 place),
	TP_ARGS(q, budget, place),
	TP_STRUCT__entry(RXMAP_PLACE_FIELDS
		__field(int, budget)
		__field(u8, cause)
		__field(u8, place)
	),
	TP_fast_assign(RXMAP_PLACE_ASSIGN;
		__entry->budget = budget;
		__entry->cause = q->poll_cause;
		__entry->place = place;
	),
	TP_printk(RXMAP_PLACE_FORMAT "budget=%d cause=%s place=%s", RXMAP_PLACE_ARGS,
		  __entry->budget, __print_symbolic(__entry->cause, RXMAP_TRACE_CAUSES),
		  __print_symbolic(__entry->place, RXMAP_TRACE_PLACES))
);

TRACE_EVENT(rxmap_poll_end,
	TP_PROTO(const struct rxmap_queue *q, int work, u8 next),
	TP_ARGS(q, work, next),
	TP_STRUCT__entry(RXMAP_PLACE_FIELDS
		__field(int, work)
		__field(u8, next)
	),
	TP_fast_assign(RXMAP_PLACE_ASSIGN;
		__entry->work = work;
		__entry->next = next;
	),
	TP_printk(RXMAP_PLACE_FORMAT "work=%d next=%s", RXMAP_PLACE_ARGS,
		  __entry->work, __print_symbolic(__entry->next, RXMAP_TRACE_NEXTS))
);

TRACE_EVENT(rxmap_phase,
	TP_PROTO(const struct rxmap_queue *q, u8 phase),
	TP_ARGS(q, phase),
	TP_STRUCT__entry(RXMAP_PLACE_FIELDS
		__field(u8, phase)
	),
	TP_fast_assign(RXMAP_PLACE_ASSIGN;
		__entry->phase = phase;
	),
	TP_printk(RXMAP_PLACE_FORMAT "phase=%s", RXMAP_PLACE_ARGS,
		  __print_symbolic(__entry->phase, RXMAP_TRACE_PHASES))
);

TRACE_EVENT(rxmap_publish,
	TP_PROTO(const struct rxmap_queue *q, u32 descs, const struct rxmap_producer *p),
	TP_ARGS(q, descs, p),
	TP_STRUCT__entry(RXMAP_PLACE_FIELDS
		__field(u32, descs)
		__field(u32, unread)
	),
	TP_fast_assign(RXMAP_PLACE_ASSIGN;
		__entry->descs = descs;
		__entry->unread = rxmap_producer_unread(p);
	),
	TP_printk(RXMAP_PLACE_FORMAT "descs=%u unread=%u", RXMAP_PLACE_ARGS,
		  __entry->descs, __entry->unread)
);

TRACE_EVENT(rxmap_wake,
	TP_PROTO(const struct rxmap_queue *q, bool timer),
	TP_ARGS(q, timer),
	TP_STRUCT__entry(RXMAP_PLACE_FIELDS
		__field(bool, timer)
	),
	TP_fast_assign(RXMAP_PLACE_ASSIGN;
		__entry->timer = timer;
	),
	TP_printk(RXMAP_PLACE_FORMAT "timer=%d", RXMAP_PLACE_ARGS, __entry->timer)
);

TRACE_EVENT(rxmap_wake_saved,
	TP_PROTO(const struct rxmap_queue *q, u8 why),
	TP_ARGS(q, why),
	TP_STRUCT__entry(RXMAP_PLACE_FIELDS
		__field(u8, why)
	),
	TP_fast_assign(RXMAP_PLACE_ASSIGN;
		__entry->why = why;
	),
	TP_printk(RXMAP_PLACE_FORMAT "why=%s", RXMAP_PLACE_ARGS,
		  __print_symbolic(__entry->why, RXMAP_TRACE_SAVED))
);

TRACE_EVENT(rxmap_moderation,
	TP_PROTO(const struct rxmap_queue *q),
	TP_ARGS(q),
	TP_STRUCT__entry(RXMAP_PLACE_FIELDS
		__field(u32, policy)
		__field(u32, usecs)
		__field(u32, frames)
	),
	TP_fast_assign(RXMAP_PLACE_ASSIGN;
		__entry->policy = q->asked[RXMAP_TUNE_POLICY];
		__entry->usecs = q->moderation.usecs;
		__entry->frames = q->moderation.frames;
	),
	TP_printk(RXMAP_PLACE_FORMAT "policy=%s usecs=%u frames=%u", RXMAP_PLACE_ARGS,
		  __print_symbolic(__entry->policy, RXMAP_TRACE_POLICIES),
		  __entry->usecs, __entry->frames)
);

TRACE_EVENT(rxmap_attach,
	TP_PROTO(const struct rxmap_queue *q, const struct rxmap_ring *ring),
	TP_ARGS(q, ring),
	TP_STRUCT__entry(RXMAP_PLACE_FIELDS
		__field(pid_t, pid)
		__field(u32, mode)
		__field(u32, frames)
	),
	TP_fast_assign(RXMAP_PLACE_ASSIGN;
		__entry->pid = pid_nr(ring->pid);
		__entry->mode = ring->mode;
		__entry->frames = ring->pool->ledger.frames;
	),
	TP_printk(RXMAP_PLACE_FORMAT "pid=%d mode=%s frames=%u", RXMAP_PLACE_ARGS,
		  __entry->pid, __print_symbolic(__entry->mode, RXMAP_TRACE_MODES),
		  __entry->frames)
);

DECLARE_EVENT_CLASS(rxmap_ring_end,
	TP_PROTO(const struct rxmap_queue *q, u32 reason),
	TP_ARGS(q, reason),
	TP_STRUCT__entry(RXMAP_PLACE_FIELDS
		__field(u32, reason)
	),
	TP_fast_assign(RXMAP_PLACE_ASSIGN;
		__entry->reason = reason;
	),
	TP_printk(RXMAP_PLACE_FORMAT "reason=%s", RXMAP_PLACE_ARGS,
		  __print_symbolic(__entry->reason, RXMAP_TRACE_REASONS))
);

DEFINE_EVENT(rxmap_ring_end, rxmap_fault,
	TP_PROTO(const struct rxmap_queue *q, u32 reason),
	TP_ARGS(q, reason)
);

DEFINE_EVENT(rxmap_ring_end, rxmap_detach,
	TP_PROTO(const struct rxmap_queue *q, u32 reason),
	TP_ARGS(q, reason)
);

#endif /* RXMAP_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
