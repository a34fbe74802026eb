"""The networks of the case studies have the published shapes and numbers, and their blocks compute what they should."""

import numpy as np
import pytest
from catalogue import Zeros
from messages import raises
from networks import check_gradients
from numpy.testing import assert_allclose, assert_array_equal

from cnn_course import functional as F
from cnn_course import nets
from cnn_course.nn import BatchNorm2d, Conv2d, Linear, MaxPool2d, ReLU, Residual, Tanh, base, freeze, summary

RNG = np.random.default_rng(0)
BLANK = Zeros()


def count(network):
    return sum(parameter.data.size for _, parameter in network.named_parameters())


def shapes(network):
    return [(name, array.shape) for name, array in network.named_arrays().items()]


def learned(network):
    """Parameters of each layer that has some, by name."""
    numbers = {}
    for name, parameter in network.named_parameters():
        owner = name.rpartition(".")[0]
        numbers[owner] = numbers.get(owner, 0) + parameter.data.size
    return numbers


def test_weights_drawn_in_blocks_are_those_of_one_draw(monkeypatch):
    once = Linear(7, 5, rng=np.random.default_rng(4)).named_arrays()
    monkeypatch.setattr(base, "BLOCK", 4)
    for name, array in Linear(7, 5, rng=np.random.default_rng(4)).named_arrays().items():
        assert_array_equal(array, once[name], strict=True)


def test_lenet5_is_the_dense_variant():
    network = nets.lenet5(rng=RNG)
    assert learned(network) == {"conv1": 156, "conv2": 2_416, "fc1": 48_120, "fc2": 10_164, "fc3": 850}
    table = summary(network, (1, 28, 28))
    assert table.parameters == 61_706
    assert table.multiply_accumulates == 117_600 + 240_000 + 48_000 + 10_080 + 840
    pools = [row.output_shape for row in table.rows if row.layer == "MaxPool2d"]
    assert pools == [(6, 14, 14), (16, 5, 5)]
    assert table.rows[-1].receptive_field == (32, 32)


def test_lenet5_of_1998_learns_60000_numbers():
    network = nets.lenet5_1998(rng=RNG)
    numbers = {"c1": 156, "s2": 12, "c3": 1_516, "s4": 32, "c5": 48_120, "f6": 10_164}
    assert learned(network) == numbers
    assert sum(numbers.values()) == count(network) == 60_000
    rows = {row.name: row for row in summary(network, (1, 32, 32)).rows}
    sizes = {"c1": (6, 28, 28), "s2": (6, 14, 14), "c3": (16, 10, 10), "s4": (16, 5, 5), "c5": (120, 1, 1)}
    assert {name: rows[name].output_shape for name in sizes} == sizes
    assert [rows[name].receptive_field for name in ("c1", "s2", "c3", "s4", "c5")] == [
        (n, n) for n in (5, 6, 14, 16, 32)
    ]
    # connections: each product once, and each bias once for each unit
    assert rows["c1"].multiply_accumulates + 6 * 28**2 == 122_304
    assert rows["c3"].multiply_accumulates + 16 * 10**2 == 151_600


def test_the_table_of_c3_feeds_from_each_map_ten_times():
    links = nets.lenet5_1998(rng=RNG)["c3"].links
    assert_array_equal(np.bincount(links[1]), [10] * 6)
    assert_array_equal(np.bincount(links[0]), [3] * 6 + [4] * 9 + [6])


def test_the_weights_of_1998_lie_in_the_interval_of_the_paper():
    network = nets.lenet5_1998(rng=np.random.default_rng(3))
    inputs = {"c1": 25, "s2": 4, "s4": 4, "c5": 400, "f6": 120}
    for name, fan_in in inputs.items():
        largest = np.abs(network[name].weight.data).max()
        assert 0.5 * 2.4 / fan_in < largest <= 2.4 / fan_in
        assert not network[name].bias.data.any()
    c3 = network["c3"]
    for output, fan_in in ((0, 75), (6, 100), (15, 150)):
        largest = np.abs(c3.weight.data[c3.links[0] == output]).max()
        assert 0.9 * 2.4 / fan_in < largest <= 2.4 / fan_in


def test_a_convolution_by_a_table_is_the_sum_over_its_links():
    table, rng = [[0, 2], [1], [2, 0, 1]], np.random.default_rng(1)
    layer, x = nets.TableConv2d(table, 3, rng=rng, dtype=np.float64), rng.standard_normal((2, 3, 7, 5))
    y, kernels = layer(x), iter(layer.weight.data)
    for output, row in enumerate(table):
        parts = [F.conv2d(x[:, c : c + 1], next(kernels)[None, None]) for c in row]
        assert_allclose(y[:, output : output + 1], sum(parts) + layer.bias.data[output], rtol=1e-12, atol=1e-12)


