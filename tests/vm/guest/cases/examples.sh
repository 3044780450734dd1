# SPDX-License-Identifier: MIT
# The examples of the library (userlib/examples/) on a real ring. Each ends after as many packets as it is told.
# shellcheck shell=bash

# example NAME ARGUMENTS…: starts it, until it is attached; its words go to /tmp/example.
example() {
    : >/tmp/example
    "./example-$1" rx0 "${@:2}" >/tmp/example 2>&1 &
    example=$!
    eventually 10 mapped || fail "no ring: $(cat /tmp/example)"
}
mapped() { ./rxmapctl list | grep -q "rx0.*example-"; }
# example_says PATTERN…: it ended well, and said each of these.
example_says() {
    local pattern
    wait "$example" || fail "exit status $?: $(cat /tmp/example)"
    for pattern in "$@"; do
        grep -qE "$pattern" /tmp/example || fail "no '$pattern': $(cat /tmp/example)"
    done
}

case_examples_receive() {
    example receive
    gen --rate 2000 --count 300 >/dev/null
    sleep 0.3
    lab-bind none rx0
    example_says "^the ring ended: driver unbound or device unplugged$"
    [ "$(grep -c "bytes$" /tmp/example)" -ge 300 ] || fail "$(tail -n 3 /tmp/example)"
}
case_examples_epoll_loop_with_a_timer() {
    example epoll_timer 3000
    gen --rate 1000 --count 3000 >/dev/null
    example_says "^[1-9][0-9]* packets/s$" "^3[0-9]+ packets$"
}
case_examples_uring() {
    example uring 500
    gen --rate 2000 --count 500 >/dev/null
    example_says "^5[0-9]+ packets, [1-9][0-9]* sleeps in io_uring$"
}
case_examples_adaptive_queues() {
    example adaptive_queues 1000
    gen --rate 2000 --count 1000 >/dev/null
    example_says "^queue 0: " "^1[0-9]+ packets$"
}
case_examples_recorder_feeds_tcpdump() {
    ./example-record rx0 400 | tcpdump -n -r - udp >/tmp/example 2>/dev/null &
    example=$!
    eventually 10 mapped || fail "no ring"
    gen --rate 2000 --count 400 >/dev/null
    example_says "10.9.0.2.9000: UDP"
    expect "packets that tcpdump read" "$(grep -c '10.9.0.2.9000: UDP' /tmp/example)" 400
}
case_examples_latency() {
    local how
    for how in sleep spin; do
        example latency 1000 "$how"
        gen --rate 2000 --count 1000 >/dev/null
        example_says "100.0 % so far$" "^1[0-9]+ packets$"
    done
}
case_examples_reorder() {
    example reorder 600 4
    gen --rate 2000 --count 600 --flows 2 --sport 7000 >/dev/null
    example_says "^port 7000: 300 packets, 0 late, 0 passed over$" "^port 7001: 300 packets, 0 late, 0 passed over$"
}
