"""What every function on arrays demands of them; each message names the function, the argument and both numbers."""

import warnings
from collections.abc import Mapping, Sequence
from math import inf, prod
from numbers import Real
from operator import index
from pathlib import Path
from reprlib import repr as shortened

import numpy as np

MOST_PLACES = 2**31  # of a grid, which no array of the package reaches: more is a slip, not an image


def integer(function, argument, value, *, minimum=None):
    """Return `value` as a Python integer, at least `minimum` if there is one; a bool or a float is no integer."""
    try:
        result = index(None if isinstance(value, bool) else value)
    except TypeError:
        raise ValueError(f"{function}: {argument} must be made of integers, got {value!r}") from None
    if minimum is not None and result < minimum:
        raise ValueError(f"{function}: {argument} must be at least {minimum}, got {value!r}")
    return result


def entries(value):
    """The entries of a tuple, list, range or array; None for anything else, which counts as one value."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, np.ndarray):
        value = value.tolist()  # of an array without axes, the number in it
    return tuple(value) if isinstance(value, Sequence) and not isinstance(value, str | bytes) else None


def axes(function, /, **values):
    """Return the number of axes that the longest of several arguments describes: an integer describes one."""
    given = {name: entries(value) for name, value in values.items()}
    for name, found in given.items():
        if found == ():
            raise ValueError(f"{function}: {name} must have at least 1 entry, got {values[name]!r}")
    return max(1 if found is None else len(found) for found in given.values())


def per_axis(function, argument, value, ndim, *, minimum=None, one_for_all=False):
    """Return `value` as a tuple of `ndim` integers: an integer stands for all axes, and so may a single entry.

    Raises
    ------
    ValueError
        If there are not `ndim` entries, or one is no integer or is below `minimum`.
    """
    found = entries(value)
    if found is None:
        return (integer(function, argument, value, minimum=minimum),) * ndim
    found = found * ndim if one_for_all and len(found) == 1 else found
    if len(found) != ndim:
        raise ValueError(
            f"{function}: {argument} must be an integer or have {ndim} entries, got {len(found)} ({argument}={value!r})"
        )
    return tuple(integer(function, argument, entry, minimum=minimum) for entry in found)


def check_places(function, what, size, /, **numbers):
    """Check that an array is not to have more places than one can mean; `numbers` are those that it comes from."""
    if prod(size) >= MOST_PLACES:
        given = f" ({', '.join(f'{name}={value}' for name, value in numbers.items())})" if numbers else ""
        raise ValueError(f"{function}: {what}{given} would have {prod(size)} places, expected fewer than {MOST_PLACES}")


def as_input_shape(function, input_shape):
    """Return the shape of one input, an integer or integers from 1 on, as a tuple."""
    found = entries(input_shape)
    shape = (input_shape,) if found is None else found
    shape = tuple(integer(function, "input_shape", n, minimum=1) for n in shape)
    check_places(function, f"an input of {input_shape=}", shape)
    return shape


def number(function, argument, value):
    """Return a number as a float of Python, which leaves the dtype of arrays alone."""
    value = value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value
    if not isinstance(value, Real) or isinstance(value, bool) or not 0 <= value < inf:
        raise ValueError(f"{function}: {argument} must be a finite number and at least 0, got {value!r}")
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"{function}: {argument} must be a number that a float can hold, got {value!r}") from None


def flag(function, argument, value):
    """Return a truth value as a bool."""
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{function}: {argument} must be True or False, got {value!r}")
    return bool(value)


def check_choice(function, argument, value, choices):
    """Check that `value` is one of several strings."""
    if not isinstance(value, str) or value not in choices:
        *others, last = map(repr, choices)
        raise ValueError(f"{function}: {argument} must be {', '.join(others)} or {last}, got {value!r}")


def check_callable(function, /, **values):
    """Check that all the arguments can be called."""
    for name, value in values.items():
        if not callable(value):
            raise ValueError(f"{function}: {name} must be a function, got {value!r}")


def check_mapping(function, argument, value):
    """Check that an argument maps names to arrays."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{function}: {argument} must be a mapping of names to arrays, got {shortened(value)}")


def as_path(function, argument, value):
    """Return a string or a path as a path."""
    try:
        return Path(value)
    except TypeError:
        raise ValueError(f"{function}: {argument} must be a string or a path, got {value!r}") from None


def check_rng(function, rng):
    """Check that the caller has passed a generator of random numbers."""
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"{function}: rng must be a numpy.random.Generator, got {rng!r}")


def _as_any_array(function, name, value):
    try:
        return np.asarray(value)
    except (TypeError, ValueError):
        raise ValueError(
            f"{function}: {name} must be an array, or lists of one length on each axis, got {shortened(value)}"
        ) from None


def as_array(function, name, value, kinds="biufc"):
    """Return an argument as an array whose dtype is of one of the kinds: numbers, or with "b" truth values."""
    array = _as_any_array(function, name, value)
    if array.dtype.kind not in kinds:
        what = "numbers or truth values" if "b" in kinds else "numbers" if "c" in kinds else "real numbers"
        raise ValueError(f"{function}: {name} must hold {what}, got dtype {array.dtype}")
    return array


def check_precision(function, name, dtype):
    """Check that sums can be trusted in a dtype; half precision, in which they overflow early, is for files alone."""
    if dtype == np.float16:
        raise ValueError(
            f"{function}: {name} must be of float32 or float64, got float16, in which sums overflow and lose digits"
        )


