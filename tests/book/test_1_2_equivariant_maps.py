"""Chapter 1-2: linear maps that commute with shifts are convolutions."""

from functools import reduce

import numpy as np
import pytest

from cnn_course import (
    Sequence,
    circulant,
    circular_convolve,
    conv2d,
    convolve,
    digits,
    equivariance_defect,
    impulse,
    impulse_response,
    invariance_defect,
    linearity_defect,
    matrix_of,
    relu,
    shift,
)

ROUNDING = 1e-12  # sums of at most a few hundred products of numbers of order 10


@pytest.fixture
def rng():
    return np.random.default_rng(2026)


def whole(rng, *shape):
    return rng.integers(-9, 10, size=shape)


def turn(x):
    return np.roll(x, 1)


def combine(alpha, f, beta, g):
    """The sequence alpha f + beta g."""
    start, stop = min(f.start, g.start)[0], max(f.stop, g.stop)[0]
    return Sequence([alpha * f[u] + beta * g[u] for u in range(start, stop)], start)


@pytest.mark.checks("eq-convolution-recalled")
def test_convolution_of_sequences_is_the_sum(rng):
    f, h = Sequence(whole(rng, 4), start=-2), Sequence(whole(rng, 3), start=5)
    for u in range(-5, 15):
        assert f.convolve(h)[u] == sum(f[t] * h[u - t] for t in range(-9, 10))


@pytest.mark.checks("def-linear", "eq-linear")
@pytest.mark.parametrize(
    ("transform", "linear"),
    [
        (lambda f: convolve(f, [3, -1, 2]), True),
        (lambda f: convolve(f, [3, -1, 2]) + 1, False),
        (lambda f: np.maximum(f, 0), False),
        (lambda f: np.maximum(f[1:], f[:-1]), False),
        (lambda f: np.arange(7) * f, True),
        (lambda f: f[::-1], True),
    ],
)
def test_what_is_linear(rng, transform, linear):
    draws = [linearity_defect(transform, *whole(rng, 2, 7), *whole(rng, 2)) for _ in range(20)]
    assert (max(draws) == 0) is linear


@pytest.mark.checks("prop-bilinear")
def test_convolution_is_bilinear_affine_with_a_bias_and_of_degree_two(rng):
    f, g = whole(rng, 2, 8)
    h, k = whole(rng, 2, 3)
    assert linearity_defect(lambda f: convolve(f, h), f, g, 3, -5) == 0
    assert linearity_defect(lambda h: convolve(f, h), h, k, 3, -5) == 0
    with_bias = lambda f: convolve(f, h) + 4  # noqa: E731
    assert linearity_defect(with_bias, f, g, 3, -2) == 0
    assert linearity_defect(with_bias, f, g, 3, -5) == 12
    assert np.array_equal(convolve(3 * f, -5 * h), -15 * convolve(f, h))


@pytest.mark.checks("def-equivariant", "eq-equivariant", "eq-periodic")
def test_circular_convolution_is_equivariant_and_the_sum_invariant(rng):
    f, h = whole(rng, 7).astype(float), np.array([3.0, -1.0, 2.0])
    by_definition = [sum(f[t] * h[(u - t) % 7] for t in range(7) if (u - t) % 7 < 3) for u in range(7)]
    assert np.allclose(circular_convolve(f, h), by_definition, rtol=0, atol=ROUNDING)
    assert equivariance_defect(lambda x: circular_convolve(x, h), turn, f) < ROUNDING
    assert invariance_defect(lambda x: circular_convolve(x, h), turn, f) > 1
    assert invariance_defect(np.sum, turn, f) == 0


@pytest.mark.checks("def-equivariant")
def test_a_minus_sign_moves_to_the_right():
    delta = Sequence([1])
    assert delta.shift(1) == Sequence([1], start=1)
    plus = Sequence([delta[t + 1] for t in range(-9, 10)], start=-9)
    assert plus == Sequence([1], start=-1) == delta.shift(-1)


@pytest.mark.checks("eq-brightness")
def test_an_image_moves_to_the_right_and_loses_its_last_column(rng):
    image = whole(rng, 3, 5)
    moved = shift(image, (0, 1))
    assert np.array_equal(moved[:, 1:], image[:, :-1])
    assert not moved[:, 0].any()


