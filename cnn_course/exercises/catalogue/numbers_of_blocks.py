"""Gradients, ways, weights and layers of residual networks, by hand."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="six numbers of residual networks",
    chapter="5-5",
    stars=1,
    minutes=15,
    goals=(3, 5),
    statement=r"""
    Set `numbers_of_blocks` to six numbers. In the first three the blocks are $x_{l + 1} = x_l + F_l(x_l)$, without a
    relu after the sum.

    1. Each $x_l$ is one number, and the derivatives of three bodies are $-\frac12$, $\frac14$ and $2$. What is $g_0 /
       g_3$?
    2. Along how many of the ways through ten blocks does one go through exactly three bodies?
    3. Three Jacobians have the norm $0.1$ each, and nothing else is known of them. What is the smallest value that
       $\lVert g_0 \rVert / \lVert g_3 \rVert$ can have?
    4. How many weights does a bottleneck on 512 channels have, with 128 channels inside? Biases and batch norms do not
       count, here and in question 6.
    5. A network begins with a convolution and ends with a fully connected layer. Between them are four stages, of 3, 4,
       12 and 3 bottlenecks. Which number does its name have, counted as the paper counts?
    6. A basic block leads from 64 channels to 128, and its shortcut is a projection. How many weights has it?
    """,
    name="numbers_of_blocks",
    answer=(1.875, 120, 0.729, 278528, 68, 229376),
    wrong={
        (-0.25, 120, 0.729, 278528, 68, 229376): "The first number is that of a plain chain: the product of the "
        "derivatives of the bodies. What is the derivative of x + F(x)?",
        (2.75, 120, 0.729, 278528, 68, 229376): "In the first number the derivatives have been added to 1. That leaves "
        "out the ways through two bodies and through all three: the factors multiply.",
        (1.75, 120, 0.729, 278528, 68, 229376): "The first number is only the sum of the derivatives. The way around "
        "all bodies is missing, and so are those through several.",
        (1.875, 720, 0.729, 278528, 68, 229376): "The second number counts the orders in which the three bodies could "
        "be chosen. A way meets them in one order only.",
        (1.875, 8, 0.729, 278528, 68, 229376): "The second number is that of all ways through three blocks. Here there "
        "are ten, of which three bodies are chosen.",
        (1.875, 1024, 0.729, 278528, 68, 229376): "The second number is that of all ways through ten blocks. Only "
        "those through exactly three bodies count.",
        (1.875, 30, 0.729, 278528, 68, 229376): "In how many ways can three of ten blocks be chosen? It is not their "
        "product.",
        (1.875, 120, 1.331, 278528, 68, 229376): "The third number is the largest possible value. For the smallest "
        "one all bodies work against the shortcut.",
        (1.875, 120, 0.001, 278528, 68, 229376): "The third number is that of a plain chain. The shortcuts bring "
        "something through whatever the bodies do.",
        (1.875, 120, 0.7, 278528, 68, 229376): "The third number, 1 minus the sum of the norms, is a bound, but no "
        "gradient of three such blocks becomes so small: each takes a tenth of what is left.",
        (1.875, 120, 0.729, 4718592, 68, 229376): "The fourth number belongs to two full convolutions of 3 x 3 on 512 "
        "channels.",
        (1.875, 120, 0.729, 294912, 68, 229376): "For the fourth number, count each of the three convolutions by "
        "itself: inputs times outputs times taps.",
        (1.875, 120, 0.729, 212992, 68, 229376): "In the fourth number one of the two 1 x 1 convolutions is missing: "
        "the channels go down and come up again.",
        (1.875, 120, 0.729, 278528, 66, 229376): "In the fifth number the first convolution and the last layer are "
        "missing.",
        (1.875, 120, 0.729, 278528, 46, 229376): "A bottleneck has three convolutions, a basic block two.",
        (1.875, 120, 0.729, 278528, 72, 229376): "In the fifth number the projections of the four stages have been "
        "counted. They do not count in the name.",
        (1.875, 120, 0.729, 278528, 24, 229376): "The fifth number counts the blocks as single layers.",
        (1.875, 120, 0.729, 278528, 68, 221184): "In the sixth number the projection is missing, a 1 x 1 convolution.",
        (1.875, 120, 0.729, 278528, 68, 294912): "The sixth number has a projection of 3 x 3. It is a 1 x 1 "
        "convolution.",
        (1.875, 120, 0.729, 278528, 68, 155648): "In the sixth number both convolutions read 64 channels. The second "
        "one reads what the first one gives.",
        (1.875, 120, 0.729, 278528, 68, 303104): "In the sixth number both convolutions read 128 channels. The first "
        "one reads what the block gets.",
    },
    hints=(
        "For the first: a factor for each block. For the third: think of the triangle inequality, and of bodies that "
        "reach it.",
        "For the second: a way is a choice of blocks.",
        "For the others: write down inputs, outputs and taps of each convolution.",
    ),
    remark=r"""
    $\frac12 \cdot \frac54 \cdot 3 = 1.875$, though the product of the three derivatives is $-\frac14$. There are
    $\binom{10}{3} = 120$ ways through three bodies. $0.9^3 = 0.729$ is reached by $F_l(x) = -0.1\, x$. A bottleneck has
    $\frac{17}{16} \cdot 512^2$ weights. $2 + 3 \cdot 22 = 68$. And $9 \cdot 64 \cdot 128 + 9 \cdot 128^2 + 64 \cdot 128
    = 229376$: the projection is a twenty-eighth of the block.
    """,
)
