# SPDX-License-Identifier: MIT
"""A program on its way into the guest: what it needs there, its shared libraries and its loader, as ldd names them, and what it
does not."""

import re
import subprocess
import tempfile
from pathlib import Path

from .report import LabError


def is_elf(path):
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def libraries(path):
    """Absolute paths of the libraries and the loader; empty for a static program."""
    listing = subprocess.run(["ldd", path], capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"})
    missing = re.findall(r"^\s*(\S+) => not found", listing.stdout, re.MULTILINE)
    if missing:
        raise LabError(f"{path} needs {', '.join(missing)}, which this machine does not have")
    return sorted(set(re.findall(r"(?:^|=> )\s*(/\S+) \(0x", listing.stdout, re.MULTILINE)))


def without_debug(path):
    """The program's bytes without what only a debugger reads: of rxmap.ko 29 MB of 30, which each boot would unpack and each insmod
    read, in emulation. Symbols stay. As it is, if strip does not know it."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "stripped"
        done = subprocess.run(["strip", "--strip-debug", "-o", target, path], stderr=subprocess.DEVNULL, check=False)
        return (target if done.returncode == 0 else Path(path)).read_bytes()
