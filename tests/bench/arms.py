# SPDX-License-Identifier: MIT
"""The arms of make bench and make bench-wall: ways to receive, each with the settings that gave it its best figure, and the NICs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Arm:
    """A way to receive."""
    driver: str             # who owns the NIC: stock or rxmap
    receiver: str           # program and options
    parameters: str = ""    # rxmap.ko's
    tune: str = ""          # what rxmapctl sets
    queues: int = 1         # of the NIC, all of them the receiver's, and so many flows in turn


RING = "bench-recv ring"
AWAKE = "bench-recv awake --wait"
ARMS = {
    "poll_recv": Arm("stock", "bench-recv poll_recv"),
    "epoll_recv": Arm("stock", "bench-recv epoll_recv"),
    "recvmmsg": Arm("stock", "bench-recv recvmmsg"),
    "recvmmsg_busy_poll": Arm("stock", "bench-recv busy_poll"),
    "io_uring": Arm("stock", "bench-uring"),
    "libpcap": Arm("stock", "bench-recv pcap"),
    "libpcap_immediate": Arm("stock", "bench-recv pcap_immediate"),
    "tpacket_v3": Arm("stock", "bench-recv packet"),
    "afxdp_generic": Arm("stock", "bench-xdp generic"),
    "afxdp_copy": Arm("stock", "bench-xdp copy"),
    "afxdp_zerocopy": Arm("stock", "bench-xdp zerocopy"),
    "xdp_drop": Arm("stock", "bench-xdp drop"),
    "dpdk": Arm("stock", "bench-dpdk"),
    "dpdk_interrupt": Arm("stock", "bench-dpdk --interrupts"),
    "rxmap_stack": Arm("rxmap", "bench-recv recvmmsg", "budget=256"),
    "rxmap_poll": Arm("rxmap", RING, "budget=256"),
    "rxmap_poll_batch64": Arm("rxmap", f"{RING} --batch 64", "budget=256"),
    "rxmap_poll_batch64_touch": Arm("rxmap", f"{RING} --batch 64 --touch", "budget=256"),
    "rxmap_epoll": Arm("rxmap", f"{RING} --wait epoll", "budget=256"),
    "rxmap_epoll_edge": Arm("rxmap", f"{RING} --wait epoll-edge", "budget=256"),
    "rxmap_epoll_oneshot": Arm("rxmap", f"{RING} --wait epoll-oneshot", "budget=256"),
    "rxmap_epoll_exclusive": Arm("rxmap", f"{RING} --wait epoll-exclusive", "budget=256"),
    "rxmap_uring": Arm("rxmap", f"{RING} --wait uring", "budget=256"),
    "rxmap_busy_poll": Arm("rxmap", f"{AWAKE} busy-poll", "budget=256", "moderation consumer awake-usecs 1000 behind-usecs 1000"),
    "rxmap_spin": Arm("rxmap", f"{AWAKE} spin", "budget=256"),
    "rxmap_adaptive": Arm("rxmap", f"{AWAKE} adaptive", "budget=256"),
    "rxmap_dispatcher": Arm("rxmap", "bench-recv dispatcher", "budget=256"),
    "rxmap_dispatcher_2": Arm("rxmap", "bench-recv dispatcher", "budget=256", queues=2),
    "rxmap_poll_fixed": Arm("rxmap", RING, "budget=256", "moderation fixed usecs 50 frames 0"),
    "rxmap_poll_dim": Arm("rxmap", RING, "budget=256", "moderation dim"),
    "rxmap_poll_itr": Arm("rxmap", RING, "budget=256", "moderation itr"),
    "rxmap_poll_polling": Arm("rxmap", RING, "budget=256", "moderation poll poll-usecs 50"),
    "rxmap_poll_consumer": Arm("rxmap", RING, "budget=256", "moderation consumer"),
    "rxmap_poll_budget64": Arm("rxmap", RING, "budget=64"),
    "rxmap_poll_budget64_gather": Arm("rxmap", f"{RING} --wake-packets 256 --wake-usecs 50", "budget=64"),
}
# Their receivers nap, or the generator would have no CPU.
NAPPING = ("rxmap_busy_poll", "rxmap_spin", "rxmap_adaptive")
# These never sleep by themselves.
SPINNING = (*NAPPING, "recvmmsg_busy_poll", "dpdk")
# These need more than tier demo installs.
MORE = ("dpdk", "dpdk_interrupt", "io_uring", "rxmap_uring", "afxdp_generic", "afxdp_copy", "afxdp_zerocopy", "xdp_drop")
# QEMU's NIC as the bench sets it up: its properties, its ring unless RING says another, and what the table says of it. The Intel ones
# have the ring that their drivers choose. The last number: microseconds of a nap.
NICS = {
    "virtio_net": ("rx_queue_size=1024", 1024, "virtio-net-pci, rx_queue_size=1024, without offloads (QEMU's hub and stream have none)", 250),
    "e1000": ("", 256, "e1000 (82540EM)", 100),
    "e1000e": ("", 256, "e1000e (82574L), MSI-X", 100),
}
# How many queues it spreads packets over, behind a hub: virtio-net has as many as its netdev.
QUEUES = {"virtio_net": 1, "e1000": 1, "e1000e": 2}


def receiver(arm):
    """The program."""
    return ARMS[arm].receiver.split()[0]
