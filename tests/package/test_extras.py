"""The package needs NumPy alone; what comes with an extra says so where it is missing."""

import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from cnn_course import digits, mnist, photograph, save

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WITH_NUMPY_ALONE = """
import sys

class NumPyAlone:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in {*sys.stdlib_module_names, "numpy", "cnn_course"}:
            raise ImportError(name)

sys.meta_path.insert(0, NumPyAlone())

import numpy as np
from cnn_course import SGD, Conv2d, Flatten, Linear, ReLU, Sequential, fit, freeze, load, save, shapes, summary
from cnn_course.exercises import check, solution
from cnn_course.grading import cli

rng = np.random.default_rng(0)
images, labels = shapes(20, size=16, rng=rng)
network = Sequential(Conv2d(1, 2, 5, stride=4, rng=rng), ReLU(), Flatten(), Linear(18, 4, rng=rng))
fit(network, SGD(network.named_parameters(), 0.1), images, labels, epochs=1, batch_size=10, rng=rng)
save("weights.npz", network.state_dict())
network.load_state_dict(load("weights.npz")[0])
print(summary(network, (1, 16, 16)).parameters, freeze(network)(images).shape)
solution("convolve")
"""


def test_numpy_alone_is_enough_to_train_and_to_work_on_exercises(tmp_path):
    done = subprocess.run([sys.executable, "-c", WITH_NUMPY_ALONE], cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert done.stderr == ""
    assert done.stdout.startswith("128 (20, 4)\n")  # 2 * (25 + 1) + 4 * (18 + 1)


@pytest.mark.parametrize(
    ("call", "module", "says", "extra"),
    [
        (digits, "sklearn", "digits needs the package scikit-learn", "data"),
        (lambda: photograph("china"), "sklearn", "photograph needs the package scikit-learn", "data"),
        (lambda: mnist(download=True), "pooch", "mnist with download=True needs the package pooch", "data"),
        (lambda: save("x.safetensors", {}), "safetensors", ".safetensors needs the package safetensors", "train"),
        (lambda: importlib.import_module("cnn_course.draw"), "matplotlib", "draw needs the package Matplotlib", "draw"),
    ],
)
def test_a_missing_package_is_named_with_its_extra(call, module, says, extra, monkeypatch):
    monkeypatch.delitem(sys.modules, "cnn_course.draw", raising=False)
    monkeypatch.delenv("CNN_COURSE_DATA", raising=False)  # MNIST may be at hand
    for name in [name for name in sys.modules if name.startswith(f"{module}.")] + [module]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError) as caught:
        call()
    assert str(caught.value).endswith(f'{says}: pip install "cnn_course[{extra}]"')
    package = re.search(r"package (\S+):", str(caught.value))[1].lower()
    assert any(re.match(rf"{package}\b", needed) for needed in PROJECT["optional-dependencies"][extra])


def test_numpy_is_the_only_dependency():
    assert [re.match(r"[\w-]+", needed)[0] for needed in PROJECT["dependencies"]] == ["numpy"]
