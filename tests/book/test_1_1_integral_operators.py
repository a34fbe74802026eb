"""What the chapter on integral operators and convolution states, where its own cells do not verify it."""

import math

import numpy as np
import pytest

from cnn_course import Sequence, convolution_matrix, convolve


@pytest.fixture
def rng():
    return np.random.default_rng(2026)


def bell(t):
    return np.exp(-np.pi * t**2)


def box(t):
    return 1.0 * ((t >= 0) & (t < 1))


def saw(t):
    return box(t) * (1 - t)


def tent(t):
    return np.maximum(0, 1 - abs(t - 1))


def box_saw(u):
    """box * saw, by hand."""
    return np.where(u < 1, u * (1 - u / 2), (2 - u) ** 2 / 2) * (u > 0) * (u < 2)


def integral(g, a, b, n):
    """The midpoint rule, as in the chapter."""
    return np.sum(g(a + (np.arange(n) + 0.5) * (b - a) / n)) * (b - a) / n


def convolution_at(f, h, u, a, b, n):
    return np.array([integral(lambda t, x=x: f(t) * h(x - t), a, b, n) for x in u])


@pytest.mark.checks("def-integral-operator", "eq-integral-operator")
def test_the_midpoint_matrix_agrees_with_another_rule_and_is_linear(rng):
    d = 1 / 1000
    t, u = (np.arange(1000) + 0.5) * d, np.array([0.0, 0.5, 2.0])
    H = np.exp(u[:, None] * t) * d
    nodes = np.linspace(0, 1, 2001)
    by_numpy = np.trapezoid(np.exp(u[:, None] * nodes) * np.sin(nodes), nodes)
    np.testing.assert_allclose(H @ np.sin(t), by_numpy, rtol=1e-5)
    alpha, beta = rng.standard_normal(2)
    combined = H @ (alpha * np.sin(t) + beta * t**2)
    np.testing.assert_allclose(combined, alpha * (H @ np.sin(t)) + beta * (H @ t**2), rtol=1e-12)


@pytest.mark.checks("prop-midpoint", "eq-midpoint")
def test_the_error_of_the_midpoint_rule():
    for n in (10, 50, 200):
        error = integral(lambda t: t * np.exp(t), 0, 1, n) - 1
        assert abs(error) <= 3 * math.e / 24 / n**2, "g'' = (t + 2) exp(t) is largest at 1"
    assert error * n**2 == pytest.approx(-(2 * math.e - 1) / 24, rel=1e-4), "g' = (t + 1) exp(t)"
    assert integral(lambda t: 3 * t - 7, -2, 5, 1) == pytest.approx(-17.5), "straight lines have no error"
    rough = [abs(integral(np.sqrt, 0, 1, n) - 2 / 3) for n in (50, 100, 200)]
    assert 2 < rough[0] / rough[1] < 3
    assert 2 < rough[1] / rough[2] < 3


@pytest.mark.checks("thm-invariant-kernel")
def test_which_kernels_are_invariant_and_which_operators_equivariant(rng):
    kernels = {
        "smooths": lambda u, t: np.exp(-8 * (u - t) ** 2),
        "adds up": lambda u, t: 1.0 * (t <= u),
        "compares": lambda u, t: np.exp(-2j * np.pi * u * t),
    }
    a, b, s = rng.integers(-8, 9, size=(3, 1000)) / 8
    tau = 0.75

    def f(t):
        return (1 + t) * bell(t)

    def defect(H, left, right):
        def moved(u):
            return integral(lambda t: H(u, t) * f(t - tau), left, right, 1600) - integral(
                lambda t: H(u - tau, t) * f(t), left, right, 1600
            )

        return max(abs(moved(u)) for u in np.linspace(-1, 1, 9))

    for name, H in kernels.items():
        invariant = np.allclose(H(a - s, b - s), H(a, b), rtol=0, atol=1e-12)
        if invariant:
            np.testing.assert_allclose(H(a, b), H(a - b, np.zeros(1000)), rtol=0, atol=1e-12)
        assert invariant == (name != "compares")
        assert (defect(H, -8, 8) < 1e-12) == invariant
        assert defect(H, 0, 1) > 0.1, "limits that are finite lose sight of what is moved"
    assert kernels["compares"](0, 0) == 1
    assert kernels["compares"](0.5, 0.5) == pytest.approx(-1j)


