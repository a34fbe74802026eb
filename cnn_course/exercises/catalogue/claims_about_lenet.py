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

    1. "If S2 of 1998 had no activation behind it, then S2 and C3 together could be replaced by one convolution with
       stride 2, whatever S2 has learned."
    2. "The table of C3 breaks the symmetry, so today's form with a full C3 must suffer from equal filters."
    3. "With images of $28 \times 28$ and no padding in C1, today's form would have 44,426 parameters. So padding adds
       17,280 parameters."
    4. "The old form makes 0.95 % errors on 10,000 images, the new one 0.61 %. So relu, max-pooling and logits have
       removed a third of the errors."
    5. "Swap two columns of the table of C3: the network that results can compute exactly the same functions."
    """,
    hints=(
        "For 1: what is a sum over blocks of 2 x 2 as a kernel, and what is the stride? How large is the window then?",
        "For 3: which layer is it that has fewer parameters, and why?",
        "For 4: what else was different? And how exactly is an error of 0.61 % known?",
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

    *2. Wrong.* Different random first weights break the symmetry as well: two filters with different weights have
    different gradients. Only exactly equal ones, with equal outgoing weights, stay equal. The table makes sure that two
    maps have different inputs; without it they may become similar, but nothing forces them to. In the chapter's
    experiment the full C3 was not worse.

    *3. The numbers are right, the reason is wrong.* Padding has no parameters. Without it the maps are $24$, $12$, $8$
    and $4$ pixels wide, so that the dense layer reads $16 \cdot 16 = 256$ in place of 400 numbers, and has $120 \cdot
    144 = 17\,280$ weights fewer. It is the dense layer that depends on the size of the image.

    *4. Not to be decided.* Between the two lie another training, with another optimiser, other rates and another number
    of epochs, and another seed; 0.61 % is moreover the best of three runs. And counts of 95 and 61 errors each vary by
    about the root of their size, 10 and 8, from one test set to another. The difference of 34 is larger than
    that would explain, but what caused it is not known: that takes an experiment in which one part changes at a time.

    *5. Right.* Swapping two columns gives the maps of C3 another order. S4 treats each map by itself, with a
    coefficient and a bias of its own, and C5 reads all maps, with a weight of its own for each. If the parameters of
    C3, those of S4 and the kernels of C5 are swapped in the same way, the outputs are the same. What a network learns
    from a given seed may be different.
    """,
    contains=(
        r"1: a window of $10 \times 10$ with stride 2, its weights and its bias",
        "2: random first weights break the symmetry, too; the table forces different inputs, no more",
        r"3: padding has no parameters; the dense layer reads 256 in place of 400 numbers, $120 \cdot 144 = 17\,280$",
        "4: several things changed at once, and 0.61 % is the best of three; the cause is not known",
        "5: a permutation of the maps, undone by one of S4's pairs and of C5's kernels",
    ),
    remark=r"""
    In 5 it is essential that C5 is full. If C5 had a table, too, this would have to be permuted as well, and then
    swapping columns in C3 alone could make another family of functions.
    """,
)
