"""How many weights each demand leaves free."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="free weights",
    chapter="1-2",
    stars=2,
    minutes=20,
    goals=(3, 6),
    statement=r"""
    A linear layer takes periodic images of $6 \times 6$ pixels to images of $6 \times 6$ pixels. How many numbers can
    be chosen freely, if one demands of it one thing after the other? Set `free_weights` to four numbers:

    1. it commutes with the cyclic shifts that move an image to the right or to the left;
    2. it also commutes with the cyclic shifts that move an image up or down;
    3. moreover an output depends only on the $3 \times 3$ pixels around its position, and every image of constant
       brightness gives 0 everywhere;
    4. moreover it commutes with turning the image by 90 degrees, and with mirroring it.
    """,
    name="free_weights",
    answer=(216, 36, 8, 2),
    wrong={
        (1296, 36, 8, 2): "The first is wrong. A matrix with 36 rows and columns has that many entries, if nothing is "
        "asked of it. Shifts to the right tie together the columns that belong to one row of the image.",
        (36, 36, 8, 2): "The first is wrong. An impulse in row 0 and one in row 1 may have answers that are not shifts "
        "of each other: nothing has been said about moving up or down. How many answers may be chosen?",
        (6, 36, 8, 2): "The first is wrong. The answer to one impulse is a whole image of 36 pixels. And for which "
        "impulses may the answer be chosen?",
        (216, 6, 8, 2): "The second is wrong. The image has two axes; the answer to one impulse is a whole image.",
        (216, 12, 8, 2): "The second is wrong. The answer to one impulse is a whole image, any image: it need not be a "
        "column times a row.",
        (216, 1, 8, 2): "The second is wrong. One question to the layer is enough, but its answer is an image.",
        (216, 36, 9, 3): "In the third the 3 x 3 pixels leave nine numbers, but a constant image must give 0: that is "
        "one equation for the nine. It also counts for the fourth.",
        (216, 36, 9, 2): "The third is wrong. 3 x 3 pixels leave nine numbers, but a constant image must give 0: one "
        "equation for the nine.",
        (216, 36, 0, 0): "The third is wrong. A constant image gives its brightness times the sum of the nine weights. "
        "They may cancel without being 0.",
        (216, 36, 8, 3): "The last is wrong. Turns and mirrors leave three classes of weights; the demand about "
        "constant images still holds.",
        (216, 36, 8, 8): "The last is wrong. A turn takes the upper left corner of the kernel to the upper right one: "
        "their weights have to be equal.",
        (216, 36, 8, 1): "The last is wrong. The corners, the middle, and the four positions between corners: how many "
        "classes is that, and how many equations are there?",
        (216, 36, 8, 5): "The last is wrong. Six numbers are left by one mirror, five of them with the equation. There "
        "are turns, too.",
    },
    hints=(
        "For the first: the answer to the impulse in row i and column 0 determines those to all impulses in row i.",
        "For the second: the answer to the impulse at one pixel determines the layer. What is free in it?",
        "For the third: what does the layer answer to the image that is 1 everywhere?",
        "For the last: which of the nine positions of the kernel are taken to each other by turns and mirrors?",
    ),
    remark=r"""
    In 1 there are six impulses, one in each row, whose answers are free, with 36 pixels each. In 2 the answer to one
    impulse is left, a kernel as large as the image. Nine of its numbers survive in 3, and their sum must be 0, which
    leaves eight. A convolution commutes with turns and mirrors if and only if its kernel is its own image under them:
    the nine positions fall into three classes, the middle, the four corners, and the four positions between them. The
    weights $a$, $b$, $c$ of these classes have to satisfy $a + 4 b + 4 c = 0$.
    """,
)