@pytest.mark.checks("eq-shift-once", "def-equivariant")
def test_there_is_one_shift_on_each_side(rng):
    image, kernel = Sequence(whole(rng, 3, 5)), Sequence(whole(rng, 2, 3))
    tau = (2, -1)
    once = image.shift(tau).convolve(kernel)
    assert once == image.convolve(kernel).shift(tau)
    assert once != image.shift(tau).convolve(kernel).shift(tau)
    assert once != image.convolve(kernel)  # not invariant
    assert image.convolve(kernel) != image.shift(tau)  # nor equal to the shift


@pytest.mark.checks("thm-representation", "eq-superposition")
def test_the_impulse_response_predicts_black_boxes(rng):
    delta = Sequence([1])
    for _ in range(50):
        gears = whole(rng, 4, 3).tolist()

        def machine(f, gears=gears):
            return reduce(lambda f, gear: combine(gear[0], f, gear[1], f.shift(gear[2])), gears, f)

        h = machine(delta)
        f = Sequence(whole(rng, 8), start=int(rng.integers(-5, 6)))
        copies = Sequence([0])
        for t in range(f.start[0], f.stop[0]):
            copies = combine(1, copies, f[t], h.shift(t))
        assert machine(f) == f.convolve(h) == copies


@pytest.mark.checks("thm-representation")
def test_the_impulse_response_predicts_black_boxes_of_images(rng):
    for _ in range(20):
        gears = [(*whole(rng, 2), tuple(rng.integers(-2, 3, size=2))) for _ in range(4)]

        def machine(x, gears=gears):
            return reduce(lambda x, gear: gear[0] * x + gear[1] * shift(x, gear[2]), gears, x)

        x = np.zeros((21, 21))  # so large that nothing arrives at the border
        x[9:12, 8:13] = whole(rng, 3, 5)
        assert np.array_equal(machine(x), convolve(x, machine(impulse((21, 21), at=10)), "same"))


@pytest.mark.checks("thm-representation")
def test_both_hypotheses_are_needed():
    delta, f = Sequence([1]), Sequence([1, 5, 2])

    def maximum(f):
        return Sequence([max(f[u], f[u - 1]) for u in range(f.start[0], f.stop[0] + 1)], f.start)

    def times_position(f):
        return Sequence([u * f[u] for u in range(f.start[0], f.stop[0])], f.start)

    assert maximum(f.shift(4)) == maximum(f).shift(4)
    assert times_position(f.shift(4)) != times_position(f).shift(4)
    moved = f.shift(1)
    assert times_position(combine(2, f, 3, moved)) == combine(2, times_position(f), 3, times_position(moved))
    for transform in (maximum, times_position):
        assert transform(f) != f.convolve(transform(delta))


@pytest.mark.checks("prop-linear-invariant")
def test_linear_and_invariant_leaves_the_sum(rng):
    P = np.roll(np.eye(7), 1, axis=0)
    equations = matrix_of(lambda T: T @ P - T, (4, 7))
    assert 28 - np.linalg.matrix_rank(equations) == 4
    T = np.outer(whole(rng, 4), np.ones(7, dtype=int))  # one column, four numbers, over and over
    assert not np.any(equations @ T.ravel())
    f = whole(rng, 7)
    assert np.array_equal(T @ f, f.sum() * T[:, 0])


def commuting(n, move, axes, signs=(1, -1)):
    """Dimension of the space of matrices for n^axes values that commute with some moves."""
    shape = (n,) * axes
    steps = [sign * np.eye(axes, dtype=int)[axis] for axis in range(axes) for sign in signs]
    matrices = [matrix_of(lambda x, step=tuple(step): move(x, step), shape) for step in steps]
    size = n**axes
    equations = [matrix_of(lambda A, S=S: A @ S - S @ A, (size, size)) for S in matrices]
    return size**2 - np.linalg.matrix_rank(np.vstack(equations))


@pytest.mark.checks("thm-circulant")
@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_as_many_free_numbers_as_positions_if_periodic_and_one_with_zeros(n):
    assert commuting(n, lambda x, step: np.roll(x, step, axis=0), 1) == n
    assert commuting(n, shift, 1) == 1


