"""One step of projected gradient ascent, in two norms, within a ball and a box."""

import numpy as np

from cnn_course.exercises.exercise import Implement, whole

exercise = Implement(
    title="one step of an attack",
    chapter="2-2",
    stars=2,
    minutes=25,
    goals=(3,),
    statement=r"""
    Write `pgd_step(x, start, gradient, radius, rate, ord)`: one step of projected gradient ascent. `start` is an image,
    `x` the moved image so far, and `gradient` the gradient of the loss at `x`: arrays of floats of one and the same
    shape, with any number of axes. The values of `start` and `x` lie between 0 and 1. `ord` is 2 or `np.inf`. In this
    order:

    1. *Step.* Go from `x` by `rate` times the steepest direction of the norm: the gradient divided by its l2 norm over
       all entries for `ord=2`, the signs of its entries for `ord=np.inf`. If the gradient is 0 everywhere, stay.
    2. *Ball.* Replace the result by the nearest image whose distance from `start` in this norm is at most `radius`,
       where nearest is meant in l2.
    3. *Box.* Replace each value below 0 by 0, and each value above 1 by 1.

    Return the new image, and leave the arguments as they are.
    """,
    hints=(
        "Compute with the move from the start, x + rate d - start: the ball is about its norm.",
        "In l2, what is outside of the ball goes back along the radius: multiply the move by radius / norm, and by 1 "
        "if it is inside.",
        "In the maximum norm the ball is a cube: each entry of the move is cut off by itself, as np.clip does.",
    ),
    remark=r"""
    The box comes last, and does no harm to the ball: `start` lies in the box, so that cutting a value off at 0 or 1
    brings it nearer to its start. With the ball last, the result would lie in both, too, but in l2 it would be another
    image: what the box has cut off no longer counts in the norm. In l2 neither order gives the nearest point of
    ball *and* box in general; for an attack that does not matter. In the maximum norm ball and box are intervals for
    each value by itself, and both orders do.
    """,
)


@exercise.solution
def pgd_step(x, start, gradient, radius, rate, ord):
    """A step uphill, then back to the ball around the start and to the box from 0 to 1.

    >>> x, gradient = np.array([0.5, 0.5]), np.array([3.0, -4.0])
    >>> pgd_step(x, x, gradient, 1.0, 0.25, 2).round(9)
    array([0.65, 0.3 ])
    >>> pgd_step(x, x, gradient, 1.0, 0.25, np.inf)
    array([0.75, 0.25])
    """
    if ord == 2:
        length = np.linalg.norm(gradient)
        direction = gradient / length if length > 0 else gradient
        move = x + rate * direction - start
        size = np.linalg.norm(move)
        if size > radius:
            move = move * (radius / size)
    else:
        move = np.clip(x + rate * np.sign(gradient) - start, -radius, radius)
    return np.clip(start + move, 0, 1)


def middle(rng, *shape):
    """Values from 3/8 to 5/8: steps of up to 3/8 stay in the box."""
    return rng.integers(6, 11, shape) / 16


def slopes(rng, *shape):
    """Whole numbers of which no two have the same size; the first is positive and the last is negative."""
    count = int(np.prod(shape))
    signs = rng.choice([-1.0, 1.0], count)
    signs[0], signs[-1] = 1, -1
    return (signs * (rng.permutation(count) + 2.0)).reshape(shape)


@exercise.check("the example", points=0)
def example(rng):
    x = np.array([0.5, 0.5])
    yield x, x.copy(), np.array([3.0, -4.0]), 1.0, 0.25, 2
    yield x, x.copy(), np.array([3.0, -4.0]), 1.0, 0.25, np.inf


@exercise.check("steps that stay in the ball, l2", points=1)
def inside_l2(rng):
    for shape in ((3,), (2, 3)):
        start = middle(rng, *shape)
        yield start + slopes(rng, *shape) / 256, start, slopes(rng, *shape), 1.0, 0.125, 2