def test_the_layers_of_1998_are_drawn_by_what_feeds_an_output():
    sampling = nets.Subsampling2d(1000, rng=np.random.default_rng(17))
    table = nets.TableConv2d([[0], range(100)], 3, rng=np.random.default_rng(18))
    drawn = {
        0.5: (sampling.weight.data, sampling.bias.data),
        1 / 3: (table.weight.data[:1],),
        1 / 30: (table.weight.data[1:],),
    }
    for bound, arrays in drawn.items():
        for array in arrays:
            assert 0.7 * bound < np.abs(array).max() <= bound
    assert_array_equal(table.fan_in.ravel(), [9] + [900] * 100)
    assert np.abs(table.bias.data[1]) <= 1 / 30


def test_subsampling_by_hand():
    layer = nets.Subsampling2d(2, rng=RNG, dtype=np.float64)
    layer.weight.data[:], layer.bias.data[:] = [2, -1], [1, 0.5]
    x = np.array([[[[1.0, 2, 3, 4], [5, 6, 7, 8]], [[1, 0, 0, 1], [1, 0, 0, 2]]]])
    assert_array_equal(layer(x), [[[[2 * 14 + 1, 2 * 22 + 1]], [[-2 + 0.5, -3 + 0.5]]]])


def test_codes_are_plus_and_minus_one_and_the_output_is_the_squared_distance():
    rng = np.random.default_rng(3)
    layer, x = nets.SquaredDistance(84, 10, rng=rng, dtype=np.float64), rng.standard_normal((5, 84))
    assert set(layer.codes.ravel().tolist()) == {-1, 1}
    assert abs(layer.codes.mean()) < 4 / np.sqrt(layer.codes.size)
    assert list(layer.state_dict()) == ["codes"]
    expected = [[np.linalg.norm(row - code) ** 2 for code in layer.codes] for row in x]
    assert_allclose(layer(x), expected, rtol=1e-12)


LAYERS_1998 = {
    "ScaledTanh": ((3, 5), lambda **kw: nets.ScaledTanh()),
    "Subsampling2d": ((2, 3, 5, 7), lambda **kw: nets.Subsampling2d(3, **kw)),
    "TableConv2d": ((2, 3, 7, 5), lambda **kw: nets.TableConv2d([[0, 2], [1], [2, 0, 1]], 3, **kw)),
    "SquaredDistance": ((3, 7), lambda **kw: nets.SquaredDistance(7, 5, **kw)),
    "lenet5_1998": ((2, 1, 32, 32), lambda **kw: nets.lenet5_1998(3, **kw)),
}


@pytest.mark.parametrize("name", LAYERS_1998)
def test_gradients_of_the_layers_of_1998(name):
    shape, make = LAYERS_1998[name]
    rng = np.random.default_rng(2)
    layer = make(rng=rng, dtype=np.float64)
    x = rng.standard_normal(shape)
    assert max(result.relative_error for result in check_gradients(layer, x, rng)) < 1e-6
    assert layer.backward(rng.standard_normal(layer(x).shape), needs_input_grad=False) is None


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nets.TableConv2d([[0], []], 3, rng=RNG), "TableConv2d: table must have for each output channel"),
        (lambda: nets.TableConv2d([[0, 0]], 3, rng=RNG), "TableConv2d: table must have for each output channel"),
        (
            lambda: nets.TableConv2d(3, 3, rng=RNG),
            "TableConv2d: table must be a sequence of sequences of integers, got 3",
        ),
        (
            lambda: nets.TableConv2d([0], 3, rng=RNG),
            "TableConv2d: table must be a sequence of sequences of integers, got",
        ),
        (lambda: nets.TableConv2d([], 3, rng=RNG), "TableConv2d: table must have at least 1 output channel, got 0"),
        (lambda: nets.TableConv2d([[-1]], 3, rng=RNG), "TableConv2d: table must be at least 0, got -1"),
        (lambda: nets.TableConv2d([[0]], 0, rng=RNG), "TableConv2d: kernel_size must be at least 1, got 0"),
        (lambda: nets.Subsampling2d(0, rng=RNG), "Subsampling2d: num_features must be at least 1, got 0"),
        (lambda: nets.SquaredDistance(0, 1, rng=RNG), "SquaredDistance: in_features must be at least 1, got 0"),
        (lambda: nets.SquaredDistance(2, 1, rng=0), "SquaredDistance: rng must be a numpy.random.Generator, got 0"),
        (
            lambda: nets.SquaredDistance(2, 1, rng=RNG)(np.zeros((3, 4), np.float32)),
            "SquaredDistance: x must have shape (3, 2), got (3, 4)",
        ),
        (
            lambda: nets.Subsampling2d(2, rng=RNG)(np.zeros((1, 3, 4, 4), np.float32)),
            "Subsampling2d: x must have 2 channels, got 3",
        ),
        (
            lambda: nets.Subsampling2d(2, rng=RNG)(np.zeros((1, 2, 4, 4))),
            "Subsampling2d: x and weight must have one dtype, got float64 and float32",
        ),
    ],
)
def test_errors_of_the_layers_of_1998(make, message):
    with raises(message):
        make()


