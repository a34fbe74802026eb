"""The statements of the chapter on AlexNet, and its numbers, from networks at full size."""

from itertools import product

import numpy as np
import pytest

from cnn_course import (
    Conv2d,
    Dropout,
    LocalResponseNorm,
    conv2d,
    conv_output_size,
    draw,
    local_response_norm,
    max_pool2d,
    nets,
    receptive_field,
    relu,
    summary,
)

WINDOWS = [(11, 4, 0), (3, 2, 0), (5, 1, 2), (3, 2, 0), (3, 1, 1), (3, 1, 1), (3, 1, 1), (3, 2, 0)]
OF_2012 = {"n": 5, "kappa": 2.0, "alpha": 1e-4, "beta": 0.75}


@pytest.fixture
def rng():
    return np.random.default_rng(20260502)


@pytest.fixture(scope="module")
def tables():
    """Summaries of the three forms, which are built one after the other."""
    forms = {
        "2012": (nets.alexnet_2012, 227, {}),
        "one group": (nets.alexnet_2012, 227, {"groups": 1}),
        "torchvision": (nets.alexnet, 224, {}),
    }
    made = {}
    for name, (build, size, options) in forms.items():
        made[name] = summary(build(rng=np.random.default_rng(0), **options), (3, size, size))
    return made


def learned(table):
    return [row for row in table.rows if row.parameters]


@pytest.mark.checks("prop-uses-of-a-weight", "rem-alexnet-pyramid")
def test_the_totals_of_the_three_forms(tables):
    totals = {name: (table.parameters, table.multiply_accumulates) for name, table in tables.items()}
    assert totals["2012"] == (60_965_224, 724_406_816)
    assert totals["one group"] == (62_378_344, 1_135_256_096)
    assert totals["torchvision"] == (61_100_840, 714_188_480)
    by_layer = [row.parameters for row in learned(tables["2012"])]
    assert by_layer == [34_944, 307_456, 885_120, 663_936, 442_624, 37_752_832, 16_781_312, 4_097_000]
    assert round(totals["one group"][1] / totals["2012"][1], 2) == 1.57
    assert round(2 * totals["2012"][1] / 1e9, 2) == 1.45
    saved = np.subtract(totals["one group"], totals["2012"])
    assert saved.tolist() == [1_413_120, 410_849_280]
    assert [round(100 * share) for share in saved / totals["one group"]] == [2, 36]


@pytest.mark.checks("prop-uses-of-a-weight")
def test_where_parameters_and_work_are(tables):
    rows = learned(tables["2012"])
    conv, dense = rows[:5], rows[5:]
    assert sum(row.parameters for row in conv) == 2_334_080
    assert sum(row.parameters for row in dense) == 58_631_144
    assert sum(row.multiply_accumulates for row in conv) == 665_784_864
    for row, (outputs, share, k) in zip(
        conv, [(96, 3, 11), (256, 48, 5), (384, 256, 3), (384, 192, 3), (256, 192, 3)], strict=True
    ):
        weights = outputs * share * k**2
        assert row.parameters == weights + outputs
        assert row.multiply_accumulates == weights * np.prod(row.output_shape[1:])
    assert sum(np.prod(row.output_shape) for row in rows) == 659_272
    assert 13 * 13 * 384 * 4096 == 265_814_016 > 4 * tables["2012"].parameters
    assert 3 * 227**2 == 154_587
    assert round(154_587 / 32**2) == 151


@pytest.mark.checks("prop-uses-of-a-weight", "eq-hypothetical-layer")
def test_a_fully_connected_layer_is_a_convolution_with_one_position(rng):
    for c, h, w, m in ((2, 3, 5, 7), (3, 1, 4, 2)):
        x, weight = rng.standard_normal((2, c, h, w)), rng.standard_normal((m, c, h, w))
        y = conv2d(x, weight)
        assert y.shape == (2, m, 1, 1)
        assert np.allclose(y[:, :, 0, 0], x.reshape(2, -1) @ weight.reshape(m, -1).T)
    assert 13 * 13 * 384 * 4096 == 265_814_016
    assert 6 * 6 * 256 * 4096 == 37_748_736


