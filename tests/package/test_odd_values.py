"""Whatever is thrown at a public function, it answers with a right result, or a ValueError that says what is wrong.

Each function is called as it should be, and then once for each of its arguments and each odd value with that value in
the argument's place. Layers have a test of their own.
"""

import inspect
import re
import warnings

import numpy as np
import pytest

import cnn_course
from cnn_course import nn

RNG = np.random.default_rng(0)
IMAGES, GRADIENT = np.ones((2, 4, 5, 6)), np.ones((2, 4, 5, 6))
SIGNAL, KERNEL = np.arange(5.0), np.array([1.0, 2.0])


def sgd_and_network():
    network = nn.Linear(3, 2, rng=np.random.default_rng(0), dtype=np.float64)
    return cnn_course.SGD(network.named_parameters(), lr=0.0), network


OPTIMIZER, NETWORK = sgd_and_network()
PARAMETERS = list(NETWORK.named_parameters())
TRAINING = {"network": NETWORK, "images": np.ones((4, 3)), "labels": np.array([0, 1, 0, 1]), "batch_size": 2}

CLASSIFIER = nn.Sequential(nn.Flatten(), nn.Linear(4, 3, rng=np.random.default_rng(0), dtype=np.float64))
ATTACK = {"network": CLASSIFIER, "images": np.full((2, 1, 2, 2), 0.5), "labels": np.array([0, 1]), "ord": 2, "steps": 2}
ATTACK |= {"bounds": (0, 1)}
KERNELS = {"weight": np.ones((4, 2, 3)), "groups": 2}

