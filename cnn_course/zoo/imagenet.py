"""Photographs for the networks of ImageNet: how they are prepared, and weights of elsewhere in our networks."""

from collections.abc import Mapping
from os import PathLike

import numpy as np
from numpy.typing import ArrayLike

from cnn_course import nets
from cnn_course.nn import Layer
from cnn_course.optional import needs
from cnn_course.validate import as_array, as_path, check_choice, check_mapping

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of the colours in ImageNet, as torchvision has them
RESIZED, CROPPED = 256, 224
DEPTHS = (11, 13, 16, 19)
_BROKEN = (OSError, SyntaxError, ValueError)  # what Pillow raises for files that are cut short or damaged
NETWORKS = {  # those whose weights torchvision publishes, and the name of the bias with an entry for each class
    "alexnet": "classifier.6.bias",
    "googlenet": "fc.bias",
    **{f"vgg{depth}{norm}": "classifier.6.bias" for depth in DEPTHS for norm in ("", "_bn")},
    **{f"resnet{depth}": "fc.bias" for depth in (18, 34, 50, 101, 152)},
}


def read_image(path: str | PathLike[str]) -> np.ndarray:
    """Read a photograph from a file.

    Parameters
    ----------
    path : str or path
        A file of any format that Pillow knows, such as JPEG or PNG.

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
        Red, green and blue; a grey image has three times the same.

    Raises
    ------
    ValueError
        If it is no path, or not the file of an image.
    OSError
        If the file cannot be opened.
    ImportError
        If Pillow is not installed.

    Examples
    --------
    >>> from PIL import Image
    >>> path = getfixture("tmp_path") / "grey.png"
    >>> Image.new("L", (4, 3), 200).save(path)
    >>> read_image(path).shape
    (3, 4, 3)
    """
    path, library = as_path("read_image", "path", path), _pillow("read_image")
    with path.open("rb") as file:
        try:
            return np.asarray(library.open(file).convert("RGB"))
        except (library.UnidentifiedImageError, library.DecompressionBombError, *_BROKEN) as error:
            raise ValueError(
                f"read_image: {path} is not a whole image of a format that Pillow knows: {error}"
            ) from None


def preprocess(image: ArrayLike, *, mean: ArrayLike = MEAN, std: ArrayLike = STD) -> np.ndarray:
    r"""Make of a photograph what the networks of ImageNet expect, as torchvision publishes it.

    The photograph is resized, bilinearly and with the low-pass that goes with it, so that its shorter side has 256
    pixels; the 224 x 224 pixels in its middle are kept, divided by 255, and each colour is normalised,

    .. math:: x[c] = \frac{v[c] / 255 - \mu[c]}{\sigma[c]} .

    Parameters
    ----------
    image : array_like of uint8, shape (H, W, 3)
    mean, std : array_like, shape (3,)
        :math:`\mu` and :math:`\sigma`, by default of ImageNet.

    Returns
    -------
    ndarray of float32, shape (1, 3, 224, 224)

    Raises
    ------
    ValueError
        If `image` is not of uint8, or has another shape or no pixels.
    ImportError
        If Pillow is not installed.

    Examples
    --------
    >>> x = preprocess(np.full((300, 400, 3), 255, np.uint8), mean=[0.5, 0.5, 0.5], std=[0.5, 0.5, 0.5])
    >>> x.shape, float(x.min()), float(x.max())
    ((1, 3, 224, 224), 1.0, 1.0)
    """
    image = as_array("preprocess", "image", image, "biuf")
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or 0 in image.shape:
        raise ValueError(
            f"preprocess: image must be of uint8 and of shape (H, W, 3), got {image.dtype} and {image.shape}"
        )
    library = _pillow("preprocess")
    height, width = image.shape[:2]
    shorter = min(height, width)
    size = (RESIZED * width // shorter, RESIZED * height // shorter)  # Pillow has the width first
    resized = np.asarray(library.fromarray(image).resize(size, library.Resampling.BILINEAR))
    top, left = (round((side - CROPPED) / 2) for side in resized.shape[:2])
    cropped = resized[top : top + CROPPED, left : left + CROPPED] / 255
    x = (cropped - np.asarray(mean)) / np.asarray(std)
    return np.ascontiguousarray(np.moveaxis(x, -1, 0)[None], dtype=np.float32)


def with_weights(name: str, state: Mapping[str, ArrayLike]) -> Layer:
    """Build a network of ImageNet with weights from elsewhere, for as many classes as they have.

    Parameters
    ----------
    name : str
        'alexnet', 'googlenet', 'vgg11' to 'vgg19', with '_bn' or without, or 'resnet18' to 'resnet152'.
    state : mapping of str to array_like
        The arrays under torchvision's names. The counts of batches of a batch norm may be missing, as in older files,
        and what belongs to auxiliary heads is left out.

    Returns
    -------
    Layer
        In evaluation mode, in float32.

    Raises
    ------
    ValueError
        If there is no such network, or the arrays are not those of this network: the error names each that is
        missing, unexpected or of another shape.

    Examples
    --------
    >>> network = nets.resnet18(3, rng=np.random.default_rng(1))
    >>> again = with_weights("resnet18", network.state_dict())
    >>> again(np.zeros((1, 3, 64, 64), np.float32)).shape
    (1, 3)
    """
    check_choice("with_weights", "name", name, NETWORKS)
    check_mapping("with_weights", "state", state)
    state = {key: array for key, array in state.items() if not key.startswith(("aux1.", "aux2."))}
    if np.ndim(bias := state.get(NETWORKS[name])) != 1:
        raise ValueError(
            f"with_weights: state must have {NETWORKS[name]}, an entry for each class, to be the weights of {name}; "
            f"it has {', '.join(list(state)[:5])}, ..."
        )
    network = getattr(nets, name)(len(bias), rng=np.random.default_rng(0))
    counts = {key: array for key, array in network.named_arrays().items() if key.endswith("num_batches_tracked")}
    network.load_state_dict(counts | state)
    return network.eval()


def normalisation(name: str) -> dict[str, tuple[float, float, float]]:
    """The `mean` and `std` with which the weights of a network were trained; those of GoogLeNet come from elsewhere."""
    half = (0.5, 0.5, 0.5)
    return {"mean": half, "std": half} if name == "googlenet" else {"mean": MEAN, "std": STD}


def _pillow(function):
    with needs(function, "pillow", "data"):
        from PIL import Image  # only for photographs
    return Image
