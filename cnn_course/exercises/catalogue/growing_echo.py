"""An echo that grows: which of the answers is bounded?"""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="an echo that grows",
    chapter="1-2",
    stars=3,
    minutes=30,
    goals=(7,),
    statement=r"""
    In the chapter an echo loses half of its strength at each step. Now let it gain: $y[u] = f[u] + 2\, y[u - 1]$ for
    all $u \in \mathbb{Z}$.

    1. Which sequences $y$ obey the rule for the clap $f = \delta$? Exactly one of them is bounded: find it.
    2. Show that for every bounded $f$ there is exactly one bounded $y$, and that $f \mapsto y$ is a convolution. A
       computer that begins with $y = 0$ before the clap finds $1, 2, 4, \dots$ Which of the two is right?
    3. And if the echo stays as it is, $y[u] = f[u] + y[u - 1]$? Does boundedness still single out one answer to the
       clap? Is there a map $f \mapsto y$ from $c_0$, the sequences that tend to 0 at both ends, to itself that obeys
       this rule?
    """,
    hints=(
        "How do two answers to the same signal differ?",
        "Solve the rule for y[u - 1]. It then tells how to get from the right to the left.",
        "In the last question, what are the values of y far to the left of the clap, and what far to the right?",
    ),
    name="growing_echo",
    answer=r"""
    *1.* The difference $d$ of two answers satisfies $d[u] = 2\, d[u - 1]$, so $d[u] = c\, 2^u$. One answer is $2^u$ for
    $u \ge 0$ and $0$ before, so all are $y[u] = (c + 1)\, 2^u$ for $u \ge 0$ and $c\, 2^u$ for $u < 0$. Bounded to the
    right is only the one with $c = -1$: it is $h[u] = -2^u$ for $u < 0$ and $0$ for $u \ge 0$.

    *2.* Solved for the earlier value, $y[u - 1] = \frac12 y[u] - \frac12 f[u]$: seen from right to left the echo is a
    fading one. Accordingly

    $$ y[u] = -\sum_{k \ge 1} 2^{-k} f[u + k] , $$

    which is $(f * h)[u]$, converges absolutely and is at most $\sup |f|$ in absolute value. It obeys the rule, since

    $$ \begin{aligned} 2\, y[u - 1] &= -\sum_{k \ge 0} 2^{-k} f[u + k] \\
    &= -f[u] - \sum_{k \ge 1} 2^{-k} f[u + k] . \end{aligned} $$

    Two bounded answers differ by a bounded $c\, 2^u$, hence $c = 0$. The computer's answer is the other natural one. It
    needs only values of the past, and is a convolution too, for signals that have a beginning, but not a bounded one.
    Which one is right depends on what is asked of the map, since the rule alone does not determine it.

    *3.* Two answers now differ by a constant, and constants are bounded. The answers to the clap are $c$ before it and
    1 more than that from then on, bounded for every $c$, so boundedness does not single out one. In $c_0$ there is
    none: both values would have to be 0. So already for $f = \delta$ there is no answer in $c_0$, and no such map.
    """,
    contains=(
        "the free part, $c\\, 2^u$, and the one bounded answer to the clap, which comes before it",
        "the bounded answer for every bounded $f$, as a convolution, with a reason why it obeys the rule",
        "why it is the only bounded one",
        "both answers obey the rule; only a further demand, bounded or without a past, singles out one",
        "in part 3 the free part is constant, and no choice of it tends to 0 at both ends",
    ),
)
