"""Undo a circular blur, as far as it can be undone."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions

exercise = Implement(
    title="undo a blur where it can be undone",
    chapter="1-4",
    stars=3,
    minutes=35,
    goals=(7,),
    statement=r"""
    On a ring of $n$ positions a signal $x$ has been blurred to $y = C x$, and perhaps there is noise in $y$. You know
    $y$, and the first column $c$ of the circulant matrix $C$, which is not zero.

    Write `deblur(y, c, floor)`, which undoes the blur wave by wave. The signal $y$ is a sum of the $n$ waves, each with
    a coefficient. If the absolute value of a wave's eigenvalue is at least `floor` times the largest absolute value of
    all eigenvalues, the wave is restored: divide its coefficient by the eigenvalue. All other waves are left out. The
    result is the sum of the restored waves.

    `floor` lies between 0 and 1, and no absolute value is so close to the bound that rounding would decide. `y`, `c`
    and the result are arrays of $n$ floats.
    """,
    hints=(
        "The coefficients of y in the basis of waves are np.fft.fft(y). What does the matrix do to each of them, and "
        "where do its eigenvalues come from?",
        "Make an array of booleans: which waves are restored? It needs the absolute values of the complex "
        "eigenvalues, and their largest.",
        "Divide only where it is True, and leave zeros elsewhere. Then go back with np.fft.ifft; for real y and c the "
        "imaginary part is rounding.",
    ),
    remark=r"""
    Every method that sharpens photographs has a number like `floor` somewhere. If it is small, many waves are
    restored, and with them the details; but the noise in $y$ is divided by the same small eigenvalues, and covers the
    picture with grain. If it is large, the picture is calm and remains soft, with faint stripes beside its edges, which
    the missing waves would have cancelled. What lies between is a choice, and it depends on how much noise there is:
    the more light has reached the camera, the smaller `floor` may be. No choice brings back a wave whose eigenvalue is
    zero.

    Instead of giving up a wave at once, one can fade it out: dividing by $\hat c$ is multiplying by
    $\overline{\hat c} / \lvert \hat c \rvert^2$, and with $\overline{\hat c} / (\lvert \hat c \rvert^2 + \lambda)$ no
    wave is enlarged without bound (*Tikhonov*, *Wiener*).
    """,
)


@exercise.solution
def deblur(y, c, floor):
    """Undo the circular convolution with c on the waves whose eigenvalue is not small, and leave out all others.

    The eigenvalues of this blur are 4, 2, 0, 2. The finest wave cannot be restored.

    >>> deblur(np.array([2.0, 1.0, 0.0, 1.0]), np.array([2.0, 1.0, 0.0, 1.0]), 0.1).round(9)
    array([ 0.75,  0.25, -0.25,  0.25])
    """
    eigenvalues = np.fft.fft(c)
    sizes = np.abs(eigenvalues)
    restored = sizes >= floor * sizes.max()
    coefficients = np.zeros(len(c), dtype=complex)
    coefficients[restored] = np.fft.fft(y)[restored] / eigenvalues[restored]
    return np.fft.ifft(coefficients).real


def distinct(rng, n):
    """Whole numbers of which no two have the same size, so that no order of them can be taken for another."""
    return (rng.permutation(n) + 2.0) * rng.choice([-1, 1], n)


def signal(rng, n):
    """A signal with much of every wave: it is noise, and a tall impulse somewhere behind the first position."""
    y = distinct(rng, n)
    y[rng.integers(1, n)] += 60
    return y


# Kernels and floors go together: no eigenvalue is near the floor. Beside each kernel are the sizes of its eigenvalues,
# divided by the largest.


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([2.0, 1.0, 0.0, 1.0]), np.array([2.0, 1.0, 0.0, 1.0]), 0.1


@exercise.check("a blur that shifts and multiplies", points=1)
def shifts(rng):
    for n, s, factor in ((4, 0, 2.0), (5, 1, 3.0), (6, 4, -2.0), (3, 2, 0.25)):
        yield signal(rng, n), factor * (np.arange(n) == s), 0.5  # all 1


@exercise.check("all waves are restored", points=1)
def all_waves(rng):
    yield signal(rng, 4), np.array([4.0, 1.0, 0.0, 2.0]), 0.05  # 1, 0.59, 0.14
    yield signal(rng, 5), np.array([4.0, 2.0, 0.0, 0.0, 1.0]), 0.05  # 1, 0.72, 0.24
    yield signal(rng, 7), np.array([1.0, 5.0, 1.0, 0.0, 0.0, 0.0, 0.0]), 0.1  # 1, 0.89, 0.65, 0.46


@exercise.check("waves that the blur has wiped out", points=1)
def wiped_out(rng):
    yield signal(rng, 4), np.array([1.0, 2.0, 1.0, 0.0]), 0.2  # 1, 0.5, 0
    yield signal(rng, 6), np.array([1.0, 1.0, 0.0, 0.0, 0.0, 0.0]), 0.2  # 1, 0.87, 0.5, 0
    yield signal(rng, 6), np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0]), 0.1  # 1, 0.67, 0, 0.33


@exercise.check("waves that the blur has made small, but not wiped out", points=2)
def small(rng):
    yield signal(rng, 5), np.array([2.0, 1.0, 0.0, 0.0, 1.0]), 0.4  # 1, 0.65, 0.10
    yield signal(rng, 7), np.array([2.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0]), 0.3  # 1, 0.81, 0.39, 0.05
    yield signal(rng, 8), np.array([1.0, 4.0, 3.0, 4.0, 0.0, 0.0, 0.0, 0.0]), 0.6  # 1, 0.73, 0.17, 0.24, 0.33


@exercise.check("the largest eigenvalue is not that of the constant", points=1)
def edges(rng):
    yield signal(rng, 4), np.array([3.0, -1.0, 0.0, -1.0]), 0.3  # 0.2, 0.6, 1
    yield signal(rng, 6), np.array([3.0, -1.0, 0.0, 0.0, 0.0, -1.0]), 0.3  # 0.2, 0.4, 0.8, 1
    yield signal(rng, 5), np.array([-4.0, 1.0, 0.0, 0.0, 1.0]), 0.45  # 0.36, 0.60, 1


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    yield fractions(rng, 5), np.array([0.5, 0.25, 0.0, 0.0, 0.25]), 0.4  # 1, 0.65, 0.10
    yield fractions(rng, 6, size=2.0**20), 2.0**20 * np.array([1.0, 1.0, 0.0, 0.0, 0.0, 0.0]), 0.7  # 1, 0.87, 0.5, 0
    yield fractions(rng, 5, size=2.0**-20), 2.0**-10 * np.array([4.0, 2.0, 0.0, 0.0, 1.0]), 0.5  # 1, 0.72, 0.24


def ring(c):
    """The circulant matrix with the first column c."""
    return np.stack([np.roll(c, t) for t in range(len(c))], axis=1)


def sizes_of(c):
    """The absolute values of the eigenvalues."""
    return np.abs(np.fft.fft(c))


def with_factors(y, factors):
    """Multiply the coefficients of the waves."""
    return np.fft.ifft(np.fft.fft(y) * factors).real


def restored(y, c, large, divisor=None):
    """Divide by the eigenvalues, or by something else, where these count as large; leave out the other waves."""
    divisor = np.fft.fft(c) if divisor is None else divisor
    return with_factors(y, np.where(large, 1 / np.where(large, divisor, 1), 0))


def large_enough(c, floor):
    """Which waves are restored."""
    return sizes_of(c) >= floor * sizes_of(c).max()


@exercise.alternative
def by_a_loop_over_waves(y, c, floor):
    n = len(y)
    t = np.arange(n)
    waves = [np.exp(2j * np.pi * k * t / n) for k in range(n)]
    eigenvalues = [(ring(c) @ wave)[0] for wave in waves]
    result = np.zeros(n, dtype=complex)
    for wave, eigenvalue in zip(waves, eigenvalues, strict=True):
        if abs(eigenvalue) >= floor * max(map(abs, eigenvalues)):
            result += (wave.conj() @ y) / n / eigenvalue * wave
    return result.real


@exercise.alternative
def by_half_the_waves(y, c, floor):
    eigenvalues = np.fft.rfft(c)
    small = np.abs(eigenvalues) < floor * np.abs(eigenvalues).max()
    return np.fft.irfft(np.where(small, 0, np.fft.rfft(y) / np.where(small, 1, eigenvalues)), len(y))


@exercise.alternative
def by_the_pseudo_inverse(y, c, floor):
    return np.linalg.pinv(ring(c), rtol=floor) @ y


@exercise.wrong(
    "The absolute values are compared with floor itself. Compare them with floor times the largest of them: multiplied "
    "by 1000, a blur is as hard to undo as before."
)
def not_relative(y, c, floor):
    return restored(y, c, sizes_of(c) >= floor)


@exercise.wrong(
    "The absolute values are compared with floor times that of the first eigenvalue, which belongs to the constant and "
    "is the sum of c. It is the largest for a blur with positive weights, but not for every kernel."
)
def relative_to_the_constant(y, c, floor):
    return restored(y, c, sizes_of(c) >= floor * sizes_of(c)[0])


@exercise.wrong(
    "The largest eigenvalue has been looked for among complex numbers, which NumPy orders by their real parts: a large "
    "negative one comes last. Take the absolute values first, and then the largest of them."
)
def largest_real_part(y, c, floor):
    return restored(y, c, sizes_of(c) >= floor * np.abs(np.fft.fft(c).max()))


@exercise.wrong(
    "The absolute values are compared with floor times the largest number in c. The largest absolute value of the "
    "eigenvalues is meant."
)
def relative_to_the_kernel(y, c, floor):
    return restored(y, c, sizes_of(c) >= floor * np.abs(c).max())


@exercise.wrong(
    "The real parts of the eigenvalues are compared, and so waves are left out whose eigenvalue is negative, or "
    "imaginary. How much of a wave is left tells the absolute value: np.abs."
)
def real_parts_compared(y, c, floor):
    eigenvalues = np.fft.fft(c).real
    return restored(y, c, eigenvalues >= floor * eigenvalues.max())


@exercise.wrong(
    "The imaginary parts of the eigenvalues have been dropped. Only if c is symmetric, c[s] = c[-s], are the "
    "eigenvalues real; in general they also shift the wave, and this has to be undone as well."
)
def divided_by_real_parts(y, c, floor):
    eigenvalues = np.fft.fft(c).real
    large = np.abs(eigenvalues) >= floor * np.abs(eigenvalues).max()
    return restored(y, c, large, eigenvalues)


@exercise.wrong(
    "The coefficients are divided by the absolute values of the eigenvalues. These tell which waves to restore; to "
    "undo the blur divide by the eigenvalues themselves, whose argument says how the wave was shifted."
)
def divided_by_absolute_values(y, c, floor):
    return restored(y, c, large_enough(c, floor), sizes_of(c))


@exercise.wrong(
    "The eigenvalues are conjugated: these are those of the matrix whose first row is c, and that is a "
    "cross-correlation. Here c is the first column, and the eigenvalues are np.fft.fft(c) as they are."
)
def conjugate_eigenvalues(y, c, floor):
    return restored(y, c, large_enough(c, floor), np.fft.fft(c).conj())


@exercise.wrong(
    "The waves that are too small have been left as they are in y. They are meant to be left out of the result: their "
    "coefficients become 0."
)
def left_as_they_are(y, c, floor):
    return with_factors(y, np.where(large_enough(c, floor), 1 / np.where(large_enough(c, floor), np.fft.fft(c), 1), 1))


@exercise.wrong(
    "Eigenvalues that are too small have been replaced by floor times the largest, and divided by. That keeps their "
    "waves in the result, with all the noise in them; they are meant to be left out."
)
def divided_by_the_floor(y, c, floor):
    least = floor * sizes_of(c).max()
    return with_factors(y, 1 / np.where(large_enough(c, floor), np.fft.fft(c), least))


@exercise.wrong(
    "The coefficients have been multiplied by the eigenvalues, which blurs once more. The blur has multiplied by "
    "them: divide."
)
def multiplied(y, c, floor):
    return with_factors(y, np.where(large_enough(c, floor), np.fft.fft(c), 0))


@exercise.wrong(
    "The coefficients have been chosen, but not divided: this is the blurred signal without some of its waves. Divide "
    "the waves that you keep by their eigenvalues."
)
def not_divided(y, c, floor):
    return with_factors(y, large_enough(c, floor) * 1.0)


@exercise.wrong(
    "All signs are gone: the result is the absolute value of what comes back from the transform. It is real up to "
    "rounding, but may be negative; .real keeps the sign."
)
def absolute_value(y, c, floor):
    return np.abs(deblur(y, c, floor))


@exercise.wrong(
    "The result runs backwards and is n times too large: the transform has been applied once more, instead of its "
    "inverse, np.fft.ifft."
)
def forward_again(y, c, floor):
    return len(y) * np.roll(deblur(y, c, floor)[::-1], 1)


@exercise.wrong(
    "For an odd number of positions the result is too short: np.fft.irfft cannot know that n was odd, and takes it to "
    "be even. Tell it: np.fft.irfft(..., n)."
)
def half_the_waves_without_length(y, c, floor):
    eigenvalues = np.fft.rfft(c)
    large = np.abs(eigenvalues) >= floor * np.abs(eigenvalues).max()
    return np.fft.irfft(np.where(large, np.fft.rfft(y) / np.where(large, eigenvalues, 1), 0))


@exercise.wrong(
    "The squares of the absolute values are compared. Then more waves are left out: a wave that has kept half its "
    "size counts as a quarter."
)
def squares_compared(y, c, floor):
    return restored(y, c, sizes_of(c) ** 2 >= floor * sizes_of(c).max() ** 2)


@exercise.wrong(
    "The absolute values are compared with floor times their mean. The largest of them is meant, so fewer waves are "
    "restored."
)
def relative_to_the_mean(y, c, floor):
    return restored(y, c, sizes_of(c) >= floor * sizes_of(c).mean())


@exercise.wrong(
    "The waves are faded out softly, none is left out, and none is restored entirely. That is a good method, but "
    "another one: here a wave is either divided by its eigenvalue or left out."
)
def faded_out(y, c, floor):
    eigenvalues = np.fft.fft(c)
    return with_factors(y, eigenvalues.conj() / (sizes_of(c) ** 2 + (floor * sizes_of(c).max()) ** 2))


@exercise.wrong(
    "The waves are faded out softly, and by floor as it stands: a blur multiplied by 1000 is then treated in another "
    "way. Here a wave is either divided by its eigenvalue or left out, and floor is relative to the largest one."
)
def faded_out_absolutely(y, c, floor):
    return with_factors(y, np.fft.fft(c).conj() / (sizes_of(c) ** 2 + floor**2))


@exercise.wrong(
    "It is right where all waves are restored, and wrong where some are to be left out. The coefficients of these "
    "become 0 in the result, and nothing is divided by their eigenvalues, which may be 0 up to rounding.",
    fails=(
        "the example",
        "waves that the blur has wiped out",
        "waves that the blur has made small, but not wiped out",
        "the largest eigenvalue is not that of the constant",
        "numbers that are not whole, large and small",
    ),
)
def nothing_left_out(y, c, floor):
    with np.errstate(all="ignore"):
        return with_factors(y, 1 / np.fft.fft(c))
