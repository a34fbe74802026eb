"""Sizes and parameters of a small network."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="the numbers of a network",
    chapter="3-3",
    stars=1,
    minutes=10,
    goals=(1, 3),
    statement=r"""
    A network for grey images of $28 \times 28$ pixels has these parts, one after the other:

    - a convolution with 8 filters of $5 \times 5$ pixels, padding 2 and stride 1, with biases, and a relu;
    - max-pooling with windows of $3 \times 3$ and stride 2, without padding;
    - a convolution with 12 filters of $3 \times 3$ pixels, without padding and with stride 1, with biases, and a relu;
    - average pooling with windows of $2 \times 2$ and stride 2, without padding;
    - a fully connected layer from all numbers that are left to 10 scores, with biases.

    Set `layer_numbers` to five numbers: the height of the image after the first pooling; the height after the second
    pooling; how many numbers the fully connected layer reads; how many trainable parameters the second convolution
    has; and how many the whole network has.
    """,
    name="layer_numbers",
    answer=(13, 5, 300, 876, 4094),
    wrong={
        (14, 6, 432, 876, 5414): "The first pooling has a window too many. From 28 rows, 3 and a step of 2: the last "
        "window begins at row 25 at the latest, and only whole windows count.",
        (12, 4, 192, 876, 3014): "The steps of the pooling windows are counted, and there is one window more than "
        "steps: the one before the first step.",
        (9, 3, 108, 876, 2174): "The first pooling moves in steps of its window's size. Its stride is 2: the windows "
        "overlap.",
        (11, 4, 192, 876, 3014): "The first convolution has padding 2, and keeps 28 rows.",
        (13, 6, 432, 876, 5414): "The second convolution has no padding: it makes the image smaller by 2.",
        (13, 5, 25, 876, 1344): "The fully connected layer reads all channels, at all positions.",
        (13, 5, 200, 876, 3094): "After the second convolution there are as many channels as it has filters.",
        (13, 5, 300, 864, 4064): "The sizes are right. The biases are trained as well, one for each filter and one for "
        "each score.",
        (13, 5, 300, 865, 4067): "The sizes are right. Each filter has a bias of its own, and so has each score.",
        (13, 5, 300, 120, 3338): "The sizes are right. A filter of the second convolution reads all 8 channels of its "
        "input, with weights of its own for each of them.",
        (13, 5, 300, 960, 4178): "The sizes are right. A filter has one bias, not one for each channel that it reads.",
        (13, 5, 300, 876, 4118): "The total has 24 too many: average pooling has no parameters.",
        (13, 5, 300, 876, 1084): "The first four are right. The total lacks the fully connected layer.",
        (13, 5, 300, 876, 3886): "The first four are right. The total lacks the first convolution.",
    },
    hints=(
        "A window of r rows that moves over n rows in steps of s has (n - r) // s + 1 positions; with padding p there "
        "are n + 2 p rows.",
        "A filter has a weight for each channel of its input and each of its positions, and one bias.",
    ),
    remark=r"""
    The first convolution keeps 28 rows, and $\lfloor 25 / 2 \rfloor + 1 = 13$ windows of 3 fit. The second one leaves
    11, and $\lfloor 9 / 2 \rfloor + 1 = 5$. There are $12 \cdot 5 \cdot 5 = 300$ numbers. The parameters are
    $8\, (25 + 1) = 208$, $12\, (8 \cdot 9 + 1) = 876$ and $10\, (300 + 1) = 3010$. Most of them are in the last layer.
    With global average pooling instead of the second pooling it would read 12 numbers, and have $130$ parameters.
    """,
)
