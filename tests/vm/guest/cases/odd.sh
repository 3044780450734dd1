# SPDX-License-Identifier: MIT
# Devices that offer less than ours need: rx0 cannot switch its receive offloads off again (ctrl_guest_offloads=off, on a tap with
# vnet_hdr, which is where QEMU offers them), and beside it sits a virtio NIC of the time before virtio 1.0.
# shellcheck shell=bash

legacy() { grep -l '^0x1000' /sys/bus/pci/devices/*/device | cut -d/ -f6 | grep -v "$RX0_PCI"; }

case_odd_offloads_that_stay_on_refuse_the_ring_not_the_stack() {
    ./rxmap-recv rx0 --seconds 1 2>/tmp/stderr && fail "it was mapped"
    grep -q "^rxmap-recv: 'rx0' .*guest_tso4=off.* or ctrl_guest_offloads=on$" /tmp/stderr || fail "$(cat /tmp/stderr)"
    expect lines "$(wc -l </tmp/stderr)" 1
    ethtool -k rx0 | grep -q '^rx-checksumming: on \[fixed\]' || fail "rx-checksumming can be changed: $(ethtool -k rx0 | grep '^rx-c')"
    ./rxmapctl doctor rx0 | grep "^negotiated" >/tmp/bits
    ! grep ctrl_guest_offloads /tmp/bits || fail "it negotiated what the device does not offer"
    grep -q guest_tso4 /tmp/bits || fail "it did not negotiate what stays on: $(cat /tmp/bits)"
    ping -c 3 -i 0.2 -W 5 "$RX0_PEER"
}
case_odd_device_of_before_virtio_1_is_refused_by_name() {
    ./rxmapctl bind "$(legacy)" 2>/tmp/stderr && fail "it was bound"
    grep -q "the driver refused it, see dmesg; it went back to" /tmp/stderr || fail "$(cat /tmp/stderr)"
    dmesg | grep -q "$(legacy): has no modern virtio interface (legacy only)" || fail "$(dmesg | grep "$(legacy)")"
    dmesg -c >/dev/null # the line is an error, and meant to be
}
