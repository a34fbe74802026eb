"""A network whose derivative is 0 almost everywhere."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="a network without a slope",
    chapter="2-1",
    stars=2,
    minutes=20,
    goals=(1, 7),
    statement=r"""
    To run on a small chip, a network is *quantised*: each of its layers is followed by the function
    $\sigma(t) = \lfloor 8 t \rfloor / 8$, which rounds down to a multiple of an eighth. A program for automatic
    differentiation reports the Jacobian 0 at every image that it is given. "So the Lipschitz constant is 0 almost
    everywhere, and our network is as stable as can be. An attack by gradients finds nothing, either."

    1. What is right in this, and what is wrong? Which hypothesis of the chapter's theorem fails?
    2. Is the map $L^2$ stable? Consider a single number and $\sigma$ alone.
    3. Show that nevertheless $\lvert \sigma(t) - \sigma(t') \rvert \le \lvert t - t' \rvert + \frac18$ for all $t, t'$.
       What does this give for the outputs of a network in which a linear map with the constant $L_1$, $\sigma$ on
       each of $n$ numbers, and a linear map with the constant $L_2$ follow each other?
    4. Use 3 to certify a class. How large must the margin be to certify anything at all?
    5. Why did the attack by gradients find nothing, and how would you attack?
    """,
    hints=(
        "Where does the function jump, and by how much?",
        "Compare its value at t with t itself.",
        "For n numbers, use the triangle inequality for the vectors t, t' and for the errors of rounding.",
    ),
    name="flat_almost_everywhere",
    answer=r"""
    *1.* The derivative is indeed 0 wherever it exists, which is almost everywhere, and the attack has no gradient to
    follow. But the theorem needs a map that is locally Lipschitz, and $\sigma$ is not even continuous: it jumps at all
    multiples of $\frac18$. From the Jacobian nothing follows.

    *2.* No. For $t = \frac18$ and $t' = \frac18 - \eta$ the outputs are $\frac18$ and 0, and the quotient is
    $\frac{1}{8 \eta}$, as large as one likes. A network that contains $\sigma$ is in general not $L^2$ stable.

    *3.* $\sigma(t) = t - \rho(t)$ with $0 \le \rho(t) < \frac18$. So $\sigma(t) - \sigma(t') = t - t' + \rho(t') -
    \rho(t)$, and the two remainders differ by less than $\frac18$. For vectors of $n$ numbers $\lVert \sigma(t) -
    \sigma(t') \rVert \le \lVert t - t' \rVert + \frac{\sqrt n}{8}$, since each of the $n$ differences of remainders
    has a modulus below $\frac18$. For the network

    $$ \lVert f(x) - f(x') \rVert \le L_2 \bigl( L_1 \lVert x - x' \rVert + \tfrac{\sqrt n}{8} \bigr) . $$

    *4.* As in the chapter, the class is kept while $\sqrt 2\, L_2 (L_1 r + \frac{\sqrt n}{8}) \le \mu$, that is for

    $$ r \le \frac{1}{L_1} \Bigl( \frac{\mu}{\sqrt 2\, L_2} - \frac{\sqrt n}{8} \Bigr) . $$

    This is positive only if $\mu > \sqrt 2\, L_2 \sqrt n / 8$: the rounding alone may cost that much.

    *5.* The gradient is 0, not because the network does not move, but because it moves in jumps. Attack the network
    *before* quantisation, whose slopes are those that the jumps follow on average, and test what is found on the
    quantised one; or use differences over a step that is larger than $\frac18$ instead of derivatives. "Attacks by
    gradient find nothing" is a statement about the attack.
    """,
    contains=(
        "the Jacobian is 0 almost everywhere, and this implies nothing, since the map is not locally Lipschitz",
        "an unbounded quotient at a jump",
        r"the bound with the additional $\frac18$, and $\sqrt n / 8$ for vectors, with proof",
        "a radius with the correction, and the smallest margin that certifies anything",
        "why gradients are of no use here, and an attack that is",
    ),
)
