"""The weights of a dense, a locally connected and a shared layer."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="three layers and their weights",
    chapter="1-4",
    stars=1,
    minutes=5,
    goals=(4, 5),
    statement=r"""
    The input is an image of $10 \times 12$ pixels. The output has one value for each position at which a window of
    $3 \times 5$ pixels lies entirely on the image. There is no bias.

    Set `count_weights` to four numbers: how many weights the layer has if it is fully connected; if it is locally
    connected, so that each output has weights of its own, for its window only; if it is convolutional; and if all
    that is asked of its matrix, which has a row for each output and a column for each pixel, is that it be a Toeplitz
    matrix.
    """,
    name="count_weights",
    answer=(7680, 960, 15, 183),
    wrong={
        (
            14400,
            1800,
            15,
            239,
        ): "This is a layer with as many outputs as inputs. How many positions has a window of 3 rows "
        "on 10 rows, if it may not reach over the edge?",
        (
            23040,
            2880,
            15,
            311,
        ): "These are the outputs of mode full, in which the window may hang over the edge. Here it "
        "lies entirely on the image.",
        (5880, 735, 15, 168): "There is one position more on each axis. A window as high as the image would have one "
        "position, not none: n - m + 1.",
        (7680, 960, 960, 183): "The others are right. 960 is the number of multiplications of the third layer. Its "
        "outputs share their weights: how many different numbers are there?",
        (7680, 15, 15, 183): "The others are right. In the locally connected layer the weights are not shared: "
        "each output has a set of its own.",
        (7680, 1800, 15, 183): "The others are right. Each output has a window of its own, not each input.",
        (7680, 960, 1, 183): "The others are right. The outputs share one set of weights, and such a set is a whole "
        "kernel.",
        (7680, 960, 64, 183): "The others are right. 64 is the number of outputs; what they share is one kernel.",
        (
            7680,
            960,
            120,
            183,
        ): "The others are right. 120 is the number of inputs; what the outputs share is one kernel.",
        (
            7680,
            960,
            15,
            184,
        ): "The first three are right. In the last one the diagonal through the corner has been counted "
        "twice: the first column has 64 entries and the first row 120, and one entry is in both.",
        (
            7680,
            960,
            15,
            64,
        ): "The first three are right. 64 diagonals begin in the first column; others begin in the first row.",
        (
            7680,
            960,
            15,
            120,
        ): "The first three are right. 120 diagonals begin in the first row; others begin in the first column.",
        (
            7680,
            960,
            15,
            15,
        ): "The first three are right. A Toeplitz matrix need not belong to a layer: it has one number "
        "for each of its diagonals.",
        (
            7680,
            960,
            15,
            21,
        ): "The first three are right. 21 is 10 + 12 - 1. The diagonals meant are those of the matrix, "
        "which has 64 rows and 120 columns.",
    },
    hints=(
        "How many outputs are there? Count the positions of the window along each axis.",
        "Each output of the first layer has a weight for every pixel, each output of the second one for its window.",
        "A Toeplitz matrix has one number for each diagonal, and each diagonal begins in the first column or row.",
    ),
    remark=r"""
    There are $(10 - 3 + 1)(12 - 5 + 1) = 64$ outputs. Fully connected, each has $10 \cdot 12 = 120$ weights, 7680 in
    all. Locally connected, each has 15, one for each pixel of its window: 960. Shared, there is one set of 15. These
    two layers multiply equally often, if every output is computed by itself. A Toeplitz matrix with 64 rows and 120
    columns has $64 + 120 - 1 = 183$ diagonals. The convolutional layer is none of these matrices: where its window
    jumps back to the left edge, a diagonal breaks.
    """,
)
