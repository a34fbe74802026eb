"""The page on differences from PyTorch, networks: each row has a check of what PyTorch does.

What we do in each row is checked by `test_differences_of_networks.py`, always.
"""

import io
import math
import pickletools
import zipfile
from collections import OrderedDict

import pytest
from differences import NETWORKS, Checks, fails, labels, names

torch = pytest.importorskip("torch", reason="PyTorch is not installed; CONTRIBUTING.md says how to run these tests")

from torch import nn, optim  # noqa: E402

torch.set_num_threads(1)

CHECKS = Checks()
row = CHECKS.row


def test_every_row_has_a_check_and_every_check_a_row():
    assert list(CHECKS) == labels(NETWORKS)


@pytest.mark.parametrize("label", labels(NETWORKS))
def test_what_pytorch_does(label):
    CHECKS[label]()


def gradient(function, values):
    x = torch.tensor(values, requires_grad=True)
    function(x).sum().backward()
    return x.grad.tolist()


def parameter():
    return nn.Parameter(torch.ones(1))


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


@row("impossible layers")
def _():
    layer = nn.MaxPool2d(2, padding=2)
    fails(RuntimeError, layer, torch.ones(1, 1, 4, 4), match="half of")


@row("one entry for all axes")
def _():
    assert nn.Conv2d(1, 1, (2,)).weight.shape == (1, 1, 2)
    assert nn.functional.max_pool2d(torch.ones(1, 1, 4, 4), (2,)).shape == (1, 1, 2, 2)


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
    assert not any(hasattr(nn, name) for name in ("Residual", "Concat", "GlobalAvgPool", "BlurPool2d"))


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
