"""The page on differences from PyTorch: each row has a check of what we do, which runs always.

A row is known by its first cell. `tests/conformance/test_torch_differences.py` checks what PyTorch does.
"""

import inspect
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import cnn_course as c

PAGE = Path(__file__).parents[2] / "book/differences-from-pytorch.md"
TEXT = PAGE.read_text(encoding="utf-8")
RNG = np.random.default_rng(0)
ROWS = [line.strip("|").split("|") for line in TEXT.splitlines() if line.startswith("| ") and line[2] != "|"]
LABELS = [row[0].strip() for row in ROWS]
CHECKS = {}

X, W = np.ones((1, 1, 3)), np.ones((1, 1, 2))


def row(label):
    """Say which row a check is of."""

    def add(check):
        assert label not in CHECKS
        CHECKS[label] = check
        return check

    return add


def refuses(function, *args, match=None, **kwargs):
    """A bad value is a ValueError."""
    with pytest.raises(ValueError, match=match):
        function(*args, **kwargs)


def has_no_place(function, *args, **kwargs):
    """There is no such argument."""
    with pytest.raises(TypeError):
        function(*args, **kwargs)


def names(function):
    return set(inspect.signature(function).parameters)


def linear(dtype=np.float32):
    return c.Linear(1, 1, rng=RNG, dtype=dtype)


def weight(value=1.0):
    return c.Parameter(np.array([value]))


def test_every_row_has_a_check_and_every_check_a_row():
    assert list(CHECKS) == LABELS


def test_every_row_has_three_cells():
    assert all(len(cells) == 3 and all(map(str.strip, cells)) for cells in ROWS)


@pytest.mark.parametrize("label", LABELS)
def test_what_we_do(label):
    CHECKS[label]()


@row("arrays")
def _():
    assert_array_equal(c.conv1d([[[1.0, 2.0]]], [[[1.0, 1.0]]]), [[[3.0]]])
    assert not any("device" in names(getattr(c, name)) for name in c.__all__ if callable(getattr(c, name)))


@row("gradients")
def _():
    missing = {"fft_conv"}  # a faster way to a result, whose gradient is that of the convolution
    functions = [f for f in c.functional.__all__ if not f.endswith("_backward") and f not in missing]
    assert {f for f in functions if f"{f}_backward" not in c.functional.__all__} == {"batch_statistics"}
    assert all(callable(getattr(getattr(c, name), "backward", None)) for name in ("Conv2d", "Sequential", "Residual"))


@row("numbers by position")
def _():
    has_no_place(c.conv1d, X, W, None, 2)
    has_no_place(c.max_pool1d, X, 2, 1)
    assert c.conv1d(X, W, None, stride=2).shape == (1, 1, 1)


@row("names of arguments")
def _():
    has_no_place(c.conv1d, input=X, weight=W)
    has_no_place(c.softmax, X, dim=1)
    assert_array_equal(c.conv1d(x=X, weight=W), [[[2.0, 2.0]]])
    assert_array_equal(c.softmax(X, axis=1), X)


@row("one image")
def _():
    refuses(c.conv1d, X[0], W, match="must have 3 axes")
    refuses(c.max_pool1d, X[0], 2, match="must have 3 axes")
    assert c.conv1d(X[0][None], W).shape == (1, 1, 2)


@row("several leading axes")
def _():
    refuses(c.linear, np.ones((2, 3, 4)), np.ones((5, 4)), match="must have 2 axes")


@row("empty axes")
def _():
    refuses(c.conv1d, X[:, :0], W[:, :0], match="axis C has size 0")
    refuses(c.softmax, np.ones((5, 0)), match="size 0")
    assert c.conv1d(X[:0], W).shape == (0, 1, 2)


@row("integers")
def _():
    for call in (lambda: c.relu(np.array([-1, 2])), lambda: c.conv1d(X.astype(int), W.astype(int))):
        refuses(call, match="floating dtype")


@row("half precision")
def _():
    refuses(c.conv1d, X.astype(np.float16), W.astype(np.float16), match="float16")


@row("complex numbers")
def _():
    refuses(c.conv1d, X + 0j, W + 0j, match="floating dtype")
    assert_array_equal(c.convolve(np.array([1j, 2]), np.array([1j])), [-1, 2j])
    assert c.correlate(np.array([1j, 2]), np.array([1j])).dtype == complex


@row("mixed dtypes")
def _():
    refuses(c.mse_loss, np.ones(2, np.float32), np.ones(2), match="one dtype")


@row("dtype of a new array")
def _():
    assert np.ones(3).dtype == np.float64
    refuses(linear(), np.ones((1, 1)), match="one dtype")
    assert linear()(np.ones((1, 1), np.float32)).dtype == np.float32


@row("errors")
def _():
    refuses(c.conv1d, X, W, stride=0, match=r"^conv1d: stride ")
    refuses(c.conv1d, X, W, stride=2.0, match=r"^conv1d: stride ")
    refuses(c.cross_entropy, np.ones((1, 2)), [5], match=r"^cross_entropy: target ")


@row("sides that differ")
def _():
    assert_array_equal(c.conv1d(X, W, padding=((1, 0),)), [[[1.0, 2.0, 2.0]]])


@row("full padding")
def _():
    assert_array_equal(c.conv1d(X, W, padding="full"), [[[1.0, 2.0, 2.0, 1.0]]])


@row("words for pools and transposed convolutions")
def _():
    for word in ("same", "valid"):
        assert c.max_pool1d(X, 3, stride=1, padding=word).shape[2] == {"same": 3, "valid": 1}[word]
        assert c.conv_transpose1d(X, np.ones((1, 1, 3)), padding=word).shape[2] == {"same": 3, "valid": 5}[word]