@pytest.mark.checks("thm-circulant")
def test_as_many_free_numbers_as_pixels_if_periodic_and_one_with_zeros():
    assert commuting(3, lambda x, step: np.roll(x, step, axis=(0, 1)), 2) == 9
    assert commuting(3, shift, 2) == 1
    assert commuting(3, shift, 2, signs=(1,)) == 9


@pytest.mark.checks("thm-circulant", "eq-dft", "eq-waves-orthogonal")
@pytest.mark.parametrize("n", [1, 2, 5, 6])
def test_the_five_descriptions_of_a_circulant_matrix(rng, n):
    a, x = rng.standard_normal((2, n))
    P = np.roll(np.eye(n), 1, axis=0)
    A = sum(a[s] * np.linalg.matrix_power(P, s) for s in range(n))
    assert np.array_equal(A, circulant(a))
    assert np.allclose(A @ P, P @ A, rtol=0, atol=ROUNDING)
    assert np.allclose(A @ x, circular_convolve(x, a), rtol=0, atol=ROUNDING)
    t = np.arange(n)
    F = np.exp(-2j * np.pi * np.outer(t, t) / n)
    waves = F.conj()
    assert np.allclose(F @ waves, n * np.eye(n), rtol=0, atol=ROUNDING)
    assert np.allclose(F @ a, np.fft.fft(a), rtol=0, atol=ROUNDING)
    assert np.allclose(A @ waves, waves * (F @ a), rtol=0, atol=ROUNDING)
    B = circulant(rng.standard_normal(n))
    assert np.allclose(A @ B, B @ A, rtol=0, atol=ROUNDING)


@pytest.mark.checks("thm-circulant")
@pytest.mark.parametrize("n", [1, 2, 7, 12])
def test_one_question_to_a_periodic_box_is_enough(rng, n):
    for _ in range(20):
        gears = [(*whole(rng, 2), int(rng.integers(n))) for _ in range(4)]

        def box(x, gears=gears):
            return reduce(lambda x, gear: gear[0] * x + gear[1] * np.roll(x, gear[2]), gears, x)

        signal = whole(rng, n)
        A = circulant(impulse_response(box, n))
        assert np.array_equal(A @ signal, box(signal))
        assert np.array_equal(A, matrix_of(box, n))


@pytest.mark.checks("thm-circulant")
def test_a_layer_with_circular_padding_has_nine_numbers():
    weight = np.arange(1.0, 10).reshape(1, 1, 3, 3)
    layer = matrix_of(lambda x: conv2d(np.pad(x, 1, mode="wrap")[None, None], weight)[0, 0], (16, 16))
    assert layer.size == 65_536
    assert set(np.unique(layer)) == set(range(10))
    assert (np.count_nonzero(layer, axis=1) == 9).all()


@pytest.mark.checks("thm-projection", "eq-diagonal-averages", "eq-average-over-shifts")
@pytest.mark.parametrize("n", [1, 2, 8])
def test_the_nearest_circulant(rng, n):
    dense, t = rng.standard_normal((n, n)), np.arange(n)
    nearest = circulant(np.array([dense[(t + s) % n, t].mean() for s in range(n)]))
    powers = [np.linalg.matrix_power(np.roll(np.eye(n), 1, axis=0), tau) for tau in range(n)]
    assert np.allclose(nearest, sum(Q.T @ dense @ Q for Q in powers) / n, rtol=0, atol=ROUNDING)
    for Q in powers:  # the circulants are spanned by the powers of P
        assert abs(np.sum((dense - nearest) * Q)) < ROUNDING
        assert np.linalg.norm(dense - nearest) < np.linalg.norm(dense - nearest - 0.1 * Q)


@pytest.mark.checks("prop-building")
def test_parts_keep_equivariance_and_pooling_makes_invariant(rng):
    h1, h2 = rng.standard_normal((2, 3))
    x, own_bias = rng.standard_normal((2, 11))

    def network(x, bias=0.1):
        return circular_convolve(relu(circular_convolve(x, h1) + bias), h2)

    for tau in (1, -1, 5):
        move = lambda x, tau=tau: np.roll(x, tau)  # noqa: E731
        assert equivariance_defect(network, move, x) < ROUNDING
        for pool in (np.sum, np.mean, np.max):
            assert invariance_defect(lambda x, pool=pool: pool(network(x)), move, x) < ROUNDING
    assert equivariance_defect(lambda x: np.tanh(circular_convolve(x, h1) + own_bias), turn, x) > 0.5


