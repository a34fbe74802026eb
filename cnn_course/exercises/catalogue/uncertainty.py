"""A signal and its transform cannot both be short."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="short signals have long transforms",
    chapter="1-5",
    stars=3,
    minutes=40,
    goals=(1, 6),
    statement=r"""
    The impulse has one value that is not zero, and its transform has $n$ of them; for the constant it is the other way
    round. Let $f \ne 0$ have $n$ complex values, $s$ of them different from zero, and let $\hat f$ have $\hat s$ values
    different from zero. Prove that

    $$ s \cdot \hat s \ge n . $$

    Find a signal with $n = 12$, $s = 3$ and $\hat s = 4$. What does the inequality say about the transforms of the
    small kernels of a layer?
    """,
    name="uncertainty",
    hints=(
        r"How large can a single $\lvert \hat f[k] \rvert$ be, if the largest $\lvert f[u] \rvert$ is $M$?",
        r"And how large can a single $\lvert f[u] \rvert$ be, if the largest $\lvert \hat f[k] \rvert$ is $\hat M$?",
        "For the example, think of impulses that stand evenly around the circle.",
    ),
    answer=r"""
    The idea: each of the two, signal and transform, bounds the other. Let $M = \max_u \lvert f[u] \rvert$ and
    $\hat M = \max_k \lvert \hat f[k] \rvert$. As $f \ne 0$, $M > 0$.

    In the sum $\hat f[k] = \sum_u f[u]\, \omega^{-k u}$ only $s$ terms are different from zero, and each has at most
    the absolute value $M$, because $\lvert \omega^{-k u} \rvert = 1$. By the triangle inequality
    $\lvert \hat f[k] \rvert \le s M$ for every $k$, hence $\hat M \le s M$.

    In the same way $f[u] = \frac1n \sum_k \hat f[k]\, \omega^{k u}$ has $\hat s$ terms that are different from zero,
    hence $M \le \frac1n\, \hat s\, \hat M$.

    Together $M \le \frac1n\, \hat s\, \hat M \le \frac1n\, \hat s\, s\, M$. Divide by $M > 0$: $n \le s\, \hat s$.

    *The example.* Let $f[u] = 1$ for $u = 0, 4, 8$ and 0 otherwise. Then
    $\hat f[k] = 1 + \omega^{-4 k} + \omega^{-8 k}$, with $\omega^{-4} = e^{-2 \pi \mathrm i / 3}$. This is 3 if $k$
    is a multiple of 3, and 0 otherwise: four values, for $k = 0, 3, 6, 9$.

    *Kernels.* A kernel with $m$ values that are not zero, on a circle of $n$ positions, has a transform with at least
    $\frac nm$ non-zero values, and usually nearly all $n$. So the transform of a small kernel is never small: 9 numbers
    in space usually become about as many as the image has pixels.
    """,
    contains=(
        r"shows $\hat M \le s M$, from the definition, with $\lvert \omega^{k u} \rvert = 1$ and the triangle "
        r"inequality",
        r"shows $M \le \frac1n\, \hat s\, \hat M$, from inversion, with its factor $\frac1n$",
        "combines both, and divides by $M$, which is not zero because $f$ is not",
        r"gives a signal with $s = 3$ and $\hat s = 4$, with its transform",
        "says what follows for small kernels: their transforms have many numbers, which take time and memory",
    ),
    remark=r"""
    This is a discrete relative of the uncertainty principle of physics. Proofs by Parseval's formula and the inequality
    of Cauchy and Schwarz exist as well.
    """,
)
