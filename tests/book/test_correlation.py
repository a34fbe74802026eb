"""What the explorer of convolutions computes is what the package computes, over random geometries."""

import json
from pathlib import Path

import numpy as np
import pytest
from py_mini_racer import MiniRacer

from cnn_course import conv2d, convolve, correlate

MODULE = Path(__file__).parents[2] / "book" / "_static" / "explorers" / "correlation.mjs"
CALLS = 60


@pytest.fixture(scope="module")
def call():
    """call("layer", x, weight, ...) calls the function of this name."""
    engine = MiniRacer()
    engine.eval(MODULE.read_text(encoding="utf-8").replace("export ", ""))
    return lambda name, *arguments: json.loads(engine.eval(f"JSON.stringify({name}(...{json.dumps(arguments)}))"))


def cases():
    """Input, weights, bias and rules of small layers, in all of which the kernel fits."""
    rng = np.random.default_rng(9)
    while True:
        channels, filters = rng.integers(1, 4, size=2)
        taps, dilation, padding = rng.integers(1, 5, 2), rng.integers(1, 4, 2), rng.integers(0, 3, 2)
        size = np.maximum((taps - 1) * dilation + 1 - 2 * padding, 1) + rng.integers(0, 5, 2)
        rules = {"stride": rng.integers(1, 4, 2), "padding": padding, "dilation": dilation}
        x = rng.standard_normal((channels, *size))
        weight = rng.standard_normal((filters, channels, *taps))
        flip = bool(rng.integers(2))
        yield x, weight, rng.standard_normal(filters), {key: each.tolist() for key, each in rules.items()}, flip


def first(count):
    return [case for _, case in zip(range(count), cases(), strict=False)]


def expected(x, weight, bias, rules, flip):
    padding = [(p, p) for p in rules["padding"]]
    kernels = weight[..., ::-1, ::-1] if flip else weight
    return conv2d(x[None], kernels, bias, **(rules | {"padding": padding}))[0]


@pytest.mark.parametrize(("x", "weight", "bias", "rules", "flip"), first(CALLS))
def test_a_layer_is_that_of_the_package(call, x, weight, bias, rules, flip):
    y = expected(x, weight, bias, rules, flip)
    arrays = x.tolist(), weight.tolist(), bias.tolist(), rules | {"flip": flip}
    np.testing.assert_allclose(call("layer", *arrays), y, rtol=0, atol=1e-12)  # at most 48 products of size 1
    assert tuple(call("outputSize", *arrays[:2], arrays[3])) == y.shape[1:]


@pytest.mark.parametrize(("x", "weight", "bias", "rules", "flip"), first(CALLS))
def test_the_terms_of_an_output_say_where_they_come_from(call, x, weight, bias, rules, flip):
    y = expected(x, weight, bias, rules, flip)
    o, i, j = (n - 1 for n in y.shape)  # the last output, whose window may hang over
    products = call("terms", x.tolist(), weight.tolist(), rules | {"flip": flip}, [o, i, j])
    padded = np.pad(x, [(0, 0), *((p, p) for p in rules["padding"])])
    total = bias[o]
    for c, channel in enumerate(products):
        for term in (term for row in channel for term in row):
            row, column = (term[name] + p for name, p in zip(("row", "column"), rules["padding"], strict=True))
            assert term["value"] == padded[c, row, column]
            total += term["value"] * term["factor"]
    assert total == pytest.approx(y[o, i, j], abs=1e-12)
    used = sorted(term["factor"] for channel in products for row in channel for term in row)
    assert used == sorted(weight[o].ravel().tolist())


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize(("flip", "function"), [(True, convolve), (False, correlate)])
def test_a_signal_in_three_modes(call, mode, flip, function):
    f, h = np.array([1, 3, 2, 0, 1, -4]), np.array([4, 2, 1])
    padding = {"full": 2, "same": 1, "valid": 0}[mode]
    rules = {"flip": flip, "padding": [0, padding], "stride": [1, 1], "dilation": [1, 1]}
    result = call("layer", [[f.tolist()]], [[[h.tolist()]]], [0], rules)
    assert result == [[function(f, h, mode).tolist()]]


@pytest.mark.parametrize(("padding", "dilation", "size"), [(0, 3, -1), (1, 3, 1), (0, 2, 1), (2, 3, 3)])
def test_a_kernel_that_does_not_fit_has_no_outputs(call, padding, dilation, size):
    rules = {"flip": False, "padding": [padding] * 2, "stride": [1, 1], "dilation": [dilation] * 2}
    x, weight = np.ones((1, 5, 5)).tolist(), np.ones((1, 1, 3, 3)).tolist()
    assert call("outputSize", x, weight, rules) == [size, size]
    assert np.size(call("layer", x, weight, [0], rules)) == max(size, 0) ** 2
