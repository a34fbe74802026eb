"""The statements of the chapter on inception modules and GoogLeNet."""

from itertools import pairwise, product

import numpy as np
import pytest
from catalogue import Zeros

from cnn_course import (
    Conv2d,
    Flatten,
    GlobalAvgPool,
    Linear,
    MaxPool2d,
    ReLU,
    Sequential,
    conv2d,
    cross_entropy,
    max_pool2d,
    nets,
    photograph,
    relu,
    summary,
)
from cnn_course.nets import AuxiliaryHeads, auxiliary_loss
from cnn_course.nets.googlenet import INCEPTIONS
from cnn_course.nn import Concat
from cnn_course.stability import circular_norm, symbol_norm


@pytest.fixture
def rng():
    return np.random.default_rng(20260504)


@pytest.fixture(scope="module")
def table():
    return summary(nets.googlenet_2015(aux_logits=True, rng=Zeros()), (3, 224, 224))


def count(network):
    return sum(parameter.data.size for _, parameter in network.named_parameters())


@pytest.mark.checks("prop-pointwise", "eq-pointwise")
def test_one_matrix_at_every_pixel(rng):
    for channels, m in product((1, 3, 7), (1, 2, 3, 11)):
        layer = Conv2d(channels, m, 1, rng=rng, dtype=np.float64)
        x = rng.standard_normal((2, channels, 5, 3))
        y = relu(layer(x))
        matrix, bias = layer.weight.data[:, :, 0, 0], layer.bias.data
        for n, i, j in np.ndindex(2, 5, 3):
            assert np.allclose(y[n, :, i, j], np.maximum(matrix @ x[n, :, i, j] + bias, 0))
        assert count(layer) == m * (channels + 1)
        cost = summary(layer, (channels, 5, 3)).multiply_accumulates
        assert cost == 15 * m * channels


@pytest.mark.checks("prop-pointwise")
def test_every_rearrangement_of_positions_commutes(rng):
    x, order = rng.standard_normal((2, 3, 20)), rng.permutation(20)
    w, b = rng.standard_normal((5, 3, 1, 1)), rng.standard_normal(5)
    moved = relu(conv2d(x[:, :, order].reshape(2, 3, 4, 5), w, b)).reshape(2, 5, 20)
    still = relu(conv2d(x.reshape(2, 3, 4, 5), w, b)).reshape(2, 5, 20)
    assert np.allclose(moved, still[:, :, order])
    wide = rng.standard_normal((5, 3, 3, 3))  # a window of more than one pixel does not
    moved = conv2d(x[:, :, order].reshape(2, 3, 4, 5), wide, padding=1).reshape(2, 5, 20)
    still = conv2d(x.reshape(2, 3, 4, 5), wide, padding=1).reshape(2, 5, 20)
    assert not np.allclose(moved, still[:, :, order], atol=0.1)


@pytest.mark.checks("prop-pointwise")
def test_the_kernel_is_a_multiple_of_the_impulse(rng):
    w = rng.standard_normal((5, 3, 1, 1))
    embedded = np.zeros((5, 3, 3, 3))
    embedded[:, :, 1, 1] = w[:, :, 0, 0]
    x = rng.standard_normal((2, 3, 7, 5))
    assert np.allclose(conv2d(x, w), conv2d(x, embedded, padding=1))


@pytest.mark.checks("prop-mlpconv")
def test_a_sliding_network_is_a_stack_of_convolutions(rng):
    for k, stride, padding in ((1, 1, 0), (3, 1, 1), (5, 2, 0)):
        layers = [Conv2d(2, 7, k, stride, padding, rng=rng, dtype=np.float64), ReLU()]
        layers += [Conv2d(7, 5, 1, rng=rng, dtype=np.float64), ReLU()]
        network = Sequential(*layers)
        for layer in (network[0], network[2]):
            layer.bias.data[...] = rng.standard_normal(layer.bias.data.shape)
        x = rng.standard_normal((2, 2, 11, 7))
        y = network(x)
        around = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
        first = network[0].weight.data.reshape(7, -1)
        second = network[2].weight.data[:, :, 0, 0]
        for n, i, j in np.ndindex(2, *y.shape[2:]):
            window = around[n, :, i * stride : i * stride + k, j * stride : j * stride + k].ravel()
            hidden = np.maximum(first @ window + network[0].bias.data, 0)
            expected = np.maximum(second @ hidden + network[2].bias.data, 0)
            assert np.allclose(y[n, :, i, j], expected)
        assert count(network) == 7 * (k * k * 2 + 1) + 5 * (7 + 1)


