# SPDX-License-Identifier: MIT
"""What a program needs in order to run in the guest: its shared libraries and its loader, as ldd names them."""

import re
import subprocess

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