def batch_norm(name, channels):
    vectors = [f"{name}.{part}" for part in ("weight", "bias", "running_mean", "running_var")]
    return [(part, (channels,)) for part in vectors] + [(f"{name}.num_batches_tracked", ())]


def residual_state(counts, bottleneck, classes):
    """Names and shapes of a ResNet, as table 1 of the paper gives the channels and torchvision the names."""
    state, inputs = [("conv1.weight", (64, 3, 7, 7)), *batch_norm("bn1", 64)], 64
    for stage, count in enumerate(counts):
        width = (64, 128, 256, 512)[stage]
        for i in range(count):
            name = f"layer{stage + 1}.{i}"
            kernels = [(width, 1), (width, 3), (4 * width, 1)] if bottleneck else [(width, 3), (width, 3)]
            before = inputs
            for j, (outputs, kernel) in enumerate(kernels, start=1):
                state.append((f"{name}.conv{j}.weight", (outputs, before, kernel, kernel)))
                state += batch_norm(f"{name}.bn{j}", outputs)
                before = outputs
            if i == 0 and (bottleneck or stage > 0):
                state.append((f"{name}.downsample.0.weight", (before, inputs, 1, 1)))
                state += batch_norm(f"{name}.downsample.1", before)
            inputs = before
    return [*state, ("fc.weight", (classes, inputs)), ("fc.bias", (classes,))]


RESNETS = {  # blocks in the stages, bottlenecks, parameters, entries of the state, multiply-accumulates
    "resnet18": ((2, 2, 2, 2), False, 11_689_512, 122, 1_814_073_344),
    "resnet34": ((3, 4, 6, 3), False, 21_797_672, 218, 3_663_761_408),
    "resnet50": ((3, 4, 6, 3), True, 25_557_032, 320, 4_089_184_256),
    "resnet101": ((3, 4, 23, 3), True, 44_549_160, 626, 7_801_405_440),
    "resnet152": ((3, 8, 36, 3), True, 60_192_808, 932, 11_513_626_624),
}


@pytest.mark.parametrize("name", RESNETS)
def test_a_resnet_has_the_names_order_and_shapes_of_torchvision(name):
    counts, bottleneck, parameters, entries, _ = RESNETS[name]
    network = getattr(nets, name)(rng=BLANK)
    assert shapes(network) == residual_state(counts, bottleneck, 1000)
    assert count(network) == parameters
    assert len(network.named_arrays()) == entries


def cost(network, size):
    """Multiply-accumulates for one image of (size, size), by the strides alone: a padding leaves the size else."""
    total = 0
    for name, layer in network.named_layers():
        if isinstance(layer, Conv2d | MaxPool2d) and "downsample" not in name:  # which gives out what the body does
            size = -(-size // np.max(layer.stride))
        if isinstance(layer, Conv2d | Linear):
            total += int(layer.weight.data.size * (size**2 if isinstance(layer, Conv2d) else 1))
    return total


@pytest.mark.parametrize("name", RESNETS)
def test_a_resnet_costs_what_is_published(name):
    assert cost(getattr(nets, name)(rng=BLANK), 224) == RESNETS[name][-1]


@pytest.mark.parametrize(
    ("name", "macs"), [("resnet50", 3_857_973_248), ("resnet101", 7_570_194_432), ("resnet152", 11_282_415_616)]
)
def test_the_first_version_costs_less_and_has_the_same_state(name, macs):
    first, later = getattr(nets, name)(v1=True, rng=BLANK), getattr(nets, name)(rng=BLANK)
    assert cost(first, 224) == macs
    assert shapes(first) == shapes(later)


def test_summary_of_a_resnet():
    network = nets.resnet18(10, rng=np.random.default_rng(5))
    rows = summary(network, (3, 64, 64)).rows
    names = [row.name for row in rows]
    assert len(set(names)) == len(names)
    assert names[:5] == ["conv1", "bn1", "relu", "maxpool", "layer1.0.conv1"]
    sizes = {f"layer{i + 1}.1.relu2": (64 * 2**i, 16 // 2**i, 16 // 2**i) for i in range(4)}
    assert {row.name: row.output_shape for row in rows if row.name in sizes} == sizes
    fields = {row.name: row.receptive_field for row in rows}
    assert fields["layer4.1.conv2"] == (435, 435)
    assert rows[-1].output_shape == (10,)
    assert cost(network, 64) == sum(row.multiply_accumulates for row in rows)


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: nets.resnet34(2, rng=BLANK), 899),
        (lambda: nets.resnet50(2, rng=BLANK), 427),
        (lambda: nets.resnet50(2, v1=True, rng=BLANK), 483),
    ],
)
def test_receptive_fields_of_the_last_feature_map(make, field):
    features = make()[:-3]
    assert summary(features.eval(), (3, 32, 32)).rows[-1].receptive_field == (field, field)