@pytest.mark.checks("prop-commutant")
@pytest.mark.parametrize("n", [2, 5, 7])
def test_what_commutes_with_the_cyclic_shift_is_circulant(rng, n):
    one = np.eye(n)
    P = np.roll(one, 1, axis=0)
    system = np.kron(one, P.T) - np.kron(P, one)
    A = rng.integers(-9, 10, size=(n, n))
    np.testing.assert_array_equal(system @ A.ravel(), (A @ P - P @ A).ravel())
    assert n * n - np.linalg.matrix_rank(system) == n
    i, j = np.indices((n, n))
    C = rng.integers(-9, 10, size=n)[(i - j) % n]
    np.testing.assert_array_equal(C @ P, P @ C)


@pytest.mark.checks("def-convolution-integral", "eq-convolution-integral", "eq-tent")
def test_boxes_and_sawteeth_by_hand_and_by_sums():
    u = np.linspace(-1, 3, 17)
    np.testing.assert_allclose(convolution_at(box, box, u, -2, 4, 6000), tent(u), rtol=0, atol=2e-3)
    np.testing.assert_allclose(convolution_at(box, saw, u, -2, 4, 6000), box_saw(u), rtol=0, atol=2e-3)
    not_reflected = [integral(lambda t, x=x: box(t) * box(t - x), -2, 4, 6000) for x in u]
    np.testing.assert_allclose(not_reflected, np.maximum(0, 1 - abs(u)), rtol=0, atol=2e-3)


@pytest.mark.checks("def-convolution-integral")
@pytest.mark.parametrize("w", [(1, 10, 100), (100, 10, 1)])
def test_the_reflection_shows_in_the_digits(w):
    x, w = Sequence([1, 2]), Sequence(w)
    reflected = [sum(x[i] * w[u - i] for i in range(2)) for u in range(4)]
    shifted = [sum(x[i] * w[i + u] for i in range(2)) for u in range(-1, 3)]
    assert reflected == ([1, 12, 120, 200] if w[0] == 1 else [100, 210, 21, 2])
    assert shifted == ([2, 21, 210, 100] if w[0] == 1 else [200, 120, 12, 1])
    assert Sequence(reflected) == x.convolve(w)
    assert Sequence(shifted, start=-1) == w.correlate(x)


@pytest.mark.checks("def-convolution-integral")
def test_a_convolution_is_a_matrix_of_equal_diagonals_and_commutes_with_shifts(rng):
    f, h = rng.integers(-9, 10, size=5), rng.integers(-9, 10, size=3)
    by_index = np.array([[Sequence(h)[i - j] for j in range(5)] for i in range(7)])
    np.testing.assert_array_equal(convolution_matrix(h, (5,)), by_index)
    np.testing.assert_array_equal(by_index @ f, convolve(f, h))
    f, h = Sequence(f), Sequence(h, start=-1)
    assert f.shift(3).convolve(h) == f.convolve(h).shift(3)


@pytest.mark.checks("prop-bells", "eq-bells")
def test_bells_make_bells(rng):
    u = np.linspace(-3, 3, 13)
    for epsilon, eta in rng.uniform(0.7, 1.5, size=(10, 2)):
        kappa = math.hypot(epsilon, eta)
        found = convolution_at(lambda t, w=epsilon: bell(t / w) / w, lambda t, w=eta: bell(t / w) / w, u, -12, 12, 800)
        np.testing.assert_allclose(found, bell(u / kappa) / kappa, rtol=0, atol=1e-12)
        assert integral(lambda t, w=epsilon: bell(t / w) / w, -12, 12, 800) == pytest.approx(1, abs=1e-12)


