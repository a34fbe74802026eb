"""Associativity without any condition on the size."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="signals that begin",
    chapter="1-1",
    stars=2,
    minutes=20,
    goals=(5,),
    statement=r"""
    A sequence $f$ on $\mathbb{Z}$ is called *one-sided* if $f[i] = 0$ for all $i < 0$: a signal that begins at time 0.
    It may go on for ever, and grow as fast as it likes. Let $f$, $g$ and $h$ be one-sided. Prove that

    1. $(f * g)[u]$ exists for every $u$, and $f * g$ is one-sided;
    2. $(f * g) * h = f * (g * h)$.

    Why does this not contradict the counterexample of the chapter, with the constant, the difference and the step?
    """,
    hints=(
        "For which i can f[i] and g[u - i] both be different from 0?",
        "Write both sides as sums over two indices. Which region of pairs do the indices run through?",
        "In a finite sum the order is free. Exchange it in the sum over 0 ≤ s ≤ t ≤ u, and substitute t = s + r.",
    ),
    name="one_sided",
    answer=r"""
    *1.* $f[i]\, g[u - i]$ can be different from 0 only if $i \ge 0$ and $u - i \ge 0$. For $u \ge 0$ these are the
    finitely many $i$ from 0 to $u$, and for $u < 0$ there is none. So all sums are finite, and
    $(f * g)[u] = \sum_{i = 0}^{u} f[i]\, g[u - i]$ for $u \ge 0$, and 0 for $u < 0$.

    *2.* By part 1 all convolutions exist, and both sides are 0 for $u < 0$. For $u \ge 0$

    $$
    \begin{aligned}
    & ((f * g) * h)[u] \\
    & \quad = \sum_{t = 0}^{u} \Bigl( \sum_{s = 0}^{t} f[s]\, g[t - s] \Bigr) h[u - t] .
    \end{aligned}
    $$

    This is a finite sum over all pairs with $0 \le s \le t \le u$, and may be taken in the other order:

    $$
    \begin{aligned}
    & \sum_{s = 0}^{u} f[s] \sum_{t = s}^{u} g[t - s]\, h[u - t] \\
    & \quad = \sum_{s = 0}^{u} f[s] \sum_{r = 0}^{u - s} g[r]\, h[u - s - r] ,
    \end{aligned}
    $$

    where $t = s + r$. The inner sum is $(g * h)[u - s]$, so this is $(f * (g * h))[u]$.

    In the counterexample the difference and the step are one-sided, but the constant $f = 1$ is not: it has no
    beginning. For the constant that begins at 0 the differences are not 0, but the impulse, and both sides agree.
    """,
    contains=(
        r"says why only finitely many terms are different from 0;",
        r"shows that the result is one-sided again, so that the next convolution exists;",
        r"exchanges the order in the finite double sum over $0 \le s \le t \le u$;",
        r"substitutes $t = s + r$, with the right limits;",
        r"says that the constant of the counterexample is not one-sided.",
    ),
    remark=r"""
    One-sided sequences are multiplied in the same way as power series: $f[i]$ is the coefficient of $x^i$, and nobody
    asks whether the series converge.
    """,
)
