"""How much memory the columns of a layer take."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="the columns of a large layer",
    chapter="3-5",
    stars=1,
    minutes=5,
    goals=(1, 3),
    statement=r"""
    The first layer of a well-known network sees one colour image of $224 \times 224$ pixels in single precision, with
    three channels. It has 64 output channels, kernels of $7 \times 7$, stride 2, and three zeros around the image on
    every side.

    Set `bytes_of_columns` to four numbers: the rows of the matrix of columns, its columns, the bytes that it takes, and
    how many times as many numbers it has as the image.
    """,
    name="bytes_of_columns",
    answer=(147, 12544, 7375872, 12.25),
    wrong={
        (49, 12544, 2458624, 12.25): "A window has three channels, and all of them stand in its column.",
        (9408, 12544, 472055808, 784): "The output channels are counted. A column holds a window of the image; the 64 "
        "filters are the rows of the other matrix, and all of them use the same columns.",
        (
            147,
            50176,
            29503488,
            49,
        ): "These are the columns for stride 1. With stride 2 the window moves two pixels at a time, along both axes.",
        (147, 47524, 27944112, 47524 * 147 / 150528): "These are the columns for stride 1 and no padding.",
        (147, 11881, 6986028, 11881 * 147 / 150528): "The zeros around the image are missing: the window moves over "
        "230 pixels on each axis.",
        (147, 12544, 1843968, 12.25): "The third number counts the entries. In single precision each has four bytes.",
        (147, 12544, 14751744, 12.25): "The third number is for double precision, of eight bytes. In single precision "
        "a number has four.",
        (147, 12544, 7375872, 49): "The first three are right. With stride 2 a pixel is not in 49 windows but in about "
        "a quarter of them: divide the entries by those of the image.",
        (147, 12544, 7375872, 36.75): "The first three are right. The image has three channels, too.",
        (12544, 147, 7375872, 12.25): "Rows and columns are exchanged. Each window is a column.",
    },
    hints=(
        "How many numbers lie under one window, in all channels?",
        "How many positions has a window of 7 on 224 + 6 pixels, if it moves by 2?",
    ),
    remark=r"""
    A window has $3 \cdot 7 \cdot 7 = 147$ numbers, and there are $\lfloor (230 - 7) / 2 \rfloor + 1 = 112$ positions on
    each axis, $12\,544$ in all. That makes $1\,843\,968$ numbers of four bytes, more than seven megabytes for an image
    of 0.6. The quotient is $49 / 4$: a pixel in the middle lies in a quarter of 49 windows on average, because the
    window moves by 2 along both axes. Without padding the quotient would be a little smaller.
    """,
)
