"""The kernel of an unknown equivariant map, learned from pairs of input and output."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="learn the kernel",
    chapter="1-2",
    stars=2,
    minutes=30,
    goals=(4,),
    statement=r"""
    A map of periodic signals with $n$ values is linear and equivariant, and its impulse response is zero except at the
    positions $0, \dots, k - 1$. Nobody tells us more, but we have measured $m$ pairs: row $i$ of $x$ is a signal, and
    row $i$ of $y$ is what the map made of it, with small errors of measurement.

    Write `learn_kernel(x, y, k)`. It returns the kernel $h$, an array of $k$ numbers, for which

    $$ \sum_{i = 0}^{m - 1} \sum_{u = 0}^{n - 1} \Bigl( y[i, u] - \sum_{t = 0}^{k - 1} h[t]\, x[i, u - t] \Bigr)^2 $$

    is as small as possible; the second index of $x$ is counted modulo $n$. `x` and `y` have the shape `(m, n)`, with
    $1 \le k \le n$, and are such that there is only one best $h$.
    """,
    hints=(
        "The prediction is linear in h. So it is a matrix with k columns times h: what stands in its column t?",
        "Column t is what the kernel would predict that is 1 at t and 0 elsewhere: every row of x, shifted by t.",
        "np.roll(x, t, axis=1).ravel() is this column, y.ravel() the right side, and np.linalg.lstsq finds the best h.",
    ),
    remark=r"""
    Each of the $m n$ measured values is one equation for the same $k$ unknowns: every position of every signal is an
    example of the same rule. For a dense layer the $m$ pairs would be $m$ equations for each of its $n$ rows, and with
    $m < n$ pairs it could not be determined at all. Averaging over the pairs first throws
    most equations away, and may leave none: two signals can add up to 0. Fitting $n$ numbers and keeping $k$ of them is
    not the same either: with errors of measurement the best $k$ numbers are in general others.
    """,
)


@exercise.solution
def learn_kernel(x, y, k):
    """Kernel of k numbers that best predicts the rows of y from the rows of x, by circular convolution.

    >>> x = np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]])
    >>> y = np.array([[5.0, 7.0, 0.0, 0.0], [0.0, 7.0, 7.0, 0.0]])
    >>> learn_kernel(x, y, 2).round(6)
    array([6., 7.])
    """
    copies = [np.roll(x, t, axis=1).ravel() for t in range(k)]
    return np.linalg.lstsq(np.stack(copies, axis=1), y.ravel(), rcond=None)[0]


def predicted(x, h):
    """Rows of x, convolved with h circularly."""
    return sum(h[t] * np.roll(x, t, axis=1) for t in range(len(h)))


def signals(rng, m, n):
    """Signals with one large value, at another position in each: their shifted copies are far from dependent."""
    x = whole(rng, m, n)
    x[np.arange(m), np.arange(1, m + 1) % n] += 30
    return x


def measured(rng, m, n, k):
    """Signals, and their answers with errors of measurement."""
    x = signals(rng, m, n)
    return x, predicted(x, whole(rng, k) + 20 * np.arange(1, k + 1)) + 40 * whole(rng, m, n), k


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([[1.0, 0, 0, 0], [0, 1, 0, 0]]), np.array([[5.0, 7, 0, 0], [0, 7, 7, 0]]), 2


@exercise.check("one impulse, without errors", points=1)
def one_impulse(rng):
    for at in (0, 2):
        x = np.zeros((1, 5))
        x[0, at] = 1
        yield x, predicted(x, whole(rng, 3) + 20 * np.arange(3)), 3


@exercise.check("one signal, without errors", points=1)
def one_signal(rng):
    for n, k in ((5, 2), (6, 3)):
        x = signals(rng, 1, n)
        yield x, predicted(x, whole(rng, k) + 20 * np.arange(k)), k


@exercise.check("one signal, with errors", points=1)
def one_signal_with_errors(rng):
    yield measured(rng, 1, 7, 1)
    yield measured(rng, 1, 7, 3)


@exercise.check("several signals, with errors", points=2)
def several(rng):
    for m, n, k in ((2, 5, 2), (4, 7, 3), (3, 4, 4)):
        yield measured(rng, m, n, k)


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    for size in (1.0, 2.0**30, 2.0**-30):
        x = fractions(rng, 3, 6)
        x[np.arange(3), np.arange(1, 4)] += 30
        yield size * x, predicted(x, whole(rng, 3) + 20 * np.arange(3)) + fractions(rng, 3, 6), 3


@exercise.alternative
def by_normal_equations(x, y, k):
    X = np.stack([np.roll(x, t, axis=1).ravel() for t in range(k)], axis=1)
    return np.linalg.solve(X.T @ X, X.T @ y.ravel())


@exercise.alternative
def by_the_pseudoinverse(x, y, k):
    m, n = x.shape
    X = np.array([[x[i, (u - t) % n] for t in range(k)] for i in range(m) for u in range(n)])
    return np.linalg.pinv(X) @ y.reshape(-1)


@exercise.alternative
def by_correlations(x, y, k):
    n = x.shape[1]
    own, both = ([np.sum(z * np.roll(x, t, axis=1)) for t in range(n)] for z in (x, y))
    return np.linalg.solve([[own[(s - t) % n] for t in range(k)] for s in range(k)], both[:k])


@exercise.wrong(
    "The shifts go in the wrong direction: h[t] multiplies x[i, u + t], a cross-correlation. np.roll(x, t) moves "
    "to the right for t > 0, and its value at u is x[u - t]."
)
def correlated(x, y, k):
    X = np.stack([np.roll(x, -t, axis=1).ravel() for t in range(k)], axis=1)
    return np.linalg.lstsq(X, y.ravel(), rcond=None)[0]


@exercise.wrong(
    "What is shifted out at the right is lost, and zeros come in at the left. The signals are periodic: x[i, -1] is "
    "the last value of row i."
)
def zeros_at_the_border(x, y, k):
    columns = []
    for t in range(k):
        moved = np.zeros_like(x)
        moved[:, t:] = x[:, : x.shape[1] - t]
        columns.append(moved.ravel())
    return np.linalg.lstsq(np.stack(columns, axis=1), y.ravel(), rcond=None)[0]


@exercise.wrong("The numbers of the kernel are right, but in the opposite order: h[0] multiplies x[i, u], unshifted.")
def backwards(x, y, k):
    return learn_kernel(x, y, k)[::-1]


@exercise.wrong(
    "Only the first pair is used. The sum of the squares runs over all pairs, and the errors of measurement partly "
    "cancel when all have their say."
)
def first_pair(x, y, k):
    return learn_kernel(x[:1], y[:1], k)


@exercise.wrong(
    "A kernel is found for each pair alone, and then these are averaged. That is not the kernel with the smallest sum "
    "of squares over all pairs: a pair with a stronger signal has more to say. Put all equations into one system."
)
def averaged_kernels(x, y, k):
    return np.mean([learn_kernel(x[i : i + 1], y[i : i + 1], k) for i in range(len(x))], axis=0)


@exercise.wrong(
    "The signals are added up, or averaged, before the kernel is found. Linearity allows this where nothing is "
    "measured wrongly, but it throws equations away: m n of them become n. Keep each pair."
)
def averaged_signals(x, y, k):
    return learn_kernel(x.mean(axis=0, keepdims=True), y.mean(axis=0, keepdims=True), k)


@exercise.wrong(
    "Same result as if a kernel of n numbers were fitted, as by dividing Fourier transforms, and its first k numbers "
    "kept. The best kernel among those with k numbers is another one: the k numbers must make up for what is not there."
)
def cut_off(x, y, k):
    return learn_kernel(x, y, x.shape[1])[:k].copy()


@exercise.wrong(
    "Same result as fitting each number of the kernel by itself, the inner product of y with the shifted x divided by "
    "that of x with itself. The shifted copies of x are not orthogonal, so the k numbers depend on each other: solve "
    "for all at once."
)
def each_by_itself(x, y, k):
    return np.array([np.sum(y * np.roll(x, t, axis=1)) for t in range(k)]) / np.sum(x * x)


@exercise.wrong(
    "The kernel is followed by zeros, up to n numbers. Only the k numbers at the positions 0 to k - 1 are asked for."
)
def with_zeros(x, y, k):
    return np.pad(learn_kernel(x, y, k), (0, x.shape[1] - k))


@exercise.wrong(
    "np.roll without an axis moves all the numbers of x as one long vector, so that the end of each row comes into the "
    "beginning of the next. With axis=1 each row is moved by itself."
)
def rolled_as_a_vector(x, y, k):
    X = np.stack([np.roll(x, t).ravel() for t in range(k)], axis=1)
    return np.linalg.lstsq(X, y.ravel(), rcond=None)[0]


@exercise.wrong("These are the predictions for y, and not the kernel that makes them. Return the k numbers themselves.")
def predictions(x, y, k):
    return predicted(x, learn_kernel(x, y, k))


@exercise.wrong(
    "The kernel is returned as a matrix with a single column or row. An array of shape (k,) is asked for: ravel it."
)
def as_a_column(x, y, k):
    return learn_kernel(x, y, k)[:, None]


@exercise.wrong(
    "The shifts are 1, ..., k instead of 0, ..., k - 1: the kernel begins at position 0, which leaves a signal where "
    "it is."
)
def one_too_far(x, y, k):
    return learn_kernel(np.roll(x, 1, axis=1), y, k)


@exercise.wrong(
    "Same result as minimising over the positions u = k - 1, ..., n - 1 only, where nothing wraps around. The signals "
    "are periodic, so the first positions have equations as well: x[i, u - t] for u < t is counted from the end."
)
def without_the_seam(x, y, k):
    columns = [np.roll(x, t, axis=1)[:, k - 1 :].ravel() for t in range(k)]
    return np.linalg.lstsq(np.stack(columns, axis=1), y[:, k - 1 :].ravel(), rcond=None)[0]
