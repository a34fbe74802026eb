"""The statements of the chapter on L2 stability, over random layers and networks."""

from itertools import pairwise, product
from math import ceil, sqrt

import numpy as np
import pytest

from cnn_course import matrix_of, nn, sigmoid, softmax
from cnn_course.stability import (
    certified_radius,
    circular_norm,
    entry_bound,
    jacobian_norm,
    lipschitz_bound,
    pgd_attack,
    reshaped_bounds,
    schur_bound,
    singla_feizi_bound,
    symbol_norm,
    tap_norm_bound,
    young_bound,
)

ROUNDING = 1 + 1e-9


@pytest.fixture
def rng():
    return np.random.default_rng(20260201)


def norm(A):
    return float(np.linalg.norm(A, 2))


def conv(weight, **numbers):
    make = {3: nn.Conv1d, 4: nn.Conv2d}[weight.ndim]
    options = {"bias": False, "rng": np.random.default_rng(0), "dtype": np.float64} | numbers
    layer = make(weight.shape[1], weight.shape[0], weight.shape[2:], **options)
    layer.weight.data[:] = weight
    return layer


def dense_norm(layer, shape):
    return norm(matrix_of(lambda x: layer(x[None])[0], shape))


def quotients(f, x, y):
    """How much each of the differences x - y is enlarged."""
    return np.linalg.norm(f(x) - f(y), axis=1) / np.linalg.norm(x - y, axis=1)


def relu(x):
    return np.maximum(x, 0)


def relu_network(rng, *sizes, bias=1.0):
    """The network as a function of rows, and the product of its norms."""
    matrices = [rng.standard_normal((m, n)) for n, m in pairwise(sizes)]
    biases = [bias * rng.standard_normal(m) for m in sizes[1:]]

    def f(x):
        for A, b in zip(matrices, biases, strict=True):
            x = relu(x @ A.T + b)
        return x

    return f, np.prod([norm(A) for A in matrices])


# Stability ----------------------------------------------------------------------------------------------------------


@pytest.mark.checks("def-l2-stability")
def test_the_largest_change_grows_with_the_radius_and_stays_below_the_line(rng):
    for _ in range(10):
        f, constant = relu_network(rng, 2, 7, 3)
        angles = rng.uniform(0, 2 * np.pi, 200)
        directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        x = rng.standard_normal(2)
        curve = [
            max(np.linalg.norm(f(x + r * d) - f(x)) for d in directions for r in np.linspace(0, radius, 5))
            for radius in (0.1, 0.2, 0.4, 0.8)  # each grid of radii holds the one before
        ]
        assert curve == sorted(curve)
        assert all(change <= constant * radius for change, radius in zip(curve, (0.1, 0.2, 0.4, 0.8), strict=True))


@pytest.mark.checks("thm-network-constant")
def test_random_networks_enlarge_no_difference_more_than_the_product(rng):
    for bias in (0.0, 1.0, 1e6):
        for sizes in ((3, 5, 2), (4, 6, 6, 3), (2, 3, 3, 3, 1)):
            f, constant = relu_network(rng, *sizes, bias=bias)
            x, y = rng.standard_normal((2, 500, sizes[0]))
            assert quotients(f, x, y).max() <= constant * (1 + 1e-6)  # a bias of 1e6 costs ten digits of 1e-16
            assert constant <= np.prod([max(sizes) * 6.0] * (len(sizes) - 1))


@pytest.mark.checks("thm-network-constant")
def test_the_uniform_constant_is_attained():
    for B, n, depth in product((0.5, 2.0), (1, 3, 8), (1, 4)):
        x = np.ones((1, n))
        y = x
        for _ in range(depth):
            y = relu(y @ np.full((n, n), B))
        assert np.linalg.norm(y) / np.linalg.norm(x) == pytest.approx((B * n) ** depth)


@pytest.mark.checks("thm-network-constant")
@pytest.mark.parametrize(
    ("sigma", "pairs"),
    [
        (np.square, [(t, 0.0) for t in (1e1, 1e3, 1e6)]),
        (np.exp, [(t, 0.0) for t in (1.0, 10.0, 50.0)]),
        (lambda t: np.sqrt(abs(t)), [(t, 0.0) for t in (1e-2, 1e-4, 1e-8)]),
    ],
)
def test_activations_that_are_not_lipschitz_have_no_constant(sigma, pairs):
    found = [abs(sigma(t) - sigma(u)) / abs(t - u) for t, u in pairs]
    assert all(after > 5 * before for before, after in pairwise(found))
    assert found[-1] >= 0.99e4


