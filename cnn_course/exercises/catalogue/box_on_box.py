"""The convolution of a short box with a long one."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="a short box on a long one",
    chapter="1-1",
    stars=1,
    minutes=5,
    goals=(3, 7),
    statement=r"""
    Let $f$ be 1 on $[0, 1)$ and $h$ be 1 on $[0, 3)$; elsewhere both are 0. What are the values of $f * h$ at $0.5$, at
    $2$ and at $3.75$? And how far from $(f * h)(2)$ is the sum of samples that is to approximate it, with the step
    $d = 0.4$? Set `box_on_box` to the four numbers, in this order: three values, and the sum minus the value.
    """,
    name="box_on_box",
    answer=(0.5, 1.0, 0.25, 0.2),
    wrong={
        (0.5, 1.0, 0.0, 0.2): "All but the third are right. The result does not end with the long box, at 3: the ends "
        "add up, to 1 + 3.",
        (0.5, 2.0, 0.25, 0.2): "All but the second are right. At 2 the short box lies wholly inside the long one: how "
        "long is the overlap?",
        (0.5, 3.0, 0.25, 0.2): "All but the second are right. The overlap cannot be longer than the short box.",
        (0.5, 1.0, 0.75, 0.2): "All but the third are right. At 3.75 the reflected long box covers (0.75, 3.75]. How "
        "much of [0, 1) is in it?",
        (0.5, 1.0, 0.25, 0.0): "The three values are right. The sum is not exact: which multiples of 0.4 are in "
        "[0, 1), and what does each of them contribute?",
        (0.5, 1.0, 0.25, -0.2): "The three values are right. Either the sample at 0 has been left out, which belongs "
        "to the box, or the difference has been taken the other way round. Asked for is the sum minus the value.",
        (0.5, 1.0, 0.25, 1.2): "The three values are right. The last number is the sum itself; asked for is how far it "
        "is from the value.",
        (0.5, 1.0, 0.25, 2.0): "The three values are right. The sum of the samples has to be weighted with d.",
        (0.5, 1.0, 0.25, 1.6): "The three values are right. The last number is the bound 4 d, which no error exceeds. "
        "The error itself is much smaller: count the samples.",
        (1.0, 1.0, 1.0, 0.2): "The first three are values of the boxes, not areas. Draw the interval (u - 3, u] and "
        "measure how much of [0, 1) it covers.",
        (0.5, 0.0, 0.0, 0.2): "The first and the last are right. In h(u - t) the long box is reflected: it covers "
        "(u - 3, u], not [u, u + 3).",
    },
    hints=(
        "As a function of t, h(u - t) is 1 on (u - 3, u]. Draw this interval for each u, above [0, 1).",
        "The value is the length of the overlap of (u - 3, u] and [0, 1).",
        "For the sum, list the multiples of 0.4 in [0, 1). Each contributes 1, and the sum is weighted with 0.4.",
    ),
    remark=r"""
    The result is a trapezium: it climbs from 0 to 1 on $[0, 1]$, stays at 1 up to 3, and falls to 0 at 4. Its area is
    $1 \cdot 3$, the product of the areas of the boxes. The slopes are as long as the short box is. The multiples 0, 0.4
    and 0.8 of the step are in the short box, so the sum at 2 is $3 \cdot 0.4 = 1.2$, and the error is 0.2, far below
    the bound $4 \cdot 0.4$.
    """,
)
