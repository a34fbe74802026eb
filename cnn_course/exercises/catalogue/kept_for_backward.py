"""What the forward pass keeps, and what happens if it does not."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="what must be kept",
    chapter="4-1",
    stars=2,
    minutes=25,
    goals=(7,),
    statement=r"""
    A network is a chain of four blocks, each a convolution with $3 \times 3$ taps, stride 1 and padding 1, followed by
    a relu. Every array between the blocks has 64 channels of $56 \times 56$. A student wants to train it on a small
    graphics card, and has four ideas to save memory.

    1. *"Relu in place."* Relu writes its result over its input, so that only one of the two arrays exists. Is the
       gradient still right? Would it be with the function $\sigma(z) = z^2$ in the place of relu?
    2. *"Forget the input."* The convolution stores its output $y$, and not its input $x$. Which of the three gradients
       can no longer be computed from $g$, the weight and $y$? Can $x$ be found again from $y$, or from
       $\mathrm{relu}(y)$? And in this chain, where the other blocks store their $y$ as well?
    3. *"Freeze the first two blocks."* Their weights are no longer trained. Which arrays need not be kept any more?
       What if the *last* two blocks are frozen instead, and the first two trained?
    4. *"Half of them."* Only the inputs of blocks 1 and 3 are kept; the others are computed again on the way back. By
       what factor does the number of multiplications of a training step grow, if the first block's input needs no
       gradient? Say what you count.

    Answer each, with the reason.
    """,
    hints=(
        "For each step of the way back, write down which arrays stand in its formula.",
        "For 1: which question does the slope of relu ask about its input, and does the output know the answer? What "
        "does z² forget?",
        "For 3: the gradient in a weight needs g and the layer's input. The gradient that is handed on needs g and the "
        "weight.",
        "For 4: a forward pass costs one unit per block. How many does the backward pass cost, and how many blocks are "
        "computed a second time?",
    ),
    name="kept_for_backward",
    answer=r"""
    *1.* Still right. The slope of relu is 1 where its input is positive, and 0 where it is negative. The output is
    positive in just the same entries, so the slope can be read off from it. (Where the input is 0, the program takes 0,
    and the output is 0 as well.) The convolution before it does not need its own output on the way back, and the next
    one needs the relu's output, which is still there. With $\sigma(z) = z^2$ the slope is $2 z$, and the output knows
    $\lvert z \rvert$ but not the sign: the gradient would be lost.

    *2.* The gradient in the weights needs $x$, and cannot be computed from these three. Those in the bias and in $x$
    can: they need $g$, and $g$ and $w$. From $y$ alone $x$ cannot be found in general, since the linear map need not be
    invertible; from $\mathrm{relu}(y)$ even less, since all negative values have become 0 and different $y$ give the
    same array. In this chain, however, $x$ is the relu of the $y$ that the block before has stored: it comes back
    without a multiplication, and with it the gradient in the weights. Only block 1 loses its input. This is the data,
    which can be read again; if not, the weights of block 1 alone have no gradient. Nothing is saved, either: each block
    stores one array, as before.

    *3.* With the first two blocks frozen, no gradient is needed in their weights, and none in their inputs, because
    nothing trainable lies before them: the way back ends at the third block. The inputs of blocks 1 and 2 can be
    forgotten, and no slope of their relus is needed. With the last two frozen, their weight gradients are not needed,
    so the inputs of blocks 3 and 4 need not be kept for the convolutions' sake. But the gradient must pass *through*
    them, by their weights and by the slopes of their relus. So for each of the two relus it must be known where its
    output was positive (one bit per entry is enough). The relu of block 2 has to be passed as well; the inputs of
    blocks 1 and 2 are kept as before.

    *4.* Count multiplications of the convolutions, one unit for the forward pass of one block. Forward: 4. Backward:
    two units for a block whose input needs a gradient, one for the first block: $2 \cdot 3 + 1 = 7$. Together 11. The
    inputs of blocks 2 and 4 are computed again from those of blocks 1 and 3: the blocks 1 and 3 run a second time,
    which is 2 units. (The slopes of a relu come from its output. That of block 2 is the input of block 3, and is kept;
    that of block 4 is the output of the network. If it were not kept, one further unit would be needed.) So 13 in place
    of 11 units, a factor of $13 / 11$, about 1.18.
    """,
    contains=(
        "1: the sign of the input of relu can be read off from its output, so the gradient is right",
        "1: for $z^2$ the sign of $z$ is lost",
        "2: only the gradient in the weights needs $x$; from $y$, or its relu, $x$ cannot be found in general",
        "2: in the chain $x$ is the relu of the $y$ before, which is stored; only block 1 loses its input, the data",
        "3, first two frozen: the way back ends, and the inputs of blocks 1 and 2 can be forgotten",
        "3, last two frozen: their inputs are not needed for weights, but the signs for their relus are",
        "4: $4 + 7$ units without the idea, and 2 more with it, with what is counted",
    ),
    remark=r"""
    Idea 4 is known as *checkpointing*. With $\sqrt n$ kept arrays in a chain of $n$ equal blocks, about $2 \sqrt n$ are
    in memory at a time, for one further forward pass at most.
    """,
)
