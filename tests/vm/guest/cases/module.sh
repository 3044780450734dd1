# SPDX-License-Identifier: MIT
# The module comes and goes. These cases have a VM of their own: the other NICs' drivers go with it.
# shellcheck shell=bash

case_module_refuses_bad_parameters() {
    rmmod rxmap || fail "rmmod"
    for bad in budget=0 budget=257 budget=-1 rx_usecs=10001 rx_frames=1025 rx_frames=2; do
        insmod /root/rxmap.ko $bad 2>/dev/null && fail "$bad was taken"
    done
    dmesg -C
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
case_module_twenty_rounds() {
    local round before after
    for round in $(seq 1 20); do
        rmmod rxmap || fail "rmmod in round $round"
        lab-bind rxmap rx0 || fail "bind in round $round"
        gen --count 200 --rate 4000 >/dev/null
        eventually 5 got 200 || fail "packets in round $round"
        lab-bind none rx0
        [ "$round" != 2 ] || before=$(awk '/^(Slab|Percpu|VmallocUsed):/ { sum += $2 } END { print sum }' /proc/meminfo)
    done
    after=$(awk '/^(Slab|Percpu|VmallocUsed):/ { sum += $2 } END { print sum }' /proc/meminfo)
    rmmod rxmap
    grep -q rxmap /proc/interrupts /proc/modules && fail "something is left"
    [ $((after - before)) -lt 2048 ] || fail "memory grew by $((after - before)) kB in 18 rounds"
}
