"""Three ways back from a convolution: one that is none, one that explodes and one that works."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="three ways back",
    chapter="1-4",
    stars=2,
    minutes=20,
    goals=(1, 3, 7),
    statement=r"""
    A signal $f$ of 40 values has been convolved with $h = (1, 2)$, and you are handed the full result $y = H f$, which
    has 41 values. Three students want $f$ back.

    - Anna multiplies by $H^{\top}$, because $H^{\top} y$ has 40 values again.
    - Ben reads the rows of $H$ from the top: $f[0] = y[0]$, then $f[1] = y[1] - 2 f[0]$, then
      $f[2] = y[2] - 2 f[1]$, and so on.
    - Clara reads them from the bottom: $f[39] = y[40] / 2$, then $f[38] = (y[39] - f[39]) / 2$, and so on.

    Who finds $f$ if $y$ is exact? What happens to the results of Ben and of Clara if $y[0]$ alone is wrong by a small
    $\varepsilon$, and what if $y[40]$ alone is? Is the kernel to blame for the worst of these results? Look at its
    eigenvalues on a ring.
    """,
    hints=(
        "What are the entries of the product of the transpose with H? Two neighbouring columns overlap in one row.",
        "Which of the 41 values does Ben never look at, and which one does Clara leave out?",
        "By what is an error multiplied when it passes from one value of f to the next one?",
        "On a ring a wave turns into 1 + 2/z times itself, with z on the unit circle. Between which bounds is the "
        "absolute value of this number?",
    ),
    name="way_back",
    answer=r"""
    *Anna* does not find $f$. Each column of $H$ holds the numbers 1, 2, one row further down than the column before. So
    the inner product of a column with itself is $1 + 4 = 5$, with its neighbours it is $2 \cdot 1 = 2$, and with all
    others 0. Anna gets $2 f[t - 1] + 5 f[t] + 2 f[t + 1]$ at $t$: as many values as $f$ has, but blurred once more.

    *Ben* and *Clara* both find $f$ if $y$ is exact. Ben uses the rows 0 to 39 of $H$, a lower triangular matrix with 1
    on its diagonal, and Clara the rows 1 to 40, an upper triangular one with 2 on its diagonal. Both are invertible.

    If $y[0]$ is wrong by $\varepsilon$, Ben's $f[0]$ is wrong by $\varepsilon$, and every further value inherits $-2$
    times the error of the one before: $f[t]$ is wrong by $(-2)^t \varepsilon$, and the last value by
    $2^{39} \varepsilon$, which is more than $5 \cdot 10^{11}\, \varepsilon$. Clara never looks at $y[0]$. If $y[40]$ is
    wrong, it is Ben who does not look at it, and Clara's values are wrong by $\varepsilon / 2$, $- \varepsilon / 4$,
    $\varepsilon / 8$ and so on, from the last one to the front: the error dies out.

    The kernel is not to blame. On a ring its eigenvalues are $1 + 2 z^{-1}$ with $\lvert z \rvert = 1$. Their absolute
    values lie between 1 and 3, so no wave becomes small, and an error may grow by a factor of 3 at most, relative to
    the signal. To undo this convolution is an easy task, and Ben has chosen a bad way to do it.
    """,
    contains=(
        r"says what Anna gets, with the entries of $H^{\top} H$, and that it is not $f$",
        "sees that Ben and Clara solve triangular systems without zeros on the diagonal, from 40 of the 41 rows each",
        r"finds Ben's error $(-2)^t \varepsilon$ from $y[0]$, and none from $y[40]$",
        "finds Clara's error, halved from one value to the next, from $y[40]$, and none from $y[0]$",
        "gives the eigenvalues on the ring, and bounds for their absolute values, 1 and 3",
        "concludes that the task is easy and the method bad, which are two different things",
    ),
    remark=r"""
    A condition number belongs to a task: no method can do better against the worst error, but a careless one can do
    much worse. With the kernel $(2, 1)$ Ben and Clara exchange their parts. With $(1, 1)$ neither of them is well off:
    an error goes through all values with alternating signs and never dies out. Here the kernel *is* to blame, whose
    eigenvalue for $z = -1$ is 0.
    """,
)
