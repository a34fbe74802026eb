"""How wide a smoothing kernel must be for shifts to matter little."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="what it takes to be smooth",
    chapter="2-2",
    stars=2,
    minutes=30,
    goals=(4,),
    statement=r"""
    A kernel $h$ on $\mathbb{Z}$ is zero outside of $m \ge 1$ consecutive positions, and its values add up to 1, so that
    constants stay as they are. Let $\nabla h[u] = h[u] - h[u - 1]$. Prove:

    1. $\lVert \nabla h \rVert_1 \ge 2 \max_u \lvert h[u] \rvert \ge \frac2m$.
    2. $\lVert \nabla h \rVert_1 = \frac2m$ if and only if $h$ is the box: $\frac1m$ at all $m$ positions.
    3. For the box and a shift by 1 the bound of the chapter is sharp: on a circle whose length $n$ is a multiple of
       $2 m$ there is an $x \ne 0$ with $\lVert A x - A S_1 x \rVert = \frac2m \lVert x \rVert$, where $A x = h
       \circledast x$, a circular convolution.
    4. For the box the bound is not sharp for a shift by $\tau = 2 m$. Which bound holds there without any calculation?

    Conclude: if no signal may change by more than 1 % of its norm when it is shifted by one position, and the bound is
    to prove it, how many positions must the kernel have?
    """,
    hints=(
        "From far left, where h is 0, up to its largest value, and down to 0 again: how much of the way is the total "
        "variation, at least?",
        "If m numbers add up to 1, how small can the largest absolute value be, and when is it that small?",
        "For 3: what kernel has A - A S? It has two values only. Which wave meets them with opposite signs?",
    ),
    name="price_of_smoothness",
    answer=r"""
    The idea: $h$ has to climb from 0 to its largest value, and to come down again.

    *1.* Let $\lvert h[t] \rvert$ be the largest absolute value. As $h$ is 0 far to the left and far to the right,
    $h[t]$ is the sum of all $\nabla h[u]$ with $u \le t$, and $-h[t]$ the sum of those with $u > t$. So

    $$
    \sum_{u \le t} \lvert \nabla h[u] \rvert \ge \lvert h[t] \rvert , \qquad
    \sum_{u > t} \lvert \nabla h[u] \rvert \ge \lvert h[t] \rvert ,
    $$

    and together $\lVert \nabla h \rVert_1 \ge 2 \lvert h[t] \rvert$. And $1 = \sum_u h[u] \le \sum_u \lvert h[u] \rvert
    \le m \lvert h[t] \rvert$.

    *2.* The box has two differences that are not zero, $\frac1m$ where it begins and $-\frac1m$ behind its end.
    Conversely, if $\lVert \nabla h \rVert_1 = \frac2m$, both inequalities of 1 are equations. Then $\lvert h[t] \rvert
    = \frac1m$, and no value exceeds $\frac1m$. If one of the $m$ values were less, their sum would be less than 1. So
    all are $\frac1m$.

    *3.* Let the box stand at $0, \dots, m - 1$. Then $A x - A S_1 x$ is $x$ convolved with the kernel $h - S_1 h$,
    which is $\frac1m$ at 0, $-\frac1m$ at $m$, and 0 elsewhere (on the circle $m \ne 0$, since $n \ge 2 m$). For the
    wave $x[u] = \cos(\pi u / m)$, which has the period $2 m$ and fits on the circle because $2 m$ divides $n$, $x[u -
    m] = -x[u]$. So

    $$
    (A x - A S_1 x)[u] = \tfrac1m (x[u] - x[u - m]) = \tfrac2m\, x[u] .
    $$

    *4.* For $\tau = 2 m$ the bound is $2 m \cdot \frac2m = 4$. But $\lVert A x \rVert \le \lVert h \rVert_1 \lVert x
    \rVert = \lVert x \rVert$ and $\lVert S_\tau x \rVert = \lVert x \rVert$, so that $\lVert A x - A S_\tau x \rVert
    \le 2 \lVert x \rVert$ for every $\tau$.

    *Conclusion.* The bound proves 1 % only if $\lVert \nabla h \rVert_1 \le 0.01$. By 1 this needs $\frac2m \le 0.01$,
    so $m \ge 200$, and the box with 200 positions does it, by 2.
    """,
    contains=(
        "the two sums of differences, up to the largest value and behind it",
        r"from the sum 1 to the largest value, at least $\frac1m$",
        "the box in both directions",
        r"the kernel $h - S_1 h$ with two values, and a wave with half the period $m$",
        "that the wave fits on the circle",
        "the bound 2 for all shifts, from the triangle inequality",
        "200 positions, and that they suffice",
    ),
    remark=r"""
    A smoothing for which shifts do not matter leaves hardly anything of an image of 28 columns.
    """,
)
