"""Variations of a network in network: without a relu, in another order."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="variations of a network in network",
    chapter="5-4",
    stars=2,
    minutes=20,
    goals=(2, 1),
    statement=r"""
    A layer of a network in network reads 3 channels: a $5 \times 5$ convolution with 64 filters, a $1 \times 1$
    convolution with 64 and another one with 32, each with a bias and a relu.

    1. Which multilayer perceptron slides here? Give the size of each of its layers, and the number of all parameters.
    2. Somebody forgets the two relus before the last one. To what single layer is the result equal, and how many
       parameters would that have? Is every such single layer possible?
    3. Somebody else puts the two $1 \times 1$ convolutions in front, $3 \to 64 \to 64$, and then the $5 \times 5$
       convolution with 32 filters. May each hidden unit still use the whole $5 \times 5$
       window? Which pattern can the first order find with one hidden unit that a hidden unit of the second order
       cannot see?
    """,
    hints=(
        "What is the input of the MLP, and how many numbers does it have?",
        "For 2, multiply matrices, and ask for the rank of the product.",
        "For 3, which pixels does a channel after the two 1x1 convolutions know?",
    ),
    name="nin_instead",
    answer=r"""
    1. An MLP with $25 \cdot 3 = 75$ inputs, two hidden layers of 64, and 32 outputs. It has
    $64 \cdot 76 + 64 \cdot 65 + 32 \cdot 65 = 4864 + 4160 + 2080 = 11{,}104$ parameters.

    2. Without relus the three layers are one linear map of the window with a constant:
    $W_3 W_2 W_1 v + W_3 (W_2 b_1 + b_2) + b_3$, and then the last relu. That is a $5 \times 5$ convolution with 32
    filters, with $32 \cdot 76 = 2432$ parameters. Every such layer is possible: a $32 \times 75$ matrix has rank at
    most 32, and passes through 64 hidden units without loss; for instance $W_1$ may have the wanted filters in its
    first 32 rows, and $W_2$, $W_3$ hand them on. The other parameters add nothing.

    3. No. Each unit after the two $1 \times 1$ convolutions knows one pixel, its three colours, and nothing of the
    neighbours. Only the last layer looks at the window, linearly, with one relu. It is an MLP at each pixel, and then a
    filter on what it says. An edge, the difference of two neighbouring pixels, is what one hidden unit of the first
    order can find, and it may then be combined with others in a nonlinear way; no hidden unit of the second order sees
    it. In exchange the second order may judge colours in a nonlinear way before they are compared.
    """,
    contains=(
        "75 inputs, 64, 64 and 32 units, 11,104 parameters",
        "without relus one 5x5 convolution with 2,432 parameters, because linear maps compose",
        "every such layer is possible, since 64 is at least 32",
        "with 1x1 first a hidden unit sees one pixel; an edge as an example",
    ),
)
