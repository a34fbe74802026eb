"""The page on differences from PyTorch, networks: each row has a check of what we do.

What PyTorch does in each row is checked by `test_torch_differences_of_networks.py`, where it is installed.
"""

import inspect

import numpy as np
import pytest
from differences import NETWORKS, Checks, labels, names
from numpy.testing import assert_array_equal

import cnn_course as c

RNG = np.random.default_rng(0)
CHECKS = Checks()
row = CHECKS.row


def test_every_row_has_a_check_and_every_check_a_row():
    assert list(CHECKS) == labels(NETWORKS)


@pytest.mark.parametrize("label", labels(NETWORKS))
def test_what_we_do(label):
    CHECKS[label]()


def refuses(function, *args, match=None, **kwargs):
    """A bad value is a ValueError."""
    with pytest.raises(ValueError, match=match):
        function(*args, **kwargs)


def has_no_place(function, *args, **kwargs):
    """There is no such argument."""
    with pytest.raises(TypeError):
        function(*args, **kwargs)


def linear():
    return c.Linear(1, 1, rng=RNG)


def weight():
    return c.Parameter(np.array([1.0]))


@row("base class")
def _():
    assert issubclass(c.Linear, c.Layer)
    assert not hasattr(c.Layer, "parameters")
    assert not hasattr(c.Layer, "named_modules")
    assert [name for name, _ in c.Sequential(linear()).named_layers()] == ["", "0"]
    assert isinstance(linear().weight.data, np.ndarray)


@row("random numbers")
def _():
    has_no_place(c.Linear, 1, 1)
    has_no_place(c.Dropout, 0.5)
    one, other = (c.Linear(3, 2, rng=np.random.default_rng(7)) for _ in range(2))
    assert_array_equal(one.weight.data, other.weight.data)


@row("gradients add up")
def _():
    layer, x = linear(), np.ones((1, 1), np.float32)
    for _ in range(2):
        layer(x)
        layer.backward(x)
    assert layer.weight.grad == 1
    assert not hasattr(c.SGD(layer.named_parameters(), 1.0), "zero_grad")


@row("evaluation mode")
def _():
    layer = c.BatchNorm1d(1, dtype=np.float64).eval()
    layer(np.ones((2, 1)))
    with pytest.raises(RuntimeError, match="in training mode"):
        layer.backward(np.ones((2, 1)))
    grad_x, _, _ = c.batch_norm_backward(np.ones((2, 1)), np.ones((2, 1)), mean=np.zeros(1), var=np.ones(1), eps=0)
    assert_array_equal(grad_x, np.ones((2, 1)))


@row("an input that was changed")
def _():
    layer, x = linear(), np.ones((1, 1), np.float32)
    layer(x)
    x[...] = 5
    layer.backward(np.ones((1, 1), np.float32))
    assert layer.weight.grad == 5


@row("one layer at two places")
def _():
    refuses(c.Sequential, *[linear()] * 2, match="may occur once")


@row("layers in a list")
def _():
    refuses(setattr, c.ReLU(), "layers", [linear()], match="would not be found")


@row("Sequential")
def _():
    refuses(c.Sequential, match="at least 1 layer")
    assert not hasattr(c.Sequential, "append")
    assert list(c.Sequential({"a": c.ReLU()}).children) == ["a"]


@row("arguments of pools")
def _():
    has_no_place(c.MaxPool2d, 3, 2, 1, 1)
    assert c.MaxPool2d(3, 2, 1, dilation=1).dilation == 1


@row("impossible layers")
def _():
    refuses(c.MaxPool2d, 2, padding=2, match="half of the kernel's extent")


@row("one entry for all axes")
def _():
    assert c.Conv2d(1, 1, (2,), rng=RNG).weight.data.shape == (1, 1, 2, 2)
    assert c.max_pool2d(np.ones((1, 1, 4, 4)), (2,)).shape == (1, 1, 2, 2)