@pytest.mark.checks("prop-no-convolution")
def test_three_pairs_without_a_convolution():
    for alpha, beta in ((0.5, 0.5), (0.25, 0.75), (0.3, 0.3)):
        for u in (0, 3):
            t = np.arange(u + 1.0, 10**5)
            terms = t**-alpha * (t - u + 1e-300) ** -beta
            assert np.all(terms[1:] >= 2**-beta / t[1:]), "not below the harmonic series"
    sizes = [10**3, 10**4, 10**5]

    def spike(t):
        return np.where(abs(t) < 1, abs(t) ** -0.5, 0)

    at_0 = [integral(lambda t: spike(t) * spike(-t), -1, 1, n) for n in sizes]
    np.testing.assert_allclose(np.diff(at_0), 2 * math.log(10), atol=1e-3)
    for u in (0.5, -1.25):
        settled = [integral(lambda t, u=u: spike(t) * spike(u - t), -1, 1, n) for n in sizes]
        assert np.diff(settled).max() < 0.2


@pytest.mark.checks("prop-bounded-support")
def test_a_finite_kernel_may_be_convolved_with_anything():
    ends = Sequence([1, -2, 1], start=-1)  # second differences of t^2, which grows on both sides
    assert all(sum(ends[i] * (u - i) ** 2 for i in (-1, 0, 1)) == 2 for u in range(-50, 50))
    u = np.linspace(-2, 2, 9)
    found = convolution_at(np.exp, lambda t: np.maximum(0, 1 - abs(t)), u, -4, 4, 8000)
    np.testing.assert_allclose(found, 2 * (np.cosh(1) - 1) * np.exp(u), rtol=1e-5)


@pytest.mark.checks("thm-l1-convolution", "eq-mass")
@pytest.mark.parametrize("axes", [1, 2])
def test_sums_multiply_and_1_norms_do_not_more(rng, axes):
    strictly = 0
    for _ in range(50):
        f, h = (rng.integers(-9, 10, size=rng.integers(1, 8, size=axes)) for _ in range(2))
        full = convolve(f, h)
        assert full.sum() == f.sum() * h.sum()
        assert abs(full).sum() <= abs(f).sum() * abs(h).sum()
        strictly += abs(full).sum() < abs(f).sum() * abs(h).sum()
    assert strictly, "signs can cancel"
    u = (np.arange(600) + 0.5) / 100 - 2
    assert np.mean(convolution_at(saw, tent, u, -1, 3, 1000)) * 6 == pytest.approx(0.5, rel=1e-3)


@pytest.mark.checks("thm-young", "eq-young", "eq-young-exponents")
@pytest.mark.parametrize(("p", "q", "r"), [(1, 1, 1), (1, 2, 2), (2, 2, np.inf), (4 / 3, 4 / 3, 2), (1.5, 1.2, 2)])
def test_young_holds_for_sequences_and_for_bells(rng, p, q, r):
    assert 1 / p + 1 / q == pytest.approx(1 + 1 / r)

    def quotient(f, h):
        return np.linalg.norm(convolve(f, h), r) / np.linalg.norm(f, p) / np.linalg.norm(h, q)

    for _ in range(100):
        f, h = (rng.standard_normal(n) for n in rng.integers(1, 30, size=2))
        assert quotient(f, h) <= 1 + 1e-12
    assert quotient(np.array([3.0]), np.array([-2.0])) == pytest.approx(1), "reached by single values"

    def norm(width, s):  # of the bell of area 1: width^(1/s - 1) s^(-1 / (2 s))
        return 1 / width if s == np.inf else width ** (1 / s - 1) * s ** (-1 / (2 * s))

    assert norm(1.3, 2) == pytest.approx(integral(lambda t: (bell(t / 1.3) / 1.3) ** 2, -12, 12, 800) ** 0.5)
    quotients = []
    for scale in (1e-3, 1, 1e3):
        for epsilon, eta in np.exp(rng.uniform(-2, 2, size=(20, 2))) * scale:
            assert norm(math.hypot(epsilon, eta), r) <= norm(epsilon, p) * norm(eta, q) * (1 + 1e-12)
        quotients.append(norm(5 * scale, r) / norm(3 * scale, p) / norm(4 * scale, q))
    np.testing.assert_allclose(quotients, quotients[0], err_msg="stretching changes nothing")


