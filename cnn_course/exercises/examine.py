"""Put all checks of an exercise to a submission, and say what was found.

The checks run in their order, each to its end, so that what a submission can do is told apart from what it cannot.
Then every call is repeated in another order: an answer that depends on the calls before it is worth nothing, and that
is said first. Where only the time runs out, the points of what came in time remain.
"""

from dataclasses import dataclass, field

from cnn_course.exercises.compare import Verdict, changed, compare, said, show
from cnn_course.exercises.exercise import Check, Explain, Predict
from cnn_course.exercises.outcome import Outcome, plain, run

DEATHS = 2  # calls that did not come to an end, before the rest is left out
KEPT = (
    "Something is kept between the calls (a global list, a default argument that is changed, results stored under a "
    "key that does not tell them apart)"
)
LATER = (
    f"the same call gives another result later. {KEPT}, or is left to chance (random numbers, places of np.empty that "
    "are never written)"
)
FIRST = f"as the first call it is right. {KEPT}"
PREDICTED = {  # instead of words that would give the answer away
    "shape": "is not the answer",
    "dtype": "is not a number of the kind that is asked for",
    "values": "is not the answer",
}


@dataclass
class Trial:
    """One call: what was expected (None inside of a property), what came, and what is wrong with it."""

    check: Check
    args: tuple
    expected: Outcome | None
    got: Outcome
    verdict: Verdict | None


@dataclass
class Result:
    """What was found out about one answer.

    Attributes
    ----------
    exercise : Exercise
    status : str
        "passed", "failed", "not attempted", "missing" where it was expected and is not in the file, or "explain", which
        nobody but the learner can judge.
    earned : dict
        Maps the name of each check that was carried out to its points, 0 if it failed.
    verdict : Verdict or None
        The first thing that is wrong.
    failed : Trial or None
        The smallest call that shows it.
    trials : list of Trial
        All calls.
    """

    exercise: object
    status: str
    earned: dict = field(default_factory=dict)
    verdict: Verdict | None = None
    failed: Trial | None = None
    trials: list = field(default_factory=list)

    @property
    def points(self):
        """Sum of the points earned."""
        return sum(self.earned.values())

    def missed(self, name):
        """Whether the check of a name was carried out and failed."""
        failed = any(trial.verdict and trial.check.name == name for trial in self.trials if trial.check)
        return failed or self.earned[name] < next(c.points for c in self.exercise.checks if c.name == name)


def examine(exercise, submission, rng):
    """Carry out all checks of an exercise, with random cases from `rng`, and return a `Result`."""
    if isinstance(exercise, Explain):
        return Result(exercise, "explain")
    if isinstance(exercise, Predict):
        return _examine_prediction(exercise, submission)
    return _Examination(exercise, submission).result(rng)


def _examine_prediction(exercise, submission):
    try:
        got = submission.value(exercise.name)
    except LookupError as error:
        return Result(exercise, "failed", verdict=Verdict("name", said(str(error))))
    if got.value is None and not got.error and not got.stopped:
        return Result(exercise, "not attempted")
    verdict = compare(Outcome(_as_given(plain(exercise.answer), got.value)), got)
    if verdict is None:
        return Result(exercise, "passed", {"the answer": 1})
    if verdict.kind in PREDICTED:
        verdict = Verdict(verdict.kind, f"{show(got.value)} {PREDICTED[verdict.kind]}")
    return Result(exercise, "failed", {"the answer": 0}, verdict, Trial(None, (), None, got, verdict))


def _as_given(expected, value):
    """The answer to a prediction, with a point where a float is given for a whole number: it may have been computed."""
    if isinstance(expected, tuple) and isinstance(value, tuple) and len(expected) == len(value):
        return tuple(map(_as_given, expected, value))
    return float(expected) if type(expected) is int and type(value) is float else expected


