"""Run all suites and write the page of the book that shows them.

    python benchmarks [suite ...]

Each suite runs in a process of its own for each number of threads. Variables that bind a library to the kernels of
another processor are taken out of its environment: they would slow down one contender and not the others.
"""

import importlib
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

import numpy as np

PAGE = Path(__file__).parents[1] / "book" / "how-fast-is-it.md"
SUITES = ("conv_forward", "conv_backward", "in_courses", "pooling", "networks", "lenet_step", "filters", "definition")
LONG = ("networks", "lenet_step")  # what takes long enough to be timed by the clock on a machine that does other things
LIBRARIES = ("numpy", "scipy", "torch", "onnxruntime")
BOUND = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "MKL_DEBUG_CPU_TYPE", "MKL_ENABLE_INSTRUCTIONS")


def measured(suite, threads):
    """The rows of one suite, from a process that has this many threads."""
    return [json.loads(line) for line in run([__file__, "--rows", suite], threads).splitlines()]


def run(arguments, threads, **variables):
    """What a Python process with this many threads, and more variables in its environment, prints."""
    environment = {name: value for name, value in os.environ.items() if name not in BOUND}
    environment |= {name: str(threads) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    environment |= variables
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def print_rows(suite):
    """What the child does: one line of JSON a row."""
    for row in getattr(importlib.import_module("suites"), suite)():
        print(json.dumps(asdict(row)), flush=True)


def tables(rows):
    """Markdown tables, one for each title among the rows, with the geometric means of the ratios."""
    for title in dict.fromkeys(row["suite"] for row in rows):
        own = [row for row in rows if row["suite"] == title]
        rivals = list(dict.fromkeys(rival for row in own for rival in row["ratios"]))
        yield f"### {title[0].upper()}{title[1:]}\n"
        yield "| | ours, ms | " + " | ".join(f"/ {rival}" for rival in rivals) + " |"
        yield "|---|---:|" + "---:|" * len(rivals)
        for row in own:
            ratios = (f"{row['ratios'][rival]:.2f}" if rival in row["ratios"] else "" for rival in rivals)
            yield f"| {row['name']} | {1e3 * row['seconds']['ours']:.2f} | " + " | ".join(ratios) + " |"
        means = (geometric_mean([row["ratios"][r] for row in own if r in row["ratios"]]) for r in rivals)
        yield "| *geometric mean* | | " + " | ".join(f"*{mean:.2f}*" for mean in means) + " |\n"


def memory_table():
    """Markdown table of the peak memory of networks, where it can be measured."""
    memory = importlib.import_module("memory")
    contenders = memory.contenders()
    if not contenders:
        return
    yield "## Peak memory of a forward pass, in MiB\n"
    yield "| | " + " | ".join([*contenders, *(f"{contender}, whole process" for contender in contenders)]) + " |"
    yield "|---|" + 2 * len(contenders) * "---:|"
    for network in memory.NETWORKS:
        peaks = [peak_memory(network, contender) for contender in contenders]
        cells = [f"{value:.0f}" for values in zip(*peaks, strict=True) for value in values]
        yield f"| {network} | " + " | ".join(cells) + " |"


def peak_memory(network, contender):
    """What a forward pass takes, and what its process holds, in MiB; measured in a process of its own."""
    memory = importlib.import_module("memory")
    return [float(number) for number in run([memory.__file__, network, contender], 1, **memory.RETURN_AT_ONCE).split()]


def geometric_mean(ratios):
    """Mean of ratios: twice as fast and twice as slow make 1."""
    return float(np.exp(np.mean(np.log(ratios))))


def machine():
    """What the numbers belong to."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    versions = []
    for library in LIBRARIES:
        try:
            versions.append(f"{library} {importlib.metadata.version(library)}")
        except importlib.metadata.PackageNotFoundError:
            versions.append(f"{library} not installed")
    processor = names[0] if names else platform.processor() or platform.machine()
    return f"{processor}, {os.cpu_count()} processors; Python {platform.python_version()}; {', '.join(versions)}"


def main(suites):
    """Measure with one thread and with two, and write the page."""
    parts = []
    for threads in (1, 2):
        rows = []
        for suite in suites if threads == 1 else [suite for suite in suites if suite in LONG]:
            print(f"{suite}, {threads} threads", file=sys.stderr, flush=True)
            rows += measured(suite, threads)
        parts.append(f"## {'One thread' if threads == 1 else 'Two threads'}\n")
        parts += tables(rows)
    parts += memory_table()
    template = Path(__file__).with_name("page.md").read_text(encoding="utf-8")
    text = template.format(machine=machine(), date=date.today(), tables="\n".join(parts))
    PAGE.write_text(text.rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--rows"]:
        print_rows(sys.argv[2])
    else:
        main(sys.argv[1:] or SUITES)
