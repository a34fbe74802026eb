"""Peak memory of one forward pass, in a process of its own: Linux only, where it can be read.

    python benchmarks/memory.py resnet50 PyTorch

It prints two numbers, in MiB: what the pass takes beyond what the process held before it, which are imports, weights
and transformed weights; and the most that the process holds in all while it predicts.
"""

import importlib.util
import sys
from pathlib import Path

import numpy as np

from cnn_course import freeze, nets

NETWORKS = ("alexnet", "vgg16", "resnet18", "resnet50", "googlenet")
# Else the C library keeps what is freed for the next call, and the next call seems to need nothing.
RETURN_AT_ONCE = {"MALLOC_TRIM_THRESHOLD_": "0", "MALLOC_TOP_PAD_": "0", "MALLOC_MMAP_THRESHOLD_": "65536"}
STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def contenders():
    """Names of those that can be measured here."""
    if not CLEAR.exists():
        return []
    return ["ours"] + (["PyTorch"] if importlib.util.find_spec("torch") else [])


def resident(field):
    """VmRSS, the memory held now, or VmHWM, the most since the mark was reset; in MiB."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) / 1024


def program(name, contender):
    """A forward pass of a network; the network that it was made from is no longer held."""
    rng = np.random.default_rng(0)
    frozen, x = freeze(getattr(nets, name)(rng=rng)), rng.standard_normal((1, 3, 224, 224), np.float32)
    if contender == "ours":
        return lambda: frozen(x)
    rivals, twins = (importlib.import_module(name) for name in ("rivals", "twins"))  # which ours does without
    return rivals.torch_forward(twins.twin(frozen).eval(), x)


def peaks(name, contender):
    """MiB that a forward pass of a network takes, and that its process holds."""
    run = program(name, contender)
    run()  # what is set up once: transformed weights, buffers of the libraries
    before = resident("VmRSS")
    CLEAR.write_text("5")  # resets VmHWM
    run()
    most = resident("VmHWM")
    return most - before, most


if __name__ == "__main__":
    print(*peaks(*sys.argv[1:]))
