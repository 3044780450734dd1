# SPDX-License-Identifier: MIT
# rxmapctl as a user meets it; the family itself is tested by vm-ring (Netlink, Tunables).
# shellcheck shell=bash

ctl() { ./rxmapctl "$@"; }

# refused TEXT ARGUMENTS…: exit status 1 and one line with this text.
refused() {
    local text=$1 out
    shift
    out=$(ctl "$@" 2>&1)
    [ $? = 1 ] || fail "rxmapctl $* was not refused: $out"
    [[ $out == *"$text"* ]] || fail "rxmapctl $*: '$out', not '$text'"
}

case_netlink_rxmapctl_shows_what_it_set() {
    local out
    ctl set rx0 budget 16 moderation fixed usecs 500 || fail "set"
    out=$(ctl show rx0 --json)
    for part in '"ifname": "rx0"' '"queues": [' '"queue": 0' '"budget": 16' '"moderation": {"policy": "fixed"}' \
        '"usecs_requested": 500' '"usecs_effective": 500' '"usecs_limit": "none"' '"ring": null'; do
        [[ $out == *"$part"* ]] || fail "no $part in $out"
    done
    expect "rx-usecs of ethtool" "$(ethtool -c rx0 | awk '/^rx-usecs:/ { print $2 }')" 500
    ctl set rx0 moderation poll poll-usecs 70 usecs 0
    [[ $(ctl show rx0) == *" poll, 70 us "* ]] || fail "poll: $(ctl show rx0)"
    ctl set rx0 moderation consumer awake-usecs 20 behind-usecs 300 deadman-usecs 5000
    [[ $(ctl show rx0) == *" consumer, 20/300/5000 us "* ]] || fail "consumer: $(ctl show rx0)"
    ctl set rx0 budget 64 moderation off poll-usecs 50 awake-usecs 50 behind-usecs 125 deadman-usecs 20000
}
case_netlink_rxmapctl_names_argument_limit_and_value() {
    refused "budget 300: budget must be 1 to 256" set rx0 budget 300
    refused "usecs 10001: usecs must be 0 to 10000" set rx0 usecs 10001
    refused "--queue 9: queue: the interface has no such RX queue" set rx0 --queue 9 budget 3
    refused "not an interface of rxmap" set lo budget 3
    refused "'nothing0': no such interface" show nothing0
    refused "moderation: 'fast' is none of: off, fixed, dim, itr, poll, consumer" set rx0 moderation fast
    refused "budget: 'x' is not a number" set rx0 budget x
    refused "budget is given twice" set rx0 budget 3 budget 4
}
doctor_says() { ctl doctor rx0 >/tmp/doctor && grep -qF -e "$1" /tmp/doctor; }
case_netlink_monitor_and_doctor() {
    ./rxmapctl monitor --json >/tmp/events 2>&1 &
    local monitor=$!
    eventually 5 grep -q rxmapctl /proc/$monitor/comm
    sleep 0.5
    ctl set rx0 budget 7
    eventually 5 grep -q '"event": "queue-ntf", .*"ifname": "rx0", .*"budget": 7' /tmp/events ||
        fail "monitor said: $(cat /tmp/events)"
    kill $monitor
    ctl set rx0 budget 64
    ctl doctor rx0 | grep -q "^queue 0: budget 64" || fail "doctor: $(ctl doctor rx0)"
    ctl stats rx0 --json | grep -q '"rx_packets": ' || fail "stats: $(ctl stats rx0 --json)"
    receiver_start rx0 --mode divert
    eventually 5 doctor_says "the consumer: asleep, 0 packets" || fail "doctor: $(cat /tmp/doctor)"
    # shellcheck disable=SC2154 # receiver_start sets it
    for part in "mapped by $receiver (rxmap-recv) on CPU " "mode divert, granted zerocopy" "offloads: " "NAPI runs in softirq" \
        "dropped by the NIC itself: " "(quota "; do
        grep -qF -e "$part" /tmp/doctor || fail "no '$part' of doctor: $(cat /tmp/doctor)"
    done
    grep -qE "^interrupt [0-9]+: ([a-z0-9]+,)*rx0(-rx-0)?(,[a-z0-9]+)*, CPU 0" /tmp/doctor || fail "no interrupt of doctor: $(cat /tmp/doctor)"
    if [ "$BACKEND" = virtio_net ]; then
        grep -q "^negotiated with the device: .*ctrl_guest_offloads, .*mrg_rxbuf, status, .*version_1" /tmp/doctor ||
            fail "no feature bits of doctor: $(cat /tmp/doctor)"
    else
        ! grep negotiated /tmp/doctor || fail "it negotiates nothing"
    fi
    receiver_stop
}
# of_json FILE EXPRESSION: what Python makes of the documents d in the file, one a line or one in all. The host has one.
of_json() {
    local packed
    packed=$(gzip -c "$1" | base64 | tr -d '\n')
    lab-host "echo $packed | base64 -d | gzip -d | python3 -c '
import json, sys
text = sys.stdin.read()
try:
    d = [json.loads(text)]
except ValueError:
    d = [json.loads(line) for line in text.splitlines()]
print($2)'"
}
lines() { [ "$(wc -l <"$1")" -ge "$2" ]; } # lines FILE MOST
case_netlink_json_is_read_by_a_parser() {
    local monitor watcher
    ./rxmapctl monitor --json >/tmp/events 2>&1 &
    monitor=$!
    ./rxmapctl stats rx0 --watch --json >/tmp/watched 2>&1 &
    watcher=$!
    eventually 5 grep -q rxmapctl /proc/$monitor/comm
    sleep 0.5
    receiver_start rx0 --mode divert
    ctl set rx0 budget 7
    ctl show --json >/tmp/show
    ctl list --json >/tmp/list
    eventually 10 lines /tmp/watched 2 || fail "stats --watch --json: $(cat /tmp/watched)"
    kill $watcher
    ctl set rx0 budget 64
    receiver_stop
    eventually 5 grep -q ring-detach-ntf /tmp/events || fail "monitor said: $(cat /tmp/events)"
    kill $monitor
    expect "show" "$(of_json /tmp/show '[(q["budget"], q["moderation"]["policy"], q["usecs_requested"], q["ring"]["mode"], "usecs_effective" in q)
        for i in d[0] if i["ifname"] == "rx0" for q in i["queues"]]')" "[(7, 'off', 0, 'divert', True)]"
    expect "list" "$(of_json /tmp/list '[(n["pci"], n["link"]) for n in d[0] if n["ifname"] == "rx0"]')" "[('$RX0_PCI', 'up')]"
    expect "stats" "$(of_json /tmp/watched '{(q["ifname"], q["queue"], type(q["rx_packets"]).__name__) for line in d for q in line}')" "{('rx0', 0, 'int')}"
    expect "monitor" "$(of_json /tmp/events '[(e["event"], e.get("budget", e.get("mode"))) for e in d]')" \
        "[('ring-attach-ntf', 'divert'), ('queue-ntf', 7), ('queue-ntf', 64), ('ring-detach-ntf', 'divert')]"
}
case_netlink_stats_are_watched() {
    local watcher
    ./rxmapctl stats rx0 --watch >/tmp/watched 2>&1 &
    watcher=$!
    eventually 5 lines /tmp/watched 1 # the headline: the first reading is done or about to be
    lab-traffic start --json --dst-mac 52:54:00:12:34:56 --dst 10.9.0.2 --src 10.9.0.1 --dport 9000 --count 10000000 --rate 1000
    eventually 10 lines /tmp/watched 4 || fail "stats --watch: $(cat /tmp/watched)"
    lab-traffic stop >/dev/null
    kill $watcher
    expect "headline" "$(head -1 /tmp/watched | tr -s ' ')" "INTERFACE QUEUE packets/s Mbit/s irqs/s polls/s pkts/poll exhausted mmio/pkt dropped/s"
    [ "$(awk 'NR > 1 && $1 == "rx0" && $2 == 0 && $3 > 0 && $6 > 0' /tmp/watched | wc -l)" -ge 2 ] || fail "no rates: $(cat /tmp/watched)"
}
# The consumer is stopped: it can neither let go nor be asked to.
case_netlink_detach_takes_a_queue_from_a_stuck_consumer() {
    refused "queue 0 of rx0 is not mapped" detach rx0
    refused "lo is not an interface of rxmap" detach lo
    refused "--queue 7: rx0 has 1 RX queue, from 0" detach rx0 --queue 7
    receiver_start rx0 --mode divert
    # shellcheck disable=SC2154 # receiver_start sets it
    kill -STOP "$receiver"
    expect "what detach says" "$(ctl detach rx0)" "rx0: queue 0 taken from $receiver (rxmap-recv)"
    ./rxmap-recv rx0 --mode divert --seconds 0.1 --quiet || fail "the queue cannot be had"
    kill -CONT "$receiver"
    wait "$receiver"
    expect "exit status of the receiver" $? 1
    grep -q "^ended by itself: .*detached by force" /tmp/receiver || fail "$(cat /tmp/receiver)"
}