class _Examination:
    def __init__(self, exercise, submission):
        self.exercise, self.submission = exercise, submission
        self.trials = []

    def result(self, rng):
        exercise = self.exercise
        try:
            self.submission.find(exercise.name, len(exercise.parameters))
        except LookupError as error:
            return Result(exercise, "failed", verdict=Verdict("name", said(str(error))))
        earned, first = {}, None
        for check in exercise.checks:
            if self._gave_up():
                break
            if check.property and any(trial.verdict for trial in self.trials if trial.expected):
                continue
            failure = self._property(check, rng) if check.property else self._cases(check, rng)
            if self.trials and self.trials[0].got.error == "NotImplementedError":
                return Result(exercise, "not attempted")
            earned[check.name] = 0 if failure else check.points
            first = first or failure
        if all(trial.verdict or trial.got.error for trial in self.trials):  # an error may be right, but never alone
            earned = dict.fromkeys(earned, 0)
        changing = None if self._gave_up() else self._repeat(rng) or self._alone(first)
        if changing:
            first = changing
            earned = earned if changing.verdict.kind == "time" else dict.fromkeys(earned, 0)
        if first is None:
            return Result(exercise, "passed", earned, trials=self.trials)
        return Result(exercise, "failed", earned, first.verdict, first, self.trials)

    def _gave_up(self):
        return sum(trial.got.stopped is not None for trial in self.trials) >= DEATHS

    def _try(self, check, args, expected):
        got = self.submission.call(self.exercise.name, args)
        verdict = expected and compare(expected, got, self.exercise.returns, self.exercise.parameters)
        self.trials.append(Trial(check, args, expected, got, verdict))
        return self.trials[-1]

    def _cases(self, check, rng):
        """The failed trial with the fewest numbers, or None."""
        failed = []
        for args in check.cases(rng):
            trial = self._try(check, args, run(self.exercise.answer, args))
            if trial.verdict:
                failed.append(trial)
            if self._gave_up():
                break
        return smallest(failed)

    def _property(self, check, rng):
        calls = []

        def call(*args):
            calls.append(self._try(check, args, None))
            got = calls[-1].got
            if got.error or got.stopped:
                raise _NoValueError
            return got.value

        try:
            complaint = check.property(call, rng)
        except _NoValueError:
            calls[-1].verdict = compare(Outcome(0.0), calls[-1].got)
            return calls[-1]
        except Exception as error:
            if not calls:
                raise
            complaint = f"the result cannot be used ({said(str(error))})"
        if complaint:
            calls[-1].verdict = Verdict("property", complaint)
            return calls[-1]
        writing = next((trial for trial in calls if trial.got.mutated), None)
        if writing:  # a solution of an exercise with properties leaves its arguments alone
            writing.verdict = changed(writing.got.mutated, self.exercise.parameters)
        return writing

    def _repeat(self, rng):
        for i in rng.permutation(len(self.trials)):
            trial = self.trials[i]
            again = self.submission.call(self.exercise.name, trial.args)
            if again.stopped and not trial.got.stopped:
                return Trial(trial.check, trial.args, trial.got, again, compare(trial.got, again))
            if not same(trial.got, again):
                return Trial(trial.check, trial.args, trial.got, again, Verdict("state", LATER))
        return None

    def _alone(self, trial):
        """The failed trial, if its call is right when it is the first one."""
        if trial is None or trial.expected is None or trial.got.stopped:
            return None
        got = self.submission.first_call(self.exercise.name, trial.args)
        if got is None or compare(trial.expected, got):
            return None
        return Trial(trial.check, trial.args, trial.got, got, Verdict("state", FIRST))


class _NoValueError(Exception):
    """A call inside of a property has come to no value."""


def same(one, other):
    """Whether two outcomes are equal up to rounding, errors and changed arguments included."""
    if one.stopped or other.stopped:
        return one.stopped == other.stopped
    return one.mutated == other.mutated and not compare(one, other)


def smallest(trials):
    """The one of some calls with the fewest numbers in its arguments, or None if there is none."""
    return min(trials, key=lambda trial: sum(getattr(arg, "size", 1) for arg in trial.args), default=None)