@pytest.mark.checks("lem-translation", "thm-continuous-convolution")
def test_small_shifts_change_little():
    def root(t):  # t^(-1/4) on (0, 1): its 2-norm is sqrt(2)
        return np.where((t > 0) & (t < 1), abs(t + 1e-300) ** -0.25, 0)

    def box_root(u):  # box * root, by hand
        return (np.clip(u, 0, 1) ** 0.75 - np.clip(u - 1, 0, 1) ** 0.75) * 4 / 3

    for u in (0.3, 1.2):
        assert integral(lambda t, u=u: box(t) * root(u - t), -1, 3, 400_000) == pytest.approx(box_root(u), abs=1e-3)
    u = np.linspace(-1, 3, 4001)
    assert np.max(abs(box_root(u))) <= 2**0.5
    for tau in (0.1, 0.01, 0.001):
        moved = [integral(lambda t, p=p: abs(box(t - tau) - box(t)) ** p, -1, 3, 40_000) ** (1 / p) for p in (1, 2)]  # noqa: B023
        np.testing.assert_allclose(moved, [2 * tau, (2 * tau) ** 0.5], rtol=1e-9)
        assert np.max(abs(box_root(u + tau) - box_root(u))) <= moved[1] * 2**0.5, "Hölder, whatever u is"


@pytest.mark.checks("eq-jump")
def test_two_integrable_functions_whose_convolution_jumps():
    for u in (0.01, 0.5, 1.0):
        assert integral(lambda t, u=u: (t * (u - t)) ** -0.5, 0, u, 10**6) == pytest.approx(math.pi, abs=5e-3)


@pytest.mark.checks("thm-laws-integral", "eq-commutative-integral")
@pytest.mark.parametrize("shapes", [(7, 3, 2), ((4, 5), (3, 2), (2, 2)), ((3, 4, 2), (2, 2, 3), (2, 1, 2))])
def test_the_laws_for_arrays(rng, shapes):
    f, g, h = (rng.integers(-9, 10, size=shape) for shape in shapes)
    e = 2 * f - 3 * f[::-1]
    np.testing.assert_array_equal(convolve(f, h), convolve(h, f))
    np.testing.assert_array_equal(convolve(convolve(f, g), h), convolve(f, convolve(g, h)))
    np.testing.assert_array_equal(convolve(e, h), 2 * convolve(f, h) - 3 * convolve(f[::-1], h))


@pytest.mark.checks("thm-laws-integral", "eq-commutative-integral", "rem-which-support")
def test_the_laws_for_functions():
    s, u = np.linspace(-6, 6, 1201), 0.4
    f, h = np.exp(-(s**2)) * (1 + s), np.exp(-((u - s - 1) ** 2))
    f_moved, h_there = np.exp(-((u - s) ** 2)) * (1 + u - s), np.exp(-((s - 1) ** 2))
    value = np.trapezoid(f * h, s)
    assert np.trapezoid(f_moved * h_there, s) == pytest.approx(value)
    assert np.trapezoid(f_moved * h_there, u - s) == pytest.approx(-value), "from right to left"
    assert integral(lambda t: saw(t) * tent(u - t), 0, 1, 20_000) == pytest.approx(
        integral(lambda s: tent(s) * saw(u - s), 0, 2, 40_000), rel=1e-3
    ), "each over the support of the factor whose argument is the variable"
    for u in (0.7, 1.9):  # (box * box) * saw and box * (box * saw), with the inner convolutions by hand
        left = integral(lambda t, u=u: tent(t) * saw(u - t), 0, 2, 4000)
        assert left > 0.1
        assert integral(lambda t, u=u: box(t) * box_saw(u - t), 0, 1, 4000) == pytest.approx(left, abs=1e-3)


