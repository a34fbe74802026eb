"""Peak memory of one forward pass, beyond what the process held before it: Linux only, where it can be read."""

import sys
from pathlib import Path

import namespaces
import networks
import numpy as np
from rivals import torch

from cnn_course import freeze

NETWORKS = ("vgg16", "resnet50")
# Else the C library keeps what is freed for the next call, and the next call seems to need nothing.
RETURN_AT_ONCE = {"MALLOC_TRIM_THRESHOLD_": "0", "MALLOC_TOP_PAD_": "0", "MALLOC_MMAP_THRESHOLD_": "65536"}
STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def contenders():
    """Names of those that can be measured here."""
    if not CLEAR.exists():
        return []
    return ["ours"] + (["PyTorch"] if torch else [])


def resident(field):
    """VmRSS, the memory held now, or VmHWM, the most since the mark was reset; in MiB."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) / 1024


def peak(name, contender):
    """MiB that a forward pass of a network takes, its weights and the transformed ones not counted."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((1, 3, 224, 224), dtype=np.float32)
    if contender == "ours":
        network = freeze(getattr(networks, name)(namespaces.ours(rng)))
    else:
        module, x = getattr(networks, name)(namespaces.pytorch()).eval(), torch.from_numpy(x)

        def network(x):
            with torch.inference_mode():
                return module(x)

    network(x)  # what is set up once: transformed weights, buffers of the libraries
    before = resident("VmRSS")
    CLEAR.write_text("5")  # resets VmHWM
    network(x)
    return resident("VmHWM") - before


if __name__ == "__main__":
    print(peak(*sys.argv[1:]))
