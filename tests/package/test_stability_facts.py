"""Facts on which certificates are often wrong, each with a number; the numbers of fact k are in the tests of fact k."""

from itertools import product
from math import pi, sqrt

import numpy as np
import pytest

from cnn_course import matrix_of, nn, singular_values
from cnn_course.stability import (
    certified_radius,
    circular_norm,
    jacobian_norm,
    lipschitz_bound,
    pgd_attack,
    reshaped_bounds,
    shift_change,
    singla_feizi_bound,
    smallest_perturbations,
    symbol_norm,
    young_bound,
)

close = pytest.approx


def kernel(*taps):
    return np.array(taps, float).reshape(1, 1, -1)


def conv(weight, **numbers):
    make = {3: nn.Conv1d, 4: nn.Conv2d}[weight.ndim]
    layer = make(
        *(weight.shape[1], weight.shape[0], weight.shape[2:]),
        bias=False,
        rng=np.random.default_rng(0),
        dtype=np.float64,
        **numbers,
    )
    layer.weight.data[:] = weight
    return layer


def dense_norm(layer, shape):
    return np.linalg.norm(matrix_of(lambda x: layer(x[None])[0], shape), 2)


def random_kernels(count=200, shape=(1, 1, 3, 3)):
    return np.random.default_rng(0).standard_normal((count, *shape))


ONES = np.ones((1, 1, 3, 3))


# 1. The reshaped kernel is a lower bound ---------------------------------------------------------------------------


def test_1_the_norm_of_the_reshaped_kernel_is_a_lower_bound():
    bounds, symbol = reshaped_bounds(ONES), symbol_norm(ONES)
    assert (bounds.lower, bounds.upper, symbol.lower) == close((3, 9, 9))
    ratios = np.array([symbol_norm(w).lower / reshaped_bounds(w).lower for w in random_kernels()])
    assert (ratios >= 1).all()
    assert (ratios <= 3 * (1 + 1e-12)).all()
    assert 1.2 < ratios.min() < 1.5
    assert 2.4 < ratios.max() < 3


def test_1_a_kernel_divided_by_it_is_not_1_lipschitz():
    layer = conv(ONES / 3, padding=1)
    assert np.linalg.norm(layer.weight.data.reshape(1, -1), 2) == close(1)
    assert dense_norm(layer, (1, 12, 12)) > 2.8
    assert lipschitz_bound(layer, (1, 12, 12)) == close(3, rel=1e-3)


# 2. The FFT norm is that of the circle -----------------------------------------------------------------------------


def test_2_the_norm_on_a_circle_does_not_bound_zero_padding_on_the_same_grid():
    edge = kernel(-1, 1)
    same, full = conv(edge, padding="same"), conv(edge, padding="full")
    assert circular_norm(edge, 3) == close(1.7321, abs=5e-5)
    assert circular_norm(edge, 3) == close(singular_values(edge, 3).max())
    assert dense_norm(same, (1, 3)) == close(1.8019, abs=5e-5)
    assert dense_norm(full, (1, 3)) == close(1.8478, abs=5e-5)


def test_2_either_of_the_two_can_be_larger():
    waves = kernel(1, -1, 1)
    layer = conv(waves, padding="same")
    assert (circular_norm(waves, 4), dense_norm(layer, (1, 4))) == close((3, 2.618), abs=5e-4)
    assert (circular_norm(waves, 5), dense_norm(layer, (1, 5))) == close((2.618, 2.732), abs=5e-4)


# 3. The supremum over all frequencies bounds every grid ------------------------------------------------------------


def test_3_the_supremum_bounds_every_grid_and_both_paddings():
    edge = kernel(-1, 1)
    bounds = symbol_norm(edge)
    assert bounds.lower == close(2)
    assert bounds.upper == close(2, rel=1e-3)
    for n in range(2, 20):
        assert circular_norm(edge, n) <= bounds.upper
        assert dense_norm(conv(edge, padding="full"), (1, n)) < 2


