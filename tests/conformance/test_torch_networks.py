"""The networks that torchvision has are torchvision's: names, outputs for the same weights, gradients and steps."""

import numpy as np
import pytest
from states import disturb, relative_error

REASON = "torchvision is not installed; CONTRIBUTING.md says how to run these tests"
torch = pytest.importorskip("torch", reason=REASON)
models = pytest.importorskip("torchvision", reason=REASON).models

from cnn_course import SGD, nets  # noqa: E402
from cnn_course.functional import cross_entropy, cross_entropy_backward  # noqa: E402
from cnn_course.zoo.imagenet import NETWORKS  # noqa: E402

torch.set_num_threads(1)  # its threads wait for each other without sleeping: slow on a busy machine


def pair(name, classes, dtype):
    """Our network with random weights, and torchvision's, which gets a copy of them; both in evaluation mode."""
    rng = np.random.default_rng(1)
    mine = disturb(getattr(nets, name)(classes, rng=rng, dtype=dtype), rng)
    numbers = {"aux_logits": False, "init_weights": False} if name == "googlenet" else {}
    with torch.device("meta"):  # no weights are drawn that nobody needs
        theirs = getattr(models, name)(num_classes=classes, **numbers)
    described = [
        [(key, tuple(array.shape)) for key, array in network.state_dict().items()] for network in (mine, theirs)
    ]
    assert described[0] == described[1]  # names, order and shapes
    theirs.load_state_dict({key: torch.tensor(array) for key, array in mine.state_dict().items()}, assign=True)
    return mine, theirs.eval()


@pytest.mark.parametrize("name", NETWORKS)
def test_outputs_for_the_same_weights(name):
    mine, theirs = pair(name, 1000, np.float32)
    x = np.random.default_rng(2).standard_normal((2, 3, 224, 224), np.float32)
    with torch.inference_mode():
        expected = theirs(torch.from_numpy(x)).numpy()
    assert expected.shape == (2, 1000)
    assert relative_error(mine(x), expected) < 1e-4


@pytest.mark.parametrize("name", ["resnet18", "resnet50"])
def test_training_steps(name):
    """Two steps: the second has the momentum of the first. In float64, so that only mistakes are left to differ."""
    mine, theirs = pair(name, 10, np.float64)
    mine.train()
    theirs.train()
    numbers = {"lr": 0.01, "momentum": 0.9, "weight_decay": 1e-4}
    my_optimizer, optimizer = SGD(mine.named_parameters(), **numbers), torch.optim.SGD(theirs.parameters(), **numbers)
    rng = np.random.default_rng(3)
    for _ in range(2):
        x, target = rng.standard_normal((2, 3, 64, 64)), rng.integers(0, 10, 2)

        logits = mine(x)
        mine.backward(cross_entropy_backward(1.0, logits, target), needs_input_grad=False)
        my_optimizer.step()

        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(theirs(torch.from_numpy(x)), torch.from_numpy(target))
        loss.backward()
        optimizer.step()

        assert abs(cross_entropy(logits, target) - loss.item()) < 1e-9
        gradients = {key: tensor.grad.numpy() for key, tensor in theirs.named_parameters()}
        assert list(gradients) == [key for key, _ in mine.named_parameters()]
        for key, parameter in mine.named_parameters():
            assert relative_error(parameter.grad, gradients[key]) < 1e-8, key
        state = theirs.state_dict()  # weights, running statistics, counts of batches
        for key, array in mine.state_dict().items():
            assert relative_error(array, state[key].numpy()) < 1e-9, key
