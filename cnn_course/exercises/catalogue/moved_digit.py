"""A network that is said to be invariant, part by part."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="a moved digit",
    chapter="1-2",
    stars=2,
    minutes=25,
    goals=(1, 5, 6),
    statement=r"""
    A network for images of $32 \times 32$ pixels has these parts, one after the other: a convolution ($3 \times 3$,
    same padding, a bias for each channel), relu, max-pooling over windows of $2 \times 2$ pixels with stride 2; the
    same three once more, with other weights; at last all values that are left are written into one vector, which is
    multiplied by a matrix with ten rows. "It is a convolutional network," says a fellow student, "so it is invariant: a
    moved digit gets the same ten scores."

    1. Go through the parts. What does each of them do with a shifted image?
    2. Change as few parts as you can, so that the ten scores are *exactly* invariant under all cyclic shifts of the
       image. Prove that they are.
    3. Name a task that the first network can learn and yours cannot.
    """,
    hints=(
        "Is equivariant or invariant the word for what the first layers do? And which kind of shift do they respect?",
        "Each value of the long vector belongs to a position. What happens to it when the feature maps move?",
        "For the second question three kinds of things have to go: what happens at the borders, what the strides skip, "
        "and what the matrix reads.",
    ),
    name="moved_digit",
    answer=r"""
    *1.* The convolutions would be equivariant on an unbounded grid; with same padding they are so only away from the
    border, and the second one has a wider border region than the first. A bias for each channel is the same at all
    positions, and does no harm; nor does relu. Each pooling with stride 2 passes on only shifts by even numbers of its
    own input. After both, a shift of the image by a multiple of 4 pixels is a shift of the feature maps by a quarter of
    it; other shifts give other numbers. So at best the feature maps *move along*. This is equivariance, and invariance
    has not even begun. The matrix destroys what is left: it has a weight of its own for each position, so a moved
    feature map gets other scores.

    *2.* Pad circularly. Pool with stride 1, the windows counted cyclically. Replace the long vector by one number for
    each channel, its maximum or its mean over all positions, and give these to a matrix with ten rows. Proof:
    circular convolution, adding a constant, relu and the maximum over a window at each position commute with all cyclic
    shifts, hence so does their chain. The maximum or mean over all positions does not depend on the order of the
    values, so it is invariant, and whatever is computed from invariant numbers is invariant. (It is also possible to
    keep all parts, and to average the ten scores over all $32^2$ cyclic shifts of the image. That takes $1024$ times
    as long.)

    *3.* For instance to say whether the digit stands in the left half of the image or in the right one. Two images
    that are cyclic shifts of each other get the same scores.
    """,
    contains=(
        "equivariant for the first layers, in place of invariant, and what invariant would mean",
        "the border: the rule holds only where no window reaches beyond the image",
        "the strides: multiples of 2 after the first, of 4 after the second",
        "no blame for bias and relu",
        "the matrix, which has weights of its own for each position",
        "for the new network: each part commutes with cyclic shifts, the chain does, and pooling over all positions "
        "makes it invariant",
        "a task that asks where something is",
    ),
)
