"""Measure the networks of the case studies, and write the page of the book that compares them.

`python benchmarks/comparing.py` measures, which takes some minutes, and writes record, page and pictures;
`python benchmarks/comparing.py page` writes page and pictures anew from the record.
"""

import json
import sys
from datetime import date
from math import floor, log10
from pathlib import Path

import matplotlib.pyplot as plt
import memory
import numpy as np
from catalogue import NETWORKS, PHOTOGRAPH, Zeros
from processes import machine, peak_memory, run

from cnn_course import summary
from cnn_course.draw.style import INPUT, KERNEL, STYLE, WIDTH, to_svg

BOOK = Path(__file__).parents[1] / "book"
NAME = "comparing-networks"
RECORD, PAGE = BOOK / f"{NAME}.json", BOOK / f"{NAME}.md"
TEMPLATE = Path(__file__).with_suffix(".md")
LARGE = [name for name, (_, shape) in NETWORKS.items() if shape[1] >= PHOTOGRAPH[1]]
GROUPS = {"digits and CIFAR-10": [name for name in NETWORKS if name not in LARGE], "ImageNet": LARGE}
SHARED = ("LeNet-5", "AlexNet", "VGG-16", "GoogLeNet", "ResNet-50")  # in the picture of the shares

WINNERS = ("AlexNet of 2012", "GoogLeNet of 2015")

# The network, its error in per cent, of what, and the paper.
PUBLISHED = (
    ("LeNet-5 of 1998", "0.95", "MNIST, test", "lecun1998"),
    ("LeNet-5 of 1998", "0.8", "MNIST, test, trained on distorted digits too", "lecun1998"),
    ("AlexNet of 2012", "37.5", "ILSVRC-2010, test, first class", "krizhevsky2012"),
    ("AlexNet of 2012", "17.0", "ILSVRC-2010, test, first five classes", "krizhevsky2012"),
    ("AlexNet of 2012, several", "15.3", "ILSVRC-2012, test, first five classes", "krizhevsky2012"),
    ("VGG-16", "7.5", "ILSVRC-2012, validation, first five classes", "simonyan2015"),
    ("GoogLeNet of 2015, several", "6.67", "ILSVRC-2014, test, first five classes", "szegedy2015"),
    ("plain-18", "27.94", "ILSVRC-2012, validation, ten crops, first class", "he2016"),
    ("plain-34", "28.54", "ILSVRC-2012, validation, ten crops, first class", "he2016"),
    ("ResNet-18", "27.88", "ILSVRC-2012, validation, ten crops, first class", "he2016"),
    ("ResNet-34", "25.03", "ILSVRC-2012, validation, ten crops, first class", "he2016"),
    ("ResNets, several", "3.57", "ILSVRC-2015, test, first five classes", "he2016"),
)


def counted(name):
    """What `summary` counts in a network: in all, and in its fully connected layers."""
    make, shape = NETWORKS[name]
    table = summary(make(rng=Zeros()), shape)
    linear = [row for row in table.rows if row.layer == "Linear"]
    return {
        "parameters": table.parameters,
        "work": table.multiply_accumulates,
        "activations": table.activation_bytes,
        "linear parameters": sum(row.parameters for row in linear),
        "linear work": sum(row.multiply_accumulates for row in linear),
    }


def measured(name):
    """Milliseconds and MiB of a forward pass, ours and PyTorch's in the faster of its two layouts, to three digits."""
    ((row,), times) = run("suites.py", "network", name), {}
    for contender, seconds in row["seconds"].items():
        library = contender.partition(",")[0]
        times[library] = min(times.get(library, np.inf), 1e3 * seconds)
    found = {"time": {library: times[library] for library in ("ours", "PyTorch") if library in times}}
    found["memory"] = {library: peak_memory(name, library)[0] for library in found["time"] if memory.contenders()}
    return {key: {library: float(f"{n:.3g}") for library, n in numbers.items()} for key, numbers in found.items()}


def page(counts, record):
    """The text of the page."""
    networks = record["networks"]
    counted_rows, measured_rows = [], []
    for group, names in GROUPS.items():
        counted_rows.append([f"*{group}*", "", "", ""])
        measured_rows.append([f"*{group}*", "", "", "", ""])
        for name in names:
            c, m = counts[name], networks[name]
            numbers = c["work"] / 1e6, c["activations"] / 2**20
            counted_rows.append([name, f"{c['parameters'] / 1e6:.2f}", *map(shown, numbers)])
            held, taken = ([m[key].get(library) for library in ("ours", "PyTorch")] for key in ("memory", "time"))
            # what is freed in small pieces stays with the process, and the next pass takes it again
            cells = ["" if n is None else shown(n) if n >= 1 else "< 1" for n in held]
            measured_rows.append([name, *cells, *("" if n is None else shown(n) for n in taken)])
    published = [[name, error, what, f"{{cite:t}}`{key}`"] for name, error, what, key in PUBLISHED]
    texts = {
        "counts": table(["", "parameters, millions", "MACs, millions", "activations, MiB"], counted_rows),
        "measures": table(["", "NumPy, MiB", "PyTorch, MiB", "NumPy, ms", "PyTorch, ms"], measured_rows),
        "published": table(["", "error, %", "of what", "paper"], published, "|---|---:|---|---|"),
        "date": record["date"],
        "machine": record["machine"],
    }
    return TEMPLATE.read_text(encoding="utf-8").format(**texts, **numbers_of(counts, networks))


