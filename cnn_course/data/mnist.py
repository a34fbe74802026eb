"""The handwritten digits of MNIST, from their four files, each checked to the last bit."""

import gzip
import os
import zlib
from hashlib import sha256
from math import prod
from os import PathLike
from pathlib import Path

import numpy as np

from cnn_course.optional import needs
from cnn_course.validate import as_path, flag

MIRROR = "https://ossci-datasets.s3.amazonaws.com/mnist/"
SAMPLE = Path(__file__).with_name("mnist_sample.npz")
GZIP = b"\x1f\x8b"  # how compressed files begin
FILES = {  # number of axes, SHA-256 of the file, and of the file as the mirror has it, compressed
    "train-images-idx3-ubyte": (
        3,
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    ),
    "train-labels-idx1-ubyte": (
        1,
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    ),
    "t10k-images-idx3-ubyte": (
        3,
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    ),
    "t10k-labels-idx1-ubyte": (
        1,
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ),
}


def mnist(
    folder: str | PathLike[str] | None = None, *, download: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The 70000 handwritten digits of MNIST.

    Parameters
    ----------
    folder : path, optional
        Where the four files are, as they are or compressed with gzip, named as in "train-images-idx3-ubyte" or
        "train-images.idx3-ubyte", with or without ".gz". The environment variable CNN_COURSE_DATA where
        it is not given.
    download : bool, default False
        Whether to fetch, with the package pooch, the files that the folder does not have. Without a folder they go
        to the user's cache, and from there they are read the next time.

    Returns
    -------
    train_images : ndarray of float32, shape (60000, 1, 28, 28)
        From 0, the paper, to 1, the ink.
    train_labels : ndarray of int64, shape (60000,)
    test_images : ndarray of float32, shape (10000, 1, 28, 28)
    test_labels : ndarray of int64, shape (10000,)

    Raises
    ------
    ValueError
        If no folder is known, `folder` is no path, `download` is neither True nor False, or a file is damaged: not of
        the right format, of a wrong size, or with another SHA-256.
    FileNotFoundError
        If a file is missing.
    ImportError
        If it needs to download without the package pooch.

    Notes
    -----
    The first time, ``train_images, train_labels, test_images, test_labels = mnist(download=True)``.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document recognition, 1998, section III.A.

    Examples
    --------
    >>> mnist("an-empty-folder")
    Traceback (most recent call last):
    FileNotFoundError: mnist: expected train-images-idx3-ubyte or train-images-idx3-ubyte.gz in an-empty-folder; ...
    """
    folder = os.environ.get("CNN_COURSE_DATA") if folder is None else as_path("mnist", "folder", folder)
    if flag("mnist", "download", download):
        folder = _download(folder)
    if not folder:
        raise ValueError(
            "mnist: folder is not given and CNN_COURSE_DATA is not set, expected the folder with the four files; "
            "mnist(download=True) fetches them"
        )
    train_images, train_labels, test_images, test_labels = (_read(Path(folder), name) for name in FILES)
    return _scaled(train_images), train_labels.astype(np.int64), _scaled(test_images), test_labels.astype(np.int64)


def mnist_sample() -> tuple[np.ndarray, np.ndarray]:
    """A hundred of the handwritten digits of MNIST, which travel inside the package.

    They are the first ten of each class among the 10000 test images, class by class.

    Returns
    -------
    images : ndarray of float32, shape (100, 1, 28, 28)
        From 0, the paper, to 1, the ink.
    labels : ndarray of int64, shape (100,)
        Ten zeros, ten ones, and so on.

    Notes
    -----
    Unlike the package, these images are licensed under the Creative Commons Attribution-ShareAlike 3.0 licence
    (CC BY-SA 3.0): Yann LeCun and Corinna Cortes hold the copyright of MNIST, which is derived from databases of NIST.

    References
    ----------
    LeCun, Cortes and Burges, The MNIST database of handwritten digits, https://yann.lecun.com/exdb/mnist/.

    Examples
    --------
    >>> images, labels = mnist_sample()
    >>> images.shape, labels[::10]
    ((100, 1, 28, 28), array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
    """
    with np.load(SAMPLE, allow_pickle=False) as file:
        return _scaled(file["images"]), file["labels"].astype(np.int64)


def _scaled(images):
    return np.divide(images[:, None], 255, dtype=np.float32)


def _find(folder, name):
    """The file under one of its usual names, plain or compressed, or None."""
    names = (name, name.replace("-idx", ".idx"))
    paths = (folder / f"{written}{suffix}" for suffix in ("", ".gz") for written in names)
    return next((path for path in paths if path.is_file()), None)


def _read(folder, name):
    """The array of bytes in an IDX file: a magic number, the sizes of the axes, the bytes."""
    ndim, digest, _ = FILES[name]
    path = _find(folder, name)
    if path is None:
        raise FileNotFoundError(f"mnist: expected {name} or {name}.gz in {folder}; mnist(download=True) fetches it")
    try:
        content = path.read_bytes()
        if path.suffix == ".gz" or content.startswith(GZIP):  # a browser may have cut the suffix off
            content = gzip.decompress(content)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(f"mnist: {path} is not a whole file compressed by gzip: {error}") from error
    header = 4 * (1 + ndim)
    if len(content) < header:
        raise ValueError(f"mnist: {path} is cut short: it has {len(content)} bytes, expected at least {header}")
    magic, *shape = np.frombuffer(content, ">u4", 1 + ndim).tolist()
    if magic != 0x0800 + ndim:
        raise ValueError(
            f"mnist: {path} begins with the number {magic}, expected {0x0800 + ndim}: bytes on {ndim} axes"
        )
    if len(content) != header + prod(shape):
        raise ValueError(
            f"mnist: {path} has {len(content)} bytes, expected {header + prod(shape)} for the sizes {tuple(shape)}"
        )
    if sha256(content).hexdigest() != digest:
        raise ValueError(f"mnist: {path} has the SHA-256 {sha256(content).hexdigest()}, expected {digest}")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


def _download(folder):
    """Fetch what the folder lacks, and return the folder, which by default is the user's cache."""
    folder = Path(folder) if folder else Path(_pooch().os_cache("cnn_course"))
    for name, (_, _, digest) in FILES.items():
        if _find(folder, name) is None:
            _pooch().retrieve(f"{MIRROR}{name}.gz", f"sha256:{digest}", fname=f"{name}.gz", path=folder)
    return folder


def _pooch():
    with needs("mnist with download=True", "pooch", "data"):
        import pooch  # only to download
    return pooch
