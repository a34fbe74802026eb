"""What comes back from a call is plain, is a copy, and says what the call has done."""

import sys
from collections import namedtuple

import numpy as np
import pytest

from cnn_course.exercises.outcome import NotPlain, Outcome, plain, run
from cnn_course.exercises.submission import Here


class Liar(np.ndarray):
    pass


class EqualToAll:
    def __eq__(self, other):
        return True

    __hash__ = None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([1, 2.5], (1, 2.5)),
        (([1], (2,)), ((1,), (2,))),
        (np.float64(0.5), 0.5),
        (np.int8(3), 3),
        (np.bool_(True), True),
        (np.complex128(1j), 1j),
        (2**63, 2**63),
        ([np.int64(7)], (7,)),
    ],
    ids=str,
)
def test_what_is_plain_gets_pythons_own_types(value, expected):
    found = plain(value)
    assert found == expected
    assert type(found) is type(expected)


Pair = namedtuple("Pair", "first second")


class Backwards(tuple):
    def __iter__(self):
        return reversed(tuple(super().__iter__()))


@pytest.mark.parametrize("value", [Pair(1, [2.5]), Backwards([1, (2.5,)])])
def test_a_named_tuple_is_a_tuple_of_what_it_holds(value):
    assert plain(value) == (1, (2.5,))
    assert type(plain(value)) is tuple


class OwnError(ValueError):
    pass


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (OwnError, "ValueError"),
        (type("Deeper", (OwnError,), {}), "ValueError"),
        (np.linalg.LinAlgError, "LinAlgError"),
        (type("Singular", (np.linalg.LinAlgError,), {}), "LinAlgError"),
        (UnicodeError, "UnicodeError"),
    ],
)
def test_an_error_that_an_answer_defines_is_what_it_is_derived_from(error, name):
    def refuse():
        raise error("too small")

    assert (run(refuse, ()).error, run(refuse, ()).message) == (name, "too small")


@pytest.mark.parametrize("number", [np.float16(7), np.float32(7), np.longdouble(7), np.complex64(7)], ids=repr)
def test_a_number_of_another_precision_keeps_it(number):
    found = plain([number])[0]
    assert (type(found), found.dtype, found.shape) == (np.ndarray, number.dtype, ())


