"""The table of a network: what each layer gives out, learns and costs."""

import copy
from dataclasses import dataclass
from functools import partial
from math import prod

import numpy as np

from cnn_course.nn.base import WeightedLayer
from cnn_course.nn.layer import Layer, Parameter
from cnn_course.nn.receptive import TRANSPOSED, Span, field_after
from cnn_course.nn.table import Table
from cnn_course.types import Ints
from cnn_course.validate import as_input_shape


def summary(network: Layer, input_shape: Ints) -> "Summary":
    r"""Return the table of a network: for each layer its output, what it learns, what it costs, and how far it sees.

    The network runs once, in evaluation mode, on an image of zeros. It is not changed.

    Parameters
    ----------
    network : Layer
        Not yet frozen: what `freeze` has made has no parameters.
    input_shape : int or tuple of int
        Shape of one input, without the axis of the images: (C, H, W).

    Returns
    -------
    Summary
        Its `rows` are in the order of computation, and named as in `state_dict`. `parameters`, `multiply_accumulates`
        and `activation_bytes` are the totals. In a terminal and in a notebook it is shown as a table.

    Raises
    ------
    ValueError
        If `network` is no `Layer`, the shape is not of integers from 1 on, or does not fit the network.

    Notes
    -----
    A multiply-accumulate is one product and its addition to a sum, so that it counts for two floating-point operations.
    Counted are those of convolutions, transposed convolutions and `Linear`, for one image, by the definition: each
    weight once for each place of its kernel, also in the padding. All other layers, and biases, count as zero.

    The activations are the bytes of all outputs for one image, which training holds all at once: a layer that passes on
    an array that it was given adds none.

    The receptive field is that of one place of the output, as a size on each spatial axis; it may be larger than the
    image, because of the padding. It counts as if the image went on: where a `padding_mode` other than 'zeros' puts
    copies around it, a place near the border sees these. All places together, as `Flatten` and `GlobalAvgPool` take
    them, see what the places see. It is None after a layer of one's own.

    Examples
    --------
    >>> from cnn_course.nn import Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential
    >>> rng = np.random.default_rng(0)
    >>> network = Sequential(Conv2d(1, 4, 3, rng=rng), ReLU(), MaxPool2d(2), Flatten(), Linear(36, 2, rng=rng))
    >>> summary(network, (1, 8, 8))
    name   layer      output     parameters  multiply-accumulates  activations  receptive field
    0      Conv2d     4 x 6 x 6          40                 1,296        576 B            3 x 3
    1      ReLU       4 x 6 x 6           0                     0        576 B            3 x 3
    2      MaxPool2d  4 x 3 x 3           0                     0        144 B            4 x 4
    3      Flatten    36                  0                     0        144 B            8 x 8
    4      Linear     2                  74                    72          8 B            8 x 8
    total                               114                 1,368      1.4 KiB
    """
    if not isinstance(network, Layer):
        raise ValueError(f"summary: network must be a Layer, got {network!r}")
    shape = as_input_shape("summary", input_shape)
    parameters = [parameter for _, parameter in network.named_parameters()]
    dtype = parameters[0].data.dtype if parameters else np.float32
    copied = copy.deepcopy(network, {id(parameter): parameter for parameter in parameters}).eval()  # they are shared
    run, layers = _Run(np.zeros((1, *shape), dtype)), list(copied.named_layers())
    for name, layer in layers:
        vars(layer)["forward"] = partial(run.forward, name, layer, layer.forward)
    with np.errstate(all="ignore"):
        copied(run.x)
    for _, layer in layers:
        vars(layer).pop("forward", None)  # it holds the layer, and would keep the parameters alive
    run.add_unused(copied)
    return Summary(tuple(run.rows))


@dataclass(frozen=True)
class Row:
    """What the table says of one layer; shape and field are None where the forward pass does not come by."""

    name: str
    layer: str
    output_shape: tuple[int, ...] | None
    parameters: int
    multiply_accumulates: int
    activation_bytes: int
    receptive_field: tuple[int, ...] | None

    def cells(self) -> tuple[str, ...]:
        """The row in words."""
        shape = "not used" if self.output_shape is None else " x ".join(map(str, self.output_shape))
        field = "unknown" if self.receptive_field is None else " x ".join(map(str, self.receptive_field))
        return (self.name, self.layer, shape, *_numbers(self), field)


@dataclass(frozen=True, repr=False)
class Summary(Table):
    """The table that `summary` makes: rows and their totals."""

    rows: tuple[Row, ...]
    head = ("name", "layer", "output", "parameters", "multiply-accumulates", "activations", "receptive field")

    @property
    def parameters(self) -> int:
        """How many numbers are learned."""
        return sum(row.parameters for row in self.rows)

    @property
    def multiply_accumulates(self) -> int:
        """Those of one image."""
        return sum(row.multiply_accumulates for row in self.rows)

    @property
    def activation_bytes(self) -> int:
        """The bytes of all outputs for one image."""
        return sum(row.activation_bytes for row in self.rows)

    def cells(self) -> list[tuple[str, ...]]:
        """The table in words, without its head: a row for each layer, and the totals."""
        return [*(row.cells() for row in self.rows), ("total", "", "", *_numbers(self), "")]


def _numbers(counts):
    return f"{counts.parameters:,}", f"{counts.multiply_accumulates:,}", _size(counts.activation_bytes)


def _size(count):
    power = max((i for i in range(1, 4) if count >= 1024**i), default=0)
    return f"{count / 1024**power:.1f} {'KMG'[power - 1]}iB" if power else f"{count} B"


class _Run:
    """Rows of the layers that a forward pass goes through, noted as each gives out its output."""

    def __init__(self, x):
        self.x, self.rows, self.after = x, [], {}  # receptive fields after layers, by the layer's id
        self.fields = {id(x): (x, (Span(),) * (x.ndim - 2))}  # and of arrays, which are held: their ids stay theirs

    def forward(self, name, layer, forward, x):
        """The forward pass of a layer."""
        y = forward(x)
        _, field = self.fields.get(id(x), (x, None))
        passed_on = id(y) in self.fields
        if not passed_on:
            below = [self.after.get(id(child)) for child in layer.children.values()]
            self.fields[id(y)] = y, field_after(layer, field, x.shape[2:], below)
        _, field = self.fields[id(y)]
        own = 0 if id(layer) in self.after else _own_parameters(layer)
        self.after[id(layer)] = field
        if own or not (passed_on and layer.children):  # else it is a container, and what is below says all
            size = None if field is None else tuple(span.size for span in field)
            costs = own, _multiply_accumulates(layer, x, y), 0 if passed_on else y.nbytes
            self.rows.append(Row(name, type(layer).__name__, y.shape[1:], *costs, size))
        return y

    def add_unused(self, network):
        """Rows for layers that learn, but that the forward pass has not met."""
        for name, layer in network.named_layers():
            own = _own_parameters(layer)
            if own and id(layer) not in self.after:
                self.rows.append(Row(name, type(layer).__name__, None, own, 0, 0, None))


def _own_parameters(layer):
    return sum(value.data.size for value in vars(layer).values() if isinstance(value, Parameter))


def _multiply_accumulates(layer, x, y):
    """Each weight is used once for each place at which the kernel lies."""
    if not isinstance(layer, WeightedLayer):
        return 0
    places = x if isinstance(layer, TRANSPOSED) else y
    return layer.weight.data.size * prod(places.shape[2:])
