"""When stamps with a dilation cover all positions alike."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="when dilated stamps overlap evenly",
    chapter="3-4",
    stars=2,
    minutes=30,
    goals=(6,),
    statement=r"""
    The chapter counts the stamps that reach a position for adjacent taps. Now let the taps lie $d \ge 1$ positions
    apart. With $o$ values, stride $s$, $k$ taps and no padding, let $c[t]$ be the number of pairs $(u, r)$ with
    $0 \le u < o$, $0 \le r < k$ and $u s + r d = t$. Call $t$ interior if $d (k - 1) \le t \le s (o - 1)$, and suppose
    that there are at least $s$ consecutive interior positions. Prove:

    1. For an interior $t$, $c[t]$ is the number of $r$ with $0 \le r < k$ and $r d \equiv t$ modulo $s$.
    2. If $s$ and $d$ have a common divisor $g > 1$, there are interior positions that no stamp reaches, and others that
       are reached.
    3. If $s$ and $d$ have no common divisor but 1, $c$ is the same at all interior positions if and only if $s$ divides
       $k$.

    Conclude for which $(s, k, d)$ stamps overlap evenly. What is the pattern for $s = 2$, $k = 4$ and $d = 2$?
    """,
    hints=(
        "For 1: which u belongs to an r with r d ≡ t, and why does it lie in 0, ..., o - 1?",
        "For 2: by what are all numbers u s + r d divisible?",
        "For 3: if d has no common divisor with s, multiplying by d permutes the remainders modulo s.",
        "Then write k = q s + m, and count how often each remainder occurs among the first k values of r d.",
    ),
    name="even_coverage",
    answer=r"""
    *1.* A pair $(u, r)$ with $u s + r d = t$ has $r d \equiv t$ modulo $s$, and $r$ determines $u = (t - r d) / s$. So
    $c[t]$ is the number of $r$ in $0, \dots, k - 1$ for which this $u$ is a whole number in $0, \dots, o - 1$. Whole it
    is exactly if $r d \equiv t$. As $t$ is interior, $t - r d \ge d (k - 1) - r d \ge 0$, so $u \ge 0$; and
    $t - r d \le t \le s (o - 1)$, so $u \le o - 1$. Hence the bounds exclude nothing, and $c[t]$ counts all $r$ with
    $r d \equiv t$.

    *2.* Let $g > 1$ divide $s$ and $d$. Every number $u s + r d$ is divisible by $g$. Among $s \ge g \ge 2$ consecutive
    interior positions there is one that is not divisible by $g$: no stamp reaches it. There is also one that is
    divisible by $s$, and for it $r = 0$ satisfies $r d \equiv t$, so that by 1 it is reached at least once.

    *3.* If $r d \equiv r' d$ modulo $s$, then $s$ divides $(r - r') d$, and as it has no common divisor with $d$, it
    divides $r - r'$. So $r \mapsto r d$ is injective on the $s$ remainders, and hence a permutation of them: each
    remainder occurs exactly once among $r d$ for any $s$ consecutive $r$. Write $k = q s + m$ with $0 \le m < s$. Among
    the first $q s$ values of $r$ each remainder occurs $q$ times. The other $m$ values, which are fewer than $s$
    consecutive ones, have $m$ different remainders. So a remainder occurs $q + 1$ times in all if it is one of these,
    and $q$ times otherwise. The $s$ consecutive interior positions have all remainders. If $m = 0$, $c = q$ at every
    interior position. If $0 < m < s$, both $q + 1$ and $q$ occur among them, and $c$ is not constant.

    *Conclusion.* Stamps overlap evenly in the interior if and only if $s$ divides $k$ and has no common divisor with
    $d$ but 1: by 2 a common divisor $g > 1$ excludes it, and without one 3 decides. (For $s = 1$ this is always so.)
    With $s = 2$, $k = 4$, $d = 2$ the remainders $r d$ are all 0. Even interior positions are reached by four stamps
    and odd ones by none: 4, 0, 4, 0, although 2 divides 4.
    """,
    contains=(
        "in 1, that $u$ lies in $0, \\dots, o - 1$ for every $r$, from both bounds of the interior",
        "in 2, a position that is not divisible by $g$, and one that is reached, both interior",
        "in 3, that multiplication by $d$ permutes the remainders, with a reason",
        "the count $q$ or $q + 1$, from $k = q s + m$",
        "both directions of the equivalence in 3, using that all remainders occur in the interior",
        "the conclusion, and the pattern 4, 0, 4, 0",
    ),
)
