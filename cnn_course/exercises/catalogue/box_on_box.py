"""The convolution of a short box with a long one."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="a short box on a long one",
    chapter="1-1",
    stars=1,
    minutes=5,
    goals=(3,),
    statement=r"""
    Let $f$ be 1 on $[0, 1)$ and $h$ be 1 on $[0, 3)$; elsewhere both are 0. What are the values of $f * h$ at $0.5$, at
    $2$ and at $3.75$? Set `box_on_box` to the three numbers, in this order.
    """,
    name="box_on_box",
    answer=(0.5, 1.0, 0.25),
    wrong={
        (
            0.5,
            1.0,
            0.0,
        ): "The first two are right. The result does not end with the long box, at 3: the ends add up, to 1 + 3.",
        (
            0.5,
            2.0,
            0.25,
        ): "The first and the last are right. At 2 the short box lies wholly inside the long one: how long "
        "is the overlap?",
        (0.5, 3.0, 0.25): "The first and the last are right. The overlap cannot be longer than the short box.",
        (0.5, 1.0, 0.75): "The first two are right. At 3.75 the reflected long box covers (0.75, 3.75]. How much of "
        "[0, 1) is in it?",
        (
            1.0,
            1.0,
            0.0,
        ): "These are values of the boxes, not areas. The value of the convolution is the length of an overlap.",
        (
            1.0,
            1.0,
            1.0,
        ): "These are values of the boxes, not areas. Draw the interval (u - 3, u] and measure how much of "
        "[0, 1) it covers.",
        (0.5, 0.0, 0.0): "The first is right. In h(u - t) the long box is reflected: it covers (u - 3, u], not "
        "[u, u + 3).",
        (0.5, 0.0, 0.25): "At 2 the short box is covered by the interval (2 - 3, 2]. How long is the overlap?",
    },
    hints=(
        "As a function of t, h(u - t) is 1 on (u - 3, u]. Draw this interval for each u, above [0, 1).",
        "The value is the length of the overlap of (u - 3, u] and [0, 1).",
    ),
    remark=r"""
    The result is a trapezium: it climbs from 0 to 1 on $[0, 1]$, stays at 1 up to 3, and falls to 0 at 4. Its area is
    $1 \cdot 3$, the product of the areas of the boxes. The slopes are as long as the short box is.
    """,
)
