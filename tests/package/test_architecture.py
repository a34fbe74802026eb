"""A network is drawn with every layer once, branches side by side in their order, and no text over another."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

from cnn_course import draw, nets, nn
from cnn_course.draw.flow import flow

SMALL = ("BatchNorm2d", "ReLU", "Dropout", "Flatten", "LocalResponseNorm")


def conv(inputs, outputs, kernel=3, stride=1):
    """A convolution that keeps the size for stride 1."""
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, rng=np.random.default_rng(0))


def drawn(network, shape, figsize=(5, 10), **how):
    """The axes and the steps of a network, drawn on a figure that is closed with all others."""
    rows = nn.summary(network, shape).rows
    with plt.rc_context({"figure.constrained_layout.use": True}):
        _, ax = plt.subplots(figsize=figsize)
    return draw.architecture(rows, network, ax=ax, **how), flow(rows, how.get("hide", ()))


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def places(ax):
    """Where each text stands: a list of (x, y), y growing downwards, by the first line of the text."""
    found = {}
    for text in ax.texts:
        found.setdefault(text.get_text(), []).append(tuple(round(float(v), 3) for v in text.get_position()))
    return found


def boxes(ax, color):
    """Left, top, right and bottom of the boxes of a colour."""
    found = []
    for patch in ax.patches:
        if patch.get_fill() and to_hex(patch.get_edgecolor()) == color.lower():
            for corners in patch.get_path().to_polygons(closed_only=False):
                found.append((*corners.min(0), *corners.max(0)))
    return found


def sums(ax):
    """The places of the pluses."""
    (plus,) = [line for line in ax.lines if line.get_marker() == "+"]
    return list(zip(plus.get_xdata(), plus.get_ydata(), strict=True))


def extents(ax):
    """The rectangles of all texts, in pixels."""
    ax.figure.canvas.draw()
    return {text: text.get_window_extent() for text in ax.texts}


def check_texts(ax):
    """No text touches another, and a text that has a box lies in it."""
    found = list(extents(ax).items())
    for i, (first, one) in enumerate(found):
        for second, other in found[:i]:
            assert not one.overlaps(other), (first.get_text(), second.get_text())
    all_boxes = [box for color in (draw.KERNEL, draw.OUTPUT, "#0b0c0d") for box in boxes(ax, color)]
    for text, extent in found:
        x, y = text.get_position()
        for left, top, right, bottom in all_boxes:
            if left < x < right and top < y < bottom and text.get_ha() == "center":
                (x0, y1), (x1, y0) = ax.transData.transform([(left, top), (right, bottom)])
                assert x0 < extent.x0 < extent.x1 < x1, text.get_text()
                assert y0 < extent.y0 < extent.y1 < y1, text.get_text()


def test_a_chain_is_drawn_from_top_to_bottom_with_windows_channels_strides_and_sizes():
    network = nn.Sequential(conv(3, 7, 5, 2), nn.ReLU(), nn.MaxPool2d(3, 1, 1), nn.MaxPool2d(2))
    ax, _ = drawn(network, (3, 22, 26))
    texts = places(ax)
    assert sorted(texts) == sorted(
        ["Conv2d\n5×5, 7, /2", "ReLU", "MaxPool2d\n3×3", "MaxPool2d\n2×2, /2", "11×13", "5×6"]  # noqa: RUF001
    )
    order = ["Conv2d\n5×5, 7, /2", "ReLU", "MaxPool2d\n3×3", "MaxPool2d\n2×2, /2"]  # noqa: RUF001
    middles = [texts[text][0] for text in order]
    assert [x for x, _ in middles] == [0] * 4
    assert [y for _, y in middles] == sorted(y for _, y in middles)
    assert texts["11×13"][0][1] == middles[0][1]  # noqa: RUF001
    assert texts["5×6"][0][1] == middles[3][1]  # noqa: RUF001
    assert len(boxes(ax, draw.KERNEL)) == 1
    check_texts(ax)


def test_a_stride_that_differs_by_axis_and_one_axis_alone_are_written_out():
    ax, _ = drawn(nn.Sequential(conv(3, 2, 3, (1, 2))), (3, 8, 8))
    assert "Conv2d\n3×3, 2, /1×2" in places(ax)  # noqa: RUF001
    ax, _ = drawn(nn.Sequential(nn.MaxPool1d(3, 2)), (3, 8), compact=True)
    assert "MaxPool1d 3, /2" in places(ax)


def test_branches_stand_side_by_side_in_their_order_and_the_bar_below_them():
    module = nets.googlenet_2015(3, rng=np.random.default_rng(0))["inception3a"]
    ax, steps = drawn(module, (192, 7, 7), figsize=(5, 2.8), hide=SMALL)
    texts = places(ax)
    order = ["Conv2d\n1×1, 64", "Conv2d\n1×1, 96", "Conv2d\n1×1, 16", "MaxPool2d\n3×3"]  # noqa: RUF001
    (first,) = {texts[text][0][1] for text in order}
    assert [texts[text][0][0] for text in order] == [-1.5, -0.5, 0.5, 1.5]
    second = ["Conv2d\n3×3, 128", "Conv2d\n5×5, 32", "Conv2d\n1×1, 32"]  # noqa: RUF001
    assert [texts[text][0][0] for text in second] == [-0.5, 0.5, 1.5]
    ((left, top, right, _),) = boxes(ax, draw.OUTPUT)
    assert first < texts[second[0]][0][1] < top
    assert (left, right) == pytest.approx((-1.95, 1.95))
    assert texts["Concat, 256×7×7"] == [(0, top + 0.5)]  # noqa: RUF001
    assert [len(branch) for branch in steps[0].branches] == [1, 2, 2, 2]
    check_texts(ax)


@pytest.mark.parametrize(
    ("network", "layers", "main", "beside"),
    [
        (nets.resnet34, ("layer1", 1), ["conv1", "bn1", "relu1", "conv2", "bn2"], []),
        (nets.resnet34, ("layer2", 0), ["conv1", "bn1", "relu1", "conv2", "bn2"], ["downsample.0", "downsample.1"]),
    ],
)
def test_a_residual_block_has_its_body_on_the_main_line_and_its_shortcut_on_the_right(network, layers, main, beside):
    stage, number = layers
    block = network(3, rng=np.random.default_rng(0))[stage][number]
    ax, steps = drawn(block, (64, 14, 14), figsize=(2.6, 4), compact=True)
    body, shortcut = steps[0].branches
    assert ([step.row.name for step in body], [step.row.name for step in shortcut]) == (main, beside)
    assert [step.row.layer for step in steps] == ["Residual", "ReLU"]
    ((x, y),) = sums(ax)
    columns = [left + 0.45 for left, *_ in boxes(ax, draw.KERNEL)]
    assert sum(middle == pytest.approx(x) for middle in columns) == 4
    assert sum(middle > x + 0.9 for middle in columns) == len(beside)
    below = [top for _, top, *_ in boxes(ax, "#0b0c0d") if top > y]
    assert len(below) == 1  # the last ReLU
    check_texts(ax)


def test_the_names_that_a_residual_gives_itself_are_understood_also_when_it_is_called_residual():
    network = nn.Sequential({"first": conv(4, 4), "residual": nn.Residual(conv(4, 4), nn.Sequential(conv(4, 4, 1)))})
    for layer, shape in ((network, 2), (network["residual"], 1)):
        steps = flow(nn.summary(layer, (4, 8, 8)).rows)
        assert len(steps) == shape
        assert [len(branch) for branch in steps[-1].branches] == [1, 1]


def test_what_is_nested_stays_nested():
    inner = nn.Concat(nn.Identity(), conv(4, 2), nn.Sequential(conv(4, 3), conv(3, 2)))
    network = nn.Sequential(nn.Residual(nn.Sequential(inner, conv(8, 4, 1))), nn.ReLU())
    ax, steps = drawn(network, (4, 8, 8))
    residual, relu = steps
    body, shortcut = residual.branches
    assert [step.row.layer for step in body] == ["Concat", "Conv2d"]
    assert [len(branch) for branch in body[0].branches] == [0, 1, 2]
    assert (len(shortcut), relu.row.layer) == (0, "ReLU")
    ((left, _, right, _),) = boxes(ax, draw.OUTPUT)
    side = max(x for patch in ax.patches if not patch.get_fill() for x in patch.get_path().vertices[:, 0])
    assert left < 0 < right < side  # the shortcut passes by all of the body


def test_all_of_googlenet_fits_and_its_heads_hang_on_their_modules():
    network = nets.googlenet_2015(1000, aux_logits=True, rng=np.random.default_rng(0))
    ax, _ = drawn(network, (3, 224, 224), hide=SMALL, compact=True)
    texts = places(ax)
    bars = boxes(ax, draw.OUTPUT)
    names = [text for text in texts if text.startswith("inception")]
    assert names == [
        f"inception{name}, {channels}"
        for name, channels in zip(
            ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b"),
            (256, 480, 512, 512, 512, 528, 832, 832, 1024),
            strict=True,
        )
    ]
    assert len(bars) == 9
    assert [y for _, y in texts["head"]] == [texts[names[2]][0][1], texts[names[5]][0][1]]
    assert all(x > max(right for _, _, right, _ in bars) for x, _ in texts["head"])
    assert len(boxes(ax, draw.KERNEL)) == 3 + 9 * 6 + 1 + 2
    assert [size for size in texts if size[0].isdigit() and "," not in size] == [
        *("112×112", "56×56", "28×28", "14×14", "7×7", "1×1")  # noqa: RUF001
    ]
    check_texts(ax)
    assert len(draw.to_svg(ax.figure)) < 105_000


def test_resnet_34_and_its_plain_twin_stand_level():
    rng = np.random.default_rng(0)
    plain, _ = drawn(nets.plain34(1000, rng=rng), (3, 224, 224), figsize=(2, 10), hide=SMALL, compact=True)
    residual, _ = drawn(nets.resnet34(1000, rng=rng), (3, 224, 224), figsize=(3, 10), hide=SMALL, compact=True)
    main = [box for box in boxes(residual, draw.KERNEL) if box[0] < 0]
    assert main == boxes(plain, draw.KERNEL)
    assert len(main) == 34
    assert len(boxes(residual, draw.KERNEL)) == 34 + 3
    assert len(sums(residual)) == 16
    assert len(sums(plain)) == 0
    edges = [edge for _, top, _, bottom in main for edge in (top, bottom)]
    assert all(
        not any(edge < y < other for edge, other in zip(edges[::2], edges[1::2], strict=True))
        for _, y in sums(residual)
    )
    check_texts(plain)
    check_texts(residual)


def test_a_name_that_the_network_has_not_is_named():
    rows = nn.summary(nn.Sequential({"a": conv(3, 3)}), (3, 8, 8)).rows
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match="architecture: rows must be of layers of network, which has no a"):
        draw.architecture(rows, nn.Sequential(conv(3, 3)), ax=ax)


def test_all_hidden_is_an_error():
    network = nn.Sequential(nn.ReLU())
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match="architecture: rows must have one that is not hidden, got 1 rows"):
        draw.architecture(nn.summary(network, (3, 8, 8)).rows, network, ax=ax, hide=("ReLU",))
