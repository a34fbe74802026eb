"""The page on differences from PyTorch, functions: each row has a check of what we do.

What PyTorch does in each row is checked by `test_torch_differences_of_functions.py`, where it is installed.
"""

import inspect

import numpy as np
import pytest
from differences import FUNCTIONS, NETWORKS, Checks, labels, names, sections
from numpy.testing import assert_array_equal

import cnn_course as c

X, W = np.ones((1, 1, 3)), np.ones((1, 1, 2))
CHECKS = Checks()
row = CHECKS.row


def test_every_row_has_a_check_and_every_check_a_row():
    assert list(CHECKS) == labels(FUNCTIONS)


@pytest.mark.parametrize("label", labels(FUNCTIONS))
def test_what_we_do(label):
    CHECKS[label]()


def test_the_page_is_whole():
    """Each section is checked, and each row has three cells."""
    assert [heading for heading, _ in sections()] == FUNCTIONS + NETWORKS
    assert all(len(cells) == 3 and all(map(str.strip, cells)) for _, rows in sections() for cells in rows)


def refuses(function, *args, match=None, **kwargs):
    """A bad value is a ValueError."""
    with pytest.raises(ValueError, match=match):
        function(*args, **kwargs)


def has_no_place(function, *args, **kwargs):
    """There is no such argument."""
    with pytest.raises(TypeError):
        function(*args, **kwargs)


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
    layer = c.Linear(1, 1, rng=np.random.default_rng(0))
    assert np.ones(3).dtype == np.float64
    refuses(layer, np.ones((1, 1)), match="one dtype")
    assert layer(np.ones((1, 1), np.float32)).dtype == np.float32


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


@row("sides in pad")
def _():
    assert c.pad(X[None], ((1, 0), (0, 2))).shape == (1, 1, 2, 5)


@row("fillings of pad")
def _():
    has_no_place(c.pad, X, 1, value=5.0)
    refuses(c.pad, X, -1, match="at least 0")
    refuses(c.pad, X, ((0, 0), (1, 0)), match="1 entries")
    assert c.pad(np.ones((1, 1, 2, 2, 2, 2)), 1, mode="replicate").shape == (1, 1, 4, 4, 4, 4)


@row("words for pools and transposed convolutions")
def _():
    for word in ("same", "valid"):
        assert c.max_pool1d(X, 3, stride=1, padding=word).shape[2] == {"same": 3, "valid": 1}[word]
        assert c.conv_transpose1d(X, np.ones((1, 1, 3)), padding=word).shape[2] == {"same": 3, "valid": 5}[word]


@row("padding_mode when transposed")
def _():
    assert "padding_mode" in names(c.Conv2d)
    assert "padding_mode" not in names(c.ConvTranspose2d)


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


@row("windows of padding alone")
def _():
    x = np.ones((1, 1, 1))
    assert c.max_pool1d(x, 2, padding=1, dilation=2) == -np.inf
    assert c.max_pool1d_backward(x, x, 2, padding=1, dilation=2) == 0


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
    layer = c.ConvTranspose1d(1, 1, 3, stride=2, output_padding=1, rng=np.random.default_rng(0))
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


@row("a batch without images")
def _():
    layer = c.BatchNorm1d(2)
    assert layer(np.ones((0, 2), np.float32)).shape == (0, 2)
    assert layer.num_batches_tracked == 0
    assert_array_equal(layer.running_var, np.ones(2))


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
    x = np.random.default_rng(0).random((2, 3, 4))
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
