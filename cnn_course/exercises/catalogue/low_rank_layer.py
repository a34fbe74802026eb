"""Which layers can be computed through few channels: a question of rank."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="layers that pass through few channels",
    chapter="5-4",
    stars=3,
    minutes=30,
    goals=(1, 3, 4),
    statement=r"""
    A convolution $K$ without a bias has $O$ filters on $C$ channels and windows with $k^2$ taps, the weights
    $w[o, c, v]$, stride 1 and no padding. Write its weights as a matrix $M$ with $O k^2$ rows and $C$ columns,
    $M[(o, v), c] = w[o, c, v]$.

    1. Prove: there are a $1 \times 1$ convolution with $m$ filters and a convolution with the windows of $K$ on $m$
       channels, both without biases and with nothing between them, which one after the other compute $K$ for every
       image, if and only if $M$ has rank at most $m$.
    2. Conclude that $m = \min(C, O k^2)$ is always enough. For which of the layers $3 \times 3$, $C = 64$, $O = 5$ and
       $O = 64$ is a smaller $m$ than $C$ always enough?
    3. What does the statement say about images, in contrast to the theorem on the best reduction?
    """,
    hints=(
        "What are the weights of the two layers together? Write them as a product of two matrices.",
        "Two convolutions that agree on every image have the same weights: try images with a single 1.",
        "A matrix has rank at most m exactly if it is a product of a matrix with m columns and one with m rows.",
    ),
    name="low_rank_layer",
    answer=r"""
    *The weights of both together.* Let $R$ be the $m \times C$ matrix of the $1 \times 1$ convolution, and $a[o, j, v]$
    the weights of the second layer. For an image $x$,

    $$
    \begin{aligned}
    & \sum_{j, v} a[o, j, v] \sum_c R[j, c]\, x[c, u + v] \\
    &= \sum_{c, v} \Bigl( \sum_j a[o, j, v]\, R[j, c] \Bigr) x[c, u + v] .
    \end{aligned}
    $$

    So together they are the convolution with the weights $\sum_j a[o, j, v]\, R[j, c]$. With the matrix
    $A[(o, v), j] = a[o, j, v]$ these are the entries of $A R$.

    *1.* Two convolutions with the same windows are equal for every image if and only if their weights are equal:
    for the image that is 1 in channel $c$ at the position $v$, and 0 elsewhere, the output at $u = 0$ is
    $w[o, c, v]$. Hence the two layers compute $K$ if and only if $M = A R$. If this holds, every column of $M$ is a
    combination of the $m$ columns of $A$, so the rank is at most $m$. Conversely let $M$ have rank $r \le m$.
    Choose a basis of the space of its columns as the first $r$ columns of $A$, and zeros as the others; let column
    $c$ of $R$ hold the coefficients of column $c$ of $M$. Then $M = A R$, and the entries of $A$ are the weights of
    the second layer.

    *2.* The rank of $M$ is at most its number of columns and of rows, $C$ and $O k^2$. For $O = 5$ there are
    $5 \cdot 9 = 45$ rows, so $m = 45 < 64$ is always enough. For $O = 64$ there are 576 rows, and $M$ may have rank 64:
    no smaller $m$ is enough for all such layers, by part 1.

    *3.* It speaks of all images at once and of no error: the rank of the *weights* counts. The theorem on the best
    reduction speaks of the pixels that one has, and allows an error. A layer of full rank may still be replaced with a
    small error on real images, if their channels are nearly dependent.
    """,
    contains=(
        "the weights of both layers together are the product $A R$",
        "equality for all images means equality of the weights, shown by images with a single 1",
        "both directions of the statement on the rank, with zeros for the columns that are not needed",
        "45 for $O = 5$, and nothing smaller than 64 for $O = 64$",
        "the rank of weights, exact and for all images, against the singular values of given pixels",
    ),
)
