"""Why the transpose does not undo a convolution."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="the way back",
    chapter="1-4",
    stars=2,
    minutes=15,
    statement=r"""
    A signal $f$ of $n$ values has been blurred: somebody hands you $y = H f$, the full convolution with a kernel
    $h \ne 0$ that you know. A student proposes to multiply by $H^{\top}$, since $H^{\top} y$ has $n$ values again. What
    does one get in this way? Can $f$ be recovered from $y$, and how? Would it still work if only the valid part of $y$
    had been kept?
    """,
    hints=(
        "Which operation is the product with the transpose, and with which mode?",
        "What are the entries of the product of the transpose with H, and when would it be the unit matrix?",
        "What is the rank of H? And how many rows has the valid matrix?",
    ),
    name="way_back",
    answer=r"""
    $H^{\top} y$ is the valid cross-correlation of $y$ with $h$. So $H^{\top} H f$ is $f$, blurred and then correlated
    with the same kernel: the shape is right again, the values are not. The entry $[s, t]$ of $H^{\top} H$ is the inner
    product of the kernel, moved to $s$, with the kernel, moved to $t$. It would be the unit matrix only if the kernel
    had length 1 and were orthogonal to all its shifts by up to $n - 1$ places, which a blur is not: its values are
    positive, and so are the inner products with its neighbours.

    All the same, nothing is lost: $H$ has rank $n$, so that $H^{\top} H$ is invertible, and
    $f = (H^{\top} H)^{-1} H^{\top} y$, the solution by least squares. Or take the rows of $H$ from the first $a$ with
    $h[a] \ne 0$ on: they are triangular, and give $f[0], f[1], \dots$ one after the other. With noise in $y$ both may
    amplify it very much.

    The valid matrix has $n - m + 1$ rows. For $m > 1$ these are fewer than $n$, and there are signals that it sends to
    zero; adding one of them to $f$ does not change what was kept. Then $f$ cannot be recovered without knowing more.
    """,
    remark=r"""
    A good answer says what the transpose computes, distinguishes the shape from the values, uses the rank, and counts
    rows for the valid part.
    """,
)
