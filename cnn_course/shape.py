"""Sizes of convolutions, of pooling and of transposed convolutions: integers only.

On every spatial axis a window of `kernel_size` taps, `dilation` positions apart, visits a padded axis in steps of
`stride`. `Geometry` holds these numbers, checked once; the public functions below answer the questions that people ask.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cnn_course.types import Ints, Padding, Pairs
from cnn_course.validate import axes, check_places, entries, per_axis


@dataclass(frozen=True)
class Geometry:
    """How the windows of one operation lie on its spatial axes.

    Made by `Geometry.of`, which checks and completes what a user wrote. Each field has one entry an axis; `padding`
    has a pair (before, after). `function` is the name that error messages begin with.
    """

    function: str
    kernel_size: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    dilation: tuple[int, ...]

    @classmethod
    def of(cls, function, kernel_size, *, stride=1, padding=0, dilation=1):
        """Check and complete the numbers of a window; `kernel_size` is a tuple with one entry a spatial axis."""
        ndim = len(kernel_size)
        kernel_size = per_axis(function, "kernel_size", kernel_size, ndim, minimum=1)
        stride = per_axis(function, "stride", stride, ndim, minimum=1, one_for_all=True)
        dilation = per_axis(function, "dilation", dilation, ndim, minimum=1, one_for_all=True)
        pairs = _padding_pairs(function, padding, kernel_size, stride, dilation)
        return cls(function, kernel_size, stride, pairs, dilation)

    @property
    def extent(self):
        """Positions from a window's first tap to its last, both included: d (k - 1) + 1 on each axis."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel_size, self.dilation, strict=True))

    @property
    def disjoint(self):
        """Whether no two windows meet: their step is at least their extent, on each axis."""
        return all(s >= e for s, e in zip(self.stride, self.extent, strict=True))

    def check_padding(self):
        """Check that the padding leaves room for an input, before there is one."""
        smallest = self.padded_size((1,) * len(self.kernel_size))
        check_places(self.function, "the padded input", smallest, **self._numbers)

    def padded_size(self, input_size):
        """Size of the input with its padding."""
        return tuple(n + before + after for n, (before, after) in zip(input_size, self.padding, strict=True))

    def output_size(self, input_size):
        """Number of windows on each axis; an axis that holds no window is an error."""
        padded, extent = self.padded_size(input_size), self.extent
        for axis, (n, p, e) in enumerate(zip(input_size, padded, extent, strict=True)):
            if n < 1:
                raise ValueError(f"{self.function}: the input has size {n} on spatial axis {axis}, expected at least 1")
            if e > p:
                raise ValueError(
                    f"{self.function}: the kernel is larger than the padded input on spatial axis {axis}: "
                    f"it extends over {e} positions (kernel_size={self.kernel_size[axis]}, "
                    f"dilation={self.dilation[axis]}) but there are only {p} (size {n}, padding {self.padding[axis]})"
                )
        check_places(self.function, "the padded input", padded, **self._numbers)
        return tuple((p - e) // s + 1 for p, e, s in zip(padded, extent, self.stride, strict=True))

    def rounded_up(self, input_size):
        """The geometry padded so far after the input that `output_size` rounds up: the `ceil_mode` of pooling.

        One more window stands where the last step left positions over, unless it would start beyond the input.
        """
        pairs = []
        for n, p, (before, after), e, s in zip(
            input_size, self.padded_size(input_size), self.padding, self.extent, self.stride, strict=True
        ):
            missing = (e - p) % s  # positions that the window after the last one lacks
            pairs.append((before, after + missing if 0 <= p + missing - e < before + n else after))
        return replace(self, padding=tuple(pairs))

    def transposed_size(self, input_size, output_padding):
        """Size that a transposed convolution gives back: (n - 1) s + d (k - 1) + 1 + output_padding - padding."""
        for axis, (extra, s, d) in enumerate(zip(output_padding, self.stride, self.dilation, strict=True)):
            if extra >= max(s, d):
                raise ValueError(
                    f"{self.function}: output_padding must be smaller than stride or dilation, "
                    f"got output_padding={extra} with stride={s} and dilation={d} on spatial axis {axis}"
                )
        sizes = tuple(
            (n - 1) * s + e + extra - sum(pads)
            for n, s, e, extra, pads in zip(
                input_size, self.stride, self.extent, output_padding, self.padding, strict=True
            )
        )
        for axis, size in enumerate(sizes):
            if size < 1:
                raise ValueError(
                    f"{self.function}: the output would have size {size} on spatial axis {axis}, expected at least 1 "
                    f"(input size {input_size[axis]}, kernel_size={self.kernel_size[axis]}, "
                    f"padding={self.padding[axis]})"
                )
        check_places(self.function, "the output", sizes, **self._numbers, output_padding=output_padding)
        return sizes

    @property
    def _numbers(self):
        return {name: value for name, value in vars(self).items() if name != "function"}


def _padding_pairs(function, padding, kernel_size, stride, dilation):
    ndim = len(kernel_size)
    if isinstance(padding, str):
        if padding == "valid":
            return ((0, 0),) * ndim
        if padding == "full":
            return full_padding(kernel_size, dilation=dilation)
        if padding != "same":
            raise ValueError(f"{function}: padding must be numbers, 'valid', 'same' or 'full', got {padding!r}")
        if any(s != 1 for s in stride):
            raise ValueError(
                f"{function}: padding='same' needs stride 1, because the output cannot keep the input's size "
                f"with stride={stride}; give the padding in numbers"
            )
        return same_padding(kernel_size, dilation=dilation)
    return padding_in_numbers(function, padding, ndim)


def padding_in_numbers(function, padding, ndim):
    """The pairs (before, after) of an integer for all sides, or an entry for each axis: an integer or a pair."""
    found = entries(padding)
    if found is None:
        return (per_axis(function, "padding", padding, 2, minimum=0),) * ndim
    found = found * ndim if len(found) == 1 else found
    if len(found) != ndim:
        raise ValueError(
            f"{function}: padding must be an integer or have {ndim} entries, got {len(found)} (padding={padding!r})"
        )
    return tuple(per_axis(function, "padding", entry, 2, minimum=0) for entry in found)


def same_padding(kernel_size: Ints, *, dilation: Ints = 1) -> Pairs:
    r"""Padding that keeps the size of the input at stride 1.

    The total on an axis is :math:`d(k-1)`. Where it is odd, the larger half comes after, as in PyTorch.

    Parameters
    ----------
    kernel_size : int or tuple of int
        Number of taps :math:`k` of the kernel on each axis.
    dilation : int or tuple of int, default 1
        Distance :math:`d` between taps.

    Returns
    -------
    tuple of (int, int)
        The pair (before, after) of each axis, in a form that every `padding` argument takes.

    Raises
    ------
    ValueError
        If a number is no integer or is below 1.

    References
    ----------
    Wichmann, equation (2.1), with its sign corrected and even kernels added.

    Examples
    --------
    >>> same_padding((3, 4))
    ((1, 1), (1, 2))
    >>> same_padding(3, dilation=2)
    ((2, 2),)
    """
    totals = _padding_totals("same_padding", kernel_size, dilation)
    return tuple((total // 2, total - total // 2) for total in totals)


def full_padding(kernel_size: Ints, *, dilation: Ints = 1) -> Pairs:
    r"""Padding with which every window that touches the input is visited: :math:`d(k-1)` on both sides.

    Parameters
    ----------
    kernel_size : int or tuple of int
        Number of taps :math:`k` of the kernel on each axis.
    dilation : int or tuple of int, default 1
        Distance :math:`d` between taps.

    Returns
    -------
    tuple of (int, int)
        The pair (before, after) of each axis.

    Raises
    ------
    ValueError
        If a number is no integer or is below 1.

    References
    ----------
    Hofmann, equation (1.12), has the m + n - 1 rows of full padding, although the text calls it same.

    Examples
    --------
    >>> full_padding((3, 4))
    ((2, 2), (3, 3))
    """
    return tuple((total, total) for total in _padding_totals("full_padding", kernel_size, dilation))


def _padding_totals(function, kernel_size, dilation):
    ndim = axes(function, kernel_size=kernel_size)
    kernel_size = per_axis(function, "kernel_size", kernel_size, ndim, minimum=1)
    dilation = per_axis(function, "dilation", dilation, ndim, minimum=1)
    return tuple(d * (k - 1) for k, d in zip(kernel_size, dilation, strict=True))


def conv_output_size(
    input_size: Ints, kernel_size: Ints, *, stride: Ints = 1, padding: Padding = 0, dilation: Ints = 1
) -> int | tuple[int, ...]:
    r"""Size of the output of a convolution or of pooling.

    On each axis, with padding :math:`p` before and :math:`p'` after,

    .. math:: o = \left\lfloor \frac{n + p + p' - d(k-1) - 1}{s} \right\rfloor + 1 .

    Parameters
    ----------
    input_size, kernel_size : int or tuple of int
        Sizes :math:`n` and :math:`k`. Two integers describe one axis; a tuple has one entry an axis.
    stride, dilation : int or tuple of int, default 1
        Step :math:`s` of the window, and distance :math:`d` between its taps.
    padding : int, tuple, 'valid', 'same' or 'full', default 0
        An integer for all sides, or an entry for each axis: an integer or a pair (before, after). A single entry
        counts for all axes, as it does for `stride` and `dilation`.

    Returns
    -------
    int or tuple of int
        An integer where `input_size` is one.

    Raises
    ------
    ValueError
        If a number is out of range, the entries do not match the axes, the kernel exceeds the padded input, or the
        padded input would have 2^31 places or more.

    References
    ----------
    Wichmann, equation (2.3), with dilation, and with padding that may differ between the sides.

    Examples
    --------
    >>> conv_output_size(224, 7, stride=2, padding=3)
    112
    >>> conv_output_size((5, 6), (3, 2), padding="full")
    (7, 7)
    """
    sizes, kernel = _sizes("conv_output_size", input_size, kernel_size)
    geometry = Geometry.of("conv_output_size", kernel, stride=stride, padding=padding, dilation=dilation)
    return _like(input_size, geometry.output_size(sizes))


def conv_transpose_output_size(
    input_size: Ints,
    kernel_size: Ints,
    *,
    stride: Ints = 1,
    padding: Padding = 0,
    dilation: Ints = 1,
    output_padding: Ints = 0,
) -> int | tuple[int, ...]:
    r"""Size of the output of a transposed convolution.

    On each axis :math:`n = (o - 1)s + d(k-1) + 1 + a - p - p'` with the output padding :math:`a`. All the sizes that
    a convolution maps to :math:`o` are reached with :math:`a = 0, \dots, s-1`. Larger ones, below the dilation, add
    positions that no window reaches.

    Parameters
    ----------
    input_size, kernel_size, stride, padding, dilation
        As for `conv_output_size`; they are the numbers of the convolution that is transposed.
    output_padding : int or tuple of int, default 0
        Positions :math:`a` to add at the end, which the convolution's floor had dropped; smaller than the larger of
        stride and dilation.

    Returns
    -------
    int or tuple of int
        An integer where `input_size` is one.

    Raises
    ------
    ValueError
        If a number is out of range, or the output would be empty, or have 2^31 places or more.

    References
    ----------
    Replaces Chen's formula, which holds for larger strides only where k = 2 p + 1; with no dilation this is
    relationship 14 of Dumoulin and Visin (2016).

    Examples
    --------
    >>> conv_transpose_output_size(112, 7, stride=2, padding=3, output_padding=1)
    224
    """
    sizes, kernel = _sizes("conv_transpose_output_size", input_size, kernel_size)
    geometry = Geometry.of("conv_transpose_output_size", kernel, stride=stride, padding=padding, dilation=dilation)
    extra = per_axis(geometry.function, "output_padding", output_padding, len(kernel), minimum=0, one_for_all=True)
    return _like(input_size, geometry.transposed_size(sizes, extra))


def _sizes(function, input_size, kernel_size):
    ndim = axes(function, input_size=input_size, kernel_size=kernel_size)
    return (
        per_axis(function, "input_size", input_size, ndim, minimum=1),
        per_axis(function, "kernel_size", kernel_size, ndim, minimum=1),
    )


def _like(input_size, sizes):
    return sizes[0] if entries(input_size) is None and len(sizes) == 1 else sizes


LAYER_NUMBERS = {"kernel_size", "stride", "padding", "dilation"}


@dataclass(frozen=True)
class ReceptiveField:
    """The inputs that one output of a stack of layers can depend on: `size` positions from `offset` + u `stride`."""

    size: int
    stride: int
    offset: int


def receptive_field(layers: Iterable[Mapping[str, Any]]) -> ReceptiveField:
    r"""Receptive field of a stack of convolutions and pools, on one axis.

    Output :math:`u` depends on the inputs
    :math:`\text{offset} + u\,\text{stride} + \{0, \dots, \text{size} - 1\}`, some of which may lie in the padding.
    Each layer adds :math:`d(k-1)` steps of the stride reached before it.

    Parameters
    ----------
    layers : iterable of mappings
        From the input to the output, the keyword arguments of each layer: `kernel_size`, and where they are not
        the defaults `stride`, `padding` and `dilation`.

    Returns
    -------
    ReceptiveField
        `size`, `stride` and `offset`, in positions of the input.

    Raises
    ------
    ValueError
        If a layer has no `kernel_size` or any other argument than these, or its numbers are out of range.

    References
    ----------
    Hofmann defines the receptive field of one layer by its non-zero weights; here it is the window's structure.

    Examples
    --------
    >>> receptive_field([{"kernel_size": 3, "padding": 1}, {"kernel_size": 2, "stride": 2}, {"kernel_size": 3}])
    ReceptiveField(size=8, stride=2, offset=-1)
    """
    size, jump, offset = 1, 1, 0
    found = layers if isinstance(layers, Iterator) else entries(layers)
    if found is None:
        raise ValueError(f"receptive_field: layers must be mappings, one for each layer, got {layers!r}")
    for layer in found:
        if not isinstance(layer, Mapping) or not {"kernel_size"} <= set(layer) <= LAYER_NUMBERS:
            raise ValueError(
                "receptive_field: layers must be mappings that hold kernel_size, "
                f"and at most stride, padding and dilation besides, got {layer!r}"
            )
        numbers = dict(layer)
        geometry = Geometry.of("receptive_field", (numbers.pop("kernel_size"),), **numbers)
        size += (geometry.extent[0] - 1) * jump
        offset -= geometry.padding[0][0] * jump
        jump *= geometry.stride[0]
    return ReceptiveField(size, jump, offset)
