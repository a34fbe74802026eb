"""Which schedules of the rate reach the minimum in spite of noise."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="rates that reach the minimum",
    chapter="4-3",
    stars=3,
    minutes=45,
    goals=(2, 3),
    statement=r"""
    Let $\xi_0, \xi_1, \dots$ be independent random numbers with the same mean $w^*$ and the same variance $r > 0$. On
    the loss $\frac12 \mathbb{E}\, (w - \xi)^2$, each step sees one of them: $w_{t+1} = w_t - \eta_t\, (w_t - \xi_t)$,
    with a number $w_0$ and rates $0 \le \eta_t \le 1$ that are fixed in advance. Let
    $u_t = \mathbb{E}\, (w_t - w^*)^2$. Prove:

    1. With $\eta_t = 1 / (t + 1)$ the weight $w_t$ is the mean of the $t$ numbers seen so far, for $t \ge 1$, and
       $u_t = r / t$.
    2. $u_{t+1} = (1 - \eta_t)^2 u_t + \eta_t^2\, r$.
    3. If $\sum_t \eta_t < \infty$, all $\eta_t < 1$ and $w_0 \ne w^*$, then $u_t$ does not tend to 0.
    4. If $\eta_t \to 0$ and $\sum_t \eta_t = \infty$, then $u_t \to 0$.

    What do you conclude for the rates $\frac{1}{10}$; $\frac{1}{10} \cdot 2^{-\lfloor t / 100 \rfloor}$; and
    $\frac{1}{10 \sqrt{t + 1}}$?
    """,
    hints=(
        "For 2: write the distance after the step as a sum of two independent terms.",
        "For 3: drop the noise. When is an infinite product of factors below 1 greater than 0?",
        "For 4: fix a small number; from some step on, the noise of a step is at most this number times the rate.",
    ),
    name="decaying_rate",
    answer=r"""
    *1.* By induction. $w_1 = w_0 - (w_0 - \xi_0) = \xi_0$. If $w_t$ is the mean of $t$ numbers, then
    $w_{t+1} = \frac{t}{t+1} w_t + \frac{1}{t+1} \xi_t$ is the mean of $t + 1$. The mean of $t$ independent numbers has
    the expectation $w^*$ and the variance $r / t$.

    *2.* $w_{t+1} - w^* = (1 - \eta_t)(w_t - w^*) + \eta_t (\xi_t - w^*)$. The first term depends on
    $\xi_0, \dots, \xi_{t-1}$ only, and so is independent of the second, whose mean is 0: the mixed term of the square
    has the expectation 0.

    *3.* The idea: with a finite sum of rates the start is never forgotten. By 2, $u_{t+1} \ge (1 - \eta_t)^2 u_t$, so
    $u_t \ge u_0 \prod_{s < t} (1 - \eta_s)^2$ with $u_0 = (w_0 - w^*)^2 > 0$. Choose $T$ with
    $\sum_{s \ge T} \eta_s \le \frac12$. For numbers in $[0, 1]$, $\prod (1 - \eta_s) \ge 1 - \sum \eta_s$, by
    induction over the number of factors. So the product from $T$ on is at least $\frac12$, however many factors it
    has, and the finitely many factors before $T$ are positive. Hence $u_t$ stays above a positive number.

    *4.* The idea: the noise of a step is small against the pull of the step. Let $\epsilon > 0$, and $T$ such that
    $\eta_t\, r \le \epsilon$ for $t \ge T$. As $(1 - \eta_t)^2 \le 1 - \eta_t$,

    $$
    \begin{aligned}
    u_{t+1} &\le (1 - \eta_t)\, u_t + \eta_t\, \epsilon , \\
    u_{t+1} - \epsilon &\le (1 - \eta_t)(u_t - \epsilon) .
    \end{aligned}
    $$

    So $u_t - \epsilon \le \max(u_T - \epsilon, 0) \prod_{T \le s < t} (1 - \eta_s)$, and by $1 - \eta \le e^{-\eta}$
    the product is at most $\exp(-\sum_{T \le s < t} \eta_s)$, which tends to 0. Hence $u_t \le 2 \epsilon$ from some
    step on. As $\epsilon$ was arbitrary, $u_t \to 0$.

    *Conclusion.* The constant rate does not reach the minimum: by 2, $u_t \to \eta r / (2 - \eta) > 0$. The second
    one has the sum $100 \cdot \frac{1}{10} (1 + \frac12 + \frac14 + \dots) = 20$, so that it does not either, in
    theory; in practice a factor of about $e^{-20}$ of the start is left, which nobody sees, and the noise of the
    beginning is averaged only so far. The third tends to 0 and has an infinite sum: it reaches the minimum.
    """,
    contains=(
        "part 1 by induction, with the variance of a mean",
        "part 2: independence of the two terms, and where it comes from",
        "part 3: the noise is dropped, and the product is bounded below with a reason",
        r"part 4: $\eta_t r \le \epsilon$ from some step on, and the product tends to 0 because the sum is infinite",
        "the three conclusions, each with the condition that holds or fails",
    ),
    remark=r"""
    The condition of Robbins and Monro, $\sum \eta_t = \infty$ and $\sum \eta_t^2 < \infty$, gives convergence with
    probability 1, for far more general functions. A training has a last step, and therefore other schedules may be
    better in it than those that are right in the limit.
    """,
)