CALLS = {  # a valid call of each function, by keyword, with every argument that it has
    "SGD": {"parameters": PARAMETERS, "lr": 0.1, "momentum": 0.5, "nesterov": True, "weight_decay": 0.1},
    "Adam": {"parameters": PARAMETERS, "lr": 0.1, "betas": (0.5, 0.5), "eps": 1e-8, "weight_decay": 0.1},
    "Sequence": {"values": [1, 2], "start": 3},
    "adjoint_check": {"forward": np.negative, "adjoint": np.negative, "x": SIGNAL, "y": SIGNAL},
    "batch_norm": {"x": IMAGES, "eps": 1e-5} | dict.fromkeys(("weight", "bias", "mean", "var"), np.ones(4)),
    "batch_statistics": {"x": IMAGES},
    "certificate": {"network": NETWORK, "input_shape": 3},
    "certified_radius": {"logits": np.ones((2, 3)), "lipschitz": 2.0},
    "circulant": {"c": SIGNAL},
    "circulant_matrix": {"h": KERNEL, "shape": 4},
    "circular_norm": KERNELS | {"shape": 6, "stride": 2, "dilation": 1},
    "circular_convolve": {"f": SIGNAL, "h": KERNEL},
    "constant": {"step": 1, "base": 0.1},
    "conv_output_size": {"input_size": 9, "kernel_size": 3, "stride": 2, "padding": 1, "dilation": 1},
    "conv_transpose_output_size": {"input_size": 9, "kernel_size": 3, "stride": 2, "padding": 1, "dilation": 1}
    | {"output_padding": 1},
    "convolution_matrix": {"h": KERNEL, "shape": 4, "mode": "same"},
    "convolve": {"f": SIGNAL, "h": KERNEL, "mode": "same"},
    "correlate": {"f": SIGNAL, "h": KERNEL, "mode": "same"},
    "cosine_decay": {"step": 1, "base": 0.1, "total_steps": 10},
    "cross_entropy": {"logits": np.ones((2, 3)), "target": np.array([0, 2])},
    "cross_entropy_backward": {"grad_output": 1.0, "logits": np.ones((2, 3)), "target": np.array([0, 2])},
    "deformation_size": {"displacement": np.ones((2, 3, 4))},
    "digits": {},
    "entry_bound": KERNELS,
    "equivariance_defect": {"transform": np.negative, "move": np.negative, "x": SIGNAL},
    "evaluate": TRAINING | {"loss": (cnn_course.cross_entropy, cnn_course.cross_entropy_backward)},
    "fast_convolve": {"f": SIGNAL, "h": KERNEL, "mode": "same"},
    "fft_conv": {"x": np.ones((2, 3, 5)), "weight": np.ones((2, 3, 2)), "padding": 1},
    "fft_convolve": {"f": SIGNAL, "h": KERNEL, "mode": "same"},
    "fft_correlate": {"f": SIGNAL, "h": KERNEL, "mode": "same"},
    "fit": TRAINING
    | {
        "optimizer": OPTIMIZER,
        "epochs": 1,
        "rng": RNG,
        "progress": False,
        "drop_last": False,
        "schedule": None,
        "augment": None,
        "after_epoch": None,
    }
    | {"loss": (cnn_course.cross_entropy, cnn_course.cross_entropy_backward), "checkpoint": None, "validation": None},
    "flip": {"h": KERNEL},
    "fold": {"columns": np.ones((1, 2, 4)), "output_size": (5,), "kernel_size": 2}
    | {"stride": 1, "padding": 0, "dilation": 1},
    "frobenius_bound": {"weight": np.ones((4, 2, 3)), "shape": 6, "stride": 2, "padding": 1, "dilation": 1},
    "full_padding": {"kernel_size": 3, "dilation": 2},
    "gradient_check": {"function": np.negative, "backward": lambda g, x: -g, "arrays": [SIGNAL], "rng": RNG}
    | {"step": 1e-6},
    "impulse": {"shape": 4, "at": 1},
    "impulse_response": {"transform": np.negative, "shape": 4},
    "invariance_defect": {"transform": np.negative, "move": np.negative, "x": SIGNAL},
    "is_toeplitz": {"matrix": np.ones((2, 3))},
    "jacobian_norm": {"network": NETWORK, "x": np.ones((1, 3)), "rng": RNG}
    | {"failure": 0.01, "tolerance": 0.1, "max_steps": 5},
    "linear": {"x": np.ones((2, 3)), "weight": np.ones((4, 3)), "bias": np.ones(4)},
    "linear_backward": {"grad_output": np.ones((2, 4)), "x": np.ones((2, 3)), "weight": np.ones((4, 3))}
    | {"needs_input_grad": True},
    "linearize": {"network": NETWORK, "x": np.ones((2, 3))},
    "linearity_defect": {"transform": np.negative, "f": SIGNAL, "g": SIGNAL, "alpha": 2.0, "beta": 3.0},
    "lipschitz_bound": {"network": NETWORK, "input_shape": 3},
    "load": {"path": "missing.npz"},
    "local_response_norm": {"x": IMAGES, "size": 3, "alpha": 1.0, "beta": 1.0, "k": 1.0},
    "matrix_of": {"transform": np.negative, "shape": 4},
    "mnist": {"folder": "missing", "download": False},
    "mnist_sample": {},
    "mse_loss": {"input": SIGNAL, "target": SIGNAL},
    "mse_loss_backward": {"grad_output": 1.0, "input": SIGNAL, "target": SIGNAL},
    "next_fast_length": {"n": 7},
    "one_cycle": {"step": 1, "peak": 0.1, "rise": 2, "total_steps": 10},
    "operator_norm": {"forward": np.negative, "adjoint": np.negative, "shape": 3, "rng": RNG}
    | {"failure": 0.01, "tolerance": 0.1, "max_steps": 5},
    "overlap_add": {"f": SIGNAL, "h": KERNEL, "block": 3},
    "pad": {"x": IMAGES, "padding": 1, "mode": "reflect"},
    "pad_backward": {"grad_output": np.ones((2, 4, 7, 8)), "x": IMAGES, "padding": 1, "mode": "reflect"},
    "pgd_attack": ATTACK | {"radius": 0.1, "loss": "margin"},
    "photograph": {"name": "china"},
    "random_shifts": {"images": IMAGES, "rng": RNG, "reach": 2},
    "receptive_field": {"layers": [{"kernel_size": 3}]},
    "reshaped_bounds": KERNELS | {"stride": 2, "dilation": 1},
    "same_padding": {"kernel_size": 3, "dilation": 2},
    "save": {"path": "missing/x.npz", "arrays": {"x": SIGNAL}, "metadata": {}},
    "schur_bound": KERNELS | {"stride": 2, "dilation": 1},
    "shapes": {"count": 2, "size": 16, "rng": RNG},
    "shift": {"x": SIGNAL, "offset": 1},
    "shift_change": {"transform": np.abs, "x": np.ones((2, 3, 4)), "offset": 1},
    "shift_consistency": {"network": CLASSIFIER, "images": np.ones((2, 1, 2, 2)), "offsets": [[0, 1]]},
    "singla_feizi_bound": KERNELS,
    "singular_values": {"weight": np.ones((2, 3, 2)), "shape": 4},
    "sliding_windows": {"x": np.ones((1, 1, 5)), "kernel_size": 2, "stride": 1, "padding": 0, "dilation": 1},
    "smallest_perturbations": ATTACK | {"tolerance": 0.1},
    "smooth_displacement": {"size": (4, 5), "amplitude": 1.0, "rng": RNG, "frequencies": 1},
    "step_decay": {"step": 1, "base": 0.1, "every": 2, "factor": 0.1},
    "stride_equivariance_defect": {"transform": np.abs, "x": np.ones((2, 3, 4)), "offset": 1, "stride": 1},
    "symbol_norm": KERNELS | {"stride": 2, "dilation": 1, "tolerance": 0.1},
    "tap_norm_bound": KERNELS,
    "to_gray": {"image": np.ones((2, 2, 3))},
    "toeplitz": {"column": SIGNAL, "row": SIGNAL},
    "transfer_function": {"weight": np.ones((2, 3, 2)), "shape": 4},
    "translation_bound": {"kernel": np.ones((2, 3)), "offset": 1.5},
    "unfold": {"x": np.ones((1, 1, 5)), "kernel_size": 2, "stride": 1, "padding": 0, "dilation": 1},
    "warp": {"x": np.ones((2, 3, 4)), "displacement": np.ones((1, 4))},
    "worst_direction": {"network": NETWORK, "x": np.ones((1, 3)), "rng": RNG},
    "young_bound": KERNELS,
}
for name in ("relu", "sigmoid", "tanh"):
    CALLS |= {name: {"x": IMAGES}, f"{name}_backward": {"grad_output": GRADIENT, "x": IMAGES}}
