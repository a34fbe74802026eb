"""Two ways to make AlexNet smaller, and what each leaves as it is."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="half the size, or half the time",
    chapter="5-2",
    stars=2,
    minutes=30,
    goals=(1, 3),
    statement=r"""
    AlexNet of 2012, for images of 227 pixels, is to run on a telephone. Count weights, without biases.

    1. Between pool5 and fc6 each of the 256 channels is replaced by its mean over the $6 \times 6$ positions, and fc6
       reads these 256 numbers. How many weights and how many multiply-accumulates does the network have now? By which
       factors have they become smaller?
    2. Instead, conv2, conv3, conv4 and conv5 get four times as many groups as before, 8, 4, 8 and 8. The rest stays.
       The same two questions.
    3. Which of the two would you choose if the telephone has little memory, and which if its battery is small? What
       does each lose that the network could do before?
    4. For images of 451 pixels, $227 + 7 \cdot 32$, pool5 has $13 \times 13$ positions. What happens to weights and
       multiply-accumulates of the original network and of that of 1? Which of the two can use the same trained weights
       at both sizes?
    5. Which of the chapter's obstacles did fc6 and fc7 make worse, and what was done about it?
    """,
    hints=(
        "AlexNet has 2,332,704 + 58,621,952 weights, and 665,784,864 + 58,621,952 multiply-accumulates.",
        "For 2: conv1 has 34,848 weights and 105,415,200 multiply-accumulates, which stay.",
        "For 4: the sides are 111, 55, 27 and 13 now. A convolution has as many weights as before.",
    ),
    name="smaller_alexnet",
    answer=r"""
    *1.* Fc6 has $256 \cdot 4096 = 1{,}048{,}576$ weights instead of $37{,}748{,}736$. The network has $60{,}954{,}656 -
    36{,}700{,}160 = 24{,}254{,}496$ weights, 2.5 times fewer. It does $724{,}406{,}816 - 36{,}700{,}160 =
    687{,}706{,}656$ multiply-accumulates, only 1.05 times fewer.

    *2.* Four times as many groups leave a quarter of the weights and of the work of these four layers. They have
    $2{,}332{,}704 - 34{,}848 = 2{,}297{,}856$ weights, of which $574{,}464$ are left, and $560{,}369{,}664$
    multiply-accumulates, of which $140{,}092{,}416$ are left. The network has $60{,}954{,}656 - 1{,}723{,}392 =
    59{,}231{,}264$ weights, 1.03 times fewer, and does $724{,}406{,}816 - 420{,}277{,}248 = 304{,}129{,}568$
    multiply-accumulates, 2.4 times fewer.

    *3.* Little memory: the first, since nearly all weights are in fc6 and fc7. A small battery: the second, as energy
    is spent on operations (and on moving weights, which speaks for doing both). The first no longer knows *where* in
    the image a feature was: a mean has no position. In the second no convolution reads all channels any more. Each of
    the four groups of conv3 reads two of the eight of conv2, and nothing behind it brings these four together before
    fc6.

    *4.* Convolutions have the same weights, and about four times the work: the positions are $111^2$, $55^2$, $27^2$
    instead of $55^2$, $27^2$, $13^2$. In the original, fc6 has to read $13 \cdot 13 \cdot 256 = 43{,}264$ numbers, and
    gets $177{,}209{,}344$ weights and as many multiply-accumulates, 4.7 times as many as before; the trained ones
    cannot be used, because they belong to 36 positions. In all it has $200{,}415{,}264$ weights and does
    $3{,}007{,}912{,}992$ multiply-accumulates. The network of 1 keeps all its weights: a mean exists for any number of
    positions. Its fully connected layers do the same work as before, and in all it does $2{,}831{,}752{,}224$
    multiply-accumulates.

    *5.* Memory, with 54.5 of 61 million parameters in these two layers, and overfitting, as there are many more
    parameters than images. The answers were dropout, weight decay and augmentation, and for the memory two cards.
    """,
    contains=(
        "24,254,496 weights (2.5 times fewer) and 687,706,656 multiply-accumulates (1.05 times fewer)",
        "59,231,264 weights (1.03 times fewer) and 304,129,568 multiply-accumulates (2.4 times fewer)",
        "the first for memory, the second for work, with a reason",
        "the mean loses positions; the groups lose combinations of channels, also in conv3",
        "at 451 pixels fc6 has 177,209,344 weights, the network 200,415,264, and the trained ones do not fit",
        "with the mean all 24,254,496 weights fit at every size; the convolutions do about four times the work",
        "overfitting and memory, with dropout, weight decay, augmentation and two cards",
    ),
    remark=r"""
    The mean over all positions, *global average pooling*, replaces the large fully connected layers in
    GoogLeNet, in ResNet and in many networks after them.
    """,
)
