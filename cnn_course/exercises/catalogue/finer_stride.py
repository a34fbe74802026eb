"""A first layer with smaller windows and a smaller stride, counted."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="a finer first layer",
    chapter="5-2",
    stars=1,
    minutes=15,
    goals=(2, 3),
    statement=r"""
    A successor of AlexNet begins with smaller steps. Its images have $225 \times 225$ pixels and 3 channels.

    1. conv1: 96 filters of $7 \times 7$, stride 2, no padding, with biases;
    2. pool1: the maximum over windows of $3 \times 3$, stride 2, no padding;
    3. conv2: 256 filters of $5 \times 5$, stride 2, no padding, two groups, with biases.

    Set `finer_stride` to five numbers: the number of rows after pool1; the number of rows after conv2; the parameters
    of conv1; the multiply-accumulates of conv1 for one image; and the receptive field of one number after conv2, in
    pixels on one axis.
    """,
    name="finer_stride",
    answer=(54, 25, 14208, 170755200, 27),
    wrong={
        (55, 25, 14208, 170755200, 27): "The first number is not right. After conv1 there are 110 rows, and 107 / 2 is "
        "rounded down: a last row is left over.",
        (54, 26, 14208, 170755200, 27): "The second number is not right. 49 / 2 is rounded down before 1 is added.",
        (54, 54, 14208, 170755200, 27): "The second number is not right. This conv2 has a stride of 2 and no padding.",
        (54, 25, 14112, 170755200, 27): "The third number is not right. 14112 are the weights; there are biases, too.",
        (54, 25, 14208, 171916800, 27): "The fourth number is not right. Biases are no multiply-accumulates: only the "
        "weights are used at each position.",
        (54, 25, 14208, 1552320, 27): "The fourth number is not right. It is 110 positions times the weights. There "
        "are 110 rows of 110 positions.",
        (54, 25, 14208, 56918400, 27): "The fourth number is not right. Each filter has 49 weights for each of the "
        "three colours.",
        (54, 25, 14208, 714420000, 27): "The fourth number is not right. It counts a window at each pixel of the "
        "image; with the stride there are fewer.",
        (54, 25, 14208, 170755200, 15): "The fifth number is not right. The windows behind a stride have their taps "
        "further apart: the steps before conv2 multiply to 4.",
        (54, 25, 14208, 170755200, 19): "The fifth number is not right. Before conv2 the step is 4, not 2: both conv1 "
        "and pool1 have the stride 2.",
        (54, 25, 14208, 170755200, 31): "The fifth number is not right. A window of 5 has 4 gaps between its taps.",
        (54, 25, 14208, 170755200, 43): "The fifth number is not right. The stride of conv2 itself does not count for "
        "its own window.",
    },
    hints=(
        "Rows: subtract the window, divide by the stride, round down, add 1.",
        "Each weight of conv1 is used at each of the positions that conv1 gives.",
        "The field is 7 after conv1. Each later layer adds k - 1 times the product of the strides before it.",
    ),
    remark=r"""
    conv1: $(225 - 7)/2 + 1 = 110$ rows; pool1: $\lfloor 107/2 \rfloor + 1 = 54$; conv2: $\lfloor 49/2 \rfloor + 1 =
    25$. A filter of conv1 has $3 \cdot 49 = 147$ weights: $96 \cdot 148 = 14{,}208$ parameters and $96 \cdot 147 \cdot
    110^2 = 170{,}755{,}200$ multiply-accumulates. AlexNet's first layer has more than twice as many parameters and does
    105 million: smaller windows save parameters, a smaller stride costs work. The field is $7 + 2 \cdot 2 + 4 \cdot 4 =
    27$, where AlexNet's is 51: later layers have to make up for it. The groups change nothing in these five numbers.
    """,
)