@exercise.check("steps that stay in the ball, maximum norm", points=1)
def inside_max(rng):
    for shape in ((3,), (2, 3)):
        start = middle(rng, *shape)
        gradient = slopes(rng, *shape)
        gradient.flat[1] = 0
        yield start + slopes(rng, *shape) / 256, start, gradient, 0.25, 0.125, np.inf


@exercise.check("steps that leave the ball, l2", points=2)
def outside_l2(rng):
    for shape in ((3,), (2, 2), (1, 2, 3)):
        start, gradient = middle(rng, *shape), slopes(rng, *shape)
        # uphill from the start already: the next step of the same size ends outside
        yield start + 0.125 * gradient / np.abs(gradient).sum(), start, gradient, 0.1875, 0.25, 2


@exercise.check("steps that leave the ball, maximum norm", points=2)
def outside_max(rng):
    for shape in ((3,), (2, 2), (1, 2, 3)):
        start, gradient = middle(rng, *shape), slopes(rng, *shape)
        x = start + 0.0625 * np.sign(gradient)
        x.flat[1] = start.flat[1] - 0.0625 * np.sign(gradient.flat[1])  # comes back, and stays inside
        yield x, start, gradient, 0.125, 0.125, np.inf


@exercise.check("values at the ends of the box", points=2)
def box(rng):
    start, gradient = middle(rng, 4), np.array([3.0, -4.0, 5.0, -2.0])
    start[1], start[2] = 0, 1
    for ord in (2, np.inf):
        yield start.copy(), start, gradient, 1.0, 0.25, ord
        yield start.copy(), start, 2 * gradient, 0.125, 0.25, ord


@exercise.check("a gradient of zeros", points=1)
def flat(rng):
    start = middle(rng, 2, 2)
    for radius, ord in ((0.0625, 2), (0.5, 2), (0.03125, np.inf), (0.5, np.inf)):
        yield start + 0.0625, start, np.zeros((2, 2)), radius, 0.125, ord


@exercise.check("small and large gradients", points=1)
def sizes(rng):
    start = middle(rng, 2, 3)
    for size, ord in ((2.0**-40, 2), (2.0**30, 2), (2.0**-40, np.inf), (2.0**30, np.inf)):
        yield start.copy(), start, size * whole(rng, 2, 3), 0.25, 0.0625, ord


@exercise.alternative
def by_minimum(x, start, gradient, radius, rate, ord):
    if ord == np.inf:
        moved = x + rate * np.sign(gradient)
        return np.minimum(np.maximum(moved, np.maximum(start - radius, 0)), np.minimum(start + radius, 1))
    length = np.sqrt((gradient**2).sum())
    moved = x + rate * gradient / (length if length else 1)
    size = np.sqrt(((moved - start) ** 2).sum())
    return (start + (moved - start) * min(1, radius / max(size, 1e-12))).clip(0, 1)


@exercise.alternative
def entry_by_entry(x, start, gradient, radius, rate, ord):
    total = sum(float(value) ** 2 for value in gradient.ravel()) ** 0.5
    move = np.zeros(x.shape)
    for i in np.ndindex(*x.shape):
        if ord == 2:
            move[i] = x[i] - start[i] + (rate * gradient[i] / total if total else 0)
        else:
            sign = 1 if gradient[i] > 0 else -1 if gradient[i] < 0 else 0
            move[i] = max(-radius, min(radius, x[i] - start[i] + rate * sign))
    size = sum(float(value) ** 2 for value in move.ravel()) ** 0.5
    out = np.zeros(x.shape)
    for i in np.ndindex(*x.shape):
        out[i] = start[i] + (move[i] * radius / size if ord == 2 and size > radius else move[i])
        out[i] = max(0.0, min(1.0, out[i]))
    return out


def _direction(gradient, ord):
    length = np.linalg.norm(gradient)
    return np.sign(gradient) if ord == np.inf else gradient / length if length else gradient


def _project(move, radius, ord):
    if ord == np.inf:
        return np.clip(move, -radius, radius)
    return move * min(1, radius / max(np.linalg.norm(move), 1e-300))


