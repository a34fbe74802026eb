"""A frozen network computes what the network computes in evaluation mode, and leaves it as it was."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from cnn_course.functional import winograd
from cnn_course.nn import (
    BatchNorm2d,
    Concat,
    Conv2d,
    Dropout,
    Flatten,
    Identity,
    Layer,
    Linear,
    MaxPool2d,
    ReLU,
    Residual,
    Sequential,
)
from cnn_course.nn.inference import CHANNELS, FrozenConv2d, freeze


def normalised(channels, rng, dtype):
    """A batch normalisation with statistics and parameters that are not those of a new one."""
    layer = BatchNorm2d(channels, dtype=dtype)
    layer.running_mean[:] = rng.standard_normal(channels)
    layer.running_var[:] = rng.uniform(0.5, 2, channels)
    layer.weight.data[:] = rng.uniform(0.5, 2, channels)
    layer.bias.data[:] = rng.standard_normal(channels)
    return layer


def network(rng, dtype=np.float64):
    """Every kind of place at which a convolution, a normalisation and a ReLU may stand."""
    own = {"rng": rng, "dtype": dtype}
    return Sequential(
        Conv2d(3, 6, 3, stride=2, padding=1, bias=False, **own),
        normalised(6, rng, dtype),
        ReLU(),
        normalised(6, rng, dtype),  # after the ReLU: must not move before it
        Residual(
            Sequential(Conv2d(6, 6, 3, padding=1, groups=2, **own), normalised(6, rng, dtype)),
            Sequential(Conv2d(6, 6, 1, **own), ReLU(), normalised(6, rng, dtype)),
        ),
        ReLU(),
        Concat(Conv2d(6, 2, 1, **own), Sequential(Conv2d(6, 4, (3, 1), padding=(1, 0), **own), ReLU())),
        MaxPool2d(2),
        Dropout(0.5, rng=rng),
        Flatten(),
        Linear(6 * 3 * 2, 5, **own),
    )


def test_a_frozen_network_computes_the_same():
    rng = np.random.default_rng(0)
    net, x = network(rng), rng.standard_normal((4, 3, 11, 9))
    expected = net.eval()(x)
    # float64, a dozen layers: each adds a few units of rounding
    assert_allclose(freeze(net)(x), expected, rtol=0, atol=1e-13 * np.abs(expected).max())


@pytest.mark.parametrize("padding_mode", ["zeros", "reflect", "replicate", "circular"])
def test_what_stands_in_the_padding_is_frozen_with_the_layer(padding_mode):
    rng = np.random.default_rng(12)
    own = {"padding_mode": padding_mode, "rng": rng, "dtype": np.float64}
    net = Sequential(
        Conv2d(3, 6, (3, 2), (2, 1), ((1, 2), (0, 3)), groups=3, **own), normalised(6, rng, np.float64), ReLU()
    )
    frozen, x = freeze(net), rng.standard_normal((2, 3, 7, 5))
    expected = net.eval()(x)
    net[0].padding_mode = "zeros"
    assert len(frozen) == 1
    assert_allclose(frozen(x), expected, rtol=0, atol=1e-13 * np.abs(expected).max())  # a few units of rounding


def test_freezing_changes_nothing_in_the_network():
    rng = np.random.default_rng(1)
    net, x = network(rng).train(), rng.standard_normal((4, 3, 11, 9))
    before = net.state_dict()
    freeze(net)(x)
    for name, array in net.state_dict().items():
        assert_array_equal(array, before[name])
    assert all(layer.training for _, layer in net.named_layers())


def test_a_frozen_network_does_not_follow_the_weights():
    rng = np.random.default_rng(2)
    net, x = network(rng), rng.standard_normal((2, 3, 11, 9))
    frozen = freeze(net)
    before = frozen(x)
    for _, parameter in net.named_parameters():
        parameter.data += 1
    assert_array_equal(frozen(x), before)


@pytest.mark.parametrize(
    ("changes", "uses"),
    [
        ({}, True),
        ({"padding": 0}, True),
        ({"dtype": np.float64}, False),
        ({"kernel_size": 1, "padding": 0}, False),
        ({"stride": 2, "size": 31}, False),  # and 16 x 16 outputs, which are enough
        ({"dilation": 2, "padding": 2}, False),
        ({"groups": 2, "in_channels": 2 * CHANNELS, "out_channels": 2 * CHANNELS}, False),
        ({"in_channels": CHANNELS - 1}, False),
        ({"out_channels": CHANNELS - 1}, False),
        ({"size": 13}, False),
        ({"padding_mode": "circular"}, True),
        ({"padding_mode": "reflect", "padding": "full"}, True),
        ({"padding_mode": "replicate", "padding": ((2, 0), 1), "size": 14}, True),
        ({"padding_mode": "circular", "size": 13}, False),
        ({"padding_mode": "circular", "padding": 0, "size": 15}, False),
    ],
)
def test_winograd_serves_where_the_rule_says(monkeypatch, changes, uses):
    numbers = {"in_channels": CHANNELS, "out_channels": CHANNELS, "kernel_size": 3, "padding": 1, "dtype": np.float32}
    size = changes.get("size", 17)
    numbers |= {name: value for name, value in changes.items() if name != "size"}
    rng = np.random.default_rng(3)
    layer = Conv2d(**numbers, rng=rng)
    x = rng.standard_normal((2, numbers["in_channels"], size, size)).astype(numbers["dtype"])
    calls = []
    monkeypatch.setattr(
        winograd, "forward", lambda *arguments, f=winograd.forward: (calls.append(True), f(*arguments))[1]
    )

    y = freeze(layer)(x)

    assert bool(calls) == uses
    expected = layer.eval()(x)
    # Winograd's transforms multiply the rounding of float32 by less than 100
    assert_allclose(y, expected, rtol=0, atol=100 * 2**-23 * np.abs(expected).max())


@pytest.mark.parametrize("padding_mode", ["zeros", "circular"])
@pytest.mark.parametrize("pixel", [np.inf, -np.inf, np.nan, 3e37])
def test_a_pixel_that_winograd_cannot_take_spoils_no_other_place(pixel, padding_mode):
    rng = np.random.default_rng(8)
    layer = Conv2d(CHANNELS, CHANNELS, 3, padding=1, padding_mode=padding_mode, rng=rng)
    x = rng.standard_normal((2, CHANNELS, 14, 17), dtype=np.float32)
    x[1, 5, 6, 7] = pixel
    assert_array_equal(freeze(layer)(x), layer.eval()(x))  # the same bits: by the same way


class Doubled:
    """Makes of any layer one that computes something else."""

    def forward(self, x):
        return 2 * super().forward(x)


class DoubledConv2d(Doubled, Conv2d):
    pass


class DoubledNorm(Doubled, BatchNorm2d):
    pass


class DoubledReLU(Doubled, ReLU):
    pass


class Leaky(ReLU):
    function = staticmethod(lambda x: np.maximum(x, 0.25 * x))


class Dilated(Conv2d):
    @property
    def numbers(self):
        return super().numbers | {"dilation": (2, 2)}


class Called(Conv2d):
    def __call__(self, x):
        return 2 * self.forward(x)


class DoubledSequential(Doubled, Sequential):
    pass


class DoubledConcat(Doubled, Concat):
    pass


class DoubledResidual(Doubled, Residual):
    pass


OWN = {
    "convolution": lambda rng: Sequential(DoubledConv2d(5, 5, 3, rng=rng, dtype=np.float64), ReLU()),
    "arguments": lambda rng: Dilated(5, 5, 2, rng=rng, dtype=np.float64),
    "call": lambda rng: Called(5, 5, 3, rng=rng, dtype=np.float64),
    "normalisation": lambda rng: Sequential(conv(rng), DoubledNorm(5, dtype=np.float64)),
    "ReLU": lambda rng: Sequential(conv(rng), DoubledReLU()),
    "activation": lambda rng: Sequential(conv(rng), Leaky()),
    "sequence": lambda rng: DoubledSequential(conv(rng), ReLU()),
    "branches": lambda rng: DoubledConcat(conv(rng), conv(rng)),
    "block": lambda rng: DoubledResidual(conv(rng)),
    "body": lambda rng: Residual(DoubledSequential(conv(rng), View())),
}


@pytest.mark.parametrize("build", OWN.values(), ids=OWN)
def test_layers_of_one_s_own_are_left_as_they_are(build):
    rng = np.random.default_rng(9)
    net, x = build(rng), rng.standard_normal((2, 5, 7, 3))
    assert_allclose(freeze(net)(x), net.eval()(x), rtol=0, atol=1e-13)  # a few units of rounding of numbers near 1


class Conv3x3(Conv2d):
    def __init__(self, channels, rng):
        super().__init__(channels, channels, 3, padding=1, rng=rng, dtype=np.float64)


class Stage(Sequential):
    def __init__(self, channels, rng):
        super().__init__(Conv3x3(channels, rng), BatchNorm2d(channels, dtype=np.float64), ReLU())


def test_a_class_that_only_sets_the_arguments_is_taken_for_what_it_is():
    rng = np.random.default_rng(10)
    net, x = Stage(5, rng), rng.standard_normal((2, 5, 7, 3))
    frozen = freeze(net)
    assert [type(layer) for layer in frozen] == [FrozenConv2d]
    assert_allclose(frozen(x), net.eval()(x), rtol=0, atol=1e-13)


class Cached(Sequential):
    """A body that gives the same array again, although its last layer would make a new one."""

    def forward(self, x):
        return self[0](x)


def test_a_body_of_one_s_own_is_not_written_to():
    body = Cached(Constant(), freeze(conv(np.random.default_rng(11))))
    block = freeze(Residual(body))
    x = np.ones((2, 5, 7, 3))
    assert_array_equal(block(x), 2 * x)
    assert_array_equal(block(x), 2 * x)


class View(Layer):
    """A layer that gives its input back, and not a copy of it."""

    def forward(self, x):
        return x[:]


class Constant(Layer):
    """A layer that always gives the same array."""

    def __init__(self):
        self.y = np.ones((2, 5, 7, 3))

    def forward(self, x):
        return self.y


def conv(rng):
    return Conv2d(5, 5, 3, padding=1, rng=rng, dtype=np.float64)


@pytest.mark.parametrize(
    ("body", "shortcut"),
    [
        (conv, None),
        (lambda rng: Sequential(ReLU(), conv(rng), normalised(5, rng, np.float64), ReLU()), None),
        (lambda rng: Sequential(conv(rng), Identity()), View),
        (lambda rng: Sequential(conv(rng), View()), None),
        (lambda rng: Sequential(conv(rng), Constant()), None),
        (lambda rng: Residual(View()), None),
        (lambda rng: Residual(conv(rng)), View),
        (lambda rng: Identity(), None),
        (lambda rng: View(), View),
        (lambda rng: Flatten(), Flatten),
    ],
)
@pytest.mark.parametrize("rectified", [False, True])
def test_a_frozen_block_writes_to_nothing_but_its_own_arrays(body, shortcut, rectified):
    rng = np.random.default_rng(6)
    net = Sequential(Residual(body(rng), shortcut and shortcut()), *[ReLU()] * rectified)
    x = rng.standard_normal((2, 5, 7, 3))
    x.flags.writeable = False
    frozen = freeze(net)
    y = frozen(x)
    assert len(frozen) == 1
    assert not np.shares_memory(x, y)
    assert_allclose(y, net.eval()(x), rtol=0, atol=1e-13 * np.abs(y).max())  # a few units of rounding
    before = y.copy()
    assert_array_equal(frozen(x), before)
    assert_array_equal(y, before)


def test_a_frozen_block_refuses_ways_of_different_shapes():
    block = freeze(Residual(Identity(), Flatten()))
    with pytest.raises(
        ValueError, match=r"Residual: the output of shortcut must have shape \(2, 3, 5\), got \(2, 15\)"
    ):
        block(np.ones((2, 3, 5)))


def test_a_frozen_network_may_be_frozen_again():
    rng = np.random.default_rng(7)
    frozen, x = freeze(network(rng)), rng.standard_normal((2, 3, 11, 9))
    assert_array_equal(freeze(frozen)(x), frozen(x))


def test_a_frozen_network_does_not_learn():
    frozen = freeze(Conv2d(2, 3, 3, rng=np.random.default_rng(4)))
    with pytest.raises(RuntimeError, match="does not learn"):
        frozen.backward(np.ones((1, 3, 2, 2), np.float32))
    with pytest.raises(RuntimeError, match=r"FrozenResidual.backward: .* does not learn"):
        freeze(Residual(Identity())).backward(np.ones(3))


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="freeze: network must be a Layer, got 3"):
        freeze(3)
    frozen = freeze(Conv2d(2, 3, 3, rng=np.random.default_rng(5)))
    assert isinstance(frozen, FrozenConv2d)
    with pytest.raises(ValueError, match="FrozenConv2d: x has 4 channels but weight expects 2"):
        frozen(np.ones((1, 4, 5, 5), np.float32))