@pytest.mark.checks("thm-circle")
def test_conjugation_is_no_multiplier():
    t = np.arange(100) / 100
    f = np.exp(2j * np.pi * 3 * t)
    assert equivariance_defect(np.conj, turn, f) == 0
    assert abs(np.mean(np.conj(f) * np.exp(-2j * np.pi * 3 * t))) < ROUNDING
    assert linearity_defect(np.conj, f, 1j * f, 2.0, -3.0) < ROUNDING
    assert linearity_defect(np.conj, f, f, 2j, 0) > 1


@pytest.mark.checks("prop-building")
def test_behind_a_relu_negative_biases_show_if_there_is_a_kernel():
    own_bias, peak = np.array([-1.0, -2, -3, -4]), 100 * impulse(4)
    assert equivariance_defect(lambda x: relu(0 * x + own_bias), turn, peak) == 0
    assert equivariance_defect(lambda x: relu(x + own_bias), turn, 0 * peak) == 0  # a signal that does not show them
    assert equivariance_defect(lambda x: relu(x + own_bias), turn, peak) == 1


@pytest.mark.checks("prop-border")
@pytest.mark.parametrize("tau", [(1, 0), (0, -2), (2, 3), (-4, 1)])
def test_a_pixel_is_lost_if_exactly_one_stop_lies_outside_of_the_image(rng, tau):
    shape, start = (4, 5), (-1, -2)
    values = whole(rng, 3, 4)
    values[0, 1] = values[2, 2] = 0
    h, box = Sequence(values, start=start), set(np.ndindex(shape))

    def layer(x):
        full = Sequence(x).convolve(h)
        return np.array([full[u] for u in np.ndindex(shape)]).reshape(shape)

    def minus(u, v):
        return tuple(int(a - b) for a, b in zip(u, v, strict=True))

    gaps = [layer(shift(x, tau)) - shift(layer(x), tau) for x in np.eye(20, dtype=int).reshape(20, *shape)]
    support = [minus(t, (1, 2)) for t in np.ndindex(3, 4) if values[t]]
    for u in box:
        read = [t for t in support if minus(minus(u, tau), t) in box]
        fine = all((minus(u, t) in box) == (minus(u, tau) in box) for t in read)
        assert fine == all(gap[u] == 0 for gap in gaps)
        if minus(u, tau) in box and all(minus(u, t) in box for t in support):
            assert fine


@pytest.mark.checks("prop-border")
def test_each_layer_spoils_a_row_more_at_both_ends(rng):
    weight, x = 1 + rng.random((3, 3)), rng.random((8, 8))
    y, moved = x, shift(x, (1, 0))
    for layers in range(1, 5):
        y, moved = convolve(y, weight, "same"), convolve(moved, weight, "same")
        gap = np.abs(moved - shift(y, (1, 0))).max(axis=1)
        wrong = [u for u in range(8) if u < layers or u >= 8 - layers]
        assert np.flatnonzero(gap > 1e-6).tolist() == wrong


@pytest.mark.checks("prop-border")
def test_a_digit_with_a_margin_of_one_pixel_moves_along():
    weight = np.array([[[[-1.0, -1, -1], [0, 0, 0], [1, 1, 1]]]])

    def layer(x):
        return relu(conv2d(x[None, None], weight, np.array([-0.5]), padding=1)[0, 0])

    canvas = np.zeros((16, 16))
    canvas[1:9, 1:9] = digits()[0][3, 0]
    for tau in ((0, 1), (3, 4), (5, 2)):
        assert np.array_equal(layer(shift(canvas, tau)), shift(layer(canvas), tau))
    with_corner = canvas[1:, 1:]  # one pixel less at the top and on the left
    assert not np.array_equal(layer(shift(with_corner, (3, 4))), shift(layer(with_corner), (3, 4)))


@pytest.mark.checks("prop-stride", "eq-stride")
@pytest.mark.parametrize("stride", [2, 3])
def test_a_stride_keeps_the_shifts_by_its_multiples(rng, stride):
    x, h = rng.standard_normal(12), rng.standard_normal(3)
    pool = lambda x: np.maximum(x, np.roll(x, -1))  # noqa: E731
    for layer in (lambda x: circular_convolve(x, h), pool):
        out = layer(x)[::stride]
        for tau in range(4):
            moved = layer(np.roll(x, stride * tau))[::stride]
            assert np.allclose(moved, np.roll(out, tau), rtol=0, atol=ROUNDING)
        moved = layer(np.roll(x, 1))[::stride]
        assert min(np.abs(moved - np.roll(out, sigma)).max() for sigma in range(len(out))) > 0.1