def accumulator(dtype, bound):
    """Return the dtype in which sums of integers up to `bound` are exact; floats stay what they are."""
    if dtype.kind not in "iu" or bound <= np.iinfo(dtype).max:
        return dtype
    return np.dtype(np.int64 if bound < 2**63 else object)  # Python's integers know no bound


def narrowed(function, sums, dtype):
    """Return exact sums in the dtype wanted, into which they must fit: they never wrap around."""
    if sums.dtype != dtype and sums.size:
        lowest, highest, held = sums.min(), sums.max(), np.iinfo(dtype)
        if lowest < held.min or highest > held.max:
            raise ValueError(
                f"{function}: the result has values from {lowest} to {highest}, more than {dtype} holds; "
                "convert the arguments to a wider dtype, such as int64 or float64"
            )
    return sums.astype(dtype, copy=False)


def magnitude(array):
    """Return the largest absolute value of integers, as an integer of Python; 1 for floats, which do not wrap."""
    return max(int(array.max()), -int(array.min())) if array.dtype.kind in "iu" and array.size else 1


def as_floats(function, /, **arrays):
    """Return the arguments as arrays of one floating dtype, in the order given.

    Integers are refused instead of converted: float32 in, float32 out, and never a silent float64.
    """
    checked = {name: _as_any_array(function, name, value) for name, value in arrays.items()}
    (first, reference), *rest = checked.items()
    for name, array in checked.items():
        if arrays[name] is None:
            raise ValueError(f"{function}: {name} must be an array of floats, got None")
        if array.dtype.kind != "f":
            raise ValueError(f"{function}: {name} must have a floating dtype such as float64, got {array.dtype}")
        check_precision(function, name, array.dtype)
    for name, array in rest:
        if array.dtype != reference.dtype:
            raise ValueError(
                f"{function}: {first} and {name} must have one dtype, got {reference.dtype} and {array.dtype}"
            )
    return tuple(checked.values())


def as_dtype(function, dtype):
    """Return the dtype in which a layer is to compute: one of floats, in the byte order of the machine."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of old names, none of which means floats
            known = np.dtype(object if dtype is None else dtype)
    except (TypeError, ValueError):
        known = None
    if known is None or not np.issubdtype(known, np.floating):
        got = repr(dtype) if known is None or dtype is None else known
        raise ValueError(f"{function}: dtype must be floating such as float32, got {got}")
    check_precision(function, "dtype", known)
    return known.newbyteorder("=")


def check_finite(function, name, array):
    """Check that an array holds neither NaN nor infinity."""
    if not np.isfinite(array).all():
        raise ValueError(f"{function}: {name} must hold finite numbers, got NaN or infinity")


def as_upstream(function, grad_output, x, shape):
    """Return the upstream gradient as an array of the dtype of `x` and of the shape of the output."""
    _, grad_output = as_floats(function, x=x, grad_output=grad_output)
    if grad_output.shape != tuple(shape):
        raise ValueError(
            f"{function}: grad_output must have shape {tuple(shape)}, got {grad_output.shape} (x.shape={x.shape})"
        )
    return grad_output


SPATIAL = {1: "L", 2: "H W", 3: "D H W"}


def layout(leading, ndim):
    """Layout of an array with `ndim` spatial axes: `layout("N C", 2)` is "N C H W"."""
    return f"{leading} {SPATIAL.get(ndim) or ' '.join(f'L{axis}' for axis in range(ndim))}"


def check_layout(function, name, array, layout):
    """Check the number of axes against a layout such as "N C H W", and that none but N, the images, is empty."""
    axes = layout.split()
    if array.ndim != len(axes):
        raise ValueError(
            f"{function}: {name} must have {len(axes)} axes ({', '.join(axes)}), got {array.ndim} "
            f"({name}.shape={array.shape})"
        )
    for empty in (i for i, n in enumerate(array.shape) if n == 0 and axes[i] != "N"):
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


def as_operands(function, x, weight, bias):
    """Return x, weight and bias, which may be None, as arrays of one floating dtype."""
    if bias is None:
        return *as_floats(function, x=x, weight=weight), None
    return as_floats(function, x=x, weight=weight, bias=bias)


def as_conv_operands(function, ndim, x, weight, bias, groups):
    """Return x, weight and bias of a convolution as `as_operands`, their ranks and `groups` checked."""
    x, weight, bias = as_operands(function, x, weight, bias)
    check_layout(function, "x", x, layout("N C", ndim))
    check_layout(function, "weight", weight, layout("O C/groups", ndim))
    if weight.shape[0] % integer(function, "groups", groups, minimum=1):
        raise ValueError(
            f"{function}: groups must divide the first axis of weight, "
            f"got groups={groups} with weight.shape={weight.shape}"
        )
    return x, weight, bias


def check_channels(function, x, weight, groups):
    """The weight takes as many channels as there are."""
    if x.shape[1] != weight.shape[1] * groups:
        times = f" x {groups} groups" if groups > 1 else ""
        raise ValueError(
            f"{function}: x has {x.shape[1]} channels but weight expects {weight.shape[1]}{times} "
            f"(x.shape={x.shape}, weight.shape={weight.shape}, groups={groups})"
        )


def check_bias(function, bias, channels):
    """A bias has one number for each output channel."""
    if bias is not None:
        check_shape(function, "bias", bias, (channels,))
