"""When a layer of logits is a layer of distances from codes."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="every layer of logits has codes",
    chapter="5-1",
    stars=3,
    minutes=35,
    goals=(4,),
    statement=r"""
    The chapter turns distances into logits. What about the way back? Let $z_i(x) = \langle w_i, x \rangle + b_i$ for
    $i = 1, \dots, K$ be the logits of a linear layer on $\mathbb{R}^m$, and let $\tau > 0$ be given. We say that codes
    $\gamma_1, \dots, \gamma_K$ *represent* the layer if for all $x$

    $$
    \operatorname{softmax}(z(x)) = \operatorname{softmax}\Bigl( - \frac{1}{2 \tau^2} d(x) \Bigr) ,
    \qquad d_i(x) = \lVert x - \gamma_i \rVert^2 .
    $$

    1. Prove that two vectors $z, z' \in \mathbb{R}^K$ have the same softmax if and only if $z - z'$ has equal entries.
    2. Prove: $\gamma_1, \dots, \gamma_K$ represent the layer if and only if there are $v \in \mathbb{R}^m$ and
       $e \in \mathbb{R}$ with $\gamma_i = \tau^2 (w_i + v)$ and
       $b_i + \frac{\tau^2}{2} \lVert w_i + v \rVert^2 = e$ for all $i$.
    3. Conclude that there are such codes whenever the vectors $w_2 - w_1, \dots, w_K - w_1$ are linearly independent.
    4. Give a layer with $m = 1$ and $K = 3$ that no codes represent, and one that codes represent although its weights
       are not as in 3.
    5. The last layer of LeNet-5 as it is built today has $m = 84$ and $K = 10$. Does it have codes? What can be said
       about their norms?
    """,
    hints=(
        "For 1: take logarithms of the quotients of two entries.",
        "For 2: two affine functions of x that differ by the same amount for all i. Compare their linear parts first.",
        "For 3: subtract the equation for i = 1 from the others. In v they are linear, as the squares of v cancel.",
        "For 4: with m = 1 the condition is about three points and a parabola.",
    ),
    name="every_layer_has_codes",
    answer=r"""
    *1.* If $z_i = z'_i + c$ for all $i$, numerator and denominator of each entry have the common factor $e^c$, which
    cancels. Conversely, if $p_i = e^{z_i} / S = e^{z'_i} / S'$ with the sums $S, S' > 0$, then
    $z_i - z'_i = \log S - \log S'$, which is the same for all $i$.

    *2.* The idea: by 1, two affine functions may differ only by one that all classes share. Expand
    $- \frac{1}{2 \tau^2} d_i(x) = \frac{1}{\tau^2} \langle \gamma_i, x \rangle - \frac{1}{2 \tau^2}
    \lVert \gamma_i \rVert^2 - \frac{1}{2 \tau^2} \lVert x \rVert^2$. The last term is shared. By 1 the codes represent
    the layer if and only if for all $x$ the number

    $$
    \Bigl\langle \frac{\gamma_i}{\tau^2} - w_i ,\, x \Bigr\rangle - \frac{\lVert \gamma_i \rVert^2}{2 \tau^2} - b_i
    $$

    is the same for all $i$. For $x = 0$ this says that $\frac{1}{2 \tau^2} \lVert \gamma_i \rVert^2 + b_i$ is a number
    $e$ that does not depend on $i$. What is left is that $\langle \gamma_i / \tau^2 - w_i, x \rangle$ is the same for
    all $i$ and every $x$; taking unit vectors for $x$, that $\gamma_i / \tau^2 - w_i$ is one vector $v$ for all $i$.
    So $\gamma_i = \tau^2 (w_i + v)$, and $\frac{1}{2 \tau^2} \lVert \gamma_i \rVert^2 = \frac{\tau^2}{2}
    \lVert w_i + v \rVert^2$. All steps can be read backwards.

    *3.* Given $v$, the number $e$ exists if and only if $b_i + \frac{\tau^2}{2} \lVert w_i + v \rVert^2$ is the same
    for $i = 1$ and for each $i \ge 2$. As $\lVert w_i + v \rVert^2 = \lVert w_i \rVert^2 + 2 \langle w_i, v \rangle +
    \lVert v \rVert^2$, the squares of $v$ cancel in the difference, and this is

    $$
    \tau^2 \langle w_i - w_1, v \rangle = b_1 - b_i + \frac{\tau^2}{2} \bigl( \lVert w_1 \rVert^2 - \lVert w_i
    \rVert^2 \bigr) , \qquad i = 2, \dots, K .
    $$

    These are $K - 1$ linear equations for $v$, with linearly independent rows. Such a system has a solution for every
    right-hand side.

    *4.* Take $\tau = 1$, $m = 1$, $w = (-1, 0, 1)$. The equations of 3 are $v = b_1 - b_2 + \frac12$ and
    $2 v = b_1 - b_3$. They have a solution if and only if $2 b_1 - 2 b_2 + 1 = b_1 - b_3$, that is,
    $b_1 - 2 b_2 + b_3 = -1$. For $b = (0, 0, 0)$ there is none: no codes represent this layer. For $b = (0, \frac12,
    0)$ there is the solution $v = 0$, with the codes $-1, 0, 1$. (For another $\tau$ the condition is
    $b_1 - 2 b_2 + b_3 = -\tau^2$, and $b = 0$ never satisfies it.)

    *5.* It has codes if the nine differences of its weights are linearly independent in $\mathbb{R}^{84}$. For random
    weights this holds with probability 1, and one checks it for trained ones by the rank. For $K - 1 < m$ there is a
    whole affine space of solutions $v$, so that the codes are not unique. By 2 the norms satisfy
    $\lVert \gamma_i \rVert^2 = 2 \tau^2 (e - b_i)$: they are equal if and only if all biases are.
    """,
    contains=(
        "1 in both directions",
        "2: the term that all classes share is left out, and the linear and the constant parts are compared",
        "2 also in the direction from $v$ and $e$ to the softmax",
        "3: the squares of $v$ cancel; linear equations with independent rows",
        "4: a layer without codes and one with, both checked",
        "5: the rank of nine vectors in 84 dimensions; the norms are equal if and only if the biases are",
    ),
    remark=r"""
    So the step from codes to logits has lost nothing that a softmax can express. On the way back there are codes
    as long as the $K - 1$ differences of the weights are linearly independent, which needs $m \ge K - 1$; many features
    alone are not enough. What logits have gained is that the codes are learned; what they have lost is the distance
    itself, which says whether an image fits any class at all.
    """,
)
