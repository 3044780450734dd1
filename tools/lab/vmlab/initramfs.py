# SPDX-License-Identifier: MIT
"""The guest's root file system: a base archive per kernel (tools, agent, modules), built once for each content, and a small
archive for each run (rxmap.ko, FILES, the configuration). A new rxmap.ko never rebuilds the base."""

import fcntl
import hashlib
import os
import shlex
import shutil
import subprocess
from pathlib import Path

from . import elf, modules
from .cpio import Archive
from .report import LabError, say
from .settings import TOP

GUEST = TOP / "tools/lab/guest"
TOOLS = ("bash", "ip", "tc", "ss", "ethtool", "tcpdump", "ping", "iperf3", "taskset", "chrt", "setpriv")
AGENT_SOURCES = ("agent.c", "client.c", "wire.c")
AGENT_HEADERS = ("client.h", "wire.h")
SCRIPTS = ("lab-bind", "lab-nic-up", "lab-pci", "lab-plug", "lab-leaks")
CLIENTS = ("lab-host", "lab-qmp", "lab-traffic")
SEARCH = "/usr/sbin:/usr/bin:/sbin:/bin"


def _tool(name):
    path = shutil.which(name, path=SEARCH)
    if not path:
        raise LabError(f"'{name}' is not installed; 'make setup TIER=demo' installs what the guest needs")
    return Path(path).resolve()


def _digest(kernel, tools):
    """Changes whenever the base archive would: with a tool, a script, the kernel, or the list of modules."""
    hashed = hashlib.sha256(f"{kernel.release} {kernel.modules} {modules.WANTED} {CLIENTS}".encode())
    for path in [*tools, kernel.image]:
        status = path.stat()
        hashed.update(f"{path} {status.st_size} {status.st_mtime_ns}".encode())
    for path in [*sorted(GUEST.iterdir()), Path(__file__), Path(modules.__file__)]:
        hashed.update(path.read_bytes())
    return hashed.hexdigest()[:16]


def _add_program(archive, source, path):
    archive.file(path, elf.without_debug(source), os.access(source, os.X_OK))


def _add_programs(archive, programs):
    """programs: pairs of host path and guest path. Libraries go where the loader looks for them: to their host path."""
    needed = set()
    for source, path in programs:
        if elf.is_elf(source):
            _add_program(archive, source, path)
            needed.update(elf.libraries(source))
        else:
            archive.copy(source, path)
    for library in sorted(needed):
        archive.copy(library, library)


def _add_skeleton(archive, agent):
    for folder in ("/proc", "/sys", "/dev", "/run", "/tmp", "/root", "/etc", "/var/lib", "/bin", "/sbin", "/lib64", "/lab"):
        archive.folder(folder)
    archive.character_device("/dev/console", 5, 1)
    archive.copy(GUEST / "init", "/init")
    archive.copy(agent, "/lab/lab-agent")
    for client in CLIENTS:
        archive.link(f"/lab/{client}", "lab-agent")
    for script in SCRIPTS:
        archive.copy(GUEST / script, f"/lab/{script}")
    archive.file("/etc/passwd", b"root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/:/bin/false\ntcpdump:x:100:100::/:/bin/false\n")
    archive.file("/etc/group", b"root:x:0:\nnogroup:x:65534:\ntcpdump:x:100:\n")
    archive.file("/etc/hosts", b"127.0.0.1 localhost\n")


def _add_busybox(archive, busybox, taken):
    archive.copy(busybox, "/bin/busybox")
    applets = subprocess.run([busybox, "--list"], stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    for applet in applets:
        if applet not in taken and applet != "busybox":
            archive.link(f"/bin/{applet}", "busybox")


def _build_agent(folder):
    agent = folder / "lab-agent"
    command = ["gcc", "-O2", "-static", "-Wall", "-Wextra", "-o", agent, *(GUEST / name for name in AGENT_SOURCES)]
    if subprocess.call(command) != 0:
        raise LabError("the guest's agent does not compile; is gcc with libc6-dev installed?")
    return agent


def _build_base(kernel, tools, busybox, target):
    say(f"building the base initramfs of kernel {kernel.release} (once)")
    scratch = target.with_suffix(".tmp")
    agent = _build_agent(target.parent)
    with open(scratch, "wb") as file:
        archive = Archive(file)
        _add_skeleton(archive, agent)
        _add_busybox(archive, busybox, {tool.name for tool in tools} | {"sh"})
        archive.link("/bin/sh", "busybox")
        _add_programs(archive, [(tool, f"/usr/bin/{name}") for name, tool in zip(TOOLS, tools)])
        modules.Tree(kernel.modules).add_to(archive, kernel.release, modules.WANTED)
        archive.close()
    scratch.rename(target)


def base(kernel):
    tools = [_tool(name) for name in TOOLS]
    busybox = _tool("busybox")
    folder = TOP / "build/vm/.base"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{kernel.label}-{_digest(kernel, [*tools, busybox])}.cpio"
    with open(folder / "lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            _build_base(kernel, tools, busybox, target)
            for old in folder.glob(f"{kernel.label}-*.cpio"):
                if old != target:
                    old.unlink()
    return target


def _add_files(archive, files):
    programs = []
    for file in files:
        if file.is_dir():
            programs += [(path, f"/root/{file.name}/{path.relative_to(file)}") for path in sorted(file.rglob("*")) if path.is_file()]
        else:
            programs.append((file, f"/root/{file.name}"))
    _add_programs(archive, programs)


def build(settings, kernel, module, config, target):
    """The complete initramfs of one run in file `target`."""
    with open(target, "wb") as file:
        with open(base(kernel), "rb") as source:
            shutil.copyfileobj(source, file, 1 << 20)
        archive = Archive(file)
        if module:
            _add_program(archive, module, "/root/rxmap.ko")
        _add_files(archive, settings.files)
        archive.file("/lab/config", shell_assignments(config))
        archive.file("/lab/run", _run_script(settings), executable=True)
        archive.close()
    return os.path.getsize(target)


def shell_assignments(values):
    return "".join(f"export {name}={shlex.quote(str(value))}\n" for name, value in values.items()).encode()


def _run_script(settings):
    command = settings.run or "echo 'rxmap lab: exit ends the VM. The test NIC is rx0; lab-bind, lab-host, lab-qmp, lab-traffic.'\nexec bash -i"
    # On q35 the firmware chooses the bus numbers, so the NICs' addresses are looked up in the guest.
    addresses = "for nic in $NICS; do export ${nic^^}_PCI=$(lab-pci $nic); done"
    return f"#!/usr/bin/bash\n. /lab/config\n{addresses}\n{command}\n".encode()
