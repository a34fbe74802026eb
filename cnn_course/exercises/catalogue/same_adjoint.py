"""Find the bug: the transpose of a convolution with mode same."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions

exercise = Implement(
    title="find the bug in a transpose",
    chapter="1-4",
    stars=2,
    minutes=25,
    goals=(2, 3),
    statement=r"""
    A layer convolves a signal $f$ of $n$ values with a kernel $h$ of $m \le n$ values, and keeps as many values as the
    signal has:

    ```python
    def same(f, h):
        s = (len(h) - 1) // 2
        return np.convolve(f, h)[s : s + len(f)]
    ```

    This is a linear map of $f$, so it has a matrix, $T$. In order to train the layer, a colleague needs the product of
    the transpose $T^{\top}$ with any $g$ of $n$ values, for which

    $$ \langle T f,\ g \rangle = \langle f,\ T^{\top} g \rangle , $$

    and has written

    ```python
    def same_adjoint(g, h):
        m = len(h)
        padded = np.pad(g, m // 2)  # at both ends
        windows = [padded[t : t + m]
                   for t in range(len(g))]
        return np.array(windows) @ h
    ```

    With kernels of 3, 5 and 7 values both sides of the equation agreed, up to rounding. Then somebody took a kernel
    of two values, and the network learned next to nothing. Write `same_adjoint(g, h)` so that it is right for every
    kernel from 1 to $n$ values.
    """,
    hints=(
        "Write down the 3 x 3 matrix of same for a kernel of two values, and its transpose. What does each row of the "
        "transpose read of g?",
        "The value h[k] takes f[t] to the output u with u + s = t + k. On the way back it takes g[u] to t.",
        "So the number at t is the sum of h[k] g[t + k - s]. How many zeros does that ask for in front of g, and how "
        "many behind it?",
    ),
    remark=r"""
    The window for $t$ begins at $t - s$, with $s = \lfloor (m - 1) / 2 \rfloor$ as in `same`. It needs $s$ zeros in
    front, and what is left of the $m - 1$ behind. If $m$ is odd, these are as many on either side. If $m$ is even, the
    way there has one more in front, and the way back one more behind. The colleague's function makes the choice of the
    way there once more, as does `np.correlate(g, h, "same")`, and all gradients arrive one position too far to the
    right. No error is raised.

    The test that finds it is the equation itself, with random $f$ and $g$, and kernels of even lengths among others.
    """,
)


@exercise.solution
def same_adjoint(g, h):
    """Transpose of the convolution of mode same with h, applied to g; both are one-dimensional, h is not longer.

    >>> same_adjoint(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 10.0]))
    array([21., 32., 43.,  4.])
    """
    m = len(h)
    s = (m - 1) // 2
    padded = np.pad(g, (s, m - 1 - s))
    return np.array([h @ padded[t : t + m] for t in range(len(g))])


def distinct(rng, n):
    """Whole numbers of which no two have the same size, so that no order of them can be taken for another."""
    return (rng.permutation(n) + 2.0) * rng.choice([-1, 1], n)


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 10.0])


@exercise.check("kernels with an odd number of values", points=1)
def odd(rng):
    for n, m in ((3, 1), (4, 3), (3, 3), (6, 5)):
        yield distinct(rng, n), distinct(rng, m)


@exercise.check("kernels of two values", points=2)
def two(rng):
    for n in (3, 5):
        yield distinct(rng, n), distinct(rng, 2)


@exercise.check("longer kernels with an even number of values", points=1)
def even(rng):
    for n, m in ((5, 4), (7, 4), (9, 6)):
        yield distinct(rng, n), distinct(rng, m)


@exercise.check("kernels as long as the signal, with an even number of values", points=1)
def as_long(rng):
    for n in (2, 4, 6):
        yield distinct(rng, n), distinct(rng, n)


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    for n, m, size in ((3, 2, 1.0), (5, 4, 2.0**20), (6, 2, 2.0**-20)):
        yield fractions(rng, n, size=size), fractions(rng, m, size=size)


@exercise.alternative
def by_the_matrix(g, h):
    n, s = len(g), (len(h) - 1) // 2
    return np.array([np.convolve(unit, h)[s : s + n] for unit in np.eye(n)]) @ g


@exercise.alternative
def by_there_on_the_reversed(g, h):
    s = (len(h) - 1) // 2
    return np.convolve(g[::-1], h)[s : s + len(g)][::-1]


@exercise.alternative
def by_loops_in_single_precision(g, h):
    n, s, result = len(g), (len(h) - 1) // 2, np.zeros(len(g), np.float32)
    for t in range(n):
        for k in range(len(h)):
            if 0 <= t + k - s < n:
                result[t] += h[k] * g[t + k - s]
    return result


@exercise.alternative
def by_a_zero_in_front_of_even_kernels(g, h):
    return np.correlate(g, h if len(h) % 2 else np.r_[0.0, h], "same") if len(h) < len(g) else by_the_matrix(g, h)


def windows(g, h, begin):
    """The inner products of h with what stands in g, with zeros around it, from t + begin on."""
    longer = np.pad(g, 2 * len(h))
    return np.array([h @ longer[t + begin + 2 * len(h) :][: len(h)] for t in range(len(g))])


@exercise.wrong(
    "These are the results of the colleague's function, and of np.correlate with mode same: right for kernels of odd "
    "length, and for even ones each window begins one position too early. To which output does same take f[t] times "
    "h[0]? The window for t begins there."
)
def one_too_early(g, h):
    return windows(g, h, -(len(h) // 2))


@exercise.wrong(
    "This is same itself, the way there once more. The way back reads g in the other direction: the number at t is the "
    "sum of h[k] g[t + k - s], where the indices grow together."
)
def there_once_more(g, h):
    s = (len(h) - 1) // 2
    return np.convolve(g, h)[s : s + len(g)]


@exercise.wrong(
    "Odd kernels have gone wrong, where the colleague was right: every window begins one position later than in the "
    "colleague's function. Only for even lengths is there something to mend: begin at t - (len(h) - 1) // 2."
)
def one_later_for_all(g, h):
    return windows(g, h, 1 - len(h) // 2)


@exercise.wrong(
    "The colleague's result has been turned by one position for even kernels. All numbers but the last are right; the "
    "last one is what came around from the front. It is an inner product as well, that of the last window."
)
def colleague_turned(g, h):
    result = windows(g, h, -(len(h) // 2))
    return result if len(h) % 2 else np.roll(result, -1)


@exercise.wrong(
    "The colleague's result has been moved by one position for even kernels, with a zero at the end. All numbers but "
    "the last are right. The last one is an inner product as well, that of the last window."
)
def colleague_moved(g, h):
    result = windows(g, h, -(len(h) // 2))
    return result if len(h) % 2 else np.append(result[1:], 0.0)


@exercise.wrong(
    "All zeros stand behind g: the window for t begins at t. This is the transpose of the convolution that keeps the "
    "first n values; same leaves out the first s of them, and its windows begin at t - s."
)
def all_zeros_behind(g, h):
    return windows(g, h, 0)


@exercise.wrong(
    "All zeros stand in front of g: the window for t ends at t. The windows begin at t - s, s positions in front of t, "
    "and the other zeros belong behind g."
)
def all_zeros_in_front(g, h):
    return windows(g, h, 1 - len(h))


@exercise.wrong(
    "These are the windows that lie on g entirely, fewer than n of them. g has n values and so has the result: add "
    "zeros, s in front and the other m - 1 - s behind."
)
def valid(g, h):
    return np.correlate(g, h, "valid")


@exercise.wrong(
    "There are m - 1 numbers too many: this is the full cross-correlation. Keep n of its numbers, those from "
    "m - 1 - s on."
)
def full(g, h):
    return np.correlate(g, h, "full")


@exercise.wrong(
    "The result is too short for even kernels: (m - 1) // 2 zeros have been put on each side, and of m - 1 one is "
    "missing. It belongs behind g."
)
def too_few_zeros(g, h):
    return np.correlate(np.pad(g, (len(h) - 1) // 2), h, "valid")


@exercise.wrong(
    "The result is too long for even kernels: m // 2 zeros have been put on each side, and that is one too many, the "
    "one in front."
)
def too_many_zeros(g, h):
    return np.correlate(np.pad(g, len(h) // 2), h, "valid")


@exercise.wrong(
    "Odd lengths are right, and for even ones there is a ValueError. Does it speak of two lengths that do not agree? "
    "With (m - 1) // 2 zeros on each side the last window has a value too few: there have to be m - 1 zeros in all."
)
def last_window_too_short(g, h):
    padded = np.pad(g, (len(h) - 1) // 2)
    return np.array([h @ padded[t : t + len(h)] for t in range(len(g))])


@exercise.wrong(
    "Even lengths are right, and for odd ones there is a ValueError. Are there m // 2 - 1 zeros in front? If m is odd, "
    "that is one too few, and for a kernel of one value it is less than none: (m - 1) // 2 is right for both."
)
def one_less_in_front_for_all(g, h):
    padded = np.pad(g, (len(h) // 2 - 1, len(h) // 2))
    return np.array([h @ padded[t : t + len(h)] for t in range(len(g))])


@exercise.wrong(
    "What leaves g at one end comes in again at the other, as on a ring. Around this signal there are zeros; and "
    "Python counts a negative index from the end, so ask for 0 <= t + k - s < n."
)
def on_the_ring(g, h):
    n, s = len(g), (len(h) - 1) // 2
    return np.array([sum(h[k] * g[(t + k - s) % n] for k in range(len(h))) for t in range(n)])


@exercise.wrong(
    "For the first t, numbers from the end of g are read: t + k - s is negative there, and Python counts a negative "
    "index from the end. In front of g there are zeros: ask for 0 <= t + k - s as well."
)
def negative_index(g, h):
    n, s = len(g), (len(h) - 1) // 2
    return np.array([sum(h[k] * g[t + k - s] for k in range(len(h)) if t + k - s < n) for t in range(n)])


@exercise.wrong(
    "Only the even kernels are turned around: with the colleague's zeros that is same itself, the way there. The order "
    "of the kernel was right; the windows begin one position too early."
)
def even_kernels_turned(g, h):
    return windows(g, h if len(h) % 2 else h[::-1], -(len(h) // 2))


@exercise.wrong(
    "The result stands in the opposite order: it is that of same, applied to g from behind. Turn the result around as "
    "well, and you are there."
)
def order_reversed(g, h):
    return same_adjoint(g, h)[::-1]
