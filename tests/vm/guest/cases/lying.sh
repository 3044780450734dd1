# SPDX-License-Identifier: MIT
# A device that lies (tests/vm/lying/lie, lie-intel): whatever it says, nothing is read or written where it must not be, no loop is endless,
# the queue is given up with a reason or the packet is dropped and counted, and after down and up all is well. Each lie meets the
# queue unmapped, then mapped.
# shellcheck shell=bash

queue_status() {
    lab-qmp "{\"execute\":\"x-query-virtio-queue-status\",\"arguments\":{\"path\":\"/machine/peripheral/nic0/virtio-backend\",\"queue\":$1}}"
}
# register OFFSET: what it holds, from ethtool -d
register() { ethtool -d rx0 raw on | hexdump -v -e '2/4 "%08x " "\n"' | sed -n "s/^$1 //p" | tr -d ' '; }
# The lab runs it in build/vm/NAME.
lie() {
    if [ "$BACKEND" = virtio_net ]; then
        lab-host "../../../tests/vm/lying/lie $1 '$(queue_status 0)' '$(queue_status 1)'"
    else # RDBAH and RDBAL, RDLEN, RDH
        lab-host "../../../tests/vm/lying/lie-intel $BACKEND $1 $(register 00002804)$(register 00002800) $(register 00002808) $(register 00002810)"
    fi || fail "lie $1"
}
# What there is to lie about differs.
virtqueue() { [ "$BACKEND" = virtio_net ] || skip "a receive descriptor of the $BACKEND names no buffer, index, chain or offload"; }
descriptor() { [ "$BACKEND" != virtio_net ] || skip "virtio-net has no status and no errors of a packet, and marks the end otherwise"; }
given_up() { grep -qx down /sys/class/net/rx0/operstate; }
# counted COUNTER: once in each round so far
counted() { [ "$(stat rx0 "rx_queue_0_$1")" -ge "$round" ]; }
gdb_server() {
    lab-host "test -e gdb.sock" || lab-qmp '{"execute":"human-monitor-command","arguments":{"command-line":"gdbserver unix:gdb.sock,server=on,wait=off"}}'
}

# works_again: a device of good faith is believed again.
works_again() {
    local before
    ip link set rx0 down && ip link set rx0 up || fail "it does not go up again"
    eventually 5 ours rx0 || fail "no carrier after down and up"
    before=$(stat rx0 rx_queue_0_packets)
    gen --count 200 --rate 4000 >/dev/null
    eventually 5 got $((before + 200)) || fail "$(($(stat rx0 rx_queue_0_packets) - before)) of 200 honest packets"
}

# fresh: a new interface with new counters. No ARP: nothing of its own may be sent at the moment of the lie.
fresh() { lab-bind none rx0 && lab-bind rxmap rx0 && ip link set rx0 arp off && eventually 5 ours rx0; }
# is_fresh: the case before left it so, unless it ended after its lie; IFF_NOARP is 0x80
is_fresh() {
    local flags packets
    read -r flags </sys/class/net/rx0/flags && read -r packets </sys/class/net/rx0/statistics/rx_packets &&
        ((flags & 0x80 && packets == 0)) && ours rx0
}

# each LIE CHECK…: tells it to an unmapped queue in round 1, to a mapped one in round 2; CHECK must hold soon after.
each() {
    local round lie=$1
    shift
    gdb_server
    is_fresh || fresh || fail "rx0 does not come up"
    for round in 1 2; do
        [ $round = 1 ] || receiver_start rx0 --mode divert --frames 1024 --quiet
        gen --count 20 --rate 1000 >/dev/null
        eventually 5 settled || fail "the packets before $lie do not end"
        lie "$lie"
        eventually 5 "$@" || fail "$lie in round $round: not so: $*: $(dmesg | tail -n 2)"
        [ $round = 1 ] || receiver_stop
        works_again || fail "after $lie in round $round"
        dmesg -c >/dev/null # what is left there was meant to be
    done
    fresh # and in the counters
}
says_once() { given_up && [ "$(dmesg | grep -c "given up: $1;")" = 1 ]; }
counts() { counted "$1" && ! given_up; }
seen=0
seen() { echo $(($(stat rx0 rx_queue_0_packets) + $(stat rx0 rx_queue_0_dropped))); }
# settled: no packet came since the last time; $seen are how many there were
settled() {
    local before=$seen
    seen=$(seen)
    [ "$seen" = "$before" ]
}
# looked: the driver saw the lie's packet, and took it for one or threw it away; judged: or gave up
looked() { [ "$(seen)" -gt "$seen" ] && ! given_up; }
judged() { looked || given_up; }

case_lying_not_at_all() { each nothing looked; }
case_lying_about_an_id_of_all_ones() { virtqueue && each id_of_all_ones says_once "malformed receive completion"; }
case_lying_about_an_id_just_out_of_range() { virtqueue && each id_just_out_of_range says_once "malformed receive completion"; }
case_lying_about_an_id_twice() { virtqueue && each id_twice looked; }
case_lying_about_a_length_zero() { each length_zero counts bad_len; }
case_lying_about_a_length_of_half_a_header() { each length_of_half_a_header counts bad_len; }
case_lying_about_a_length_above_the_buffer() { each length_above_the_buffer counts bad_len; }
case_lying_about_a_length_of_all_ones() { each length_of_all_ones counts bad_len; }
case_lying_about_no_buffers() { virtqueue && each no_buffers says_once "malformed receive completion"; }
case_lying_about_more_buffers_than_used() { virtqueue && each more_buffers_than_used says_once "malformed receive completion"; }
case_lying_about_an_id_in_a_chain() { virtqueue && each chain_of_a_bad_id says_once "malformed receive completion"; }
case_lying_about_a_length_in_a_chain() { virtqueue && each chain_of_a_bad_length says_once "malformed receive completion"; }
case_lying_about_an_index_far_ahead() { virtqueue && each index_far_ahead says_once "used index ran away"; }
case_lying_about_an_index_back() { virtqueue && each index_back says_once "used index ran away"; }
case_lying_about_a_checksum() { virtqueue && each checksum_behind_the_end looked; }
case_lying_about_segments_of_no_size() { virtqueue && each segments_of_no_size looked; }
case_lying_about_segments_of_no_known_type() { virtqueue && each segments_of_no_known_type looked; }
case_lying_about_how_much_was_sent() { virtqueue && each sent_too_much says_once "more sent than was given"; }
case_lying_about_a_length_zero_in_a_packet() { descriptor && each length_zero_in_a_chain counts bad_len; }
case_lying_about_every_status() { descriptor && each every_status looked; }
case_lying_about_every_error() {
    descriptor
    # the 82540EM's backend counts damaged packets with those of a bad length
    if [ "$BACKEND" = e1000 ]; then each every_error counts bad_len; else each every_error counts dropped; fi
}
case_lying_about_a_packet_without_an_end() { descriptor && each packet_without_an_end says_once "a packet without an end"; }
case_lying_in_every_word() { each garbage judged; }