@pytest.mark.checks("prop-mlpconv")
def test_what_replaces_the_last_layer_of_network_in_network():
    network = nets.nin(rng=Zeros())
    assert count(network) == 966_986
    assert count(network["cccp6"]) == 1930
    assert count(Linear(192 * 8 * 8, 10, rng=Zeros())) == 122_890


@pytest.mark.checks("thm-best-reduction")
def test_no_reduction_loses_less_than_the_tail(rng):
    for channels, pixels in ((2, 5), (5, 7), (7, 31)):
        x = rng.standard_normal((channels, pixels)) * rng.uniform(0.1, 3, (channels, 1))
        u, s, _ = np.linalg.svd(x, full_matrices=False)
        for m in range(1, channels):
            tail = (s[m:] ** 2).sum()
            best = u[:, :m] @ u[:, :m].T @ x
            assert np.isclose(((x - best) ** 2).sum(), tail)
            for _ in range(50):
                r = rng.standard_normal((m, channels))
                e = x @ np.linalg.pinv(r @ x)  # the best expansion of this reduction
                assert ((x - e @ r @ x) ** 2).sum() >= tail - 1e-9
                near = u[:, :m] + 0.01 * rng.standard_normal((channels, m))
                assert ((x - near @ np.linalg.pinv(near) @ x) ** 2).sum() > tail


@pytest.mark.checks("thm-best-reduction")
def test_what_the_next_layer_makes_of_the_loss(rng):
    for k, padding in ((1, 0), (3, 1), (5, 2)):
        x = rng.standard_normal((3, 5, 7, 11))
        w = rng.standard_normal((4, 5, k, k))
        pixels = np.moveaxis(x, 1, 0).reshape(5, -1)
        u, s, _ = np.linalg.svd(pixels, full_matrices=False)
        norm = symbol_norm(w).upper
        assert norm >= circular_norm(w, (7, 11)) - 1e-9
        for m in range(1, 5):
            reduced = conv2d(x, u[:, :m].T[:, :, None, None])
            restored = conv2d(reduced, u[:, :m, None, None])
            exact, through = (conv2d(z, w, padding=padding) for z in (x, restored))
            assert np.linalg.norm(exact - through) <= norm * np.sqrt((s[m:] ** 2).sum()) + 1e-9
            joint = np.einsum("ocij,cm->omij", w, u[:, :m])
            assert joint.shape == (4, m, k, k)
            assert np.allclose(conv2d(reduced, joint, padding=padding), through)


@pytest.mark.checks("thm-best-reduction")
def test_variances_relus_and_a_layer_that_does_not_look(rng):
    x = rng.standard_normal((5, 40)) + 2
    centred = x - x.mean(axis=1, keepdims=True)
    values = np.linalg.svd(centred, compute_uv=False) ** 2 / 40
    assert np.allclose(values, np.linalg.eigvalsh(np.cov(x, bias=True))[::-1])
    r, w = rng.standard_normal((2, 5)), rng.standard_normal((3, 2, 3, 3))
    maps = x.reshape(1, 5, 8, 5)
    bias = 1 - (r @ x).min(axis=1)  # so large that the relu does nothing
    behind = conv2d(relu(conv2d(maps, r[:, :, None, None], bias)), w, -np.einsum("ocij,c->o", w, bias))
    assert np.allclose(behind, conv2d(conv2d(maps, r[:, :, None, None]), w))
    blind = np.zeros((1, 5, 1, 1))
    blind[0, 0] = 1  # reads the first channel only, although others carry more
    reduced = np.zeros((1, 5))
    reduced[0, 0] = 1
    assert np.allclose(conv2d(maps, blind), conv2d(conv2d(maps, reduced[:, :, None, None]), np.ones((1, 1, 1, 1))))


