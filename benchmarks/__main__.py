"""Run all suites and write the page of the book that shows them.

    python benchmarks [suite ...]

Each suite runs in a process of its own for each number of threads.
"""

import sys
from datetime import date
from pathlib import Path

import memory
import numpy as np
from catalogue import FIVE
from processes import machine, peak_memory, run

PAGE = Path(__file__).parents[1] / "book" / "how-fast-is-it.md"
SUITES = ("conv_forward", "conv_backward", "in_courses", "pooling", "networks", "lenet_step", "filters", "definition")
LONG = ("networks", "lenet_step")  # what takes long enough to be timed by the clock on a machine that does other things


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
    contenders = memory.contenders()
    if not contenders:
        return
    yield "## Peak memory of a forward pass, in MiB\n"
    yield "| | " + " | ".join([*contenders, *(f"{contender}, whole process" for contender in contenders)]) + " |"
    yield "|---|" + 2 * len(contenders) * "---:|"
    for network in FIVE:
        peaks = [peak_memory(network, contender) for contender in contenders]
        cells = [f"{value:.0f}" for values in zip(*peaks, strict=True) for value in values]
        yield f"| {network} | " + " | ".join(cells) + " |"


def geometric_mean(ratios):
    """Mean of ratios: twice as fast and twice as slow make 1."""
    return float(np.exp(np.mean(np.log(ratios))))


def main(suites):
    """Measure with one thread and with two, and write the page."""
    parts = []
    for threads in (1, 2):
        rows = []
        for suite in suites if threads == 1 else [suite for suite in suites if suite in LONG]:
            print(f"{suite}, {threads} threads", file=sys.stderr, flush=True)
            rows += run("suites.py", suite, threads=threads)
        parts.append(f"## {'One thread' if threads == 1 else 'Two threads'}\n")
        parts += tables(rows)
    parts += memory_table()
    template = Path(__file__).with_name("page.md").read_text(encoding="utf-8")
    text = template.format(machine=machine(), date=date.today(), tables="\n".join(parts))
    PAGE.write_text(text.rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:] or SUITES)
