# SPDX-License-Identifier: MIT
"""What the guest may ask of the host: lab-host, lab-qmp, lab-traffic. Each request runs in a thread of its own and answers on
its channel with output and an exit status. Everything started here dies with the run."""

import json
import os
import shlex
import signal
import socket
import subprocess
import threading

from . import channel as wire
from .settings import TOP


# rxmap-gen's options that say where the frames go; without one they go to the first test NIC.
WAYS = {"--stream", "--dgram", "--udp", "--dev"}
# A QEMU that has not answered by then hangs itself.
QMP_SECONDS = 60


class Traffic:
    """One rxmap-gen at a time, connected to the first test NIC's socket."""

    def __init__(self, settings, environment):
        self._arguments = shlex.split(settings.traffic)
        self._environment = environment
        self._process = None

    def _endpoint(self):
        kind, path, peer = (self._environment[name] for name in ("LAB_NET", "LAB_SOCKET", "LAB_PEER"))
        if kind == "dgram":
            return ["--dgram", f"{peer},{path}"]
        return ["--stream", f"unix:{path}"] if path else []

    def start(self, arguments):
        if self._process:
            return 2, b"", b"lab-traffic: rxmap-gen runs already; 'lab-traffic wait' first\n"
        program = os.environ.get("RXMAP_GEN") or TOP / "build/user/bin/rxmap-gen"
        arguments = arguments or self._arguments
        endpoint = [] if WAYS.intersection(arguments) else self._endpoint()
        command = [program, *endpoint, *arguments]
        try:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                             env=self._environment)
        except OSError as error:
            return 120, b"", f"lab-traffic: {program}: {error.strerror} ('make user' builds it)\n".encode()
        return 0, b"", b""

    def wait(self, interrupt=False):
        if not self._process:
            return 2, b"", b"lab-traffic: nothing was started\n"
        if interrupt:
            self._process.send_signal(signal.SIGINT)
        out, err = self._process.communicate()
        status, self._process = self._process.returncode, None
        return (status if status >= 0 else 128 - status), out, err


class Qmp:
    """QEMU's machine protocol: one command, its answer; events that come between are skipped."""

    def __init__(self, path):
        self._path = path
        self._lock = threading.Lock()
        self._file = None

    def _connect(self):
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(QMP_SECONDS)
        sock.connect(self._path)
        self._file = sock.makefile("rw", encoding="utf-8")
        self._file.readline()
        self._exchange('{"execute":"qmp_capabilities"}')

    def _exchange(self, command):
        self._file.write(command + "\n")
        self._file.flush()
        while True:
            answer = json.loads(self._file.readline())
            if "return" in answer or "error" in answer:
                return answer

    def command(self, text):
        try:
            json.loads(text)
        except ValueError as error:
            return 2, b"", f"lab-qmp: not JSON: {error}\n".encode()
        with self._lock:
            if not self._file:
                self._connect()
            answer = self._exchange(" ".join(text.split("\n")))
        return (1 if "error" in answer else 0), json.dumps(answer).encode() + b"\n", b""


class HostSide:
    def __init__(self, settings, channel, nic, folder):
        self._channel = channel
        self._environment = dict(os.environ, LAB_NET="stream" if nic.kind == "user+stream" else nic.kind, LAB_SOCKET=nic.socket,
                                 LAB_PEER=f"net{nic.index}.peer" if nic.kind == "dgram" else "", LAB_DIR=str(folder))
        self._environment.pop("MAKEFLAGS", None)
        self._traffic = Traffic(settings, self._environment)
        self._qmp = Qmp("qmp.sock")
        self._groups = []

    def registers(self):
        """Where the virtual CPUs are, or why QEMU does not say: of a machine that stands still."""
        try:
            _, answer, _ = self._qmp.command('{"execute": "human-monitor-command", "arguments": {"command-line": "info registers -a"}}')
            return json.loads(answer)["return"].replace("\r", "")
        except (OSError, ValueError, KeyError) as error:
            return f"QEMU does not answer: {error!r}\n"

    def handle(self, channel, payload):
        name, *arguments = payload.decode(errors="replace").split("\0")
        threading.Thread(target=self._answer, args=(channel, name, arguments), daemon=True).start()

    def _answer(self, channel, name, arguments):
        try:
            status, out, err = self._serve(name, arguments)
        except (OSError, ValueError) as error:
            status, out, err = 120, b"", f"{name}: {error}\n".encode()
        if out:
            self._channel.send(wire.STDOUT, channel, out)
        if err:
            self._channel.send(wire.STDERR, channel, err)
        self._channel.send(wire.EXIT, channel, str(status).encode())

    def _serve(self, name, arguments):
        if name == "lab-host" and arguments:
            return self._shell(" ".join(arguments))
        if name == "lab-qmp" and len(arguments) == 1:
            return self._qmp.command(arguments[0])
        if name == "lab-traffic" and arguments:
            if arguments[0] == "start":
                return self._traffic.start(arguments[1:])
            if arguments[0] in ("wait", "stop"):
                return self._traffic.wait(interrupt=arguments[0] == "stop")
        return 2, b"", f"{name}: wrong arguments; Documentation/vm-lab.md has them\n".encode()

    def _shell(self, command):
        """Output goes through files, not pipes: a daemon that the command leaves behind would hold a pipe open."""
        with open(f"host-{threading.get_ident()}.out", "w+b") as out, open(f"host-{threading.get_ident()}.err", "w+b") as err:
            process = subprocess.Popen(["/bin/sh", "-c", command], stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                       env=self._environment, start_new_session=True)
            self._groups.append(process.pid)
            status = process.wait()
            os.unlink(out.name)
            os.unlink(err.name)
            out.seek(0)
            err.seek(0)
            return (status if status >= 0 else 128 - status), out.read(), err.read()

    def close(self):
        """Kills what is left. With a namespace of the run's own, even what made itself a daemon dies with it."""
        self._traffic.wait(interrupt=True)
        for group in self._groups:
            try:
                os.killpg(group, signal.SIGKILL)
            except OSError:
                pass