@row("padding of a dilated pool")
def _():
    assert c.max_pool1d(np.ones((1, 1, 6)), 2, stride=1, padding=2, dilation=3).shape == (1, 1, 7)
    refuses(c.max_pool1d, np.ones((1, 1, 6)), 2, padding=3, dilation=3, match="half of the kernel's extent")


@row("small volumes")
def _():
    assert_array_equal(
        c.avg_pool3d(np.ones((1, 1, 1, 1, 1)), (2, 1, 1), padding=(1, 0, 0)), 0.5 * np.ones((1, 1, 1, 1, 1))
    )


@row("maxima that are NaN")
def _():
    for x, grad in (([1.0, np.nan, np.nan], [0.0, 1.0, 0.0]), ([1.0, 3.0, 3.0], [0.0, 1.0, 0.0])):
        assert_array_equal(c.max_pool1d_backward(np.ones((1, 1, 1)), np.array([[x]]), 3), [[grad]])


@row("indices of maxima")
def _():
    has_no_place(c.max_pool1d, X, 3, return_indices=True)


@row("divisor of a mean")
def _():
    has_no_place(c.avg_pool2d, X[None], 1, divisor_override=2)


@row("adaptive pooling")
def _():
    assert not [name for name in c.__all__ if "adaptive" in name.lower()]
    assert c.global_max_pool(np.ones((2, 3, 4, 5, 6, 7))).shape == (2, 3, 1, 1, 1, 1)
    assert c.global_avg_pool(np.ones((2, 3, 4))).shape == (2, 3, 1)


@row("size of a transposed convolution")
def _():
    layer = c.ConvTranspose1d(1, 1, 3, stride=2, output_padding=1, rng=RNG)
    has_no_place(layer, np.ones((1, 1, 3), np.float32), output_size=[8])
    assert layer(np.ones((1, 1, 3), np.float32)).shape == (1, 1, 8)


@row("axes of unfold")
def _():
    assert c.unfold(X, (2,)).shape == (1, 2, 2)
    assert c.unfold(np.ones((1, 1, 3, 3, 3)), (2, 2, 2)).shape == (1, 8, 8)


@row("size in fold")
def _():
    refuses(c.fold, np.ones((1, 4, 4)), 3, 2, match="an entry for each axis")
    assert c.fold(np.ones((1, 4, 4)), (3, 3), (2, 2)).shape == (1, 1, 3, 3)


@row("arguments of batch_norm")
def _():
    assert list(inspect.signature(c.batch_norm).parameters) == ["x", "weight", "bias", "mean", "var", "eps"]
    x, mean = np.array([[1.0], [3.0]]), np.zeros(1)
    assert_array_equal(c.batch_norm(x, eps=0), [[-1.0], [1.0]])
    assert_array_equal(c.batch_norm(x, mean=mean, var=np.ones(1), eps=0), x)
    assert mean == 0
    layer = c.BatchNorm1d(1, dtype=np.float64)
    layer(x)
    assert layer.running_mean == 0.1 * 2


@row("options of BatchNorm")
def _():
    assert not names(c.BatchNorm2d) & {"affine", "track_running_stats"}
    assert not hasattr(c, "BatchNorm3d")
    assert c.batch_norm(np.random.default_rng(0).random((2, 3, 2, 2, 2, 2))).shape == (2, 3, 2, 2, 2, 2)


@row("eps of zero")
def _():
    with np.errstate(all="ignore"):
        assert np.isnan(c.batch_norm(np.ones((2, 1)), eps=0)).all()
    assert_array_equal(c.batch_norm(np.array([[1.0], [3.0]]), eps=0), [[-1.0], [1.0]])


@row("negative variance")
def _():
    refuses(c.batch_norm, np.ones((2, 1)), mean=np.zeros(1), var=-np.ones(1), match="var must be at least 0")


@row("numbers out of range")
def _():
    refuses(c.BatchNorm1d, 2, momentum=2, match="momentum")
    refuses(c.BatchNorm1d, 2, eps=-1, match="eps")


@row("response norm of features")
def _():
    assert c.local_response_norm(np.ones((2, 3)), 2).shape == (2, 3)


@row("axis of softmax")
def _():
    x = RNG.random((2, 3, 4))
    assert_array_equal(c.softmax(x), c.softmax(x, axis=1))
    assert c.Softmax().axis == 1


@row("targets of cross_entropy")
def _():
    refuses(c.cross_entropy, np.ones((2, 3)), np.ones((2, 3)) / 3, match="integer dtype")
    refuses(c.cross_entropy, np.ones((2, 3, 4)), np.zeros((2, 4), int), match="2 axes")
    refuses(c.cross_entropy, np.ones(3), np.array(1), match="2 axes")


@row("options of losses")
def _():
    assert names(c.cross_entropy) == {"logits", "target"}
    assert names(c.mse_loss) == {"input", "target"}
    refuses(c.cross_entropy, np.ones((2, 3)), np.array([-100, 1]), match="got class -100")


@row("integers of classes")
def _():
    losses = {float(c.cross_entropy(np.ones((1, 2)), np.zeros(1, kind))) for kind in (np.int8, np.int32, np.uint16)}
    assert len(losses) == 1


@row("shapes in mse_loss")
def _():
    refuses(c.mse_loss, np.ones((2, 3)), np.ones(3), match="must have shape")


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
    assert all(issubclass(layer, c.Layer) for layer in (c.Residual, c.Concat, c.GlobalAvgPool))


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
