"""The statements of the chapter on convolutional layers, over many shapes."""

import numpy as np
import pytest

from cnn_course import (
    Sequence,
    conv1d,
    conv2d,
    conv3d,
    convolve,
    correlate,
    equivariance_defect,
    fft_conv,
    flip,
    is_toeplitz,
    linear,
    matrix_of,
    nn,
    pad,
    reference,
    relu,
    sigmoid,
    unfold,
)

EXACT = {"rtol": 0, "atol": 1e-11}
SHAPES = [(1, 1, 4, 2), (2, 3, 6, 3), (3, 2, 5, 5), (4, 1, 7, 1)]  # O, C, n, m


@pytest.fixture
def rng():
    return np.random.default_rng(31)


def integers(rng, *shape):
    return rng.integers(-9, 10, size=shape).astype(float)


@pytest.mark.checks("def-layer", "eq-layer")
def test_a_layer_is_the_transposed_product_if_each_output_has_a_column(rng):
    W, x, b = integers(rng, 5, 3), integers(rng, 5), integers(rng, 3)
    products = 0
    z = b.copy()
    for u, t in np.ndindex(3, 5):
        z[u] += W[t, u] * x[t]
        products += 1
    assert products == 3 * 5
    np.testing.assert_array_equal(z, W.T @ x + b)
    np.testing.assert_array_equal(z, linear(x[None], W.T, b)[0])
    with pytest.raises(ValueError, match="mismatch"):
        W @ x
    assert ([[1, 2], [3, 4]] @ np.array([1, 2])).tolist() == [5, 11]
    assert (np.transpose([[1, 2], [3, 4]]) @ np.array([1, 2])).tolist() == [7, 10]


@pytest.mark.checks("eq-dense-channels")
def test_a_dense_layer_with_channels_is_one_on_the_flattened_input(rng):
    A, x, b = integers(rng, 3, 4, 2, 5), integers(rng, 2, 5), integers(rng, 3, 4)
    z = b.copy()
    for o, u, c, t in np.ndindex(*A.shape):
        z[o, u] += A[o, u, c, t] * x[c, t]
    np.testing.assert_array_equal(z.ravel(), linear(x.reshape(1, -1), A.reshape(12, 10), b.ravel())[0])


@pytest.mark.checks("def-conv-layer", "eq-conv-layer-1d")
@pytest.mark.parametrize(("filters", "channels", "n", "m"), SHAPES)
def test_a_layer_for_signals_is_its_formula(rng, filters, channels, n, m):
    x, w, b = integers(rng, channels, n), integers(rng, filters, channels, m), integers(rng, filters)
    z = np.repeat(b[:, None], n - m + 1, axis=1)
    for o, u, c, t in np.ndindex(filters, n - m + 1, channels, m):
        z[o, u] += w[o, c, t] * x[c, u + t]
    np.testing.assert_array_equal(conv1d(x[None], w, b)[0], z)
    A = np.zeros((filters, n - m + 1, channels, n))  # the same layer as a dense one
    for o, u, c, t in np.ndindex(*A.shape):
        A[o, u, c, t] = w[o, c, t - u] if 0 <= t - u < m else 0
    dense = linear(x.reshape(1, -1), A.reshape(-1, channels * n), np.repeat(b, n - m + 1))
    np.testing.assert_array_equal(dense.reshape(z.shape), z)


