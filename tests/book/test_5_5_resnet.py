"""The statements of the chapter on residual networks, and the numbers of its tables."""

import math
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import nbformat
import numpy as np
import pytest
from catalogue import Zeros

from cnn_course import (
    BatchNorm2d,
    Conv2d,
    Identity,
    Linear,
    ReLU,
    Residual,
    Sequential,
    conv1d,
    conv2d,
    gradient_check,
    nets,
    relu,
    summary,
)
from cnn_course.zoo import recorded_run

CHAPTER = Path(__file__).parents[2] / "book" / "5-5-resnet.ipynb"
STAGES = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}


@pytest.fixture
def rng():
    return np.random.default_rng(20260505)


@pytest.fixture(scope="module")
def cells():
    return nbformat.read(CHAPTER, as_version=4).cells


@pytest.fixture(scope="module")
def measured():
    """A function that returns a network's summary, and its number of layers with weights; each is made once."""

    @cache
    def measure(name, shape=(3, 224, 224), **version):
        network = getattr(nets, name)(rng=Zeros(), **version)
        learned = [
            name
            for name, layer in network.named_layers()
            if isinstance(layer, Conv2d | Linear) and "downsample" not in name
        ]
        return summary(network, shape), len(learned)

    return measure


def names_of(cells, *functions):
    """The functions that the chapter defines, run by themselves."""
    found = {"np": np, "conv1d": conv1d}
    for cell in cells:
        if cell.cell_type == "code" and any(f"def {name}(" in cell.source for name in functions):
            exec(cell.source.split("\n\n\nstages")[0], found)
    return [found[name] for name in functions]


def table(cells, head):
    """The rows of the Markdown table that begins with this head, as lists of texts."""
    text = next(cell.source for cell in cells if cell.cell_type == "markdown" and head in cell.source)
    lines = text[text.index(head) :].split("\n\n")[0].splitlines()[2:]
    return [[entry.strip() for entry in line.strip("|").split("|")] for line in lines if line.startswith("|")]


