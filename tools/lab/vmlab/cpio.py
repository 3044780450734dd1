# SPDX-License-Identifier: MIT
"""Writes an initramfs archive: cpio "newc", as Documentation/driver-api/early-userspace/buffer-format.rst of the kernel has it.
Several archives, each padded to 512 bytes, may follow one another; later files replace earlier ones."""

import os
import stat
from pathlib import Path


class Archive:
    def __init__(self, file):
        self._file = file
        self._inode = 0
        self._folders = set()

    def _entry(self, path, mode, data=b"", device=(0, 0)):
        self._inode += 1
        name = path.lstrip("/").encode() + b"\0"
        fields = (self._inode, mode, 0, 0, 1, 0, len(data), 0, 0, *device, len(name), 0)
        header = b"070701" + b"".join(b"%08X" % value for value in fields) + name
        self._file.write(header + b"\0" * (-len(header) % 4))
        self._file.write(data)
        self._file.write(b"\0" * (-len(data) % 4))

    def folder(self, path):
        path = path.rstrip("/")
        if path in self._folders or path in ("", "/"):
            return
        self.folder(os.path.dirname(path))
        self._folders.add(path)
        self._entry(path, stat.S_IFDIR | 0o755)

    def file(self, path, data, executable=False):
        self.folder(os.path.dirname(path))
        self._entry(path, stat.S_IFREG | (0o755 if executable else 0o644), data)

    def link(self, path, target):
        self.folder(os.path.dirname(path))
        self._entry(path, stat.S_IFLNK | 0o777, target.encode())

    def character_device(self, path, major, minor):
        self.folder(os.path.dirname(path))
        self._entry(path, stat.S_IFCHR | 0o600, device=(major, minor))

    def copy(self, source, path):
        """A host file at a guest path, with its executable bit."""
        source = Path(source)
        self.file(path, source.read_bytes(), os.access(source, os.X_OK))

    def close(self):
        self._entry("TRAILER!!!", 0)
        self._file.write(b"\0" * (-self._file.tell() % 512))
