"""An answer gets the points of what it can do, and the first thing that is wrong is shown by the smallest call."""

import numpy as np
import pytest

from cnn_course.exercises.examine import DEATHS, examine, same
from cnn_course.exercises.exercise import Explain, Implement, Predict, whole
from cnn_course.exercises.outcome import Outcome
from cnn_course.exercises.submission import Here


def small():
    """Squares of numbers: one check for the sign, one for several sizes, and a property."""
    exercise = Implement("Squares", "1-3", "Square all numbers.")

    @exercise.solution
    def squares(x):
        return x * x

    @exercise.check("positive", points=1)
    def positive(rng):
        yield (np.abs(whole(rng, 3)),)

    @exercise.check("any size", points=2)
    def any_size(rng):
        for size in (7, 2, 5):
            yield (-np.abs(whole(rng, size)),)

    @exercise.property("even", points=4)
    def even(call, rng):
        x = whole(rng, 4)
        return None if np.array_equal(call(x), call(-x)) else "call(x) and call(-x) differ"

    return exercise


def examined(answer, exercise=None):
    exercise = exercise or small()
    return examine(exercise, Here({exercise.name: answer}), np.random.default_rng(0))


def test_a_right_answer_gets_all_points():
    result = examined(lambda x: x**2)
    assert (result.status, result.points) == ("passed", 7)
    assert result.earned == {"positive": 1, "any size": 2, "even": 4}
    assert result.verdict is result.failed is None
    assert len(result.trials) == 6


def stub(x):
    raise NotImplementedError


def test_a_stub_is_not_attempted():
    result = examined(stub)
    assert (result.status, result.points, result.earned) == ("not attempted", 0, {})


def test_an_answer_that_raises_later_is_attempted():
    def half(x):
        if x[0] < 0:
            raise NotImplementedError
        return x * x

    result = examined(half)
    assert (result.status, result.points, result.verdict.kind) == ("failed", 1, "error")


@pytest.mark.parametrize("answer", [None, 3, lambda: 0], ids=["missing", "number", "no argument"])
def test_an_answer_that_cannot_be_called_fails(answer):
    result = examined(answer)
    assert (result.status, result.points, result.verdict.kind, result.trials) == ("failed", 0, "name", [])
    assert "squares" in result.verdict.text


def test_each_check_gives_its_own_points_and_runs_to_its_end():
    result = examined(lambda x: x * np.abs(x))
    assert result.earned == {"positive": 1, "any size": 0}
    assert len(result.trials) == 4


def test_a_later_check_can_pass_after_an_earlier_one_failed():
    result = examined(lambda x: x * x if x[0] < 0 else x + 100)
    assert result.earned == {"positive": 0, "any size": 2}
    assert result.failed.check.name == "positive"


def test_the_smallest_call_is_shown():
    result = examined(lambda x: x * np.abs(x))
    assert result.failed.args[0].size == 2
    assert result.verdict is result.failed.verdict
    assert result.verdict.kind == "values"


def test_a_property_is_left_out_after_a_failure_and_cases_are_not():
    called = []
    exercise = small()
    exercise.checks.insert(0, exercise.checks.pop())  # the property stands first

    @exercise.property("spy", points=1)
    def spy(call, rng):
        called.append(call)

    assert set(examined(lambda x: x, exercise).earned) == {"even", "positive", "any size"}
    assert not called
    assert examined(lambda x: x * x, exercise).earned["spy"] == 1


def with_property(function):
    exercise = small()
    exercise.checks.pop()
    exercise.property("extra", points=4)(function)
    return exercise


def complains(call, rng):
    call(whole(rng, 3))
    return "is not unique"


def divides(call, rng):
    return 1 / int(0 * call(np.ones(1))[0])


def looks_up(call, rng):
    return {}[float(call(np.ones(1))[0])]


def unpacks(call, rng):
    _, _ = call(np.ones(1))


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (complains, "is not unique"),
        (divides, "the result cannot be used (division by zero)"),
        (looks_up, "the result cannot be used (1.0)"),
        (unpacks, "the result cannot be used (not enough values to unpack (expected 2, got 1))"),
    ],
)
def test_a_property_complains_or_cannot_use_the_result(function, text):
    result = examined(lambda x: x * x, with_property(function))
    assert (result.status, result.points, result.earned["extra"]) == ("failed", 3, 0)
    assert (result.verdict.kind, result.verdict.text) == ("property", text)
    assert result.failed.args[0].size in (1, 3)


@pytest.mark.parametrize(
    ("value", "kind", "text"), [(None, "type", "returned None"), ("raise", "error", "raised ZeroDivisionError")]
)
def test_a_call_inside_of_a_property_may_fail(value, kind, text):
    def answer(x):
        if x.size == 4:
            return 1 / 0 if value == "raise" else value
        return x * x

    result = examined(answer)
    assert (result.points, result.verdict.kind, result.failed.args[0].size) == (3, kind, 4)
    assert result.verdict.text.startswith(text)


