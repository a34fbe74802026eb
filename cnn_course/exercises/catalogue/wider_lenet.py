"""The layers of LeNet-5 on an image that is not square."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="LeNet-5 on a wide image",
    chapter="5-1",
    stars=1,
    minutes=12,
    goals=(1, 3),
    statement=r"""
    The network of 1998, with F6 as a convolution with windows of $1 \times 1$, reads an image of $40 \times 64$ pixels,
    40 high and 64 wide. Nothing is trained anew.

    Set `wider_lenet` to seven numbers:

    1. and 2. the height and the width of the maps of S2;
    3. and 4. the height and the width of the maps of C5;
    5. the number of parameters of C5;
    6. the number of connections of C5;
    7. by how many pixels the windows of two neighbouring positions of C5 are apart.
    """,
    name="wider_lenet",
    answer=(18, 30, 3, 9, 48120, 1299240, 4),
    wrong={
        (20, 32, 3, 9, 48120, 1299240, 4): "S2 halves what C1 leaves. C1 has no padding, and windows of 5 x 5.",
        (18, 30, 1, 1, 48120, 48120, 4): "C5 has one position on the small image only, where its windows are as large "
        "as the maps of S4. How large are these here?",
        (18, 30, 7, 13, 48120, 4378920, 4): "These are the sizes of the maps of S4. C5 puts windows of 5 x 5 on them.",
        (18, 30, 3, 9, 1299240, 1299240, 4): "The positions of C5 share their parameters. A larger image does not "
        "change a kernel.",
        (18, 30, 3, 9, 48120, 48120, 4): "Everything but the connections is right. Each position of C5 uses every "
        "parameter once more.",
        (18, 30, 3, 9, 48120, 1296000, 4): "All right but the connections: they count the biases, too, one for each "
        "unit.",
        (18, 30, 3, 9, 48120, 1299240, 1): "All right but the last. One position further in C5 is one further in the "
        "maps of S4. How many pixels is that?",
        (18, 30, 3, 9, 48120, 1299240, 2): "All right but the last. Two layers have stride 2, one after the other.",
        (18, 30, 3, 9, 48120, 1299240, 5): "All right but the last. 5 is the size of a window; how far the next one "
        "is depends on the strides.",
        (18, 30, 3, 9, 48120, 1299240, 32): "All right but the last. 32 is the size of the window on the image. "
        "Neighbouring windows overlap.",
        (30, 18, 9, 3, 48120, 1299240, 4): "Height comes first: the image is 40 high and 64 wide.",
    },
    hints=(
        "Go through the layers, each axis by itself: a window of 5 without padding takes 4 positions away.",
        "Do the parameters of a convolution depend on the size of the image? And the connections?",
        "How many pixels is a step of one position in C3, and how many in C5?",
    ),
    remark=r"""
    $40 \times 64 \to 36 \times 60 \to 18 \times 30 \to 14 \times 26 \to 7 \times 13 \to 3 \times 9$. The parameters are
    $120 \cdot 401$ as before, and each of the 27 positions uses them once: $27 \cdot 48\,120$. Two strides of 2 make a
    step of 4 pixels, so that the $3 \times 9$ windows of $32 \times 32$ begin at the rows 0, 4, 8 and at the columns
    0, 4, ..., 32; the last ones end exactly at the border, $8 + 32 = 40$ and $32 + 32 = 64$.
    """,
)
