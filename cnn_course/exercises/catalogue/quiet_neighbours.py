"""A local response normalisation with three mistakes, and a test that sees none: find the bug."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="a test that is too quiet (find the bug)",
    chapter="5-2",
    stars=2,
    minutes=30,
    goals=(6,),
    statement=r"""
    A student writes AlexNet's local response normalisation, for one position, with `a` an array of the answers of $C
    \ge 5$ channels:

    ```python
    def normalise(a, n=5, kappa=2.0, alpha=1e-4, beta=0.75):
        for c in range(len(a)):
            first, last = max(0, c - n // 2), min(len(a), c + n // 2)
            total = kappa + alpha / n * (a[first:last] ** 2).sum()
            a[c] = a[c] / total**beta
        return a
    ```

    The test draws 96 answers from the standard normal distribution and compares with a trusted implementation of the
    definition, `np.allclose(..., rtol=1e-2)`. It passes in every draw that the student tries.

    1. Find the three mistakes, and mend each in one line. (That the array that was passed in is overwritten is a fourth
       thing to mend, but tell which of the three comes from it.)
    2. Why does the test see none of them? Bound by how much the factor $(\kappa + \alpha \sum a[j]^2)^{-\beta}$ can
       differ from $\kappa^{-\beta}$, relatively, if no answer exceeds 5 in modulus.
    3. For each mistake give an array of five small whole numbers, and constants $n$, $\kappa$, $\alpha$, $\beta$, for
       which it *alone* changes the result clearly.
    4. Why would one hardly notice the mistakes in the accuracy of a network that is trained with them?
    """,
    hints=(
        "For n = 5 and c = 10: which channels are in the slice? Which should be?",
        "When the loop comes to channel 7, what stands in a[5] and a[6]?",
        "For 2: the sum has at most five terms of at most 25. For small e, (1 + e) to the power -beta is at least "
        "1 - beta e.",
    ),
    name="quiet_neighbours",
    answer=r"""
    *1.* (a) The slice ends before its second index, so that the channel $c + 2$ is missing: `min(len(a), c + n // 2 +
    1)`. (b) `alpha` is divided by $n$, which the definition does not do: `kappa + alpha * (...)`. (It is right in
    libraries where the constant given is $n$ times that of the paper.) (c) From the second channel on the sums contain
    answers that are normalised already, because the results are written into the array that is still being read: begin
    with `y = a.copy()`, write to `y[c]` and read from `a`. This one comes from overwriting the argument, and the copy
    mends both.

    *2.* The sum in the definition is at most $5 \cdot 25 = 125$, so $\alpha$ times it at most $0.0125$. The factor
    is $\kappa^{-\beta} (1 + e)^{-\beta}$ with $0 \le e \le 0.0125 / 2 = 0.00625$, and $1 - \beta e \le (1 +
    e)^{-\beta} \le 1$. So it differs from $\kappa^{-\beta}$ by at most $0.75 \cdot 0.00625 = 0.0047$, less than
    half a percent. This holds for the wrong sums, too: each mistake leaves terms out, divides the sum by 5, or
    replaces answers by smaller ones, and so the sum only becomes smaller. Both results lie within half a percent of
    $2^{-0.75} a[c]$. The tolerance is one percent. (Standard normal numbers above 5 are very rare.) The test
    compares $2^{-0.75} a$ with itself.

    *3.* Take $\kappa = 1$, $\beta = 1$ and $\alpha = 1$, so that nothing is small. (a) With $n = 3$ and $a = (1, 2, 0,
    0, 0)$ the first result is $1 / (1 + 1 + 4) = \frac16$; without the channel behind it is $1 / 2$. (b) With $n = 3$
    and $a = (1, 0, 0, 0, 0)$ the first result is $\frac12$; with $\alpha / 3$ it is $\frac34$. The slice and the
    overwriting do not matter here. (c) With $n = 3$ and $a = (1, 1, 0, 0, 0)$ the second result is $1 / (1 + 2) =
    \frac13$. Overwritten, $a[0]$ is $\frac13$ already, and it is $1 / (1 + \frac19 + 1) = \frac{9}{19}$.

    *4.* The mistakes change the function that is computed, in training and in evaluation alike. The layers behind learn
    from what they get. Where answers are small all versions are a multiplication by nearly the same number; where
    they are large, they are dampings of somewhat different strength, and none is known to be better. Only if weights
    are taken over from another program, or results are compared with it, does it matter.
    """,
    contains=(
        "the slice that ends one too early, with the mended line",
        "alpha divided by n, and that this is a convention elsewhere",
        "sums over answers that have been overwritten, and that a copy mends it",
        "the bound: a sum of at most 125, a relative difference of at most about half a percent",
        "that the wrong results lie within the same bound, so that the tolerance of one percent sees nothing",
        "for each mistake an example with constants of the size of 1, in which the other two play no part, or one that "
        "is checked with the other two mended",
        "training adapts to the function that is there; taking over weights does not",
    ),
    remark=r"""
    A test must use numbers for which the thing under test has an effect. Constants of the size of 1, and whole
    numbers, do that here; with the constants of a paper, multiply the input by a hundred.
    """,
)
