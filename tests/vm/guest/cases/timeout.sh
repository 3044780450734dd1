# SPDX-License-Identifier: MIT
# A device that stops sending: the other end of rx0's datagram socket exists and nobody reads it.
# shellcheck shell=bash

timeouts() { ethtool -S rx0 | awk '/tx_queue_[0-9]*_timeouts: / { sum += $2 } END { print sum }'; }
timed_out() { [ "$(timeouts)" -gt 0 ]; }

case_timeout_restarts_the_device() {
    [ "$BACKEND" = virtio_net ] || skip "QEMU's $BACKEND reports a frame as sent while it waits in QEMU"
    [ "$KERNEL_NAME" != 6.1 ] || echo 0 >/proc/sys/kernel/panic_on_warn # it has a WARNING where 6.12 has a line
    expect "timeouts before" "$(timeouts)" 0
    lab-host "rm -f net0.peer; (python3 -c 'import socket, time
peer = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
peer.bind(\"net0.peer\")
time.sleep(60)' >/dev/null 2>&1 & echo \$! >deaf.pid); sleep 0.5" || fail "no peer"
    ip neigh replace 10.9.0.1 lladdr 52:54:00:00:00:01 dev rx0 nud permanent
    timeout 20 /usr/bin/ping -q -f -s 1400 10.9.0.1 >/dev/null 2>&1 &
    eventually 30 timed_out || fail "the stack saw no transmit timeout"
    kill %1
    lab-host 'kill $(cat deaf.pid); rm -f net0.peer'
    sleep 1
    echo "$(timeouts) timeouts"
    # the device was stopped and opened: packets come, and answers go
    receiver_start rx0 --mode tap --until-end
    gen --rate 1000 --count 2000 --mark-end --ping 10.9.0.2 >/tmp/report || fail "no traffic after the timeout"
    receiver_wait
    expect "lost and corrupt" "$(result lost) $(result corrupt)" "0 0"
    grep -qE '"ping_replies":[1-9]' /tmp/report || fail "no answer to a ping: $(cat /tmp/report)"
    dmesg -c >/dev/null # the watchdog's own lines name the driver
}