def counter():
    calls = []

    def answer(x):
        calls.append(x)
        return x * x + (len(calls) > 6)  # right until the calls are repeated

    return answer


def table():
    results = {}

    def answer(x):
        return results.setdefault(x.size, x * x)  # a result of the same size is taken for the same

    return answer


def test_an_answer_that_counts_its_calls_gets_nothing():
    result = examined(counter())
    assert (result.status, result.points, result.verdict.kind) == ("failed", 0, "state")
    assert result.earned == {"positive": 0, "any size": 0, "even": 0}


def test_a_mix_up_of_kept_results_is_found():
    exercise = small()

    @exercise.check("again", points=1)
    def again(rng):
        yield (whole(rng, 3) + 20,)

    result = examined(table(), exercise)
    assert result.earned["again"] == 0
    assert result.failed.check.name == "again"


def test_results_kept_right_are_no_state():
    kept = {}
    assert examined(lambda x: kept.setdefault(x.tobytes(), x * x)).status == "passed"


def test_state_is_said_first():
    calls = []

    def answer(x):
        calls.append(x)
        return x * abs(x) + (len(calls) > 4)

    result = examined(answer)
    assert (result.points, result.verdict.kind) == (0, "state")
    assert result.missed("any size"), "what is wrong without it is marked, too"


class Tiring(Here):
    """A submission whose time runs out after some calls."""

    def __init__(self, answer, calls, reason="time"):
        super().__init__({"squares": answer})
        self.left, self.reason = calls, reason

    def call(self, name, args):
        self.left -= 1
        return Outcome(stopped=self.reason, message="the limit") if self.left < 0 else super().call(name, args)


def test_an_answer_that_is_right_but_slow_keeps_its_points_and_is_told_the_limit():
    result = examine(small(), Tiring(np.square, 8), np.random.default_rng(0))
    assert (result.status, result.points, result.verdict.kind) == ("failed", 7, "time")
    assert "the limit" in result.verdict.text
    assert "kept" not in result.verdict.text


class Forgetting(Here):
    """A submission that can begin anew."""

    def first_call(self, name, args):
        self.names["seen"].clear()
        return self.call(name, args)


@pytest.mark.parametrize(("submission", "kind"), [(Forgetting, "state"), (Here, "values")])
def test_results_that_are_mixed_up_are_found_where_the_calls_before_can_be_forgotten(submission, kind):
    exercise, seen = small(), {}

    @exercise.check("again", points=1)
    def again(rng):
        yield (whole(rng, 3) + 20,)

    names = {"squares": lambda x: seen.setdefault(x.size, x * x), "seen": seen}
    result = examine(exercise, submission(names), np.random.default_rng(0))
    assert (result.verdict.kind, result.missed("again")) == (kind, True)
    assert result.points == (0 if kind == "state" else 7)


def test_an_answer_that_dies_when_a_call_is_repeated_gets_nothing():
    result = examine(small(), Tiring(np.square, 8, "died"), np.random.default_rng(0))
    assert (result.status, result.points, result.verdict.kind) == ("failed", 0, "died")


def test_a_changed_argument_costs_the_points_of_its_check():
    def answer(x):
        if x[0] < 0:
            x *= x
            return x
        return x * x

    result = examined(answer)
    assert (result.earned, result.verdict.kind) == ({"positive": 1, "any size": 0}, "mutated")
    assert "changed x" in result.verdict.text


def test_an_argument_changed_inside_of_a_property_costs_its_points():
    def answer(x):
        return np.square(x, out=x if x.size == 4 else None)

    result = examined(answer)
    assert (result.points, result.earned["even"], result.verdict.kind) == (3, 0, "mutated")


class Scripted:
    """A submission that answers right, except for what `stops` says of the arguments."""

    def __init__(self, stops):
        self.stops, self.calls = stops, 0

    def find(self, name, arguments):
        pass

    def first_call(self, name, args):
        return None

    def call(self, name, args):
        self.calls += 1
        return Outcome(stopped="time") if self.stops(*args) else Outcome(args[0] ** 2)


def test_two_deaths_stop_the_rest():
    submission, exercise = Scripted(lambda x: x[0] < 0), small()
    exercise.check("left out", points=1)(lambda rng: iter([(whole(rng, 3),)]))
    result = examine(exercise, submission, np.random.default_rng(0))
    assert submission.calls == len(result.trials) == 1 + DEATHS
    assert result.earned == {"positive": 1, "any size": 0}
    assert (result.status, result.verdict.kind) == ("failed", "time")


def test_one_death_costs_one_check():
    result = examine(small(), Scripted(lambda x: x.size == 7), np.random.default_rng(0))
    assert result.earned == {"positive": 1, "any size": 0}
    assert (result.points, result.verdict.kind) == (1, "time")


