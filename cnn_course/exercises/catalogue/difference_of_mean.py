"""What a difference does to a sum of neighbours."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="differences of a mean",
    chapter="1-3",
    stars=1,
    minutes=5,
    statement=r"""
    What is the full convolution $(1, 1, 1, 1) * (1, -1)$? Set `difference_of_mean` to the tuple of all its values, from
    place 0 on. Say also what the two kernels do one after the other.
    """,
    name="difference_of_mean",
    answer=(1.0, 0.0, 0.0, 0.0, -1.0),
    wrong={
        (
            -1.0,
            0.0,
            0.0,
            0.0,
            1.0,
        ): "The signs are those of a cross-correlation. At place 0 only f[0] h[0] = 1 times 1 exists.",
        (0.0, 0.0, 0.0): "These are the valid values. At both ends of the full result a single product remains.",
        (
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
        ): "In the middle neighbours cancel. At place 0 and at the last place there is only one product.",
        (
            1.0,
            0.0,
            0.0,
            0.0,
        ): "The result is longer than the signal: the last 1 of the signal still meets the -1 of the "
        "kernel, one place after the end.",
        (
            1.0,
            0.0,
            0.0,
            0.0,
            1.0,
        ): "The last value is the product of the last 1 with the last number of the kernel. Which sign?",
        (
            1.0,
            0.0,
            0.0,
            -1.0,
        ): "The four ones send out a copy of (1, -1) each, and the last copy begins at place 3. Where does it end?",
        (1.0, 0.0, 0.0, 0.0, 0.0, -1.0): "One place too many: supports of 4 and 2 values give one of 4 + 2 - 1 values.",
    },
    hints=(
        "How many values does the full convolution of 4 and 2 values have?",
        "Each 1 sends out a copy of (1, -1). Write the four copies under one another, each moved by one, and add.",
    ),
    remark=r"""
    The first kernel adds four neighbours, the second takes the difference of neighbouring sums. Consecutive sums of
    four share three terms, which cancel: what is left is one value minus the value four places earlier,
    $f[u] - f[u - 4]$.
    """,
)
