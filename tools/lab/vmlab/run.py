# SPDX-License-Identifier: MIT
"""One run from arguments to exit status: prepare, boot, serve the guest, judge what the kernel said."""

import fcntl
import os
import signal
import sys
import termios
import time
from pathlib import Path

from . import channel as wire
from . import initramfs, kernels, machine, modules, network, splat
from .hostside import HostSide
from .report import EXIT_LAB, EXIT_SPLAT, EXIT_TIMEOUT, LabError, say
from .settings import TOP

KVM_PATIENCE_SECONDS = 10
VMS = TOP / "build/vm"


def take_folder(settings, kernel):
    """The run's folder, locked for as long as this process lives. A parallel run gets a number behind the name."""
    for number in range(100):
        name = settings.name or f"{kernel.label}-{settings.backend}"
        folder = VMS / (name if number == 0 else f"{name}.{number}")
        folder.mkdir(parents=True, exist_ok=True)
        lock = open(folder / "lock", "w", encoding="ascii")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if settings.name:
                raise LabError(f"NAME={settings.name}: another run has this name now") from None
            continue
        for old in folder.iterdir():
            if old.name != "lock" and not old.is_dir():
                old.unlink()
        return folder, lock
    raise LabError(f"a hundred runs at once in {VMS}")


def guest_config(settings, kernel, module):
    nics = network.nics(settings)
    values = {
        "KERNEL_NAME": kernel.label, "BACKEND": settings.backend, "DRIVER": settings.driver, "INSMOD": settings.insmod,
        "NICS": " ".join(nic.name for nic in nics), "MGMT": int(settings.mgmt), "SHARE": int(bool(settings.share)),
        "STOCK_MODULES": network.STOCK_MODULES[settings.backend], "ADDRESS_mgmt0": network.MGMT_ADDRESS,
        "GENERATOR": int("hub" in settings.net), "ADDRESS_gen0": network.GENERATOR_ADDRESS,
        "RXMAP_DEPENDS": " ".join(modules.depends(module.read_bytes())) if module else "",
        "AGENT_ARGUMENTS": " ".join(([] if settings.run else ["--interactive"]) + [guest for guest, _ in settings.get]),
        "LAB_NET": ",".join(settings.net), "SMP": settings.smp, "QUEUES": settings.queues,
    }
    for nic in nics:
        values[f"ADDRESS_{nic.name}"] = nic.address
        values[f"DEVICE_{nic.name}"] = network.device(nic, settings)
        values[f"{nic.name.upper()}_IP"] = nic.address.split("/")[0]
        values[f"{nic.name.upper()}_PEER"] = nic.peer
    return values


class Session:
    """Serves one booted machine until it is done, dead or late."""

    def __init__(self, settings, vm, folder, deadline):
        self._settings = settings
        self._vm = vm
        self._deadline = deadline
        self._host = HostSide(settings, vm.channel, network.nics(settings)[0], folder)
        self._files = {}
        self._folder = folder
        self.status = None          # RUN's exit status
        self.started = False
        self.done = False
        self.timed_out = False
        self.kernel_errors = []
        self.file_errors = []

    def serve(self):
        try:
            while not self.done:
                if self._deadline and time.monotonic() > self._deadline:
                    self.timed_out = True
                    Path("registers.txt").write_text(self._host.registers())
                    return
                frames = self._vm.channel.read(0.2)
                if frames is None:
                    return
                for frame in frames:
                    self._handle(*frame)
        finally:
            self._host.close()

    def _handle(self, kind, channel, payload):
        if kind == wire.STARTED:
            self.started = True
        elif kind == wire.STDOUT:
            _write(sys.stdout.buffer, payload)
        elif kind == wire.STDERR:
            _write(sys.stderr.buffer, payload)
        elif kind == wire.REQUEST:
            self._host.handle(channel, payload)
        elif kind == wire.EXIT:
            self.status = int(payload)
        elif kind == wire.FILE:
            self._file(channel).write(payload)
        elif kind == wire.FILE_END:
            self._file_end(channel, payload.decode())
        elif kind == wire.KERNEL_ERROR:
            self.kernel_errors.append(payload.decode(errors="replace"))
        elif kind == wire.DONE:
            self.done = True

    def _target(self, index):
        guest, host = self._settings.get[index]
        return host or self._folder / Path(guest).name

    def _file(self, index):
        if index not in self._files:
            self._files[index] = open(self._target(index), "wb")
        return self._files[index]

    def _file_end(self, index, problem):
        if problem:
            self.file_errors.append(f"GET: {self._settings.get[index][0]}: {problem}")
            return
        self._file(index).close()
        say(f"got {self._target(index)}")


