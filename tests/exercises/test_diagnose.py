"""What wrong results have in common is said, a known mistake is recognised, and a near miss is not."""

import numpy as np
import pytest

from cnn_course.exercises.diagnose import EVIDENCE, advise, describe, recognise, resembles
from cnn_course.exercises.examine import examine
from cnn_course.exercises.exercise import Implement, Predict
from cnn_course.exercises.submission import Here

SHAPES = [(2, 3), (5, 7), (4, 4)]


def exercise_of(solution, cases):
    exercise = Implement("T", "1-3", "...")
    exercise.solution(solution)
    exercise.check("cases", points=1)(cases)
    return exercise


def examined(exercise, answer):
    return examine(exercise, Here({exercise.name: answer}), np.random.default_rng(0))


def matrices(rng):
    yield from ((rng.uniform(1, 9, shape),) for shape in SHAPES)


def described(answer, solution=lambda x: x.copy(), cases=matrices):
    result = examined(exercise_of(solution, cases), answer)
    assert result.status == "failed"
    return describe(result)


def first_only(change):
    """An answer that is changed, except for the largest case, where it is quite wrong."""
    return lambda x: change(x) if x.size < 35 else np.cos(x)


PATTERNS = [
    (lambda x: -x, "The sign is wrong everywhere."),
    (lambda x: x / 4, "Off by a constant factor: 0.25."),
    (lambda x: x * x.size, "Off by a factor that changes from call to call (6 in the first)."),
    (lambda x: x[:, :-1], "The last axis is always one short."),
    (lambda x: np.pad(x, ((0, 0), (0, 1))), "The last axis is always one too long."),
    (lambda x: x[1:], "The last but one axis is always one short."),
    (lambda x: np.pad(x, ((1, 0), (0, 0))), "The last but one axis is always one too long."),
    (lambda x: x[:, ::-1], "Reversed along the last axis."),
    (lambda x: x[::-1, ::-1], "Reversed along all axes."),
    (lambda x: x.T, "The last two axes are exchanged."),
    (lambda x: np.roll(x, 1, -1), "Shifted by one place along the last axis."),
    (lambda x: np.roll(x, -1, -1), "Shifted by minus one place along the last axis."),
    (lambda x: x + x.size, "One and the same number is added everywhere."),
    (np.trunc, "Everything after the point is lost."),
    (lambda x: x.astype(int), "Everything after the point is lost."),
]


@pytest.mark.parametrize(("change", "text"), PATTERNS)
def test_a_pattern_is_named(change, text):
    assert described(change) == text


@pytest.mark.parametrize(("change", "text"), PATTERNS)
def test_a_pattern_must_hold_in_every_failed_call(change, text):
    assert text not in described(first_only(change))


def off_by_little(x):
    y = 3 * x
    y[0, 0] += 1e-6
    return y


@pytest.mark.parametrize(
    "answer",
    [
        off_by_little,
        np.zeros_like,
        np.cos,
        np.ravel,
        lambda x: x[:, :-2],
        lambda x: x[:, :-1] if x.size == 6 else np.pad(x, ((0, 0), (0, 1))),
        lambda x: x.astype(np.float16),
        lambda x: x + 1e-3 * x[::-1] + 1j,
        lambda x: x[0, 0],
        lambda x: (x, x),
        lambda x: None,
        lambda x: 1 / 0,
    ],
    ids=["little", "zeros", "cos", "ravel", "two", "both", "coarse", "complex", "number", "tuple", "none", "raises"],
)
def test_a_near_miss_is_left_alone(answer):
    assert described(answer) == ""


def numbers(rng):
    yield from ((rng.uniform(1, 9, 1),) for _ in range(3))


def one_number(rng):
    yield (rng.uniform(1, 9, 1),)


def flags(rng):
    yield (np.array([1, 1, 0, 1, 0, 0, 0], bool),)


def with_infinity(rng):
    yield (np.array([1.0, np.inf, np.nan, 0.0]),)


def whole_numbers(rng):
    yield (np.arange(5.0),)


def refuse(x):
    raise ValueError("too small")


@pytest.mark.parametrize(
    ("cases", "solution", "answer", "text"),
    [
        (numbers, np.copy, lambda x: x * x, ""),  # one number a call: every result is off by a factor
        (one_number, np.copy, lambda x: 3 * x, ""),
        (flags, np.copy, np.logical_not, ""),
        (flags, np.copy, lambda x: x[::-1], "Reversed along the last axis."),
        (with_infinity, np.copy, lambda x: x * 2, ""),
        (matrices, np.copy, lambda x: x * np.inf, ""),
        (whole_numbers, np.copy, lambda x: x.astype(int), ""),  # the values are right
        (numbers, lambda x: float(x[0]), np.copy, ""),
        (numbers, lambda x: np.array(x[0]), lambda x: np.array(-x[0]), "The sign is wrong everywhere."),
        (numbers, lambda x: (x, x), np.copy, ""),
        (numbers, refuse, np.copy, ""),
    ],
    ids=["single", "one", "not", "flags", "infinite", "infinite factor", "dtype", "number", "0-d", "tuple", "error"],
)
def test_results_of_every_kind_can_be_described(cases, solution, answer, text):
    def solve(x):
        return solution(x)

    assert described(answer, solve, cases) == text


