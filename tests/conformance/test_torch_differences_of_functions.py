"""The page on differences from PyTorch, functions: each row has a check of what PyTorch does.

What we do in each row is checked by `test_differences_of_functions.py`, always.
"""

import math

import pytest
from differences import FUNCTIONS, Checks, labels, names

torch = pytest.importorskip("torch", reason="PyTorch is not installed; CONTRIBUTING.md says how to run these tests")

from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

torch.set_num_threads(1)

X, W = torch.ones(1, 1, 3), torch.ones(1, 1, 2)
NAN = math.nan
CHECKS = Checks()
row = CHECKS.row


def test_every_row_has_a_check_and_every_check_a_row():
    assert list(CHECKS) == labels(FUNCTIONS)


@pytest.mark.parametrize("label", labels(FUNCTIONS))
def test_what_pytorch_does(label):
    CHECKS[label]()


def fails(error, function, *args, match=None, **kwargs):
    with pytest.raises(error, match=match):
        function(*args, **kwargs)


def gradient(function, values):
    x = torch.tensor(values, requires_grad=True)
    function(x).sum().backward()
    return x.grad.tolist()


@row("arrays")
def _():
    fails(TypeError, F.conv1d, [[[1.0, 2.0]]], [[[1.0, 1.0]]])
    assert "device" in names(nn.Linear)


@row("gradients")
def _():
    assert not hasattr(F, "conv2d_backward")
    assert gradient(lambda x: F.conv1d(x, W), [[[1.0, 2.0, 3.0]]]) == [[[1, 2, 1]]]


@row("numbers by position")
def _():
    assert F.conv1d(X, W, None, 2).shape == (1, 1, 1)
    assert F.max_pool1d(X, 2, 1).shape == (1, 1, 2)


@row("names of arguments")
def _():
    assert F.conv1d(input=X, weight=W).shape == (1, 1, 2)
    assert F.softmax(input=X, dim=1).shape == X.shape


@row("one image")
def _():
    assert F.conv1d(X[0], W).shape == (1, 2)
    assert F.max_pool1d(X[0], 2).shape == (1, 1)


@row("several leading axes")
def _():
    assert F.linear(torch.ones(2, 3, 4), torch.ones(5, 4)).shape == (2, 3, 5)


@row("empty axes")
def _():
    assert F.conv1d(torch.ones(1, 0, 3), torch.ones(2, 0, 2)).numel() == 0
    assert F.softmax(torch.ones(5, 0), dim=1).shape == (5, 0)


@row("integers")
def _():
    assert F.relu(torch.tensor([-1, 2])).tolist() == [0, 2]
    assert F.conv1d(X.long(), W.long()).tolist() == [[[2, 2]]]


@row("half precision")
def _():
    assert F.conv1d(X.half(), W.half()).dtype == torch.float16


@row("complex numbers")
def _():
    assert F.conv1d(X + 0j, W + 0j).is_complex()


@row("mixed dtypes")
def _():
    assert F.mse_loss(torch.ones(2), torch.ones(2, dtype=torch.float64)).dtype == torch.float64


@row("dtype of a new array")
def _():
    assert torch.ones(3).dtype == nn.Linear(1, 1).weight.dtype == torch.float32


@row("errors")
def _():
    fails(RuntimeError, F.conv1d, X, W, stride=0)
    fails(TypeError, F.conv1d, X, W, stride=2.0)
    fails(IndexError, F.cross_entropy, torch.ones(1, 2), torch.tensor([5]))
    fails(ValueError, F.batch_norm, torch.ones(1, 3), None, None, training=True)


@row("sides that differ")
def _():
    fails(TypeError, F.conv1d, X, W, padding=((1, 0),))


@row("full padding")
def _():
    fails(RuntimeError, F.conv1d, X, W, padding="full", match="Invalid padding string")


@row("sides in pad")
def _():
    assert F.pad(X[None], (0, 2, 1, 0)).shape == (1, 1, 2, 5)


@row("fillings of pad")
def _():
    assert F.pad(X, (1, 0), value=5.0).tolist() == [[[5, 1, 1, 1]]]
    assert F.pad(X, (-1, 0)).shape == (1, 1, 2)
    assert F.pad(X, (0, 0, 1, 0)).shape == (1, 2, 3)
    fails(NotImplementedError, F.pad, torch.ones(1, 1, 2, 2, 2, 2), (1, 1) * 4, mode="replicate")


@row("words for pools and transposed convolutions")
def _():
    for word in ("same", "valid"):
        fails(TypeError, F.max_pool1d, X, 3, stride=1, padding=word)
        fails(TypeError, F.conv_transpose1d, X, W, padding=word)
        assert F.conv1d(X, torch.ones(1, 1, 3), padding=word).shape[2] == {"same": 3, "valid": 1}[word]


@row("padding_mode when transposed")
def _():
    assert nn.ConvTranspose2d(1, 1, 1, padding_mode="zeros").padding_mode == "zeros"
    fails(ValueError, nn.ConvTranspose2d, 1, 1, 1, padding_mode="reflect")


