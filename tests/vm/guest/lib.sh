# SPDX-License-Identifier: MIT
# What the shell cases share. A case is a function case_GROUP_what; it fails by returning nonzero, best through `fail`.
# A variable slow_GROUP_what=N gives it N times the time limit.
# shellcheck shell=bash

# fail MESSAGE…: ends the case (each runs in a shell of its own).
fail() { echo "$*"; exit 1; }

# skip REASON…: ends the case: what it asks for cannot be had from this NIC.
skip() { printf 'case: Skipped\n%s\n' "$*"; exit 0; }

# expect WHAT GOT WANTED
expect() { [ "$2" = "$3" ] || fail "$1 is '$2', not '$3'"; }

# eventually SECONDS COMMAND…: until it succeeds; the debug kernel is given four times as long.
eventually() {
    local patience=$1 end
    [ "$KERNEL_NAME" != debug ] || patience=$((4 * patience))
    end=$((SECONDS + patience))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || return 1
        pause 0.05
    done
}

# pause SECONDS: as sleep does, without starting a program: nobody ever writes into this pipe.
pause() {
    [ -p /tmp/silence ] || mkfifo -m 600 /tmp/silence
    read -rt "$1" <>/tmp/silence || :
}

# got PACKETS: has rx0 received so many? A NIC may hold frames back for a second after a change of its receive filter.
got() { [ "$(stat rx0 rx_queue_0_packets)" -ge "$1" ]; }

# stat NIC NAME: a number of ethtool -S.
stat() { /root/vm-counter "$1" "$2"; }

# gen OPTIONS…: rxmap-gen to rx0 (DST_MAC: to another address), waits for its end.
gen() {
    lab-traffic start --json --dst-mac "${DST_MAC:-52:54:00:12:34:56}" --dst 10.9.0.2 --src 10.9.0.1 --dport 9000 "$@" &&
        lab-traffic wait
}

# receiver_start NIC OPTIONS…: rxmap-recv in the background, until it is attached; its words go to /tmp/receiver.
receiver_start() {
    : >/tmp/receiver # the words of the run before would be believed
    ./rxmap-recv "$@" >/tmp/receiver 2>&1 &
    receiver=$!
    eventually 10 receives || fail "no receiver: $(cat /tmp/receiver)"
}
receives() { [[ $(</tmp/receiver) == *"rxmap-recv: receiving:"* ]]; }
# receiver_stop [SIGNAL]: ends it, as a user would, and checks that this is a success; receiver_wait: waits for its own end.
receiver_stop() { kill -"${1:-INT}" "$receiver" && receiver_wait; }
receiver_wait() { wait "$receiver" || fail "rxmap-recv exited with $?: $(cat /tmp/receiver)"; }

# result NAME: a number of the RESULT line, which must be the last one and exactly as documented.
result() {
    local form='^RESULT received=[0-9]+ lost=[0-9]+ duplicate=[0-9]+ reordered=[0-9]+ corrupt=[0-9]+ dropped=[0-9]+ wakeups=[0-9]+ interrupts=[0-9]+ context_switches=[0-9]+ seconds=[0-9]+\.[0-9]{3}$'
    tail -n 1 /tmp/receiver | grep -E "$form" | tr ' ' '\n' | sed -n "s/^$1=//p"
}

# What runs before and after each case uses what bash has built in: on a debug kernel in emulation each program started costs
# a tenth of a second, and the NICs are four.

# ours NIC: is it up under our driver, in our namespace?
ours() {
    local state
    [[ /sys/class/net/$1/device/driver -ef /sys/bus/pci/drivers/rxmap-$BACKEND ]] && read -r state <"/sys/class/net/$1/operstate" &&
        [ "$state" = up ]
}

# plain NIC: has it the usual MTU, and is it not promiscuous (IFF_PROMISC)?
plain() {
    local mtu flags
    read -r mtu <"/sys/class/net/$1/mtu" && read -r flags <"/sys/class/net/$1/flags" && [ "$mtu" = 1500 ] && ((!(flags & 0x100)))
}

# as_before: brings every test NIC back to how a case expects it, whatever the case before left behind; what the kernel says
# to that is no case's.
as_before() {
    local nic
    for nic in $NICS; do
        if ! ours "$nic"; then
            lab-qmp "{\"execute\":\"set_link\",\"arguments\":{\"name\":\"nic${nic#rx}\",\"up\":true}}" >/dev/null
            lab-bind rxmap "$nic" || return 1
            eventually 5 ours "$nic" || return 1
            dmesg -c >/dev/null
        fi
        plain "$nic" || ip link set "$nic" mtu 1500 promisc off
    done
}