def test_3_a_grid_only_samples_it():
    above = np.array([circular_norm(w, 64) / circular_norm(w, 10) - 1 for w in random_kernels()])
    assert 0.02 < above.max() < 0.1
    assert all(circular_norm(w, 64) <= symbol_norm(w).upper for w in random_kernels(50))


# 4. The least of the reshapings needs its factor -------------------------------------------------------------------


def test_4_the_least_norm_of_the_reshapings_is_a_bound_only_with_the_root_of_the_number_of_taps():
    ratios = []
    for w in random_kernels(shape=(4, 3, 3, 3)):
        true, bound = symbol_norm(w).lower, singla_feizi_bound(w)
        assert bound / 3 < true <= bound
        ratios.append(bound / true)
    assert 1.05 < min(ratios) < 1.3
    assert 1.6 < max(ratios) < 2.2


# 5. Stride ---------------------------------------------------------------------------------------------------------


def test_5_a_stride_lowers_the_norm_and_the_number_of_windows_bounds_it():
    layer = conv(ONES, stride=2)
    assert dense_norm(layer, (1, 9, 9)) == close(4.618, abs=5e-4)
    assert reshaped_bounds(ONES, stride=2).upper == close(6)
    assert dense_norm(layer, (1, 9, 9)) <= symbol_norm(ONES, stride=2).upper < symbol_norm(ONES).lower
    assert symbol_norm(ONES, stride=2).lower == close(5)


# 6. Pools ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kernel_size", "stride", "constant"), [(2, 2, 1), (3, 2, 2), (3, 1, 3)])
def test_6_an_impulse_attains_the_constant_of_a_max_pool(kernel_size, stride, constant):
    layer, x = nn.MaxPool2d(kernel_size, stride), np.zeros((1, 1, 9, 9))
    x[0, 0, 4, 4] = 1
    assert np.linalg.norm(layer(x)) == constant == lipschitz_bound(layer, (1, 9, 9))
    assert np.abs(layer(x)).max() == 1  # in the maximum norm it is 1-Lipschitz


def test_6_pools_on_sequences_and_means():
    assert lipschitz_bound(nn.MaxPool1d(3, 1), (1, 9)) == close(sqrt(3))
    assert lipschitz_bound(nn.MaxPool1d(3, 2), (1, 9)) == close(sqrt(2))
    assert lipschitz_bound(nn.AvgPool2d(2), (1, 8, 8)) == close(0.5)


def test_6_in_the_maximum_norm_a_max_pool_moves_no_further_than_its_input():
    rng, layer = np.random.default_rng(1), nn.MaxPool2d(3, 1)
    for _ in range(50):
        x, y = rng.standard_normal((2, 1, 1, 7, 7))
        assert np.abs(layer(x) - layer(y)).max() <= np.abs(x - y).max()


# 7. Softmax and cross-entropy --------------------------------------------------------------------------------------


def test_7_softmax_and_cross_entropy():
    rng = np.random.default_rng(2)
    assert jacobian_norm(nn.Softmax(), np.zeros((1, 2)), rng=rng).lower == close(0.5)
    assert lipschitz_bound(nn.Softmax(), 2) == 0.5
    for _ in range(50):
        logits = rng.standard_normal((1, 5)) * 3
        assert jacobian_norm(nn.Softmax(), logits, rng=rng).lower <= 0.5
        p = nn.Softmax()(logits)[0]
        assert np.linalg.norm(p - np.eye(5)[0]) < sqrt(2)  # the gradient of the cross-entropy
    sure = nn.Softmax()(np.array([[0.0, 40.0]]))[0]
    assert np.linalg.norm(sure - np.eye(2)[0]) == close(sqrt(2))


# 8. The certificate of a class -------------------------------------------------------------------------------------


def linear(weight):
    layer = nn.Linear(*np.shape(weight)[::-1], bias=False, rng=np.random.default_rng(0), dtype=np.float64)
    layer.weight.data[:] = weight
    return layer


