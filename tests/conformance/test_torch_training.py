"""Layers, initial values, states, optimisers, schedules and whole training steps are those of PyTorch, in float64."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

torch = pytest.importorskip("torch", reason="PyTorch is not installed; CONTRIBUTING.md says how to run these tests")

import cnn_course as ours  # noqa: E402
from cnn_course import Adam, Parameter, cosine_decay, step_decay  # noqa: E402
from cnn_course.functional import cross_entropy, cross_entropy_backward  # noqa: E402

torch.set_num_threads(1)  # its threads wait for each other without sleeping: slow on a busy machine

CLOSE = {"rtol": 1e-9, "atol": 1e-12}  # many steps, of which each passes on the roundings of those before


class TheirResidual(torch.nn.Module):
    """Our `Residual` in PyTorch's modules, with the same names."""

    def __init__(self, body, shortcut=None):
        super().__init__()
        self.body, self.shortcut = body, torch.nn.Identity() if shortcut is None else shortcut

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


class OurLayers:
    """Our classes, called as PyTorch's: they draw from one generator, and compute in one dtype."""

    def __init__(self, dtype=np.float64, seed=0):
        self.dtype, self.rng = dtype, np.random.default_rng(seed)

    def __getattr__(self, name):
        layer = getattr(ours, name)
        learns = name == "Linear" or name.startswith("Conv")
        more = {"rng": self.rng} if learns else {}
        more |= {"dtype": self.dtype} if learns or name.startswith("BatchNorm") else {}
        return lambda *args, **kwargs: layer(*args, **kwargs, **more)


class TheirLayers:
    """PyTorch's classes in one dtype."""

    Residual = TheirResidual

    def __init__(self, dtype=torch.float64):
        self.dtype = dtype

    def __getattr__(self, name):
        return lambda *args, **kwargs: getattr(torch.nn, name)(*args, **kwargs).to(self.dtype)


def lenet(nn):
    return nn.Sequential(
        nn.Conv2d(1, 4, 5, padding=2, bias=False, padding_mode="circular"),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 6, 3, 2, 1),
        nn.Tanh(),
        nn.AvgPool2d(3, 2, 1, ceil_mode=True, count_include_pad=False),
        nn.Flatten(),
        nn.Linear(54, 10, bias=False),
        nn.BatchNorm1d(10, momentum=None),
        nn.Sigmoid(),
        nn.Linear(10, 5),
    )


def residual(nn):
    # No bias before a batch normalisation: its gradient would be mere rounding, of which Adam makes whole steps.
    block = nn.Sequential(
        nn.Conv2d(4, 4, 3, padding=1, bias=False, padding_mode="reflect"),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Conv2d(4, 4, (3, 2), padding="same", padding_mode="replicate"),
    )
    down = nn.Sequential(nn.Conv2d(4, 8, 3, 2, 1, groups=2, bias=False), nn.BatchNorm2d(8, eps=1e-3, momentum=0.3))
    return nn.Sequential(
        nn.Conv2d(1, 4, 3),
        nn.LocalResponseNorm(3, alpha=0.1),
        nn.Residual(block),
        nn.ReLU(),
        nn.Residual(down, nn.Conv2d(4, 8, 1, stride=2)),
        nn.ConvTranspose2d(8, 3, 3, 2, 1, 1),
        nn.Flatten(),
        nn.Linear(3 * 10 * 10, 5),
    )


NETWORKS = {"lenet": (lenet, 14), "residual": (residual, 12)}
OPTIMIZERS = {
    "SGD": ("SGD", {"lr": 0.1}),
    "SGD with weight decay": ("SGD", {"lr": 0.1, "weight_decay": 0.01}),
    "momentum": ("SGD", {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.001}),
    "Nesterov": ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.001}),
    "Adam": ("Adam", {}),
    "Adam with its numbers": ("Adam", {"lr": 0.01, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.01}),
}


def in_numpy(state):
    return {name: tensor.numpy().copy() for name, tensor in state.items()}


def in_torch(state):
    return {name: torch.from_numpy(array) for name, array in state.items()}


def pair(name):
    """The same network on both sides, with PyTorch's initial values."""
    make, size = NETWORKS[name]
    torch.manual_seed(0)
    mine, theirs = make(OurLayers()), make(TheirLayers())
    mine.load_state_dict(in_numpy(theirs.state_dict()))
    return mine, theirs, size