@pytest.mark.checks("def-conv-layer", "eq-conv-layer-2d")
@pytest.mark.parametrize(("filters", "channels", "k"), [(1, 1, (1, 1)), (2, 3, (3, 2)), (6, 3, (5, 4)), (4, 2, (1, 3))])
def test_three_ways_agree_with_the_formula(rng, filters, channels, k):
    x, w = rng.standard_normal((2, channels, 6, 5)), rng.standard_normal((filters, channels, *k))
    b = rng.standard_normal(filters)
    rows, columns = 6 - k[0] + 1, 5 - k[1] + 1
    z = np.zeros((2, filters, rows, columns)) + b[:, None, None]
    for n, o, i, j in np.ndindex(*z.shape):
        z[n, o, i, j] += (w[o] * x[n, :, i : i + k[0], j : j + k[1]]).sum()
    np.testing.assert_allclose(conv2d(x, w, b), z, **EXACT)
    loops = reference.conv(x, w, b, stride=(1, 1), padding=((0, 0), (0, 0)), dilation=(1, 1), groups=1)
    np.testing.assert_allclose(loops, z, **EXACT)
    by_columns = w.reshape(filters, -1) @ unfold(x, k) + b[:, None]
    np.testing.assert_allclose(by_columns.reshape(z.shape), z, **EXACT)
    np.testing.assert_allclose(fft_conv(x, w) + b[:, None, None], z, **EXACT)


@pytest.mark.checks("def-conv-layer", "eq-conv-layer-2d")
def test_values_of_another_library():
    """A forward pass with stride 2 and padding 1, as PyTorch 2.13 computes it."""
    x = np.linspace(-0.1, 0.5, 96).reshape(2, 3, 4, 4)
    w = np.linspace(-0.2, 0.3, 144).reshape(3, 3, 4, 4)
    b = np.linspace(-0.1, 0.2, 3)
    first = [[-0.08759809, -0.10987781], [-0.18387192, -0.2109216]]
    last = [[2.36270298, 2.36904306], [2.38090835, 2.38247847]]
    y = conv2d(x, w, b, stride=2, padding=1)
    np.testing.assert_allclose(y[0, 0], first, atol=1e-8)
    np.testing.assert_allclose(y[1, 2], last, atol=1e-8)


@pytest.mark.checks("def-conv-layer")
def test_filters_and_examples_are_independent(rng):
    x, w, b = rng.standard_normal((4, 3, 8, 8)), rng.standard_normal((6, 3, 3, 3)), rng.standard_normal(6)
    together = conv2d(x, w, b)
    assert together.shape == (4, 6, 6, 6)
    for o in range(6):
        np.testing.assert_allclose(together[:, o : o + 1], conv2d(x, w[o : o + 1], b[o : o + 1]), **EXACT)
    for n in range(4):
        np.testing.assert_allclose(together[n : n + 1], conv2d(x[n : n + 1], w, b), **EXACT)
    for filters in (1, 6, 16):  # their number is the depth of the output, their depth that of the input
        assert conv2d(x, np.ones((filters, 3, 3, 3))).shape[1] == filters


@pytest.mark.checks("def-conv-layer")
def test_a_layer_is_not_its_linear_part():
    one, bias = np.ones((1, 1, 1)), np.array([1.0])
    outputs = [relu(conv1d(np.full((1, 1, 1), value), one, bias)).item() for value in (2.0, -2.0)]
    assert outputs == [3, 0]  # a linear map would give opposite numbers


@pytest.mark.checks("prop-matrix-of-kernels", "eq-matrix-of-kernels")
@pytest.mark.parametrize(("filters", "channels", "n", "m"), SHAPES)
def test_a_layer_is_a_matrix_of_kernels(rng, filters, channels, n, m):
    x, w, b = integers(rng, channels, n), integers(rng, filters, channels, m), integers(rng, filters)
    z = conv1d(x[None], w, b)[0]
    for o in range(filters):
        pairs = [(x[c], w[o, c]) for c in range(channels)]
        np.testing.assert_array_equal(z[o], b[o] + sum(correlate(f, h, "valid") for f, h in pairs))
        np.testing.assert_array_equal(z[o], b[o] + sum(convolve(f, flip(h), "valid") for f, h in pairs))
        sequences = [Sequence(f).convolve(Sequence(h).flip()) for f, h in pairs]
        for u in range(n - m + 1):
            assert z[o, u] == b[o] + sum(s[u] for s in sequences)
    matrix = matrix_of(lambda x: conv1d(x[None], w)[0], (channels, n))
    blocks = matrix.reshape(filters, n - m + 1, channels, n).transpose(0, 2, 1, 3)
    for o, c in np.ndindex(filters, channels):
        assert is_toeplitz(blocks[o, c])
        np.testing.assert_array_equal(blocks[o, c], matrix_of(lambda f, h=w[o, c]: correlate(f, h, "valid"), n))