@pytest.mark.checks("prop-stride")
def test_a_stride_loses_an_impulse_at_an_odd_position():
    delta = Sequence([1])

    def every_second(f):
        return Sequence([f[2 * u] for u in range(-9, 10)], start=-9)

    assert every_second(delta) == delta
    assert every_second(delta.shift(1)) == Sequence([0])
    assert every_second(delta.shift(2)) == delta.shift(1)


@pytest.mark.checks("prop-symmetries", "eq-symmetry")
@pytest.mark.parametrize("change", [np.rot90, np.fliplr, np.flipud, np.transpose])
def test_turns_and_mirrors_take_the_kernel_along(rng, change):
    picture, uneven = rng.standard_normal((6, 6)), rng.standard_normal((3, 3))
    both = convolve(change(picture), change(uneven))
    assert np.allclose(both, change(convolve(picture, uneven)), rtol=0, atol=ROUNDING)
    assert equivariance_defect(lambda x: convolve(x, uneven), change, picture) > 0.1
    even = np.array([[1.0, 2, 1], [2, 5, 2], [1, 2, 1]])
    assert equivariance_defect(lambda x: convolve(x, even), change, picture) < ROUNDING


def echo(f):
    """The solution of y[u] = f[u] + y[u - 1] / 2 that begins with 0."""
    y, last = np.zeros(len(f)), 0.0
    for u, value in enumerate(f):
        y[u] = last = value + last / 2
    return y


@pytest.mark.checks("eq-echo")
def test_the_rule_of_the_echo_has_a_free_part(rng):
    f = rng.standard_normal(30)
    for c in (0, 0.3, -0.3):
        y = echo(f) + c * 2.0 ** -np.arange(-10, 20)
        assert np.allclose(y[1:], f[1:] + y[:-1] / 2, rtol=0, atol=1e-12 * 2**10)
    impulse_at_4 = echo(impulse(9, at=4))
    assert impulse_at_4.tolist() == [0, 0, 0, 0, 1, 0.5, 0.25, 0.125, 0.0625]


@pytest.mark.checks("thm-lp", "eq-lp-representation", "eq-density")
def test_a_bounded_map_is_the_limit_of_its_pieces():
    positions, origin = np.arange(-4000, 4001), 4000
    f, h = 1 / (1 + np.abs(positions)), 0.5 ** np.arange(1000)
    y = echo(f)
    for u in (-50, 0, 7):
        assert abs(y[origin + u] - sum(f[origin + u - s] * h[s] for s in range(1000))) < 1e-13
    for N in (10, 100, 1000):
        piece = np.where(np.abs(positions) <= N, f, 0)
        for p in (1, 2, np.inf):
            assert np.linalg.norm(echo(f - piece), p) <= 2 * np.linalg.norm(f - piece, p) + 1e-12
            assert np.max(np.abs(y - echo(piece))) <= 2 * np.linalg.norm(f - piece, p)


class EventuallyConstant:
    """A sequence that is `left` before its values, and `right` after them."""

    def __init__(self, left, values, right, start=0):
        self.left, self.values, self.right, self.start = left, list(values), right, start

    def __getitem__(self, u):
        if 0 <= u - self.start < len(self.values):
            return self.values[u - self.start]
        return self.left if u < self.start else self.right

    def shift(self, tau):
        return EventuallyConstant(self.left, self.values, self.right, self.start + tau)

    def combine(self, alpha, beta, g):
        start = min(self.start, g.start)
        stop = max(s.start + len(s.values) for s in (self, g))
        left, *middle, right = (alpha * self[u] + beta * g[u] for u in range(start - 1, stop + 1))
        return EventuallyConstant(left, middle, right, start)