def assert_states_are_close(mine, theirs):
    mine, theirs = mine.state_dict(), in_numpy(theirs.state_dict())
    assert list(mine) == list(theirs)
    for name in mine:
        assert_allclose(mine[name], theirs[name], err_msg=name, **CLOSE)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("name", NETWORKS)
def test_training(name, optimizer):
    """Twelve steps; then in evaluation mode, with the running statistics that have been gathered."""
    mine, theirs, size = pair(name)
    kind, numbers = OPTIMIZERS[optimizer]
    my_optimizer = getattr(ours, kind)(mine.named_parameters(), **numbers)
    their_optimizer = getattr(torch.optim, kind)(theirs.parameters(), **numbers)
    rng = np.random.default_rng(1)
    for step in range(12):
        x, target = rng.standard_normal((7 - step % 2, 1, size, size)), rng.integers(0, 5, 7 - step % 2)

        logits = mine(x)
        mine.backward(cross_entropy_backward(1.0, logits, target))
        my_optimizer.step()

        their_optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(theirs(torch.from_numpy(x)), torch.from_numpy(target))
        loss.backward()
        their_optimizer.step()

        assert_allclose(cross_entropy(logits, target), loss.item(), **CLOSE)
        for (key, parameter), (_, tensor) in zip(mine.named_parameters(), theirs.named_parameters(), strict=True):
            assert_allclose(parameter.grad, tensor.grad, err_msg=key, **CLOSE)
        assert_states_are_close(mine, theirs)
    mine.eval()
    theirs.eval()
    assert_allclose(mine(x), theirs(torch.from_numpy(x)).detach(), **CLOSE)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_gradient_in_the_input(name):
    mine, theirs, size = pair(name)
    x = np.random.default_rng(1).standard_normal((5, 1, size, size))
    g = np.random.default_rng(2).standard_normal((5, 5))
    tensor = torch.tensor(x, requires_grad=True)
    theirs(tensor).backward(torch.from_numpy(g))
    mine(x)
    assert_allclose(mine.backward(g), tensor.grad, **CLOSE)


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("dtypes", [(np.float32, torch.float32), (np.float64, torch.float64)])
def test_states_go_both_ways(name, dtypes):
    """Names, order, shapes and dtypes, and after loading the same outputs."""
    make, size = NETWORKS[name]
    mine, theirs = make(OurLayers(dtypes[0])), make(TheirLayers(dtypes[1]))
    x = np.random.default_rng(1).standard_normal((5, 1, size, size)).astype(dtypes[0])
    mine(x)  # moves the running statistics
    described = [
        [(key, array.shape, array.dtype) for key, array in state.items()]
        for state in (mine.state_dict(), in_numpy(theirs.state_dict()))
    ]
    assert described[0] == described[1]

    missing = theirs.load_state_dict(in_torch(mine.state_dict()))
    assert missing == ([], [])
    tolerance = 1000 * np.finfo(dtypes[0]).eps
    outputs = theirs.eval()(torch.from_numpy(x)).detach()
    assert_allclose(mine.eval()(x), outputs, rtol=0, atol=tolerance)

    other = make(OurLayers(dtypes[0], seed=1))
    assert other.load_state_dict(in_numpy(theirs.state_dict())) == ([], [])
    assert_allclose(other.eval()(x), outputs, rtol=0, atol=tolerance)


LAYERS = {
    "Linear": (300, 200),
    "Conv1d": (6, 300, 7),
    "Conv2d": (8, 200, (3, 5), 1, 0, 1, 2),
    "Conv3d": (4, 100, 3),
    "ConvTranspose1d": (40, 30, 9),
    "ConvTranspose2d": (60, 20, (3, 5), 1, 0, 0, 4),
    "ConvTranspose3d": (30, 8, 3),
}


@pytest.mark.parametrize("name", LAYERS)
def test_initial_values(name):
    """Both sides are even on the same interval: their extremes, means and variances agree to what chance allows."""
    torch.manual_seed(0)
    mine, theirs = getattr(OurLayers(), name)(*LAYERS[name]), getattr(TheirLayers(), name)(*LAYERS[name])
    for parameter, tensor in ((mine.weight.data, theirs.weight), (mine.bias.data, theirs.bias)):
        assert parameter.shape == tuple(tensor.shape)
    bound = np.abs(mine.weight.data).max()
    n = mine.weight.data.size
    # The largest of n absolute values is below the bound by more than 20 / n of it with probability e^-20.
    assert_allclose(bound, theirs.weight.detach().abs().max(), rtol=20 / n)
    for values in (mine.weight.data, theirs.weight.detach().numpy()):
        assert abs(values.mean()) < 6 * bound / np.sqrt(3 * n)
        assert_allclose(values.var(), bound**2 / 3, rtol=6 / np.sqrt(n))
    for values in (mine.bias.data, theirs.bias.detach().numpy()):
        assert np.abs(values).max() <= bound * (1 + 20 / n)
        assert_allclose(np.abs(values).max(), bound, rtol=20 / values.size)


