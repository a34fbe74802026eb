"""Lipschitz constants of overlapping pools, as numbers of windows."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="squares of the constants of pools",
    chapter="2-1",
    stars=1,
    minutes=10,
    goals=(6,),
    statement=r"""
    What is the *square* of the Lipschitz constant, in $L^2$, of these four max-poolings of large inputs without
    padding? Assign to `windows_over_a_pixel` a tuple of four whole numbers.

    - signals, windows of 5 values, stride 2;
    - images, windows of $4 \times 4$, stride 3;
    - volumes with three axes, windows of $3 \times 3 \times 3$, stride 2;
    - images, windows of $2 \times 2$, stride 3.
    """,
    hints=(
        "How many windows hold one position, at most? Draw the windows of the first pooling.",
        "On several axes the numbers multiply.",
    ),
    name="windows_over_a_pixel",
    answer=(3, 4, 8, 1),
    wrong={
        (2, 1, 1, 0): "Rounded down, the ratio of window and stride is the number of windows over some positions. "
        "The largest number is the ratio rounded up, to the power of the number of axes.",
        (3, 2, 2, 1): "This counts the windows along one axis. On two or three axes the numbers multiply.",
        (5, 16, 27, 4): "This is the number of values in a window. Asked for is in how many windows a value lies.",
        (25, 256, 729, 16): "Neither the size of a window nor its square: asked for is in how many windows a value "
        "lies.",
        (9, 16, 64, 1): "The constant is the root of the number of windows over a position, so its square is this "
        "number itself.",
        (1, 1, 1, 1): "One is the constant for the largest change of a value. In L² a change is counted once for each "
        "window of which the position is the maximum.",
        (3, 4, 8, 0): "With gaps between the windows some positions lie in no window, but others lie in one.",
    },
    remark=r"""
    With windows of $4 \times 4$ and stride 3, only the corners of the windows are shared by four of them. One such
    pixel is enough: the constant is about the worst input. For the last pooling the stride is larger than the window;
    the pixels between the windows do not matter, and the constant is 1.
    """,
)