# Matrices and kernels -----------------------------------------------------------------------------------------------


@pytest.mark.checks("prop-matrix-bounds")
def test_the_bounds_of_matrices(rng):
    for shape in ((1, 1), (1, 7), (5, 3), (8, 8)):
        for _ in range(20):
            A = rng.standard_normal(shape) * rng.integers(0, 2, shape)
            frobenius, largest = np.linalg.norm(A), np.abs(A).max()
            rows, columns = np.abs(A).sum(axis=1).max(), np.abs(A).sum(axis=0).max()
            assert norm(A) <= frobenius * ROUNDING <= largest * sqrt(A.size) * ROUNDING**2
            assert norm(A) <= sqrt(rows * columns) * ROUNDING
    for n in (4, 64, 256):
        ones = np.ones((n, n))
        assert norm(ones) == pytest.approx(n)
        assert entry_bound(ones) == pytest.approx(n)
        assert schur_bound(ones) == pytest.approx(n)
        assert np.linalg.norm(ones) == pytest.approx(n)


@pytest.mark.checks("prop-matrix-bounds")
def test_the_frobenius_norm_is_the_norm_at_rank_1_only(rng):
    a, b = rng.standard_normal((2, 6))
    assert norm(np.outer(a, b)) == pytest.approx(np.linalg.norm(np.outer(a, b)))
    A = np.outer(a, b) + 0.1 * np.eye(6)
    assert norm(A) < np.linalg.norm(A) * (1 - 1e-4)


@pytest.mark.checks("thm-symbol-bound", "eq-symbol-chain", "eq-layer-symbol")
def test_forty_random_layers_satisfy_the_chain(rng):
    for draw in range(40):
        O, C, k, n = (int(i) for i in rng.integers((1, 1, 1, 5), (4, 4, 4, 9)))
        weight = rng.standard_normal((O, C, k, k))
        numbers = {"stride": int(rng.integers(1, 3)), "padding": int(rng.integers(0, 3))}
        exact = dense_norm(conv(weight, **numbers), (C, n, n))
        # symbol_norm with stride 1: the supremum of the statement
        symbol, taps = symbol_norm(weight), tap_norm_bound(weight)
        assert exact <= symbol.upper, draw
        assert symbol.lower <= taps * ROUNDING <= entry_bound(weight) * ROUNDING**2, draw
        assert symbol.lower <= young_bound(weight) * ROUNDING, draw
        assert entry_bound(weight) == pytest.approx(np.abs(weight).max() * k**2 * sqrt(C * O))
        at = symbol.attained_at
        waves = np.exp(1j * (np.arange(k)[:, None] * at[0] + np.arange(k) * at[1]))
        assert norm((weight * waves).sum(axis=(2, 3))) == pytest.approx(symbol.lower)


@pytest.mark.checks("thm-symbol-bound")
def test_large_images_come_close_to_the_supremum(rng):
    weight = rng.standard_normal((2, 3, 3))
    found = [dense_norm(conv(weight), (3, n)) for n in (4, 16, 64, 256)]
    assert found == sorted(found)
    assert symbol_norm(weight, tolerance=1e-5).upper == pytest.approx(found[-1], rel=5e-3)
    second = dense_norm(conv(np.array([[[1.0, -2, 1]]]), padding=1), (1, 500))
    assert 3.9999 < second < 4


@pytest.mark.checks("thm-symbol-bound")
def test_where_the_sum_of_moduli_is_sharp():
    for taps, supremum in (((1, 2, 3), 6), ((1, -2, 1), 4), ((1, 1, -1), sqrt(5))):
        assert symbol_norm(np.array(taps, float)[None, None]).lower == pytest.approx(supremum, rel=1e-5)


