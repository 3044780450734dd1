# SPDX-License-Identifier: MIT
# The events of rxmap in tracefs, and the scripts of tools/trace that draw answers from them.
# shellcheck shell=bash

TRACE=/tmp/trace

# traced COMMAND…: all events while it runs go to $TRACE; none may be lost.
# The recorder's own command is a cat that ends with ours, which may be a function of this shell.
traced() {
    local recorder
    rm -f /tmp/fifo
    mkfifo /tmp/fifo
    trace/record $TRACE cat /tmp/fifo 2>/tmp/record &
    recorder=$!
    exec 9>/tmp/fifo # opens as soon as that cat runs
    "$@" 9>&- || fail "$*"
    exec 9>&-
    wait $recorder || fail "recording failed: $(cat /tmp/record)"
    grep -q ' 0 lost$' /tmp/record || fail "$(cat /tmp/record)"
}

# events NAME…: `NAME field=value…` of queue 0 of rx0, in order.
events() {
    local names
    names=$(IFS='|'; echo "$*")
    sed -n -E "s/^.*: rxmap_($names): rx0 queue 0: /\1 /p" $TRACE
}

# total FIELD: the sum of field=N over the lines that come in.
total() { grep -o " $1=[0-9]*" | awk -F= '{ sum += $2 } END { print sum + 0 }'; }

case_trace_is_silent_while_it_is_off() {
    gen --count 50 >/dev/null
    traced true
    [ -z "$(events irq poll_begin poll_end phase publish)" ] || fail "events without a packet: $(head -3 $TRACE)"
}

