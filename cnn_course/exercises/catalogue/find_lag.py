"""Where two recordings overlap, found by a cross-correlation."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions

exercise = Implement(
    title="where two recordings overlap",
    chapter="1-3",
    stars=2,
    minutes=20,
    goals=(4, 6),
    statement=r"""
    Two microphones have recorded the same concert, but they were switched on and off at different times. Their
    recordings `f` and `g` are one-dimensional arrays of floats or integers (`int64`), and may be of different lengths,
    both longer than one value. By how much must `g` be moved to fit on `f`?

    Write `find_lag(f, g)`. It returns the integer $u$ at which the cross-correlation

    $$ (g \star f)[u] = \sum_t g[t]\, f[u + t] $$

    is largest, among *all* $u$ for which the two recordings have at least one index in common. Then `g[0]` lies at the
    index $u$ of `f`, and $u$ is negative if `g` begins before `f`. You may assume that the largest value is reached
    at one $u$ only. You may use any function of NumPy.
    """,
    hints=(
        "Which is the smallest u for which g still touches f, and which is the largest?",
        "The full cross-correlation is an array whose first number belongs to the smallest u. Where in it is its "
        "largest number, and to which u does that belong?",
    ),
    remark=r"""
    `np.correlate(f, g, "full")` begins with $u = -(m - 1)$, where $m$ is the length of `g`: what `argmax` returns is an
    index of the array, and $m - 1$ has to be subtracted. That the largest value tells how the recordings fit is a rule
    of thumb: it works if they have a mean near zero and about the same loudness throughout. Otherwise divide by the
    norms of the windows, as for the piece of the photograph. Recordings that come from a file are often of the type
    `int16`, whose products do not fit into `int16`: convert them to floats first.
    """,
)


@exercise.solution
def find_lag(f, g):
    """Integer u, also below 0, at which the sum of g[t] f[u + t] over t is largest.

    >>> find_lag(np.array([0.0, 0.0, 9.0, 2.0, 1.0]), np.array([9.0, 2.0, 1.0]))
    2
    """
    return int(np.argmax(np.correlate(f, g, "full"))) - (len(g) - 1)


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([0.0, 0.0, 9.0, 2.0, 1.0]), np.array([9.0, 2.0, 1.0])


def clap(rng):
    """Loud at first, then quiet, with either sign: it fits on itself in one way only, and on its reflection in none."""
    return rng.choice([-1.0, 1.0]) * np.array([9.0, rng.integers(2, 4), 1.0])


def recording(length, *parts):
    """Silence of a given length, with sounds (start, values) in it; what lies beyond its ends is cut off."""
    out = np.zeros(length + 20)
    for start, values in parts:
        out[10 + start : 10 + start + len(values)] += values
    return out[10 : 10 + length]


@exercise.check("the second recording lies within the first", points=2)
def within(rng):
    for length, lag in ((5, 1), (8, 4), (9, 6)):
        g = clap(rng)
        yield recording(length, (lag, g)), g


@exercise.check("the second recording ends after the first", points=1)
def ends_later(rng):
    for length, lag in ((4, 2), (6, 5)):
        g = clap(rng)
        yield recording(length, (lag, g)), g


@exercise.check("the second recording begins before the first", points=2)
def begins_earlier(rng):
    for length, lag in ((4, -1), (7, -2)):
        g = clap(rng)[::-1]
        yield recording(length, (lag, g)), g


@exercise.check("the second recording is the longer one", points=1)
def longer(rng):
    for length, lag in ((4, -3), (5, -6)):
        sound = clap(rng)
        yield recording(length, (1, sound)), recording(9, (1 - lag, sound))


@exercise.check("a louder sound upside down", points=1)
def upside_down(rng):
    for places in ((6, 1), (1, 6)):
        g = clap(rng)
        yield recording(10, (places[0], g), (places[1], -2 * g)), g


@exercise.check("a click that is louder than the sound", points=1)
def click(rng):
    for lag, at in ((1, 7), (5, 2)):
        g = clap(rng)
        yield recording(9, (lag, g), (at, -9.5 * np.sign(g[:1]))), g


@exercise.check("noise: numbers that are not whole, large and small", points=1)
def noise(rng):
    for size in (1.0, 2.0**20, 2.0**-30):
        g = size * clap(rng)
        yield recording(9, (5, g)) + fractions(rng, 9, size=size / 32), g + fractions(rng, 3, size=size / 32)


@exercise.check("one array of integers, one of floats", points=1)
def integers(rng):
    for lag in (2, 4):
        g = clap(rng)
        yield recording(8, (lag, g)).astype(int), g / 2
        yield recording(8, (lag, g)) / 2, g.astype(int)


def _sums(f, g):
    """The lags, and the cross-correlation at each."""
    lags = np.arange(1 - len(g), len(f))
    return lags, np.array([sum(g[t] * f[u + t] for t in range(len(g)) if 0 <= u + t < len(f)) for u in lags])


@exercise.alternative
def by_definition(f, g):
    lags, sums = _sums(f, g)
    return lags[np.argmax(sums)]


@exercise.alternative
def by_padding(f, g):
    padded = np.concatenate([np.zeros(len(g) - 1), f, np.zeros(len(g) - 1)])
    sums = [g @ padded[i : i + len(g)] for i in range(len(f) + len(g) - 1)]
    return sums.index(max(sums)) - len(g) + 1


@exercise.alternative
def by_transforms(f, g):
    n = len(f) + len(g) - 1
    sums = np.fft.irfft(np.fft.rfft(f, n) * np.conj(np.fft.rfft(g, n)), n)
    best = int(np.argmax(sums))
    return best if best < len(f) else best - n


@exercise.wrong(
    "This is an index of the array of all sums, which counts from 0. Its first number belongs to the smallest lag, at "
    "which only the last value of g lies on the first one of f. Which u is that?"
)
def index_of_the_array(f, g):
    return find_lag(f, g) + len(g) - 1


@exercise.wrong(
    "The size is right, the sign is not. The roles of f and g are exchanged: g[0] lies at the index u of f, and u is "
    "positive if g begins later."
)
def sign_exchanged(f, g):
    return -find_lag(f, g)


@exercise.wrong(
    "The length of the wrong array was subtracted. The smallest lag is the one at which the *last* value of g lies on "
    "f[0], so that it depends on the length of g."
)
def wrong_length(f, g):
    return find_lag(f, g) + len(g) - len(f)


@exercise.wrong("One too many: the smallest lag is -(m - 1), not -m + 2. Indices begin at 0.")
def one_too_many(f, g):
    return find_lag(f, g) + 1


@exercise.wrong(
    "One too few, as if the smallest lag were -m: there no value of g lies on f any more. The last index of g is m - 1."
)
def one_too_few(f, g):
    return find_lag(f, g) - 1


@exercise.wrong(
    "Only the lags at which the shorter recording lies entirely on the longer one were looked at. The recordings may "
    "also overlap in a part: u can be negative, or so large that g ends after f."
)
def valid_only(f, g):
    lags, sums = _sums(f, g)
    whole = (lags >= min(0, len(f) - len(g))) & (lags <= max(0, len(f) - len(g)))
    return lags[whole][np.argmax(sums[whole])]


@exercise.wrong(
    "This is np.correlate without a mode, which is mode valid: only lags at which the shorter recording lies entirely "
    'on the longer one. Ask for "full", and mind to which lag its first number belongs.'
)
def default_mode(f, g):
    return int(np.argmax(np.correlate(f, g)))


@exercise.wrong(
    "Mode same cuts off the lags at which the recordings overlap only a little. All of them count: mode full, whose "
    "first number belongs to the lag -(m - 1)."
)
def mode_same(f, g):
    return int(np.argmax(np.correlate(f, g, "same"))) - len(g) // 2


@exercise.wrong(
    "Some products are taken of values that do not lie upon each other: where u + t is below 0, f[u + t] is a value "
    "from the *end* of f in Python. Outside of its array a recording is silent."
)
def wrapped(f, g):
    lags = np.arange(1 - len(g), len(f))
    sums = [sum(g[t] * f[u + t] for t in range(len(g)) if -len(f) <= u + t < len(f)) for u in lags]
    return lags[np.argmax(sums)]


@exercise.wrong(
    "Lags below 0 were not looked at. If the second recording begins before the first one, u is negative, and only a "
    "later part of g lies on f."
)
def none_below_zero(f, g):
    lags, sums = _sums(f, g)
    return lags[lags >= 0][np.argmax(sums[lags >= 0])]


@exercise.wrong(
    "Both recordings must fit as they were recorded, but here one of them runs backwards: this is the largest value of "
    "a convolution. np.convolve reflects its second argument; np.correlate does not."
)
def convolved(f, g):
    return int(np.argmax(np.convolve(f, g))) - (len(g) - 1)


@exercise.wrong(
    "The largest absolute value is not the largest value. Where the sum is far below 0, one recording looks like the "
    "other one upside down."
)
def absolute(f, g):
    lags, sums = _sums(f, g)
    return lags[np.argmax(np.abs(sums))]


@exercise.wrong(
    "This is where the sum is smallest: there one recording looks like the other one upside down, or does not meet it."
)
def smallest(f, g):
    lags, sums = _sums(f, g)
    return lags[np.argmin(sums)]


@exercise.wrong("This is the largest sum itself. The lag at which it is reached is asked for: see np.argmax.")
def largest_value(f, g):
    return _sums(f, g)[1].max()


@exercise.wrong(
    "This is where the loudest sound of f lies, and not how far g has to be moved: the loudest sound of g need not be "
    "its first one. And the loudest one need not be the same in both."
)
def loudest_of_the_first(f, g):
    return int(np.argmax(np.abs(f)))


@exercise.wrong(
    "The loudest values of the two were laid upon each other. A single loud value may be a click, which has no "
    "counterpart in the other recording; the sum of all products is what counts."
)
def loudest_on_loudest(f, g):
    return int(np.argmax(np.abs(f))) - int(np.argmax(np.abs(g)))
