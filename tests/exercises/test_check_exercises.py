"""`tools/check_exercises.py` lets a sound exercise pass, and names each defect."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import check_exercises
import numpy as np
import pytest

from cnn_course.exercises.exercise import Explain, Implement, Predict, Prove, whole

EFFORT = {"stars": 1, "minutes": 10}


def sound():
    """An exercise without a defect: sums of pairs, which must not change their argument."""
    statement = "Write `sums(x)`: add neighbours."
    exercise = Implement("Sums", "1-3", statement, hints=("How many pairs are there?",), **EFFORT)

    @exercise.solution
    def sums(x):
        """Sum of each number and the next."""
        return x[1:] + x[:-1]

    @exercise.check("some numbers", points=2)
    def some(rng):
        yield (whole(rng, 5),)
        yield (whole(rng, 7) * 0.3,)

    @exercise.property("linear", points=1)
    def linear(call, rng):
        x = whole(rng, 3)
        return None if np.array_equal(call(2 * x), 2 * call(x)) else "is not linear"

    @exercise.alternative
    def by_convolution(x):
        return np.convolve(x, [1, 1], "valid")

    for i in range(5):
        exercise.wrong(f"Off by {i + 1}.")(named(f"off_by_{i + 1}", lambda x, i=i: x[1:] + x[:-1] + i + 1))
    return exercise


def named(name, function):
    function.__name__ = name
    return function


def complaints(exercise, draws=2):
    return list(check_exercises.problems(exercise, draws, Counter()))


def test_a_sound_exercise_has_no_problems():
    assert complaints(sound()) == []


def equal_to_the_solution(exercise):
    exercise.wrong("Not wrong.")(named("right", lambda x: x[:-1] + x[1:]))


def twins(exercise):
    exercise.wrong("The same.")(named("twin", lambda x: x[1:] + x[:-1] + 1))


def too_few(exercise):
    exercise.mistakes.pop()


def empty_hint(exercise):
    exercise.wrong("")(named("difference", lambda x: x[1:] - x[:-1]))


def repeated_hint(exercise):
    exercise.wrong("Off by 1.")(named("difference", lambda x: x[1:] - x[:-1]))


def hint_of_everybody(exercise):
    exercise.wrong(exercise.hints[0])(named("difference", lambda x: x[1:] - x[:-1]))


def no_hint(exercise):
    exercise.hints = ()


def no_statement(exercise):
    exercise.statement = ""


def bad_property(exercise):
    exercise.property("positive", points=1)(lambda call, rng: None if (call(whole(rng, 9)) > 0).all() else "negative")


def failing_property(exercise):
    exercise.property("fails", points=1)(lambda call, rng: {}[call(whole(rng, 3)).size])


def bad_alternative(exercise):
    exercise.alternative(named("by_difference", lambda x: x[1:] - x[:-1]))


def no_checks(exercise):
    exercise.checks.clear()


def zeros_are_right(exercise):
    exercise.check("zeros", points=1)(lambda rng: iter([(np.zeros(3),)]))


def echo_is_right(exercise):
    def sums(x):
        """Sum of each number and the next, where there is one."""
        return x[1:] + x[:-1] if x.size > 1 else x

    exercise.solution(sums)
    exercise.alternatives.clear()
    exercise.check("a single number", points=1)(lambda rng: iter([(whole(rng, 1),)]))


def by_luck(exercise):
    exercise.check("again", points=1)(lambda rng: iter([(whole(rng, 5),)]))
    exercise.wrong("Luck.")(named("lucky", lambda x: x[1:] + x[:-1] + 9 * (x[:1] > 0)))


def equal_to_the_last_bit(exercise):
    exercise.property("exact", points=1)(lambda call, rng: None if call(np.full(2, 0.3))[0] == 0.6 else "is not exact")


def looks_at_the_last_bit(exercise):
    exercise.wrong("Off by 9.")(named("off_by_9", lambda x: x[1:] + x[:-1] + 9 * (x[0] in (*range(-9, 10), 9 * 0.3))))


def right_by_the_last_bit(exercise):
    exercise.alternative(named("careful", lambda x: x[1:] + x[:-1] + (x[0] != 0.3 and np.isclose(x[0], 0.3))))
    exercise.check("a number of many digits", points=1)(lambda rng: iter([(np.array([0.3, 0.7, 0.5]),)]))


def caught_nowhere(exercise):
    exercise.wrong("Counts.")(named("count", lambda x, seen=[]: seen.append(0) or x[1:] + x[:-1] + (len(seen) > 4)))


def a_list_as_argument(exercise):
    exercise.check("a list", points=1)(lambda rng: iter([((np.ones(3), [1, 2]),)]))


DEFECTS = [
    (
        a_list_as_argument,
        "has a case with a list among its arguments: give arrays, numbers and tuples of these (draw 0)",
    ),
    (equal_to_the_solution, "right is wrong but passed with 3 points (draw 0)"),
    (twins, "twin is given the hint of off_by_1 (draw 1)"),
    (too_few, "has 4 wrong solutions, expected at least 5"),
    (empty_hint, "has an empty hint, or one that stands twice"),
    (repeated_hint, "has an empty hint, or one that stands twice"),
    (hint_of_everybody, "has an empty hint, or one that stands twice"),
    (no_hint, "has no hint for everybody"),
    (no_statement, "needs a statement"),
    (bad_property, "sums is right but failed: negative (draw 0)"),
    (failing_property, "sums is right but failed: the result cannot be used (2) (draw 0)"),
    (bad_alternative, "by_difference is right but failed: "),
    (no_checks, "has no check: see @exercise.check"),
    (zeros_are_right, "an answer of zeros is failed with 1 points, expected failed with 0 (draw 0)"),
    (echo_is_right, "an answer that returns its argument is failed with 1 points, expected failed with 0 (draw 0)"),
    (by_luck, "lucky earns {"),
    (equal_to_the_last_bit, "sums is right but failed: is not exact (draw 0, its results disturbed)"),
    (looks_at_the_last_bit, "off_by_9 is wrong but passed with 3 points (draw 0, its arguments disturbed)"),
    (right_by_the_last_bit, "careful is right but failed: "),
    (caught_nowhere, "count is given the hint of nobody (draw 0)"),
]


@pytest.mark.parametrize(("spoil", "complaint"), DEFECTS)
def test_a_defect_is_named(spoil, complaint):
    exercise = sound()
    spoil(exercise)
    found = complaints(exercise)
    assert any(text.startswith(complaint) for text in found), found


def test_a_weak_check_is_found_by_an_answer_that_returns_nothing():
    exercise = sound()
    exercise.checks.clear()
    exercise.check("nothing", points=2)(lambda rng: iter(()))
    complaint = "an answer that returns nothing is passed with 0 points, expected failed with 0 (draw 0)"
    assert complaint in complaints(exercise)


PREDICTION = {"title": "T", "chapter": "1-3", "statement": "...", "name": "size", "answer": (3, 4), **EFFORT}


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({(4, 3): "Rows first.", (3, 3): "Count again."}, []),
        ({(3, 4): "Rows first."}, ["(3, 4) is wrong but passed with 1 points (draw 0)"]),
        ({(4, 3): "Wrong.", (3, 3): "Wrong."}, ["has an empty hint, or one that stands twice"]),
    ],
)
def test_predictions_are_checked_too(wrong, expected):
    assert complaints(Predict(wrong=wrong, **PREDICTION), draws=1) == expected


@pytest.mark.parametrize("kind", [Explain, Prove])
def test_an_answer_in_words_needs_its_texts_only(kind):
    texts = {"title": "T", "chapter": "1-3", "statement": "Why?", "answer": "So.", "contains": ("says so",)}
    missing = {
        "title": "needs a title",
        "answer": "needs a model answer, and a list of what a complete one contains",
        "contains": "needs a model answer, and a list of what a complete one contains",
    }
    assert complaints(kind(name="why", **texts, **EFFORT)) == []
    for key, complaint in missing.items():
        assert complaints(kind(name="why", **texts | {key: type(texts[key])()}, **EFFORT)) == [complaint]


@pytest.mark.parametrize("effort", [{"stars": 0}, {"stars": 4}, {"minutes": 0}])
def test_an_exercise_says_how_hard_and_how_long_it_is(effort):
    (complaint,) = complaints(Predict(wrong={(4, 3): "Rows first."}, **PREDICTION | effort), draws=1)
    assert complaint.endswith("minutes, expected 1 to 3 stars and some minutes")


def test_an_exercise_whose_arguments_are_compared_is_not_disturbed_in_them():
    exercise = sound()
    looks_at_the_last_bit(exercise)
    exercise.exact = True
    assert not any("arguments disturbed" in text for text in complaints(exercise))


def test_a_mistake_that_changes_its_argument_does_so_when_it_is_disturbed():
    def halves(x):
        x /= 2
        return x

    x = whole(np.random.default_rng(0), 5)
    given, changed = x.copy(), x / 2
    returned = check_exercises.arguments_disturbed(halves)(given)
    for found in (given, returned):
        assert not np.array_equal(found, changed)
        np.testing.assert_allclose(found, changed, rtol=0, atol=1e-14)


def test_only_floats_are_disturbed():
    rng = np.random.default_rng(0)
    value = (3, True, "x", None, np.arange(3), np.array([True]), np.zeros((0, 2)))
    assert all(found is part for found, part in zip(check_exercises.disturbed(value, rng), value, strict=True))
    for number in (0.3, np.float32(0.3), np.array([0.3, np.inf, np.nan, 0.0]), 0.3 + 1j):
        changed = [check_exercises.disturbed(number, rng) for _ in range(20)]
        assert {type(found) for found in changed} == {type(number)}
        assert len({str(found) if np.ndim(found) == 0 else found.tobytes() for found in changed}) > 1
        tolerance = 9 * np.finfo(np.asarray(number).dtype).eps
        assert all(np.allclose(found, number, rtol=tolerance, atol=tolerance, equal_nan=True) for found in changed)


@pytest.mark.parametrize(("spoil", "status"), [(None, False), (twins, True)])
def test_the_program_prints_a_table_and_tells_whether_there_are_problems(monkeypatch, capsys, spoil, status):
    exercise = sound()
    if spoil:
        spoil(exercise)
    monkeypatch.setattr(check_exercises, "find", {"sums": exercise}.get)
    monkeypatch.setattr(check_exercises, "names", lambda: ["sums"])
    # A new process would not know what is set here, unless it is a fork of this one.
    monkeypatch.setattr(check_exercises, "ProcessPoolExecutor", ThreadPoolExecutor)
    assert check_exercises.main(["--draws", "3"]) is check_exercises.main(["--draws", "3", "sums"]) is status
    out, err = capsys.readouterr()
    assert f"sums: implement, 3 points, {9 * status} problems" in out
    assert out.splitlines()[1].split() == ["off_by_1", "3", *"....." + "." * status]
    assert ("sums: twin is given the hint of off_by_1 (draw 0)" in err) is status
