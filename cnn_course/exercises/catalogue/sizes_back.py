"""The sizes of a decoder, and an output padding that restores a size."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="the sizes of a decoder",
    chapter="3-4",
    stars=1,
    minutes=10,
    goals=(3,),
    statement=r"""
    A map of $7 \times 7$ goes through three transposed convolutions, one after the other:

    1. $k = 4$, stride 2, padding 1;
    2. $k = 3$, stride 2, padding 1, output padding 1;
    3. $k = 5$, stride 3, no padding.

    Besides, a convolution with $k = 5$, stride 3 and padding 1 has been given an image of $40 \times 40$, and a
    transposed convolution with the same numbers is to return to this size.

    Set `sizes_back` to four numbers: the height of the three results, and the output padding that this last transposed
    convolution needs.
    """,
    name="sizes_back",
    answer=(14, 28, 86, 1),
    wrong={
        (
            16,
            34,
            104,
            1,
        ): "The fourth is right. The padding has been left out: the first layer loses one row at the top "
        "and one at the bottom of the 16 that its stamps reach.",
        (18, 40, 122, 1): "The fourth is right. The padding has been added. It belongs to the convolution that is "
        "transposed, and makes this result smaller.",
        (14, 27, 83, 1): "The first and the last are right. The second layer has an output padding, which makes its "
        "result larger by one, and so the third one as well.",
        (14, 29, 89, 1): "The first and the last are right. The output padding counts once, at the end, not at both "
        "ends.",
        (15, 30, 100, 1): "The fourth is right. Here the formula of a convolution has been used with the stride 1/s. "
        "Only the map is stretched, not its frame and not the kernel: what do seven stamps of four rows reach, two "
        "rows apart?",
        (16, 34, 107, 1): "The fourth is right. Between seven stamps there are six steps of the stride, not seven.",
        (14, 28, 84, 1): "Only the third is wrong. It is three times 28, which would be right for a kernel of 3: here "
        "the last stamp reaches over two rows more.",
        (
            13,
            26,
            78,
            1,
        ): "The fourth is right. The last stamp does not begin and end at the same row: it covers as many "
        "rows as the kernel has taps. Count the rows that the first layer's stamps reach, and then cut.",
        (14, 28, 86, 0): "The sizes are right. Without output padding the last layer returns to 39: the convolution "
        "has 13 outputs, and their windows leave one row unread.",
        (14, 28, 86, 2): "The sizes are right. The remainder of 40 + 2 - 5 in the division by 3 is asked for, not what "
        "is missing to the next multiple of 3.",
        (14, 28, 86, 3): "The sizes are right. An output padding as large as the stride would be a whole further step: "
        "it is a remainder in the division by the stride.",
    },
    hints=(
        "How many rows do the stamps reach, if nothing is cut off? The first begins at 0; where does the last begin?",
        "Padding cuts off at both ends, the output padding gives back at one end.",
        "How many windows does the convolution find on 40 + 2 rows, and how many rows does it not read?",
    ),
    remark=r"""
    The stamps of the first layer reach over $2 \cdot 6 + 4 = 16$ rows, of which 2 are cut off: 14. The second reaches
    over $2 \cdot 13 + 3 = 29$, cuts 2 off and gives 1 back: 28. Both double the size. The third returns
    $3 \cdot 27 + 5 = 86$. The convolution finds $\lfloor (40 + 2 - 5) / 3 \rfloor + 1 = 13$ windows, and $37$ leaves
    the remainder 1 in the division by 3.

    To multiply the size by $s$ exactly one needs $k - 2 p + a = s$. With $a = 0$, $k = s + 2 p$: for $s = 2$ the pair
    $k = 4$, $p = 1$ is the usual choice, also because 2 divides 4.
    """,
)
