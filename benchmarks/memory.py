"""Peak memory of one forward pass, in a process of its own: Linux only, where it can be read.

    python benchmarks/memory.py ResNet-50 PyTorch

It prints two numbers, in MiB: what the pass takes beyond what the process held before it, which are imports, weights
and transformed weights; and the most that the process holds in all while it predicts.
"""

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
from catalogue import NETWORKS

from cnn_course import freeze

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
    (make, shape), rng = NETWORKS[name], np.random.default_rng(0)
    frozen, x = freeze(make(rng=rng)), rng.standard_normal((1, *shape), np.float32)
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
    print(json.dumps(peaks(*sys.argv[1:])))