def strided(x, stride):
    return x[::stride]


def strides(rng):
    yield from ((rng.uniform(1, 9, size), stride) for size, stride in ((9, 1), (8, 2), (7, 1), (8, 2), (7, 3), (11, 3)))


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (lambda x, stride: x.copy(), "stride is 1 are right"),
        (
            lambda x, stride: x[::stride] if len(x) == 8 else np.cos(x),
            "stride is 2 are right",
        ),
        (lambda x, stride: x[::stride] if len(x) == 11 else np.cos(x), ""),  # once may be chance
        (
            lambda x, stride: x[::stride] if len(x) == 7 else np.cos(x),
            "x.shape[0] is 7 are right",
        ),
        (lambda x, stride: x[::stride] if len(x) != 7 else np.cos(x), ""),
        (lambda x, stride: np.cos(x), ""),
    ],
)
def test_a_condition_on_the_arguments(answer, text):
    assert describe(examined(exercise_of(strided, strides), answer)) == (
        text and f"Of the calls tried, those where {text}, and no others."
    )


def test_a_condition_on_square_matrices():
    text = described(lambda x: x.copy() if x.shape[0] == x.shape[1] else np.cos(x), cases=squares_and_others)
    assert text == "Of the calls tried, those where x is square are right, and no others."


def test_a_condition_on_matrices_that_are_not_square():
    text = described(lambda x: x.copy() if x.shape[0] != x.shape[1] else np.cos(x), cases=squares_and_others)
    assert text == "Of the calls tried, those where x is square are wrong, and no others."


def squares_and_others(rng):
    yield from ((rng.uniform(1, 9, shape),) for shape in [(2, 2), (2, 3), (3, 2), (3, 3)])


def changes_its_argument(x):
    if x.size == 6:
        x *= 2
        return x / 2
    return x


@pytest.mark.parametrize("answer", [None, changes_its_argument], ids=["name", "mutated"])
def test_what_has_no_wrong_values_is_not_described(answer):
    assert described(answer) == ""


def known():
    """Doubling, with mistakes that go wrong in all the ways there are."""
    exercise = exercise_of(lambda x: 2 * x, matrices)

    @exercise.wrong("values")
    def squared(x):
        return x * x

    @exercise.wrong("raises")
    def raises(x):
        raise IndexError

    @exercise.wrong("mutates")
    def mutates(x):
        x *= 2
        return x

    @exercise.wrong("shape")
    def shape(x):
        return 2 * x[1:]

    @exercise.wrong("only where it is square")
    def square(x):
        return 2 * x.T if x.shape[0] == x.shape[1] else 2 * x

    @exercise.wrong("nothing")
    def nothing(x):
        return None

    return exercise


def also_mutates(x):
    x += x
    return x


def also_raises(x):
    return x[99]


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (lambda x: x**2, "squared"),
        (also_raises, "raises"),
        (also_mutates, "mutates"),
        (lambda x: (x + x)[1:], "shape"),
        (lambda x: x + (x.T if x.shape == (4, 4) else x) if x.shape != (4, 4) else 2 * x.T, "square"),
        (print, "nothing"),
        (lambda x: x**2 if x.size != 6 else x**3, None),
        (lambda x: x**2 if x.size != 6 else 2 * x, None),
        (lambda x: x[99] if x.size != 6 else {}[0], None),
        (lambda x: also_mutates(x) if x.size != 6 else 2 * x, None),
    ],
)
def test_a_mistake_is_recognised_by_all_of_its_results(answer, name):
    result = examined(known(), answer)
    assert result.status == "failed"
    found = recognise(result)
    assert (found and found.name) == name


def test_nothing_is_recognised_without_a_call():
    assert recognise(examined(known(), 3)) is None


@pytest.mark.parametrize(
    ("value", "hint"), [((4, 3), "rows first"), ([4, 3], "rows first"), ((4, 4), None), (4, None), (None, None)]
)
def test_a_wrong_prediction_is_recognised(value, hint):
    exercise = Predict("T", "1-3", "...", name="size", answer=(3, 4), wrong={(4, 3): "rows first"})
    found = recognise(examined(exercise, value))
    assert (found and found.hint) == hint
    assert found is None or found is exercise.mistakes[0]


