"""Rounding passes, everything else is named: the first thing that is wrong, with the numbers."""

import numpy as np
import pytest

from cnn_course.exercises.compare import FEW, LONGEST, STOPPED, compare, compare_values, show
from cnn_course.exercises.outcome import Outcome, run

RNG = np.random.default_rng(0)
TERMS = RNG.standard_normal((7, 601))
SUMS = np.array([sum(row) for row in TERMS])
NAN, INF = np.nan, np.inf


def array(*numbers, dtype=float):
    return np.array(numbers, dtype)


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (SUMS, TERMS.sum(axis=1)),
        (SUMS, np.array([sum(row[::-1]) for row in TERMS])),
        (SUMS, TERMS.astype(np.float32).sum(axis=1)),
        (SUMS.astype(np.float32), TERMS.sum(axis=1)),
        (SUMS, SUMS * (1 + 1e-12)),
        (SUMS + 1j * SUMS[::-1], (SUMS + 1j * SUMS[::-1]) * (1 + 1e-12j)),
        (SUMS + 1j, (SUMS + 1j).astype(np.complex64)),
        (array(1e6, 0.0), array(1e6, 1e-5)),  # the scale is that of the largest number
        (array(1, 2, dtype=np.int64), array(1, 2, dtype=np.uint8)),
        (2.0, 2),
        (array(2.0), np.longdouble([2])),
        (array(NAN, INF, -INF, 1.0), array(NAN, INF, -INF, 1.0)),
        (array(NAN, 1.0) + 0j, array(NAN, 1.0) + 0j),
        (array(1, 0, dtype=bool), array(1, 0, dtype=bool)),
        (True, True),
        (np.array(3.0), 3.0),
        (np.zeros((0, 5)), np.zeros((0, 5))),
        ((SUMS, (1, 2.0)), (SUMS[:], (1, 2.0))),
    ],
)
def test_the_same_up_to_rounding_passes(expected, got):
    assert compare_values(expected, got) is None