def moments(x):
    return x.mean(axis=(0, 2, 3), keepdims=True), x.var(axis=(0, 2, 3), keepdims=True)


def test_a_residual_block_is_the_composition_of_its_functions():
    rng = np.random.default_rng(6)
    block = nets.resnet18(2, rng=rng, dtype=np.float64)["layer2"][0]
    state = block.named_arrays()
    for array in state.values():
        if array.ndim == 1:
            array += rng.uniform(0, 0.5, array.shape)
    x = rng.standard_normal((3, 64, 7, 5))

    def normed(x, name):
        mean, var = moments(x)
        weight, bias = (state[f"{name}.{part}"].reshape(-1, 1, 1) for part in ("weight", "bias"))
        return weight * (x - mean) / np.sqrt(var + 1e-5) + bias

    hidden = np.maximum(normed(F.conv2d(x, state["conv1.weight"], stride=2, padding=1), "bn1"), 0)
    body = normed(F.conv2d(hidden, state["conv2.weight"], padding=1), "bn2")
    shortcut = normed(F.conv2d(x, state["downsample.0.weight"], stride=2), "downsample.1")
    assert_allclose(block(x), np.maximum(body + shortcut, 0), rtol=1e-10, atol=1e-10)


def test_the_gradient_of_a_residual_block_is_the_sum_over_both_ways():
    rng = np.random.default_rng(7)
    network = nets.resnet_cifar(8, rng=rng, dtype=np.float64).eval()
    block, x = network["layer1"][0].train(), rng.standard_normal((2, 16, 5, 7))
    body = block["residual"].body
    y, g = block(x), rng.standard_normal((2, 16, 5, 7))
    through = g * (y > 0)
    grad_x = block.backward(g)
    assert_allclose(grad_x, through + body.backward(through), rtol=1e-12, atol=1e-12)


def smooth(network):
    """The network with tanh for ReLU, at whose kinks differences are no derivatives."""
    for _, layer in list(network.named_layers()):
        for name, child in layer.children.items():
            if isinstance(child, ReLU):
                setattr(layer, name, Tanh())
    return network


@pytest.mark.parametrize("make", [nets.resnet_cifar, nets.plain_cifar])
def test_gradients_of_a_small_resnet(make):
    rng = np.random.default_rng(8)
    network = smooth(make(8, 3, rng=rng, dtype=np.float64))
    x = rng.standard_normal((3, 3, 8, 8))
    assert max(result.relative_error for result in check_gradients(network, x, rng)) < 1e-6


@pytest.mark.parametrize("depth", [18, 50])
def test_gradients_of_the_blocks(depth):
    rng = np.random.default_rng(9)
    block = smooth(getattr(nets, f"resnet{depth}")(2, rng=rng, dtype=np.float64)["layer2"][0])
    x = rng.standard_normal((2, 64 if depth == 18 else 256, 6, 5))
    assert max(result.relative_error for result in check_gradients(block, x, rng)) < 1e-6


CIFAR = {20: 269_722, 32: 464_154, 44: 658_586, 56: 853_018, 110: 1_727_962}


@pytest.mark.parametrize("depth", CIFAR)
def test_the_family_for_small_images(depth):
    residual, plain = nets.resnet_cifar(depth, rng=BLANK), nets.plain_cifar(depth, rng=BLANK)
    assert count(residual) == CIFAR[depth]
    assert shapes(residual) == shapes(plain)
    weighted = [layer for _, layer in residual.named_layers() if isinstance(layer, Conv2d | Linear)]
    assert len(weighted) == depth


