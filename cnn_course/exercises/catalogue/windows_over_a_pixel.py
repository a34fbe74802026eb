"""Lipschitz constants of overlapping pools, as numbers of windows."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="squares of the constants of pools",
    chapter="2-1",
    stars=1,
    minutes=10,
    goals=(6,),
    statement=r"""
    What is the *square* of the Lipschitz constant, in $L^2$, of these four max-poolings without padding?
    Assign to `windows_over_a_pixel` a tuple of four whole numbers.

    - signals of 6 values, windows of 4 values, stride 1;
    - images of $19 \times 19$ pixels, windows of $4 \times 4$, stride 3;
    - volumes of $9 \times 9 \times 9$ values, windows of $3 \times 3 \times 3$, stride 2;
    - images of $11 \times 11$ pixels, windows of $2 \times 2$, stride 3.
    """,
    hints=(
        "How many windows hold one position, at most? Draw all windows of the first pooling: how many are there?",
        "On several axes the numbers multiply.",
    ),
    name="windows_over_a_pixel",
    answer=(3, 4, 8, 1),
    wrong={
        (4, 1, 1, 0): "Rounded down, the ratio of window and stride counts the windows over some positions. The "
        "largest number is the ratio rounded up, to the power of the number of axes, if there are so many windows.",
        (4, 4, 8, 1): "The rounded ratio holds for inputs that are large enough. The signal of 6 values has three "
        "windows of 4, and no value can lie in more.",
        (3, 2, 2, 1): "This counts the windows along one axis. On two or three axes the numbers multiply.",
        (4, 16, 27, 4): "This is the number of values in a window. Asked for is in how many windows a value lies.",
        (16, 256, 729, 16): "Neither the size of a window nor its square: asked for is in how many windows a value "
        "lies.",
        (9, 16, 64, 1): "The constant is the root of the number of windows over a position, so its square is this "
        "number itself.",
        (1, 1, 1, 1): "One is the constant for the largest change of a value. In L² a change is counted once for each "
        "window of which the position is the maximum.",
        (3, 4, 8, 0): "With gaps between the windows some positions lie in no window, but others lie in one.",
    },
    remark=r"""
    A signal of 6 values has three windows of 4, and all of them hold the two values in the middle: the formula
    $\lceil 4 / 1 \rceil$ would say 4, and is meant for large inputs. With windows of $4 \times 4$ and stride 3, only
    the corners of the windows are shared by four of them. One such pixel is enough: the constant is about the worst
    input. For the last pooling the stride is larger than the window; the pixels between the windows do not matter, and
    the constant is 1.
    """,
)
