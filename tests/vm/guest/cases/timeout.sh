# SPDX-License-Identifier: MIT
# A device that stops sending: the other end of rx0's datagram socket exists and nobody reads it; or, since QEMU's Intel NICs
# take what waits there for sent, the device may not read memory any more.
# shellcheck shell=bash

timeouts() { ethtool -S rx0 | awk '/tx_queue_[0-9]*_timeouts: / { sum += $2 } END { print sum }'; }
timed_out_since() { [ "$(timeouts)" -gt "$1" ]; }

# Reads nothing of rx0's, so that QEMU, then the NIC's ring and then the stack's queue fill up; sends a frame each millisecond.
deaf_peer() {
    [ "$BACKEND" = virtio_net ] || skip "QEMU's $BACKEND reports a frame as sent while it waits in QEMU"
    [ "$KERNEL_NAME" != 6.1 ] || echo 0 >/proc/sys/kernel/panic_on_warn # it has a WARNING where 6.12 has a line
    lab-host "rm -f net0.peer; (python3 -c 'import socket, time
peer = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
peer.bind(\"net0.peer\")
while True:
    peer.sendto(bytes([255] * 6 + [2, 0, 0, 0, 0, 1, 0x88, 0xb5] + [0] * 46), \"net0.sock\")
    time.sleep(0.001)' >/dev/null 2>&1 & echo \$! >deaf.pid); sleep 0.5" || fail "no peer"
    ip neigh replace 10.9.0.1 lladdr 52:54:00:00:00:01 dev rx0 nud permanent
}
hearing_peer() { lab-host 'kill $(cat deaf.pid); rm -f net0.peer'; }
# Packets come, and answers go.
answers_again() {
    receiver_start rx0 --mode tap --until-end
    gen --rate 1000 --count 2000 --mark-end --ping 10.9.0.2 >/tmp/report || fail "no traffic afterwards"
    receiver_wait
    expect "lost and corrupt" "$(result lost) $(result corrupt)" "0 0"
    grep -qE '"ping_replies":[1-9]' /tmp/report || fail "no answer to a ping: $(cat /tmp/report)"
    dmesg -c >/dev/null # the watchdog's own lines name the driver
}

# The NIC loses bus mastering (bit 2 of the command register, offset 4): it reads no descriptor, and writes none back. The
# watchdog's reset must give it back.
mute() {
    local command
    command=$(dd if="$(nic)" bs=1 skip=4 count=1 2>/dev/null | hexdump -v -e '1/1 "%u"')
    [ "$KERNEL_NAME" != 6.1 ] || echo 0 >/proc/sys/kernel/panic_on_warn
    ip neigh replace 10.9.0.1 lladdr 52:54:00:00:00:01 dev rx0 nud permanent
    config_write "$(nic)" 4 "\\x$(printf %x $((command & ~4)))"
}

case_timeout_restarts_the_device() {
    local before
    before=$(timeouts)
    if [ "$BACKEND" = virtio_net ]; then deaf_peer; else mute; fi
    timeout 20 /usr/bin/ping -q -f -s 1400 10.9.0.1 >/dev/null 2>&1 &
    eventually 30 timed_out_since "$before" || fail "the stack saw no transmit timeout"
    kill %1
    [ "$BACKEND" != virtio_net ] || hearing_peer
    sleep 1
    echo "$(timeouts) timeouts"
    answers_again # the device was stopped and opened
}
# netconsole sends with interrupts off, and polls with a budget of 0 for room in a full queue: that may free sent packets and must
# not receive, not even what waits. The core has a WARNING for a poll that does.
case_timeout_netpoll_receives_nothing() {
    local tracing=/sys/kernel/tracing line polls
    local event=$tracing/events/napi/napi_poll
    echo 'budget == 0' >$event/filter
    echo 1 >$event/enable
    echo 1 >$tracing/tracing_on
    deaf_peer
    modprobe netconsole netconsole=6665@10.9.0.2/rx0,6666@10.9.0.1/52:54:00:00:00:01 || fail "no netconsole"
    echo on >/proc/sys/kernel/printk_devkmsg # no rate limit
    dmesg -n 7
    # Byte queue limits stop the queue with the first ones; what waits then is sent later, and does not poll.
    for ((line = 0; line < 50; line++)); do
        echo "<4>a line for netconsole: $line" >/dev/kmsg
    done
    echo 0 >$tracing/tracing_on
    echo 0 >$event/enable
    echo 0 >$event/filter
    rmmod netconsole
    polls=$(grep -c 'device rx0 work' $tracing/trace)
    echo "$polls polls"
    [ "$polls" -gt 0 ] || fail "no poll had a budget of 0"
    grep 'device rx0 work' $tracing/trace | grep -v ' work 0 budget 0' && fail "received"
    echo >$tracing/trace
    hearing_peer
    answers_again
}