@pytest.mark.checks("eq-reduction-cost")
def test_when_a_reduction_pays():
    for k, channels, outputs in product((1, 3, 5), (16, 192), (7, 32)):
        direct = summary(Conv2d(channels, outputs, k, padding=k // 2, rng=Zeros()), (channels, 5, 5))
        threshold = k**2 * channels * outputs / (channels + k**2 * outputs)
        largest = int(np.ceil(threshold)) - 1
        for m in {1, 7, largest, largest + 1} - {0}:
            through = Sequential(
                Conv2d(channels, m, 1, rng=Zeros()), Conv2d(m, outputs, k, padding=k // 2, rng=Zeros())
            )
            cost = summary(through, (channels, 5, 5)).multiply_accumulates
            assert (cost < direct.multiply_accumulates) == (m < threshold)
            assert np.isclose(cost / direct.multiply_accumulates, m * (1 / (k**2 * outputs) + 1 / channels))


def module_of(numbers, channels, rng):
    n1, r3, n3, r5, n5, after = numbers
    how = {"rng": rng, "dtype": np.float64}
    return Concat(
        Sequential(Conv2d(channels, n1, 1, **how), ReLU()),
        Sequential(Conv2d(channels, r3, 1, **how), ReLU(), Conv2d(r3, n3, 3, padding=1, **how), ReLU()),
        Sequential(Conv2d(channels, r5, 1, **how), ReLU(), Conv2d(r5, n5, 5, padding=2, **how), ReLU()),
        Sequential(MaxPool2d(3, 1, 1), Conv2d(channels, after, 1, **how), ReLU()),
    )


@pytest.mark.checks("def-inception")
def test_the_branches_of_a_module_have_one_size(rng):
    module = module_of((2, 3, 5, 2, 3, 1), 7, rng)
    for height, width in ((5, 5), (11, 7)):
        x = rng.standard_normal((2, 7, height, width))
        y = module(x)
        assert y.shape == (2, 2 + 5 + 3 + 1, height, width)
        assert np.array_equal(y, np.concatenate([branch(x) for branch in module], axis=1))
        weight, bias = module[3][1].weight.data, module[3][1].bias.data
        last = relu(conv2d(max_pool2d(x, 3, stride=1, padding=1), weight, bias))
        assert np.allclose(y[:, -1:], last)
    for pool in (MaxPool2d(3, 2, 1), MaxPool2d(3, 1)):
        with pytest.raises(ValueError, match="Concat: the output of branch"):
            Concat(Conv2d(7, 2, 1, rng=rng, dtype=np.float64), pool)(rng.standard_normal((1, 7, 5, 5)))


@pytest.mark.checks("prop-inception-numbers")
def test_the_numbers_of_a_module(rng):
    for channels, numbers in ((7, (2, 3, 5, 2, 3, 1)), (192, (64, 96, 128, 16, 32, 32))):
        n1, r3, n3, r5, n5, after = numbers
        counted = summary(module_of(numbers, channels, rng), (channels, 5, 3))
        weights = channels * (n1 + r3 + r5 + after) + 9 * r3 * n3 + 25 * r5 * n5
        assert counted.parameters == weights + sum(numbers)
        assert counted.multiply_accumulates == 15 * weights
        naive = Concat(
            *(Conv2d(channels, n, k, padding=k // 2, rng=rng) for n, k in ((n1, 1), (n3, 3), (n5, 5))),
            MaxPool2d(3, 1, 1),
        )
        simple = summary(naive, (channels, 5, 3))
        assert simple.parameters == channels * (n1 + 9 * n3 + 25 * n5) + n1 + n3 + n5
        assert simple.rows[-1].output_shape == (channels + n1 + n3 + n5, 5, 3)
    assert (counted.parameters, simple.parameters) == (163_696, 387_296)
    assert (counted.rows[-1].output_shape[0], simple.rows[-1].output_shape[0]) == (256, 416)


@pytest.mark.checks("prop-googlenet")
def test_the_numbers_of_googlenet(table):
    joined = [row.output_shape for row in table.rows if row.layer == "Concat"]
    channels = (256, 480, 512, 512, 512, 528, 832, 832, 1024)
    assert joined == [(c, n, n) for c, n in zip(channels, [28] * 2 + [14] * 5 + [7] * 2, strict=True)]
    own = [row for row in table.rows if not row.name.startswith("heads.")]
    assert sum(row.parameters for row in own) == 6_998_552
    assert table.parameters == 13_378_280
    assert table.parameters - 6_998_552 == 6_379_728
    assert table.multiply_accumulates == 1_582_671_872
    learned = [row.name for row in own if row.parameters]
    assert len(learned) == 3 + 9 * 6 + 1
    longest = [name for name in learned if "inception" not in name or "branch2" in name]
    assert len(longest) == 22


@pytest.mark.checks("prop-googlenet")
def test_how_much_smaller_it_is_than_vgg():
    widths = (3, 64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512)
    convolutions = sum(9 * c * o + o for c, o in pairwise(widths))
    connected = sum(c * o + o for c, o in ((25088, 4096), (4096, 4096), (4096, 1000)))
    assert connected == 123_642_856
    assert convolutions + connected == 138_357_544
    assert 25088 * 4096 + 4096 == 102_764_544
    assert 19 < 138_357_544 / 6_998_552 < 21
    assert 9 < 15_470_264_320 / 1_582_671_872 < 11


@pytest.mark.checks("prop-googlenet")
def test_the_form_of_torchvision(table):
    fives = [(row.name, row.parameters) for row in table.rows if "branch3.1.conv" in row.name]
    saved = sum(16 * numbers[3] * numbers[4] for numbers in INCEPTIONS.values())
    channels = sum(row.output_shape[0] for row in table.rows if row.layer == "Conv2d" and "heads" not in row.name)
    assert len(fives) == 9
    assert (saved, channels) == (380_928, 7_280)
    assert 6_998_552 - saved + channels == count(nets.googlenet(rng=Zeros())) == 6_624_904
    heads = [128 * c + 2 * 128 + 2048 * 1024 + 1024 + 1024 * 1000 + 1000 for c in (512, 528)]
    assert 6_624_904 + sum(heads) == 13_004_888


@pytest.mark.checks("prop-class-maps")
def test_logits_are_means_of_class_maps(rng):
    end = Sequential(GlobalAvgPool(), Flatten(), Linear(7, 3, rng=rng, dtype=np.float64))
    end[2].bias.data[...] = rng.standard_normal(3)
    weight, bias = end[2].weight.data, end[2].bias.data
    for size in ((5, 3), (2, 7)):
        a = rng.standard_normal((2, 7, *size))
        maps = conv2d(a, weight[:, :, None, None], bias)
        assert np.allclose(end(a), maps.mean(axis=(2, 3)))
        order = rng.permutation(a[0, 0].size)
        moved = a.reshape(2, 7, -1)[:, :, order].reshape(a.shape)
        assert np.allclose(end(moved), end(a))
        flat = Linear(7 * a[0, 0].size, 3, rng=rng, dtype=np.float64)
        assert not np.allclose(flat(moved.reshape(2, -1)), flat(a.reshape(2, -1)), atol=0.1)
        assert count(flat) == 3 * (7 * a[0, 0].size + 1)
    assert count(end) == 3 * 8
    assert 1000 * 1025 == 1_025_000
    assert 1000 * (1024 * 49 + 1) == 50_177_000


def small(rng):
    how = {"rng": rng, "dtype": np.float64}
    layers = {f"layer{i}": Linear(5, 5, **how) for i in range(1, 5)} | {"last": Linear(5, 3, **how)}
    heads = {f"layer{i}": Linear(5, 3, **how) for i in (2, 3)}
    return AuxiliaryHeads(Sequential(layers), heads)


def gradients(network, x, labels, factors):
    """Gradients of the network's parameters, each loss with a factor of its own."""
    logits = network(x)
    _, backward = auxiliary_loss(1.0)
    network.backward(backward(1.0, logits, labels) * np.array(factors), needs_input_grad=False)
    return {name: p.grad.copy() for name, p in network.network.named_parameters()}


@pytest.mark.checks("prop-head-gradients", "eq-auxiliary-loss")
def test_what_heads_add_to_a_gradient(rng):
    network, x, labels = small(rng), rng.standard_normal((7, 5)), rng.integers(0, 3, 7)
    loss, backward = auxiliary_loss(0.3)
    logits = network(x)
    terms = [cross_entropy(logits[..., i], labels) for i in range(3)]
    assert np.isclose(loss(logits, labels), terms[0] + 0.3 * (terms[1] + terms[2]))
    network.backward(backward(1.0, logits, labels), needs_input_grad=False)
    whole = {name: p.grad.copy() for name, p in network.network.named_parameters()}
    main, first, second = (gradients(network, x, labels, np.eye(3)[i]) for i in range(3))
    for name in whole:
        assert np.allclose(whole[name], main[name] + 0.3 * (first[name] + second[name]))
    for name in ("layer3.weight", "layer4.weight", "last.weight"):
        assert not first[name].any()
    for name in ("layer4.weight", "last.weight"):
        assert not second[name].any()
    for name in ("layer1.weight", "layer2.weight"):
        assert first[name].any()
    before = network.network(x)
    for _, parameter in network.heads.named_parameters():
        parameter.data[...] = 0
    assert np.array_equal(network.network(x), before)


@pytest.mark.checks("prop-head-gradients")
def test_heads_at_full_size_matter_for_small_first_weights_only(rng):
    x = photograph("china").astype(np.float32).transpose(2, 0, 1)[None, :, 100:324, 200:424]
    x = (x - x.mean()) / x.std()
    network = nets.googlenet_2015(1000, aux_logits=True, rng=rng)
    ratios = {}
    for variance in (1, 2):
        for _, layer in network.named_layers():
            if isinstance(layer, Conv2d):
                weight = layer.weight.data
                std = np.float32(np.sqrt(variance / weight[0].size))
                weight[...] = std * rng.standard_normal(weight.shape, dtype=np.float32)
        logits, norms = network(x), []
        for factor in (0, 0.3):
            _, backward = auxiliary_loss(factor)
            network.backward(backward(1.0, logits, np.array([0])), needs_input_grad=False)
            norms.append(np.linalg.norm(network.network["conv1"]["conv"].weight.grad))
        ratios[variance] = norms[1] / norms[0]
    assert 2.5 < ratios[1] < 8  # "about four times": in four draws with two photographs, from 3.8 to 4.8
    assert 0.8 < ratios[2] < 1.2


@pytest.mark.checks("prop-googlenet")
def test_what_the_table_and_the_figure_hide(table):
    shapes = {row.name.split(".")[1]: row.output_shape for row in table.rows if row.name.startswith("network.conv")}
    assert shapes["conv2"] == (64, 56, 56)
    network = nets.googlenet_2015(aux_logits=True, rng=Zeros()).network
    names = [name for name, _ in network.named_layers()]
    assert names.index("maxpool1") < names.index("norm1") < names.index("conv2")
    assert names.index("conv3") < names.index("norm2") < names.index("maxpool2")
    assert network["dropout"].p == 0.4
    assert nets.googlenet(rng=Zeros())["dropout"].p == 0.2
