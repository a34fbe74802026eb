"""Why the exponents of Young's inequality are tied together."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="why these exponents",
    chapter="1-1",
    stars=2,
    minutes=15,
    statement=r"""
    Suppose that for some $1 \le p, q, r \le \infty$ there is a constant $C$ with
    $\lVert f * h \rVert_r \le C\, \lVert f \rVert_p\, \lVert h \rVert_q$ for all functions on $\mathbb{R}$. Show that
    then $\frac1p + \frac1q = 1 + \frac1r$, by stretching: put $f_\lambda(t) = f(t / \lambda)$ with $\lambda > 0$, and
    likewise $h_\lambda$. What remains of the argument for sequences? Is there a wrong triple on the line that is right
    for them?
    """,
    hints=(
        "Substitute in the integrals: how do the norm of f and the convolution change when both are stretched?",
        "Compare the powers of lambda on both sides, first for very large, then for very small lambda.",
        "A sequence can be spread out, but not made narrower than one place.",
    ),
    name="why_these_exponents",
    answer=r"""
    Substituting $t = \lambda s$ gives $\lVert f_\lambda \rVert_p = \lambda^{1/p} \lVert f \rVert_p$, and
    $(f_\lambda * h_\lambda)(u) = \int f(t / \lambda)\, h((u - t) / \lambda)\, dt = \lambda\, (f * h)(u / \lambda)$. So
    $\lVert f_\lambda * h_\lambda \rVert_r = \lambda^{1 + 1/r} \lVert f * h \rVert_r$. Take two boxes for $f$ and $h$:
    then all norms are positive and finite. The inequality for $f_\lambda$ and $h_\lambda$ says that
    $\lambda^{1 + 1/r - 1/p - 1/q}$ is bounded by the same number for every $\lambda > 0$. A positive exponent
    contradicts this as $\lambda \to \infty$, a negative one as $\lambda \to 0$. So it is 0.

    A sequence can be made wide, constant on $n$ places with $n \to \infty$, but not narrow. Half of the argument
    remains, and gives $\frac1p + \frac1q \ge 1 + \frac1r$. For sequences this is also enough. If the left side is
    larger, raise $p$, then $q$, to $p' \ge p$ and $q' \ge q$ with equality. Norms of sequences do not grow when the
    exponent does, so $\lVert f * h \rVert_r \le \lVert f \rVert_{p'} \lVert h \rVert_{q'} \le \lVert f \rVert_p
    \lVert h \rVert_q$. For instance, $(1, 1, 2)$ is wrong on the line and right for sequences.
    """,
    remark=r"""
    A good answer has the two powers of $\lambda$, uses both limits, and says which of them is missing on $\mathbb{Z}$.
    """,
)
