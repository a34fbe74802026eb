"""Three norms of a kernel of ones."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="norms of twenty-five ones",
    chapter="2-1",
    stars=1,
    minutes=10,
    goals=(4, 5),
    statement=r"""
    A layer with one input and one output channel has a kernel of $5 \times 5$ ones. Assign to `norms_of_ones` a tuple
    of three whole numbers:

    - the norm of the kernel, written as a matrix with one row;
    - the least number that bounds the norm of the layer at stride 1, for images of every size;
    - the same at stride 5.
    """,
    hints=(
        "A matrix with one row has the norm of that row.",
        "Which input does a kernel without negative weights enlarge most?",
        "How many windows hold one pixel if the stride is as large as the window?",
    ),
    name="norms_of_ones",
    answer=(5, 25, 5),
    wrong={
        (25, 25, 25): "A matrix with one row of 25 ones maps x to the sum of its entries; its norm is the Euclidean "
        "norm of the row. And at stride 5 no pixel lies in two windows.",
        (
            5,
            5,
            5,
        ): "The norm of the matrix is what happens to one window, seen alone. At stride 1 each pixel is counted "
        "in 25 windows: try a large constant image.",
        (5, 25, 25): "At stride 5 each pixel lies in one window only. A constant image of n x n pixels has the norm "
        "n, and n² / 25 outputs of 25.",
        (5, 25, 1): "One window over a pixel means that the bound is the norm of the kernel itself, and not 1: "
        "an image of 5 x 5 ones has the norm 5, and the output 25.",
        (25, 25, 5): "The first is not the sum of the weights but the norm of the row of 25 ones.",
        (5, 125, 5): "The norm of the reshaped kernel is multiplied by the root of the number of windows that hold a "
        "pixel, and not by that number.",
    },
    remark=r"""
    With $5 \times 5$ ones, each output is the sum of a window. A large constant image is multiplied by 25 at stride 1,
    and the sum of the moduli of the weights says that nothing more can happen. At stride 5 the windows lie side by
    side: the outputs are the sums of disjoint sets of pixels, and by the Cauchy-Schwarz inequality each is at most
    5 times the norm of its window. "Dividing by the norm of the reshaped kernel" would be right for this stride.
    """,
)
