"""Five claims about LeNet-5, to be judged."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="five claims about LeNet-5",
    chapter="5-1",
    stars=2,
    minutes=25,
    goals=(2, 5, 6),
    statement=r"""
    Are these claims right, wrong, or not to be decided by what is said? Give reasons, with numbers where you can.

    1. "If S2 of 1998 were not followed by an activation, then S2 and C3 together could be replaced by one convolution
       with stride 2, whatever S2 has learned."
    2. "Whatever the C3 of 1998 computes, a full C3 can compute, too. So today's form has at most as large a training
       error after its training."
    3. "With images of $28 \times 28$ and no padding in C1, today's form would have 44,426 parameters. So padding adds
       17,280 parameters."
    4. "Three runs with random shifts, of 20 epochs each, make 44, 54 and 50 errors on the test images of MNIST, three
       without shifts, of 15 epochs each, 73, 69 and 61. That all three of the first kind are better would have the
       probability 1/20 by chance. So the shifts have removed errors."
    5. "Swap two columns of the table of C3: the network that results can compute exactly the same functions."
    """,
    hints=(
        "For 1: what is a sum over blocks of 2 x 2 as a kernel, and what is the stride? How large is the window then?",
        "For 3: which layer is it that has fewer parameters, and why?",
        "For 2: what does a training find, and what does it not? For 4: in how many ways can three of six runs be "
        "chosen? And is there one difference, or are there two?",
        "For 5: who reads the maps of C3?",
    ),
    name="claims_about_lenet",
    answer=r"""
    *1. Right.* Without an activation S2 is linear apart from a bias: in each map a kernel of $2 \times 2$ equal
    weights $\alpha_c$ with stride 2. C3 is a kernel of $5 \times 5$ on its output. Two such layers are one:
    an output of C3 reads, in each map of C1 that feeds it, a window of $2 + 4 \cdot 2 = 10$ pixels on each axis, and
    moves by 2. So it is a convolution with windows of $10 \times 10$ and stride 2, whose weights are equal in blocks of
    $2 \times 2$, namely $\alpha_c\, w[o, c, k, l]$; the biases $\beta_c$ add $\sum_{c, k, l} w[o, c, k, l]\, \beta_c$
    to the bias of map $o$. This holds for every $\alpha$ and $\beta$. As there is no padding, it holds at the borders,
    too. (The activation is what prevents it.)

    *2. The first sentence is right, the second does not follow.* A full C3 whose 36 further kernels are zero is the C3
    of 1998. So the *smallest* training error over all weights is not larger for the full one. But training goes down
    from random weights, for some epochs, and need not find the smallest; from other weights, with 900 parameters more,
    it ends elsewhere. About the test images it says nothing in any case. (Today's form differs in more than its C3,
    moreover.)

    *3. The numbers are right, the reason is wrong.* Padding has no parameters. Without it the maps are $24$, $12$, $8$
    and $4$ pixels wide, so that the dense layer reads $16 \cdot 16 = 256$ in place of 400 numbers, and has $120 \cdot
    144 = 17\,280$ weights fewer. It is the dense layer that depends on the size of the image.

    *4. Not to be decided.* The probability is right: if all six runs were of one kind, each choice of three of them
    would be the best three with the same probability, and there are $\binom63 = 20$ choices. So there probably is a
    difference between the two kinds. But they differ in two things, shifts and epochs. What removed the errors takes
    an experiment in which one of them changes. And all six read the same 10,000 images: for others the difference may
    be another one.

    *5. Right.* Swapping two columns gives the maps of C3 another order. S4 treats each map by itself, with a
    coefficient and a bias of its own, and C5 reads all maps, with a weight of its own for each. If the parameters of
    C3, those of S4 and the kernels of C5 are swapped in the same way, the outputs are the same. What a network learns
    from a given seed may be different.
    """,
    contains=(
        r"1: a window of $10 \times 10$ with stride 2, its weights and its bias",
        "2: zero kernels make the full C3 the old one; the smallest error is not larger, what a training finds may be",
        r"3: padding has no parameters; the dense layer reads 256 in place of 400 numbers, $120 \cdot 144 = 17\,280$",
        r"4: $\binom63 = 20$, so a difference there probably is; shifts and epochs changed together, the cause is open",
        "5: a permutation of the maps, undone by one of S4's pairs and of C5's kernels",
    ),
    remark=r"""
    In 5 it is essential that C5 is full. If C5 had a table, too, this would have to be permuted as well, and then
    swapping columns in C3 alone could make another family of functions.
    """,
)