@pytest.mark.parametrize("momentum", [0.1, 0.7, None])
@pytest.mark.parametrize(
    ("name", "shape"), [("BatchNorm1d", (5, 3)), ("BatchNorm1d", (5, 3, 4)), ("BatchNorm2d", (5, 3, 4, 2))]
)
def test_running_statistics(name, shape, momentum):
    mine, theirs = getattr(OurLayers(), name)(3, 0.01, momentum), getattr(TheirLayers(), name)(3, 0.01, momentum)
    rng = np.random.default_rng(0)
    for _ in range(9):
        x = 2 * rng.standard_normal(shape) + 1
        assert_allclose(mine(x), theirs(torch.from_numpy(x)).detach(), **CLOSE)
        assert_states_are_close(mine, theirs)


@pytest.mark.parametrize("kind", ["SGD", "Adam"])
@settings(max_examples=40)
@given(data=st.data())
def test_optimizers_over_many_steps(kind, data):
    share = st.floats(0, 0.99)
    numbers = {"lr": data.draw(st.floats(0, 0.5)), "weight_decay": data.draw(st.sampled_from([0, 0.1]))}
    if kind == "SGD":
        numbers["momentum"] = data.draw(st.just(0.0) | share)
        numbers["nesterov"] = numbers["momentum"] > 0 and data.draw(st.booleans())
    else:
        numbers |= {"betas": (data.draw(share), data.draw(share)), "eps": data.draw(st.sampled_from([1e-8, 0.1]))}
    rng = np.random.default_rng(data.draw(st.integers(0, 9)))
    w = rng.standard_normal((3, 2))
    parameter, tensor = Parameter(w.copy()), torch.nn.Parameter(torch.from_numpy(w.copy()))
    mine, theirs = getattr(ours, kind)([("w", parameter)], **numbers), getattr(torch.optim, kind)([tensor], **numbers)
    for _ in range(50):
        parameter.grad = rng.standard_normal(w.shape)
        tensor.grad = torch.from_numpy(parameter.grad)
        mine.step()
        theirs.step()
        assert_allclose(parameter.data, tensor.detach(), rtol=1e-9, atol=1e-9)  # small means of large gradients cancel
    gathered = {f"w.{slot}": value for slot, value in theirs.state[tensor].items() if slot != "step"}
    state = {name: array for name, array in mine.state_dict().items() if name != "step"}
    assert set(state) == set(gathered)
    for slot, array in state.items():
        assert_allclose(array, gathered[slot], rtol=1e-9, atol=1e-9)


SCHEDULES = {
    "step": (lambda t: step_decay(t, base=0.3, every=7, factor=0.5), ("StepLR", {"step_size": 7, "gamma": 0.5})),
    "step by ten": (lambda t: step_decay(t, base=0.3, every=3), ("StepLR", {"step_size": 3})),
    "cosine": (lambda t: cosine_decay(t, base=0.3, total_steps=40), ("CosineAnnealingLR", {"T_max": 40})),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules(name):
    """Forty steps of Adam, each with the rate of the schedule, set before it as `fit` does."""
    mine, (kind, numbers) = SCHEDULES[name]
    rng = np.random.default_rng(0)
    parameter, tensor = Parameter(np.ones(3)), torch.nn.Parameter(torch.ones(3, dtype=torch.float64))
    my_optimizer, optimizer = Adam([("w", parameter)]), torch.optim.Adam([tensor], lr=0.3)
    scheduler = getattr(torch.optim.lr_scheduler, kind)(optimizer, **numbers)
    for step in range(41):
        my_optimizer.lr = mine(step)
        assert_allclose(my_optimizer.lr, optimizer.param_groups[0]["lr"], rtol=1e-12, atol=1e-15)
        parameter.grad = rng.standard_normal(3)
        tensor.grad = torch.from_numpy(parameter.grad)
        my_optimizer.step()
        optimizer.step()
        scheduler.step()
        assert_allclose(parameter.data, tensor.detach(), rtol=1e-9, atol=1e-12)