@exercise.wrong(
    "The step leaves the ball and nothing brings it back. After the step, look at the move from the start, and replace "
    "it by the nearest one whose norm is at most the radius."
)
def no_ball(x, start, gradient, radius, rate, ord):
    return np.clip(x + rate * _direction(gradient, ord), 0, 1)


@exercise.wrong(
    "The ball stands around x instead of start. Then every step may go a radius further, and after ten of them the "
    "image can be ten radii away. The move that is projected is the new image minus start."
)
def ball_around_x(x, start, gradient, radius, rate, ord):
    return np.clip(x + _project(rate * _direction(gradient, ord), radius, ord), 0, 1)


@exercise.wrong(
    "The step is taken from start, and what x has reached so far is lost. Go on from x; start is needed for the ball."
)
def step_from_start(x, start, gradient, radius, rate, ord):
    return np.clip(start + _project(rate * _direction(gradient, ord), radius, ord), 0, 1)


@exercise.wrong(
    "Values below 0 or above 1 remain: the result is no image. The box is the last of the three steps, after the ball."
)
def no_box(x, start, gradient, radius, rate, ord):
    return start + _project(x + rate * _direction(gradient, ord) - start, radius, ord)


@exercise.wrong(
    "In l2 every move is brought to the surface of the ball, also one that ends inside of it. The nearest point of the "
    "ball to a point of the ball is this point: the factor radius / norm is for moves with norm > radius only."
)
def always_on_the_sphere(x, start, gradient, radius, rate, ord):
    move = x + rate * _direction(gradient, ord) - start
    if ord == np.inf:
        return np.clip(start + _project(move, radius, ord), 0, 1)
    size = np.linalg.norm(move)
    return np.clip(start + move * (radius / size if size else 1), 0, 1)


@exercise.wrong(
    "In the maximum norm the whole move is made shorter by one factor. That ends in the cube, but not at its nearest "
    "point: each entry is cut off by itself at -radius and radius, and the others stay."
)
def cube_by_a_factor(x, start, gradient, radius, rate, ord):
    move = x + rate * _direction(gradient, ord) - start
    size = np.abs(move).max() if ord == np.inf else np.linalg.norm(move)
    return np.clip(start + move * (radius / size if size > radius else 1), 0, 1)


@exercise.wrong(
    "In l2 each entry is cut off at the radius by itself. That is a cube, whose corners lie outside of the ball: all "
    "entries of the move are multiplied by the same factor radius / norm."
)
def ball_by_clipping(x, start, gradient, radius, rate, ord):
    move = x + rate * _direction(gradient, ord) - start
    return np.clip(start + np.clip(move, -radius, radius), 0, 1)


@exercise.wrong(
    "In l2 the signs of the gradient are taken. They are the steepest direction of the maximum norm; in l2 it is the "
    "gradient itself, divided by its norm."
)
def signs_in_both(x, start, gradient, radius, rate, ord):
    move = x + rate * np.sign(gradient) - start
    return np.clip(start + _project(move, radius, ord), 0, 1)


@exercise.wrong(
    "In the maximum norm the gradient divided by its norm is taken. It wastes the cube: an entry with a small slope "
    "may move as far as the others, so that the steepest direction is the signs."
)
def normed_in_both(x, start, gradient, radius, rate, ord):
    return np.clip(start + _project(x + rate * _direction(gradient, 2) - start, radius, ord), 0, 1)


@exercise.wrong(
    "The signs are divided by their l2 norm. In the maximum norm they have the norm 1 as they are: each entry moves by "
    "the rate."
)
def signs_normed(x, start, gradient, radius, rate, ord):
    direction = _direction(gradient, ord)
    direction = direction / max(np.linalg.norm(direction), 1e-300)
    return np.clip(start + _project(x + rate * direction - start, radius, ord), 0, 1)


@exercise.wrong(
    "The step goes downhill, as in training. An attack makes the loss larger: add rate times the direction."
)
def downhill(x, start, gradient, radius, rate, ord):
    move = x - rate * _direction(gradient, ord) - start
    return np.clip(start + _project(move, radius, ord), 0, 1)


