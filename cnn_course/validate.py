"""What every function on arrays demands of them; each message names the function, the argument and both numbers."""

from math import inf
from numbers import Real

import numpy as np


def as_floats(function, **arrays):
    """Return the arguments as arrays of one floating dtype, in the order given.

    Integers are refused instead of converted: float32 in, float32 out, and never a silent float64.
    """
    checked = {name: np.asarray(value) for name, value in arrays.items()}
    (first, reference), *rest = checked.items()
    for name, array in checked.items():
        if arrays[name] is None:
            raise ValueError(f"{function}: {name} must be an array of floats, got None")
        if not np.issubdtype(array.dtype, np.floating):
            raise ValueError(f"{function}: {name} must have a floating dtype such as float64, got {array.dtype}")
    for name, array in rest:
        if array.dtype != reference.dtype:
            raise ValueError(
                f"{function}: {first} and {name} must have one dtype, got {reference.dtype} and {array.dtype}"
            )
    return tuple(checked.values())


def number(function, argument, value):
    """Return a number as a float of Python, which leaves the dtype of arrays alone."""
    if not isinstance(value, Real) or isinstance(value, bool) or not 0 <= value < inf:
        raise ValueError(f"{function}: {argument} must be a finite number and at least 0, got {value!r}")
    return float(value)


def check_layout(function, name, array, layout):
    """Check the number of axes against a layout such as "N C H W", and that no axis is empty."""
    axes = layout.split()
    if array.ndim != len(axes):
        raise ValueError(
            f"{function}: {name} must have {len(axes)} axes ({', '.join(axes)}), got {array.ndim} "
            f"({name}.shape={array.shape})"
        )
    if 0 in array.shape:
        empty = array.shape.index(0)
        raise ValueError(
            f"{function}: {name} is empty: axis {axes[empty]} has size 0, expected at least 1 "
            f"({name}.shape={array.shape})"
        )


def check_shape(function, name, array, expected):
    """Check that an array has exactly the shape expected."""
    if array.shape != tuple(expected):
        raise ValueError(f"{function}: {name} must have shape {tuple(expected)}, got {array.shape}")


def check_fits(function, name, kernel, shape):
    """Check that a kernel is on no axis larger than a grid."""
    for axis, (m, n) in enumerate(zip(kernel, shape, strict=True)):
        if m > n:
            raise ValueError(
                f"{function}: {name} must fit into the grid, but on axis {axis} it has size {m} and the grid {n}"
            )


def check_rng(function, rng):
    """Check that the caller has passed a generator of random numbers."""
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"{function}: rng must be a numpy.random.Generator, got {rng!r}")


SPATIAL = {1: "L", 2: "H W", 3: "D H W"}


def layout(leading, ndim):
    """Layout of an array with `ndim` spatial axes: `layout("N C", 2)` is "N C H W"."""
    return f"{leading} {SPATIAL.get(ndim) or ' '.join(f'L{axis}' for axis in range(ndim))}"
