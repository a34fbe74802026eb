"""The statements of the chapter on fast convolution, over many geometries, and in exact arithmetic where it can be."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from cnn_course import Conv2d, conv2d, conv2d_backward, conv_transpose2d, fold, unfold
from cnn_course import reference as by_loops
from cnn_course.functional import winograd

TAPS = 3
F_2_3 = (
    np.array([[1, 1, 1, 0], [0, 1, -1, 1]]),
    np.array([[2, 0, 0], [1, 1, 1], [1, -1, 1], [0, 0, 2]]) / 2,
    np.array([[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, -1, 0, 1]]),
)
F_4_3 = (winograd.A_T, winograd.G, winograd.B_T)
SINGLE = 2.0**-24  # the largest relative error of a rounding


@pytest.fixture
def rng():
    return np.random.default_rng(35)


def geometries(rng, count):
    """Random sizes and geometries whose window fits the padded image."""
    found = 0
    while found < count:
        size, kernel = rng.integers(1, 8, size=2), rng.integers(1, 4, size=2)
        stride, dilation, padding = (tuple(map(int, rng.integers(low, 4, size=2))) for low in (1, 1, 0))
        reach = dilation * (kernel - 1) + 1
        if (size + 2 * np.array(padding) >= reach).all():
            found += 1
            names = {"stride": stride, "padding": padding, "dilation": dilation}
            yield tuple(map(int, size)), tuple(map(int, kernel)), names


def integers(rng, *shape):
    return rng.integers(-9, 10, size=shape)


def positions(size, kernel, stride, padding, dilation):
    """Each row (k, l) and column (i, j) with the pixel that it copies, or None outside; by the definition."""
    counts = [
        (n + 2 * p - d * (k - 1) - 1) // s + 1
        for n, k, s, p, d in zip(size, kernel, stride, padding, dilation, strict=True)
    ]
    for row, (k, l) in enumerate(np.ndindex(*kernel)):
        for column, (i, j) in enumerate(np.ndindex(*counts)):
            a, b = (u * s + v * d - p for u, v, s, d, p in zip((i, j), (k, l), stride, dilation, padding, strict=True))
            yield row, column, (a, b) if 0 <= a < size[0] and 0 <= b < size[1] else None


@pytest.mark.checks("def-unfold", "eq-unfold", "def-fold")
def test_columns_and_back_by_their_definitions(rng):
    for size, kernel, geometry in geometries(rng, 200):
        x = integers(rng, 2, 3, *size)
        U = unfold(x, kernel, **geometry)
        V = integers(rng, *U.shape)
        taps, expected, added = kernel[0] * kernel[1], np.zeros_like(U), np.zeros_like(x)
        for row, column, pixel in positions(size, kernel, **geometry):
            if pixel:
                expected[:, row::taps, column] = x[:, :, *pixel]
                added[:, :, *pixel] += V[:, row::taps, column]
        np.testing.assert_array_equal(U, expected)
        np.testing.assert_array_equal(fold(V, size, kernel, **geometry), added)


@pytest.mark.checks("def-fold")
def test_columns_do_not_tell_the_size_of_the_image():
    V = np.ones_like(unfold(np.ones((1, 1, 5, 5)), 3, stride=2))
    assert V.shape == unfold(np.ones((1, 1, 6, 6)), 3, stride=2).shape == (1, 9, 4)
    assert [fold(V, (n, n), 3, stride=2).shape[2:] for n in (5, 6)] == [(5, 5), (6, 6)]


@pytest.mark.checks("thm-fold-adjoint", "eq-fold-adjoint")
def test_fold_is_the_adjoint_of_unfold(rng):
    for size, kernel, geometry in geometries(rng, 3000):
        x = integers(rng, 2, 2, *size)
        U = unfold(x, kernel, **geometry)
        V = integers(rng, *U.shape)
        assert np.vdot(U, V) == np.vdot(x, fold(V, size, kernel, **geometry))


@pytest.mark.checks("thm-fold-adjoint")
def test_no_other_map_is_the_adjoint():
    x = np.eye(12).reshape(12, 1, 3, 4)  # all images with one pixel
    V = np.arange(12.0 * 4 * 6).reshape(12, 4, 6)
    for single in V:
        inner = [np.vdot(unfold(image[None], 2)[0], single) for image in x]
        np.testing.assert_array_equal(fold(single[None], (3, 4), 2).ravel(), inner)


@pytest.mark.checks("thm-layer-is-a-product")
def test_a_layer_is_one_matrix_product(rng):
    for size, kernel, geometry in geometries(rng, 60):
        x, w = integers(rng, 2, 3, *size).astype(float), integers(rng, 4, 3, *kernel).astype(float)
        K, pairs = w.reshape(4, -1), tuple((p, p) for p in geometry["padding"])
        assert K.shape == (4, kernel[0] * kernel[1] * 3)
        y = by_loops.conv(x, w, np.zeros(4), **geometry | {"padding": pairs}, groups=1)
        np.testing.assert_array_equal((K @ unfold(x, kernel, **geometry)).reshape(y.shape), y)


@pytest.mark.checks("thm-layer-is-a-product")
def test_every_linear_map_of_windows_is_a_layer(rng):
    K = integers(rng, 5, 18).astype(float)  # from windows of 3 x 3 in 2 channels to 5 channels
    x = integers(rng, 1, 2, 6, 7).astype(float)
    y = conv2d(x, K.reshape(5, 2, 3, 3))
    for i, j in np.ndindex(4, 5):
        np.testing.assert_array_equal(K @ x[0, :, i : i + 3, j : j + 3].ravel(), y[0, :, i, j])


@pytest.mark.checks("thm-layer-is-a-product")
def test_the_signs_are_those_of_a_correlation_and_the_bias_counts():
    x, w = np.array([1.0, 2.0, 3.0]), np.array([1.0, 10.0])
    assert (w @ unfold(x[None, None], 2)).ravel().tolist() == [21, 32]
    assert np.convolve(x, w, "valid").tolist() == [12, 23]
    layer = Conv2d(2, 3, 3, rng=np.random.default_rng(0))
    assert (layer.weight.data.size, layer.weight.data.size + layer.bias.data.size) == (54, 57)


@pytest.mark.checks("cor-four-expressions", "eq-four-expressions")
def test_all_gradients_are_three_products(rng):
    for size, kernel, geometry in geometries(rng, 300):
        x, w = integers(rng, 2, 3, *size).astype(float), integers(rng, 4, 3, *kernel).astype(float)
        K, U, y = w.reshape(4, -1), unfold(x, kernel, **geometry), conv2d(x, w, **geometry)
        g = integers(rng, *y.shape).astype(float)
        matrix = g.reshape(2, 4, -1)
        grad_x, grad_weight, _ = conv2d_backward(g, x, w, **geometry)
        np.testing.assert_array_equal((matrix @ U.swapaxes(1, 2)).sum(axis=0).reshape(w.shape), grad_weight)
        np.testing.assert_array_equal(fold(K.T @ matrix, size, kernel, **geometry), grad_x)


@pytest.mark.checks("cor-four-expressions")
def test_the_transposed_convolution_is_fold(rng):
    z, w = integers(rng, 2, 4, 5, 6).astype(float), integers(rng, 4, 3, 3, 2).astype(float)
    expected = conv_transpose2d(z, w, stride=2, padding=1)
    columns = w.reshape(4, -1).T @ z.reshape(2, 4, -1)
    np.testing.assert_array_equal(fold(columns, expected.shape[2:], (3, 2), stride=2, padding=1), expected)


@pytest.mark.checks("prop-layer-intensity")
def test_the_intensities_are_counted(rng):
    for _ in range(500):
        G, c, o, q, side = (int(n) for n in rng.integers(1, 7, size=5))
        C, O, P = G * c, G * o, side * side
        x = np.zeros((1, C, side + q - 1, side + q - 1), np.float32)
        weight, columns = np.zeros((O, c, q, q), np.float32), unfold(x, q)
        y = conv2d(x, weight, groups=G)
        operations = sum(2 * weight[0].size for _ in y.ravel())
        assert operations == 2 * O * C * q**2 * P // G
        assert columns.shape[1:] == (C * q**2, P)
        moved = x.nbytes + weight.nbytes + y.nbytes
        assert operations / (2 * columns.nbytes + moved) < O / (4 * G)
        once = O * C * q**2 * P / (G * 2 * (x.size + weight.size + O * P))
        assert operations / moved == pytest.approx(once)
        assert once < q**2 / 2 * O * C / (C + O) / G


def by_fractions(matrices):
    """The three matrices with exact entries."""
    return [np.vectorize(lambda entry: Fraction(float(entry)).limit_denominator(100))(m) for m in matrices]


def by_values(points, taps):
    """A_T, G and B_T of the theorem, exactly: B_T as the solution of a system of equations, by elimination."""

    def evaluated(size):
        rows = [[Fraction(p) ** q for q in range(size)] for p in points]
        return np.array([*rows, [Fraction(0)] * (size - 1) + [Fraction(1)]])

    n = len(points) + 1
    return evaluated(n - taps + 1).T, evaluated(taps), inverse(evaluated(n)).T


def inverse(matrix):
    n = len(matrix)
    both = np.hstack([matrix, np.array([[Fraction(int(i == j)) for j in range(n)] for i in range(n)])])
    for i in range(n):
        pivot = next(row for row in range(i, n) if both[row, i])
        both[[i, pivot]] = both[[pivot, i]]
        both[i] = both[i] / both[i, i]
        for row in range(n):
            if row != i:
                both[row] = both[row] - both[row, i] * both[i]
    return both[:, n:]


def tensor(matrices):
    """Sum over e of A_T[i, e] G[e, k] B_T[e, u], for all i, k, u."""
    A_T, G, B_T = matrices
    (m, n), r = A_T.shape, G.shape[1]
    return {
        (i, k, u): sum(A_T[i, e] * G[e, k] * B_T[e, u] for e in range(n))
        for i, k, u in product(range(m), range(r), range(n))
    }


def is_a_correlation(matrices):
    return all(value == (u == i + k) for (i, k, u), value in tensor(matrices).items())


@pytest.mark.checks("thm-four-products", "eq-winograd", "eq-winograd-tensor")
def test_the_matrices_are_right_exactly():
    for matrices, products in ((F_2_3, 4), (F_4_3, 6)):
        exact = by_fractions(matrices)
        for entries, matrix in zip(exact, matrices, strict=True):
            np.testing.assert_allclose(entries.astype(float), matrix, rtol=1e-15)
        assert is_a_correlation(exact)
        A_T, G, B_T = exact
        assert len(G) == len(B_T) == A_T.shape[1] == products == A_T.shape[0] + TAPS - 1
        for e, column in product(range(products), range(products)):  # each entry matters
            changed = [matrix.copy() for matrix in exact]
            changed[2][e, column] += 1
            assert not is_a_correlation(changed)


@pytest.mark.checks("thm-products-by-values")
def test_every_choice_of_points_is_right(rng):
    for _ in range(40):
        count = int(rng.integers(0, 6))
        numbers = [
            Fraction(int(a), int(b)) for a, b in zip(rng.integers(-6, 7, 20), rng.integers(1, 4, 20), strict=True)
        ]
        points = list(dict.fromkeys(numbers))[:count]
        for taps in range(1, count + 2):
            A_T, G, B_T = by_values(points, taps)
            assert is_a_correlation((A_T, G, B_T))
            scale = np.array([[Fraction(int(q))] for q in rng.integers(1, 9, size=count + 1)])
            assert is_a_correlation((A_T, G * scale, B_T / scale))
            if count >= 2:
                with pytest.raises(StopIteration):  # no inverse: two points are equal
                    by_values([points[0], *points[:-1]], taps)


@pytest.mark.checks("thm-products-by-values")
@pytest.mark.parametrize(("points", "matrices"), [((0, 1, -1), F_2_3), ((0, 1, -1, 2, -2), F_4_3)])
def test_the_usual_points_give_the_usual_matrices(points, matrices):
    A_T, G, B_T = by_values(points, TAPS)
    np.testing.assert_array_equal(A_T, matrices[0])
    for plain, scaled, back, scaled_back in zip(G, by_fractions(matrices)[1], B_T, matrices[2], strict=True):
        e = next(k for k in range(TAPS) if plain[k])
        factor = scaled[e] / plain[e]
        assert list(plain * factor) == list(scaled)
        assert list(back / factor) == list(scaled_back)


@pytest.mark.checks("prop-nested-tiles", "eq-winograd-nested")
def test_nested_in_whole_numbers(rng):
    for matrices, (products, by_definition) in ((F_2_3, (16, 36)), (F_4_3, (36, 144))):
        A_T, G, B_T = by_fractions(matrices)
        m, n = A_T.shape
        for _ in range(50):
            X, w = integers(rng, 3, n, n), integers(rng, 3, TAPS, TAPS)  # three channels
            summed = sum((G @ w[c] @ G.T) * (B_T @ X[c] @ B_T.T) for c in range(3))
            expected = [[np.vdot(w, X[:, i : i + 3, j : j + 3]) for j in range(m)] for i in range(m)]
            np.testing.assert_array_equal(A_T @ summed @ A_T.T, expected)
        assert (n**2, m**2 * TAPS**2) == (products, by_definition)


def amplification(matrices):
    A_T, G, B_T = map(np.abs, matrices)
    sums = tensor((A_T, G, B_T))
    return max(sum(value for (i, _, _), value in sums.items() if i == row) for row in range(len(A_T)))


@pytest.mark.checks("eq-amplification")
def test_amplification():
    assert amplification(by_fractions(F_2_3)) == 8
    assert amplification(by_fractions(F_4_3)) == 48


def test_points_of_the_exercise():
    """The numbers that the remark on `winograd_matrices` gives."""
    half, small = Fraction(1, 2), (0, 1, -1, 2)
    assert amplification(by_values((*small, -half), TAPS)) == Fraction(148, 5)
    assert round(float(amplification(by_values((*small, -2, half, -half), TAPS))), 1) == 67.7
    assert amplification(by_values((*small, -2, 3, -3), TAPS)) == Fraction(1375, 2)


def is_power_of_two(value):
    return np.frexp(abs(value))[0] == 0.5


def most_roundings(matrix):
    """The most roundings of one term on one axis, in single precision: constant, product with it, additions."""
    counts = [
        (np.count_nonzero(row) - 1) + (not is_power_of_two(entry)) + (float(np.float32(entry)) != entry)
        for row in matrix
        for entry in row[row != 0]
    ]
    return max(counts)


@pytest.mark.checks("prop-winograd-rounding")
@pytest.mark.parametrize(("matrices", "axis", "more"), [(F_2_3, (2, 2, 1), 10), (F_4_3, (4, 4, 3), 22)])
def test_the_roundings_of_a_term_are_counted(matrices, axis, more):
    assert tuple(most_roundings(matrix) for matrix in matrices) == axis
    for C in (1, 32):
        assert 2 * sum(axis) + 1 + (C - 1) == C + more


@pytest.mark.checks("prop-winograd-rounding")
def test_from_38_channels_on_the_definition_has_the_larger_bound():
    larger = [81 * C**2 > 64 * C * (C + 10) for C in range(1, 200)]
    assert larger == [C >= 38 for C in range(1, 200)]


UNIT = 2.0**-8  # of a coarse arithmetic, whose roundings are far above those of the computer


def rounded(values):
    """Rounded upwards, by as much as is allowed: the errors of large numbers of either sign do not cancel."""
    return values + UNIT * np.abs(values)


def added(terms):
    """One after the other, each sum rounded."""
    total = terms[0]
    for term in terms[1:]:
        total = rounded(total + term)
    return total


def transformed(matrix, values):
    """The matrix along both axes, with rounded constants, products and sums."""
    for _ in range(2):
        columns = rounded(matrix.astype(float)).T
        values = added([rounded(np.outer(m, v)) for m, v in zip(columns, values, strict=True)]).T
    return values


@pytest.mark.checks("prop-winograd-rounding", "eq-winograd-rounding")
@pytest.mark.parametrize("matrices", [F_2_3, F_4_3])
def test_rounding_stays_below_the_bound(rng, matrices):
    A_T, G, B_T = matrices
    (m, n), C, worst = A_T.shape, 3, 0
    roundings = 6 + 2 * n + 2 * TAPS + 1 + (C - 1) + 2 * n  # constants, inputs, weights, products, channels, outputs
    grown = (1 + UNIT) ** roundings - 1
    for size in np.geomspace(1e-3, 1e3, 300):
        X, w = size * rng.choice([-1.0, 1.0], (C, n, n)), rng.choice([-1.0, 1.0], (C, TAPS, TAPS)) / size
        products = [rounded(transformed(G, w[c]) * transformed(B_T, X[c])) for c in range(C)]
        y = transformed(A_T, added(products))
        exact = [[np.vdot(w, X[:, i : i + 3, j : j + 3]) for j in range(m)] for i in range(m)]
        worst = max(worst, np.abs(y - exact).max() / (grown * C))
    assert worst <= amplification(matrices) ** 2
    assert worst > {4: 1, 6: 9}[n]  # with more points the bound of the definition, 9, does not hold


def errors(rng, form):
    """The largest rounding errors of random layers, in units of the rounding, relative to the outputs: their mean."""
    found = []
    for _ in range(10):
        x, w = (rng.standard_normal(s, np.float32) for s in ((1, 16, 22, 22), (16, 16, 3, 3)))
        exact = conv2d(x.astype(float), w.astype(float))
        found.append(np.abs(form(x, w) - exact).max() / np.std(exact) / SINGLE)
    return np.mean(found)


@pytest.mark.checks("eq-amplification")
def test_more_points_round_worse(rng):
    def tiles(matrices):
        def form(x, w):
            A_T, G, B_T = (matrix.astype(np.float32) for matrix in matrices)
            (m, n), size = A_T.shape, x.shape[2] - 2
            y = np.zeros((1, len(w), size, size), np.float32)
            for i, j in product(range(0, size, m), repeat=2):
                tile = B_T @ x[0, :, i : i + n, j : j + n] @ B_T.T
                y[0, :, i : i + m, j : j + m] = A_T @ ((G @ w @ G.T) * tile).sum(axis=1) @ A_T.T
            return y

        return form

    direct, two, four = errors(rng, conv2d), errors(rng, tiles(F_2_3)), errors(rng, tiles(F_4_3))
    assert two < 4 * direct
    assert 3 * direct < four < 1000