def test_a_death_inside_of_a_property_is_named():
    result = examine(small(), Scripted(lambda x: x.size == 4), np.random.default_rng(0))
    assert (result.points, result.verdict.kind) == (3, "time")


ONE = np.ones(3)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Outcome(ONE), Outcome(ONE * (1 + 1e-12)), True),
        (Outcome(ONE), Outcome(ONE * 2), False),
        (Outcome(ONE.astype(np.float16)), Outcome(ONE.astype(np.float16)), True),
        (Outcome(ONE), Outcome(ONE, mutated=(0,)), False),
        (Outcome(ONE, mutated=(0,)), Outcome(ONE, mutated=(0,)), True),
        (Outcome(error="KeyError", message="a"), Outcome(error="KeyError", message="b"), True),
        (Outcome(error="KeyError"), Outcome(error="IndexError"), False),
        (Outcome(ONE), Outcome(error="KeyError"), False),
        (Outcome(stopped="time"), Outcome(stopped="time"), True),
        (Outcome(stopped="time"), Outcome(stopped="died"), False),
        (Outcome(ONE), Outcome(stopped="time"), False),
    ],
)
def test_same(one, other, expected):
    assert same(one, other) is expected
    assert same(other, one) is expected


def test_a_huge_number_is_a_wrong_answer_and_nothing_worse():
    assert examined(lambda x: 2**70).verdict.text == "returned a whole number of more than 64 bits"


SIZES = Predict("Sizes", "1-3", "...", name="sizes", answer=(41, 17, 6.5), wrong={(40, 17, 6.5): "One more."})
SIZE = Predict("Size", "1-3", "...", name="size", answer=41)
MATRIX = Predict("Matrix", "1-3", "...", name="matrix", answer=np.full((13, 41), 17))


@pytest.mark.parametrize(
    ("exercise", "value"),
    [
        (SIZES, (41, 17, 6.5)),
        (SIZES, [41, 17, 6.5]),
        (SIZES, (41.0, np.float64(17), 6.5)),
        (SIZE, 41),
        (SIZE, np.int32(41)),
        (SIZE, 41 + 1e-12),
    ],
)
def test_a_right_prediction_passes(exercise, value):
    result = examined(value, exercise)
    assert (result.status, result.points, result.verdict) == ("passed", 1, None)


@pytest.mark.parametrize("exercise", [SIZES, SIZE, MATRIX])
def test_none_is_not_attempted(exercise):
    assert examined(None, exercise).status == "not attempted"
    assert examine(exercise, Here({}), None).status == "not attempted"


@pytest.mark.parametrize(
    ("exercise", "value", "kind"),
    [
        (SIZES, (40, 18, 6), "values"),
        (SIZES, (63, 18), "type"),
        (SIZES, 63, "type"),
        (SIZES, (63.0, 1, 2), "values"),
        (SIZES, (np.zeros(2), 1, 2), "shape"),
        (SIZES, "63, 18", "type"),
        (SIZE, 63, "values"),
        (SIZE, 3.5, "values"),
        (SIZE, 63j, "dtype"),
        (SIZE, (63,), "type"),
        (SIZE, np.arange(3), "shape"),
        (SIZE, np.zeros(3), "shape"),
        (MATRIX, np.zeros((13, 63), int), "shape"),
        (MATRIX, np.zeros((13, 63)), "shape"),
        (MATRIX, 3, "shape"),
    ],
)
def test_a_wrong_prediction_fails_and_learns_nothing_of_the_answer(exercise, value, kind):
    result = examined(value, exercise)
    assert (result.status, result.points, result.verdict.kind) == ("failed", 0, kind)
    assert not any(secret in result.verdict.text for secret in ("41", "17", "6.5", "result 1", "result 2"))


def test_an_explanation_is_not_judged():
    result = examine(Explain("Why", "1-3", "Why?", name="why", answer="So."), None, None)
    assert (result.status, result.points) == ("explain", 0)


def test_an_expected_error_is_worth_nothing_alone():
    exercise = Implement("Root", "1-2", "...")

    @exercise.solution
    def root(x):
        if x < 0:
            raise ValueError("x must not be negative")
        return x**0.5

    @exercise.check("roots", points=2)
    def roots(rng):
        yield from ((float(value),) for value in rng.uniform(1, 9, 2))

    @exercise.check("negative numbers", points=1)
    def negative(rng):
        yield (-1.0,)

    def refuse(x):
        raise ValueError

    def not_above_one(x):
        return root(min(x, 1.0))

    rng = np.random.default_rng(0)
    assert examine(exercise, Here({"root": root}), rng).points == 3
    assert examine(exercise, Here({"root": refuse}), rng).earned == {"roots": 0, "negative numbers": 0}
    assert examine(exercise, Here({"root": lambda x: x**0.5 if x > 0 else refuse(x)}), rng).points == 3
    assert examine(exercise, Here({"root": not_above_one}), rng).points == 0
