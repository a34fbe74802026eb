"""The format of the catalogue: an exercise, and everything that is known about its answers.

A file of the catalogue makes one object `exercise` of one of four kinds: `Implement` (write a function), `Predict`
(say what comes out), `Explain` (in words) or `Prove`.
"""

import inspect
import textwrap
import zlib
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Check:
    """Cases that belong together, by what they ask of a solution.

    Attributes
    ----------
    name : str
        What is asked, in a few words.
    points : int
    cases : callable, optional
        Maps a random generator to tuples of arguments, the simplest first.
    property : callable, optional
        Instead of cases: takes a function `call`, which calls the solution, and a random generator, and returns what
        is wrong, or None. For answers that are not unique.
    """

    name: str
    points: int
    cases: object = None
    property: object = None


@dataclass(frozen=True)
class Wrong:
    """A mistake that people make: the answer that it gives, and the words that help.

    Attributes
    ----------
    name : str
    answer : callable or value
    hint : str
    fails : tuple of str
        Where the wrong results are rounding, and differ from machine to machine, the mistake is known by the names of
        the checks that fail instead.
    """

    name: str
    answer: object
    hint: str
    fails: tuple = ()


@dataclass
class Exercise:
    """What exercises of all kinds have.

    Parameters
    ----------
    title : str
    chapter : str
        Prefix of the chapter's file name, such as "1-3".
    statement : str
        The task, in MyST Markdown.
    hints : tuple of str, optional
        Help for everybody, each more definite than the one before.
    remark : str, optional
        What a reader of the solution should notice; MyST Markdown.
    stars : int
        Difficulty: 1, 2 or 3.
    minutes : int
        Time that it takes somebody who has read the chapter.
    goals : tuple of int
        Numbers of the chapter's learning goals that it serves.
    """

    title: str
    chapter: str
    statement: str
    hints: tuple[str, ...] = ()
    remark: str = ""
    stars: int = field(default=0, kw_only=True)
    minutes: int = field(default=0, kw_only=True)
    goals: tuple = field(default=(), kw_only=True)

    def __post_init__(self):
        self.statement = textwrap.dedent(self.statement).strip()
        self.remark = textwrap.dedent(self.remark).strip()

    def generator(self, seed: int) -> np.random.Generator:
        """Random generator of the cases that belong to a seed: the same for everybody, other ones for each exercise."""
        return np.random.default_rng([seed, zlib.crc32(self.name.encode())])


@dataclass
class Implement(Exercise):
    """Write a function.

    Everything that is known about it is added by decorators: one `solution`, `check`s in the order in which a learner
    should pass them, and `wrong` solutions, each with the hint for the one who wrote it. See `catalogue/` for files.

    Parameters
    ----------
    returns : tuple of str, optional
        Names of the results, where there are several.
    exact : bool, optional
        Whether arguments are compared with each other, such as ties: then the last digit of one may change the result,
        and the cases are made of numbers that are the same on every machine.

    Examples
    --------
    >>> exercise = Implement("Twice", "1-3", "Double a number.")
    >>> @exercise.solution
    ... def twice(x):
    ...     return 2 * x
    >>> @exercise.check("any number", points=1)
    ... def any_number(rng):
    ...     yield (int(rng.integers(3, 9)),)
    >>> @exercise.wrong("A square is a product of the number with itself.")
    ... def squared(x):
    ...     return x * x
    >>> exercise.name, exercise.points, exercise.mistakes[0].name
    ('twice', 1, 'squared')
    """

    returns: tuple = ()
    exact: bool = False
    checks: list = field(default_factory=list, init=False)
    mistakes: list = field(default_factory=list, init=False)
    alternatives: list = field(default_factory=list, init=False)
    answer: object = field(default=None, init=False)

    kind = "Implement"

    @property
    def name(self):
        """Name of the function, of its file in the catalogue, and of the exercise."""
        return self.answer.__name__

    @property
    def points(self):
        """Sum of the points of all checks."""
        return sum(check.points for check in self.checks)

    @property
    def parameters(self):
        """Names of the function's arguments."""
        return tuple(inspect.signature(self.answer).parameters)

    def solution(self, function):
        """Decorate the function that solves the exercise; its signature and docstring are what the learner gets."""
        self.answer = function
        return function

    def check(self, name, *, points):
        """Decorate a generator of cases: from a random generator to tuples of arguments."""

        def add(function):
            self.checks.append(Check(name, points, cases=function))
            return function

        return add

    def property(self, name, *, points):
        """Decorate a function (call, rng) that returns what is wrong, or None; left out where an earlier case fails."""

        def add(function):
            self.checks.append(Check(name, points, property=function))
            return function

        return add

    def wrong(self, hint, *, fails=()):
        """Decorate a plausible wrong solution; `hint` speaks to the one who wrote it. For `fails` see `Wrong`."""

        def add(function):
            self.mistakes.append(Wrong(function.__name__, function, hint, fails))
            return function

        return add

    def alternative(self, function):
        """Decorate another correct solution, which the checks must let pass."""
        self.alternatives.append(function)
        return function