@pytest.mark.checks("prop-circle-or-zeros")
def test_the_norm_on_a_circle(rng):
    for n, k in ((5, 3), (6, 2), (4, 4)):
        weight = rng.standard_normal((2, 3, k, k))
        layer = conv(weight, padding="same", padding_mode="circular")
        assert dense_norm(layer, (3, n, n)) == pytest.approx(circular_norm(weight, n))
        assert circular_norm(weight, n) <= symbol_norm(weight).upper
    waves = np.array([[[1.0, -1, 1]]])
    zeros = [dense_norm(conv(waves, padding=1), (1, n)) for n in (4, 5)]
    assert circular_norm(waves, 4) > zeros[0]
    assert circular_norm(waves, 5) < zeros[1]


@pytest.mark.checks("prop-circle-or-zeros")
def test_a_circle_on_which_no_window_sees_both_ends_bounds_the_padded_layer(rng):
    weights = [rng.standard_normal((2, 3, k, k)) for k in (1, 2, 3, 4)]
    for weight in (*weights, np.ones((1, 1, 3, 3)), np.array([[[[0.0, 0, 0], [1, -1, 1], [0, 0, 0]]]])):
        k = weight.shape[-1]
        for n, padding, stride in product((4, 5), (0, 1, k - 1, k), (1, 2)):
            exact = dense_norm(conv(weight, padding=padding, stride=stride), (weight.shape[1], n, n))
            assert exact <= circular_norm(weight, n + k - 1) * ROUNDING


@pytest.mark.checks("thm-symbol-bound")
def test_with_a_stride_the_symbols_at_the_aliases_are_one_matrix(rng):
    for k, s in ((3, 2), (5, 3), (4, 2)):
        weight = rng.standard_normal((2, 3, k))
        bounds = symbol_norm(weight, stride=s)
        angles = (np.append(np.linspace(0, 2 * np.pi, 400), bounds.attained_at)[:, None] + 2 * np.pi * np.arange(s)) / s
        waves = np.exp(1j * angles[..., None] * np.arange(k))
        symbols = np.einsum("ock,tak->toac", weight, waves) / sqrt(s)
        found = np.linalg.norm(symbols.reshape(len(angles), 2, -1), 2, axis=(1, 2))
        assert found[-1] == pytest.approx(bounds.lower)
        assert found.max() <= bounds.upper


@pytest.mark.checks("prop-reshaped-kernel")
def test_the_reshaped_kernel_is_a_lower_bound_and_with_its_factor_an_upper_one(rng):
    for k, s in product((1, 2, 3), (1, 2, 3)):
        weight = rng.standard_normal((2, 3, k, k))
        reshaped, exact = norm(weight.reshape(2, -1)), dense_norm(conv(weight, stride=s), (3, 9, 9))
        assert reshaped <= exact * ROUNDING
        assert exact <= ceil(k / s) * reshaped * ROUNDING
        assert reshaped_bounds(weight, stride=s).lower == pytest.approx(reshaped)
        assert symbol_norm(weight).lower <= singla_feizi_bound(weight) * ROUNDING
    assert dense_norm(conv(np.ones((1, 1, 3, 3)), stride=2), (1, 9, 9)) == pytest.approx(4.618, abs=5e-4)


@pytest.mark.checks("prop-reshaped-kernel")
def test_the_reshaped_kernel_is_a_lower_bound_if_a_visited_window_lies_in_the_image(rng):
    below = 0
    for k, s, p, n in product((2, 3, 4), (1, 2, 3), (0, 1, 2), (4, 5)):
        inside = any(0 <= u <= n - k for u in range(-p, n + p - k + 1, s))
        for a in (rng.standard_normal(k), np.eye(k)[0] + np.eye(k)[-1]):
            weight = np.outer(a, a)[None, None]
            reshaped, exact = norm(weight.reshape(1, -1)), dense_norm(conv(weight, stride=s, padding=p), (1, n, n))
            assert exact <= ceil(k / s) * reshaped * ROUNDING
            if inside:
                assert reshaped <= exact * ROUNDING, (k, s, p, n)
            below += reshaped > 1.5 * exact
    assert below  # the image has room for a window in all cases: this is not enough
    corners = np.outer([1.0, 0, 0, 1], [1, 0, 0, 1])[None, None]
    assert dense_norm(conv(corners, stride=2, padding=1), (1, 4, 4)) == pytest.approx(1)
    assert reshaped_bounds(corners, stride=2).lower == pytest.approx(2)


