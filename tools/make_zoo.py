"""The images of MNIST that travel with the package: a sample, and those that the recorded runs get wrong.

    python tools/make_zoo.py

reads MNIST where CNN_COURSE_DATA says that it is. The records themselves are those of six runs of `train`:

    for seed in 0 1 2; do for augment in none shifts; do
        python -m cnn_course train lenet5 --data mnist --augment $augment --seed $seed
    done; done

each of which is named as its folder: runs/lenet5-mnist-0/record.npz is cnn_course/zoo/runs/lenet5-mnist-0.npz.
"""

import numpy as np

from cnn_course import load, mnist
from cnn_course.data.mnist import SAMPLE
from cnn_course.zoo.record import MISTAKES, RECORDED, SEEDS, path_of


def first_of_each_class(labels, count=10):
    """Indices of the first images of each class, class by class."""
    return np.concatenate([np.flatnonzero(labels == digit)[:count] for digit in range(10)])


def main():
    """Write both files, compressed, images and labels as bytes."""
    _, _, images, labels = mnist()
    images, labels = np.rint(255 * images[:, 0]).astype(np.uint8), labels.astype(np.uint8)
    chosen = first_of_each_class(labels)
    np.savez_compressed(SAMPLE, images=images[chosen], labels=labels[chosen])
    paths = [path_of("make_zoo", name, seed) for name in RECORDED for seed in SEEDS]
    wrong = np.unique(np.concatenate([load(path)[0]["test.wrong"] for path in paths]))
    np.savez_compressed(MISTAKES, indices=wrong, images=images[wrong], labels=labels[wrong])
    for path in (SAMPLE, MISTAKES):
        print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
