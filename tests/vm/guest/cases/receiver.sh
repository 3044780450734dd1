# SPDX-License-Identifier: MIT
# rxmap-recv as a user runs it: each mode, each way to end, what it prints, writes and refuses.
# shellcheck shell=bash

# all_received N: the numbers of a run that lost nothing.
all_received() {
    expect "received" "$(result received)" "$1"
    expect "what went wrong" "$(result lost) $(result duplicate) $(result reordered) $(result corrupt) $(result dropped)" "0 0 0 0 0"
}

case_receiver_tap_mode() {
    local delivered
    delivered=$(awk '/^Udp:/ { line++ } line == 2 { print $5 + $3; exit }' /proc/net/snmp)
    receiver_start rx0 --mode tap --count 3000 --frames 8192
    grep -q "rx0 queue 0 mapped, mode tap: each packet also goes to the stack, which costs one copy" /tmp/receiver ||
        fail "mode and cost are not said: $(cat /tmp/receiver)"
    gen --rate 4000 --count 3000 >/dev/null
    receiver_wait
    all_received 3000
    # nobody listens on the port: the stack counts what it got as NoPorts
    expect "datagrams of the stack" \
        "$(($(awk '/^Udp:/ { line++ } line == 2 { print $5 + $3; exit }' /proc/net/snmp) - delivered))" 3000
}
case_receiver_divert_mode() {
    receiver_start rx0 --mode divert --count 5000
    grep -q "mode divert: every packet comes here without a copy" /tmp/receiver || fail "$(cat /tmp/receiver)"
    gen --rate 8000 --count 5000 --imix >/dev/null
    receiver_wait
    all_received 5000
    [ "$(result wakeups)" -gt 0 ] && [ "$(result interrupts)" -gt 0 ] && [ "$(result context_switches)" -gt 0 ] ||
        fail "a run without wake-ups, interrupts or context switches: $(tail -n 1 /tmp/receiver)"
}
# It polls the NIC itself, and nobody has to wake it.
case_receiver_polls_by_itself() {
    local polls
    receiver_start rx0 --mode divert --count 3000 --busy-poll 1000000
    polls=$(stat rx0 rx_queue_0_polls_in_task)
    gen --rate 2000 --count 3000 >/dev/null
    receiver_wait
    all_received 3000
    [ "$(stat rx0 rx_queue_0_polls_in_task)" -gt $((polls + 100)) ] || fail "the receiver did not poll"
    [ "$(result wakeups)" -lt 30 ] || fail "$(tail -n 1 /tmp/receiver)"
}
# Nothing is lost, and the path that is the wait's own was taken.
case_receiver_waits_in_each_way() {
    local way path
    for way in poll:sleeps_in_poll epoll:sleeps_in_epoll epoll-edge:sleeps_in_epoll epoll-oneshot:sleeps_in_epoll \
        epoll-exclusive:sleeps_in_epoll uring:sleeps_in_uring busy-poll:after_busy_poll spin:after_spin adaptive:after_sleep; do
        path=${way#*:}
        receiver_start rx0 --mode divert --count 500 --wait "${way%:*}"
        gen --rate 2000 --count 500 >/dev/null
        receiver_wait
        all_received 500
        grep -q "^waits: .*\\b$path [1-9]" /tmp/receiver || fail "$way: $(cat /tmp/receiver)"
    done
}
case_receiver_filter_mode() {
    receiver_start rx0 --mode filter --filter 'udp src port 7001'
    gen --rate 4000 --count 4000 --flows 4 --sport 7000 >/dev/null
    sleep 0.5
    receiver_stop
    all_received 1000
}
case_receiver_tap_with_filter() {
    receiver_start rx0 --filter 'udp src port 7000 or vlan 5'
    gen --rate 4000 --count 2000 --flows 2 --sport 7000 >/dev/null
    sleep 0.5
    receiver_stop
    all_received 1000
}
# Whether the NIC strips tags (where it can) or not: a filter that names a VLAN matches.
case_receiver_filter_on_a_vlan() {
    modprobe 8021q 2>/dev/null
    ip link add link rx0 name rx0.5 type vlan id 5 && ip link set rx0.5 up || fail "no VLAN"
    sleep 0.3
    receiver_start rx0 --mode filter --filter 'vlan 5 and udp dst port 9000'
    gen --rate 4000 --count 500 --vlan 5 >/dev/null
    gen --rate 4000 --count 500 --first-flow 1 >/dev/null
    sleep 0.5
    receiver_stop
    ip link del rx0.5
    all_received 500
}
case_receiver_count_is_exact() {
    receiver_start rx0 --mode divert --count 700
    gen --rate 4000 --count 1000 >/dev/null
    receiver_wait
    all_received 700
}
case_receiver_seconds_without_traffic() {
    receiver_start rx0 --seconds 1.5
    receiver_wait
    all_received 0
    grep -q "^0 packets/s, 0 bits/s, .* drops: drop_quota 0 " /tmp/receiver || fail "no live line: $(cat /tmp/receiver)"
}
case_receiver_until_the_generators_end() {
    receiver_start rx0 --mode divert --until-end
    gen --rate 4000 --count 2000 --flows 3 --mark-end >/dev/null
    receiver_wait
    all_received 2000
}
case_receiver_drops_are_named_and_counted() {
    receiver_start rx0 --mode divert --quota 16 --seconds 3
    kill -STOP "$receiver"
    gen --rate 4000 --count 1000 >/dev/null
    sleep 0.3
    kill -CONT "$receiver"
    receiver_wait
    expect "received + dropped" $(($(result received) + $(result dropped))) 1000
    [ "$(result dropped)" -ge 900 ] || fail "a stopped receiver lost only $(result dropped)"
    grep -q "^dropped, drop_quota: $(result dropped)$" /tmp/receiver || fail "the cause is not named: $(cat /tmp/receiver)"
}
case_receiver_json_has_the_same_names() {
    local name
    : >/tmp/receiver
    ./rxmap-recv rx0 --mode divert --count 1000 --json --quiet >/tmp/json 2>/tmp/receiver &
    receiver=$!
    eventually 10 grep -q receiving /tmp/receiver
    gen --rate 4000 --count 1000 >/dev/null
    receiver_wait
    all_received 1000
    expect "lines of JSON" "$(wc -l </tmp/json)" 1
    lab-host "python3 -c 'import json, sys
for name, value in json.loads(sys.stdin.read()).items(): print(name, value)' <<'JSON'
$(cat /tmp/json)
JSON" >/tmp/names || fail "not JSON: $(cat /tmp/json)"
    for name in received lost duplicate reordered corrupt dropped wakeups interrupts context_switches; do
        expect "JSON's $name" "$(awk -v name=$name '$1 == name { print $2 }' /tmp/names)" "$(result $name)"
    done
    expect "JSON's seconds" "$(awk '$1 == "seconds" { printf "%.3f", $2 }' /tmp/names)" "$(result seconds)"
}
case_receiver_writes_a_capture() {
    receiver_start rx0 --mode divert --count 1500 -w /tmp/out.pcap
    gen --rate 4000 --count 1500 --imix >/dev/null
    receiver_wait
    all_received 1500
    expect "packets that tcpdump reads" "$(tcpdump -n -r /tmp/out.pcap 2>/dev/null | grep -c '10.9.0.2.9000: UDP')" 1500
}
# Packets alone go to standard output, and tcpdump reads them as they come.
case_receiver_feeds_tcpdump_in_both_formats() {
    local format
    for format in pcap pcapng; do
        : >/tmp/receiver
        ./rxmap-recv rx0 --mode divert --count 400 -w - --format $format --quiet 2>/tmp/receiver | tcpdump -n -r - 2>/dev/null >/tmp/read &
        receiver=$!
        eventually 10 grep -q receiving /tmp/receiver || fail "no receiver: $(cat /tmp/receiver)"
        gen --rate 2000 --count 400 >/dev/null
        wait "$receiver" || fail "tcpdump exited with $?"
        all_received 400
        expect "packets that tcpdump read of $format" "$(grep -c '10.9.0.2.9000: UDP' /tmp/read)" 400
    done
}
case_receiver_ends_when_nobody_reads_what_it_writes() {
    : >/tmp/receiver
    { ./rxmap-recv rx0 --mode divert -w - --quiet 2>/tmp/receiver; echo $? >/tmp/status; } | tcpdump -n -c 50 -r - >/tmp/read 2>/dev/null &
    receiver=$!
    eventually 10 grep -q receiving /tmp/receiver || fail "no receiver: $(cat /tmp/receiver)"
    gen --rate 2000 --count 2000 >/dev/null
    wait "$receiver"
    eventually 10 grep -q "^RESULT" /tmp/receiver || fail "it goes on: $(cat /tmp/receiver)"
    expect "exit status" "$(cat /tmp/status)" 0
    grep -q "^rxmap-recv: nobody reads the packets any more$" /tmp/receiver || fail "$(cat /tmp/receiver)"
    expect "packets that tcpdump read" "$(wc -l </tmp/read)" 50
}
case_receiver_signals_end_it_with_a_result() {
    local signal
    for signal in INT TERM; do
        receiver_start rx0 --mode divert
        gen --rate 4000 --count 300 >/dev/null
        sleep 0.5
        receiver_stop $signal
        all_received 300
    done
}
case_receiver_ends_with_status_1_when_the_nic_goes() {
    receiver_start rx0 --mode divert
    gen --rate 4000 --count 300 >/dev/null
    sleep 0.5
    lab-bind none rx0
    wait "$receiver"
    expect "exit status" $? 1
    all_received 300
    grep -q "^ended by itself: gone (driver unbound or device unplugged)$" /tmp/receiver || fail "$(cat /tmp/receiver)"
}
case_receiver_socket_to_compare_with() {
    receiver_start rx0 --socket 9000 --count 2000
    gen --rate 4000 --count 2000 >/dev/null
    receiver_wait
    all_received 2000
}
