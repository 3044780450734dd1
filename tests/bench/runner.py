# SPDX-License-Identifier: MIT
"""Runs arms in VMs: what make bench and make bench-wall share. The environment names the load, the programs are built, and each run of
an arm is a VM, in which tests/bench/guest sends and receives; its files come back to a folder."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from arms import ARMS, MORE, NAPPING, NICS, QUEUES, SPINNING, receiver

TOP = Path(__file__).resolve().parents[2]
OUT = TOP / "build/bench"
PLUGIN = OUT / "profile.so"
# Emulation distorts these: rep-string instructions cost a turn per word, page clearing uses them.
GUEST = "mitigations=off clearcpuid=112,297,580 init_on_alloc=0 clocksource=tsc tsc=reliable"
# What a receiver ends with where the NIC's driver or the kernel does not have its way.
NOT_HERE = 77
# What an arm leaves that naps, beside its source's results.
NAPS = ("nap_null.txt",)


@dataclass(frozen=True)
class Source:
    """Where packets come from."""
    says: str           # for a result's configuration
    script: str         # in the guest
    net: str            # what rx0 is plugged into
    results: tuple      # files that come back
    shares_cpu: bool    # with the receiver, which naps if it would not sleep by itself
    cpus: int           # of the VM


SOURCES = {
    "guest": Source("pktgen on e1000 through the hub", "guest", "hub",
                    ("warm_null.txt", "null.txt", "warm_sent.txt", "sent.txt", "received.json", "counters.txt", "mmio.txt", "setup.txt",
                     "statistics.txt", "symbols.gz"), True, 1),
    "host": Source("a host program, as fast as QEMU reads", "stream_guest", "stream", ("received.json", "setup.txt", "statistics.txt"), False, 2),
}
# More than a ring's frames and the NIC's descriptors: afterwards nothing is touched for the first time.
WARM = 8192
MOST_BYTES = 1518
BOOT_SECONDS = 1800


class NotHere(Exception):
    """The arm cannot run on this NIC; says why."""


class Failed(Exception):
    """The run does not show what it is to show."""


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def whole(name, text, low, high):
    """@text, which came by the variable @name."""
    if not text.isdecimal() or not low <= int(text) <= high:
        sys.exit(f"bench: {name}={text}: a whole number from {low} to {high} is wanted")
    return int(text)


def number(name, default, low, high):
    return whole(name, os.environ.get(name) or str(default), low, high)


def chosen(name, known):
    """Words of the variable @name, all of them @known; all that is known unless it says."""
    words = (os.environ.get(name) or " ".join(known)).split()
    for word in words:
        if word not in known:
            sys.exit(f"bench: {name}: {word}: one of {' '.join(known)} is wanted")
    return words


def chosen_arms(default):
    """ARMS, in the order of the table above."""
    arms = (os.environ.get("ARMS") or default).split()
    unknown = [arm for arm in arms if arm not in ARMS]
    if unknown:
        sys.exit(f"bench: ARMS: {', '.join(unknown)}: one of {' '.join(ARMS)} is wanted")
    return arms


def size():
    """Bytes of a packet with FCS, or "imix"."""
    return "imix" if os.environ.get("SIZE") == "imix" else number("SIZE", 64, 64, MOST_BYTES)


def up_to_multiple(count, burst):
    """pktgen sends whole bursts."""
    return -(-count // burst) * burst


def chosen_load(count):
    backend = os.environ.get("BACKEND") or "virtio_net"
    if backend not in NICS:
        sys.exit(f"bench: BACKEND={backend}: one of {' '.join(NICS)} is wanted")
    burst = number("BURST", 250, 1, 512)
    return {"backend": backend, "kernel": os.environ.get("KERNEL") or "6.12",
            "count": up_to_multiple(number("COUNT", count, 1024, 10_000_000), burst),
            "warm": up_to_multiple(WARM, burst), "packet_bytes": size(), "burst": burst,
            "ring": number("RING", NICS[backend][1], 64, 4096)}


def build(arms):
    """Installs and builds what the arms need."""
    programs = {receiver(arm) for arm in arms} | ({"bench-nap"} if set(NAPPING).intersection(arms) else set())
    build_programs("bench" if set(MORE).intersection(arms) else "demo", ["rxmap-gen", "rxmapctl", *sorted(programs)])


def build_programs(tier, programs):
    """Installs the tier and builds the programs."""
    for command in (["tools/setup/setup", tier], ["tools/user-build", "--target", *programs]):
        if subprocess.run([TOP / command[0], *command[1:]], stdout=subprocess.DEVNULL, check=False).returncode:
            sys.exit(f"bench: {command[0]} failed")
    OUT.mkdir(parents=True, exist_ok=True)


def build_plugin():
    """Counts by function need a QEMU that was built with plugins, as Debian's is. False: there is no such column."""
    options = subprocess.run(["qemu-system-x86_64", "-help"], stdout=subprocess.PIPE, text=True, check=True).stdout
    if "\n-plugin" not in options:
        say("this QEMU has no plugins: no counts by function")
        return False
    subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-fvisibility=hidden", "-Wall", "-Wextra", "-Werror", "-o", PLUGIN,
                    TOP / "tests/bench/profile.c"], check=True)
    return True


def plugin_option(folder):
    """QEMU's. What an earlier run left in the folder goes."""
    for file in folder.glob("profile*"):
        file.unlink()
    return f"-plugin {PLUGIN},out={folder}/profile"


