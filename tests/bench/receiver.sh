# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What guest and stream_guest share: an arm's receiver on rx0. Sourced.
not_here=77

wait_for() { # COMMAND...: at most a minute
    local tries
    for ((tries = 0; tries < 6000; tries++)); do
        "$@" && return
        sleep 0.01
    done
    echo "bench: waited in vain for: $*" >&2
    return 1
}

# rx0 leaves the kernel. Huge pages, because only their physical addresses can be known in user space.
give_to_dpdk() { # PCI ADDRESS
    local device=/sys/bus/pci/devices/$1
    echo 32 >/proc/sys/vm/nr_hugepages
    modprobe uio_pci_generic
    echo uio_pci_generic >"$device/driver_override"
    echo "$1" >"$device/driver/unbind"
    echo "$1" >/sys/bus/pci/drivers/uio_pci_generic/bind
}

# The receiver's line, or its end.
says() { grep -q "$1" receiver.log || ! kill -0 "$process"; }

# Starts it, as $process, and returns when it waits for packets. It has rx0 by then, as the arm wants it. In the environment: TUNE, what
# rxmapctl is to set; PREFIX, words before the receiver's name. Ends with 77, and "bench: not here: REASON", when the receiver does.
start_receiver() { # PROGRAM WAY AND OPTIONS...
    local receiver=$1 nic=(--interface rx0) pci status=0
    shift
    if [ "$receiver" = bench-dpdk ]; then
        pci=$(lab-pci rx0)
        give_to_dpdk "$pci"
        nic=(--pci "$pci")
        sed -i '1s/.*/uio_pci_generic/' setup.txt
    fi
    # shellcheck disable=SC2086
    [ -z "${TUNE:-}" ] || ./rxmapctl set rx0 $TUNE
    if [ "${1:-}" = busy_poll ]; then # no interrupt while somebody polls; 2 ms after the last time a timer does
        echo 2000000 >/sys/class/net/rx0/gro_flush_timeout
        echo 100 >/sys/class/net/rx0/napi_defer_hard_irqs
    fi
    # shellcheck disable=SC2086
    ${PREFIX:-} "./$receiver" "$@" "${nic[@]}" >received.json 2>receiver.log &
    process=$!
    wait_for says ready
    if ! kill -0 $process 2>/dev/null; then
        wait $process || status=$?
        [ $status -ne $not_here ] || echo "bench: not here: $(tail -n 1 receiver.log)"
        [ $status -eq $not_here ] || cat receiver.log >&2
        exit $status
    fi
    # QEMU's 82540EM receives nothing for a second after it was opened, or became promiscuous.
    sleep 2
}
