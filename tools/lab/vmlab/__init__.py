# SPDX-License-Identifier: MIT
"""The VM lab: boots a kernel with rxmap.ko in QEMU and runs one command in it. Documentation/vm-lab.md is its manual."""