def _write(stream, data):
    stream.write(data)
    stream.flush()


def choose_accel(settings):
    """auto: KVM where its device can be opened and an earlier run did not find it useless."""
    if settings.accel != "auto":
        return settings.accel
    remembered = VMS / "accel"
    if remembered.exists() and remembered.read_text().strip() == "tcg":
        return "tcg"
    return "kvm" if os.access("/dev/kvm", os.R_OK | os.W_OK) else "tcg"


def console_log():
    """QEMU creates the file a moment after it started."""
    log = Path("console.log")
    return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""


def kvm_reaches_init(vm):
    end = time.monotonic() + KVM_PATIENCE_SECONDS
    while time.monotonic() < end and vm.alive():
        if "rxmap-lab: init" in console_log():
            return True
        time.sleep(0.1)
    return False


def boot(settings, kernel):
    accel = choose_accel(settings)
    vm = machine.Machine(settings, kernel, accel)
    if accel == "kvm" and settings.accel == "auto" and not kvm_reaches_init(vm):
        vm.stop()
        say(f"KVM did not reach init in {KVM_PATIENCE_SECONDS} s: emulating (TCG) from now on; delete {VMS / 'accel'} to try again")
        (VMS / "accel").write_text("tcg\n")
        vm = machine.Machine(settings, kernel, "tcg")
    return vm


def died_in_boot(session):
    """The kernel panicked before init, where nothing of ours has run yet."""
    console = console_log()
    return not session.started and not session.timed_out and "Kernel panic" in console and "rxmap-lab: init" not in console


def boot_and_serve(settings, kernel, deadline):
    """Once more, should the kernel die in its boot: QEMU 7.2's TCG meets a breakpoint now and then (Oops: int3, with SMP=2) where one
    virtual CPU patches code that the other one runs."""
    for left in (1, 0):
        vm = boot(settings, kernel)
        try:
            session = Session(settings, vm, Path.cwd(), deadline)
            session.serve()
        finally:
            vm.stop()
        if not left or not died_in_boot(session):
            return session, vm.complaint() if not session.started else ""
        os.replace("console.log", "console-first.log")
        say(f"the kernel died before init; once more. Console log: {Path.cwd() / 'console-first.log'}")


def judge(settings, session, vm_complaint):
    """The exit status, and on failure why."""
    console = console_log()
    complaints = splat.find(console, session.kernel_errors, settings.allow)
    where = f"; console log: {Path.cwd() / 'console.log'}"
    killed = ""
    if session.timed_out:
        killed = f"killed after TIMEOUT={settings.timeout} s"
        where += f"; the CPUs' registers: {Path.cwd() / 'registers.txt'}"
    if complaints and session.started:
        say(f"the kernel complained{killed and ', and was ' + killed}{where}")
        for line in complaints[:8]:
            say(f"  {line.strip()}")
        return EXIT_SPLAT
    if session.timed_out:
        say(f"{killed}{where}")
        return EXIT_TIMEOUT
    if session.status is None or not session.done:
        lines = complaints or console.strip().splitlines()[-3:]
        say(f"the VM ended before {'the command did' if session.started else 'the command could start'}: "
            f"{vm_complaint or ' / '.join(line.strip() for line in lines)}{where}")
        return EXIT_LAB
    for error in session.file_errors:
        say(error)
    if session.status == 0 and session.file_errors:
        return EXIT_LAB
    if session.status != 0:
        say(f"the command exited with status {session.status}{where}")
    return session.status


def run(settings):
    machine.check_version()
    kernel = kernels.find(settings)
    module = kernels.module_for(kernel, settings)
    folder, lock = take_folder(settings, kernel)
    with lock:
        os.chdir(folder)
        if any(nic.tap for nic in network.nics(settings)):
            network.prepare_namespace(settings)
        started = time.monotonic()
        initramfs.build(settings, kernel, module, guest_config(settings, kernel, module), folder / "initramfs.cpio")
        terminal = termios.tcgetattr(0) if not settings.run and os.isatty(0) else None
        try:
            session, complaint = boot_and_serve(settings, kernel, started + settings.timeout if settings.run else None)
        finally:
            if terminal:
                termios.tcsetattr(0, termios.TCSANOW, terminal)
            Path("initramfs.cpio").unlink()
        return judge(settings, session, complaint)


def exit_on_signals():
    """SIGTERM (a caller's timeout) unwinds like an exception, so that QEMU is stopped and the terminal restored."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
