"""The derivative of a convolution."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="convolution smooths",
    chapter="1-1",
    stars=2,
    minutes=25,
    goals=(4,),
    statement=r"""
    Let $f \in L^1(\mathbb{R})$, and let $h$ be continuously differentiable, with $h$ and $h'$ bounded. First decide: at
    which points do $f * h$ and $f * h'$ exist, and how large can their values be? Then prove that $f * h$ is
    differentiable at every point, and that

    $$
    (f * h)' = f * h' .
    $$

    You will need dominated convergence. Nothing is asked of $f$ but that it is integrable: it may jump. Which
    conclusion do you draw for a program that has to smooth a noisy signal and then to take its derivative?
    """,
    hints=(
        "Why do f * h and f * h' exist at every point? Which exponents p and q are at hand?",
        "Write the difference quotient of f * h at u as one integral over t. By commutativity you may choose which "
        "factor contains u.",
        "By the mean value theorem a difference quotient of h is a value of h', so it is bounded by sup |h'|. "
        "With this bound you may exchange limit and integral.",
    ),
    name="convolution_smooths",
    answer=r"""
    $f$ is in $L^1$, and $h$ and $h'$ are in $L^\infty$. By Young's inequality with $p = 1$, $q = \infty$ and
    $r = \infty$ both $f * h$ and $f * h'$ exist at every point, and are bounded by $\lVert f \rVert_1 \sup \lvert h
    \rvert$ and $\lVert f \rVert_1 \sup \lvert h' \rvert$. Let $u$ be given, and let $x_n \ne 0$ be any sequence
    with $x_n \to 0$. Then

    $$
    \begin{aligned}
    & \frac{(f * h)(u + x_n) - (f * h)(u)}{x_n} \\
    & \quad = \int f(t)\, q_n(t)\, dt ,
    \end{aligned}
    $$

    where $q_n(t)$ is the difference of $h(u + x_n - t)$ and $h(u - t)$, divided by $x_n$. For every $t$ this quotient
    tends to $h'(u - t)$. By the mean value theorem (for complex $h$, applied to the real and to the imaginary part) its
    absolute value is at most $2 M$, where $M = \sup \lvert h' \rvert$. So the integrands are bounded by the integrable
    function $2 M \lvert f \rvert$, whatever $n$ is. By dominated convergence the integrals tend to $\int f(t)\, h'(u -
    t)\, dt = (f * h')(u)$. Since this holds for every such sequence, $f * h$ is differentiable at $u$, with this
    derivative.

    The program need not do two things one after the other. It convolves once, with $h'$, which can be computed
    beforehand and exactly: for a bell $h$, the derivative of a bell. Edges in images are found in this way.
    """,
    contains=(
        "gives the reason why both convolutions exist at every point, and a bound for each;",
        "writes the difference quotient as one integral, in which only the factor $h$ contains $u$;",
        "bounds the integrands by one integrable function for all steps, with the mean value theorem;",
        "names the theorem that lets limit and integral be exchanged;",
        "concludes that one convolution with $h'$ smooths and differentiates at once.",
    ),
)
