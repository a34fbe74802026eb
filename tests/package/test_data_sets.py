"""Data sets have the promised shapes and values, and files that are not the right ones are refused by name."""

import gzip
import hashlib
import os
import re
import struct
import sys
from importlib import import_module
from math import pi

import numpy as np
import pytest
from messages import raises
from numpy.testing import assert_array_equal
from sklearn.datasets import load_digits

from cnn_course.data import digits
from cnn_course.data.mnist import FILES, MIRROR, mnist
from cnn_course.data.shapes import SHAPES, shapes


def test_digits_are_those_of_scikit_learn():
    images, labels = digits()
    assert (images.shape, images.dtype) == ((1797, 1, 8, 8), np.float32)
    assert (labels.shape, labels.dtype) == ((1797,), np.int64)
    assert_array_equal(images[:, 0] * 16, load_digits().images)  # whole numbers up to 16: exact
    assert_array_equal(labels, load_digits().target)


# Shapes -------------------------------------------------------------------------------------------------------------


def boxes(images):
    """First and last row and column of every shape."""
    for image in images[:, 0]:
        rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
        yield image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], rows[0], columns[0]


def test_shapes_and_dtypes():
    images, labels = shapes(50, size=20, rng=np.random.default_rng(0))
    assert (images.shape, images.dtype) == ((50, 1, 20, 20), np.float32)
    assert (labels.shape, labels.dtype) == ((50,), np.int64)
    assert set(np.unique(images)) == {0, 1}
    assert set(labels) == set(range(len(SHAPES)))
    assert shapes(1, rng=np.random.default_rng(0))[0].shape == (1, 1, 32, 32)


def test_the_share_of_its_box_tells_the_shape():
    images, labels = shapes(60, size=512, rng=np.random.default_rng(1))
    area = {"square": 1, "disc": pi / 4, "triangle": 1 / 2, "cross": 5 / 9}
    for (box, _, _), label in zip(boxes(images), labels, strict=True):
        assert abs(box.shape[0] - box.shape[1]) <= 2
        assert 512 / 3 - 3 <= max(box.shape) <= 2 * 512 / 3 + 1
        # a boundary of at most 12 radii crosses that many pixels, out of 4 radii squared: 3 / radius, at least 85
        assert box.mean() == pytest.approx(area[SHAPES[label]], abs=3 / 85 / 2)


def test_every_shape_has_its_widths_at_the_top_in_the_middle_and_at_the_bottom():
    images, labels = shapes(200, size=256, rng=np.random.default_rng(2))
    widths = {"square": (1, 1, 1), "cross": (1 / 3, 1, 1 / 3), "triangle": (0, 1 / 2, 1), "disc": (0.2, 1, 0.2)}
    for (box, _, _), label in zip(boxes(images), labels, strict=True):
        found = tuple(box[row].mean() for row in (1, len(box) // 2, -2))
        # a pixel is at most 1/84 of a width; one to two pixels from its ends, a disc has at most a width of 0.31
        assert found == pytest.approx(widths[SHAPES[label]], abs=0.12), SHAPES[label]


def test_shapes_are_wholly_inside_and_at_many_places():
    images, _ = shapes(300, rng=np.random.default_rng(3))
    corners = {(int(row), int(column)) for _, row, column in boxes(images)}
    assert len(corners) > 150
    # a shape that is cut off would have many pixels on the border
    assert images[:, :, 0].sum() < 300 * 8


def test_the_generator_decides():
    first, again, other = (shapes(9, rng=np.random.default_rng(seed))[0] for seed in (4, 4, 5))
    assert_array_equal(first, again)
    assert (first != other).any()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"count": 0}, "shapes: count must be at least 1, got 0"),
        ({"count": 2.5}, "shapes: count must be made of integers, got 2.5"),
        ({"count": 1, "size": 15}, "shapes: size must be at least 16, got 15"),
    ],
)
def test_errors_of_shapes(arguments, message):
    with raises(message):
        shapes(**arguments, rng=np.random.default_rng(0))


