"""Convolve, transpose: what returns, and what a solution would be."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="there and back",
    chapter="3-4",
    stars=2,
    minutes=15,
    goals=(1, 4),
    statement=r"""
    Let $A$ be the matrix of the convolution with the kernel $w = (1, 2)$ and stride 2, without padding, from four
    values to two. It is applied to $x = (1, 7, 4, 3)$.

    Set `there_and_back` to four numbers, with positions counted from 0:

    - the value of $A^{\top} A x$ at position 1;
    - the value at position 1 of the *shortest* signal $z$ with $A z = A x$: the one with the smallest sum of squares;
    - the rank of $A^{\top} A$;
    - the largest absolute value among the entries of $A^{\top} A - I$.
    """,
    name="there_and_back",
    answer=(30, 6, 2, 3),
    wrong={
        (7, 7, 4, 0): "This would be so if the transpose were the inverse. Compute A x first, two numbers, and stamp "
        "them.",
        (7, 6, 2, 3): "The last three are right. The first would be 7 if the transpose were the inverse. What does the "
        "first stamp put at position 1?",
        (30, 7, 2, 3): "The others are right. x itself solves the equation, but a shorter signal does so as well: for "
        "the first two positions z[0] + 2 z[1] = 15, and z[0]² + z[1]² shall be as small as it can be.",
        (30, 5, 2, 3): "The others are right. Two equal values, 5 and 5, solve z[0] + 2 z[1] = 15, but their squares "
        "add up to 50, and less is possible: position 1 counts twice.",
        (30, 7.5, 2, 3): "The others are right. With 0 and 7.5 the squares add up to 56.25, and less is possible.",
        (30, 30, 2, 3): "The others are right. The transposed convolution gives something that is parallel to the "
        "shortest solution, but A of it is not (15, 10): by which number must it be divided?",
        (15, 6, 2, 3): "The others are right. The stamp of the value 15 is (1, 2) times 15: position 1 lies under its "
        "second tap.",
        (
            18,
            6,
            2,
            3,
        ): "The others are right. A cross-correlates: the kernel lies on x as it is, and the first value of "
        "A x is 1 · 1 + 2 · 7.",
        (
            30,
            6,
            4,
            3,
        ): "The others are right. The matrix has four rows, but everything goes through the two numbers A x.",
        (
            30,
            6,
            2,
            4,
        ): "The others are right. The 4 stands on the diagonal, from which the 1 of the unit matrix is still "
        "to be subtracted.",
        (30, 6, 2, 2): "The others are right. The entries of the transpose times A are 1, 2, 2, 4 in each block; "
        "subtract the unit matrix, and look at the diagonal, too.",
    },
    hints=(
        "A has two rows, (1, 2, 0, 0) and (0, 0, 1, 2). Write down A x.",
        "Stamps do not overlap here, so the four positions are two pairs that have nothing to do with each other.",
        "Which point of the line z[0] + 2 z[1] = 15 is closest to the origin? The one in the direction of (1, 2).",
    ),
    remark=r"""
    $A x = (15, 10)$, and the stamps of these are $(15, 30)$ and $(10, 20)$: $A^{\top} A x = (15, 30, 10, 20)$. The
    point of the line $z[0] + 2 z[1] = 15$ that is closest to the origin is a multiple of $(1, 2)$, hence $(3, 6)$;
    for the other pair it is $(2, 4)$. The shortest solution is $A^{\top} y / \lVert w \rVert^2$, a fifth of what was
    stamped, as the section in depth says for windows that do not overlap. It is not $x$, of which nothing is known but
    two sums. $A^{\top} A$ consists of two blocks with the rows $1, 2$ and $2, 4$, each of rank one.
    """,
)
