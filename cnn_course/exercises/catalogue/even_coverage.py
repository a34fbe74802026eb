"""When two transposed convolutions in a row draw a chessboard."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="chessboards of two layers",
    chapter="3-4",
    stars=3,
    minutes=35,
    goals=(6,),
    statement=r"""
    A decoder enlarges twice. To have no border, let signals be functions on $\mathbb{Z}$, and let $T_{s, w}$ be the
    transposed convolution with the stride $s$ and a kernel $w$ of $k$ adjacent taps, without padding:
    $(T_{s, w}\, y)[t]$ is the sum of $w[t - u s]\, y[u]$ over all integers $u$, where $w$ is 0 outside
    $0, \dots, k - 1$. Let $\mathbf 1$ be the constant signal. Call $T_{s, w}$ *even* if $T_{s, w} \mathbf 1$ is
    constant.

    The first layer has stride $s_1$ and the kernel $w_1$ of $k_1$ taps, the second $s_2$, $w_2$ and $k_2$. Let $S$ be
    the sum of all taps of $w_1$. Prove:

    1. $T_{s_2, w_2} T_{s_1, w_1} = T_{s_1 s_2, w}$, with a kernel $w$ of $s_2 (k_1 - 1) + k_2$ taps. Which one?
    2. If both layers are even, so is the composition.
    3. If the composition is even and $S \ne 0$, the *second* layer is even.

    Show by examples that in 3 the first layer need not be even, and that $S \ne 0$ cannot be left out. If both layers
    have four equal taps and stride 2, does the stride of the composition divide the number of its taps? Is it even?
    """,
    hints=(
        "For 1: put the formula of the first layer into that of the second, and sort the terms by the value of y.",
        "For 2: the second layer is linear. What does it make of a constant that is not 1?",
        "For 3: the first layer makes a signal with the period s₁ of the constant one. Shift it by 0, 1, ..., s₁ - 1, "
        "and take the mean of these signals. What is it, and what does the second layer do to each of them?",
        "What does a shift of its input by one position do to the output of a layer with the stride s₂?",
    ),
    name="even_coverage",
    answer=r"""
    *1.* $(T_{s_2, w_2} T_{s_1, w_1}\, y)[t]$ is the sum of $w_2[t - v s_2]\, w_1[v - u s_1]\, y[u]$ over all $u$ and
    $v$. For given $t$ only finitely many terms differ from 0. Put $r = v - u s_1$: the factor of $y[u]$ is the sum of
    $w_1[r]\, w_2[t - u s_1 s_2 - r s_2]$ over $r$. So it is $w[t - u s_1 s_2]$ with
    $w[q] = \sum_r w_1[r]\, w_2[q - r s_2]$. This is $T_{s_2, w_2}$ applied to $w_1$. The smallest $q$ that occurs is 0
    and the largest is $s_2 (k_1 - 1) + k_2 - 1$.

    *2.* Let $T_{s_1, w_1} \mathbf 1 = \alpha \mathbf 1$ and $T_{s_2, w_2} \mathbf 1 = \beta \mathbf 1$. By linearity
    the composition makes $\alpha \beta \mathbf 1$ of $\mathbf 1$.

    *3.* Let $z = T_{s_1, w_1} \mathbf 1$, that is $z[v] = \sum_u w_1[v - u s_1]$, the sum of the taps whose index
    leaves the same remainder as $v$ in the division by $s_1$. So $z$ has the period $s_1$, and its sum over one period
    is $S$. Let $z_i[v] = z[v - i]$. The mean of $z_0, \dots, z_{s_1 - 1}$ is the constant signal $(S / s_1) \mathbf 1$.
    If the input of the second layer is shifted by one position, its output is shifted by $s_2$ positions: with $u - i$
    in place of $u$, $(T_{s_2, w_2} z_i)[t] = (T_{s_2, w_2} z)[t - i s_2]$. By assumption $T_{s_2, w_2} z$ is constant,
    with the value $\gamma$, say. Then all $T_{s_2, w_2} z_i$ are this constant, and so is their mean. By linearity
    $(S / s_1)\, T_{s_2, w_2} \mathbf 1 = \gamma \mathbf 1$, and as $S \ne 0$ we may divide by $S / s_1$.

    *Examples.* Let $s_1 = s_2 = 2$. With $w_1 = (1, 0)$ and $w_2 = (1, 1, 1, 1)$, the first layer makes 1, 0, 1, 0, …
    of the constant signal, and is not even. The second stamps four ones from every fourth position on: the result is
    constant. With $w_1 = (1, -1)$, where $S = 0$, it makes 1, -1, 1, -1, … of the constant signal. With
    $w_2 = (1, 0, 1)$ the second layer makes 0 of this: at odd positions nothing arrives, and at an even one two
    neighbours, which cancel. So the composition is even. But the second layer is not: it makes 2, 0, 2, 0, … of the
    constant signal.

    With four equal taps and stride 2 twice, the composition has $2 \cdot 3 + 4 = 10$ taps and stride 4. 4 does not
    divide 10. But both layers are even, because 2 divides 4 and the taps are equal, and by 2 the composition is even:
    its taps are not equal.
    """,
    contains=(
        "the kernel $w[q] = \\sum_r w_1[r]\\, w_2[q - r s_2]$, with a derivation and the number of its taps",
        "in 2, the linearity of the second layer",
        "in 3, that the first layer makes a signal with period $s_1$ and the mean $S / s_1$ of the constant one",
        "in 3, that a shift of the input of the second layer by 1 shifts its output by $s_2$",
        "in 3, the mean over the shifts, and where $S \\ne 0$ is used",
        "an example with an uneven first layer, and one with $S = 0$ and an uneven second layer",
        "10 taps and stride 4, and that the composition is even all the same",
    ),
    remark=r"""
    So a decoder can repair in its last layer what earlier layers have done, but nothing before the last layer can
    repair that layer, unless the constant signal has been turned into one whose mean is 0. If you can choose the kernel
    size of one layer only, choose that of the last one.
    """,
)
