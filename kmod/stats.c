// SPDX-License-Identifier: GPL-2.0
/*
 * stats.c - reading the counters of the queues: ethtool -S, netlink, the interface's totals
 *
 * Writers are the poll, xmit and the interrupt handlers; here everything is only read, under
 * the counters' own sync, so that 32-bit machines never see half a number. Any context.
 */
#include <net/netlink.h>

#include "core.h"
#include "netlink.h"

enum kind {
	PLAIN,		/* u64, under the sync */
	ATOMIC,		/* atomic64_t */
	PHASE,		/* time spent in a phase; the offset is enum rxmap_phase */
};

/* A counter: its name in ethtool -S and attribute in netlink, and where it is. */
struct counter {
	const char *name;
	u16 attribute;
	u16 offset;
	enum kind kind;
};

#define AT(field)	offsetof(struct rxmap_queue_stats, field)
#define RX(n, a)	{ #n, RXMAP_A_STATS_RX_##a, AT(rx_##n), PLAIN }
#define POLL(n, a)	{ #n, RXMAP_A_STATS_##a, AT(n), PLAIN }
#define SIZE(n, i)	{ "polls_" #n, RXMAP_A_STATS_POLLS_##n, AT(polls_upto[i]), PLAIN }
#define PLACE(n, a)	{ "polls_in_" #n, RXMAP_A_STATS_POLLS_IN_##a, \
			  AT(polls_in[RXMAP_POLL_IN_##a]), PLAIN }
#define TIME(n, a)	{ "ns_" #n, RXMAP_A_STATS_NS_##a, RXMAP_PHASE_##a, PHASE }
#define SHARED(n, a)	{ #n, RXMAP_A_STATS_##a, AT(n), ATOMIC }
#define TX(n, a)	{ #n, RXMAP_A_STATS_TX_##a, AT(tx_##n), PLAIN }

static const struct counter rx_counters[] = {
	RX(packets, PACKETS),
	RX(bytes, BYTES),
	RX(dropped, DROPPED),
	RX(bad_id, BAD_ID),
	RX(bad_len, BAD_LEN),
	RX(no_buffer, NO_BUFFER),
	POLL(polls, POLLS),
	POLL(polls_exhausted, POLLS_EXHAUSTED),
	POLL(polls_empty, POLLS_EMPTY),
	SIZE(1, 0),
	SIZE(2, 1),
	SIZE(4, 2),
	SIZE(8, 3),
	SIZE(16, 4),
	SIZE(32, 5),
	SIZE(64, 6),
	SIZE(128, 7),
	SIZE(256, 8),
	PLACE(softirq, SOFTIRQ),
	PLACE(ksoftirqd, KSOFTIRQD),
	PLACE(thread, THREAD),
	PLACE(task, TASK),
	SHARED(completions, COMPLETIONS),
	POLL(repolls, REPOLLS),
	POLL(timer_polls, TIMER_POLLS),
	POLL(watchdog_rescues, WATCHDOG_RESCUES),
	POLL(wakeups, WAKEUPS),
	{ "interrupts", RXMAP_A_STATS_RX_INTERRUPTS, AT(rx_interrupts), ATOMIC },
	POLL(interrupts_no_work, INTERRUPTS_NO_WORK),
	TIME(interrupt, INTERRUPT),
	TIME(polling, POLLING),
	TIME(busy, BUSY),
	TIME(suspended, SUSPENDED),
	SHARED(mmio_reads, MMIO_READS),
	SHARED(mmio_writes, MMIO_WRITES),
	SHARED(moderation_steps, MODERATION_STEPS),
};

static const struct counter tx_counters[] = {
	TX(packets, PACKETS),
	TX(bytes, BYTES),
	TX(dropped, DROPPED),
	TX(busy, BUSY),
	TX(kicks, KICKS),
	{ "timeouts", RXMAP_A_STATS_TX_TIMEOUTS, AT(tx_timeouts), ATOMIC },
	{ "interrupts", RXMAP_A_STATS_TX_INTERRUPTS, AT(tx_interrupts), ATOMIC },
};

static const char * const hw_names[] = { "hw_rx_missed", "hw_rx_errors", "hw_tx_errors" };

#define QUEUE_COUNTERS	(ARRAY_SIZE(rx_counters) + ARRAY_SIZE(tx_counters))

/**
 * rxmap_stats_init() - before the first packet
 * @q: queue, zeroed
 */
void rxmap_stats_init(struct rxmap_queue *q)
{
	u64_stats_init(&q->stats.rx_sync);
	u64_stats_init(&q->stats.tx_sync);
}

/**
 * rxmap_stats_polls() - poll cycles so far
 * @q: queue
 *
 * Return: the number.
 */
u64 rxmap_stats_polls(const struct rxmap_queue *q)
{
	unsigned int seq;
	u64 polls;

	do {
		seq = u64_stats_fetch_begin(&q->stats.rx_sync);
		polls = q->stats.polls;
	} while (u64_stats_fetch_retry(&q->stats.rx_sync, seq));
	return polls;
}

static u64 value_of(const struct rxmap_queue_stats *stats, const struct counter *counter)
{
	const void *at = (const void *)stats + counter->offset;

	switch (counter->kind) {
	case ATOMIC:
		return atomic64_read(at);
	case PHASE:
		return rxmap_phase_ns(&stats->phases, counter->offset);
	default:
		return *(const u64 *)at;
	}
}

static void read_set(const struct rxmap_queue_stats *stats, const struct u64_stats_sync *sync,
		     const struct counter *set, unsigned int count, u64 *out)
{
	unsigned int i, seq;

	do {
		seq = u64_stats_fetch_begin(sync);
		for (i = 0; i < count; i++)
			out[i] = value_of(stats, &set[i]);
	} while (u64_stats_fetch_retry(sync, seq));
}

/**
 * rxmap_stats_get64() - add up the queues and what the device counts
 * @adapter: adapter
 * @sum: totals of the interface, zeroed by the caller
 *
 * Context: any but interrupt; RCU or RTNL.
 */
void rxmap_stats_get64(struct rxmap_adapter *adapter, struct rtnl_link_stats64 *sum)
{
	struct rxmap_hw_stats hw = {};
	u16 i;

	for (i = 0; i < adapter->max_queues; i++) {
		const struct rxmap_queue_stats *s = &adapter->queues[i].stats;
		u64 rx[6], tx[3];

		read_set(s, &s->rx_sync, rx_counters, ARRAY_SIZE(rx), rx);
		read_set(s, &s->tx_sync, tx_counters, ARRAY_SIZE(tx), tx);
		sum->rx_packets += rx[0];
		sum->rx_bytes += rx[1];
		sum->rx_dropped += rx[2];
		sum->rx_frame_errors += rx[3];
		sum->rx_length_errors += rx[4];
		sum->rx_errors += rx[3] + rx[4];
		sum->tx_packets += tx[0];
		sum->tx_bytes += tx[1];
		sum->tx_dropped += tx[2];
	}
	adapter->ops->read_hw_stats(adapter, &hw);
	sum->rx_missed_errors += hw.rx_missed;
	sum->rx_errors += hw.rx_errors;
	sum->tx_errors += hw.tx_errors;
}

/**
 * rxmap_stats_count() - number of values of ethtool -S
 * @adapter: adapter
 *
 * Return: constant in the adapter's life, whatever ethtool -L does.
 */
int rxmap_stats_count(const struct rxmap_adapter *adapter)
{
	return adapter->max_queues * QUEUE_COUNTERS + ARRAY_SIZE(hw_names);
}

/**
 * rxmap_stats_strings() - their names
 * @adapter: adapter
 * @data: ETH_GSTRING_LEN bytes each
 */
void rxmap_stats_strings(const struct rxmap_adapter *adapter, u8 *data)
{
	unsigned int i;
	u16 queue;

	for (queue = 0; queue < adapter->max_queues; queue++) {
		for (i = 0; i < ARRAY_SIZE(rx_counters); i++)
			ethtool_sprintf(&data, "rx_queue_%u_%s", queue, rx_counters[i].name);
		for (i = 0; i < ARRAY_SIZE(tx_counters); i++)
			ethtool_sprintf(&data, "tx_queue_%u_%s", queue, tx_counters[i].name);
	}
	for (i = 0; i < ARRAY_SIZE(hw_names); i++)
		strscpy((char *)data + i * ETH_GSTRING_LEN, hw_names[i], ETH_GSTRING_LEN);
}

/**
 * rxmap_stats_values() - their values
 * @adapter: adapter
 * @data: as many as rxmap_stats_count() said
 */
void rxmap_stats_values(struct rxmap_adapter *adapter, u64 *data)
{
	struct rxmap_hw_stats hw = {};
	u16 queue;

	for (queue = 0; queue < adapter->max_queues; queue++) {
		const struct rxmap_queue_stats *s = &adapter->queues[queue].stats;

		read_set(s, &s->rx_sync, rx_counters, ARRAY_SIZE(rx_counters), data);
		data += ARRAY_SIZE(rx_counters);
		read_set(s, &s->tx_sync, tx_counters, ARRAY_SIZE(tx_counters), data);
		data += ARRAY_SIZE(tx_counters);
	}
	adapter->ops->read_hw_stats(adapter, &hw);
	*data++ = hw.rx_missed;
	*data++ = hw.rx_errors;
	*data++ = hw.tx_errors;
}

static int put_set(struct sk_buff *msg, const struct counter *set, unsigned int count,
		   const u64 *values)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (nla_put_u64_64bit(msg, set[i].attribute, values[i], RXMAP_A_STATS_PAD))
			return -EMSGSIZE;
	return 0;
}

/**
 * rxmap_netlink_put_stats() - the counters of a queue pair, as attributes
 * @msg: message
 * @q: queue
 *
 * Return: 0 or -EMSGSIZE.
 */
int rxmap_netlink_put_stats(struct sk_buff *msg, const struct rxmap_queue *q)
{
	u64 rx[ARRAY_SIZE(rx_counters)], tx[ARRAY_SIZE(tx_counters)];
	const struct rxmap_queue_stats *s = &q->stats;

	read_set(s, &s->rx_sync, rx_counters, ARRAY_SIZE(rx), rx);
	read_set(s, &s->tx_sync, tx_counters, ARRAY_SIZE(tx), tx);
	return put_set(msg, rx_counters, ARRAY_SIZE(rx), rx) ?:
	       put_set(msg, tx_counters, ARRAY_SIZE(tx), tx);
}
