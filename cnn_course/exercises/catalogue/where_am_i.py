"""A layer that is told where it is."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="a layer that knows where it is",
    chapter="3-1",
    stars=3,
    minutes=25,
    goals=(4, 7),
    statement=r"""
    Beyond the chapter. A convolutional layer for images with $C$ channels is to find cars in pictures from a camera
    that is fixed above a road. Somebody adds two channels to every image, before the layer: one holds the row $i$ of
    each pixel, the other one its column $j$. The layer, with one filter of $3 \times 3$, now has $C + 2$ input
    channels.

    1. Show that its output is that of a layer on the $C$ channels alone with a bias that depends on the position. Which
       biases can be had in this way, and how many free numbers are in them? Compare with a bias of its own for each of
       the $H' W'$ positions.
    2. Let the grid of pixels be unbounded. Does the new layer commute with shifts of the image? Take relu for the
       activation, and suppose that some weight on the $C$ channels is not zero. There is one case in which it does
       although the weights on the new channels are not all zero: which?
    3. Give one task in which you would add these channels, and one in which you would not.
    """,
    hints=(
        "Write down the terms of the sum over c that belong to the two new channels. What do they depend on?",
        "The new channels hold i + k and j + l under the window at (i, j). Sort the result by i, by j and by what is "
        "left.",
        "Which condition on a bias does the chapter prove? The image is shifted, but the two new channels are not.",
    ),
    name="where_am_i",
    answer=r"""
    *1.* Let $v$ and $v'$ be the $3 \times 3$ kernels for the channels of the rows and of the columns. Under the
    window at $(i, j)$ these hold $i + k$ and $j + l$. Their terms are

    $$ \sum_{k, l} v[k, l]\, (i + k) + \sum_{k, l} v'[k, l]\, (j + l) = \alpha i + \beta j + \gamma $$

    with $\alpha = \sum v[k, l]$, $\beta = \sum v'[k, l]$ and $\gamma = \sum (k\, v[k, l] + l\, v'[k, l])$. No value
    of the image occurs in them. So the layer is one on the $C$ channels with the bias $b[i, j] = b + \gamma + \alpha
    i + \beta j$. These are the biases that change linearly with the position, with three free numbers: $\alpha$,
    $\beta$ and $b + \gamma$. Any three can be had, already with kernels of at most one weight that is not zero. There
    are $H' W'$ free numbers if every position has its own bias; in return that bias may be anything, and belongs to one
    size of image.

    *2.* The image is shifted, while the two new channels stay as they are, so the bias stays where it is. By the
    proposition of the chapter, the layer commutes with shifts, on an unbounded grid, if and only if this bias is
    constant: $\alpha = \beta = 0$. This can happen although $v$ and $v'$ are not zero: the weights of each of them have
    to add up to 0. A kernel such as $(-1, 0, 1)$ cannot tell the position on a ramp, which rises by the same amount
    everywhere.

    *3.* I would add them for the camera above the road: cars further away are higher up in the picture and smaller, and
    there are none in the sky. I would not for letters in a scanned text, or for cells under a microscope, where the
    same thing may lie anywhere: the layer could learn where things happened to lie in the examples, and would have to
    unlearn it.
    """,
    contains=(
        "separates the terms of the two new channels, and finds that no value of the image occurs in them",
        r"finds the form $\alpha i + \beta j$ plus a constant, with three free numbers",
        "compares with $H' W'$ numbers, and says what each of the two can do that the other cannot",
        "says that the new channels are not shifted along with the image",
        "uses the proposition: equivariant exactly if the bias is constant",
        "the exception: the weights on each new channel add up to zero",
        "a task in which the position matters, and one in which it does not, each with a reason",
    ),
    remark=r"""
    The idea is known as CoordConv. If the network has a second layer, its outputs may depend on the position in
    more complicated ways: where a bias that changes with the position is very negative, relu switches a detector of the
    first layer off, so that it answers in a part of the image only. Zeros at the border tell a network something about
    the position, too, without anybody having asked for it.
    """,
)