@row("in place")
def _():
    has_no_place(c.ReLU, inplace=True)
    frozen = c.freeze(c.Sequential(c.Conv2d(1, 1, 1, rng=RNG), c.ReLU()))
    assert len(frozen) == 1


@row("Flatten")
def _():
    assert c.Flatten()(np.ones((2, 3, 4))).shape == (2, 12)
    assert c.Flatten()(np.ones(3)).shape == (3, 1)
    has_no_place(c.Flatten, 0)


@row("dropout of all")
def _():
    refuses(c.Dropout, 1.0, rng=RNG, match="below 1")


@row("repr")
def _():
    assert repr(c.BatchNorm2d(2)) == "BatchNorm2d(2, eps=1e-05, momentum=0.1)"
    assert "count_include_pad=True" in repr(c.AvgPool2d(2))


@row("blocks")
def _():
    assert all(issubclass(layer, c.Layer) for layer in (c.Residual, c.Concat, c.GlobalAvgPool, c.BlurPool2d))


@row("arrays in a state")
def _():
    layer = linear()
    assert not np.shares_memory(layer.state_dict()["weight"], layer.weight.data)


@row("dtypes in a state")
def _():
    layer = linear()
    layer.load_state_dict({"weight": np.full((1, 1), 3.0)}, strict=False)
    assert layer.weight.data == 3
    for bad in (np.ones((1, 1), int), np.full((1, 1), 1e300)):
        refuses(layer.load_state_dict, {"weight": bad}, strict=False, match="must have dtype float32")


@row("a failed load")
def _():
    layer = linear()
    before = layer.weight.data.copy()
    refuses(layer.load_state_dict, {"weight": np.full((1, 1), 7.0), "bias": np.ones(2)}, match="bias must have shape")
    assert layer.weight.data == before


@row("old batch norms")
def _():
    layer = c.BatchNorm1d(1)
    state = layer.state_dict()
    del state["num_batches_tracked"]
    refuses(layer.load_state_dict, state, match="missing num_batches_tracked")
    assert layer.load_state_dict(state, strict=False) == (["num_batches_tracked"], [])


@row("files")
def _():
    refuses(c.save, "weights.pt", {}, match=r"must end in \.npz or \.safetensors")
    refuses(c.save, "weights.npz", {"x": object()}, match="must hold numbers")


@row("parameters")
def _():
    assert c.SGD(linear().named_parameters(), 0.1).lr == 0.1
    for bad in ([weight()], [{"params": [weight()], "lr": 1}]):
        refuses(c.SGD, bad, 0.1, match="must be pairs")


@row("rate of SGD")
def _():
    has_no_place(c.SGD, [("w", weight())])


@row("options of optimisers")
def _():
    for kind, options in ((c.SGD, {"momentum", "nesterov"}), (c.Adam, {"betas", "eps"})):
        keywords = {n for n, p in inspect.signature(kind).parameters.items() if p.kind is p.KEYWORD_ONLY}
        assert keywords == options | {"weight_decay"}


@row("no gradient")
def _():
    with pytest.raises(RuntimeError, match="no gradient of w"):
        c.SGD([("w", weight())], 0.1).step()


@row("a parameter twice")
def _():
    w = weight()
    refuses(c.SGD, [("a", w), ("b", w)], 0.1, match="may occur once")


@row("state of an optimiser")
def _():
    state = c.SGD([("w", weight())], 0.1, momentum=0.9).state_dict()
    assert list(state) == ["step", "w.momentum_buffer"]
    assert all(isinstance(array, np.ndarray) for array in state.values())


@row("schedules")
def _():
    optimizer = c.SGD([("w", weight())], 0.1)
    optimizer.lr = c.step_decay(3, base=1.0, every=2)
    assert optimizer.lr == 0.1
    assert "schedule" in names(c.fit)


@row("cosine after its end")
def _():
    assert [c.cosine_decay(t, base=1.0, total_steps=4) for t in (4, 5, 8)] == [0, 0, 0]


@row("training loop")
def _():
    assert callable(c.fit)
    assert callable(c.evaluate)
