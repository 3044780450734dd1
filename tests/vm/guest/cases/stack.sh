# SPDX-License-Identifier: MIT
# The interface as an interface: the stack on top of it, unmapped. rx0 datagram socket, rx1 tap with vnet_hdr, rx2 QEMU's
# user networking, rx3 stream socket.
# shellcheck shell=bash

case_stack_ping_tap() { ping -c 3 -i 0.2 -W 5 "$RX1_PEER"; }
case_stack_ping_user() { ping -c 3 -i 0.2 -W 5 "$RX2_PEER"; }

# transfer PEER: 4 MB each way over TCP to a server behind PEER, compared by checksum.
transfer() {
    local sum
    lab-host 'head -c 4000000 /dev/urandom >down.bin; rm -f up.bin
        (busybox nc -l -p 9100 <down.bin >up.bin &) ; sleep 0.2' || fail "no server on the host"
    head -c 4000000 /dev/urandom >/tmp/up.bin
    timeout 40 busybox nc "$1" 9100 </tmp/up.bin >/tmp/down.bin
    sleep 0.3
    sum=$(lab-host 'md5sum <down.bin; md5sum <up.bin')
    expect "checksum of what came down and went up" "$(md5sum </tmp/down.bin; md5sum </tmp/up.bin)" "$sum"
}
case_stack_tcp_tap() { transfer "$RX1_PEER"; }
case_stack_tcp_user() { transfer "$RX2_PEER"; }