@pytest.mark.checks("eq-alexnet-sizes")
def test_the_chain_of_sizes():
    for size, padding, expected in (
        (227, 0, [55, 27, 27, 13, 13, 13, 13, 6]),
        (224, 0, [54, 26, 26, 12, 12, 12, 12, 5]),
        (224, 2, [55, 27, 27, 13, 13, 13, 13, 6]),
        (451, 0, [111, 55, 55, 27, 27, 27, 27, 13]),
    ):
        sizes, n = [], size
        for k, s, p in [(11, 4, padding), *WINDOWS[1:]]:
            n = conv_output_size(n, k, stride=s, padding=p)
            sizes.append(n)
        assert sizes == expected
    assert (224 - 11) / 4 + 1 == 54.25
    exact = []
    for size in range(11, 300):
        n, even = size, True
        for k, s, p in WINDOWS:
            even = even and n + 2 * p >= k and (n + 2 * p - k) % s == 0
            n = max(n + 2 * p - k, 0) // s + 1
        exact += [size] if even else []
    assert exact == list(range(67, 300, 32))


@pytest.mark.checks("eq-alexnet-sizes")
@pytest.mark.parametrize(("size", "lost"), [(227, []), (224, [219, 220, 221, 222, 223])])
def test_which_pixels_are_lost(size, lost, rng):
    """The gradient of a narrow network with the same windows reaches all pixels but those."""
    narrow, channels = [], 1
    for k, s, p in WINDOWS:
        narrow.append(Conv2d(channels, 2, k, stride=s, padding=p, rng=rng, dtype=np.float64))
        narrow[-1].weight.data[:] = 1 / k**2  # positive, so that nothing cancels
        channels = 2
    y = rng.random((1, 1, size, size))
    for layer in narrow:
        y = layer(y)
    g = np.ones_like(y)
    for layer in narrow[::-1]:
        g = layer.backward(g)
    unseen = g[0, 0] == 0
    assert np.flatnonzero(unseen.all(axis=1)).tolist() == lost
    assert np.flatnonzero(unseen.all(axis=0)).tolist() == lost
    assert unseen.sum() == size**2 - (size - len(lost)) ** 2


@pytest.mark.checks("rem-alexnet-pyramid")
def test_the_pyramid(tables):
    rows = {row.name: row for row in tables["2012"].rows}
    fields = [rows[f"features.{place}"].receptive_field for place in (0, 3, 4, 7, 8, 10, 12, 14)]
    assert fields == [(n, n) for n in (11, 19, 51, 67, 99, 131, 163, 195)]
    names = ("kernel_size", "stride", "padding")
    field = receptive_field([dict(zip(names, numbers, strict=True)) for numbers in WINDOWS])
    assert (field.size, field.stride) == (195, 32)
    begin = -sum(p * step for (_, _, p), step in zip(WINDOWS, (1, 4, 8, 8, 16, 16, 16, 16), strict=True))
    inside = [min(begin + 32 * u + 195, 227) - max(begin + 32 * u, 0) for u in range(6)]
    assert begin == -64
    assert inside == [131, 163, 195, 195, 163, 131]
    shapes = [row.output_shape for row in tables["2012"].rows if row.layer in ("Conv2d", "MaxPool2d")]
    assert [shape[0] for shape in shapes] == [96, 96, 256, 256, 384, 384, 256, 256]
    sides = [shape[1] for shape in shapes]
    assert sides == sorted(sides, reverse=True)
    numbers = [int(np.prod(shape)) for shape in shapes]
    assert numbers == [290_400, 69_984, 186_624, 43_264, 64_896, 64_896, 43_264, 9_216]
    assert round(154_587 / 9_216) == 17


@pytest.mark.checks("rem-alexnet-pyramid")
def test_the_architecture_can_be_drawn(tables):
    plt = pytest.importorskip("matplotlib.pyplot")
    network = nets.alexnet_2012(10, rng=np.random.default_rng(0))
    figure, ax = plt.subplots()
    draw.architecture(tables["2012"].rows, network, ax=ax, hide=("ReLU", "Dropout"), compact=True)
    assert len([text for text in ax.texts if "Linear" in text.get_text() or "×" in text.get_text()]) >= 11  # noqa: RUF001
    plt.close(figure)


