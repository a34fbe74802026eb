"""Sizes and parameters through a small network."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="three layers and a wide image",
    chapter="3-2",
    stars=1,
    minutes=10,
    goals=(3, 6, 7),
    statement=r"""
    An image with 3 channels, 100 rows and 61 columns goes through three layers:

    1. a convolution with 32 filters of $7 \times 7$, stride 2, and padding 3 on all sides;
    2. a maximum over windows of $3 \times 3$, stride 2, without padding;
    3. a convolution with 64 filters of $3 \times 3$, dilation 2, padding 1 on all sides, stride 1 and 2 groups.

    Both convolutions have a bias for each filter. Set `sizes_through` to four numbers: how many channels, rows and
    columns the output has, and how many parameters there are in all.
    """,
    name="sizes_through",
    answer=(64, 22, 13, 14016),
    wrong={
        (64, 23, 13, 14016): "Three of the four are right. On the rows a quotient has been rounded up: after the last "
        "window that fits a position is left over, and that makes no window.",
        (64, 24, 15, 14016): "Channels and parameters are right. The sizes are those of the third layer without "
        "dilation. Over how many positions does its kernel extend?",
        (64, 20, 11, 14016): "Channels and parameters are right. The third layer takes away two rows and two "
        "columns only: it extends over 5 positions on each axis, and has a padding of 1.",
        (64, 23, 14, 14016): "Channels and parameters are right. For these sizes the second layer would need a padding "
        "of 1; it has none.",
        (64, 14, 8, 14016): "Channels and parameters are right. The second layer moves its windows by 2 here, not by "
        "their width.",
        (64, 21, 11, 14016): "Channels and parameters are right. The padding has been added once on each axis, but it "
        "lies on both sides.",
        (64, 13, 22, 14016): "The numbers are right, but rows and columns have changed places.",
        (32, 22, 13, 14016): "The other three are right. Each filter gives one channel of the output; groups decide "
        "what a filter reads, not how many there are.",
        (128, 22, 13, 14016): "The other three are right. Each filter gives one channel of the output; groups decide "
        "what a filter reads, and do not make more channels.",
        (64, 22, 13, 13920): "The sizes are right. 13920 are the weights; there are biases, too.",
        (64, 22, 13, 23232): "The sizes are right. For the parameters, the filters of the third layer have been given "
        "all 32 channels. With two groups each of them reads half of them.",
        (64, 22, 13, 23136): "The sizes are right. For the parameters, two things are missing: the biases, and that "
        "with two groups each filter of the third layer reads half of the channels.",
        (64, 22, 13, 9280): "The sizes are right. 9280 are the parameters of the third layer alone.",
        (64, 22, 13, 2224): "The sizes are right. For the parameters it looks as if each filter read a single channel. "
        "Those of the first layer read 3, and those of the third 16.",
    },
    hints=(
        "Go layer by layer, and write rows and columns down after each of them.",
        "A kernel of 3 with dilation 2 extends over 5 positions.",
        "A filter has one kernel for each channel that it reads: 3 in the first layer, and a half of 32 in the third.",
    ),
    remark=r"""
    Rows: $\lfloor (100 + 6 - 7)/2 \rfloor + 1 = 50$, then $\lfloor (50 - 3)/2 \rfloor + 1 = 24$, then
    $24 + 2 - 5 + 1 = 22$. Columns: $\lfloor (61 + 6 - 7)/2 \rfloor + 1 = 31$, then $\lfloor (31 - 3)/2 \rfloor + 1 =
    15$, then $15 + 2 - 5 + 1 = 13$. On the rows both strides leave one position over, on the columns none.

    The first layer has $32 \cdot 3 \cdot 49 + 32 = 4736$ parameters, the maximum none, and the third layer
    $64 \cdot 16 \cdot 9 + 64 = 9280$. The sizes do not depend on the number of channels, and the parameters do not
    depend on the size of the image.
    """,
)