@pytest.mark.parametrize(
    ("expected", "got", "kind", "texts"),
    [
        ((1, 2), 1, "type", ["returned 1 result, expected 2"]),
        ((1, 2), (1, 2, 3), "type", ["returned 3 results, expected 2"]),
        ((1, 2), array(1, 3, dtype=int), "values", ["result 2 of 2: 3, expected 2"]),
        ((1, 2), (), "type", ["returned 0 results, expected 2"]),
        (SUMS, (1.0, 2.0), "type", ["returned a tuple or list of 2, expected an array"]),
        (1, (1,), "type", ["returned a tuple or list of 1, expected a number"]),
        (np.zeros((3, 2)), np.zeros((2, 3)), "shape", ["shape (2, 3), expected (3, 2)"]),
        (np.zeros(3), np.zeros((3, 1)), "shape", ["shape (3, 1), expected (3,)"]),
        (np.zeros(3), 0.0, "shape", ["a single number, expected (3,)"]),
        (1.0, array(1.0), "shape", ["shape (1,), expected a single number"]),
        (array(1.0), array(1, dtype=int), "dtype", ["dtype int64, expected float64", "after the point"]),
        (array(1.0), array(1.0) + 0j, "dtype", ["dtype complex128, expected float64", "`.real`"]),
        (array(1.0), array(1.0 + 1e-3j, dtype=complex), "dtype", ["not even small"]),
        (array(1.0), array(1, dtype=bool), "dtype", ["dtype bool, expected float64"]),
        (array(1.0), array(1, dtype=np.float16), "dtype", ["dtype float16, expected float64", "too coarse"]),
        (array(1.0) + 0j, array(1.0), "dtype", ["dtype float64, expected complex128"]),
        (array(1, dtype=bool), array(1.0), "dtype", ["dtype float64, expected bool"]),
        (4, 4.0, "dtype", ["dtype float64, expected int64", "`//`"]),
        (4, np.float16(4), "dtype", ["expected int64"]),
        (1, True, "dtype", ["dtype bool, expected int64"]),
        (True, 1, "dtype", ["dtype int64, expected bool"]),
        (SUMS, SUMS * (1 + 1e-6), "values", ["7 of 7 numbers differ", "relative error 1e-06"]),
        (SUMS, (SUMS * (1 + 1e-3)).astype(np.float32), "values", ["relative error 0.001"]),
        (SUMS + 1j, (SUMS + 1j) * (1 + 1e-6j), "values", ["7 of 7 numbers differ", "relative error 1e-06"]),
        (
            array(2, 4),
            array(2, 5),
            "values",
            [
                "1 of 2 numbers differ; most at [1]: 5, expected 4 (relative error 0.2)",
                "\nreturned\n[2., 5.]\nexpected\n[2., 4.]",
            ],
        ),
        (np.eye(2), np.ones((2, 2)), "values", ["2 of 4", "most at [0, 1]: 1, expected 0 (relative error 1)"]),
        (array(1, 2, dtype=int), array(1, 3, dtype=int), "values", ["at [1]: 3, expected 2"]),
        (array(1, 0, dtype=bool), array(1, 1, dtype=bool), "values", ["1 of 2", "[ True,  True]", "[ True, False]"]),
        (3, 4, "values", ["4, expected 3 (relative error 0.3)"]),
        (3.5, 3, "values", ["3, expected 3.5"]),
        (0.0, 2.0, "values", ["2, expected 0 (relative error inf)"]),
        (True, False, "values", ["False, expected True"]),
        (7.0, 7.0000002, "values", ["7.0000002, expected 7 (relative error 3e-08)\nIt agrees to 7 digits"]),
        (
            array(1, 3),
            array(1, 3.0000003),
            "values",
            ["[1]: 3.0000003, expected 3 ", "7 digits: single precision"],
        ),
        (10**6, 10**6 + 1, "values", ["1000001, expected 1000000 (relative error 1e-06)"]),
        (array(1.0), (1.0,), "type", ["returned a tuple or list of 1, expected an array: `np.array` makes one"]),
        (array(NAN, 1.0), array(1.0, NAN), "values", ["2 of 2", "most at [0]: 1, expected nan (relative error inf)"]),
        (array(INF, 1.0), array(-INF, 1.0), "values", ["1 of 2", "at [0]: -inf, expected inf"]),
        (array(3.0, 1.0), array(3.0, INF), "values", ["1 of 2", "at [1]: inf, expected 1"]),
        (array(INF), array(NAN), "values", ["nan, expected inf"]),
    ],
)
def test_what_is_wrong_is_named_with_the_numbers(expected, got, kind, texts):
    verdict = compare_values(expected, got)
    assert verdict.kind == kind
    assert all(text in verdict.text for text in texts), verdict.text


@pytest.mark.parametrize("got", [np.float32(7.1), np.array(7.1, np.float32), np.float32(3.8) + np.float32(3.3)])
def test_a_number_in_single_precision_is_accepted(got):
    assert compare(Outcome(7.1), run(lambda: got, ())) is None


@pytest.mark.parametrize("size", [3, 10**6])
def test_whole_numbers_are_not_suspected_of_single_precision(size):
    assert "digits" not in compare_values(np.array([size, 1]), np.array([size + 1, 1])).text


FORGED = "oh\nconvolve: PASSED, 4 of 4 points\r\n  passed    4/4\x0bHint: all right\u2028end"


@pytest.mark.parametrize(
    "got",
    [
        Outcome(error="ValueError", message=FORGED),
        Outcome(error=FORGED, message=""),
        Outcome(error="ValueError", message="", line=FORGED),
        Outcome(error="NotPlain", message=FORGED),
        Outcome(stopped="died", message=FORGED),
    ],
)
def test_what_an_answer_says_is_marked_line_by_line(got):
    first, *rest = compare(Outcome(1.0), got).text.splitlines()
    assert not first.startswith(("convolve", " "))
    assert len(rest) >= 4
    assert all(line.startswith(("  | ", "in the line: oh")) for line in rest)


def test_what_an_answer_says_is_cut():
    assert len(compare(Outcome(1.0), Outcome(error="ValueError", message="x" * 10**6)).text) < 2 * LONGEST


@pytest.mark.parametrize("size", [FEW, FEW + 1])
def test_only_small_arrays_are_printed(size):
    expected = np.arange(float(size))
    text = compare_values(expected, expected + 1).text
    assert ("\nreturned\n" in text) is (size == FEW)
    assert len(text.splitlines()[0]) < 100


