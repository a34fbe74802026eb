"""How many values three convolutions leave."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="sizes",
    chapter="1-3",
    stars=1,
    minutes=5,
    statement=r"""
    A signal has 100 values. It is convolved with kernels of 7, 4 and 7 values in turn.

    Set `sizes` to three numbers: how many values are left if all three convolutions are *valid*; how many values the
    single kernel has that does the same in one step; and how many values come out if all three are *full*.
    """,
    name="sizes",
    answer=(85, 16, 115),
    wrong={
        (82, 18, 118): "Each step is off by one. A kernel of one value takes nothing away, and adds nothing: one of m "
        "values changes the size by m - 1.",
        (85, 18, 115): "The first and the last are right. The single kernel is the full convolution of the three: its "
        "size is not the sum of theirs, and 100 values become 85 with it in one step.",
        (85, 17, 115): "The first and the last are right. Two convolutions make one kernel of three, and each of them "
        "takes one off the sum of the sizes.",
        (85, 15, 115): "The first and the last are right. The single kernel takes 15 values away, but a kernel of m "
        "values takes m - 1.",
        (85, 196, 115): "The first and the last are right. Supports add up, they are not multiplied: the single kernel "
        "is the full convolution of the three.",
        (85, 7, 115): "The first and the last are right. A single kernel of 7 values would leave 94: the supports of "
        "all three add up.",
        (84, 17, 116): "A kernel of 4 values has 3 steps from its first value to its last: valid takes m - 1 values "
        "away, full adds as many, for even m as for odd.",
        (
            115,
            16,
            85,
        ): "Valid and full are exchanged: full keeps everything that can be different from zero, valid only "
        "the places where the kernel lies entirely on the signal.",
    },
    hints=(
        "How many places does a kernel of 7 values have on a signal of 100?",
        "By associativity the three kernels are one. Which convolution of the three is it, full or valid?",
    ),
    remark=r"""
    Each valid convolution takes away $m - 1$ values: $100 - 6 - 3 - 6 = 85$. By associativity the three kernels are
    one, their full convolution, with $7 + 4 + 7 - 2 = 16$ values, and indeed $100 - 16 + 1 = 85$. Three times full:
    $100 + 15 = 115$.
    """,
)
