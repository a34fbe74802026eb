"""A recording fits best on itself: the autocorrelation has its largest value at 0, and nowhere else."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="a recording fits best on itself",
    chapter="1-3",
    stars=3,
    minutes=30,
    goals=(2, 4),
    statement=r"""
    The *autocorrelation* of a sequence is $a = f \star f$. Let $f$ be real, of finite support, and not zero everywhere.
    Prove:

    1. $a[-u] = a[u]$ for all $u$;
    2. $\lvert a[u] \rvert \le a[0]$ for all $u$;
    3. $\lvert a[u] \rvert < a[0]$ for all $u \ne 0$.

    Conclude: if $g = S_\tau f$ is the same recording with a delay, then $(f \star g)[u]$ has its largest value at
    $u = \tau$, and at no other $u$. Where do you use that the support of $f$ is finite? And what remains of 1, 2 and 3
    for a signal of period $n$, if the sums run over one period only?
    """,
    hints=(
        "For 2: the sum of the squares of f[t] - f[u + t] over all t is not negative. Multiply it out. What changes "
        "with a plus instead of the minus?",
        "For 3: what follows for f if that sum of squares is 0? Go from t to t + u, to t + 2 u, and so on.",
        "For the conclusion express (f ⋆ g)[u] by a.",
    ),
    name="autocorrelation",
    answer=r"""
    All sums have finitely many terms other than zero.

    *1.* Substitute $s = t - u$: $a[-u] = \sum_t f[t]\, f[t - u]$ is $\sum_s f[s + u]\, f[s] = a[u]$.

    *2.* For either sign,

    $$
    \begin{aligned}
    0 &\le \sum_t \bigl( f[t] \mp f[u + t] \bigr)^2 \\
    &= \sum_t f[t]^2 \mp 2 \sum_t f[t]\, f[u + t] \\
    & \quad {} + \sum_t f[u + t]^2 \\
    &= 2\, a[0] \mp 2\, a[u] ,
    \end{aligned}
    $$

    since the last sum runs over the same squares as the first. So $a[u] \le a[0]$ and $-a[u] \le a[0]$.

    *3.* Let $u \ne 0$ and $\lvert a[u] \rvert = a[0]$. Then for one of the two signs the sum of squares is 0, so
    $f[u + t] = \pm f[t]$ for all $t$, with the same sign for all. Hence $\lvert f[t + k u] \rvert = \lvert f[t] \rvert$
    for all integers $k$. Take a $t$ with $f[t] \ne 0$. Then $f$ differs from zero at the infinitely many indices
    $t + k u$, and its support is not finite: a contradiction.

    *Conclusion.* $(f \star g)[u] = \sum_t f[t]\, g[u + t]$ is $\sum_t f[t]\, f[u - \tau + t] = a[u - \tau]$. This is
    $a[0]$ at $u = \tau$, and less than $a[0]$ for $u - \tau \ne 0$.

    *Finite support* is used twice: the sums exist, and in 3 there is no room for infinitely many indices. (For
    sequences whose squares have a finite sum the proof works as well: $\lvert f \rvert$ cannot be periodic then
    either.) For a signal of period $n$, with sums over one period, the proofs of 1 and 2 hold word for word, because
    each substitution only permutes the indices of a period. But 3 fails: the signal fits on itself again after each
    period, and $a[n] = a[0]$. Even within a period there may be other shifts, as 2 for $(1, -1, 1, -1)$ with $n = 4$.
    The delay can then be told only up to such a shift.
    """,
    contains=(
        "1 by a substitution, or from the law that exchanges signal and kernel",
        "2 by a sum of squares, or by the inequality of Cauchy and Schwarz, for *both* signs",
        "3: equality makes $\\lvert f \\rvert$ periodic, which a finite support does not allow",
        "$(f \\star g)[u] = a[u - \\tau]$",
        "finite support makes the sums exist, and is used in 3; for a periodic signal 1 and 2 remain, and 3 fails",
    ),
)
