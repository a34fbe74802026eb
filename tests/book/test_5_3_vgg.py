"""The statements of the chapter on VGG: counted from the networks, and from the definitions with small numbers."""

from itertools import pairwise, product
from math import prod, sqrt

import numpy as np
import pytest
from catalogue import Zeros

from cnn_course import (
    SGD,
    BatchNorm2d,
    Conv2d,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
    Sequential,
    conv2d,
    conv2d_backward,
    conv_output_size,
    convolve,
    digits,
    fit,
    nets,
    receptive_field,
    summary,
)
from cnn_course.exercises import find


@pytest.fixture
def rng():
    return np.random.default_rng(20260503)


STAGES = {11: (1, 1, 2, 2, 2), 13: (2, 2, 2, 2, 2), 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}
PARAMETERS = {11: 132_863_336, 13: 133_047_848, 16: 138_357_544, 19: 143_667_240}
NORMED = {11: 132_868_840, 13: 133_053_736, 16: 138_365_992, 19: 143_678_248}
ACCUMULATES = {11: 7_609_090_048, 13: 11_308_466_176, 16: 15_470_264_320, 19: 19_632_062_464}
CONV, POOL = {"kernel_size": 3, "padding": 1}, {"kernel_size": 2, "stride": 2}


@pytest.fixture(scope="module")
def rows():
    return summary(nets.vgg16(rng=Zeros()), (3, 224, 224)).rows


def kinds(rows, *names):
    return [row for row in rows if row.layer in names]


@pytest.mark.checks("def-vgg")
@pytest.mark.parametrize("depth", STAGES)
def test_the_family(depth):
    network = getattr(nets, f"vgg{depth}")(rng=Zeros())
    stages, convolutions = [], 0
    for layer in network["features"]:
        if isinstance(layer, Conv2d):
            convolutions += 1
            assert (layer.kernel_size, layer.stride, layer.padding) == ((3, 3), (1, 1), (1, 1))
        elif isinstance(layer, MaxPool2d):
            assert (layer.kernel_size, layer.stride) == (2, 2)
            stages.append(convolutions)
            convolutions = 0
        else:
            assert isinstance(layer, ReLU)
    assert tuple(stages) == STAGES[depth]
    assert sum(stages) + sum(isinstance(layer, Linear) for layer in network["classifier"]) == depth
    count = sum(parameter.data.size for _, parameter in network.named_parameters())
    channels = sum(width * c for width, c in zip((64, 128, 256, 512, 512), stages, strict=True))
    assert (count, count + 2 * channels) == (PARAMETERS[depth], NORMED[depth])
    costs, side = 0, 224
    for layer in network["features"]:
        side //= 2 if isinstance(layer, MaxPool2d) else 1
        costs += layer.weight.data.size * side**2 if isinstance(layer, Conv2d) else 0
    costs += sum(layer.weight.data.size for layer in network["classifier"] if isinstance(layer, Linear))
    assert costs == ACCUMULATES[depth]


@pytest.mark.checks("def-vgg")
def test_vgg16_layer_by_layer(rows):
    learned = [row.parameters for row in rows if row.parameters]
    convolutions = [1_792, 36_928, 73_856, 147_584, 295_168, 590_080, 590_080, 1_180_160, *[2_359_808] * 5]
    assert learned == [*convolutions, 102_764_544, 16_781_312, 4_097_000]
    assert sum(convolutions) == 14_714_688 < 16_781_312
    assert sum(row.multiply_accumulates for row in rows) == ACCUMULATES[16]
    sides = [row.output_shape[1] for row in kinds(rows, "MaxPool2d")]
    assert sides == [112, 56, 28, 14, 7]
    assert 2.5 < ACCUMULATES[19] / ACCUMULATES[11] < 2.6
    assert round(PARAMETERS[19] / PARAMETERS[11], 2) == 1.08
    alexnet = conv_output_size(conv_output_size(227, 11, stride=4), 3, stride=2)
    assert alexnet == 27


