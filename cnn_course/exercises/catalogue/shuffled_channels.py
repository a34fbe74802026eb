"""A channel shuffle whose backward pass is the shuffle itself: two checks, and neither sees it."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="two checks that saw nothing (find the bug)",
    chapter="4-2",
    stars=2,
    minutes=30,
    goals=(5, 6),
    statement=r"""
    After a grouped convolution the channels are to be mixed, so that the next grouped convolution reads from all
    groups. The $C$ channels are written into a table with $G$ rows, `groups`, and $C / G$ columns, row by row, and are
    read from it column by column. A student writes

    ```python
    def shuffle(x, groups):
        n, c, h, w = x.shape
        table = x.reshape(n, groups, c // groups, h, w)
        return table.swapaxes(1, 2).reshape(n, c, h, w)

    def shuffle_backward(g, groups):
        return shuffle(g, groups)
    ```

    and checks it twice, in float64. The first check has $C = 6$, $G = 2$ and the sum of all outputs as loss. It
    compares every entry of the gradient with a central difference: they agree to ten digits. The second check is
    `gradient_check`, with a random upstream gradient, for $C = 4$ and $G = 2$. It reports an error of $10^{-10}$. In a
    network with $C = 6$ the layers in front of the shuffle learn badly.

    1. What should `shuffle_backward` be? One line is enough.
    2. Why does the first check accept the wrong one? Which other backward passes would it accept?
    3. Why does the second check accept it, and for which $C$ and $G$ is the wrong pass right?
    4. Name a check with as few channels as possible that finds the mistake, and say why it does.
    """,
    hints=(
        "A shuffle moves numbers and changes none of them. Where must the number at each position go back to?",
        "For the first check: what does a shuffle do to an array of ones?",
        "Reading a table with G rows column by column is the same as transposing it. What is the shape of the "
        "transposed table, and when does the same function transpose it back?",
    ),
    name="shuffled_channels",
    answer=r"""
    *1.* The shuffle is a permutation, and its matrix has the transpose as inverse: the gradient goes back where the
    numbers came from. Write $m = C / G$. The shuffle transposes a table with $G$ rows and $m$ columns. To transpose it
    back one has to start from a table with $m$ rows: `return shuffle(g, g.shape[1] // groups)`.

    *2.* With the sum of the outputs as loss, all numbers of $g$ are 1. Every permutation of ones is ones again, and
    ones are the right answer, because each input has one output to which it contributes with the factor 1. So the check
    accepts every backward pass that moves numbers to other positions, one number for each position: no shuffle at all,
    the channels in reverse, even a permutation of images or pixels. In general it accepts all matrices with the right
    column sums. That it compares all entries does not help, for all of them are 1.

    *3.* For $C = 4$ and $G = 2$ the table is square, and to transpose it twice is to do nothing. So the shuffle is its
    own inverse, and the wrong pass is right; the check tells the truth, about a special case. The channel
    $k = a m + b$, $0 \le a < G$, $0 \le b < m$, goes to $b\, G + a$. If $G = m$, this exchanges $a$ and $b$, and a
    second shuffle exchanges them back. If $G = 1$ or $m = 1$, the table is a single row or column, and nothing moves.
    In all other cases the wrong pass is wrong. The channel $k = 1$, with $a = 0$ and $b = 1$, goes to $G$. If the
    shuffle were its own inverse, it would send $G$ to 1. For $G < m$, the channel $G$ has $a = 0$ and $b = G$, and goes
    to $G^2 \ne 1$. For $G > m$, let $G = a m + b$; it goes to $b\, G + a$, which is 1 only for $b = 0$ and $a = 1$ (as
    $G \ge 2$), that is for $G = m$.

    *4.* Six channels, with $G = 2$ or 3, and a random $g$: four channels allow $G = 1, 2, 4$ only, and with fewer
    channels, or five, $G$ or $m$ is 1. For $G = 2$, $m = 3$ the shuffle gives the channels $0, 3, 1, 4, 2, 5$, and
    twice it gives $0, 4, 3, 2, 1, 5$. A random $g$ has almost surely no two equal numbers, so that four channels of the
    gradient are wrong. `gradient_check` finds it with probability 1, and with so few numbers also in practice.
    """,
    contains=(
        "the inverse permutation, a shuffle with $C / G$ groups",
        "ones look alike in every order, so that the first check accepts every permutation",
        "more generally, that only the column sums are seen",
        "a square table: transposing twice is the identity, so that for $C = 4$, $G = 2$ the pass is right",
        "right exactly for $G = 1$, $G = C$ and $G = C / G$, with a reason",
        "six channels with 2 or 3 groups, and a random upstream gradient",
    ),
    remark=r"""
    The second check was strict in everything but the shape. Sizes that are equal by accident, here the two
    sides of the table, are the most common way to fool a strict check.
    """,
)