def two_mistakes():
    """An exercise whose mistakes show in different checks."""
    exercise = Implement("Scale", "1-3", "...")

    @exercise.solution
    def scaled(x, stride):
        return 2 * x[::stride]

    @exercise.check("stride 1", points=1)
    def one(rng):
        yield from ((rng.uniform(1, 9, size), 1) for size in (3, 4))

    @exercise.check("stride 2", points=1)
    def two(rng):
        yield from ((rng.uniform(1, 9, size), 2) for size in (5, 7))

    @exercise.wrong("Twice is not the square.")
    def squared(x, stride):
        return x[::stride] ** 2

    @exercise.wrong("The stride is left out.")
    def no_stride(x, stride):
        return 2 * x

    return exercise


@pytest.mark.parametrize(
    ("answer", "check", "mistake"),
    [
        (lambda x, stride: x**2, "stride 1", "squared"),
        (lambda x, stride: 2 * x[:-1] if stride > 1 else x**2, "stride 1", "squared"),
        (lambda x, stride: 2 * x, "stride 2", "no_stride"),
        (lambda x, stride: np.cos(x), None, None),
        (lambda x, stride: x.nothing, None, None),
    ],
)
def test_one_of_two_mistakes_is_seen_in_the_check_where_it_is_alone(answer, check, mistake):
    result = examined(two_mistakes(), answer)
    found = resembles(result)
    assert (found and (found[0].name, found[1].name)) == (mistake and (check, mistake))


def test_two_candidates_are_none():
    exercise = two_mistakes()

    @exercise.wrong("Another square.")
    def square(x, stride):
        return x * x if stride == 1 else x

    assert resembles(examined(exercise, lambda x, stride: x**2)) is None


def test_the_call_that_is_shown_is_one_of_the_check_that_the_hint_is_about():
    exercise = two_mistakes()
    exercise.check("the example", points=0)(lambda rng: iter([(np.array([7.0]), 1)]))
    exercise.checks.insert(0, exercise.checks.pop())
    advice, failed, mistake = advise(examined(exercise, lambda x, stride: x**2 if stride == 1 else 3 * x))
    assert advice == 'In "stride 1" the results are those of one known mistake. Twice is not the square.'
    assert mistake.hint == "Twice is not the square."
    assert (failed.check.name, failed.args[0].size) == ("stride 1", 3)


@pytest.mark.parametrize("sizes", [(1, EVIDENCE - 2), (1, EVIDENCE - 1)])
def test_a_few_numbers_are_no_evidence_for_one_of_two_mistakes(sizes):
    exercise = two_mistakes()
    exercise.check("small", points=1)(lambda rng: iter([(rng.uniform(5, 9, size), 1) for size in sizes]))
    exercise.checks[:2] = []
    exercise.check("any", points=1)(lambda rng: iter([(rng.uniform(5, 9, 9), 2)]))
    found = resembles(examined(exercise, lambda x, stride: x**2))
    assert (found is None) is (sum(sizes) < EVIDENCE)


def unstable():
    """An exercise with a mistake that shows by rounding only."""
    exercise = exercise_of(lambda x: x - x.mean(), matrices)

    @exercise.check("a large mean", points=1)
    def large(rng):
        yield (rng.uniform(1, 9, (3, 3)) + 2.0**40,)

    @exercise.wrong("A small difference of large numbers.", fails=("a large mean",))
    def cancels(x):
        return x - x.mean() * (1 + 1e-9 * (x.mean() > 2**20))

    return exercise


@pytest.mark.parametrize(
    ("answer", "known"),
    [
        (unstable().mistakes[0].answer, True),
        (lambda x: x - x.mean() + (x.max() > 2**20), True),
        (lambda x: x, False),
        (lambda x: x - x.mean() + (x.shape == (2, 3)), False),
        (lambda x: x - x.mean() if x.max() < 2**20 else {}[0], False),
    ],
    ids=["itself", "the same check", "all checks", "another check", "an error"],
)
def test_a_mistake_of_rounding_is_known_by_the_checks_that_fail(answer, known):
    exercise = unstable()
    result = examined(exercise, answer)
    assert recognise(result) is (exercise.mistakes[0] if known else None)


def test_nothing_more_is_said_of_what_is_kept_between_calls():
    calls = []
    result = examined(known(), lambda x: calls.append(0) or x**2 + len(calls))
    assert result.verdict.kind == "state"
    assert advise(result) == ("", result.failed, None)


def test_a_mistake_that_is_right_where_the_answer_is_not_is_left_unnamed():
    exercise = two_mistakes()
    exercise.check("long", points=1)(lambda rng: iter([(rng.uniform(1, 9, 12), 1)]))
    answers = [lambda x, stride: 2 * x, lambda x, stride: 2 * x if x.size < 12 else np.cos(x)]
    assert [resembles(examined(exercise, answer)) is None for answer in answers] == [False, True]


def test_zeros_are_no_evidence():
    exercise = two_mistakes()

    @exercise.wrong("Nothing comes out.")
    def nothing(x, stride):
        return 0 * x if stride == 1 else np.ones(1)

    assert resembles(examined(exercise, lambda x, stride: 0 * x)) is None