@pytest.mark.checks("prop-pyramid-costs")
def test_half_the_side_and_twice_the_channels(rng, rows):
    for k, c, n in ((3, 2, 8), (5, 4, 12), (1, 6, 4)):
        costs = []
        for channels, outputs, side in ((c, c, n), (2 * c, 2 * c, n // 2), (c // 2, c, n)):
            layer = Conv2d(channels, outputs, k, padding=k // 2, bias=False, rng=rng)
            (row,) = summary(layer, (channels, side, side)).rows
            costs.append((row.parameters, row.multiply_accumulates, prod(row.output_shape)))
        first, next_stage, narrow = costs
        assert first == (k * k * c * c, k * k * c * c * n * n, c * n * n)
        assert next_stage == (4 * first[0], first[1], first[2] // 2)
        assert narrow == (first[0] // 2, first[1] // 2, first[2])
    work = [row.multiply_accumulates for row in kinds(rows, "Conv2d")][1:]
    assert {round(max(work) / number) for number in work} == {1, 2, 4}
    assert [max(work) // number for number in work[-3:]] == [4, 4, 4]


@pytest.mark.checks("prop-pyramid-costs")
def test_where_the_numbers_of_vgg16_sit(rows):
    outputs = [prod(row.output_shape) for row in kinds(rows, "Conv2d", "MaxPool2d", "Linear")]
    numbers = 3 * 224**2 + sum(outputs)
    assert numbers == 15_237_608
    assert round(4 * numbers / 2**20, 1) == 58.1
    assert 0.45 < sum(outputs[:3]) / numbers < 0.5
    dense = kinds(rows, "Linear")
    assert round(dense[0].parameters / PARAMETERS[16], 3) == 0.743
    assert sum(row.parameters for row in dense) / PARAMETERS[16] > 0.89
    assert sum(row.multiply_accumulates for row in dense) / ACCUMULATES[16] < 0.01
    assert 9 * numbers < PARAMETERS[16] < 10 * numbers
    assert round(sum(row.activation_bytes for row in rows) / 2**20, 1) == 109.4


@pytest.mark.checks("prop-stacked-fields")
def test_fields_of_stacks(rows):
    for m, k in product(range(1, 7), (1, 2, 3, 5)):
        assert receptive_field([{"kernel_size": k}] * m).size == m * (k - 1) + 1
    three, one = receptive_field([CONV] * 3), receptive_field([{"kernel_size": 7, "padding": 3}])
    assert (three.size, three.offset, three.stride) == (one.size, one.offset, one.stride) == (7, -3, 1)
    for m in range(1, 8):
        assert receptive_field([CONV, POOL] * (m - 1) + [CONV]).size == 5 * 2 ** (m - 1) - 2
    trace = [row.receptive_field[0] for row in kinds(rows, "Conv2d", "MaxPool2d")]
    assert trace == [3, 5, 6, 10, 14, 16, 24, 32, 40, 44, 60, 76, 92, 100, 132, 164, 196, 212]
    layers = [layer for c in STAGES[16] for layer in (*[CONV] * c, POOL)]
    assert (receptive_field(layers[:-1]).size, receptive_field(layers[:-1]).stride) == (196, 16)
    assert (receptive_field(layers).size, receptive_field(layers).stride) == (212, 32)
    assert receptive_field([{**CONV, "stride": 2}, CONV, CONV]).size == 11  # a stride below makes it wider


@pytest.mark.checks("def-three-fields")
def test_the_reach_of_a_gradient_lies_in_the_field(rng):
    for relu in (False, True):
        layers = [layer for _ in range(3) for layer in (Conv2d(4, 4, 3, padding=1, rng=rng), *[ReLU()] * relu)]
        network = Sequential(*layers)
        upstream = np.zeros_like(network(rng.standard_normal((1, 4, 15, 15)).astype(np.float32)))
        upstream[0, :, 7, 7] = rng.standard_normal(4)
        reached = network.backward(upstream)[0].any(axis=0)
        assert not np.delete(reached, range(4, 11), axis=0).any()
        assert not np.delete(reached, range(4, 11), axis=1).any()
        assert relu or reached[4:11, 4:11].all()
    one = Sequential(*[layer for _ in range(3) for layer in (Conv2d(1, 1, 3, padding=1, rng=rng), ReLU())])
    one[0].bias.data[:] = -100.0  # a relu that is off passes nothing back
    upstream = np.ones_like(one(np.ones((1, 1, 9, 9), np.float32)))
    assert not one.backward(upstream).any()


@pytest.mark.checks("prop-effective-spread")
def test_squared_gradients_spread_like_a_random_walk(rng):
    layers, draws, channels = 3, 4000, 2
    total = np.zeros((channels, 9, 9))
    for _ in range(draws):
        g = np.zeros((1, channels, 9, 9))
        g[0, 0, 4, 4] = 1
        for _ in range(layers):
            weight = rng.choice([-1.0, 1.0], (channels, channels, 3, 3))
            g, *_ = conv2d_backward(g, np.zeros_like(g), weight, padding=1)
        total += g[0] ** 2
    walk = np.convolve(np.convolve(np.ones(3), np.ones(3)), np.ones(3)) / 27
    expected = np.pad(np.outer(walk, walk), 1)
    measured = total / total.sum(axis=(1, 2), keepdims=True)
    assert np.allclose(measured, expected, atol=0.004)
    assert abs(measured - np.pad(np.full((7, 7), 1 / 49), 1)).max() > 0.02  # by no means uniform
    t = np.arange(-layers, layers + 1)
    assert np.isclose(sqrt((walk * t**2).sum()), sqrt(2 * layers / 3))


@pytest.mark.checks("prop-effective-spread")
def test_the_root_is_a_law_for_stride_one():
    for layers in (3, 13, 50):
        walk = np.ones(1)
        for _ in range(layers):
            walk = np.convolve(walk, np.ones(3) / 3)
        t = np.arange(-layers, layers + 1)
        square = np.outer(walk, walk)
        for a in (1.5, 2, 3):  # Chebyshev
            inside = np.abs(t) <= a * sqrt(2 * layers / 3)
            assert square[np.ix_(inside, inside)].sum() >= 1 - 2 / a**2
    deviations, walk = [], np.ones(3) / 3
    for m in range(2, 11):  # a mean over 2 x 2 behind each convolution: its gradient is spread evenly
        walk = np.convolve(np.repeat(walk, 2) / 2, np.ones(3) / 3)
        assert len(walk) == 5 * 2 ** (m - 1) - 2
        t = np.arange(len(walk)) - (len(walk) - 1) / 2
        deviations.append(sqrt((walk * t**2).sum()) / len(walk))
    assert all(0.19 < share < 0.24 for share in deviations)
    assert 0.19 < deviations[-1] < 0.21


@pytest.mark.checks("prop-three-against-one")
def test_three_kernels_against_one(rng):
    def parameters(channels, k):
        layers = [Conv2d(a, b, k, padding=k // 2, rng=rng) for a, b in pairwise(channels)]
        rows = summary(Sequential(*layers), (channels[0], 8, 8)).rows
        counts = (sum(getattr(row, name) for row in rows) for name in ("parameters", "multiply_accumulates"))
        return *counts, sum(prod(row.output_shape) for row in rows)

    for c in (1, 2, 5, 16):
        three, one = parameters([c] * 4, 3), parameters([c] * 2, 7)
        assert three == (27 * c * c + 3 * c, 27 * c * c * 64, 3 * c * 64)
        assert one == (49 * c * c + c, 49 * c * c * 64, c * 64)
        assert three[0] < one[0]
        for c0 in (1, 2, 3, 5):
            three, one = parameters([c0, c, c, c], 3)[0], parameters([c0, c], 7)[0]
            assert (three < one) == (18 * c + 2 < 40 * c0)
    assert (27 * 64**2 + 3 * 64, 49 * 64**2 + 64) == (110_784, 200_768)
    at_the_input = parameters([3, 64, 64, 64], 3)[0] / parameters([3, 64], 7)[0]
    assert 7.5 < at_the_input < 8.5


def composed(*kernels):
    compose = find("compose_kernels").answer
    weight = kernels[0]
    for kernel in kernels[1:]:
        weight = compose(weight, kernel)
    return weight


@pytest.mark.checks("thm-linear-stacks")
def test_composition_of_kernels(rng):
    first, second, third = (rng.standard_normal(shape) for shape in ((3, 2, 3, 3), (4, 3, 3, 3), (2, 4, 3, 3)))
    x = rng.standard_normal((1, 2, 11, 9))
    weight = composed(first, second, third)
    assert weight.shape == (2, 2, 7, 7)
    assert np.allclose(conv2d(conv2d(conv2d(x, first), second), third), conv2d(x, weight))


@pytest.mark.checks("thm-linear-stacks")
def test_a_kernel_that_is_no_composition(rng):
    """Alternating least squares stays away from it, and finds a kernel that is one."""
    missing = np.zeros((7, 7))
    missing[0, 0] = missing[6, 1] = 1
    factors = rng.standard_normal((3, 3, 3))
    present = convolve(convolve(*factors[:2]), factors[2])
    for target, near in ((missing, 0 * factors), (present, factors)):
        least, reachable = np.inf, near.any()
        for _ in range(3):
            kernels = list(near + rng.normal(0, 0.1 if reachable else 1, (3, 3, 3)))
            for sweep in range(60):
                a, b = (kernels[i] for i in range(3) if i != sweep % 3)
                both = convolve(a, b)
                matrix = np.stack([convolve(both, tap).ravel() for tap in np.eye(9).reshape(9, 3, 3)], axis=1)
                solution = np.linalg.lstsq(matrix, target.ravel(), rcond=None)[0]
                kernels[sweep % 3] = solution.reshape(3, 3)
                least = min(least, np.linalg.norm(matrix @ solution - target.ravel()) / np.linalg.norm(target))
        assert least < 0.01 if reachable else least > 0.2


@pytest.mark.checks("thm-linear-stacks")
@pytest.mark.parametrize("c", [1, 2])
def test_the_directions_of_a_composition(rng, c):
    """With equal widths two invertible matrices can be moved between the layers: 27 C^2 - 2 C^2 directions."""
    kernels = rng.standard_normal((3, c, c, 3, 3))
    directions = []
    for layer in range(3):
        for tap in np.eye(9 * c * c).reshape(-1, c, c, 3, 3):
            changed = [tap if i == layer else kernels[i] for i in range(3)]
            directions.append(composed(*changed).ravel())
    assert np.linalg.matrix_rank(np.array(directions)) == 25 * c * c < 49 * c * c


@pytest.mark.checks("thm-linear-stacks")
@pytest.mark.parametrize(("inputs", "outputs"), [(1, 1), (2, 3)])
def test_with_many_hidden_channels_every_kernel_is_a_composition(rng, inputs, outputs):
    target = rng.standard_normal((outputs, inputs, 7, 7))
    first = np.zeros((4 * inputs, inputs, 3, 3))
    second = np.zeros((9 * inputs, 4 * inputs, 3, 3))
    third = np.zeros((outputs, 9 * inputs, 3, 3))
    corners = list(product((-1, 1), repeat=2))
    shifts = list(product((-2, 0, 2), repeat=2))
    taken = np.zeros((7, 7), bool)
    for c in range(inputs):
        taken[:] = False
        for i, (a, b) in enumerate(corners):
            first[4 * c + i, c, a + 1, b + 1] = 1
        for i, shift in enumerate(shifts):
            # one corner kernel on one of the four copies
            corner = tuple(-1 if s == -2 else 1 for s in shift)
            rest = tuple(s - k for s, k in zip(shift, corner, strict=True))
            assert set(rest) <= {-1, 1}
            second[9 * c + i, 4 * c + corners.index(corner), rest[0] + 1, rest[1] + 1] = 1
            for a, b in product((-1, 0, 1), repeat=2):
                row, column = shift[0] + a + 3, shift[1] + b + 3
                if not taken[row, column]:
                    taken[row, column] = True
                    third[:, 9 * c + i, a + 1, b + 1] = target[:, c, row, column]
        assert taken.all()
    assert np.array_equal(composed(first, second, third), target)
    assert 9 * (4 + 36 + 9) == 441


@pytest.mark.checks("prop-dense-as-convolution")
def test_a_dense_layer_on_a_larger_map(rng):
    c, h, w, outputs = 3, 2, 5, 7
    dense = Linear(c * h * w, outputs, rng=rng, dtype=np.float64)
    behind = Linear(outputs, 4, rng=rng, dtype=np.float64)
    x = rng.standard_normal((1, c, 5, 11))
    kernels = dense.weight.data.reshape(outputs, c, h, w)
    for o, channel, k, l in product(range(outputs), range(c), range(h), range(w)):
        assert kernels[o, channel, k, l] == dense.weight.data[o, (channel * h + k) * w + l]
    y = np.maximum(conv2d(x, kernels, dense.bias.data), 0)
    z = conv2d(y, behind.weight.data[:, :, None, None], behind.bias.data)
    assert z.shape == (1, 4, 4, 7)
    whole = Sequential(Flatten(), dense, ReLU(), behind)
    for i, j in np.ndindex(4, 7):
        assert np.allclose(z[:, :, i, j], whole(x[:, :, i : i + h, j : j + w]))
    assert conv2d(x[:, :, :h, :w], kernels).shape == (1, outputs, 1, 1)


@pytest.mark.checks("prop-dense-as-convolution")
@pytest.mark.parametrize("padding", [0, 1])
def test_crops_agree_without_padding(rng, padding):
    drawn = {"rng": rng, "dtype": np.float64}
    below = Sequential(
        *(Conv2d(1, 3, 3, padding=padding, **drawn), ReLU(), MaxPool2d(2)),
        *(Conv2d(3, 4, 3, padding=padding, **drawn), ReLU(), MaxPool2d(2)),
    )
    x = rng.standard_normal((1, 1, 37, 45))
    large, small = below(x), below(x[:, :, :22, :26])
    h, w = small.shape[2:]
    agree = [
        np.allclose(large[:, :, i : i + h, j : j + w], below(x[:, :, 4 * i : 4 * i + 22, 4 * j : 4 * j + 26]))
        for i, j in np.ndindex(large.shape[2] - h + 1, large.shape[3] - w + 1)
        if 4 * i + 22 <= 37 and 4 * j + 26 <= 45
    ]
    assert len(agree) > 6
    assert all(agree) if padding == 0 else not any(agree)


@pytest.mark.checks("prop-dense-as-convolution")
def test_which_crops_lie_in_the_image(rng):
    drawn = {"rng": rng, "dtype": np.float64}
    below = Sequential(Conv2d(1, 2, 3, **drawn), ReLU(), MaxPool2d(2), Conv2d(2, 2, 3, **drawn), ReLU(), MaxPool2d(2))
    valid = {"kernel_size": 3}
    field = receptive_field([valid, POOL, valid, POOL]).size
    h = 6
    least = 4 * (h - 1) + field
    sides = [m for m in range(20, 50) if below(np.zeros((1, 1, m, m))).shape[2] == h]
    assert sides == [30, 31, 32, 33]
    assert least == 30
    for side in range(30, 90):
        last = below(np.zeros((1, 1, side, 30))).shape[2] - h
        assert 4 * last + 30 <= side  # the smallest crop fits at every position
        if side == 80:
            assert 4 * last + 32 == 80
        if side == 82:
            assert 4 * last + 32 == 84  # but not every crop that makes the same map
    x = rng.standard_normal((1, 1, 43, 30))
    large = below(x)
    for i in range(large.shape[2] - h + 1):
        assert np.allclose(large[:, :, i : i + h], below(x[:, :, 4 * i : 4 * i + 30]))


def stack(rng, layers, norm, factor=1.0):
    """Convolutions from 16 to 16 channels with weights by the rule of He, times a factor, and relus."""
    made = []
    for _ in range(layers):
        conv = Conv2d(16, 16, 3, padding=1, bias=False, rng=rng, dtype=np.float64)
        conv.weight.data[:] = factor * rng.normal(0, sqrt(2 / 144), conv.weight.data.shape)
        made += [conv, *([BatchNorm2d(16, dtype=np.float64)] if norm else []), ReLU()]
    return Sequential(*made)


@pytest.mark.parametrize("norm", [True, False])
def test_a_normalisation_does_not_hold_the_gradient(norm):
    """In a plain stack of 20 layers it grows with batch normalisation, and not with the rule of He alone."""
    for seed in range(3):
        rng = np.random.default_rng(seed)
        network = stack(rng, 20, norm)
        upstream = rng.standard_normal(network(rng.standard_normal((2, 16, 12, 12))).shape)
        growth = (network.backward(upstream) ** 2).mean() / (upstream**2).mean()
        assert growth > 50 if norm else growth < 2


def test_the_gradient_goes_as_one_over_the_size_of_normalised_weights():
    assert 26.5 < sqrt(2 / 27) / 0.01 < 27.5  # the first layer of VGG-16
    assert 2.8 < 2 * np.log10(27) < 3
    gradients = []
    for factor in (1, 27):
        rng = np.random.default_rng(5)
        network = stack(rng, 3, norm=True, factor=factor)
        y = network(rng.standard_normal((2, 16, 8, 8)))
        network.backward(rng.standard_normal(y.shape))
        gradients.append(network[0].weight.grad.copy())
    assert np.allclose(gradients[0], 27 * gradients[1], rtol=0.01, atol=1e-3 * abs(gradients[0]).max())


@pytest.mark.checks("eq-widest")
def test_the_widest_feature_maps():
    widest = {}
    for name in ("vgg11", "alexnet", "googlenet", "resnet50"):
        rows = summary(getattr(nets, name)(rng=Zeros()), (3, 224, 224)).rows
        widest[name] = max(row.output_shape[0] for row in rows if row.output_shape and len(row.output_shape) == 3)
    assert widest == {"vgg11": 512, "alexnet": 384, "googlenet": 1024, "resnet50": 2048}


def test_a_padded_kernel_on_one_pixel_starves(rng):
    """The exercise on a stack that starves: a ninth of the mean square, and eight weights without a gradient."""
    factors = []
    for _ in range(300):
        x = rng.standard_normal((1, 32, 1, 1))
        weight = rng.normal(0, sqrt(2 / 288), (32, 32, 3, 3))
        y = np.maximum(conv2d(x, weight, padding=1), 0)
        factors.append((y**2).mean() / (x**2).mean())
    assert abs(np.mean(factors) - 1 / 9) < 0.01
    _, gradient, *_ = conv2d_backward(np.ones_like(y), x, weight, padding=1)
    assert np.count_nonzero(gradient.any(axis=(0, 1))) == 1


def starving(rng):
    """The network of the exercise."""
    layers, inputs = [], 1
    for width, count, pooled in ((16, 2, True), (16, 2, True), (32, 3, True), (32, 3, False), (32, 3, False)):
        for _ in range(count):
            conv = Conv2d(inputs, width, 3, padding=1, rng=rng)
            conv.weight.data[:] = rng.normal(0, sqrt(2 / conv.weight.data[0].size), conv.weight.data.shape)
            conv.bias.data[:] = 0
            layers += [conv, ReLU()]
            inputs = width
        if pooled:
            layers.append(MaxPool2d(2))
    return Sequential(*layers, Flatten(), Linear(32, 10, rng=rng))


def test_the_measurement_of_the_stack_that_starves():
    images, _ = digits()
    y, squares = (images[:200] - images.mean()) / images.std(), []
    for layer in starving(np.random.default_rng(0)):
        y = layer(y)
        if isinstance(layer, Conv2d):
            squares.append(np.mean(y.astype(float) ** 2))
    assert np.allclose(squares, [2, 2, 6, 5, 4, 2, 1, 0.4, 0.06, 0.007, 0.001, 0.00005, 0.00001], rtol=0.25)
    factors = [before / after for before, after in pairwise(squares[6:])]
    assert 2 < factors[0] < 3 < 20 < factors[4] < 25
    assert all(5 < factors[i] < 9 for i in (1, 2, 3, 5))
    assert 0.8e-5 < squares[-1] / squares[6] < 1.2e-5


@pytest.mark.parametrize("rate", [0.001, 0.01, 0.1, 1.0])
def test_the_stack_that_starves_does_not_learn(rate):
    images, labels = digits()
    images, labels = (images[:200] - images.mean()) / images.std(), labels[:200]
    rng = np.random.default_rng(0)
    network = starving(rng)
    steps = SGD(network.named_parameters(), lr=rate)
    history = fit(network, steps, images, labels, epochs=5, batch_size=20, rng=rng, progress=False)
    assert all(abs(epoch["loss"] - np.log(10)) < 0.03 for epoch in history)


def test_the_exercises_on_kernels_and_fields():
    t, root = np.array([1.0, 0, 1]), sqrt(3)
    assert np.allclose(np.convolve(np.convolve(t, [1, root, 1]), [1, -root, 1]), [1, 0, 0, 0, 0, 0, 1])
    assert receptive_field([{"kernel_size": 2}] * 6).size == receptive_field([CONV] * 3).size == 7
    layers = [*[CONV] * 2, POOL, *[CONV] * 2, POOL, *[CONV] * 3]
    assert receptive_field(layers).size == 40
    factor = 0.5 * 576 * 0.01**2
    assert np.isclose(factor, 0.0288)
    assert factor**4 < 1e-6 < factor**3
    assert [9 * m < (2 * m + 1) ** 2 for m in (1, 2, 3)] == [False, True, True]