def test_plain_twins_have_the_layers_but_not_the_shortcuts():
    for plain, residual in ((nets.plain18, nets.resnet18), (nets.plain34, nets.resnet34)):
        expected = [pair for pair in shapes(residual(10, rng=BLANK)) if "downsample" not in pair[0]]
        network = plain(10, rng=BLANK)
        assert shapes(network) == expected
        assert not any(isinstance(layer, Residual) for _, layer in network.named_layers())
    kinds = [Conv2d, BatchNorm2d, ReLU] * 2
    for network in (nets.plain18(10, rng=BLANK), nets.plain_cifar(rng=BLANK)):
        assert [type(layer) for layer in network["layer2"][0]] == kinds


def test_a_zero_padded_shortcut_by_hand_and_its_gradient():
    layer = nets.ZeroPadShortcut(3, 2)
    x = np.arange(24.0).reshape(1, 2, 3, 4)
    assert_array_equal(layer(x), [[[[0, 2], [8, 10]], [[12, 14], [20, 22]], [[0, 0], [0, 0]]]])
    results = check_gradients(layer, x, np.random.default_rng(1))
    assert max(result.relative_error for result in results) < 1e-7
    with raises("ZeroPadShortcut: x must have at most 3 channels, got 4"):
        layer(np.zeros((1, 4, 2, 2)))


@pytest.mark.parametrize("name", ["resnet18", "resnet_cifar", "plain_cifar", "googlenet"])
def test_convolutions_are_drawn_as_he_draws(name):
    network = getattr(nets, name)(rng=np.random.default_rng(10))
    for name, layer in network.named_layers():
        if isinstance(layer, Conv2d):
            std = np.sqrt(2 / (layer.out_channels * np.prod(layer.kernel_size)))
            weight = layer.weight.data
            assert abs(weight.mean()) < 4 * std / np.sqrt(weight.size), name
            assert abs(weight.std() / std - 1) < 4 / np.sqrt(2 * weight.size), name


def test_a_frozen_resnet_computes_the_same():
    rng = np.random.default_rng(11)
    network = nets.resnet18(10, rng=rng)
    x = rng.standard_normal((2, 3, 64, 64), np.float32)
    network(x)  # moves the running statistics
    expected = network.eval()(x)
    assert expected.shape == (2, 10)
    assert_allclose(freeze(network)(x), expected, rtol=1e-3, atol=1e-3 * np.abs(expected).max())


@pytest.mark.parametrize("make", [nets.resnet_cifar, nets.plain_cifar])
@pytest.mark.parametrize(
    ("depth", "message"),
    [(2, "depth must be at least 8, got 2"), (21, "depth must be 6 n + 2 for a number n of blocks in a stage, got 21")],
)
def test_errors_of_depths(make, depth, message):
    with raises(f"{make.__name__}: {message}"):
        make(depth, rng=BLANK)


def test_the_version_is_a_truth_value():
    for make in (nets.resnet50, nets.resnet101, nets.resnet152):
        with raises(f"{make.__name__}: v1 must be True or False, got 1"):
            make(v1=1, rng=BLANK)


def test_a_zero_padded_shortcut_checks_its_numbers():
    for name in ("channels", "stride"):
        with raises(f"ZeroPadShortcut: {name} must be at least 1, got 0"):
            nets.ZeroPadShortcut(**({"channels": 1} | {name: 0}))


def convolution(name, outputs, inputs, kernel):
    return [(f"{name}.weight", (outputs, inputs, kernel, kernel)), (f"{name}.bias", (outputs,))]


def linear(name, outputs, inputs):
    return [(f"{name}.weight", (outputs, inputs)), (f"{name}.bias", (outputs,))]


VGGS = {  # columns A, B, D and E of the paper's table, a number a convolution and M a max-pool; and their costs
    11: ("64 M 128 M 256 256 M 512 512 M 512 512 M", 132_863_336, 7_609_090_048),
    13: ("64 64 M 128 128 M 256 256 M 512 512 M 512 512 M", 133_047_848, 11_308_466_176),
    16: ("64 64 M 128 128 M 256 256 256 M 512 512 512 M 512 512 512 M", 138_357_544, 15_470_264_320),
    19: ("64 64 M 128 128 M 256 256 256 256 M 512 512 512 512 M 512 512 512 512 M", 143_667_240, 19_632_062_464),
}


