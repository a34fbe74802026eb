"""Photographs are prepared as torchvision does it, weights come in under its names, and the command names the class."""

import numpy as np
import pytest
from messages import raises
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

from cnn_course import nets, save
from cnn_course.__main__ import OTHERS
from cnn_course.functional import softmax
from cnn_course.grading.cli import main
from cnn_course.zoo import preprocess, read_image, with_weights

NAMES = ["a tiger cat", "an émeu", "c", "d", "e", "f", "g"]
MEAN, STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])


@pytest.fixture(scope="module")
def network():
    return nets.resnet18(7, rng=np.random.default_rng(0)).eval()


@pytest.fixture(scope="module")
def photograph():
    return np.random.default_rng(1).integers(0, 256, (256, 301, 3), dtype=np.uint8)


@pytest.mark.parametrize("turned", [False, True])
def test_a_photograph_of_the_right_size_is_cropped_and_normalised(turned, photograph):
    image = photograph.swapaxes(0, 1) if turned else photograph
    rows, columns = (38, 16) if turned else (16, 38)  # (301 - 224) / 2 = 38.5 goes to the even number
    cropped = image[rows : rows + 224, columns : columns + 224].astype(np.float64)
    expected = ((cropped / 255 - MEAN) / STD).transpose(2, 0, 1)[None]
    assert_allclose(preprocess(image), expected, rtol=0, atol=1e-6)  # a number in float32
    assert preprocess(image).dtype == np.float32


@pytest.mark.parametrize("shape", [(100, 1000), (1000, 100), (7, 7), (512, 512), (1, 2)])
def test_any_size(shape):
    image = np.empty((*shape, 3), np.uint8)
    image[...] = [10, 120, 250]
    expected = ((np.array([10, 120, 250]) / 255 - MEAN) / STD)[:, None, None]
    assert_allclose(preprocess(image), np.broadcast_to(expected, (1, 3, 224, 224)), rtol=0, atol=1e-6)


def test_the_photograph_keeps_its_proportions():
    """A ramp from left to right over 600 columns: the crop shows the middle, 224 / 512 of it."""
    ramp = np.round(np.linspace(0, 255, 600)).astype(np.uint8)
    x = preprocess(np.broadcast_to(ramp[:, None], (300, 600, 3)).copy(), mean=[0, 0, 0], std=[1, 1, 1])
    seen = x[0, 0, 100]
    assert_allclose([seen[0], seen[-1]], 0.5 + np.array([-0.5, 0.5]) * 223 / 512, atol=2 / 255)
    assert_array_equal(x[0, :, 0], x[0, :, -1])


@pytest.mark.parametrize(
    "image", [np.zeros((3, 4, 3)), np.zeros((3, 4), np.uint8), np.zeros((3, 4, 4), np.uint8), np.zeros((0, 4, 3), "u1")]
)
def test_what_is_no_photograph(image):
    with raises(f"preprocess: image must be of uint8 and of shape (H, W, 3), got {image.dtype} and {image.shape}"):
        preprocess(image)