def nap(load):
    """Microseconds of a nap."""
    return NICS[load["backend"]][3]


def without_make():
    """The environment, less what make was told: the lab would take it for its own."""
    return {name: value for name, value in os.environ.items() if name not in ("MAKELEVEL", "MAKEFLAGS", "MFLAGS")}


def lab(command):
    """Runs a VM to its end."""
    return subprocess.run(command, env=without_make(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", check=False)


def command_in_guest(arm, load, source, repeat, lone):
    """Of RUN: the source's script, its environment and its arguments."""
    usual_ring = NICS[load["backend"]][1]
    way, queues = ARMS[arm].receiver, ARMS[arm].queues
    if queues > 1:
        way += f" --queues {queues}"
    if receiver(arm) == "bench-dpdk":
        way += f" --descriptors {load['ring']}"
    frame = load["packet_bytes"] if load["packet_bytes"] == "imix" else load["packet_bytes"] - 4
    variables = {"TUNE": ARMS[arm].tune, "REPEAT": repeat, "RING": load["ring"] if load["ring"] != usual_ring else ""}
    if source.shares_cpu:
        naps = arm in NAPPING
        words = [load["warm"], load["count"], lone, frame, load["burst"], way + (f" --nap {nap(load)}" if naps else "")]
        variables["NAP"] = nap(load) if naps else ""
    else:
        spins = arm in SPINNING
        words = [f"{TOP}/tests/bench/stream_sender.py", load["warm"], load["count"], frame, 
                 way + (" --nap 0" if spins else "") + (" --backpressure" if ARMS[arm].driver == "rxmap" and arm != "rxmap_stack" else "")]
        variables["PREFIX"] = "taskset 2" if spins else "taskset 2 chrt -f 1"
    return " ".join([*(f"{name}='{value}'" for name, value in variables.items()), "bash", source.script, *map(str, words)])


def run_vm(arm, load, folder, vm):
    """Boots the arm's VM; its results land in the folder. vm: accel, repeat, lone packets; it may have a source other than the guest,
    options of QEMU, properties of the NIC instead of the bench's, and names of more results."""
    backend, queues, source = load["backend"], ARMS[arm].queues, SOURCES[vm.get("source", "guest")]
    naps = arm in NAPPING and source.shares_cpu
    if queues > QUEUES[backend]:
        raise NotHere(f"{queues} queues are wanted, the NIC has {QUEUES[backend]}")
    folder.mkdir(parents=True, exist_ok=True)
    gets = " ".join(f"{name}:{folder}/{name}" for name in (*source.results, *(NAPS if naps else ()), *vm.get("results", ())))
    programs = " ".join(f"{TOP}/build/user/bin/{name}" for name in (receiver(arm), "rxmap-gen", "rxmapctl", *(["bench-nap"] if naps else [])))
    command = [str(TOP / "tools/lab/vm"), f"KERNEL={load['kernel']}", f"BACKEND={backend}", f"ACCEL={vm['accel']}", f"DRIVER={ARMS[arm].driver}",
               f"NET={source.net}", f"SMP={source.cpus}", f"QUEUES={queues}", f"NIC_OPTS={vm.get('properties', NICS[backend][0])}", f"APPEND={GUEST}",
               f"INSMOD={ARMS[arm].parameters}", f"NAME=bench-{arm}", f"TIMEOUT={BOOT_SECONDS}",
               f"FILES={programs} {TOP}/tests/bench/receiver.sh {TOP}/tests/bench/{source.script}", f"GET={gets}", f"QEMU_OPTS={vm.get('qemu', '')}",
               f"RUN={command_in_guest(arm, load, source, vm['repeat'], vm['lone'])}"]
    done = lab(command)
    if done.returncode == NOT_HERE:
        raise NotHere(re.search(r"^bench: not here: (.*)", done.stdout, re.MULTILINE).group(1).strip())
    if done.returncode:
        say(f"{arm}: the VM said:\n{done.stdout}{done.stderr}")
        raise Failed(f"the VM ended with status {done.returncode}")


def said(folder):
    """What the receiver printed."""
    return json.loads((folder / "received.json").read_text())


def received(folder):
    """The same, of one that got its packets in their order."""
    told = said(folder)
    if told["received"] == 0 or told["wrong"]:
        raise Failed(f"received {told}")
    return told


def sent(folder, name, count):
    """Microseconds that pktgen took for each of its runs."""
    runs = [tuple(map(int, line.split())) for line in (folder / name).read_text().splitlines()]
    if not runs or any(packets != count for _, packets in runs):
        raise Failed(f"{name}: asked for {count} packets, sent {[packets for _, packets in runs]}")
    return [usecs for usecs, _ in runs]


def configuration(arm, load, said, source="guest"):
    return {
        "driver": ARMS[arm].driver, "module_parameters": ARMS[arm].parameters, "tunables": ARMS[arm].tune, "receiver": said["settings"],
        "packets": load["count"], "burst": load["burst"] if SOURCES[source].shares_cpu else None, "generator": SOURCES[source].says,
        "nic": f"{NICS[load['backend']][2]}, a ring of {load['ring']}", "cpus": SOURCES[source].cpus, "guest": GUEST,
    }


def settings(config):
    """For a table: driver and all that was set."""
    return ", ".join(filter(None, [config["driver"], config["module_parameters"], config["tunables"], config["receiver"]]))


def file_stem(load):
    return f"{load['backend']}-{load['kernel'].replace('/', '_')}-{load['packet_bytes']}"
