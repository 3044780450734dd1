# SPDX-License-Identifier: MIT
"""Kernel modules for the guest: finds them in a module tree, follows their dependencies, writes busybox's modules.dep."""

import lzma
import re
from pathlib import Path

# What lab VMs may load: transports, the stock drivers to compare with, the shared directory, and the parts of the stack
# that the tests use on top of our interface. Names that a kernel has built in are skipped.
WANTED = (
    "virtio_pci virtio_pci_modern_dev virtio_net e1000 e1000e 9pnet_virtio 9p "
    "8021q sch_ingress cls_bpf act_mirred sch_netem veth dummy macvlan bridge netconsole pktgen uio_pci_generic netdevsim"
).split()


def _content(path):
    data = path.read_bytes()
    return lzma.decompress(data) if path.suffix == ".xz" else data


def depends(data):
    """The module's own list of what it needs: the depends= entry of its .modinfo section."""
    found = re.search(rb"\0depends=([^\0]*)\0", b"\0" + data)
    return [name.decode() for name in found.group(1).split(b",") if name] if found else []


def _key(name):
    return name.replace("-", "_")


class Tree:
    def __init__(self, folder):
        self._paths = {}
        self._loaded = {}
        for path in Path(folder, "kernel").rglob("*.ko*") if folder else ():
            self._paths[_key(path.name.split(".")[0])] = path
        self._folder = folder

    def closure(self, names):
        """Module names with everything they need, each after what it needs."""
        order = []
        for name in names:
            self._visit(_key(name), order)
        return order

    def _visit(self, name, order):
        if name in order or name not in self._paths:
            return
        for needed in depends(self._read(name)):
            self._visit(_key(needed), order)
        order.append(name)

    def _read(self, name):
        if name not in self._loaded:
            self._loaded[name] = _content(self._paths[name])
        return self._loaded[name]

    def add_to(self, archive, release, names):
        """Puts the closure of names into an initramfs, uncompressed, with its modules.dep."""
        lines = []
        for name in self.closure(names):
            path = f"kernel/{name}.ko"
            archive.file(f"/lib/modules/{release}/{path}", self._read(name))
            needs = [f"kernel/{other}.ko" for other in reversed(self.closure([name])[:-1])]
            lines.append(f"{path}: {' '.join(needs)}\n")
        archive.file(f"/lib/modules/{release}/modules.dep", "".join(lines).encode())
