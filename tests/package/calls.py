"""One legal call of every function on arrays, uneven in everything, with the shapes worked out by hand."""

from dataclasses import dataclass

import numpy as np

import cnn_course

CONVOLUTIONS = {  # x, weight and y = conv(x), the numbers, and the output padding that leads from y back to x
    1: ((3, 4, 10), (6, 2, 3), (3, 6, 3), {"stride": 3, "padding": ((2, 1),), "dilation": 2, "groups": 2}, 2),
    2: (
        (2, 3, 7, 8),
        (5, 3, 3, 2),
        (2, 5, 4, 3),
        {"stride": (2, 3), "padding": ((1, 2), (0, 1)), "dilation": (1, 2), "groups": 1},
        (1, 0),
    ),
    3: (
        (2, 6, 5, 3, 5),
        (3, 2, 2, 3, 2),
        (2, 3, 3, 3, 2),
        {"stride": (2, 1, 3), "padding": (1, (2, 0), 0), "dilation": 1, "groups": 3},
        (1, 0, 0),
    ),
}
POOLS = {
    1: ((3, 2, 11), (3, 2, 5), {"kernel_size": 3, "stride": 2, "padding": ((1, 0),)}),
    2: ((3, 2, 7, 8), (3, 2, 3, 8), {"kernel_size": (3, 2), "stride": (2, 1), "padding": ((1, 0), (0, 1))}),
    3: ((2, 2, 5, 3, 5), (2, 2, 4, 2, 2), {"kernel_size": (2, 3, 2), "stride": (1, 2, 3), "padding": (0, 1, 0)}),
}
WINDOWS = {"kernel_size": (3, 2), "stride": (2, 3), "padding": ((1, 2), (0, 1)), "dilation": (1, 2)}


@dataclass(frozen=True)
class Call:
    """The function's name, the shapes of its array arguments, and its other arguments."""

    name: str
    shapes: dict
    numbers: dict

    def __call__(self, **changes):
        """Results as a tuple; `changes` has the arrays, and may replace numbers."""
        results = getattr(cnn_course, self.name)(**(self.numbers | changes))
        return results if isinstance(results, tuple) else (results,)

    def arrays(self, seed=0):
        """Multiples of 12 below 120: sums of a few products, and means of 3, 6 or 12, are exact in float32."""
        rng = np.random.default_rng(seed)
        return {name: 12.0 * rng.integers(-9, 10, shape) for name, shape in self.shapes.items()}


def _calls():
    for ndim, (x, weight, y, numbers, output_padding) in CONVOLUTIONS.items():
        transposed = numbers | {"output_padding": output_padding}
        yield Call(f"conv{ndim}d", {"x": x, "weight": weight, "bias": y[1]}, numbers)
        yield Call(f"conv{ndim}d_backward", {"grad_output": y, "x": x, "weight": weight}, numbers)
        yield Call(f"conv_transpose{ndim}d", {"x": y, "weight": weight, "bias": x[1]}, transposed)
        yield Call(f"conv_transpose{ndim}d_backward", {"grad_output": x, "x": y, "weight": weight}, transposed)
    for ndim, (x, y, numbers) in POOLS.items():
        for name, more in (("max", {"dilation": 1}), ("avg", {"count_include_pad": True})):
            yield Call(f"{name}_pool{ndim}d", {"x": x}, numbers | more)
            yield Call(f"{name}_pool{ndim}d_backward", {"grad_output": y, "x": x}, numbers | more)
    padded, numbers = (2, 3, 7 + 2 + 3, 8 + 1 + 0), {"padding": ((2, 3), (1, 0)), "mode": "reflect"}
    yield Call("pad", {"x": (2, 3, 7, 8)}, numbers)
    yield Call("pad_backward", {"grad_output": padded, "x": (2, 3, 7, 8)}, numbers)
    yield Call("sliding_windows", {"x": (2, 3, 7, 8)}, WINDOWS)
    yield Call("unfold", {"x": (2, 3, 7, 8)}, WINDOWS)
    yield Call("fold", {"columns": (2, 3 * 6, 4 * 3)}, WINDOWS | {"output_size": (7, 8)})
    yield Call("convolve", {"f": (5, 6), "h": (2, 3)}, {"mode": "same"})
    yield Call("correlate", {"f": (5, 6), "h": (2, 3)}, {"mode": "valid"})
    yield Call("shift", {"x": (5, 6)}, {"offset": (1, -2)})
    yield Call("flip", {"h": (2, 3)}, {})


CALLS = {call.name: call for call in _calls()}