@pytest.mark.checks("thm-symbol-bound")
def test_schur_s_test_is_above_young_s_bound_at_stride_1_and_may_be_below_at_stride_2(rng):
    below = 0
    for _ in range(20):
        weight = rng.standard_normal((3, 2, 5, 5))
        sums = np.abs(weight).sum(axis=(2, 3))
        assert schur_bound(weight) == pytest.approx(sqrt(sums.sum(axis=1).max() * sums.sum(axis=0).max()))
        assert young_bound(weight) <= schur_bound(weight) * ROUNDING
        assert dense_norm(conv(weight, stride=2), (2, 9, 9)) <= schur_bound(weight, stride=2) * ROUNDING
        below += schur_bound(weight, stride=2) < young_bound(weight)
    assert below
    one = np.abs(rng.standard_normal((1, 1, 3, 3)))
    assert schur_bound(one) == pytest.approx(one.sum()) == young_bound(one) == tap_norm_bound(one)


# Other parts --------------------------------------------------------------------------------------------------------


@pytest.mark.checks("prop-pooling-constants")
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_pooling_attains_its_constants(ndim, rng):
    n = 9
    for r, s in ((2, 2), (3, 1), (3, 2), (2, 3), (4, 3)):
        q = ceil(r / s) ** ndim
        largest, mean = {
            1: (nn.MaxPool1d, nn.AvgPool1d),
            2: (nn.MaxPool2d, nn.AvgPool2d),
            3: (nn.MaxPool3d, nn.AvgPool3d),
        }[ndim]
        pool, shape = largest(r, s), (1, 1, *(n,) * ndim)
        changes = []
        for place in product(range(n), repeat=ndim) if ndim < 3 else product((3, 4, 6), repeat=3):
            impulse = np.zeros(shape)
            impulse[(0, 0, *place)] = 1
            changes.append(np.linalg.norm(pool(impulse)))
        assert max(changes) == pytest.approx(sqrt(q))
        assert lipschitz_bound(pool, shape[1:]) == pytest.approx(sqrt(q))
        x, y = rng.standard_normal((2, *shape))
        assert np.abs(pool(x) - pool(y)).max() <= np.abs(x - y).max()
        average = lipschitz_bound(mean(r, s), shape[1:])
        assert average <= sqrt(q / r**ndim) * (1 + 1e-6)  # it is raised for rounding, on each axis
        if s >= r:
            assert average == pytest.approx(r ** (-ndim / 2))


@pytest.mark.checks("prop-part-constants")
def test_slopes_and_the_softmax(rng):
    t = np.linspace(-8, 8, 20_001)
    steps = {"relu": relu(t), "tanh": np.tanh(t), "sigmoid": sigmoid(t)}
    slopes = {name: (np.diff(y) / np.diff(t)).max() for name, y in steps.items()}
    assert slopes == pytest.approx({"relu": 1, "tanh": 1, "sigmoid": 0.25}, rel=1e-5)
    norms = []
    for classes in (2, 3, 10):
        for _ in range(200):
            p = softmax(3 * rng.standard_normal(classes), axis=0)
            norms.append(norm(np.diag(p) - np.outer(p, p)))
            assert np.linalg.norm(p - np.eye(classes)[0]) < sqrt(2)  # the gradient of the cross-entropy of class 0
    assert max(norms) <= 0.5
    assert norm(np.diag([0.5, 0.5]) - 0.25) == pytest.approx(0.5)
    assert np.linalg.norm(softmax(np.array([-40.0, 40.0]), axis=0) - [1, 0]) == pytest.approx(sqrt(2))


@pytest.mark.checks("prop-part-constants")
def test_batch_normalisation_has_the_largest_factor_of_its_channels(rng):
    layer = nn.BatchNorm2d(3, dtype=np.float64)
    layer.weight.data[:] = 0.5, -2.0, 1.0
    layer.running_var[:] = 1.0, 0.3, 4.0
    layer.train(False)
    constant = 2 / sqrt(0.3 + layer.eps)
    x, change = rng.standard_normal((2, 1, 3, 2, 2))
    assert lipschitz_bound(layer, (3, 2, 2)) == pytest.approx(constant)
    assert np.linalg.norm(layer(x + change) - layer(x)) < constant * np.linalg.norm(change)
    change[:, ::2] = 0
    assert np.linalg.norm(layer(x + change) - layer(x)) == pytest.approx(constant * np.linalg.norm(change))