@row("padding of a dilated pool")
def _():
    fails(RuntimeError, F.max_pool1d, torch.ones(1, 1, 6), 2, padding=2, dilation=3, match="half of kernel size")


@row("small volumes")
def _():
    fails(
        RuntimeError, F.avg_pool3d, torch.ones(1, 1, 1, 1, 1), (2, 1, 1), padding=(1, 0, 0), match="smaller than kernel"
    )
    assert F.avg_pool2d(torch.ones(1, 1, 1, 1), (2, 1), padding=(1, 0)).tolist() == [[[[0.5]]]]


@row("maxima that are NaN")
def _():
    for x, grad in (([1.0, NAN, NAN], [0, 0, 1]), ([1.0, 3.0, 3.0], [0, 1, 0])):
        assert gradient(lambda x: F.max_pool1d(x, 3), [[x]]) == [[grad]]


@row("windows of padding alone")
def _():
    maximum, index = F.max_pool1d(torch.ones(1, 1, 1), 2, padding=1, dilation=2, return_indices=True)
    assert maximum == -math.inf
    assert index >= 1


@row("indices of maxima")
def _():
    _, indices = F.max_pool1d(X, 3, return_indices=True)
    assert indices.tolist() == [[[0]]]


@row("divisor of a mean")
def _():
    assert F.avg_pool2d(X[None], 1, divisor_override=2).tolist() == [[[[0.5, 0.5, 0.5]]]]


@row("adaptive pooling")
def _():
    assert F.adaptive_avg_pool1d(X, 2).shape == (1, 1, 2)
    assert not hasattr(F, "adaptive_avg_pool4d")


@row("size of a transposed convolution")
def _():
    assert nn.ConvTranspose1d(1, 1, 3, stride=2)(X, output_size=[8]).shape == (1, 1, 8)


@row("axes of unfold")
def _():
    fails((RuntimeError, NotImplementedError), F.unfold, torch.ones(1, 1, 3, 3, 3), 2)
    fails(RuntimeError, F.unfold, X[None], (2,), match="kernel_size equals to 2")


@row("size in fold")
def _():
    assert F.fold(torch.ones(1, 4, 4), 3, 2).shape == (1, 1, 3, 3)


@row("arguments of batch_norm")
def _():
    mean, var = torch.zeros(1), torch.ones(1)
    F.batch_norm(torch.tensor([[1.0], [3.0]]), mean, var, None, None, True)
    assert mean.item() == pytest.approx(0.2)


@row("options of BatchNorm")
def _():
    assert {"affine", "track_running_stats"} <= names(nn.BatchNorm2d)
    assert hasattr(nn, "BatchNorm3d")


@row("a batch without images")
def _():
    layer = nn.BatchNorm1d(2)
    layer(torch.ones(0, 2))
    assert layer.num_batches_tracked == 1
    assert layer.running_var.tolist() == [1, 1]


@row("eps of zero")
def _():
    fails(ValueError, F.batch_norm, torch.ones(2, 1), None, None, training=True, eps=0, match="eps must be positive")


@row("negative variance")
def _():
    assert F.batch_norm(torch.ones(2, 1), torch.zeros(1), -torch.ones(1)).isnan().all()


@row("numbers out of range")
def _():
    assert nn.BatchNorm1d(2, momentum=2).momentum == 2
    assert nn.BatchNorm1d(2, eps=-1).eps == -1


@row("response norm of features")
def _():
    fails(ValueError, F.local_response_norm, torch.ones(2, 3), 2, match="3D or higher")


@row("axis of softmax")
def _():
    x = torch.arange(6.0).reshape(2, 3)
    with pytest.warns(UserWarning, match="Implicit dimension choice"):
        assert F.softmax(x).tolist() == F.softmax(x, dim=1).tolist()
    with pytest.warns(UserWarning, match="Implicit dimension choice"):
        assert F.softmax(x[None]).tolist() == F.softmax(x[None], dim=0).tolist()


@row("targets of cross_entropy")
def _():
    assert F.cross_entropy(torch.ones(2, 3), torch.ones(2, 3) / 3) > 0
    assert F.cross_entropy(torch.ones(2, 3, 4), torch.zeros(2, 4).long()) > 0
    assert F.cross_entropy(torch.ones(3), torch.tensor(1)) > 0


@row("options of losses")
def _():
    assert {"weight", "ignore_index", "reduction", "label_smoothing"} <= names(F.cross_entropy)
    assert "reduction" in names(F.mse_loss)
    ignored = F.cross_entropy(torch.ones(2, 3), torch.tensor([-100, 1]))
    assert ignored == F.cross_entropy(torch.ones(1, 3), torch.tensor([1]))


@row("integers of classes")
def _():
    fails(RuntimeError, F.cross_entropy, torch.ones(1, 2), torch.tensor([0], dtype=torch.int32), match="Long or Byte")
    assert F.cross_entropy(torch.ones(1, 2), torch.tensor([0], dtype=torch.uint8)) > 0


@row("shapes in mse_loss")
def _():
    with pytest.warns(UserWarning, match="broadcasting"):
        assert F.mse_loss(torch.ones(2, 3), torch.ones(3)) == 0
