"""What travels with the package: a sample of MNIST, the images that recorded runs get wrong, and curves of others.

    python tools/make_zoo.py

reads MNIST where CNN_COURSE_DATA says that it is. The records themselves are those of nine runs of `train`:

    for seed in 0 1 2; do for augment in none shifts; do
        python -m cnn_course train lenet5 --data mnist --augment $augment --seed $seed
    done; python -m cnn_course train lenet5 --data mnist --certified --seed $seed; done

each of which is named as its folder: runs/lenet5-mnist-0/record.npz is cnn_course/zoo/runs/lenet5-mnist-0.npz.

    python tools/make_zoo.py runs

keeps what records of plain and residual networks in the folder `runs` say, and not their weights. They are those of

    for seed in 0 1 2; do for network in plain8 plain20 plain56 resnet8 resnet20 resnet56; do
        python -m cnn_course train $network --data digits8 --seed $seed
    done; done
"""

import json
import sys
from pathlib import Path

import numpy as np

from cnn_course import load, mnist
from cnn_course.data.mnist import SAMPLE
from cnn_course.zoo.record import CURVES, MISTAKES, MISTAKES_CERTIFIED, PRETRAINED, SEEDS, mistakes_of, path_of
from cnn_course.zoo.run import RECORD


def first_of_each_class(labels, count=10):
    """Indices of the first images of each class, class by class."""
    return np.concatenate([np.flatnonzero(labels == digit)[:count] for digit in range(10)])


def keep_curves(folder):
    """Write the metadata of each record, of which there must be one for each recipe and seed."""
    for name in CURVES:
        for seed in SEEDS:
            _, metadata = load(Path(folder, f"{name}-{seed}", RECORD))
            text = json.dumps(metadata, indent=1) + "\n"
            path_of("make_zoo", name, seed, CURVES).write_text(text, encoding="utf-8", newline="")


def keep_images():
    """Write both files, compressed, images and labels as bytes."""
    _, _, images, labels = mnist()
    images, labels = np.rint(255 * images[:, 0]).astype(np.uint8), labels.astype(np.uint8)
    chosen = first_of_each_class(labels)
    np.savez_compressed(SAMPLE, images=images[chosen], labels=labels[chosen])
    for path in (MISTAKES, MISTAKES_CERTIFIED):
        runs = [path_of("make_zoo", name, seed) for name in PRETRAINED if mistakes_of(name) == path for seed in SEEDS]
        wrong = np.unique(np.concatenate([load(run)[0]["test.wrong"] for run in runs]))
        np.savez_compressed(path, indices=wrong, images=images[wrong], labels=labels[wrong])
    for path in (SAMPLE, MISTAKES, MISTAKES_CERTIFIED):
        print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    keep_curves(sys.argv[1]) if len(sys.argv) > 1 else keep_images()
