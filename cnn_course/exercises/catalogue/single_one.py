"""Which way a kernel with a single one moves a picture."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="a kernel with a single one",
    chapter="1-3",
    stars=1,
    minutes=5,
    goals=(3, 4),
    statement=r"""
    The kernel is $3 \times 3$, zero everywhere except for a 1 in the middle of its *first* row, the upper one. A
    photograph is cross-correlated with it, with mode `same`. Does the picture move up or down, and by how many rows?
    And if it is convolved with it instead?

    Set `single_one` to a pair: the number of rows by which the picture moves when it is cross-correlated, then the
    number when it is convolved. Count downwards: a picture that moves down by 3 rows has 3, one that moves up by 3
    rows has -3, and one that stays has 0.
    """,
    name="single_one",
    answer=(1, -1),
    wrong={
        (-1, 1): "In a cross-correlation the output reads the input one row above it. If every position shows what was "
        "above it, which way has the picture gone?",
        (1, 1): "The first is right. A convolution turns the kernel by 180 degrees before it slides: where is the 1 "
        "then?",
        (
            -1,
            -1,
        ): "A convolution turns the kernel, so that the two cannot agree. For the first: every output shows what "
        "stood one row above it.",
        (0, 0): "With mode same the middle of the kernel lies on the output, not its first row. The 1 is beside the "
        "middle.",
        (1, 0): "The first is right. In a convolution the kernel is turned, so that the 1 comes to its last row; it "
        "still lies beside the middle.",
        (2, -2): "The directions are right. How far is the 1 from the middle of the kernel, which lies on the output?",
        (-2, 2): "The 1 is one row away from the middle of the kernel, which lies on the output. And if every position "
        "shows what stood above it, which way has the picture gone?",
    },
    hints=(
        "With mode same the middle of the kernel lies on the output. Which position of the input lies under the 1?",
        "Follow one bright pixel in row 5: for which output row does it lie under the 1?",
    ),
    remark=r"""
    With mode same the centre of the kernel, position $(1, 1)$, lies on the output. The 1 sits one row above it. In a
    cross-correlation the output at row $i$ is therefore the input at row $i - 1$: the picture moves *down* by one row,
    and the first row becomes zero. A convolution turns the kernel by 180 degrees, the 1 comes to the last row, and the
    picture moves *up* by one.
    """,
)
