"""The statements of the chapter on discrete convolution, over many shapes and with numbers in which nothing cancels."""

from itertools import product
from math import comb

import numpy as np
import pytest

from cnn_course import Sequence, conv1d, conv2d, conv3d, convolve, correlate, flip, impulse, reference, shift
from cnn_course.exercises.catalogue import single_one

SHAPES = [((7,), (3,)), ((3,), (5,)), ((5, 7), (3, 2)), ((4, 5, 3), (2, 3, 2))]
DELTA = Sequence([1])


@pytest.fixture
def rng():
    return np.random.default_rng(20260113)


def integers(rng, shape):
    """Whole numbers without 0, so that laws hold to the last digit and no value is missing."""
    return rng.integers(1, 10, shape) * rng.choice([-1, 1], shape)


def sequences(rng, dimensions=1):
    """Three sequences of different lengths that start at different points, some of them negative."""
    boxes = ((5, -1), (4, 2), (3, -2))
    return [Sequence(integers(rng, (n,) * dimensions), start=start) for n, start in boxes]


def symmetric(term, n):
    """The sum of a term over |t| <= n."""
    return sum(term(t) for t in range(-n, n + 1))


def sign(t):
    return (t > 0) - (t < 0)


def step(t):
    return int(t >= 0)


def difference(f):
    return lambda u: f(u) - f(u - 1)


