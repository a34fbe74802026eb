"""Python processes that measure, each with its number of threads, and what machine their numbers belong to."""

import importlib.metadata
import importlib.util
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
LIBRARIES = ("numpy", "scipy", "torch", "onnxruntime")
BOUND = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "MKL_DEBUG_CPU_TYPE", "MKL_ENABLE_INSTRUCTIONS")
# Else the C library keeps what is freed for the next call, and the next call seems to need nothing.
RETURN_AT_ONCE = {"MALLOC_TRIM_THRESHOLD_": "0", "MALLOC_TOP_PAD_": "0", "MALLOC_MMAP_THRESHOLD_": "65536"}


def run(program, *arguments, threads=1, **variables):
    """What a program of this folder prints, a value of JSON a line, in a process with this many threads.

    Variables that bind a library to the kernels of another processor are taken out of its environment: they would slow
    down one contender and not the others.
    """
    environment = {name: value for name, value in os.environ.items() if name not in BOUND}
    environment |= {name: str(threads) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    command = [sys.executable, str(FOLDER / program), *arguments]
    printed = subprocess.run(command, env=environment | variables, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [json.loads(line) for line in printed.splitlines()]


def peak_memory(network, contender):
    """MiB that a forward pass of a network takes, and that its process holds."""
    (peaks,) = run("memory.py", network, contender, **RETURN_AT_ONCE)
    return peaks


def machine():
    """What the numbers belong to."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    processor = names[0] if names else platform.processor() or platform.machine()
    versions = ", ".join(f"{library} {_version(library)}" for library in LIBRARIES)
    return f"{processor}, {os.cpu_count()} processors{_kernels()}; Python {platform.python_version()}; {versions}"


def _version(library):
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _kernels():
    """For which processors NumPy's matrix products are written that are used here."""
    if not importlib.util.find_spec("threadpoolctl"):
        return ""
    import numpy  # noqa: F401  which loads them
    from threadpoolctl import threadpool_info

    return "".join(f", OpenBLAS kernels {pool['architecture']}" for pool in threadpool_info() if "architecture" in pool)
