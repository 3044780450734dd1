# SPDX-License-Identifier: MIT
"""The host's part of make bench-wall SOURCE=host: SOCKET MAC ADDRESS BYTES COUNT. Writes COUNT frames of BYTES (without FCS; or "imix")
to QEMU's -netdev stream, each with its length before it, as fast as QEMU reads. They are as pktgen's, numbered from 1. All are made
before the first is sent: sending costs this machine a copy, and no more. Then it waits to be killed."""

import signal
import socket
import struct
import sys

# net/core/pktgen.c, struct pktgen_hdr: the magic number and the packet's.
MAGIC = 0xbe9be955
PORT = 9
SOURCE = "10.9.0.77"
IMIX = [60] * 7 + [590] * 4 + [1514]
HEADERS = 14 + 20 + 8


def checksum(header):
    total = sum(struct.unpack(f"!{len(header) // 2}H", header))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def frame(mac, address, size):
    """Length, Ethernet, IPv4, UDP without a checksum, magic number; then the packet's number, and filling. Without these two."""
    def ip(check):
        return struct.pack("!BBHHHBBH4s4s", 0x45, 0, size - 14, 0, 0x4000, 64, socket.IPPROTO_UDP, check, socket.inet_aton(SOURCE), socket.inet_aton(address))
    ethernet = bytes.fromhex(mac.replace(":", "")) + bytes.fromhex("020000000001") + b"\x08\x00"
    return struct.pack("!I", size) + ethernet + ip(checksum(ip(0))) + struct.pack("!HHHHI", PORT, PORT, size - 34, 0, MAGIC)


def frames(mac, address, sizes, count):
    parts = {size: (frame(mac, address, size), bytes(size - HEADERS - 8)) for size in set(sizes)}
    numbered = ((parts[sizes[number % len(sizes)]], number + 1) for number in range(count))
    return b"".join(head + struct.pack("!I", number) + tail for (head, tail), number in numbered)


def main():
    path, mac, address, size, count = sys.argv[1:]
    stream = frames(mac, address, IMIX if size == "imix" else [int(size)], int(count))
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        connection.sendall(stream)
        signal.pause()


main()
