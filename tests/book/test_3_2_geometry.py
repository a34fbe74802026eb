"""The statements of the chapter on the geometry of layers, over thousands of geometries."""

from itertools import product

import numpy as np
import pytest

from cnn_course import (
    conv1d,
    conv1d_backward,
    conv2d,
    conv_output_size,
    fold,
    max_pool1d,
    max_pool2d,
    nn,
    receptive_field,
    same_padding,
)

EXACT = {"rtol": 0, "atol": 1e-12}  # sums of at most 60 numbers of size 100


@pytest.fixture
def rng():
    return np.random.default_rng(32)


def integers(rng, *shape):
    return rng.integers(-9, 10, size=shape).astype(float)


def starts(n, k, s=1, p=0, q=0, d=1):
    """Where the windows begin, by trying every position: the definition, without a formula."""
    return [i for i in range(-p, n + q) if (i + p) % s == 0 and all(i + v * d < n + q for v in range(k))]


def random_layer(rng):
    kernel_size, stride, dilation = (int(rng.integers(1, top)) for top in (5, 4, 4))
    padding = [(int(rng.integers(0, 4)), int(rng.integers(0, 4)))]
    return {"kernel_size": kernel_size, "stride": stride, "padding": padding, "dilation": dilation}


@pytest.mark.checks("prop-windows-fit", "eq-coverage")
@pytest.mark.parametrize("n", range(1, 14))
def test_windows_and_coverage_by_listing(n):
    for k in range(1, n + 1):
        windows = [range(i, i + k) for i in range(-k, n + k) if i >= 0 and i + k <= n]
        assert len(windows) == n - k + 1 == conv_output_size(n, k)
        covered = [sum(t in window for window in windows) for t in range(n)]
        assert covered == [min(t, n - k) - max(0, t - k + 1) + 1 for t in range(n)]
        np.testing.assert_array_equal(fold(np.ones((1, k, n - k + 1)), (n,), k)[0, 0], covered)


@pytest.mark.checks("prop-windows-fit")
def test_blocks_of_three_by_three_and_the_shrinking_of_five_by_five():
    for n in range(3, 20):
        assert conv_output_size((n, n), (3, 3)) == (n - 2, n - 2)
    sizes = [32]
    while sizes[-1] >= 5:
        sizes.append(conv_output_size(sizes[-1], 5))
    assert sizes == [32, 28, 24, 20, 16, 12, 8, 4]
    coverage = fold(np.ones((1, 9, 64)), (10, 10), 3)[0, 0]
    assert (coverage[0, 0], coverage[0, 5], coverage[5, 5]) == (1, 3, 9)