for name in ("softmax", "log_softmax"):
    CALLS |= {name: {"x": IMAGES, "axis": 1}, f"{name}_backward": {"grad_output": GRADIENT, "x": IMAGES, "axis": 1}}
for name in ("batch_norm", "local_response_norm"):
    CALLS[f"{name}_backward"] = {"grad_output": GRADIENT} | CALLS[name]
for ndim in (1, 2, 3):
    x, weight = np.ones((2, 4, 5, 6, 7)[: 2 + ndim]), np.ones((4, 2, 1, 1, 1)[: 2 + ndim])
    numbers = {"stride": 1, "padding": 0, "dilation": 1, "groups": 2}
    for name, more in (("conv", {}), ("conv_transpose", {"output_padding": 0})):
        CALLS[f"{name}{ndim}d"] = {"x": x, "weight": weight, "bias": np.ones(4)} | numbers | more
        backward = {"grad_output": x, "x": x, "weight": weight, "needs_input_grad": True}
        CALLS[f"{name}{ndim}d_backward"] = backward | numbers | more
    numbers = {"kernel_size": 1, "stride": 1, "padding": 0, "ceil_mode": True}
    for name, more in (("max", {"dilation": 1}), ("avg", {"count_include_pad": False})):
        CALLS[f"{name}_pool{ndim}d"] = {"x": x} | numbers | more
        CALLS[f"{name}_pool{ndim}d_backward"] = {"grad_output": x, "x": x} | numbers | more
for name in ("max", "avg"):
    CALLS[f"global_{name}_pool"] = {"x": IMAGES}
    CALLS[f"global_{name}_pool_backward"] = {"grad_output": np.ones((2, 4, 1, 1)), "x": IMAGES}