@pytest.mark.checks("rem-which-support")
def test_the_set_is_the_support_of_the_factor_whose_argument_is_the_variable():
    def narrow(t):
        return box(4 * t)

    def wide(t):
        return box(t / 4)

    assert integral(lambda t: narrow(t) * wide(2 - t), 0, 1 / 4, 1000) == pytest.approx(1 / 4)
    assert integral(lambda s: wide(s) * narrow(2 - s), 0, 4, 16_000) == pytest.approx(1 / 4)
    assert integral(lambda s: wide(s) * narrow(2 - s), 0, 1 / 4, 1000) == 0, "commuted, over the old set"


@pytest.mark.checks("prop-not-associative-integral", "eq-triple")
def test_where_brackets_matter():
    t = -1 + (np.arange(4000) + 0.5) / 1000
    g = box(t) - box(t - 1)
    assert np.sum(g) / 1000 == pytest.approx(0, abs=1e-12), "1 * g at every point"
    summed = np.cumsum(g) / 1000
    np.testing.assert_allclose(summed, tent(t + 0.0005), rtol=0, atol=1e-9)
    assert np.sum(summed) / 1000 == pytest.approx(1), "1 * (g * h) at every point"

    difference, step = Sequence([1, -1]), Sequence(np.ones(50, dtype=int))
    assert [difference.convolve(step)[u] for u in range(-3, 50)] == [0, 0, 0, 1] + [0] * 49, "the impulse"
    assert sum(difference.values) == 0, "1 * difference at every index"
    for n in (10, 30):
        terms = sum(
            abs(difference[i - s] * (i <= 0)) for i in range(-n + 1, n) for s in range(-2 * n, 2 * n)
        )  # at u = 0, with f = 1
        assert terms == 2 * n, "the double sum grows without bound"


@pytest.mark.checks("prop-no-unit", "thm-approximate-unit")
def test_narrow_kernels_are_almost_units_and_none_is_one():
    def smoothed_box(u, width, length=1.0):
        return (
            np.array([math.erf(math.pi**0.5 * x / width) - math.erf(math.pi**0.5 * (x - length) / width) for x in u])
            / 2
        )

    u = -2 + (np.arange(5000) + 0.5) / 1000
    for width in (0.4, 0.1, 0.025):
        assert np.mean(abs(smoothed_box(u, width) - box(u))) * 5 == pytest.approx(2 * width / np.pi, abs=1e-3)
        x = np.linspace(-2, 3, 51)
        smoothed = convolution_at(np.cos, lambda t, w=width: bell(t / w) / w, x, -6, 6, 3000)
        assert np.max(abs(smoothed - np.cos(x))) < width**2
        assert abs(smoothed_box([0.0], width)[0] - 1) == pytest.approx(0.5), "at a jump nothing gets better"
    assert np.max(smoothed_box(u, width=0.1, length=0.001)) < 1 / 2


@pytest.mark.checks("def-fourier-integral", "prop-gaussian-own-transform", "thm-inversion")
def test_a_bell_is_its_own_transform_and_comes_back():
    for v in np.linspace(-2, 2, 9):
        there = integral(lambda t, v=v: bell(t) * np.exp(-2j * np.pi * v * t), -6, 6, 96)
        assert there == pytest.approx(bell(v), abs=1e-12)
        wider = integral(lambda t, v=v: bell(t / 2) * np.exp(-2j * np.pi * v * t), -12, 12, 192)
        assert wider == pytest.approx(2 * bell(2 * v), abs=1e-12)
        back = integral(lambda w, v=v: 2 * bell(2 * w) * np.exp(2j * np.pi * v * w), -6, 6, 192)
        assert back == pytest.approx(bell(v / 2), abs=1e-12)


