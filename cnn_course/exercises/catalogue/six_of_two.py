"""Why not six kernels of 2 x 2?"""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="smaller still",
    chapter="5-3",
    stars=2,
    minutes=25,
    goals=(2, 3, 4),
    statement=r"""
    If three kernels of $3 \times 3$ are better than one of $7 \times 7$, should one not go on? Somebody proposes *six*
    layers with kernels of $2 \times 2$ in place of three of $3 \times 3$, all from $C$ to $C$ channels, stride 1, with
    biases and with a relu behind each.

    1. Compare the two stacks: receptive field, weights and biases, multiply-accumulates on a map of $n \times n$ whose
       size is kept, and the numbers that training must hold.
    2. Say what is awkward about kernels with an even side in such a stack, and how one could help oneself.
    3. Why is the answer to "which is better?" not in these numbers? Describe an experiment that could decide it: what
       is held fixed, what is measured, how often, and what would make you say "no difference".
    """,
    hints=(
        "For 1, how much does a layer with a kernel of k add to the field? How many maps are there?",
        "For 2, where is the middle of a window of two pixels?",
        "For 3, with how many random seeds would you trust a difference of half a per cent?",
    ),
    name="six_of_two",
    answer=r"""
    *1.* Each layer adds $k - 1$ to the field: $1 + 6 \cdot 1 = 7 = 1 + 3 \cdot 2$. The fields are equal. Six layers of
    $2 \times 2$ have $24 C^2 + 6 C$ parameters, three of $3 \times 3$ have $27 C^2 + 3 C$: for more than one channel
    the six have less, by a ninth if $C$ is large. The multiply-accumulates are $24 C^2 n^2$ and $27 C^2 n^2$. But six
    maps have to be held for the way back instead of three, $6 C n^2$ numbers instead of $3 C n^2$ (twice as much in
    both if the relu keeps an output of its own), and the six layers can only be computed one after the other. What is
    saved in weights is small, and what is paid in memory is a factor of 2.

    *2.* A window of two pixels has its middle between them. To keep the size, one zero is added on one side only, and
    each layer moves the picture by half a pixel, in the same direction: after six layers by three pixels. One can add
    the zero before and after alternately, so that the shifts cancel in pairs, or add none in one layer and one on both
    sides in the next, whose sizes are $n - 1$ and $n$. Both work, but one has to think of it in every layer that is to
    be joined with another, for instance in a sum of two branches. $3 \times 3$ is the smallest kernel that has a middle
    and sees all neighbours of a pixel.

    *3.* Field, weights and work say what a network costs, not what it learns. Whether six relus with fewer weights
    between them classify better depends on the data, on the training, and on the initial weights. An experiment: two
    networks that differ in these layers only, with the same number of channels (so that the field and all other layers
    are equal), the same data, the same number of epochs, and initial weights that suit each depth. The learning rate
    is chosen for each of the two on validation images, with equally many attempts. One measures the error on test
    images that took no part in any choice, for at least five to ten seeds each, and states mean and scatter. If the
    difference of the means is not clearly larger than its standard error, the answer is "no difference that this
    experiment can see", which is not "no difference".
    """,
    contains=(
        "equal fields: 7 and 7",
        "$24 C^2 + 6 C$ against $27 C^2 + 3 C$, and the same ratio of the work",
        "twice as many maps to hold",
        "the middle between two pixels, a drift of half a pixel for each layer, and a remedy",
        "costs do not say what is learned",
        "an experiment in which one thing differs, several seeds, the learning rate chosen fairly, test images kept "
        "apart, and a scatter",
    ),
)
