"""How many weights each demand leaves free."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="free weights",
    chapter="1-2",
    stars=1,
    minutes=5,
    statement=r"""
    A layer takes periodic images of $6 \times 6$ pixels to images of $6 \times 6$ pixels. How many numbers can be
    chosen freely, if one demands of it one thing after the other? Set `free_weights` to four numbers:

    1. it is linear;
    2. it also commutes with all cyclic shifts, along rows and along columns;
    3. moreover an output depends only on the $3 \times 3$ pixels around its place;
    4. moreover it commutes with turning the image by 90 degrees, and with mirroring it.
    """,
    name="free_weights",
    answer=(1296, 36, 9, 3),
    wrong={
        (36, 36, 9, 3): "The first is wrong. Each of the 36 outputs may depend on each of the 36 inputs.",
        (72, 36, 9, 3): "The first is wrong. Each of the 36 outputs has its own weight for each of the 36 inputs: the "
        "numbers are multiplied.",
        (1296, 6, 9, 3): "The second is wrong. The image has two axes; the response to one impulse is a whole image.",
        (1296, 12, 9, 3): "The second is wrong. The response to one impulse is a whole image, any image: it need not "
        "be a column times a row.",
        (1296, 71, 9, 3): "The second is wrong. 71 is what Toeplitz matrices of this size have: each diagonal free. "
        "The shifts are cyclic: what leaves on the right comes in on the left, and diagonals belong together.",
        (
            1296,
            1,
            9,
            3,
        ): "The second is wrong. One question to the layer is enough, but its answer, the response to one "
        "impulse, is an image.",
        (1296, 36, 3, 3): "The third is wrong. A kernel of 3 x 3 has a number for each of its places.",
        (1296, 36, 9, 9): "The last is wrong. A turn takes the upper left corner of the kernel to the upper right one: "
        "their weights have to be equal.",
        (1296, 36, 9, 1): "The last is wrong. A turn takes a corner to a corner, and never to the middle: not all nine "
        "weights have to be equal.",
        (1296, 36, 9, 2): "The last is wrong. Corners go to corners, and the middle stays. What happens to the four "
        "places between two corners?",
        (1296, 36, 9, 4): "The last is wrong. With mirrors at the two axes there are four. A turn by 90 degrees takes "
        "the place above the middle to a place beside it.",
        (1296, 36, 9, 6): "The last is wrong. Six are left by one mirror. There are turns, too.",
    },
    hints=(
        "The first is the number of entries of a matrix with 36 rows and 36 columns.",
        "For the second: the response to the impulse at one pixel determines the layer. What is free in it?",
        "For the last: which of the nine places of the kernel are taken to each other by turns and mirrors?",
    ),
    remark=r"""
    A matrix of $36 \times 36$; then a kernel as large as the image; then a kernel of $3 \times 3$. It commutes with
    turns and mirrors if and only if it is its own image under them. The nine places fall into three classes: the
    middle, the four corners, and the four places between them.
    """,
)
