# SPDX-License-Identifier: MIT
# The end of each VM, after all other cases: what the debug kernel's checkers say about everything that happened in it.
# shellcheck shell=bash

# A checker that gave up says nothing. Lockdep does so after its first report, or when a table of its own is full.
case_end_checkers_still_alive() {
    [ -e /proc/lockdep_stats ] || skip "this kernel has no lockdep"
    expect "lockdep's debug_locks" "$(awk '$1 == "debug_locks:" { print $2 }' /proc/lockdep_stats)" 1
    expect "DMA-API debugging disabled" "$(cat /sys/kernel/debug/dma-api/disabled)" N
    expect "errors of DMA-API debugging" "$(cat /sys/kernel/debug/dma-api/error_count)" 0
    expect "panic_on_warn" "$(cat /proc/sys/kernel/panic_on_warn)" 1
    [ "$(wc -l </sys/kernel/debug/debug_objects/stats)" -gt 5 ] || fail "debug objects have no statistics"
}
case_end_nothing_leaked() {
    local nic
    [ -e /sys/kernel/debug/kmemleak ] || skip "this kernel has no kmemleak"
    for nic in $NICS; do
        lab-bind none "$nic"
    done
    lab-leaks || fail "leaked"
    rmmod rxmap || fail "rmmod"
    lab-leaks || fail "leaked by rmmod"
}
