"""The layers of LeNet-5 on an image that is not square."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="LeNet-5 on a wide image",
    chapter="5-1",
    stars=1,
    minutes=12,
    goals=(1, 3),
    statement=r"""
    A network like that of 1998, but with 100 filters in C5 in place of 120, was trained on images of $32 \times 32$.
    With F6 as a convolution with windows of $1 \times 1$, and nothing trained anew, it reads an image of $40 \times 64$
    pixels, 40 high and 64 wide.

    Set `wider_lenet` to seven numbers:

    1. and 2. the height and the width of the maps of S2;
    3. and 4. the height and the width of the maps of C5;
    5. the number of parameters of C5;
    6. the number of connections of C5;
    7. by how many pixels the windows of two neighbouring positions of C3 are apart.
    """,
    name="wider_lenet",
    answer=(18, 30, 3, 9, 40100, 1082700, 2),
    wrong={
        (20, 32, 3, 9, 40100, 1082700, 2): "S2 halves what C1 leaves. C1 has no padding, and windows of 5 x 5.",
        (18, 30, 1, 1, 40100, 40100, 2): "C5 has one position on the small image only, where its windows are as large "
        "as the maps of S4. How large are these here?",
        (18, 30, 7, 13, 40100, 3649100, 2): "These are the sizes of the maps of S4. C5 puts windows of 5 x 5 on them.",
        (18, 30, 3, 9, 1082700, 1082700, 2): "The positions of C5 share their parameters. A larger image does not "
        "change a kernel.",
        (18, 30, 3, 9, 40100, 40100, 2): "Everything but the connections is right. Each position of C5 uses every "
        "parameter once more.",
        (18, 30, 3, 9, 40100, 1080000, 2): "All right but the connections: they count the biases, too, one for each "
        "unit.",
        (18, 30, 3, 9, 40100, 1082700, 1): "All right but the last. One position further in C3 is one further in the "
        "maps of S2. How many pixels is that?",
        (
            18,
            30,
            3,
            9,
            40100,
            1082700,
            4,
        ): "All right but the last. Of the two layers with stride 2 only one lies before C3.",
        (18, 30, 3, 9, 40100, 1082700, 5): "All right but the last. 5 is the size of a window; how far the next one "
        "is depends on the strides.",
        (18, 30, 3, 9, 40100, 1082700, 14): "All right but the last. 14 is the size of the window on the image. "
        "Neighbouring windows overlap.",
        (30, 18, 9, 3, 40100, 1082700, 2): "Height comes first: the image is 40 high and 64 wide.",
    },
    hints=(
        "Go through the layers, each axis by itself: a window of 5 without padding takes 4 positions away.",
        "Do the parameters of a convolution depend on the size of the image? And the connections?",
        "How many pixels is a step of one position in S2?",
    ),
    remark=r"""
    $40 \times 64 \to 36 \times 60 \to 18 \times 30 \to 14 \times 26 \to 7 \times 13 \to 3 \times 9$. The parameters are
    $100 \cdot 401$ on an image of any size, and each of the 27 positions uses them once: $27 \cdot 40\,100$. Before C3
    lies one stride of 2, so that its windows of $14 \times 14$ pixels are 2 pixels apart. For C5 it is two strides: its
    $3 \times 9$ windows of $32 \times 32$ begin at the rows 0, 4, 8 and at the columns 0, 4, ..., 32; the last ones end
    exactly at the border, $8 + 32 = 40$ and $32 + 32 = 64$.
    """,
)
