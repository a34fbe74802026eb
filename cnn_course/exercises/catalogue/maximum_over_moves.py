"""A maximum over a group measures distances between orbits."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="a distance that forgives shifts",
    chapter="2-2",
    stars=3,
    minutes=40,
    goals=(6, 7),
    statement=r"""
    Let $G$ be a finite group of linear maps of $\mathbb{R}^n$ that keep the norm, $\lVert \rho x \rVert = \lVert x
    \rVert$, such as the cyclic shifts of an image. Two images that differ by an element of $G$ are to count as equal,
    so we measure

    $$ d(x, y) = \min_{\rho \in G} \lVert x - \rho y \rVert . $$

    Let $f : \mathbb{R}^n \to \mathbb{R}$ have the Lipschitz constant $L$, and $F(x) = \max_{\rho \in G} f(\rho x)$.
    Prove:

    1. $d(x, y) = d(y, x)$, $d(x, z) \le d(x, y) + d(y, z)$, and $d(x, y) = 0$ if and only if $y = \rho x$ for some
       $\rho \in G$. Moreover $d(\rho x, \kappa y) = d(x, y)$ for all $\rho, \kappa \in G$.
    2. $\lvert F(x) - F(y) \rvert \le L\, d(x, y)$ for all $x$ and $y$.
    3. Conversely: a function $F$ with $\lvert F(x) - F(y) \rvert \le L\, d(x, y)$ for all $x$ and $y$ is invariant
       under $G$, and has the Lipschitz constant $L$.
    4. Let $M$ be a set of such maps that contains the identity and is no group, say the shifts by $0$ and $1$ of
       signals on a circle of 3 positions. Then $F_M(x) = \max_{\rho \in M} f(\rho x)$ still has the Lipschitz constant
       $L$. Show by an example that 2 may fail for it, with $d$ for the group of all three shifts.

    What does a margin of 1 between the two largest of ten such functions say, if all of them have the constant 1?
    """,
    hints=(
        "A map that keeps the norm and is linear keeps distances: the distance of x and rho y is that of the images "
        "under the inverse of rho.",
        "For the triangle inequality take the best element for each of the two distances, and compose them.",
        "For 2 show first that F has the Lipschitz constant L: compare the two maxima at the element that is best for "
        "x. Then use that F is invariant.",
    ),
    name="maximum_over_moves",
    answer=r"""
    The idea: the group moves $y$ to where it is nearest to $x$, at no cost for $F$.

    Each $\rho \in G$ is linear and keeps the norm, so it keeps distances: $\lVert \rho x - \rho y \rVert = \lVert
    \rho (x - y) \rVert = \lVert x - y \rVert$. The minimum exists because $G$ is finite.

    *1.* $\lVert x - \rho y \rVert = \lVert \rho^{-1} x - y \rVert$, and as $\rho$ runs through $G$, so does
    $\rho^{-1}$. Hence $d(x, y) = d(y, x)$. Let $d(x, y) = \lVert x - \rho y \rVert$ and $d(y, z) = \lVert y - \kappa z
    \rVert$. Then

    $$
    \begin{aligned}
    d(x, z) &\le \lVert x - \rho \kappa z \rVert \\
    &\le \lVert x - \rho y \rVert + \lVert \rho y - \rho \kappa z \rVert ,
    \end{aligned}
    $$

    and the last norm is $\lVert y - \kappa z \rVert$. If $d(x, y) = 0$, then $x = \rho y$ for a $\rho \in G$, so $y =
    \rho^{-1} x$. If $y = \rho x$, then $\rho^{-1}$ gives the distance 0. Finally $\lVert \rho x - \gamma \kappa y
    \rVert = \lVert x - \rho^{-1} \gamma \kappa y \rVert$, and $\rho^{-1} \gamma \kappa$ runs through all of $G$ as
    $\gamma$ does: so the two minima are over the same numbers.

    *2.* Let $F(x) = f(\rho x)$. Since $F(y) \ge f(\rho y)$,

    $$
    \begin{aligned}
    F(x) - F(y) &\le f(\rho x) - f(\rho y) \\
    &\le L \lVert \rho x - \rho y \rVert = L \lVert x - y \rVert ,
    \end{aligned}
    $$

    and the same with $x$ and $y$ exchanged. So $F$ has the Lipschitz constant $L$. As $G$ is a group, $F(\rho y) =
    F(y)$ for each $\rho \in G$, and therefore $\lvert F(x) - F(y) \rvert = \lvert F(x) - F(\rho y) \rvert \le L \lVert
    x - \rho y \rVert$. Take the $\rho$ for which the right side is smallest.

    *3.* By 1, $d(x, \rho x) = 0$, so $F(\rho x) = F(x)$. And $d(x, y) \le \lVert x - y \rVert$, since $G$ contains the
    identity.

    *4.* In the proof that $F$ has the constant $L$ only the maximum and the norms were used, and no group. For the
    example let $f(x) = x[0]$, with $L = 1$, and $x = (1, 0, 0)$, with $(S x)[u] = x[u - 1]$. Then $F_M(x) = \max(x[0],
    x[2]) = 1$. For $y = S x = (0, 1, 0)$ it is $\max(y[0], y[2]) = 0$. But $d(x, y) = 0$.

    *Conclusion.* If a class leads by the margin 1 at $x$, each of the ten values changes by at most $d(x, y)$, and a
    difference of two by at most $2\, d(x, y)$. So the class is the same for all $y$ with $d(x, y) < \frac12$: all
    images that after *some* element of the group, whichever it is, lie nearer than $\frac12$ to $x$.
    """,
    contains=(
        "elements of the group keep distances",
        "symmetry by the inverse, the triangle inequality by the composition",
        "distance 0 means the same orbit, in both directions, and that the distance does not change on orbits",
        "the Lipschitz constant of a maximum, with the element that is best for one of the two",
        "invariance, and the minimum on the right side",
        "the converse, with the identity",
        "that 2 fails without a group, by a concrete example, while the Lipschitz constant stays",
        "the radius one half for the margin 1",
    ),
    remark=r"""
    With a circle of $28 \times 28$ positions the maximum takes 784 evaluations of $f$. A network with circular
    convolutions of stride 1 and a maximum over all positions computes all of them at once: that is what a convolutional
    network is good for.
    """,
)
