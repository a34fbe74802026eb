"""The exact convolution of two functions that are constant between multiples of a step."""

import numpy as np

from cnn_course.exercises.exercise import Implement, fractions, whole

exercise = Implement(
    title="two staircases, and a program that is wrong",
    chapter="1-1",
    stars=2,
    minutes=25,
    goals=(3, 7),
    statement=r"""
    Two functions on the real line are staircases: $f(t) = F[k]$ and $h(t) = K[k]$ for $kd \le t < (k + 1) d$, with
    $n$ stairs $F[0], \dots, F[n - 1]$ and $m$ stairs $K[0], \dots, K[m - 1]$; elsewhere they are 0. The number $d > 0$
    is the width of a stair. Their convolution $(f * h)(u) = \int f(t)\, h(u - t)\, dt$ is linear between the multiples
    of $d$. Somebody wrote this program for its values at the $n + m + 1$ positions $u = 0, d, 2d, \dots, (n + m) d$:

    ```
    def convolve_staircases(F, K, d):
        # Both functions are sampled with the step d, so the sum is weighted with d twice.
        return np.convolve(F, K, "same") * d**2
    ```

    Try it on two single stairs of height 1, that is on two boxes of width $d$, and compare with what you know about
    boxes. There are three mistakes. Find them, and write `convolve_staircases(F, K, d)`, which returns the exact
    values, as an array of floats. The heights may be of type int.
    """,
    hints=(
        "Two boxes of width d make a tent. What is its height, at which u is its tip, and what is to be returned?",
        "The stairs k and j make a tent over the interval from (k + j) d to (k + j + 2) d. Its tip has the height "
        "d F[k] K[j].",
        "At a multiple of d only the tents whose tip is there count: add d F[k] K[j] at the position number k + j + 1.",
    ),
    remark=r"""
    The three mistakes: the integral runs over one variable, so that the weight is $d$ and not $d^2$; all
    pairs of stairs count, not only those in the middle; and the sums belong to positions that begin at $d$, with a
    value 0 on each side.

    Why this is exact: let $\beta_d$ be the box on $[0, d)$, and $S_\tau$ the shift. Then $f = \sum_k F[k]\, S_{kd}
    \beta_d$ and $h = \sum_j K[j]\, S_{jd} \beta_d$. Convolution is bilinear and commutes with shifts in both factors,
    so $f * h$ is $\sum_{k, j} F[k]\, K[j]\, S_{(k + j) d} (\beta_d * \beta_d)$. The convolution of two boxes is a tent
    over $[0, 2d]$, linear between the multiples of $d$, with the value $d$ at $d$ and 0 at all other multiples. So at
    $(i + 1) d$ only the pairs with $k + j = i$ count, and $(f * h)((i + 1) d) = d\, (F * K)[i]$.
    """,
)


@exercise.solution
def convolve_staircases(F, K, d):
    """Values at 0, d, ..., (n + m) d of the convolution of staircases with n and m stairs of width d.

    >>> convolve_staircases(np.array([1.0, 2.0]), np.array([1.0, 10.0]), 0.5)
    array([ 0. ,  0.5,  6. , 10. ,  0. ])
    """
    out = np.zeros(len(F) + len(K) + 1)
    for k in range(len(F)):
        for j in range(len(K)):
            out[k + j + 1] += d * float(F[k]) * K[j]
    return out


def uneven(rng, n):
    """Whole numbers that read differently from behind."""
    numbers = whole(rng, n)
    numbers[1:][-1:] += 20
    return numbers


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([1.0, 2.0]), np.array([1.0, 10.0]), 0.5


@exercise.check("one stair each", points=1)
def single(rng):
    for d in (0.5, 2.0):
        yield whole(rng, 1), whole(rng, 1), d


@exercise.check("stairs of width 1", points=1)
def width_one(rng):
    for n, m in ((2, 2), (4, 3)):
        yield uneven(rng, n), uneven(rng, m), 1.0


