#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The C interface from Python, without a compiler: every packet of queue 0 of an interface.

    sudo userlib/examples/receive.py eth1

Barriers, positions and wake-ups are the library's; what stands here is layout alone. Each packet is read where the NIC
wrote it and is good until the next take."""

import ctypes
import os
import sys

BATCH = 64
READY, TIMEOUT, STOPPED, STATE_CHANGED, CLOSED = range(5)


class Packet(ctypes.Structure):
    """struct rxmap_packet"""
    _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_size_t), ("desc", ctypes.c_void_p)]


def load(path=os.environ.get("RXMAP_LIBRARY", "librxmap.so.0")):
    library = ctypes.CDLL(path, use_errno=True)
    ring = ctypes.c_void_p
    library.rxmap_ring_attach.restype = ring
    library.rxmap_ring_attach.argtypes = [ctypes.c_char_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
    library.rxmap_ring_wait.argtypes = [ring, ctypes.c_int64]
    library.rxmap_ring_take.restype = ctypes.c_size_t
    library.rxmap_ring_take.argtypes = [ring, ctypes.POINTER(Packet), ctypes.c_size_t]
    for name in ("detach", "release", "stop"):
        function = getattr(library, f"rxmap_ring_{name}")
        function.restype, function.argtypes = None, [ring]
    return library


def attach(library, interface):
    reason = ctypes.create_string_buffer(256)
    ring = library.rxmap_ring_attach(interface.encode(), None, reason, len(reason))
    if not ring:
        raise OSError(ctypes.get_errno(), reason.value.decode())
    return ring


def receive(library, ring, consume):
    """Until the ring ends. Waits of 100 ms, so that Python gets to see a Ctrl-C."""
    packets = (Packet * BATCH)()
    while (found := library.rxmap_ring_wait(ring, 100_000_000)) not in (CLOSED, STOPPED):
        if found == READY:
            for packet in packets[:library.rxmap_ring_take(ring, packets, BATCH)]:
                consume(ctypes.string_at(packet.data, packet.size))
            library.rxmap_ring_release(ring)


def main():
    library = load()
    ring = attach(library, sys.argv[1])
    try:
        receive(library, ring, lambda packet: print(f"{len(packet)} bytes"))
    finally:
        library.rxmap_ring_detach(ring)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"receive.py: {error.strerror}")
    except KeyboardInterrupt:
        pass
