# SPDX-License-Identifier: MIT
# The module comes and goes. These cases have a VM of their own: the other NICs' drivers go with it.
# shellcheck shell=bash

case_module_refuses_bad_parameters() {
    rmmod rxmap || fail "rmmod"
    for bad in budget=0 budget=257 budget=-1 rx_usecs=10001 rx_frames=1025 rx_frames=2; do
        insmod /root/rxmap.ko $bad 2>/dev/null && fail "$bad was taken"
    done
    dmesg -c >/dev/null
    lab-bind rxmap rx0
}
case_module_missing_is_named_by_the_receiver() {
    rmmod rxmap || fail "rmmod"
    ./rxmap-recv lo >/tmp/out 2>&1 && fail "rxmap-recv ran without the module"
    expect sentence "$(cat /tmp/out)" "rxmap-recv: there is no /dev/rxmap: the module is not loaded, load it with: insmod rxmap.ko"
    lab-bind rxmap rx0
}
case_module_takes_no_nic_by_itself() {
    local device
    # what is still given to rxmap would be bound by insmod, and then no candidate is worth a line
    for device in /sys/bus/pci/devices/*; do
        ! grep -q rxmap "$device/driver_override" || echo >"$device/driver_override"
    done
    rmmod rxmap && insmod /root/rxmap.ko
    [ ! -e "/sys/bus/pci/devices/$RX0_PCI/driver" ] || fail "it took a NIC that nobody gave to it"
    dmesg | grep -q "candidate $RX0_PCI" || fail "the candidate was not logged"
    lab-bind rxmap rx0
}
# What the kernel holds, kB: pages, of which a NIC's receive buffers are 1024 kB and a ring's frames 4096 kB, and objects.
used() {
    sync
    echo 3 >/proc/sys/vm/drop_caches
    awk '/^MemTotal:/ { used = $2 } /^(MemFree|AnonPages|Cached|Buffers):/ { used -= $2 } END { print used }' /proc/meminfo
}
objects() { awk '/^(SUnreclaim|Percpu|VmallocUsed):/ { sum += $2 } END { print sum }' /proc/meminfo; }

# 18 rounds are compared: one page_pool or one ring forgotten each time would be 18 MB, the structures of one, some 10 kB each,
# 180 kB. Measured without a leak: the pages vary by 4000 kB, the objects by 30 kB. On the debug kernel its checkers' own objects
# grow, and behind an IOMMU so do its caches of addresses: there kmemleak looks for ours, after the last case.
# shellcheck disable=SC2034 # read by the suite
slow_module_twenty_rounds=4
case_module_twenty_rounds() {
    local round pages kept
    for round in $(seq 1 20); do
        rmmod rxmap || fail "rmmod in round $round"
        lab-bind rxmap rx0 || fail "bind in round $round"
        receiver_start rx0 --mode tap --count 200 --seconds 20 --quiet # the stack and the ring
        gen --count 200 --rate 4000 >/dev/null
        receiver_wait
        expect "packets in round $round" "$(result received)" 200
        lab-bind none rx0
        [ "$round" != 2 ] || pages=$(used) kept=$(objects)
    done
    pages=$(($(used) - pages)) kept=$(($(objects) - kept))
    rmmod rxmap
    grep -q rxmap /proc/interrupts /proc/modules && fail "something is left"
    [ ! -e /sys/kernel/debug/kmemleak ] || kept=0
    [ $pages -lt 9000 ] && [ $kept -lt 100 ] || fail "memory grew by $pages kB of pages, $kept kB of objects in 18 rounds"
}

case_module_each_kind_of_interrupt() {
    [ "$BACKEND" = e1000e ] || skip "$BACKEND has one kind only"
    local kind before
    for kind in intx msi msix; do
        rmmod rxmap && insmod /root/rxmap.ko e1000e_irq=$kind && lab-bind rxmap rx0 || fail "$kind: no interface"
        eventually 5 ours rx0
        gen --count 4000 --rate 4000 >/dev/null || fail "$kind: traffic"
        eventually 3 got 4000 || fail "$kind: $(stat rx0 rx_queue_0_packets) of 4000"
        expect "$kind: rescues" "$(stat rx0 rx_queue_0_watchdog_rescues)" 0
        # one read an interrupt, none with MSI-X, where one interrupt has one cause
        [ $kind != msix ] || expect "$kind: register reads" "$(stat rx0 rx_queue_0_mmio_reads)" 0
        [ "$(stat rx0 rx_queue_0_mmio_reads)" -le $(($(awk '/rx0/ { sum += $2 } END { print sum }' /proc/interrupts) + 1)) ] || fail "$kind: more reads than interrupts"
        # masked is masked, with each kind; one may be on its way
        ./rxmapctl set rx0 moderation poll poll-usecs 50
        gen --count 100 --rate 4000 >/dev/null
        before=$(stat rx0 rx_queue_0_interrupts)
        gen --count 4000 --rate 4000 >/dev/null || fail "$kind: traffic while polling"
        eventually 3 got 8100 || fail "$kind: $(stat rx0 rx_queue_0_packets) of 8100"
        [ $(($(stat rx0 rx_queue_0_interrupts) - before)) -le 1 ] ||
            fail "$kind: $(($(stat rx0 rx_queue_0_interrupts) - before)) interrupts while polling"
    done
}
