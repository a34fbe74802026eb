"""A stack of causal, dilated layers with shortcuts, on one channel."""

import numpy as np

from cnn_course.exercises.exercise import Implement

exercise = Implement(
    title="a network that never looks ahead",
    chapter="5-5",
    stars=2,
    minutes=30,
    goals=(2, 7),
    statement=r"""
    A sequence goes through layers with shortcuts. Layer $l$ has the kernel $w_l$ with $k_l$ weights and the dilation
    $d_l$, and turns $h$ into

    $$ h'[t] = h[t] + \max \Bigl( \sum_{v = 0}^{k_l - 1} w_l[v]\, h[t - v\, d_l],\ 0 \Bigr) . $$

    The weight number 0 belongs to the present, the next one to what was $d_l$ steps ago, and so on. Before the sequence
    begins everything is 0.

    Write `causal_residual(x, kernels, dilations)` for a sequence `x`, a tuple of arrays and a tuple of integers.
    It returns the output of the last layer, an array as long as `x`. `x` must not be changed.
    """,
    hints=(
        "One layer first, with loops: which positions exist, and what is to happen with the others?",
        "A layer reads what the layer before has given, all of it, before anything is overwritten.",
        "Without a loop over t: h delayed by v d steps is h[: T - v d] behind v d zeros, as long as v d < T.",
    ),
    remark=r"""
    Change the last value of `x`, and only the last output changes: a quick test that no future is read. The other
    direction, from when on an output changes if the first value does, measures the reach.
    """,
)


@exercise.solution
def causal_residual(x, kernels, dilations):
    """Output of a stack of causal, dilated layers with shortcuts.

    >>> causal_residual(np.array([1.0, 2.0, 3.0]), (np.array([1.0, 10.0]),), (1,)).tolist()
    [2.0, 14.0, 26.0]
    """
    h = np.array(x, dtype=float)
    for w, d in zip(kernels, dilations, strict=True):
        total = np.zeros(len(h))
        for v in range(len(w)):
            total[v * d :] += w[v] * h[: max(len(h) - v * d, 0)]
        h = h + np.maximum(total, 0)
    return h


def distinct(rng, length):
    """Positive whole numbers of which no two are equal."""
    return rng.permutation(np.arange(1.0, 12.0))[:length]


def zigzag(rng, length):
    """Positive numbers that rise and fall by turns."""
    return np.where(np.arange(length) % 2 == 0, rng.integers(1, 5, length), rng.integers(7, 12, length)).astype(float)


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([1.0, 2.0, 3.0]), (np.array([1.0, 10.0]),), (1,)


@exercise.check("one layer", points=2)
def one_layer(rng):
    yield distinct(rng, 5), (distinct(rng, 2),), (1,)
    yield distinct(rng, 7), (distinct(rng, 3),), (1,)


@exercise.check("sums that are negative", points=1)
def negative(rng):
    yield zigzag(rng, 6), (np.array([1.0, -1.0]) * rng.integers(1, 4),), (1,)
    yield -distinct(rng, 5), (np.array([1.0, 20.0]),), (1,)


@exercise.check("dilations", points=1)
def dilated(rng):
    yield distinct(rng, 8), (distinct(rng, 2),), (3,)
    yield distinct(rng, 9), (distinct(rng, 3),), (2,)


@exercise.check("several layers", points=1)
def several(rng):
    yield distinct(rng, 9), (distinct(rng, 2), distinct(rng, 2)), (1, 3)
    yield distinct(rng, 9), (distinct(rng, 2), distinct(rng, 3), distinct(rng, 2)), (1, 2, 4)


@exercise.check("a reach longer than the sequence", points=1)
def long_reach(rng):
    yield distinct(rng, 3), (distinct(rng, 3),), (2,)
    yield distinct(rng, 4), (distinct(rng, 2), distinct(rng, 3)), (5, 2)


def layers(x, kernels, dilations, layer):
    """A stack of layers h -> layer(h, w, d)."""
    h = np.array(x, dtype=float)
    for w, d in zip(kernels, dilations, strict=True):
        h = layer(h, w, d)
    return h


