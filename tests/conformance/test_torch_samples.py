"""The sample inputs with which PyTorch tests its own operators: those that our functions can take give its results.

What has no counterpart is left out by `NotOffered`, for one of the reasons below. Where PyTorch expects an error, we
raise a ValueError.
"""

import numpy as np
import pytest

REASON = "PyTorch and expecttest are not installed; CONTRIBUTING.md says how to run these tests"
torch = pytest.importorskip("torch", reason=REASON)
pytest.importorskip("expecttest", reason=REASON)

from torch.testing._internal.common_methods_invocations import op_db  # noqa: E402
from torch_calls import TRANSLATIONS, NotOffered, compare, translate  # noqa: E402

from cnn_course import log_softmax, softmax  # noqa: E402

torch.set_num_threads(1)  # its threads wait for each other without sleeping: slow on a busy machine

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")

NOT_OFFERED = {
    "an input without an axis of images",
    "an input without an axis of channels",
    "an array without axes",
    "adaptive pooling to more than one place",
    "divisor_override",
    "linear on other axes than images and features",
    "other axes than images and classes",
    "probabilities as targets",
    "reduction",
    "weight, ignore_index, reduction or label_smoothing",
    "nothing on the axis",
    "padding of images or channels",
    "negative padding",
    "a value in the padding",
}
PREFIX = "nn.functional."
OPERATORS = {
    name.removeprefix(PREFIX): operator
    for operator in op_db
    if (name := operator.full_name).startswith(PREFIX) or name in ("softmax", "log_softmax", "sigmoid", "tanh")
    if name.removeprefix(PREFIX) in TRANSLATIONS
}
NONE_OFFERED = {"adaptive_avg_pool2d", "pad.replicate_negative"}  # all have more than one place, or crop
WITH_ERRORS = ["conv1d", "conv2d", "conv3d", "avg_pool1d", "max_pool1d", "max_pool2d"]  # in what we offer


def arguments(sample):
    """Positional and named arguments in NumPy's arrays."""
    args = [numpy(value) for value in (sample.input, *sample.args)]
    return args, {name: numpy(value) for name, value in sample.kwargs.items()}


def numpy(value):
    return value.detach().numpy().copy() if isinstance(value, torch.Tensor) else value


def samples(name):
    torch.manual_seed(0)
    return [arguments(sample) for sample in OPERATORS[name].sample_inputs("cpu", torch.float64)]


def offered(name, args, kwargs):
    """Our call, or the reason why there is none."""
    try:
        if name in ("softmax", "log_softmax") and 0 in args[0].shape:
            raise NotOffered("nothing on the axis")
        return translate(name, *args, **kwargs), None
    except NotOffered as reason:
        return None, str(reason)


def test_every_translation_has_samples():
    assert set(OPERATORS) == set(TRANSLATIONS)


@pytest.mark.parametrize("name", OPERATORS)
def test_samples(name, record_property):
    compared, reasons = 0, []
    for args, kwargs in samples(name):
        call, reason = offered(name, args, kwargs)
        if call is None:
            reasons.append(reason)
            continue
        shown = [getattr(value, "shape", value) for value in (*args, *kwargs.items())]
        try:
            compare(OPERATORS[name].op, call, args, kwargs)
        except Exception as error:
            raise AssertionError(f"{name} of {shown}: {error}") from error
        compared += 1
    record_property("compared", compared)
    record_property("left out", len(reasons))
    assert set(reasons) <= NOT_OFFERED
    assert (compared == 0) == (name in NONE_OFFERED)


@pytest.mark.parametrize("name", WITH_ERRORS)
def test_errors(name, record_property):
    errors = OPERATORS[name].error_inputs("cpu")
    compared = 0
    for error in errors:
        args, kwargs = arguments(error.sample_input)
        call, _ = offered(name, args, kwargs)
        if call is not None:
            with pytest.raises(ValueError, match=rf"^{call.name}: "):
                call.forward()
            compared += 1
    record_property("errors", compared)
    assert compared > 0


@pytest.mark.parametrize("function", [softmax, log_softmax])
def test_probabilities_of_nothing_are_an_error(function):
    with pytest.raises(ValueError, match="has size 0 on axis 1"):
        function(np.ones((5, 0)))
