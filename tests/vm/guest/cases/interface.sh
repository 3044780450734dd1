# SPDX-License-Identifier: MIT
# What ethtool, ip and /proc say about the interface, and what they may change.
# shellcheck shell=bash

case_interface_ethtool_identity() {
    expect driver "$(ethtool -i rx0 | awk '/^driver:/ { print $2 }')" "rxmap-$BACKEND"
    expect bus-info "$(ethtool -i rx0 | awk '/^bus-info:/ { print $2 }')" "$RX0_PCI"
    [ "$(ethtool -S rx1 | awk '$1 == "rx_queue_0_packets:" { print $2 }')" -ge 0 ] || fail "ethtool -S has no packets"
    ethtool -g rx0 && ethtool -l rx0 && ethtool -c rx0 && ethtool -k rx0 >/dev/null
}
# Pairs of a register's offset and its value; what is known from elsewhere must be in it.
case_interface_register_dump() {
    local mac state
    [ "$BACKEND" != virtio_net ] || {
        ! ethtool -d rx0 >/tmp/regs 2>&1 || fail "virtio-net has registers: $(cat /tmp/regs)"
        return 0
    }
    register() { # OFFSET
        ethtool -d rx0 raw on | hexdump -v -e '2/4 "%08x " "\n"' | sed -n "s/^$1 //p" | tr -d ' '
    }
    mac=$(cat /sys/class/net/rx0/address)
    expect "RDLEN(0)" "$((0x$(register 00002808)))" $(($(ethtool -g rx0 | awk '/^RX:/ { size = $2 } END { print size }') * 16))
    expect "RAL(0)" "$(register 00005400)" "${mac:9:2}${mac:6:2}${mac:3:2}${mac:0:2}"
    expect "RAH(0), valid" "$(register 00005404)" "8000${mac:15:2}${mac:12:2}"
    [ $((0x$(register 00000008) & 2)) = 2 ] || fail "STATUS.LU: no link: $(register 00000008)"
    expect "ICR, which reading clears" "$(register 000000c0)" ""
    for state in down up; do
        ip link set rx0 $state
        [ "$(ethtool -d rx0 raw on | wc -c)" -gt 180 ] || fail "no dump while $state"
    done
}
case_interface_moderation_changes_live() {
    local frames=32
    # a moderation timer in the device counts no packets
    [[ $BACKEND != e1000* ]] || frames=0
    ethtool -C rx0 rx-usecs 200 rx-frames $frames || fail "ethtool -C"
    [ $frames != 0 ] || ! ethtool -C rx0 rx-frames 32 2>/dev/null || fail "rx-frames was taken"
    expect rx-usecs "$(ethtool -c rx0 | awk '/^rx-usecs:/ { print $2 }')" 200
    expect rx-frames "$(ethtool -c rx0 | awk '/^rx-frames:/ { print $2 }')" $frames
    gen --rate 4000 --count 2000 >/dev/null || fail "traffic"
    ethtool -C rx0 rx-usecs 20000 2>/dev/null && fail "rx-usecs above its limit was taken"
    expect rx-usecs "$(ethtool -c rx0 | awk '/^rx-usecs:/ { print $2 }')" 200
    ethtool -C rx0 rx-frames 0 && ethtool -C rx0 rx-usecs 0
}
# Packets that come while the ring is exchanged are lost; what comes afterwards is not, and what cannot be is refused.
case_interface_ring_sizes_change_under_traffic() {
    local ring=RX now largest before size
    size_of() { ethtool -g rx0 | sed -n '/^Current/,$p' | awk -v ring="$ring:" '$1 == ring { print $2 }'; }
    refused() { # TEXT ARGUMENTS…
        local text=$1
        shift
        ethtool -G rx0 "$@" >/tmp/refused 2>&1 && fail "ethtool -G $* was taken"
        grep -q -e "$text" /tmp/refused || fail "ethtool -G $* says: $(cat /tmp/refused)"
    }
    for ring in RX TX; do
        now=$(size_of)
        largest=$(ethtool -g rx0 | awk -v ring="$ring:" '$1 == ring { print $2; exit }')
        lab-traffic start --json --dst-mac 52:54:00:12:34:56 --dst 10.9.0.2 --src 10.9.0.1 --dport 9000 --count 10000000 --rate 3000
        for size in 64 "$largest" 128 "$now"; do
            before=$(stat rx0 rx_queue_0_packets)
            ethtool -G rx0 ${ring,,} "$size" || [ "$size" = "$(size_of)" ] || fail "$ring $size was refused"
            expect "$ring" "$(size_of)" "$size"
            eventually 10 got $((before + 100)) || fail "no packets come with $ring $size"
        done
        lab-traffic stop >/dev/null
        refused "must be a power of two, at least 64" ${ring,,} 100
        refused "must be a power of two, at least 64" ${ring,,} 32
        refused . ${ring,,} $((2 * largest))
        expect "$ring after refusals" "$(size_of)" "$now"
    done
    before=$(stat rx0 rx_queue_0_packets)
    gen --count 500 --rate 2000 >/dev/null
    eventually 5 got $((before + 500)) || fail "$(($(stat rx0 rx_queue_0_packets) - before)) of 500 packets came"
}
case_interface_offloads_are_negotiated_on_a_tap() {
    echo "rx1: $(ethtool -k rx1 | grep -E '^(rx-checksumming|tx-checksumming|tcp-segmentation-offload):' | tr '\n' ' ')"
    for feature in rx-checksumming tx-checksumming tcp-segmentation-offload; do
        expect "$feature" "$(ethtool -k rx1 | awk -v f="$feature:" '$1 == f { print $2 }')" on
        # a datagram socket has no vnet_hdr, which virtio-net needs for them; the Intel NICs compute by themselves
        [ "$BACKEND" != virtio_net ] ||
            expect "$feature without vnet_hdr" "$(ethtool -k rx0 | awk -v f="$feature:" '$1 == f { print $2 }')" off
    done
}
# The stack hands over segments that are larger than a packet, and the other side gets every byte.
case_interface_segmentation_offload_is_used() {
    # Not the average: on a busy host TCP sends mostly one segment at a time. Cut by the stack none has more than 1514 bytes.
    transfer_watched out 1
    tcpdump -n -r /tmp/large.pcap 2>/dev/null | grep . || fail "no packet above 1514 bytes: nothing was left to the NIC to cut"
}
case_interface_interrupt_names() {
    local names="rx0-rx-0 rx0-tx-0"
    [ "$BACKEND" != e1000 ] || names=rx0 # the 82540EM has one interrupt line for everything
    for name in $names; do
        grep -qw -e "$name" /proc/interrupts || fail "no $name in /proc/interrupts"
    done
}
case_interface_mtu() {
    ip link set rx1 mtu 1200 || fail "mtu 1200"
    ping -c 1 -W 5 -s 1100 "$RX1_PEER" || fail "no ping with mtu 1200"
    ip link set rx1 mtu 60 2>/dev/null && fail "mtu 60 was taken"
    ip link set rx1 mtu 1500
}
case_interface_vlan() {
    local before
    modprobe 8021q 2>/dev/null
    ip link add link rx0 name rx0.5 type vlan id 5 || fail "no VLAN"
    ip link set rx0.5 up
    sleep 0.3
    gen --count 100 --rate 2000 --vlan 5 >/dev/null
    eventually 5 grep -qx 100 /sys/class/net/rx0.5/statistics/rx_packets ||
        fail "$(cat /sys/class/net/rx0.5/statistics/rx_packets) frames of VLAN 5, not 100"
    # a VLAN that nobody asked for stays outside, until the interface is promiscuous
    before=$(stat rx0 rx_queue_0_packets)
    gen --count 100 --rate 2000 --vlan 6 >/dev/null
    gen --count 1 >/dev/null # once it is here, the others would be, too
    eventually 5 got $((before + 1))
    expect "frames, 100 of them of VLAN 6" "$(($(stat rx0 rx_queue_0_packets) - before))" 1
    ip link set rx0 promisc on && sleep 0.3
    gen --count 100 --rate 2000 --vlan 6 >/dev/null
    eventually 5 got $((before + 101))
    expect "frames of VLAN 6, promiscuous" "$(($(stat rx0 rx_queue_0_packets) - before))" 101
    ip link set rx0 promisc off
    ip link del rx0.5
}
# What comes out of the NIC's socket is what would be on the wire: the tag is in the frame, whoever put it there.
case_interface_vlan_tag_is_on_the_wire() {
    local insert wire
    modprobe 8021q 2>/dev/null
    ip link add link rx0 name rx0.5 type vlan id 5 egress-qos-map 0:3 && ip addr add 10.55.0.2/24 dev rx0.5 || fail "no VLAN"
    ip link set rx0.5 up && ip neigh replace 10.55.0.1 lladdr 52:54:00:00:00:01 dev rx0.5 nud permanent
    for insert in on off; do
        # who inserts it: the NIC, or the driver and the stack in its place. What cannot be changed stays as it is.
        ethtool -K rx0 rxvlan $insert txvlan $insert 2>/dev/null
        lab-host "rm -f net0.peer wire; (timeout 30 python3 -c 'import socket
peer = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
peer.bind(\"net0.peer\")
frame = b\"\"
while bytes.fromhex(\"0a370002 0a370001\") not in frame:
    frame = peer.recv(65536)
print(frame[:20].hex(), file=open(\"wire\", \"w\"))' >/dev/null 2>&1 &); sleep 0.5" || fail "no peer"
        ping -c 3 -i 0.2 -W 1 10.55.0.1 >/dev/null
        eventually 5 lab-host 'test -s wire' || fail "no packet of ours on the wire"
        wire=$(lab-host 'cat wire; rm -f net0.peer')
        # to, from, 802.1Q, priority 3 and VLAN 5, IPv4 with a header of 20 bytes
        expect "frame, txvlan $insert" "$wire" "525400000001$(tr -d : </sys/class/net/rx0/address)810060050800"4500
        [[ $BACKEND = virtio_net || $insert = off ]] || ethtool -k rx0 | grep -q '^tx-vlan-offload: on' || fail "the NIC inserts no tags"
    done
    ethtool -K rx0 rxvlan on txvlan on 2>/dev/null
    ip link del rx0.5
}
case_interface_promiscuous() {
    local before
    before=$(stat rx0 rx_queue_0_packets)
    DST_MAC=52:54:00:aa:bb:cc gen --count 100 --rate 2000 >/dev/null
    gen --count 1 >/dev/null # once it is here, the others would be, too
    eventually 5 got $((before + 1))
    expect "frames, 100 of them for others" "$(($(stat rx0 rx_queue_0_packets) - before))" 1
    ip link set rx0 promisc on && sleep 0.3
    DST_MAC=52:54:00:aa:bb:cc gen --count 100 --rate 2000 >/dev/null
    eventually 5 got $((before + 101))
    expect "frames for others, promiscuous" "$(($(stat rx0 rx_queue_0_packets) - before))" 101
    ip link set rx0 promisc off
}
case_interface_multicast() {
    local before
    before=$(stat rx0 rx_queue_0_packets)
    ip maddress add 01:00:5e:01:02:03 dev rx0 && sleep 0.3
    DST_MAC=01:00:5e:01:02:03 gen --count 100 --rate 2000 >/dev/null
    eventually 5 got $((before + 100))
    expect "frames for the group" "$(($(stat rx0 rx_queue_0_packets) - before))" 100
    # of a group that nobody joined, and whose hash is another, none
    DST_MAC=01:00:5e:01:02:77 gen --count 100 --rate 2000 >/dev/null
    gen --count 1 >/dev/null # once it is here, the others would be, too
    eventually 5 got $((before + 101))
    expect "frames, 100 of them for another group" "$(($(stat rx0 rx_queue_0_packets) - before))" 101
    ip maddress del 01:00:5e:01:02:03 dev rx0
}
# Changed while it is up, the device must be told; while it is down, it must have it once it is up.
case_interface_address_can_be_changed() {
    local state address=52:54:00:ab:cd:ef old=52:54:00:12:34:56 swap before got=
    # frames OTHER OWN: of 100 to OTHER and then 50 to OWN, all of which are here once the last is
    frames() {
        before=$(stat rx0 rx_queue_0_packets)
        DST_MAC=$1 gen --count 100 --rate 2000 >/dev/null
        DST_MAC=$2 gen --count 50 --rate 2000 >/dev/null
        eventually 5 got $((before + 50))
        got+="$(($(stat rx0 rx_queue_0_packets) - before)) "
    }
    for state in up up down down; do
        ip link set rx0 $state
        ip link set rx0 address $address || fail "$state: not taken"
        ip link set rx0 up
        eventually 10 ours rx0
        sleep 0.3
        frames $old $address
        swap=$old old=$address address=$swap # the second time it goes back
    done
    expect "frames to the own address" "$got" "50 50 50 50 "
}
case_interface_totals_are_those_of_the_queue() {
    local before
    totals() { cat /sys/class/net/rx0/statistics/rx_packets /sys/class/net/rx0/statistics/rx_bytes | tr '\n' ' '; }
    of_queue() { echo "$(stat rx0 rx_queue_0_packets) $(stat rx0 rx_queue_0_bytes) "; }
    read -r -a before <<<"$(of_queue)"
    expect "totals before" "$(totals)" "${before[*]} "
    gen --count 1000 --rate 4000 --size 300 >/tmp/sent || fail "traffic"
    eventually 3 got $((before[0] + 1000))
    expect "totals" "$(totals)" "$(of_queue)"
    # 4 bytes of a frame are its check sequence, which is neither sent nor counted
    expect "packets and bytes" "$(totals)" "$((before[0] + 1000)) $((before[1] + 1000 * 296)) "
    grep -q '"frames":1000,"bytes":296000,' /tmp/sent || fail "sent: $(cat /tmp/sent)"
}
case_interface_jumbo_frames() {
    local most
    most=$(ip -d link show rx1 | sed -n 's/.* maxmtu \([0-9]*\).*/\1/p')
    [ "$most" -ge 9000 ] || skip "the largest MTU is $most"
    lab-host 'ip link set tap1 mtu 9000' && ip link set rx1 mtu 9000 || fail "mtu 9000"
    ping -c 3 -i 0.2 -W 5 -M "do" -s 8900 "$RX1_PEER" || fail "no long ping"
    ip link set rx1 mtu 1500
    lab-host 'ip link set tap1 mtu 1500'
}
# The watchdog would notice as well, within a second. So it is not the carrier that is asked, but who said so first.
case_interface_link_change_comes_by_interrupt() {
    local tracing=/sys/kernel/tracing up
    echo 1 >$tracing/events/workqueue/workqueue_queue_work/enable
    for up in false true; do
        echo >$tracing/trace
        echo 1 >$tracing/tracing_on
        lab-qmp "{\"execute\":\"set_link\",\"arguments\":{\"name\":\"nic0\",\"up\":$up}}" >/dev/null
        eventually 10 link_work_queued || fail "nobody looks at the link: $(tail -n 3 $tracing/trace)"
        echo 0 >$tracing/tracing_on
        # TASK-PID [CPU] irqs-off, need-resched, h for a hard interrupt, preempt-depth
        link_work_queued | head -n 1 | grep -qE '\[[0-9]+\] ..[hH]' || fail "not by an interrupt, up=$up: $(link_work_queued | head -n 1)"
        [ $up = true ] || eventually 5 grep -qx down /sys/class/net/rx0/operstate || fail "the carrier is still there"
    done
    eventually 5 ours rx0 || fail "no carrier"
    echo 0 >$tracing/events/workqueue/workqueue_queue_work/enable
    echo >$tracing/trace
}
link_work_queued() { grep 'function=rxmap_link_work' /sys/kernel/tracing/trace; }