@pytest.mark.checks("prop-limit", "eq-limit-map")
def test_the_limit_at_infinity_is_no_convolution(rng):
    def limit(f):
        return EventuallyConstant(f.right, [], f.right)

    def agree(f, g):
        return all(f[u] == g[u] for u in range(-50, 51))

    def random_sequence():
        left, right, *values = whole(rng, 9).tolist()
        return EventuallyConstant(left, values, right, start=int(rng.integers(-5, 6)))

    for _ in range(50):
        f, g = random_sequence(), random_sequence()
        assert agree(limit(f.combine(2, -3, g)), limit(f).combine(2, -3, limit(g)))
        assert agree(limit(f.shift(4)), limit(f).shift(4))
        assert abs(limit(f)[0]) <= max(abs(f[u]) for u in range(-50, 51))
    assert limit(EventuallyConstant(0, [1], 0))[0] == 0
    assert limit(EventuallyConstant(1, [], 1))[0] == 1


@pytest.mark.checks("prop-tail", "eq-tail-map")
def test_the_tail_map_is_the_free_part_of_the_echo():
    def tail_map(f, far=40):
        return lambda u: f(far) * 2.0 ** (far - u)

    def tail(t):
        return 2.0**-t if t >= 0 else 0.0

    def f(t):
        return 3 * tail(t - 2) - 5 * tail(t + 1) + 7 * (t == 4)

    def echo_of(f):
        return lambda u: sum(2.0**-k * f(u - k) for k in range(60))

    for u in range(-20, 20):
        assert tail_map(f)(u) == (3 * 4 - 5 / 2) * 2.0**-u
        assert tail_map(lambda t: f(t - 3))(u) == tail_map(f)(u - 3)
        assert tail_map(lambda t: float(t == 0))(u) == 0
        for c in (0, 1):
            y = lambda u, c=c: echo_of(f)(u) + c * tail_map(f)(u)  # noqa: E731
            assert abs(y(u) - f(u) - y(u - 1) / 2) < ROUNDING * 2.0**20
    assert tail_map(tail)(0) == 1
    assert tail_map(lambda t: tail(t) if t <= 30 else 0.0)(0) == 0


@pytest.mark.checks("thm-circle", "eq-multiplier")
def test_maps_of_periodic_functions_multiply_each_wave(rng):
    t, frequencies = np.arange(100) / 100, np.arange(-20, 21)

    def window_mean(f, points=300):
        offsets = 0.3 * ((np.arange(points) + 0.5) / points - 0.5)
        return np.mean([f(t - s) for s in offsets], axis=0)

    def two_shifts(f):
        return (f(t - 0.2) + f(t + 0.2)) / 2

    c = rng.standard_normal(41) + 1j * rng.standard_normal(41)

    def f(t):
        return np.exp(2j * np.pi * np.multiply.outer(t, frequencies)) @ c

    midpoint_rule = 1e-3  # of 300 points, for waves of at most 20 periods
    for transform, m in (
        (window_mean, np.sinc(0.3 * frequencies)),
        (two_shifts, np.cos(0.4 * np.pi * frequencies)),
    ):
        for k, mk in zip(frequencies, m, strict=True):
            wave = transform(lambda t, k=k: np.exp(2j * np.pi * k * t))
            assert np.max(np.abs(wave - mk * np.exp(2j * np.pi * k * t))) < midpoint_rule
        image = transform(f)
        found = [np.mean(image * np.exp(-2j * np.pi * k * t)) for k in frequencies]
        assert np.max(np.abs(found - m * c)) < midpoint_rule * np.abs(c).max()
        norm, norm_of_image = (np.sqrt(np.mean(np.abs(values) ** 2)) for values in (f(t), image))
        assert norm_of_image <= np.max(np.abs(m)) * norm * (1 + midpoint_rule)


FINE = np.linspace(-8, 8, 80_001)
STEP = FINE[1] - FINE[0]


def transform_of(values, xi):
    return np.sum(values * np.exp(-2j * np.pi * xi * FINE)) * STEP


@pytest.mark.checks("lem-riemann-lebesgue")
def test_the_transform_of_a_box_dies_out():
    box = (FINE >= -1) & (FINE < 0.5)
    for xi in (1, 10.3, 100.7):
        assert abs(transform_of(box, xi)) <= 1 / (np.pi * xi) + STEP
        assert abs(transform_of(np.exp(-np.abs(4 * FINE)), xi)) < 1 / xi**2


