"""A reordering of channels between two grouped layers: when does every output see every input?"""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="groups that meet again",
    chapter="5-2",
    stars=3,
    minutes=40,
    goals=(4,),
    statement=r"""
    Beyond the chapter. Two convolutions of $1 \times 1$ with $G \ge 2$ groups lead from $C$ to $C$ channels and again
    to $C$ channels, where $G$ divides $C$; let $m = C / G$. All weights that the groups allow are positive. Between the
    two the channels are reordered by a permutation $\pi$: the channel $\pi(c)$ of the second layer's input is the
    channel $c$ of the first layer's output. Say that an output *sees* an input channel if it depends on it.

    1. Prove: every output of the second layer sees every input channel of the first one if and only if, for all parts
       $q$ and $r$, the permutation sends at least one channel of the part $q$ to the part $r$.
    2. Prove: such a permutation exists if and only if $m \ge G$.
    3. The *shuffle* writes the channels into a table with $G$ rows and $m$ columns, row by row, and reads it column by
       column: $\pi(a m + b) = b\, G + a$ for $0 \le a < G$, $0 \le b < m$. Prove that it has the property of 1 if
       $m \ge G$.
    4. Let $m \ge G$. How many weights have the two grouped layers together, compared with one ordinary layer from $C$
       to $C$ channels? Can they, with some permutation, compute everything that it computes? Decide it for $C = 8$ and
       $G = 2$, by counting free numbers or otherwise.
    """,
    hints=(
        "Follow one input channel: which channels does the first layer make of it, where do they go, and which outputs "
        "read them?",
        "For 2: the m channels of a part have to be sent to G parts.",
        "For 3: which indices b send the channel a m + b to the part r? It holds the channels r m to r m + m - 1.",
        "For 4: two layers in a row are a product of matrices. What is the rank of the G-by-G blocks of the product?",
    ),
    name="shuffle_connects",
    answer=r"""
    The idea: the first layer spreads an input over its part, and the second collects a part; between the two only $\pi$
    leads from part to part.

    *1.* All weights within a part are positive. So an input channel of the part $q$ reaches all channels of the part
    $q$ of the first layer's output, and no others. An output in the part $r$ reads all channels of the part $r$ of the
    second layer's input, and no others. It depends on the input through the sum of the products of two weights, over
    all channels $c$ of the part $q$ for which $\pi(c)$ lies in the part $r$. If there is such a channel, this sum is
    positive, and the output sees the input. If there is none, no path leads from one to the other, and it does not. As
    every part has inputs and outputs, all outputs see all inputs exactly if there is such a $c$ for each pair $(q, r)$.

    *2.* If the property holds, the $m$ channels of a part $q$ are sent to $G$ different parts, at least one to each, so
    that $m \ge G$. Conversely let $m \ge G$. The shuffle of 3 has the property.

    *3.* Let $0 \le a, r < G$. The channel $a m + b$ is sent to the part $r$ if and only if $r m \le b\, G + a < r m +
    m$. We look for such a $b$ with $0 \le b < m$. The numbers $b\, G + a$, $b \in \mathbb{Z}$, are $G$ apart. The
    interval from $r m$ to $r m + m - 1$ holds $m \ge G$ whole numbers, so that at least one of the numbers $b\, G + a$
    lies in it. For this $b$, $b\, G \ge r m - a > -G$, as $a < G$, and so $b > -1$, that is $b \ge 0$. And $b\, G \le r
    m + m - 1 - a < G m$, as $r + 1 \le G$, and so $b < m$.

    *4.* A grouped layer has $C m = C^2 / G$ weights, two of them $2 C^2 / G$: for $G = 2$ as many as the ordinary
    layer, $C^2$, and fewer for $G > 2$. They cannot compute everything. For $C = 8$, $G = 2$, $m = 4$ the block of the
    product that leads from the inputs of the part $q$ to the outputs of the part $r$ is a product $B\, D$, where $D$
    makes of 4 inputs the channels that $\pi$ sends from $q$ to $r$, and $B$ leads from these to 4 outputs. So its rank
    is at most the number of these channels. The four numbers of channels for the pairs $(q, r)$ add up to 8. If all
    blocks had rank 4, the sum would have to be at least 16. The ordinary layer with a matrix whose four blocks are all
    the identity is therefore out of reach. (By counting: multiply the channel $c$ of the first layer by $t \ne 0$ and
    its weights in the second layer by $1/t$; the result is the same. So the 64 weights have at most 56 free numbers in
    them, and an ordinary layer has 64.)
    """,
    contains=(
        "the paths: spread over the part, moved by the permutation, collected from the part",
        "positive weights: a sum of positive terms is not 0, so that nothing cancels",
        "both directions of 1",
        "at least one channel for each of G parts, hence $m \\ge G$, and the shuffle as an example for the converse",
        "an index $b$ by the length of the interval, and that it lies in the range $0 \\le b < m$",
        "$2 C^2 / G$ weights compared with $C^2$",
        "that something is out of reach, with a reason: ranks of the blocks, or free numbers",
    ),
    remark=r"""
    Networks for telephones are built like this: grouped $1 \times 1$ layers with a shuffle between them. Two such
    layers connect everything, at $2/G$ of the price; what they connect it by has a low rank.
    """,
)