@exercise.wrong(
    "In l2 the gradient is not divided by its norm, so that the length of a step depends on the size of the loss. It "
    "is to be the rate."
)
def gradient_as_it_is(x, start, gradient, radius, rate, ord):
    direction = gradient if ord == 2 else np.sign(gradient)
    return np.clip(start + _project(x + rate * direction - start, radius, ord), 0, 1)


@exercise.wrong("In l2 the gradient is divided by the square of its norm: the root is missing.")
def divided_by_the_square(x, start, gradient, radius, rate, ord):
    direction = gradient / max((gradient**2).sum(), 1e-300) if ord == 2 else np.sign(gradient)
    return np.clip(start + _project(x + rate * direction - start, radius, ord), 0, 1)


@exercise.wrong(
    "In l2 the gradient is divided by its largest entry, which is the maximum norm. Divide by the root of the sum of "
    "the squares of all entries."
)
def divided_by_the_maximum(x, start, gradient, radius, rate, ord):
    direction = gradient / max(np.abs(gradient).max(), 1e-300) if ord == 2 else np.sign(gradient)
    return np.clip(start + _project(x + rate * direction - start, radius, ord), 0, 1)


@exercise.wrong(
    "For an array of two axes this is the spectral norm: np.linalg.norm(g, 2) is the largest singular value of a "
    "matrix. The l2 norm over all entries is np.linalg.norm(g), without the 2, or that of g.ravel()."
)
def spectral_norm(x, start, gradient, radius, rate, ord):
    if ord == np.inf or not gradient.any():
        return pgd_step(x, start, gradient, radius, rate, ord)
    matrix = gradient.reshape(len(gradient), -1)
    return np.clip(start + _project(x + rate * gradient / np.linalg.norm(matrix, 2) - start, radius, 2), 0, 1)


@exercise.wrong(
    "A gradient of zeros is divided by its norm, 0, and all values become nan. Where there is no slope, stay."
)
def nan_on_the_plain(x, start, gradient, radius, rate, ord):
    with np.errstate(invalid="ignore"):
        direction = gradient / np.linalg.norm(gradient) if ord == 2 else np.sign(gradient)
        return np.clip(start + _project(x + rate * direction - start, radius, ord), 0, 1)


@exercise.wrong(
    "First the box and then the ball. What the box has cut off no longer counts in the norm, so that the factor of the "
    "l2 ball is another one. The order asked for is step, ball, box."
)
def box_before_ball(x, start, gradient, radius, rate, ord):
    moved = np.clip(x + rate * _direction(gradient, ord), 0, 1)
    return start + _project(moved - start, radius, ord)


@exercise.wrong("This is the move, and not the moved image: add it to start, then apply the box.")
def move_returned(x, start, gradient, radius, rate, ord):
    return pgd_step(x, start, gradient, radius, rate, ord) - start


@exercise.wrong(
    "The ball is left out where a norm is compared with the radius only once, for x before the step. The point after "
    "the step is the one that has to lie in the ball."
)
def old_point_projected(x, start, gradient, radius, rate, ord):
    inside = start + _project(x - start, radius, ord)
    return np.clip(inside + rate * _direction(gradient, ord), 0, 1)


@exercise.wrong(
    "Right, but for gradients of small numbers, which are taken for zero or divided by something that was added "
    "against a division by zero. Test for exactly 0: a small slope is a slope.",
    fails=("small and large gradients",),
)
def small_slopes_lost(x, start, gradient, radius, rate, ord):
    gradient = np.where(np.abs(gradient) < 1e-9, 0.0, gradient)
    return pgd_step(x, start, gradient, radius, rate, ord)


@exercise.wrong(
    "The arguments have changed: `+=` and `-=` write into the arrays of the caller. The loop that calls this function "
    "still needs its x; `x + …` makes a new array."
)
def in_place(x, start, gradient, radius, rate, ord):
    result = pgd_step(x, start, gradient, radius, rate, ord)
    x += rate * _direction(gradient, ord)
    return result