def sums(h, w, d, at=lambda t, v, d: t - v * d):
    """The sums of a layer, with another rule for the position that a weight reads."""
    places = [[(v, at(t, v, d)) for v in range(len(w))] for t in range(len(h))]
    return np.array([sum(w[v] * h[i] for v, i in row if 0 <= i < len(h)) for row in places])


@exercise.alternative
def by_loops(x, kernels, dilations):
    return layers(x, kernels, dilations, lambda h, w, d: h + np.maximum(sums(h, w, d), 0))


@exercise.alternative
def by_full_convolution(x, kernels, dilations):
    def layer(h, w, d):
        stretched = np.zeros(d * (len(w) - 1) + 1)
        stretched[::d] = w
        return h + np.maximum(np.convolve(h, stretched)[: len(h)], 0)

    return layers(x, kernels, dilations, layer)


def read(at):
    """The stack with another rule for the position that a weight reads."""
    return lambda x, kernels, dilations: layers(
        x, kernels, dilations, lambda h, w, d: h + np.maximum(sums(h, w, d, at), 0)
    )


@exercise.wrong(
    "The kernel is reversed: weight number 0 belongs to the present, here it is given to the oldest value. Libraries "
    "have the present last, because their layers are cross-correlations."
)
def reversed_kernel(x, kernels, dilations):
    return causal_residual(x, tuple(w[::-1] for w in kernels), dilations)


@exercise.wrong("The layers look ahead: they read h[t + v d] instead of h[t - v d].")
def looks_ahead(x, kernels, dilations):
    return read(lambda t, v, d: t + v * d)(x, kernels, dilations)


@exercise.wrong("The sequence is taken for a circle: before its beginning is 0, not its end. Look at negative indices.")
def wraps_around(x, kernels, dilations):
    def layer(h, w, d):
        return h + np.maximum(sum(w[v] * np.roll(h, v * d) for v in range(len(w))), 0)

    return layers(x, kernels, dilations, layer)


@exercise.wrong("The shortcut is missing: each layer adds its sum, behind the relu, to what it has read.")
def no_shortcut(x, kernels, dilations):
    return layers(x, kernels, dilations, lambda h, w, d: np.maximum(sums(h, w, d), 0))


@exercise.wrong("The relu is missing. What a layer adds is never negative.")
def no_relu(x, kernels, dilations):
    return layers(x, kernels, dilations, lambda h, w, d: h + sums(h, w, d))


@exercise.wrong("The relu is taken of the sum with the shortcut. Here it belongs to the body, before h is added.")
def relu_after_the_sum(x, kernels, dilations):
    return layers(x, kernels, dilations, lambda h, w, d: np.maximum(h + sums(h, w, d), 0))


@exercise.wrong("The dilations change nothing here: weight number v reads what was v d steps ago, not v.")
def dilations_ignored(x, kernels, dilations):
    return causal_residual(x, kernels, (1,) * len(kernels))


@exercise.wrong("Weight number v reads h[t - v - d + 1] or the like. It is d steps from one weight to the next.")
def dilation_added(x, kernels, dilations):
    return read(lambda t, v, d: t - v - (d - 1) * (v > 0))(x, kernels, dilations)


@exercise.wrong(
    "The new values are written where the old ones are still needed: a layer then reads its own output, and becomes a "
    "recurrent one. Compute all of it from the old h."
)
def overwrites(x, kernels, dilations):
    def layer(h, w, d):
        h = h.copy()
        for t in range(len(h)):
            h[t] += max(sum(w[v] * h[t - v * d] for v in range(len(w)) if t >= v * d), 0)
        return h

    return layers(x, kernels, dilations, layer)


@exercise.wrong("Every layer adds its sum to x. The shortcut of a layer begins at the layer's own input.")
def shortcut_from_x(x, kernels, dilations):
    h = np.array(x, dtype=float)
    for w, d in zip(kernels, dilations, strict=True):
        h = x + np.maximum(sums(h, w, d), 0)
    return h


@exercise.wrong(
    "Where the window reaches before the beginning the layer adds nothing. It adds the terms that exist: what is "
    "before the beginning counts as 0."
)
def complete_windows_only(x, kernels, dilations):
    def layer(h, w, d):
        inside = np.arange(len(h)) >= d * (len(w) - 1)
        return h + np.where(inside, np.maximum(sums(h, w, d), 0), 0)

    return layers(x, kernels, dilations, layer)
