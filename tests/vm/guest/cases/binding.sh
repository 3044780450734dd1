# SPDX-License-Identifier: MIT
# rxmapctl bind and unbind: a NIC changes hands, the interface stays as it was. The stock driver is the kernel's own.
# shellcheck shell=bash

# belongings NIC: all that must survive, once the link is up (an Intel NIC takes seconds); not what the kernel adds for itself.
belongings() {
    eventually 10 grep -qx up "/sys/class/net/$1/operstate" || fail "$1 has no link"
    cat "/sys/class/net/$1/mtu" "/sys/class/net/$1/address"
    ip -brief address show dev "$1" | sed 's| fe80:[^ ]*||'
    ip -4 route show table all dev "$1" | sort
    ip -6 route show table all dev "$1" | grep -v ' fe80\| ff00\|^multicast\|^anycast' | sort
}
# driver_of NIC: the PCI function's driver, and "none".
driver_of() { basename "$(readlink "/sys/bus/pci/devices/$(pci_of "$1")/driver" || echo none)"; }
pci_of() { local name=${1^^}_PCI; echo "${!name}"; }
# hand STATUS ARGUMENT…: rxmapctl must exit so; its words are in /tmp/stdout and /tmp/stderr.
hand() {
    local status=$1 got
    shift
    ./rxmapctl "$@" >/tmp/stdout 2>/tmp/stderr
    got=$?
    expect "status of 'rxmapctl $*' ($(cat /tmp/stderr))" "$got" "$status"
}
# row NIC: its object of `rxmapctl list --json`.
row() { ./rxmapctl list --json | sed -n "/\"$1\"/ { s/^ *//; s/,\$//; p }"; }

