// SPDX-License-Identifier: MIT
// The truth table of the NAPI poll (kmod/algo/napi_rules.h), row by row; the same lines run in
// rxmap.ko.
#include <gtest/gtest.h>

extern "C" {
#include "napi_rules.h"
}

namespace {

struct StepRow {
    const char* what;
    int budget;
    int taken;
    bool tx_done;
    bool broken;
    bool spin;
    enum rxmap_napi_step expected;
};

constexpr StepRow kSteps[] = {
    {"netpoll wants TX only", 0, 0, true, false, false, RXMAP_NAPI_LEAVE},
    {"netpoll never completes, whatever TX says", 0, 0, false, false, false, RXMAP_NAPI_LEAVE},
    {"netpoll on a broken device", 0, 0, true, true, false, RXMAP_NAPI_LEAVE},
    {"took nothing", 64, 0, true, false, false, RXMAP_NAPI_COMPLETE},
    {"took some", 64, 63, true, false, false, RXMAP_NAPI_COMPLETE},
    {"exactly the budget stays scheduled", 64, 64, true, false, false, RXMAP_NAPI_AGAIN},
    {"the smallest budget, met", 1, 1, true, false, false, RXMAP_NAPI_AGAIN},
    {"the smallest budget, not met", 1, 0, true, false, false, RXMAP_NAPI_COMPLETE},
    {"the largest budget, not met", 256, 255, true, false, false, RXMAP_NAPI_COMPLETE},
    {"TX has more", 64, 0, false, false, false, RXMAP_NAPI_AGAIN},
    {"both have more", 64, 64, false, false, false, RXMAP_NAPI_AGAIN},
    {"broken: never armed again", 64, 0, true, true, false, RXMAP_NAPI_SILENCE},
    {"broken in the middle of a full poll", 64, 64, false, true, false, RXMAP_NAPI_SILENCE},
    {"polling without a pause never completes", 64, 0, true, false, true, RXMAP_NAPI_AGAIN},
    {"... but netpoll leaves", 0, 0, true, false, true, RXMAP_NAPI_LEAVE},
    {"... and a broken device is given up", 64, 0, true, true, true, RXMAP_NAPI_SILENCE},
};

TEST(NapiRules, StepFollowsTheTable) {
    for (const StepRow& row : kSteps) {
        EXPECT_EQ(rxmap_napi_step(row.budget, row.taken, row.tx_done, row.broken, row.spin),
                  row.expected)
            << row.what;
    }
}

TEST(NapiRules, CompletesOnlyBelowTheBudget) {
    for (int budget = 1; budget <= 256; ++budget) {
        for (int taken = 0; taken <= budget; ++taken) {
            const bool complete =
                rxmap_napi_step(budget, taken, true, false, false) == RXMAP_NAPI_COMPLETE;
            ASSERT_EQ(complete, taken < budget) << budget << ' ' << taken;
        }
    }
}

struct RearmRow {
    const char* what;
    bool polling;
    __u32 usecs;
    __u32 frames;
    int taken;
    bool timer_runs;
    rxmap_rearm expected;
};

constexpr RearmRow kRearms[] = {
    {"off: busy", false, 0, 0, 5, false, RXMAP_REARM_NOW},
    {"off: idle", false, 0, 0, 0, false, RXMAP_REARM_NOW},
    {"just switched off, the old timer still runs", false, 0, 0, 0, true, RXMAP_REARM_NOW},
    {"after one packet is at once", false, 100, 1, 5, false, RXMAP_REARM_NOW},
    {"idle: the first packet interrupts at once", false, 100, 0, 0, false, RXMAP_REARM_NOW},
    {"idle with a packet limit: the same", false, 100, 8, 0, false, RXMAP_REARM_NOW},
    {"busy, time only", false, 100, 0, 5, false, RXMAP_REARM_HOLD},
    {"a TX-only poll inside the window does not end it", false, 100, 0, 0, true, RXMAP_REARM_HOLD},
    {"busy, time and packets", false, 100, 8, 5, false, RXMAP_REARM_AHEAD},
    {"a TX-only poll inside the window, with packets", false, 100, 8, 0, true, RXMAP_REARM_AHEAD},
    {"smallest values that moderate", false, 1, 2, 1, false, RXMAP_REARM_AHEAD},
    {"polling: idle as busy", true, 50, 0, 0, false, RXMAP_REARM_HOLD},
    {"polling: nothing else counts", true, 0, 1, 5, true, RXMAP_REARM_HOLD},
};

TEST(NapiRules, RearmFollowsTheTable) {
    for (const RearmRow& row : kRearms) {
        EXPECT_EQ(rxmap_napi_rearm(row.polling, row.usecs, row.frames, row.taken, row.timer_runs),
                  row.expected)
            << row.what;
    }
}

// Without an interrupt there must be a timer: no combination leaves a queue without either.
TEST(NapiRules, NobodyWaitsForEver) {
    for (__u32 usecs : {0U, 1U, 10000U}) {
        for (__u32 frames : {0U, 1U, 2U, 1024U}) {
            for (int taken : {0, 1, 64}) {
                for (bool timer_runs : {false, true}) {
                    const rxmap_rearm rearm =
                        rxmap_napi_rearm(false, usecs, frames, taken, timer_runs);
                    if (rearm != RXMAP_REARM_NOW) {
                        EXPECT_GT(usecs, 0U);
                        EXPECT_TRUE(taken > 0 || timer_runs);
                    }
                }
            }
        }
    }
}

}  // namespace
