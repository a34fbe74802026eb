"""Which way a kernel with a single one moves a picture."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="a kernel with a single one",
    chapter="1-3",
    stars=2,
    minutes=10,
    goals=(3, 4),
    statement=r"""
    The kernel has six rows and three columns, and is zero everywhere except for a 1 in the middle of its *first* row,
    the upper one. By how many rows does a photograph move up or down if it is cross-correlated with this kernel, with
    mode `same`? If it is convolved with it, with mode `same`? And if it goes through a layer with this kernel,
    `conv2d` with `padding="same"`?

    Set `single_one` to these three numbers, in this order. Count downwards: a picture that moves down by 4 rows has 4,
    one that moves up by 4 rows has -4, and one that stays has 0.
    """,
    name="single_one",
    answer=(3, -2, 2),
    wrong={
        (-3, 2, -2): "The sizes are right. If every position shows what stood above it, which way has the picture "
        "gone?",
        (3, -3, 3): "The first is right. An even kernel has no middle row: the three sames do not start at the same "
        "index. Where does that of a convolution start, and that of a layer?",
        (2, -2, 2): "The last two are right. Where does mode same of a cross-correlation start for a kernel with six "
        "rows? The 1 is in row 0 of the kernel.",
        (3, -2, 3): "The first two are right. With an even kernel a layer puts the larger half of the zeros behind, "
        "`correlate` puts it in front.",
        (3, 2, 2): "The first and the last are right, and the second has the right size. A convolution turns the "
        "kernel: on which side of the middle is the 1 then?",
        (3, -3, 2): "The first and the last are right. Mode same of a convolution starts at (m - 1) // 2, rounded "
        "down.",
        (5, 0, 5): "This is mode full, in which the first value has all zeros but one under the kernel. Mode same "
        "starts later.",
        (0, 0, 0): "With mode same about the middle of the kernel lies on the output, not its first row.",
        (1, -1, 1): "The directions are right. How far is the first of six rows from the one that lies on the output?",
    },
    hints=(
        "At which index u does each of the three begin? Row 0 of the result belongs to it.",
        "The 1 is in row 0 of the kernel. So row u of h * f is row u of the photograph, and so is row u of h ⋆ f.",
    ),
    remark=r"""
    From row to row the kernel is $\delta$. So neither operation moves anything by itself, and what we see is where the
    returned array begins. With $m = 6$, *same* of a cross-correlation begins at $u = -\lfloor m/2 \rfloor = -3$: row 0
    of the result is row $-3$ of the photograph, an added zero, and the picture has moved *down* by three rows. *Same*
    of a convolution begins at $\lfloor (m-1)/2 \rfloor = 2$: row 0 of the result is row 2 of the photograph, and the
    picture has moved *up* by two. A layer puts the larger half of the zeros behind, two in front and three behind, so
    that it begins at $u = -2$. Along the columns the kernel is $(0, 1, 0)$, and everything stays.
    """,
)
