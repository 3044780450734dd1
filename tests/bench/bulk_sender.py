# SPDX-License-Identifier: MIT
"""The host's part of make bench-bulk: ADDRESS BLOCKS BYTES. Sends a block, waits for its answer, sends the next."""

import socket
import sys

address, blocks, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with socket.create_connection((address, 5201), timeout=60) as connection:
    for _ in range(blocks):
        connection.sendall(bytes(size))
        if not connection.recv(1):
            sys.exit("bench: the receiver has gone")
