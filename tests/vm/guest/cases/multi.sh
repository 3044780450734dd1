# SPDX-License-Identifier: MIT
# A NIC with two queues, from the outside: what the tools say. rx0 is on a tap.
# shellcheck shell=bash

case_multi_channels_change_while_unmapped() {
    local now
    for now in 1 2 1 2; do
        ethtool -L rx0 combined $now || fail "ethtool -L combined $now"
        expect channels "$(ethtool -l rx0 | awk '/^Combined:/ { n = $2 } END { print n }')" $now
        ping -c 2 -i 0.2 -W 5 "$RX0_PEER" || fail "no ping with $now queues"
    done
    ethtool -L rx0 combined 3 2>/dev/null && fail "3 queues were taken, the NIC has 2"
    ethtool -L rx0 combined 2
    return 0
}
case_multi_queue_out_of_range_is_named() {
    ./rxmap-recv rx0 --queue 2 --seconds 1 >/tmp/out 2>&1 && fail "queue 2 of 2 was taken"
    grep -q "queue is 2, 'rx0' has 2 RX queue(s), counted from 0" /tmp/out || fail "$(cat /tmp/out)"
}
case_multi_recv_says_who_has_the_queue() {
    local holder
    ./rxmap-recv rx0 --queue 1 --seconds 20 --quiet >/dev/null 2>&1 &
    holder=$!
    eventually 5 grep -q "^1" /sys/module/rxmap/refcnt || fail "no ring on queue 1"
    ./rxmap-recv rx0 --queue 1 --seconds 1 >/tmp/out 2>&1 && fail "queue 1 was mapped twice"
    kill -INT $holder
    wait $holder
    grep -q "queue 1 of 'rx0' is already mapped by process $holder (rxmap-recv)" /tmp/out || fail "$(cat /tmp/out)"
}
# on_queue QUEUE: packets that it took.
on_queue() { stat rx0 "rx_queue_$1_packets"; }
took() { [ $(($(on_queue "$1") - $2)) -ge 1600 ]; } # took QUEUE BEFORE

case_multi_table_steers_flows() {
    [ "$(ethtool -x rx0 2>/dev/null | grep -c 'indirection table')" = 1 ] || skip "$BACKEND has no indirection table: who feeds it chooses the queue"
    local queue before
    for queue in 0 1; do
        ethtool -X rx0 weight $((1 - queue)) $queue || fail "ethtool -X"
        before=$(on_queue $queue)
        lab-traffic start --json --dev tap0 --dst-mac 52:54:00:12:34:56 --dst 10.9.0.2 --src 10.9.0.100 --src-per-flow --flows 16 \
            --dport 9000 --count 1600 --rate 3000 && lab-traffic wait >/dev/null
        eventually 3 took $queue "$before" || fail "$(($(on_queue $queue) - before)) of 1600 on queue $queue"
    done
    ethtool -L rx0 combined 1 2>/dev/null && fail "the table names a queue that went"
    ethtool -X rx0 default
}
# effective of both queues, as ethtool says it
usecs_of_queues() { ethtool --per-queue rx0 queue_mask 0x3 --show-coalesce | awk '/^rx-usecs:/ { printf "%s ", $2 }'; }
budgets() { ./rxmapctl show rx0 --json | grep -o '"budget": [0-9]*' | tr -dc '0-9\n' | tr '\n' ' '; }

case_multi_each_queue_has_tunables_of_its_own() {
    local first size before
    read -r first _ <<<"$(usecs_of_queues)"
    larger() { for size in 16 32 64 128 256; do stat rx0 "rx_queue_1_polls_$size"; done; }
    ./rxmapctl set rx0 --queue 1 budget 8 moderation fixed usecs 700 || fail "set --queue 1"
    expect "budgets" "$(budgets)" "64 8 "
    expect "rx-usecs" "$(usecs_of_queues)" "$first 700 "
    before=$(larger)
    lab-traffic start --json --dev tap0 --dst-mac 52:54:00:12:34:56 --dst 10.9.0.2 --src 10.9.0.100 --src-per-flow --flows 16 \
        --dport 9000 --count 4000 --rate 8000 && lab-traffic wait >/dev/null
    expect "polls of queue 1 that took more than 8" "$(larger)" "$before"
    ethtool --per-queue rx0 queue_mask 0x2 --coalesce rx-usecs 900 || fail "ethtool --per-queue"
    expect "rx-usecs by ethtool" "$(usecs_of_queues)" "$first 900 "
    # its exit status is 0 all the same
    ethtool --per-queue rx0 queue_mask 0x2 --coalesce rx-usecs 20000 2>&1 | grep -q "Invalid argument" || fail "20000 was not refused"
    ethtool --per-queue rx0 queue_mask 0x4 --coalesce rx-usecs 300 2>&1 | grep -q "Invalid argument" || fail "queue 2 of 2 was not refused"
    expect "rx-usecs after refusals" "$(usecs_of_queues)" "$first 900 "
    ethtool --per-queue rx0 queue_mask 0x3 --coalesce adaptive-rx on || fail "adaptive-rx"
    expect "policies" "$(./rxmapctl show rx0 --json | grep -c '"policy": "dim"')" 2
    ./rxmapctl set rx0 budget 64 moderation off usecs 0
}
# On the CPU whose bit is set. x86 moves an interrupt when it comes the next time.
case_multi_interrupts_come_on_the_cpu_they_are_sent_to() {
    local irq mask cpu before after
    irq=$(awk '/ rx0-rx-0$/ { sub(":", "", $1); print $1 }' /proc/interrupts)
    mask=$(cat "/proc/irq/$irq/smp_affinity")
    on_cpus() { awk '/ rx0-rx-0$/ { print $2, $3 }' /proc/interrupts; }
    flood() {
        lab-traffic start --json --dev tap0 --dst-mac 52:54:00:12:34:56 --dst 10.9.0.2 --src 10.9.0.100 --src-per-flow --flows 16 \
            --dport 9000 --count 1000 --rate 2000 && lab-traffic wait >/dev/null
    }
    for cpu in 1 0; do
        echo $((1 << cpu)) >"/proc/irq/$irq/smp_affinity" || fail "the interrupt cannot be sent to CPU $cpu"
        flood
        read -r -a before <<<"$(on_cpus)"
        flood
        read -r -a after <<<"$(on_cpus)"
        expect "interrupts on the other CPU than $cpu" $((after[1 - cpu] - before[1 - cpu])) 0
        [ $((after[cpu] - before[cpu])) -gt 0 ] || fail "no interrupt on CPU $cpu"
    done
    echo "$mask" >"/proc/irq/$irq/smp_affinity"
}
