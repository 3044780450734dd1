# SPDX-License-Identifier: MIT
"""One QEMU process: its version, its command line, its start and its end."""

import ctypes
import re
import shutil
import signal
import socket
import subprocess

from . import network
from .channel import Channel
from .report import LabError

QEMU = "qemu-system-x86_64"
OLDEST = (7, 2)
# panic=-1 with -no-reboot ends QEMU at once; the log buffer holds everything that the agent looks through at the end.
COMMAND_LINE = ("console=ttyS0 panic=-1 panic_on_warn=1 oops=panic loglevel=7 printk.time=1 log_buf_len=4M "
                "8250.nr_uarts=4 no_timer_check random.trust_cpu=on rdinit=/init")
# On a loaded host an emulated CPU may stand still for many seconds, which looks like a stall of the guest's. The checks for
# that stay on, with more patience (the most that they take).
DEBUG_COMMAND_LINE = " rcupdate.rcu_cpu_stall_timeout=300 watchdog_thresh=60"


def check_version():
    if not shutil.which(QEMU):
        raise LabError(f"{QEMU} is not installed; 'make setup TIER=demo' installs it")
    text = subprocess.run([QEMU, "--version"], stdout=subprocess.PIPE, text=True, check=False).stdout
    found = re.search(r"version (\d+)\.(\d+)", text)
    if not found or tuple(map(int, found.groups())) < OLDEST:
        version = text.splitlines()[0] if text else "QEMU of unknown version"
        raise LabError(f"{version} is too old: 7.2 is the first with -netdev stream and dgram")


def _accelerator(settings, accel):
    if accel == "kvm":
        return ["-accel", "kvm"]
    # -icount counts the instructions of one thread.
    single = accel == "icount" or "-icount" in settings.qemu_opts or settings.threads == "single"
    arguments = ["-accel", f"tcg,thread={'single' if single else 'multi'}"]
    # One instruction is one nanosecond of virtual time, and idle time is skipped: the same run gives the same figures.
    return arguments + (["-icount", "shift=0,sleep=off"] if accel == "icount" else [])


def _arguments(settings, kernel, accel, console, channel_fd):
    machine = settings.machine + (",kernel-irqchip=split" if settings.iommu and accel == "kvm" else "")
    arguments = [QEMU, "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-machine", machine]
    arguments += _accelerator(settings, accel)
    arguments += ["-cpu", "max"]
    # With a single virtual CPU, TCG leaves out the guest's memory barriers and interrupts get lost; a second, offline, keeps them.
    arguments += ["-smp", "1,maxcpus=2" if settings.smp == 1 and accel != "icount" else str(settings.smp), "-m", str(settings.mem)]
    if settings.iommu:
        arguments += ["-device", "intel-iommu"]
    command_line = COMMAND_LINE + (DEBUG_COMMAND_LINE if kernel.label == "debug" else "") + (" intel_iommu=on iommu.strict=1" if settings.iommu else "")
    arguments += ["-kernel", str(kernel.image), "-initrd", "initramfs.cpio", "-append", f"{command_line} {settings.append}".strip()]
    arguments += ["-chardev", console, "-serial", "chardev:console"]
    arguments += ["-chardev", f"socket,id=agent,fd={channel_fd}", "-serial", "chardev:agent"]
    arguments += ["-qmp", "unix:qmp.sock,server=on,wait=off"]
    if settings.share:
        arguments += ["-fsdev", f"local,id=share,path={settings.share},security_model=none",
                      "-device", "virtio-9p-pci,fsdev=share,mount_tag=share,addr=0x19"]
    return arguments + network.qemu_arguments(settings) + settings.qemu_opts


def _die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: no VM outlives its lab, however the lab ends


class Machine:
    """Runs in the current directory, the run's folder; console.log and initramfs.cpio lie there."""

    def __init__(self, settings, kernel, accel):
        ours, theirs = socket.socketpair()
        self.channel = Channel(ours)
        interactive = not settings.run
        console = "stdio,id=console,mux=off,signal=off,logfile=console.log" if interactive else "file,id=console,path=console.log"
        with open("qemu.log", "wb") as log:
            self._process = subprocess.Popen(
                _arguments(settings, kernel, accel, console, theirs.fileno()), pass_fds=[theirs.fileno()],
                stdin=None if interactive else subprocess.DEVNULL, stdout=None if interactive else log, stderr=log,
                preexec_fn=_die_with_parent)
        theirs.close()

    def complaint(self):
        """Why QEMU refused to run, if it did."""
        with open("qemu.log", "rb") as log:
            lines = log.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""

    def alive(self):
        return self._process.poll() is None

    def stop(self):
        if self.alive():
            self._process.terminate()
            try:
                self._process.wait(3)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()
