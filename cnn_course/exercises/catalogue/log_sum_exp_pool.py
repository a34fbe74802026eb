"""Smooth pooling that survives large numbers."""

import itertools

import numpy as np

from cnn_course.exercises.exercise import Implement

exercise = Implement(
    title="smooth pooling of large numbers",
    chapter="3-3",
    stars=2,
    minutes=25,
    goals=(3,),
    statement=r"""
    Write `log_sum_exp_pool(x, kernel_size, stride, beta)` for a signal `x` of $n$ floats or integers (int64). With
    $r$ = `kernel_size`, $s$ = `stride` and $\beta$ = `beta`, a float from $10^{-3}$ to $10^3$,

    $$ y[i] = \frac1\beta \log \Bigl( \frac1r \sum_{k = 0}^{r - 1} e^{\beta\, x[i s + k]} \Bigr) , $$

    for all windows that lie entirely in the signal, the first of which begins at 0. There is at least one. The result
    is an array of floats. It must be right, up to a relative or absolute error of $10^{-12}$, for all numbers whose
    products with $\beta$ are at most $10^6$ in absolute value: $e^{1000}$ is too large for a float and $e^{-1000}$ is
    too small for one, but every $y[i]$ lies between the smallest and the largest value of its window, and is an
    ordinary number.
    """,
    hints=(
        "What becomes of y[i] if the same number is added to all values of a window? Try it with the formula.",
        "exp overflows above 709, and its sum must not be 0. Which number, subtracted from the values of a window, "
        "leaves exponents that are at most 0, and one that is 0?",
        "A window far below another one needs a number of its own.",
    ),
    remark=r"""
    If $m$ is added to all values of a window, $e^{\beta m}$ can be taken out of the sum, and comes out of the
    logarithm as $\beta m$: the result grows by $m$, as for a maximum or a mean. So subtract the maximum of the window,
    and add it to the result. The sum is then at least 1 and at most $r$. The same trick is in `softmax` and
    `log_softmax`.

    For very small products $\beta\, (x_{\max} - x_{\min})$ this loses accuracy: if they are below $10^{-16}$, all
    exponentials are rounded to 1, and the result is the maximum instead of the mean. `np.expm1(t)`, which is
    $e^t - 1$, and `np.log1p(t)`, which is $\log(1 + t)$, keep the digits that the addition of 1 rounds away: the mean
    of `np.expm1`, followed by `np.log1p`, is right there, too.
    """,
)


@exercise.solution
def log_sum_exp_pool(x, kernel_size, stride, beta):
    """Smooth maximum of each window of a signal; the larger beta is, the closer to the maximum.

    >>> log_sum_exp_pool(np.array([0.0, 3.0, 1.0, 1.0, 1.0]), 2, 1, np.log(2)).round(3)
    array([2.17 , 2.322, 1.   , 1.   ])
    """
    starts = range(0, len(x) - kernel_size + 1, stride)
    y = np.empty(len(starts))
    for i, start in enumerate(starts):
        window = x[start : start + kernel_size]
        largest = window.max()
        y[i] = largest + np.log(np.exp(beta * (window - largest)).mean()) / beta
    return y


def spaced(rng, n):
    """Different numbers from 0 to 3, in eighths: no two windows are alike."""
    return rng.permutation(n) * (2.5 / n) + rng.integers(1, 4, n) / 8


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([0.0, 3.0, 1.0, 1.0, 1.0]), 2, 1, float(np.log(2))


@exercise.check("windows side by side", points=1)
def side_by_side(rng):
    yield spaced(rng, 4), 2, 2, 1.0
    yield spaced(rng, 9), 3, 3, 1.0


@exercise.check("windows that overlap, gaps, and values that are left over", points=1)
def geometry(rng):
    for n, r, s in ((5, 3, 1), (8, 3, 2), (8, 2, 3), (9, 4, 2)):
        yield spaced(rng, n), r, s, 1.0


@exercise.check("other factors in the exponent", points=1)
def factors(rng):
    for beta in (4.0, 0.25):
        yield spaced(rng, 6), 3, 3, beta


@exercise.check("large numbers", points=2)
def large(rng):
    yield spaced(rng, 6) + 2000, 3, 3, 1.0
    yield 8 * spaced(rng, 6) + 50, 2, 2, 32.0


@exercise.check("numbers far below 0", points=2)
def far_below(rng):
    yield spaced(rng, 6) - 2000, 3, 3, 1.0
    yield spaced(rng, 6) - 90, 2, 2, 16.0


