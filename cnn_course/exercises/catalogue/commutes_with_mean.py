"""Which activations commute with average pooling."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="what commutes with the mean",
    chapter="3-3",
    stars=2,
    minutes=30,
    goals=(2, 7),
    statement=r"""
    A function $\sigma : \mathbb{R} \to \mathbb{R}$ *commutes with average pooling* if it makes no difference whether
    it is applied before or after it, for all signals. Prove:

    1. If $\sigma(t) = \alpha t + \beta$, then $\sigma$ commutes with average pooling, for windows of every size.
    2. If $\sigma$ is nondecreasing and commutes with average pooling with windows of 2 values, then
       $\sigma(t) = \alpha t + \beta$ for some $\alpha \ge 0$ and $\beta$.
    3. If $\sigma$ is convex, then detector first gives at least as much as pooling first: in each window, the mean of
       the values $\sigma(x[k])$ is at least $\sigma$ of the mean. For relu and windows of $r \ge 2$ values,
       say exactly for which windows the two are equal.

    Conclude: an activation that commutes with max-pooling *and* with average pooling, both with windows of 2 values, is
    of no use as a detector.
    """,
    hints=(
        "For 2: subtract the constant value at 0 first. What does the equation say for the pair (t, 0), and what for "
        "(2a, 2b)?",
        "From adding to multiples, from multiples to fractions. Where is it used that the function is nondecreasing?",
        "For relu in 3: what is the sum of max(x, 0) if all values have the same sign, and if they do not?",
    ),
    name="commutes_with_mean",
    answer=r"""
    *1.* The mean of $\alpha x[k] + \beta$ over a window of $r$ values is $\alpha$ times the mean of $x[k]$, plus
    $\frac1r \cdot r \beta = \beta$.

    *2.* The idea: the equation makes $\sigma$ additive, and monotonicity leaves no room between the rational numbers.
    For all $a, b$

    $$ \sigma \Bigl( \frac{a + b}{2} \Bigr) = \frac{\sigma(a) + \sigma(b)}{2} . $$

    Let $\beta = \sigma(0)$ and $\lambda = \sigma - \beta$. Then $\lambda$ satisfies the same equation, is
    nondecreasing, and $\lambda(0) = 0$. With $a = t$, $b = 0$ we get $\lambda(t / 2) = \lambda(t) / 2$. Hence

    $$ \lambda(a + b) = 2\, \lambda \Bigl( \frac{a + b}{2} \Bigr) = \lambda(a) + \lambda(b) . $$

    So $\lambda(m t) = m \lambda(t)$ for $m = 1, 2, \dots$, and $\lambda(-t) = -\lambda(t)$ from
    $\lambda(t) + \lambda(-t) = \lambda(0) = 0$. For a fraction $q = p / m$, $m \lambda(q) = \lambda(p) = p
    \lambda(1)$, so $\lambda(q) = q\, \alpha$ with $\alpha = \lambda(1) \ge \lambda(0) = 0$. Let $t$ be real, and $q
    \le t \le q'$ with rational $q, q'$. As $\lambda$ is nondecreasing, $q \alpha \le \lambda(t) \le q' \alpha$. There
    are such $q, q'$ as close to $t$ as we like, so $\lambda(t) = \alpha t$.

    *3.* The first claim is Jensen's inequality for the mean of $r$ numbers. For relu, both sides times $r$ are
    $\sum_k \max(x[k], 0)$ and $\max(\sum_k x[k], 0)$. If all values are $\ge 0$, both are $\sum_k x[k]$; if all are
    $\le 0$, both are 0. If there is a positive and a negative value, the first sum is greater than 0, and
    greater than $\sum_k x[k]$, because it leaves out a negative term: so it is greater than the second number. The two
    are equal exactly for the windows in which no two values have opposite signs.

    *Conclusion.* What commutes with max-pooling with windows of 2 values is nondecreasing, by the chapter. By 2 it is
    $\alpha t + \beta$. Two convolutions with such a function between them are one convolution: it is no detector.
    """,
    contains=(
        "part 1, also for the constant",
        "from the equation for pairs to additivity",
        "multiples, negative numbers, fractions",
        "the step from rational to real numbers, by monotonicity, and $\\alpha \\ge 0$",
        "Jensen's inequality, or a proof of it",
        "for relu: equality exactly if no two values have opposite signs, both directions",
        "the conclusion by the chapter's statement on max-pooling, and why an affine function is no detector",
    ),
    remark=r"""
    Continuity would do in place of monotonicity in part 2, with the same proof. With neither there are other solutions;
    their existence needs the axiom of choice.
    """,
)