def numbers_of(counts, networks):
    """What the paragraphs mention, by the names of the networks."""
    vgg, resnet = counts["VGG-16"], counts["ResNet-152"]
    of_vgg = {key: 100 * counts["ResNet-50"][key] / vgg[key] for key in vgg}
    time = {name: found["time"]["ours"] for name, found in networks.items()}
    error = {name: float(error) for name, error, what, _ in PUBLISHED if "five" not in what}
    winner, successor = (next(float(e) for name, e, *_ in PUBLISHED if name == f"{n}, several") for n in WINNERS)
    return {
        "networks": len(counts),
        "error": error,
        "winner": winner,
        "successor": successor,
        "factor": counts[WINNERS[0]]["parameters"] / counts[WINNERS[1]]["parameters"],
        "share": {name: 100 * c["linear parameters"] / c["parameters"] for name, c in counts.items()},
        "work_share": {name: 100 * c["linear work"] / c["work"] for name, c in counts.items()},
        "times": {name: vgg["parameters"] / c["parameters"] for name, c in counts.items()},
        "times_work": {name: vgg["work"] / c["work"] for name, c in counts.items()},
        "percent": 100 * resnet["parameters"] / vgg["parameters"],
        "work_percent": 100 * resnet["work"] / vgg["work"],
        "moved": 100 * (counts["ResNet-50"]["work"] / counts["ResNet-50 v1"]["work"] - 1),
        "of_vgg": of_vgg,
        "weights": {name: 4 * c["linear parameters"] / 1e6 for name, c in counts.items()},
        "longer": {name: time["VGG-16"] / t for name, t in time.items()},
        "speed": {name: counts[name]["work"] / 1e6 / t for name, t in time.items()},  # billions a second
        "peak": {
            name: 100 * found["memory"]["ours"] * 2**20 / counts[name]["activations"]
            for name, found in networks.items()
            if found["memory"]
        },
    }


def shown(number):
    """With three digits, and at most two of them after the point."""
    digits = 2 - floor(log10(number)) if number > 0 else 2
    return f"{number:,.{min(max(digits, 0), 2)}f}"


def table(head, rows, ruler=None):
    """A table in Markdown, of numbers but for the first column."""
    lines = [" | ".join(row) for row in (head, *rows)]
    lines = [f"| {line} |" for line in lines]
    return "\n".join([lines[0], ruler or "|---|" + "---:|" * (len(head) - 1), *lines[1:]])


def draw_shares(counts):
    """How much of the parameters, and of the work, is in fully connected layers."""
    figure, ax = plt.subplots(figsize=(WIDTH, 3.2))
    numbers = numbers_of(counts, {"VGG-16": {"time": {"ours": 1}, "memory": {}}})
    places = np.arange(len(SHARED))[::-1]
    for key, label, colour, shift in (("share", "parameters", KERNEL, 0.2), ("work_share", "MACs", INPUT, -0.2)):
        widths = [numbers[key][name] for name in SHARED]
        bars = ax.barh(places + shift, widths, 0.38, color=colour, label=label)
        ax.bar_label(bars, [f"{width:.0f} %" if width >= 1 else "< 1 %" for width in widths], padding=3)
    ax.set(yticks=places, yticklabels=SHARED, xlim=(0, 112), xlabel="share of the fully connected layers, %")
    ax.legend(loc="lower right")
    return figure


def draw_work(counts, networks):
    """Time against work, on logarithmic axes; a line of equal speed through VGG-16."""
    figure, ax = plt.subplots(figsize=(WIDTH, 3.8))
    for names, colour, marker, label in (
        (GROUPS["digits and CIFAR-10"], KERNEL, "o", "digits and CIFAR-10"),
        (LARGE, INPUT, "s", "ImageNet"),
    ):
        work = [counts[name]["work"] / 1e6 for name in names]
        ax.plot(work, [networks[name]["time"]["ours"] for name in names], marker, color=colour, label=label)
    speed = counts["VGG-16"]["work"] / networks["VGG-16"]["time"]["ours"]
    ends = np.array([3e-1, 3e4])
    ax.plot(ends, ends * 1e6 / speed, "--", color=STYLE["text.color"], linewidth=1, zorder=0, label="as fast as VGG-16")
    places = {"LeNet-5": (8, -4), "VGG-16": (8, -8)}
    for name, place in (places | dict.fromkeys(("ResNet-20 for CIFAR", "AlexNet", "GoogLeNet"), (-8, 3))).items():
        point = counts[name]["work"] / 1e6, networks[name]["time"]["ours"]
        side = "right" if place[0] < 0 else "left"
        ax.annotate(name, point, place, textcoords="offset points", ha=side)
    ax.set(xscale="log", yscale="log", xlim=(2e-1, 3e5), xlabel="MACs, millions", ylabel="time, ms")
    ax.legend(loc="lower right")
    return figure


def write(record):
    """Write the page and its pictures."""
    counts = {name: counted(name) for name in NETWORKS}
    PAGE.write_text(page(counts, record), encoding="utf-8")
    with plt.rc_context({"backend": "agg", **STYLE}):
        figures = {"shares": draw_shares(counts), "work": draw_work(counts, record["networks"])}
        for name, figure in figures.items():
            (BOOK / f"{NAME}-{name}.svg").write_text(to_svg(figure), encoding="utf-8")


def measure():
    """Measure all networks, and write the record."""
    networks = {}
    for name in NETWORKS:
        print(name, file=sys.stderr, flush=True)
        networks[name] = measured(name)
    record = {"date": str(date.today()), "machine": machine(), "networks": networks}
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["page"]:
        measure()
    write(json.loads(RECORD.read_text(encoding="utf-8")))