def vgg_state(column, normed):
    state, position, inputs = [], 0, 3
    for word in column.split():
        if word == "M":
            position += 1
            continue
        state += convolution(f"features.{position}", int(word), inputs, 3)
        if normed:
            state += batch_norm(f"features.{position + 1}", int(word))
        position, inputs = position + 2 + normed, int(word)
    state += linear("classifier.0", 4096, 512 * 7 * 7)
    return state + linear("classifier.3", 4096, 4096) + linear("classifier.6", 1000, 4096)


@pytest.mark.parametrize("depth", VGGS)
@pytest.mark.parametrize("normed", [False, True])
def test_a_vgg_has_the_names_order_and_shapes_of_torchvision(depth, normed):
    column, parameters, macs = VGGS[depth]
    network = getattr(nets, f"vgg{depth}_bn" if normed else f"vgg{depth}")(rng=BLANK)
    assert shapes(network) == vgg_state(column, normed)
    norms = 2 * sum(int(word) for word in column.split() if word != "M")
    assert count(network) == parameters + normed * norms
    assert cost(network, 224) == macs


def test_vgg16_layer_by_layer():
    network = nets.vgg16(rng=BLANK)
    convolutions = [1_792, 36_928, 73_856, 147_584, 295_168, 590_080, 590_080, 1_180_160, *[2_359_808] * 5]
    assert list(learned(network).values()) == [*convolutions, 102_764_544, 16_781_312, 4_097_000]
    rows = summary(network["features"], (3, 64, 64)).rows
    fields = [3, 5, 6, 10, 14, 16, 24, 32, 40, 44, 60, 76, 92, 100, 132, 164, 196, 212]
    assert [row.receptive_field[0] for row in rows if row.layer != "ReLU"] == fields
    assert rows[-1].output_shape == (512, 2, 2)
    features = np.ones((1, 512, 7, 7), np.float32)
    assert network.eval()[1:](features).shape == (1, 1000)


def test_vgg_is_drawn_as_torchvision_draws():
    network = nets.vgg11(10, rng=np.random.default_rng(12))
    for layer in [*network["features"], *network["classifier"]]:
        if isinstance(layer, Conv2d | Linear):
            std = np.sqrt(2 / (9 * layer.out_channels)) if isinstance(layer, Conv2d) else 0.01
            sample = layer.weight.data[:, :64]
            assert abs(sample.std() / std - 1) < 4 / np.sqrt(2 * sample.size)
            assert not layer.bias.data.any()


