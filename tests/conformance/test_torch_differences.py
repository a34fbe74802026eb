"""The page on differences from PyTorch: each row has a check of what PyTorch does.

What we do in each row is checked by `tests/book/test_differences_from_pytorch.py`, which always runs.
"""

import inspect
import io
import math
import pickletools
import zipfile
from collections import OrderedDict
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed; CONTRIBUTING.md says how to run these tests")

from torch import nn, optim  # noqa: E402
from torch.nn import functional as F  # noqa: E402

torch.set_num_threads(1)

TEXT = (Path(__file__).parents[2] / "book/differences-from-pytorch.md").read_text(encoding="utf-8")
LABELS = [line.split("|")[1].strip() for line in TEXT.splitlines() if line.startswith("| ") and line[2] != "|"]
CHECKS = {}

X, W = torch.ones(1, 1, 3), torch.ones(1, 1, 2)
NAN = math.nan


def row(label):
    """Say which row a check is of."""

    def add(check):
        assert label not in CHECKS
        CHECKS[label] = check
        return check

    return add


def fails(error, function, *args, match=None, **kwargs):
    with pytest.raises(error, match=match):
        function(*args, **kwargs)


def names(function):
    return set(inspect.signature(function).parameters)


def gradient(function, values):
    x = torch.tensor(values, requires_grad=True)
    function(x).sum().backward()
    return x.grad.tolist()


def parameter():
    return nn.Parameter(torch.ones(1))


def test_every_row_has_a_check_and_every_check_a_row():
    assert list(CHECKS) == LABELS


@pytest.mark.parametrize("label", LABELS)
def test_what_pytorch_does(label):
    CHECKS[label]()


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


@row("words for pools and transposed convolutions")
def _():
    for word in ("same", "valid"):
        fails(TypeError, F.max_pool1d, X, 3, stride=1, padding=word)
        fails(TypeError, F.conv_transpose1d, X, W, padding=word)
        assert F.conv1d(X, torch.ones(1, 1, 3), padding=word).shape[2] == {"same": 3, "valid": 1}[word]


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


@row("base class")
def _():
    assert issubclass(nn.Linear, nn.Module)
    assert [name for name, _ in nn.Sequential(nn.ReLU()).named_modules()] == ["", "0"]
    assert len(list(nn.Linear(1, 1).parameters())) == 2


@row("random numbers")
def _():
    values = []
    for _ in range(2):
        torch.manual_seed(7)
        values.append(nn.Linear(3, 2).weight.tolist())
    assert values[0] == values[1] != nn.Linear(3, 2).weight.tolist()


@row("gradients add up")
def _():
    layer = nn.Linear(1, 1)
    for _ in range(2):
        layer(torch.ones(1, 1)).backward()
    assert layer.weight.grad == 2
    layer.zero_grad()
    assert layer.weight.grad is None


@row("evaluation mode")
def _():
    layer = nn.BatchNorm1d(1, eps=0).eval()
    assert gradient(layer, [[1.0], [1.0]]) == [[1], [1]]


@row("an input that was changed")
def _():
    layer, x = nn.Linear(1, 1), torch.ones(1, 1)
    y = layer(x)
    x[...] = 5
    fails(RuntimeError, y.backward, match="modified by an inplace operation")


@row("one layer at two places")
def _():
    assert len(list(nn.Sequential(*[nn.Linear(2, 2)] * 2).parameters())) == 2


@row("layers in a list")
def _():
    layer = nn.ReLU()
    layer.layers = [nn.Linear(1, 1)]
    assert not list(layer.parameters())


@row("Sequential")
def _():
    assert len(nn.Sequential().append(nn.ReLU())) == 1
    fails(TypeError, nn.Sequential, {"a": nn.ReLU()})
    assert next(iter(dict(nn.Sequential(OrderedDict(a=nn.ReLU())).named_children()))) == "a"


@row("arguments of pools")
def _():
    assert nn.MaxPool2d(3, 2, 1, 1).dilation == 1
    assert nn.AvgPool2d(3, 2, 1, True).ceil_mode is True


@row("in place")
def _():
    x = torch.tensor([-1.0])
    nn.ReLU(inplace=True)(x)
    assert x == 0