@pytest.mark.parametrize("value", [np.array(3.0), np.zeros((2, 0)), np.ones(3, np.float16), np.array([True])], ids=repr)
def test_an_array_keeps_dtype_and_shape(value):
    found = plain(value)
    assert type(found) is np.ndarray
    assert (found.dtype, found.shape) == (value.dtype, value.shape)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "returned None: the result must follow `return`"),
        ("4", "returned an object of type str, expected arrays or numbers"),
        (EqualToAll(), "returned an object of type EqualToAll, expected arrays or numbers"),
        ({1: 2}, "returned an object of type dict, expected arrays or numbers"),
        (np.zeros(3).view(Liar), "returned an object of type Liar, expected arrays or numbers"),
        (np.zeros((1, 1)).view(np.matrix), "returned an object of type matrix, expected arrays or numbers"),
        (np.ma.masked_array([1], [True]), "returned an object of type MaskedArray, expected arrays or numbers"),
        (np.str_("4"), "returned an object of type str, expected arrays or numbers"),
        (np.array([None]), "returned an array of dtype object, expected numbers"),
        (np.array(["4"]), "returned an array of dtype <U1, expected numbers"),
        (np.array([0], "datetime64[s]"), "returned an array of dtype datetime64[s], expected numbers"),
        (2**64, "returned a whole number of more than 64 bits"),
        (-(2**63) - 1, "returned a whole number of more than 64 bits"),
        ((1, [2, None]), "returned None: the result must follow `return`"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_plain_is_refused_with_a_sentence(value, message):
    with pytest.raises(NotPlain) as error:
        plain(value)
    assert str(error.value) == message
    assert run(lambda: value, ()) == Outcome(error="NotPlain", message=message)


def test_the_value_does_not_change_with_the_buffer_of_the_function():
    buffer = np.zeros(3)

    def keeps_a_buffer(x):
        buffer[:] += x
        return buffer, [buffer]

    first = run(keeps_a_buffer, (1.0,))
    run(keeps_a_buffer, (1.0,))
    np.testing.assert_array_equal(first.value[0], 1)
    np.testing.assert_array_equal(first.value[1][0], 1)


def test_a_returned_argument_is_not_the_argument():
    x = np.arange(3.0)
    assert not np.shares_memory(run(lambda x: x, (x,)).value, x)


def add_one(x, y):
    x += 1
    return 0


def set_the_second(x, y):
    y[0] = 5
    return 0


def write_the_same(x, y):
    x[...] = x.copy()
    return 0


def reshape_in_place(x, y):
    x.resize(1, x.size)
    return 0


@pytest.mark.parametrize(
    ("function", "mutated"), [(add_one, (0,)), (set_the_second, (1,)), (write_the_same, ()), (reshape_in_place, (0,))]
)
@pytest.mark.parametrize("x", [[1.0, np.nan, np.inf], [1, 2, 3], [1j, np.nan, 0]], ids=str)
def test_changed_arguments_are_noticed_and_never_those_of_the_caller(function, mutated, x):
    args = np.array(x), np.zeros(2)
    assert run(function, args) == Outcome(0, mutated=mutated)
    np.testing.assert_array_equal(args[0], x)
    np.testing.assert_array_equal(args[1], 0)


def test_an_array_inside_of_a_tuple_is_copied_and_watched():
    arrays = (np.zeros(2), 3)
    assert run(lambda pair: set_the_second(None, pair[0]), (arrays,)).mutated == (0,)
    np.testing.assert_array_equal(arrays[0], 0)


def fails(x):
    y = x + 1
    return y[99]


def fails_in_a_helper(x):
    return fails(x)


def fails_in_numpy(x):
    return np.reshape(x, (-2, 7))


@pytest.mark.parametrize(
    ("function", "error", "line"),
    [
        (fails, "IndexError", "return y[99]"),
        (fails_in_a_helper, "IndexError", "return y[99]"),
        (fails_in_numpy, "ValueError", "return np.reshape(x, (-2, 7))"),
        (lambda x: sys.exit("bye"), "SystemExit", '(lambda x: sys.exit("bye"), "SystemExit"'),
        (len, "TypeError", ""),
    ],
    ids=["own", "helper", "numpy", "exit", "builtin"],
)
def test_an_exception_is_kept_with_the_last_line_of_the_answer(function, error, line):
    found = run(function, (np.arange(3.0),) if function is not len else (3,))
    assert (found.value, found.error, found.stopped) == (None, error, None)
    assert found.message
    assert found.line.startswith(line)
    assert bool(found.line) == bool(line)


def test_an_interrupt_is_no_error_of_the_answer():
    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(interrupted, ())


def nested():
    value = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    ("value", "error"), [("4", "NotPlain"), (np.array(["4"]), "NotPlain"), (nested(), "RecursionError"), (4, None)]
)
def test_a_variable_of_a_notebook_is_plain_too(value, error):
    found = Here({"answer": value}).value("answer")
    assert found.error == error
    assert found.value == (4 if error is None else None)


def test_a_missing_variable_is_none():
    assert Here({}).value("answer") == Here({"answer": None}).value("answer") == Outcome()


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({}, "there is no function f: run the cell that defines it, and keep its name"),
        ({"f": np.zeros(3)}, "f is no function but of type ndarray"),
        ({"f": lambda x, y: 0}, "f(x, y) does not take 1 argument, as it should"),
        ({"f": lambda x, *, y: 0}, "f(x, *, y) does not take 1 argument, as it should"),
    ],
    ids=["missing", "array", "too many", "keyword"],
)
def test_a_function_that_cannot_be_called_is_refused(names, message):
    with pytest.raises(LookupError) as error:
        Here(names).find("f", 1)
    assert str(error.value) == message


@pytest.mark.parametrize("function", [lambda x: 0, lambda x, y=1: 0, lambda *args: 0, np.exp, len, float, max])
def test_a_function_that_takes_the_arguments_is_found(function):
    Here({"f": function}).find("f", 1)
