"""On one axis a stack of small kernels loses nothing."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="nothing is lost on one axis",
    chapter="5-3",
    stars=3,
    minutes=40,
    goals=(5,),
    statement=r"""
    Layers have one channel, stride 1, no padding, no bias, and nothing between them; all weights are real. A kernel is
    a *composition* of others if the layer with it computes the same as the stack of layers with these. Some of its
    weights, also the first or the last ones, may be 0.

    1. On one axis, prove that every kernel of $2m + 1$ weights is a composition of $m$ kernels of 3 weights.
    2. Give a kernel of 3 weights that is no composition of two kernels of 2 weights, with a proof.
    3. For images: prove that every separable kernel of $7 \times 7$, with the entries $u[k]\, v[l]$, is a composition
       of three kernels of $3 \times 3$.
    4. Let the kernel of $7 \times 7$ be 1 in its upper left and in its lower right corner, and 0 elsewhere. Prove that
       it is not separable, and that it *is* a composition of three kernels of $3 \times 3$.
    """,
    hints=(
        "A kernel is a polynomial, and a composition is a product. Which factors does a real polynomial have?",
        "Where the last weights are 0, the degree is smaller than 2m. How can one fill up with factors?",
        r"For 4: $1 + t^6$ with $t = xy$. Write it as a polynomial in $t^2$ first, and add and subtract $3 t^2$.",
    ),
    name="kernels_on_one_axis",
    answer=r"""
    The idea is to write a kernel $w$ of $k$ weights as the polynomial $\sum_j w[j]\, x^j$ of degree at most $k - 1$.
    The kernel of a composition is the convolution of the kernels ({prf:ref}`prop-two-linear-layers`), and so its
    polynomial is the product ({doc}`1-3-discrete-convolution`).

    *1.* Let $p$ be the polynomial of the kernel. If $p = 0$, take kernels of zeros. Otherwise let $d \le 2m$ be its
    degree. By the fundamental theorem of algebra $p$ is a constant times factors $x - z$. With a root that is not real
    its conjugate is a root as well, equally often, because $p$ is real, and
    $(x - z)(x - \bar z) = x^2 - 2 \operatorname{Re}(z)\, x + \lvert z \rvert^2$ is real. So $p$ is a constant times
    real factors of degree 1 and 2, whose degrees add up to $d$. Combine the factors of degree 1 in pairs; one may be
    left over. Then there are $\lceil d / 2 \rceil \le m$ real factors of degree at most 2. Fill up with factors 1, that
    is, kernels $(1, 0, 0)$, and put the constant into one of them. These are $m$ kernels of 3 weights.

    *2.* $(1, 0, 1)$ has the polynomial $1 + x^2$. As a product $(a + bx)(c + dx)$ it would have $bd = 1$, so that
    $b \ne 0$ and $x = -a/b$ is a real root. But $1 + x^2 \ge 1$ for all real $x$.

    *3.* In two variables, $\sum_{k, l} w[k, l]\, x^k y^l$, products belong to compositions in the same way. For a
    separable kernel the polynomial is $p(x)\, q(y)$, with the polynomials of $u$ and $v$, of degree at most 6. By 1,
    with $m = 3$, $p = p_1 p_2 p_3$ and $q = q_1 q_2 q_3$ with factors of degree at most 2. Then

    $$ p\, q = (p_1 q_1)\, (p_2 q_2)\, (p_3 q_3) , $$

    and $p_i(x)\, q_i(y)$ is the polynomial of a kernel of $3 \times 3$, which is even separable.

    *4.* In a separable kernel with $w[0, 0] = u[0] v[0] = 1$ and $w[6, 6] = u[6] v[6] = 1$ none of these four numbers
    is 0, so that $w[0, 6] = u[0] v[6] \ne 0$, a contradiction. The polynomial of the kernel is $1 + t^6$ with
    $t = xy$, and

    $$
    \begin{aligned}
    1 + t^6 &= (1 + t^2)\, (1 - t^2 + t^4) \\
    &= (1 + t^2)\, \bigl( (1 + t^2)^2 - 3 t^2 \bigr) \\
    &= (1 + t^2)\, (1 + \sqrt 3\, t + t^2)\, (1 - \sqrt 3\, t + t^2) .
    \end{aligned}
    $$

    Each factor is a polynomial in $1$, $xy$ and $x^2 y^2$: a kernel of $3 \times 3$ with weights on its diagonal only.
    """,
    contains=(
        "kernels as polynomials and compositions as products",
        "roots that are not real come in conjugate pairs, equally often, and make real factors of degree 2",
        "factors of degree 1 in pairs, a smaller degree filled up with 1, the constant, and the zero kernel",
        "for 2 a real root that does not exist",
        "for 3 the factors of both axes combined one by one",
        "for 4 why it is not separable, and three real factors in $xy$",
    ),
    remark=r"""
    Fewer weights need not mean fewer kernels: on one axis $m$ kernels of 3 weights have $3m$ numbers for the $2m + 1$
    of the single one. On two axes it is the other way round, $9m$ for $(2m + 1)^2$: 18 numbers for 25 if $m = 2$,
    27 for 49 if $m = 3$. From $m = 2$ on the counting alone shows that kernels must be missing.
    """,
)