@pytest.mark.checks("prop-two-towers")
def test_layers_that_respect_the_parts(rng):
    for groups, (c, o) in product((2, 3), ((6, 12), (12, 6))):
        weights = rng.standard_normal((o, c // groups, 3, 3)), rng.standard_normal((o, o // groups, 3, 3))

        def chain(x, weights=weights, groups=groups):
            first = relu(conv2d(x, weights[0], padding=1, groups=groups))
            return conv2d(max_pool2d(first, 2), weights[1], groups=groups)

        x = rng.standard_normal((1, c, 8, 8))
        for part in range(groups):
            other = x.copy()
            other[:, part * c // groups : (part + 1) * c // groups] += 1
            changed = np.any(chain(other) != chain(x), axis=(0, 2, 3)).reshape(groups, -1)
            assert changed.any(axis=1).tolist() == [q == part for q in range(groups)]
        mixed = rng.standard_normal((o, c, 3, 3))  # an ordinary layer does not
        assert np.any(conv2d(other, mixed) != conv2d(x, mixed), axis=(2, 3)).all()


@pytest.mark.checks("prop-two-towers")
def test_a_grouped_layer_is_an_ordinary_one_with_zeros(rng):
    for groups, c, o in ((2, 4, 6), (3, 3, 6), (2, 6, 4)):
        weight, full = rng.standard_normal((o, c // groups, 3, 2)), np.zeros((o, c, 3, 2))
        for filter_number in range(o):
            q = filter_number // (o // groups)
            full[filter_number, q * c // groups : (q + 1) * c // groups] = weight[filter_number]
        x = rng.standard_normal((2, c, 5, 4))
        assert np.allclose(conv2d(x, full), conv2d(x, weight, groups=groups))
        assert (full == 0).mean() == pytest.approx(1 - 1 / groups)
    assert 384 * 384 * 9 == 1_327_104 == 2 * (384 * 192 * 9)


@pytest.mark.checks("prop-two-towers")
def test_taps_that_never_meet_the_image_do_not_count(rng):
    full = np.zeros((2, 2, 3, 3))
    full[[0, 1], [0, 1]] = rng.standard_normal((2, 3, 3))
    mixed = full.copy()
    mixed[0, 1, 0, 0] = 5.0
    small, large = rng.standard_normal((1, 2, 1, 1)), rng.standard_normal((1, 2, 4, 4))
    assert np.array_equal(conv2d(small, mixed, padding=1), conv2d(small, full, padding=1))
    assert not np.allclose(conv2d(large, mixed, padding=1), conv2d(large, full, padding=1))
    thirds = [{0 if channel < 6 else 1 for channel in range(4 * q, 4 * q + 4)} for q in range(3)]
    assert thirds == [{0}, {0, 1}, {1}]  # the example of the table: halves, and then thirds


@pytest.mark.checks("prop-two-towers")
def test_which_channels_of_alexnet_meet():
    network, rng = nets.alexnet_2012(10, rng=np.random.default_rng(0)), np.random.default_rng(1)
    for first, last, channels, side, expected in (
        (9, 13, 384, 13, 192),
        (8, 9, 256, 13, 256),
        (4, 5, 96, 27, 48),
        (1, 5, 96, 55, 50),  # the normalisation passes the border, by two channels
    ):
        for half in (0, 1):
            part = network["features"][first:last]
            y = part(rng.standard_normal((1, channels, side, side)).astype(np.float32))
            g, middle = np.zeros_like(y), y.shape[1] // 2
            g[:, half * middle : (half + 1) * middle] = 1
            reached = np.flatnonzero(np.any(part.backward(g)[0] != 0, axis=(1, 2)))
            start = half * (channels - expected)
            assert reached.tolist() == list(range(start, start + expected))
    norms = [layer for layer in network["features"] if isinstance(layer, LocalResponseNorm)]
    assert [norm.size for norm in norms] == [5, 5]


@pytest.mark.checks("prop-no-saturation")
def test_the_slope_of_relu_depends_on_the_sign_alone(rng):
    z = rng.standard_normal(1000)
    for c in (0.01, 1.0, 100.0):
        assert np.allclose(relu(c * z), c * relu(z))
        slope = 1 - np.tanh(c * z) ** 2
        assert (slope <= 4 * np.exp(-2 * c * np.abs(z)) + 1e-15).all()  # 1 - tanh² has that rounding error
    assert round(1 - np.tanh(3) ** 2, 4) == 0.0099
    assert round(1 - np.tanh(6) ** 2, 6) == 0.000025


def normalised(a, n, kappa, alpha, beta):
    """The definition, one number after the other."""
    out = []
    for c in range(len(a)):
        around = [a[j] for j in range(c - n // 2, c + n // 2 + 1) if 0 <= j < len(a)]
        out.append(a[c] / (kappa + alpha * sum(value**2 for value in around)) ** beta)
    return np.array(out)


@pytest.mark.checks("def-local-response-norm", "eq-local-response-norm")
def test_local_response_norm_by_the_definition(rng):
    for scale, n in product((1.0, 100.0), (1, 3, 5)):
        a = scale * rng.standard_normal(11)
        y = local_response_norm(a[None], n, alpha=n * 1e-4, beta=0.75, k=2)[0]
        assert np.allclose(y, normalised(a, **(OF_2012 | {"n": n})), rtol=1e-12)
    by_hand = normalised([0, 100, 20, 0, 0, 0, 20], **OF_2012)
    assert by_hand.round(2).tolist() == [0, 43.44, 8.69, 0, 0, 0, 11.72]
    t = np.arange(1, 1000)
    alone = t * (2 + 1e-4 * t**2) ** -0.75
    assert t[alone.argmax()] == 200
    assert round(alone.max(), 1) == 52.2
    assert round(2**-0.75, 2) == 0.59
    pairs = np.stack([t[:600], np.full(600, 300)], axis=1).astype(float)
    beside = local_response_norm(pairs, 5, alpha=5e-4, beta=0.75, k=2)[:, 0]
    assert round(beside.max()) == 34
    assert 33 < beside[-1] < beside.max()


@pytest.mark.checks("prop-dropout-mean")
def test_mean_and_variance_of_a_unit_behind_dropout(rng):
    w, x, b = rng.standard_normal(6), rng.standard_normal(6), 0.3
    masks = np.array(list(np.ndindex(*(2,) * 6)))
    for p in (0.0, 0.25, 0.5, 0.8):
        chance = np.prod(np.where(masks == 1, 1 - p, p), axis=1)
        z = (masks * x / (1 - p)) @ w + b
        mean = chance @ z
        assert np.isclose(mean, w @ x + b)
        assert np.isclose(chance @ (z - mean) ** 2, p / (1 - p) * (w**2 @ x**2))
    first = np.array(list(np.ndindex(2, 2))) * 2.0  # two layers, each behind a dropout, all cases
    hidden = relu(first @ np.array([[1.0, -1.0], [-1.0, 1.0]]))
    assert hidden.mean(axis=0).tolist() == [0.5, 0.5]  # in training; in evaluation, relu(0) = 0
    layer = Dropout(0.5, rng=rng)
    ones = layer(np.ones(1000))
    assert set(ones.tolist()) == {0.0, 2.0}
    assert np.array_equal(layer.eval()(x), x)
    assert (relu(np.array([-1.0, 1.0])).mean(), relu(0.0)) == (0.5, 0)


@pytest.mark.checks("rem-four-challenges")
def test_the_table_of_costs():
    layer = {"padding": 1, "rng": np.random.default_rng(0), "bias": False}
    costs = {}
    for name, channels, k, groups in (
        ("plain", 384, 3, 1),
        ("groups", 384, 3, 2),
        ("wide", 768, 3, 1),
        ("large", 384, 7, 1),
        ("narrow", 384, 1, 1),
    ):
        conv = Conv2d(channels, channels, k, groups=groups, **(layer | {"padding": k // 2}))
        table = summary(conv, (channels, 13, 13))
        costs[name] = table.parameters
        assert table.multiply_accumulates == 169 * table.parameters
    assert costs["plain"] == 1_327_104
    assert costs["groups"] * 2 == costs["plain"] == costs["wide"] / 4
    assert costs["large"] * 9 == costs["plain"] * 49
    assert costs["narrow"] * 9 == costs["plain"]
    by_way_of_96 = 384 * 96 + 96 * 96 * 9 + 96 * 384
    assert by_way_of_96 == 156_672
    assert round(costs["plain"] / by_way_of_96) == 8


def test_the_numbers_of_the_exercise_on_a_smaller_network(tables):
    rows = learned(tables["2012"])
    weights = sum(row.parameters - row.output_shape[0] for row in rows)
    work = tables["2012"].multiply_accumulates
    fewer = 256 * 35 * 4096
    assert (weights - fewer, work - fewer) == (24_254_496, 687_706_656)
    middle = sum(row.parameters - row.output_shape[0] for row in rows[1:5])
    middle_work = sum(row.multiply_accumulates for row in rows[1:5])
    assert (weights - middle * 3 // 4, work - middle_work * 3 // 4) == (59_231_264, 304_129_568)
    assert 13 * 13 * 256 * 4096 == 177_209_344
    larger = sum(
        (row.parameters - row.output_shape[0]) * side**2
        for row, side in zip(rows[:5], (111, 55, 27, 27, 27), strict=True)
    )
    fc7_fc8 = 4096 * 4096 + 4096 * 1000
    assert larger + 177_209_344 + fc7_fc8 == 3_007_912_992
    assert larger + 256 * 4096 + fc7_fc8 == 2_831_752_224
    assert weights + 177_209_344 - 37_748_736 == 200_415_264


def test_the_exercise_on_the_shuffle():
    for groups, m in product(range(2, 6), range(1, 8)):
        sent = [[0] * groups for _ in range(groups)]
        for a, b in product(range(groups), range(m)):
            sent[a][(b * groups + a) // m] += 1
        assert (min(map(min, sent)) >= 1) == (m >= groups)
