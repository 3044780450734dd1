# SPDX-License-Identifier: MIT
"""The test NICs: QEMU's arguments for what they are plugged into, their addresses in the guest, and the tap outside."""

import subprocess
from dataclasses import dataclass

from .report import LabError

DEVICES = {"virtio_net": "virtio-net-pci", "e1000": "e1000", "e1000e": "e1000e"}
STOCK_MODULES = {"virtio_net": "virtio_pci virtio_net", "e1000": "e1000", "e1000e": "e1000e"}
MGMT_ADDRESS = "10.0.99.15/24"
GENERATOR_ADDRESS = "10.9.0.1/24"


@dataclass
class Nic:
    index: int
    kind: str       # one of settings.NET_KINDS

    @property
    def name(self):
        return f"rx{self.index}"

    @property
    def has_slirp(self):
        return self.kind.startswith("user")

    @property
    def address(self):
        return f"10.0.{2 + self.index}.15/24" if self.has_slirp else f"10.9.{self.index}.2/24"

    @property
    def peer(self):
        return f"10.0.{2 + self.index}.2" if self.has_slirp else f"10.9.{self.index}.1"

    @property
    def socket(self):
        return f"net{self.index}.sock" if self.kind in ("stream", "dgram", "user+stream") else ""

    @property
    def tap(self):
        return f"tap{self.index}" if self.kind == "tap" else ""


def nics(settings):
    return [Nic(index, kind) for index, kind in enumerate(settings.net)]


def _slirp(nic, identifier, hostfwd, restricted):
    options = f"user,id={identifier},net=10.0.{2 + nic.index}.0/24" + (",restrict=on" if restricted else "")
    return options + "".join(f",hostfwd={forward}" for forward in hostfwd)


def _stream(nic, identifier):
    return f"stream,id={identifier},server=on,addr.type=unix,addr.path={nic.socket}"


def _netdev_queues(settings):
    """Only virtio-net shows the queues of its netdev to the guest; the Intel NICs take what comes from one."""
    return settings.queues if settings.backend == "virtio_net" else 1


def _netdevs(nic, settings):
    """-netdev arguments; the one that the NIC uses is called net<index>."""
    name = f"net{nic.index}"
    hostfwd = settings.hostfwd if nic.index == 0 else []
    if nic.kind == "user":
        return [_slirp(nic, name, hostfwd, False)]
    if nic.kind == "tap":
        return [f"tap,id={name},ifname={nic.tap},script=no,downscript=no,vhost=off,queues={_netdev_queues(settings)}"]
    if nic.kind == "stream":
        return [_stream(nic, name)]
    if nic.kind == "dgram":
        return [f"dgram,id={name},local.type=unix,local.path={nic.socket},remote.type=unix,remote.path=net{nic.index}.peer"]
    if nic.kind == "hub":
        return [f"hubport,id={name},hubid={nic.index}", f"hubport,id=gen0net,hubid={nic.index}"]
    # user+stream: slirp sees the generator's frames too and would relay them to the real world: restricted.
    return [f"hubport,id={name},hubid={nic.index}",
            _slirp(nic, f"{name}user", hostfwd, True), f"hubport,id={name}hub1,hubid={nic.index},netdev={name}user",
            _stream(nic, f"{name}stream"), f"hubport,id={name}hub2,hubid={nic.index},netdev={name}stream"]


def device(nic, settings):
    """The NIC's -device argument; lab-plug puts the NIC back with it."""
    bus = f"bus=port{nic.index},addr=0" if settings.machine == "q35" else f"addr=0x{0x10 + nic.index:x}"
    text = f"{DEVICES[settings.backend]},id=nic{nic.index},netdev=net{nic.index},mac=52:54:00:12:34:{0x56 + nic.index:x},{bus}"
    # No boot ROM: its files are in a package that is only recommended, and waiting for it costs seconds.
    text += ",romfile="
    if _netdev_queues(settings) > 1:
        text += f",mq=on,vectors={2 * settings.queues + 2}"
    if settings.iommu and settings.backend == "virtio_net":
        text += ",iommu_platform=on,ats=off"
    return text + (f",{settings.nic_opts}" if settings.nic_opts else "")


def qemu_arguments(settings):
    arguments = []
    for nic in nics(settings):
        for netdev in _netdevs(nic, settings):
            arguments += ["-netdev", netdev]
        if settings.machine == "q35":
            arguments += ["-device", f"pcie-root-port,id=port{nic.index},chassis={nic.index + 1},addr=0x{0x10 + nic.index:x}"]
        arguments += ["-device", device(nic, settings)]
        if nic.kind == "hub":      # in a slot whose interrupt line is not that of rx0
            arguments += ["-device", "e1000,id=gen0,netdev=gen0net,mac=52:54:00:12:34:98,addr=0x19,romfile="]
    if settings.mgmt:
        arguments += ["-netdev", "user,id=mgmt,net=10.0.99.0/24",
                      "-device", "e1000,id=mgmt0,netdev=mgmt,mac=52:54:00:12:34:99,addr=0x18,romfile="]
    return arguments


def prepare_namespace(settings):
    """Inside the run's own network namespace: loopback, and the taps with an IP stack behind them."""
    commands = ["ip link set lo up"]
    for nic in nics(settings):
        if nic.tap:
            queues = " multi_queue" if _netdev_queues(settings) > 1 else ""
            commands += [f"ip tuntap add dev {nic.tap} mode tap vnet_hdr{queues}", f"ip address add {nic.peer}/24 dev {nic.tap}",
                         f"ip link set {nic.tap} up"]
    for command in commands:
        done = subprocess.run(command.split(), stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            raise LabError(f"NET=tap: '{command}' failed: {done.stderr.strip()} (an ordinary user needs /dev/net/tun with mode 0666, Debian's default)")