@exercise.check("windows far apart, and values far apart in one window", points=2)
def far_apart(rng):
    yield spaced(rng, 6) + np.array([-3000, -3000, -3000, 3000, 3000, 3000]), 3, 3, 1.0
    yield spaced(rng, 6) + np.array([0, 0, 4000, 0, 0, -4000]), 3, 3, 1.0
    yield spaced(rng, 3) + np.array([0, -1000, 0]), 3, 3, 1.0


@exercise.check("signals of integers", points=1)
def integers(rng):
    yield rng.permutation(6), 3, 3, 1.0
    yield 4000 * rng.permutation(6), 2, 2, 0.5


@exercise.alternative
def by_logaddexp(x, kernel_size, stride, beta):
    windows = np.lib.stride_tricks.sliding_window_view(beta * x, kernel_size)[::stride]
    return (np.logaddexp.reduce(windows, axis=1) - np.log(kernel_size)) / beta


@exercise.alternative
def without_the_one(x, kernel_size, stride, beta):
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel_size)[::stride]
    m = windows.max(axis=1)
    return m + np.log1p(np.expm1(beta * (windows - m[:, None])).mean(axis=1)) / beta


@exercise.alternative
def all_at_once(x, kernel_size, stride, beta):
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel_size)[::stride]
    m = windows.max(axis=1, keepdims=True)
    return (m + np.log(np.mean(np.exp((windows - m) * beta), axis=1, keepdims=True)) / beta)[:, 0]