def test_8_the_margin_is_divided_by_root_2_times_the_constant():
    layer, x, label = linear([[sqrt(0.5)], [-sqrt(0.5)]]), np.array([[1.0]]), np.array([0])
    logits, constant = layer(x), lipschitz_bound(layer, 1)
    margin = logits[0, 0] - logits[0, 1]
    assert (margin, constant) == close((1.414, 1), abs=5e-4)
    found = smallest_perturbations(layer, x, label).sizes[0]
    assert found == close(1, rel=0.01)
    assert certified_radius(logits, constant)[0] <= 1 < found < margin / constant


def test_8_a_network_that_is_taken_for_1_lipschitz_gives_certificates_that_attacks_refute():
    """A kernel divided by the norm of its reshaped matrix, before a head of norm 1, and the product taken for 1."""
    head = linear(np.array([[1.0], [-1.0]]) * np.full((1, 64), sqrt(0.5) / 8))
    head.bias = nn.Parameter(np.array([0.0, 0.1]))
    network = nn.Sequential(conv(ONES / 3, padding=1), nn.ReLU(), nn.Flatten(), head)
    x = np.full((1, 1, 8, 8), 0.25)
    logits, constant = network(x), lipschitz_bound(network, (1, 8, 8))
    found = smallest_perturbations(network, x, np.array([0])).sizes[0]
    claimed, proved = certified_radius(logits, 1.0)[0], certified_radius(logits, constant)[0]
    assert constant == close(3, rel=0.01)
    assert network(x).argmax() == 0
    assert proved < found < 0.5 * claimed


def test_8_a_tie_is_not_certified():
    assert certified_radius(np.array([[1.0, 1.0, 0.0]]), 1e-9)[0] == 0


# 9. Everything belongs in the product ------------------------------------------------------------------------------


def test_9_batch_norm_has_a_gain():
    layer = nn.BatchNorm2d(1, dtype=np.float64)
    layer.running_var[:] = 1e-4
    assert lipschitz_bound(layer, (1, 4, 4)) == close(1 / sqrt(1e-4 + 1e-5))
    assert lipschitz_bound(layer, (1, 4, 4)) == close(95.3, abs=0.1)
    assert jacobian_norm(layer, np.ones((1, 1, 4, 4)), rng=np.random.default_rng(0)).lower == close(95.3, abs=0.1)


def test_9_products_are_loose():
    rng, ratios = np.random.default_rng(4), []
    for _ in range(100):
        a, b = rng.standard_normal((2, 20, 20))
        ratios.append(lipschitz_bound(nn.Sequential(linear(a), linear(b)), 20) / np.linalg.norm(b @ a, 2))
    assert min(ratios) >= 1
    assert np.median(ratios) == close(1.5, abs=0.15)


def test_9_a_perturbation_in_normalised_units_is_not_one_in_pixels():
    """An image is divided by its standard deviation first: that is a layer, with the gain 1 / std."""
    rng, std = np.random.default_rng(5), 0.3
    weight = rng.standard_normal((2, 10))
    in_pixels, in_units = linear(weight / std), linear(weight)
    pixels, label = rng.uniform(size=(1, 10)), np.array([0])
    label[0] = in_pixels(pixels).argmax()
    sizes = [smallest_perturbations(f, x, label).sizes[0] for f, x in ((in_pixels, pixels), (in_units, pixels / std))]
    assert sizes[0] == close(std * sizes[1], rel=0.02)


def test_9_in_the_maximum_norm_a_linear_model_moves_by_the_sum_of_absolute_values():
    rng, eps = np.random.default_rng(6), 0.1
    weight = rng.standard_normal((1, 784))
    model = linear(np.concatenate([weight / 2, -weight / 2]))
    x, label = rng.standard_normal((1, 784)), np.array([0])
    moved = pgd_attack(model, x, label, radius=eps, ord=np.inf)
    assert np.abs(moved - x).max() <= eps
    assert np.diff(model(x) - model(moved))[0, 0] == close(-eps * np.abs(weight).sum(), rel=1e-5)
    ratio = np.abs(weight).sum() / np.linalg.norm(weight)
    assert ratio == close(22.3, abs=0.6)  # sqrt(2 d / pi) for normal numbers
    assert sqrt(2 * 784 / pi) == close(22.3, abs=0.05)
    assert np.abs(np.ones(784)).sum() / np.linalg.norm(np.ones(784)) == close(28)