@pytest.mark.checks("def-border-padding", "prop-same-size")
def test_the_size_is_kept_by_k_minus_1_zeros_and_by_no_other_number():
    for n, k, p, q in product(range(1, 9), range(1, 8), range(7), range(7)):
        windows = len(starts(n, k, p=p, q=q))
        assert (windows == n) == (p + q == k - 1)
    for n, k in product(range(1, 12), range(1, 9)):
        modes = {"valid": n - k + 1, "full": n + k - 1, "same": n}
        for mode, size in modes.items():
            if size > 0:
                assert conv_output_size(n, k, padding=mode) == size
        assert same_padding(k) == (((k - 1) // 2, k - 1 - (k - 1) // 2),)
        touching = [i for i in range(-20, 20) if i < n and i + k > 0]
        assert touching == starts(n, k, p=k - 1, q=k - 1)


@pytest.mark.checks("def-border-padding", "prop-same-size")
def test_with_a_dilation_the_extent_stands_in_place_of_the_kernel_size():
    for n, k, d, p, q in product(range(1, 8), range(1, 5), range(1, 4), range(7), range(7)):
        assert (len(starts(n, k, p=p, q=q, d=d)) == n) == (p + q == d * (k - 1))
        e = d * (k - 1) + 1
        before, after = (e - 1) // 2, e - 1 - (e - 1) // 2
        assert same_padding(k, dilation=d) == ((before, after),)
        assert conv_output_size(n, k, padding="full", dilation=d) == n + e - 1
        if n >= e:
            assert conv_output_size(n, k, padding="valid", dilation=d) == n - e + 1
        for u, start in enumerate(starts(n, k, p=before, q=after, d=d)):
            assert np.mean([start + v * d for v in range(k)]) == u - before + (e - 1) / 2


@pytest.mark.checks("prop-same-size", "eq-window-centre")
def test_half_the_kernel_is_right_for_odd_kernels_only():
    sizes = [conv_output_size(10, k, padding=k // 2) for k in range(1, 9)]
    assert sizes == [10, 11, 10, 11, 10, 11, 10, 11]
    assert all(conv_output_size(n, k, padding=k // 2) == n + (k % 2 == 0) for n in range(1, 20) for k in range(1, 9))
    assert conv_output_size((10, 10), (5, 3), padding=2) == (10, 12)
    for k in range(1, 9):
        ((p, q),) = same_padding(k)
        for u, start in enumerate(starts(12, k, p=p, q=q)):
            middle = np.mean(range(start, start + k))
            assert middle == u - p + (k - 1) / 2 == u + (0.5 if k % 2 == 0 else 0)


@pytest.mark.checks("prop-same-size")
def test_with_the_sign_exchanged_the_padding_would_be_negative():
    for f in range(1, 12, 2):
        n = 20
        p = (f - 1) // 2
        assert n + 2 * p - f + 1 == n
        from_the_wrong_equation = (1 - f) // 2  # n + 2 p = n - f + 1
        assert n + 2 * from_the_wrong_equation == n - f + 1
        assert from_the_wrong_equation == -p


@pytest.mark.checks("lem-stride-is-decimation")
def test_a_stride_decimates_convolutions_and_pools(rng):
    for n, k, s, p, d in product((7, 12), (1, 2, 3), (1, 2, 3, 4), (0, 1), (1, 2)):
        x, weight = integers(rng, 2, 1, n), integers(rng, 1, 1, k)
        every = conv1d(x, weight, padding=p, dilation=d)
        strided = conv1d(x, weight, stride=s, padding=p, dilation=d)
        np.testing.assert_array_equal(strided, every[..., ::s])
        assert strided.shape[-1] == -(-every.shape[-1] // s)
        if p <= k // 2 and k <= n:
            pooled = max_pool1d(x, k, stride=1, padding=p)
            np.testing.assert_array_equal(max_pool1d(x, k, stride=s, padding=p), pooled[..., ::s])
        assert conv_output_size(n, k, stride=s, padding=same_padding(k)) == -(-n // s)


@pytest.mark.checks("lem-stride-is-decimation")
def test_a_decimation_loses_what_lies_between_and_libraries_have_defaults(rng):
    one, other = np.zeros(6), np.zeros(6)
    other[1] = 5
    np.testing.assert_array_equal(one[::2], other[::2])
    x = integers(rng, 1, 1, 9, 9)
    np.testing.assert_array_equal(max_pool2d(x, 3), max_pool2d(x, 3, stride=3))
    assert nn.Conv2d(1, 1, 3, rng=rng).stride == (1, 1)
    assert conv2d(x, np.ones((1, 1, 3, 3))).shape == (1, 1, 7, 7)


@pytest.mark.checks("thm-output-size", "eq-output-size", "def-window-geometry", "eq-extent")
@pytest.mark.parametrize("d", [1, 2, 3])
def test_the_size_is_the_number_of_windows(d):
    for n, k, s, p, q in product(range(1, 13), range(1, 6), range(1, 6), range(4), range(3)):
        windows = starts(n, k, s, p, q, d)
        m = n + p + q - d * (k - 1) - 1
        assert bool(windows) == (m >= 0)
        if m < 0:
            with pytest.raises(ValueError, match="kernel is larger than the padded input"):
                conv_output_size(n, k, stride=s, padding=[(p, q)], dilation=d)
            continue
        assert len(windows) == m // s + 1 == conv_output_size(n, k, stride=s, padding=[(p, q)], dilation=d)
        behind = [t for t in range(-p, n + q) if t > windows[-1] + d * (k - 1)]
        assert len(behind) == m % s <= s - 1
        assert (m / s + 1 == len(windows)) == (m % s == 0)
        assert sum(0 <= t < n for t in behind) == min(n, max(0, m % s - q))
        if len(windows) > 1:
            first_two = {t for start in windows[:2] for t in range(start, start + d * (k - 1) + 1)}
            between = set(range(windows[0], windows[1])) - first_two
            assert len(between) == max(0, s - d * (k - 1) - 1)


@pytest.mark.checks("thm-output-size")
def test_the_examples_of_the_sources():
    assert (conv_output_size(10, 3, stride=4), (10 - 3) % 4) == (2, 3)
    assert (conv_output_size(7, 2, stride=3), (7 - 2) % 3) == (2, 2)
    assert ((6 - 3) / 2 + 1, conv_output_size(6, 3, stride=2)) == (2.5, 2)
    assert (conv_output_size(32, 5), conv_output_size(32, 5, stride=2, padding=2)) == (28, 16)
    read = {i + v for i in starts(10, 3, 4) for v in range(3)}
    assert set(range(10)) - read == {3, 7, 8, 9}
    assert conv_output_size((5, 5), (3, 3), padding=1, stride=2) == (3, 3)


@pytest.mark.checks("def-window-geometry", "eq-strided-dilated")
def test_the_formula_of_the_output(rng):
    for n, k, s, p, q, d in product((5, 9), (1, 2, 3), (1, 2, 3), (0, 2), (0, 1), (1, 2)):
        if d * (k - 1) + 1 > n + p + q:
            continue
        x, w = integers(rng, n), integers(rng, k)
        y = conv1d(x[None, None], w[None, None], stride=s, padding=[(p, q)], dilation=d)[0, 0]
        for u, value in enumerate(y):
            positions = [(v, u * s + v * d - p) for v in range(k)]
            assert value == sum(w[v] * x[t] for v, t in positions if 0 <= t < n)


@pytest.mark.checks("def-window-geometry")
def test_a_maximum_ignores_padded_positions_and_a_sum_takes_zeros(rng):
    x = -rng.integers(1, 10, size=7).astype(float)  # negative: a zero would be the maximum
    for k, s in product((2, 3, 5), (1, 2, 3)):
        p = k // 2
        inside = [[x[t] for t in range(i, i + k) if 0 <= t < 7] for i in starts(7, k, s, p, p)]
        assert max_pool1d(x[None, None], k, stride=s, padding=p)[0, 0].tolist() == [max(taps) for taps in inside]
        sums = conv1d(x[None, None], np.ones((1, 1, k)), stride=s, padding=p)[0, 0]
        assert sums.tolist() == [sum(taps) for taps in inside]


@pytest.mark.checks("def-window-geometry")
def test_each_axis_has_its_own_stride(rng):
    x = integers(rng, 1, 1, 4, 6)
    assert max_pool2d(x, 2, stride=(2, 1)).shape[2:] == (2, 5)
    assert max_pool2d(x, 2, stride=(1, 2)).shape[2:] == (3, 3)
    for size in (4, 6, 8, 16):  # half of the image as a stride: two rows of windows, however large it is
        assert conv_output_size((size, size), (2, 2), stride=(size // 2, size // 2)) == (2, 2)
        assert sum(len(range(i, i + 2)) for i in starts(size, 2, size // 2)) == 4


@pytest.mark.checks("rem-size-relationships")
def test_the_relationships_are_cases_of_the_theorem():
    for n, k, p, s, d in product(range(1, 12), range(1, 6), range(5), range(1, 5), range(1, 4)):
        if k <= n:
            assert conv_output_size(n, k) == n - k + 1
            assert conv_output_size(n, k, stride=s) == (n - k) // s + 1
        if k <= n + 2 * p:
            assert conv_output_size(n, k, padding=p) == n - k + 2 * p + 1
            assert conv_output_size(n, k, padding=p, stride=s) == (n + 2 * p - k) // s + 1
        if k % 2:
            assert conv_output_size(n, k, padding=k // 2) == n
        assert conv_output_size(n, k, padding=k - 1) == n + k - 1
        numerator = n + 2 * p - k - (k - 1) * (d - 1)
        if numerator >= 0:
            assert conv_output_size(n, k, padding=p, stride=s, dilation=d) == numerator // s + 1


def test_padding_with_what_is_needed_gives_the_same_size_and_other_windows():
    for n, k, s, d in product(range(1, 15), range(1, 6), range(1, 5), (1, 2)):
        e, rounded_up = d * (k - 1) + 1, -(-n // s)
        total = max(0, (rounded_up - 1) * s + e - n)
        before = total // 2
        assert len(starts(n, k, s, before, total - before, d)) == rounded_up
        if total:
            assert len(starts(n, k, s, before, total - before - 1, d)) < rounded_up
    assert starts(8, 3, 2, 1, 1) == [-1, 1, 3, 5]
    assert starts(8, 3, 2, 0, 1) == [0, 2, 4, 6]
    assert (starts(8, 5, 4, 2, 2), starts(8, 5, 4, 0, 1)) == ([-2, 2], [0, 4])
    assert starts(7, 3, 2, 1, 1) == [-1, 1, 3, 5]  # both rules: 3 + 2 * 3 - 7 zeros are needed, one on each side


def offsets(layers):
    """All sums of v d, by listing."""
    taps = [[v * layer["dilation"] for v in range(layer["kernel_size"])] for layer in layers]
    return sorted({sum(choice) for choice in product(*taps)})


@pytest.mark.checks("prop-gridding")
def test_when_dilated_layers_leave_gaps(rng):
    without_gaps = 0
    for _ in range(600):
        layers = [random_layer(rng) for _ in range(int(rng.integers(1, 5)))]
        found = offsets(layers)
        reach = 0
        fits = True
        for layer in sorted(layers, key=lambda layer: layer["dilation"]):
            fits = fits and layer["dilation"] <= reach + 1
            reach += layer["dilation"] * (layer["kernel_size"] - 1)
        if fits:
            assert found == list(range(reach + 1))
            without_gaps += 1
        g = np.gcd.reduce([layer["dilation"] for layer in layers])
        assert all(t % g == 0 for t in found)
    assert without_gaps > 50
    for count in range(1, 6):
        doubled = [{"kernel_size": 3, "dilation": 2**level} for level in range(count)]
        assert offsets(doubled) == list(range(2 ** (count + 1) - 1))
    assert offsets([{"kernel_size": 3, "dilation": 2}] * 3) == list(range(0, 13, 2))
    assert offsets([{"kernel_size": 3, "dilation": d} for d in (1, 2, 3)]) == list(range(13))
    assert offsets([{"kernel_size": 3, "dilation": d} for d in (2, 4, 8)]) == list(range(0, 29, 2))  # doubled from 2
    assert offsets([{"kernel_size": 3, "dilation": 1}] * 3) == list(range(7))  # equal, and no holes
    one_tap_first = [{"kernel_size": 1, "dilation": 1}, {"kernel_size": 3, "dilation": 2}]
    assert offsets(one_tap_first) == [0, 2, 4]  # doubled from 1, but not with two taps or more
    assert offsets([{"kernel_size": 1, "dilation": 5}]) == [0]  # the condition is not necessary


@pytest.mark.checks("prop-grouped-layer", "eq-group-count")
def test_the_matrix_of_groups_is_block_diagonal(rng):
    n, (C, O) = 5, (4, 6)
    impulses = np.eye(C * n).reshape(C * n, C, n)
    for groups in (1, 2):
        weight = rng.integers(1, 9, size=(O, C // groups, 3)).astype(float)
        assert weight.size == O * C // groups * 3 == nn.Conv1d(C, O, 3, groups=groups, rng=rng).weight.data.size
        matrix = conv1d(impulses, weight, padding=1, groups=groups).reshape(C * n, O * n).T
        for row, column in product(range(groups), range(groups)):
            rows, columns = O * n // groups, C * n // groups
            block = matrix[row * rows : (row + 1) * rows, column * columns : (column + 1) * columns]
            if row != column:
                assert not block.any()
                continue
            own = weight[row * O // groups : (row + 1) * O // groups]
            part = np.eye(columns).reshape(columns, C // groups, n)
            np.testing.assert_array_equal(block, conv1d(part, own, padding=1).reshape(columns, rows).T)


@pytest.mark.checks("prop-grouped-layer")
def test_a_depthwise_and_a_pointwise_layer_have_one_kernel_for_each_input_channel(rng):
    x, depthwise, pointwise = integers(rng, 2, 4, 7, 7), integers(rng, 4, 1, 3, 3), integers(rng, 5, 4, 1, 1)
    together = conv2d(conv2d(x, depthwise, groups=4), pointwise)
    np.testing.assert_array_equal(together, conv2d(x, pointwise * depthwise[None, :, 0]))


def pixels_of(layers, u):
    """Pixels with which the output u is connected, layer by layer, on an axis without ends."""
    seen = {u}
    for layer in reversed(layers):
        s, d, ((p, _),) = layer["stride"], layer["dilation"], layer["padding"]
        seen = {t * s + v * d - p for t in seen for v in range(layer["kernel_size"])}
    return seen


@pytest.mark.checks("thm-receptive-recursion", "eq-receptive-recursion", "eq-receptive-centre")
def test_the_recursion_against_sets_of_pixels(rng):
    for _ in range(1500):
        layers = [random_layer(rng) for _ in range(int(rng.integers(0, 5)))]
        r, J, a = 1, 1, 0
        for layer in layers:
            ((p, _),) = layer["padding"]
            r += (layer["kernel_size"] - 1) * layer["dilation"] * J
            a -= p * J
            J *= layer["stride"]
        field = receptive_field(layers)
        assert (field.size, field.stride, field.offset) == (r, J, a)
        for u in (-2, 0, 3):
            seen = pixels_of(layers, u)
            assert (min(seen), max(seen)) == (a + u * J, a + u * J + r - 1)
            assert (min(seen) + max(seen)) / 2 == a + u * J + (r - 1) / 2


@pytest.mark.checks("thm-receptive-recursion", "eq-receptive-centre")
def test_the_recursion_against_gradients(rng):
    for _ in range(60):
        layers = [random_layer(rng) for _ in range(3)]
        x = integers(rng, 1, 1, 160)
        inputs, weights = [x], []
        for layer in layers:
            numbers = {name: layer[name] for name in ("stride", "padding", "dilation")}
            weights.append(rng.uniform(1, 2, size=(1, 1, layer["kernel_size"])))
            inputs.append(conv1d(inputs[-1], weights[-1], **numbers))
        field = receptive_field(layers)
        u = (70 - field.offset) // field.stride  # in the middle, away from both ends
        gradient = np.zeros_like(inputs[-1])
        gradient[0, 0, u] = 1
        for layer, below, weight in reversed(list(zip(layers, inputs[:-1], weights, strict=True))):
            numbers = {name: layer[name] for name in ("stride", "padding", "dilation")}
            gradient, *_ = conv1d_backward(gradient, below, weight, **numbers)
        seen = np.flatnonzero(gradient[0, 0])
        first = field.offset + u * field.stride
        assert set(seen.tolist()) == pixels_of(layers, u)
        assert (seen[0], seen[-1]) == (first, first + field.size - 1)


@pytest.mark.checks("thm-receptive-recursion")
def test_where_the_gradient_shows_less_than_the_receptive_field(rng):
    x = rng.permutation(np.arange(12.0, 24.0)).reshape(1, 1, 12).astype(np.float32)
    upstream = np.zeros((1, 1, 10), np.float32)
    upstream[0, 0, 4] = 1
    for after, pixels in ((nn.Identity(), 3), (nn.ReLU(), 0)):
        layer = nn.Conv1d(1, 1, 3, bias=False, rng=rng)
        layer.weight.data[...] = -1  # so that all outputs are negative
        stack = nn.Sequential(layer, after)
        stack(x)
        assert np.count_nonzero(stack.backward(upstream)) == pixels
    for pool, pixels in ((nn.MaxPool1d(3, stride=1), 1), (nn.AvgPool1d(3, stride=1), 3)):
        pool(x)
        assert np.count_nonzero(pool.backward(upstream)) == pixels


@pytest.mark.checks("thm-receptive-recursion")
def test_filter_size_and_receptive_field_differ_in_a_stack():
    stack = [{"kernel_size": 3, "padding": 1}] * 3
    assert [receptive_field(stack[:depth]).size for depth in (1, 2, 3)] == [3, 5, 7]
    alone = {"kernel_size": 4, "stride": 3, "padding": 2, "dilation": 2}
    field = receptive_field([alone])
    assert [field.offset + u * 3 + (field.size - 1) / 2 for u in range(4)] == [u * 3 - 2 + 2 * 3 / 2 for u in range(4)]


@pytest.mark.checks("eq-demo-layer")
def test_the_layer_of_the_film_by_loops(rng):
    x, w, b = integers(rng, 3, 5, 5), integers(rng, 2, 3, 3, 3), np.array([1.0, 0.0])
    y = np.zeros((2, 3, 3))
    for o, i, j in np.ndindex(y.shape):
        y[o, i, j] = b[o]
        for c, k, l in np.ndindex(3, 3, 3):
            row, column = 2 * i + k - 1, 2 * j + l - 1
            if 0 <= row < 5 and 0 <= column < 5:
                y[o, i, j] += w[o, c, k, l] * x[c, row, column]
    np.testing.assert_allclose(conv2d(x[None], w, b, stride=2, padding=1)[0], y, **EXACT)
    assert w.size + b.size == 56


@pytest.mark.checks("eq-pyramid")
def test_halving_the_sides_and_doubling_the_channels_keeps_the_cost(rng):
    for side, channels in ((16, 2), (8, 4)):
        weight = integers(rng, channels, channels, 3, 3)
        y = conv2d(integers(rng, 1, channels, side, side), weight, padding=1)
        assert y[0, 0].size * weight.size == 16 * 16 * 2 * 2 * 9