@exercise.check("stairs of other widths", points=2)
def other_widths(rng):
    for n, m, d in ((3, 2, 0.5), (5, 3, 0.25), (4, 2, 3.0)):
        yield uneven(rng, n), uneven(rng, m), d


@exercise.check("more stairs in the kernel than in the function", points=1)
def long_kernels(rng):
    for n, m, d in ((1, 3, 1.0), (2, 5, 0.5)):
        yield uneven(rng, n), uneven(rng, m), d


@exercise.check("numbers that are not whole, large and small", points=1)
def not_whole(rng):
    for n, m, d, size in ((2, 2, 0.75, 1.0), (3, 2, 2.0**20, 2.0**-40), (2, 3, 2.0**-20, 2.0**40)):
        yield fractions(rng, n, size=size), fractions(rng, m), d


@exercise.check("widths such as 0.1, which are rounded themselves", points=1)
def rounded_widths(rng):
    for n, m, d in ((1, 1, 0.1), (2, 3, 0.1), (3, 2, 0.7)):
        yield uneven(rng, n), uneven(rng, m), d


@exercise.check("heights of type int", points=1)
def integers(rng):
    yield uneven(rng, 2).astype(int), uneven(rng, 3).astype(int), 0.3


def _sums(F, K, d):
    return d * np.convolve(F, K)


@exercise.alternative
def by_numpy(F, K, d):
    return np.pad(_sums(F, K, d), 1)


@exercise.alternative
def by_a_matrix(F, K, d):
    out = np.zeros((len(F), len(F) + len(K) + 1), dtype=np.float32)
    for k in range(len(F)):
        out[k, k + 1 : k + 1 + len(K)] = d * K
    return F.astype(np.float32) @ out


@exercise.alternative
def by_running_sums(F, K, d):
    slopes = np.convolve(np.convolve(F, K), [1.0, -1.0])
    return np.append(0.0, np.cumsum(slopes)) * d


@exercise.wrong(
    "The step is missing. Where two stairs of heights F[k] and K[j] overlap fully, the area under the product is "
    "F[k] K[j] times the width d."
)
def no_step(F, K, d):
    return np.pad(_sums(F, K, 1.0), 1)


@exercise.wrong(
    "The step stands in the result twice. Both functions have stairs of width d, but the integral runs over one "
    "variable: only one d."
)
def step_squared(F, K, d):
    return np.pad(d * _sums(F, K, d), 1)


@exercise.wrong("The sums are divided by the step. Narrower stairs make smaller areas: multiply by d.")
def divided_by_step(F, K, d):
    return np.pad(np.convolve(F, K) / d, 1)


@exercise.wrong(
    "The values are right, but stand one position too early. At u = 0 the stairs do not overlap yet: the result begins "
    "with 0, and F[0] K[0] has its tip at u = d."
)
def one_early(F, K, d):
    return np.append(_sums(F, K, d), [0.0, 0.0])


@exercise.wrong(
    "The values are right, but stand one position too late. The first two stairs overlap fully at u = d, which is the "
    "position number 1."
)
def one_late(F, K, d):
    return np.append([0.0, 0.0], _sums(F, K, d))


@exercise.wrong(
    "These are the sums without the two zeros around them. The function is asked for at n + m + 1 positions, from 0 to "
    "(n + m) d, and is 0 at the first and the last."
)
def without_zeros(F, K, d):
    return _sums(F, K, d)


@exercise.wrong(
    "The zero at the end is missing. The last stairs end at n d and m d, so the result ends at (n + m) d, with 0."
)
def no_last_zero(F, K, d):
    return np.append(0.0, _sums(F, K, d))


@exercise.wrong(
    "The zero at the beginning is missing, and all values stand one position too early: at u = 0 there is no overlap."
)
def no_first_zero(F, K, d):
    return np.append(_sums(F, K, d), 0.0)


@exercise.wrong(
    "The kernel is not reflected: the stairs k and j meet where their numbers add up, at k + j + 1. Here their "
    "difference decides, which is a cross-correlation."
)
def not_reflected(F, K, d):
    return np.pad(_sums(F, K[::-1], d), 1)


