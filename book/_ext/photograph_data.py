"""What the explorers of photographs need: two in colour, a small grey one, and a kernel that a network has learned."""

import base64
import io

import numpy as np
from PIL import Image

from cnn_course import avg_pool2d, photograph, to_gray
from cnn_course.zoo import pretrained

SHRINK = 4  # rows and columns of a photograph that become one pixel
LEARNED = 2  # of LeNet-5's six first filters, the one that finds horizontal edges
DAHLIA = np.s_[61:373, 149:461]


def dahlia():
    """A small grey photograph, in whole numbers from 0 to 255."""
    return (255 * _shrunk(to_gray(photograph("flower"))[DAHLIA], 6)).round()


def sweep():
    """Its bytes."""
    image = dahlia()
    return {"side": len(image), "pixels": base64.b64encode(image.astype(np.uint8).tobytes()).decode()}


def photographs():
    """Both photographs in colour, reduced, as addresses of pictures; and a kernel that a network has learned."""
    weight = pretrained("lenet5-mnist").children["conv1"].weight.data
    pictures = {name: _webp(reduced(name)) for name in ("china", "flower")}
    return pictures | {"learned": [[round(float(w), 2) for w in row] for row in weight[LEARNED, 0]]}


def reduced(name):
    """A photograph, shape (106, 160, 3)."""
    return _shrunk(photograph(name)[: 427 // SHRINK * SHRINK], SHRINK)


def _shrunk(image, by):
    planes = image.reshape(*image.shape[:2], -1).transpose(2, 0, 1)
    return avg_pool2d(planes[None], by)[0].transpose(1, 2, 0).squeeze()


def _webp(image):
    file = io.BytesIO()
    Image.fromarray((255 * image).round().astype(np.uint8)).save(file, "webp", quality=85, method=6)
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode()
