"""Layers with channels, and layers that commute with even shifts only."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="channels and even shifts",
    chapter="1-2",
    stars=2,
    minutes=30,
    goals=(2,),
    statement=r"""
    1. A layer takes $C$ finitely supported sequences $f_1, \dots, f_C$, its *channels*, to $O$ sequences. A shift moves
       all channels by the same step. Prove: the layer is linear and equivariant if and only if there are $O \cdot C$
       sequences $h_{o c}$ such that its output number $o$ is $\sum_{c = 1}^{C} f_c * h_{o c}$.
    2. A map $T$ of one sequence to one sequence is linear on $c_{00}$, and commutes with the shifts by *even* steps.
       About how many impulses do you have to ask, to know it on all of $c_{00}$? Prove it, and give such a map that is
       not a convolution.
    """,
    hints=(
        "For the first part, let all channels but one be zero, and look at one output only. Which theorem applies?",
        "Then put the channels together again. Which of the two properties of the layer allows it?",
        "For the second part, which impulses are even shifts of each other?",
    ),
    name="channels",
    answer=r"""
    *1.* For a sequence $f$ let $J_c f$ have $f$ in channel $c$, and zeros in all others. $J_c$ is linear and commutes
    with shifts. Let $T_{o c} f$ be the output number $o$ of the layer for the input $J_c f$. If the layer is linear and
    equivariant, $T_{o c}$ is so too, as a chain of such maps. By the theorem $T_{o c} f = f * h_{o c}$, with the
    output number $o$ to an impulse in channel $c$ for $h_{o c}$. The input is $\sum_c J_c f_c$, so by linearity the
    output number $o$ is $\sum_c T_{o c} f_c = \sum_c f_c * h_{o c}$.

    Conversely $f_c \mapsto f_c * h_{o c}$ is linear and equivariant by the theorem, and so are the sums over $c$; a
    shift moves all outputs by the same step.

    *2.* About two: $h_0 = T \delta$ and $h_1 = T S_1 \delta$. For even $t$ the impulse $S_t \delta$ is an even shift of
    $\delta$, and for odd $t$ it is $S_{t - 1} S_1 \delta$, an even shift of $S_1 \delta$. By linearity, which allows
    finite sums,

    $$ T f = \sum_{t \text{ even}} f[t]\, S_t h_0 + \sum_{t \text{ odd}} f[t]\, S_{t - 1} h_1 . $$

    One is not enough. Let $T f$ be $f$ at the even positions, and 0 at the odd ones. This map is linear and commutes
    with even shifts. Its answer to $\delta$ is $\delta$, like that of the identity, but its answer to $S_1 \delta$ is
    0. It is not a convolution either: it would have to be the one with $T \delta = \delta$.
    """,
    contains=(
        "each pair of channels by itself: linear and equivariant, so the theorem applies",
        "linearity, to put the channels together again",
        "the converse in part 1",
        "in part 2 that every impulse is an even shift of one of two, and the sum that follows",
        "an example that shows that one impulse is not enough, and why it is not a convolution",
    ),
)
