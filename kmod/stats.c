// SPDX-License-Identifier: GPL-2.0
/*
 * stats.c - reading the counters of the queues: ethtool -S and the interface's totals
 *
 * Writers are the poll, xmit and the interrupt handlers; here everything is only read, under
 * the counters' own sync, so that 32-bit machines never see half a number. Any context.
 */
#include "core.h"

/* A counter, where it is, and whether anybody may write it (atomic64_t instead of u64). */
struct counter {
	const char *name;
	u16 offset;
	bool atomic;
};

#define PLAIN(field)	{ #field, offsetof(struct rxmap_queue_stats, field), false }
#define ATOMIC(field)	{ #field, offsetof(struct rxmap_queue_stats, field), true }

static const struct counter rx_counters[] = {
	{ "packets", offsetof(struct rxmap_queue_stats, rx_packets), false },
	{ "bytes", offsetof(struct rxmap_queue_stats, rx_bytes), false },
	{ "dropped", offsetof(struct rxmap_queue_stats, rx_dropped), false },
	{ "bad_id", offsetof(struct rxmap_queue_stats, rx_bad_id), false },
	{ "bad_len", offsetof(struct rxmap_queue_stats, rx_bad_len), false },
	{ "no_buffer", offsetof(struct rxmap_queue_stats, rx_no_buffer), false },
	PLAIN(polls),
	PLAIN(polls_exhausted),
	PLAIN(polls_empty),
	ATOMIC(completions),
	PLAIN(repolls),
	PLAIN(timer_polls),
	PLAIN(watchdog_rescues),
	PLAIN(wakeups),
	{ "interrupts", offsetof(struct rxmap_queue_stats, rx_interrupts), true },
	ATOMIC(mmio_reads),
	ATOMIC(mmio_writes),
};

static const struct counter tx_counters[] = {
	{ "packets", offsetof(struct rxmap_queue_stats, tx_packets), false },
	{ "bytes", offsetof(struct rxmap_queue_stats, tx_bytes), false },
	{ "dropped", offsetof(struct rxmap_queue_stats, tx_dropped), false },
	{ "busy", offsetof(struct rxmap_queue_stats, tx_busy), false },
	{ "kicks", offsetof(struct rxmap_queue_stats, tx_kicks), false },
	{ "timeouts", offsetof(struct rxmap_queue_stats, tx_timeouts), true },
	{ "interrupts", offsetof(struct rxmap_queue_stats, tx_interrupts), true },
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

static void read_set(const struct rxmap_queue_stats *stats, const struct u64_stats_sync *sync,
		     const struct counter *set, unsigned int count, u64 *out)
{
	unsigned int i, seq;

	do {
		seq = u64_stats_fetch_begin(sync);
		for (i = 0; i < count; i++) {
			const void *at = (const void *)stats + set[i].offset;

			out[i] = set[i].atomic ? atomic64_read(at) : *(const u64 *)at;
		}
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