@dataclass
class Predict(Exercise):
    """Say what comes out, before it does: the learner assigns a number or a tuple of numbers to a name.

    Parameters
    ----------
    name : str
        The variable, which is also the name of the file and of the exercise.
    answer : int, float or tuple of these
    wrong : dict
        Maps a wrong answer to the hint for the one who gave it.

    Examples
    --------
    >>> exercise = Predict("Size", "1-3", "...", name="size", answer=(3, 4), wrong={(4, 3): "Rows come first."})
    >>> exercise.points, exercise.mistakes[0].answer
    (1, (4, 3))
    """

    name: str = ""
    answer: object = None
    wrong: dict = field(default_factory=dict)

    kind = "Predict"
    points = 1

    @cached_property
    def mistakes(self):
        """The wrong answers as a list of `Wrong`."""
        return [Wrong(repr(answer), answer, hint) for answer, hint in self.wrong.items()]


@dataclass
class Explain(Exercise):
    """Explain in words; the learner compares with the model answer.

    Parameters
    ----------
    name : str
        Name of the file and of the exercise.
    answer : str
        The model answer; MyST Markdown.
    contains : tuple of str
        What a complete answer contains, point by point; MyST Markdown.

    Examples
    --------
    >>> answer, contains = "Zeros are black.", ("names the zeros",)
    >>> Explain("Frames", "1-3", "Why is it dark?", name="frames", answer=answer, contains=contains).points
    0
    """

    name: str = ""
    answer: str = ""
    contains: tuple = ()

    kind = "Explain"
    points = 0
    mistakes = ()

    def __post_init__(self):
        super().__post_init__()
        self.answer = textwrap.dedent(self.answer).strip()


@dataclass
class Prove(Explain):
    """Prove a statement; the learner compares with the model proof.

    Examples
    --------
    >>> Prove("Even", "1-3", "Prove that 2 n is even.", name="even", answer="2 divides it.").kind
    'Prove'
    """

    kind = "Prove"


def whole(rng, *shape):
    """Random whole numbers from -9 to 9 without 0, as floats: a learner can follow them by hand.

    Examples
    --------
    >>> whole(np.random.default_rng(0), 2, 3).shape
    (2, 3)
    """
    return rng.integers(1, 10, shape) * rng.choice([-1.0, 1.0], shape)


def fractions(rng, *shape, size=1.0):
    """Random odd multiples of size / 16, none above 9 size: results that were rounded or cut to whole numbers show.

    With a power of 2 for `size` they are exact, so that sums and products of a few are the same on every machine.

    Examples
    --------
    >>> bool((fractions(np.random.default_rng(0), 5) % 1 > 0).all())
    True
    """
    return size * (2 * rng.integers(-72, 72, shape) + 1) / 16


def spread(rng, rows, columns):
    """Random logits, those of a row all different, and small: none is below -1 or above the number of columns.

    Examples
    --------
    >>> len(np.unique(spread(np.random.default_rng(0), 1, 4)))
    4
    """
    steps = np.arange(columns) + rng.integers(0, 8, (rows, columns)) / 8
    return rng.permuted(steps, axis=1) - 1