@pytest.mark.checks("prop-matrix-of-kernels", "eq-matrix-of-kernels")
def test_without_the_reflection_it_is_another_layer():
    w, x = Sequence([1, 2, 4], start=-1), Sequence([1, 0, 3])
    by_the_sum = [sum(w[t - u] * x[t] for t in range(3)) for u in range(-1, 4)]
    assert by_the_sum == [4, 2, 13, 6, 3] == [x.convolve(w.flip())[u] for u in range(-1, 4)]
    assert [x.convolve(w)[u] for u in range(-1, 4)] == [1, 2, 7, 6, 12]
    palindrome, x = Sequence([1, 2, 1]), Sequence([1, 2, 3, 4])
    assert [x.correlate(palindrome)[u] for u in range(2)] == [8, 12]
    assert [x.convolve(palindrome)[u] for u in range(4)] == [1, 4, 8, 12]  # the same, two positions later
    symmetric = Sequence([1, 2, 1], start=-1)
    assert x.correlate(symmetric) == x.convolve(symmetric)


def on_a_ring(x, w, bias, sigma):
    """The layer on a ring, for a batch of one."""
    return sigma(conv1d(pad(x, [(0, w.shape[2] - 1)], mode="circular"), w) + bias)


def defect_of(w, bias, sigma, rng):
    """The largest equivariance defect that a few large random signals find."""
    signals = 10 * rng.standard_normal((20, 1, w.shape[1], bias.shape[1]))
    return max(
        equivariance_defect(lambda x: on_a_ring(x, w, bias, sigma), lambda x: np.roll(x, 1, axis=-1), x)
        for x in signals
    )


@pytest.mark.checks("prop-tied-bias")
def test_a_layer_commutes_with_shifts_exactly_if_its_biases_differ_by_periods(rng):
    w = rng.standard_normal((3, 2, 3))
    constant = np.repeat(rng.standard_normal((3, 1)), 6, axis=1)
    by_position = constant + np.array([0, 0, 0, 0.5, 0, 0])
    turns = constant + 2 * np.pi * rng.integers(-2, 3, size=(3, 6))
    for sigma in (relu, sigmoid, np.tanh, lambda z: z, np.sin):
        assert defect_of(w, constant, sigma, rng) < 1e-12
        assert defect_of(w, by_position, sigma, rng) > 1e-6
    assert defect_of(w, turns, np.sin, rng) < 1e-12
    assert defect_of(w, turns, relu, rng) > 1
    only_one = constant.copy()
    only_one[2, 4] += 0.5  # in one channel, at one position
    assert defect_of(w, only_one, relu, rng) > 0.1


@pytest.mark.checks("prop-tied-bias")
def test_on_a_torus_the_bias_must_be_constant_along_both_axes(rng):
    w, x = rng.standard_normal((2, 1, 2, 3)), 10 * rng.standard_normal((1, 1, 4, 5))

    def defect(bias, axis):
        def layer(x):
            return relu(conv2d(pad(x, [(0, 1), (0, 2)], mode="circular"), w) + bias)

        return equivariance_defect(layer, lambda x: np.roll(x, 1, axis=axis), x)

    rows = np.arange(4.0)[:, None] + np.zeros((4, 5))
    assert max(defect(np.ones((4, 5)), axis) for axis in (2, 3)) < 1e-12
    assert defect(rows, 3) < 1e-12
    assert defect(rows, 2) > 0.1


