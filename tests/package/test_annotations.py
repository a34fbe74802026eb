"""Public signatures are annotated, and the annotations can be read by programs."""

import inspect
import typing
from importlib import import_module
from importlib.resources import files

import pytest
from reference import FOLDERS, contents

import cnn_course

NAMES = [name for folder in FOLDERS for names in contents(folder).values() for name in names]
SHOWN = {"__init__", "__call__", "__getitem__", "__iter__", "__len__"}  # methods that are used under another name


def methods(cls):
    """The public methods and properties of a class that this package defines, inherited ones included."""
    for base in cls.__mro__:
        if base.__module__.startswith("cnn_course"):
            for name, value in vars(base).items():
                found = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
                if inspect.isfunction(found) and found.__module__ == base.__module__ and _is_public(name):
                    yield found


def _is_public(name):
    return name[0] != "_" or name in SHOWN


def unannotated(function, is_method=False):
    """What of a signature has no annotation."""
    signature = inspect.signature(function)
    parameters = list(signature.parameters.values())[is_method:]
    missing = [parameter.name for parameter in parameters if parameter.annotation is parameter.empty]
    return missing + ["return"] * (signature.return_annotation is signature.empty)


@pytest.mark.parametrize("name", NAMES)
def test_signatures_are_annotated_and_can_be_resolved(name):
    module, _, last = name.rpartition(".")
    found = getattr(import_module(module), last)
    is_class = inspect.isclass(found)
    for function in methods(found) if is_class else [found] * callable(found):
        assert unannotated(function, is_method=is_class) == [], function.__qualname__
        typing.get_type_hints(function)


def test_a_missing_annotation_is_found():
    def function(x: int, *, y, z: str = ""):
        pass

    class Thing:
        def method(self, x):
            pass

    assert unannotated(function) == ["y", "return"]
    assert unannotated(Thing.method, is_method=True) == ["x", "return"]
    assert {method.__name__ for method in methods(cnn_course.Conv2d)} >= {"__init__", "__call__", "forward", "children"}


def test_the_package_says_that_it_is_typed():
    assert files("cnn_course").joinpath("py.typed").is_file()