ODD = {
    "nothing": None,
    "text": "a",
    "a number in a text": "2",
    "bytes": b"ab",
    "a fraction": 1.5,
    "below zero": -1,
    "zero": 0,
    "far below zero": -(2**63),
    "seven": 7,
    "a truth value": True,
    "2^31": 2**31,
    "2^63": 2**63,
    "10^400": 10**400,
    "NaN": float("nan"),
    "infinity": float("inf"),
    "complex": 1j,
    "an object": object(),
    "a dict": {"groups": 2},
    "an empty dict": {},
    "a set": {1, 2},
    "a generator": (i for i in range(2)),
    "a function": print,
    "a list": [1, 2, 3],
    "an empty list": [],
    "a ragged list": [[1], [1, 2]],
    "a list of texts": ["a", "b"],
    "a list of dicts": [{"groups": 2}],
    "a pair of nothings": (None, None),
    "deep": [[[[[[1]]]]]],
    "an integer in an array": np.array(2),
    "a fraction in an array": np.array(1.5),
    "a truth value in an array": np.array(True),
    "integers": np.array([1, 2, 3]),
    "fractions": np.array([1.5, 2.5]),
    "an empty array": np.zeros((0,)),
    "an empty image": np.zeros((2, 0, 5, 6)),
    "complex numbers": np.ones((2, 4, 5, 6), complex),
    "half precision": np.ones((2, 4, 5, 6), np.float16),
    "NaNs": np.full((2, 4, 5, 6), np.nan),
    "objects": np.array([object(), None]),
    "texts": np.array(["a", "b"]),
    "dates": np.array(["2020-01-01"], "datetime64[D]"),
    "durations": np.ones(5, "timedelta64[s]"),
    "a record": np.zeros(3, "i4,f8"),
}
BY_THE_NETWORK = {"fit", "evaluate", "certificate", "linearize", "lipschitz_bound", "jacobian_norm", "worst_direction"}
BY_THE_NETWORK |= {"pgd_attack", "smallest_perturbations", "shift_consistency"}
# what does not fit the network or the loss is said by them
FILES = {"load", "save", "mnist"}  # what the system says of files is passed on

every_function = pytest.mark.parametrize("name", sorted(CALLS))


def call(name, arguments):
    """The type of the result, or where one is to be expected of the files, of the error."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of infinities and NaNs, which are no mistakes
            result = getattr(cnn_course, name)(**arguments)
            return np.ndarray if isinstance(result, np.generic) else type(result)  # of no axes, a scalar
    except OSError as error:
        if name in FILES:
            return type(error)
        raise


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CNN_COURSE_DATA", raising=False)  # or MNIST would be found


def test_every_public_function_is_called_here_with_every_argument():
    assert set(CALLS) == set(cnn_course.__all__) - set(nn.__all__)
    for name, arguments in CALLS.items():
        assert set(arguments) == set(inspect.signature(getattr(cnn_course, name)).parameters), name


@every_function
def test_an_odd_value_gives_a_result_or_an_error_that_names_function_and_argument(name):
    expected, faults = {call(name, CALLS[name])}, []
    if name.endswith("output_size"):
        expected.add(tuple)  # of sizes on several axes
    words = rf"\b({'|'.join(CALLS[name])})\b"  # what does not fit together may be said of either argument
    for argument in CALLS[name]:
        for odd, value in ODD.items():
            if argument in ("epochs", "steps") and isinstance(value, int) and value > 7:
                continue  # right, and it would take for ever
            try:
                found = call(name, CALLS[name] | {argument: value})
                if found not in expected and not (name in FILES and issubclass(found, OSError)):
                    faults.append(f"{argument}={odd}: {found.__name__} instead of {expected}")
            except ValueError as error:
                begins = r"\w+: " if name in BY_THE_NETWORK else f"{name}: "
                named = name in BY_THE_NETWORK or re.search(words, str(error))
                if not re.match(begins, str(error)) or not named:
                    faults.append(f"{argument}={odd}: {error}")
            except Exception as error:  # whatever else comes out is the fault that is looked for
                faults.append(f"{argument}={odd}: {type(error).__name__}: {error}")
    assert not faults, "\n".join([name, *faults])
