"""The fast Fourier transform with whole numbers, modulo a prime."""

import numpy as np

from cnn_course.exercises.exercise import Implement

exercise = Implement(
    title="a transform that does not round",
    chapter="1-5",
    stars=3,
    minutes=45,
    goals=(4,),
    exact=True,
    statement=r"""
    Of the number $\omega$ the fast Fourier transform uses only that $\omega^{n/2} = -1$. There are whole numbers that
    do the same, if one calculates modulo a prime: modulo 17, $4^2 = 16$ is $-1$, so that 4 plays the role of $\mathrm
    i$. With such numbers nothing is irrational, and nothing is rounded.

    Write `exact_fft(f, root, modulus)`. Here `f` is an array of $n = 2^p$ whole numbers (dtype int64) from 0 to
    `modulus` $- 1$, `modulus` is an odd prime below $2^{31}$, and `root` is a whole number with
    `root`$^{n/2} = -1$ modulo it (for $n = 1$, `root` is 1). The result is an array of $n$ whole numbers, also from 0
    to `modulus` $- 1$:

    $$ \hat f[k] = \sum_{u = 0}^{n - 1} f[u]\; \mathrm{root}^{\,k u} \quad \text{modulo the prime}, \qquad 0 \le k < n
    . $$

    Note the plus sign in the exponent. For long signals the double sum is too slow: derive the step of the fast
    transform for these numbers. An int64 holds numbers below $2^{63}$: a product of two of ours fits, a sum of several
    such products or a high power does not.
    """,
    hints=(
        "Derive the step again, with root in the place of the power of omega: even and odd positions, plus and minus.",
        "The halves need a root of half the length: the square of this one. Reduce it modulo the prime.",
        "Make the powers one from the other: power = power * root % modulus. Or use pow(root, k, modulus), which "
        "reduces as it goes.",
        "even - turned may be negative. In Python and NumPy `% modulus` brings it back to 0 ... modulus - 1.",
    ),
    remark=r"""
    Nothing in the derivation asked what kind of number $\omega$ is. Such *number-theoretic transforms* also turn
    circular convolutions into products: for that, root$^n = 1$ is enough. The way back uses the inverse of `root` and
    divides by $n$ modulo the prime. It needs more: that the powers of root$^k$ over a full turn add up to 0 unless $k$
    is a multiple of $n$, and that $n$ is not 0 modulo the prime. Both hold, as the prime is odd. And all this is exact:
    programs multiply huge whole numbers with it.
    """,
)


