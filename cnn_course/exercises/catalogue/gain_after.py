"""A lower bound of a layer's norm, from its forward and its adjoint map."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="the norm of a layer without its matrix",
    chapter="2-1",
    stars=2,
    minutes=30,
    goals=(3,),
    exact=True,
    statement=r"""
    The layer $T$ slides the kernel `w` of $k$ values over a signal of $n \ge k$ values, without padding:

    $$ (T x)[u] = \sum_{v = 0}^{k - 1} w[v]\, x[u + v] $$

    for $u = 0, \dots, n - k$.

    Write `gain_after(w, x, steps)`, which begins with the signal `x`, not 0, and does the following `steps` times:
    apply $T$, then its adjoint $T^{\top}$, and divide the result by its norm. Then return the *gain*, the norm of $T$
    applied to the signal, divided by the norm of the signal. With `steps` equal to 0 this is the gain of `x` itself.
    If $T x$, or the signal after some step, is 0, return 0. Do not build a matrix.
    """,
    hints=(
        "The adjoint takes a signal of n - k + 1 values to one of n. Every output has been made of k values of the "
        "input, and gives something back to each of these.",
        "Is it a correlation or a convolution that does this, and over which length?",
        "Normalise before the gain is computed, and the signal is 0 in some cases: look before you divide.",
    ),
    remark=r"""
    The adjoint of *valid* cross-correlation is *full* convolution with the same kernel. Whenever one stops, the gain
    is a lower bound of $\lVert T \rVert$, and it never falls from one step to the next. If it begins orthogonal to the
    best direction, it may stay there for ever: begin $w = (1, 1)$ with $x = (1, -1)$, and the gain is 0. A random start
    avoids this, almost surely.
    """,
)


@exercise.solution
def gain_after(w, x, steps):
    """Gain of the signal that some steps of the power iteration make of x, for the layer with the kernel w.

    >>> gain_after(np.array([3.0, 4.0]), np.array([1.0, 0.0]), 1)
    5.0
    """
    for _ in range(steps):
        x = np.convolve(np.correlate(x, w, "valid"), w)
        size = np.linalg.norm(x)
        if size == 0:
            return 0.0
        x = x / size
    return float(np.linalg.norm(np.correlate(x, w, "valid")) / np.linalg.norm(x))


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([3.0, 4.0]), np.array([1.0, 0.0]), 1


@exercise.check("no step", points=1)
def no_step(rng):
    yield distinct(rng, 2), np.array([3.0, 0.0, 4.0]), 0
    yield distinct(rng, 3), distinct(rng, 5), 0


@exercise.check("one step", points=2)
def one_step(rng):
    yield distinct(rng, 2), distinct(rng, 3), 1
    yield distinct(rng, 3), distinct(rng, 5), 1
    yield distinct(rng, 2), distinct(rng, 2), 1


@exercise.check("several steps", points=2)
def several_steps(rng):
    yield distinct(rng, 2), distinct(rng, 4), 2
    yield distinct(rng, 3), distinct(rng, 6), 5
    yield distinct(rng, 1), distinct(rng, 3), 3


@exercise.check("many steps, of a large gain and of a small one", points=1)
def many_steps(rng):
    for size in (2.0**10, 2.0**-10):
        yield abs(fractions(rng, 2, size=size)), abs(fractions(rng, 3)), 2000


@exercise.check("signals that the layer makes 0", points=1)
def zero(rng):
    yield distinct(rng, 2), distinct(rng, 4), 0
    yield np.array([1.0, 1.0]), 4 * np.array([1.0, -1.0, 1.0, -1.0]), 0
    yield np.array([1.0, 1.0]), 3 * np.array([1.0, -1.0, 1.0]), 3
    yield np.zeros(2), whole(rng, 4), 2


def distinct(rng, length):
    """Whole numbers from 1 to 9 of which no two are equal: no order of them can be taken for another."""
    return rng.permutation(np.arange(1.0, 10.0))[:length]


@exercise.alternative
def with_loops(w, x, steps):
    k, n = len(w), len(x)

    def forward(x):
        return np.array([sum(w[v] * x[u + v] for v in range(k)) for u in range(n - k + 1)])

    def back(y):
        out = np.zeros(n)
        for u in range(n - k + 1):
            for v in range(k):
                out[u + v] += w[v] * y[u]
        return out

    for _ in range(steps):
        x = back(forward(x))
        if not x.any():
            return 0.0
        x = x / np.sqrt(x @ x)
    return np.sqrt((forward(x) ** 2).sum() / (x**2).sum())


@exercise.alternative
def by_the_largest_entry(w, x, steps):
    for _ in range(steps):
        x = np.convolve(np.correlate(x, w, "valid"), w, "full")
        x = x / (np.abs(x).max() or 1.0)
    size = np.linalg.norm(x)
    return np.linalg.norm(np.correlate(x, w, "valid")) / size if size else 0.0


def forward(w, x):
    return np.correlate(x, w, "valid")


def back(w, y):
    return np.convolve(y, w)


def iterated(w, x, steps, there=forward, again=back, last=forward, power=1):
    """The iteration with other maps, and another power of the gain: what most mistakes have in common."""
    for _ in range(steps):
        x = again(w, there(w, x))
        if not x.any():
            return 0.0
        x = x / np.linalg.norm(x)
    return float(np.linalg.norm(last(w, x)) / np.linalg.norm(x)) ** power


@exercise.wrong(
    "On the way back the kernel is reversed. The adjoint of a valid cross-correlation is the full *convolution* with "
    "the same kernel: output u gives w[v] y[u] to the position u + v."
)
def reversed_on_the_way_back(w, x, steps):
    return iterated(w, x, steps, again=lambda w, y: np.convolve(y, w[::-1]))


@exercise.wrong(
    "On the way forward the kernel is reversed: np.convolve(x, w, 'valid') pairs the first weight with the last value "
    "of a window. The layer is a cross-correlation."
)
def reversed_on_the_way_there(w, x, steps):
    def turned(w, x):
        return np.convolve(x, w, "valid")

    return iterated(w, x, steps, there=turned, last=turned)


@exercise.wrong(
    "On both ways the kernel is reversed, so that this is another layer: that with the reversed kernel. Its norm is "
    "the same, but its gains on the way there are not."
)
def the_reversed_layer(w, x, steps):
    return iterated(
        w, x, steps, lambda w, x: forward(w[::-1], x), lambda w, y: back(w[::-1], y), lambda w, x: forward(w[::-1], x)
    )


@exercise.wrong("This is the square of the gain: the factor of T^T T, or the squared norm of T x. Take the root.")
def squared(w, x, steps):
    return iterated(w, x, steps, power=2)


@exercise.wrong(
    "At the end the norm of T x is not divided by that of x. After a step x has the norm 1, and nothing is missing; "
    "with no step it has any norm."
)
def not_divided(w, x, steps):
    return iterated(w, x, steps) * (np.linalg.norm(x) if steps == 0 else 1.0)


@exercise.wrong(
    "One step too many is done before the gain is computed. With `steps` equal to 0 it is the gain of x itself."
)
def one_step_more(w, x, steps):
    return iterated(w, x, steps + 1)


@exercise.wrong("One step is missing: count the rounds of the loop for `steps` equal to 1.")
def one_step_less(w, x, steps):
    return iterated(w, x, max(steps - 1, 0))


@exercise.wrong(
    "This is the norm of the kernel: what the layer does to one window, seen alone. The outputs of neighbouring "
    "windows come from the same values."
)
def norm_of_the_kernel(w, x, steps):
    return float(np.linalg.norm(w))


@exercise.wrong(
    "This is the largest singular value itself. Asked for is the gain after so many steps, which is below it unless "
    "the start was lucky."
)
def the_norm_itself(w, x, steps):
    n, k = len(x), len(w)
    A = np.array([np.pad(w, (u, n - k - u)) for u in range(n - k + 1)])
    return float(np.linalg.norm(A, 2))


@exercise.wrong(
    "The signal is never divided by its norm. For a few steps this is no harm, but in the end it is too large or too "
    "small for a float, and nothing is left but infinity, NaN or 0.",
    fails=("many steps, of a large gain and of a small one",),
)
def never_normalised(w, x, steps):
    with np.errstate(all="ignore"):
        for _ in range(steps):
            x = np.convolve(np.correlate(x, w, "valid"), w)
        size = np.linalg.norm(x)
        return float(np.linalg.norm(forward(w, x)) / size) if size else 0.0


@exercise.wrong(
    "Where the layer makes the signal 0 the division by its norm gives NaN. The gain is 0 there: test for it before "
    "you divide."
)
def nan_for_zero(w, x, steps):
    with np.errstate(all="ignore"):
        for _ in range(steps):
            x = np.convolve(np.correlate(x, w, "valid"), w)
            x = x / np.linalg.norm(x)
        return float(np.linalg.norm(forward(w, x)) / np.linalg.norm(x))


@exercise.wrong(
    "The way back is cut to the length of the outputs, mode valid or same. The adjoint gives n values: those at the "
    "ends take part in fewer windows, but they do take part.",
)
def back_by_same(w, x, steps):
    def same(w, y):
        full = np.convolve(y, w)
        full[: (len(w) - 1) // 2] = 0
        full[len(full) - len(w) // 2 :] = 0
        return full

    return iterated(w, x, steps, again=same)
