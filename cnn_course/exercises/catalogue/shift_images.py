"""Random shifts for augmentation: each image by its own number of pixels."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions

exercise = Implement(
    title="images that are moved",
    chapter="4-3",
    stars=2,
    minutes=25,
    goals=(5,),
    statement=r"""
    Write `shift_images(x, down, right)` for images `x` of shape $(N, C, H, W)$, floats, and two arrays of $N$ whole
    numbers each. The image $n$ moves down by `down[n]` and to the right by `right[n]` pixels; negative
    numbers move it up and to the left. All its channels move together,

    $$ y[n, c, i, j] = x[n, c, i - \text{down}[n], j - \text{right}[n]] , $$

    where that pixel exists. What leaves the picture is lost, and what comes in is 0, the paper: nothing comes in again
    on the other side. A shift may be as large as the image or larger; then nothing is left of it. The result has the
    shape of `x`, and `x` keeps its values.
    """,
    hints=(
        "Which rows of the result come from the image? From max(d, 0) on, and before H + min(d, 0).",
        "A slice that ends at -d is empty for d = 0. Compute both ends of every slice instead.",
        "Or pad with zeros by H and W on all sides, and cut out a window. Then only shifts beyond the image need care.",
    ),
    remark=r"""
    The end of a slice is computed and not counted from the end of the array, so that 0 is no special case. With
    `np.roll` the foot of a digit would come in again above its head: an image that no hand has written.
    """,
)


@exercise.solution
def shift_images(x, down, right):
    """Move each image of x (N, C, H, W) by its own numbers of pixels, and fill with zeros.

    >>> x = np.arange(1.0, 7.0).reshape(1, 1, 2, 3)
    >>> shift_images(x, np.array([1]), np.array([-1]))
    array([[[[0., 0., 0.],
             [2., 3., 0.]]]])
    """
    height, width = x.shape[2:]
    y = np.zeros_like(x)
    for n, (d, r) in enumerate(zip(down, right, strict=True)):
        if abs(d) < height and abs(r) < width:
            y[n, :, max(d, 0) : height + min(d, 0), max(r, 0) : width + min(r, 0)] = x[
                n, :, max(-d, 0) : height + min(-d, 0), max(-r, 0) : width + min(-r, 0)
            ]
    return y


@exercise.check("the example", points=0)
def example(rng):
    yield np.arange(1.0, 7.0).reshape(1, 1, 2, 3), np.array([1]), np.array([-1])


def batch(rng, count, channels, height, width):
    """Images whose numbers are all different within a channel, none of them 0."""
    numbers = np.stack([rng.permutation(height * width) + 1.0 for _ in range(count * channels)])
    return numbers.reshape(count, channels, height, width)


@exercise.check("down and to the right", points=1)
def forwards(rng):
    yield batch(rng, 1, 1, 3, 4), np.array([1]), np.array([0])
    yield batch(rng, 1, 1, 3, 4), np.array([0]), np.array([1])
    yield batch(rng, 1, 1, 4, 5), np.array([1]), np.array([2])


@exercise.check("up and to the left", points=1)
def backwards(rng):
    yield batch(rng, 1, 1, 3, 4), np.array([-1]), np.array([0])
    yield batch(rng, 1, 1, 3, 4), np.array([0]), np.array([-2])
    yield batch(rng, 1, 1, 4, 5), np.array([-2]), np.array([-1])


@exercise.check("no shift, of one image among others", points=1)
def not_at_all(rng):
    yield batch(rng, 2, 1, 3, 4), np.array([0, 1]), np.array([0, 1])
    yield batch(rng, 3, 1, 2, 3), np.array([-1, 0, 1]), np.array([1, 0, 1])


@exercise.check("several images, each by its own shift", points=2)
def several(rng):
    yield batch(rng, 3, 1, 3, 4), np.array([1, 0, -1]), np.array([0, -1, 2])
    yield batch(rng, 2, 1, 4, 3), np.array([-1, 2]), np.array([1, 0])


@exercise.check("several channels", points=1)
def channels(rng):
    yield batch(rng, 1, 3, 3, 4), np.array([1]), np.array([-1])
    yield batch(rng, 2, 3, 4, 5), np.array([-1, 2]), np.array([1, -2])


@exercise.check("shifts beyond the image", points=1)
def beyond(rng):
    yield batch(rng, 4, 1, 2, 3), np.array([1, 2, 3, -2]), np.array([1, 0, 1, 1])
    yield batch(rng, 4, 1, 3, 2), np.array([-1, 0, -1, 1]), np.array([1, 3, -2, -5])


@exercise.check("fractions and negative numbers", points=1)
def numbers(rng):
    yield fractions(rng, 1, 2, 3, 4), np.array([1]), np.array([1])
    yield fractions(rng, 2, 1, 3, 4), np.array([1, -1]), np.array([-1, 1])


@exercise.alternative
def pixel_after_pixel(x, down, right):
    y = 0 * x
    height, width = x.shape[2:]
    for n in range(len(x)):
        for i in range(height):
            for j in range(width):
                if 0 <= i - down[n] < height and 0 <= j - right[n] < width:
                    y[n, :, i, j] = x[n, :, i - down[n], j - right[n]]
    return y


@exercise.alternative
def windows_of_a_padded_image(x, down, right):
    height, width = x.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (height, height), (width, width)))
    tops, lefts = height - np.clip(down, -height, height), width - np.clip(right, -width, width)
    windows = [image[:, i : i + height, j : j + width] for image, i, j in zip(padded, tops, lefts, strict=True)]
    return np.array(windows)


@exercise.alternative
def rolled_and_wiped(x, down, right):
    y = x.astype(float)
    height, width = x.shape[2:]
    rows, columns = np.arange(height)[:, None], np.arange(width)
    for n in range(len(x)):
        inside = (rows - down[n] >= 0) & (rows - down[n] < height)
        inside = inside & (columns - right[n] >= 0) & (columns - right[n] < width)
        y[n] = np.roll(y[n], (down[n], right[n]), axis=(1, 2)) * inside
    return y


@exercise.wrong(
    "What leaves the picture comes in again on the other side, as with `np.roll`. It is lost, and zeros come in."
)
def wrapped(x, down, right):
    return np.array([np.roll(image, (d, r), axis=(1, 2)) for image, d, r in zip(x, down, right, strict=True)])


@exercise.wrong("The images move the other way: a positive number moves down and to the right, to larger indices.")
def the_other_way(x, down, right):
    return shift_images(x, -down, -right)


@exercise.wrong("The two shifts are exchanged: `down` belongs to the rows, axis 2, and `right` to the columns, axis 3.")
def exchanged(x, down, right):
    return shift_images(x, right, down)


@exercise.wrong("The way down is right, but `right` moves the image to the left.")
def left_for_right(x, down, right):
    return shift_images(x, down, -right)


@exercise.wrong("The way to the right is right, but `down` moves the image up.")
def up_for_down(x, down, right):
    return shift_images(x, -down, right)


@exercise.wrong("All images move by the shift of the first one. Each has its own: down[n] and right[n].")
def shift_of_the_first(x, down, right):
    return shift_images(x, np.full(len(x), down[0]), np.full(len(x), right[0]))


@exercise.wrong(
    "The border is repeated: the first or last row and column of the image come in. What comes in is 0, the paper."
)
def border_repeated(x, down, right):
    height, width = x.shape[2:]
    rows, columns = np.arange(height), np.arange(width)
    return np.array(
        [
            image[:, np.clip(rows - d, 0, height - 1)][:, :, np.clip(columns - r, 0, width - 1)]
            for image, d, r in zip(x, down, right, strict=True)
        ]
    )


@exercise.wrong(
    "Negative shifts have no effect, as if they were 0. They move the image up and to the left: which rows and columns "
    "are left then?"
)
def negative_ignored(x, down, right):
    return shift_images(x, np.maximum(down, 0), np.maximum(right, 0))


@exercise.wrong(
    "Negative shifts move the image down and to the right, like positive ones. Up and to the left is the other way."
)
def sign_ignored(x, down, right):
    return shift_images(x, np.abs(down), np.abs(right))


@exercise.wrong("Only the first channel moves; the others stay 0. All channels of an image move together.")
def first_channel_only(x, down, right):
    y = shift_images(x, down, right)
    y[:, 1:] = 0
    return y


@exercise.wrong(
    "Right, unless a shift is 0: there the image has become empty. The slice `-d:` is all for d = 0, and `:-d` is "
    "nothing. Compute the ends of the slices, as height - d.",
)
def empty_at_zero(x, down, right):
    keep = (down != 0) & (right != 0)
    return shift_images(x, down, right) * keep[:, None, None, None]


@exercise.wrong(
    "Where an image moves it leaves its old self behind: what is not overwritten must be 0. Begin with zeros, not with "
    "a copy of x."
)
def old_pixels_left(x, down, right):
    height, width = x.shape[2:]
    rows, columns = np.arange(height)[:, None], np.arange(width)
    y = shift_images(x, down, right)
    for n in range(len(x)):
        outside = (rows - down[n] < 0) | (rows - down[n] >= height)
        outside = outside | (columns - right[n] < 0) | (columns - right[n] >= width)
        y[n] = np.where(outside, x[n], y[n])
    return y


@exercise.wrong(
    "Right, unless a shift is as large as the image or larger: then something is still left. Taken modulo the size, or "
    "cut off at the largest possible shift, it is not what was asked for."
)
def modulo_the_size(x, down, right):
    height, width = x.shape[2:]
    return shift_images(x, np.fmod(down, height), np.fmod(right, width))


@exercise.wrong(
    "Right, unless a shift is larger than the image allows: it is cut off so that a row or column remains. Beyond the "
    "image nothing is left."
)
def cut_off(x, down, right):
    height, width = x.shape[2:]
    return shift_images(x, np.clip(down, 1 - height, height - 1), np.clip(right, 1 - width, width - 1))