@pytest.mark.checks("prop-part-constants")
def test_residual_blocks_and_branches(rng):
    def linear(matrix):
        layer = nn.Linear(*matrix.shape[::-1], rng=rng, dtype=np.float64)
        layer.weight.data[:] = matrix
        return layer

    for _ in range(20):
        A, B = rng.standard_normal((2, 4, 4))
        x, y = rng.standard_normal((2, 100, 4))
        block = nn.Residual(nn.Sequential(linear(A), nn.ReLU()), nn.Identity())
        bound = lipschitz_bound(block, 4)
        assert bound == pytest.approx(1 + norm(A), rel=1e-6)
        assert quotients(block, x, y).max() <= bound
        both = nn.Concat(linear(A), linear(B))
        assert lipschitz_bound(both, 4) == pytest.approx(sqrt(norm(A) ** 2 + norm(B) ** 2), rel=1e-6)
        assert quotients(both, x, y).max() <= lipschitz_bound(both, 4)
    assert norm(np.eye(4) + 3 * np.eye(4)) == pytest.approx(1 + 3)
    assert norm(np.vstack([3 * np.eye(4), 4 * np.eye(4)])) == pytest.approx(5)


@pytest.mark.checks("thm-lipschitz-jacobian")
def test_found_jacobian_and_product_are_in_this_order(rng):
    for _ in range(10):
        A1, A2 = rng.standard_normal((5, 3)), rng.standard_normal((2, 5))

        def f(x, A1=A1, A2=A2):
            return relu(x @ A1.T) @ A2.T

        x = rng.standard_normal((2000, 3))
        pieces = [norm(A2 @ np.diag(row) @ A1) for row in np.unique(x @ A1.T > 0, axis=0).astype(float)]
        found = quotients(f, x, x + 1e-3 * rng.standard_normal(x.shape)).max()
        assert found <= max(norm(A2 @ np.diag(on) @ A1) for on in product((0, 1), repeat=5)) * ROUNDING
        assert found <= norm(A2) * norm(A1)
        # close pairs on one piece attain what the Jacobians of the pieces that were met can do
        assert found >= 0.9 * max(pieces)


@pytest.mark.checks("thm-lipschitz-jacobian")
def test_a_norm_of_the_jacobian_is_not_its_largest_entry():
    assert norm(np.ones((100, 100))) == pytest.approx(100)


# The radius ---------------------------------------------------------------------------------------------------------


@pytest.mark.checks("prop-certified-radius", "eq-certified-radius")
def test_the_radius_is_attained_by_the_example():
    layer = nn.Linear(1, 2, bias=False, rng=np.random.default_rng(0), dtype=np.float64)
    layer.weight.data[:] = [[1 / sqrt(2)], [-1 / sqrt(2)]]
    x = np.array([[1.0]])
    (radius,) = certified_radius(layer(x), lipschitz_bound(layer, 1))
    assert radius == pytest.approx(1)
    margin = float(layer(x)[0, 0] - layer(x)[0, 1])
    assert margin == pytest.approx(sqrt(2))
    below = pgd_attack(layer, x, np.array([0]), radius=0.99)
    above = pgd_attack(layer, x, np.array([0]), radius=1.01)
    assert layer(below).argmax() == 0
    assert layer(above).argmax() == 1


@pytest.mark.checks("prop-certified-radius")
def test_no_attack_succeeds_below_the_radius_of_random_networks(rng):
    for _ in range(5):
        network = nn.Sequential(
            nn.Conv2d(1, 3, 3, padding=1, rng=rng, dtype=np.float64),
            nn.ReLU(),
            nn.MaxPool2d(3, 2),
            nn.Flatten(),
            nn.Linear(27, 4, rng=rng, dtype=np.float64),
        )
        x = rng.random((6, 1, 8, 8))
        logits = network(x)
        labels = logits.argmax(axis=1)
        radius = certified_radius(logits, lipschitz_bound(network, (1, 8, 8)))
        moved = pgd_attack(network, x, labels, radius=0.999 * radius)
        assert (network(moved).argmax(axis=1) == labels).all()
        assert jacobian_norm(network, x[:1], rng=rng).lower <= lipschitz_bound(network, (1, 8, 8))
