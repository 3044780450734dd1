# SPDX-License-Identifier: MIT
"""Finds the guest kernel that KERNEL names, its modules and its headers; fetches a Debian kernel that is not there yet."""

import os
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .report import LabError, UsageError, say
from .settings import CACHE, TOP


@dataclass
class Kernel:
    label: str      # 6.1, 6.12, debug or the release
    image: Path
    release: str
    modules: Path   # /lib/modules/<release>, or None
    headers: Path   # KDIR, or None


def _release_of_image(image):
    """The boot protocol's kernel_version field (Documentation/arch/x86/boot.rst, offset 0x20e)."""
    with open(image, "rb") as file:
        data = file.read(0x8000)
    if data[0x202:0x206] != b"HdrS":
        raise UsageError(f"KERNEL={image}: not a bzImage")
    offset = struct.unpack_from("<H", data, 0x20E)[0] + 0x200
    return data[offset:data.index(b"\0", offset)].decode().split()[0]


def _debian(series):
    folder = CACHE / "kernels" / series
    if not (folder / ".complete").exists() and subprocess.call([TOP / "tools/setup/setup", "kernel", series]) != 0:
        raise LabError(f"guest kernel {series} could not be fetched")
    release = (folder / "release").read_text().strip()
    return Kernel(series, folder / "vmlinuz", release, (folder / "modules").resolve(), folder / "headers")


def _debug():
    folder = CACHE / "debug-kernel/current"
    if not (folder / "bzImage").exists():
        raise LabError("the debug kernel is not built yet; tests/debug-kernel/build builds it (about a quarter of an hour)")
    folder = folder.resolve()
    release = (folder / "release").read_text().strip()
    return Kernel("debug", folder / "bzImage", release, folder / "lib/modules" / release, folder / "headers")


def _own(settings):
    image = Path(settings.kernel).absolute()
    if not image.is_file():
        raise UsageError(f"KERNEL={settings.kernel}: neither 6.1, 6.12, debug nor a bzImage")
    release = _release_of_image(image)
    modules = Path(settings.modules or f"/lib/modules/{release}").absolute()
    headers = Path(settings.kdir).absolute() if settings.kdir else modules / "build"
    return Kernel(release, image, release, modules if modules.is_dir() else None, headers if headers.exists() else None)


def find(settings):
    if settings.kernel in ("6.1", "6.12"):
        return _debian(settings.kernel)
    if settings.kernel == "debug":
        return _debug()
    return _own(settings)


def module_for(kernel, settings):
    """Builds rxmap.ko for this kernel and returns its path; None where there is nothing to build and nothing asked for."""
    if settings.module:
        if not Path(settings.module).is_file():
            raise UsageError(f"MODULE={settings.module}: no such file")
        return Path(settings.module).absolute()
    if not (TOP / "kmod/Kbuild").exists() or not kernel.headers:
        if settings.driver == "rxmap":
            raise LabError(f"there is nothing to build rxmap.ko from for kernel {kernel.release}; give KDIR= or MODULE=")
        return None
    environment = dict(os.environ, KDIR=str(kernel.headers.resolve()))
    built = subprocess.run([TOP / "tools/kmod-build"], env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if built.returncode != 0:
        if settings.driver != "rxmap":
            say(f"rxmap.ko does not build for kernel {kernel.release}; going on without it")
            return None
        raise LabError(f"rxmap.ko does not build for kernel {kernel.release}")
    say(f"kernel {kernel.release}, {built.stdout.strip()}")
    return Path(built.stdout.strip())