case_binding_keeps_what_an_interface_has() {
    local before
    sysctl -q -w net.ipv6.conf.rx0.disable_ipv6=0
    ip link set rx0 mtu 1400
    ip address add 10.77.0.1/24 brd + dev rx0 label rx0:two
    ip -6 address add fd77::1/64 dev rx0 nodad
    ip route add 10.88.0.0/16 via 10.77.0.9 metric 42
    ip route add 10.89.0.0/16 dev rx0 table 77 scope link
    ip -6 route add fd99::/64 via fd77::9
    before=$(belongings rx0)
    [ "$(echo "$before" | wc -l)" -ge 10 ] || fail "only: $before"
    sysctl -q -w net.ipv6.conf.default.disable_ipv6=0
    hand 0 unbind rx0
    [[ "$(driver_of rx0)" != rxmap-* ]] || fail "still driven by $(driver_of rx0)"
    expect "what the stock driver's interface has" "$(belongings rx0)" "$before"
    hand 0 bind rx0
    expect driver "$(driver_of rx0)" "rxmap-$BACKEND"
    expect "what our interface has" "$(belongings rx0)" "$before"
    ping -c 1 -W 5 "$RX1_PEER" || fail "the other NIC was disturbed"
}
case_binding_leaves_a_down_interface_down() {
    ip link set rx0 down
    hand 0 unbind rx0
    [[ $(ip -brief link show rx0) != *UP* ]] || fail "unbind set it up"
    hand 0 bind "$RX0_PCI"
    [[ $(ip -brief link show rx0) != *UP* ]] || fail "bind set it up"
    ip link set rx0 up
}
case_binding_packets_flow_again() {
    hand 0 unbind rx0
    hand 0 bind rx0
    receiver_start rx0 --count 500 --seconds 20 --quiet
    gen --count 500 --rate 2000 >/dev/null
    receiver_wait
    expect "received and lost" "$(result received) $(result lost)" "500 0"
}
case_binding_asks_before_it_touches_the_default_route() {
    local word
    ip route add default via "$RX0_PEER" dev rx0
    hand 1 unbind rx0
    expect sentence "$(cat /tmp/stderr)" \
        "rxmapctl: unbind rx0: the default route leaves through rx0, and you might be cut off; to do it all the same: --force"
    expect driver "$(driver_of rx0)" "rxmap-$BACKEND"
    for word in unbind bind; do
        [ $word = unbind ] || {
            hand 1 bind rx0
            expect sentence "$(cat /tmp/stderr)" \
                "rxmapctl: bind rx0: the default route leaves through rx0, and you might be cut off; to do it all the same: --force"
            [[ "$(driver_of rx0)" != rxmap-* ]] || fail "it was bound all the same"
        }
        hand 0 $word rx0 --force
        eventually 10 grep -qx up /sys/class/net/rx0/operstate || fail "no link after $word"
        expect "default route after $word" "$(ip route show default)" "default via $RX0_PEER dev rx0 "
    done
    ip route del default
}
case_binding_says_what_it_could_not_restore() {
    ip route add 10.99.0.0/16 nexthop dev rx0 nexthop dev rx1
    hand 3 unbind rx0
    expect sentence "$(cat /tmp/stderr)" "rxmapctl: not restored on rx0: route 10.99.0.0/16 (several next hops)"
    hand 0 bind rx0
}
case_binding_refuses_what_it_cannot_take() {
    local bridge
    bridge=$(grep -l '^0x0600' /sys/bus/pci/devices/*/class | head -1 | cut -d/ -f6)
    hand 1 bind nosuch0
    expect sentence "$(cat /tmp/stderr)" "rxmapctl: 'nosuch0': no such interface or PCI function here"
    hand 1 bind lo
    expect sentence "$(cat /tmp/stderr)" "rxmapctl: 'lo' is not a PCI network card"
    hand 1 bind "$bridge"
    grep -q "^rxmapctl: bind $bridge: 8086:.* is not a NIC that rxmap drives (" /tmp/stderr || fail "$(cat /tmp/stderr)"
    hand 0 bind rx0 # it is ours already
    hand 0 unbind rx0
    hand 1 unbind rx0
    grep -q "^rxmapctl: unbind rx0 ($RX0_PCI): driven by .*, not by rxmap" /tmp/stderr || fail "$(cat /tmp/stderr)"
    rmmod rxmap 2>/dev/null || { ./rxmapctl unbind --all && rmmod rxmap; } || fail "rmmod"
    hand 1 bind rx0
    expect sentence "$(cat /tmp/stderr)" "rxmapctl: bind rx0 ($RX0_PCI): rxmap.ko is not loaded (insmod rxmap.ko)"
}
case_binding_unbind_all_gives_every_nic_back() {
    local nic
    hand 0 unbind --all
    rmmod rxmap || fail "rmmod"
    for nic in $NICS; do
        [[ "$(driver_of "$nic")" != rxmap-* && "$(driver_of "$nic")" != none ]] || fail "$nic is driven by $(driver_of "$nic")"
        ip link show "$nic" up | grep -q . || fail "$nic is not up"
    done
    eventually 10 grep -qx up /sys/class/net/rx1/operstate
    ping -c 1 -W 5 "$RX1_PEER" || fail "the stock driver's interface does not work"
}
case_binding_list_tells_driver_link_and_holder() {
    local form='{"ifname": "rx0", "pci": "%s", "driver": "%s", "link": "%s", "queues": 1, "mapped_by_pid": %s}'
    # shellcheck disable=SC2059 # the form is the test
    wanted() { printf "$form" "$RX0_PCI" "$@"; }
    receiver_start rx0
    # shellcheck disable=SC2154 # receiver_start sets it
    expect "row of a mapped NIC" "$(row rx0)" "$(wanted "rxmap-$BACKEND" up "$receiver")"
    receiver_stop
    expect row "$(row rx0)" "$(wanted "rxmap-$BACKEND" up null)"
    ip link set rx0 down
    expect "row of a NIC that is down" "$(row rx0)" "$(wanted "rxmap-$BACKEND" down null)"
    lab-bind stock rx0
    eventually 10 grep -qx up /sys/class/net/rx0/operstate
    expect "row of a stock NIC" "$(row rx0)" "$(wanted "$(driver_of rx0)" up null)"
}