@pytest.mark.checks("prop-tied-bias")
def test_each_hypothesis_on_the_bias_is_needed(rng):
    zero, bias = np.zeros((1, 1, 1)), np.array([[-1.0, -2, -1, -2]])
    assert defect_of(zero, bias, relu, rng) == 0
    assert defect_of(np.ones((1, 1, 1)), bias, relu, rng) > 0
    assert defect_of(np.ones((1, 1, 1)), bias, lambda z: 0 * z, rng) == 0  # monotone, but constant

    def with_zeros(x):
        return relu(conv1d(x, np.ones((1, 1, 3)), np.ones(1), padding=1))

    def right(x):
        return np.pad(x, ((0, 0), (0, 0), (1, 0)))[:, :, :-1]

    assert equivariance_defect(with_zeros, right, np.ones((1, 1, 6))) > 0


@pytest.mark.checks("rem-continuous-layer", "eq-continuous-layer")
def test_a_layer_on_the_torus_is_the_limit_of_layers_on_grids():
    errors = []
    for q in (8, 16, 32):
        grid = np.arange(q) / q
        u, v = np.meshgrid(grid, grid, indexing="ij")
        x = np.abs(u - 0.5) + np.abs(v - 0.5)  # continuous on the torus, with a kink
        w = np.cos(2 * np.pi * u)
        wrapped = pad(x[None, None], [(0, q - 1), (0, q - 1)], mode="circular")
        z = conv2d(wrapped, w[None, None] / q**2)[0, 0]
        errors.append(np.abs(z - np.cos(2 * np.pi * u) / np.pi**2).max())  # the integral, by parts
        moved = np.roll(wrapped[..., :q, :q], (1, 3), axis=(2, 3))
        again = conv2d(pad(moved, [(0, q - 1), (0, q - 1)], mode="circular"), w[None, None] / q**2)[0, 0]
        np.testing.assert_allclose(again, np.roll(z, (1, 3), axis=(0, 1)), **EXACT)
    assert errors[1] < errors[0] / 3
    assert errors[2] < errors[1] / 3


@pytest.mark.checks("prop-kernel-depth", "eq-volume-size")
def test_a_box_has_one_position_in_depth_exactly_if_it_is_as_deep(rng):
    for depth in (1, 2, 3, 7):
        x = integers(rng, depth, 6, 5)
        for k in range(1, depth + 1):
            w = integers(rng, k, 3, 2)
            volume = conv3d(x[None, None], w[None, None])[0, 0]
            assert volume.shape == (depth - k + 1, 4, 4)
            assert (len(volume) == 1) == (k == depth)
            np.testing.assert_array_equal(volume, correlate(x, w, "valid"))
            if k == depth:
                np.testing.assert_array_equal(volume, conv2d(x[None], w[None])[0])
                np.testing.assert_array_equal(volume[0], sum(correlate(x[c], w[c], "valid") for c in range(k)))


@pytest.mark.checks("prop-kernel-depth", "eq-volume-size")
def test_the_cases_of_the_figure(rng):
    assert conv1d(np.ones((1, 1, 8)), np.ones((1, 1, 3))).shape == (1, 1, 6)
    x, w = integers(rng, 1, 5, 8), integers(rng, 1, 5, 3)
    full_height = conv2d(x[:, None], w[:, None])
    assert full_height.shape == (1, 1, 1, 6)
    np.testing.assert_array_equal(full_height[:, 0], conv1d(x, w))
    for k in (3, 5):  # flat, whatever the size
        assert conv2d(np.ones((1, 3, 6, 8)), np.ones((1, 3, k, k))).shape == (1, 1, 7 - k, 9 - k)
    assert conv2d(np.ones((1, 3, 8, 8)), np.ones((6, 3, 3, 3))).shape == (1, 6, 6, 6)
    assert conv3d(np.ones((1, 1, 5, 6, 8)), np.ones((1, 1, 3, 3, 3))).shape == (1, 1, 3, 4, 6)
    assert conv2d(np.ones((1, 3, 100, 100)), np.ones((10, 3, 5, 5))).shape == (1, 10, 96, 96)


