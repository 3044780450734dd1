# SPDX-License-Identifier: MIT
# Receivers without privileges: rxmapctl exec, and a descriptor that came over a UNIX socket.
# shellcheck shell=bash

# as_nobody PROGRAM…: user, groups and capabilities gone.
as_nobody() {
    setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs "$@"
}
# exec_start OPTIONS… -- PROGRAM…: rxmapctl exec in the background, until rxmap-recv receives.
exec_start() {
    : >/tmp/receiver
    ./rxmapctl exec rx0 "$@" >/tmp/receiver 2>&1 &
    receiver=$!
    eventually 10 grep -q "^rxmap-recv: receiving:" /tmp/receiver || fail "no receiver: $(cat /tmp/receiver)"
}

case_exec_receives_without_a_capability() {
    exec_start --mode divert --frames 1024 --user nobody -- ./rxmap-recv rx0 --count 1000 --wait epoll
    expect "capabilities of the receiver" "$(sed -n 's/^Cap[A-Z][a-z]*:\t0*//p' "/proc/$receiver/status" | tr -d '\n')" ""
    expect "its user" "$(awk '$1 == "Uid:" { print $2, $3, $4 }' "/proc/$receiver/status")" "65534 65534 65534"
    grep -q "mode divert: .* 1024 frames" /tmp/receiver || fail "not what was attached: $(cat /tmp/receiver)"
    gen --rate 4000 --count 1000 >/dev/null
    receiver_wait
    expect "received" "$(result received) $(result lost) $(result dropped)" "1000 0 0"
}
# As root, too; and nothing that it starts gets any back.
case_exec_leaves_no_way_back() {
    ./rxmapctl exec rx0 -- sh -c 'sh -c "cat /proc/self/status"' >/tmp/status || fail "exit status $?"
    expect "capabilities" "$(sed -n 's/^Cap[A-Z][a-z]*:\t0*//p' /tmp/status | tr -d '\n')" ""
    expect "sets of capabilities" "$(grep -c '^Cap' /tmp/status)" 5
    grep -q "^NoNewPrivs:.1$" /tmp/status || fail "no_new_privs is not set"
    ./rxmapctl exec rx0 -- ip link set rx0 mtu 1400 2>/dev/null && fail "it may still configure the interface"
    plain rx0 || fail "it did configure the interface"
}
case_exec_hands_over_one_descriptor() {
    # shellcheck disable=SC2016 # for the program
    ./rxmapctl exec rx0 -- bash -c 'ls -l /proc/$$/fd; echo "it is $RXMAP_FD"' >/tmp/fds || fail "exit status $?"
    expect "files of rxmap" "$(grep -c -- '-> /dev/rxmap$' /tmp/fds)" 1
    grep -q " $(sed -n 's/^it is //p' /tmp/fds) -> /dev/rxmap$" /tmp/fds || fail "$(cat /tmp/fds)"
}
case_exec_holds_the_queue_as_long_as_the_program_runs() {
    ./rxmapctl exec rx0 -- sleep 30 &
    receiver=$!
    eventually 10 held_by_sleep || fail "the holder is not named: $(./rxmapctl list)"
    ./rxmapctl exec rx0 -- true 2>/tmp/refused && fail "two rings on one queue"
    grep -q "queue 0 of 'rx0' is already mapped by process $receiver (sleep)" /tmp/refused || fail "$(cat /tmp/refused)"
    kill "$receiver"
    wait "$receiver"
    expect "exit status" $? 143
    ./rxmapctl exec rx0 -- true || fail "the queue did not come back"
}
held_by_sleep() { ./rxmapctl list | grep -q "rx0.*$receiver"; }
case_exec_status_is_the_programs() {
    ./rxmapctl exec rx0 -- sh -c 'exit 7'
    expect "status" $? 7
    ./rxmapctl exec rx0 -- ./no-such-program 2>/tmp/refused
    expect "status" $? 127
    grep -q "^rxmapctl: cannot start './no-such-program': No such file" /tmp/refused || fail "$(cat /tmp/refused)"
    ./rxmapctl exec rx0 -- /proc/version 2>/dev/null
    expect "status" $? 126
}
# exec_refused STATUS PATTERN COMMAND…
exec_refused() {
    "${@:3}" >/tmp/refused 2>&1
    expect "status of ${*:3}" $? "$1"
    grep -qE -- "$2" /tmp/refused || fail "no '$2': $(cat /tmp/refused)"
}
case_exec_refuses_by_name() {
    exec_refused 2 "PROGRAM" ./rxmapctl exec rx0
    exec_refused 2 "backpressure needs --mode divert" ./rxmapctl exec rx0 --overrun backpressure -- true
    exec_refused 2 "not expected: --" ./rxmapctl list -- true
    exec_refused 1 "'nosuch': no such user" ./rxmapctl exec rx0 --user nosuch -- true
    exec_refused 1 "CAP_NET_RAW" as_nobody ./rxmapctl exec rx0 -- true
    exec_refused 2 "--mode: the ring is attached already" ./rxmapctl exec rx0 -- ./rxmap-recv rx0 --mode divert
    exec_refused 1 "the ring in RXMAP_FD is not one of 'lo'" ./rxmapctl exec rx0 -- ./rxmap-recv lo
    exec_refused 1 "RXMAP_FD is 'x', no file descriptor" env RXMAP_FD=x ./rxmap-recv rx0
    exec_refused 1 "descriptor 0 is not a file of /dev/rxmap" env RXMAP_FD=0 ./rxmap-recv rx0 </dev/null
    exec_refused 1 "descriptor 9 has no ring: whoever hands it on attaches first" env RXMAP_FD=9 ./rxmap-recv rx0 9</dev/rxmap
}
case_exec_example_takes_a_ring_over_a_socket() {
    rm -f /tmp/ring.socket
    ./example-pass give rx0 /tmp/ring.socket &
    eventually 10 test -S /tmp/ring.socket || fail "nobody listens"
    as_nobody ./example-pass take /tmp/ring.socket 500 >/tmp/example 2>&1 &
    receiver=$!
    eventually 10 taken || fail "nobody took it: $(cat /tmp/example)"
    gen --rate 2000 --count 500 >/dev/null
    wait "$receiver" || fail "exit status $?: $(cat /tmp/example)"
    grep -qE "^user 65534 received 5[0-9]+ packets$" /tmp/example || fail "$(cat /tmp/example)"
}
# The giver is gone, and still the queue is mapped.
taken() { [ -z "$(pgrep -f 'example-pass give')" ] && ./rxmapctl list | grep -q "rx0.*example-pass"; }
