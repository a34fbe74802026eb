"""Four layers that halve an image, and the pixels that they never read."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="four ways to halve an image",
    chapter="3-2",
    stars=2,
    minutes=25,
    goals=(1, 4, 6),
    statement=r"""
    An image of $64 \times 64$ pixels is to be halved by one layer of stride 2. Four layers are proposed:

    - A: kernel $1 \times 1$, no padding;
    - B: kernel $2 \times 2$, no padding;
    - C: kernel $3 \times 3$, padding 1;
    - D: kernel $3 \times 3$, dilation 2, padding 2.

    1. What is the size of each output?
    2. Far away from the border, how many windows read a pixel? The answer may depend on its row and its column. What
       share of the pixels does each layer never read?
    3. The columns of a picture are alternately black and white, one pixel wide. Another one shows the same stripes
       moved by one pixel. Which layers tell both pictures from every plain picture, for suitable weights?
    4. A residual network has A on its shortcut. How could it be changed so that no pixel is skipped, without making the
       output larger?
    """,
    hints=(
        "On one axis, write down which positions the windows 0, 1 and 2 read, and look at even and odd positions "
        "apart.",
        "In an image the number of windows is the product of the numbers on the two axes.",
        "What does a layer see of the stripes that reads columns with an even number only?",
    ),
    name="skipped_pixels",
    answer=r"""
    *1.* All have $32 \times 32$ outputs: on one axis $\lfloor 63/2 \rfloor + 1$ for A, $62/2 + 1$ for B,
    $\lfloor (66 - 3)/2 \rfloor + 1$ for C, and for D, whose kernel extends over 5 positions,
    $\lfloor (68 - 5)/2 \rfloor + 1$.

    *2.* On one axis the window $u$ reads

    - A: $2u$. Even positions once, odd ones never.
    - B: $2u$ and $2u + 1$. Every position once.
    - C: $2u - 1$, $2u$, $2u + 1$. Even positions once, odd ones twice: as the last of one window and the first of the
      next.
    - D: $2u - 2$, $2u$, $2u + 2$. Even positions three times, odd ones never.

    In the image: A reads pixels with even row and even column once, and three quarters of all pixels never. B reads
    every pixel once. C reads a pixel once, twice or four times, according to whether none, one or both of its row and
    column are odd. D reads a quarter of the pixels nine times, and three quarters never, although its windows of
    $5 \times 5$ overlap.

    *3.* A and D read columns with an even number only. These are all black, or all white: they see a plain picture, and
    no weights can change that. B and C read neighbouring columns. The weights $(-1, 1)$ in a row of B, zero in the
    other, answer to the stripes and not to a plain picture, whatever its grey. For C the weights $(0, -1, 1)$ in its
    middle row do so: they read the columns $2u$ and $2u + 1$ only. ($(-1, 1, 0)$ would read the zeros of the padding in
    the first column of the output, and answer to a plain picture there.)

    *4.* Take the mean over $2 \times 2$ pixels with stride 2 before the $1 \times 1$ kernel, whose stride becomes 1.
    Every pixel then counts once, and the number of weights stays the same. (A kernel of $3 \times 3$, as in C, reads
    all pixels, too, but has nine times as many weights and favours odd rows and columns.)
    """,
    contains=(
        r"the size $32 \times 32$ for all four",
        "for each layer the positions that a window reads on one axis, or the counts for even and odd positions",
        "the products for rows and columns: C reads pixels 1, 2 or 4 times, D a quarter of them 9 times",
        "three quarters are never read by A and D, nothing is skipped by B and C",
        "A and D cannot tell the stripes from a plain picture, B and C can, with weights",
        "a change that reads every pixel, such as a mean of $2 \\times 2$ with stride 2 in front",
    ),
    remark=r"""
    D shows that overlapping windows do not save a layer: stride and dilation have a common factor. If the stride $s$
    and the dilation $d$ have no common factor and there are at least $s$ taps, every position far from the border is
    read: the first $s$ taps $0, d, \dots, (s - 1)d$ leave all $s$ remainders on division by $s$.
    """,
)
