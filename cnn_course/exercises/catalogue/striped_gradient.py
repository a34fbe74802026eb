"""A chessboard in the gradient of a network that never enlarges anything."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="a chessboard in the gradient",
    chapter="3-4",
    stars=3,
    minutes=25,
    goals=(5, 6),
    statement=r"""
    A network tells apart kinds of birds. Its first layer is a convolution with kernels of $3 \times 3$, stride 2 and no
    padding, and all further ones have stride 1, until the mean over all positions is taken. There is no transposed
    convolution in it. To see on which pixels the answer depends, a student computes the gradient of the score of one
    class in the pixels, and shows its absolute values as an image. Over every photograph lies a regular pattern in
    which rows and columns alternate, also before the network has been trained.

    1. Explain the pattern. Which pixels are bright, and how do the numbers 1, 2 and 4 come in?
    2. The student replaces the first layer's stride by 3, so that its windows lie side by side. Is the
       pattern gone? Say what is certain and what is only likely.
    3. With kernels of $1 \times 1$ and stride 2, what would the gradient look like? Does the network see the whole
       photograph?
    4. Instead of the stride, a max pooling over $2 \times 2$ windows with stride 2 follows a convolution with stride 1.
       Which regularity has the gradient *at the input of the pooling*, and why is it no chessboard of this kind?
    """,
    hints=(
        "How does the gradient get from the output of the first layer to the pixels?",
        "How many windows of the first layer contain a given pixel? Look at even and odd rows and columns.",
        "Let the gradient at the output of the layer be constant. What arrives at a pixel then is a sum of taps.",
        "To which of the four values of a window does max pooling send the gradient?",
    ),
    name="striped_gradient",
    answer=r"""
    *1.* The gradient of a convolution in its input is the transposed convolution of the gradient at its output, with
    the same kernel and stride. So the student looks at the result of a transposed convolution with $k = 3$ and $s = 2$.
    A pixel receives one term for each window (and channel) that it lies in. Away from the border a pixel in an odd row
    and an odd column lies in a single window, in the middle of it; one in an even row and an odd column, or the other
    way round, in 2; and one in an even row and an even column, in a corner of each, in 4. Where the gradient at the
    output is of about the same size everywhere and the taps are of about the same size, more terms make a larger sum,
    in absolute value, on the average. So the pixels with even coordinates tend to be bright. Nothing has been learned
    for that, so it shows in an untrained network as well.

    *2.* Certain is that every pixel that any window reaches now lies in exactly one, so no pixel is favoured by the
    *number* of its terms. But the term of a pixel holds the tap above it. Where the gradient at the output is constant,
    the nine pixels of a block receive the nine taps themselves, summed over the channels, and the next block receives
    the same: a pattern remains that repeats every three pixels, and now it is a picture of the kernels. Likely is that
    these nine sums differ before training as after it; which pixels are bright is left to the weights.

    *3.* Only pixels with even row and even column lie in a window. All others, three of four, have the gradient 0: a
    grid of dots. It is not an artefact, it is the truth: the network does not read the others, and the answer would not
    change if they were painted over.

    *4.* Max pooling sends the gradient of each window to the one value that was the largest (if it is unique). The
    windows do not overlap, so each $2 \times 2$ block has at most one value with a gradient other than zero. This is
    regular, one in each block, but *which* of the four it is depends on the photograph: there is no grid that is the
    same for all photographs. The convolution with stride 1 before it then spreads these values, and every pixel away
    from the border lies in equally many of its windows.
    """,
    contains=(
        "the gradient in the input of a convolution is a transposed convolution with the same kernel and stride",
        "a pixel is in 1, 2 or 4 windows, depending on whether its row and column are even or odd",
        "the pattern comes from the geometry, and is there before training",
        "with windows side by side each pixel has one term, but nine different taps repeat with period 3",
        "with $1 \\times 1$ three quarters of the pixels are never read, and their gradient is really zero",
        "max pooling passes the gradient to one value of each block, which depends on the image",
    ),
    remark=r"""
    The pattern is no error of the program: the gradient is right, and the network is in fact more sensitive to a change
    of a pixel that many windows read. To show which *regions* matter, blur the picture, or average it over blocks of
    $2 \times 2$.
    """,
)