@pytest.mark.checks("def-convolution", "eq-convolution", "def-convolution-nd", "eq-convolution-nd")
@pytest.mark.parametrize(("n", "m"), SHAPES)
def test_the_package_computes_the_definitions(rng, n, m):
    f, h = integers(rng, n), integers(rng, m)
    assert np.array_equal(convolve(f, h), reference.convolve(f, h))
    assert np.array_equal(correlate(f, h), reference.correlate(f, h))
    signal, kernel = Sequence(f, start=-1), Sequence(h, start=2)
    around = list(product(range(-2, 12), repeat=len(n)))
    for u in around[:: max(1, len(around) // 20)]:
        terms = (signal[t] * kernel[tuple(a - b for a, b in zip(u, t, strict=True))] for t in around)
        assert signal.convolve(kernel)[u] == sum(terms)


@pytest.mark.checks("def-convolution")
def test_without_finite_support_the_sums_grow():
    assert [symmetric(lambda t: 1, n) for n in (10, 100, 1000)] == [21, 201, 2001]


@pytest.mark.checks("eq-convolution", "def-correlation")
def test_the_words_that_leave_out_the_reflection_describe_the_correlation():
    f, h = Sequence([1, 2]), Sequence([1, 10, 100])
    assert f.convolve(h) == Sequence([1, 12, 120, 200])
    assert h.correlate(f) == Sequence([2, 21, 210, 100], start=-1)


@pytest.mark.checks("eq-convolution")
def test_polynomials_and_long_multiplication(rng):
    f, h = integers(rng, 6), integers(rng, 4)
    assert np.array_equal(convolve(f, h), np.polynomial.polynomial.polymul(f, h))
    assert convolve([2, 1], [1, 1, 1]).tolist() == [2, 3, 3, 1]
    assert sum(digit * 10**place for place, digit in enumerate(convolve([1, 2], [1, 1, 1]))) == 21 * 111


@pytest.mark.checks("prop-support")
def test_supports_add_up(rng):
    f, h = Sequence([2, 0, 0, 1], start=-1), Sequence([1, 3], start=4)
    sums = {s + t for s in (-1, 2) for t in (4, 5)}
    assert {u for u in range(-20, 20) if f.convolve(h)[u] != 0} == sums, "without negative values"
    f, h, _ = sequences(rng)
    result = f.convolve(h)
    assert (result.start, len(result.values)) == ((-1 + 2,), 5 + 4 - 1)
    assert Sequence([1, 1]).convolve(Sequence([1, -1])) == Sequence([1, 0, -1]), "terms cancel"


@pytest.mark.checks("rem-sum-range")
def test_the_sum_runs_over_either_support(rng):
    f, h, _ = sequences(rng)
    for u in range(-4, 12):
        over_signal = sum(f[t] * h[u - t] for t in range(-1, 4))
        over_kernel = sum(h[s] * f[u - s] for s in range(2, 6))
        assert over_signal == over_kernel == f.convolve(h)[u]


@pytest.mark.checks("thm-laws", "eq-commutative", "prop-laws-nd")
@pytest.mark.parametrize("dimensions", [1, 2, 3])
def test_laws_of_convolution(rng, dimensions):
    f, g, h = sequences(rng, dimensions)
    e = Sequence(integers(rng, f.values.shape), start=f.start)
    mixed = Sequence(2 * f.values - 3 * e.values, start=f.start)
    delta, tau = Sequence(np.ones((1,) * dimensions, dtype=int)), tuple(range(4, 4 + dimensions))
    assert f.convolve(h) == h.convolve(f)
    expected = 2 * f.convolve(h).values - 3 * e.convolve(h).values
    assert np.array_equal(mixed.convolve(h).values, expected)
    assert f.convolve(g).convolve(h) == f.convolve(g.convolve(h))
    assert f.convolve(delta) == f
    assert f.shift(tau).convolve(h) == f.convolve(h).shift(tau) == f.convolve(h.shift(tau))


@pytest.mark.checks("thm-laws", "eq-not-associative")
def test_each_law_breaks_without_finite_support():
    for n in (10, 100):
        inside = range(-n + 3, n - 2)
        assert symmetric(sign, n) == 0, "sgn * 1, at every u"
        assert all(symmetric(lambda s, u=u: 1 * sign(u - s), n) == 2 * u for u in inside), "1 * sgn"
        assert symmetric(lambda t: sign(t - 1), n) == -2, "the shifted sgn * 1"
    assert all(difference(lambda t: 1)(u) == 0 for u in range(-50, 51)), "1 * d = 0"
    assert [difference(step)(u) for u in (-1, 0, 1, 2)] == [0, 1, 0, 0], "d * H is the impulse"


@pytest.mark.checks("def-modes", "prop-lengths", "eq-array-flip")
@pytest.mark.parametrize("n", range(1, 10))
def test_modes_keep_what_they_say(rng, n):
    for m in range(1, n + 1):
        f, h = integers(rng, n), integers(rng, m)
        signal, kernel = Sequence(f), Sequence(h)
        modes = {"full": (0, n + m - 1), "same": ((m - 1) // 2, n), "valid": (m - 1, n - m + 1)}
        for mode, (start, length) in modes.items():
            kept = [signal.convolve(kernel)[u] for u in range(start, start + length)]
            assert convolve(f, h, mode).tolist() == kept
            moved = range(start - (m - 1), start - (m - 1) + length)
            assert correlate(f, h, mode).tolist() == [signal.correlate(kernel)[u] for u in moved]
        assert modes["same"][0] - (m - 1) == -(m // 2)
        complete = [u for u in range(-3, 2 * n + 3) if all(0 <= u - t < n for t in range(m))]
        assert complete == list(range(m - 1, n))


@pytest.mark.checks("def-modes")
def test_a_longer_kernel_has_no_valid_position():
    with pytest.raises(ValueError, match="valid"):
        convolve(np.ones(3), np.ones(4), "valid")


@pytest.mark.checks("def-modes")
@pytest.mark.parametrize(("m", "lag"), [(3, 0), (4, 1), (5, 0), (6, 1)])
def test_a_layer_pads_an_even_kernel_behind(rng, m, lag):
    f, h = integers(rng, 9).astype(float), integers(rng, m).astype(float)
    layer = conv1d(f[None, None], h[None, None], padding="same")[0, 0]
    start = -(m // 2) + lag
    assert layer.tolist() == [Sequence(f).correlate(Sequence(h))[u] for u in range(start, start + 9)]


@pytest.mark.checks("def-correlation", "eq-correlation")
def test_correlation_by_hand():
    f, h = Sequence([3, 0, 5]), Sequence([1, 2])
    assert f.correlate(h) == Sequence([6, 3, 10, 5], start=-1)
    assert f.convolve(h) == Sequence([3, 6, 5, 10])
    assert Sequence([1j]).correlate(Sequence([1j])) == Sequence([1]), "the kernel is conjugated"
    assert np.array_equal(conv1d(np.array([[[3.0, 0, 5]]]), np.array([[[1.0, 2]]])), [[[3, 10]]])


@pytest.mark.checks("thm-flip", "eq-array-flip")
@pytest.mark.parametrize("dimensions", [1, 2])
def test_correlation_is_convolution_with_the_reflected_kernel(rng, dimensions):
    f, h, odd = sequences(rng, dimensions)
    assert f.correlate(h) == h.flip().convolve(f) == f.convolve(h.flip())
    assert f.correlate(h) != f.convolve(h), "unless the kernel is its own reflection"
    even = Sequence(odd.values + flip(odd.values), start=-1)
    assert even.flip() == even
    assert f.correlate(even) == f.convolve(even)
    array, size = Sequence(h.values), h.values.shape[0]
    turned = Sequence(flip(h.values))
    assert f.convolve(turned) == f.correlate(array).shift(size - 1) != f.correlate(array)


@pytest.mark.checks("thm-flip", "eq-array-flip")
def test_an_array_that_is_its_own_flip_gives_the_same_numbers_further_on(rng):
    f, h = Sequence(integers(rng, 7)), Sequence([1, 2, 1])
    assert f.convolve(h) == f.correlate(h).shift(2) != f.correlate(h)
    assert f.convolve(h.shift(-1)) == f.correlate(h.shift(-1)), "with its middle at the origin"


@pytest.mark.checks("def-modes", "eq-array-flip")
def test_where_a_picture_moves_with_an_even_kernel(rng):
    picture = integers(rng, (19, 7)).astype(float)
    kernel = impulse((6, 3), at=(0, 1))
    layer = conv2d(picture[None, None], kernel[None, None], padding="same")[0, 0]
    moved = (correlate(picture, kernel, "same"), convolve(picture, kernel, "same"), layer)
    for rows, result in zip(single_one.exercise.answer, moved, strict=True):
        assert np.array_equal(result, shift(picture, (rows, 0)))


@pytest.mark.checks("def-modes")
def test_repeated_blurs_of_mode_same_lose_what_leaves_the_picture(rng):
    f, b = rng.integers(1, 10, 99), np.array([1, 4, 6, 4, 1])
    together, same, valid = np.array([1]), f, f
    for _ in range(3):
        together, same, valid = convolve(together, b), convolve(same, b, "same"), convolve(valid, b, "valid")
    at_once = convolve(f, together, "same")
    assert np.array_equal(valid, convolve(f, together, "valid"))
    assert (same <= at_once).all(), "darker"
    assert (same < at_once)[[0, 1, -2, -1]].all(), "near the border"
    assert np.array_equal(same[6:-6], at_once[6:-6])


@pytest.mark.checks("def-convolution-nd")
def test_digits_under_a_window():
    image, kernel = np.arange(1, 10).reshape(3, 3), np.array([[1, 10], [100, 1000]])
    assert correlate(image, kernel, "valid").tolist() == [[5421, 6532], [8754, 9865]]
    assert convolve(image, kernel, "valid").tolist() == [[1245, 2356], [4578, 5689]]


@pytest.mark.checks("prop-correlation-laws", "prop-laws-nd")
@pytest.mark.parametrize("dimensions", [1, 2])
def test_laws_of_cross_correlation(rng, dimensions):
    f, g, h = sequences(rng, dimensions)
    tau = tuple(range(2, 2 + dimensions))
    back = tuple(-t for t in tau)
    assert f.correlate(h) == h.correlate(f).flip() != h.correlate(f)
    assert g.correlate(f).correlate(h) == g.correlate(f.convolve(h)) != g.correlate(f.correlate(h))
    assert f.shift(tau).correlate(h) == f.correlate(h).shift(tau)
    assert f.correlate(h.shift(tau)) == f.correlate(h).shift(back) != f.correlate(h).shift(tau)


@pytest.mark.checks("prop-correlation-laws")
def test_smallest_counterexamples():
    right, left = DELTA.shift(1), DELTA.shift(-1)
    assert (DELTA.correlate(right), right.correlate(DELTA)) == (left, right), "not commutative"
    inner, outer = DELTA.correlate(DELTA).correlate(right), DELTA.correlate(DELTA.correlate(right))
    assert (inner, outer) == (left, right), "not associative"
    assert Sequence([1, 2]).correlate(DELTA) == Sequence([1, 2]), "the impulse as kernel"
    assert DELTA.correlate(Sequence([1, 2])) == Sequence([2, 1], start=-1), "the impulse as signal"


@pytest.mark.checks("prop-laws-nd", "def-correlation")
def test_sizes_on_each_axis():
    full = convolve(np.ones((4, 5)), np.ones((3, 3)))
    assert full.shape == (6, 7)
    assert full.size == 42
    box = Sequence(np.ones((4, 5))).correlate(Sequence(np.ones((3, 3))))
    assert (box.start, box.stop) == ((-2, -2), (4, 5))
    assert len([u for u in product(range(-2, 4), range(-2, 5)) if min(u) >= 0]) == 20
    assert correlate(np.ones((4, 5)), np.ones((3, 3)), "valid").size == 6


@pytest.mark.checks("thm-separable")
def test_a_separable_kernel_in_two_passes(rng):
    f, a, b = integers(rng, (11, 13)), integers(rng, 5), integers(rng, 4)
    h = np.outer(a, b)
    assert np.array_equal(convolve(f, h), convolve(convolve(f, a[:, None]), b[None, :]))
    assert np.linalg.matrix_rank(h) == 1
    h[0, 0] += 1
    assert np.linalg.matrix_rank(h) == 2


@pytest.mark.checks("def-convolution-nd")
def test_colours_are_added_and_not_slid_through(rng):
    colour, kernel = integers(rng, (1, 3, 8, 9)).astype(float), integers(rng, (1, 3, 3, 3)).astype(float)
    order = [2, 0, 1]
    summed = conv2d(colour, kernel)
    assert np.array_equal(conv2d(colour[:, order], kernel[:, order]), summed)
    assert np.array_equal(conv3d(colour[:, None], kernel[:, None])[:, 0], summed), "a kernel as deep as the image"
    slid = conv3d(colour[:, None], kernel[:, None], padding=(1, 0, 0))
    permuted = conv3d(colour[:, order][:, None], kernel[:, order][:, None], padding=(1, 0, 0))
    assert not np.array_equal(slid, permuted)


@pytest.mark.checks("prop-binomial", "eq-binomial-transform")
@pytest.mark.parametrize("k", [2, 4, 10])
def test_the_binomial_kernel(k):
    kernel = np.ones(1)
    for _ in range(k):
        kernel = convolve(kernel, [0.5, 0.5])
    assert kernel.tolist() == [comb(k, t) / 2**k for t in range(k + 1)], "powers of two: exact"
    t = np.arange(k + 1)
    assert (kernel.sum(), t @ kernel, (t - k / 2) ** 2 @ kernel) == (1, k / 2, k / 4)
    omega = np.linspace(-np.pi, np.pi, 101)
    transform = np.exp(-1j * np.outer(omega, t - k / 2)) @ kernel
    np.testing.assert_allclose(transform, np.cos(omega / 2) ** k, rtol=0, atol=1e-14)


@pytest.mark.checks("prop-binomial", "eq-five-terms")
def test_the_kernel_of_five_values(rng):
    b = Sequence([1, 4, 6, 4, 1], start=-2)
    f = Sequence(integers(rng, 20))
    for u in range(-3, 23):
        assert f.convolve(b)[u] == 6 * f[u] + 4 * (f[u - 1] + f[u + 1]) + f[u - 2] + f[u + 2]
    assert b.flip() == b
    alternating = (-1) ** np.arange(12)
    assert not convolve(alternating, b.values, "valid").any()
    t = np.arange(-2, 3)
    sampled = np.exp(-(t**2) / 2) / np.exp(-(t**2) / 2).sum()
    assert round(float(sampled[2]), 4) == 0.4026
    assert np.argmax(sampled - b.values / 16) == 2


@pytest.mark.checks("prop-edge", "eq-edge-kernel")
def test_the_edge_kernel(rng):
    edge = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
    assert np.array_equal(edge, np.outer([1, 1, 1], [-1, 0, 1]))
    rows = np.tile(integers(rng, 7)[:, None], 6)
    assert not correlate(rows, edge, "valid").any()
    assert correlate(rows.T, edge, "valid").any()
    i, j = np.indices((6, 7))
    for beta in (2, -3):
        ramp = 5 * i + beta * j + 1
        assert (correlate(ramp, edge, "valid") == 6 * beta).all()
        assert (convolve(ramp, edge, "valid") == -6 * beta).all()
    for c in range(1, 9):
        rising = np.tile(np.arange(9) >= c, (4, 1)).astype(int)
        expected = np.tile([3 if column in (c - 2, c - 1) else 0 for column in range(7)], (2, 1))
        assert np.array_equal(correlate(rising, edge, "valid"), expected)
        assert np.array_equal(correlate(1 - rising, edge, "valid"), -expected)
        assert np.array_equal(convolve(rising, edge, "valid"), -expected)
        whole = Sequence(rising).convolve(Sequence(edge))
        assert [[whole[i, j] for j in range(2, 9)] for i in (2, 3)] == (-expected).tolist(), "from [2, 2] on"


@pytest.mark.checks("eq-sharpen")
def test_sharpening_is_one_convolution(rng):
    b = np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1])
    f = integers(rng, (8, 9))
    for alpha in (1, 3):
        s = (1 + alpha) * 256 * impulse((5, 5), at=2) - alpha * b
        centre = 256 * f[2:-2, 2:-2]
        expected = centre + alpha * (centre - convolve(f, b, "valid"))
        assert np.array_equal(convolve(f, s.astype(int), "valid"), expected)
        assert s.sum() == 256


@pytest.mark.checks("prop-template")
def test_normalised_correlation_is_one_at_multiples_only(rng):
    h = integers(rng, 5).astype(float)
    f = np.concatenate([integers(rng, 6), 4 * h, integers(rng, 3), -h, 20 * np.ones(5)])
    lengths = np.sqrt(correlate(f**2, np.ones(5), "valid"))
    rho = correlate(f, h, "valid") / (np.linalg.norm(h) * lengths)
    assert np.flatnonzero(rho > 1 - 1e-9).tolist() == [6], "rounding is below 1e-15"
    assert rho.max() < 1 + 1e-9
    assert np.isclose(rho[14], -1), "a negative multiple"


@pytest.mark.checks("eq-cost")
@pytest.mark.parametrize(("n", "m"), [(11, 4), (7, 7), (9, 1)])
def test_counts_of_multiplications(n, m):
    def multiplications(image, kernel):
        return convolve(np.ones(image), np.ones(kernel), "valid").sum()

    outputs = n - m + 1
    assert multiplications((n, n), (m, m)) == outputs**2 * m**2
    passes = multiplications((n, n), (m, 1)) + multiplications((outputs, n), (1, m))
    assert passes == outputs * n * m + outputs**2 * m
