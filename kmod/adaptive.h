/* SPDX-License-Identifier: GPL-2.0 */
/*
 * adaptive.h - what the adaptive moderation policies of a queue remember; part of backend.h
 */
#ifndef RXMAP_ADAPTIVE_H
#define RXMAP_ADAPTIVE_H

#include <linux/dim.h>
#include "algo/policy_consumer.h"
#include "algo/policy_itr.h"
#include "algo/suspension.h"

/**
 * struct rxmap_adaptive - state of the policies that watch the traffic
 *
 * Written by the owner of the queue's NAPI, except where it says otherwise. A policy keeps its
 * state while another is in force.
 *
 * @policy: whose samples were taken last
 * @packets: rx_packets at the last sample
 * @bytes: rx_bytes then
 * @events: samples so far
 * @dim: the kernel's lib/dim; its work writes dim.state
 * @itr: policy itr
 * @hurry: policy consumer
 * @looked_ns: its last sample that saw packets, ktime_get_ns()
 * @suspension: the same: the consumer polls itself; @suspension.on is read anywhere
 * @sleeper: somebody goes to sleep although interrupts are suspended: set anywhere, cleared by the
 *	poll
 */
struct rxmap_adaptive {
	u32 policy;
	u64 packets;
	u64 bytes;
	u16 events;
	struct dim dim;
	struct rxmap_itr itr;
	struct rxmap_hurry_state hurry;
	u64 looked_ns;
	struct rxmap_suspension suspension;
	bool sleeper;
};

#endif /* RXMAP_ADAPTIVE_H */
