"""A difference quotient with an error of fourth order, and its best step."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="a better difference quotient",
    chapter="4-2",
    stars=3,
    minutes=40,
    goals=(5, 6),
    statement=r"""
    Let $\varphi$ be five times continuously differentiable for $\lvert \tau \rvert \le h_0$, with $\lvert \varphi^{(5)}
    \rvert \le M_5$ there, where $M_5 > 0$. Let $D(h)$ be its central quotient at 0 with the step $h$, and

    $$ R(h) = \tfrac13 \bigl( 4\, D(h) - D(2 h) \bigr) $$

    for $0 < 2 h \le h_0$.

    1. Write $R(h)$ as a combination of four values of $\varphi$. Prove that it is $\varphi'(0)$ for polynomials of
       degree at most 4, and find one of degree 5 for which it is not.
    2. Prove $\lvert R(h) - \varphi'(0) \rvert \le \frac{1}{18} M_5 h^4$.
    3. The computed values of $\varphi$ are wrong by at most $e$. Add the effect of this to the bound. For which $h > 0$
       is the sum least, and what is it there? (Suppose that $2 h \le h_0$ holds for this $h$.) By which powers of $e$
       are step and error given?
    4. Evaluate both for $e = 1.1 \cdot 10^{-16}$ and $M_5 = 1$. Would you use $R$ to check gradients of a network with
       relu? Give two reasons.
    """,
    hints=(
        "The even terms of Taylor's formula disappear in each central quotient. Which power of h is the first that is "
        "left, and how do the two quotients share it?",
        "Write Taylor's formula with the fifth derivative at an unknown point as the last term, for h, -h, 2h and -2h.",
        "For 3: add up the absolute values of the four coefficients. Then set a derivative to 0.",
    ),
    name="fourth_order",
    answer=r"""
    The idea: $D(h)$ and $D(2 h)$ have errors of the same form, $\frac16 \varphi''' h^2$ and four times as much, and
    four times the first minus the second cancels them.

    *1.* $D(h) = (\varphi(h) - \varphi(-h)) / (2 h)$ and $D(2 h) = (\varphi(2 h) - \varphi(-2 h)) / (4 h)$, so

    $$
    \begin{aligned}
    12 h\, R(h) &= 8\, (\varphi(h) - \varphi(-h)) \\
    & \quad {} - (\varphi(2 h) - \varphi(-2 h)) .
    \end{aligned}
    $$

    $R$ is linear in $\varphi$, so that it is enough to look at powers. For $1$, $\tau^2$ and $\tau^4$ both
    differences are 0, as is the derivative at 0. For $\tau$ it is $(16 h - 4 h) / (12 h) = 1$. For $\tau^3$ it is
    $(16 h^3 - 16 h^3) / (12 h) = 0$. For $\tau^5$, however, it is $(16 h^5 - 64 h^5) / (12 h) = -4 h^4$, while the
    derivative is 0.

    *2.* Taylor's formula with the fifth derivative as its last term gives, for $t = h$ and $t = 2 h$,

    $$
    \begin{aligned}
    & \varphi(t) - \varphi(-t) \\
    & = 2 t\, \varphi'(0) + \frac{t^3}{3} \varphi'''(0) + E(t) , \\
    & \lvert E(t) \rvert \le 2 \cdot \frac{t^5}{120} M_5 .
    \end{aligned}
    $$

    In $8\, (\varphi(h) - \varphi(-h)) - (\varphi(2 h) - \varphi(-2 h))$ the first terms are $16 h - 4 h = 12 h$ times
    $\varphi'(0)$, the second ones $\frac83 h^3 - \frac83 h^3 = 0$, and what is left is at most

    $$
    8 \cdot \frac{h^5}{60} M_5 + \frac{32 h^5}{60} M_5 = \frac23 h^5 M_5 .
    $$

    Divided by $12 h$ this is $\frac{1}{18} M_5 h^4$.

    *3.* The four values have coefficients with the sum of absolute values $8 + 8 + 1 + 1 = 18$, so that they add at
    most $18 e / (12 h) = \frac32 e / h$. The bound $\frac{1}{18} M_5 h^4 + \frac32 e / h$ has the derivative $\frac29
    M_5 h^3 - \frac32 e / h^2$, which is negative for small $h$, positive for large $h$ and 0 at

    $$
    h^5 = \frac{27\, e}{4 M_5} .
    $$

    There $\frac{1}{18} M_5 h^4 = \frac{1}{18} \cdot \frac{27}{4} \cdot \frac eh = \frac38 \frac eh$, and the bound is
    $\frac{15}{8} \frac eh$. The step goes with $e^{1/5}$, the error with $e^{4/5}$.

    *4.* $h^5 = 7.4 \cdot 10^{-16}$, $h = 9 \cdot 10^{-4}$, and the error is about $2 \cdot 10^{-13}$: two more
    digits than the central quotient has. For a network with relu it is not worth it. The best step is a hundred times
    as large, and $2 h$ is the distance that counts, so that many more kinks lie between the four points; at a kink
    the formula is no better than any other. And ten digits are enough to tell right from wrong. Besides, it takes
    four evaluations instead of two.
    """,
    contains=(
        "the combination of four values, with the coefficients $8, -8, -1, 1$ over $12 h$",
        "all powers up to 4, and a polynomial of degree 5 with another result",
        "the remainders of all four values, with the factor $2^5$ for those at $\\pm 2 h$",
        "the rounding part $\\frac32 e / h$",
        "the best step, why it is a minimum, and the value there",
        "the powers $e^{1/5}$ and $e^{4/5}$, and both numbers",
        "two reasons: larger steps meet more kinks, and more digits are not needed (or: twice as many evaluations)",
    ),
    remark=r"""
    To combine two steps so that the leading error cancels is called *Richardson extrapolation*. It can be repeated:
    each time the best step grows, and the error goes with a power of $e$ that is nearer to 1. The complex step has the
    power 1 at once.
    """,
)
