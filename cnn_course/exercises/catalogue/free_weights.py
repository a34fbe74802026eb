"""How many weights each demand leaves free."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="free weights",
    chapter="1-2",
    stars=2,
    minutes=25,
    goals=(3, 6),
    statement=r"""
    A linear layer takes periodic images of $6 \times 6$ pixels to images of $6 \times 6$ pixels, and all its numbers
    are real. How many of them can be chosen freely, if one demands of it one thing after the other? Set `free_weights`
    to five numbers:

    1. it commutes with the cyclic shifts that move an image to the right or to the left;
    2. it also commutes with the cyclic shifts that move an image up or down by *two* rows;
    3. it commutes with all cyclic shifts, an output depends only on the $3 \times 3$ pixels around its position, and
       every image of constant brightness gives 0 everywhere;
    4. moreover it commutes with turning the image by 90 degrees, and with mirroring it;
    5. now forget the demands 3 and 4: it commutes with all cyclic shifts, and the image with the brightness
       $\cos(2 \pi j / 6)$ in column $j$ gives 0 everywhere.
    """,
    name="free_weights",
    answer=(216, 72, 8, 2, 34),
    wrong={
        (1296, 72, 8, 2, 34): "The first is wrong. A matrix with 36 rows and columns has that many entries, if nothing "
        "is asked of it. Shifts to the right tie together the columns that belong to one row of the image.",
        (36, 72, 8, 2, 34): "The first is wrong. An impulse in row 0 and one in row 1 may have answers that are not "
        "shifts of each other: nothing has been said about moving up or down. How many answers may be chosen?",
        (6, 72, 8, 2, 34): "The first is wrong. The answer to one impulse is a whole image of 36 pixels. And for which "
        "impulses may the answer be chosen?",
        (216, 36, 8, 2, 34): "The second is wrong. Steps of two rows never take row 0 to row 1: the answers to "
        "impulses in these rows have nothing to do with each other.",
        (
            216,
            108,
            8,
            2,
            34,
        ): "The second is wrong. Steps of two rows take row 0 to the rows 2 and 4. How many kinds of "
        "rows does this leave?",
        (216, 2, 8, 2, 34): "The second is wrong. Two questions to the layer are enough, but each answer is an image.",
        (216, 72, 9, 3, 34): "In the third the 3 x 3 pixels leave nine numbers, but a constant image must give 0: that "
        "is one equation for the nine. It also counts for the fourth.",
        (216, 72, 9, 2, 34): "The third is wrong. 3 x 3 pixels leave nine numbers, but a constant image must give 0: "
        "one equation for the nine.",
        (216, 72, 0, 0, 34): "The third is wrong. A constant image gives its brightness times the sum of the nine "
        "weights. They may cancel without being 0.",
        (216, 72, 8, 3, 34): "The fourth is wrong. Turns and mirrors leave three classes of weights; the demand about "
        "constant images still holds.",
        (216, 72, 8, 8, 34): "The fourth is wrong. A turn takes the upper left corner of the kernel to the upper right "
        "one: their weights have to be equal.",
        (
            216,
            72,
            8,
            1,
            34,
        ): "The fourth is wrong. The corners, the middle, and the four positions between corners: how "
        "many classes is that, and how many equations are there?",
        (216, 72, 8, 5, 34): "The fourth is wrong. Six numbers are left by one mirror, five of them with the equation. "
        "There are turns, too.",
        (
            216,
            72,
            8,
            2,
            35,
        ): "The last is wrong. The answer to this cosine is a mixture of the cosine and the sine with "
        "the same frequency. How many numbers have to be 0?",
        (216, 72, 8, 2, 30): "The last is wrong. The answer has six columns, but it is a wave of the same frequency, "
        "and cannot have six values of any kind.",
        (
            216,
            72,
            8,
            2,
            32,
        ): "The last is wrong. The cosine is the sum of two complex waves, but for a real kernel their "
        "eigenvalues are conjugate: if one is 0, so is the other.",
        (
            216,
            72,
            8,
            2,
            0,
        ): "The last is wrong. Only one wave has to be wiped out. What the layer does to the others is still free.",
    },
    hints=(
        "For the first: the answer to the impulse in row i and column 0 determines those to all impulses in row i.",
        "For the second: into how many sets do the 36 impulses fall, so that the shifts take each set to itself?",
        "For the third: what does the layer answer to the image that is 1 everywhere?",
        "For the fourth: which of the nine positions of the kernel are taken to each other by turns and mirrors?",
        "For the last: the cosine is half the sum of two waves. What does the layer do to each of them?",
    ),
    remark=r"""
    In 1 there are six impulses, one in each row, whose answers are free, with 36 pixels each. In 2 the shifts take row
    0 to the rows 2 and 4, and row 1 to the rows 3 and 5: two answers are free. In 3 one impulse response is left, of
    which nine numbers survive, and their sum must be 0. A convolution commutes with turns and mirrors if and only if
    its kernel is its own image under them: the nine positions fall into three classes, the middle, the four corners,
    and the four positions between them. The weights $a$, $b$, $c$ of these classes have to satisfy $a + 4 b + 4 c = 0$.
    In 5 the image is the real part of a wave, an eigenvector of the layer, whose eigenvalue must be 0. It is a complex
    number and a linear function of the 36 weights: two real equations. The conjugate wave then has the eigenvalue 0,
    too. """,
)