# 10. Shifts --------------------------------------------------------------------------------------------------------


def strided_and_blurred(rng):
    """Two layers of stride 2 on a circle, and the same with stride 1 and a low-pass before the subsampling."""

    def layer(inputs, outputs, stride):
        numbers = (inputs, outputs, 3, stride, 1, 1, 1, True, "circular")
        return nn.Conv2d(*numbers, rng=rng, dtype=np.float64)

    strided, smooth = [layer(1, 4, 2), layer(4, 8, 2)], [layer(1, 4, 1), layer(4, 8, 1)]
    for one, other in zip(strided, smooth, strict=True):
        other.load_state_dict(one.state_dict())
    blurs = [nn.BlurPool2d(5, padding_mode="circular") for _ in range(2)]
    plain = nn.Sequential(strided[0], nn.ReLU(), strided[1], nn.ReLU(), nn.GlobalAvgPool())
    blurred = nn.Sequential(smooth[0], nn.ReLU(), blurs[0], smooth[1], nn.ReLU(), blurs[1], nn.GlobalAvgPool())
    return plain, blurred


def test_10_invariance_holds_for_multiples_of_the_total_stride_and_a_low_pass_reduces_the_rest():
    rng, changes = np.random.default_rng(7), []
    for _ in range(10):
        networks, x = strided_and_blurred(rng), rng.standard_normal((1, 1, 16, 16))
        changes.append([shift_change(network, x, (0, 1)) for network in networks])
        assert all(shift_change(network, x, offset) < 1e-14 for network in networks for offset in ((0, 4), (8, -4)))
    plain, blurred = np.median(changes, axis=0)
    assert 0.2 < plain < 0.5
    assert 0.001 < blurred < 0.01  # reduced, and not removed


def test_10_there_are_as_many_outputs_as_remainders_of_the_shift():
    rng = np.random.default_rng(8)
    network, x = strided_and_blurred(rng)[0], rng.standard_normal((1, 1, 16, 16))
    outputs = [network(np.roll(x, offset, (2, 3))).ravel() for offset in product(range(16), repeat=2)]
    assert len(outputs) == 256
    assert len(np.unique(np.round(outputs, 10), axis=0)) == 16


def test_10_with_zeros_in_the_padding_no_shift_leaves_the_output():
    rng = np.random.default_rng(9)
    layer = nn.Conv2d(1, 4, 3, padding=1, rng=rng, dtype=np.float64)
    network, x = nn.Sequential(layer, nn.ReLU(), nn.GlobalAvgPool()), rng.standard_normal((1, 1, 16, 16))
    assert shift_change(network, x, 4) > 1e-3


# The errata of the sources -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("activation", "at", "quotient"),
    [(np.square, 1e6, 1e6), (np.exp, 50.0, 1.04e20), (lambda t: np.sqrt(abs(t)), 1e-8, 1e4)],
)
def test_e08_bounded_weights_do_not_help_where_the_activation_is_not_lipschitz(activation, at, quotient):
    assert (activation(at) - activation(0.0)) / at == close(quotient, rel=0.01)


def test_e09_the_norm_of_a_convolution_does_not_grow_with_the_image_and_entries_say_little():
    rng = np.random.default_rng(10)
    layer = conv(rng.standard_normal((3, 2, 3, 3)), padding=1)
    norms = [dense_norm(layer, (2, n, n)) for n in (6, 9, 12)]
    bound = young_bound(layer.weight.data)
    assert norms == sorted(norms)
    assert norms[-1] <= symbol_norm(layer.weight.data).upper <= bound
    laplace = [dense_norm(conv(kernel(1, -2, 1), padding=1), (1, n)) for n in (4, 30, 300)]
    assert laplace[0] < 3.7 < 3.98 < laplace[1] < laplace[2] < 4 == symbol_norm(kernel(1, -2, 1)).lower
    assert laplace[2] == close(3.9999, abs=1e-4)