@exercise.wrong(
    "Later products replace earlier ones. Several pairs of stairs have the same sum of their numbers, and their areas "
    "have to be added: not with `=`, nor with `+=` and an array of indices in which a position occurs twice."
)
def overwritten(F, K, d):
    out = np.zeros(len(F) + len(K) + 1)
    for k, j in np.ndindex(len(F), len(K)):
        out[k + j + 1] = d * F[k] * K[j]
    return out


@exercise.wrong(
    "Same result as the means of neighbouring values: the sums belong to the multiples of d themselves, where pairs of "
    "stairs overlap fully, not to the middles between them."
)
def halfway(F, K, d):
    return np.append(0.0, np.convolve(_sums(F, K, d), [0.5, 0.5]))


@exercise.wrong(
    "Same result as if each value had been averaged with its neighbours, as one would do at a jump. f * h has no "
    "jumps, although f and h do: its values at the multiples of d are exact as they are."
)
def smoothed(F, K, d):
    return np.pad(np.convolve(_sums(F, K, d), [0.25, 0.5, 0.25])[1:-1], 1)


@exercise.wrong(
    "The values are added up along u. The integral runs over t, and each u has one of its own: where the stairs do not "
    "meet any more, at u = (n + m) d, it is 0 again."
)
def added_up(F, K, d):
    return np.append(0.0, np.cumsum(np.append(_sums(F, K, d), 0.0)))


@exercise.wrong(
    "Each sum is divided by the number of its products. The integral adds up the areas; a mean would be something else."
)
def mean_of_the_overlap(F, K, d):
    return np.pad(_sums(F, K, d) / np.convolve(np.ones(len(F)), np.ones(len(K))), 1)


@exercise.wrong(
    "Same result as if the kernel had no more stairs than F: its stairs K[n], K[n + 1], ... are left out. Both loops "
    "have an end of their own."
)
def kernel_cut(F, K, d):
    return _gathered(F, K, d, lambda u, i: K[i] if 0 <= i < min(len(F), len(K)) else 0)


@exercise.wrong(
    "There is a position too many for some widths. 0.1 is rounded, and so is every multiple of it, so that np.arange "
    "with such a step may go one step too far: count the positions with whole numbers."
)
def positions_by_arange(F, K, d):
    last = (len(F) + len(K)) * d
    surplus = len(np.arange(0, last + d, d)) - (len(F) + len(K) + 1)
    return np.pad(_sums(F, K, d), (1, 1 + surplus))


@exercise.wrong(
    "The numbers are cut off behind the point where the heights are of type int: the array for the result has got its "
    "dtype from them, as np.zeros_like gives it. d is no whole number."
)
def dtype_of_the_heights(F, K, d):
    return convolve_staircases(F, K, d).astype(F.dtype)


@exercise.wrong(
    "A negative index is taken for one of the kernel: K[-1] is its last stair. Python complains only below -m. Outside "
    "of its stairs the kernel is 0: leave such products out."
)
def negative_indices(F, K, d):
    return _gathered(F, K, d, lambda u, i: K[i] if -len(K) <= i < len(K) else 0)


@exercise.wrong(
    "The product is taken stair by stair and summed up along the way, without moving the kernel. For each u the "
    "reflected kernel stands elsewhere, and other stairs meet."
)
def running_product(F, K, d):
    n = min(len(F), len(K))
    total = np.cumsum(F[:n] * K[:n]) * d
    return np.pad(total, (1, len(F) + len(K) - n), mode="constant")


@exercise.wrong(
    "Same result as if half of each product belonged to the position before. The tent of two stairs is 0 at its "
    "beginning, (k + j) d; its whole height stands at the next position."
)
def half_early(F, K, d):
    return np.append(np.convolve(_sums(F, K, d), [0.5, 0.5]), 0.0)


@exercise.wrong(
    "An index runs over the end of the kernel and comes in again at the other side. Outside of its stairs the kernel "
    "is 0: leave such products out."
)
def wrapped(F, K, d):
    return _gathered(F, K, d, lambda u, i: K[i % len(K)])


