#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""userlib/examples/receive.py on a model ring: receive_test.py EXAMPLE LIBRARY MODEL"""

import ctypes
import importlib.util
import os
import subprocess
import sys
import threading

PACKETS = 500


def load_example(path):
    sys.dont_write_bytecode = True
    spec = importlib.util.spec_from_file_location("example", path)
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    return example


def load_model(path):
    model = ctypes.CDLL(path)
    model.model_new.restype = model.model_attach.restype = ctypes.c_void_p
    model.model_attach.argtypes = model.model_delete.argtypes = [ctypes.c_void_p]
    model.model_receive.restype = ctypes.c_size_t
    model.model_receive.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
    return model


def packet(number):
    return number.to_bytes(4, "little") * 20


def receives_each_packet_once(example, library, model):
    nic = model.model_new()
    ring = model.model_attach(nic)
    got = []

    def send():
        for number in range(PACKETS):
            while model.model_receive(nic, packet(number), 80) == 0:
                pass        # the consumer holds its quota

    def consume(data):
        got.append(data)
        if len(got) == PACKETS:
            library.rxmap_ring_stop(ring)

    sender = threading.Thread(target=send)
    sender.start()
    example.receive(library, ring, consume)
    sender.join()
    library.rxmap_ring_detach(ring)
    assert got == [packet(number) for number in range(PACKETS)], f"{len(got)} packets"
    assert model.model_delete(nic) == 0, "the model's sums do not hold"


def says_why_it_cannot_attach(path, library_path):
    failed = subprocess.run([path, "no-such-if0"], env={**os.environ, "RXMAP_LIBRARY": library_path}, stderr=subprocess.PIPE, text=True,
                            check=False)
    assert failed.returncode == 1 and failed.stderr.startswith("receive.py: there is no "), failed.stderr


def main():
    path, library_path, model_path = sys.argv[1:]
    example = load_example(path)
    library = example.load(library_path)
    receives_each_packet_once(example, library, load_model(model_path))
    says_why_it_cannot_attach(path, library_path)


main()
