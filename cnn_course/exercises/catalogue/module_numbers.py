"""The numbers of a small inception module."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="the numbers of a module",
    chapter="5-4",
    stars=2,
    minutes=15,
    goals=(1, 4, 5, 6),
    statement=r"""
    An inception module reads 100 channels of $10 \times 10$. A $1 \times 1$ convolution gives 20 channels; a reduction
    to 30 leads to a $3 \times 3$ convolution with 40; a reduction to 8 leads to a $5 \times 5$ convolution with 16;
    and after the max-pool a $1 \times 1$ convolution has 24. All convolutions have biases.

    Set `module_numbers` to six numbers.

    1. How many channels does the module give out?
    2. How many parameters has it?
    3. How many multiply-accumulates does it need for one image? Biases do not count.
    4. How many channels would come out if all reductions, and the convolution after the pool, were left out?
    5. What is the largest whole number of channels to which one may reduce before the $5 \times 5$ convolution, such
       that both together still need fewer multiply-accumulates than the $5 \times 5$ convolution on all 100 channels?
    6. After the module come global average pooling and a fully connected layer to 10 logits. How many parameters does
       this end have?
    """,
    name="module_numbers",
    answer=(100, 22338, 2220000, 176, 79, 1010),
    wrong={
        (100, 22200, 2220000, 176, 79, 1010): "All but the second are right. There the biases are missing: one for "
        "each channel that a convolution gives out, also inside of a branch.",
        (100, 22300, 2220000, 176, 79, 1010): "All but the second are right. There you have a bias for each channel "
        "that the module gives out. The two reductions have biases, too.",
        (100, 22338, 2233800, 176, 79, 1010): "All but the third are right. There you have multiplied all parameters "
        "by 100 positions; biases are not multiplied with anything.",
        (100, 22338, 22200, 176, 79, 1010): "All but the third are right. There you have counted one position. Each "
        "weight is used once at each of the 100 positions.",
        (138, 22338, 2220000, 176, 79, 1010): "All but the first are right. There the channels of the reductions are "
        "counted, too. They are inside of branches; joined is what the last layer of each branch gives out.",
        (100, 22338, 2220000, 76, 79, 1010): "All but the fourth are right. The pool alone gives out all the channels "
        "that it gets.",
        (100, 22338, 2220000, 100, 79, 1010): "All but the fourth are right. Without a convolution behind it, the "
        "pool gives out all the channels that it gets, not 24.",
        (100, 22338, 2220000, 176, 80, 1010): "All but the fifth are right. With 80 both cost exactly the same.",
        (100, 22338, 2220000, 176, 99, 1010): "All but the fifth are right. The reduction itself costs something: add "
        "its own products.",
        (100, 22338, 2220000, 176, 79, 100010): "All but the last are right. Behind a global average there is one "
        "number for each channel, not for each channel and position.",
        (100, 22338, 2220000, 176, 79, 1000): "All but the last are right. There the ten biases are missing.",
    },
    hints=(
        "Write the weights of the six convolutions one below the other: inputs times outputs times the window.",
        "For the fifth, compare 25 · 100 · 16 with 100 m + 25 · m · 16.",
    ),
    remark=r"""
    $20 + 40 + 16 + 24 = 100$: the module keeps the number of channels. Its weights are
    $100\,(20 + 30 + 8 + 24) = 8200$ in the $1 \times 1$ convolutions on its input, $9 \cdot 30 \cdot 40 = 10800$ and
    $25 \cdot 8 \cdot 16 = 3200$, in all 22200, and there are $20 + 30 + 40 + 8 + 16 + 24 = 138$ biases. Each weight is
    used at 100 positions. Without the reductions $20 + 40 + 16 + 100 = 176$ channels come out. The direct
    $5 \times 5$ layer needs $40000$ products at a position, the reduced one $500\, m$, which is less for $m \le 79$.
    The end has $10 \cdot (100 + 1)$ parameters.
    """,
)