@exercise.alternative
def step_by_step(x, kernel_size, stride, beta):
    y = []
    for i in range((len(x) - kernel_size) // stride + 1):
        scaled = [beta * float(value) for value in x[i * stride : i * stride + kernel_size]]
        m = max(scaled)
        total = sum(np.exp(value - m) for value in scaled)
        y.append((m + np.log(total / kernel_size)) / beta)
    return np.array(y)


def right(window, beta, x):
    return log_sum_exp_pool(window, len(window), 1, beta)[0]


def shifted(window, beta, shift):
    return shift + np.log(np.exp(beta * (window - shift)).mean()) / beta


OVERFLOW = (
    "Right for small numbers. But exp overflows for products above 709, and for large negative ones all exponentials "
    "are 0, and so is their mean. Subtract the same number from all values of a window first, and add it again at the "
    "end."
)
SUM = "The sum of the exponentials is not divided by their number: that adds the logarithm of r, divided by beta."
SUMMARIES = {  # of one window: what people make of it, and what to say
    "": ("", right),
    "not_shifted": (OVERFLOW, lambda window, beta, x: shifted(window, beta, 0)),
    "sum_for_mean": (SUM, lambda window, beta, x: right(window, beta, x) + np.log(len(window)) / beta),
    "sum_not_shifted": (
        f"{SUM} And exp overflows for products above 709: shift the values of a window first.",
        lambda window, beta, x: np.log(np.exp(beta * window).sum()) / beta,
    ),
    "shifted_by_the_largest_of_all": (
        "What is subtracted is the largest number of the whole signal. In a window far below it all exponentials are "
        "0, and the logarithm of 0 is minus infinity. Each window needs its own largest number.",
        lambda window, beta, x: shifted(window, beta, x.max()),
    ),
    "shifted_by_the_mean": (
        "What is subtracted is the mean of the window. A value far above it overflows as before: which number leaves "
        "no positive exponent?",
        lambda window, beta, x: shifted(window, beta, window.mean()),
    ),
    "shifted_by_the_smallest": (
        "What is subtracted is the smallest number of the window, so that all exponents are positive or 0, and those "
        "of much larger numbers overflow. Turn it round: no exponent should be positive.",
        lambda window, beta, x: shifted(window, beta, window.min()),
    ),
    "shifted_by_the_magnitude": (
        "What is subtracted is the largest absolute value. Where a window has numbers far below 0 this pushes the "
        "exponents down even further, until all exponentials are 0. Take the largest number, with its sign.",
        lambda window, beta, x: shifted(window, beta, abs(window).max()),
    ),
    "shift_not_undone": (
        "The largest number has been subtracted, and is missing in the result: all results are 0 or below. Add it at "
        "the end.",
        lambda window, beta, x: right(window, beta, x) - window.max(),
    ),
    "shift_undone_times_beta": (
        "The largest number is added again with a wrong factor. Before the division by beta it has to be multiplied by "
        "beta, and after it by nothing. With beta = 1 this cannot be seen.",
        lambda window, beta, x: right(window, beta, x) - window.max() + window.max() / beta,
    ),
    "shift_added_with_beta": (
        "The largest number is multiplied by beta when it is added at the end. There it belongs by itself: only "
        "inside of the brackets that are divided by beta it has this factor.",
        lambda window, beta, x: right(window, beta, x) + (beta - 1) * window.max(),
    ),
    "not_divided": (
        "The logarithm is not divided by beta. Without this, the result is beta times as large.",
        lambda window, beta, x: beta * right(window, beta, x),
    ),
    "beta_forgotten": (
        "The exponents do not contain beta, and only the logarithm is divided by it. It stands in both places.",
        lambda window, beta, x: right(window, 1.0, x) / beta,
    ),
    "beta_ignored": (
        "All results are those of beta = 1. It stands in the exponents and in front of the logarithm.",
        lambda window, beta, x: right(window, 1.0, x),
    ),
    "exponents_cut_off": (
        "Products are cut off at some bound, so that exp stays finite. But beyond the bound different numbers become "
        "equal. A shift of the whole window keeps their differences.",
        lambda window, beta, x: np.log(np.exp(np.clip(beta * window, -700, 700)).mean()) / beta,
    ),
    "weighted_mean": (
        "This is a mean of the values, weighted by their exponentials. It is also between the mean and the maximum, "
        "but it is another number: the formula has the logarithm of a mean of exponentials.",
        lambda window, beta, x: (window * softmax_of(beta * window)).sum(),
    ),
    "maximum": (
        "This is max-pooling, the limit for large beta. For the values of beta that are asked for there is a "
        "difference.",
        lambda window, beta, x: float(window.max()),
    ),
    "mean": (
        "This is average pooling, the limit for beta near 0. The logarithm of a mean is not the mean of the "
        "logarithms.",
        lambda window, beta, x: window.mean(),
    ),
    "large_windows_by_their_maximum": (
        "Where exp would overflow, or vanish, the maximum stands in for the result. It is close, but too large by up "
        "to log(r) / beta. A shift of the window is exact, and needs no distinction.",
        lambda window, beta, x: right(window, beta, x) if abs(beta * window).max() < 700 else float(window.max()),
    ),
}


def softmax_of(z):
    powers = np.exp(z - z.max())
    return powers / powers.sum()


WALKS = {  # beginnings of the windows
    "": ("", lambda n, r, s: range(0, n - r + 1, s)),
    "side_by_side": (
        "The windows lie side by side, whatever the stride: their beginnings are `stride` apart, not kernel_size.",
        lambda n, r, s: range(0, n - r + 1, r),
    ),
    "every_position": (
        "There is a window at every position. Their beginnings are `stride` apart.",
        lambda n, r, s: range(n - r + 1),
    ),
    "one_short": (
        "The last window is missing: (n - r) // s counts the steps, and there is one window more than steps.",
        lambda n, r, s: range(0, n - r + 1, s)[:-1],
    ),
    "last_one_missing_if_it_fits": (
        "Where a window ends exactly at the end of the signal, it is missing: it may begin at n - r, so the range "
        "must go to n - r + 1.",
        lambda n, r, s: range(0, n - r, s),
    ),
    "cut_off_windows": (
        "At the end there are windows that are cut off. Only windows that lie entirely in the signal count: the last "
        "one begins at n - r at the latest.",
        lambda n, r, s: range(0, n, s),
    ),
}


def with_mistakes(summary, walk):
    """Add a wrong summary of a window, wrong windows, or both."""
    (about_summary, summarised), (about_walk, beginnings) = SUMMARIES[summary], WALKS[walk]

    @np.errstate(all="ignore")
    def answer(x, kernel_size, stride, beta):
        starts = beginnings(len(x), kernel_size, stride)
        return np.array([summarised(x[start : start + kernel_size], beta, x) for start in starts])

    answer.__name__ = "_and_".join(filter(None, (summary, walk)))
    exercise.wrong(" ".join(filter(None, (about_walk, about_summary))))(answer)


for summary, walk in itertools.product(SUMMARIES, WALKS):
    if (summary or walk) and (not walk or summary in ("", "not_shifted")):
        with_mistakes(summary, walk)


@exercise.wrong(
    "The results are right, but rounded down to integers: an array made like one of integers holds nothing else. Make "
    "one of floats."
)
def in_the_dtype_of_the_signal(x, kernel_size, stride, beta):
    return log_sum_exp_pool(x, kernel_size, stride, beta).astype(x.dtype)
