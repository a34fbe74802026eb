"""The gradients of a small layer with stride and padding, by hand."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="gradients of a row, by hand",
    chapter="4-1",
    stars=1,
    minutes=15,
    goals=(1,),
    statement=r"""
    A layer for sequences, $y[i] = b + \sum_k w[k]\, x[2 i + k - 1]$, has three taps, stride 2 and padding 1. Its input
    is $x = (3, 1, 4, 2, 5)$, its weights are $w = (2, 5, 3)$, and the gradient of the loss in its three outputs is
    $g = (1, 10, 100)$.

    Set `gradients_by_hand` to six numbers: the gradients in $w[0]$, $w[1]$ and $w[2]$, in the bias, in $x[1]$, and in
    $x[2]$.
    """,
    name="gradients_by_hand",
    answer=(210, 543, 21, 111, 23, 50),
    wrong={
        (210, 543, 21, 111, 32, 50): "Only the gradient in x[1] is wrong: its two taps have been exchanged. This value "
        "is the last one in the first window, and the first one in the second window.",
        (
            21,
            543,
            210,
            111,
            32,
            50,
        ): "The kernel has been turned, as in a true convolution. The layer does not turn it: "
        "w[0] meets the first value of each window.",
        (210, 543, 21, 37, 23, 50): "All right but the bias. It is added to each output: its gradient is the sum of g, "
        "not the mean.",
        (210, 543, 21, 0, 23, 50): "All right but the bias. It is added to each output, so that y[i] grows as b does: "
        "the derivative is 1, and the gradient the sum of g.",
        (130, 413, 241, 111, 253, 530): "The bias is right. For the others the windows have been moved on by one "
        "position, but the stride is 2.",
        (210, 543, 21, 111, 5, 23): "The first four are right. The positions in x have been counted from the zero of "
        "the padding: x[1] is the third value of the padded sequence.",
        (
            210,
            543,
            21,
            111,
            3,
            50,
        ): "Only the gradient in x[1] is wrong. Besides the first window, the second one holds "
        "it, too: under which tap?",
        (210, 543, 21, 111, 20, 50): "Only the gradient in x[1] is wrong. Besides the second window, the first one "
        "holds it, too: under which tap?",
        (211, 543, 121, 111, 23, 50): "The padding has been taken for ones in the weights: it consists of zeros, and a "
        "product with zero adds nothing.",
        (70, 181, 7, 37, 23, 50): "The gradients in the weights and the bias are means over the outputs. Each use adds "
        "its part: they are sums.",
    },
    hints=(
        "Write down the padded sequence, and below it the three windows.",
        "A weight meets one value of each window. Multiply it by the entry of g of this window, and add.",
        "For x[1] and x[2]: which windows hold them, and under which tap do they lie there?",
    ),
    remark=r"""
    The padded sequence is $(0, 3, 1, 4, 2, 5, 0)$, and the windows are $(0, 3, 1)$, $(1, 4, 2)$ and $(2, 5, 0)$. With
    powers of ten in $g$ the digits of a gradient show what each window has contributed: $210$ is
    $0 \cdot 1 + 1 \cdot 10 + 2 \cdot 100$. At stride 2 the values $x[1]$ and $x[3]$ lie in two windows each, the others
    in one.
    """,
)
