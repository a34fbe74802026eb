"""The command `classify` of `python -m cnn_course`."""

from pathlib import Path

import numpy as np

from cnn_course.functional.activation import softmax
from cnn_course.training.checkpoint import load
from cnn_course.zoo.cli import STATUSES, says_what_is_wrong
from cnn_course.zoo.imagenet import NETWORKS, normalisation, preprocess, read_image, with_weights

SHOWN = 5
CLASSIFICATION = """Names the five most probable classes of a photograph. The weights are those of torchvision, saved
as .safetensors, or with numpy.savez as .npz, under their names. The photograph is resized to 256 pixels, cropped to
224 x 224 and normalised, as torchvision publishes it."""


def add_classify(parser):
    """Give the command `classify` its arguments."""
    parser.description, parser.epilog = CLASSIFICATION, STATUSES
    parser.add_argument("image", type=Path)
    parser.add_argument("--net", required=True, choices=NETWORKS, metavar="NAME", help=", ".join(NETWORKS))
    parser.add_argument("--weights", required=True, type=Path, metavar="FILE", help="ends in .safetensors or .npz")
    parser.add_argument(
        "--names", type=Path, metavar="FILE", help="of the classes, a line for each; else their numbers"
    )
    parser.set_defaults(run=run_classify)


@says_what_is_wrong
def run_classify(options):
    """Show the most probable classes of a photograph."""
    x = preprocess(read_image(options.image), **normalisation(options.net))
    network = with_weights(options.net, load(options.weights)[0])
    probabilities = softmax(network(x))[0]
    names = _names(options.names, len(probabilities))
    for rank, number in enumerate(np.argsort(-probabilities, kind="stable")[:SHOWN], start=1):
        print(f"{rank}  {100 * probabilities[number]:6.2f} %  {names[number]}")
    return 0


def _names(path, classes):
    """What to call each class: its number, and what stands in its line of the file."""
    if path is None:
        return [str(number) for number in range(classes)]
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(f"classify: {path} is no text in UTF-8: {error}") from error
    if len(lines) != classes:
        raise ValueError(f"classify: {path} has {len(lines)} lines, expected one for each of the {classes} classes")
    return [f"{number} {line.strip()}" for number, line in enumerate(lines)]