@row("Flatten")
def _():
    assert nn.Flatten(0)(torch.ones(2, 3)).shape == (6,)
    fails(IndexError, nn.Flatten(), torch.ones(3))


@row("dropout of all")
def _():
    assert nn.Dropout(1.0)(torch.ones(2)).tolist() == [0, 0]


@row("repr")
def _():
    assert "affine=True" in repr(nn.BatchNorm2d(2))
    assert "inplace" in repr(nn.Dropout())
    assert "count_include_pad" not in repr(nn.AvgPool2d(2))


@row("blocks")
def _():
    assert not any(hasattr(nn, name) for name in ("Residual", "Concat", "GlobalAvgPool"))


@row("arrays in a state")
def _():
    layer = nn.Linear(1, 1)
    assert layer.state_dict()["weight"].data_ptr() == layer.weight.data_ptr()


@row("dtypes in a state")
def _():
    layer = nn.Linear(1, 1)
    layer.load_state_dict({"weight": torch.full((1, 1), 3)}, strict=False)
    assert layer.weight == 3
    layer.load_state_dict({"weight": torch.full((1, 1), 1e300, dtype=torch.float64)}, strict=False)
    assert layer.weight == math.inf


@row("a failed load")
def _():
    layer = nn.Linear(1, 1)
    fails(RuntimeError, layer.load_state_dict, {"weight": torch.full((1, 1), 7.0), "bias": torch.ones(2)})
    assert layer.weight == 7


@row("old batch norms")
def _():
    layer = nn.BatchNorm1d(1)
    state = dict(layer.state_dict())
    del state["num_batches_tracked"]
    assert layer.load_state_dict(state) == ([], [])


@row("files")
def _():
    file = io.BytesIO()
    torch.save(nn.Linear(1, 1).state_dict(), file)
    with zipfile.ZipFile(file) as archive:
        (pickled,) = (archive.read(name) for name in archive.namelist() if name.endswith(".pkl"))
    assert any(opcode.name == "REDUCE" for opcode, *_ in pickletools.genops(pickled))


@row("parameters")
def _():
    for given in ([parameter()], [("w", parameter())], [{"params": [parameter()], "lr": 1}]):
        assert len(optim.SGD(given, 0.1).param_groups) == 1
    assert len(optim.SGD([{"params": [parameter()], "lr": 1}, {"params": [parameter()]}], 0.1).param_groups) == 2


@row("rate of SGD")
def _():
    assert optim.SGD([parameter()]).param_groups[0]["lr"] == 1e-3


@row("options of optimisers")
def _():
    assert optim.SGD([parameter()], 0.1, 0.9).param_groups[0]["momentum"] == 0.9
    assert {"dampening", "maximize"} <= names(optim.SGD)
    assert "amsgrad" in names(optim.Adam)


@row("no gradient")
def _():
    w = parameter()
    optim.SGD([w], 0.1).step()
    assert w == 1


@row("a parameter twice")
def _():
    with pytest.warns(UserWarning, match="duplicate parameters"):
        optim.SGD([parameter()] * 2, 0.1)


@row("state of an optimiser")
def _():
    w = parameter()
    w.grad = torch.ones(1)
    optimizer = optim.SGD([w], 0.1, momentum=0.9)
    optimizer.step()
    state = optimizer.state_dict()
    assert list(state["state"][0]) == ["momentum_buffer"]
    assert state["param_groups"][0]["lr"] == 0.1


def rates(kind, count, **numbers):
    optimizer = optim.SGD([parameter()], 1.0)
    schedule = getattr(optim.lr_scheduler, kind)(optimizer, **numbers)
    for _ in range(count):
        optimizer.step()
        schedule.step()
        yield optimizer.param_groups[0]["lr"]


@row("schedules")
def _():
    assert list(rates("StepLR", 3, step_size=2)) == [1, 0.1, 0.1]


@row("cosine after its end")
def _():
    *_, end, after, later = rates("CosineAnnealingLR", 6, T_max=4)
    assert end == pytest.approx(0)
    assert 0 < after < later


@row("training loop")
def _():
    assert not hasattr(torch, "fit")
    assert not hasattr(nn.Module, "fit")
