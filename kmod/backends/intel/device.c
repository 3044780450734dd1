// SPDX-License-Identifier: GPL-2.0
/*
 * device.c - small things about the device as a whole: gone, link, counters, limits of moderation
 *
 * Reset, open and stop differ and are each backend's own.
 */
#include "hw.h"

/**
 * rxmap_intel_check_gone() - a register read as all ones: is the device still there?
 * @nic: device
 *
 * Context: any. STATUS is never all ones on a device that answers.
 */
void rxmap_intel_check_gone(const struct intel_nic *nic)
{
	if (readl(nic->regs + INTEL_STATUS) == INTEL_ALL_ONES)
		rxmap_device_gone(nic->adapter);
}

/**
 * rxmap_intel_link_up() - ops->link_up
 * @adapter: NIC
 *
 * Context: process. Return: STATUS.LU (13.4.2, 10.2.2).
 */
bool rxmap_intel_link_up(struct rxmap_adapter *adapter)
{
	u32 status = intel_read(adapter->priv, INTEL_STATUS);

	return !adapter->gone && status & INTEL_STATUS_LU;
}

static u32 count(const struct intel_nic *nic, u32 reg)
{
	u32 value = intel_read(nic, reg);

	return READ_ONCE(nic->adapter->gone) ? 0 : value;
}

/* The registers count since they were last read. stats_lock. */
static void collect(struct intel_nic *nic)
{
	if (!nic->live || READ_ONCE(nic->adapter->gone))
		return;
	nic->stats.rx_missed += count(nic, INTEL_MPC);
	nic->stats.rx_errors += count(nic, INTEL_CRCERRS) + count(nic, INTEL_ALGNERRC) +
				count(nic, INTEL_RXERRC) + count(nic, INTEL_RLEC);
	nic->stats.tx_errors += count(nic, INTEL_ECOL) + count(nic, INTEL_LATECOL);
}

/**
 * rxmap_intel_read_hw_stats() - ops->read_hw_stats
 * @adapter: NIC
 * @stats: the counters are added
 *
 * Context: process or softirq.
 */
void rxmap_intel_read_hw_stats(struct rxmap_adapter *adapter, struct rxmap_hw_stats *stats)
{
	struct intel_nic *nic = adapter->priv;

	spin_lock_bh(&nic->stats_lock);
	collect(nic);
	stats->rx_missed += nic->stats.rx_missed;
	stats->rx_errors += nic->stats.rx_errors;
	stats->tx_errors += nic->stats.tx_errors;
	spin_unlock_bh(&nic->stats_lock);
}

/**
 * rxmap_intel_stop_counting() - the first step of stop: a last look; then the device is not live
 * @nic: device
 *
 * Context: RTNL.
 */
void rxmap_intel_stop_counting(struct intel_nic *nic)
{
	spin_lock_bh(&nic->stats_lock);
	collect(nic);
	nic->live = false;
	spin_unlock_bh(&nic->stats_lock);
}

/* The devices count no packets. QEMU's models take anything shorter than INTEL_USECS_MIN for it,
 * 0 as well; so that is what is written, and what is said to be in force.
 */
static void limit_moderation(struct rxmap_moderation *m)
{
	if (m->frames) {
		m->frames = 0;
		m->frames_limit = RXMAP_LIMIT_DEVICE_UNABLE;
	}
	if (m->usecs < INTEL_USECS_MIN) {
		m->usecs = INTEL_USECS_MIN;
		m->usecs_limit = RXMAP_LIMIT_DEVICE_MIN;
	}
}

/**
 * rxmap_intel_moderation_start() - after a reset: the moderation in force (13.4.18, 10.2.4.3)
 * @q: queue
 * @reg: ITR, or EITR of its vector
 *
 * Context: RTNL, before the device is live.
 */
void rxmap_intel_moderation_start(struct rxmap_queue *q, u32 reg)
{
	struct intel_nic *nic = q->adapter->priv;

	nic->itr[q->index] = intel_itr(q->moderation.usecs);
	intel_write(nic, reg, nic->itr[q->index]);
}

/**
 * rxmap_intel_set_moderation() - for ops->set_moderation
 * @q: queue
 * @reg: ITR, or EITR of its vector
 * @m: usecs: least time between two interrupts
 *
 * An adaptive policy asks often, and mostly for what is in force: that touches no register. A write
 * counts as one of the packet path, where such a policy takes its steps.
 *
 * Context: the queue's moderation_lock.
 */
void rxmap_intel_set_moderation(struct rxmap_queue *q, u32 reg, struct rxmap_moderation *m)
{
	struct intel_nic *nic = q->adapter->priv;
	u32 itr;

	limit_moderation(m);
	itr = intel_itr(m->usecs);
	if (!nic->live || q->index >= q->adapter->num_queues || itr == nic->itr[q->index])
		return;
	nic->itr[q->index] = itr;
	intel_queue_write(q, reg, itr);
}
