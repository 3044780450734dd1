# SPDX-License-Identifier: MIT
"""The guest's memory, read and written while the machine stands still: through QEMU's gdb server, gdb.sock in the current
directory, which the case has started."""

import socket


class Debugger:
    """The guest's physical memory, through the remote protocol of gdb (its manual, appendix E). The machine stands still."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(10)
        self._socket.connect(path)
        self._file = self._socket.makefile("rb")
        self._ask("Qqemu.PhyMemMode:1")

    def _answer(self):
        while self._file.read(1) != b"$":
            pass
        answer = b""
        while (byte := self._file.read(1)) != b"#":
            answer += byte
        self._file.read(2)      # the checksum; a socket loses nothing
        return answer

    def _ask(self, text):
        self._socket.sendall(f"+${text}#{sum(text.encode()) % 256:02x}".encode())
        answer = self._answer()
        if answer.startswith(b"T"):     # that the machine stopped, said by itself when somebody connects
            answer = self._answer()
        if answer.startswith(b"E"):
            raise RuntimeError(f"gdb server: {text}: {answer.decode()}")
        return answer

    def read(self, address, length):
        return bytes.fromhex(self._ask(f"m{address:x},{length:x}").decode())

    def write(self, address, data):
        self._ask(f"M{address:x},{len(data):x}:{data.hex()}")

    def go_on(self):
        self._ask("D")
