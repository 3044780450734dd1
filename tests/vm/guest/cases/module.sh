# SPDX-License-Identifier: MIT
# The module comes and goes. These cases have a VM of their own: the other NICs' drivers go with it.
# shellcheck shell=bash

case_module_refuses_bad_parameters() {
    rmmod rxmap || fail "rmmod"
    for bad in budget=0 budget=257 budget=-1 rx_usecs=10001 rx_frames=1025 rx_frames=2 e1000e_irq=mxi; do
        insmod /root/rxmap.ko $bad 2>/dev/null && fail "$bad was taken"
    done
    dmesg -c | grep -q "rxmap: e1000e_irq must be msix, msi or intx" || fail "nobody said what e1000e_irq may be"
    lab-bind rxmap rx0
}
case_module_missing_is_named_by_the_receiver() {
    rmmod rxmap || fail "rmmod"
    ./rxmap-recv lo >/tmp/out 2>&1 && fail "rxmap-recv ran without the module"
    expect sentence "$(cat /tmp/out)" "rxmap-recv: there is no /dev/rxmap: the module is not loaded, load it with: insmod rxmap.ko"
    lab-bind rxmap rx0
}
case_module_takes_no_nic_by_itself() {
    local device line command
    lab-bind stock rx1
    # what is still given to rxmap would be bound by insmod, and then no candidate is worth a line
    for device in /sys/bus/pci/devices/*; do
        ! grep -q rxmap "$device/driver_override" || echo >"$device/driver_override"
    done
    rmmod rxmap && insmod /root/rxmap.ko
    [ ! -e "/sys/bus/pci/devices/$RX0_PCI/driver" ] || fail "it took a NIC that nobody gave to it"
    # shellcheck disable=SC2153 # the lab sets RX1_PCI
    for line in "candidate $RX0_PCI (no interface), driven by no driver; to take it: rxmapctl bind $RX0_PCI" \
        "candidate $RX1_PCI (rx1), driven by $(driver_of rx1); to take it: rxmapctl bind rx1"; do
        dmesg | grep -q "rxmap: $line\$" || fail "no line '$line': $(dmesg | grep candidate)"
        read -r -a command <<<"./${line##*: }"
        "${command[@]}" || fail "'${line##*: }' failed"
    done
    expect "drivers of what was taken so" "$(driver_of rx0) $(driver_of rx1)" "rxmap-$BACKEND rxmap-$BACKEND"
    lab-bind rxmap rx0
}
# For tests: what nobody drives is taken, what somebody drives is not, and it ends with the module.
case_module_claims_what_nobody_drives() {
    local stock
    lab-bind stock rx1
    stock=$(driver_of rx1)
    lab-bind none rx0
    echo >"/sys/bus/pci/devices/$RX0_PCI/driver_override"
    rmmod rxmap && insmod /root/rxmap.ko claim=1 || fail "insmod claim=1"
    expect "driver of a NIC that nobody drove" "$(driver_of rx0)" "rxmap-$BACKEND"
    expect "driver of a NIC that has one" "$(driver_of rx1)" "$stock"
    expect driver_override "$(cat "/sys/bus/pci/devices/$RX0_PCI/driver_override")" "(null)"
    rmmod rxmap && insmod /root/rxmap.ko && expect "driver without claim=1" "$(driver_of rx0)" none
    lab-bind rxmap rx0
}
# An alias is what udev loads a driver by.
case_module_has_no_alias() {
    expect license "$(modinfo -F license /root/rxmap.ko)" GPL # the module's information can be read
    expect aliases "$(modinfo -F alias /root/rxmap.ko)" ""
}
case_module_parameters_are_what_queues_start_with() {
    rmmod rxmap && insmod /root/rxmap.ko rx_usecs=200 rx_frames=32 budget=32 && lab-bind rxmap rx0 || fail "insmod"
    expect rx-usecs "$(ethtool -c rx0 | awk '/^rx-usecs:/ { print $2 }')" 200
    # a moderation timer in the device counts no packets
    [[ $BACKEND == e1000* ]] || expect rx-frames "$(ethtool -c rx0 | awk '/^rx-frames:/ { print $2 }')" 32
    expect "what rxmapctl shows" "$(./rxmapctl show rx0 --json | grep -oE '"(budget|policy|(usecs|frames)_requested)": [^,}]*' | tr '\n' ' ')" \
        '"budget": 32 "policy": "fixed" "usecs_requested": 200 "frames_requested": 32 '
    rmmod rxmap && lab-bind rxmap rx0
}

# What the kernel holds, kB: pages, of which a NIC's receive buffers are 1024 kB and a ring's frames 4096 kB, and objects.
used() {
    sync
    echo 3 >/proc/sys/vm/drop_caches
    awk '/^MemTotal:/ { used = $2 } /^(MemFree|AnonPages|Cached|Buffers):/ { used -= $2 } END { print used }' /proc/meminfo
}
objects() {
    local cache
    for cache in /sys/kernel/slab/*/shrink; do
        echo 1 >"$cache" 2>/dev/null # free slabs that are kept for the next object
    done
    awk '/^(SUnreclaim|Percpu|VmallocUsed):/ { sum += $2 } END { print sum }' /proc/meminfo
}
# Freed memory comes back late, after grace periods and delayed works; what leaked never does.
little_grew() { # PAGES OBJECTS, before: sets $more_pages and $more_objects
    more_pages=$(($(used) - $1)) more_objects=$(($(objects) - $2))
    [ ! -e /sys/kernel/debug/kmemleak ] || more_objects=0
    [ $more_pages -lt 14000 ] && [ $more_objects -lt 100 ]
}

# 18 rounds are compared: one page_pool or one ring forgotten each time would be 18 MB, the structures of one, some 10 kB each,
# 180 kB. Measured without a leak: the pages vary by 4000 kB, once, on a busy machine, by 11236, the objects by 30 kB. On the debug kernel its checkers' own objects
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
    eventually 10 little_grew "$pages" "$kept" || little_grew "$pages" "$kept" ||
        fail "memory grew by $more_pages kB of pages, $more_objects kB of objects in 18 rounds"
    rmmod rxmap
    ! grep -q rxmap /proc/interrupts /proc/modules || fail "something is left"
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
