# SPDX-License-Identifier: MIT
"""The variables of `make vm`: where they come from, their defaults, and one sentence for each wrong value."""

import os
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

from .report import UsageError

TOP = Path(__file__).resolve().parents[3]
CACHE = Path(os.environ.get("RXMAP_CACHE") or TOP / "build").resolve()

DEFAULTS = {
    "KERNEL": "6.12", "MODULES": "", "KDIR": "", "MODULE": "", "BACKEND": "virtio_net", "DRIVER": "rxmap", "INSMOD": "",
    "SMP": "1", "MEM": "", "NET": "user", "QUEUES": "1", "NIC_OPTS": "", "MACHINE": "", "IOMMU": "", "MGMT": "0",
    "HOSTFWD": "", "FILES": "", "GET": "", "SHARE": "", "TRAFFIC": "", "RUN": "", "TIMEOUT": "", "ACCEL": "auto", "THREADS": "multi",
    "APPEND": "", "QEMU_OPTS": "", "ALLOW": "", "NAME": "",
}
CHOICES = {
    "BACKEND": ("virtio_net", "e1000", "e1000e"), "DRIVER": ("rxmap", "stock", "none"), "SMP": ("1", "2"),
    "MACHINE": ("", "pc", "q35"), "IOMMU": ("", "intel"), "MGMT": ("0", "1"), "ACCEL": ("auto", "tcg", "kvm", "icount"),
    "THREADS": ("multi", "single"),
}
NET_KINDS = ("user", "tap", "stream", "dgram", "user+stream", "hub")
# make's own variables that may stand on its command line beside ours.
MAKE_VARIABLES = {"MAKEFLAGS", "W", "C", "CF", "V", "JOBS", "TIER"}


@dataclass
class Settings:
    """Checked values; names as in Documentation/vm-lab.md."""

    kernel: str
    backend: str
    driver: str
    insmod: str
    smp: int
    mem: int
    net: list
    queues: int
    nic_opts: str
    machine: str
    iommu: str
    mgmt: bool
    hostfwd: list
    files: list
    get: list = field(metadata={"what": "pairs of guest path, host path or None"})
    share: str
    traffic: str
    run: str
    timeout: int
    accel: str
    threads: str
    append: str
    qemu_opts: list
    allow: str
    name: str
    modules: str
    kdir: str
    module: str


def _given(arguments, environment):
    """VAR=value arguments win over the environment, which is how make hands its variables on."""
    values = dict(DEFAULTS)
    if "MAKELEVEL" in environment:
        _reject_unknown_make_variables(environment.get("MAKEFLAGS", ""))
        values.update({name: environment[name] for name in DEFAULTS if environment.get(name)})
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if not equals or name not in DEFAULTS:
            raise UsageError(f"'{argument}' is not VAR=value with one of: {' '.join(sorted(DEFAULTS))}")
        values[name] = value or DEFAULTS[name]
    return values


def _reject_unknown_make_variables(makeflags):
    for name in re.findall(r"(?:^|(?<!\\) )([A-Za-z_]+)=", makeflags):
        if name not in DEFAULTS and name not in MAKE_VARIABLES:
            raise UsageError(f"make vm has no variable {name}; it has: {' '.join(sorted(DEFAULTS))}")


def _number(values, name, low, high, default):
    text = values[name] or str(default)
    if not text.isdecimal() or not low <= int(text) <= high:
        raise UsageError(f"{name}={text}: a whole number from {low} to {high} is wanted")
    return int(text)


def _nets(text):
    nets = text.split(",")
    for net in nets:
        if net not in NET_KINDS:
            raise UsageError(f"NET={text}: '{net}' is none of {', '.join(NET_KINDS)}")
    if len(nets) > 4:
        raise UsageError(f"NET={text}: at most 4 NICs")
    return nets


def _files(text):
    files = [Path(name) for name in shlex.split(text)]
    for file in files:
        if not file.exists():
            raise UsageError(f"FILES: {file} does not exist")
    return [file.absolute() for file in files]


def _gets(text):
    pairs = []
    for word in shlex.split(text):
        guest, _, host = word.partition(":")
        pairs.append((guest if guest.startswith("/") else f"/root/{guest}", Path(host).absolute() if host else None))
    return pairs


def _share(text):
    if text and not Path(text).is_dir():
        raise UsageError(f"SHARE={text}: not a directory")
    return str(Path(text).resolve()) if text else ""


def _machine(values):
    # On pc the firmware's table of interrupt routes is a loop of 128 rounds in ACPI byte code. The debug kernel needs over
    # 30 s for it, gives up, and each driver that binds tries again; on q35 the table is a constant.
    machine = values["MACHINE"] or ("q35" if values["IOMMU"] or values["KERNEL"] == "debug" else "pc")
    if values["IOMMU"] and machine != "q35":
        raise UsageError("IOMMU=intel needs MACHINE=q35")
    return machine


def _check_queues(queues, backend, nets):
    """virtio-net has as many queue pairs as its netdev; the 82574 spreads what it receives over two by itself."""
    if queues > 1 and backend == "virtio_net" and set(nets) != {"tap"}:
        raise UsageError(f"QUEUES={queues}: more than one queue pair of virtio_net needs NET=tap")
    most = {"virtio_net": 8, "e1000": 1, "e1000e": 2}[backend]
    if queues > most:
        raise UsageError(f"QUEUES={queues}: {backend} has at most {most}")


def _regex(text):
    try:
        re.compile(text)
    except re.error as error:
        raise UsageError(f"ALLOW={text}: not a regular expression ({error})") from None
    return text


def parse(arguments, environment):
    values = _given(arguments, environment)
    for name, choices in CHOICES.items():
        if values[name] not in choices:
            raise UsageError(f"{name}={values[name]}: one of {', '.join(c for c in choices if c)} is wanted")
    if not re.fullmatch(r"[\w.+-]*", values["NAME"]):
        raise UsageError(f"NAME={values['NAME']}: letters, digits and .+-_ only")
    nets = _nets(values["NET"])
    if "hub" in nets and (len(nets) > 1 or values["MGMT"] == "1"):
        raise UsageError("NET=hub: neither a second NIC nor MGMT=1 beside it, the generator has their place")
    queues = _number(values, "QUEUES", 1, 8, 1)
    _check_queues(queues, values["BACKEND"], nets)
    debug = values["KERNEL"] == "debug"
    return Settings(
        kernel=values["KERNEL"], backend=values["BACKEND"], driver=values["DRIVER"], insmod=values["INSMOD"],
        smp=int(values["SMP"]), mem=_number(values, "MEM", 128, 65536, 1024 if debug else 512), net=nets, queues=queues,
        nic_opts=values["NIC_OPTS"], machine=_machine(values), iommu=values["IOMMU"], mgmt=values["MGMT"] == "1",
        hostfwd=shlex.split(values["HOSTFWD"]), files=_files(values["FILES"]), get=_gets(values["GET"]),
        share=_share(values["SHARE"]), traffic=values["TRAFFIC"], run=values["RUN"],
        timeout=_number(values, "TIMEOUT", 1, 86400, 600 if debug else 120), accel=values["ACCEL"], threads=values["THREADS"],
        append=values["APPEND"], qemu_opts=shlex.split(values["QEMU_OPTS"]), allow=_regex(values["ALLOW"]),
        name=values["NAME"], modules=values["MODULES"], kdir=values["KDIR"], module=values["MODULE"])
