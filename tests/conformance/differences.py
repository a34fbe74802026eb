"""The rows of the page on differences from PyTorch, each known by its first cell, and what checks them."""

import inspect
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "book/differences-from-pytorch.md").read_text(encoding="utf-8")
FUNCTIONS = ["Calls and arrays", "Convolution and pooling", "Normalisation", "Activations and losses"]
NETWORKS = ["Layers", "State dicts and files", "Optimisers and training"]


def sections():
    """The cells of the table below each heading, row by row."""
    for section in PAGE.split("\n## ")[1:]:
        heading, *lines = section.splitlines()
        yield heading, [line.strip("|").split("|") for line in lines if line.startswith("| ") and line[2] != "|"]


def labels(headings):
    """The first cells of these sections, in the order of the page."""
    return [cells[0].strip() for heading, rows in sections() if heading in headings for cells in rows]


class Checks(dict):
    """Functions that check a row, by its label."""

    def row(self, label):
        """Say which row a check is of."""

        def add(check):
            assert label not in self
            self[label] = check
            return check

        return add


def names(function):
    """The names of a function's parameters."""
    return set(inspect.signature(function).parameters)
