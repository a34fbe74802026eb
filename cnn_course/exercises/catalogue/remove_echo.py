"""An echo taken out of a recording."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="take out an echo",
    chapter="1-1",
    stars=3,
    minutes=30,
    goals=(5, 6),
    statement=r"""
    A microphone stands opposite a wall. It records the sound, and $k$ steps later one echo of strength $a$:

    $$
    g[u] = f[u] + a\, f[u - k] ,
    $$

    where $f[i] = 0$ for $i < 0$. So $g = f * h$ with the kernel $h$ that is 1 at 0, $a$ at $k$, and 0 elsewhere. Can
    the convolution be undone? For sequences as for functions, it multiplies every oscillation by a number, here
    $1 + a\, e^{-2\pi \mathrm{i} v k}$. To undo it, one might divide by this number, which fails where it is 0, as can
    happen for $\lvert a \rvert = 1$. But there is a way without any transform, and it works for every $a$.

    Write `remove_echo(g, a, k)`. `g` is an array with the $n$ recorded values $g[0], \dots, g[n - 1]$, of floats or
    integers; `a` is a number, which may be negative or larger than 1; `k` is an integer, at least 1 and perhaps larger
    than $n$. The function returns the $n$ values $f[0], \dots, f[n - 1]$ as an array of floats.
    """,
    hints=(
        "Which of the values of f are equal to those of g, because no echo has arrived yet?",
        "When f[0], ..., f[u - 1] are known, so is the echo in g[u]. What does the equation say about f[u]?",
        "f[u] = g[u] - a f[u - k] for u ≥ k: on the right stands a value of f that has been found before, not of g.",
    ),
    remark=r"""
    On the right stands $f$, the sound that is clean already. Whoever subtracts $a\, g[u - k]$ instead leaves an echo of
    strength $-a^2$ after $2k$ steps. Written out, $f = g - a\, S_k g + a^2 S_k^2 g - \dots$: for $a \ne 0$,
    undoing a kernel of two values takes a kernel that never ends. If $\lvert a \rvert < 1$, it is in $L^1$ and
    multiplies oscillations by $1 / (1 + a\, e^{-2\pi \mathrm{i} v k})$, as the geometric series says. If $\lvert a
    \rvert > 1$, its values grow, and so does every error in the recording.
    """,
)


@exercise.solution
def remove_echo(g, a, k):
    """The n values of a sound, from a recording g of n values with an echo of strength a after k steps.

    >>> remove_echo(np.array([4.0, 6.0, 3.0, 1.0]), 0.5, 1)
    array([4. , 4. , 1. , 0.5])
    """
    f = np.array(g, dtype=float)
    for u in range(k, len(f)):
        f[u] -= a * f[u - k]
    return f


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([4.0, 6.0, 3.0, 1.0]), 0.5, 1


@exercise.check("an echo that arrives once, or too late", points=2)
def once(rng):
    for n, a, k in ((3, 2.0, 2), (4, 0.5, 2), (6, -0.5, 3), (2, 0.5, 2), (3, 2.0, 4), (2, 0.5, 7)):
        yield _recording(rng, n), a, k


@exercise.check("an echo of the echoes", points=3)
def often(rng):
    for n, a, k in ((3, 2.0, 1), (5, 0.5, 1), (7, -0.5, 2), (10, 2.0, 3)):
        yield _recording(rng, n), a, k


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    for n, a, k, size in ((5, 0.3, 2, 1.0), (6, -0.7, 1, 2.0**30), (7, 1.25, 2, 2.0**-30)):
        yield fractions(rng, n, size=size) / 7, a, k


@exercise.check("a recording of integers", points=1)
def integers(rng):
    for n, a, k in ((5, 0.25, 2), (6, -0.75, 1)):
        yield (4 * _recording(rng, n) + 1).astype(int), a, k


def _recording(rng, n):
    """Whole numbers without 0, the later ones larger: no value stands for another."""
    return whole(rng, n) + 20 * np.arange(n)


@exercise.alternative
def by_the_equation(g, a, k):
    f = np.zeros(len(g))
    for u in range(len(g)):
        f[u] = g[u] - (a * f[u - k] if u >= k else 0)
    return f


@exercise.alternative
def block_by_block(g, a, k):
    f = g.astype(float)
    for start in range(k, len(f), k):
        end = min(start + k, len(f))
        f[start:end] = f[start:end] - a * f[start - k : end - k]
    return f


@exercise.alternative
def by_the_geometric_series(g, a, k):
    out, term, factor = np.zeros(len(g)), np.array(g, dtype=float), 1.0
    for shift in range(0, len(g), k):
        out[shift:] += factor * term[: len(g) - shift]
        factor = -a * factor
    return out


@exercise.alternative
def by_a_linear_system(g, a, k):
    H = np.eye(len(g)) + a * np.eye(len(g), k=-k)
    return np.linalg.solve(H, g)


@exercise.wrong(
    "What is subtracted is a times the recording, which has an echo itself: an echo of strength -a² remains, 2 k steps "
    "later. Subtract a times the sound that has been found already. A loop that runs backwards, and f[k:] -= a * "
    "f[:-k] in one go, make the same mistake."
)
def echo_of_the_recording(g, a, k):
    f = np.array(g, dtype=float)
    f[k:] -= a * f[:-k].copy()
    return f


@exercise.wrong("The echo has been added once more. From g[u] = f[u] + a f[u - k] follows f[u] = g[u] - a f[u - k].")
def added(g, a, k):
    return remove_echo(g, -a, k)


@exercise.wrong(
    "A second echo has been added to the recording, a g[u - k]. This is the convolution with the kernel once more; "
    "asked for is the way back, which subtracts."
)
def convolved_again(g, a, k):
    f = np.array(g, dtype=float)
    f[k:] += a * g[: max(len(g) - k, 0)]
    return f


@exercise.wrong(
    "The end of the recording comes in again at the beginning, as f[u - k] with u < k, or np.roll, takes it: negative "
    "indices count from the end. Before time 0 there is no sound, and the first k values have no echo."
)
def wrapped(g, a, k):
    return g - a * np.roll(g, k)


@exercise.wrong(
    "The loop begins at u = 0, and for u < k the index u - k is negative: Python takes f[-1] for the last value. The "
    "first k values have no echo; begin at u = k."
)
def loop_from_zero(g, a, k):
    f = np.array(g, dtype=float)
    for u in range(len(f)):
        f[u] -= a * f[u - k]
    return f


@exercise.wrong(
    "The echo is looked for one step too late, after k + 1 steps. It comes k steps after the sound: f[k] is the first "
    "value with an echo, the one of f[0]."
)
def one_step_late(g, a, k):
    return remove_echo(g, a, k + 1)


@exercise.wrong(
    "The first echo is left in: the loop begins one step too late. The value with the index k has the echo of f[0] in "
    "it."
)
def begins_late(g, a, k):
    f = np.array(g, dtype=float)
    for u in range(k + 1, len(f)):
        f[u] -= a * f[u - k]
    return f


@exercise.wrong(
    "Everything has been divided by 1 + a. That would be right if sound and echo came at the same time. They are k "
    "steps apart, and the first k values have no echo at all."
)
def divided(g, a, k):
    return g / (1 + a)


@exercise.wrong(
    "The strength of the echo is missing: f[u - k] is subtracted as if the echo were as loud as the sound. It is a "
    "times as loud."
)
def without_strength(g, a, k):
    return remove_echo(g, 1, k)


@exercise.wrong(
    "The series ends too early. Removing the echo leaves an echo of strength -a² after 2 k steps, removing this leaves "
    "one of strength a³ after 3 k steps, and so on to the end of the recording."
)
def two_terms_of_the_series(g, a, k):
    f = np.array(g, dtype=float)
    f[k:] -= a * g[: max(len(g) - k, 0)]
    f[2 * k :] += a**2 * g[: max(len(g) - 2 * k, 0)]
    return f


@exercise.wrong(
    "The fractions are cut off where the recording has integers: the result has got its dtype from it, as g.copy() or "
    "np.zeros_like(g) gives it. Make it an array of floats."
)
def as_whole_as_the_recording(g, a, k):
    f = g.copy()
    for u in range(k, len(f)):
        f[u] = f[u] - a * f[u - k]
    return f


@exercise.wrong(
    "The first k values are missing. No echo has arrived there, so that f is g, but they belong to the sound: the "
    "result has n values."
)
def first_values_missing(g, a, k):
    return remove_echo(g, a, k)[k:]


@exercise.wrong(
    "The first k values have stayed zero. No echo has arrived there yet: they are those of the recording, and the "
    "later ones need them."
)
def first_values_zero(g, a, k):
    f = np.zeros(len(g))
    for u in range(k, len(g)):
        f[u] = g[u] - a * f[u - k]
    return f


@exercise.wrong(
    "Same result as with transforms of n values: what runs over the end comes in again at the beginning, as if the "
    "recording were periodic. The division is right, but the recording needs zeros behind it; the equation f[u] = g[u] "
    "- a f[u - k] does without transforms."
)
def transforms_without_room(g, a, k):
    kernel = np.zeros(len(g))
    kernel[0] += 1
    kernel[k % len(g)] += a
    return np.fft.ifft(np.fft.fft(g) / np.fft.fft(kernel)).real