@pytest.mark.checks("rem-grouped-filters")
def test_grouped_filters_are_less_deep_and_channels_have_no_order(rng):
    x, w = integers(rng, 1, 6, 5, 5), integers(rng, 4, 3, 3, 3)
    grouped = conv2d(x, w, groups=2)
    halves = [conv2d(x[:, 3 * g : 3 * g + 3], w[2 * g : 2 * g + 2]) for g in range(2)]
    np.testing.assert_array_equal(grouped, np.concatenate(halves, axis=1))
    assert conv2d(x[:, :3], integers(rng, 3, 1, 3, 3), groups=3).shape == (1, 3, 3, 3)

    order, full = np.array([2, 0, 5, 1, 4, 3]), integers(rng, 4, 6, 3, 3)
    np.testing.assert_array_equal(conv2d(x[:, order], full[:, order]), conv2d(x, full))
    box = integers(rng, 1, 1, 2, 3, 3)
    assert not np.array_equal(conv3d(x[:, None, order], box), conv3d(x[:, None], box))


@pytest.mark.checks("prop-layer-parameters", "eq-layer-parameters", "eq-two-layers")
def test_parameters_are_counted_with_biases_and_without_the_size(rng):
    def size(layer):
        return sum(parameter.data.size for _, parameter in layer.named_parameters())

    assert size(nn.Conv2d(3, 16, 5, rng=rng)) == 1216 == 16 * (3 * 25 + 1)
    assert size(nn.Conv2d(3, 6, 5, rng=rng)) == 456 == 450 + 6
    assert size(nn.Conv2d(6, 16, 5, rng=rng)) == 2416
    both = nn.Sequential(nn.Conv2d(3, 6, 5, rng=rng), nn.Conv2d(6, 16, 5, rng=rng))
    assert size(both) == 2872
    assert [nn.summary(both, (3, n, n)).parameters for n in (32, 224)] == [2872, 2872]
    assert size(nn.Linear(3 * 4 * 5, 2 * 3 * 2, rng=rng)) == 2 * 3 * 2 * (3 * 4 * 5 + 1)
    assert (16 * 32**2 * 3 * 32**2, 16 * 32**2, 16 * 28**2 * 3 * 32**2) == (50_331_648, 16_384, 38_535_168)
    for channels, filters, k in [(3, 2, 3), (1, 1, 1), (4, 5, 2)]:
        row = nn.summary(nn.Conv2d(channels, filters, k, rng=rng), (channels, 7, 9)).rows[0]
        assert row.parameters == filters * (channels * k * k + 1)
        assert row.multiply_accumulates == filters * (8 - k) * (10 - k) * channels * k * k


@pytest.mark.checks("eq-channels-last")
def test_channels_last_is_the_same_layer_under_other_indices(rng):
    images, kernel, b = integers(rng, 2, 6, 5, 3), integers(rng, 3, 2, 3, 4), integers(rng, 4)
    last = np.zeros((2, 4, 4, 4)) + b  # the layer as its formula reads with channels last
    for n, i, j, o in np.ndindex(*last.shape):
        last[n, i, j, o] += (kernel[..., o] * images[n, i : i + 3, j : j + 2]).sum()
    x, w = images.transpose(0, 3, 1, 2), kernel.transpose(3, 2, 0, 1)
    for n, c, i, j in np.ndindex(*x.shape):
        assert images[n, i, j, c] == x[n, c, i, j]
    np.testing.assert_array_equal(conv2d(x, w, b).transpose(0, 2, 3, 1), last)
    np.testing.assert_array_equal(x.transpose(0, 2, 3, 1), images)
    np.testing.assert_array_equal(w.transpose(2, 3, 1, 0), kernel)

    photograph = np.arange(300 * 200 * 3).reshape(300, 200, 3)
    assert photograph.size == 180_000
    moved, reshaped = np.moveaxis(photograph, -1, 0), photograph.reshape(3, 300, 200)
    assert moved.shape == reshaped.shape
    assert not np.array_equal(moved, reshaped)


