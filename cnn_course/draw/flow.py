"""The rows of a network's table as a flow: what comes after what, what runs side by side, and where it is joined."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Row(Protocol):
    """A layer in the table of a network, such as `summary` makes it."""

    name: str
    layer: str
    output_shape: tuple[int, ...] | None
    parameters: int


class Step(NamedTuple):
    """A layer, or the join of branches that have run side by side."""

    row: Row
    branches: tuple[list["Step"], ...] = ()  # for a residual the body and the shortcut, in this order


def flow(rows: Sequence[Row], hide: Sequence[str] = ()) -> list[Step]:
    """Return the steps of rows in the order of computation, without those whose layers are of the classes in `hide`.

    The row of a `Concat` or a `Residual` comes after those of all that is in it, and their names begin with its own. In
    a `ResidualBlock`, which names them anew, they begin with the name of the block.
    """
    steps = []
    for row in (row for row in rows if row.output_shape is not None):
        own, branches = f"{row.name}." if row.name else "", ()
        if row.layer == "Concat":
            parts = _taken_from(steps, own)
            names = dict.fromkeys(name for name, _ in parts)
            branches = tuple([step for part, step in parts if part == name] for name in names)
        elif row.layer == "Residual":
            renamed = not (steps and steps[-1].row.name.startswith(own))  # as in a `ResidualBlock`
            parts = _taken_from(steps, row.name.removesuffix("residual") if renamed else own)
            short = "downsample" if renamed else "shortcut"
            branches = tuple([step for part, step in parts if (part == short) == last] for last in (False, True))
        steps.append(Step(row, branches))
    return _without(steps, hide)


def _taken_from(steps, prefix):
    """Take the last steps whose names begin so, and return each with the next part of its name."""
    first = len(steps)
    while first and steps[first - 1].row.name.startswith(prefix):
        first -= 1
    taken = steps[first:]
    del steps[first:]
    return [(step.row.name.removeprefix(prefix).split(".")[0], step) for step in taken]


def _without(steps, hide):
    """The identity is a line: a branch may be left without any step."""
    return [
        Step(row, tuple(_without(branch, hide) for branch in branches))
        for row, branches in steps
        if row.layer not in (*hide, "Identity")
    ]
