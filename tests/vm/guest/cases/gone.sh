# SPDX-License-Identifier: MIT
# A device that stops answering while packets come: every register reads as all ones, as after a surprise removal. QEMU reads
# an absent device as zeros, so in this set-up a second device, a memory of all ones (ivshmem), takes over the NIC's addresses.
# shellcheck shell=bash

nic() { echo "/sys/bus/pci/devices/$RX0_PCI/config"; }
ones() { echo "/sys/bus/pci/devices/$(grep -l 0x1110 /sys/bus/pci/devices/*/device | head -1 | cut -d/ -f6)/config"; }
# config_write FILE OFFSET BYTES
config_write() { printf '%b' "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null; }
# Of two BARs at the same addresses QEMU answers with the one enabled last, so a single write of the other's command register
# (offset 4) lets all registers read as all ones, from one access to the next.
ones_at_its_addresses() {
    dd if="$(nic)" of=/tmp/bar bs=1 skip=16 count=4 2>/dev/null
    dd if="$(ones)" of=/tmp/own bs=1 skip=24 count=4 2>/dev/null
    dd if=/tmp/bar of="$(ones)" bs=1 seek=24 conv=notrunc 2>/dev/null
}
ones_on() { config_write "$(ones)" 4 '\2\0'; }
# vanish [COMMAND]: the NIC loses memory decoding and bus mastering, too, or keeps what COMMAND says.
vanish() {
    ones_at_its_addresses
    ones_on
    config_write "$(nic)" 4 "${1:-\\0}\\0"
}
# Unbound, it answers again and is bound anew.
comes_back() {
    config_write "$(ones)" 4 '\0\0'
    [ ! -e /tmp/own ] || dd if=/tmp/own of="$(ones)" bs=1 seek=24 conv=notrunc 2>/dev/null
    rm -f /tmp/own
    lab-bind rxmap rx0 || fail "it does not come back"
    eventually 5 ours rx0
}
# Its registers are elsewhere than the kernel believes; where they were, all is ones, also when memory decoding is switched on.
# The same again undoes it.
misplace() {
    config_write "$(nic)" 4 '\0\0'
    config_write "$(ones)" 4 '\0\0'
    dd if="$(nic)" of=/tmp/nic bs=1 skip=16 count=4 2>/dev/null
    dd if="$(ones)" of=/tmp/ones bs=1 skip=24 count=4 2>/dev/null
    dd if=/tmp/ones of="$(nic)" bs=1 seek=16 conv=notrunc 2>/dev/null
    dd if=/tmp/nic of="$(ones)" bs=1 seek=24 conv=notrunc 2>/dev/null
    config_write "$(ones)" 4 '\2\0'
}
ROUNDS=10
# microseconds COMMAND…: how long it takes
microseconds() {
    local begun=${EPOCHREALTIME/./}
    "$@" >/dev/null 2>&1
    echo $((${EPOCHREALTIME/./} - begun))
}
pause_us() { # MICROSECONDS
    local seconds
    printf -v seconds '%d.%06d' $(($1 / 1000000)) $(($1 % 1000000))
    pause "$seconds"
}
# between TAKES WRITE COMMAND…: it goes while COMMAND runs, which takes about so many microseconds, as the write does that lets it
# go: in the first round before COMMAND begins, in the last after its end.
between() {
    local takes=$1 write=$2 other status it
    shift 2
    it=$(ones) # to look for it takes longer than the write
    ones_at_its_addresses
    [ "$round" -gt 0 ] || config_write "$it" 4 '\2\0'
    { pause_us $((round * (takes + 2 * write) / ROUNDS)) && [ "$round" -lt $((ROUNDS - 1)) ] && config_write "$it" 4 '\2\0'; } &
    other=$!
    pause_us "$write"
    "$@" >/dev/null 2>&1
    status=$?
    wait "$other"
    [ "$round" -lt $((ROUNDS - 1)) ] || config_write "$it" 4 '\2\0'
    return $status
}
told() { # PATTERN of how many lines
    # shellcheck disable=SC2053
    [[ $(dmesg | grep -c 'device gone') == $1 ]] || fail "lines of 'device gone' in round $round: $(dmesg | grep 'device gone')"
}
is_told() { dmesg | grep -q "device gone"; }
carrier_is_off() { grep -q down /sys/class/net/rx0/operstate; }

# No packet, no interrupt, nobody who asks: the watchdog alone can tell.
case_gone_is_noticed_by_an_idle_interface() {
    vanish
    eventually 5 carrier_is_off || fail "the carrier is still there"
    eventually 5 is_told || fail "it is not told"
    lab-bind none rx0
    expect "lines of 'device gone'" "$(dmesg | grep -c 'device gone')" 1
    comes_back
}
# Its registers cannot be reached, but it still receives into our buffers: it must not, once they are freed.
case_gone_behind_a_bar_that_was_switched_off_reaches_no_memory() {
    vanish '\4' # bus mastering alone
    eventually 5 carrier_is_off || fail "the carrier is still there"
    ip link set rx0 down
    expect "bus mastering (4)" "$(($(dd if="$(nic)" bs=1 skip=4 count=1 2>/dev/null | hexdump -v -e '1/1 "%u"') & 4))" 0
    lab-bind none rx0
    comes_back
}
case_gone_before_it_is_bound_is_one_line_and_no_interface() {
    local module
    module=$(cat /sys/module/rxmap/refcnt)
    lab-bind none rx0
    misplace
    echo "$RX0_PCI" >"/sys/bus/pci/drivers/rxmap-$BACKEND/bind" 2>/tmp/out && fail "it was bound"
    grep -q "No such device" /tmp/out || fail "$(cat /tmp/out)"
    expect "lines of 'device gone'" "$(dmesg | grep -c 'device gone')" 1
    [ ! -e "/sys/bus/pci/devices/$RX0_PCI/net" ] || fail "it has an interface"
    ! grep -q 'rx0\|rxmap' /proc/interrupts || fail "it has an interrupt: $(grep 'rx0\|rxmap' /proc/interrupts)"
    expect "references of the module" "$(cat /sys/module/rxmap/refcnt)" "$module"
    misplace
    comes_back
}
case_gone_is_one_line_and_an_orderly_end() {
    receiver_start rx0 --mode tap --seconds 30 --quiet
    lab-traffic start --json --dst-mac 52:54:00:12:34:56 --dst 10.9.0.2 --src 10.9.0.1 --dport 9000 --rate 2000 --seconds 20
    sleep 1
    vanish
    ip -s link show rx0 >/dev/null # asks for the device's counters
    eventually 5 carrier_is_off || fail "the carrier is still there"
    ip -s link show rx0 >/dev/null
    ip link set rx0 down
    ip link set rx0 up 2>/dev/null && fail "a device that is gone was opened"
    expect "lines of 'device gone'" "$(dmesg | grep -c 'device gone')" 1
    lab-bind none rx0
    wait "$receiver" # it ends by itself, as rings of a device that went do
    expect "frames that were damaged" "$(result corrupt)" 0
    comes_back
}

bind_directly() { echo "$RX0_PCI" >"/sys/bus/pci/drivers/rxmap-$BACKEND/bind"; }
# The probe reads registers all the way; whichever access is the first to find nobody, it is refused, or bound and then gone.
slow_gone_at_any_moment_of_probe=4
case_gone_at_any_moment_of_probe() {
    local round takes write refused=0 bound=0
    lab-bind none rx0
    takes=$(microseconds bind_directly)
    write=$(microseconds config_write "$(ones)" 4 '\0\0')
    for ((round = 0; round < ROUNDS; round++)); do
        lab-bind none rx0
        dmesg -c >/dev/null
        if between "$takes" "$write" bind_directly; then
            bound=$((bound + 1))
        else
            refused=$((refused + 1))
            told 1
        fi
        lab-bind none rx0
        told "[01]"
        comes_back
    done
    [ "$refused" -gt 0 ] && [ "$bound" -gt 0 ] || fail "$refused probes were refused, $bound were through"
}
down_and_up() { ip link set rx0 down; ip link set rx0 up; ip link set rx0 down; ip link set rx0 up; }
# Opened, closed and opened again, with packets coming: the interrupt, the poll, the watchdog, open and stop all meet it.
slow_gone_at_any_moment_of_open_and_stop=4
case_gone_at_any_moment_of_open_and_stop() {
    local round takes write
    takes=$(microseconds down_and_up)
    write=$(microseconds config_write "$(ones)" 4 '\0\0')
    for ((round = 0; round < ROUNDS; round++)); do
        dmesg -c >/dev/null
        lab-traffic start --json --dst-mac 52:54:00:12:34:56 --dst 10.9.0.2 --src 10.9.0.1 --dport 9000 --rate 2000 --seconds 60
        between "$takes" "$write" down_and_up
        ip -s link show rx0 >/dev/null # whoever did not meet it yet
        ip link set rx0 down
        ip link set rx0 up 2>/dev/null && fail "a device that is gone was opened in round $round"
        told 1
        lab-traffic stop >/dev/null
        lab-bind none rx0
        comes_back
    done
}
