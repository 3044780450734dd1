# SPDX-License-Identifier: MIT
# The interface as an interface: the stack on top of it, unmapped and beside a mapped queue. rx0 datagram socket, rx1 tap with
# vnet_hdr, rx2 QEMU's user networking, rx3 stream socket.
# shellcheck shell=bash

case_stack_ping_tap() { ping -c 3 -i 0.2 -W 5 "$RX1_PEER"; }
case_stack_ping_user() { ping -c 3 -i 0.2 -W 5 "$RX2_PEER"; }

# Answered by the generator, between the frames that it sends.
case_stack_ping_stream() {
    local before sent
    before=$(stat rx3 rx_queue_0_packets)
    came() { [ $(($(stat rx3 rx_queue_0_packets) - before)) -ge "$1" ]; }
    lab-traffic start --json --stream unix:net3.sock --dst-mac 52:54:00:12:34:59 --dst "$RX3_IP" --src "$RX3_PEER" --dport 9000 \
        --rate 500 --answer || fail "no generator"
    eventually 10 ping -c 1 -W 1 "$RX3_PEER" || fail "no answer"
    ping -c 5 -i 0.2 -W 10 "$RX3_PEER" | grep -q ' 5 received' || fail "not every ping was answered"
    lab-traffic stop >/tmp/sent
    sent=$(sed -n 's/.*"sequenced":\([0-9]*\),.*/\1/p' /tmp/sent)
    [ "$sent" -ge 200 ] || fail "sent: $(cat /tmp/sent)"
    eventually 10 came $((sent + 5)) || fail "$(($(stat rx3 rx_queue_0_packets) - before)) frames arrived, $sent were sent"
}

# transfer PEER [DOWN]: TCP to a server behind PEER, 4 MB up, then DOWN bytes down, compared by checksum. The server takes all of it
# before it answers: neither side can hang up on the other.
transfer() {
    local sum
    lab-host "rm -f server.out
        head -c ${2:-4000000} /dev/urandom >down.bin
        (python3 -c 'import socket
server = socket.create_server((\"\", 9100))
print(\"ready\", flush=True)
client, _ = server.accept()
open(\"up.bin\", \"wb\").write(client.makefile(\"rb\").read())
client.sendall(open(\"down.bin\", \"rb\").read())' >server.out 2>&1 &)
        until grep -q . server.out; do sleep 0.1; done; cat server.out" | grep -q ready || fail "no server on the host"
    head -c 4000000 /dev/urandom >/tmp/up.bin
    timeout 40 busybox nc "$1" 9100 </tmp/up.bin >/tmp/down.bin
    sum=$(lab-host 'sha256sum <down.bin; sha256sum <up.bin')
    expect "checksum of what came down and went up" "$(sha256sum </tmp/down.bin; sha256sum </tmp/up.bin)" "$sum"
}

# transfer_watched in|out [DOWN]: the same, and /tmp/large.pcap has the first packet of that direction that is larger than a segment.
transfer_watched() {
    local direction=$1
    shift
    # immediate: else what came in the last second may still be on its way to tcpdump when it is told to end
    tcpdump -i rx1 -Q "$direction" --immediate-mode -U -c 1 -w /tmp/large.pcap 'tcp and greater 1515' >/tmp/large.log 2>&1 &
    eventually 5 grep -q listening /tmp/large.log || fail "tcpdump does not start"
    transfer "$RX1_PEER" "$@"
    kill $! 2>/dev/null
    wait $!
}
case_stack_tcp_tap() { transfer "$RX1_PEER"; }
case_stack_tcp_user() { transfer "$RX2_PEER"; }

# iperf3 in both directions against the host's stack: it compares what one side sent with what the other received.
case_stack_iperf3_tap() {
    local way
    # The server serves one: it may have gone with a client that did not get through.
    measured() {
        rm -f /tmp/iperf3
        lab-host "iperf3 --server --one-off --daemon --logfile iperf3.out"
        iperf3 --client "$RX1_PEER" --time 2 $way --json --logfile /tmp/iperf3 || return
        # sum_sent and sum_received, in this order, each with its bytes
        awk '/"sum_sent"/ { on = 1 } on && /"bytes"/ { gsub(/[^0-9]/, "", $2); print $2 }' /tmp/iperf3 >/tmp/bytes
        [ "$(wc -l </tmp/bytes)" -ge 2 ]
    }
    for way in "" --reverse; do
        eventually 20 measured || fail "iperf3 $way: $(tail -n 3 /tmp/iperf3)"
        [ "$(head -1 /tmp/bytes)" -gt 1000000 ] && [ "$(sed -n 2p /tmp/bytes)" -gt 1000000 ] || fail "bytes: $(cat /tmp/bytes)"
    done
}

# The checks of the two cases below while rx1 is mapped: the stack's ping and TCP, and 500 sequenced datagrams from the host.
beside_a_ring() {
    receiver_start rx1 "$@"
    ping -c 3 -i 0.2 -W 5 "$RX1_PEER" || fail "no ping while mapped"
    transfer "$RX1_PEER"
    lab-traffic start --udp "$RX1_IP:9000" --rate 1000 --count 500 && lab-traffic wait >/dev/null || fail "no datagrams"
    sleep 0.5
    receiver_stop
    expect "lost and corrupt" "$(result lost) $(result corrupt)" "0 0"
    expect dropped "$(result dropped)" 0
}
case_stack_beside_a_ring_in_tap_mode() {
    beside_a_ring --mode tap --frames 8192
    [ "$(result received)" -gt 1000 ] || fail "the ring saw $(result received) packets"
}
case_stack_beside_a_ring_in_filter_mode() {
    beside_a_ring --mode filter --filter 'udp dst port 9000' -w /tmp/udp.pcap
    expect received "$(result received)" 500
    # the host left checksums to the NIC before the attach; a ring's packets have them
    expect "good checksums" "$(tcpdump -n -vv -r /tmp/udp.pcap 2>/dev/null | grep -c 'udp sum ok')" 500
}

# Of segments that arrive together the stack gets one large packet, which our poll must have handed to GRO for that.
case_stack_gro_joins_segments() {
    local gro large=
    # a virtual device may hand over such packets by itself, where the sender of a segment is its own host
    ethtool -K rx1 rx-gro-hw off 2>/dev/null
    ethtool -C rx1 rx-usecs 500 # together: within one poll
    for gro in on off; do
        ethtool -K rx1 gro $gro
        transfer_watched in
        large+="$gro $(tcpdump -n -r /tmp/large.pcap 2>/dev/null | wc -l) "
    done
    ethtool -K rx1 gro on && ethtool -K rx1 rx-gro-hw on 2>/dev/null
    ethtool -C rx1 rx-usecs 0
    expect "GRO and packets above 1514 bytes" "$large" "on 1 off 0 "
}
# The stack knows what the NIC has not sent yet, and how much of it is enough.
case_stack_bytes_in_flight_are_counted() {
    local queue=/sys/class/net/rx1/queues/tx-0/byte_queue_limits
    transfer "$RX1_PEER" 1
    [ "$(cat $queue/limit)" -gt 0 ] || fail "no limit: nothing was ever reported"
    eventually 5 grep -qx 0 $queue/inflight || fail "$(cat $queue/inflight) bytes are in flight for ever"
}