def identity_kernel(channels, k):
    w = np.zeros((channels, channels, k, k))
    w[range(channels), range(channels), k // 2, k // 2] = 1
    return w


def random_chain(rng, count, n, norms):
    """Jacobians of given norms."""
    chain = [rng.standard_normal((n, n)) for _ in range(count)]
    return [norm * J / np.linalg.norm(J, 2) for J, norm in zip(chain, norms, strict=True)]


def product(factors, n):
    total = np.eye(n)
    for factor in factors:
        total = factor @ total
    return total


@pytest.mark.checks("prop-copied-layers")
@pytest.mark.parametrize("k", [1, 3, 5])
def test_an_inserted_layer_can_be_the_identity_behind_a_relu(rng, k):
    h = relu(rng.standard_normal((2, 3, 7, 5)))
    w = identity_kernel(3, k)
    assert np.array_equal(relu(conv2d(h, w, padding=k // 2)), h)
    signed = rng.standard_normal((2, 3, 7, 5))  # each hypothesis is needed
    assert not np.array_equal(relu(conv2d(signed, w, padding=k // 2)), signed)
    assert conv2d(h, w, padding=k // 2, stride=2).size < h.size / 2


@pytest.mark.checks("prop-copied-layers")
def test_a_longer_network_computes_what_a_shorter_one_does_also_with_batch_norm(rng):
    first, last = Conv2d(2, 3, 3, padding=1, rng=rng, dtype=np.float64), Conv2d(3, 4, 3, rng=rng, dtype=np.float64)
    inserted, norm = Conv2d(3, 3, 3, padding=1, bias=False, rng=rng, dtype=np.float64), BatchNorm2d(3, dtype=np.float64)
    inserted.weight.data[:] = identity_kernel(3, 3)
    norm.running_mean[:], norm.running_var[:] = rng.standard_normal(3), rng.uniform(0.5, 2, 3)
    norm.weight.data[:], norm.bias.data[:] = np.sqrt(norm.running_var + norm.eps), norm.running_mean
    x = rng.standard_normal((2, 2, 7, 7))
    shorter = Sequential(first, ReLU(), last).eval()
    longer = Sequential(first, ReLU(), inserted, norm, ReLU(), last).eval()
    np.testing.assert_allclose(longer(x), shorter(x), atol=1e-12)


def small_block(rng, shortcut=None):
    body = Sequential(
        Conv2d(3, 3, 3, padding=1, bias=False, rng=rng, dtype=np.float64),
        BatchNorm2d(3, dtype=np.float64),
        ReLU(),
        Conv2d(3, 3, 3, padding=1, bias=False, rng=rng, dtype=np.float64),
    )
    return Sequential(Residual(body, shortcut), ReLU())


@pytest.mark.checks("def-residual-block", "eq-residual-block", "eq-residual-backward")
def test_forward_and_backward_of_a_block(rng):
    x, g = rng.standard_normal((2, 3, 5, 7)), rng.standard_normal((2, 3, 5, 7))
    conv = Conv2d(3, 3, 1, bias=False, rng=rng, dtype=np.float64)
    projection = Sequential(conv, BatchNorm2d(3, dtype=np.float64))  # in training mode it is not even affine
    for block in (small_block(rng), small_block(rng, projection)):
        residual = block[0]
        z = residual.shortcut(x) + residual.body(x)
        np.testing.assert_allclose(block(x), np.maximum(z, 0), atol=1e-12)
        g_x, g_z = block.backward(g), g * (z > 0)
        both = residual.shortcut.backward(g_z) + residual.body.backward(g_z)
        np.testing.assert_allclose(g_x, both, atol=1e-12)
        assert not np.allclose(g_x, residual.body.backward(g_z))
        (result,) = gradient_check(block, lambda g, x, block=block: (block(x), block.backward(g))[1], [x], rng=rng)
        assert result.relative_error < 1e-6


@pytest.mark.checks("def-residual-block")
def test_the_number_of_the_chapter():
    x, w1, w2, g = 3, 2, -1 / 4, 7
    z = x + w2 * max(w1 * x, 0)
    assert (z, g * (1 + w2 * w1)) == (1.5, g / 2)


@pytest.mark.checks("thm-chain-of-blocks", "eq-gradient-sum")
def test_the_product_is_the_sum_over_all_ways(rng):
    n, count = 3, 5
    chain = [rng.standard_normal((n, n)) for _ in range(count)]
    ways = [product([chain[i] for i in way], n) for m in range(count + 1) for way in combinations(range(count), m)]
    assert len(ways) == 2**count
    whole = product([np.eye(n) + J for J in chain], n)
    np.testing.assert_allclose(sum(ways), whole, atol=1e-10)
    g = [None] * count + [rng.standard_normal(n)]
    for i in reversed(range(count)):
        g[i] = g[i + 1] + chain[i].T @ g[i + 1]
    np.testing.assert_allclose(g[0], whole.T @ g[count], atol=1e-10)
    for i in range(count):
        np.testing.assert_allclose(g[i], g[count] + sum(chain[j].T @ g[j + 1] for j in range(i, count)), atol=1e-10)


@pytest.mark.checks("thm-chain-of-blocks")
def test_the_backward_pass_of_blocks_is_the_product_of_their_jacobians(rng):
    blocks = [
        Residual(Sequential(Linear(3, 5, rng=rng, dtype=np.float64), ReLU(), Linear(5, 3, rng=rng, dtype=np.float64)))
        for _ in range(4)
    ]
    x, g = rng.standard_normal((1, 3)), rng.standard_normal((1, 3))
    jacobians = []
    for block in blocks:
        first, _, second = block.body
        slopes = (first(x) > 0).astype(float)
        jacobians.append(second.weight.data @ (slopes.T * first.weight.data))
        x = block(x)
    found = g
    for block in reversed(blocks):
        found = block.backward(found)
    np.testing.assert_allclose(found[0], product([np.eye(3) + J for J in jacobians], 3).T @ g[0], atol=1e-12)


@pytest.mark.checks("prop-chain-bounds")
def test_bounds_of_the_gradient(rng):
    for count, largest in ((1, 1.0), (4, 1.0), (7, 0.2), (5, 3.0)):
        norms = rng.uniform(0, largest, count)
        chain = random_chain(rng, count, 3, norms)
        g = rng.standard_normal(3)
        size = np.linalg.norm(product([np.eye(3) + J for J in chain], 3).T @ g) / np.linalg.norm(g)
        assert size <= np.prod(1 + norms) * (1 + 1e-9) <= np.exp(norms.sum()) * (1 + 1e-8)
        if largest <= 1:
            assert size >= np.prod(1 - norms) * (1 - 1e-9) >= 1 - norms.sum() - 1e-9
        plain = np.linalg.norm(product(chain, 3).T @ g) / np.linalg.norm(g)
        assert plain <= np.prod(norms) * (1 + 1e-9)
    for sign, reached in ((1, 1.1**5), (-1, 0.9**5)):  # both bounds are reached
        assert np.isclose(product([np.eye(2) + sign * 0.1 * np.eye(2)] * 5, 2)[0, 0], reached)


@pytest.mark.checks("prop-chain-bounds")
def test_what_breaks_without_each_hypothesis():
    J, g = np.diag([-1.0, -2.0]), np.array([1.0, 0.0])
    norm = np.linalg.norm(J, 2)
    assert (1 - norm) ** 2 == 1
    assert not product([np.eye(2) + J] * 2, 2).T.dot(g).any()
    x, change = 0.5, -1.0  # a relu after the sum, and a body that is constant
    assert max(x + change, 0) == max(x + 1e-3 + change, 0) == 0
    assert 2.0**100 > 1e30 > 0.5**-99
    half = 1 / 200  # the text's a = 1 / (2 L) with L = 100
    assert (1 - half) ** 100 >= 1 - 100 * half == 0.5
    assert (1 + half) ** 100 <= math.exp(0.5) < 1.65


@pytest.mark.checks("rem-batch-norm-stretches")
def test_moments_of_a_relu_of_standard_normal_numbers(rng):
    h = relu(rng.standard_normal(2_000_000))
    assert np.isclose(h.mean(), 1 / math.sqrt(2 * math.pi), atol=3e-3)  # five standard deviations are 2e-3
    assert np.isclose(h.var(), (math.pi - 1) / (2 * math.pi), atol=3e-3)
    assert round(math.pi / (math.pi - 1), 2) == 1.47
    assert round(math.sqrt(math.pi / (math.pi - 1)), 2) == 1.21


def factor(make, depth, norm, seed, side=16):
    """The chapter's measurement, on random images."""
    rng = np.random.default_rng(seed)
    network = make(depth, rng=rng, dtype=np.float64)
    if not norm:
        for _, layer in list(network.named_layers()):
            for name, child in layer.children.items():
                if isinstance(child, BatchNorm2d):
                    setattr(layer, name, Identity())
    x = network[:3](rng.standard_normal((4, 3, side, side)))
    blocks = [*network["layer1"], *network["layer2"], *network["layer3"]]
    for block in blocks:
        x = block(x)
    g = rng.standard_normal(x.shape)
    start = np.linalg.norm(g)
    for block in reversed(blocks):
        g = block.backward(g)
    return np.linalg.norm(g) / start


@pytest.mark.parametrize("seed", range(3))
def test_gradients_before_training(seed):
    """On other images and other draws than the chapter's: the claims of its text, with room."""
    plain, residual = (
        {(depth, norm): factor(make, depth, norm, seed) for depth in (20, 56) for norm in (True, False)}
        for make in (nets.plain_cifar, nets.resnet_cifar)
    )
    layer = (plain[56, True] / plain[20, True]) ** (1 / 36)
    assert 1.1 < layer < 1.25  # the plain ones explode with batch norm
    assert residual[56, True] / residual[20, True] < 15
    assert plain[56, False] < 1
    assert residual[56, False] / residual[20, False] > 1.2**18  # without it the residual ones do, with each block
    small, large = (factor(nets.plain_cifar, 32, False, seed, side) for side in (16, 32))
    assert 2 * small < large < 1  # the border takes its share


@pytest.mark.checks("prop-growth-without-norm")
def test_a_block_without_batch_norm_grows(rng):
    x = np.abs(rng.standard_normal(1000)) * rng.integers(0, 2, 1000)
    for scale in (0.01, 0.3, 1.0, 3.0, 100.0):
        r = scale * rng.standard_normal(1000) * (1 + x)  # depends on x; both signs are taken below
        q = (x**2).mean()
        c = (r**2).mean() / q
        mean = (relu(x + r) ** 2 + relu(x - r) ** 2).mean() / 2
        assert (1 + c) / 2 * q * (1 - 1e-12) <= mean <= (1 + c) * q * (1 + 1e-12)
    assert 1.5**54 > 1e9
    for count in (1, 9, 54):
        assert (1 + 2 / count) ** count < math.exp(2)


@pytest.mark.checks("prop-bottleneck")
def test_weights_of_a_bottleneck():
    for channels in (4, 64, 256, 512):
        inner = channels // 4
        count = channels * inner + 9 * inner**2 + inner * channels
        assert 16 * count == 17 * channels**2
    assert 17 * 256**2 // 16 == 69_632
    assert 18 * 256**2 == 1_179_648
    block = nets.resnet50(10, rng=np.random.default_rng(0))["layer1"][1]
    found = [layer.weight.data.size for _, layer in block.named_layers() if isinstance(layer, Conv2d)]
    assert sum(found) == 69_632


@pytest.mark.checks("rem-counting-layers")
def test_layers_in_the_names(cells):
    for name, _, layers, _ in table(cells, "| | blocks in the stages"):
        depth = int(name.removeprefix("ResNet-"))
        per_block = 2 if depth < 50 else 3
        assert eval(layers.strip("$").replace(r"\cdot", "*")) == depth == 2 + per_block * sum(STAGES[depth])


@pytest.mark.checks("rem-counting-layers")
@pytest.mark.parametrize("depth", STAGES)
def test_parameters_products_and_receptive_fields_are_those_of_the_networks(cells, measured, depth):
    convolutions, products, receptive_field = names_of(cells, "convolutions", "products", "receptive_field")
    rows = {name: parameters for name, _, _, parameters in table(cells, "| | blocks in the stages")}
    published = {18: 435, 34: 899, 50: (483, 427), 101: (1027, 971), 152: (1507, 1451)}[depth]
    for v1 in (True, False) if depth >= 50 else (None,):
        found, learned = measured(f"resnet{depth}", **({} if v1 is None else {"v1": v1}))
        assert learned == depth
        assert f"{found.parameters:,}" == rows[f"ResNet-{depth}"]
        last = [row.receptive_field[0] for row in found.rows if row.name.startswith("layer4")][-1]
        if v1 is None:
            assert last == published
        else:
            assert last == published[not v1] == receptive_field(STAGES[depth], v1)
            assert found.multiply_accumulates == products(STAGES[depth], v1)
            assert sum(c * o * k**2 for c, o, k, _ in convolutions(STAGES[depth], v1)) < found.parameters


def test_the_shape_changes_in_three_basic_blocks_and_in_four_bottlenecks(measured):
    for name, version, strides in (("resnet18", {}, [2, 2, 2]), ("resnet50", {"v1": True}, [1, 2, 2, 2])):
        rows = {row.name: row.output_shape for row in measured(name, **version)[0].rows}
        relu = "relu2" if name == "resnet18" else "relu3"
        shapes = [rows["maxpool"], *[rows[f"layer{stage}.0.{relu}"] for stage in (1, 2, 3, 4)]]
        assert [a[1] // b[1] for a, b in pairwise(shapes) if a != b] == strides


def test_the_table_of_the_part(cells, measured):
    made = {
        "LeNet-5": ("lenet5", (1, 28, 28)),
        "AlexNet, 2012": ("alexnet_2012", (3, 227, 227)),
        "VGG-16": ("vgg16", (3, 224, 224)),
        "GoogLeNet, 2015": ("googlenet_2015", (3, 224, 224)),
        "ResNet-18": ("resnet18",),
        "ResNet-34": ("resnet34",),
        "ResNet-50, v1": ("resnet50",),
        "ResNet-101, v1": ("resnet101",),
        "ResNet-152, v1": ("resnet152",),
    }
    rows = table(cells, "| network | layers | parameters | products")
    assert [row[0] for row in rows] == list(made)
    for name, layers, parameters, products, _ in rows:
        found, _ = measured(*made[name], **({"v1": True} if name.endswith("v1") else {}))
        assert (f"{found.parameters:,}", f"{found.multiply_accumulates:,}") == (parameters, products)
        if name.startswith(("LeNet", "AlexNet", "VGG")):
            assert int(layers) == sum(row.layer.startswith(("Conv", "Linear")) for row in found.rows)


def test_where_the_parameters_of_vgg_16_and_of_resnet_50_are(cells):
    text = " ".join(cell.source for cell in cells if cell.cell_type == "markdown")
    dense = [25088 * 4096 + 4096, 4096 * 4096 + 4096, 4096 * 1000 + 1000]
    assert [round(number / 1e6, 1) for number in (sum(dense), dense[0], 138_357_544 - sum(dense))] == [
        123.6,
        102.8,
        14.7,
    ]
    assert [round(number / 1e6, 2) for number in (2049 * 1000, 25_557_032 - 2049 * 1000)] == [2.05, 23.51]
    assert all(number in text for number in ("123.6 million", "102.8 million", "14.7 million", "23.5 million"))
    assert 138_357_544 > 5 * 25_557_032
    assert round(10 * sum(dense) / 138_357_544) == 9


def printed(cells, head):
    """The lines of numbers that a cell shows below this head, by what stands before the numbers."""
    shown = next(
        output["text"]
        for cell in cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and head in output["text"]
    )
    return {
        line[:18].strip(): [float(number) for number in line[18:].split()]
        for line in shown.split("\n\n")[0].splitlines()[1:]
    }


def test_what_the_text_says_of_the_measured_gradients(cells):
    found = printed(cells, "depth                  20")
    assert all(later > earlier for earlier, later in pairwise(found["plain, batch norm"]))
    assert round((found["plain, batch norm"][3] / found["plain, batch norm"][2]) ** (1 / 54), 2) == 1.17
    assert found["plain, no norm"][-1] < 1 / 1000
    growth = found["resnet, no norm"][-1] ** (1 / 54)
    assert (round(growth, 1), round(growth**2, 1)) == (1.4, 1.9)
    assert 1.5 < growth**2 < 3
    assert 110 - 2 == 6 * (20 - 2)


def test_the_losses_at_20_and_8_layers():
    losses = {
        (kind, depth, seed): recorded_run(f"{kind}{depth}-digits8", seed=seed)["history"][-1]["loss"]
        for kind in ("plain", "resnet")
        for depth in (8, 20)
        for seed in (0, 1, 2)
    }
    for seed in (0, 1, 2):
        assert 1.7 < losses["plain", 20, seed] / losses["plain", 8, seed] < 2.6
        assert losses["resnet", 20, seed] < losses["resnet", 8, seed] / 2
    errors = [recorded_run("plain20-digits8", seed=seed)["history"][-1]["training_error"] for seed in (0, 1, 2)]
    assert errors.count(0) == 2


@pytest.mark.checks("prop-causal-stack")
@pytest.mark.parametrize(
    ("sizes", "dilations"), [((2,), (1,)), ((3, 2), (1, 4)), ((2, 2, 2), (1, 2, 4)), ((1, 5), (3, 2))]
)
def test_causal_layers_look_back_exactly_so_far(cells, rng, sizes, dilations):
    causal_conv, stack = names_of(cells, "causal_conv", "stack")
    reach = 1 + sum((k - 1) * d for k, d in zip(sizes, dilations, strict=True))
    length = 23
    kernels = [rng.standard_normal((3, 3, k)) for k in sizes]
    x = rng.standard_normal((1, 3, length))

    def without_shortcuts(x):
        for w, d in zip(kernels, dilations, strict=True):
            x = np.tanh(causal_conv(x, w, d))
        return x

    for network in (without_shortcuts, lambda x: stack(x, kernels, dilations)):
        y = network(x)
        assert y.shape == x.shape
        for t in range(length):
            changed = x.copy()
            changed[:, :, t] += 1
            moved = np.flatnonzero(np.abs(network(changed) - y).max(axis=(0, 1)) > 0)
            assert moved.min() >= t
            assert moved.max() <= min(t + reach - 1, length - 1)
            assert t + reach - 1 >= length or moved.max() == t + reach - 1  # no smaller number would do


@pytest.mark.checks("prop-causal-stack")
def test_doubled_dilations():
    for count in range(12):
        assert 1 + sum(2**i for i in range(count)) == 2**count