def test_shapes_need_a_generator():
    with raises("shapes: rng must be a numpy.random.Generator, got 0"):
        shapes(1, rng=0)


# MNIST --------------------------------------------------------------------------------------------------------------

COUNTS = {name: 5 if name.startswith("train") else 3 for name in FILES}


def idx(name, count=None):
    """A small file in the format of the real one: magic number, sizes and bytes."""
    count, rng = count or COUNTS[name], np.random.default_rng(len(name))
    sizes = (count, 28, 28) if "images" in name else (count,)
    header = struct.pack(f">{1 + len(sizes)}i", 2051 if "images" in name else 2049, *sizes)
    return header + rng.integers(0, 256 if "images" in name else 10, sizes, np.uint8).tobytes()


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A folder of small files, which are taken for the right ones."""
    monkeypatch.delenv("CNN_COURSE_DATA", raising=False)
    monkeypatch.setattr(
        import_module("cnn_course.data.mnist"),
        "FILES",
        {name: (axes, hashlib.sha256(idx(name)).hexdigest(), "") for name, (axes, _, _) in FILES.items()},
    )
    for name in FILES:
        (tmp_path / name).write_bytes(idx(name))
    return tmp_path


def compress(path):
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    return path.with_name(f"{path.name}.gz")


def assert_small(arrays):
    train_images, train_labels, test_images, test_labels = arrays
    for images, labels, name in ((train_images, train_labels, "train"), (test_images, test_labels, "t10k")):
        assert images.shape == (COUNTS[f"{name}-images-idx3-ubyte"], 1, 28, 28)
        assert (images.dtype, labels.dtype) == (np.float32, np.int64)
        content, classes = idx(f"{name}-images-idx3-ubyte"), idx(f"{name}-labels-idx1-ubyte")
        assert images[1, 0, 2, 3] == np.float32(content[16 + 784 + 2 * 28 + 3]) / np.float32(255)
        assert images.max() <= 1
        assert labels.tolist() == list(classes[8:])


def test_files_in_a_folder(small):
    assert_small(mnist(small))
    assert_small(mnist(str(small)))


def test_compressed_files(small):
    for name in list(FILES)[1:]:
        compress(small / name)
    assert_small(mnist(small))


def test_compressed_files_without_the_suffix(small):
    for name in FILES:
        compress(small / name).rename(small / name)
    assert_small(mnist(small))


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_the_other_usual_names(small, suffix):
    for name in FILES:
        path = compress(small / name) if suffix else small / name
        path.rename(small / f"{name.replace('-idx', '.idx')}{suffix}")
    assert_small(mnist(small))


def test_the_folder_in_the_environment(small, monkeypatch):
    monkeypatch.setenv("CNN_COURSE_DATA", str(small))
    assert_small(mnist())
    monkeypatch.setenv("CNN_COURSE_DATA", str(small / "nowhere"))
    assert_small(mnist(small))  # the argument goes first


def test_arrays_are_ones_own(small):
    arrays = mnist(small)
    for array in arrays:
        array += 1


def test_no_folder(small):
    with raises(
        "mnist: folder is not given and CNN_COURSE_DATA is not set, expected the folder with the four files; mnist("
    ):
        mnist()


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file(small, name):
    (small / name).unlink()
    expected = f"^mnist: expected {name} or {name}.gz in {re.escape(str(small))}; mnist"
    with pytest.raises(FileNotFoundError, match=expected):
        mnist(small)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("compressed", [False, True])
def test_damaged_files(small, name, compressed):
    path, content = small / name, idx(name)
    header = 16 if "images" in name else 8

    def refused(content, message):
        path.write_bytes(content)
        shown = compress(path) if compressed else path
        with raises(f"mnist: {shown} {message}"):
            mnist(small)

    refused(b"", f"is cut short: it has 0 bytes, expected at least {header}")
    refused(content[: header - 1], f"is cut short: it has {header - 1} bytes, expected at least {header}")
    magic = 2051 if "images" in name else 2049
    refused(b"\0\0\1" + content[3:], f"begins with the number {magic - 2048 + 256}, expected {magic}")
    refused(content[:-1], f"has {len(content) - 1} bytes, expected {len(content)} for the sizes ({COUNTS[name]},")
    refused(content + b"\0", f"has {len(content) + 1} bytes, expected {len(content)} for the sizes ({COUNTS[name]},")
    changed = content[:-1] + bytes([content[-1] ^ 1])
    digest = hashlib.sha256(changed).hexdigest()
    refused(changed, f"has the SHA-256 {digest}, expected {hashlib.sha256(content).hexdigest()}")
    other = idx(name, COUNTS[name] + 1)
    refused(other, f"has the SHA-256 {hashlib.sha256(other).hexdigest()}, expected ")


@pytest.mark.parametrize(
    "damage", [lambda c: c[:-9], lambda c: c[:20], lambda c: b"no gzip", lambda c: c[:30] + b"??" + c[32:]]
)
def test_damaged_compression(small, damage):
    path = compress(small / "train-images-idx3-ubyte")
    path.write_bytes(damage(path.read_bytes()))
    with raises(f"mnist: {path} is not a whole file compressed by gzip: "):
        mnist(small)


class Pooch:
    """In the place of the library: it 'downloads' small files, and writes down what it is asked for."""

    def __init__(self, cache):
        self.cache, self.asked = cache, []

    def os_cache(self, name):
        return self.cache / name

    def retrieve(self, url, known_hash, fname, path):
        self.asked.append((url, known_hash))
        path.mkdir(parents=True, exist_ok=True)
        (path / fname).write_bytes(gzip.compress(idx(fname.removesuffix(".gz"))))


@pytest.fixture
def pooch(small, tmp_path_factory, monkeypatch):
    fake = Pooch(tmp_path_factory.mktemp("cache"))
    monkeypatch.setitem(sys.modules, "pooch", fake)
    return fake


def test_download_into_the_cache(pooch):
    assert_small(mnist(download=True))
    assert pooch.asked == [(f"{MIRROR}{name}.gz", "sha256:") for name in FILES]
    assert sorted(path.name for path in (pooch.cache / "cnn_course").iterdir()) == sorted(f"{n}.gz" for n in FILES)
    assert_small(mnist(download=True))
    assert len(pooch.asked) == 4, "what is there is not fetched again"


def test_download_of_what_a_folder_lacks(small, pooch):
    (small / "t10k-images-idx3-ubyte").unlink()
    compress(small / "train-labels-idx1-ubyte")
    assert_small(mnist(small, download=True))
    assert [url for url, _ in pooch.asked] == [f"{MIRROR}t10k-images-idx3-ubyte.gz"]
    assert not (pooch.cache / "cnn_course").exists()


def test_nothing_is_downloaded_unasked(small, pooch):
    (small / "t10k-images-idx3-ubyte").unlink()
    with pytest.raises(FileNotFoundError):
        mnist(small)
    assert pooch.asked == []


def test_pooch_is_needed_only_to_download(small, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    assert_small(mnist(small, download=True))
    with pytest.raises(ImportError, match=r"^mnist with download=True needs the package pooch: "):
        mnist(download=True)


def test_the_hashes_are_hashes():
    for _, *digests in FILES.values():
        assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in digests)


@pytest.mark.skipif("CNN_COURSE_DATA" not in os.environ, reason="CNN_COURSE_DATA does not say where MNIST is")
def test_the_real_files():
    train_images, train_labels, test_images, test_labels = mnist()
    assert (train_images.shape, test_images.shape) == ((60000, 1, 28, 28), (10000, 1, 28, 28))
    # the numbers of zeros, ones and so on that the literature gives
    assert np.bincount(train_labels).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(test_labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert train_images.min() == 0
    assert train_images.max() == 1
    assert abs(train_images.mean(dtype=np.float64) - 0.1307) < 5e-5  # as everyone normalises it
    assert train_images.flags.c_contiguous
