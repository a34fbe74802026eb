"""What a standard deviation of 0.01 does to a deep stack."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="a deep stack with small weights",
    chapter="5-3",
    stars=2,
    minutes=12,
    goals=(6,),
    statement=r"""
    In the middle of a deep network all layers are convolutions with kernels of $3 \times 3$ from 64 to 64 channels,
    with a relu behind each. Their weights are drawn independently, with mean 0 and standard deviation 0.01; the biases
    are 0. The border of the image may be neglected.

    Set `small_weights` to five whole numbers: of how many products an output is the sum; by what factor a layer with
    its relu multiplies the mean square of the numbers, in ten-thousandths; after how many layers the mean square is
    below a millionth of what it was, for the first time; which standard deviation would keep it, in thousandths,
    rounded; and the factor of a layer from 512 to 512 channels with the standard deviation 0.01, in ten-thousandths.
    """,
    name="small_weights",
    answer=(576, 288, 4, 59, 2304),
    wrong={
        (576, 576, 5, 42, 4608): "A relu lets half of the mean square pass: the weights are as often negative as they "
        "are positive.",
        (9, 5, 2, 471, 5): "An output adds up the products of all 64 channels, not of one.",
        (64, 32, 3, 177, 256): "A kernel has nine positions, and in each of them a weight for every channel.",
        (576, 288, 8, 59, 2304): "The fourth part of the answer is right. The third asks for the mean square, not for "
        "its root: where does 0.0288 to the power k fall below a millionth?",
        (576, 288, 3, 59, 2304): "0.0288 to the power 3 is 0.000024, which is more than a millionth.",
        (576, 28800, 1, 59, 230400): "The variance is the square of the standard deviation: 0.0001.",
        (576, 288, 4, 3, 2304): "0.003 is the variance that keeps the mean square, 2/576. Its root is asked for.",
        (576, 288, 4, 59, 288): "The last layer has eight times as many channels, and so eight times as many products.",
        (576, 288, 4, 59, 18432): "Eight times as many channels make eight times as many products in one output, not "
        "64 times.",
    },
    hints=(
        "A filter is as deep as its input.",
        "What does the proposition on the variance of the first weights say of a layer with a relu?",
        "Compare the powers of the factor with 0.000001.",
    ),
    remark=r"""
    There are $9 \cdot 64 = 576$ products, and the factor is $\frac12 \cdot 576 \cdot 0.0001 = 0.0288$. Its third power
    is $2.4 \cdot 10^{-5}$, its fourth $6.9 \cdot 10^{-7}$. The mean square is kept if the variance is $2 / 576$, that
    is, with a standard deviation of 0.0589. With 512 channels the factor is 0.2304. A number that suits one layer does
    not suit the next: the rule has to know the number of products.
    """,
)
