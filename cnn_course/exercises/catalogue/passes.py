"""What a kernel of rank two costs."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="a kernel of rank two",
    chapter="1-3",
    stars=1,
    minutes=10,
    goals=(5, 7),
    statement=r"""
    A kernel of $15 \times 15$ numbers has rank two. It is not separable, but it is the sum of two kernels that are. The
    image is so large that what happens at its border does not count.

    Set `passes` to three numbers: how many multiplications an output takes if the kernel is applied directly; how many
    it takes if each of the two separable kernels is applied in its cheapest way and the results are added; and up to
    which rank, for kernels of this size, the second way takes fewer multiplications than the first.
    """,
    name="passes",
    answer=(225, 60, 7),
    wrong={
        (225, 30, 7): "The first and the last are right. 30 multiplications are what *one* separable kernel takes, 15 "
        "for its column and 15 for its row.",
        (225, 30, 15): "The first is right. 30 are for one separable kernel, and here there are two. For the last: how "
        "many multiplications does a kernel of rank r take?",
        (225, 60, 8): "The first two are right. With rank 8 the passes take 8 times 30 multiplications: more than 225?",
        (
            225,
            60,
            15,
        ): "The first two are right. 15 is the largest rank that there is, but the passes cost more and more "
        "as the rank grows, while the direct way always costs the same.",
        (225, 60, 3): "The first two are right. 3 is about 225 / 60, but with the rank r the passes take 30 r "
        "multiplications, not 60 r.",
        (225, 60, 7.5): "Almost: a rank is a whole number, and with the next one above 7.5 nothing is saved.",
        (225, 60, 4): "The first two are right. A kernel of rank r takes 30 r multiplications; how large may r be?",
        (225, 450, 0): "A separable kernel is not applied as a whole, with its 225 products, but in two passes: first "
        "its column and then its row.",
        (30, 60, 7): "The last two are right. Directly, every number of the kernel is multiplied for each output, and "
        "there are 15 times 15 of them.",
        (225, 900, 0): "The two passes come one after the other: their multiplications are added, not multiplied.",
    },
    hints=(
        "How many multiplications an output does a column of 15 numbers take, and how many a row?",
        "A kernel of rank r is the sum of r separable ones. For which r are 30 r multiplications fewer than 225?",
    ),
    remark=r"""
    Directly $15^2 = 225$. A separable kernel takes $15 + 15 = 30$ in two passes, two of them 60, and $r$ of them $30
    r$, which is less than 225 up to $r = 7$. That a kernel of rank $r$ is a sum of $r$ separable ones, and not of
    fewer, is linear algebra; the singular value decomposition finds them, and leaving out those with small singular
    values gives a cheap approximation of any kernel.
    """,
)
