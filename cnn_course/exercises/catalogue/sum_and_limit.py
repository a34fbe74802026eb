"""Two maps that give constant sequences, one a convolution and the other not."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="the sum and the limit",
    chapter="1-2",
    stars=3,
    minutes=25,
    goals=(2, 7),
    statement=r"""
    Two maps make a constant sequence of $f$: the sum $A f = \left(\sum_t f[t]\right) \mathbf 1$, for absolutely
    summable $f$, and the limit $B f = (\lim_{t \to \infty} f[t])\, \mathbf 1$, for sequences that converge at both
    ends. Both are linear, and both are equivariant and invariant. Why is $A$ a convolution and $B$ not? Where exactly
    does the proof for $A$ fail for $B$?
    """,
    hints=(
        "What do the two maps make of the impulse?",
        "Let f_N be f for |t| <= N, and 0 elsewhere. Compare the images of f_N with the image of f.",
        "Write down the norm of f - f_N, once for the space of each map.",
    ),
    name="sum_and_limit",
    answer=r"""
    $A \delta = \mathbf 1$, and indeed $(f * \mathbf 1)[u] = \sum_t f[t] = (A f)[u]$. Each single value of $f$ has a
    share in the result. $B \delta = 0$: no single value has a share in a limit. If $B$ were a convolution, it would be
    the one with $B \delta = 0$, and $B \mathbf 1$ would be $0$ and not $\mathbf 1$.

    The proof cuts $f$ off, and knows the image of the piece $f_N$ by linearity and equivariance. It then needs that
    $f_N$ tends to $f$, and that the map is continuous. In $\ell^1$ the distance $\lVert f - f_N \rVert_1$ is the tail
    of a convergent series, and $|(A f)[u] - (A f_N)[u]|$ is at most this tail. In the space of $B$ the norm is the
    supremum, $B$ is continuous too, but $f_N$ does not tend to $f$ unless both limits of $f$ are 0: the distance of
    $\mathbf 1$ from each of its pieces is 1. It is density that is missing, not continuity. On $c_0$, where the pieces
    are dense, $B$ is the map $0$, which is the convolution with $0$.
    """,
    contains=(
        "both impulse responses, $A \\delta = \\mathbf 1$ and $B \\delta = 0$",
        "why $B$ cannot be a convolution: the only candidate is the one with 0",
        "the distances of $f$ from its pieces in both spaces, and which of them tend to 0",
        "density of the finitely supported sequences, and not boundedness, as what fails for $B$",
    ),
    remark=r"""
    As a map of $\ell^1$ into itself $A$ does not exist: the constant sequences are not summable. The proof only used
    that each $(A f)[u]$ depends continuously on $f$.
    """,
)