@exercise.solution
def exact_fft(f, root, modulus):
    """Sums of f[u] * root**(k * u) modulo a prime, for k = 0, ..., n - 1, where n is a power of two.

    >>> exact_fft(np.array([1, 2, 3, 4]), 4, 17)
    array([10,  7, 15,  6])
    """
    n = len(f)
    if n == 1:
        return f % modulus
    half_root = root * root % modulus
    even, odd = exact_fft(f[0::2], half_root, modulus), exact_fft(f[1::2], half_root, modulus)
    powers = np.array([pow(root, k, modulus) for k in range(n // 2)])
    turned = powers * odd % modulus
    return np.concatenate([even + turned, even - turned]) % modulus


LARGE = 15 * 2**27 + 1  # a prime below 2**31, of which 31 is a primitive root


def numbers(rng, n, modulus):
    """Different numbers, unless there are too many, none of them 0."""
    if n < modulus - 1:
        return rng.choice(min(modulus - 1, 1000), size=n, replace=False) + 1
    return rng.integers(1, modulus, size=n)


def lopsided(rng, n, root, modulus):
    """Numbers whose transform is not the same in another order of frequencies."""
    while True:
        f = numbers(rng, n, modulus)
        y = _sums(f, root, modulus)
        if len(set(y.tolist())) > n // 2 and not np.array_equal(y[1 : n // 2], y[: n // 2 : -1]):
            return f


@exercise.check("the example", points=0)
def example(rng):
    yield np.array([1, 2, 3, 4]), 4, 17


@exercise.check("one value, and two values", points=1)
def short(rng):
    yield np.array([int(rng.integers(2, 17))]), 1, 17
    for modulus in (17, 101):
        yield np.array([int(rng.integers(1, 8)), int(rng.integers(8, 17))]), modulus - 1, modulus


@exercise.check("four values", points=2)
def four(rng):
    for root, modulus in ((4, 17), (13, 17), (5, 13), (10, 101)):
        yield lopsided(rng, 4, root, modulus), root, modulus


@exercise.check("eight and sixteen values", points=2)
def longer(rng):
    for n, root, modulus in ((8, 2, 17), (8, 9, 17), (16, 3, 17), (16, 8, 97)):
        yield lopsided(rng, n, root, modulus), root, modulus


@exercise.check("a prime near 2**31, where sums of products do not fit", points=2)
def large(rng):
    for n in (4, 16, 64):
        root = pow(31, (LARGE - 1) // n, LARGE)
        yield LARGE - 1 - numbers(rng, n, LARGE), root, LARGE


def _sums(f, root, modulus):
    n = len(f)
    return np.array([sum(int(f[u]) * pow(int(root), k * u, modulus) for u in range(n)) % modulus for k in range(n)])


@exercise.alternative
def by_the_definition(f, root, modulus):
    return _sums(f, root, modulus)


@exercise.alternative
def in_place(f, root, modulus):
    n = len(f)
    bits = n.bit_length() - 1
    y = [int(f[int(format(i, f"0{bits}b")[::-1], 2)]) if bits else int(f[0]) for i in range(n)]
    length = 2
    while length <= n:
        step = pow(root, n // length, modulus)
        for start in range(0, n, length):
            power = 1
            for k in range(start, start + length // 2):
                turned = power * y[k + length // 2] % modulus
                y[k], y[k + length // 2] = (y[k] + turned) % modulus, (y[k] - turned) % modulus
                power = power * step % modulus
        length *= 2
    return np.array(y)


@exercise.alternative
def by_the_matrix_of_python_integers(f, root, modulus):
    n = len(f)
    matrix = np.array([[pow(int(root), k * u, modulus) for u in range(n)] for k in range(n)], dtype=object)
    return (matrix.dot(f.astype(object)) % modulus).astype(np.int64)


def _by_halves(f, root, modulus, square=True, sign=-1, join=np.concatenate, split=None, turn=None):
    """The solution with a mistake."""
    n = len(f)
    if n == 1:
        return f % modulus
    half_root = root * root % modulus if square else root
    options = {"square": square, "sign": sign, "join": join, "split": split, "turn": turn}
    first, second = split(f) if split else (f[0::2], f[1::2])
    even, odd = (_by_halves(part, half_root, modulus, **options) for part in (first, second))
    powers = np.array([pow(int(root), k, modulus) for k in range(n // 2)])
    even, turned = turn(even, odd, powers, modulus) if turn else (even, powers * odd % modulus)
    return join([even + turned, even + sign * turned]) % modulus


@exercise.wrong(
    "The halves were given the same root. For half the length the even positions advance by root squared at each step: "
    "the root of the halves is root * root, modulo the prime."
)
def root_not_squared(f, root, modulus):
    return _by_halves(f, root, modulus, square=False)


@exercise.wrong(
    "The frequencies run the wrong way round: these are the sums with root to the power -k u. The exponent here has a "
    "plus sign, other than in the chapter."
)
def minus_in_the_exponent(f, root, modulus):
    return _by_halves(f, pow(int(root), -1, modulus), modulus)


@exercise.wrong(
    "Modulo the prime the numbers are right, but some are negative or too large. Reduce once more at the end: in "
    "Python and NumPy `% modulus` makes numbers from 0 to modulus - 1 also of negative ones."
)
def not_reduced(f, root, modulus):
    y, half = exact_fft(f, root, modulus), len(f) // 2
    if half == 0:
        return y
    even = exact_fft(f[0::2], root * root % modulus, modulus)
    turned = (y[:half] - even) % modulus
    return np.concatenate([even + turned, even - turned])


@exercise.wrong(
    "The signal was split into its first and its second half. The step needs the values at even and at odd positions, "
    "f[0::2] and f[1::2]."
)
def split_in_the_middle(f, root, modulus):
    return _by_halves(f, root, modulus, split=lambda f: (f[: len(f) // 2], f[len(f) // 2 :]))


@exercise.wrong(
    "The upper half of the frequencies repeats the lower one. There the turned odd part comes with a minus sign, since "
    "root to the power n/2 is -1."
)
def no_minus(f, root, modulus):
    return _by_halves(f, root, modulus, sign=1)


@exercise.wrong(
    "Sum and difference were put side by side. The sums are the first half of the frequencies, the differences the "
    "second half: join them one behind the other."
)
def interleaved(f, root, modulus):
    return _by_halves(f, root, modulus, join=lambda parts: np.stack(parts, axis=1).ravel())


@exercise.wrong(
    "The powers of the root were multiplied with the part from the even positions. It is the odd positions that are "
    "one step late."
)
def even_part_turned(f, root, modulus):
    return _by_halves(f, root, modulus, turn=lambda even, odd, powers, modulus: (powers * even % modulus, odd))


@exercise.wrong(
    "The odd part was not multiplied by the powers of the root. Its positions are one step late, so that for "
    "frequency k it gets the factor root to the power k."
)
def not_turned(f, root, modulus):
    return _by_halves(f, root, modulus, turn=lambda even, odd, powers, modulus: (even, odd))


@exercise.wrong(
    "The odd part was multiplied by the root itself for every frequency. For frequency k the factor is root to the "
    "power k, so it begins with 1."
)
def turned_by_the_root(f, root, modulus):
    return _by_halves(
        f, root, modulus, turn=lambda even, odd, powers, modulus: (even, odd * (root % modulus) % modulus)
    )


@exercise.wrong(
    "Right for small primes. For a large one the products were added before they were reduced, and the sum does not "
    "fit into an int64: reduce each product modulo the prime."
)
def summed_before_reduced(f, root, modulus):
    n = len(f)
    matrix = np.array([[pow(int(root), k * u, modulus) for u in range(n)] for k in range(n)])
    return matrix @ f % modulus


@exercise.wrong(
    "Right for small primes. For a large one the powers of the root were computed in full, and do not fit into an "
    "int64: make each from the one before, and reduce it, or use pow(root, k, modulus)."
)
def powers_not_reduced(f, root, modulus):
    n = len(f)
    if n == 1:
        return f % modulus
    even, odd = (powers_not_reduced(part, root * root % modulus, modulus) for part in (f[0::2], f[1::2]))
    turned = np.int64(root) ** np.arange(n // 2) % modulus * odd % modulus
    return np.concatenate([even + turned, even - turned]) % modulus


@exercise.wrong(
    "This is the ordinary transform, with complex numbers. Here root plays the role of omega, and everything is done "
    "with whole numbers modulo the prime."
)
def complex_transform(f, root, modulus):
    return np.fft.fft(f)


@exercise.wrong(
    "This is the program of the chapter, with complex numbers and its powers of omega. Put root in their place, its "
    "square in the halves, and reduce everything modulo the prime."
)
def program_of_the_chapter(f, root, modulus):
    return np.fft.fft(f) if len(f) > 1 else f


@exercise.wrong(
    "The numbers are right, but they are floats. Everything here is whole: make the array of the powers, and that "
    "of the result, of dtype int64."
)
def floats(f, root, modulus):
    return _sums(f, root, modulus).astype(float)