@pytest.mark.checks("prop-no-kernel")
def test_the_multiplier_of_the_derivative_does_not_stay_bounded():
    bell = np.exp(-np.pi * FINE**2)
    for xi in (0, 0.5, 1, 2):
        at_xi = transform_of(bell, xi)
        assert abs(at_xi - np.exp(-np.pi * xi**2)) < 1e-11
        slope = transform_of(-2 * np.pi * FINE * bell, xi)
        assert abs(slope / at_xi - 2j * np.pi * xi) < 1e-5


@pytest.mark.checks("eq-gauss")
def test_the_transform_of_a_narrow_bell():
    narrow = np.exp(-(FINE**2) / (2 * 0.01**2)) / (0.01 * np.sqrt(2 * np.pi))
    for xi in (0, 1, 5, 25, 60):
        assert abs(transform_of(narrow, xi) - np.exp(-2 * (np.pi * 0.01 * xi) ** 2)) < 1e-9


@pytest.mark.checks("prop-kernel-of-multiplier")
def test_the_ideal_low_pass_has_a_kernel_that_is_not_integrable():
    W, xi = 1.5, np.linspace(-1.5, 1.5, 30_001)
    for u in (-0.4, 0, 1.3):
        # f * h with h = sin(2 pi W t) / (pi t), against the inverse transform of m times that of the bell
        by_kernel = np.sum(np.exp(-np.pi * FINE**2) * 2 * W * np.sinc(2 * W * (u - FINE))) * STEP
        values = np.exp(-np.pi * xi**2 + 2j * np.pi * xi * u)
        assert abs(by_kernel - np.trapezoid(values, xi)) < 1e-7  # the trapezoid rule's error is below 1e-8
    t = np.linspace(0, 400, 400_001)
    kernel = np.abs(2 * W * np.sinc(2 * W * t))
    masses = [np.trapezoid(kernel[t <= end], t[t <= end]) for end in (4, 40, 400)]
    assert np.allclose(np.diff(masses), 2 / np.pi**2 * np.log(10), rtol=0.02)  # without end
    energies = [2 * np.trapezoid(kernel[t <= end] ** 2, t[t <= end]) for end in (4, 40, 400)]
    assert abs(energies[-1] - 2 * W) < 1e-3


@pytest.mark.checks("prop-kernel-of-multiplier")
def test_square_summable_multipliers_have_a_kernel_on_the_circle(rng):
    n, k = 1024, np.arange(-200, 201)
    m, c = 1 / (1 + np.abs(k)), rng.standard_normal(401)
    waves = np.exp(2j * np.pi * np.outer(np.arange(n) / n, k))
    f, h = waves @ c, waves @ m
    convolved = np.fft.ifft(np.fft.fft(f) * np.fft.fft(h)) / n  # the mean over t of f(t) h(u - t)
    assert np.allclose(convolved, waves @ (m * c), rtol=0, atol=1e-10)


@pytest.mark.checks("prop-approximate-identity")
def test_narrow_bells_approximate_each_signal_but_not_all_at_once():
    k = np.arange(-5000, 5001)
    coefficients, errors = 1 / (1 + np.abs(k)) ** 0.75, []
    for epsilon in (0.1, 0.01, 0.001):
        gap = 1 - np.exp(-2 * (np.pi * epsilon * k) ** 2)
        errors.append(np.linalg.norm(gap * coefficients))
        assert 0.999 < gap.max() <= 1
    assert errors[0] > 1.5 * errors[1] > 1.5**2 * errors[2]


@pytest.mark.checks("rem-line")
@pytest.mark.parametrize("sign", [1, -1])
def test_the_mean_of_two_shifts_has_a_measure_for_a_kernel(sign):
    def bump(t):
        return np.where(np.abs(t) < 0.1, 10 * (1 - 10 * np.abs(t)), 0)

    image = (bump(FINE - 0.2) + sign * bump(FINE + 0.2)) / 2
    assert abs(np.sum(np.abs(bump(FINE))) * STEP - 1) < 1e-6
    assert abs(np.sum(np.abs(image)) * STEP - 1) < 1e-6  # two masses of 1/2, of either sign
    for xi in (0.3, 1, 2.5):
        m = np.cos(0.4 * np.pi * xi) if sign == 1 else -1j * np.sin(0.4 * np.pi * xi)
        assert abs(transform_of(image, xi) - m * transform_of(bump(FINE), xi)) < 1e-6
