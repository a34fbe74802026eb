"""An argument has the same default in every function that takes it, and only a kernel's size is never left out."""

import inspect

import pytest

import cnn_course

DEFAULTS = {
    "stride": 1,
    "padding": 0,
    "dilation": 1,
    "groups": 1,
    "output_padding": 0,
    "needs_input_grad": True,
    "bias": None,
    "ceil_mode": False,
    "count_include_pad": True,
    "mode": "full",
    "at": 0,
    "start": 0,
    "step": 1e-6,
}
KEYWORDS = set(DEFAULTS) - {"bias", "mode", "at", "start"} | {"rng"}
MODULES = {
    "cnn_course.shape",
    "cnn_course.windows",
    "cnn_course.gradcheck",
    "cnn_course.signals.arrays",
    "cnn_course.signals.sequence",
    "cnn_course.functional.conv",
    "cnn_course.functional.conv_transpose",
    "cnn_course.functional.pool",
}
NAMES = [name for name in cnn_course.__all__ if getattr(cnn_course, name).__module__ in MODULES]


@pytest.mark.parametrize("name", NAMES)
def test_defaults(name):
    parameters = inspect.signature(getattr(cnn_course, name)).parameters
    expected = DEFAULTS | ({"stride": None} if "pool" in name else {})  # a pool's stride is its kernel's size
    given = {key: p.default for key, p in parameters.items() if p.default is not p.empty}
    assert given == {key: expected[key] for key in given}
    assert not set(parameters) & set(expected) - set(given)


@pytest.mark.parametrize("name", NAMES)
def test_numbers_are_given_by_keyword(name):
    parameters = inspect.signature(getattr(cnn_course, name)).parameters
    assert {key for key, p in parameters.items() if p.kind is p.KEYWORD_ONLY} == KEYWORDS & set(parameters)
