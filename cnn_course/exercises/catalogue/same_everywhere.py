"""Which kernels belong to an operator that does the same thing everywhere."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="the same everywhere?",
    chapter="1-1",
    stars=1,
    minutes=5,
    goals=(2,),
    statement=r"""
    Six integral operators on the whole line have these kernels $H(u, t)$, in this order:

    $$
    \begin{gathered}
    \lvert u - t \rvert, \quad u + t, \quad u^2 - 2ut + t^2, \\
    \begin{cases} 1 & t \le u \le t + 1 \\ 0 & \text{else} \end{cases}, \\
    e^{-(u^2 + t^2)}, \quad \max(u, t) - t .
    \end{gathered}
    $$

    Which of them are convolutions? Set `same_everywhere` to a tuple of six numbers: 1 for a kernel that is
    shift-invariant, 0 for one that is not.
    """,
    name="same_everywhere",
    answer=(1, 0, 1, 1, 0, 1),
    wrong={
        (1, 0, 0, 1, 0, 1): "All but one are right. Can the third formula be written shorter, as a power?",
        (1, 0, 1, 1, 0, 0): "All but one are right. In the sixth, pull t into the maximum: max(u, t) - t = max(?, 0).",
        (1, 0, 1, 0, 0, 1): "All but one are right. Subtract t from all parts of the condition of the fourth: what has "
        "to lie between 0 and 1?",
        (
            1,
            0,
            0,
            1,
            0,
            0,
        ): "Four are right. The third and the sixth look as if they needed u and t one by one. Replace "
        "both by u - s and t - s, and simplify.",
        (
            1,
            0,
            0,
            0,
            0,
            0,
        ): "The first is not the only one. For the others, replace u by u - s and t by t - s, simplify, "
        "and see whether s falls out.",
        (1, 0, 0, 0, 0, 1): "The third and the fourth deserve another look: one is a square, the other a condition on "
        "u - t.",
        (
            1,
            1,
            1,
            1,
            0,
            1,
        ): "All but one are right. Moving both variables by s changes u + t by 2s: it is the difference "
        "that stays, not the sum.",
        (1, 0, 1, 1, 1, 1): "All but one are right. The fifth is a bell in the plane, largest at u = t = 0. Is it as "
        "large at u = t = 5, on the same diagonal?",
        (1, 1, 1, 1, 1, 1): "Two of them change along the diagonals. Compare H(0, 0) with H(5, 5).",
        (0, 1, 0, 0, 1, 0): "All are the wrong way round: 1 is for the kernels that stay the same when both variables "
        "are moved.",
    },
    hints=(
        "Replace u by u - s and t by t - s. Does s fall out?",
        "Where can a formula be written with nothing but x = u - t?",
    ),
    remark=r"""
    With $x = u - t$ the four are $\lvert x \rvert$, $x^2$, the box $0 \le x \le 1$, and $\max(x, 0)$. The other two
    differ at $(0, 0)$ and $(5, 5)$, which lie on one diagonal: $0 \ne 10$ and $1 \ne e^{-50}$.
    """,
)
