"""What a kernel of rank two costs."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="a kernel of rank two",
    chapter="1-3",
    stars=1,
    minutes=10,
    goals=(5, 7),
    statement=r"""
    A kernel with 12 rows and 20 columns has rank two. It is not separable, but it is the sum of two kernels that are.
    The image is so large that what happens at its border does not count.

    Set `passes` to three numbers: how many multiplications one output takes if the kernel is applied directly; how many
    it takes if each of the two separable kernels is applied in its cheapest way and the results are added; and up to
    which rank, for kernels of this size, the second way takes fewer multiplications than the first.
    """,
    name="passes",
    answer=(240, 64, 7),
    wrong={
        (240, 32, 7): "The first and the last are right. 32 multiplications are what one separable kernel takes, 12 "
        "for its column and 20 for its row.",
        (240, 32, 12): "The first is right. 32 are for one separable kernel, and here there are two. For the last: how "
        "many multiplications does a kernel of rank r take?",
        (240, 64, 8): "The first two are right. With rank 8 the passes take 8 times 32 multiplications: more than 240?",
        (
            240,
            64,
            12,
        ): "The first two are right. 12 is the largest rank that there is, but the passes cost more and more "
        "as the rank grows, while the direct way always costs the same.",
        (240, 64, 3): "The first two are right. 3 is about 240 / 64, but with the rank r the passes take 32 r "
        "multiplications, not 64 r.",
        (240, 64, 7.5): "Almost: a rank is a whole number, and with the next one above 7.5 nothing is saved.",
        (240, 64, 4): "The first two are right. A kernel of rank r takes 32 r multiplications; how large may r be?",
        (240, 480, 0): "A separable kernel is not applied as a whole, with its 240 products, but in two passes: first "
        "its column and then its row.",
        (32, 64, 7): "The last two are right. Directly, every number of the kernel is multiplied for each output, and "
        "there are 12 times 20 of them.",
        (240, 1024, 0): "The two passes come one after the other: their multiplications are added, not multiplied.",
    },
    hints=(
        "How many multiplications per output does a column of 12 numbers take, and how many a row of 20?",
        "A kernel of rank r is the sum of r separable ones. For which r are 32 r multiplications fewer than 240?",
    ),
    remark=r"""
    Directly $12 \cdot 20 = 240$. A separable kernel takes $12 + 20 = 32$ in two passes, two of them 64, and $r$ of them
    $32 r$, which is less than 240 up to $r = 7$. That a kernel of rank $r$ is a sum of $r$ separable ones, and not of
    fewer, is linear algebra; the singular value decomposition finds them, and leaving out those with small singular
    values gives a cheap approximation of any kernel.
    """,
)