@pytest.mark.checks("def-convolutional-network")
def test_the_small_network(rng):
    shapes = [(3, 39, 39), (10, 37, 37), (20, 17, 17), (40, 7, 7)]
    kernels, strides, counts = (3, 5, 5), (1, 2, 2), (280, 5020, 20040)
    for before, after, k, s, count in zip(shapes, shapes[1:], kernels, strides, counts, strict=False):
        layer = nn.Conv2d(before[0], after[0], k, stride=s, rng=rng)
        row = nn.summary(layer, before).rows[0]
        assert (row.output_shape, row.parameters) == (after, count)
    assert sum(counts) == 25_340
    assert np.prod(shapes[-1]) == 1960


@pytest.mark.checks("prop-permuted-inputs")
def test_a_dense_layer_serves_permuted_inputs_and_a_convolution_does_not(rng):
    x, A, b = integers(rng, 9), integers(rng, 4, 9), integers(rng, 4)
    P = np.eye(9)[rng.permutation(9)]
    np.testing.assert_array_equal((A @ P.T) @ (P @ x) + b, A @ x + b)
    np.testing.assert_array_equal((A @ P.T) @ P, A)
    for n, m in [(3, 2), (6, 3), (6, 5), (9, 2)]:
        exchange = np.eye(n)
        exchange[[m - 1, n - 1]] = exchange[[n - 1, m - 1]]
        windows = [matrix_of(lambda f, h=h: correlate(f, h, "valid"), n) @ exchange for h in np.eye(m)]
        w = rng.choice([-2.0, -1, 1, 2], size=m)
        wanted = matrix_of(lambda f, h=w: correlate(f, h, "valid"), n)[0]
        for v in range(n - m + 1):  # the outputs at v that some kernel gives, as functions of x
            basis = np.stack([matrix[v] for matrix in windows], axis=1)
            best = basis @ np.linalg.lstsq(basis, wanted, rcond=None)[0]
            assert np.abs(best - wanted).max() > 0.1


@pytest.mark.checks("prop-permuted-inputs")
def test_each_hypothesis_on_the_window_is_needed():
    x = np.arange(1.0, 5)
    one = correlate(x, [3.0], "valid")  # one weight: the outputs are permuted along
    assert sorted(correlate(x[[3, 1, 2, 0]], [3.0], "valid")) == sorted(one)
    ends = correlate(x, [0.0, 5], "valid")[0]  # the first weight is 0: one input only, which another window finds
    assert correlate(x[[0, 3, 2, 1]], [0.0, 5], "valid")[2] == ends
    whole = correlate(x, [1.0, 2, 3, 4], "valid")  # m = n: any order of the inputs will do
    assert correlate(x[[3, 1, 2, 0]], [4.0, 2, 3, 1], "valid") == whole


@pytest.mark.checks("prop-fitted-filter")
def test_a_filter_is_found_from_its_results(rng):
    x, w = rng.standard_normal((1, 1, 200)), np.array([1.0, -2.0, 0.5])
    noise = 0.02 * rng.standard_normal(198)
    z = conv1d(x, w[None, None], np.array([3.0]))[0, 0] + noise
    X = np.hstack([unfold(x, 3)[0].T, np.ones((198, 1))])
    theta = np.linalg.lstsq(X, z, rcond=None)[0]
    truth = np.append(w, 3.0)
    np.testing.assert_allclose(theta, truth, atol=0.01)
    np.testing.assert_allclose(theta, truth + np.linalg.pinv(X) @ noise, **EXACT)
    smallest = np.linalg.svd(X, compute_uv=False)[-1]
    assert np.linalg.norm(theta - truth) <= np.linalg.norm(noise) / smallest
    sky = np.hstack([unfold(np.ones((1, 1, 200)), 3)[0].T, np.ones((198, 1))])
    assert np.linalg.matrix_rank(sky) == 1  # all windows alike: the filter is not unique
    dependent = np.array([[1.0, 1], [1, 1], [2, 2]])  # without errors, and yet another solution is found
    found = np.linalg.lstsq(dependent, dependent @ [1, 0], rcond=None)[0]
    np.testing.assert_allclose(found, [0.5, 0.5], **EXACT)