@pytest.mark.checks("thm-convolution-theorem", "eq-convolution-theorem")
def test_transforms_multiply_and_come_back():
    def fourier(f, v):
        return integral(lambda t: f(t) * np.exp(-2j * np.pi * v * t), 0, 40, 40_000)

    for v in (-1.5, -0.3, 0.0, 0.2, 1.0):
        once, twice = fourier(lambda t: np.exp(-t), v), fourier(lambda t: t * np.exp(-t), v)
        assert once == pytest.approx(1 / (1 + 2j * np.pi * v), abs=1e-5)
        assert twice == pytest.approx(once**2, abs=1e-5)
        for u in (0.0, 1.7):
            passed = integral(lambda s, u=u, v=v: np.exp(-s) * np.exp(2j * np.pi * v * (u - s)), 0, 40, 40_000)
            assert passed == pytest.approx(once * np.exp(2j * np.pi * v * u), abs=1e-12)
    for t in (-1.2, -0.5, 0.0, 0.3, 0.9):  # the box on [-1/2, 1/2) has the transform sinc
        back = integral(lambda v, t=t: np.sinc(v) ** 2 * np.exp(2j * np.pi * v * t), -200, 200, 400_000)
        assert back == pytest.approx(max(0, 1 - abs(t)), abs=1e-3)


@pytest.mark.checks("thm-convolution-theorem", "eq-convolution-theorem")
def test_a_product_of_transforms_that_is_not_integrable():
    for u in (0.3, 1.0, 2.5):  # t = u sin^2(x) in the convolution of exp(-t) / sqrt(pi t) with itself
        value = integral(lambda x, u=u: np.full_like(x, 2 * np.exp(-u) / np.pi), 0, np.pi / 2, 10)
        direct = np.exp(-u) / np.pi * integral(lambda t, u=u: (t * (u - t)) ** -0.5, 0, u, 10**6)
        assert value == pytest.approx(np.exp(-u))
        assert direct == pytest.approx(np.exp(-u), rel=2e-3)
    v = np.array([1.0, 10.0, 1000.0])
    assert np.all(abs(1 / (1 + 2j * np.pi * v)) >= 1 / (8 * v))
    sizes = [integral(lambda v: abs(1 / (1 + 2j * np.pi * v)), -m, m, 200 * m) for m in (10, 100, 1000)]
    np.testing.assert_allclose(np.diff(sizes), math.log(10) / np.pi, rtol=1e-2)


@pytest.mark.checks("thm-riemann-sum", "eq-riemann", "eq-riemann-bound")
def test_the_bound_for_sampled_convolutions():
    def spline(u):  # the tent over [0, 2], convolved with itself
        return sum(c * np.maximum(0, u - j) ** 3 for j, c in enumerate((1, -4, 6, -4, 1))) / 6

    def error(f, exact, d):
        k = np.arange(round(-8 / d), round(8 / d))
        u = np.arange(-64, 161) / 32 + 1 / 64  # not only at multiples of the step
        return np.max(abs(d * f(u[:, None] - k * d) @ f(k * d) - exact(u)))

    steps = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 16])
    for f, exact in ((box, tent), (tent, spline), (bell, lambda u: bell(u / 2**0.5) / 2**0.5)):
        errors = np.array([error(f, exact, d) for d in steps])
        assert np.all(errors <= steps * 4), "sup = 1 and V = 2 for each of them"
        assert errors[0] > 1e-3
    d, k = 1 / 8, np.arange(-40, 40)
    samples = saw(k * d)
    found = d * convolve(samples, samples)
    direct = [d * np.sum(samples * saw(n * d - k * d)) for n in (3, 9)]
    np.testing.assert_allclose([found[n + 80] for n in (3, 9)], direct, rtol=0, atol=1e-12)


@pytest.mark.checks("prop-truncation")
def test_what_a_cut_off_kernel_loses(rng):
    sigma = 20.0
    t = np.arange(-400, 401)
    kernel = np.exp(-(t**2) / (2 * sigma**2)) * np.cos(t / 7)
    for multiple in (1, 2, 4):
        cut = np.where(abs(t) <= multiple * sigma, kernel, 0)
        tail = np.sum(abs(kernel - cut))
        noise = rng.uniform(-1, 1, size=3000)
        change = convolve(noise, kernel, "valid") - convolve(noise, cut, "valid")
        assert np.max(abs(change)) <= tail
        worst = np.where(kernel >= 0, 1, -1)[::-1]
        assert convolve(worst, kernel - cut, "valid")[0] == pytest.approx(tail)
