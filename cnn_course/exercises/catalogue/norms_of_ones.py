"""Three norms of a layer whose weights are all one."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="norms of nine hundred ones",
    chapter="2-1",
    stars=1,
    minutes=10,
    goals=(4, 5),
    statement=r"""
    A layer has 4 input and 9 output channels, kernels of $5 \times 5$ weights, and all its weights are 1. Assign to
    `norms_of_ones` a tuple of three whole numbers:

    - the norm of the weight, written as a matrix with one row for each output channel;
    - the least number that bounds the norm of the layer at stride 1, for images of every size;
    - the same at stride 5.
    """,
    hints=(
        "All rows of the matrix are equal. Which norm has a matrix of rank 1?",
        "Which input does a layer without negative weights enlarge most?",
        "How many windows hold one pixel if the stride is as large as the window?",
    ),
    name="norms_of_ones",
    answer=(30, 150, 30),
    wrong={
        (5, 25, 5): "This is right for one input and one output channel. The nine outputs at a position are equal, "
        "and each of them sums four channels.",
        (10, 50, 10): "This is one output channel, a row of 100 ones. There are nine of them, with equal outputs.",
        (15, 75, 15): "Each of the nine outputs sums over all four input channels: a row of the matrix has 100 ones.",
        (30, 30, 30): "The norm of the matrix is what happens to one window, seen alone. At stride 1 each pixel is "
        "counted in 25 windows: try a large constant image.",
        (30, 150, 150): "At stride 5 each pixel lies in one window only. A constant image of n x n pixels, with four "
        "channels, has the norm 2 n, and n² / 25 positions at which nine outputs are 100.",
        (30, 750, 30): "The norm of the reshaped weight is multiplied by the root of the number of windows that hold a "
        "pixel, and not by that number.",
        (900, 900, 900): "The sum of all weights is no norm: a matrix of ones with 9 rows and 100 columns takes the "
        "vector of ones, of norm 10, to nine entries of 100.",
        (30, 900, 30): "The sum of the moduli is the bound for one channel. With several, constant images have a norm "
        "in which the channels count, too.",
    },
    remark=r"""
    All 9 rows of the matrix are 100 ones, so that it has rank 1 and its Frobenius norm, $\sqrt{900} = 30$. A large
    constant image of $n \times n$ pixels has the norm $\sqrt{4 n^2} = 2 n$, and at stride 1 nearly all of its
    $9 n^2$ outputs are 100: together about $300\, n$, 150 times as much. The entry bound
    $B k^2 \sqrt{C O} = 25 \cdot 6$ says that nothing more can happen. At stride 5 no pixel lies in two windows, and
    the norm is that of the matrix: "dividing by the norm of the reshaped kernel" would be right for this stride.
    """,
)