@exercise.wrong(
    "The values are added up along u, between the two zeros. The integral runs over t, and is the sum of the products "
    "already: each u has one of its own."
)
def added_up_between_zeros(F, K, d):
    return np.pad(np.cumsum(_sums(F, K, d)), 1)


@exercise.wrong(
    "Before its beginning, for u - t between -d and 0, the kernel has the height K[0]: so it is if the number of the "
    "stair is found with int(), which rounds towards zero. Round down, with floor or //: there the kernel is 0."
)
def towards_zero(F, K, d):
    return _gathered(F, K, d, lambda u, i: K[max(i, 0)] if -1 <= i < len(K) else 0)


def _gathered(F, K, d, height):
    """Sums over the stairs k of F, times the height(u, i) that is taken for stair i = u - k - 1 of the kernel."""
    out = np.zeros(len(F) + len(K) + 1)
    for u, k in np.ndindex(len(out), len(F)):
        out[u] += d * F[k] * height(u, u - k - 1)
    return out


@exercise.wrong(
    "A negative index is taken for one of the kernel: only its upper end is asked for, and K[-1] is the last stair, or "
    "an error if the kernel is shorter. Outside of its stairs the kernel is 0, also before the first."
)
def negative_indices_from_one_on(F, K, d):
    return _gathered(F, K, d, lambda u, i: K[i] if u > 0 and i < len(K) else 0)


@exercise.wrong(
    "A negative index is taken for one of the kernel, also at u = 0: only its upper end is asked for, and K[-1] is the "
    "last stair, or an error if the kernel is shorter. Outside of its stairs the kernel is 0, also before the first."
)
def negative_indices_from_zero_on(F, K, d):
    return _gathered(F, K, d, lambda u, i: K[i] if i < len(K) else 0)


@exercise.wrong(
    "The first and the last product of each sum are halved, as in the trapezoid rule. The stairs are constant, so that "
    "each pair that meets is a rectangle of the whole width d."
)
def half_ends(F, K, d):
    out = np.zeros(len(F) + len(K) + 1)
    for u in range(len(F) + len(K) - 1):
        terms = [F[k] * K[u - k] for k in range(len(F)) if 0 <= u - k < len(K)]
        out[u + 1] = d * (sum(terms) - (terms[0] + terms[-1]) / 2 * (len(terms) > 1))
    return out


@exercise.wrong(
    "This is the program of the task: two single stairs of height 1 must give 0, d, 0 at u = 0, d, 2d. How many values "
    "does it return for them, and which?"
)
def as_in_the_task(F, K, d):
    return np.convolve(F, K, "same") * d**2


@exercise.wrong(
    "The weight is right now. With mode same some of the sums are missing: every pair of stairs makes a tent, and the "
    "values at u = 0 and u = (n + m) d belong to the result as well."
)
def same_with_one_step(F, K, d):
    return np.convolve(F, K, "same") * d


@exercise.wrong(
    "All sums are there now, but their weight is d twice. The integral runs over one variable. And at u = 0 and at "
    "u = (n + m) d there are values, too."
)
def full_with_two_steps(F, K, d):
    return _sums(F, K, d) * d


@exercise.wrong(
    "The sums stand one position too late, and the step is missing. They begin at u = d, with one zero in front and "
    "one at the end; and where two stairs overlap, the area is their product times the width d."
)
def one_late_without_step(F, K, d):
    return one_late(F, K, 1.0)


@exercise.wrong(
    "The sums stand one position too early, and the step is missing. They begin at u = d, with one zero in front and "
    "one at the end; and where two stairs overlap, the area is their product times the width d."
)
def one_early_without_step(F, K, d):
    return one_early(F, K, 1.0)


@exercise.wrong(
    "These are the bare sums of products: the two zeros around them are missing, at u = 0 and u = (n + m) d, and the "
    "factor d, the width over which two stairs overlap."
)
def without_zeros_and_step(F, K, d):
    return _sums(F, K, 1.0)
