/* SPDX-License-Identifier: GPL-2.0 */
/*
 * core.h - what the files of the core tell each other; no backend includes it
 */
#ifndef RXMAP_CORE_H
#define RXMAP_CORE_H

#include <linux/ethtool.h>

#include "backend.h"
#include "compat.h"

#define RXMAP_RING_MIN		64u

/**
 * struct rxmap_change - which tunables of a queue shall change, and to what
 * @given: BIT(enum rxmap_tunable) of each that shall; the others stay as they are
 * @to: its new value
 */
struct rxmap_change {
	u32 given;
	u32 to[RXMAP_TUNABLES];
};

/* A change to nothing yet; rxmap_change_to() adds a value. */
static inline void rxmap_change_to(struct rxmap_change *change, enum rxmap_tunable which, u32 to)
{
	change->given |= BIT(which);
	change->to[which] = to;
}

/* tunables.c */
int rxmap_tunables_set_defaults(const struct rxmap_change *parameters);
void rxmap_tunables_init(struct rxmap_queue *q);
int rxmap_tunables_set(struct rxmap_adapter *adapter, int queue, const struct rxmap_change *change,
		       enum rxmap_tunable *refused, struct netlink_ext_ack *extack);

/* policy.c: who decides */
const char *rxmap_policy_refusal(u32 policy);
bool rxmap_policy_adaptive(u32 policy);
void rxmap_policy_wish(const struct rxmap_queue *q, struct rxmap_moderation *m);
void rxmap_policy_sample(struct rxmap_queue *q);
enum rxmap_suspend rxmap_policy_suspend(struct rxmap_queue *q, bool driven);
void rxmap_policy_init(struct rxmap_queue *q);
void rxmap_policy_cancel(struct rxmap_queue *q);

/* moderation.c: what is in force, and software moderation */
void rxmap_moderation_apply(struct rxmap_queue *q);
void rxmap_moderation_step(struct rxmap_queue *q);
void rxmap_moderation_apply_all(struct rxmap_adapter *adapter);
void rxmap_moderation_init(struct rxmap_queue *q);
void rxmap_moderation_start(struct rxmap_queue *q);
void rxmap_deadman_start(struct rxmap_queue *q);
void rxmap_moderation_cancel(struct rxmap_queue *q);

/* poll.c */

/**
 * enum rxmap_poll_cause - why the NAPI was scheduled
 * @RXMAP_POLL_CORE: by the NAPI core itself: the budget was used up, an interrupt came meanwhile,
 *	its own timer, busy poll
 * @RXMAP_POLL_IRQ: RX interrupt
 * @RXMAP_POLL_IRQ_TX: TX interrupt
 * @RXMAP_POLL_START: the queue begins, or has other tunables
 * @RXMAP_POLL_TIMER: moderation timer
 * @RXMAP_POLL_RESCUE: the watchdog saw a packet that nobody had announced
 * @RXMAP_POLL_REFILL: frames came back
 * @RXMAP_POLL_SLEEPER: the consumer goes to sleep while its interrupts are suspended
 * @RXMAP_POLL_AGAIN: work was pending after the unmask
 */
enum rxmap_poll_cause {
	RXMAP_POLL_CORE,
	RXMAP_POLL_IRQ,
	RXMAP_POLL_IRQ_TX,
	RXMAP_POLL_START,
	RXMAP_POLL_TIMER,
	RXMAP_POLL_RESCUE,
	RXMAP_POLL_REFILL,
	RXMAP_POLL_SLEEPER,
	RXMAP_POLL_AGAIN,
};

/**
 * enum rxmap_poll_next - what follows a poll cycle, as it is traced
 * @RXMAP_NEXT_AGAIN: the core calls again: the budget was used up, or TX is not done
 * @RXMAP_NEXT_INTERRUPT: the next packet interrupts
 * @RXMAP_NEXT_AHEAD: a packet further ahead does, or the moderation timer polls
 * @RXMAP_NEXT_TIMER: the moderation timer polls
 * @RXMAP_NEXT_SUSPENDED: the consumer polls itself, or the dead man's timer does
 * @RXMAP_NEXT_BUSY: the task that busy polls goes on
 * @RXMAP_NEXT_SILENCE: nothing, the device was given up
 */
enum rxmap_poll_next {
	RXMAP_NEXT_AGAIN,
	RXMAP_NEXT_INTERRUPT,
	RXMAP_NEXT_AHEAD,
	RXMAP_NEXT_TIMER,
	RXMAP_NEXT_SUSPENDED,
	RXMAP_NEXT_BUSY,
	RXMAP_NEXT_SILENCE,
};

int rxmap_poll(struct napi_struct *napi, int budget);
bool rxmap_poll_schedule(struct rxmap_queue *q, enum rxmap_poll_cause cause);
void rxmap_poll_start(struct rxmap_queue *q, enum rxmap_poll_cause cause);

/* phase.c */
s64 rxmap_phase_enter(struct rxmap_queue *q, enum rxmap_phase phase, u64 now);
void rxmap_phase_rename(struct rxmap_queue *q, s64 stay, enum rxmap_phase phase);
u64 rxmap_phase_ns(const struct rxmap_phases *phases, enum rxmap_phase phase);

/* rx.c */
int rxmap_stack_pool_create(struct rxmap_queue *q);
void rxmap_stack_pool_destroy(struct rxmap_queue *q);

/* updown.c: RTNL */
int rxmap_adapter_open(struct rxmap_adapter *adapter);
void rxmap_adapter_stop(struct rxmap_adapter *adapter);
int rxmap_adapter_reshape(struct rxmap_adapter *adapter, u16 queues, u16 rx_ring, u16 tx_ring);
void rxmap_link_update(struct rxmap_adapter *adapter);
void rxmap_link_work(struct work_struct *work);
void rxmap_reset_work(struct work_struct *work);

/* watchdog.c */
void rxmap_watchdog_init(struct rxmap_adapter *adapter);
void rxmap_watchdog_start(struct rxmap_adapter *adapter);
void rxmap_watchdog_cancel(struct rxmap_adapter *adapter);

/* stats.c */
void rxmap_stats_init(struct rxmap_queue *q);
u64 rxmap_stats_polls(const struct rxmap_queue *q);
void rxmap_stats_get64(struct rxmap_adapter *adapter, struct rtnl_link_stats64 *sum);
int rxmap_stats_count(const struct rxmap_adapter *adapter);
void rxmap_stats_strings(const struct rxmap_adapter *adapter, u8 *data);
void rxmap_stats_values(struct rxmap_adapter *adapter, u64 *data);

/* rss.c: which queue gets which packets; RTNL */
int rxmap_rss_init(struct rxmap_adapter *adapter);
int rxmap_rss_spread(struct rxmap_adapter *adapter);
u32 rxmap_rss_indir_size(struct net_device *netdev);
u32 rxmap_rss_key_size(struct net_device *netdev);
int rxmap_rss_get(struct net_device *netdev, struct ethtool_rxfh_param *rxfh);
int rxmap_rss_set(struct net_device *netdev, struct ethtool_rxfh_param *rxfh,
		  struct netlink_ext_ack *extack);
int rxmap_rss_rings(struct net_device *netdev, struct ethtool_rxnfc *info, u32 *rules);

/* ethtool.c */
extern const struct ethtool_ops rxmap_ethtool_ops;

/* candidates.c: NICs that we could drive */
void rxmap_candidates_claim(const struct rxmap_backend *const *backends);
void rxmap_candidates_log(const struct rxmap_backend *const *backends);

#endif /* RXMAP_CORE_H */
