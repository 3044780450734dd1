# SPDX-License-Identifier: MIT
# rxmap-top as a user and a script meet it.
# shellcheck shell=bash

case_top_once_tells_rates_in_the_names_of_the_specification() {
    local out top before
    receiver_start rx0 --mode divert
    ./rxmap-top rx0 --once --json --interval 300 >/tmp/top &
    top=$!
    # its first reading is done when it waits for the signal that ends the interval
    eventually 10 grep -q sigtimedwait /proc/$top/wchan || fail "rxmap-top does not wait: $(cat /proc/$top/wchan)"
    before=$(stat rx0 rx_queue_0_packets)
    gen --count 300 --rate 1000 >/tmp/sent
    eventually 10 got $((before + 300)) || fail "packets are missing"
    kill -INT $top
    wait $top || fail "rxmap-top exited with $?"
    out=$(cat /tmp/top)
    # the rate is a quotient; the count that it came from must be that of the generator
    expect "packets" "$(sed 's/.*"seconds": \([0-9.]*\).*"rx_packets": \([0-9.]*\).*/\1 \2/' /tmp/top | awk '{ printf "%.0f", $1 * $2 }')" 300
    for part in '"ifname": "rx0"' '"queue": 0' '"ns_interrupt": ' '"tunables": {' '"moderation": {"policy": "off"}' '"ring": {' '"mode": "divert"' \
        '"state": "running"' '"ring_rates": {' '"wakeups": '; do
        [[ $out == *"$part"* ]] || fail "no $part in $out"
    done
    receiver_stop
}
case_top_draws_screens_and_gives_the_cursor_back() {
    local top
    ./rxmap-top rx0 --interval 0.2 >/tmp/top &
    top=$!
    # each screen begins at the top left corner; the strip grows
    eventually 10 grep -q '\.\.\.\]' /tmp/top || fail "no strip of three idle intervals: $(cat -v /tmp/top)"
    kill -INT $top
    wait $top || fail "exit status $? after SIGINT"
    expect "screens that hide the cursor" "$(grep -c $'\e\[?25l' /tmp/top)" 1
    tail -n 2 /tmp/top | grep -q $'\e\[?25h' || fail "the cursor is not back: $(tail -n 3 /tmp/top | cat -v)"
    for part in 'rx0 queue 0: packets/s' 'budget 64' 'moderation off' '. interrupt 100%' 'not mapped'; do
        grep -qF "$part" /tmp/top || fail "no $part in $(cat -v /tmp/top)"
    done
}
case_top_refuses_with_a_sentence() {
    expect "for an interface that is not there" "$(./rxmap-top nothing0 --once 2>&1); $?" \
        "rxmap-top: 'nothing0': no such interface in this network namespace; 1"
    # on 6.1 a refused dump has the errno alone
    ./rxmap-top lo --once >/tmp/top 2>&1
    expect "exit status for another driver's interface" $? 1
    grep -qE "^rxmap-top: lo: (ifindex: not an interface of rxmap|No such device)$" /tmp/top || fail "$(cat /tmp/top)"
    ./rxmap-top --json >/tmp/top 2>&1
    expect "exit status of --json without --once" $? 2
    ./rxmap-top --interval 0 >/tmp/top 2>&1
    expect "exit status of an interval of 0" $? 2
}