def alexnet_state(channels, first, groups=1):
    state, inputs = [], 3
    for i, (position, outputs, kernel) in enumerate(zip(first, channels, (11, 5, 3, 3, 3), strict=True)):
        split = groups if i in (1, 3, 4) else 1
        state += convolution(f"features.{position}", outputs, inputs // split, kernel)
        inputs = outputs
    state += linear("classifier.1", 4096, 256 * 6 * 6)
    return state + linear("classifier.4", 4096, 4096) + linear("classifier.6", 1000, 4096)


def test_alexnet_has_the_names_order_and_shapes_of_torchvision():
    network = nets.alexnet(rng=BLANK)
    assert shapes(network) == alexnet_state((64, 192, 384, 256, 256), (0, 3, 6, 8, 10))
    table = summary(network, (3, 224, 224))
    assert (table.parameters, table.multiply_accumulates) == (61_100_840, 714_188_480)
    assert table.rows[-1].output_shape == (1000,)


@pytest.mark.parametrize(
    ("groups", "parameters", "macs"), [(2, 60_965_224, 724_406_816), (1, 62_378_344, 1_135_256_096)]
)
def test_alexnet_of_2012(groups, parameters, macs):
    network = nets.alexnet_2012(groups=groups, rng=BLANK)
    assert shapes(network) == alexnet_state((96, 256, 384, 384, 256), (0, 4, 8, 10, 12), groups)
    table = summary(network, (3, 227, 227))
    assert (table.parameters, table.multiply_accumulates) == (parameters, macs)
    sizes = [row.output_shape[1] for row in table.rows if row.layer in ("Conv2d", "MaxPool2d")]
    assert sizes == [55, 27, 27, 13, 13, 13, 13, 6]
    assert max(row.receptive_field[0] for row in table.rows if row.name.startswith("features")) == 195
    if groups == 2:
        numbers = [34_944, 307_456, 885_120, 663_936, 442_624, 37_752_832, 16_781_312, 4_097_000]
        assert list(learned(network).values()) == numbers


def test_alexnet_of_2012_normalises_and_is_drawn_as_the_paper_does():
    network = nets.alexnet_2012(10, rng=np.random.default_rng(13))
    norm, x = network["features"][2], np.random.default_rng(14).standard_normal((1, 7, 2, 3))
    expected = np.empty_like(x)
    for c in range(7):
        squares = (x[:, max(0, c - 2) : c + 3] ** 2).sum(axis=1)
        expected[:, c] = x[:, c] / (2 + 1e-4 * squares) ** 0.75
    assert_allclose(norm(x), expected, rtol=1e-12)
    weighted = [layer for _, layer in network.named_layers() if isinstance(layer, Conv2d | Linear)]
    assert [set(layer.bias.data.tolist()) for layer in weighted] == [{0}, {1}, {0}, {1}, {1}, {1}, {1}, {0}]
    for layer in weighted:
        sample = layer.weight.data[:, :64]
        assert abs(sample.std() / 0.01 - 1) < 4 / np.sqrt(2 * sample.size)


@pytest.mark.parametrize("groups", [0, 3])
def test_alexnet_of_2012_has_one_group_or_two(groups):
    with raises(f"alexnet_2012: groups must be 1 or 2, got {groups}"):
        nets.alexnet_2012(groups=groups, rng=BLANK)


def unit(name, outputs, inputs, kernel, normed):
    """A convolution of GoogLeNet: with batch norm, or with a bias."""
    if not normed:
        return convolution(f"{name}.conv", outputs, inputs, kernel)
    return [(f"{name}.conv.weight", (outputs, inputs, kernel, kernel)), *batch_norm(f"{name}.bn", outputs)]


def inception_state(name, inputs, numbers, kernel, normed):
    a, b, c, d, e, f = numbers
    state = unit(f"{name}.branch1", a, inputs, 1, normed)
    state += unit(f"{name}.branch2.0", b, inputs, 1, normed) + unit(f"{name}.branch2.1", c, b, 3, normed)
    state += unit(f"{name}.branch3.0", d, inputs, 1, normed) + unit(f"{name}.branch3.1", e, d, kernel, normed)
    return state + unit(f"{name}.branch4.1", f, inputs, 1, normed)


TABLE_1 = """
3a 192 64 96 128 16 32 32
3b 256 128 128 192 32 96 64
4a 480 192 96 208 16 48 64
4b 512 160 112 224 24 64 64
4c 512 128 128 256 24 64 64
4d 512 112 144 288 32 64 64
4e 528 256 160 320 32 128 128
5a 832 256 160 320 32 128 128
5b 832 384 192 384 48 128 128
"""


@pytest.mark.parametrize(
    ("name", "kernel", "normed", "parameters", "macs"),
    [
        ("googlenet", 3, True, 6_624_904, 1_498_376_192),
        ("googlenet_2015", 5, False, 6_998_552, 1_582_671_872),
    ],
)
def test_googlenet_has_the_names_order_and_shapes_of_torchvision(name, kernel, normed, parameters, macs):
    network = getattr(nets, name)(rng=BLANK)
    state = unit("conv1", 64, 3, 7, normed) + unit("conv2", 64, 64, 1, normed) + unit("conv3", 192, 64, 3, normed)
    for line in TABLE_1.strip().splitlines():
        module, *numbers = line.split()
        inputs, *numbers = map(int, numbers)
        state += inception_state(f"inception{module}", inputs, numbers, kernel, normed)
    assert shapes(network) == state + linear("fc", 1000, 1024)
    assert count(network) == parameters
    rows = {row.name: row for row in summary(network, (3, 224, 224)).rows}
    assert sum(row.multiply_accumulates for row in rows.values()) == macs
    joined = [row.output_shape for row in rows.values() if row.layer == "Concat"]
    channels = (256, 480, 512, 512, 512, 528, 832, 832, 1024)
    assert joined == [(c, n, n) for c, n in zip(channels, [28] * 2 + [14] * 5 + [7] * 2, strict=True)]


def test_inception_3a_has_fewer_weights_than_branches_without_reduction():
    module = nets.googlenet_2015(10, rng=BLANK)["inception3a"]
    assert count(module) == 163_696


def test_an_inception_module_is_the_composition_of_its_functions():
    rng = np.random.default_rng(15)
    module = nets.googlenet_2015(2, rng=rng, dtype=np.float64)["inception3a"]
    state = module.named_arrays()
    x = rng.standard_normal((2, 192, 7, 5))

    def unit(x, name):
        weight, bias = state[f"{name}.conv.weight"], state[f"{name}.conv.bias"]
        bias += rng.standard_normal(bias.shape)
        return np.maximum(F.conv2d(x, weight, bias, padding=weight.shape[-1] // 2), 0)

    branches = [
        unit(x, "branch1"),
        unit(unit(x, "branch2.0"), "branch2.1"),
        unit(unit(x, "branch3.0"), "branch3.1"),
        unit(F.max_pool2d(x, 3, stride=1, padding=1), "branch4.1"),
    ]
    assert_allclose(module(x), np.concatenate(branches, axis=1), rtol=1e-12, atol=1e-12)


def test_googlenet_differs_in_pools_norms_and_dropout():
    ours, paper = nets.googlenet(10, rng=BLANK), nets.googlenet_2015(10, rng=BLANK)
    assert (ours["dropout"].p, paper["dropout"].p) == (0.2, 0.4)
    assert (ours["maxpool4"].kernel_size, paper["maxpool4"].kernel_size) == (2, 3)
    assert ours["conv1"]["bn"].eps == 0.001
    names = list(paper.children)
    assert names[:7] == ["conv1", "maxpool1", "norm1", "conv2", "conv3", "norm2", "maxpool2"]


def test_the_normalisation_of_googlenet_is_that_of_its_replication_in_caffe():
    """Its layer: x (1 + 1e-4 / 5 * the sum of the squares of five neighbouring channels) ** -0.75."""
    network = nets.googlenet_2015(10, rng=BLANK)
    x = 100 * np.random.default_rng(17).standard_normal((2, 7, 3, 2))
    expected = np.empty_like(x)
    for c in range(7):
        squares = (x[:, max(c - 2, 0) : c + 3] ** 2).sum(axis=1)
        expected[:, c] = x[:, c] * (1 + 1e-4 / 5 * squares) ** -0.75
    for name in ("norm1", "norm2"):
        assert_allclose(network[name](x), expected, rtol=1e-12)


def test_network_in_network():
    network = nets.nin(rng=BLANK)
    widths = [("conv1", 3, 192, 5), ("cccp1", 192, 160, 1), ("cccp2", 160, 96, 1)]
    widths += [("conv2", 96, 192, 5), ("cccp3", 192, 192, 1), ("cccp4", 192, 192, 1)]
    widths += [("conv3", 192, 192, 3), ("cccp5", 192, 192, 1), ("cccp6", 192, 10, 1)]
    state = [entry for name, inputs, outputs, size in widths for entry in convolution(name, outputs, inputs, size)]
    assert shapes(network) == state
    rows = {row.name: row for row in summary(network, (3, 32, 32)).rows}
    layers = ("cccp2", "pool1", "pool2", "cccp6", "flatten")
    assert [rows[name].output_shape for name in layers] == [(96, 32, 32), (96, 16, 16), (192, 8, 8), (10, 8, 8), (10,)]
    assert [row.layer for row in rows.values() if "Pool" in row.layer] == ["MaxPool2d", "AvgPool2d", "GlobalAvgPool"]


def test_two_1x1_convolutions_are_a_network_at_every_place():
    rng = np.random.default_rng(16)
    network = nets.nin(rng=rng, dtype=np.float64)
    x, state = rng.standard_normal((2, 192, 3, 5)), network.named_arrays()
    first, second = (state[f"cccp{i}.weight"][:, :, 0, 0] for i in (1, 2))
    hidden = np.maximum(np.einsum("oc,nchw->nohw", first, x), 0)
    expected = np.maximum(np.einsum("oc,nchw->nohw", second, hidden), 0)
    assert_allclose(network[2:6](x), expected, rtol=1e-10, atol=1e-10)


SMALL = ("lenet5", "lenet5_1998", "resnet_cifar", "plain_cifar", "nin", "resnet18", "googlenet")
NETWORKS = [name for name in nets.__all__ if name.islower() and name != "auxiliary_loss"]  # the others are layers


@pytest.mark.parametrize("name", NETWORKS)
def test_what_all_constructors_take_is_checked(name):
    make = getattr(nets, name)
    with raises(f"{name}: num_classes must be at least 1, got 0"):
        make(num_classes=0, rng=BLANK)
    with raises(f"{name}: num_classes must be made of integers, got 2.5"):
        make(num_classes=2.5, rng=BLANK)
    with raises(f"{name}: rng must be a numpy.random.Generator, got 0"):
        make(rng=0)


@pytest.mark.parametrize("name", SMALL)
def test_the_generator_decides(name):
    first, second, other = (
        getattr(nets, name)(num_classes=2, rng=np.random.default_rng(seed)).named_arrays() for seed in (1, 1, 2)
    )
    for key, array in first.items():
        assert_array_equal(array, second[key])
    assert any((array != other[key]).any() for key, array in first.items())
