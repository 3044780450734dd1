# SPDX-License-Identifier: MIT
"""The host's end of the agent's frames (tools/lab/guest/wire.h has the format): a socket to the guest's second serial port."""

import selectors
import struct
import threading

STARTED, STDOUT, STDERR, EXIT, REQUEST, FILE, FILE_END, KERNEL_ERROR, DONE = b"S", b"O", b"E", b"X", b"Q", b"F", b"f", b"K", b"D"
HEADER = struct.Struct(">cHI")
PAYLOAD_MAX = 4096


class Channel:
    """Reading belongs to one thread; send() may be called from any."""

    def __init__(self, sock):
        self._socket = sock
        self._lock = threading.Lock()
        self._pending = b""
        self._selector = selectors.DefaultSelector()
        self._selector.register(sock, selectors.EVENT_READ)

    def send(self, kind, channel, payload):
        with self._lock:
            try:
                for start in range(0, max(len(payload), 1), PAYLOAD_MAX):
                    piece = payload[start:start + PAYLOAD_MAX]
                    self._socket.sendall(HEADER.pack(kind, channel, len(piece)) + piece)
            except OSError:
                pass  # the machine is gone; the reader says so

    def read(self, timeout):
        """Complete frames (kind, channel, payload) that arrived within timeout; None at the end of the machine."""
        if not self._selector.select(timeout):
            return []
        try:
            data = self._socket.recv(1 << 16)
        except OSError:
            return None
        if not data:
            return None
        self._pending += data
        return self._split()

    def _split(self):
        frames, offset = [], 0
        while len(self._pending) - offset >= HEADER.size:
            kind, channel, length = HEADER.unpack_from(self._pending, offset)
            end = offset + HEADER.size + length
            if len(self._pending) < end:
                break
            frames.append((kind, channel, self._pending[offset + HEADER.size:end]))
            offset = end
        self._pending = self._pending[offset:]
        return frames