def test_files_of_images(tmp_path):
    Image.new("LA", (3, 2), (7, 0)).save(tmp_path / "x.png")
    assert_array_equal(read_image(tmp_path / "x.png"), np.full((2, 3, 3), 7, np.uint8), strict=True)
    whole = (tmp_path / "x.png").read_bytes()
    for content in (b"", b"text", whole[: len(whole) // 2]):
        (tmp_path / "y.png").write_bytes(content)
        with raises(f"read_image: {tmp_path / 'y.png'} is not a whole image of a format that Pillow knows: "):
            read_image(tmp_path / "y.png")
    with pytest.raises(FileNotFoundError):
        read_image(tmp_path / "missing.png")


def test_weights_from_elsewhere(network):
    state = network.state_dict()
    old = {name: array for name, array in state.items() if not name.endswith("num_batches_tracked")}
    x = np.random.default_rng(2).standard_normal((1, 3, 64, 64), dtype=np.float32)
    assert_array_equal(with_weights("resnet18", old)(x), network(x))
    missing = {name: array for name, array in state.items() if name != "layer2.0.conv1.weight"}
    with raises("Sequential.load_state_dict: missing layer2.0.conv1.weight"):
        with_weights("resnet18", missing)
    with raises(
        "Sequential.load_state_dict: unexpected extra; conv1.weight must have shape (64, 3, 7, 7), got (64, 3)"
    ):
        with_weights("resnet18", state | {"conv1.weight": np.zeros((64, 3), np.float32), "extra": np.zeros(1)})
    with raises("with_weights: state must have classifier.6.bias, an entry for each class, to be the weights of vgg11"):
        with_weights("vgg11", state)
    with raises("with_weights: name must be "):
        with_weights("lenet5", state)


def test_the_auxiliary_heads_of_googlenet_are_left_out():
    state = nets.googlenet(3, rng=np.random.default_rng(3)).state_dict()
    network = with_weights("googlenet", state | {"aux1.conv.conv.weight": np.zeros(5), "aux2.fc2.bias": np.zeros(3)})
    assert len(network["fc"].bias.data) == 3


# The command -----------------------------------------------------------------------------------------------------


def classify(*words):
    return main(["classify", *map(str, words)], others=OTHERS)


@pytest.fixture
def files(network, photograph, tmp_path):
    Image.fromarray(photograph).save(tmp_path / "x.png")
    save(tmp_path / "w.npz", network.named_arrays())
    (tmp_path / "names.txt").write_text("\n".join(NAMES), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("named", [False, True])
def test_five_classes_in_the_order_of_their_probabilities(named, files, network, photograph, capsys):
    names = ["--names", files / "names.txt"] * named
    assert classify(files / "x.png", "--net", "resnet18", "--weights", files / "w.npz", *names) == 0
    probabilities = softmax(network(preprocess(photograph)))[0]
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list("12345")
    shown = [int(line.split()[3]) for line in lines]
    assert shown == np.argsort(-probabilities)[:5].tolist()
    assert_allclose([float(line.split()[1]) for line in lines], 100 * probabilities[shown], atol=0.006)
    if named:
        assert [line.split(maxsplit=4)[4] for line in lines] == [NAMES[number] for number in shown]


def test_googlenet_is_normalised_in_its_own_way(photograph, tmp_path, capsys):
    network = nets.googlenet(3, rng=np.random.default_rng(4)).eval()
    network["fc"].weight.data *= 0.02  # logits of the order of 1
    Image.fromarray(photograph).save(tmp_path / "x.png")
    save(tmp_path / "w.npz", network.named_arrays())
    assert classify(tmp_path / "x.png", "--net", "googlenet", "--weights", tmp_path / "w.npz") == 0
    x = preprocess(photograph, mean=[0.5] * 3, std=[0.5] * 3)
    expected = np.sort(softmax(network(x))[0])[::-1]
    shown = [float(line.split()[1]) for line in capsys.readouterr().out.splitlines()]
    assert_allclose(shown, 100 * expected, atol=0.006)


def test_errors_of_the_command(files, capsys):
    good = [files / "x.png", "--net", "resnet18", "--weights", files / "w.npz"]
    (files / "few.txt").write_text("a\nb\n")
    (files / "bytes.txt").write_bytes(b"\xff\xfe\xff")
    for words, message in (
        ([files / "no.png", *good[1:]], "No such file"),
        ([files / "names.txt", *good[1:]], "is not a whole image"),
        ([*good[:-1], files / "no.npz"], "No such file"),
        ([*good[:-1], files / "x.png"], "must end in .npz or .safetensors"),
        ([*good, "--names", files / "few.txt"], "has 2 lines, expected one for each of the 7 classes"),
        ([*good, "--names", files / "bytes.txt"], "is no text in UTF-8"),
        ([files / "x.png", "--net", "vgg11", *good[3:]], "to be the weights of vgg11"),
    ):
        assert classify(*words) == 2
        shown = capsys.readouterr()
        assert shown.out == ""
        assert message in shown.err
