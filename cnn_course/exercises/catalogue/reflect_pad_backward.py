"""The adjoint of reflecting padding."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="back through a reflecting padding",
    chapter="4-1",
    stars=2,
    minutes=20,
    goals=(5,),
    statement=r"""
    Reflecting padding continues a signal as in a mirror that stands on its first and on its last value, which are not
    repeated: with 2 positions before and 1 behind, $(1, 2, 3, 4)$ becomes $(3, 2, 1, 2, 3, 4, 3)$. In NumPy this is
    `np.pad(x, (before, after), "reflect")`.

    Write `reflect_pad_backward(grad_output, before, after)`. `grad_output` is the gradient of a loss in the padded
    signal, one-dimensional, of floats or integers. The result is the gradient in the signal, of $n$ floats, where
    $n$ is the length of `grad_output` minus both paddings. `before` and `after` are smaller than $n$. The array that
    comes in must not be changed.
    """,
    hints=(
        "Which value of the signal stands at each position of the padded one? Write it down for the example.",
        "Every position of the padded signal hands its gradient to the value that it is a copy of. Some values have "
        "three copies.",
        "Position before - 1 holds a copy of x[1], position before - 2 one of x[2]. Behind, the first position holds "
        "x[n - 2].",
    ),
    remark=r"""
    One can let NumPy find the copies: pad the *indices*, `np.pad(np.arange(n), (before, after), "reflect")`, and add
    with `np.bincount` or `np.add.at`. This works for every padding that copies. The test is the definition of the
    adjoint: $\langle P x, v \rangle = \langle x, P^{\top} v \rangle$ for random $x$ and $v$.
    """,
)


@exercise.solution
def reflect_pad_backward(grad_output, before, after):
    """Gradient in a signal that was padded by reflection.

    >>> reflect_pad_backward(np.array([1.0, 2.0, 10.0, 20.0, 30.0, 40.0, 100.0]), 2, 1)
    array([ 10.,  22., 131.,  40.])
    """
    n = len(grad_output) - before - after
    grad = np.zeros(n)
    for t, g in enumerate(grad_output):
        a = abs(t - before)  # the mirror on the first value
        grad[min(a, 2 * (n - 1) - a)] += g  # and the one on the last
    return grad


def case(rng, n, before, after, draw=whole):
    return draw(rng, n + before + after), before, after


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([1.0, 2.0, 10.0, 20.0, 30.0, 40.0, 100.0]), 2, 1


@exercise.check("padding on one side, or none", points=2)
def one_side(rng):
    yield case(rng, 1, 0, 0)
    yield case(rng, 3, 1, 0)
    yield case(rng, 3, 0, 1)
    yield case(rng, 5, 3, 0)
    yield case(rng, 5, 0, 3)


@exercise.check("padding on both sides", points=2)
def both_sides(rng):
    yield case(rng, 6, 2, 2)
    yield case(rng, 5, 1, 3)
    yield case(rng, 4, 3, 3)
    yield case(rng, 2, 1, 1)


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    for size in (1.0, 2.0**20, 2.0**-20):
        yield fractions(rng, 9, size=size), 3, 2


@exercise.check("integers, and an array that stays as it is", points=1)
def integers(rng):
    yield rng.permutation(np.arange(1, 9)), 2, 1


@exercise.alternative
def by_padded_indices(grad_output, before, after):
    n = len(grad_output) - before - after
    return np.bincount(np.pad(np.arange(n), (before, after), "reflect"), grad_output, n)


@exercise.alternative
def by_slices(grad_output, before, after):
    n = len(grad_output) - before - after
    grad = grad_output[before : before + n].astype(np.float32)
    grad[1 : before + 1] += grad_output[:before][::-1]
    grad[n - 1 - after : n - 1] += grad_output[before + n :][::-1]
    return grad


def back(grad_output, before, after, source):
    """The sum of the gradients over the copies, where position t of the frame is a copy of source(t - before, n)."""
    n = len(grad_output) - before - after
    grad = grad_output[before : before + n].astype(float)
    for t, g in enumerate(grad_output):
        if not 0 <= t - before < n:
            grad[source(t - before, n)] += g
    return grad


def parts(grad_output, before, after):
    """The three pieces of the padded gradient."""
    end = len(grad_output) - after
    return grad_output[:before], grad_output[before:end], grad_output[end:]


@exercise.wrong(
    "The gradients in the frame are thrown away. That is right for a frame of zeros. Here the frame holds copies of "
    "the signal, and their gradients are added to the originals."
)
def cropped(grad_output, before, after):
    return parts(grad_output, before, after)[1].astype(float)


@exercise.wrong(
    "The frames have been added without turning them. In a mirror the position next to the border is a copy of the "
    "value next to it: the one further out belongs further inside."
)
def frames_not_turned(grad_output, before, after):
    left, middle, right = parts(grad_output, before, after)
    grad = middle.astype(float)
    grad[1 : before + 1] += left
    grad[len(grad) - 1 - after : len(grad) - 1] += right
    return grad


@exercise.wrong(
    "The mirrors stand beside the first and the last value, so that these are repeated, as in NumPy's mode symmetric. "
    "With reflect they stand on them: the position before the border is a copy of x[1]."
)
def border_repeated(grad_output, before, after):
    return back(grad_output, before, after, lambda a, n: -1 - a if a < 0 else 2 * n - 1 - a)


@exercise.wrong(
    "This is the way back through circular padding: the left frame has gone to the end of the signal. A reflection "
    "stays on its side: the left frame belongs to the values at the beginning."
)
def circular(grad_output, before, after):
    return back(grad_output, before, after, lambda a, n: a % n)


@exercise.wrong(
    "All of each frame has been added to the border value, which is right for a padding that repeats it. With "
    "reflection each position is a copy of another value, and none of the border value."
)
def all_to_the_border(grad_output, before, after):
    return back(grad_output, before, after, lambda a, n: 0 if a < 0 else n - 1)


@exercise.wrong("The frame behind the signal has been left out. It holds copies as well.")
def frame_behind_forgotten(grad_output, before, after):
    left, middle, _ = parts(grad_output, before, after)
    return reflect_pad_backward(np.r_[left, middle], before, 0)


@exercise.wrong("The frame before the signal has been left out. It holds copies as well.")
def frame_before_forgotten(grad_output, before, after):
    _, middle, right = parts(grad_output, before, after)
    return reflect_pad_backward(np.r_[middle, right], 0, after)


@exercise.wrong(
    "The two paddings have been exchanged: `before` positions stand in front of the signal, `after` behind it. Right "
    "only where both are equal."
)
def paddings_exchanged(grad_output, before, after):
    return reflect_pad_backward(grad_output, after, before)


@exercise.wrong(
    "The gradients of copies have replaced those of the originals. They are to be added: the value acts on the loss "
    "through all of its copies."
)
def replaced(grad_output, before, after):
    left, middle, right = parts(grad_output, before, after)
    grad = middle.astype(float)
    n = len(grad)
    grad[1 : before + 1] = left[::-1]
    grad[n - 1 - after : n - 1] = right[::-1]
    return grad


@exercise.wrong(
    "The mean over the copies has been taken. A value with three copies acts three times: the gradient is the sum."
)
def mean_of_the_copies(grad_output, before, after):
    copies = reflect_pad_backward(np.ones(len(grad_output)), before, after)
    return reflect_pad_backward(grad_output, before, after) / copies


@exercise.wrong(
    "Right for whole numbers of the usual size only. Look for a rounding, for `int`, and for arrays of integers that "
    "take the sums.",
    fails=("numbers that are not whole, large and small",),
)
def rounded(grad_output, before, after):
    return np.round(reflect_pad_backward(grad_output, before, after))
