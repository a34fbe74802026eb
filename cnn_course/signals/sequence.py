"""Finitely supported sequences on the integer lattice, which know where their origin is.

An array starts at 0. A sequence on Z may start anywhere, and flips and correlations move the start: this class keeps
count of it, so that identities can be tested index by index.
"""

from operator import add
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.signals.arrays import convolve, correlate, flip
from cnn_course.types import Ints
from cnn_course.validate import as_array, per_axis


class Sequence:
    r"""A function :math:`\mathbb{Z}^d \to \mathbb{R}` (or to the complex numbers) that is zero outside a box.

    Parameters
    ----------
    values : array_like
        The values inside the box; one axis for each dimension d.
    start : int or tuple of int, default 0
        Lattice point of the first value; an integer stands for every axis.

    Attributes
    ----------
    values : ndarray
    start, stop : tuple of int
        The box: `start` belongs to it, `stop` no longer.

    Raises
    ------
    ValueError
        If `values` does not hold numbers, or a point (`start`, an index, an offset) is not made of integers or does not
        have one entry for each axis.

    References
    ----------
    The signals of Hofmann, definition 1.5.

    Examples
    --------
    >>> h = Sequence([1, 4, 6, 4, 1], start=-2)
    >>> h[0], h[2], h[3]
    (6, 1, 0)
    >>> Sequence([1, 2], start=5).convolve(Sequence([1, 1], start=-1))
    Sequence([1, 3, 2], start=4)
    """

    def __init__(self, values: ArrayLike, start: Ints = 0) -> None:
        self.values = as_array("Sequence", "values", values)
        self.start = per_axis("Sequence", "start", start, self.values.ndim)

    @property
    def stop(self) -> tuple[int, ...]:
        """The first lattice point beyond the box, on each axis."""
        return tuple(s + n for s, n in zip(self.start, self.values.shape, strict=True))

    def __getitem__(self, u: int | tuple[int, ...]) -> Any:
        u = per_axis("Sequence", "the index", u if isinstance(u, tuple) else (u,), self.values.ndim)
        if all(s <= i < e for s, i, e in zip(self.start, u, self.stop, strict=True)):
            return self.values[tuple(i - s for i, s in zip(u, self.start, strict=True))].item()
        return 0

    def __repr__(self) -> str:
        start = self.start[0] if len(self.start) == 1 else self.start
        return f"Sequence({self.values.tolist()}, start={start})"

    def __eq__(self, other: object) -> bool:
        """Equality as functions: zeros around the values do not matter."""
        if not isinstance(other, Sequence):
            return NotImplemented
        a, b = self.trim(), other.trim()
        return np.array_equal(a.values, b.values) and (a.start == b.start or not a.values.size)

    __hash__ = None

    def trim(self) -> "Sequence":
        """Cut off the zeros around the support."""
        support = np.nonzero(self.values)
        box = tuple(slice(axis.min(), axis.max() + 1) if axis.size else slice(0, 0) for axis in support)
        return Sequence(self.values[box], tuple(s + int(b.start) for s, b in zip(self.start, box, strict=True)))

    def shift(self, offset: Ints) -> "Sequence":
        r"""Move by `offset`: :math:`(S_\tau f)[u] = f[u - \tau]`."""
        offset = per_axis("Sequence.shift", "offset", offset, self.values.ndim)
        return Sequence(self.values, tuple(map(add, self.start, offset)))

    def flip(self) -> "Sequence":
        r"""Reflect at the origin: :math:`\bar f[u] = f[-u]`."""
        return Sequence(flip(self.values), tuple(1 - e for e in self.stop))

    def convolve(self, other: "Sequence") -> "Sequence":
        """The convolution of the two; its box starts at the sum of the starts."""
        _check("Sequence.convolve", "other", other)
        return Sequence(convolve(self.values, other.values), tuple(map(add, self.start, other.start)))

    def correlate(self, kernel: "Sequence") -> "Sequence":
        r"""The cross-correlation :math:`(h \star f)[u] = \sum_t \overline{h[t]} f[u + t]` with this signal as f."""
        _check("Sequence.correlate", "kernel", kernel)
        values = correlate(self.values, kernel.values)
        return Sequence(values, tuple(s - (e - 1) for s, e in zip(self.start, kernel.stop, strict=True)))


def _check(function, name, value):
    if not isinstance(value, Sequence):
        raise ValueError(f"{function}: {name} must be a Sequence, got {value!r}")