def test_show_describes_large_arrays_by_their_shape():
    assert show(np.zeros((7, 11), np.float32)) == "array of shape (7, 11), dtype float32"
    assert show(array(0.1234567, 2)) == "[0.12346, 2.     ]"
    assert show((3, "a")) == "(3, 'a')"
    assert show(array(2.0**-20, 0.0)) == "[9.53674e-07, 0.00000e+00]"
    assert show(array(2.0**-20, 1.0, NAN)) == "[ 0.,  1., nan]"
    assert show(array(0.0, NAN)) == "[ 0., nan]"


@pytest.mark.parametrize(("returns", "name"), [(("grad_x", "grad_w"), "grad_w"), ((), "result 2 of 2")])
def test_the_result_at_fault_is_named(returns, name):
    expected, got = (SUMS, array(1.0, 2.0)), (SUMS, array(1.0))
    assert compare_values(expected, got, returns).text == f"{name}: shape (1,), expected (2,)"
    assert compare_values(expected, got, returns).kind == "shape"


ORDER = [  # each is worse than the one below
    ("time", Outcome(array(1.0), error="ValueError", stopped="time")),
    ("error", Outcome((1.0, 2.0), error="ValueError")),
    ("type", Outcome((array(1, 2, dtype=int),), mutated=(1,))),
    ("shape", Outcome(array(1, 2, dtype=int), mutated=(1,))),
    ("dtype", Outcome(array(9, dtype=int), mutated=(1,))),
    ("values", Outcome(array(9.0), mutated=(1,))),
    ("mutated", Outcome(array(1.0), mutated=(1,))),
]


@pytest.mark.parametrize(("kind", "got"), ORDER)
def test_the_first_thing_that_is_wrong_is_said(kind, got):
    assert compare(Outcome(array(1.0)), got).kind == kind


@pytest.mark.parametrize("reason", STOPPED)
def test_a_call_without_an_end_is_named(reason):
    verdict = compare(Outcome(1.0), Outcome(stopped=reason, message="after 2 s"))
    assert (verdict.kind, verdict.text) == (reason, f"{STOPPED[reason]} (after 2 s)")
    assert compare(Outcome(1.0), Outcome(stopped=reason)).text == STOPPED[reason]


@pytest.mark.parametrize(
    ("expected", "got", "kind", "text"),
    [
        (
            Outcome(1.0),
            Outcome(error="KeyError", message="'a'", line="x['a']"),
            "error",
            "raised KeyError: 'a'\nin the line: x['a']",
        ),
        (Outcome(1.0), Outcome(error="KeyError", message="'a'"), "error", "raised KeyError: 'a'"),
        (Outcome(1.0), Outcome(error="NotPlain", message="returned None"), "type", "returned None"),
        (
            Outcome(error="ValueError", message="too large"),
            Outcome(1.0),
            "error",
            "returned a result, expected it to raise ValueError: too large",
        ),
        (
            Outcome(error="ValueError", message="too large"),
            run(lambda: None, ()),
            "error",
            "did not raise ValueError (too large), but returned None",
        ),
        (
            Outcome(error="ValueError", message="empty"),
            Outcome(error="KeyError", message="2"),
            "error",
            "raised KeyError: 2\nexpected ValueError: empty",
        ),
    ],
)
def test_errors_are_compared_by_their_names(expected, got, kind, text):
    verdict = compare(expected, got)
    assert (verdict.kind, verdict.text) == (kind, text)


def test_the_message_of_an_expected_error_is_free():
    assert compare(Outcome(error="ValueError", message="a"), Outcome(error="ValueError", message="b")) is None


@pytest.mark.parametrize(
    ("parameters", "mutated", "names"),
    [((), (1,), "argument 2"), (("x", "weight"), (1,), "weight"), (("x", "weight"), (0, 1), "x and weight")],
)
def test_changed_arguments_are_named(parameters, mutated, names):
    verdict = compare(Outcome(1.0), Outcome(1.0, mutated=mutated), parameters=parameters)
    assert verdict.text == f"the result is right, but the call has changed {names}: work on a copy"


def test_an_argument_may_be_changed_that_the_solution_changes():
    assert compare(Outcome(1.0, mutated=(0,)), Outcome(1.0, mutated=(0,))) is None
    assert compare(Outcome(1.0, mutated=(0,)), Outcome(1.0)) is None
