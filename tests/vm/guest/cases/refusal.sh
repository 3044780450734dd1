# SPDX-License-Identifier: MIT
# What rxmap-recv says to wrong arguments: one sentence that names argument, limit and value, on standard error, nothing else,
# and a queue that is free afterwards. Status 2 for what the command line alone gets wrong, 1 for what the kernel refuses.
# shellcheck shell=bash

# says STATUS SENTENCE ARGUMENT…: rxmap-recv rx0 with these arguments says exactly this; as the caller of $as, if set.
says() {
    local status=$1 sentence=$2 got
    shift 2
    $as ./rxmap-recv "$@" --seconds 1 >/tmp/stdout 2>/tmp/stderr
    got=$?
    expect "what '$*' says" "$(cat /tmp/stderr)" "rxmap-recv: $sentence"
    expect "status of '$*'" "$got" "$status"
    [ ! -s /tmp/stdout ] || fail "'$*' also printed $(cat /tmp/stdout)"
}
as=

case_refusal_interface() {
    says 1 "there is no interface 'nosuch0' in this network namespace" nosuch0
    says 1 "interface 'lo' is not driven by rxmap, bind it with: rxmapctl bind lo" lo
    says 1 "interface 'nosuch0': no such interface" nosuch0 --socket 9000
}
case_refusal_queue() {
    says 1 "queue is 1, 'rx0' has 1 RX queue(s), counted from 0" rx0 --queue 1
    says 1 "queue is 4294967295, 'rx0' has 1 RX queue(s), counted from 0" rx0 --queue 4294967295
}
case_refusal_queue_that_is_busy() {
    receiver_start rx0
    # shellcheck disable=SC2154 # receiver_start sets it
    says 1 "queue 0 of 'rx0' is already mapped by process $receiver (rxmap-recv)" rx0 --mode divert
    receiver_stop
}
case_refusal_capability() {
    as="setpriv --reuid=65534 --clear-groups --inh-caps=-all"
    says 1 "mode tap on 'rx0' needs CAP_NET_RAW, which this process or the opener of the file lacks" rx0
    as="setpriv --reuid=65534 --clear-groups --inh-caps=+net_raw --ambient-caps=+net_raw"
    says 1 "mode divert on 'rx0' needs CAP_NET_ADMIN, which this process or the opener of the file lacks" rx0 --mode divert
}
case_refusal_locked_memory() {
    as="setpriv --reuid=65534 --clear-groups --inh-caps=+net_raw --ambient-caps=+net_raw"
    ulimit -l 64
    says 1 "2048 frames of 2048 bytes for queue 0 of 'rx0' lock 4194304 bytes of memory, the most for this user is 65536 (ulimit -l)" rx0
}
case_refusal_mtu() {
    local most
    ip link set rx0 mtu 3000
    ./rxmap-recv rx0 --seconds 1 2>/tmp/stderr
    most=$(sed -n "s/^rxmap-recv: the MTU of 'rx0' is 3000, the most for frames of 2048 bytes is \([0-9]*\)$/\1/p" /tmp/stderr)
    [ -n "$most" ] || fail "$(cat /tmp/stderr)"
    ip link set rx0 mtu $((most + 1))
    says 1 "the MTU of 'rx0' is $((most + 1)), the most for frames of 2048 bytes is $most" rx0
    ip link set rx0 mtu "$most"
    ./rxmap-recv rx0 --seconds 0.1 --quiet || fail "the largest MTU is refused"
}
case_refusal_frames() {
    says 1 "frames is 0, the least for this queue is 64" rx0 --frames 0
    says 1 "frames is 32, the least for this queue is 64" rx0 --frames 32
    says 1 "frames is 100, it must be a power of two from 64 to 32768" rx0 --frames 100
    says 1 "frames is 65536, the most for this queue is 32768" rx0 --frames 65536
    says 2 "--frame-size: 3000 not in {2048,4096}" rx0 --frame-size 3000
}
case_refusal_quota() {
    local most
    ./rxmap-recv rx0 --quota 5000 --seconds 1 2>/tmp/stderr
    most=$(sed -n "s/^rxmap-recv: quota is 5000, the most with 2048 frames on 'rx0' is \([0-9]*\)$/\1/p" /tmp/stderr)
    [ -n "$most" ] || fail "$(cat /tmp/stderr)"
    ./rxmap-recv rx0 --quota "$most" --seconds 0.1 --quiet || fail "the largest quota is refused"
}
case_refusal_thresholds() {
    says 2 "--wake-packets: 8 needs --wake-usecs above 0, or a last packet might wait" rx0 --wake-packets 8
    says 1 "wake usecs is 2000000, the most is 1000000" rx0 --wake-usecs 2000000
    says 1 "wake packets is 65, more than the quota are never unread, which is 64" rx0 --quota 64 --wake-packets 65 --wake-usecs 9
}
case_refusal_mode_and_filter() {
    says 2 "--mode: bogus not in {tap,filter,divert}" rx0 --mode bogus
    says 2 "--mode: filter needs --filter EXPRESSION" rx0 --mode filter
    says 2 "--filter: divert takes everything and has no filter" rx0 --mode divert --filter udp
    says 1 "filter 'udp and and' is refused: can't parse filter expression: syntax error" rx0 --filter 'udp and and'
    says 2 "--overrun: backpressure needs --mode divert, not --mode tap" rx0 --overrun backpressure
    says 2 "--queue: belongs to the mapped ring, not to --socket" rx0 --socket 9000 --queue 0
}
case_refusal_file_to_write() {
    says 1 "--write /nowhere/x.pcap: No such file or directory" rx0 -w /nowhere/x.pcap
}
case_refusal_abi() {
    as="env LD_PRELOAD=/root/librxmap-other-abi.so"
    says 1 "this library speaks ABI 1, the module ABI 0: use library and module of one version" rx0
    as="./rxmapctl exec rx0 -- $as"
    says 1 "this library speaks ABI 1, the module ABI 0: use library and module of one version" rx0
}