def test_e09_depth_multiplies():
    layers = [linear(np.ones((16, 16))) for _ in range(20)]
    assert lipschitz_bound(nn.Sequential(*layers), 16) == close(16.0**20, rel=1e-6)
    assert np.linalg.norm(nn.Sequential(*layers)(np.full((1, 16), 0.25))) == close(16.0**20)


def test_e10_a_derivative_that_vanishes_almost_everywhere_promises_nothing():
    """The Cantor function rises by 2^-k on an interval of length 3^-k, on either end of which it is flat."""
    quotients = [2.0**-k / 3.0**-k for k in (2, 5, 10, 15)]
    assert quotients == close([2.25, 7.6, 57.7, 438], abs=0.5)


def test_e10_between_differences_and_the_product_lie_the_norms_of_the_pieces():
    """For A2 relu(A1 x): quotients <= largest norm of A2 D A1 over all masks D <= product of the norms."""
    rng = np.random.default_rng(11)
    a, b = rng.standard_normal((6, 4)), rng.standard_normal((3, 6))
    network = nn.Sequential(linear(a), nn.ReLU(), linear(b))
    pieces = max(np.linalg.norm(b @ np.diag(mask) @ a, 2) for mask in product([0, 1], repeat=6))
    x = rng.standard_normal((4000, 4))
    y = x + 0.1 * rng.standard_normal(x.shape)
    quotients = np.linalg.norm(network(x) - network(y), axis=1) / np.linalg.norm(x - y, axis=1)
    locally = max(jacobian_norm(network, point[None], rng=rng).lower for point in x[:100])
    assert quotients.max() <= pieces * (1 + 1e-12) < lipschitz_bound(network, 4)
    assert 0.5 * pieces < quotients.max()
    assert locally <= pieces * (1 + 1e-12)


def test_e11_a_shift_is_no_small_move_in_l2_unless_the_frequency_is_low():
    t = np.arange(256)
    for wave, size in ((np.cos(np.pi * t), 2.0), (np.cos(2 * np.pi * t / 64), 0.098)):
        assert shift_change(lambda x: x, wave.reshape(1, 1, -1), 1) == close(size, abs=5e-4)


def test_e11_the_worst_direction_is_far_from_a_random_one():
    rng, layers = np.random.default_rng(12), []
    for inputs, outputs in ((1, 8), *((8, 8),) * 5):
        layers += [nn.Conv2d(inputs, outputs, 3, padding=1, rng=rng, dtype=np.float64), nn.ReLU()]
    network, x = nn.Sequential(*layers), rng.standard_normal((1, 1, 12, 12))
    worst, step = jacobian_norm(network, x, rng=rng), 1e-6
    moves = rng.standard_normal((50, *x.shape))
    gains = [np.linalg.norm(network(x + step * v) - network(x)) / np.linalg.norm(step * v) for v in moves]
    assert worst.lower > 3 * np.median(gains)


def invariant(f, moves, x):
    return max(f(move(x)) for move in moves)


def test_e24_a_maximum_over_a_group_is_invariant_and_one_over_a_window_is_not():
    rng = np.random.default_rng(13)
    x, weight = rng.standard_normal((2, 8))
    f = weight.dot
    shifts = [lambda x, k=k: np.roll(x, k) for k in range(8)]
    squares = [lambda x, k=k, t=t: np.rot90(x[::t] if t else x, k) for k in range(4) for t in (0, -1)]
    over_all = [invariant(f, shifts, np.roll(x, k)) for k in range(8)]
    over_a_window = [invariant(f, shifts[:3], np.roll(x, k)) for k in range(8)]
    assert np.ptp(over_all) < 1e-12
    assert np.ptp(over_a_window) > 1
    image, template = rng.standard_normal((2, 5, 5))
    values = [invariant(lambda y: (template * y).sum(), squares, move(image)) for move in squares]
    assert np.ptp(values) < 1e-12


def test_e24_a_max_pool_with_a_stride_is_invariant_to_moves_within_a_window_alone():
    pool, impulse = nn.MaxPool1d(2), np.eye(8).reshape(8, 1, 8)
    assert [int(pool(impulse[k : k + 1]).argmax()) for k in (2, 3, 4)] == [1, 1, 2]
