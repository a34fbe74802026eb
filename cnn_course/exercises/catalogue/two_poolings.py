"""When two poolings in a row are one."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="two poolings in a row",
    chapter="3-3",
    stars=3,
    minutes=35,
    goals=(3, 4),
    statement=r"""
    Let $P_{r,s}$ be max-pooling and $A_{r,s}$ average pooling of signals, with windows of $r$ values and stride $s$,
    without padding. First comes a pooling with $r_1, s_1$, then one of the same kind with $r_2, s_2$. Let
    $R = r_1 + (r_2 - 1)\, s_1$ and $S = s_1 s_2$. All signals have $n \ge R$ values. Prove:

    1. both poolings in a row have as many outputs as one with $R, S$ has;
    2. if $s_1 \le r_1$, then $P_{r_2,s_2} \circ P_{r_1,s_1} = P_{R,S}$;
    3. if $s_1 > r_1$ and $r_2 \ge 2$, then $P_{r_2,s_2} \circ P_{r_1,s_1}$ is no max-pooling $P_{r,s}$ at all;
    4. $A_{r_2,s_2} \circ A_{r_1,s_1}$ is an average pooling if and only if $s_1 = r_1$ or $r_2 = 1$.

    What do you conclude for two max-poolings with $3 \times 3$ windows and stride 2, one after the other?
    """,
    hints=(
        "For 1: for whole numbers, the floor of (the floor of a / b) / c is the floor of a / (b c).",
        "Which values of the signal does the first output depend on? Write their positions as k2 s1 + k1.",
        "For 3: compare what happens if the signal changes at the position r1 only, and at s1 only.",
        "For 4: with which weight does a position enter? How many ways are there to write it as k2 s1 + k1?",
    ),
    name="two_poolings",
    answer=r"""
    The idea: written out, the output $i$ of both poolings summarises the values at the positions $i S + k_2 s_1 + k_1$.

    *1.* The first pooling has $n' = \lfloor (n - r_1) / s_1 \rfloor + 1$ outputs, and $n' \ge r_2$ since
    $n - r_1 \ge (r_2 - 1) s_1$. The second one has $\lfloor (n' - r_2) / s_2 \rfloor + 1$. Here

    $$
    \begin{aligned}
    n' - r_2 &= \lfloor (n - r_1) / s_1 \rfloor - (r_2 - 1) \\
    &= \lfloor (n - r_1 - (r_2 - 1) s_1) / s_1 \rfloor \\
    &= \lfloor (n - R) / s_1 \rfloor ,
    \end{aligned}
    $$

    and $\lfloor \lfloor (n - R) / s_1 \rfloor / s_2 \rfloor = \lfloor (n - R) / (s_1 s_2) \rfloor$. (For a whole number
    $q$ and real $t$, $q \le \lfloor t \rfloor$ is the same as $q \le t$. So the whole numbers $q$ with
    $q \le \lfloor t \rfloor / s_2$, that is $q s_2 \le \lfloor t \rfloor$, are those with $q s_2 \le t$.)

    *2.* The output $i$ is the maximum over $k_2 < r_2$ of the maxima over $k_1 < r_1$ of
    $x[(i s_2 + k_2) s_1 + k_1]$, with $k_1, k_2 \ge 0$. So it is the maximum over the positions $i S + t$ with $t$ in
    the union of the intervals $k_2 s_1, \dots, k_2 s_1 + r_1 - 1$. The next interval begins $s_1 \le r_1$ positions
    later than the one before, so at the latest right behind its end. The union has no gap: it is $0, \dots, (r_2 - 1)
    s_1 + r_1 - 1 = R - 1$.

    *3.* The first output depends on $x[0]$ and on $x[s_1]$ (with $k_2 = 1$, $k_1 = 0$): if one of these is 1 and all
    else is 0, the output is 1. It does not depend on $x[r_1]$, because $r_1 - 1 < r_1 < s_1$ lies between the first two
    intervals. Suppose it were the first output of $P_{r,s}$, the maximum of $x[0], \dots, x[r - 1]$. If $r > r_1$,
    this depends on $x[r_1]$; if $r \le r_1 < s_1$, it does not depend on $x[s_1]$. Either case is a contradiction.

    *4.* In the first output $x[t]$ has the weight $\frac{1}{r_1 r_2}$ times the number of pairs $(k_1, k_2)$ with
    $k_2 s_1 + k_1 = t$. If $r_2 = 1$, the second pooling only leaves values out, and the result is $A_{r_1, S}$. If
    $s_1 = r_1$, division with remainder by $r_1$ shows that each $t$ from 0 to $r_1 r_2 - 1$ has exactly one such
    pair, and no other $t$ has any. The same holds for the output $i$, with $i S$ added to all positions, so that the
    result is $A_{r_1 r_2, S}$.

    Now let $r_2 \ge 2$ and $s_1 \ne r_1$. In an average pooling the first output has equal weights at
    $0, \dots, r - 1$ and 0 elsewhere. If $s_1 < r_1$, the position 0 has one pair, $(0, 0)$, but $s_1$ has at
    least two, $(s_1, 0)$ and $(0, 1)$: two different weights, neither of them 0. If $s_1 > r_1$, there are
    pairs for 0 and for $s_1$, and none for $r_1$ between them. Neither is an average pooling.

    *Conclusion.* $R = 3 + 2 \cdot 2 = 7$ and $S = 4$: along each axis, and so for images, the two are one max-pooling
    with $7 \times 7$ windows and stride 4. For the mean there would be no such shortcut.
    """,
    contains=(
        "the two counts of outputs, with a reason why nested floors are one",
        "the positions $k_2 s_1 + k_1$, and why their intervals leave no gap if $s_1 \\le r_1$",
        "for 3 a position that has no influence between two that have, and a contradiction for *every* $r$",
        "for 4 both directions, with $r_2 = 1$ treated by itself",
        "for 4 the two cases $s_1 < r_1$, unequal weights, and $s_1 > r_1$, a gap",
        "$7 \\times 7$ windows with stride 4",
    ),
)