# Read while it records: the stack may send something at any time, and that is a poll, too.
between_two_readings() { given_back >/tmp/before_it && "$@" && given_back >/tmp/after_it; }
given_back() { echo "$(stat rx0 rx_queue_0_completions) $(stat rx0 rx_queue_0_repolls)"; }
case_trace_tells_each_poll_from_its_cause_to_its_end() {
    local wrong before
    ./rxmapctl set rx0 budget 8
    traced between_two_readings gen --count 500 --rate 2000 >/tmp/sent
    before=$(cat /tmp/before_it)
    # a poll that ends with the interrupt armed gives the NAPI back, unless the core says no, and is suspended then
    expect "completions and repolls" "$(cat /tmp/after_it)" \
        "$((${before% *} + $(events poll_end | grep -c next=interrupt) - $(events phase | grep -c suspended))) $((${before#* } + $(events poll_begin | grep -c cause=again)))"
    ./rxmapctl set rx0 budget 64
    expect "packets of all polls" "$(events poll_end | total work)" 500
    # a poll begins, then ends; none takes more than its budget; one that takes it all is called again by the core
    wrong=$(events poll_begin poll_end | awk '
        { for (i = 2; i <= NF; i++) { split($i, part, "="); now[part[1]] = part[2] } }
        $1 == open || ($1 == "poll_end" && !open) { print NR ": " $0 }
        $1 == "poll_begin" && now["budget"] != 8 { print "budget: " $0 }
        $1 == "poll_begin" && again && now["cause"] != "core" { print "cause after again: " $0 }
        $1 == "poll_end" && (now["work"] > 8 || (now["work"] == 8) != (now["next"] == "again")) { print "end: " $0 }
        { open = $1; again = now["next"] == "again"; now["next"] = "" }')
    [ -z "$wrong" ] || fail "$wrong"
    events irq | grep -q "tx=0 polling=0" || fail "no interrupt began a poll"
    # such an interrupt: the polling phase begins, and the poll names it as its cause; others that come meanwhile find it scheduled
    wrong=$(events irq phase poll_begin | grep -v '^irq .*polling=1' | grep -A 2 "^irq tx=0 polling=0" | grep -v '^--' | awk '
        NR % 3 == 2 && $0 != "phase phase=polling" || NR % 3 == 0 && !/^poll_begin .*cause=irq / { print NR ": " $0 }')
    [ -z "$wrong" ] || fail "after an interrupt: $wrong"
    events phase | grep -q "phase=interrupt" || fail "the queue never returned to interrupt mode"
}

case_trace_tells_how_a_ring_got_its_packets() {
    traced ring_with_packets 300
    expect "first event of the ring" "$(events attach publish detach | head -1 | sed 's/pid=[0-9]* //; s/frames=.*//')" "attach mode=divert "
    expect "descriptors published" "$(events publish | total descs)" 300
    expect "last event of the ring" "$(events attach publish detach | tail -1)" "detach reason=detached"
    # each publish either woke the consumer or says why not
    expect "wake-ups by a poll and those saved" "$(events wake wake_saved | grep -vc timer=1)" "$(events publish | wc -l)"
    expect "wake-ups" "$(events wake | wc -l)" "$(result wakeups)"
}
ring_with_packets() {
    receiver_start rx0 --mode divert --count "$1"
    gen --count "$1" >/dev/null
    receiver_wait
}

# A task that polls by itself is in the phase busy from its first poll to its last, which alone arms the interrupt.
case_trace_tells_busy_polls_apart() {
    local wrong
    # A busy poll is many events. On a slow machine few packets come during one; idle ones there are always.
    traced busy_ring_with_packets 40
    events poll_begin | grep -q place=task || fail "no poll ran in the task"
    events poll_end | grep -q next=busy || fail "no poll was followed by another of the same task"
    wrong=$(events phase poll_begin poll_end | awk '
        $1 == "poll_begin" && / place=task/ && !busy { print NR ": not in the phase busy: " $0 }
        $1 == "phase" { busy = /=busy/ }
        $1 == "poll_end" && /next=busy/ { goes_on = 1; next }
        goes_on && $1 == "phase" { print NR ": left the phase between two polls: " $0 }
        { goes_on = 0 }')
    [ -z "$wrong" ] || fail "$wrong"
}
busy_ring_with_packets() {
    receiver_start rx0 --mode divert --count "$1" --busy-poll 1000
    gen --count "$1" --rate 2000 >/dev/null
    receiver_wait
}

case_trace_tells_what_moderation_decided() {
    traced ./rxmapctl set rx0 moderation fixed usecs 600
    expect "the decision" "$(events moderation)" "moderation policy=fixed usecs=600 frames=0"
    traced ./rxmapctl set rx0 moderation off usecs 0
    events moderation | grep -q "policy=off" || fail "$(events moderation)"
}

case_trace_scripts_answer_questions() {
    local out
    traced ring_with_packets 300
    out=$(trace/why-polled $TRACE)
    expect "packets in why-polled" "$(echo "$out" | awk '$1 == "rx0:0" { sum += $5 } END { print sum }')" 300
    echo "$out" | grep -q "^rx0:0 *irq " || fail "no poll because of an interrupt: $out"
    out=$(trace/latency $TRACE)
    expect "steps in latency" "$(echo "$out" | grep -cE '^(the poll|packets in the ring|the wake-up) ')" 3
    trace/record /tmp/none nothing-there 2>/dev/null
    expect "exit status of record for a command that is not there" $? 127
    EVENTS=rxmap_nothing trace/record /tmp/none true 2>/tmp/record
    expect "exit status of record for an event that is not there" $? 2
    grep -q "no event rxmap_nothing; there are: " /tmp/record || fail "$(cat /tmp/record)"
    expect "trace buffers left behind" "$(ls /sys/kernel/tracing/instances)" ""
}

case_trace_timeline_is_json_whose_polls_open_and_close() {
    local packed polls
    traced gen --count 5 --rate 50 >/tmp/sent
    polls=$(events poll_begin | wc -l)
    packed=$(trace/timeline $TRACE | gzip -c | base64 | tr -d '\n')
    expect "polls and packets in the timeline" "$(lab-host "echo $packed | base64 -d | gzip -d | python3 -c '
import json, sys
depth, polls, packets = {}, 0, 0
for event in json.load(sys.stdin):
    row = (event[\"pid\"], event[\"tid\"])
    depth[row] = depth.get(row, 0) + {\"B\": 1, \"E\": -1}.get(event[\"ph\"], 0)
    assert depth[row] in (0, 1), event
    polls += event[\"ph\"] == \"B\" and row[1] == 2 and row[0] == 1
    packets += int(event.get(\"args\", {}).get(\"work\", 0)) if event[\"ph\"] == \"E\" else 0
assert not any(depth.values()), depth
print(polls, packets)'")" "$polls 5"
}
