"""A network as boxes from top to bottom, with its branches side by side and what joins them."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from cnn_course.draw.flow import Row, flow
from cnn_course.draw.style import INK, KERNEL, OUTPUT, PAPER

GAP = 0.8  # between two boxes, where a box is 1 high and with its margins 1 wide
MARGIN = 0.05  # on each side of a box
SIDE = 0.1  # on each side of a line without boxes
HEAD = 0.6  # beside the bar of a module, for an auxiliary head


class Network(Protocol):
    """A tree of layers, such as a `Layer` is."""

    def named_layers(self) -> Iterator[tuple[str, object]]:
        """Yield all layers by name."""


def architecture(
    rows: Sequence[Row], network: Network, *, ax: Axes, hide: Sequence[str] = (), compact: bool = False
) -> Axes:
    r"""Draw a network, or a part of one, as boxes from top to bottom.

    The branches of a `Concat` stand side by side above a bar; a `Residual` has its body on the main line, its shortcut
    on the right, and a plus where they meet. Boxes of what is learned are in the colour `KERNEL`, joins in `OUTPUT`.
    On the left stands the size of the maps, where it changes. At the modules that the heads of an `AuxiliaryHeads` read
    stands a box "head".

    Parameters
    ----------
    rows : sequence of rows
        From `summary(network, shape).rows`: all of them, or those of a part.
    network : Layer
        The network that the rows are of; a box takes its window and its stride from it.
    ax : matplotlib.axes.Axes
        About 1.1 inches wide for each box side by side, and for each box of the longest way 0.8 inches high, or 0.3
        with `compact`. Axes that share their y axis draw two networks to one scale.
    hide : sequence of str, optional
        Classes of layers to leave out, such as "BatchNorm2d" and "ReLU". `Identity` is always drawn as a line.
    compact : bool, default False
        Whether a box has one line of text, as for a whole network: "3×3, 128, /2" has 128 channels and stride 2.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If no row is left to draw, or a row has a name that no layer of the network has.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import numpy as np
    >>> from cnn_course.nn import Conv2d, Residual, summary
    >>> network = Residual(Conv2d(4, 4, 3, padding=1, rng=np.random.default_rng(0)))
    >>> ax = architecture(summary(network, (4, 8, 8)).rows, network, ax=plt.figure().add_subplot())
    >>> [text.get_text() for text in ax.texts]
    ['Conv2d\n3×3, 4', '8×8']
    """
    layers = dict(network.named_layers())
    unknown = [row.name for row in rows if row.name not in layers]
    if unknown:
        raise ValueError(f"architecture: rows must be of layers of network, which has no {', '.join(unknown)}")
    steps = flow(rows, hide)
    if not steps:
        raise ValueError(f"architecture: rows must have one that is not hidden, got {len(rows)} rows, hide={hide!r}")
    heads = {row.name.split(".")[1] for row in rows if row.name.startswith("heads.")}
    sizes = dict(_changes(steps))
    drawing = _Drawing(ax, layers, compact, sizes, heads)
    bottom = drawing.chain(steps, 0.0, 0.0)
    drawing.line((0, bottom), (0, bottom + GAP), tip=True)
    drawing.finish()
    left, right = _extent(steps)
    ax.set(xlim=(-max(left, 1.1 * bool(sizes)), right + HEAD * bool(heads)), ylim=(bottom + GAP, 0))
    ax.axis("off")
    return ax


def _changes(steps, size=()):
    """Yield the name and the size of each box on the main line whose maps have another size than those before."""
    for step in steps:
        if step.row.layer == "Residual":
            yield from _changes(step.branches[0], size)
        new = step.row.output_shape[1:]
        if new and new != size and not step.branches:
            yield step.row.name, "×".join(map(str, new))  # noqa: RUF001
        size = new


def _extent(steps):
    """How far a chain of steps reaches to the left and to the right of its main line."""
    extents = [(SIDE, SIDE)]
    for step in steps:
        if not step.branches:
            extents.append((0.5, 0.5))
        elif step.row.layer == "Concat":
            half = sum(sum(_extent(branch)) for branch in step.branches) / 2
            extents.append((half, half))
        else:
            body, shortcut = (_extent(branch) for branch in step.branches)
            extents.append((body[0], body[1] + sum(shortcut)))
    return tuple(map(max, zip(*extents, strict=True)))


class _Drawing:
    """Boxes, lines and texts on axes; y grows downwards, and each part returns where it ends."""

    def __init__(self, ax, layers, compact, sizes, heads):
        self.ax, self.layers, self.compact, self.sizes, self.heads = ax, layers, compact, sizes, heads
        self.fontsize = 8 if compact else 9
        self.boxes, self.lines, self.tips, self.sums = {KERNEL: [], INK: [], OUTPUT: []}, [], [], []

    def chain(self, steps, x, y):
        """Draw steps below each other."""
        for step in steps:
            draw = self.box if not step.branches else self.concat if step.row.layer == "Concat" else self.residual
            y = draw(step, x, y)
        return y

    def box(self, step, x, y):
        """Draw a layer."""
        self.line((x, y), (x, y + GAP), tip=True)
        text = _text(step.row, self.layers[step.row.name], self.compact)
        self.rectangle(x - 0.5, x + 0.5, y + GAP, text, KERNEL if step.row.parameters else INK)
        size = self.sizes.get(step.row.name)
        if size:
            self.ax.text(x - 0.53, y + GAP + 0.5, size, ha="right", va="center", fontsize=self.fontsize)
        return y + GAP + 1

    def concat(self, step, x, y):
        """Draw branches side by side, and the bar that joins them."""
        left = x - _extent([step])[0]
        right, middles = left, []
        for branch in step.branches:
            before, after = _extent(branch)
            middles.append(right + before)
            right += before + after
        start = y + GAP / 2
        self.line((x, y), (x, start))
        self.line((middles[0], start), (middles[-1], start))
        ends = [self.chain(branch, middle, start) for branch, middle in zip(step.branches, middles, strict=True)]
        join = max(ends) + GAP
        for middle, end in zip(middles, ends, strict=True):
            self.line((middle, end), (middle, join), tip=True)
        name = step.row.name.rpartition(".")[2]
        shape = step.row.output_shape[:1] if self.compact else step.row.output_shape
        self.rectangle(left, right, join, f"{name or 'Concat'}, {'×'.join(map(str, shape))}", OUTPUT)  # noqa: RUF001
        if name in self.heads:
            self.line((right - MARGIN, join + 0.5), (right + 0.1, join + 0.5))
            self.rectangle(right + 0.1 - MARGIN, right + HEAD, join, "head", KERNEL)
        return join + 1

    def residual(self, step, x, y):
        """Draw a body and its shortcut; the plus stands on the line to the next box, before where that may split."""
        body, shortcut = step.branches
        side = x + _extent(body)[1] + _extent(shortcut)[0]
        start = y + 0.75 * GAP
        ends = self.chain(body, x, y), self.chain(shortcut, side, start)
        join = max(ends) + 0.35 * GAP
        self.line((x, start), (side, start))
        self.line((x, ends[0]), (x, join))
        self.line((side, ends[1]), (side, join), (x, join))
        self.sums.append((x, join))
        return max(ends)

    def rectangle(self, left, right, top, text, color):
        """Note a box with its text."""
        left, right = left + MARGIN, right - MARGIN
        self.boxes[color].append([(left, top), (right, top), (right, top + 1), (left, top + 1), (left, top)])
        self.ax.text((left + right) / 2, top + 0.5, text, ha="center", va="center", fontsize=self.fontsize)

    def line(self, *points, tip=False):
        """Note a line, with an arrow's tip at its end."""
        self.lines.append(points)
        if tip and not self.compact:
            x, y = points[-1]
            self.tips.append([(x, y), (x - 0.03, y - 0.25), (x + 0.03, y - 0.25), (x, y)])

    def finish(self):
        """Draw what was noted, as one path for each kind: this makes the picture a small file."""
        self.path(self.lines, fill=False, edgecolor=INK)
        self.path(self.tips, facecolor=INK, edgecolor="none")
        for color, corners in self.boxes.items():
            self.path(corners, facecolor=(color, 0.2 if color != INK else 0.08), edgecolor=color)
        size = 6 if self.compact else 9
        for marker, scale, style in (("o", 1.0, {"mfc": PAPER, "mec": OUTPUT}), ("+", 0.7, {"mec": INK})):
            xs, ys = zip(*self.sums, strict=True) if self.sums else ((), ())
            self.ax.plot(xs, ys, marker, markersize=scale * size, markeredgewidth=0.8, **style)

    def path(self, parts, **style):
        """Draw all parts of a kind."""
        if parts:
            path = Path.make_compound_path(*map(Path, parts))
            self.ax.add_patch(PathPatch(path, linewidth=0.8, clip_on=False, **style))


def _text(row, layer, compact):
    """The class of a layer, its window, channels and stride; in one line, a window with channels is a convolution."""
    axes = len(row.output_shape) - 1
    kernel, stride = (_sides(getattr(layer, name, ()), axes) for name in ("kernel_size", "stride"))
    numbers = ["×".join(map(str, kernel))] if kernel else []  # noqa: RUF001
    if (kernel and row.parameters) or hasattr(layer, "out_features"):
        numbers.append(str(row.output_shape[0]))
    if kernel and set(stride) != {1}:
        numbers.append("/" + "×".join(map(str, stride[:1] if len(set(stride)) == 1 else stride)))  # noqa: RUF001
    if compact and kernel and row.parameters:
        return ", ".join(numbers)
    name, separator = (row.layer.removesuffix("2d"), " ") if compact else (row.layer, "\n")
    return separator.join([name, ", ".join(numbers)]).strip()


def _sides(window, axes):
    """One number is that of all axes."""
    return window if isinstance(window, tuple) else (window,) * axes
